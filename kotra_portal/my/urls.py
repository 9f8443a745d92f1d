"""마이KOTRA."""

from django.urls import path

from kotra_portal.my import views

urlpatterns = [
    path("", views.my, name="my"),
]
