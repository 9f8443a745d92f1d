"""MASTER 권한 넘기기 and 기업정보 수정 in a browser: two screens, keyboard, without JavaScript, English (§D6, §C6)."""

import re

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from accounts.models import User
from companies.domain import membership, profile, transfer
from companies.models import Case, CaseKind, Company, TransferOffer
from kotra_portal.permissions import MemberType
from kotra_portal.reference.models import BkCode
from tests import make
from tests.browser import journeys
from tests.companies.test_company_page import WHOLE

PAGE, EDIT, VERIFIED = "/master/transfer/", "/company/edit/", "/company/edit/verified/"
LANGUAGES = ["ko", "en"]


@pytest.fixture(autouse=True)
def _no_script_fails(page: Page):
    failures = []
    page.on("pageerror", lambda error: failures.append(str(error)))
    yield
    assert failures == []


@pytest.fixture
def company() -> Company:
    """A company of which all is known, with a MASTER, 정회원 and somebody who waits."""
    group = BkCode.objects.create(code="A", name_ko="전기", name_en="Electric")
    code = BkCode.objects.create(code="A01", name_ko="전선", name_en="Wire", parent=group)
    company = make.company(brn="1208200275", **WHOLE | {"main_item": code, "name": "주식회사 한빛전자통신부품제조"})
    make.member_of_type(MemberType.MASTER, at=company, name="김마스터", username="themaster")
    make.member_of_type(MemberType.FULL, at=company, name="이정회", department="해외영업본부 수출1팀", position="과장")
    make.member_of_type(MemberType.ASSOCIATE, at=company, name="박준회")
    return company


def person(name: str) -> User:
    return User.objects.get(name=name)


def offered() -> TransferOffer:
    nominee = membership.live_relationship(person("이정회"))
    now = timezone.now()
    return transfer.offer_transfer(nominee, actor=person("김마스터"), password=make.PASSWORD, now=now)


def roles() -> list[str]:
    return [membership.member_type_of(person(name)) for name in ("김마스터", "이정회")]


@pytest.fixture
def theirs(browser: Browser, browser_context_args: dict, enter):
    """The nominee in a browser of their own."""
    context = browser.new_context(**browser_context_args)
    yield context.new_page()
    context.close()


@pytest.mark.parametrize("language", LANGUAGES)
def test_d6_the_master_offers(page: Page, enter, look_at, company, language):
    """§D6, §D22: choose, read, give the password; what the pages say then."""
    for number in range(24):
        make.member_of_type(MemberType.FULL, at=company, department="생산본부", name=f"최회{number:02d}")
    User.objects.update(language=language)
    enter(page, person("김마스터"))
    page.goto(PAGE)
    look_at(page, f"list-{language}")
    page.locator("main form button[type=submit]").last.click()
    expect(page.locator(".conversion-refusal")).to_be_focused()
    look_at(page, f"nobody-chosen-{language}")
    page.locator("#id_q").fill("해외영업")
    page.locator("form[role=search] button").last.click()
    page.get_by_role("radio", name="이정회").check()
    page.locator("main form button[type=submit]").last.click()
    look_at(page, f"consequence-{language}")
    page.locator("#id_current_password").fill("wrong2026pass")
    page.locator("main form button[type=submit]").last.click()
    expect(page.locator(".error-summary")).to_be_focused()
    expect(page.locator("#id_current_password")).to_have_value("")
    look_at(page, f"wrong-password-{language}")
    page.locator("#id_current_password").fill(make.PASSWORD)
    page.locator("main form button[type=submit]").last.click()
    look_at(page, f"open-{language}")
    page.goto("/company/")
    look_at(page, f"company-of-master-{language}")


@pytest.mark.parametrize("language", LANGUAGES)
def test_d6_the_nominee_accepts(page: Page, theirs, enter, look_at, company, language):
    """§D6, §D22: from 마이KOTRA to the MASTER's desk, and what the former MASTER sees then."""
    offer = offered()
    User.objects.update(language=language)
    enter(page, person("김마스터"))
    enter(theirs, person("이정회"))
    theirs.goto("/my/")
    look_at(theirs, f"my-of-nominee-{language}")
    theirs.locator(f'a[href="/company/offers/{offer.pk}/"]').click()
    look_at(theirs, f"offer-{language}")
    theirs.locator(f'form[action="/company/offers/{offer.pk}/accept/"] button').click()
    expect(theirs).to_have_url(re.compile("/master/$"))
    theirs.go_back()
    expect(theirs.locator(".notice-success")).to_be_visible()
    expect(theirs.locator("form[action*=accept]")).to_have_count(0)
    look_at(theirs, f"accepted-{language}")
    page.goto("/my/")
    look_at(page, f"my-of-former-{language}")
    assert roles() == [MemberType.FULL, MemberType.MASTER]


