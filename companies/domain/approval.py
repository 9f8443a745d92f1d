"""정회원 승인 and 관계해지 by the MASTER, and the reminder of who waits for them (§C5, §D5)."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from companies.domain import membership, notices
from companies.domain.ending import RelationshipEnded, end
from companies.models import ApprovedVia, Bar, Company, Relationship, RelationshipEvent, Role
from kotra_portal.days import start_of_day
from kotra_portal.errors import RuleViolation
from kotra_portal.permissions import Permission

LONGEST_REASON = 500  # characters


class NotWaiting(RuleViolation):
    """§C5: only a 준회원 can be approved."""

    sentence = _("승인을 기다리는 준회원이 아닙니다. 목록을 새로 고쳐 지금 상태를 확인해 주세요.")


class ReasonMissing(RuleViolation):
    """§D5: whoever ends a relationship says why, in so many words as the row holds."""

    sentence = _("해지하는 까닭을 500자 이내로 입력해 주세요. 해지되는 회원에게 알려 드립니다.")
    field = "reason"


class NotYourOwn(RuleViolation):
    """§D2: the MASTER's own relationship ends by leaving, not here."""

    sentence = _("본인의 관계는 여기서 해지할 수 없습니다. ‘내 기업’에서 나가기를 선택해 주세요.")


class NotBarred(RuleViolation):
    """§D1: this person may join already."""

    sentence = _("이미 풀어 준 회원입니다. 목록을 새로 고쳐 지금 상태를 확인해 주세요.")


class RemindedToday(RuleViolation):
    """§D5: once a day."""

    sentence = _("오늘은 이미 MASTER에게 알렸습니다. 내일 다시 알릴 수 있습니다.")


def approve_associate(relationship: Relationship, *, actor: User, now: datetime) -> Relationship:
    """§C5: the MASTER makes a 준회원 of the same company a 정회원; raises NotAllowed, NotWaiting."""
    with transaction.atomic():
        locked = _lock(relationship)
        membership.check_allowed(actor, Permission.APPROVE_MEMBER, locked.company)
        if locked.ended_at is not None or locked.role != Role.ASSOCIATE:
            raise NotWaiting
        membership.move(locked, Role.FULL, via=ApprovedVia.MASTER, approver=actor, now=now)
        membership.record(locked, RelationshipEvent.Kind.APPROVED, actor=actor, now=now)
        notices.associate_approved(locked)
    return locked


def remind_master(member: User, *, now: datetime) -> Relationship:
    """§D5: a 준회원 reminds the MASTER, once a (Korean) day; raises NotWaiting, RemindedToday."""
    with transaction.atomic():
        membership.lock_member(member)
        found = membership.live_relationship(member)
        if found is None:
            raise NotWaiting
        locked = _lock(found)
        if locked.ended_at is not None or locked.role != Role.ASSOCIATE:
            raise NotWaiting
        if todays_reminder(locked, now=now):
            raise RemindedToday
        membership.record(locked, RelationshipEvent.Kind.REMINDED, actor=member, now=now)
        notices.master_reminded(locked)
    return locked


def todays_reminder(relationship: Relationship, *, now: datetime) -> datetime | None:
    """§D5: when, on this (Korean) day, the 준회원 reminded the MASTER; None if they did not."""
    reminded = relationship.events.filter(kind=RelationshipEvent.Kind.REMINDED)
    found = reminded.filter(at__gte=start_of_day(now)).first()
    return found.at if found else None


def end_relationship(
    relationship: Relationship, *, actor: User, reason: str, bar: bool = False, now: datetime
) -> Relationship:
    """§D5: the MASTER ends any other relationship of the company, with a reason; ``bar`` keeps the person out (§D1).

    Raises NotAllowed, NotYourOwn, ReasonMissing, and RelationshipEnded when it ended meanwhile.
    """
    with transaction.atomic():
        locked = _lock(relationship)
        own = membership.check_allowed(actor, Permission.END_RELATIONSHIP, locked.company)
        check_may_end(locked, own)
        if not reason.strip() or len(reason.strip()) > LONGEST_REASON:
            raise ReasonMissing
        withdrawn = end(locked, RelationshipEvent.Kind.ENDED, actor=actor, reason=reason.strip(), now=now)
        notices.relationship_ended(locked, withdrawn=withdrawn)
        if bar:
            barred = {"barred_at": now, "barred_by": actor}
            Bar.objects.get_or_create(company=locked.company, member=locked.member, defaults=barred)
            membership.record(locked, RelationshipEvent.Kind.BARRED, actor=actor, now=now)
    return locked


def lift_bar(bar: Bar, *, actor: User, now: datetime) -> User:
    """§D1: the MASTER lets a barred person join again, as 준회원 and by their own wish; returns the person.

    Raises NotAllowed, NotBarred.
    """
    with transaction.atomic():
        company = Company.objects.select_for_update().get(pk=bar.company_id)
        membership.check_allowed(actor, Permission.END_RELATIONSHIP, company)
        lifted, _of = Bar.objects.filter(pk=bar.pk).delete()
        if not lifted:
            raise NotBarred
        last = Relationship.objects.filter(company=company, member=bar.member).latest("started_at")
        membership.record(last, RelationshipEvent.Kind.BAR_LIFTED, actor=actor, now=now)
    return bar.member


def check_may_end(relationship: Relationship, own: Relationship) -> None:
    """§D5: the MASTER, whose own relationship is ``own``, ends any other one that lives.

    Raises NotYourOwn, RelationshipEnded.
    """
    if own.pk == relationship.pk:
        raise NotYourOwn
    if relationship.ended_at is not None:
        raise RelationshipEnded


def _lock(relationship: Relationship) -> Relationship:
    """The company first, then the relationship, both as they are now."""
    company = Company.objects.select_for_update().get(pk=relationship.company_id)
    locked = Relationship.objects.select_for_update().get(pk=relationship.pk)
    locked.company = company
    return locked
