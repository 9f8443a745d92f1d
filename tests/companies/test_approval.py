"""정회원 승인 and 관계해지 by the MASTER (§C5, §D5)."""

import pytest

from companies.domain import approval, ending, membership
from companies.models import ApprovedVia, Bar, Relationship, RelationshipEvent, Role
from kotra_portal.permissions import MemberType
from tests import make
from tests.companies.registry import NOW

pytestmark = pytest.mark.django_db

NOT_MASTER = [kind for kind in MemberType if kind != MemberType.MASTER]


@pytest.fixture
def company():
    """A company with its MASTER."""
    company = make.company()
    make.master_of(company)
    return company


def place(member_type, company):
    """The live relationship of a new member of this type."""
    return make.member_of_type(member_type, at=company).relationships.get()


def approve(relationship, actor=None):
    return approval.approve_associate(relationship, actor=actor or make.master_of(relationship.company), now=NOW)


def end(relationship, actor=None, reason="퇴사", **options):
    actor = actor or make.master_of(relationship.company)
    return approval.end_relationship(relationship, actor=actor, reason=reason, now=NOW, **options)


# --- 정회원 승인 -----------------------------------------------------------------------------------------------------


def test_an_associate_whom_the_master_approves_is_a_full_member(company):
    """§C5: with the time, the way and the approver."""
    associate = place("ASSOCIATE", company)
    master = make.master_of(company)

    approve(associate)

    associate.refresh_from_db()
    assert membership.member_type_of(associate.member) == MemberType.FULL
    approved = (associate.approved_at, associate.approved_via, associate.approver)
    assert approved == (NOW, ApprovedVia.MASTER, master)
    event = RelationshipEvent.objects.get()
    assert (event.kind, event.relationship, event.actor, event.at) == ("APPROVED", associate, master, NOW)


@pytest.mark.parametrize("member_type", NOT_MASTER)
def test_only_the_master_approves(member_type, company):
    """§C6: no 정회원, no 준회원, no 개인회원."""
    actor = make.member_of_type(member_type, at=company)

    with pytest.raises(membership.NotAllowed):
        approve(place("ASSOCIATE", company), actor)


def test_associate_cannot_approve_themselves(company):
    """§C5: the MASTER approves."""
    associate = place("ASSOCIATE", company)

    with pytest.raises(membership.NotAllowed):
        approve(associate, associate.member)


def test_another_companys_master_approves_nobody_here(company):
    """§C5: a 준회원 of the same company."""
    with pytest.raises(membership.NotAllowed):
        approve(place("ASSOCIATE", company), make.member_of_type("MASTER"))


@pytest.mark.parametrize("role", ["FULL", "MASTER"])
def test_only_an_associate_can_be_approved(role, company):
    """§C5: a 정회원 is approved already, and so is the MASTER; the approval that was stays."""
    master = make.master_of(company)
    relationship = master.relationships.get() if role == "MASTER" else place(role, company)

    with pytest.raises(approval.NotWaiting):
        approve(relationship, master)

    again = Relationship.objects.get(pk=relationship.pk)
    assert (again.role, again.approved_at) == (role, make.LONG_AGO)


def test_an_associate_who_left_cannot_be_approved(company):
    """§C5: the row as it is under the lock counts, not the one that the list showed."""
    associate = place("ASSOCIATE", company)
    ending.leave_company(associate.member, now=NOW)

    with pytest.raises(approval.NotWaiting):
        approve(associate)

    assert Relationship.objects.get(pk=associate.pk).role == Role.ASSOCIATE


def test_nobody_is_approved_twice(company):
    """§C5: two clicks are one approval and one event."""
    associate = place("ASSOCIATE", company)
    approve(associate)

    with pytest.raises(approval.NotWaiting):
        approve(associate)

    assert RelationshipEvent.objects.filter(kind="APPROVED").count() == 1


def test_who_is_master_no_more_approves_nobody(company):
    """§C6: the role as it is under the lock counts, however fresh the page was."""
    master = make.master_of(company)
    associate = place("ASSOCIATE", company)
    successor = place("FULL", company)
    Relationship.objects.filter(member=master).update(
        role=Role.FULL, approved_via=ApprovedVia.HANDOVER, approver=successor.member
    )
    Relationship.objects.filter(pk=successor.pk).update(role=Role.MASTER)

    with pytest.raises(membership.NotAllowed):
        approve(associate, master)

    assert approve(associate, successor.member).role == Role.FULL


