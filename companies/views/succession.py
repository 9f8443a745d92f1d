"""MASTER 변경신청: a member asks staff for a new MASTER, and the sitting one answers (§Q3, §D7)."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _t
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import User
from companies.domain import cases, membership, succession
from companies.forms.succession import AgreementForm, MasterChangeForm, ObjectionForm
from companies.models import Case, CaseKind, Role
from kotra_portal.access import member_only, requires
from kotra_portal.errors import RuleViolation
from kotra_portal.permissions import Permission


@member_only
@require_http_methods(["GET", "HEAD", "POST"])
def request_master_change(request: HttpRequest) -> HttpResponse:
    """§Q3: what it takes, what follows, and the form; who cannot ask reads what to do instead."""
    form = MasterChangeForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            case = succession.request_master_change(request.user, **form.asked(), now=timezone.now())
        except succession.ChangeIsOpen:  # a double click, or another tab: the page leads to what is open
            return redirect("request_master_change")
        except RuleViolation as refusal:
            form.add_error(refusal.field, refusal)
        else:
            messages.success(
                request, _t("MASTER 변경신청을 접수했습니다. 접수번호는 %(number)s입니다.") % {"number": case.pk}
            )
            return redirect("registration_request", case_id=case.pk)
    return render(request, "companies/request_master_change.html", _standing(request.user) | {"form": form})


@member_only
@require_safe
def master_change_form(request: HttpRequest) -> HttpResponse:
    """§Q3: MASTER 변경신청서, filled in as far as the portal knows, to be printed and signed."""
    context = _standing(request.user)
    relationship = context["relationship"]
    if relationship is None or relationship.role == Role.MASTER:
        return redirect("request_master_change")
    return render(request, "companies/master_change_form.html", context)


@requires(Permission.TRANSFER_MASTER)
@require_safe
def answer_master_change(request: HttpRequest, case_id: int) -> HttpResponse:
    """§D7: the sitting MASTER reads who asks for what and why, until when, and what it would mean; and answers."""
    return _show(request, _asked_of(request.user, case_id))


@sensitive_post_parameters("current_password")
@requires(Permission.TRANSFER_MASTER)
@require_http_methods(["GET", "HEAD", "POST"])
def agree_master_change(request: HttpRequest, case_id: int) -> HttpResponse:
    """§D7: the sitting MASTER agrees, with the password, so that staff may decide at once."""
    case = _asked_of(request.user, case_id)
    form = AgreementForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        password = form.cleaned_data["current_password"]
        try:
            succession.agree(case, actor=request.user, password=password, now=timezone.now())
        except RuleViolation as refusal:
            if refusal.field:
                form.add_error(refusal.field, refusal)
                return _show(request, case, agreement=form)
            messages.error(request, str(refusal))
        else:
            messages.success(request, _t("MASTER 변경에 동의했습니다. 고객지원팀이 서류를 확인하고 결정합니다."))
        return redirect("answer_master_change", case_id=case.pk)
    return _show(request, case, agreement=form) if form.is_bound else redirect("answer_master_change", case_id=case.pk)


@requires(Permission.TRANSFER_MASTER)
@require_http_methods(["GET", "HEAD", "POST"])
def object_master_change(request: HttpRequest, case_id: int) -> HttpResponse:
    """§D7: the sitting MASTER objects, and says why."""
    case = _asked_of(request.user, case_id)
    form = ObjectionForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            succession.object_to(case, actor=request.user, now=timezone.now(), **form.cleaned_data)
        except RuleViolation as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _t("이의를 접수했습니다. 고객지원팀이 이의 내용과 서류를 함께 보고 결정합니다."))
        return redirect("answer_master_change", case_id=case.pk)
    return _show(request, case, objection=form) if form.is_bound else redirect("answer_master_change", case_id=case.pk)


def _standing(member: User) -> dict[str, object]:
    """§Q3: the member's relationship, the company's MASTER, and the request that is open already."""
    relationship = membership.live_relationship(member)
    return {
        "relationship": relationship,
        "master": membership.master_of(relationship.company) if relationship else None,
        "open_change": cases.open_request(member, CaseKind.MASTER_CHANGE),
        "days": succession.OBJECT_WITHIN.days,
    }


def _asked_of(master: User, case_id: int) -> Case:
    """§D7, §D11: the request that this MASTER was asked about; any other is not found."""
    asked = Case.objects.select_related("company", "applicant", "master_change").filter(kind=CaseKind.MASTER_CHANGE)
    of_company = asked.filter(company__relationships__member=master, company__relationships__ended_at__isnull=True)
    return get_object_or_404(of_company, pk=case_id, master_change__master=master)


def _show(
    request: HttpRequest, case: Case, *, objection: ObjectionForm | None = None, agreement: AgreementForm | None = None
) -> HttpResponse:
    context = {
        "case": case,
        "change": case.master_change,
        "applicant": membership.live_members(case.company).filter(member=case.applicant).first(),
        "is_late": timezone.now() >= case.master_change.decidable_from,
        "objection": objection or ObjectionForm(),
        "agreement": agreement or AgreementForm(),
    }
    return render(request, "companies/answer_master_change.html", context)
