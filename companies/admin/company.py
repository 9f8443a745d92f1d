"""The staff's view of companies: found by number or name, shown with people and history; marked, and no more (§D8)."""

from django.contrib import admin
from django.db.models import F, QuerySet
from django.http import HttpRequest
from django.urls import URLPattern
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.domain import access_log
from accounts.models import AccessLog, User
from companies.admin import automatic, marks
from companies.domain import dispute, members, offers
from companies.domain.history import history_of
from companies.facts import groups_of
from companies.history_lines import lines_of
from companies.models import FACTS, Case, Company, Relationship, Role
from companies.names import SHORTEST_START, searched_name
from companies.numbers import format_brn, parse_brn
from kotra_portal.addresses import client_address
from kotra_portal.masking import mask_name
from kotra_portal.model_admin import ReadOnlyModelAdmin, table_of

MOST_PEOPLE = 200  # of each role of a company that are listed


class IsRegistered(admin.SimpleListFilter):
    """등록 상태: whether the registration has ended."""

    title = _("등록 상태")
    parameter_name = "registered"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[str, object]]:
        """Registered now, or once."""
        return [("yes", _("등록됨")), ("no", _("등록 종료"))]

    def queryset(self, request: HttpRequest, companies: QuerySet[Company]) -> QuerySet[Company]:
        """As chosen; all where nothing was."""
        if self.value() not in {"yes", "no"}:
            return companies
        return companies.filter(closed_at__isnull=self.value() == "yes")


@admin.register(Company)
class CompanyAdmin(ReadOnlyModelAdmin):
    """§D2: companies, those whose registration ended among them."""

    change_form_template = "admin/companies/company/page.html"
    change_list_template = "admin/companies/company/list.html"
    list_display = ("name", "number", "representative", "business_status", "registered_at", "registration")
    list_filter = (IsRegistered, "business_status")
    search_fields = ("name",)  # so that there is a box; get_search_results decides
    search_help_text = _("사업자등록번호 10자리(하이픈은 있어도 없어도 됩니다) 또는 기업명의 앞부분 두 글자 이상")
    how_it_searches = _(
        "기업명은 앞부분 두 글자부터 찾습니다. 주식회사, ㈜와 띄어쓰기는 상관없고, 이름 가운데 글자로는 찾을 수 "
        "없습니다. 사업자등록번호는 10자리를 모두 입력해 주세요. "
        "아직 등록되지 않은 기업의 신청은 심사 대기열에서 찾습니다."
    )
    ordering = ("-pk",)

    @admin.display(description=_("사업자등록번호"), ordering="brn")
    def number(self, company: Company) -> str:
        """§D9: with its hyphens."""
        return format_brn(company.brn)

    @admin.display(description=_("등록 상태"))
    def registration(self, company: Company) -> str:
        """§D2: whether the registration goes on."""
        return str(_("등록됨") if company.closed_at is None else _("등록 종료"))

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Company], search_term: str
    ) -> tuple[QuerySet[Company], bool]:
        """§D9: a whole number finds its companies, however it is typed; anything else is the beginning of a name."""
        if not search_term.strip():
            return queryset, False
        try:
            return queryset.filter(brn=parse_brn(search_term)), False
        except ValueError:
            return _named(queryset, search_term), False

    def get_urls(self) -> list[URLPattern]:
        """The verb's address and the list of automatic registrations, before Django's own."""
        return marks.urls_of(self) + automatic.urls_of(self) + super().get_urls()

    def page_of(self, request: HttpRequest, row: Company) -> dict[str, object]:
        """§D2, §D11: facts, members present and past, history, cases; that it was opened is written down first."""
        now = timezone.now()
        whose = {"subject": None, "target": f"company {row.pk}", "address": client_address(request)}
        access_log.record(request.user, AccessLog.Action.OPENED_COMPANY, **whose, now=now)
        people = Relationship.objects.filter(company=row).select_related("member")
        live = members.with_first_approval(people.filter(ended_at__isnull=True)).order_by("started_at", "pk")
        events = table_of(history_of(row))
        by_role = {role: table_of(live.filter(role=role), MOST_PEOPLE) for role in Role}
        return {
            "groups": groups_of(row, FACTS),
            "same_number": table_of(_others_of_the_number(row)),
            "may_mark": row.closed_at is None and marks.may_mark(self, request),
            "offer": offers.open_offer(row, now=now),
            "is_disputed": dispute.is_disputed(row),
            "roles": [(role.label, table.rows) for role, table in by_role.items()],
            "people_are_cut": any(table.is_cut for table in by_role.values()),
            "past": table_of(people.filter(ended_at__isnull=False).order_by("-ended_at", "-pk")),
            "events": events,
            "lines": lines_of(events.rows, named=_named_to_staff),
            "cases": table_of(_cases_of(row)),
        }


def _others_of_the_number(company: Company) -> QuerySet[Company]:
    """§D2: the earlier and later registrations of the same number, the last first."""
    return Company.objects.filter(brn=company.brn).exclude(pk=company.pk).order_by("-registered_at", "-pk")


def _named_to_staff(person: User) -> str:
    """§D11: the ID, by which staff find the member, and enough of the name."""
    return f"{mask_name(person.name)} ({person.username})" if person.name else person.username


def _cases_of(company: Company) -> QuerySet[Case]:
    """§D3: of every kind, those who asked for the registration of its number among them; open ones first.

    A union, since one condition over two tables leaves their indices unused.
    """
    asked = Case.objects.filter(registration__brn=company.brn).values("pk")
    found = Case.objects.filter(pk__in=asked.union(Case.objects.filter(company=company).values("pk")))
    beside = ("applicant", "registration", "company", "decider")
    return found.select_related(*beside).order_by(F("closed_at").desc(nulls_first=True), "-opened_at", "-pk")


def _named(companies: QuerySet[Company], typed: str) -> QuerySet[Company]:
    """§T2: as members find them: the legal form, spaces and case make no difference."""
    try:
        name = searched_name(typed)
    except ValueError:
        return companies.none()
    if len(name) < SHORTEST_START:
        return companies.none()
    return companies.filter(search_start=name[:SHORTEST_START], search_name__startswith=name)
