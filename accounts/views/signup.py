"""회원가입: the doors, the consents, the details. 실명인증 and what follows the details have modules of their own."""

from collections.abc import Callable
from contextlib import suppress
from functools import wraps
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render, resolve_url
from django.utils import timezone
from django.utils.translation import get_language, gettext as _t, gettext_lazy as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.domain import signup as rules, terms
from accounts.domain.signup import DraftExpired, Step, StepNotReached
from accounts.domain.verification import VerificationExpired
from accounts.forms.signup import SignupDetailsForm, SignupTermsForm, UsernameForm
from accounts.models import Door, SignupDraft
from accounts.views import visit
from kotra_portal.access import new_only, public, redirect_page
from kotra_portal.addresses import client_address
from kotra_portal.errors import RuleViolation
from kotra_portal.phones import format_phone
from kotra_portal.reference.postcodes import HEAD_OFFICE, change_address

View = Callable[..., HttpResponse]

# §S3: what the step indicator shows on every page of the flow.
STEPS = (_("약관동의"), _("실명인증"), _("회원정보입력"), _("가입완료"))
PAGES = {Step.TERMS: "signup_terms", Step.VERIFICATION: "signup_verification", Step.DETAILS: "signup_details"}
# §S2: where 개인회원 → 기업회원 전환신청 begins after the log-in.
CONVERSION_PAGE = "convert_company"
# §S13: what follows the 기본정보 within the same step; whoever logged in without signing up has a front page.
REST_OF_STEP = {Door.COMPANY: "signup_company", Door.INDIVIDUAL: "signup_interests", None: "my"}
FOUND_ELSEWHERE = ("username", "postcode", "address", "address_en")


def at_step(step: Step) -> Callable[[View], View]:
    """§S3: give the view the visitor's draft, or send the visitor to the first unfinished step, saying why.

    A finished draft comes through too: a second press of the last button carries it.
    """

    def guard(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest) -> HttpResponse:
            try:
                draft = visit.draft_of(request)
                if draft.member is None:
                    rules.check_reached(draft, step, now=timezone.now())
            except DraftExpired as refusal:
                return _send_to(request, "signup", refusal)
            except StepNotReached as refusal:
                return _send_to(request, PAGES[rules.next_step(draft, now=timezone.now())], refusal)
            if not request.htmx:  # a look beside a field must not write the session while the form is being sent
                visit.renew_signup(request)
            return view(request, draft)

        return guarded

    return guard


@public
@require_safe
def signup(request: HttpRequest) -> HttpResponse:
    """§S2: three doors, each with its explanation; whoever is logged in sees the third alone."""
    if request.user.is_staff:
        return redirect("admin:index")
    now = timezone.now()
    context = {"steps": STEPS, "doors": Door, "conversion_page": resolve_url(CONVERSION_PAGE)}
    try:
        draft = visit.draft_of(request)
    except DraftExpired:
        return render(request, "accounts/signup.html", context)
    if draft.member is None:
        step = rules.next_step(draft, now=now)
        context |= {"draft": draft, "next_page": PAGES[step], "next_label": STEPS[list(Step).index(step)]}
    return render(request, "accounts/signup.html", context)


@new_only
@require_POST
def start_signup(request: HttpRequest) -> HttpResponse:
    """§S2: go through one of the doors, as often as one network may."""
    door = request.POST.get("door")
    if door not in Door.values:
        messages.error(request, _t("기업회원과 개인회원 가운데 하나를 골라 주세요."))
        return redirect("signup")
    try:
        draft = rules.start(Door(door), address=client_address(request), now=timezone.now())
    except RuleViolation as refusal:
        return _send_to(request, "signup", refusal)
    visit.begin_signup(request, draft)
    return redirect("signup_terms")


@new_only
@require_POST
def abandon_signup(request: HttpRequest) -> HttpResponse:
    """§S13: forget the unfinished sign-up of this browser, on its owner's word; the doors are open again."""
    with suppress(DraftExpired):  # gone already, as was wanted
        rules.abandon(visit.draft_of(request), now=timezone.now())
    visit.forget_signup(request)
    messages.success(request, _t("작성하던 회원가입을 지웠습니다."))
    return redirect("signup")


@new_only
@require_http_methods(["GET", "HEAD", "POST"])
@at_step(Step.TERMS)
def signup_terms(request: HttpRequest, draft: SignupDraft) -> HttpResponse:
    """§S4: 약관동의."""
    now = timezone.now()
    documents = terms.in_force(timezone.localdate(now))
    form = SignupTermsForm(documents, request.POST if request.method == "POST" else None, held=draft.choices)
    if form.is_valid():
        try:
            rules.agree(draft, form.choices(), address=client_address(request), now=now)
        except RuleViolation as violation:
            form.add_error(violation.field, violation)
        else:
            return redirect(PAGES[rules.next_step(draft, now=now)])
    return render(request, "accounts/signup_terms.html", {"form": form, "steps": STEPS})


@sensitive_post_parameters("password", "password_again")
@public
@require_http_methods(["GET", "HEAD", "POST"])
def signup_details(request: HttpRequest) -> HttpResponse:
    """§S8: 회원정보입력; whoever is a member by now (a second tab, the back button) goes on with the step's rest."""
    if request.user.is_authenticated:
        return redirect(REST_OF_STEP[visit.door_taken(request)])
    return _submit_details(request) if request.method == "POST" else _show_details(request)


