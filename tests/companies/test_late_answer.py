"""What the registry says when staff approve, of a number that it said nothing of when it was asked for (§S12, §D8)."""

import pytest
from pytest_django.asserts import assertContains, assertNotContains

from companies.domain import cases, late_answer, review
from companies.models import BusinessStatus, Case, CaseState, Company, RegistryAnswer, Relationship, Role
from tests import make
from tests.companies import papers
from tests.companies.desk import path, reviewer, sent
from tests.companies.registry import SOON

pytestmark = [pytest.mark.django_db, pytest.mark.once]

STOPPED = (BusinessStatus.CLOSED, BusinessStatus.SUSPENDED)
OWED = [answer for answer in RegistryAnswer if answer not in late_answer.ANSWERED]
NEVER_SAID = "아직 모릅니다"
STILL_NOT = "서류만 보고 승인할 수 있습니다."


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    return papers.folder_of_documents(monkeypatch, tmp_path / "documents")


def asked(answer: RegistryAnswer = RegistryAnswer.UNAVAILABLE) -> Case:
    return sent(registry_answer=answer)


def approve(case: Case) -> Relationship:
    return review.approve_registration(case, actor=reviewer(), seen=cases.version(case), now=SOON)


# --- The rule -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", STOPPED)
@pytest.mark.parametrize("answer", OWED)
def test_a_business_that_ended_is_refused_by_staff_too(bureau, answer, status):
    """§D8: its request stays open; it can be rejected or sent back."""
    case = asked(answer)
    bureau.knows(case.brn, status=status)

    with pytest.raises(late_answer.NotInBusiness, match=str(status.label)):
        approve(case)

    case.refresh_from_db()
    assert (case.state, case.decider, Company.objects.count(), bureau.asked) == ("RECEIVED", None, 0, [case.brn])
    words = {"actor": reviewer(), "seen": cases.version(case), "reason": "휴업 중입니다.", "now": SOON}
    assert review.request_correction(case, **words).state == CaseState.CORRECTION
    words["seen"] = cases.version(case)
    assert review.reject_registration(case, **words).state == CaseState.REJECTED
    assert bureau.asked == [case.brn]


@pytest.mark.parametrize("says", ["nothing", "active", "unknown"])
def test_whoever_nobody_speaks_against_is_approved_on_the_papers(bureau, says):
    """§T4, §D8: the registry knows the business as going on, does not know it, or does not answer still."""
    case = asked()
    bureau.is_down = says == "nothing"
    if says == "active":
        bureau.knows(case.brn)

    assert approve(case).role == Role.MASTER
    assert bureau.asked == [case.brn]


@pytest.mark.parametrize("answer", late_answer.ANSWERED)
def test_what_the_registry_answered_is_not_asked_again(bureau, answer):
    """§S12: it said so when the request was sent."""
    case = asked(answer)
    bureau.knows(case.brn, status=BusinessStatus.CLOSED)

    assert approve(case).role == Role.MASTER
    assert bureau.asked == []


def test_a_number_that_is_registered_by_now_is_not_asked_for(bureau):
    """§D4, §D8: the applicant becomes 준회원; whether that business goes on, staff have marked."""
    case = asked()
    make.company(brn=case.brn)

    assert approve(case).role == Role.ASSOCIATE
    assert bureau.asked == []


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_the_registry_is_asked_while_nobody_waits_for_a_lock(bureau):
    """§S12: before the transaction begins."""
    approve(asked())

    assert bureau.in_transaction == [False]


# --- The page -------------------------------------------------------------------------------------------------------


def test_the_page_says_that_nobody_knows_yet_and_why_it_was_refused(client, login, bureau):
    """§D8: beside the button that asks; what the approval found out is said in words."""
    case, desk = asked(), login(reviewer(), client)
    bureau.knows(case.brn, status=BusinessStatus.CLOSED)
    assertContains(desk.get(path(case)), NEVER_SAID)
    assert bureau.asked == []

    answer = desk.post(path(case, "approve"), {"seen": cases.version(case)})

    assertContains(answer, "지금 KISLINE에서 ‘폐업’ 상태로 조회되는 기업이라 승인할 수 없습니다.")
    assert Case.objects.get().state == CaseState.RECEIVED
    again = desk.get(path(case) + "?registry=again")
    assertContains(again, "폐업한 것으로 조회됩니다.")
    assertNotContains(again, NEVER_SAID)


def test_the_page_says_that_the_papers_are_all_there_is(client, login, bureau):
    """§D8: where the registry is still down."""
    case, desk = asked(), login(reviewer(), client)
    bureau.is_down = True

    assertContains(desk.get(path(case) + "?registry=again"), STILL_NOT)
    assert desk.post(path(case, "approve"), {"seen": cases.version(case)}).status_code == 302
    assertNotContains(desk.get(path(case) + "?registry=again"), STILL_NOT)  # it is decided


@pytest.mark.parametrize("why", ["answered", "registered"])
def test_the_page_says_nothing_of_it_where_nothing_is_owed(client, login, bureau, why):
    """§S12, §D4: the registry answered, or the company is there by now."""
    case = asked(RegistryAnswer.UNKNOWN if why == "answered" else RegistryAnswer.UNAVAILABLE)
    if why == "registered":
        make.company(brn=case.brn)
    assertNotContains(login(reviewer(), client).get(path(case)), NEVER_SAID)
