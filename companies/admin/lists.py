"""심사 대기열: which cases the list shows, and how they are searched."""

from urllib.parse import urlencode

from django.contrib import admin
from django.db.models import Q, QuerySet, Value
from django.db.models.functions import Replace
from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.names import normalize_username
from companies.models import (
    OPEN_STATES,
    Case,
    CaseKind,
    CaseState,
    Company,
    CompanyEditRequest,
    RegistrationDispute,
    RegistrationRequest,
)
from companies.names import SHORTEST_START, searched_name
from companies.numbers import only_digits
from kotra_portal.text import half_width

LONGEST_BRN = 10
MOST_COMPANIES = 1_000  # whose cases one search finds; whoever means one of more says more of its name or number


class QueueFilter(admin.SimpleListFilter):
    """§D3: what waits for staff, unless something else is chosen; a search looks everywhere."""

    title = _("보기")
    parameter_name = "queue"
    CORRECTION, MINE, NOBODYS, CLOSED, ALL = "correction", "mine", "nobodys", "closed", "all"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[str, str]]:
        """The quick filters beside the queue itself."""
        return [
            (self.NOBODYS, _("담당자 없음")),
            (self.MINE, _("내가 담당")),
            (self.CORRECTION, _("보완 요청 중")),
            (self.CLOSED, _("끝난 신청")),
            (self.ALL, _("전체")),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Case]) -> QuerySet[Case]:
        """The cases of the chosen view."""
        views = {
            self.NOBODYS: Q(state=CaseState.RECEIVED, assignee__isnull=True),
            self.MINE: Q(state__in=OPEN_STATES, assignee=request.user),
            self.CORRECTION: Q(state=CaseState.CORRECTION),
            self.CLOSED: ~Q(state__in=OPEN_STATES),
            self.ALL: Q(),
        }
        return queryset.filter(views.get(self.value(), Q() if is_search(request) else Q(state=CaseState.RECEIVED)))

    @property
    def views(self) -> list[dict[str, object]]:
        """Every view as a link, the queue first; a search looks through all of them, and a chosen kind stays."""
        chosen = self.value() or (self.ALL if is_search(self.request) else None)
        kind = _asked(self.request, KindFilter.parameter_name)
        search = _asked(self.request, "q")
        others = [
            _view(title, {self.parameter_name: name} | search | kind, selected=chosen == name)
            for name, title in self.lookup_choices
        ]
        return [_view(_("심사 대기"), kind, selected=chosen is None), *others]


class KindFilter(admin.SimpleListFilter):
    """§D3: the cases of one kind, in whatever view."""

    title = _("종류")
    parameter_name = "kind"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[str, str]]:
        """The kinds of cases."""
        return CaseKind.choices

    def queryset(self, request: HttpRequest, queryset: QuerySet[Case]) -> QuerySet[Case]:
        """The cases of the chosen kind; all where none was, or one that there is not."""
        return queryset.filter(kind=self.value()) if self.value() in CaseKind.values else queryset

    @property
    def views(self) -> list[dict[str, object]]:
        """Every kind as a link, all of them first; the view and what is looked for stay."""
        stays = _asked(self.request, QueueFilter.parameter_name) | _asked(self.request, "q")
        chosen = self.value() if self.value() in CaseKind.values else None
        kinds = [
            _view(title, stays | {self.parameter_name: kind}, selected=chosen == kind)
            for kind, title in self.lookup_choices
        ]
        return [_view(_("모든 종류"), stays, selected=chosen is None), *kinds]


def _view(title: Promise, query: dict[str, str], *, selected: bool) -> dict[str, object]:
    return {"selected": selected, "query_string": "?" + urlencode(query), "display": title}


def _asked(request: HttpRequest, name: str) -> dict[str, str]:
    """This part of the address, if it says something."""
    asked = request.GET.get(name, "")
    return {name: asked} if asked.strip() else {}


def is_search(request: HttpRequest) -> bool:
    """Tell whether something is looked for."""
    return bool(request.GET.get("q", "").strip())


def found_by(typed: str) -> QuerySet:
    """§D9, §T2: the cases that a search means: digits, hyphens or not, are a BRN, its beginning, or a number.

    Anything else is part of a name that an applicant typed, the beginning of a company's name, a person's name (who
    disputes among them), or the beginning of an ID; 주식회사, ㈜ and spaces make no difference to companies' names. A
    union, since one condition over several tables leaves their indices unused. Raises ValueError for what is far too
    long.
    """
    line = half_width(typed).strip()
    if digits := only_digits(typed):
        first, *others = _by_number(digits)
    else:
        person = Q(applicant__username__startswith=normalize_username(line)) | Q(applicant__name=line)
        disputes = RegistrationDispute.objects.filter(claimant_name=line).values("case_id")
        first, *others = [*_by_name(line), Case.objects.filter(person).values("pk"), disputes]
    return first.union(*others)


_TYPED = (RegistrationRequest.objects, CompanyEditRequest.objects)  # where applicants type a company's name


def _by_name(line: str) -> list[QuerySet]:
    name = searched_name(line)
    alike = Q(name__icontains=line) | (Q(without_spaces__icontains=name) if name else Q())
    asked = [each.annotate(without_spaces=Replace("name", Value(" "))) for each in _TYPED]
    found = [typed.filter(alike).values("case_id") for typed in asked]
    if len(name) < SHORTEST_START:
        return found
    companies = Company.objects.filter(search_start=name[:SHORTEST_START], search_name__startswith=name)
    return [*found, *_about(companies)]


def _by_number(digits: str) -> list[QuerySet]:
    if len(digits) > LONGEST_BRN:
        return [Case.objects.none().values("pk")]
    first, last = digits.ljust(LONGEST_BRN, "0"), digits.ljust(LONGEST_BRN, "9")
    numbers = RegistrationRequest.objects.filter(brn__gte=first, brn__lte=last).values("case_id")
    companies = Company.objects.filter(brn__gte=first, brn__lte=last)
    return [numbers, Case.objects.filter(pk=int(digits)).values("pk"), *_about(companies)]


def _about(companies: QuerySet[Company]) -> list[QuerySet]:
    """The cases about these companies, which are looked up before: joined in the union, they lead PostgreSQL astray."""
    keys = list(companies.values_list("pk", flat=True)[:MOST_COMPANIES])
    return [Case.objects.filter(company__in=keys).values("pk")] if keys else []
