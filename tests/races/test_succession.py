"""Staff decide on a MASTER change while somebody else acts (§Q3, §D7): each race with its defence and without."""

from collections.abc import Callable
from functools import partial

import pytest

from companies.domain import cases, ending, membership, review, succession
from companies.models import Case, CaseEvent, CaseState, MasterChangeRequest, Relationship
from kotra_portal.desk.invariants import broken_invariants
from tests.races.at_once import come_between, database_errors, meet, take_locks_away, together
from tests.races.crew import Crew, change_asked_by, crew, now, outcome, pressing

pytestmark = [pytest.mark.race, pytest.mark.usefixtures("bureau")]

ROUNDS = 200
VERBS = {"approve": succession.approve_master_change, "reject": succession.reject_master_change}
PAIRS = [("approve", "approve"), ("approve", "reject"), ("reject", "reject")]
BY_PAIR = pytest.mark.parametrize("pair", PAIRS, ids="-".join)
MASTER_IS_READ = (succession, "check_decidable")


def kinds(case: Case) -> list[str]:
    """What happened to the case since it was sent, in order."""
    return list(CaseEvent.objects.filter(case=case).order_by("pk").values_list("kind", flat=True))[1:]


def state_of(case: Case) -> CaseState:
    return CaseState(Case.objects.get(pk=case.pk).state)


def of(*people: object) -> list[str]:
    """Their addresses, in order."""
    return sorted(person.email for person in people)


def asked_in(people: Crew) -> Case:
    """The request of the one who is called the nominee elsewhere."""
    return change_asked_by(people.nominee)


# --- Two reviewers on one request -----------------------------------------------------------------------------------


def decide_twice(pair: tuple[str, str]) -> tuple[Crew, Case, list[object]]:
    people = crew()
    case = asked_in(people)
    people.begin()
    return people, case, together(*(pressing(VERBS[verb], case) for verb in pair))


@BY_PAIR
def test_two_reviewers_at_once_make_one_decision(pair, repeated):
    """§D7, §D3: one decision, one event, one mail to each side; the later one is told who decided."""
    for _ in range(repeated(ROUNDS)):
        people, case, results = decide_twice(pair)
        [refusal] = [result for result in results if isinstance(result, Exception)]
        assert isinstance(refusal, review.DecidedAlready)
        assert str(refusal).startswith("박담당 님이 이미 처리한 신청입니다.")
        is_approved = state_of(case) == CaseState.APPROVED
        assert kinds(case) == ["APPROVED" if is_approved else "REJECTED"]
        assert people.masters() == [people.nominee if is_approved else people.master]
        assert people.events() == (["MASTER_CHANGED"] if is_approved else [])
        assert people.mails() == of(people.master, people.nominee)
    assert list(broken_invariants(20)) == []


@BY_PAIR
def test_without_the_lock_both_decide(pair, monkeypatch):
    """§D7: the twin."""
    take_locks_away(monkeypatch)
    meet(monkeypatch, 2, (cases, "version"))

    _people, case, results = decide_twice(pair)

    assert len(kinds(case)) > 1 or database_errors(results)


# --- Two who want to be MASTER --------------------------------------------------------------------------------------


def approve_two() -> tuple[Crew, list[Case], list[object]]:
    """Two reviewers, each with the request of another member."""
    people = crew()
    asked = [change_asked_by(people.nominee), change_asked_by(people.associate, leaves=True)]
    people.begin()
    return people, asked, together(*(pressing(succession.approve_master_change, case) for case in asked))


def test_of_two_who_are_made_master_at_once_one_is(repeated):
    """§D7: the other request has no object any more, and its reviewer is told."""
    for _ in range(repeated(ROUNDS)):
        people, asked, results = approve_two()
        [first] = [case for case in asked if state_of(case) == CaseState.APPROVED]
        [second] = [case for case in asked if case != first]
        expected = [Relationship if case == first else review.NotWaiting for case in asked]
        assert (outcome(results), state_of(second)) == (expected, CaseState.OVERTAKEN)
        assert (kinds(first), kinds(second)) == (["APPROVED"], ["OVERTAKEN"])
        assert people.masters() == [first.applicant]
        leaves = ["ENDED"] if first.applicant == people.associate else []
        assert people.events() == [*leaves, "MASTER_CHANGED"]
        assert people.mails() == of(people.master, first.applicant, second.applicant)
    assert list(broken_invariants(20)) == []


def test_without_the_lock_two_are_made_master(monkeypatch):
    """§D7: the twin: indices still refuse, or either waits for the other, with an error that nobody can read."""
    take_locks_away(monkeypatch)
    meet(monkeypatch, 2, (cases, "version"))

    assert database_errors(approve_two()[2])


# --- Deciding while somebody else acts ------------------------------------------------------------------------------


def approve_while(act: Callable[[Crew, Case], object]) -> tuple[Crew, Case, list[object]]:
    people = crew()
    case = asked_in(people)
    people.begin()
    approve = pressing(succession.approve_master_change, case)
    return people, case, together(approve, partial(act, people, case))


def leave(people: Crew, _case: Case) -> Relationship:
    return ending.leave_company(people.nominee, now=now())


def withdraw(people: Crew, case: Case) -> Case:
    return cases.withdraw_request(case, actor=people.nominee, now=now())


def object_to(people: Crew, case: Case) -> MasterChangeRequest:
    return succession.object_to(case, actor=people.master, objection="재직하고 있습니다.", now=now())


# What else is done; what either gets where the decision comes first, and where it comes last; and what the case tells.
FIRST = (CaseState.APPROVED, ["APPROVED"])
WHILE = {
    "the applicant leaves": (
        (ending, "leave_company", leave),
        ([Relationship, ending.MasterIsNeeded], *FIRST),
        ([review.NotWaiting, Relationship], CaseState.WITHDRAWN, ["WITHDRAWN"]),
    ),
    "the applicant withdraws": (
        (cases, "withdraw_request", withdraw),
        ([Relationship, cases.CaseIsClosed], *FIRST),
        ([review.NotWaiting, Case], CaseState.WITHDRAWN, ["WITHDRAWN"]),
    ),
    "the MASTER objects": (
        (succession, "object_to", object_to),
        ([Relationship, membership.NotAllowed], *FIRST),
        ([review.ChangedMeanwhile, MasterChangeRequest], CaseState.RECEIVED, ["OBJECTED"]),
    ),
}
BY_ACT = pytest.mark.parametrize(("act", "first", "last"), WHILE.values(), ids=WHILE)


@BY_ACT
def test_a_change_is_approved_first_or_not_at_all(act, first, last, repeated):
    """§D7: whoever asked is still there, still wants it, and what the MASTER said was read."""
    for _ in range(repeated(ROUNDS)):
        people, case, results = approve_while(act[2])
        left = (outcome(results), state_of(case), kinds(case))
        assert left in (first, last)
        assert people.masters() == [people.nominee if left == first else people.master]
    assert list(broken_invariants(20)) == []


@BY_ACT
def test_without_the_lock_the_change_is_approved_too(act, first, last, monkeypatch):
    """§D7: the twin: the decision goes on with what it has read."""
    take_locks_away(monkeypatch)
    come_between(monkeypatch, MASTER_IS_READ, act[:2])

    _people, case, results = approve_while(act[2])

    left = (outcome(results), state_of(case), kinds(case))
    assert left not in (first, last)
    assert isinstance(results[0], Relationship) or database_errors(results)
