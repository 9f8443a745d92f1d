"""심사의 동사: each button of a case's page is one POST address; what is refused is said on the page itself (§D3)."""

from collections.abc import Callable
from functools import partial

from csp.decorators import csp_update
from django.contrib import messages
from django.contrib.admin import ModelAdmin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _, gettext_lazy

from accounts.models import User
from companies.admin import disputes, papers
from companies.admin.answers import back_to, on_to_next, refused, to_case
from companies.admin.case_page import FRAMES, check_reason, sent_form, show_case
from companies.domain import cases, evidence, profile, queue, review, succession
from companies.forms.review import APPROVAL, CORRECTION, REJECTION, AssignForm
from companies.models import Case, CaseKind, Company, Relationship, Role
from kotra_portal.errors import RuleViolation
from kotra_portal.uploads import takes_files


class ReasonNotSent(RuleViolation):
    """§T4: an approval sends no reason to anybody."""

    sentence = gettext_lazy(
        "승인할 때에는 사유를 보내지 않습니다. 보완 요청이나 반려를 하려면 그 단추를, 승인하려면 사유를 지우고 "
        "다시 승인을 눌러 주세요."
    )


Verb = Callable[[ModelAdmin, HttpRequest, Case], HttpResponse]


def urls_of(case_admin: ModelAdmin) -> list[URLPattern]:
    """The addresses of the verbs: <case>/approve/ and its fellows, behind the admin's own door."""
    return [
        path(f"<int:case_id>/{name.replace('_', '-')}/", _view_of(case_admin, verb), name=f"companies_case_{name}")
        for name, verb in VERBS.items()
    ]


def approve(case_admin: ModelAdmin, request: HttpRequest, case: Case) -> HttpResponse:
    """§T4, §C6, §D7: 승인; only a MASTER change has a reason: whoever gave one elsewhere meant another button."""
    if case.kind == CaseKind.MASTER_CHANGE:
        said = _("{company} MASTER 변경을 승인했습니다. 신청인은 이제 이 기업의 MASTER입니다.")
        return _decide_with_reason(case_admin, request, case, APPROVAL, succession.approve_master_change, said)
    form = sent_form(request, case)
    if form.chosen_reason:
        return refused(case_admin, request, case, ReasonNotSent(), decision_form=form)
    rule = profile.approve_company_edit if case.kind == CaseKind.COMPANY_EDIT else review.approve_registration
    try:
        approved = rule(case, actor=request.user, seen=form.seen_version, now=timezone.now())
    except RuleViolation as refusal:
        return refused(case_admin, request, case, refusal, decision_form=form)
    said = _approved(approved) + _settled(cases.as_it_stands(case)[0])
    return on_to_next(request, case, said)  # as it was: the next one waits behind its place


def request_correction(case_admin: ModelAdmin, request: HttpRequest, case: Case) -> HttpResponse:
    """§D3: 보완 요청."""
    said = _("{company} 신청에 보완을 요청했습니다. 신청인이 다시 보내면 대기열에 돌아옵니다.")
    return _decide_with_reason(case_admin, request, case, CORRECTION, review.request_correction, said)


def reject(case_admin: ModelAdmin, request: HttpRequest, case: Case) -> HttpResponse:
    """§D3: 반려."""
    said = _("{company} 신청을 반려했습니다. 신청인에게 사유를 메일로 알립니다.")
    return _decide_with_reason(case_admin, request, case, REJECTION, _REJECT[CaseKind(case.kind)], said)


def take(case_admin: ModelAdmin, request: HttpRequest, case: Case) -> HttpResponse:
    """§D3: 내가 맡기."""
    return _assign(request, case, request.user)


def release(case_admin: ModelAdmin, request: HttpRequest, case: Case) -> HttpResponse:
    """§D3: 담당 해제."""
    return _assign(request, case, None)


def assign(case_admin: ModelAdmin, request: HttpRequest, case: Case) -> HttpResponse:
    """§D3: give the case to another reviewer."""
    form = AssignForm(request.POST, reviewers=queue.reviewers())
    if not form.is_valid():
        return show_case(case_admin, request, case, assign_form=form)
    return _assign(request, case, form.cleaned_data["assignee"])


