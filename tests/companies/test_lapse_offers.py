"""lapse_offers: every night, what nobody answered within seven days ends (§D6)."""

from datetime import datetime, timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone
from post_office.models import Email

from accounts.models import User
from companies.domain import membership, offers, transfer
from companies.models import Company, OfferState, RelationshipEvent, Role, TransferOffer
from kotra_portal.desk.invariants import broken_invariants
from kotra_portal.permissions import MemberType
from tests import make

pytestmark = pytest.mark.django_db

WEEK = timedelta(days=7)


def offered(at: datetime) -> TransferOffer:
    """An offer that a company's MASTER made at this time."""
    company = make.company()
    full = make.member_of_type(MemberType.FULL, at=company)
    return transfer.offer_transfer(
        membership.live_relationship(full), actor=make.master_of(company), password=make.PASSWORD, now=at
    )


def run() -> str:
    """What the command prints."""
    printed = StringIO()
    call_command("lapse_offers", stdout=printed)
    return printed.getvalue()


def states() -> dict[int, str]:
    return dict(TransferOffer.objects.values_list("pk", "state"))


def told(person: User) -> int:
    return Email.objects.filter(to=person.email, subject__contains="기한").count()


def test_seven_days_without_an_answer_end_an_offer_and_a_second_run_finds_nothing(frozen):
    """§D6: both are told once, SYSTEM acted, and nobody's role changed."""
    frozen()
    late, young = offered(timezone.now() - WEEK), offered(timezone.now() - WEEK + timedelta(seconds=1))

    assert [run(), run()] == ["lapsed: 1\n", "lapsed: 0\n"]

    assert states() == {late.pk: OfferState.LAPSED, young.pk: OfferState.OPEN}
    assert [told(person) for person in (late.master, late.nominee, young.master, young.nominee)] == [1, 1, 0, 0]
    event = RelationshipEvent.objects.get(kind=RelationshipEvent.Kind.OFFER_LAPSED)
    assert (event.company, event.relationship.member, event.actor) == (late.company, late.nominee, None)
    assert membership.master_of(late.company) == late.master
    assert membership.live_relationship(late.nominee).role == Role.FULL
    assert list(broken_invariants(20)) == []


def test_every_company_is_looked_at():
    """§D6: one late offer keeps no other waiting."""
    for days in (7, 8, 30):
        offered(timezone.now() - timedelta(days=days))

    assert run() == "lapsed: 3\n"


def test_one_offer_that_fails_holds_none_of_the_others_up(caplog):
    """§D6: the job ends the rest, logs which one failed, and fails at last; once that is mended it ends, too."""
    first, bad, last = (offered(timezone.now() - timedelta(days=days)) for days in (9, 8, 7))
    User.objects.filter(pk=bad.nominee_id).update(email="nowhere")

    with pytest.raises(CommandError, match="lapsed: 2; 1 failed"):
        run()

    assert states() == {first.pk: OfferState.LAPSED, bad.pk: OfferState.OPEN, last.pk: OfferState.LAPSED}
    assert [told(person) for person in (bad.master, first.master, last.master)] == [0, 1, 1]
    assert [record.getMessage() for record in caplog.records] == [f"A nightly job failed at {bad.company_id}."]
    User.objects.filter(pk=bad.nominee_id).update(email="somewhere@example.com")
    assert run() == "lapsed: 1\n"


def test_an_offer_that_was_answered_stays_as_it_was_answered():
    """§D6: the job ends open offers alone."""
    past = timezone.now() - WEEK - timedelta(days=1)
    accepted, refused, withdrawn = (offered(past) for _ in range(3))
    transfer.accept_transfer(accepted, actor=accepted.nominee, now=past)
    transfer.refuse_transfer(refused, actor=refused.nominee, now=past)
    transfer.withdraw_transfer(withdrawn, actor=withdrawn.master, now=past)
    before = states()

    assert run() == "lapsed: 0\n"
    assert states() == before


def test_a_new_offer_needs_not_wait_for_the_night():
    """§D6: the MASTER may offer anew at the moment the old offer is over; the job then finds nothing more to end."""
    late = offered(timezone.now() - WEEK)
    company = Company.objects.get(pk=late.company_id)
    again = membership.live_relationship(late.nominee)

    offer = transfer.offer_transfer(again, actor=late.master, password=make.PASSWORD, now=timezone.now())

    assert run() == "lapsed: 0\n"
    assert offers.open_offer(company, now=timezone.now()) == offer
    assert states() == {late.pk: OfferState.LAPSED, offer.pk: OfferState.OPEN}
