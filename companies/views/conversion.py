"""기업회원 전환신청: search, choose, look, relate (§T1–§T3); what is not registered goes on to 기업 등록 (§T4)."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _t
from django.views.decorators.http import require_http_methods, require_safe

from companies.domain import cases, company_search, members, membership, registration_draft, search
from companies.domain.company_search import NobodyChosen
from companies.domain.profile import SEARCH_SHOWS
from companies.facts import groups_of
from companies.forms.conversion import LONGEST_TYPED, ConversionSearchForm
from kotra_portal.access import member_only
from kotra_portal.errors import RuleViolation

LARGEST_ID = 2**63 - 1  # what the database can look for


@member_only
@require_safe
def convert_company(request: HttpRequest) -> HttpResponse:
    """§T2: the search, its rows, or the chosen company; all of it stands in the address and changes nothing."""
    relationship = membership.live_relationship(request.user)
    if relationship:
        return render(request, "companies/convert_company.html", {"relationship": relationship})
    form = ConversionSearchForm(request.GET if "q" in request.GET else None)
    context = {
        "form": form,
        "open_request": cases.open_registration(request.user),
        "registration_draft": registration_draft.draft_of(request.user),
    }
    if form.is_valid():
        try:
            context |= _found(request, form.cleaned_data["q"])
        except RuleViolation as refusal:
            form.add_error("q", refusal)
    return render(request, "companies/convert_company.html", context)


@member_only
@require_http_methods(["GET", "HEAD", "POST"])
def relate_company(request: HttpRequest) -> HttpResponse:
    """§T3: 기업관계설정 신청: become 준회원 of the company that the page shows; a second press finds it done."""
    if request.method != "POST":
        return redirect("convert_company")
    form, chosen = ConversionSearchForm(request.POST), _chosen_id(request.POST.get("company", "")) or 0
    typed = form.cleaned_data["q"] if form.is_valid() else ""
    try:
        made = company_search.relate_company(request.user, typed, chosen, now=timezone.now())
    except RuleViolation as refusal:
        related = membership.live_relationship(request.user)
        if related and related.company_id == chosen:  # the first press did it
            return redirect("company")
        return _back_to_search(request, refusal)
    name = {"company": made.company.name}
    messages.success(request, _t("‘%(company)s’의 준회원이 되었습니다. MASTER의 승인을 기다립니다.") % name)
    return redirect("company")


def _back_to_search(request: HttpRequest, refusal: RuleViolation) -> HttpResponse:
    messages.error(request, str(refusal))
    searched = {"q": request.POST.get("q", "")[:LONGEST_TYPED]}
    return redirect(f"{resolve_url('convert_company')}?{urlencode(searched)}")


def _found(request: HttpRequest, typed: str) -> dict[str, object]:
    """§T2: the chosen company, or the rows to choose from, with a word where none was chosen."""
    now, chosen = timezone.now(), _chosen_id(request.GET.get("company", ""))
    refusals = []
    if chosen or "choose" in request.GET:
        try:
            row = company_search.find_company(request.user, typed, chosen or 0, now=now)
        except NobodyChosen as nobody:
            refusals = [str(nobody)]
        else:
            is_barred = members.is_barred(request.user, row.company)
            shown = {"chosen": row, "company": row.company, "groups": groups_of(row.company, SEARCH_SHOWS)}
            return shown | {"is_barred": is_barred}
    found = company_search.find_companies(request.user, typed, now=now)
    is_for_staff = bool(found.number) and not found.rows and search.is_for_staff(found.number)
    return {"found": found, "refusals": refusals, "is_for_staff": is_for_staff}


def _chosen_id(typed: str) -> int | None:
    """The row's key, or None for what is none."""
    is_key = typed.isascii() and typed.isdigit() and len(typed) < 20
    return int(typed) if is_key and int(typed) <= LARGEST_ID else None
