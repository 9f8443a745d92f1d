"""신규등록 신청: the applicant sees how the request stands, and takes it back."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _t
from django.views.decorators.http import require_http_methods, require_safe

from companies.domain import cases
from companies.facts import groups_of
from companies.models import FACTS, Case, CaseEvent, CaseKind
from companies.views.documents import add_document_form
from kotra_portal.access import member_only
from kotra_portal.errors import RuleViolation


@member_only
@require_safe
def registration_request(request: HttpRequest, case_id: int) -> HttpResponse:
    """§D3: what was sent and when, how it stands, what comes next, and what can still be done."""
    case = _own_request(request, case_id)
    events = list(case.events.all())
    context = {
        "case": case,
        "registration": case.registration,
        "groups": groups_of(case.registration, FACTS),
        "events": events,
        "documents": list(case.documents.all()),
        "document_form": add_document_form(request, case),
        "joined_elsewhere": any(_withdrawn_by_joining(event) for event in events),
    }
    return render(request, "companies/registration_request.html", context)


@member_only
@require_http_methods(["GET", "HEAD", "POST"])
def withdraw_request(request: HttpRequest, case_id: int) -> HttpResponse:
    """§D3: a page that says the consequence, then a verb on the button."""
    case = _own_request(request, case_id)
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


def _own_request(request: HttpRequest, case_id: int) -> Case:
    """§D11: the applicant's own request; somebody else's is not found, as one that does not exist."""
    own = Case.objects.select_related("registration__main_item").filter(applicant=request.user)
    return get_object_or_404(own, pk=case_id, kind=CaseKind.REGISTRATION)


def _withdrawn_by_joining(event: CaseEvent) -> bool:
    return event.kind == CaseEvent.Kind.WITHDRAWN and event.detail.get("because") == "JOINED"
