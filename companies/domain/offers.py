"""제안: where the offer of a hand-over stands, and what becomes of it without an answer (§D6)."""

from datetime import datetime, timedelta

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from companies.domain import membership, notices
from companies.models import Company, OfferState, Relationship, RelationshipEvent, TransferOffer
from kotra_portal.errors import RuleViolation

# What ends an open offer, and how the company's history calls it. ACCEPTED is told by what follows: HANDED_OVER.
ENDS: dict[OfferState, RelationshipEvent.Kind | None] = {
    OfferState.ACCEPTED: None,
    OfferState.REFUSED: RelationshipEvent.Kind.OFFER_REFUSED,
    OfferState.WITHDRAWN: RelationshipEvent.Kind.OFFER_WITHDRAWN,
    OfferState.LAPSED: RelationshipEvent.Kind.OFFER_LAPSED,
    OfferState.DROPPED: RelationshipEvent.Kind.OFFER_DROPPED,
}

NEWS_FOR = timedelta(days=7)  # how long the pages of both people say how an offer ended


class OfferIsOver(RuleViolation):
    """§D6: the offer was answered, withdrawn or dropped, or seven days have passed."""

    sentence = _("이미 끝난 제안입니다. 지금 상태를 확인해 주세요.")


def open_offer(company: Company, *, now: datetime) -> TransferOffer | None:
    """§D6: the company's open offer that can still be accepted, with both people, or None."""
    found = TransferOffer.objects.select_related("company", "master", "nominee")
    return found.filter(company=company, state=OfferState.OPEN, expires_at__gt=now).first()


def standing(offer: TransferOffer, *, now: datetime) -> OfferState:
    """§D6: where the offer stands; one that is over by its date has lapsed, whether or not the nightly job has run."""
    is_over = offer.state == OfferState.OPEN and offer.expires_at <= now
    return OfferState.LAPSED if is_over else OfferState(offer.state)


def news_of(member: User, company: Company, *, now: datetime) -> TransferOffer | None:
    """§D6: the offer of this company that its MASTER or nominee wants to know of, or None; with both people.

    One that is open, or that ended lately, and not by this member's own word.
    """
    concerns = Q(master=member) | Q(nominee=member)
    offer = TransferOffer.objects.select_related("master", "nominee").filter(concerns, company=company)
    found = offer.order_by("-offered_at", "-pk").first()
    if found is None or now - (found.ended_at or min(now, found.expires_at)) >= NEWS_FOR:
        return None
    own_word = {OfferState.WITHDRAWN} if found.master == member else {OfferState.ACCEPTED, OfferState.REFUSED}
    return None if found.state in own_word else found


def lock(offer: TransferOffer) -> TransferOffer:
    """The offer as it is now, locked; the company and the relationships are locked before it."""
    return TransferOffer.objects.select_for_update().get(pk=offer.pk)


def check_open(offer: TransferOffer, *, now: datetime) -> None:
    """§D6: raises OfferIsOver once it can be neither answered nor withdrawn."""
    if offer.state != OfferState.OPEN or offer.expires_at <= now:
        raise OfferIsOver


def finish(locked: TransferOffer, state: OfferState, *, actor: User | None, now: datetime) -> None:
    """The one writer of an offer's state; ``actor`` None is SYSTEM. Raises OfferIsOver."""
    if locked.state != OfferState.OPEN:
        raise OfferIsOver
    locked.state, locked.ended_at = state, now
    locked.save(update_fields=["state", "ended_at"])
    kind = ENDS[state]
    if kind is not None:
        nominee = Relationship.objects.filter(company=locked.company_id, member=locked.nominee_id).latest("started_at")
        membership.record(nominee, kind, actor=actor, now=now)


def drop(company: Company, *, of: User | None = None, now: datetime) -> None:
    """§D6, §D7: the company's open offer loses its object, and the nominee is told; SYSTEM acts.

    With ``of``, only where that person is the nominee, who leaves, or the MASTER; then the other one is told. One whose
    seven days are over has lapsed before. The company is locked.
    """
    found = TransferOffer.objects.select_for_update().filter(company=company, state=OfferState.OPEN).first()
    if found is None or (of is not None and of.pk not in {found.master_id, found.nominee_id}):
        return
    if lapse(company, now=now):
        return
    finish(found, OfferState.DROPPED, actor=None, now=now)
    notices.transfer_dropped(found, found.master if of == found.nominee else found.nominee)


def lapse(company: Company, *, now: datetime) -> int:
    """§D6: end the company's open offer if its seven days are over, and tell both; the company is locked."""
    late = TransferOffer.objects.select_for_update().filter(company=company, state=OfferState.OPEN, expires_at__lte=now)
    for offer in late:
        offer.company = company
        finish(offer, OfferState.LAPSED, actor=None, now=now)
        notices.transfer_lapsed(offer)
    return len(late)
