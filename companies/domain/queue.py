"""심사 대기열: what waits for staff, since when, for whom, and which case comes next (§D3)."""

from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.models import Permission
from django.db import transaction
from django.db.models import Count, Min, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from companies.domain import cases, review
from companies.domain.review import MAY_REVIEW
from companies.models import OPEN_STATES, Case, CaseKind, CaseState
from kotra_portal.errors import RuleViolation


class HeldByColleague(RuleViolation):
    """§D3: somebody else looks after the case."""

    sentence = _("%(name)s 님이 담당하고 있어 그대로 두었습니다. 맡으려면 그 신청을 열어 주세요.")


@dataclass(frozen=True)
class Waiting:
    """How many open cases of one kind stand in one state, since when the oldest of them; and whose they are."""

    kind: CaseKind
    state: CaseState
    count: int
    oldest: datetime
    mine: int
    nobodys: int


def waiting(person: User) -> list[Waiting]:
    """§D3: the open cases by kind and state, what is staff's turn first; in one query."""
    rows = (
        Case.objects.filter(state__in=OPEN_STATES)
        .values("kind", "state")
        .annotate(
            count=Count("pk"),
            oldest=Min("waiting_since"),
            mine=Count("pk", filter=Q(assignee=person)),
            nobodys=Count("pk", filter=Q(assignee__isnull=True)),
        )
    )
    found = [Waiting(**row | {"kind": CaseKind(row["kind"]), "state": CaseState(row["state"])}) for row in rows]
    return sorted(found, key=lambda row: (OPEN_STATES.index(row.state), CaseKind.values.index(row.kind)))


def next_case(person: User, *, after: Case | None = None) -> Case | None:
    """§D3: the case that waits longest for this reviewer, or the one that waits next longest ``after`` another one.

    Nobody's or the reviewer's own to look after, never one that they may not decide. Past the end the queue begins
    anew; None where nothing else waits.
    """
    found = Case.objects.filter(state=CaseState.RECEIVED).filter(Q(assignee__isnull=True) | Q(assignee=person))
    found = found.exclude(review.own_cases(person)).order_by("waiting_since", "pk")
    if after is None:
        return found.first()
    later = Q(waiting_since__gt=after.waiting_since) | Q(waiting_since=after.waiting_since, pk__gt=after.pk)
    return found.filter(later).first() or found.exclude(pk=after.pk).first()


def take_unheld(case: Case, *, actor: User, now: datetime) -> Case:
    """§D3: look after a case that no colleague looks after: what is ticked among many takes nobody's work away.

    Raises HeldByColleague and what ``review.assign`` raises.
    """
    with transaction.atomic():
        locked = cases.lock(case)
        if locked.is_open and locked.assignee_id not in {None, actor.pk}:
            raise HeldByColleague(name=locked.assignee.get_full_name())
        return review.assign(locked, actor=actor, assignee=actor, now=now)


def reviewers() -> QuerySet[User]:
    """§D3: the staff who may decide, by name."""
    right = Permission.objects.filter(
        content_type__app_label=MAY_REVIEW.split(".")[0], codename=MAY_REVIEW.split(".")[1]
    )
    may = Q(is_superuser=True) | Q(user_permissions__in=right) | Q(groups__permissions__in=right)
    entitled = User.objects.filter(may, is_staff=True, is_active=True).values("pk")
    return User.objects.filter(pk__in=entitled).order_by("name", "username")
