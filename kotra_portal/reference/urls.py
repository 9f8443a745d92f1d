"""Look-ups."""

from django.urls import path

from kotra_portal.reference import views

urlpatterns = [
    path("postcode/", views.postcode, name="postcode"),
]
