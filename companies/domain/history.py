"""기업 이력: who joined, was approved, ended, handed over or edited what, when, by whom (§D5)."""

from django.db.models import QuerySet

from companies.models import Company, RelationshipEvent


def history_of(company: Company) -> QuerySet[RelationshipEvent]:
    """§D5: everything that happened to the company and its members, latest first, with the people."""
    return company.events.select_related("relationship__member", "actor").order_by("-at", "-pk")


def latest_mark(company: Company) -> RelationshipEvent | None:
    """§D8: how staff marked the company last, when, and in which words; None where they never did."""
    return company.events.filter(kind=RelationshipEvent.Kind.MARKED).order_by("-at", "-pk").first()
