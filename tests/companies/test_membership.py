"""회원분류 and 관계설정: what a member is, and how one joins a company (§C3, §C4, §T3, §D1)."""

from datetime import datetime, timedelta

import pytest
from django.db import DatabaseError, transaction

from companies.domain import cases, membership
from companies.models import Bar, Case, CaseEvent, CaseState, Company, Relationship, RelationshipEvent, Role
from kotra_portal.permissions import MATRIX, MemberType, Permission
from tests import make
from tests.companies.registry import NOW, request
from tests.conftest import KST

pytestmark = pytest.mark.django_db


def join(member, company=None, *, now=NOW):
    return membership.join_company(member, company or make.company(), now=now)


# --- What a member is -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("member_type", MemberType)
def test_a_member_is_what_the_live_relationship_says(member_type):
    """§C3: MASTER, §C4: 준회원, and so on; nothing is stored beside the relationship."""
    member = make.member_of_type(member_type)

    assert membership.member_type_of(member) == member_type


@pytest.mark.parametrize("role", Role)
def test_a_relationship_that_ended_makes_nobody_a_company_member(role):
    """§D1: ending a relationship makes the member 개인회원."""
    member = make.member_of_type(role)
    Relationship.objects.filter(member=member).update(ended_at=NOW)

    assert membership.member_type_of(member) == MemberType.INDIVIDUAL
    assert membership.live_relationship(member) is None


def test_a_company_knows_its_master():
    """§C3: one member is the company's MASTER; a company that nobody is in has none."""
    company = make.company()
    master = make.master_of(company)
    make.member_of_type(MemberType.FULL, at=company)

    assert membership.master_of(company) == master
    assert membership.master_of(make.company()) is None


@pytest.mark.parametrize("member_type", MemberType)
@pytest.mark.parametrize("permission", Permission)
def test_the_rule_of_a_row_is_the_matrix_of_the_live_relationship(member_type, permission):
    """§C6: the same table as the gate's, asked of this company; at another company nobody has any permission."""
    company = make.company()
    member = make.member_of_type(member_type, at=company)
    holders = next(holders for permissions, holders in MATRIX if permission in permissions)

    if member_type in holders - {MemberType.INDIVIDUAL}:
        assert membership.check_allowed(member, permission, company).member == member
    else:
        with pytest.raises(membership.NotAllowed):
            membership.check_allowed(member, permission, company)
    with pytest.raises(membership.NotAllowed):
        membership.check_allowed(member, permission, make.company())


def test_a_blocked_account_may_nothing_more():
    """§C6: its request may have been waiting at the lock; later ones are not logged in."""
    company = make.company()
    master = make.master_of(company)
    assert membership.check_allowed(master, Permission.APPROVE_MEMBER, company)
    type(master).objects.filter(pk=master.pk).update(is_active=False)

    with pytest.raises(membership.NotAllowed):
        membership.check_allowed(master, Permission.APPROVE_MEMBER, company)


# --- Joining --------------------------------------------------------------------------------------------------------


def test_who_joins_a_registered_company_is_its_associate_at_once():
    """§T3, §C4: 준회원, approved by nobody yet; the company's history says so."""
    member, company = make.member(), make.company()
    master = make.master_of(company)

    relationship = join(member, company)

    assert membership.member_type_of(member) == MemberType.ASSOCIATE
    assert (relationship.started_at, relationship.approved_at, relationship.approver) == (NOW, None, None)
    assert membership.master_of(company) == master
    event = RelationshipEvent.objects.get(company=company)
    assert (event.kind, event.relationship, event.actor, event.at) == ("JOINED", relationship, member, NOW)


@pytest.mark.parametrize("role", Role)
def test_who_is_related_already_cannot_join_another_company(role):
    """§D1: one live company relationship per member, whatever it is."""
    member = make.member_of_type(role)

    with pytest.raises(membership.AlreadyRelated):
        join(member)

    assert Relationship.objects.filter(member=member).count() == 1


def test_who_is_related_already_cannot_join_the_same_company_again():
    """§D1: nor the one they are in."""
    member, company = make.member(), make.company()
    join(member, company)

    with pytest.raises(membership.AlreadyRelated):
        join(member, company)


def test_who_joins_again_starts_afresh_as_associate():
    """§D1: a new row, whatever the old one was; the old one keeps its role and approval."""
    company = make.company()
    member = make.member_of_type(MemberType.FULL, at=company)
    Relationship.objects.filter(member=member).update(ended_at=NOW)

    again = join(member, company)

    assert (again.role, again.approved_at) == (Role.ASSOCIATE, None)
    roles = Relationship.objects.filter(member=member).order_by("pk").values_list("role", flat=True)
    assert list(roles) == [Role.FULL, Role.ASSOCIATE]


def test_nobody_joins_a_company_whose_registration_ended():
    """§D2: its BRN is free, its row is history."""
    company = make.company(closed_at=NOW)

    with pytest.raises(membership.CompanyNotRegistered):
        join(make.member(), company)


def test_nobody_joins_a_company_that_closed_since_it_was_read():
    """§D2: the row as it is under the lock counts, not the one that was shown."""
    company = make.company()
    Company.objects.update(closed_at=NOW)

    with pytest.raises(membership.CompanyNotRegistered):
        join(make.member(), company)


