"""Logging in, finding one's ID and changing one's data in a real browser (§D14)."""

import re

import pytest
from django.conf import settings as portal_settings
from playwright.sync_api import Page, expect
from post_office.models import Email

from accounts.models import User
from tests import make
from tests.browser import journeys

VISITORS_PAGES = ("/login/?expired=1", "/find-id/", "/find-id/mailed/", "/password-reset/", "/password-reset/mailed/")
MEMBERS_PAGES = ("/my/profile/", "/my/password/", "/logout/")
SAVE = "form[action='/my/profile/'] .button-row button"


@pytest.fixture
def member() -> User:
    return make.member("member1", name="김하나", name_en="Kim Hana", phone="0234607114")


def log_in(page: Page, password: str = make.PASSWORD) -> None:
    page.locator("#id_username").fill("member1")
    page.locator("#id_password").fill(password)
    page.keyboard.press("Enter")


@pytest.mark.parametrize("width", [360, 1280])
def test_every_page_fits_and_is_accessible(page: Page, enter, axe, member, width):
    complaints = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.set_viewport_size({"width": width, "height": 900})
    for path in VISITORS_PAGES + MEMBERS_PAGES:
        if path == MEMBERS_PAGES[0]:
            enter(page, member)
        page.goto(path)
        axe(page)
        journeys.assert_fits(page)
    assert complaints == []


@pytest.mark.parametrize("scripts", [True, False])
def test_a_wrong_password_keeps_the_id_and_the_right_one_leads_back(browser, browser_context_args, scripts, member):
    context = browser.new_context(**browser_context_args, java_script_enabled=scripts)
    page = context.new_page()
    page.goto("/my/profile/")
    log_in(page, "wrong1password")
    expect(page.locator(".error-summary")).to_contain_text("아이디 또는 비밀번호가 맞지 않습니다.")
    if scripts:
        expect(page.locator(".error-summary")).to_be_focused()
    assert page.locator("#id_username").input_value() == "member1"
    assert page.locator("#id_password").input_value() == ""

    log_in(page)
    expect(page.locator("h1")).to_have_text("회원정보 변경")
    context.close()


def test_a_new_password_by_mail(page: Page, member):
    page.goto("/password-reset/")
    page.locator("#id_username").fill("member1")
    page.locator("#id_email").fill(member.email)
    page.get_by_role("button", name="재설정 메일 받기").click()
    expect(page.locator("h1")).to_have_text("메일을 보냈습니다")

    mailed = Email.objects.get().message
    page.goto(re.search(re.escape(portal_settings.PORTAL_URL) + r"/password-reset/\S+", mailed)[0])
    assert page.url.endswith("/password-reset/new/")
    page.locator("#id_password").fill("brandnew77")
    page.locator("#id_password_again").fill("brandnew77")
    page.get_by_role("button", name="비밀번호 변경하기").click()
    expect(page.locator(".messages")).to_contain_text("비밀번호를 변경했습니다.")

    log_in(page, "brandnew77")
    expect(page.locator("h1")).to_have_text("마이KOTRA")


def test_details_are_saved_after_a_look_up_without_javascript(page_without_javascript: Page, enter, member, base_url):
    page = page_without_javascript
    enter(page, member)
    page.goto(f"{base_url}/my/profile/")
    page.locator("#id_department").fill("수출팀")
    page.get_by_role("button", name="우편번호 찾기").click()
    page.locator("#id_q").fill("헌릉로 13")
    page.get_by_role("button", name="주소 찾기").click()
    page.get_by_role("button", name="선택").first.click()
    expect(page.locator(".messages")).to_contain_text("아직 저장하지 않았습니다.")

    page.locator(SAVE).last.click()

    expect(page.locator(".messages")).to_contain_text("회원정보를 저장했습니다.")
    member.refresh_from_db()
    assert (member.department, "헌릉로 13" in member.address) == ("수출팀", True)
