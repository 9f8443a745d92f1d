"""아이디 찾기 and 비밀번호 재설정; the verification itself is ``accounts.views.verification``'s."""

from django.contrib import auth, messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from accounts.domain import recovery
from accounts.domain.limits import TooManyAttempts
from accounts.domain.passwords import UnfitPassword
from accounts.forms.passwords import NewPasswordForm
from accounts.forms.recovery import MailIdForm, MailResetLinkForm
from accounts.models import Purpose, User
from accounts.views import visit
from kotra_portal.access import public
from kotra_portal.addresses import client_address, client_network

RESET_LINK = "reset_link"


@public
@require_safe
def find_id(request: HttpRequest) -> HttpResponse:
    """§D14: the ways to find one's ID."""
    return render(request, "accounts/find_id.html", {"form": MailIdForm()})


@public
@require_http_methods(["GET", "HEAD", "POST"])
def mail_id(request: HttpRequest) -> HttpResponse:
    """§D14: have the ID mailed; the answer is the same whether there is one."""
    if request.method != "POST":
        return redirect("find_id")
    form = MailIdForm(request.POST)
    if form.is_valid():
        try:
            recovery.mail_id(**form.cleaned_data, **_asked_by(request))
        except TooManyAttempts as refusal:
            form.add_error(None, refusal)
        else:
            return redirect("find_id_mailed")
    return render(request, "accounts/find_id.html", {"form": form})


@public
@require_safe
def find_id_mailed(request: HttpRequest) -> HttpResponse:
    """§D14: a mail is on its way; nothing here depends on what was typed."""
    return render(request, "accounts/find_id_mailed.html")


@public
@require_safe
def find_id_result(request: HttpRequest) -> HttpResponse:
    """§D14: the ID of the verified person, who alone is shown it whole."""
    verified = visit.verification_of(request, Purpose.FIND_ID)
    try:
        found = recovery.find_id(verified and verified.pk, now=timezone.now())
    except recovery.RecoveryExpired as refusal:
        messages.error(request, str(refusal))
        return redirect("find_id")
    except recovery.NoAccount:
        found = None
    return render(request, "accounts/find_id_result.html", {"found": found})


@public
@require_safe
def password_reset(request: HttpRequest) -> HttpResponse:
    """§D14: the ways to set a new password without the old one."""
    return render(request, "accounts/password_reset.html", {"form": MailResetLinkForm()})


@public
@require_http_methods(["GET", "HEAD", "POST"])
def mail_reset_link(request: HttpRequest) -> HttpResponse:
    """§D14: have a link mailed; the answer is the same whether there is an account."""
    if request.method != "POST":
        return redirect("password_reset")
    form = MailResetLinkForm(request.POST)
    if form.is_valid():
        try:
            recovery.mail_reset_link(**form.cleaned_data, **_asked_by(request))
        except TooManyAttempts as refusal:
            form.add_error(None, refusal)
        else:
            return redirect("password_reset_mailed")
    return render(request, "accounts/password_reset.html", {"form": form})


@public
@require_safe
def password_reset_mailed(request: HttpRequest) -> HttpResponse:
    """§D14: a mail is on its way; nothing here depends on what was typed."""
    return render(request, "accounts/password_reset_mailed.html")


@public
@require_safe
def open_reset_link(request: HttpRequest, uidb64: str, token: str) -> HttpResponse:
    """§D14: take the token out of the address, which other sites and printouts would see, into the session.

    Under a new session key: whoever knew the one before does not get the right to set the password.
    """
    try:
        recovery.find_by_reset_token(uidb64, token)
    except recovery.ResetLinkInvalid as refusal:
        return _refuse(request, refusal)
    request.session.cycle_key()
    visit.forget_verification(request, Purpose.RESET_PASSWORD)
    request.session[RESET_LINK] = [uidb64, token]
    return redirect("password_reset_new")


@sensitive_post_parameters()
@public
@require_http_methods(["GET", "HEAD", "POST"])
def password_reset_new(request: HttpRequest) -> HttpResponse:
    """§D14: the new password, for whoever verified themself or opened a mailed link."""
    proof, now = _proof(request), timezone.now()
    form = NewPasswordForm(request.POST if request.method == "POST" else None)
    try:
        member = recovery.find_by_proof(proof, now=now)
        if form.is_valid():
            return _finish(request, recovery.reset(proof, form.cleaned_data["password"], now=now))
    except UnfitPassword as refusal:
        form.add_error(refusal.field, refusal)
    except (recovery.RecoveryExpired, recovery.NoAccount, recovery.ResetLinkInvalid) as refusal:
        return _refuse(request, refusal)
    return render(request, "accounts/password_reset_new.html", {"form": form, "member": member})


def _asked_by(request: HttpRequest) -> dict[str, object]:
    network = client_network(client_address(request))
    return {"language": request.LANGUAGE_CODE, "network": network, "now": timezone.now()}


def _proof(request: HttpRequest) -> recovery.Proof:
    verified = visit.verification_of(request, Purpose.RESET_PASSWORD)
    link = request.session.get(RESET_LINK)
    if link and (verified is None or verified.verified_at is None):
        return recovery.Proof(link=tuple(link))
    return recovery.Proof(verification_id=verified and verified.pk)


def _refuse(request: HttpRequest, refusal: Exception) -> HttpResponse:
    context = {
        "refusal": refusal,
        "is_unknown": isinstance(refusal, recovery.NoAccount),
        "is_of_staff": isinstance(refusal, recovery.StaffLinkInvalid),
    }
    return render(request, "accounts/password_reset_refused.html", context, status=410)


def _finish(request: HttpRequest, member: User) -> HttpResponse:
    auth.logout(request)  # whoever was logged in here; the used link or verification goes with the session
    if member.is_staff:  # the browser is known as theirs after the second step, not before
        messages.success(request, _("비밀번호를 정했습니다. 새 비밀번호로 로그인해 주세요."))
        return redirect("admin:login")
    messages.success(request, _("비밀번호를 변경했습니다. 새 비밀번호로 로그인해 주세요."))
    response = redirect("login")
    visit.remember_device(response, member)  # the owner is known; others' failures shall not keep them out
    return response
