"""The staff's two-step log-in in a real browser: set up, in with a code, in with a recovery code, a reset (§D14)."""

import re

import pytest
from playwright.sync_api import Page, expect

from accounts.domain import second_factor
from accounts.models import User
from tests import make
from tests.accounts.second_factor import app_code, set_up, wrong_code
from tests.browser import journeys

STEP = "/admin/second-factor/"


@pytest.fixture(autouse=True)
def _real_use(settings):
    settings.DEMO_MODE = False
    settings.SECURE_SSL_REDIRECT = False


@pytest.fixture
def person() -> User:
    return make.staff("staff1", name="김담당", is_superuser=True, email="staff1@example.com")


def give_password(page: Page, username: str = "staff1") -> None:
    page.locator("#id_username").fill(username)
    page.locator("#id_password").fill(make.PASSWORD)
    page.keyboard.press("Enter")


def give_code(page: Page, code: str) -> None:
    page.locator("#id_code").fill(code)
    page.keyboard.press("Enter")


def fits(page: Page, axe, shot, name: str) -> None:
    """Look at the page as it is, at both widths."""
    for width in (360, 1280):
        page.set_viewport_size({"width": width, "height": 900})
        axe(page)
        journeys.assert_fits(page)
        shot(page, f"staff-{name}-{width}")


def test_from_the_first_password_to_the_desk(page: Page, axe, shot, person):
    """§D14: set up with the key, keep the codes, log out, and in again with a code, then with a recovery code."""
    complaints = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.goto("/admin/")
    give_password(page)
    expect(page.locator("h1")).to_have_text("2단계 인증 설정")
    expect(page.locator(".qr-code")).to_be_visible()
    fits(page, axe, shot, "set-up")
    give_code(page, wrong_code(person))
    expect(page.locator(".errornote")).to_be_visible()
    fits(page, axe, shot, "set-up-wrong")

    give_code(page, app_code(person))
    expect(page.locator(".codes li")).to_have_count(10)
    fits(page, axe, shot, "codes")
    code = page.locator(".codes li code").first.inner_text()
    page.get_by_role("link", name="저장했습니다").click()
    expect(page.locator("h1")).to_have_text("고객지원팀 업무")
    fits(page, axe, shot, "desk")

    page.get_by_role("button", name="로그아웃").click()
    page.goto("/admin/")
    give_password(page)
    expect(page.locator("#id_code")).to_be_focused()
    fits(page, axe, shot, "code")
    give_code(page, "12345")
    expect(page.locator(".errornote")).to_be_visible()
    fits(page, axe, shot, "code-wrong")
    page.get_by_role("link", name="휴대전화가 없으면 복구 코드로 로그인하기").click()
    expect(page.locator("#id_code")).to_be_focused()
    fits(page, axe, shot, "recovery")
    give_code(page, code.upper())
    expect(page.locator("h1")).to_have_text("고객지원팀 업무")

    page.get_by_role("link", name="2단계 인증", exact=True).click()
    expect(page.locator("#content-main")).to_contain_text("남은 복구 코드: 9개")
    fits(page, axe, shot, "renew")
    assert complaints == []


def test_the_whole_way_without_javascript(page_without_javascript: Page, base_url, person):
    """§D14: by keyboard alone, too."""
    set_up(person)
    page = page_without_javascript
    page.goto(f"{base_url}/admin/accounts/staffaccount/")
    give_password(page)
    expect(page.locator("#id_code")).to_be_focused()
    page.keyboard.type(app_code(person))
    page.keyboard.press("Enter")

    expect(page).to_have_url(f"{base_url}/admin/accounts/staffaccount/")


def test_a_log_in_that_stops_half_way_is_left_by_a_button(page: Page, person):
    """§D14: nobody is caught between the two steps."""
    set_up(person)
    page.goto("/admin/")
    give_password(page)
    page.get_by_role("button", name="로그아웃").click()

    expect(page.locator(".messages")).to_contain_text("로그아웃했습니다.")


def test_a_colleague_resets_the_second_step(page: Page, enter, axe, shot, person, settings):
    """§D14: tick, choose action and reason, and read what came of it."""
    settings.DEMO_MODE = True  # the resetting account has no device of its own here
    other = make.staff("staff2", name="이담당")
    set_up(other)
    enter(page, person)
    page.goto("/admin/accounts/staffaccount/")
    page.locator("tr", has_text="staff2").locator("input.action-select").check()
    page.locator("select[name=action]").select_option("reset_second_factor")
    page.locator("select[name=reason]").select_option("LOST")
    fits(page, axe, shot, "accounts")
    page.get_by_role("button", name=re.compile("실행")).click()

    expect(page.locator(".messagelist")).to_contain_text("직원 staff2: 2단계 인증을 초기화하고")
    assert second_factor.device_of(other) is None