_REJECT: dict[CaseKind, Callable[..., Case]] = {
    CaseKind.REGISTRATION: review.reject_registration,
    CaseKind.MASTER_CHANGE: succession.reject_master_change,
    CaseKind.COMPANY_EDIT: profile.reject_company_edit,
}
_DECISIONS = (approve, request_correction, reject)
_OF_DISPUTES = (
    disputes.keep_registration,
    disputes.change_master,
    disputes.cancel_registration,
    disputes.find_member,
)
_PAPERS = (papers.add_fax, papers.add_emailed, papers.remove_paper)
VERBS: dict[str, Verb] = {verb.__name__: verb for verb in (*_DECISIONS, *_OF_DISPUTES, take, release, assign, *_PAPERS)}


def _is_of(verb: Verb, case: Case) -> bool:
    """§D3, §D8: a dispute has its own outcomes, and no 보완 요청: there is nobody at the portal who could answer it."""
    return verb not in (_DECISIONS if case.kind == CaseKind.DISPUTE else _OF_DISPUTES)


def _view_of(case_admin: ModelAdmin, verb: Verb) -> Callable[..., HttpResponse]:
    """The verb as a view of the admin; what leads here by a link or after a log-in leads to the case's page."""

    @csp_update(FRAMES)
    def view(request: HttpRequest, case_id: int) -> HttpResponse:
        if not case_admin.has_view_permission(request):
            raise PermissionDenied
        case = case_admin.get_object(request, str(case_id))
        if case is None:
            raise Http404
        if request.method != "POST":
            return to_case(case)
        if not _is_of(verb, case):
            raise Http404
        return verb(case_admin, request, case)

    view = takes_files(view) if getattr(verb, "takes_files", False) else view
    return case_admin.admin_site.admin_view(view)


def _approved(done: Relationship | Company) -> str:
    """What was done: the applicant's new relationship, or the company whose facts changed."""
    if isinstance(done, Company):
        return _("{company} 기업정보 변경을 승인했습니다. 기업명과 대표자명을 신청한 대로 바꿨습니다.")
    if done.role == Role.MASTER:
        return _("{company} 신청을 승인했습니다. 신청인은 이 기업의 MASTER입니다.")
    return _("{company} 신청을 승인했습니다. 먼저 등록된 기업이라 신청인은 준회원입니다.")


def _settled(case: Case) -> str:
    """§D4: how many other requests for the number the approval settled, and which; nothing where there was none."""
    if case.kind != CaseKind.REGISTRATION or not (others := evidence.settled_with(case)):
        return ""
    numbers = ", ".join(str(other.pk) for other in others[: evidence.MOST_ROWS])
    numbers += " …" if len(others) > evidence.MOST_ROWS else ""
    return " " + _("같은 번호의 다른 신청 %(count)s건(접수번호 %(numbers)s)은 준회원으로 연결했습니다.") % {
        "count": len(others),
        "numbers": numbers,
    }


def _decide_with_reason(
    case_admin: ModelAdmin,
    request: HttpRequest,
    case: Case,
    button: Promise,
    rule: Callable[..., object],
    said: str,
) -> HttpResponse:
    form = sent_form(request, case)
    decide = partial(rule, case, actor=request.user, seen=form.seen_version, now=timezone.now())
    try:
        check_reason(request, case, form, button)
        decide(reason=form.chosen_reason)
    except RuleViolation as refusal:
        return refused(case_admin, request, case, refusal, decision_form=form)
    return on_to_next(request, case, said)


def _assign(request: HttpRequest, case: Case, assignee: User | None) -> HttpResponse:
    try:
        review.assign(case, actor=request.user, assignee=assignee, now=timezone.now())
    except RuleViolation as refusal:
        messages.error(request, str(refusal))
    else:
        said = _("담당자를 정했습니다: %(name)s 님") if assignee else _("담당을 해제했습니다.")
        messages.success(request, said % {"name": assignee.get_full_name() if assignee else ""})
    return back_to(request, case)
