"""What the portal keeps in a visitor's browser beside the session."""

from django.conf import settings
from django.http import HttpResponse

A_YEAR = 365 * 24 * 3600


def remember_language(response: HttpResponse, language: str) -> None:
    """§D22: keep the language for visits without a log-in; a member's own language wins over it."""
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        language,
        max_age=A_YEAR,
        secure=settings.LANGUAGE_COOKIE_SECURE,
        httponly=True,
        samesite=settings.LANGUAGE_COOKIE_SAMESITE,
    )
