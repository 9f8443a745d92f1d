"""The demonstration's own pages."""

from django.urls import path

from kotra_portal.demo import views

urlpatterns = [
    path("inbox/", views.demo_inbox, name="demo_inbox"),
]
