"""심사의 동사: each button of a case's page is one POST address; what is refused is said on the page itself (§D3)."""

from collections.abc import Callable
from functools import partial

from csp.decorators import csp_update
from django.contrib import messages
from django.contrib.admin import ModelAdmin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _, gettext_lazy

from accounts.models import User
from companies.admin.case_page import FRAMES, forget_reason, keep_reason, show_case
from companies.documents import UnusableDocument
from companies.domain import documents, queue, review
from companies.forms.review import AssignForm, DecisionForm, PaperForm
from companies.models import Case, Channel, Role
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
    """§T4: 승인, which has no reason: whoever gave one meant another button."""
    form = DecisionForm(request.POST)
    form.is_valid()
    if form.chosen_reason:
        return _refused(case_admin, request, case, ReasonNotSent(), decision_form=form)
    seen, now = form.seen_version, timezone.now()
    try:
        relationship = review.approve_registration(case, actor=request.user, seen=seen, now=now)
    except RuleViolation as refusal:
        return _refused(case_admin, request, case, refusal, decision_form=form)
    if relationship.role == Role.MASTER:
        said = _("{company} 신청을 승인했습니다. 신청인은 이 기업의 MASTER입니다.")
    else:
        said = _("{company} 신청을 승인했습니다. 먼저 등록된 기업이라 신청인은 준회원입니다.")
    return _on_to_next(request, case, said)


def request_correction(case_admin: ModelAdmin, request: HttpRequest, case: Case) -> HttpResponse:
    """§D3: 보완 요청."""
    said = _("{company} 신청에 보완을 요청했습니다. 신청인이 다시 보내면 대기열에 돌아옵니다.")
    return _decide_with_reason(case_admin, request, case, review.request_correction, said)


def reject(case_admin: ModelAdmin, request: HttpRequest, case: Case) -> HttpResponse:
    """§D3: 반려."""
    said = _("{company} 신청을 반려했습니다. 신청인에게 사유를 메일로 알립니다.")
    return _decide_with_reason(case_admin, request, case, review.reject_registration, said)


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


@takes_files
def add_fax(case_admin: ModelAdmin, request: HttpRequest, case: Case) -> HttpResponse:
    """§D3: 팩스로 받은 서류 추가."""
    return _add_paper(case_admin, request, case, Channel.FAX)


@takes_files
def add_emailed(case_admin: ModelAdmin, request: HttpRequest, case: Case) -> HttpResponse:
    """§D3: 이메일로 받은 서류 추가."""
    return _add_paper(case_admin, request, case, Channel.EMAIL)


def _add_paper(case_admin: ModelAdmin, request: HttpRequest, case: Case, channel: Channel) -> HttpResponse:
    """§D3: how a paper came is said by the button: it cannot be forgotten, and no chosen file is lost for it."""
    form, now = PaperForm(request.POST, request.FILES), timezone.now()
    if not form.is_valid():
        return show_case(case_admin, request, case, paper_form=form)
    try:
        added = documents.add_paper(case, form.cleaned_data["document"], channel, actor=request.user, now=now)
    except UnusableDocument as refusal:
        form.add_error(refusal.field, str(refusal))
        return show_case(case_admin, request, case, paper_form=form)
    except RuleViolation as refusal:
        return _refused(case_admin, request, case, refusal)
    is_new = added.added_at == now
    said = _("‘%(name)s’ 파일을 추가했습니다.") if is_new else _("‘%(name)s’ 파일은 이미 올라와 있습니다.")
    messages.success(request, said % {"name": added.name})
    return _back_to(request, case)


VERBS: dict[str, Verb] = {
    verb.__name__: verb for verb in (approve, request_correction, reject, take, release, assign, add_fax, add_emailed)
}


def _view_of(case_admin: ModelAdmin, verb: Verb) -> Callable[..., HttpResponse]:
    """The verb as a view of the admin; what leads here by a link or after a log-in leads to the case's page."""

    @csp_update(FRAMES)
    def view(request: HttpRequest, case_id: int) -> HttpResponse:
        if not case_admin.has_view_permission(request):
            raise PermissionDenied
        case = case_admin.get_object(request, str(case_id))
        if case is None:
            raise Http404
        return verb(case_admin, request, case) if request.method == "POST" else _to(case)

    view = takes_files(view) if getattr(verb, "takes_files", False) else view
    return case_admin.admin_site.admin_view(view)


def _decide_with_reason(
    case_admin: ModelAdmin, request: HttpRequest, case: Case, rule: Callable[..., Case], said: str
) -> HttpResponse:
    form = DecisionForm(request.POST)
    form.is_valid()
    decide = partial(rule, case, actor=request.user, seen=form.seen_version, now=timezone.now())
    try:
        decide(reason=form.chosen_reason)
    except RuleViolation as refusal:
        return _refused(case_admin, request, case, refusal, decision_form=form)
    return _on_to_next(request, case, said)


def _refused(
    case_admin: ModelAdmin, request: HttpRequest, case: Case, refusal: RuleViolation, **forms: DecisionForm
) -> HttpResponse:
    """The page as it is now, with the refusal on it and what was typed."""
    if refusal.field and "decision_form" in forms:
        forms["decision_form"].add_error(refusal.field, str(refusal))
    else:
        messages.error(request, str(refusal))
    return show_case(case_admin, request, case_admin.get_object(request, str(case.pk)), **forms)


def _assign(request: HttpRequest, case: Case, assignee: User | None) -> HttpResponse:
    try:
        review.assign(case, actor=request.user, assignee=assignee, now=timezone.now())
    except RuleViolation as refusal:
        messages.error(request, str(refusal))
    else:
        said = _("담당자를 %(name)s(으)로 정했습니다.") if assignee else _("담당을 해제했습니다.")
        messages.success(request, said % {"name": assignee.get_full_name() if assignee else ""})
    return _back_to(request, case)


def _on_to_next(request: HttpRequest, decided: Case, said: str) -> HttpResponse:
    """Say what was done, and go on to the case that waits next, or to the queue where none does."""
    which = _("‘%(company)s’(접수번호 %(number)s)") % {"company": decided.company_name, "number": decided.pk}
    company = _link(reverse("admin:companies_case_change", args=[decided.pk]), which)
    forget_reason(request, decided)
    done, to_queue = format_html(said, company=company), reverse("admin:companies_case_changelist")
    following = queue.next_case(request.user, after=decided)
    if following is None:
        messages.success(request, format_html("{} {}", done, _("기다리는 신청이 더 없습니다.")))
        return redirect(to_queue)
    goes_on = format_html(_("이어서 다음 신청입니다. {queue}"), queue=_link(to_queue, _("심사 대기열로 가기")))
    messages.success(request, format_html("{} {}", done, goes_on))
    return _to(following)


def _link(address: str, words: str) -> SafeString:
    return format_html('<a href="{}">{}</a>', address, words)


def _back_to(request: HttpRequest, case: Case) -> HttpResponse:
    keep_reason(request, case)
    return _to(case)


def _to(case: Case) -> HttpResponse:
    return redirect("admin:companies_case_change", case.pk)
