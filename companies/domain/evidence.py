"""심사 자료: what else the portal knows of a case, for whoever decides it; read, never written (§D3, §D4)."""

from dataclasses import dataclass

from django.db.models import QuerySet

from companies.domain import membership, registration, search
from companies.models import Case, Company, Document, Relationship

MOST_ROWS = 10  # of each list that a page shows


@dataclass(frozen=True)
class Evidence:
    """What a reviewer should know before a decision. Each list holds ``MOST_ROWS`` rows, newest first."""

    earlier_of_number: list[Case]
    earlier_of_applicant: list[Case]
    open_of_others: list[Case]
    same_files: list[Document]  # in other cases, with their case and who handed them in
    registered: Company | None  # the number is registered by now
    relationship: Relationship | None  # the applicant belongs to a company by now


def evidence_of(case: Case) -> Evidence:
    """§D3: the earlier cases of the number and of the applicant, files seen before, others' requests."""
    brn = case.registration.brn
    others = _newest(Case.objects.exclude(pk=case.pk))
    files = case.documents.values("sha256")
    same = Document.objects.filter(sha256__in=files, case__isnull=False).exclude(case=case)
    return Evidence(
        earlier_of_number=list(others.filter(registration__brn=brn)[:MOST_ROWS]),
        earlier_of_applicant=list(others.filter(applicant=case.applicant_id)[:MOST_ROWS]),
        open_of_others=list(registration.open_requests(brn).exclude(applicant=case.applicant_id)[:MOST_ROWS]),
        same_files=list(same.select_related("case__applicant", "case__registration").order_by("-added_at")[:MOST_ROWS]),
        registered=search.live_company(brn),
        relationship=membership.live_relationship(case.applicant),
    )


def _newest(cases: QuerySet[Case]) -> QuerySet[Case]:
    return cases.select_related("registration", "applicant").order_by("-opened_at", "-pk")
