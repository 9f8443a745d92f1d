"""Staff decide what is asked about registered companies, in a real browser: one of each kind (§D7, §D8)."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from accounts.models import User
from companies.domain import membership, succession
from companies.forms.reasons import READY_MADE
from companies.models import Case, CaseKind, CaseState, Company, Outcome
from tests import make
from tests.browser import journeys
from tests.companies import papers
from tests.companies.desk import QUEUE, asked_of, path, reviewer, sent
from tests.companies.firm import registered

WIDTHS = (360, 1280)
WEEK_AGO = timedelta(days=8)


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    return papers.folder_of_documents(monkeypatch, tmp_path / "documents")


@pytest.fixture
def company(bureau) -> Company:
    """A company that the registry's word registered, with a 정회원 and two 준회원."""
    company, _master = registered(bureau, now=timezone.now() - WEEK_AGO)
    make.member_of_type("FULL", at=company, username="fullmember", name="정새로")
    for number in (1, 2):
        make.member_of_type("ASSOCIATE", at=company, username=f"associate{number}")
    return company


@pytest.fixture
def full(company) -> User:
    return User.objects.get(username="fullmember")


@pytest.fixture
def person(page, enter) -> User:
    person = reviewer(username="reviewer1", name="박심사")
    enter(page, person)
    return person


def fits(page: Page, axe, shot, name: str) -> None:
    """Look at the page as it is, at each width."""
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        axe(page)
        journeys.assert_fits(page)
        shot(page, f"kinds-{name}-{width}")


def test_d3_the_queue_tells_the_kinds_apart(page: Page, person, company, full, axe, shot):
    """§D3: and shows one alone."""
    for kind in (CaseKind.MASTER_CHANGE, CaseKind.COMPANY_EDIT, CaseKind.DISPUTE):
        asked_of(company, kind, full, now=timezone.now() - timedelta(hours=3))
    sent()
    page.goto(QUEUE)
    fits(page, axe, shot, "queue")
    page.get_by_role("navigation", name="종류").get_by_role("link", name="등록 이의신청").click()
    expect(page.locator("#result_list tbody tr")).to_have_count(1)
    expect(page.locator("#result_list")).to_contain_text("박대표 (이의신청인)")


def test_d7_staff_change_the_master(page: Page, person, company, full, axe, shot):
    """§D7: three clicks from the queue, with a ready-made reason."""
    case = asked_of(company, CaseKind.MASTER_CHANGE, full, now=timezone.now() - WEEK_AGO)
    succession.object_to(
        case, actor=membership.master_of(company), objection="저는 계속 일하고 있습니다.", now=timezone.now()
    )
    early = asked_of(company, CaseKind.MASTER_CHANGE, User.objects.get(username="associate1"), now=timezone.now())
    page.goto(path(early))
    expect(page.get_by_role("button", name="승인", exact=True)).to_be_disabled()
    expect(page.get_by_role("button", name="보완 요청")).to_be_enabled()
    fits(page, axe, shot, "change-early")
    page.goto(QUEUE)
    page.get_by_role("link", name=str(case.pk), exact=True).click()
    fits(page, axe, shot, "change")

    page.get_by_label("자주 쓰는 사유").select_option("master_left")
    expect(page.get_by_label("사유", exact=True)).to_have_value(READY_MADE["master_left"])
    page.get_by_role("button", name="승인", exact=True).click()

    expect(page.locator(".messagelist")).to_contain_text("신청인은 이제 이 기업의 MASTER입니다.")
    assert membership.master_of(company) == full
    assert Case.objects.get(pk=early.pk).state == CaseState.OVERTAKEN


def test_c6_staff_approve_an_edit(page: Page, person, company, full, bureau, axe, shot):
    """§C6: with the registry's word beside it."""
    case = asked_of(company, CaseKind.COMPANY_EDIT, full)
    page.goto(path(case))
    page.get_by_role("button", name="지금 다시 조회").click()
    fits(page, axe, shot, "edit")
    page.get_by_role("button", name="승인", exact=True).click()

    expect(page.locator(".messagelist")).to_contain_text("기업명과 대표자명을 신청한 대로 바꿨습니다.")
    assert Company.objects.get().representative == "최새로"


def test_d8_staff_decide_a_dispute_for_another_master(page: Page, person, company, full, axe, shot):
    """§D8: Enter in the box looks for a member and decides nothing; a mistake is told beside the field."""
    case = asked_of(company, CaseKind.DISPUTE, full)
    page.goto(path(case))
    fits(page, axe, shot, "dispute")
    page.get_by_label("사유", exact=True).fill("기업이 확인해 주었습니다.")
    page.get_by_label("새 MASTER 찾기").fill("fullm")
    page.get_by_label("새 MASTER 찾기").press("Enter")
    expect(page.get_by_role("radio", name="정새로")).to_have_count(1)
    expect(page.get_by_role("group", name="새 MASTER").get_by_role("radio")).to_have_count(1)
    expect(page.get_by_label("사유", exact=True)).to_have_value("기업이 확인해 주었습니다.")
    page.get_by_role("radio", name="정새로").check()
    page.get_by_role("button", name="MASTER 변경").click()
    expect(page.locator(".errornote")).to_contain_text("관계를 해지할지 골라 주세요.")
    fits(page, axe, shot, "dispute-mistake")
    expect(page.get_by_role("radio", name="정새로")).to_be_checked()
    page.get_by_role("radio", name="정회원으로 남깁니다").check()
    page.get_by_role("button", name="MASTER 변경").click()

    expect(page.locator(".messagelist")).to_contain_text("MASTER를 바꿨습니다.")
    assert membership.master_of(company) == full
    page.goto(path(case))
    fits(page, axe, shot, "dispute-decided")


def test_d8_staff_cancel_a_registration_without_javascript(page_without_javascript: Page, enter, company, full, shot):
    """§D8: only with the tick that says it is meant."""
    page, case = page_without_javascript, asked_of(company, CaseKind.DISPUTE, full)
    enter(page, reviewer())
    page.goto(path(case))
    page.get_by_label("자주 쓰는 사유").select_option("unrelated")
    page.get_by_role("button", name="등록 취소").click()
    expect(page.locator(".errornote")).to_contain_text("등록을 취소하려면 확인하는 칸에 표시해 주세요.")
    page.get_by_label("등록 취소를 되돌릴 수 없다는 것을 확인했습니다.").check()
    page.get_by_role("button", name="등록 취소").click()

    expect(page.locator("h1")).to_contain_text("심사 대기열")
    assert Case.objects.get().dispute.outcome == Outcome.CANCELLED
    assert not membership.live_members(company).exists()
