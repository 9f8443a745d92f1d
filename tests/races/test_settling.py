"""The nightly settling beside another one, and beside whoever acts meanwhile (§D4): with its defence and without."""

from functools import partial

import pytest
from django.utils import timezone
from post_office.models import Email

from companies.domain import cases, membership, registration
from companies.models import Case, CaseEvent, CaseState, Relationship
from kotra_portal.desk.invariants import broken_invariants
from kotra_portal.one_by_one import SomeFailed
from tests import make
from tests.races.at_once import meet, take_locks_away, together
from tests.races.test_review import request

pytestmark = [pytest.mark.race, pytest.mark.usefixtures("bureau")]

ROUNDS = 40
RUNS = 4
PEOPLE = 8


def left_over() -> list[Case]:
    """Requests for one number that somebody registered, which nobody settled."""
    asked = [request()]
    asked += [request(asked[0].registration.brn) for _ in range(PEOPLE - 1)]
    make.master_of(make.company(brn=asked[0].registration.brn))
    return asked


def settle() -> int:
    return registration.settle_left_over(now=timezone.now())


def test_runs_at_once_settle_each_request_once(repeated):
    """§D4: one event and one mail each, whichever run did it, and one mail of all of them to the MASTER."""
    for _ in range(repeated(ROUNDS)):
        asked = left_over()
        told = Email.objects.count()

        results = together(*[settle] * RUNS)

        assert sum(results) == PEOPLE
        assert set(Case.objects.filter(pk__in=[case.pk for case in asked]).values_list("state", flat=True)) == {
            CaseState.SETTLED
        }
        assert CaseEvent.objects.filter(case__in=asked, kind=CaseEvent.Kind.SETTLED).count() == PEOPLE
        assert Email.objects.count() == told + PEOPLE + 1
    assert list(broken_invariants(20)) == []


def test_without_its_locks_runs_at_once_fail(monkeypatch):
    """§D4: the twin: the same request is settled by both, or an error that nobody can read."""
    left_over()
    take_locks_away(monkeypatch)
    meet(monkeypatch, 2, (membership, "live_relationship"))  # each has found all requests open

    results = together(settle, settle)

    assert SomeFailed in map(type, results) or sum(results) != PEOPLE


def test_a_run_beside_whoever_withdraws_or_joins_elsewhere(repeated):
    """§D1, §D4: each ends in one state, in at most one company, and nobody meets an error."""
    for _ in range(repeated(ROUNDS)):
        first, second, *_others = left_over()
        elsewhere = make.company()
        make.master_of(elsewhere)
        now = timezone.now()

        results = together(
            settle,
            partial(cases.withdraw_request, first, actor=first.applicant, now=now),
            partial(membership.join_company, second.applicant, elsewhere, now=now),
        )

        assert {type(result) for result in results} <= {
            int, Case, Relationship, cases.CaseIsClosed, membership.AlreadyRelated,
        }  # fmt: skip
        for case in (first, second):
            live = Relationship.objects.filter(member=case.applicant, ended_at=None).count()
            state = Case.objects.get(pk=case.pk).state
            assert (state, live) in [
                (CaseState.SETTLED, 1), (CaseState.WITHDRAWN, 1 if case == second else 0),
            ]  # fmt: skip
    assert list(broken_invariants(20)) == []
