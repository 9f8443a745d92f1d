"""What a visitor does on the way to membership, page by page, by the words on the screen."""

import re
from collections.abc import Callable

from django.apps import apps
from django.utils import translation
from playwright.sync_api import Page, expect

MOBILE = "010-7777-0001"
PASSWORD = "mugung8hwa"
Look = Callable[[Page, str], None]


def press(page: Page, words: str) -> None:
    """Press the button, or follow the link that looks like one, with these words, in the language of the page."""
    with translation.override(page.locator("html").get_attribute("lang")):
        words = translation.gettext(words)
    buttons = page.locator("main").get_by_role("button", name=words, exact=True)
    (buttons if buttons.count() else page.locator("main").get_by_role("link", name=words, exact=True)).first.click()
    page.wait_for_load_state()


def assert_fits(page: Page) -> None:
    """Nothing scrolls sideways, once the page is there: right after a click a document has no element yet."""
    page.wait_for_load_state()
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"], page.url


def newest_code(mobile: str = MOBILE) -> str:
    """What the visitor reads on the phone."""
    # Asked for by name: pytest reads this folder's conftest, and with it this module, before Django is set up.
    text = apps.get_model("accounts", "StubSms").objects.filter(mobile=re.sub(r"\D", "", mobile)).latest("pk").text
    return re.search("[0-9]{6}", text).group()


def agree(page: Page, *, marketing: bool = False) -> None:
    """§S4: agree to what is required."""
    page.locator("#id_use").check()
    page.locator("input[name=privacy][value=yes]").check()
    page.locator(f"input[name=marketing][value={'yes' if marketing else 'no'}]").check()
    press(page, "동의하고 다음으로")


def fill_carrier_window(page: Page, *, name: str = "나해외", mobile: str = MOBILE) -> None:
    """§S6: fill the carrier's window."""
    page.locator("input[name=carrier][value=SKT]").check()
    page.locator("input[name=name]").fill(name)
    page.locator("input[name=gender][value=F]").check()
    page.locator("input[name=birth_date]").fill("19900505")
    page.locator("input[name=nationality][value=korean]").check()
    page.locator("input[name=mobile]").fill(mobile)
    for consent in ("service", "privacy", "sms"):
        page.locator(f"input[name={consent}]").check()


def fill_details(page: Page, *, username: str = "haewoe2026") -> None:
    """§S8: fill what is required."""
    fields = {
        "username": username,
        "password": PASSWORD,
        "password_again": PASSWORD,
        "name_en": "Na Haewoe",
        "postcode": "06792",
        "address": "서울특별시 서초구 헌릉로 13",
        "address_detail": "5층",
        "phone": "02-3460-7183",
        "email": "haewoe",
    }
    for name, text in fields.items():
        page.locator(f"input[name={name}]").fill(text)
    page.locator("select[name=email_domain]").select_option("naver.com")


def to_details(page: Page, look: Look = lambda page, name: None) -> None:
    """Go from the doors to 회원정보입력, in the page's language; ``look`` is called on each page with its name."""
    page.goto("/signup/")
    look(page, "doors")
    press(page, "개인회원 가입하기")
    look(page, "terms")
    agree(page, marketing=True)
    look(page, "verification")
    page.goto("/signup/verification/mobile/")
    look(page, "mobile")
    fill_carrier_window(page)
    press(page, "인증번호 요청")
    look(page, "code")
    page.locator("input[name=code]").fill(newest_code())
    press(page, "확인")
    expect(page).to_have_url(re.compile("/signup/details/$"))
    page.wait_for_load_state()  # its scripts run now; a hand is slower than a test
    look(page, "details")


def sign_up(page: Page, look: Look = lambda page, name: None) -> None:
    """Go on to the end."""
    to_details(page, look)
    fill_details(page)
    press(page, "가입하기")
    expect(page).to_have_url(re.compile("/signup/interests/$"))
    look(page, "interests")
    press(page, "가입 마치기")
    expect(page).to_have_url(re.compile("/signup/done/$"))
    look(page, "done")