def test_whom_a_master_bars_cannot_join_again():
    """§D1: that company, that person, nobody else."""
    company, barred, other = make.company(), make.member(), make.member()
    Bar.objects.create(company=company, member=barred, barred_at=NOW, barred_by=make.master_of(company))

    with pytest.raises(membership.BarredFromCompany):
        join(barred, company)

    assert not Relationship.objects.filter(member=barred).exists()
    assert join(other, company).role == Role.ASSOCIATE
    assert join(barred).role == Role.ASSOCIATE


def test_only_members_become_related():
    """§D3: staff accounts are no members; whoever reaches this with one is a bug of the caller's."""
    who = make.staff()

    with pytest.raises(ValueError, match=who.username):
        join(who)


def test_who_was_blocked_meanwhile_is_refused_in_words():
    """§C6: the account was closed while the request waited."""
    with pytest.raises(membership.NotAllowed):
        join(make.member(is_active=False))


# --- Five a day -----------------------------------------------------------------------------------------------------


def start(member, at):
    """Join and leave a company."""
    relationship = join(member, now=at)
    Relationship.objects.filter(pk=relationship.pk).update(ended_at=at)


def test_a_member_starts_at_most_five_relationships_a_day():
    """§D1: the sixth waits until tomorrow; another member's are not counted."""
    member = make.member()
    for minute in range(5):
        start(member, NOW + timedelta(minutes=minute))

    with pytest.raises(membership.TooManyStarts):
        join(member, now=NOW + timedelta(hours=1))

    assert join(make.member(), now=NOW + timedelta(hours=1)).role == Role.ASSOCIATE


@pytest.mark.parametrize(
    ("moment", "is_allowed"),
    [("2026-11-22 23:59:59.999999", False), ("2026-11-23 00:00:00", True), ("2026-11-23 08:59", True)],
)
def test_the_day_of_the_five_is_a_korean_day(moment, is_allowed):
    """§D1, §D23: it ends at midnight in Seoul, which is 15:00 in UTC."""
    member = make.member()
    for hour in range(5):
        start(member, datetime(2026, 11, 22, 18 + hour, tzinfo=KST))
    at = datetime.fromisoformat(moment).replace(tzinfo=KST)

    if is_allowed:
        assert join(member, now=at).started_at == at
    else:
        with pytest.raises(membership.TooManyStarts):
            join(member, now=at)


def test_yesterdays_starts_are_not_counted_after_midnight():
    """§D1, §D23: three before midnight and four after are seven, and nobody is refused."""
    member = make.member()
    for minute in range(-3, 4):
        start(member, datetime(2026, 11, 23, tzinfo=KST) + timedelta(minutes=minute))

    assert join(member, now=datetime(2026, 11, 23, 1, tzinfo=KST)).role == Role.ASSOCIATE
    assert Relationship.objects.filter(member=member).count() == 8


# --- The open request -----------------------------------------------------------------------------------------------


def test_joining_withdraws_the_open_request(bureau):
    """§D1: in the same transaction; its history says because of what."""
    member = make.member()
    case = request(member)

    join(member)

    case.refresh_from_db()
    assert (case.state, case.closed_at, case.decider) == (CaseState.WITHDRAWN, NOW, None)
    event = CaseEvent.objects.get(case=case, kind=CaseEvent.Kind.WITHDRAWN)
    assert (event.actor, event.at, event.detail) == (member, NOW, {"because": "JOINED"})


def test_joining_leaves_others_requests_and_closed_ones_alone(bureau):
    """§D1: the member's own open one."""
    member, brn = make.member(), make.brn()
    earlier = cases.withdraw_request(request(member, brn), actor=member, now=NOW)
    others = request(make.member(), brn)

    join(member, now=NOW + timedelta(minutes=1))

    assert Case.objects.get(pk=others.pk).state == CaseState.RECEIVED
    assert Case.objects.get(pk=earlier.pk).closed_at == NOW


def test_a_joining_that_is_rolled_back_withdraws_nothing(bureau):
    """§D1: both or neither."""
    member = make.member()
    case = request(member)

    with transaction.atomic():
        join(member)
        transaction.set_rollback(True)

    case.refresh_from_db()
    assert (case.state, case.closed_at) == (CaseState.RECEIVED, None)
    assert case.events.count() == 1
    assert membership.live_relationship(member) is None


def test_a_request_that_cannot_be_withdrawn_rolls_the_joining_back(bureau, monkeypatch):
    """§D1: nobody is related and under review at once."""
    member = make.member()
    request(member)

    def fail(*_args: object, **_kwargs: object) -> None:
        raise DatabaseError

    monkeypatch.setattr(cases, "record", fail)
    with pytest.raises(DatabaseError):
        join(member)

    assert membership.live_relationship(member) is None
    assert cases.open_registration(member) is not None
    assert not RelationshipEvent.objects.exists()


def test_a_refused_joining_keeps_the_request(bureau):
    """§D1: who is barred stays where they were."""
    member, company = make.member(), make.company()
    request(member)
    Bar.objects.create(company=company, member=member, barred_at=NOW, barred_by=make.master_of(company))

    with pytest.raises(membership.BarredFromCompany):
        join(member, company)

    assert cases.open_registration(member) is not None
