"""기업 이력: what happened, when, by whose hand; the latest first, of one company (§D5)."""

import pytest

from companies.domain import approval, dispute, ending, members, membership, profile, transfer
from companies.domain.business import mark_business
from companies.domain.history import history_of
from companies.models import BusinessStatus, RelationshipEvent
from tests import make
from tests.companies import papers
from tests.companies.firm import CLAIM, offer, registered, reviewer, seen
from tests.companies.registry import NOW, SOON

pytestmark = pytest.mark.django_db

NOT_HERE = {"OFFER_LAPSED", "OFFER_DROPPED", "MASTER_CHANGED", "OFFER_REFUSED", "OFFER_WITHDRAWN", "CLOSED"}


@pytest.fixture
def life(bureau):
    """A company's life: each event by the verb that writes it."""
    company, master = registered(bureau)
    full = make.member()
    approval.remind_master(membership.join_company(full, company, now=NOW).member, now=NOW)
    approval.approve_associate(membership.live_relationship(full), actor=master, now=NOW)
    profile.edit_company(full, {"phone": "0234607000"}, seen=0, now=NOW)
    barred = membership.join_company(make.member(), company, now=NOW)
    approval.end_relationship(barred, actor=master, reason="모르는 사람", bar=True, now=NOW)
    approval.lift_bar(members.barred_from(company).get(), actor=master, now=NOW)
    staff = papers.staff_who_may("companies.mark_company")
    mark_business(company, BusinessStatus.SUSPENDED, seen="ACTIVE", actor=staff, reason="휴업", now=NOW)
    case, decider = dispute.raise_dispute(company, CLAIM, now=NOW), reviewer()
    dispute.keep_registration(case, **seen(case, decider, now=NOW), reason="확인했습니다.")
    transfer.accept_transfer(offer(full), actor=full, now=SOON)
    ending.leave_company(master, now=SOON)
    return company, master, full, barred.member, staff, decider


def test_the_history_tells_it_all_the_latest_first(life):
    """§D5: who joined, was approved, ended, handed over, edited what, and by whom."""
    company, master, full, barred, staff, decider = life

    told = [(event.kind, event.actor) for event in history_of(company)]

    assert told[::-1] == [
        ("REGISTERED", master),
        ("JOINED", full),
        ("REMINDED", full),
        ("APPROVED", master),
        ("EDITED", full),
        ("JOINED", barred),
        ("ENDED", master),
        ("BARRED", master),
        ("BAR_LIFTED", master),
        ("MARKED", staff),
        ("DISPUTED", None),
        ("DISPUTE_DECIDED", decider),
        ("OFFERED", master),
        ("HANDED_OVER", full),
        ("LEFT", master),
    ]
    assert {kind for kind, _actor in told} | NOT_HERE == set(RelationshipEvent.Kind)


def test_other_companies_have_their_own(life):
    """§D11: a company's history is its own."""
    other = make.member_of_type("MASTER").relationships.get().company

    assert list(history_of(other)) == []


def test_a_long_history_is_read_with_one_query(life, django_assert_num_queries):
    """§D5: the people come along."""
    with django_assert_num_queries(1):
        for event in history_of(life[0])[:50]:
            assert event.relationship is None or event.relationship.member.name
            assert event.actor is None or event.actor.username


def test_the_history_holds_no_names_of_people(life):
    """§D14: ids and kinds; whoever closes the account leaves no name there."""
    _company, master, full, *_others = life
    details = str(list(RelationshipEvent.objects.values_list("detail", flat=True)))

    assert not any(word in details for word in (master.name, full.name, CLAIM.name, CLAIM.email))
