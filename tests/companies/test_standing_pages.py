"""What the members' pages tell of their company as it stands: marked, disputed, with requests open (§C6, §D8)."""

from datetime import timedelta

import pytest
from django.test import Client
from pytest_django.asserts import assertContains, assertNotContains

from accounts.models import User
from companies.domain import approval, cases, dispute, membership, profile
from companies.models import BusinessStatus, CaseState, Channel, Company, RelationshipEvent, Role
from tests import make
from tests.companies.firm import company_with, disputed, offer, registered, reviewer, seen
from tests.companies.registry import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.once]

ENDED = [BusinessStatus.SUSPENDED, BusinessStatus.CLOSED]
LOCKED = "이의신청이 결정될 때까지 잠겨 있습니다."


@pytest.fixture(autouse=True)
def now(frozen):
    """The clock stands at NOW."""
    frozen(NOW)


def browser_of(person: User) -> Client:
    browser = Client()
    browser.force_login(person)
    return browser


def mark(company: Company, status: BusinessStatus, reason: str) -> None:
    company.business_status = status
    company.save()
    kind = RelationshipEvent.Kind.MARKED
    membership.record_of_company(company, kind, actor=reviewer(), now=NOW, status=status, reason=reason)


def pages_of(person: User, *paths: str) -> list:
    browser = browser_of(person)
    return [browser.get(path) for path in paths]


# --- 휴업, 폐업 -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", ENDED)
def test_d8_the_members_of_a_marked_company_read_it_on_their_pages(status):
    """§D8: the status, since when, and staff's words; nothing once it is active again."""
    company, (master, full, associate) = company_with(Role.FULL, Role.ASSOCIATE)
    mark(company, status, "국세청 조회로 확인했습니다.")

    everybody = pages_of(master, "/my/", "/company/", "/master/")
    for page in everybody + pages_of(full, "/my/", "/company/") + pages_of(associate, "/my/", "/company/"):
        for words in (f"{status.label}한 기업으로 표시되어 있습니다", "2026.11.22.에 표시했습니다", "국세청 조회로"):
            assertContains(page, words)

    mark(company, BusinessStatus.ACTIVE, "다시 영업합니다.")
    for page in pages_of(master, "/my/", "/company/", "/master/"):
        assertNotContains(page, "기업으로 표시되어 있습니다")


@pytest.mark.parametrize("status", BusinessStatus)
def test_d8_the_rows_of_the_search_say_which_company_is_marked(client, login, status):
    """§D8: before one is chosen."""
    make.master_of(make.company("한빛전자", business_status=status))
    login(make.member())
    page = client.get("/company/convert/", {"q": "한빛"})
    assert (f'<span class="badge badge-warning">{status.label}</span>' in page.text) is (status in ENDED)


# --- A dispute ------------------------------------------------------------------------------------------------------


def test_d8_a_dispute_stands_on_the_pages_of_those_whom_it_freezes(bureau):
    """§D8: with its number; to the MASTER where papers go; what is frozen is no tick; 준회원 read nothing."""
    company, master = registered(bureau)
    full, associate = (make.member_of_type(role, at=company) for role in (Role.FULL, Role.ASSOCIATE))
    case = disputed(company)

    for page in pages_of(master, "/my/", "/company/", "/master/"):
        for words in (
            "이의신청이 접수되어 확인하고 있습니다",
            f"접수번호는 {case.pk}입니다",
            "02-3460-7932",
            "mailto:",
        ):
            assertContains(page, words)
    for page in pages_of(master, "/my/", "/company/"):
        assertContains(page, LOCKED, count=2)
    assertNotContains(browser_of(master).get("/company/"), 'class="button button-third" href="/master/transfer/"')
    for page in pages_of(full, "/my/", "/company/"):
        assertContains(page, "이의신청이 접수되어 확인하고 있습니다")
        assertContains(page, LOCKED, count=1)
        assertNotContains(page, "재직증명서")
    for page in pages_of(associate, "/my/", "/company/"):
        assertNotContains(page, "이의신청이")


def test_d8_nothing_stands_there_once_the_dispute_is_decided(bureau):
    """§D8: 유지: the ticks are back."""
    company, master = registered(bureau)
    case = disputed(company)
    cases.decide(case, CaseState.REJECTED, actor=reviewer(), reason="확인했습니다.", now=NOW)
    for page in pages_of(master, "/my/", "/company/", "/master/"):
        assertNotContains(page, "이의신청이 접수되어")
        assertNotContains(page, LOCKED)


