"""심사 자료: what else the portal knows of a case, for whoever decides it; read, never written (§D3, §D4, §D7, §D8)."""

from dataclasses import dataclass

from django.db.models import Case as Chosen, Exists, IntegerField, OuterRef, Q, QuerySet, Value, When

from accounts.names import normalize_username
from companies.domain import mastership, membership, registration, search
from companies.models import (
    OPEN_STATES,
    Bar,
    Case,
    CaseEvent,
    CaseKind,
    Company,
    Document,
    Relationship,
    Role,
)
from kotra_portal.text import half_width

MOST_ROWS = 10  # of each list that a page shows
MOST_MEMBERS = 20  # of a company from whom a new MASTER is chosen at once; others are found by ID or name


@dataclass(frozen=True)
class Evidence:
    """What a reviewer should know before a decision. Each list holds ``MOST_ROWS`` rows, newest first."""

    earlier_of_number: list[Case]
    earlier_of_applicant: list[Case]  # none for a dispute, whose claimant is no member
    open_of_others: list[Case]  # others' requests for the number that is to be registered (§D4)
    open_of_company: list[Case]  # whatever else is open about a registered company
    same_files: list[Document]  # in other cases, with their case and who handed them in
    registered: Company | None  # the number that is to be registered is by now
    relationship: Relationship | None  # who asks to become MASTER belongs to another company by now


def evidence_of(case: Case) -> Evidence:
    """§D3: the earlier cases of the number and of the applicant, files seen before, what else is open."""
    is_new = case.kind == CaseKind.REGISTRATION
    others = _newest(Case.objects.exclude(pk=case.pk))
    files = case.documents.values("sha256")
    same = Document.objects.filter(sha256__in=files, case__isnull=False).exclude(case=case).order_by("-added_at", "-pk")
    by_applicant = others.filter(applicant=case.applicant_id) if case.applicant_id else others.none()
    of_company = others.filter(company=case.company_id, state__in=OPEN_STATES) if case.company_id else others.none()
    return Evidence(
        earlier_of_number=_of_number(others, case.brn),
        earlier_of_applicant=list(by_applicant[:MOST_ROWS]),
        open_of_others=_asked_by_others(case) if is_new else [],
        open_of_company=list(of_company[:MOST_ROWS]),
        same_files=list(same.select_related(*(f"case__{name}" for name in _BESIDE))[:MOST_ROWS]),
        registered=search.live_company(case.brn) if is_new else None,
        relationship=_elsewhere(case) if case.kind in _MAKE_A_MASTER else None,
    )


def settled_with(approved: Case) -> list[Case]:
    """§D4: the requests for the same number that this approval made 준회원 with it, by number."""
    by_it = {"events__kind": CaseEvent.Kind.SETTLED, "events__detail__approved": approved.pk}
    return list(Case.objects.filter(registration__brn=approved.brn, **by_it).order_by("pk"))


def possible_masters(company: Company, typed: str = "") -> QuerySet[Relationship]:
    """§D8: who of the company can become MASTER in place of the one it has, 정회원 first; with the people.

    Last those whom somebody took out of it; ``is_barred`` tells whether the MASTER keeps them out (§D1). With something
    typed those whose ID begins so, or whose name this is. Raises ValueError for what is far too long.
    """
    live = Q(ended_at__isnull=True, member__is_active=True) & ~Q(role=Role.MASTER)
    taken_out = Q(pk__in=mastership.taken_out_of(company).values("pk"))
    found = Relationship.objects.select_related("member").filter(live | taken_out, company=company)
    found = found.annotate(is_barred=Exists(Bar.objects.filter(company=company, member=OuterRef("member"))))
    if line := half_width(typed).strip():
        found = found.filter(Q(member__username__startswith=normalize_username(line)) | Q(member__name=line))
    place = Chosen(
        When(ended_at__isnull=False, then=Value(2)),
        When(role=Role.FULL, then=Value(0)),
        default=Value(1),
        output_field=IntegerField(),
    )
    return found.order_by(place, "started_at", "pk")


_MAKE_A_MASTER = (CaseKind.REGISTRATION, CaseKind.MASTER_CHANGE)
_BESIDE = ("registration", "company", "applicant", "dispute")


def _newest(found: QuerySet[Case]) -> QuerySet[Case]:
    return found.select_related(*_BESIDE).order_by("-opened_at", "-pk")


def _of_number(others: QuerySet[Case], brn: str) -> list[Case]:
    """The cases that ask for this number, and those about companies that had it: two questions, each with its index."""
    companies = list(Company.objects.filter(brn=brn).values_list("pk", flat=True))
    found = [*others.filter(registration__brn=brn)[:MOST_ROWS], *others.filter(company__in=companies)[:MOST_ROWS]]
    return sorted(found, key=lambda case: (case.opened_at, case.pk), reverse=True)[:MOST_ROWS]


def _elsewhere(case: Case) -> Relationship | None:
    found = membership.live_relationship(case.applicant)
    return found if found and found.company_id != case.company_id else None


def _asked_by_others(case: Case) -> list[Case]:
    return list(_newest(registration.open_requests(case.brn).exclude(applicant=case.applicant_id))[:MOST_ROWS])
