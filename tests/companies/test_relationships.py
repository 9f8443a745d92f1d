"""The database itself keeps what a company and a relationship may be."""

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from companies.models import Company, Relationship, Role
from tests import make

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "brn", ["120860000", "12086000011", "120-86-0001", "12086000１1", "120860001\n", "", "abcdefghij"]
)
def test_a_brn_is_ten_digits(brn):
    """§D9: ten ASCII digits, whatever a form let through."""
    with pytest.raises(Exception, match=r"brn_is_ten_digits|too long"), transaction.atomic():
        make.company(brn=brn)


def test_no_two_live_companies_share_a_brn():
    """§D9: the BRN is the company."""
    company = make.company()
    with pytest.raises(IntegrityError), transaction.atomic():
        make.company(brn=company.brn)

    Company.objects.update(closed_at=timezone.now())

    assert make.company(brn=company.brn).pk != company.pk


def test_a_member_has_one_live_relationship():
    """§D1: a second one waits until the first has ended."""
    member = make.member_of_type("ASSOCIATE")
    with pytest.raises(IntegrityError), transaction.atomic():
        make.relationship(member, make.company(), Role.ASSOCIATE)

    Relationship.objects.filter(member=member).update(ended_at=timezone.now())

    assert make.relationship(member, make.company(), Role.ASSOCIATE).ended_at is None


def test_a_company_has_one_live_master():
    """§D2: at most one, always."""
    company = make.company()
    make.master_of(company)

    with pytest.raises(IntegrityError), transaction.atomic():
        make.relationship(make.member(), company, Role.MASTER)


@pytest.mark.parametrize("role", [Role.FULL, Role.MASTER])
def test_nobody_is_full_or_master_unapproved(role):
    """§C5: a 정회원 was approved; the database knows by whose word."""
    associate = make.member_of_type("ASSOCIATE")
    with pytest.raises(IntegrityError), transaction.atomic():
        Relationship.objects.filter(member=associate).update(role=role)


def test_a_role_is_one_of_the_known():
    associate = make.member_of_type("ASSOCIATE")
    with pytest.raises(IntegrityError), transaction.atomic():
        Relationship.objects.filter(member=associate).update(role="OWNER")
