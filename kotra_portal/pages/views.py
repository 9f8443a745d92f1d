"""Home, guide, FAQ, and what a visitor sets for the browser: language and display."""

from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from accounts.domain import profile
from kotra_portal.access import public, safe_next
from kotra_portal.context_processors import DISPLAY_COOKIE, DISPLAYS
from kotra_portal.pages.models import Notice
from kotra_portal.permissions import MATRIX, MemberType

NOTICES_ON_HOME = 5
A_YEAR = 365 * 24 * 3600


@public
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Welcome, what the portal offers to whom (§C6), the latest notices."""
    context = {"matrix": MATRIX, "notices": Notice.objects.all()[:NOTICES_ON_HOME]}
    return render(request, "pages/home.html", context)


@public
@require_safe
def membership_guide(request: HttpRequest) -> HttpResponse:
    """회원분류 안내, rendered from the matrix (§C6)."""
    return render(request, "pages/membership_guide.html", {"matrix": MATRIX, "member_types": MemberType})


@public
@require_safe
def faq(request: HttpRequest) -> HttpResponse:
    """자주하는 질문 (§Q1)."""
    return render(request, "pages/faq.html")


@public
@require_POST
def choose_language(request: HttpRequest) -> HttpResponse:
    """§D22: switch the language of the portal; a member's choice is kept for mails too."""
    response = redirect(safe_next(request, request.POST.get("next")) or "home")
    language = request.POST.get("language")
    if language in dict(settings.LANGUAGES):
        if request.user.is_authenticated:
            profile.choose_language(request.user, language)
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME,
            language,
            max_age=A_YEAR,
            secure=settings.LANGUAGE_COOKIE_SECURE,
            httponly=True,
            samesite=settings.LANGUAGE_COOKIE_SAMESITE,
        )
    return response


@public
@require_POST
def choose_display(request: HttpRequest) -> HttpResponse:
    """Switch between the normal and the high-contrast display."""
    response = redirect(safe_next(request, request.POST.get("next")) or "home")
    display = request.POST.get("display")
    if display in DISPLAYS:
        response.set_cookie(
            DISPLAY_COOKIE,
            display,
            max_age=A_YEAR,
            secure=settings.SESSION_COOKIE_SECURE,
            httponly=True,
            samesite="Lax",
        )
    return response


@public
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """The portal is up, and the database answers."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return HttpResponse("ok", content_type="text/plain")