@pytest.mark.parametrize("language", LANGUAGES)
def test_d6_what_stands_in_the_way_is_said(page: Page, enter, look_at, company, language):
    """§D6, §D8: nobody to hand over to, and a dispute."""
    make.member_of_type(MemberType.MASTER, name="장혼자", username="alone")
    User.objects.update(language=language)
    enter(page, person("장혼자"))
    page.goto(PAGE)
    look_at(page, f"no-full-member-{language}")
    enter(page, person("김마스터"))
    page.goto("/company/leave/")
    look_at(page, f"leave-{language}")
    now = timezone.now()
    Case.objects.create(kind=CaseKind.DISPUTE, company=company, opened_at=now, waiting_since=now)
    page.goto(PAGE)
    look_at(page, f"disputed-{language}")


def test_d6_the_hand_over_works_without_javascript(page_without_javascript: Page, enter, company):
    """§D6: offer, take back, offer again; refuse."""
    page = page_without_javascript
    enter(page, person("김마스터"))
    for _time in range(2):
        page.goto(PAGE)
        page.get_by_role("radio", name="이정회").check()
        journeys.press(page, "고른 회원 확인하기")
        page.locator("#id_current_password").fill(make.PASSWORD)
        journeys.press(page, "MASTER 권한 넘기기 제안하기")
        if not _time:
            journeys.press(page, "제안 취소하기")
            expect(page.get_by_text("제안을 취소했습니다.")).to_be_visible()
    enter(page, person("이정회"))
    page.goto("/company/")
    page.get_by_role("link", name="제안 확인하기").click()
    journeys.press(page, "거절하기")
    expect(page.get_by_role("heading", name="거절한 제안입니다")).to_be_visible()
    assert roles() == [MemberType.MASTER, MemberType.FULL]


def test_d6_the_hand_over_works_by_keyboard_alone(page: Page, enter, company):
    """§D6: from the list to the offer, and to the answer."""
    enter(page, person("김마스터"))
    page.goto(PAGE)
    page.get_by_role("radio", name="이정회").focus()
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="제안하면")).to_be_visible()
    page.locator("#id_current_password").focus()
    page.keyboard.type(make.PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="이정회 님의 수락을 기다리고 있습니다")).to_be_visible()
    enter(page, person("이정회"))
    page.goto(f"/company/offers/{TransferOffer.objects.get().pk}/")
    page.get_by_role("button", name="거절하기").focus()
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="수락하고 MASTER 되기")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/master/$"))
    assert roles() == [MemberType.FULL, MemberType.MASTER]


@pytest.mark.parametrize("language", LANGUAGES)
def test_c6_the_company_is_edited(page: Page, enter, look_at, company, language):
    """§C6, §D22: the form, a mistake, what others changed meanwhile, saved; and the request for what was verified."""
    User.objects.update(language=language)
    enter(page, person("이정회"))
    page.goto("/company/")
    page.locator(f'a.button[href="{EDIT}"]').click()
    look_at(page, f"edit-{language}")
    page.locator("#id_phone").fill("12")
    page.locator("main .button-row button").last.click()
    expect(page.locator(".error-summary")).to_be_focused()
    look_at(page, f"edit-mistake-{language}")
    page.locator("#id_phone").fill("02-1234-5678")
    theirs = {"phone": "0299998888", "fax": "", "address_detail": "9층", "remarks": "여러 줄\n비고"}
    profile.edit_company(person("김마스터"), theirs, seen=0, now=timezone.now())
    page.locator("main .button-row button").last.click()
    expect(page.locator(".notice-warning[role=alert]")).to_be_focused()
    look_at(page, f"edit-meanwhile-{language}")
    page.locator("main .button-row button").last.click()
    expect(page).to_have_url(re.compile("/company/$"))
    look_at(page, f"edit-saved-{language}")
    company.refresh_from_db()
    assert (company.phone, company.fax, company.address_detail) == ("0212345678", "", "9층")
    page.goto(VERIFIED)
    look_at(page, f"edit-verified-{language}")
    page.locator("main form button[type=submit]").last.click()
    expect(page.locator(".error-summary")).to_be_focused()
    page.locator("#id_representative").fill("새대표")
    page.locator("input[name=certificate_by]").first.check()
    page.locator("main form button[type=submit]").last.click()
    look_at(page, f"edit-request-{language}")
    page.goto(VERIFIED)
    look_at(page, f"edit-waits-{language}")


def test_c6_the_address_is_looked_up_with_and_without_javascript(
    page: Page, page_without_javascript: Page, enter, company
):
    """§S8: the panel with a script, a page of its own without; nothing typed is lost."""
    for browser in (page, page_without_javascript):
        enter(browser, person("이정회"))
        browser.goto(EDIT)
        browser.get_by_label("홈페이지").fill("new.example")
        browser.get_by_role("button", name="우편번호 찾기").click()
        browser.locator("#postcode-q, #id_q").fill("해운대구 센텀")
        browser.get_by_role("button", name="주소 찾기").click()
        browser.get_by_role("button", name="선택").first.click()
        expect(browser.get_by_label("홈페이지")).to_have_value("new.example")
        expect(browser.get_by_label("기본주소")).not_to_have_value(company.address)
        expect(browser.get_by_label("상세주소")).to_be_focused()
    journeys.press(page, "저장하기")
    expect(page.get_by_text("기업정보를 고쳤습니다:")).to_be_visible()
    company.refresh_from_db()
    assert (company.homepage, company.address_detail) == ("new.example", "")