@at_step(Step.DETAILS)
def _show_details(request: HttpRequest, draft: SignupDraft) -> HttpResponse:
    found = {name: request.GET[name] for name in FOUND_ELSEWHERE if name in request.GET}
    if "address" in found:
        found |= change_address(draft.details, found)
    return _page_of_details(request, draft, SignupDetailsForm(draft=draft, now=timezone.now(), found=found))


@at_step(Step.TERMS)
def _submit_details(request: HttpRequest, draft: SignupDraft) -> HttpResponse:
    """§S13: the account exists as soon as the details are accepted; whatever is refused, what was typed is kept."""
    now = timezone.now()
    form = SignupDetailsForm(request.POST, draft=draft, now=now)
    rules.keep_details(draft, form.typed(), now=now)
    try:
        if draft.member is None:
            rules.check_reached(draft, Step.DETAILS, now=now)
        if form.is_valid():
            member = rules.create_account(
                draft.pk, form.details(), form.cleaned_data["password"], language=get_language(), now=now
            )
            visit.welcome(request, member, draft)
            response = redirect(REST_OF_STEP[draft.door])
            visit.remember_device(response, member)
            return response
        _check_username_too(form, draft)
    except DraftExpired as refusal:
        return _send_to(request, "signup", refusal)
    except (StepNotReached, VerificationExpired) as refusal:
        return _send_back(request, draft, refusal)
    except RuleViolation as violation:
        form.add_error(violation.field, violation)
    return _page_of_details(request, draft, form)


@sensitive_post_parameters("password", "password_again")
@new_only
@require_POST
def keep_details(request: HttpRequest) -> HttpResponse:
    """§S13: keep what was typed so far, then go where ``go`` says; without it (the page's script) answer nothing."""
    now = timezone.now()
    go = request.POST.get("go")
    try:
        draft = visit.draft_of(request)
    except DraftExpired as refusal:
        return _send_to(request, "signup", refusal) if go else HttpResponse(status=204)
    typed = SignupDetailsForm(request.POST, draft=draft, now=now).typed()
    if go == "head_office":
        typed |= change_address(typed, HEAD_OFFICE.as_typed)
    rules.keep_details(draft, typed, now=now)
    visit.renew_signup(request)
    return HttpResponseRedirect(_place(go)) if go else HttpResponse(status=204)


@new_only
@require_safe
@at_step(Step.DETAILS)
def check_username(request: HttpRequest, draft: SignupDraft) -> HttpResponse:
    """§S8 ID중복확인: a fragment beside the field (htmx), else a page that leads back to the form."""
    typed = request.GET.get("username", draft.details.get("username", ""))
    form = UsernameForm({"username": typed})
    _ask_for_username(form, draft)
    if request.htmx:
        return render(request, "accounts/_check_username.html", {"form": form})
    return render(request, "accounts/check_username.html", {"form": form, "steps": STEPS})


@sensitive_post_parameters("password", "password_again")
@new_only
@require_POST
@at_step(Step.DETAILS)
def check_details_field(request: HttpRequest, draft: SignupDraft) -> HttpResponse:
    """§S8: the rules of one field, beside it, while the form is being filled in; an empty one is left in peace."""
    name = request.POST.get("field")
    form = SignupDetailsForm(request.POST, draft=draft, now=timezone.now())
    if name not in form.fields:
        raise Http404
    typed = any(form[name].data) if isinstance(form[name].data, list) else form[name].data
    if typed and name == "username":
        _ask_for_username(form, draft)
    context = {"field": form[name], "errors": form.errors.get(name) if typed else None}
    return render(request, "accounts/_check_details_field.html", context | {"typed": typed})


def _page_of_details(request: HttpRequest, draft: SignupDraft, form: SignupDetailsForm) -> HttpResponse:
    verified = draft.verification
    context = {"form": form, "steps": STEPS, "verified": verified, "mobile": format_phone(verified.mobile)}
    context["keep_url"] = resolve_url("keep_details")
    return render(request, "accounts/signup_details.html", context)


def _check_username_too(form: SignupDetailsForm, draft: SignupDraft) -> None:
    """§S8: tell of a taken ID together with what else is wrong, not after it; raises UsernameTaken."""
    if "username" in form.cleaned_data:
        rules.check_username_for(draft, form.cleaned_data["username"], now=timezone.now())


def _ask_for_username(form: UsernameForm | SignupDetailsForm, draft: SignupDraft) -> None:
    form.full_clean()
    if "username" not in form.errors:
        try:
            rules.check_username_for(draft, form.cleaned_data["username"], now=timezone.now())
        except RuleViolation as refusal:
            form.add_error("username", refusal)


def _place(go: str) -> str:
    places = {
        "postcode": f"{resolve_url('postcode')}?{urlencode({'return': resolve_url('signup_details')}, safe='/')}",
        "head_office": f"{resolve_url('signup_details')}#id_address_detail",
        "username": resolve_url("check_username"),
    }
    return places.get(go, resolve_url("signup_details"))


def _send_back(request: HttpRequest, draft: SignupDraft, refusal: RuleViolation) -> HttpResponse:
    return _send_to(request, PAGES[rules.next_step(draft, now=timezone.now())], refusal)


def _send_to(request: HttpRequest, page: str, refusal: RuleViolation) -> HttpResponse:
    messages.error(request, str(refusal))
    return redirect_page(request, resolve_url(page))
