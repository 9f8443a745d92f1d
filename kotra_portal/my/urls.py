"""마이KOTRA, and the end of signing up."""

from django.urls import path

from kotra_portal.my import views

urlpatterns = [
    path("my/", views.my, name="my"),
    path("signup/done/", views.signup_done, name="signup_done"),
]
