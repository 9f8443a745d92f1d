"""휴업·폐업 표시: a page that says what a mark means, and the one address that marks a company (§D8)."""

from django.contrib import messages
from django.contrib.admin import ModelAdmin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext as _, ngettext
from django.views.decorators.http import require_http_methods

from companies.domain import business, members
from companies.forms.business import MarkBusinessForm
from companies.models import BusinessStatus, Company
from kotra_portal.errors import RuleViolation

PAGE = "admin/companies/company/mark.html"


def may_mark(company_admin: ModelAdmin, request: HttpRequest) -> bool:
    """§D8: tell whether this member of staff may see companies and mark them."""
    return company_admin.has_view_permission(request) and request.user.has_perm(business.MAY_MARK)


def urls_of(company_admin: ModelAdmin) -> list[URLPattern]:
    """The address of the verb, behind the admin's own door."""

    @require_http_methods(["GET", "HEAD", "POST"])
    def view(request: HttpRequest, company_id: int) -> HttpResponse:
        if not may_mark(company_admin, request):
            raise PermissionDenied
        company = company_admin.get_object(request, str(company_id))
        if company is None:
            raise Http404
        return mark_business(company_admin, request, company)

    address = company_admin.admin_site.admin_view(view)
    return [path("<int:company_id>/mark/", address, name="companies_company_mark")]


def mark_business(company_admin: ModelAdmin, request: HttpRequest, company: Company) -> HttpResponse:
    """§D8: what a mark means and for how many; then the verb, and what it refused beside its field."""
    form = MarkBusinessForm(request.POST or None, company=company)
    told = sum(members.count_by_role(company).values())
    if form.is_valid():
        status, reason = BusinessStatus(form.cleaned_data["status"]), form.cleaned_data["reason"]
        try:
            decided = {"seen": form.cleaned_data["seen"], "actor": request.user, "reason": reason}
            business.mark_business(company, status, **decided, now=timezone.now())
        except RuleViolation as refusal:
            form.add_error(refusal.field, str(refusal))
            company.refresh_from_db(fields=["business_status"])
            form.offer_but(company.business_status)
        else:
            messages.success(request, _said(status, told))
            return redirect("admin:companies_company_change", company.pk)
    request.current_app = company_admin.admin_site.name
    shared = {**company_admin.admin_site.each_context(request), "opts": company_admin.opts, "original": company}
    shown = {"title": _("사업 상태 바꾸기"), "form": form, "told": told}
    return TemplateResponse(request, PAGE, shared | shown)


def _said(status: BusinessStatus, told: int) -> str:
    done = ngettext(
        "사업 상태를 바꾸고 회원 %(count)d명에게 알렸습니다. 지금 상태: %(status)s",
        "사업 상태를 바꾸고 회원 %(count)d명에게 알렸습니다. 지금 상태: %(status)s",
        told,
    )
    return done % {"status": status.label, "count": told}
