"""The staff's first page: what waits, how long, and what is mine to look after (§D3)."""

from dataclasses import dataclass

from django.db.models import QuerySet

from accounts.models import User
from companies.domain import queue
from companies.domain.queue import Waiting
from companies.models import OPEN_STATES, Case, CaseState

MOST_SHOWN = 10  # cases in each of the two lists


@dataclass(frozen=True)
class FrontPage:
    """Counts by kind and state; the cases that wait longest for staff; those assigned to this person, oldest first."""

    waiting: list[Waiting]
    longest: list[Case]
    mine: list[Case]
    mine_in_all: int
    nobodys_in_all: int


def front_page(person: User) -> FrontPage:
    """§D3: what the first page shows this person; three queries, however many cases there are."""
    counts = queue.waiting(person)
    cases = Case.objects.select_related("registration", "company", "applicant", "assignee")
    longest = cases.filter(state=CaseState.RECEIVED)
    mine = cases.filter(state__in=OPEN_STATES, assignee=person)
    return FrontPage(
        waiting=counts,
        longest=_oldest(longest),
        mine=_oldest(mine),
        mine_in_all=sum(row.mine for row in counts),
        nobodys_in_all=sum(row.nobodys for row in counts if row.state == CaseState.RECEIVED),
    )


def _oldest(cases: QuerySet[Case]) -> list[Case]:
    return list(cases.order_by("waiting_since", "pk")[:MOST_SHOWN])
