"""What the portal keeps in a visitor's browser beside the session."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse

A_YEAR = 365 * 24 * 3600
CHOSEN = "language_chosen"
CHOSEN_SECONDS = 2 * 3600


def remember_language(response: HttpResponse, language: str) -> None:
    """§D22: keep the language for visits without a log-in; a member's own language wins over it."""
    _keep(response, settings.LANGUAGE_COOKIE_NAME, language, seconds=A_YEAR)


def remember_choice(response: HttpResponse, language: str) -> None:
    """§D22: note that a visitor who is not logged in just chose this language; their next log-in takes it over."""
    _keep(response, CHOSEN, language, seconds=CHOSEN_SECONDS)


def take_choice(request: HttpRequest, response: HttpResponse) -> str | None:
    """§D22: the language chosen here in the last two hours without a log-in, once; None where there is none.

    What an earlier member's log-in left in a shared browser is no choice of the next one's.
    """
    chosen = request.COOKIES.get(CHOSEN)
    if chosen is not None:
        response.delete_cookie(CHOSEN, samesite=settings.LANGUAGE_COOKIE_SAMESITE)
    return chosen if chosen in dict(settings.LANGUAGES) else None


def _keep(response: HttpResponse, name: str, value: str, *, seconds: int) -> None:
    response.set_cookie(
        name,
        value,
        max_age=seconds,
        secure=settings.LANGUAGE_COOKIE_SECURE,
        httponly=True,
        samesite=settings.LANGUAGE_COOKIE_SAMESITE,
    )
