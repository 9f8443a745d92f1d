"""관심품목·지역 in a real browser: look-ups in a dialog, 전체, a lively search, narrow screens, the keyboard alone."""

from importlib import import_module

import pytest
from django.conf import settings
from playwright.sync_api import Page, expect

from accounts.domain import interests as rules
from accounts.domain.interests import Item
from accounts.models import Door, User
from kotra_portal.reference.models import BkCode, HsCode
from tests import make
from tests.accounts.people import NOW
from tests.browser import journeys

WIDTHS = [360, 1280]
LONG_NAME = "다른 호에 분류되지 않은 전기식 가열 음료 추출기와 그 부분품 및 부속품"


@pytest.fixture
def codes() -> None:
    """A code of each kind that no list has."""
    BkCode.objects.create(code="9901", name_ko="커피류", name_en="Coffees")
    HsCode.objects.create(code="0901909999", name_ko=LONG_NAME, name_en="Other coffee", revision=2022)


@pytest.fixture
def member(codes: None) -> User:
    """A member with three rows and four countries."""
    person = make.member("member1")
    bk, hs = BkCode.objects.get(code="9901"), HsCode.objects.get(code="0901909999")
    rules.add_item(person, Item(name_ko="볶은 커피", name_en="Roasted coffee", bk_code=bk, hs_code=hs), now=NOW)
    rules.add_item(person, Item(hs_code=hs), now=NOW)
    rules.add_item(person, Item(name_ko=LONG_NAME), now=NOW)
    rules.add_countries(person, ["VN", "DE", "US", "BA"], now=NOW)
    return person


def come_through_a_door(page: Page) -> None:
    """Let the log-in of this browser be that of a sign-up."""
    cookie = next(cookie for cookie in page.context.cookies() if cookie["name"] == settings.SESSION_COOKIE_NAME)
    session = import_module(settings.SESSION_ENGINE).SessionStore(cookie["value"])
    session["signup_door"] = Door.INDIVIDUAL
    session.save()


@pytest.mark.parametrize("width", WIDTHS)
def test_s10_the_page_reads_well_on_every_screen(page: Page, enter, axe, shot, member, width):
    """§S10: empty, filled, searched, refused."""
    page.set_viewport_size({"width": width, "height": 800})
    enter(page, make.member("nobody1"))
    page.goto("/my/interests/")
    axe(page)
    shot(page, f"interests-empty-{width}")

    enter(page, member)
    page.goto("/my/interests/?country=아프")
    expect(page.locator("#country-count")).to_contain_text("찾았습니다")
    axe(page)
    journeys.assert_fits(page)
    shot(page, f"interests-{width}")

    page.get_by_role("button", name="추가하기", exact=True).last.click()
    expect(page.locator(".error-summary")).to_be_focused()
    axe(page)
    journeys.assert_fits(page)
    shot(page, f"interests-refused-{width}")


def test_s10_a_row_is_added_with_codes_chosen_in_the_dialog(page: Page, enter, axe, codes):
    """§S10: what was typed stays; what was chosen stands in its field with its name."""
    person = make.member("member1")
    enter(page, person)
    page.goto("/my/interests/")
    page.get_by_label("품목명(한글)").fill("볶은 커피")
    for name, keyword, code in (("BK코드 찾기", "커피류", "9901"), ("HS코드 찾기", "0901909999", "0901909999")):
        page.get_by_role("button", name=name).click()
        dialog = page.locator("dialog[open]")
        dialog.get_by_role("searchbox").fill(keyword)
        dialog.get_by_role("button", name="코드 찾기").click()
        dialog.locator(".address").filter(has_text=code).get_by_role("button", name="선택").click()
    expect(page.locator("#id_hs_code")).to_have_value("0901909999")
    expect(page.locator("#id_hs_code_field")).to_contain_text(LONG_NAME)
    page.get_by_role("button", name="추가하기", exact=True).last.click()

    expect(page.locator("main").get_by_role("status").first).to_contain_text("관심품목에 추가했습니다.")
    [row] = rules.items_of(person)
    assert (row.name_ko, row.bk_code_id, row.hs_code_id) == ("볶은 커피", "9901", "0901909999")


def test_s10_all_ticks_every_row_and_follows_them(page: Page, enter, member):
    """§S10: 전체."""
    enter(page, member)
    page.goto("/my/interests/")
    rows = page.locator("#items")
    every = rows.get_by_label("전체")
    every.check()
    assert [box.is_checked() for box in rows.locator("input[name=row]").all()] == [True] * 3
    rows.locator("input[name=row]").first.uncheck()
    expect(every).not_to_be_checked()
    assert every.evaluate("box => box.indeterminate")
    every.check()
    rows.get_by_role("button", name="선택한 품목 삭제").click()

    expect(page.locator(".messages")).to_contain_text("관심품목 3개를 삭제했습니다.")
    assert not rules.items_of(member).exists()
    assert len(rules.countries_of(member)) == 4


