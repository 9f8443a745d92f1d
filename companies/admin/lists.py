"""심사 대기열: which cases the list shows, and how they are searched."""

from urllib.parse import urlencode

from django.contrib import admin
from django.db.models import Q, QuerySet, Value
from django.db.models.functions import Replace
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.names import normalize_username
from companies.models import OPEN_STATES, Case, CaseState, Company, RegistrationRequest
from companies.names import SHORTEST_START, searched_name
from kotra_portal.text import half_width

LONGEST_BRN = 10
MOST_COMPANIES = 1_000  # whose cases one search finds; whoever means one of more says more of its name or number
_SEPARATORS = str.maketrans("", "", " -.")


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
        """Every view as a link, the queue first; a search looks through all of them."""
        chosen, asked = self.value() or (self.ALL if is_search(self.request) else None), self.request.GET.get("q", "")
        queue = {"selected": chosen is None, "query_string": "?", "display": _("심사 대기")}
        search = {"q": asked} if asked.strip() else {}
        others = [
            {
                "selected": chosen == name,
                "query_string": "?" + urlencode({self.parameter_name: name} | search),
                "display": title,
            }
            for name, title in self.lookup_choices
        ]
        return [queue, *others]


def is_search(request: HttpRequest) -> bool:
    """Tell whether something is looked for."""
    return bool(request.GET.get("q", "").strip())


def found_by(typed: str) -> QuerySet:
    """§D9, §T2: the cases that a search means: digits, hyphens or not, are a BRN, its beginning, or a number.

    Anything else is part of the name that an applicant typed, the beginning of a company's name, a person's name, or
    the beginning of an ID; 주식회사, ㈜ and spaces make no difference to companies' names. A union, since one condition
    over several tables leaves their indices unused. Raises ValueError for what is far too long.
    """
    line = half_width(typed).strip()
    digits = line.translate(_SEPARATORS)
    if digits.isascii() and digits.isdigit():
        first, *others = _by_number(digits)
    else:
        person = Q(applicant__username__startswith=normalize_username(line)) | Q(applicant__name=line)
        first, *others = [*_by_name(line), Case.objects.filter(person).values("pk")]
    return first.union(*others)


def _by_name(line: str) -> list[QuerySet]:
    name = searched_name(line)
    typed = RegistrationRequest.objects.annotate(without_spaces=Replace("name", Value(" ")))
    alike = Q(name__icontains=line) | (Q(without_spaces__icontains=name) if name else Q())
    found = [typed.filter(alike).values("case_id")]
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
