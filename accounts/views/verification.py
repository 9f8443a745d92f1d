"""실명인증 (§S5–§S7): the choice of the way, the carrier's window, the public I-PIN's; the same for each purpose."""

import secrets
from collections.abc import Callable
from functools import wraps

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.domain import signup, verification as rules
from accounts.domain.recovery import RecoveryExpired
from accounts.domain.signup import Step
from accounts.forms.verification import CodeForm, IpinForm, MobileClaimForm
from accounts.identity import picture
from accounts.identity.stub import IPIN_PASSWORD, SCRIPT
from accounts.models import Purpose, Verification
from accounts.verification_pages import PAGES
from accounts.views import visit
from accounts.views.signup import STEPS
from kotra_portal.access import new_only, public
from kotra_portal.addresses import client_address, client_network
from kotra_portal.errors import RuleViolation
from kotra_portal.kept import forget, keep, kept

View = Callable[..., HttpResponse]
# What the session holds of each purpose between two requests: the digits shown, and (for half an hour at most) the
# forms that were refused.
PICTURE, IPIN, CLAIM, CODE = "ipin_digits_{}", "ipin_refused_{}", "claim_refused_{}", "code_refused_{}"
VERBS = (
    "mobile", "mobile_request", "mobile_resend", "mobile_confirm", "mobile_cancel",
    "ipin", "ipin_confirm", "ipin_picture",
)  # fmt: skip
STEP = 2  # §S3: 실명인증 among the sign-up's steps
RESENT = _("새 인증번호를 보냈습니다. 앞서 받은 번호는 쓸 수 없습니다.")


def for_purpose(view: View, purpose: Purpose) -> View:
    """The view for one purpose, with its gate; a sign-up needs its draft and the agreed terms first (§S3)."""

    @wraps(view)
    def page(request: HttpRequest) -> HttpResponse:
        return _detour(request, purpose) or view(request, purpose)

    return new_only(page) if purpose == Purpose.SIGNUP else public(page)


def posted_from(verb: str) -> Callable[[View], View]:
    """The view answers POST alone; whoever opens its address gets the page that its button stands on."""

    def declare(view: View) -> View:
        @wraps(view)
        @require_http_methods(["GET", "HEAD", "POST"])
        def page(request: HttpRequest, purpose: Purpose) -> HttpResponse:
            return view(request, purpose) if request.method == "POST" else redirect(_url(purpose, verb))

        return page

    return declare


@require_safe
def verification(request: HttpRequest, purpose: Purpose) -> HttpResponse:
    """§S5: the choice between 휴대폰 and 공공아이핀; a sign-up that is verified already is told so."""
    verified = visit.draft_of(request).verification if _is_verified(request, purpose) else None
    valid_until = verified.verified_at + rules.VERIFICATION_LIFETIME if verified else None
    context = _frame(request, purpose) | {"verified": verified, "valid_until": valid_until}
    return render(request, "accounts/verification.html", context)


@require_safe
def mobile(request: HttpRequest, purpose: Purpose) -> HttpResponse:
    """§S6: the carrier's window: the person's data; once a code was sent, its entry (``?edit``: the data again)."""
    sent = visit.verification_of(request, purpose)
    awaits_code = rules.awaits_code(sent, now=timezone.now())
    if awaits_code and "edit" not in request.GET:
        return _show_code(request, purpose, sent)
    refused = kept(request.session, CLAIM.format(purpose))
    typed_before = MobileClaimForm.typed_before(sent) if awaits_code else None
    form = MobileClaimForm.reopen(refused) if refused else MobileClaimForm(initial=typed_before)
    return render(request, "accounts/mobile_verification.html", _frame(request, purpose) | {"form": form})


@posted_from("mobile")
def request_code(request: HttpRequest, purpose: Purpose) -> HttpResponse:
    """§S6 인증번호 요청; a second press of the button is answered like the first."""
    form, now = MobileClaimForm(request.POST), timezone.now()
    if form.is_valid():
        claim, consents = form.claim(), form.consents()
        if rules.was_just_sent(visit.verification_of(request, purpose), claim, now=now):
            return redirect(_url(purpose, "mobile"))
        try:
            sent = rules.request_code(claim, purpose, provider_consents=consents, address=_network(request), now=now)
        except RuleViolation as refusal:
            _refuse(form, refusal)
        else:
            forget(request.session, CLAIM.format(purpose))
            visit.remember_verification(request, sent)
            return redirect(_url(purpose, "mobile"))
    keep(request.session, CLAIM.format(purpose), form.keep())
    return redirect(_url(purpose, "mobile") + "?edit=1")