def test_s10_countries_are_found_without_leaving_and_a_row_in_the_making_is_not_lost(page: Page, enter, member):
    """§S10: what is typed into the other form is there after the page has changed."""
    enter(page, member)
    page.goto("/my/interests/")
    page.get_by_role("link", name="볶은 커피 고치기").click()
    page.get_by_label("품목명(한글)").fill("녹차")
    page.get_by_label("국가 이름").fill("오스트")
    page.get_by_role("button", name="국가 찾기").click()
    expect(page.locator("#country-count")).to_have_text("국가 2곳을 찾았습니다.")
    found = page.locator("#country-results")
    found.get_by_label("오스트리아").check()
    found.get_by_role("button", name="선택한 국가 추가").click()

    expect(page.locator(".messages")).to_contain_text("관심지역에 국가 1곳을 추가했습니다.")
    assert "AT" in rules.countries_of(member)
    expect(page.get_by_label("품목명(한글)")).to_have_value("녹차")
    expect(page.locator("#item-form")).to_contain_text("아직 저장하지 않았습니다")
    page.get_by_role("button", name="고친 내용 저장하기").click()
    expect(page.locator(".messages")).to_contain_text("관심품목을 고쳤습니다.")
    assert "녹차" in [row.name_ko for row in rules.items_of(member)]


def test_s10_by_keyboard_alone(page: Page, enter, codes):
    """§S10: the Enter key in a name adds the row, in the search finds countries; the space bar ticks."""
    person = make.member("member1")
    enter(page, person)
    page.goto("/my/interests/")
    page.get_by_label("품목명(한글)").focus()
    page.keyboard.type("녹차")
    page.keyboard.press("Enter")
    expect(page.locator(".messages")).to_contain_text("관심품목에 추가했습니다.")

    page.get_by_label("국가 이름").focus()
    page.keyboard.type("베트남")
    page.keyboard.press("Enter")
    expect(page.locator("#found-VN")).to_be_visible()
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    expect(page.locator("#found-VN")).to_be_focused()
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator(".messages")).to_contain_text("관심지역에 국가 1곳을 추가했습니다.")
    assert ([row.name_ko for row in rules.items_of(person)], rules.countries_of(person)) == (["녹차"], ["VN"])


@pytest.mark.parametrize("width", WIDTHS)
def test_s10_without_javascript(page_without_javascript: Page, enter, shot, member, width):
    """§S10: a look-up goes to its page and comes back; 전체 is a link; a search is a page."""
    page = page_without_javascript
    page.set_viewport_size({"width": width, "height": 800})
    enter(page, member)
    page.goto("/my/interests/")
    page.get_by_label("품목명(한글)").fill("녹차")
    page.get_by_role("button", name="HS코드 찾기").click()
    page.get_by_role("searchbox").fill("0901909999")
    page.get_by_role("button", name="코드 찾기").click()
    page.get_by_role("button", name="선택").first.click()
    expect(page.get_by_label("품목명(한글)")).to_have_value("녹차")
    expect(page.locator("#id_hs_code")).to_have_value("0901909999")
    page.get_by_role("button", name="추가하기", exact=True).last.click()
    assert rules.items_of(member).first().name_ko == "녹차"

    page.get_by_label("국가 이름").fill("칠레")
    page.get_by_role("button", name="국가 찾기").click()
    page.get_by_label("칠레").check()
    page.get_by_role("button", name="선택한 국가 추가").click()
    assert "CL" in rules.countries_of(member)

    page.locator("#countries").get_by_role("link", name="전체 선택").click()
    shot(page, f"interests-no-script-{width}")
    page.get_by_role("button", name="선택한 국가 삭제").click()
    assert rules.countries_of(member) == []


@pytest.mark.parametrize("width", WIDTHS)
def test_s13_the_sign_up_can_skip_them(page: Page, enter, axe, shot, codes, width):
    """§S13: within step 3, for whoever just signed up."""
    page.set_viewport_size({"width": width, "height": 800})
    enter(page, make.member("member1"))
    come_through_a_door(page)
    page.goto("/signup/interests/")
    axe(page)
    journeys.assert_fits(page)
    shot(page, f"signup-interests-{width}")
    page.get_by_role("button", name="가입 마치기").click()
    expect(page).to_have_url("/signup/done/")