# --- What one may do ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("role", "led_to"),
    [
        (Role.MASTER, ["/company/edit/", "/master/transfer/", "/master/", "/master/"]),
        (Role.FULL, ["/company/edit/"]),
        (Role.ASSOCIATE, []),
    ],
)
def test_c6_what_one_may_do_leads_to_its_page_where_there_is_one(role, led_to):
    """§C6: ending is named as what it is there: that of others."""
    _company, people = company_with(Role.FULL, Role.ASSOCIATE)
    person = people[[Role.MASTER, Role.FULL, Role.ASSOCIATE].index(role)]
    for page in pages_of(person, "/my/", "/company/"):
        assert [one.page for one in page.context["openings"] if one.page] == [
            {"/company/edit/": "edit_company", "/master/transfer/": "offer_transfer", "/master/": "master"}[path]
            for path in led_to
        ]
        for path in led_to:
            assertContains(page, f'<strong><a href="{path}">')
        assertContains(page, "다른 회원 관계해지")


# --- Requests that are open -----------------------------------------------------------------------------------------


def test_c6_an_open_change_of_what_was_verified_is_shown():
    """§C6: to MASTER and 정회원 who, what and the number; the way to it to its applicant alone."""
    company, (master, full, associate) = company_with(Role.FULL, Role.ASSOCIATE)
    asked = {"name": company.name, "representative": "새대표", "certificate_by": Channel.FAX}
    case = profile.request_company_edit(full, **asked, now=NOW)

    words = f"대표자명 변경신청 중 (접수번호 {case.pk})"
    for page in pages_of(master, "/my/", "/master/", "/company/", "/company/edit/"):
        assertContains(page, words)
        assertContains(page, f"{full.name} 님이 신청했습니다")
        assertNotContains(page, f"/company/requests/{case.pk}/")
    for page in pages_of(full, "/company/", "/company/edit/"):
        assertContains(page, words)
        assertContains(page, f"/company/requests/{case.pk}/")
    (page,) = pages_of(associate, "/company/")
    assertNotContains(page, words)


def test_d6_an_open_offer_is_shown_where_the_members_are():
    """§D6: on /master/ too."""
    _company, (master, full) = company_with(Role.FULL)
    offer(full)
    (page,) = pages_of(master, "/master/")
    assertContains(page, f"{full.name} 님이 MASTER 권한을 수락하기를 기다립니다")


# --- Whose relationship was ended -----------------------------------------------------------------------------------


@pytest.mark.parametrize("days", [0, 29, 30])
def test_d5_whoever_was_put_out_reads_when_of_which_company_and_why(frozen, days):
    """§D5: for thirty days."""
    company, (master, full) = company_with(Role.FULL)
    own = membership.live_relationship(full)
    approval.end_relationship(own, actor=master, reason="퇴사했습니다.", bar=False, now=NOW)
    frozen(NOW + timedelta(days=days))
    for page in pages_of(full, "/my/", "/company/"):
        for words in (f"‘{company.name}’ 기업관계가 해지되었습니다", "퇴사했습니다.", "2026.11.22.에 해지되어"):
            assert (words in page.text) is (days < 30)


def test_d8_whose_registration_was_cancelled_reads_when_of_which_company_and_why(bureau):
    """§D8: the MASTER and the other members alike; it is no ending by a MASTER."""
    company, master = registered(bureau)
    full = make.member_of_type(Role.FULL, at=company)
    case = disputed(company)
    dispute.cancel_registration(case, **seen(case, now=NOW), reason="이 기업의 사람이 아닙니다.")
    for person in (master, full):
        for page in pages_of(person, "/my/", "/company/"):
            for words in (
                f"‘{company.name}’의 등록이 취소되었습니다",
                "2026.11.22.에 등록을 취소했습니다",
                "이 기업의 사람이 아닙니다.",
            ):
                assertContains(page, words)
            assertNotContains(page, "기업관계가 해지되었습니다")


def test_d1_a_barred_person_is_told_before_the_button():
    """§D1: the chosen company's page has no button that would only be refused."""
    company, (master, full) = company_with(Role.FULL)
    own = membership.live_relationship(full)
    approval.end_relationship(own, actor=master, reason="퇴사했습니다.", bar=True, now=NOW)
    (page,) = pages_of(full, f"/company/convert/?q={company.brn}&choose=1&company={company.pk}")
    assertContains(page, "MASTER가 관계설정을 막아 두었습니다")
    assertNotContains(page, "준회원으로 관계설정 신청하기")