@posted_from("mobile")
def resend_code(request: HttpRequest, purpose: Purpose) -> HttpResponse:
    """§S6 인증번호 재전송: a new code, which ends the earlier one."""
    now, sent = timezone.now(), visit.verification_of(request, purpose)
    try:
        if not rules.awaits_code(sent, now=now):
            raise rules.VerificationExpired
        rules.resend_code(sent, now=now)
    except rules.VerificationExpired:
        return _start_again(request, purpose)
    except RuleViolation as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, RESENT)
    return redirect(_url(purpose, "mobile"))


@posted_from("mobile")
def confirm_code(request: HttpRequest, purpose: Purpose) -> HttpResponse:
    """§S6 확인; a second press after success goes on as the first did."""
    sent = visit.verification_of(request, purpose)
    form = CodeForm(request.POST)
    if not rules.awaits_code(sent, now=timezone.now()):
        return _go_on_or_start_again(request, purpose)
    if form.is_valid():
        try:
            rules.confirm_code(sent.pk, form.cleaned_data["code"], now=timezone.now())
        except rules.VerificationExpired:  # another press of the button was faster
            return _go_on_or_start_again(request, purpose)
        except RuleViolation as refusal:
            _refuse(form, refusal)
        else:
            return _go_on_or_start_again(request, purpose)
    keep(request.session, CODE.format(purpose), form.keep())
    return redirect(_url(purpose, "mobile"))


@posted_from("mobile")
def cancel(request: HttpRequest, purpose: Purpose) -> HttpResponse:
    """§S6 취소: back to the choice; the code that was sent is of no use any more."""
    visit.forget_verification(request, purpose)
    _forget_refused(request, purpose)
    return redirect(PAGES[purpose].back)


@require_safe
def ipin(request: HttpRequest, purpose: Purpose) -> HttpResponse:
    """§S7: the public I-PIN's window (``?challenge=words``: the digits in words; ``new``, ``new-words``: others)."""
    challenge = request.GET.get("challenge", "")
    if challenge.startswith("new") or PICTURE.format(purpose) not in request.session:
        request.session[PICTURE.format(purpose)] = picture.new_digits()
    refused = kept(request.session, IPIN.format(purpose))
    forget(request.session, IPIN.format(purpose))
    words = picture.in_words(request.session[PICTURE.format(purpose)]) if challenge.endswith("words") else ""
    form = IpinForm.reopen(refused) if refused else IpinForm()
    context = _frame(request, purpose) | {"form": form, "words": words, "picture_stamp": secrets.token_hex(4)}
    return render(request, "accounts/ipin_verification.html", context)


@posted_from("ipin")
def confirm_ipin(request: HttpRequest, purpose: Purpose) -> HttpResponse:
    """§S7: verify by I-PIN; the picture's digits serve one try, wrong ones do not count against the I-PIN."""
    shown = request.session.pop(PICTURE.format(purpose), "")
    form, now, network = IpinForm(request.POST), timezone.now(), _network(request)
    if form.is_valid():
        typed = form.cleaned_data
        try:
            rules.check_picture_digits(typed["digits"], shown, address=network, now=now)
            verified = rules.verify_by_ipin(typed["ipin_id"], typed["password"], purpose, address=network, now=now)
        except RuleViolation as refusal:
            _refuse(form, refusal)
        else:
            visit.remember_verification(request, verified)
            return _go_on_or_start_again(request, purpose)
    keep(request.session, IPIN.format(purpose), form.keep())
    in_words = "?challenge=words" if request.POST.get("challenge") == "words" else ""
    return redirect(_url(purpose, "ipin") + in_words)


@require_safe
@never_cache
def ipin_picture(request: HttpRequest, purpose: Purpose) -> HttpResponse:
    """§S7: the picture of the digits."""
    digits = request.session.get(PICTURE.format(purpose))
    if digits is None:
        raise Http404
    return HttpResponse(picture.draw(digits), content_type="image/png")


