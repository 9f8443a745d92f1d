"""마이KOTRA › MASTER in a real browser: by keyboard, without a script, on every screen, in both languages."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from companies.domain import approval, profile
from companies.models import Bar, Company, Relationship, Role
from tests import make
from tests.browser import journeys
from tests.companies.registry import NOW

LANGUAGES = ["ko", "en"]


@pytest.fixture
def workplace() -> Company:
    """A company with its MASTER, seven who wait and four who were approved."""
    company = make.company("주식회사 한빛전자통신부품제조", brn="1208200275")
    make.relationship(make.member("master0001", name="오지훈", department="대표실"), company, Role.MASTER)
    for at in range(11):
        role = Role.ASSOCIATE if at < 7 else Role.FULL
        person = make.member(
            f"employee{at:02d}",
            name=f"김회원{'가나다라마바사아자차카'[at]}",
            department="경영지원본부 전략기획실" if at % 2 else "수출팀",
            position="책임연구원",
            email=f"a.rather.long.address{at}@exporting-company.example.com",
        )
        started_at = make.LONG_AGO + timedelta(days=at)
        Relationship.objects.filter(pk=make.relationship(person, company, role).pk).update(started_at=started_at)
    return company


def of(company: Company, name: str) -> Relationship:
    return Relationship.objects.get(company=company, member__name=name)


def role_of(company: Company, name: str) -> str:
    relationship = of(company, name)
    return "ENDED" if relationship.ended_at else relationship.role


@pytest.mark.parametrize("language", LANGUAGES)
def test_q2_the_desk_reads_well(page: Page, enter, look, workplace, language):
    """§Q2, §D22: the members, ending, who is barred, the history, and what 마이KOTRA says."""
    master = make.master_of(workplace)
    master.language = language
    master.save(update_fields=["language"])
    asked = {"actor": master, "now": NOW}
    approval.approve_associate(of(workplace, "김회원가"), **asked)
    approval.end_relationship(of(workplace, "김회원나"), reason="모르는 사람입니다.", bar=True, **asked)
    facts = {"phone": "0234607183", "address": "서울특별시 서초구 헌릉로 13", "representative_en": "Hong"}
    profile.edit_company(master, facts, seen=profile.version(workplace), now=NOW)
    enter(page, master)

    look("/my/", f"my-{language}")
    look("/master/", f"members-{language}")
    look("/master/?q=없는사람", f"nobody-{language}")
    chosen = "&".join(f"member={of(workplace, name).pk}" for name in ("김회원다", "김회원자", "오지훈"))
    look(f"/master/end/?{chosen}", f"end-{language}")
    look("/master/barred/", f"barred-{language}")
    look("/master/history/", f"history-{language}")


@pytest.mark.parametrize("language", LANGUAGES)
def test_d5_the_associate_is_told_how_to_remind(page: Page, enter, look, workplace, language):
    """§D5, §D24: on their company's page, before and after, and where they are refused."""
    person = of(workplace, "김회원가").member
    person.language = language
    person.save(update_fields=["language"])
    enter(page, person)
    look("/company/", f"remind-{language}")
    look("/master/", f"refused-{language}")
    page.locator("main .button-row .button").last.click()
    page.locator("#remind button").click()
    expect(page.get_by_role("status")).to_be_visible()
    look("/company/", f"reminded-{language}")


def test_c5_several_are_approved_by_keyboard(page: Page, enter, workplace, axe, shot):
    """§C5: 전체, one left out, the verb within sight, and the message."""
    enter(page, make.master_of(workplace))
    page.goto("/my/")
    journeys.press(page, "승인하러 가기")
    page.get_by_role("link", name="승인을 기다리는 준회원").focus()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"role=ASSOCIATE"))

    page.get_by_label("이 페이지의 회원 모두 선택").focus()
    page.keyboard.press("Space")
    expect(page.get_by_text("7명 선택")).to_be_in_viewport()
    page.get_by_label("김회원가", exact=True).focus()
    page.keyboard.press("Space")
    expect(page.get_by_text("6명 선택")).to_be_in_viewport()
    axe(page)
    shot(page, "master-chosen")
    page.get_by_role("button", name="선택한 회원 승인").focus()
    page.keyboard.press("Enter")

    expect(page.locator("main .messages")).to_contain_text("김회원나 님 등 6명을 정회원으로 승인했습니다.")
    expect(page).to_have_url(re.compile(r"role=ASSOCIATE"))
    assert Relationship.objects.filter(company=workplace, role=Role.FULL).count() == 10
    assert role_of(workplace, "김회원가") == Role.ASSOCIATE


def test_d5_several_are_ended_without_a_script_on_a_small_screen(page_without_javascript: Page, enter, workplace):
    """§D5, §D1: nothing typed is lost on an error; then they are 개인회원, and barred."""
    page = page_without_javascript
    page.set_viewport_size({"width": 360, "height": 740})
    enter(page, make.master_of(workplace))
    page.goto("/master/")
    expect(page.get_by_label("이 페이지의 회원 모두 선택")).to_be_hidden()
    page.get_by_label("김회원가", exact=True).check()
    page.get_by_label("김회원아", exact=True).check()
    page.get_by_role("button", name="선택한 회원 관계해지").click()

    page.get_by_label("이 기업에 다시 관계설정하지 못하게 막기").check()
    page.get_by_role("button", name="2명의 관계 해지하기").click()
    expect(page.get_by_role("alert").first).to_contain_text("해지하는 까닭을")
    expect(page.get_by_label("이 기업에 다시 관계설정하지 못하게 막기")).to_be_checked()
    assert role_of(workplace, "김회원가") == Role.ASSOCIATE
    page.get_by_label("해지 사유").fill("퇴사했습니다.")
    page.get_by_role("button", name="2명의 관계 해지하기").click()

    expect(page.locator("main .messages")).to_contain_text("김회원가 님 등 2명과 기업의 관계를 해지했습니다.")
    assert {role_of(workplace, name) for name in ("김회원가", "김회원아")} == {"ENDED"}
    assert Bar.objects.count() == 2
    journeys.press(page, "관계설정을 막은 회원")
    page.get_by_role("button", name="김회원가 님 풀어 주기").click()
    expect(page.locator("main .messages")).to_contain_text("김회원가 님이 다시 관계설정할 수 있게 풀었습니다.")


def test_c5_one_is_found_and_approved_by_the_button_of_its_row(page: Page, enter, workplace):
    """§C5, §D11: mail and phone are masked before, whole after."""
    enter(page, make.master_of(workplace))
    page.goto("/master/")
    page.get_by_label("성명 또는 부서").fill("회원마")
    page.keyboard.press("Enter")
    expect(page.get_by_role("table")).not_to_contain_text("a.rather.long.address4@")
    page.get_by_role("button", name="김회원마 님 승인").click()
    expect(page.locator("main .messages")).to_contain_text("김회원마 님을 정회원으로 승인했습니다.")
    expect(page.get_by_role("table")).to_contain_text("a.rather.long.address4@exporting-company.example.com")


@pytest.mark.parametrize("width", [320, 768])
def test_no_page_of_the_desk_scrolls_sideways(page: Page, enter, workplace, width):
    """1280 pixels at 400 % zoom are 320."""
    page.set_viewport_size({"width": width, "height": 740})
    enter(page, make.master_of(workplace))
    for path in (
        "/master/",
        f"/master/end/?member={of(workplace, '김회원가').pk}",
        "/master/history/",
        "/master/barred/",
    ):
        page.goto(path)
        journeys.assert_fits(page)
