"""로그인, 로그아웃, and the extension of a log-in."""

from urllib.parse import urlsplit

from django.conf import settings
from django.contrib import auth, messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render, resolve_url
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from accounts.domain import profile
from accounts.forms.login import LoginForm
from accounts.models import User
from accounts.views import visit
from kotra_portal.access import ask_to_log_in, public, safe_next, wants_json
from kotra_portal.cookies import remember_language, take_choice
from kotra_portal.middleware import extend, seconds_left


@sensitive_post_parameters("password")
@public
@require_http_methods(["GET", "HEAD", "POST"])
def login(request: HttpRequest) -> HttpResponse:
    """§D14, §D22: log in and go on to where the visitor wanted to go, in the language they just chose, if any."""
    wanted = safe_next(request, request.POST.get("next") or request.GET.get("next"))
    if request.user.is_authenticated:
        return redirect(_destination(request.user, wanted))
    form = LoginForm(request, data=request.POST if request.method == "POST" else None)
    if form.is_valid():
        person = form.get_user()
        auth.login(request, person)
        response = redirect(_destination(person, wanted))
        visit.begin_log_in(request, response)
        chosen = take_choice(request, response)
        if chosen and not person.is_staff:
            profile.choose_language(person, chosen)
        remember_language(response, person.language)
        return response
    return render(
        request,
        "accounts/login.html",
        {"form": form, "next": wanted, "expired": "expired" in request.GET, "unsaved": "unsaved" in request.GET},
    )


@public
@require_http_methods(["GET", "HEAD", "POST"])
def logout(request: HttpRequest) -> HttpResponse:
    """§D14: end the log-in; a typed address or a link shows the button only."""
    if request.method != "POST":
        return render(request, "accounts/logout.html") if request.user.is_authenticated else redirect("home")
    auth.logout(request)
    messages.success(request, _("로그아웃했습니다."))
    return redirect("home")


@public
@require_POST
def extend_session(request: HttpRequest) -> HttpResponse:
    """§D14: count the rest anew; a script that asks for JSON is told the seconds left, 0 when the log-in has ended."""
    if not request.user.is_authenticated:
        request.log_in_expired = True  # only pages of a log-in have this button
        return JsonResponse({"seconds": 0}, status=403) if wants_json(request) else ask_to_log_in(request)
    extend(request)
    if wants_json(request):
        return JsonResponse({"seconds": seconds_left(request)})
    return redirect(safe_next(request, request.POST.get("next")) or settings.LOGIN_REDIRECT_URL)


def _destination(person: User, wanted: str | None) -> str:
    """Each to their own side: staff below the admin, members anywhere else."""
    admin = reverse("admin:index")
    if wanted and urlsplit(wanted).path.startswith(admin) == person.is_staff:
        return wanted
    return admin if person.is_staff else resolve_url(settings.LOGIN_REDIRECT_URL)
