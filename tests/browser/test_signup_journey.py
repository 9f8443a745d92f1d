"""Signing up in a real browser: with and without JavaScript, on a telephone's screen, by keyboard alone, in English."""

import re

import pytest
from playwright.sync_api import Page, expect

from accounts.models import User
from tests.browser import journeys


def test_a_visitor_becomes_a_member_and_every_page_is_accessible(page: Page, axe, shot):
    """§S3: 약관동의 › 실명인증 › 회원정보입력 › 가입완료; axe and the console find nothing wrong on the way."""
    complaints = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)

    def look(page: Page, name: str) -> None:
        shot(page, f"signup_{name}_1280")
        axe(page)

    journeys.sign_up(page, look)

    member = User.objects.get(username="haewoe2026")
    assert (member.name, member.email) == ("나해외", "haewoe@naver.com")
    assert complaints == []


def test_a_visitor_becomes_a_member_without_javascript_on_a_small_screen(page_without_javascript: Page, shot):
    """§S3: nothing of signing up needs a script, and nothing is wider than 360 pixels."""
    page = page_without_javascript
    page.set_viewport_size({"width": 360, "height": 740})

    def look(page: Page, name: str) -> None:
        shot(page, f"signup_{name}_360_no_script")
        assert page.locator("body").bounding_box()["width"] <= 360

    journeys.sign_up(page, look)

    assert User.objects.filter(username="haewoe2026").exists()


@pytest.mark.parametrize("width", [320, 360, 768, 1280])
def test_no_page_of_the_flow_scrolls_sideways(page: Page, width):
    """1280 pixels at 400 % zoom are 320."""
    page.set_viewport_size({"width": width, "height": 740})

    def look(page: Page, name: str) -> None:
        journeys.assert_fits(page)

    journeys.sign_up(page, look)


def test_signing_up_reads_english_for_whoever_switched(page: Page, shot):
    """§D22: the visitor's language stays through the flow, and becomes the member's."""
    page.goto("/")
    page.get_by_role("button", name="English").first.click()

    def look(page: Page, name: str) -> None:
        shot(page, f"signup_{name}_english")
        assert page.locator("html").get_attribute("lang") == "en"

    journeys.sign_up(page, look)

    assert User.objects.get(username="haewoe2026").language == "en"


def test_the_keyboard_alone_is_enough(page: Page):
    """Every control is reached by Tab and used by Space, arrows and Enter, in the order it is read."""
    page.goto("/signup/")
    activate(page, "개인회원 가입하기")
    expect(page).to_have_url(re.compile("/signup/terms/$"))
    type_into(page, use=" ", privacy=" ")
    activate(page, "동의하고 다음으로")
    expect(page).to_have_url(re.compile("/signup/verification/$"))

    page.goto("/signup/verification/mobile/")
    type_into(page, carrier=" ", name="나해외", gender=" ", birth_date="19900505", nationality=" ")
    type_into(page, mobile=journeys.MOBILE, service=" ", privacy=" ", sms=" ")
    activate(page, "인증번호 요청")
    expect(page.locator("input[name=code]")).to_be_visible()
    type_into(page, code=journeys.newest_code())
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/signup/details/$"))

    type_into(page, username="haewoe2026", password=journeys.PASSWORD, password_again=journeys.PASSWORD)
    type_into(page, name_en="Na Haewoe", postcode="06792", address="헌릉로 13", address_detail="5층")
    type_into(page, phone="0234607183", email="haewoe@naver.com")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/signup/interests/$"))
    activate(page, "가입 마치기")
    expect(page).to_have_url(re.compile("/signup/done/$"))


def activate(page: Page, words: str) -> None:
    """Press Tab until the button or link with these words has the focus, then Enter."""
    _tab_until(page, f"element => element.textContent.trim() === {words!r}")
    page.keyboard.press("Enter")


def type_into(page: Page, **fields: str) -> None:
    """Go to each field by Tab and type; a space chooses."""
    for name, keys in fields.items():
        _tab_until(page, f"element => element.name === {name!r}")
        if keys == " ":
            page.keyboard.press("Space")
        else:
            page.keyboard.insert_text(keys)


def _tab_until(page: Page, condition: str) -> None:
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate(f"({condition})(document.activeElement)"):
            return
    raise AssertionError(f"Tab never reached {condition}")


def test_the_way_back_leads_to_the_pages_themselves_after_a_mistake_too(page: Page):
    """§S13: back and reload show the step again with what was typed, never the browser's own error page."""
    page.goto("/signup/")
    journeys.press(page, "개인회원 가입하기")
    journeys.press(page, "동의하고 다음으로")  # nothing agreed to
    expect(page.get_by_role("alert")).to_be_visible()
    journeys.agree(page)
    expect(page).to_have_url(re.compile("/signup/verification/$"))

    page.go_back()
    expect(page.locator("#id_use")).to_be_checked()
    page.go_forward()
    expect(page).to_have_url(re.compile("/signup/verification/$"))


def test_what_was_typed_is_there_after_a_reload(page: Page):
    """§S13: each field is kept as soon as it is left."""
    journeys.to_details(page)
    page.locator("input[name=position]").fill("과장")
    with page.expect_response(re.compile("/signup/details/keep/")):
        page.keyboard.press("Tab")
    page.reload()
    expect(page.locator("input[name=position]")).to_have_value("과장")


def test_a_typed_domain_does_not_spoil_the_chosen_one(page: Page):
    """§S8: once a domain is chosen from the list, what was typed before is neither seen nor complained about."""
    journeys.to_details(page)
    page.locator("input[name=email]").fill("haewoe")
    page.locator("input[name=email_typed]").fill("bad")
    with page.expect_response(re.compile("/signup/details/check/")):
        page.locator("select[name=email_domain]").select_option("naver.com")
    page.wait_for_load_state("networkidle")
    expect(page.locator("#id_email_error")).to_have_count(0)


def test_no_clock_stands_still_where_no_script_runs(page_without_javascript: Page):
    """§S6: until when the code can be typed is told as a time of day, which stays true."""
    page = page_without_javascript
    page.goto("/signup/")
    journeys.press(page, "개인회원 가입하기")
    journeys.agree(page)
    page.goto("/signup/verification/mobile/")
    journeys.fill_carrier_window(page)
    journeys.press(page, "인증번호 요청")
    expect(page.get_by_role("timer")).to_be_hidden()
    assert re.search("[0-9]{2}:[0-9]{2}까지 입력해 주세요", page.locator(".code-time").inner_text())
