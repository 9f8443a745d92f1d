"""승인 요청 알림: a 준회원 reminds the MASTER, once a Korean day (§D5)."""

from datetime import datetime, timedelta

import pytest
from post_office.models import Email

from companies.domain import approval, ending, membership, transfer
from companies.models import RelationshipEvent
from kotra_portal.permissions import MemberType
from tests import make
from tests.companies.firm import company_with, history, mails, offer
from tests.companies.registry import NOW
from tests.conftest import KST
from tests.test_english import korean_in

pytestmark = pytest.mark.django_db

REMINDED = "준회원이 승인을 기다리고 있습니다"
MIDNIGHT = datetime(2026, 11, 23, tzinfo=KST)


def remind(member, *, now=NOW):
    return approval.remind_master(member, now=now)


def test_an_associate_reminds_the_master():
    """§D5: who is mailed a masked name, and since when they wait."""
    company, (master,) = company_with()
    associate = make.member_of_type("ASSOCIATE", at=company, name="홍길동")

    relationship = remind(associate)

    assert mails() == [(master.email, REMINDED)]
    told = Email.objects.get().message
    assert ("홍*동" in told, "홍길동" in told, "2020" in told) == (True, False, True)
    assert history(company) == [("REMINDED", associate)]
    assert RelationshipEvent.objects.get().relationship == relationship == associate.relationships.get()
    assert approval.todays_reminder(relationship, now=NOW) == NOW


@pytest.mark.parametrize("member_type", [kind for kind in MemberType if kind != MemberType.ASSOCIATE])
def test_nobody_else_has_anything_to_be_reminded_of(member_type):
    """§D5: neither 정회원, nor MASTER, nor 개인회원."""
    with pytest.raises(approval.NotWaiting):
        remind(make.member_of_type(member_type))

    assert mails() == []


def test_who_was_approved_or_left_waits_no_more():
    """§D5: the row as it is under the lock."""
    _company, (master, approved, left) = company_with("ASSOCIATE", "ASSOCIATE")
    approval.approve_associate(membership.live_relationship(approved), actor=master, now=NOW)
    ending.leave_company(left, now=NOW)

    for person in (approved, left):
        with pytest.raises(approval.NotWaiting):
            remind(person)


@pytest.mark.parametrize("first", [NOW, MIDNIGHT - timedelta(days=1)])
def test_once_a_day_and_the_day_is_korean(first):
    """§D5, §D23: until 23:59:59 KST not again, from midnight on again."""
    associate = make.member_of_type("ASSOCIATE")
    remind(associate, now=first)

    for again in (first, MIDNIGHT - timedelta(microseconds=1)):
        with pytest.raises(approval.RemindedToday):
            remind(associate, now=again)
    assert len(mails()) == 1

    remind(associate, now=MIDNIGHT)
    assert len(mails()) == 2
    with pytest.raises(approval.RemindedToday):
        remind(associate, now=MIDNIGHT)


def test_each_associate_reminds_for_themselves():
    """§D5: one does not use up the day of another; nor does an earlier relationship."""
    company, (_master, first, second) = company_with("ASSOCIATE", "ASSOCIATE")
    remind(first)
    remind(second)
    ending.leave_company(first, now=NOW)
    membership.join_company(first, company, now=NOW)

    remind(first)

    assert [kind for kind, _actor in history(company)].count("REMINDED") == 3


def test_who_is_master_by_now_is_reminded():
    """§D6: after a hand-over the new one, in their own language (§D22)."""
    company, (_master, associate) = company_with("ASSOCIATE")
    full = make.member_of_type("FULL", at=company, language="en")
    transfer.accept_transfer(offer(full), actor=full, now=NOW)
    Email.objects.all().delete()

    remind(associate)

    ((to, subject),) = mails()
    assert (to, korean_in(subject)) == (full.email, [])
