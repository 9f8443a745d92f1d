"""Two people, or two windows, change one company at once (§C5, §D1, §D2, §D5): each with its defence and without."""

import pytest
from django.utils import timezone

from accounts.models import User
from companies.domain import approval, cases, ending, invariants, membership
from companies.models import Bar, Case, CaseEvent, CaseState, Company, Relationship, RelationshipEvent, Role
from kotra_portal.desk.invariants import broken_invariants
from tests import make
from tests.companies.registry import request
from tests.races.at_once import come_between, database_errors, meet, take_locks_away, together

pytestmark = pytest.mark.race

ROUNDS = 200
CLICKS = 8


def join(member: User, company: Company) -> Relationship:
    return membership.join_company(member, company, now=timezone.now())


def leave(member: User) -> Relationship:
    return ending.leave_company(member, now=timezone.now())


def approve(relationship: Relationship, master: User) -> Relationship:
    return approval.approve_associate(relationship, actor=master, now=timezone.now())


def end(relationship: Relationship, master: User, *, bar: bool = False) -> Relationship:
    return approval.end_relationship(relationship, actor=master, reason="퇴사", bar=bar, now=timezone.now())


def broken() -> list[str]:
    """Say which of the companies' invariants do not hold."""
    return [invariant.sentence for invariant in invariants.INVARIANTS if invariant.offenders(1)]


def kinds(relationship: Relationship) -> list[str]:
    """Tell what happened to it, in order."""
    events = RelationshipEvent.objects.filter(relationship=relationship).order_by("pk")
    return list(events.values_list("kind", flat=True))


def outcome(results: list[object]) -> list[type]:
    return [type(result) for result in results]


# --- Joining while the last MASTER leaves ---------------------------------------------------------------------------


def join_while_leaving() -> list[type]:
    company, newcomer = make.company(), make.member()
    master = make.master_of(company)
    return outcome(together(lambda: leave(master), lambda: join(newcomer, company)))


def test_who_joins_while_the_last_master_leaves_is_in_a_company_with_master_or_in_none(repeated):
    """§D2: the MASTER stays, or the company is closed before anybody is in it."""
    possible = [[ending.MasterIsNeeded, Relationship], [Relationship, membership.CompanyNotRegistered]]
    for _ in range(repeated(ROUNDS)):
        assert join_while_leaving() in possible
        assert broken() == []
    assert list(broken_invariants(20)) == []


def test_without_the_lock_somebody_joins_a_company_that_closes(monkeypatch):
    """§D2: the twin."""
    take_locks_away(monkeypatch)
    come_between(monkeypatch, (ending, "closes_company"), (membership, "join_company"))

    results = join_while_leaving()

    assert broken() or database_errors(results)


# --- Approving what ends ---------------------------------------------------------------------------------------------


BY_WHOM = pytest.mark.parametrize("by", ["member", "master"])


def approve_while_ending(by: str) -> tuple[Relationship, list[type]]:
    """Let a 준회원 be approved and leave, or be approved and ended by another window, at once."""
    company, member = make.company(), make.member()
    master = make.master_of(company)
    relationship = join(member, company)
    stops = {"member": lambda: leave(member), "master": lambda: end(relationship, master)}
    return relationship, outcome(together(lambda: approve(relationship, master), stops[by]))


@BY_WHOM
def test_an_associate_is_approved_before_the_end_or_not_at_all(by, repeated):
    """§C5, §D1: the role is frozen at the end, and the history tells it in the order in which it was."""
    for _ in range(repeated(ROUNDS)):
        relationship, results = approve_while_ending(by)
        relationship.refresh_from_db()
        if results == [Relationship, Relationship]:
            assert (kinds(relationship)[:2], relationship.role) == (["JOINED", "APPROVED"], Role.FULL)
        else:
            assert results == [approval.NotWaiting, Relationship]
            assert (len(kinds(relationship)), relationship.role) == (2, Role.ASSOCIATE)
        assert relationship.ended_at is not None
    assert list(broken_invariants(20)) == []


@BY_WHOM
def test_without_the_lock_an_associate_is_approved_after_the_end(by, monkeypatch):
    """§C5: the twin."""
    take_locks_away(monkeypatch)
    act = (ending, "leave_company") if by == "member" else (approval, "end_relationship")
    come_between(monkeypatch, (membership, "check_allowed"), act)

    relationship, results = approve_while_ending(by)

    assert kinds(relationship)[-1] == "APPROVED" or database_errors(results)


# --- One button, pressed often --------------------------------------------------------------------------------------


def approve_often() -> list[object]:
    company = make.company()
    master = make.master_of(company)
    relationship = join(make.member(), company)
    return together(*[lambda: approve(relationship, master)] * CLICKS)


def test_of_many_approvals_at_once_one_counts():
    """§C5: one approval, one event; the others are told that nobody waits."""
    results = outcome(approve_often())

    assert sorted(results, key=str) == sorted([Relationship] + [approval.NotWaiting] * (CLICKS - 1), key=str)
    assert RelationshipEvent.objects.filter(kind="APPROVED").count() == 1
    assert list(broken_invariants(20)) == []


