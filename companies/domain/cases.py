"""Cases: their states and legal moves, their history, and what an applicant may do with one (§D3)."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from companies.models import OPEN_STATES, Case, CaseEvent, CaseKind, CaseState
from kotra_portal.errors import RuleViolation

MOVES: dict[CaseState, frozenset[CaseState]] = {
    CaseState.RECEIVED: frozenset({CaseState.WITHDRAWN}),
    CaseState.CORRECTION: frozenset({CaseState.WITHDRAWN}),
    CaseState.APPROVED: frozenset(),
    CaseState.REJECTED: frozenset(),
    CaseState.WITHDRAWN: frozenset(),
}


class CaseIsClosed(RuleViolation):
    """§D3: the case was decided or withdrawn."""

    sentence = _("이미 끝난 신청입니다. 지금 상태를 확인해 주세요.")


def open_registration(member: User) -> Case | None:
    """§D1: the member's one open registration request, with what it asks for, or None."""
    return _registrations(member).filter(state__in=OPEN_STATES).first()


def latest_registration(member: User) -> Case | None:
    """§D3: the request that the member sent last, open or closed, or None."""
    return _registrations(member).order_by("-opened_at", "-pk").first()


def withdraw_request(case: Case, *, actor: User, now: datetime) -> Case:
    """§D3: the applicant takes the request back; raises CaseIsClosed, and ValueError for somebody else's."""
    if actor.pk != case.applicant_id:
        raise ValueError(case)
    with transaction.atomic():
        return withdraw(lock(case), actor=actor, now=now)


def withdraw_open_registration(member: User, *, now: datetime) -> None:
    """§D1: joining a company withdraws an open request, in the transaction of the joining."""
    for case in Case.objects.select_for_update().filter(
        applicant=member, kind=CaseKind.REGISTRATION, state__in=OPEN_STATES
    ):
        withdraw(case, actor=member, now=now, because="JOINED")


def lock(case: Case) -> Case:
    """The case as it is now, locked; users, companies and relationships are locked before it."""
    return Case.objects.select_for_update().get(pk=case.pk)


def withdraw(locked: Case, *, actor: User, now: datetime, **detail: object) -> Case:
    """§D3: close a locked case undecided; raises CaseIsClosed."""
    _move(locked, CaseState.WITHDRAWN, now=now)
    record(locked, CaseEvent.Kind.WITHDRAWN, actor=actor, now=now, **detail)
    return locked


def record(case: Case, kind: CaseEvent.Kind, *, actor: User | None, now: datetime, **detail: object) -> None:
    """§D3: append to the case's history; no actor is SYSTEM."""
    CaseEvent.objects.create(case=case, kind=kind, at=now, actor=actor, detail=detail)


def check_open(case: Case) -> None:
    """§D3: raises CaseIsClosed once nothing can be added to it."""
    if not case.is_open:
        raise CaseIsClosed


def _move(locked: Case, to: CaseState, *, now: datetime) -> None:
    """The one writer of a case's state."""
    if to not in MOVES[CaseState(locked.state)]:
        raise CaseIsClosed
    locked.state = to
    if not locked.is_open:
        locked.closed_at = now
    locked.save(update_fields=["state", "closed_at"])


def _registrations(member: User) -> object:
    return Case.objects.select_related("registration").filter(applicant=member, kind=CaseKind.REGISTRATION)
