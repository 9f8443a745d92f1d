"""People: terms, sign-up, log-in."""

from django.urls import path

from accounts.views import terms

urlpatterns = [
    path("terms/", terms.terms, name="terms"),
    path("terms/<slug:kind>/", terms.terms_document, name="terms_document"),
]
