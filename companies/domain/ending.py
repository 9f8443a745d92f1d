"""관계해지: a member leaves the company, and the rule of the last MASTER (§D2, §D5)."""

from datetime import datetime

from django.db import transaction
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _, ngettext_lazy

from accounts.models import User
from companies.domain import cases, membership, notices, offers
from companies.models import Case, CaseKind, Company, Relationship, RelationshipEvent, Role
from kotra_portal.errors import RuleViolation

LONGEST_KEPT_REASON = 500  # characters, as the column has them
AT_ONCE = 1_000  # rows of one statement


class RelationshipEnded(RuleViolation):
    """§D5: there is no such live relationship any more."""

    sentence = _("이미 해지된 관계입니다. 지금 상태를 확인해 주세요.")


class MasterIsNeeded(RuleViolation):
    """§D2: MASTER cannot leave while others are related."""

    sentence = ngettext_lazy(
        "기업에 다른 회원이 %(others)s명 있어 MASTER는 나갈 수 없습니다. "
        "정회원에게 MASTER 권한을 넘기거나 다른 회원의 관계를 먼저 해지해 주세요.",
        "기업에 다른 회원이 %(others)s명 있어 MASTER는 나갈 수 없습니다. "
        "정회원에게 MASTER 권한을 넘기거나 다른 회원의 관계를 먼저 해지해 주세요.",
        "others",
    )


def check_may_leave(relationship: Relationship) -> None:
    """§D2: raises MasterIsNeeded for a MASTER with others in the company, RelationshipEnded for one that is over."""
    if relationship.ended_at is not None:
        raise RelationshipEnded
    if relationship.role == Role.MASTER and (others := others_in(relationship)):
        raise MasterIsNeeded(others=others)


def others_in(relationship: Relationship) -> int:
    """How many other members live in the company."""
    live = Relationship.objects.filter(company_id=relationship.company_id, ended_at__isnull=True)
    return live.exclude(pk=relationship.pk).count()


def closes_company(relationship: Relationship) -> bool:
    """§D2: tell whether this member's leaving ends the company's registration: the MASTER, alone in it."""
    return relationship.role == Role.MASTER and not others_in(relationship)


def leave_company(member: User, *, now: datetime) -> Relationship:
    """§D5: 준회원 and 정회원 leave by themselves; the MASTER only alone, which closes the company's registration (§D2).

    Raises RelationshipEnded, MasterIsNeeded.
    """
    with transaction.atomic():
        membership.lock_member(member)
        found = membership.live_relationship(member)
        if found is None:
            raise RelationshipEnded
        company = Company.objects.select_for_update().get(pk=found.company_id)
        locked = Relationship.objects.select_for_update().get(pk=found.pk)
        locked.company = company
        check_may_leave(locked)
        closes = closes_company(locked)
        withdrawn = end(locked, RelationshipEvent.Kind.LEFT, actor=member, reason="", now=now)
        if closes:
            close(company, actor=member, now=now)
        else:
            notices.member_left(locked, withdrawn=withdrawn)
    return locked


def end(locked: Relationship, kind: RelationshipEvent.Kind, *, actor: User, reason: str, now: datetime) -> list[Case]:
    """§D1: end a locked relationship, its role frozen; the member is 개인회원 from now on.

    What the member asked for as one of this company goes with it: an offer of MASTER, open requests; but whoever ends
    another's relationship does not end their request for a MASTER change, which is for staff to decide (§D7). The row
    keeps the beginning of a reason that is longer than its column, as a decision's may be; the case has it whole.
    Returns the requests that went along; raises RelationshipEnded.
    """
    if locked.ended_at is not None:
        raise RelationshipEnded
    locked.ended_at, locked.end_reason = now, Truncator(reason).chars(LONGEST_KEPT_REASON)
    locked.save(update_fields=["ended_at", "end_reason"])
    membership.record(locked, kind, actor=actor, now=now)
    offers.drop(locked.company, of=locked.member, now=now)
    if actor == locked.member:
        return cases.withdraw_requests_of(locked.member, locked.company, actor=actor, now=now)
    return cases.withdraw_requests_of(locked.member, locked.company, CaseKind.COMPANY_EDIT, actor=None, now=now)


def end_all(locked: Company, *, actor: User, reason: str, now: datetime) -> list[Relationship]:
    """§D8: end every live relationship of a locked company at once, however many they are; returns them.

    What they asked for as its members is left to ``close``, which follows.
    """
    live = Relationship.objects.select_related("member").select_for_update(of=("self",))
    ended = list(live.filter(company=locked, ended_at__isnull=True).order_by("pk"))
    kept = Truncator(reason).chars(LONGEST_KEPT_REASON)
    Relationship.objects.filter(company=locked, ended_at__isnull=True).update(ended_at=now, end_reason=kept)
    events = [
        RelationshipEvent(
            company=locked, relationship=one, kind=RelationshipEvent.Kind.ENDED, at=now, actor=actor, detail={}
        )
        for one in ended
    ]
    RelationshipEvent.objects.bulk_create(events, batch_size=AT_ONCE)
    offers.drop(locked, now=now)
    return ended


def close(locked: Company, *, actor: User, now: datetime) -> None:
    """§D2, §D8: end the registration of a company that nobody lives in any more.

    The BRN is free again; history and points stay with the closed row; what is still asked about the company has no
    object any more.
    """
    locked.closed_at = now
    locked.save(update_fields=["closed_at"])
    membership.record_of_company(locked, RelationshipEvent.Kind.CLOSED, actor=actor, now=now)
    cases.overtake(locked, now=now)