def _detour(request: HttpRequest, purpose: Purpose) -> HttpResponse | None:
    """§S3: where a sign-up goes instead that has no living draft, or whose terms are not agreed to."""
    if purpose != Purpose.SIGNUP:
        return None
    try:
        signup.check_reached(visit.draft_of(request), Step.VERIFICATION, now=timezone.now())
    except signup.DraftExpired as refusal:
        messages.error(request, str(refusal))
        return redirect("signup")
    except signup.StepNotReached as refusal:
        messages.error(request, str(refusal))
        return redirect("signup_terms")
    visit.renew_signup(request)
    return None


def _go_on_or_start_again(request: HttpRequest, purpose: Purpose) -> HttpResponse:
    """§S5: go on with the visitor's verified person, under a new session key; else say that it is too late."""
    now, verified = timezone.now(), visit.verification_of(request, purpose)
    if not rules.is_fresh(verified, now=now):
        is_verified = _is_verified(request, purpose)
        return redirect(PAGES[purpose].done) if is_verified else _start_again(request, purpose)
    request.session.cycle_key()
    _forget_refused(request, purpose)
    if purpose == Purpose.SIGNUP:
        try:
            signup.attach_verification(visit.draft_of(request), verified, now=now)
        except rules.AccountExists as refusal:
            context = _frame(request, purpose) | {"refusal": refusal}
            return render(request, "accounts/verification_account_exists.html", context, status=409)
        except RuleViolation as refusal:
            messages.error(request, str(refusal))
            return redirect(PAGES[purpose].back)
        visit.forget_verification(request, purpose)
    return redirect(PAGES[purpose].done)


def _forget_refused(request: HttpRequest, purpose: Purpose) -> None:
    """§D14: once verified, or given up, nothing of what the windows refused is needed any more."""
    forget(request.session, *(name.format(purpose) for name in (CLAIM, IPIN, CODE)))


def _is_verified(request: HttpRequest, purpose: Purpose) -> bool:
    """§S5: the purpose has its verified person: the sign-up's draft, or the visitor's fresh verification."""
    now = timezone.now()
    if purpose == Purpose.SIGNUP:
        return signup.next_step(visit.draft_of(request), now=now) is Step.DETAILS
    return rules.is_fresh(visit.verification_of(request, purpose), now=now)


def _start_again(request: HttpRequest, purpose: Purpose) -> HttpResponse:
    visit.forget_verification(request, purpose)
    refusal = rules.VerificationExpired() if purpose == Purpose.SIGNUP else RecoveryExpired()
    messages.error(request, str(refusal))
    return redirect(PAGES[purpose].back)


def _show_code(request: HttpRequest, purpose: Purpose, sent: Verification) -> HttpResponse:
    refused = kept(request.session, CODE.format(purpose))
    forget(request.session, CODE.format(purpose))
    form = CodeForm.reopen(refused) if refused else CodeForm()
    code_seconds = rules.code_seconds_left(sent, now=timezone.now())
    context = _frame(request, purpose) | {"form": form, "sent": sent, "code_seconds": code_seconds}
    return render(request, "accounts/mobile_verification.html", context)


def _frame(request: HttpRequest, purpose: Purpose) -> dict[str, object]:
    """What stands around each window: its addresses, the sign-up's steps, the people of the demonstration."""
    urls = {verb: _url(purpose, verb) for verb in VERBS} | {"back": reverse(PAGES[purpose].back)}
    people = {"people": SCRIPT, "ipin_password": IPIN_PASSWORD} if settings.DEMO_MODE else {}
    steps = {"steps": STEPS, "current": STEP} if purpose == Purpose.SIGNUP else {}
    pages = {"urls": urls, "continue_url": reverse(PAGES[purpose].done)}
    return {"purpose": purpose, "is_verified": _is_verified(request, purpose)} | pages | steps | people


def _url(purpose: Purpose, verb: str) -> str:
    return reverse(f"{PAGES[purpose].stem}_{verb}")


def _network(request: HttpRequest) -> str:
    return client_network(client_address(request))


def _refuse(form: forms.Form, refusal: RuleViolation) -> None:
    form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
