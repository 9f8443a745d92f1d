"""우편번호 찾기 in a real browser: the dialog, and what a new address takes away."""

from playwright.sync_api import Page, expect

from tests import make


def choose(page: Page, keyword: str) -> None:
    page.get_by_role("button", name="우편번호 찾기").click()
    page.locator("#postcode-q").fill(keyword)
    page.get_by_role("button", name="주소 찾기").click()
    page.locator("dialog .address").first.get_by_role("button", name="선택").click()


def test_s8_another_address_takes_the_old_ones_detail_and_english_away(page: Page, enter):
    """§S8: and says so; the same address again leaves alone what was typed."""
    enter(page, make.member(postcode="06792", address="서울특별시 서초구 헌릉로 13", address_detail="5층"))
    page.goto("/my/profile/")
    detail, english = page.locator("#id_address_detail"), page.locator("#id_address_en")

    choose(page, "헌릉로 13")
    expect(detail).to_have_value("5층")
    expect(english).to_have_value("13 Heolleung-ro, Seocho-gu, Seoul")

    choose(page, "해운대")
    expect(detail).to_have_value("")
    expect(detail).to_be_focused()
    expect(page.locator("#id_address")).to_have_value(page.locator("dialog .address span").first.inner_text())
    expect(english).not_to_have_value("13 Heolleung-ro, Seocho-gu, Seoul")
    expect(page.locator("[data-postcode-status]")).to_contain_text("이전 상세주소를 지웠습니다")


def test_s8_the_dialog_is_accessible_and_closes_at_its_top(page: Page, enter, axe):
    """§S8: the search takes the focus first."""
    enter(page, make.member())
    page.set_viewport_size({"width": 360, "height": 780})
    page.goto("/my/profile/")
    page.get_by_role("button", name="우편번호 찾기").click()
    expect(page.locator("#postcode-q")).to_be_focused()
    page.locator("#postcode-q").fill("해운대")
    page.get_by_role("button", name="주소 찾기").click()
    expect(page.locator("dialog .address").first).to_be_visible()
    axe(page)
    page.locator("dialog").get_by_role("button", name="닫기").first.click()
    expect(page.locator("dialog.postcode-dialog")).to_be_hidden()
