"""Look-ups."""

from django.urls import path

from kotra_portal.reference import views

urlpatterns = [
    path("postcode/", views.postcode, name="postcode"),
    path("codes/hs/", views.hs_codes, name="hs_codes"),
    path("codes/bk/", views.bk_codes, name="bk_codes"),
]
