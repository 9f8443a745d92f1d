"""A request under review, and what its applicant may do with it (§D3)."""

from datetime import timedelta

import pytest

from companies.domain import cases, registration
from companies.domain.membership import member_type_of
from companies.models import OPEN_STATES, Case, CaseEvent, CaseState, Channel
from kotra_portal.permissions import MemberType
from tests import make
from tests.companies.registry import NOW, SOON, TYPED, draft, request

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("bureau")]


def put(case: Case, state: CaseState) -> Case:
    """Bring the case into a state, as staff would."""
    changes = {"state": state, "reason": "사업자등록증이 흐립니다."}
    if state not in OPEN_STATES:
        changes["closed_at"] = NOW
    if state in {CaseState.APPROVED, CaseState.REJECTED}:
        changes["decider"] = make.staff()
    Case.objects.filter(pk=case.pk).update(**changes)
    return Case.objects.get(pk=case.pk)


def test_while_staff_review_the_applicant_is_an_individual():
    """§D3: nothing is granted beforehand."""
    member = make.member()
    request(member)

    assert member_type_of(member) == MemberType.INDIVIDUAL


@pytest.mark.parametrize("state", CaseState)
def test_the_applicant_withdraws_what_is_still_open(state):
    """§D3: 접수 and 보완 요청; what was decided or withdrawn stays as it is."""
    member = make.member()
    case = put(request(member), state)

    if state in OPEN_STATES:
        cases.withdraw_request(case, actor=member, now=SOON)
        case.refresh_from_db()
        assert (case.state, case.closed_at, case.decider) == (CaseState.WITHDRAWN, SOON, None)
        event = case.events.last()
        assert (event.kind, event.actor, event.at, event.detail) == ("WITHDRAWN", member, SOON, {})
    else:
        with pytest.raises(cases.CaseIsClosed):
            cases.withdraw_request(case, actor=member, now=SOON)
        assert Case.objects.get(pk=case.pk).closed_at == NOW
        assert CaseEvent.objects.count() == 1


def test_the_state_under_the_lock_counts():
    """§D3: a page that still shows 접수 withdraws nothing that was decided."""
    member = make.member()
    shown = request(member)
    put(shown, CaseState.REJECTED)

    with pytest.raises(cases.CaseIsClosed):
        cases.withdraw_request(shown, actor=member, now=SOON)


def test_nobody_withdraws_somebody_elses_request():
    """§D3: the applicant; whoever else comes here is a bug of the caller's, who shows 404."""
    case = request(make.member())

    with pytest.raises(ValueError, match="REGISTRATION"):
        cases.withdraw_request(case, actor=make.member(), now=SOON)

    assert Case.objects.get().state == CaseState.RECEIVED


@pytest.mark.parametrize("state", CaseState)
def test_nothing_is_added_to_a_case_that_is_closed(state):
    """§D3: while it is open."""
    case = put(request(make.member()), state)

    if state in OPEN_STATES:
        cases.check_open(case)
    else:
        with pytest.raises(cases.CaseIsClosed):
            cases.check_open(case)


@pytest.mark.parametrize("state", CaseState)
def test_one_registration_request_is_open_at_a_time(state):
    """§D1: the next may be sent when the first is closed."""
    member = make.member()
    put(request(member), state)

    if state in OPEN_STATES:
        with pytest.raises(registration.OpenRequestExists):
            request(member, now=SOON)
    else:
        assert request(member, now=SOON).state == CaseState.RECEIVED


def test_a_member_finds_the_open_request_and_the_last_one():
    """§D3: the applicant sees the request's state; others' are not theirs."""
    member = make.member()
    request(make.member())
    assert (cases.open_registration(member), cases.latest_registration(member)) == (None, None)

    first = cases.withdraw_request(request(member), actor=member, now=NOW)
    assert (cases.open_registration(member), cases.latest_registration(member)) == (None, first)

    second = request(member, now=SOON)
    assert cases.open_registration(member) == cases.latest_registration(member) == second
    assert cases.open_registration(member).registration.name == TYPED["name"]


def test_who_withdrew_may_ask_again_for_the_same_number():
    """§D3: withdrawing bars nobody."""
    member, brn = make.member(), make.brn()
    cases.withdraw_request(request(member, brn), actor=member, now=NOW)

    draft(member, brn, now=NOW + timedelta(hours=1))
    again = registration.request_registration(member, brn, TYPED, Channel.EMAIL, now=NOW + timedelta(hours=1))

    assert again.registration.brn == brn
