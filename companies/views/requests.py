"""신규등록 신청: the applicant sees how the request stands, and takes it back."""

from itertools import pairwise

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _t, gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from companies.domain import cases, correction, correction_draft
from companies.facts import Change, changes_between, groups_of
from companies.forms.correction import CorrectionForm
from companies.models import FACTS, Case, CaseEvent, CaseKind, RegistrationRound
from companies.views.documents import add_document_form
from kotra_portal.access import member_only
from kotra_portal.errors import RuleViolation

WORDS = {
    CaseEvent.Kind.CORRECTED: _("고친 내용을 다시 보냈습니다."),
    CaseEvent.Kind.SETTLED: _("다른 회원이 같은 기업을 먼저 등록해서 준회원으로 연결했습니다."),
    CaseEvent.Kind.SKIPPED: _("다른 회원이 같은 기업을 먼저 등록했지만 준회원으로 연결하지 않았습니다."),
}
# §D4: why, by the name of the refusal.
SKIPPED = {
    "AlreadyRelated": _(
        "다른 회원이 같은 기업을 먼저 등록했습니다. 이미 다른 기업에 소속되어 있어 준회원으로 연결하지 않았습니다."
    ),
    "BarredFromCompany": _(
        "다른 회원이 같은 기업을 먼저 등록했습니다. 그 기업의 MASTER가 관계설정을 막아 두어 연결하지 않았습니다."
    ),
}


@member_only
@require_safe
def registration_request(request: HttpRequest, case_id: int) -> HttpResponse:
    """§D3: what was sent and when, how it stands, what comes next, and what can still be done."""
    case = own_request(request, case_id)
    events = list(case.events.exclude(kind=CaseEvent.Kind.ASSIGNED))  # whose desk it lies on is the staff's business
    context = {
        "case": case,
        "registration": case.registration,
        "groups": groups_of(case.registration, FACTS),
        "events": [(event, _in_words(event)) for event in events],
        "rounds": _rounds(case),
        "documents": list(case.documents.all()),
        "document_form": add_document_form(request, case),
        "is_begun": _is_begun(case),
        "joined_elsewhere": any(_withdrawn_by_joining(event) for event in events),
    }
    return render(request, "companies/registration_request.html", context)


@member_only
@require_http_methods(["GET", "HEAD", "POST"])
def withdraw_request(request: HttpRequest, case_id: int) -> HttpResponse:
    """§D3: a page that says the consequence, then a verb on the button."""
    case = own_request(request, case_id)
    try:
        cases.check_open(case)
        if request.method != "POST":
            context = {"case": case, "registration": case.registration}
            return render(request, "companies/withdraw_request.html", context)
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
            if not len(messages.get_messages(request)):  # a double click: the first one's own words wait to be read
                messages.info(request, str(nothing_to_send))
        except RuleViolation as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _t("다시 보냈습니다. 고객지원팀이 같은 접수번호로 다시 확인합니다."))
    return redirect("registration_request", case_id=case.pk)


def own_request(request: HttpRequest, case_id: int, *kinds: CaseKind) -> Case:
    """§D11: the applicant's own request, of these kinds or of any; anybody else's is not found."""
    own = Case.objects.select_related("company", "registration__main_item", "master_change", "company_edit")
    return get_object_or_404(own.filter(kind__in=kinds or CaseKind), pk=case_id, applicant=request.user)


def _is_begun(case: Case) -> bool:
    """§D3: whether something was typed of a correction and not sent."""
    draft = correction_draft.draft_of(case)
    return bool(draft) and CorrectionForm.differs(case.registration, draft.typed)


def _rounds(case: Case) -> list[tuple[RegistrationRound, list[Change]]]:
    """§D3: what was sent before, each with what the next one changed."""
    sent = [*case.rounds.select_related("main_item"), case.registration]
    return [(before, changes_between(before, after)) for before, after in pairwise(sent)]


def _in_words(event: CaseEvent) -> str:
    """§D3, §D4: what the event alone does not tell, or why a correction was asked for; nothing for most."""
    if event.kind == CaseEvent.Kind.CORRECTION_REQUESTED:
        return event.detail.get("reason", "")
    because = event.detail.get("because", "") if event.kind == CaseEvent.Kind.SKIPPED else ""
    return str(SKIPPED.get(because, WORDS.get(event.kind, "")))


def _withdrawn_by_joining(event: CaseEvent) -> bool:
    return event.kind == CaseEvent.Kind.WITHDRAWN and event.detail.get("because") == "JOINED"