def test_without_the_lock_an_associate_is_approved_often(monkeypatch):
    """§C5: the twin."""
    take_locks_away(monkeypatch)
    meet(monkeypatch, CLICKS, (membership, "check_allowed"))

    results = outcome(approve_often())

    assert results.count(Relationship) > 1 or database_errors(results)


def join_often() -> list[type]:
    member, companies = make.member(), [make.company() for _ in range(CLICKS)]
    return outcome(together(*(lambda company=company: join(member, company) for company in companies)))


def test_who_joins_many_companies_at_once_is_in_one():
    """§D1: one live company relationship per member."""
    results = join_often()

    assert sorted(results, key=str) == sorted([Relationship] + [membership.AlreadyRelated] * (CLICKS - 1), key=str)


def test_without_the_lock_joining_many_companies_fails(monkeypatch):
    """§D1: the twin: the index still refuses, but with an error that nobody can read."""
    take_locks_away(monkeypatch)
    meet(monkeypatch, CLICKS, (membership, "check_may_start"))

    assert database_errors(join_often())


# --- Barred while coming back ---------------------------------------------------------------------------------------


def bar_while_joining_again() -> tuple[Relationship, list[object]]:
    company, member = make.company(), make.member()
    master = make.master_of(company)
    relationship = join(member, company)
    return relationship, together(lambda: end(relationship, master, bar=True), lambda: join(member, company))


def test_who_is_barred_while_joining_again_stays_out(repeated):
    """§D1: the end and the bar are one: nobody comes in between the two. No lock to take away: they are one commit."""
    for _ in range(repeated(ROUNDS)):
        relationship, (ended, again) = bar_while_joining_again()
        assert isinstance(ended, Relationship)
        assert isinstance(again, membership.AlreadyRelated | membership.BarredFromCompany)
        assert membership.live_relationship(relationship.member) is None
        assert Bar.objects.filter(company=relationship.company, member=relationship.member).count() == 1
    assert list(broken_invariants(20)) == []


# --- Withdrawing while joining --------------------------------------------------------------------------------------


def withdraw_while_joining() -> tuple[Case, list[type]]:
    member, company = make.member(), make.company()
    make.master_of(company)
    case = request(member, now=timezone.now())

    def withdraw() -> Case:
        return cases.withdraw_request(case, actor=member, now=timezone.now())

    return case, outcome(together(withdraw, lambda: join(member, company)))


def test_a_request_that_its_applicant_withdraws_while_joining_is_withdrawn_once(bureau, repeated):
    """§D1, §D3: by whichever came first; the joining succeeds in any case."""
    for _ in range(repeated(ROUNDS)):
        case, results = withdraw_while_joining()
        assert results in ([Case, Relationship], [cases.CaseIsClosed, Relationship])
        case.refresh_from_db()
        assert case.state == CaseState.WITHDRAWN
        assert CaseEvent.objects.filter(case=case, kind=CaseEvent.Kind.WITHDRAWN).count() == 1
    assert list(broken_invariants(20)) == []


def test_without_the_lock_a_request_is_withdrawn_twice(bureau, monkeypatch):
    """§D3: the twin: the joining withdraws what the other has read as open."""
    take_locks_away(monkeypatch)
    come_between(monkeypatch, (cases, "lock"), (membership, "join_company"))

    case, results = withdraw_while_joining()

    twice = CaseEvent.objects.filter(case=case, kind=CaseEvent.Kind.WITHDRAWN).count() > 1
    assert twice or database_errors(results)


# --- A MASTER in two windows ----------------------------------------------------------------------------------------


def approve_while_leaving() -> list[type]:
    company = make.company()
    master = make.master_of(company)
    relationship = join(make.member(), company)
    return outcome(together(lambda: approve(relationship, master), lambda: leave(master)))


def test_a_master_who_approves_and_leaves_at_once_waits_for_nobody(repeated):
    """§D2: the company's lock is held by the one and waited for by the other, and neither needs what the other has."""
    for _ in range(repeated(ROUNDS)):
        assert approve_while_leaving() == [Relationship, ending.MasterIsNeeded]
    assert list(broken_invariants(20)) == []


@pytest.mark.postgresql
def test_with_a_lock_that_keeps_rows_from_naming_the_member_both_would_wait(monkeypatch):
    """§D2: the twin: the event that names the MASTER would wait for the member's lock, and be waited for."""

    company = make.company()
    master = make.master_of(company)
    relationship = make.relationship(make.member(), company, Role.ASSOCIATE)
    lock_for_all = User.objects.select_for_update().get
    monkeypatch.setattr(membership, "lock_member", lambda member: lock_for_all(pk=member.pk))
    meet(monkeypatch, 2, (membership, "lock_member"), (membership, "check_allowed"))

    results = outcome(together(lambda: approve(relationship, master), lambda: leave(master)))

    assert database_errors(results)
