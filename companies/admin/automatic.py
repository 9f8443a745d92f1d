"""자동 등록: what the registry alone approved, with who registered it beside the company's representative (§D8)."""

import re
from dataclasses import dataclass

from django.contrib.admin import ModelAdmin
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from companies.domain import dispute
from companies.models import Case, CaseKind, RelationshipEvent
from kotra_portal.model_admin import LONGEST_LIST, BoundedPaginator
from kotra_portal.paging import numbered_page
from kotra_portal.text import half_width

A_PAGE = 50  # registrations
DIFFERENT = "different"  # the question in the address that leaves out equal names
PAGE = "admin/companies/company/automatic.html"
_BETWEEN_NAMES = re.compile("[,;/·ㆍ]|외 ?[0-9]+ ?(?:인|명)$")  # several representatives stand in one line


@dataclass(frozen=True)
class Registration:
    """One registration, and the dispute, if one was raised.

    ``differs`` tells whether its member's name is no representative's; None where one of both has no name.
    """

    event: RelationshipEvent
    differs: bool | None
    dispute: Case | None


def urls_of(company_admin: ModelAdmin) -> list[URLPattern]:
    """The address of the list, behind the admin's own door."""

    @require_safe
    def view(request: HttpRequest) -> HttpResponse:
        if not company_admin.has_view_permission(request):
            raise PermissionDenied
        return automatic_registrations(company_admin, request)

    address = company_admin.admin_site.admin_view(view)
    return [path("automatic/", address, name="companies_company_automatic")]


def automatic_registrations(company_admin: ModelAdmin, request: HttpRequest) -> HttpResponse:
    """§D8: the latest registrations that no person looked at; as many queries for a page as for a row."""
    registrations = dispute.automatic_registrations()
    only_different = DIFFERENT in request.GET
    # The keys first: a database that joins what it skips takes a second for the last page.
    keys = _of_somebody_else(registrations) if only_different else registrations.values_list("pk", flat=True)
    paginator = (Paginator if only_different else BoundedPaginator)(keys, A_PAGE)
    page = numbered_page(request, paginator)
    request.current_app = company_admin.admin_site.name
    shown = {
        "title": _("최근 자동 등록"),
        "opts": company_admin.opts,
        "page": page,
        "only_different": only_different,
        "most_compared": LONGEST_LIST if only_different else None,
        "rows": _rows(list(registrations.filter(pk__in=list(page)))),
        "most_shown": LONGEST_LIST if paginator.count >= LONGEST_LIST else None,
    }
    return TemplateResponse(request, PAGE, company_admin.admin_site.each_context(request) | shown)


def is_somebody_else(member_name: str, representative: str) -> bool | None:
    """§D8: tell whether the name is none of the representative's, of whom several may stand in one line.

    Spaces, case and full-width letters make no difference; None where one of both has no name.
    """
    known = {_plain(name) for name in _BETWEEN_NAMES.split(representative)} - {""}
    return _plain(member_name) not in known if known and member_name else None


def _of_somebody_else(registrations: QuerySet[RelationshipEvent]) -> list[int]:
    """The keys of those whose names differ, among the latest: what names mean, no database compares."""
    names = registrations.values_list("pk", "relationship__member__name", "company__representative")[:LONGEST_LIST]
    return [key for key, member, representative in names if is_somebody_else(member, representative)]


def _plain(name: str) -> str:
    return "".join(half_width(name).casefold().split())


def _rows(events: list[RelationshipEvent]) -> list[Registration]:
    raised = Case.objects.filter(kind=CaseKind.DISPUTE, company__in=[event.company_id for event in events])
    disputes = {case.company_id: case for case in raised.select_related("dispute")}
    return [
        Registration(
            event,
            is_somebody_else(event.relationship.member.name, event.company.representative),
            disputes.get(event.company_id),
        )
        for event in events
    ]
