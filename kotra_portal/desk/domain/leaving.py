"""A member of staff leaves: the account is closed to its owner, and what they looked after waits for others (§D3)."""

from datetime import datetime

from django.db import transaction

from accounts.domain import staff
from accounts.models import User
from companies.domain import cases
from companies.models import OPEN_STATES, Case


def deactivate_staff(account: User, *, actor: User, now: datetime) -> int:
    """§D3: deactivate the account and give its open cases back to the queue; tells how many those were.

    Raises MayNotManageStaff, OwnStaffAccount, InactiveAlready.
    """
    with transaction.atomic():
        staff.deactivate(account, actor=actor, now=now)
        left = Case.objects.select_for_update().filter(assignee=account, state__in=OPEN_STATES).order_by("pk")
        count = 0
        for case in left:
            cases.assign(case, None, actor=actor, now=now)
            count += 1
    return count
