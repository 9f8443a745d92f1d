"""MASTER 권한 넘기기: the MASTER offers it to a 정회원, who accepts within seven days (§D6)."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.domain import passwords
from accounts.models import User
from companies.domain import dispute, mastership, membership, notices, offers
from companies.models import (
    ApprovedVia,
    Company,
    OfferState,
    Relationship,
    RelationshipEvent,
    Role,
    TransferOffer,
)
from kotra_portal.days import start_of_day
from kotra_portal.errors import RuleViolation
from kotra_portal.one_by_one import one_by_one
from kotra_portal.permissions import Permission

ANSWER_WITHIN = timedelta(days=7)
OFFERS_A_DAY = 5  # of one company: each is a mail to the nominee, and so is taking it back


class NotAFullMember(RuleViolation):
    """§D6: MASTER is handed to a 정회원 of the same company."""

    sentence = _("이 기업의 정회원에게만 권한을 넘길 수 있습니다. 준회원이라면 먼저 정회원으로 승인해 주세요.")
    field = "nominee"


class OfferIsOpen(RuleViolation):
    """§D6: one open offer per company."""

    sentence = _("이미 수락을 기다리는 제안이 있습니다. 다른 회원에게 넘기려면 그 제안을 먼저 취소해 주세요.")


class TooManyOffers(RuleViolation):
    """§D6: offers of one company and day have a bound, withdrawn and refused ones too."""

    sentence = _("MASTER 권한 넘기기는 하루에 다섯 번까지 제안할 수 있습니다. 내일 다시 제안해 주세요.")


class NotYourOffer(RuleViolation):
    """§D6: the member is not the nominee of it any more, or its company has another MASTER."""

    sentence = _("지금은 수락할 수 없는 제안입니다. 기업의 MASTER에게 다시 제안해 달라고 요청해 주세요.")


def offer_transfer(nominee: Relationship, *, actor: User, password: str, now: datetime) -> TransferOffer:
    """§D6: the MASTER, who gives the password again, offers MASTER to a 정회원; nothing changes before the acceptance.

    Raises NotAllowed, WrongPassword, TooManyAttempts, NotAFullMember, OfferIsOpen, TooManyOffers, CompanyIsDisputed.
    """
    membership.check_allowed(actor, Permission.TRANSFER_MASTER, nominee.company)  # before the password is looked at
    passwords.check_current(actor, password, now=now)
    with transaction.atomic():
        company = Company.objects.select_for_update().get(pk=nominee.company_id)
        membership.check_allowed(actor, Permission.TRANSFER_MASTER, company)
        dispute.check_undisputed(company)
        locked = Relationship.objects.select_for_update().get(pk=nominee.pk)
        if locked.ended_at is not None or locked.role != Role.FULL or not locked.member.is_active:
            raise NotAFullMember
        offers.lapse(company, now=now)
        if offers.open_offer(company, now=now):
            raise OfferIsOpen
        _check_may_offer(company, now=now)
        offer = TransferOffer.objects.create(
            company=company, master=actor, nominee=locked.member, offered_at=now, expires_at=now + ANSWER_WITHIN
        )
        locked.company = company
        membership.record(locked, RelationshipEvent.Kind.OFFERED, actor=actor, now=now)
        notices.transfer_offered(offer)
    return offer


def accept_transfer(offer: TransferOffer, *, actor: User, now: datetime) -> Relationship:
    """§D6: the nominee accepts: MASTER from now on, the old MASTER a 정회원, in one transaction.

    Returns the new MASTER's relationship. Raises OfferIsOver, NotYourOffer, CompanyIsDisputed, and ValueError for
    somebody else's offer.
    """
    _check_nominee(offer, actor)
    with transaction.atomic():
        company = Company.objects.select_for_update().get(pk=offer.company_id)
        own = membership.live_members(company).filter(member=actor, member__is_active=True).first()
        offers.check_open(TransferOffer.objects.get(pk=offer.pk), now=now)
        if own is None:
            raise NotYourOffer
        old, new = mastership.lock_master_and(company, own)
        locked = offers.lock(offer)
        offers.check_open(locked, now=now)
        if new.role != Role.FULL or old.member_id != locked.master_id:
            raise NotYourOffer
        dispute.check_undisputed(company)
        offers.finish(locked, OfferState.ACCEPTED, actor=actor, now=now)
        mastership.change_master(old, new, via=ApprovedVia.HANDOVER, approver=old.member, actor=actor, now=now)
        notices.transfer_accepted(locked)
    return new


def refuse_transfer(offer: TransferOffer, *, actor: User, now: datetime) -> TransferOffer:
    """§D6: the nominee does not want it; raises OfferIsOver, and ValueError for somebody else's offer."""
    _check_nominee(offer, actor)
    with transaction.atomic():
        company = Company.objects.select_for_update().get(pk=offer.company_id)
        locked = _lock_open(offer, company, now=now)
        offers.finish(locked, OfferState.REFUSED, actor=actor, now=now)
        notices.transfer_refused(locked)
    return locked


def withdraw_transfer(offer: TransferOffer, *, actor: User, now: datetime) -> TransferOffer:
    """§D6: the MASTER takes the offer back; raises NotAllowed, OfferIsOver."""
    with transaction.atomic():
        company = Company.objects.select_for_update().get(pk=offer.company_id)
        membership.check_allowed(actor, Permission.TRANSFER_MASTER, company)
        locked = _lock_open(offer, company, now=now)
        offers.finish(locked, OfferState.WITHDRAWN, actor=actor, now=now)
        notices.transfer_withdrawn(locked)
    return locked


def lapse_offers(*, now: datetime) -> int:
    """§D6: offers that nobody answered within seven days lapse, and both are told; returns how many. SYSTEM acts.

    Raises SomeFailed once all the others have lapsed.
    """

    def lapse(company_id: int) -> int:
        return offers.lapse(Company.objects.select_for_update().get(pk=company_id), now=now)

    late = TransferOffer.objects.filter(state=OfferState.OPEN, expires_at__lte=now).order_by("expires_at")
    return one_by_one(late.values_list("company_id", flat=True), lapse)


def _check_may_offer(company: Company, *, now: datetime) -> None:
    made = TransferOffer.objects.filter(company=company, offered_at__gte=start_of_day(now))
    if made.count() >= OFFERS_A_DAY:
        raise TooManyOffers


def _lock_open(offer: TransferOffer, company: Company, *, now: datetime) -> TransferOffer:
    """The offer, open and locked, behind the lock of its company."""
    locked = offers.lock(offer)
    locked.company = company
    offers.check_open(locked, now=now)
    return locked


def _check_nominee(offer: TransferOffer, actor: User) -> None:
    if actor.pk != offer.nominee_id:
        raise ValueError(offer)
