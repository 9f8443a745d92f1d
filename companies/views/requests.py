"""신청: the applicant sees how a request of any kind stands, sends it again, and takes it back (§D3)."""

from collections.abc import Callable
from itertools import pairwise

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _t, gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from companies.domain import cases, correction, correction_draft, membership
from companies.facts import Change, changes_between, groups_of, without_empty
from companies.forms.correction import CorrectionForm
from companies.models import FACTS, Case, CaseEvent, CaseKind, CaseState, RegistrationRound, Role
from companies.views.documents import add_document_form
from kotra_portal.access import member_only
from kotra_portal.double_click import say_once
from kotra_portal.errors import RuleViolation

WITHDRAWN = CaseEvent.Kind.WITHDRAWN
ANSWERS = (CaseEvent.Kind.AGREED, CaseEvent.Kind.OBJECTED)
WORDS = {
    CaseEvent.Kind.CORRECTED: _("고친 내용을 다시 보냈습니다."),
    CaseEvent.Kind.DOCUMENT_REMOVED: _("이 신청과 관계없는 서류가 잘못 추가되어 뺐습니다."),
    CaseEvent.Kind.SETTLED: _("다른 회원이 같은 기업을 먼저 등록해서 준회원으로 연결했습니다."),
}


@member_only
@require_safe
def registration_request(request: HttpRequest, case_id: int) -> HttpResponse:
    """§D3: what was sent and when, how it stands, what comes next, and what can still be done."""
    case = own_request(request, case_id)
    happened = case.events.exclude(kind=CaseEvent.Kind.ASSIGNED)  # whose desk it lies on is the staff's business
    events = [event for event in happened if event.is_shown]
    context = {
        "case": case,
        "events": [(event, _by(event, case), _in_words(event)) for event in events],
        "documents": list(case.shown_documents),
        "document_form": add_document_form(request, case),
        "withdrawn_because": next((event.detail.get("because") for event in events if event.kind == WITHDRAWN), None),
    }
    return render(request, "companies/registration_request.html", context | _ABOUT[CaseKind(case.kind)](case))


@member_only
@require_http_methods(["GET", "HEAD", "POST"])
def withdraw_request(request: HttpRequest, case_id: int) -> HttpResponse:
    """§D3: a page that says the consequence, then a verb on the button."""
    case = own_request(request, case_id)
    try:
        cases.check_open(case)
        if request.method != "POST":
            return render(request, "companies/withdraw_request.html", {"case": case})
        cases.withdraw_request(case, actor=request.user, now=timezone.now())
    except RuleViolation as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _t("신청을 취소했습니다."))
    return redirect("registration_request", case_id=case.pk)


@member_only
@require_http_methods(["GET", "HEAD", "POST"])
def send_again(request: HttpRequest, case_id: int) -> HttpResponse:
    """§D3: papers came where a 보완 요청 asked for them; a registration is corrected on its form instead."""
    case = own_request(request, case_id, CaseKind.MASTER_CHANGE, CaseKind.COMPANY_EDIT)
    if request.method == "POST":
        try:
            correction.send_again(case, actor=request.user, now=timezone.now())
        except correction.WaitsAsItIs as nothing_to_send:
            say_once(request, messages.INFO, nothing_to_send)
        except RuleViolation as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _t("다시 보냈습니다. 고객지원팀이 같은 접수번호로 다시 확인합니다."))
    return redirect("registration_request", case_id=case.pk)


def own_request(request: HttpRequest, case_id: int, *kinds: CaseKind) -> Case:
    """§D11: the applicant's own request, of these kinds or of any; anybody else's is not found."""
    own = Case.objects.select_related("company", "registration__main_item", "master_change", "company_edit")
    return get_object_or_404(own.filter(kind__in=kinds or CaseKind), pk=case_id, applicant=request.user)


def _of_registration(case: Case) -> dict[str, object]:
    """§T4: the company that shall be registered, as it was sent last and before."""
    asked, draft = case.registration, correction_draft.draft_of(case)
    groups, unanswered = without_empty(groups_of(asked, FACTS))
    return {
        "registration": asked,
        "asked": asked,
        "groups": groups,
        "unanswered": unanswered,
        "rounds": _rounds(case),
        "is_begun": bool(draft) and CorrectionForm.differs(asked, draft.typed),
    } | _of_correction(case)


def _of_change(case: Case) -> dict[str, object]:
    """§D7: what is asked for, what the MASTER said, and whose name the applicant may read whole (§D11)."""
    change, own = case.master_change, membership.live_members(case.company).filter(member=case.applicant_id).first()
    return {
        "change": change,
        "asked": change,
        "is_late": timezone.now() >= change.decidable_from,
        "is_insider": own is not None and own.role != Role.ASSOCIATE,
    } | _of_correction(case)


def _of_edit(case: Case) -> dict[str, object]:
    """§C6: what of the verified facts shall change."""
    return {"edit": case.company_edit, "asked": case.company_edit} | _of_correction(case)


def _of_correction(case: Case) -> dict[str, object]:
    """§D3: whether there is something to answer a 보완 요청 with."""
    return {"has_new_paper": case.state == CaseState.CORRECTION and cases.has_new_paper(case)}


_ABOUT: dict[CaseKind, Callable[[Case], dict[str, object]]] = {
    CaseKind.REGISTRATION: _of_registration,
    CaseKind.MASTER_CHANGE: _of_change,
    CaseKind.COMPANY_EDIT: _of_edit,
}


def _rounds(case: Case) -> list[tuple[RegistrationRound, list[Change]]]:
    """§D3: what was sent before, each with what the next one changed."""
    sent = [*correction.latest_rounds(case), case.registration]
    return [(before, changes_between(before, after)) for before, after in pairwise(sent)]


def _in_words(event: CaseEvent) -> str:
    """§D3, §D4: what the event alone does not tell, or why a correction was asked for; nothing for most."""
    if event.kind == CaseEvent.Kind.CORRECTION_REQUESTED:
        return event.detail.get("reason", "")
    if event.kind == CaseEvent.Kind.SKIPPED:
        return str(cases.why_skipped(event.detail.get("because", "")))
    return str(WORDS.get(event.kind, ""))


def _by(event: CaseEvent, case: Case) -> str:
    """§D3: who did it, as the applicant knows them."""
    if event.kind in ANSWERS:
        return "MASTER"
    if event.actor_id is None:
        return _t("자동 처리")
    return _t("본인") if event.actor_id == case.applicant_id else _t("고객지원팀")
