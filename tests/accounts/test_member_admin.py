"""회원 in admin: found by ID, name, mail or a company's number; opening one is logged; nothing is edited (§D11)."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import AccessLog, MemberAccount, User
from companies.domain import approval
from companies.models import Relationship, Role
from companies.numbers import format_brn
from kotra_portal.desk.domain import member_search
from tests import make
from tests.companies.registry import NOW, request
from tests.desk.people import auditor, support

pytestmark = pytest.mark.django_db

MEMBERS = "/admin/accounts/memberaccount/"


def page(member: User) -> str:
    return f"{MEMBERS}{member.pk}/change/"


def text(response) -> str:
    return response.content.decode()


@pytest.fixture
def browser(login) -> Client:
    return login(support("support1", name="김지원"))


def found(typed: str) -> list[str]:
    members = MemberAccount.objects.filter(is_staff=False).order_by("pk")
    return [member.username for member in member_search.matching(members, typed)]


# --- Searching ------------------------------------------------------------------------------------------------------


def test_member_is_found_by_id_name_and_mail():
    """Lists search by name and ID; the beginning is enough, of a mail address the whole is needed."""
    make.member("hangil1", name="홍길동", email="Hong.Gil@Example.com")
    make.member("another1", name="이순신")
    asked = {
        "hangil1": ["hangil1"], "HANG": ["hangil1"], "홍길동": ["hangil1"], "홍길": ["hangil1"], " 홍 ": ["hangil1"],
        "hong.gil@example.com": ["hangil1"], "hong.gil@": [], "길동": [], "nobody1": [], "\0": [],
    }  # fmt: skip
    assert {typed: found(typed) for typed in asked} == asked


@pytest.mark.parametrize("write", [str, format_brn, lambda brn: f" {brn[:3]} {brn[3:5]} {brn[5:]} "])
def test_people_of_a_company_are_found_by_its_number(write, bureau):
    """§D9: with and without hyphens; who belongs there, who did, and who asked for it, staff and others never."""
    company = make.company()
    master, former = make.member_of_type("MASTER", at=company), make.member()
    make.relationship(former, company, Role.ASSOCIATE, ended_at=NOW)
    company.closed_at = NOW
    asking = make.member()
    make.member_of_type("FULL")
    assert set(found(write(company.brn))) == {master.username, former.username}
    case = request(asking)
    assert found(write(case.registration.brn)) == [asking.username]
    assert found(write(make.brn())) == []


def test_a_search_that_finds_nobody_says_how_it_searches(browser):
    """§D9: and nothing of it where somebody is found."""
    make.member("hangil1", name="홍길동", mobile="01012345678")
    nobody, somebody = (text(browser.get(MEMBERS, {"q": typed})) for typed in ("010-1234-5678", "홍길"))
    said = ("‘010-1234-5678’ 검색 결과가 없습니다.", "전화번호로는 찾을 수 없습니다", "10자리를 모두 입력해")
    assert [words for words in said if words not in nobody] == []
    assert ("hangil1" in somebody, "검색 결과가 없습니다" in somebody) == (True, False)


def test_former_members_are_marked_where_a_companys_number_is_searched(browser):
    """§D9: who belongs there, who did, and who only asked are told apart."""
    company = make.company("한글무역")
    make.member_of_type("MASTER", at=company, username="master11")
    make.relationship(make.member("former11"), company, Role.ASSOCIATE, ended_at=NOW)
    shown = browser.get(MEMBERS, {"q": company.brn})
    rows = {row.username: row for row in shown.context["cl"].result_list}

    assert set(rows) == {"master11", "former11"}
    assert text(shown).count("예전 회원") == 1
    assert "예전 회원" not in text(browser.get(MEMBERS))


def test_staff_are_in_no_list_and_have_no_page(browser):
    """§D3: staff accounts are not members."""
    other = support("support2")
    assert "support2" not in text(browser.get(MEMBERS))
    assert browser.get(MEMBERS, {"q": "support2"}).context["cl"].result_count == 0
    assert browser.get(page(other)).status_code == 302


def test_list_shows_what_tells_people_apart_and_no_more(browser):
    """§D11: type and company are there, name and mail masked; a list is not logged."""
    company = make.company("한글무역")
    make.member_of_type("MASTER", at=company, username="master11", name="홍길동", email="honggil@example.com")
    shown = text(browser.get(MEMBERS))
    said = ("master11", "홍*동", "ho***@example.com", "MASTER", "한글무역", "사용 중")
    assert [words for words in said if words not in shown] == []
    assert [words for words in ("홍길동", "honggil@") if words in shown] == []
    assert AccessLog.objects.count() == 0


# --- Opening --------------------------------------------------------------------------------------------------------


def test_opening_a_member_is_logged_before_anything_is_shown(browser):
    """§D11: who, whom, what, when, from where; each time."""
    member = make.member()
    for _time in range(2):
        browser.get(page(member), REMOTE_ADDR="192.0.2.9")
    row = AccessLog.objects.first()
    assert AccessLog.objects.count() == 2
    assert (row.actor.username, row.action, row.subject_id, row.target, row.address) == (
        "support1", "OPENED_MEMBER", member.pk, f"member {member.pk}", "192.0.2.9",
    )  # fmt: skip


def test_what_could_not_be_logged_is_not_shown(browser, monkeypatch):
    """§D11: no log, no page."""
    member = make.member()
    monkeypatch.setattr("accounts.domain.access_log.record", _fail)
    browser.raise_request_exception = False
    assert browser.get(page(member)).status_code == 500


def _fail(*_args: object, **_facts: object) -> None:
    raise RuntimeError


@pytest.mark.parametrize("sort", [auditor, make.staff])
def test_whoever_lacks_the_right_opens_nothing_and_is_not_logged(sort, login):
    """§D3: 403, whether the member is there or not."""
    browser = login(sort())
    member = make.member()
    assert [browser.get(url).status_code for url in (MEMBERS, page(member), f"{MEMBERS}99999/change/")] == [403] * 3
    assert AccessLog.objects.count() == 0


def test_page_shows_what_support_needs_and_no_secret(browser, bureau):
    """§D11: the person, consents, relationships with their history, cases, events; no hash, no password."""
    company = make.company("한글무역")
    master = make.member_of_type("MASTER", at=company)
    member = make.member_of_type("ASSOCIATE", at=company, name="홍길동", mobile="01012345678", email="hong@example.com")
    relationship = Relationship.objects.get(member=member)
    approval.approve_associate(relationship, actor=master, now=NOW)
    approval.end_relationship(relationship, actor=master, reason="퇴사", now=NOW)
    case = request(member, name="새로상사")
    shown = text(browser.get(page(member)))

    said = (
        "홍길동", "010-1234-5678", "hong@example.com", "개인회원", "한글무역", "정회원 승인", "관계해지", "퇴사",
        "새로상사", f"/admin/companies/case/{case.pk}/change/", "이용약관 1", "동의", "접속기록에 남습니다",
    )  # fmt: skip
    assert [words for words in said if words not in shown] == []
    member.refresh_from_db()
    assert [secret for secret in (member.ci_hash, member.password, "argon2", "md5$") if secret in shown] == []


def test_number_of_queries_of_the_page_does_not_grow(browser, bureau):
    """However long the history is."""
    counts = []
    member = make.member()
    for number in range(3):
        make.relationship(member, make.company(), Role.ASSOCIATE, ended_at=NOW)
        if number == 1:
            for _each in range(20):
                make.relationship(member, make.company(), Role.ASSOCIATE, ended_at=NOW)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            browser.get(page(member))
        counts.append(len(queries))
    assert counts[1] == counts[2] <= 12


def test_number_of_queries_of_the_list_does_not_grow(browser, django_assert_num_queries):
    """A hundred rows are as many queries as one."""
    make.member_of_type("MASTER")
    browser.get(MEMBERS)
    with CaptureQueriesContext(connection) as before:
        browser.get(MEMBERS)
    for _each in range(12):
        make.member_of_type("MASTER")
    with django_assert_num_queries(len(before)):
        browser.get(MEMBERS)


@pytest.mark.parametrize("extra", ["is_staff", "is_superuser", "ci_hash", "username", "is_active"])
def test_nothing_of_a_member_is_edited(extra, browser):
    """§D3: the page is read; what is posted to it is refused."""
    member = make.member()
    before = User.objects.filter(pk=member.pk).values().get()
    assert browser.post(page(member), {extra: "1", "_save": "1"}).status_code == 403
    assert User.objects.filter(pk=member.pk).values().get() == before
