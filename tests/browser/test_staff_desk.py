"""The desk in a real browser: first page, member, company, log, and a staff account from hiring to leaving."""

import re

import pytest
from playwright.sync_api import Page, expect

from companies.models import Relationship
from tests import make
from tests.browser.test_staff_login import fits
from tests.companies.registry import request
from tests.desk.people import superuser, support


@pytest.fixture
def company(bureau):
    """A company with people, and requests that wait."""
    company = make.company("한글무역", representative="김한글", address="서울특별시 서초구 헌릉로 13")
    make.member_of_type("FULL", at=company, username="fullmember1", name="홍길동")
    for _each in range(3):
        request(make.member())
    return company


def test_support_reads_and_is_written_down(page: Page, enter, axe, shot, company):
    """§D11: from the first page to a company, from there to a member; the log knows."""
    enter(page, support("support1", name="김지원"))
    page.goto("/admin/")
    expect(page.get_by_role("heading", name="기다리는 신청")).to_be_visible()
    fits(page, axe, shot, "first-page")

    page.goto("/admin/companies/company/")
    page.locator("#searchbar").fill(company.brn)
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"\?q="))
    fits(page, axe, shot, "companies")
    page.get_by_role("link", name="한글무역").click()
    expect(page.locator("h1")).to_have_text("한글무역")
    fits(page, axe, shot, "company")
    page.get_by_role("row", name="정회원").get_by_role("link", name="fullmember1").click()
    expect(page.locator("h1")).to_have_text("fullmember1")
    fits(page, axe, shot, "member")
    assert Relationship.objects.count() == 2

    enter(page, superuser())
    page.goto("/admin/accounts/accesslog/?q=support1")
    expect(page.locator("#result_list tbody tr")).to_have_count(2)
    fits(page, axe, shot, "access-log")


def test_staff_account_from_hiring_to_leaving(page: Page, enter, axe, shot):
    """§D3: made, linked to the person's member account, stopped; each on a page that says the consequence."""
    make.member("member1")
    enter(page, superuser("boss11", name="최관리"))
    page.goto("/admin/accounts/staffaccount/add/")
    page.get_by_role("button", name="직원 계정 만들기").click()
    expect(page.locator(".errornote")).to_be_visible()
    fits(page, axe, shot, "staff-account-wrong")
    for field, typed in (("username", "newstaff1"), ("name", "박신입"), ("email", "new@example.com")):
        page.locator(f"#id_{field}").fill(typed)
    page.get_by_label("고객지원팀").check()
    page.locator("#id_email").press("Enter")
    expect(page.locator("h1")).to_have_text("newstaff1")
    fits(page, axe, shot, "staff-account")
    page.get_by_role("link", name="초대 메일 다시 보내기").click()
    expect(page.locator("#id_email")).to_have_value("new@example.com")
    fits(page, axe, shot, "staff-account-invite")
    page.get_by_role("button", name="초대 메일 다시 보내기").click()
    expect(page.locator(".messagelist")).to_contain_text("초대 메일을 다시 보냈습니다")

    page.get_by_role("link", name="회원 계정 연결").click()
    page.locator("#id_username").fill("member1")
    fits(page, axe, shot, "staff-account-link")
    page.keyboard.press("Enter")
    expect(page.locator(".messagelist")).to_contain_text("member1")
    page.get_by_role("link", name="사용 중지").click()
    page.get_by_role("button", name="사용 중지").click()
    expect(page.get_by_role("link", name="다시 사용")).to_be_visible()
