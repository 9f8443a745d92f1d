"""The gate: may this kind of visitor open this page? Closed by default; nothing about a row is decided here.

A view declares who it is for (``@public``, ``@new_only``, ``@member_only``, ``@logged_in_only``,
``@requires(Permission.X)``, ``@demo_only``); ``AccessMiddleware`` enforces it. A view without a declaration is refused
to everybody.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render, resolve_url
from django.utils.encoding import iri_to_uri
from django.utils.http import escape_leading_slashes, url_has_allowed_host_and_scheme
from django_htmx.http import HttpResponseClientRedirect

from accounts.domain import second_factor
from companies.domain import membership
from kotra_portal.permissions import MemberType, Permission, allows, holders

View = Callable[..., HttpResponse]

PAGE_STARTS = ("/", "http://", "https://")
LONGEST_NEXT = 2000  # characters; Django refuses to redirect to more than 2,048
SECOND_STEP = "second_step"  # in a staff session: the key of the device that it passed with


class Audience(Enum):
    """Whom a page is for."""

    PUBLIC = "all"
    NEW = "not logged in"
    MEMBER = "any member"
    LOGGED_IN = "any member, and staff"
    PERMISSION = "members whose type has the permission"
    DEMO = "all, in demonstration mode only"


@dataclass(frozen=True)
class Gate:
    """What a view declares of itself."""

    audience: Audience
    permission: Permission | None = None


def _declare(gate: Gate) -> Callable[[View], View]:
    def declare(view: View) -> View:
        view.gate = gate
        return view

    return declare


public = _declare(Gate(Audience.PUBLIC))
new_only = _declare(Gate(Audience.NEW))
member_only = _declare(Gate(Audience.MEMBER))
logged_in_only = _declare(Gate(Audience.LOGGED_IN))
demo_only = _declare(Gate(Audience.DEMO))


def requires(permission: Permission) -> Callable[[View], View]:
    """§C6: the page is for members whose type has this permission."""
    return _declare(Gate(Audience.PERMISSION, permission))


def member_type_of(request: HttpRequest) -> MemberType | None:
    """§C1: the visitor's member type, asked once a request; None for anonymous visitors and staff."""
    if not hasattr(request, "member_type"):
        user = request.user
        is_member = user.is_authenticated and not user.is_staff
        request.member_type = membership.member_type_of(user) if is_member else None
    return request.member_type


def safe_next(request: HttpRequest, candidate: str | None) -> str | None:
    """Return the candidate when it is a page of this site, else None; a bare word would be taken for a URL's name."""
    is_page = bool(candidate) and candidate.startswith(PAGE_STARTS) and len(iri_to_uri(candidate)) <= LONGEST_NEXT
    if is_page and url_has_allowed_host_and_scheme(candidate, {request.get_host()}, request.is_secure()):
        return candidate
    return None


class AccessMiddleware:
    """Answers for every view but Django admin's, which asks by itself."""

    def __init__(self, get_response: View) -> None:
        """Keep the next layer."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on; the gate is asked in ``process_view``, when the view is known."""
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: View, args: tuple, kwargs: dict) -> HttpResponse | None:
        """Let the request through (None), or answer in the view's place."""
        if "admin" in request.resolver_match.app_names:
            return None
        gate = getattr(view, "gate", None)
        if gate is None:
            raise PermissionDenied
        return _answer(request, gate)


def _answer(request: HttpRequest, gate: Gate) -> HttpResponse | None:
    if gate.audience is Audience.DEMO and not settings.DEMO_MODE:
        raise Http404
    if gate.audience in {Audience.PUBLIC, Audience.DEMO}:
        return None
    user = request.user
    if gate.audience is Audience.NEW:
        return redirect("admin:index" if user.is_staff else "my") if user.is_authenticated else None
    if not user.is_authenticated:
        return ask_to_log_in(request)
    if user.is_staff:
        return second_step_missing(request) if gate.audience is Audience.LOGGED_IN else redirect("admin:index")
    if gate.permission and not allows(member_type_of(request), gate.permission):
        return _membership_needed(request, gate.permission)
    return None


def ask_to_log_in(request: HttpRequest) -> HttpResponse:
    """Send the visitor to the log-in page, and afterwards back to where they wanted to go; what was posted is lost."""
    query = {"next": wanted_page(request)}
    if getattr(request, "log_in_expired", False):
        query["expired"] = "1"
    if request.method == "POST" and request.resolver_match.url_name != "extend_session":
        query["unsaved"] = "1"
    return _redirect_with(request, settings.LOGIN_URL, query)


def has_passed_second_step(request: HttpRequest) -> bool:
    """§D14: whether a staff account is logged in here with both its steps; asked once a request."""
    user = request.user
    if not (user.is_authenticated and user.is_staff):
        return False
    asked = (user.pk, request.session.get(SECOND_STEP))
    if getattr(request, "second_step", (None, False))[0] != asked:
        request.second_step = (asked, second_factor.is_passed(user, asked[1]))
    return request.second_step[1]


def second_step_missing(request: HttpRequest) -> HttpResponse | None:
    """§D14: None where staff may see this page, else the way to the second step and back.

    Asked by the gate of ``@logged_in_only``, for pages outside the admin; the admin asks by itself.
    """
    return None if has_passed_second_step(request) else ask_second_step(request, wanted_page(request))


def ask_second_step(request: HttpRequest, wanted: str | None) -> HttpResponse:
    """Send whoever gave the password to the second step, and afterwards on to what they wanted."""
    return _redirect_with(request, "admin:second_factor", {"next": wanted} if wanted else {})


def _redirect_with(request: HttpRequest, page: str, query: dict[str, str]) -> HttpResponse:
    if len(urlencode(query)) > LONGEST_NEXT:
        del query["next"]
    return redirect_page(request, f"{resolve_url(page)}?{urlencode(query)}" if query else resolve_url(page))


def wanted_page(request: HttpRequest) -> str:
    """Return the path of the page the visitor asked for, or of the one that a form or htmx was sent from."""
    if request.method in {"GET", "HEAD"} and not request.htmx:
        return request.get_full_path()
    # What was posted cannot be repeated; the page it was posted from can.
    sent_from = request.headers.get("HX-Current-URL") or request.headers.get("Referer")
    referrer = urlsplit(safe_next(request, sent_from) or "")
    return (escape_leading_slashes(referrer.path) or "/") if referrer.netloc else resolve_url("my")


def wants_json(request: HttpRequest) -> bool:
    """Tell whether a script asks, which reads JSON, and not a browser, which shows a page."""
    return request.get_preferred_type(["text/html", "application/json"]) == "application/json"


def redirect_page(request: HttpRequest, url: str) -> HttpResponse:
    """Send the whole page there, also when htmx asked for a part of it."""
    return HttpResponseClientRedirect(url) if request.htmx else HttpResponseRedirect(url)


def _membership_needed(request: HttpRequest, permission: Permission) -> HttpResponse:
    """§D24: say which membership is needed, which the visitor has, who can grant it, and where to go."""
    context = {
        "permission": permission,
        "needed": holders(permission),
        "actual": member_type_of(request),
        "granter": membership.granter(request.user, permission),
    }
    return render(request, "errors/membership_needed.html", context, status=403)
