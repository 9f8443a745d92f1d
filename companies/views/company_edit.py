"""기업정보 수정: at once what the company says of itself, by a case what was verified (§C6)."""

from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render, resolve_url
from django.utils import timezone
from django.utils.translation import gettext as _t
from django.views.decorators.http import require_http_methods

from companies.domain import membership, profile
from companies.domain.profile import ChangedMeanwhile, EditIsOpen
from companies.forms.company_edit import EditCompanyForm, RequestCompanyEditForm
from companies.forms.registration import FOUND_ELSEWHERE
from companies.models import Channel, Company
from kotra_portal.access import requires
from kotra_portal.double_click import say_once
from kotra_portal.errors import RuleViolation
from kotra_portal.kept import forget, keep, kept
from kotra_portal.permissions import Permission

LONGEST_KEPT_TEXT = 10_000  # characters of one field; what the page began from is one of them


@requires(Permission.EDIT_COMPANY)
@require_http_methods(["GET", "HEAD", "POST"])
def edit_company(request: HttpRequest) -> HttpResponse:
    """§C6: every fact that was not verified, changed at once; what others changed meanwhile is shown first."""
    company, seen = _own_company(request)
    if request.method != "POST":
        return _begin(request, company, seen)
    if EditCompanyForm.is_of_another_company(request.POST, company):
        return _other_company(request)
    form = EditCompanyForm(request.POST, company=company, seen=seen)
    if form.is_valid():
        try:
            return _save(request, form)
        except ChangedMeanwhile as refusal:
            if form.is_saved:
                return _nothing_to_save(request, company)
            again = EditCompanyForm(company=company, seen=seen, typed=form.merged())
            return _show(request, again, refusal=refusal, meanwhile=form.meanwhile())
        except RuleViolation as refusal:
            form.add_error(refusal.field, refusal)
    return _show(request, form)


@requires(Permission.EDIT_COMPANY)
@require_http_methods(["GET", "HEAD", "POST"])
def keep_company_edit(request: HttpRequest) -> HttpResponse:
    """§C6: keep what was typed so far, then go where ``go`` says: to the postcode search, or back."""
    page = resolve_url("edit_company")
    if request.method == "POST":
        company, _seen = _own_company(request)
        if EditCompanyForm.is_of_another_company(request.POST, company):
            return _other_company(request)
        typed = EditCompanyForm.typed_in(request.POST, {})
        fit = {name: text[:LONGEST_KEPT_TEXT] for name, text in typed.items() if name not in profile.VERIFIED}
        keep(request.session, _typed_of(company), fit)
        if request.POST.get("go") == "postcode":
            page = f"{resolve_url('postcode')}?{urlencode({'return': page}, safe='/')}"
    return HttpResponseRedirect(page)


@requires(Permission.EDIT_COMPANY)
@require_http_methods(["GET", "HEAD", "POST"])
def discard_company_edit(request: HttpRequest) -> HttpResponse:
    """§C6: forget what was typed and not saved, on its owner's word."""
    if request.method == "POST":
        forget(request.session, _typed_of(_own_company(request)[0]))
    return redirect("edit_company")


@requires(Permission.EDIT_COMPANY)
@require_http_methods(["GET", "HEAD", "POST"])
def request_company_edit(request: HttpRequest) -> HttpResponse:
    """§C6: ask staff to change 기업명 or 대표자명, which they verify; or the request that waits already."""
    company, _seen = _own_company(request)
    form = RequestCompanyEditForm(request.POST if request.method == "POST" else None, company=company)
    if form.is_valid():
        try:
            return _request(request, form)
        except EditIsOpen as refusal:
            say_once(request, messages.ERROR, refusal)
            return redirect("request_company_edit")
        except RuleViolation as refusal:
            form.add_error(refusal.field, refusal)
    context = {"form": form, "company": company, "open_case": profile.open_edit(company)}
    return render(request, "companies/request_company_edit.html", context)


def _begin(request: HttpRequest, company: Company, seen: int) -> HttpResponse:
    found = {name: request.GET[name] for name in FOUND_ELSEWHERE if name in request.GET}
    typed = kept(request.session, _typed_of(company))
    return _show(request, EditCompanyForm(company=company, seen=seen, typed=typed, found=found))


def _save(request: HttpRequest, form: EditCompanyForm) -> HttpResponse:
    changed = profile.edit_company(request.user, form.changes(), seen=form.version_seen, now=timezone.now())
    if not changed:
        return _nothing_to_save(request, form.company)
    forget(request.session, _typed_of(form.company))
    labels = [str(Company._meta.get_field(name).verbose_name) for name in changed]
    messages.success(request, _t("기업정보를 고쳤습니다: %(facts)s") % {"facts": ", ".join(labels)})
    return redirect("company")


def _nothing_to_save(request: HttpRequest, company: Company) -> HttpResponse:
    forget(request.session, _typed_of(company))
    say_once(request, messages.INFO, _t("바뀐 내용이 없습니다. 기업정보는 그대로입니다."))
    return redirect("company")


def _other_company(request: HttpRequest) -> HttpResponse:
    """An old page of a company that one belonged to before: nothing of it is for the one of today."""
    messages.error(request, _t("그사이 소속 기업이 바뀌어 저장하지 않았습니다. 지금 기업의 내용을 확인해 주세요."))
    return redirect("edit_company")


def _request(request: HttpRequest, form: RequestCompanyEditForm) -> HttpResponse:
    asked = {name: form.cleaned_data[name] for name in profile.VERIFIED}
    way = Channel(form.cleaned_data["certificate_by"])
    case = profile.request_company_edit(request.user, **asked, certificate_by=way, now=timezone.now())
    number = {"number": case.pk}
    messages.success(request, _t("기업정보 변경을 신청했습니다. 접수번호는 %(number)s입니다.") % number)
    return redirect("registration_request", case_id=case.pk)


def _show(request: HttpRequest, form: EditCompanyForm, **of_others: object) -> HttpResponse:
    is_kept = kept(request.session, _typed_of(form.company)) is not None
    context = {
        "form": form,
        "company": form.company,
        "keep_url": resolve_url("keep_company_edit"),
        "open_edit": profile.open_edit(form.company),
        "is_unsaved": is_kept and not form.is_bound,
    }
    return render(request, "companies/edit_company.html", context | of_others)


def _own_company(request: HttpRequest) -> tuple[Company, int]:
    """The member's company and the version of its facts; the facts are read last, so they are never older than it."""
    relationship = membership.live_relationship(request.user)
    if relationship is None:
        raise Http404
    seen = profile.version(relationship.company)
    return Company.objects.select_related("main_item").get(pk=relationship.company_id), seen


def _typed_of(company: Company) -> str:
    """Under which name what was typed of this company is kept."""
    return f"company_edit_{company.pk}"
