"""심사의 대답: what a verb answers: the page with its refusal, the case's page anew, or the next case."""

from django.contrib import messages
from django.contrib.admin import ModelAdmin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.timezone import localtime
from django.utils.translation import gettext as _, gettext_lazy

from companies.admin.case_page import forget_reason, keep_reason, show_case
from companies.domain import cases, queue
from companies.domain.review import ChangedMeanwhile
from companies.forms.review import DecisionForm
from companies.models import Case, CaseEvent
from kotra_portal.errors import RuleViolation

# What whoever decides must have seen, as the history of a case has it.
_SINCE = {
    CaseEvent.Kind.SENT: gettext_lazy("신청 접수"),
    CaseEvent.Kind.CORRECTED: gettext_lazy("신청인이 다시 보냄"),
    CaseEvent.Kind.DOCUMENT_ADDED: gettext_lazy("신청인이 서류를 추가함"),
    CaseEvent.Kind.CORRECTION_REQUESTED: gettext_lazy("다른 담당자가 보완을 요청함"),
    CaseEvent.Kind.DOCUMENT_REMOVED: gettext_lazy("잘못 추가한 서류를 뺌"),
    CaseEvent.Kind.AGREED: gettext_lazy("MASTER가 동의함"),
    CaseEvent.Kind.OBJECTED: gettext_lazy("MASTER가 이의를 제기함"),
}


def refused(
    case_admin: ModelAdmin, request: HttpRequest, case: Case, refusal: RuleViolation, **forms: DecisionForm
) -> HttpResponse:
    """The page as it is now, with the refusal on it and what was typed."""
    form = forms.get("decision_form")
    if form and refusal.field in form.fields:
        form.add_error(refusal.field, str(refusal))
    else:
        messages.error(request, _said(case, refusal, form))
    return show_case(case_admin, request, case_admin.get_object(request, str(case.pk)), **forms)


def _said(case: Case, refusal: RuleViolation, form: DecisionForm | None) -> str:
    """§D3: the refusal; of a page that grew old with what happened since, each with its time."""
    if not (form and isinstance(refusal, ChangedMeanwhile)):
        return str(refusal)
    since = cases.happened_since(case, form.seen_version)
    told = ", ".join(f"{_SINCE[event.kind]} ({date_format(localtime(event.at), 'DATETIME_FORMAT')})" for event in since)
    return f"{refusal} {_('그사이 있었던 일')}: {told}" if told else str(refusal)


def on_to_next(request: HttpRequest, decided: Case, said: str) -> HttpResponse:
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
    return to_case(following)


def back_to(request: HttpRequest, case: Case) -> HttpResponse:
    """The page anew, with a reason that was begun."""
    keep_reason(request, case)
    return to_case(case)


def to_case(case: Case) -> HttpResponse:
    """The case's page."""
    return redirect("admin:companies_case_change", case.pk)


def _link(address: str, words: str) -> SafeString:
    return format_html('<a href="{}">{}</a>', address, words)
