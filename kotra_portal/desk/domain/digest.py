"""하루 한 번 직원에게: what waits for the support team, by mail (§D3)."""

import logging
from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from accounts.domain.staff import SUPPORT_TEAM
from accounts.models import User
from companies.domain import queue, succession
from companies.domain.queue import Waiting
from companies.models import Case, CaseState
from kotra_portal.desk.models import Digest
from kotra_portal.mail import portal_link, queue_mail

logger = logging.getLogger(__name__)

MOST_LISTED = 10  # of the cases that somebody looks after, by number


@dataclass(frozen=True)
class Age:
    """For how many days something has waited by Korean days: 0 is since today."""

    what: Waiting | Case
    days: int


def send_digest(*, now: datetime) -> int:
    """§D3: everybody of the support team with an address gets one mail a Korean day on what waits for staff.

    None when nothing waits, none for whoever got today's. Returns how many mails were queued.
    """
    return sum(_send_to(person, now=now) for person in recipients())


def recipients() -> QuerySet[User]:
    """§D3: the active members of the support team who have an address."""
    team = User.objects.filter(is_staff=True, is_active=True, groups__name=SUPPORT_TEAM)
    return team.exclude(email="").order_by("pk")


def _send_to(person: User, *, now: datetime) -> bool:
    """Queue the person's mail with the row that says so; one bad address keeps nobody else's back."""
    waiting = queue.waiting(person)
    ours = [row for row in waiting if row.state == CaseState.RECEIVED]
    if not ours:
        return False
    try:
        with transaction.atomic():
            today = {"recipient": person, "day": timezone.localdate(now)}
            _digest, is_new = Digest.objects.get_or_create(**today, defaults={"queued_at": now})
            if is_new:
                context = _context(person, waiting, ours, now=now)
                queue_mail(person.email, "desk/mail/digest", language=person.language, context=context)
            return is_new
    except ValidationError:
        logger.error("The digest for staff account %s cannot be sent: its address is none.", person.pk)
        return False


def _context(person: User, waiting: list[Waiting], ours: list[Waiting], *, now: datetime) -> dict[str, object]:
    mine = Case.objects.filter(state=CaseState.RECEIVED, assignee=person).order_by("waiting_since", "pk")
    return {
        "link": portal_link("admin:index"),
        "total": sum(row.count for row in ours),
        "oldest": _days(min(row.oldest for row in ours), now=now),
        "nobodys": sum(row.nobodys for row in ours),
        "rows": [Age(row, _days(row.oldest, now=now)) for row in waiting],
        "decidable": succession.count_decidable(now=now),
        "mine": [Age(case, _days(case.waiting_since, now=now)) for case in mine[:MOST_LISTED]],
        "mine_count": sum(row.mine for row in ours),
    }


def _days(since: datetime, *, now: datetime) -> int:
    return (timezone.localdate(now) - timezone.localdate(since)).days
