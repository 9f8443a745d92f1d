"""기업 등록: the number's search, then one of three ways (§S12); one page at two addresses."""

from collections.abc import Callable
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, resolve_url
from django.utils import timezone
from django.utils.translation import gettext as _t
from django.views.decorators.http import require_safe

from companies.domain import cases, membership, registration, registration_draft, search
from companies.domain.search import Way
from companies.forms.registration import FOUND_ELSEWHERE, RegistrationForm, SearchForm
from companies.models import Channel, RegistryAnswer, Relationship, Role
from companies.registration_flows import MEMBER, SIGNUP
from companies.views.registration_page import (
    back,
    draft_in_use,
    flow_of,
    keep_typed,
    onward,
    posted_from_page,
    show,
)
from kotra_portal.access import member_only
from kotra_portal.double_click import say_once
from kotra_portal.errors import RuleViolation
from kotra_portal.uploads import takes_files


@member_only
@require_safe
def signup_company(request: HttpRequest) -> HttpResponse:
    """§S13: 기업정보 within the third step of signing up; it can be left for later."""
    return show(request, SIGNUP, found=_found_elsewhere(request))


@member_only
@require_safe
def register_company(request: HttpRequest) -> HttpResponse:
    """§S12: the same for a member at any time."""
    return show(request, MEMBER, found=_found_elsewhere(request))


@member_only
@posted_from_page
def search_number(request: HttpRequest) -> HttpResponse:
    """§S12: 사업자등록번호 검색; a refusal stands beside the field."""
    form = SearchForm(request.POST)
    if form.is_valid():
        try:
            search.search_number(request.user, form.cleaned_data["brn"], now=timezone.now())
        except RuleViolation as refusal:
            form.add_error("brn", refusal)
        else:
            return redirect(flow_of(request).page)
    return show(request, flow_of(request), search_form=form)


@takes_files
@member_only
@posted_from_page
def search_again(request: HttpRequest) -> HttpResponse:
    """§S12: 다시 조회하기, after the registry did not answer; what was typed stays."""
    try:
        draft, refused = draft_in_use(request)
        again, _changed = search.search_again(draft, now=timezone.now())
    except RuleViolation as refusal:
        return back(request, refusal)
    if again.answer == RegistryAnswer.UNAVAILABLE:
        messages.warning(request, _t("이번에도 기업정보 조회 기관이 응답하지 않습니다. 잠시 뒤에 다시 조회해 주세요."))
    else:
        messages.success(request, _t("다시 조회했습니다. 아래에서 결과를 확인해 주세요."))
    return back(request, *refused)


@member_only
@posted_from_page
def forget_registration(request: HttpRequest) -> HttpResponse:
    """§S13: 다른 번호로 찾기: drop what was typed and attached, on its owner's word."""
    registration_draft.forget_draft(request.user)
    return redirect(flow_of(request).page)


@member_only
@posted_from_page
def join_found_company(request: HttpRequest) -> HttpResponse:
    """§S12 (a): become 준회원 of the company that the page shows."""
    now = timezone.now()
    try:
        draft = search.resume(request.user, request.POST.get("brn", ""), now=now)
        search.check_seen(draft, Way.JOIN, request.POST.get("seen", ""), now=now)
        relationship = registration.join_found_company(request.user, draft.brn, now=now)
    except RuleViolation as refusal:
        return _sent_before(request) or back(request, refusal)
    return _related(request, relationship, wanted=Role.ASSOCIATE)


@member_only
@posted_from_page
def register_found_company(request: HttpRequest) -> HttpResponse:
    """§S12 (b), §T5: register the company that the registry knows, and become its MASTER at once."""

    def register(form: RegistrationForm) -> HttpResponse:
        relationship = registration.register_company(request.user, form.draft.brn, form.facts(), now=timezone.now())
        return _related(request, relationship, wanted=Role.MASTER)

    return _send(request, Way.REGISTER, register)