# --- 관계해지 --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", ["FULL", "ASSOCIATE"])
def test_the_master_ends_any_other_relationship_with_a_reason(role, company):
    """§D5: the member is 개인회원; what the relationship was stays in its row."""
    relationship = place(role, company)
    master = make.master_of(company)

    end(relationship, reason="  퇴사 ")

    relationship.refresh_from_db()
    assert (relationship.ended_at, relationship.end_reason, relationship.role) == (NOW, "퇴사", role)
    assert membership.member_type_of(relationship.member) == MemberType.INDIVIDUAL
    event = RelationshipEvent.objects.get()
    assert (event.kind, event.relationship, event.actor, event.at) == ("ENDED", relationship, master, NOW)
    assert event.detail == {}


@pytest.mark.parametrize("reason", ["", "   ", "\n"])
def test_who_ends_a_relationship_says_why(reason, company):
    """§D5: with a reason."""
    relationship = place("ASSOCIATE", company)

    with pytest.raises(approval.ReasonMissing) as refused:
        end(relationship, reason=reason)

    assert refused.value.field == "reason"
    relationship.refresh_from_db()
    assert relationship.ended_at is None


@pytest.mark.parametrize("member_type", NOT_MASTER)
@pytest.mark.parametrize("role", ["MASTER", "FULL", "ASSOCIATE"])
def test_only_the_master_ends_others_relationships(member_type, role, company):
    """§C6: nobody else, nobody's."""
    relationship = make.master_of(company).relationships.get() if role == "MASTER" else place(role, company)

    with pytest.raises(membership.NotAllowed):
        end(relationship, make.member_of_type(member_type, at=company))


def test_another_companys_master_ends_nothing_here(company):
    """§D5: of the company."""
    with pytest.raises(membership.NotAllowed):
        end(place("FULL", company), make.member_of_type("MASTER"))


def test_the_masters_own_relationship_does_not_end_here(company):
    """§D2: the MASTER leaves, with the rule of those who are left behind."""
    own = make.master_of(company).relationships.get()

    with pytest.raises(approval.NotYourOwn):
        end(own)

    own.refresh_from_db()
    assert own.ended_at is None


def test_a_relationship_ends_once(company):
    """§D5: whoever comes second is told."""
    relationship = place("FULL", company)
    end(relationship)

    with pytest.raises(ending.RelationshipEnded):
        end(relationship, reason="다른 까닭")

    assert Relationship.objects.get(pk=relationship.pk).end_reason == "퇴사"
    assert RelationshipEvent.objects.count() == 1


def test_the_role_is_frozen_at_the_end(company):
    """§D1: who joins again is a new row; the old one is what it was."""
    relationship = place("FULL", company)
    end(relationship)

    again = membership.join_company(relationship.member, company, now=NOW)
    approve(again)

    assert Relationship.objects.get(pk=relationship.pk).approved_at == make.LONG_AGO
    assert Relationship.objects.get(pk=again.pk).approved_at == NOW


def test_the_master_may_bar_the_person_from_joining_again(company):
    """§D1: said in the company's history; without it the person may come back."""
    barred, other = place("FULL", company), place("FULL", company)
    master = make.master_of(company)

    end(barred, bar=True)
    end(other)

    bar = Bar.objects.get()
    assert (bar.company, bar.member, bar.barred_by, bar.barred_at) == (company, barred.member, master, NOW)
    kinds = RelationshipEvent.objects.filter(relationship=barred).values_list("kind", flat=True)
    assert sorted(kinds) == ["BARRED", "ENDED"]
    with pytest.raises(membership.BarredFromCompany):
        membership.join_company(barred.member, company, now=NOW)
    assert membership.join_company(other.member, company, now=NOW).role == Role.ASSOCIATE


def test_a_refused_ending_bars_nobody(company):
    """§D1: the bar comes with the end or not at all."""
    relationship = place("FULL", company)

    with pytest.raises(approval.ReasonMissing):
        end(relationship, reason="", bar=True)

    assert not Bar.objects.exists()
