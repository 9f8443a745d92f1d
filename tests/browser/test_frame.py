"""The frame in a real browser: keyboard, time left, display, menus, printing."""

import pytest
from playwright.sync_api import Page, expect

from tests import make
from tests.browser import journeys

PAGES = ["/", "/guide/membership/", "/guide/faq/", "/terms/", "/terms/use/", "/nowhere/"]
WIDTHS = [320, 360, 768, 1280]


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("display", ["normal", "contrast"])
def test_every_public_page_is_accessible_in_both_displays(page: Page, axe, live_server, path, display):
    page.context.add_cookies([{"name": "display", "value": display, "url": live_server.url}])
    page.goto(path)
    expect(page.locator("html")).to_have_attribute("data-display", display)
    axe(page)


@pytest.mark.parametrize("path", PAGES)
def test_every_public_page_fits_every_screen(page: Page, path):
    page.goto(path)
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 800})
        journeys.assert_fits(page)


@pytest.mark.parametrize("path", ["/my/", "/my/consents/"])
def test_a_members_page_is_accessible_and_fits_every_screen(page: Page, enter, axe, path):
    enter(page, make.member(name="김코트라", email_confirmed_at=None))
    page.goto(path)
    axe(page)
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 800})
        journeys.assert_fits(page)


def test_the_first_tab_leads_past_the_header(page: Page):
    page.goto("/guide/faq/")
    page.keyboard.press("Tab")
    expect(page.locator(".skip-link")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#main-content")).to_be_focused()


def test_the_folded_menu_opens_without_javascript(page_without_javascript: Page, base_url):
    page = page_without_javascript
    page.set_viewport_size({"width": 360, "height": 800})
    page.goto(f"{base_url}/")
    page.locator(".small-menu > summary").click()
    page.locator(".small-menu").get_by_role("link", name="자주하는 질문").click()
    expect(page).to_have_url(f"{base_url}/guide/faq/")


def test_display_and_language_are_switched_without_javascript(page_without_javascript: Page, base_url):
    page = page_without_javascript
    page.goto(f"{base_url}/guide/faq/?from=here")
    page.get_by_role("button", name="선명하게").click()
    expect(page.locator("html")).to_have_attribute("data-display", "contrast")
    page.get_by_role("button", name="English").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page).to_have_url(f"{base_url}/guide/faq/?from=here")


def test_the_print_button_is_there_only_where_it_can_work(page: Page, page_without_javascript: Page, base_url):
    page.goto("/guide/faq/")
    expect(page.get_by_role("button", name="인쇄하기")).to_be_visible()
    page_without_javascript.goto(f"{base_url}/guide/faq/")
    expect(page_without_javascript.get_by_text("인쇄하기")).to_be_hidden()
    expect(page_without_javascript.get_by_role("link", name="E-Mail 보내기")).to_be_visible()


def test_d14_a_warning_comes_a_minute_before_the_end_and_extends(page: Page, enter, axe):
    """§D14: the time left is shown and extendable."""
    enter(page, make.member())
    page.clock.install()
    page.goto("/my/")
    dialog = page.get_by_role("dialog", name="곧 로그아웃됩니다")
    page.clock.fast_forward("28:30")
    expect(dialog).to_be_hidden()
    page.clock.fast_forward("00:40")
    expect(dialog).to_be_visible()
    expect(dialog.get_by_role("button", name="로그인 연장")).to_be_focused()
    axe(page)
    dialog.get_by_role("button", name="로그인 연장").click()
    expect(dialog).to_be_hidden()
    expect(page.locator("[data-time-left]")).to_contain_text("29분")


def test_d14_at_the_end_the_log_in_page_says_what_happened(page: Page, enter, base_url):
    """§D14: after the last second the page does not pretend to be logged in."""
    member = make.member()
    enter(page, member)
    page.clock.install()
    page.goto("/my/")
    page.context.clear_cookies()
    page.clock.fast_forward("30:01")
    expect(page).to_have_url(f"{base_url}/login/?expired=1&next=%2Fmy%2F")
    expect(page.locator("main")).to_contain_text("오랫동안 이용하지 않아 로그아웃되었습니다.")


def test_d14_without_javascript_the_time_is_extended_by_the_button(page_without_javascript: Page, enter, base_url):
    """§D14: the extension needs no script."""
    page = page_without_javascript
    enter(page, make.member())
    page.goto(f"{base_url}/guide/faq/")
    page.get_by_role("button", name="시간 연장").click()
    expect(page).to_have_url(f"{base_url}/guide/faq/")


def test_errors_take_the_focus_and_lead_to_their_fields(page: Page):
    page.goto("/login/")
    page.locator("main form button[type=submit]").click()
    expect(page.locator(".error-summary")).to_be_focused()
    page.locator(".error-summary a").first.click()
    expect(page.locator("#id_username")).to_be_focused()


def test_a_password_can_be_shown_and_hidden_again(page: Page):
    page.goto("/login/")
    page.fill("#id_password", "geheim1")
    page.get_by_role("button", name="비밀번호 보기").click()
    expect(page.locator("#id_password")).to_have_attribute("type", "text")
    page.get_by_role("button", name="비밀번호 숨기기").click()
    expect(page.locator("#id_password")).to_have_attribute("type", "password")
