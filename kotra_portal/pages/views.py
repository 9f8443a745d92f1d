"""Home, guide, FAQ, and what a visitor sets for the browser: language and display."""

from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.templatetags.static import static
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from accounts.domain import profile
from kotra_portal.access import public, safe_next
from kotra_portal.context_processors import DISPLAY_COOKIE, DISPLAYS
from kotra_portal.cookies import A_YEAR, remember_choice, remember_language
from kotra_portal.pages.models import Notice
from kotra_portal.pages.tiles import TILES
from kotra_portal.permissions import MATRIX, MemberType

NOTICES_ON_HOME = 5


@public
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """§S1: 회원가입 at the top; what the portal offers to whom (§C6), and the latest notices."""
    today = timezone.localdate()
    notices = Notice.objects.filter(published_on__lte=today)[:NOTICES_ON_HOME]
    return render(request, "pages/home.html", {"tiles": TILES, "notices": notices})


@public
@require_safe
def membership_guide(request: HttpRequest) -> HttpResponse:
    """회원분류 안내, rendered from the matrix (§C6)."""
    return render(request, "pages/membership_guide.html", {"matrix": MATRIX, "member_types": MemberType})


@public
@require_safe
def faq(request: HttpRequest) -> HttpResponse:
    """자주하는 질문 (§Q1 to §Q5)."""
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
        else:
            remember_choice(response, language)
        remember_language(response, language)
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
def favicon(request: HttpRequest) -> HttpResponse:
    """The icon, for whoever asks at its old place without having read a page."""
    return redirect(static("img/icon.svg"))


@public
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """The portal is up, and the database answers."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return HttpResponse("ok", content_type="text/plain")
