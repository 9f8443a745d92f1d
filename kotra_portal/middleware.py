"""What holds for every request: idle sessions end, the language is the person's own, personal pages are not stored."""

import re
from collections.abc import Callable

from django.conf import settings
from django.contrib.auth import logout
from django.contrib.sessions.exceptions import SessionInterrupted
from django.contrib.sessions.middleware import SessionMiddleware
from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation

from kotra_portal.access import redirect_page, wanted_page
from kotra_portal.kept import forget_old

Handler = Callable[[HttpRequest], HttpResponse]

# The session row is written once in so many seconds at most, not on every request.
SEEN_AT_PRECISION = 60
SEEN_AT = "seen_at"
# A session that rested too long is kept this many seconds more, only to tell its owner why the log-in ended.
EXPLAINED_FOR = 3600


def idle_seconds(user: object) -> int:
    """§D14: how many seconds a session of this person may rest: members 30 minutes, staff 15 (settings)."""
    return 60 * (settings.STAFF_IDLE_MINUTES if user.is_staff else settings.MEMBER_IDLE_MINUTES)


def seconds_left(request: HttpRequest) -> int | None:
    """§D14: how many seconds remain before this log-in ends by rest; None when nobody is logged in."""
    if not request.user.is_authenticated:
        return None
    rested = int(timezone.now().timestamp()) - request.session.get(SEEN_AT, 0)
    return max(0, idle_seconds(request.user) - rested)


def extend(request: HttpRequest) -> None:
    """§D14: count the rest anew from now."""
    request.session[SEEN_AT] = int(timezone.now().timestamp())
    request.session.set_expiry(idle_seconds(request.user) + EXPLAINED_FOR)


class PortalSessionMiddleware(SessionMiddleware):
    """Sessions; neither a garbled key nor one that another tab ended meanwhile is an error page."""

    def process_request(self, request: HttpRequest) -> None:
        """Look the visitor's session up, unless what the cookie holds is no key (the database may choke on it)."""
        if not re.fullmatch(r"[a-z0-9]{32}", request.COOKIES.get(settings.SESSION_COOKIE_NAME, "")):
            request.COOKIES.pop(settings.SESSION_COOKIE_NAME, None)
        super().process_request(request)

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        """Save the session; where it is gone meanwhile, load the page anew with the cookie the browser has now.

        The cookie is left alone: another tab may have logged in, or changed the password, and own a new session.
        """
        try:
            return super().process_response(request, response)
        except SessionInterrupted:
            return redirect_page(request, wanted_page(request))


class IdleSessionMiddleware:
    """§D14: logs out whoever rested too long and otherwise counts the rest anew; what rested too long in it goes."""

    def __init__(self, get_response: Handler) -> None:
        """Keep the next layer."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """End or renew the log-in, then pass the request on; a log-in made by the request begins to count."""
        if request.user.is_authenticated:
            seen_at = request.session.get(SEEN_AT)
            now = int(timezone.now().timestamp())
            if seen_at is not None and now - seen_at >= idle_seconds(request.user):
                logout(request)
                request.log_in_expired = True
            elif seen_at is None or now - seen_at >= SEEN_AT_PRECISION:
                extend(request)
        forget_old(request.session)
        response = self.get_response(request)
        if request.user.is_authenticated and SEEN_AT not in request.session:
            extend(request)
        return response


class LanguageMiddleware:
    """§D22: Korean first; English for whoever switched to it. Staff pages are Korean."""

    def __init__(self, get_response: Handler) -> None:
        """Keep the next layer."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer in the visitor's language; what the browser prefers is not asked, the visitor's choice is."""
        language = self._language(request)
        with translation.override(language):
            request.LANGUAGE_CODE = language
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", language)
        return response

    @staticmethod
    def _language(request: HttpRequest) -> str:
        if request.path.startswith("/admin/"):
            return settings.LANGUAGE_CODE
        if request.user.is_authenticated and request.user.language:
            return request.user.language
        chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME)
        return chosen if chosen in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE


class NoStoreMiddleware:
    """Pages of somebody logged in or signing up are kept by no cache, errors among them."""

    def __init__(self, get_response: Handler) -> None:
        """Keep the next layer."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Forbid storing wherever a session took part."""
        response = self.get_response(request)
        session = getattr(request, "session", None)
        if session is not None and (session.accessed or session.modified or response.status_code >= 400):
            response.headers["Cache-Control"] = "no-store"
        return response
