"""관계해지 by oneself, and the rule of the last MASTER (§D2, §D5)."""

import pytest

from companies.domain import approval, ending, membership, registration
from companies.models import Company, Relationship, RelationshipEvent, Role
from kotra_portal.permissions import MemberType
from tests import make
from tests.companies.registry import NOW, draft

pytestmark = pytest.mark.django_db


def leave(member):
    return ending.leave_company(member, now=NOW)


@pytest.mark.parametrize("role", ["FULL", "ASSOCIATE"])
def test_associate_and_full_member_leave_by_themselves(role):
    """§D5: they are 개인회원 then; the company and its MASTER stay."""
    company = make.company()
    member = make.member_of_type(role, at=company)

    left = leave(member)

    assert membership.member_type_of(member) == MemberType.INDIVIDUAL
    row = Relationship.objects.get(pk=left.pk)
    assert (row.ended_at, row.end_reason, row.role) == (NOW, "", role)
    event = RelationshipEvent.objects.get()
    assert (event.kind, event.relationship, event.actor, event.at) == ("LEFT", left, member, NOW)
    assert Company.objects.get().closed_at is None


def test_who_is_in_no_company_leaves_none():
    """§D5: nor does whoever left already."""
    member = make.member_of_type("ASSOCIATE")
    leave(member)

    for person in (member, make.member()):
        with pytest.raises(ending.RelationshipEnded):
            leave(person)

    assert RelationshipEvent.objects.count() == 1


@pytest.mark.parametrize("others", [1, 3])
@pytest.mark.parametrize("role", ["FULL", "ASSOCIATE"])
def test_the_master_cannot_leave_while_others_are_related(role, others):
    """§D2: whatever they are; the refusal says how many."""
    company = make.company()
    for _ in range(others):
        make.member_of_type(role, at=company)
    master = make.master_of(company)

    with pytest.raises(ending.MasterIsNeeded) as refused:
        leave(master)

    assert f"{others}명" in str(refused.value)
    assert membership.member_type_of(master) == MemberType.MASTER
    assert Company.objects.get().closed_at is None


def test_the_master_alone_closes_the_company_by_leaving():
    """§D2: relationship and registration end together, both in the history."""
    master = make.member_of_type("MASTER")
    relationship = master.relationships.get()

    leave(master)

    assert Company.objects.get().closed_at == NOW
    relationship.refresh_from_db()
    assert (relationship.ended_at, relationship.role) == (NOW, Role.MASTER)
    events = RelationshipEvent.objects.order_by("pk").values_list("kind", "relationship", "actor")
    assert list(events) == [("LEFT", relationship.pk, master.pk), ("CLOSED", None, master.pk)]


def test_a_master_whom_the_others_have_left_is_alone():
    """§D2: relationships that ended do not count."""
    company = make.company()
    leave(make.member_of_type("FULL", at=company))
    ended = make.member_of_type("ASSOCIATE", at=company).relationships.get()
    approval.end_relationship(ended, actor=make.master_of(company), reason="퇴사", now=NOW)

    leave(make.master_of(company))

    assert Company.objects.get().closed_at == NOW


def test_other_companies_are_not_counted():
    """§D2: while others are related with this company."""
    make.member_of_type("FULL")
    master = make.member_of_type("MASTER")

    assert ending.closes_company(master.relationships.get())
    leave(master)
    assert Company.objects.filter(closed_at__isnull=True).count() == 1


def test_who_registers_a_number_that_is_free_again_gets_a_new_company(bureau):
    """§D2: history stays with the closed row."""
    brn = bureau.knows()
    first, second = make.member(), make.member()
    draft(first, brn)
    closed = registration.register_company(first, brn, {}, now=NOW).company
    leave(first)

    draft(second, brn)
    opened = registration.register_company(second, brn, {}, now=NOW).company

    assert (opened.pk == closed.pk, opened.brn, opened.closed_at) == (False, brn, None)
    assert Company.objects.get(pk=closed.pk).closed_at == NOW
    assert (closed.events.count(), opened.events.count()) == (3, 1)
    assert membership.master_of(closed) is None
    assert membership.master_of(opened) == second


@pytest.mark.parametrize(
    ("role", "others", "may_leave", "closes"),
    [("MASTER", 0, True, True), ("MASTER", 1, False, False), ("FULL", 0, True, False), ("ASSOCIATE", 1, True, False)],
)
def test_pages_ask_beforehand_what_leaving_means(role, others, may_leave, closes):
    """§D2: the same rule, for the page that says the consequence."""
    company = make.company()
    relationship = make.member_of_type(role, at=company).relationships.get()
    for _ in range(others):
        make.member_of_type("ASSOCIATE", at=company)

    assert ending.closes_company(relationship) is closes
    if may_leave:
        ending.check_may_leave(relationship)
    else:
        with pytest.raises(ending.MasterIsNeeded):
            ending.check_may_leave(relationship)
