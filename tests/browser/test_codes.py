"""HS코드 찾기, BK코드 찾기 in a real browser: the dialog by keyboard, and the page without JavaScript."""

import pytest
from playwright.sync_api import Page, expect

from kotra_portal.reference.models import HsCode
from tests import make
from tests.browser import journeys

NARROW = {"width": 360, "height": 780}


@pytest.fixture
def interests(page: Page, enter) -> Page:
    """Open the page that asks for codes."""
    enter(page, make.member())
    page.goto("/my/interests/")
    return page


def test_s10_a_code_is_found_and_filled_in_by_keyboard_alone(interests: Page):
    """§S10: the search takes the focus, and the field gets it back with code and name."""
    page = interests
    field = page.locator("#id_hs_code")
    page.get_by_role("button", name="HS코드 찾기").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#hs_code-q")).to_be_focused()
    page.keyboard.type("커피")
    page.keyboard.press("Enter")
    expect(page.locator("#hs_code-count")).to_have_text("코드 1건을 찾았습니다.")
    for _step in ("코드 찾기", "선택"):
        page.keyboard.press("Tab")
    expect(page.locator("dialog").get_by_role("button", name="선택")).to_be_focused()
    page.keyboard.press("Enter")

    expect(page.locator("dialog.code-dialog")).to_be_hidden()
    expect(field).to_have_value("09")
    expect(field).to_be_focused()
    panel = page.locator("#id_hs_code_field")
    expect(panel.locator("[data-code-name]")).to_have_text("커피·차·마테·향신료")
    expect(panel.locator("[data-code-status]")).to_have_text("코드를 넣었습니다. 09 커피·차·마테·향신료")

    page.keyboard.type("01")
    expect(panel.locator("[data-code-name]")).to_be_hidden()


def test_s10_each_field_has_its_own_dialog_and_escape_leaves_the_field_alone(interests: Page):
    """§S10: BK코드 and HS코드 stand in one form."""
    page = interests
    page.get_by_role("button", name="BK코드 찾기").click()
    page.locator("#bk_code-q").fill("식품 면류")
    page.keyboard.press("Enter")
    page.locator("#bk_code-results").get_by_role("button", name="선택").click()
    expect(page.locator("#id_bk_code")).to_have_value("0201")
    expect(page.locator("#id_hs_code")).to_have_value("")

    page.get_by_role("button", name="HS코드 찾기").click()
    expect(page.locator("#hs_code-q")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("#hs_code-dialog")).to_be_hidden()
    expect(page.get_by_role("button", name="HS코드 찾기")).to_be_focused()
    expect(page.locator("#id_bk_code")).to_have_value("0201")


def test_s10_the_dialog_turns_pages_and_is_accessible_when_narrow(interests: Page, axe):
    """§S10: nothing is wider than the screen; long names wrap."""
    HsCode.objects.create(code="0901", name_ko="커피" * 200, name_en="Coffee" * 150, revision=2022)
    page = interests
    page.set_viewport_size(NARROW)
    page.get_by_role("button", name="HS코드 찾기").click()
    page.locator("#hs_code-q").fill("0")
    page.keyboard.press("Enter")
    expect(page.locator("dialog .address")).to_have_count(10)
    axe(page)
    dialog = page.locator("dialog.code-dialog")
    assert dialog.evaluate("dialog => dialog.scrollWidth <= dialog.clientWidth")
    page.locator("#hs_code-q").fill("의")
    page.keyboard.press("Enter")
    dialog.locator(".pages").get_by_role("link", name="2쪽").click()
    expect(dialog.locator(".page.current")).to_contain_text("2")


@pytest.mark.parametrize(("kind", "keyword", "code"), [("HS", "커피", "09"), ("BK", "면류", "0201")])
def test_s10_a_code_is_found_without_javascript(page_without_javascript: Page, enter, kind, keyword, code):
    """§S10: a page of its own, which leads back to the form with what was typed."""
    page = page_without_javascript
    enter(page, make.member())
    page.set_viewport_size(NARROW)
    page.goto("/my/interests/")
    page.locator("#id_name_ko").fill("볶은 커피")
    page.get_by_role("button", name=f"{kind}코드 찾기").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(f"{kind}코드 찾기")
    page.locator("#id_q").fill(keyword)
    page.get_by_role("button", name="코드 찾기").click()
    journeys.assert_fits(page)
    page.get_by_role("button", name="선택").first.click()

    expect(page.locator("#id_name_ko")).to_have_value("볶은 커피")
    expect(page.locator(f"#id_{kind.lower()}_code")).to_have_value(code)


@pytest.mark.parametrize("path", ["/codes/hs/?q=09", "/codes/bk/?q=식품&return=/my/interests/", "/codes/hs/?q="])
def test_s10_the_pages_are_accessible(page: Page, axe, path):
    """§S10: with rows, with buttons, with an error."""
    page.goto(path)
    axe(page)
