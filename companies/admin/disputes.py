"""등록 이의신청의 결정: its three outcomes, one POST address each, and the look for a new MASTER (§D8)."""

from collections.abc import Callable

from django.contrib.admin import ModelAdmin
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from companies.admin.answers import on_to_next, refused
from companies.admin.case_page import check_reason, may_decide, sent_form, show_case
from companies.domain import dispute
from companies.forms.review import CANCELLATION, CHANGE, KEEPING, DisputeForm
from companies.models import Case
from kotra_portal.errors import RuleViolation


def keep_registration(case_admin: ModelAdmin, request: HttpRequest, case: Case) -> HttpResponse:
    """§D8: 등록 유지."""
    said = _("{company} 등록을 유지했습니다. 이의신청인과 MASTER에게 사유를 메일로 알립니다.")
    return _decide(case_admin, request, case, sent_form(request, case), KEEPING, dispute.keep_registration, said)


def change_master(case_admin: ModelAdmin, request: HttpRequest, case: Case) -> HttpResponse:
    """§D8: MASTER 변경: a member of the company becomes MASTER; the old one stays as 정회원, or leaves."""
    form = sent_form(request, case, "new_master", "former")
    said = _("{company} MASTER를 바꿨습니다. 이의신청인과 두 사람에게 사유를 메일로 알립니다.")
    chosen = form.cleaned_data.get("new_master")
    choice = {"master_leaves": form.cleaned_data.get("former") == DisputeForm.LEAVES}
    choice["new_master"] = chosen.member if chosen else None
    return _decide(case_admin, request, case, form, CHANGE, dispute.change_master, said, **choice)


def cancel_registration(case_admin: ModelAdmin, request: HttpRequest, case: Case) -> HttpResponse:
    """§D8: 등록 취소, which ends every relationship with the company; asks whether that is meant."""
    form = sent_form(request, case, "sure")
    said = _("{company} 등록을 취소했습니다. 이의신청인과 회원들에게 사유를 메일로 알립니다.")
    return _decide(case_admin, request, case, form, CANCELLATION, dispute.cancel_registration, said)


def find_member(case_admin: ModelAdmin, request: HttpRequest, case: Case) -> HttpResponse:
    """§D8: the page with the members that were looked for, and with what was typed; decides nothing."""
    return show_case(case_admin, request, case)


def _decide(
    case_admin: ModelAdmin,
    request: HttpRequest,
    case: Case,
    form: DisputeForm,
    button: Promise,
    rule: Callable[..., object],
    said: str,
    **choice: object,
) -> HttpResponse:
    """What is missing is said beside its field, to whoever may decide; everybody else the rule refuses in words."""
    if not form.is_valid() and may_decide(request.user, case):
        return show_case(case_admin, request, case, decision_form=form)
    decided = {"actor": request.user, "seen": form.seen_version, "reason": form.chosen_reason, "now": timezone.now()}
    try:
        check_reason(request, case, form, button)
        rule(case, **choice, **decided)
    except RuleViolation as refusal:
        return refused(case_admin, request, case, refusal, decision_form=form)
    return on_to_next(request, case, said)