@takes_files
@member_only
@posted_from_page
def request_registration(request: HttpRequest) -> HttpResponse:
    """§S12 (c), §T4: ask for the registration of a company that nobody knows."""

    def ask(form: RegistrationForm) -> HttpResponse:
        certificate_by = Channel(form.cleaned_data["certificate_by"])
        asked = (form.draft.brn, form.facts(), certificate_by)
        case = registration.request_registration(request.user, *asked, now=timezone.now())
        number = {"number": case.pk}
        messages.success(request, _t("신규등록 신청을 접수했습니다. 접수번호는 %(number)s입니다.") % number)
        return onward(request, "registration_request", case_id=case.pk)

    return _send(request, Way.REQUEST, ask)


@takes_files
@member_only
@posted_from_page
def keep_registration(request: HttpRequest) -> HttpResponse:
    """§S13: keep what was typed so far, then go where ``go`` says; without it (the page's script) answer nothing."""
    if "go" not in request.POST:
        draft = registration_draft.draft_of(request.user)
        if draft and draft.brn == request.POST.get("brn"):  # another page's number is not this form's
            keep_typed(request, draft)
        return HttpResponse(status=204)
    try:
        _draft, refused = draft_in_use(request)
    except RuleViolation as refusal:
        return back(request, refusal)
    if refused:
        return back(request, *refused)
    if request.POST["go"] == "later":
        messages.info(request, _t("입력한 내용은 저장했습니다. 마이KOTRA에서 이어서 입력할 수 있습니다."))
    return HttpResponseRedirect(_place(request))


def _found_elsewhere(request: HttpRequest) -> dict[str, str]:
    return {name: request.GET[name] for name in FOUND_ELSEWHERE if name in request.GET}


def _place(request: HttpRequest) -> str:
    flow, go = flow_of(request), request.POST["go"]
    if go == "postcode":
        return f"{resolve_url('postcode')}?{urlencode({'return': resolve_url(flow.page)}, safe='/')}"
    return resolve_url(flow.next_page if go == "later" and flow.next_page else flow.page)


def _send(request: HttpRequest, way: Way, write: Callable[[RegistrationForm], HttpResponse]) -> HttpResponse:
    """§S13: whatever is refused, what was typed and attached is kept first, and shown again."""
    if sent := _sent_before(request):
        return sent
    try:
        draft, refused = draft_in_use(request)
        search.check_seen(draft, way, request.POST.get("seen", ""), now=timezone.now())
    except RuleViolation as refusal:
        return _sent_before(request) or back(request, refusal)
    form = RegistrationForm(request.POST, request.FILES, draft=draft, way=way)
    for refusal in refused:
        form.add_error("document", refusal)
    if form.is_valid():
        try:
            return write(form)
        except RuleViolation as refusal:
            if refusal.field not in form.fields:
                return _sent_before(request) or back(request, refusal)
            form.add_error(refusal.field, refusal)
    return show(request, flow_of(request), form=form)


def _sent_before(request: HttpRequest) -> HttpResponse | None:
    """The answer to a second press of a button: that of the first, which did it all; None when there was no first."""
    brn = request.POST.get("brn")
    relationship = membership.live_relationship(request.user)
    case = cases.open_registration(request.user)
    if relationship and relationship.company.brn == brn:
        answer = onward(request, "company")
    elif case and case.registration.brn == brn and not registration_draft.draft_of(request.user):
        answer = onward(request, "registration_request", case_id=case.pk)
    else:
        return None
    say_once(request, messages.INFO, _t("이미 보낸 신청입니다. 먼저 보낸 내용으로 처리했습니다."))
    return answer


def _related(request: HttpRequest, relationship: Relationship, *, wanted: Role) -> HttpResponse:
    """§S14: say what the member is now, and go on."""
    name = {"company": relationship.company.name}
    if relationship.role == Role.MASTER:
        messages.success(request, _t("기업을 등록했습니다. 이제 ‘%(company)s’의 MASTER입니다.") % name)
    elif wanted == Role.ASSOCIATE:
        messages.success(request, _t("‘%(company)s’의 준회원이 되었습니다. MASTER의 승인을 기다립니다.") % name)
    else:
        lost = _t("방금 다른 회원이 먼저 등록해서 준회원으로 연결되었습니다. ‘%(company)s’ MASTER의 승인을 기다립니다.")
        messages.warning(request, lost % name)
    return onward(request, "company")
