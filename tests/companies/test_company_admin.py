"""기업 in admin: found by number, name or business status, shown with people, history and cases (§D2, §D5)."""

from functools import partial

import pytest
from django.db import DatabaseError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import AccessLog, User
from companies.admin.company import MOST_PEOPLE
from companies.domain import approval, business, profile, review, transfer
from companies.models import BusinessStatus, Channel, Company, Relationship, RelationshipEvent, Role
from companies.numbers import format_brn
from kotra_portal.model_admin import LONGEST_TABLE
from tests import make
from tests.companies.firm import ask, company_with, disputed, offer, registered
from tests.companies.registry import NOW, SOON, request
from tests.desk.people import auditor, support

pytestmark = [pytest.mark.django_db, pytest.mark.once]

COMPANIES = "/admin/companies/company/"


def page(company: Company) -> str:
    return f"{COMPANIES}{company.pk}/change/"


def text(response) -> str:
    return response.content.decode()


@pytest.fixture
def browser(login) -> Client:
    return login(support("support1", name="김지원"))


def found(browser: Client, typed: str, **asked: str) -> list[str]:
    return sorted(company.name for company in browser.get(COMPANIES, {"q": typed} | asked).context["cl"].result_list)


@pytest.mark.parametrize("write", [str, format_brn, lambda brn: f"{brn[:3]} {brn[3:5]} {brn[5:]}"])
def test_company_is_found_by_its_number_however_it_is_typed(browser, write):
    """§D9: those whose registration ended among them."""
    gone = make.company("옛상사", closed_at=NOW)
    make.company("새상사", brn=gone.brn)
    make.company("다른상사")
    assert found(browser, write(gone.brn)) == ["새상사", "옛상사"]
    assert found(browser, write(gone.brn), registered="yes") == ["새상사"]
    assert found(browser, write(gone.brn), registered="no") == ["옛상사"]


def test_company_is_found_by_the_beginning_of_its_name(browser):
    """§T2: legal form, spaces and case make no difference; one letter is too little."""
    make.company("(주)대한 Trading")
    make.company("민국상사")
    asked = {
        "대한": ["(주)대한 Trading"], "주식회사 대한trading": ["(주)대한 Trading"], "민국": ["민국상사"], "상사": [],
        "대": [], "120-86-00000": [], "": ["(주)대한 Trading", "민국상사"],
    }  # fmt: skip
    assert {typed: found(browser, typed) for typed in asked} == asked


def test_page_shows_facts_people_history_and_cases(browser, bureau):
    """§D2: live members by role, past ones, who acted, and what was asked about the number; names masked."""
    case = request(make.member("founder1", name="홍길동"), name="새로상사", business_item="섬유")
    review.approve_registration(case, actor=support("support2", name="이고객"), seen=1, now=NOW)
    company = Company.objects.get(brn=case.registration.brn)
    founder = case.applicant
    leaver = make.member_of_type("ASSOCIATE", at=company, username="leaver1")
    relationship = Relationship.objects.get(member=leaver)
    approval.approve_associate(relationship, actor=founder, now=NOW)
    approval.end_relationship(relationship, actor=founder, reason="퇴사했습니다", now=NOW)
    shown = text(browser.get(page(company)))

    said = (
        format_brn(company.brn), "새로상사", "섬유", "MASTER", "founder1", "홍*동", "고객지원팀 승인", "leaver1",
        "퇴사했습니다", "기업 등록", "정회원 승인", "관계해지", "직원 이고객",
        f"/admin/companies/case/{case.pk}/change/", f"/admin/accounts/memberaccount/{founder.pk}/change/",
    )  # fmt: skip
    assert [words for words in said if words not in shown] == []
    assert "홍길동" not in shown


def test_registrations_of_one_number_lead_to_each_other(browser):
    """§D2: one that ended to the one that lives, and back; another number's to neither."""
    old = make.company("옛상사", closed_at=NOW)
    new, other = make.company("새상사", brn=old.brn), make.company("다른상사")
    linked = {
        one: [each for each in (old, new, other) if each != one and page(each) in text(browser.get(page(one)))]
        for one in (old, new, other)
    }
    assert linked == {old: [new], new: [old], other: []}


def test_each_opening_of_a_company_is_logged(browser):
    """§D11: like a member's and a case's; it is nobody's data alone."""
    company = make.company()
    browser.get(page(company), REMOTE_ADDR="203.0.113.9")

    row = AccessLog.objects.get()
    assert (row.actor.username, row.action, row.subject) == ("support1", AccessLog.Action.OPENED_COMPANY, None)
    assert (row.target, row.address) == (f"company {company.pk}", "203.0.113.9")


def test_without_the_log_no_company_is_shown(browser, monkeypatch):
    """§D11: written before anything is shown."""

    def fail(*_args: object, **_kwargs: object) -> None:
        raise DatabaseError

    monkeypatch.setattr("companies.admin.company.access_log.record", fail)
    with pytest.raises(DatabaseError):
        browser.get(page(make.company()))


def test_people_stand_by_role(browser):
    """§C3: MASTER, 정회원, 준회원, whoever came first."""
    company = make.company()
    full = make.member_of_type("FULL", at=company)
    rows = browser.get(page(company)).context["roles"]
    assert [(role, [each.member for each in people]) for role, people in rows] == [
        ("MASTER", [make.master_of(company)]), ("정회원", [full]), ("준회원", []),
    ]  # fmt: skip


def test_master_stands_on_the_page_however_many_came_before(browser):
    """§D2: of each role those who came first are listed; the page says that there are more."""
    company = make.company()
    people = [User(username=f"early{number}", ci_hash=f"{number:064}") for number in range(MOST_PEOPLE + 1)]
    joined = {"company": company, "role": Role.ASSOCIATE, "started_at": make.LONG_AGO}
    Relationship.objects.bulk_create(Relationship(member=one, **joined) for one in User.objects.bulk_create(people))
    make.relationship(make.member(), company, Role.MASTER, started_at=NOW)

    response = browser.get(page(company))
    rows = response.context["roles"]
    assert [(role, len(people)) for role, people in rows] == [("MASTER", 1), ("정회원", 0), ("준회원", MOST_PEOPLE)]
    assert "일부만 보여 줍니다." in text(response)


def test_long_history_is_cut_and_says_so(browser):
    """Newest first; the page stays short."""
    company = make.company()
    for number in range(LONGEST_TABLE + 1):
        make.relationship(make.member(), company, Role.ASSOCIATE, ended_at=NOW, end_reason=f"까닭{number}.")
    shown = text(browser.get(page(company)))
    assert ("까닭50." in shown, "까닭0." in shown, "더 오래된 기록이 있습니다." in shown) == (True, False, True)
    assert MOST_PEOPLE > LONGEST_TABLE


def test_number_of_queries_does_not_grow(browser):
    """However many people and events there are."""
    company = make.company()
    master = make.master_of(company)
    counts = []
    for people in (1, 15):
        for _each in range(people):
            joined = make.member_of_type("ASSOCIATE", at=company)
            approval.approve_associate(Relationship.objects.get(member=joined), actor=master, now=NOW)
        browser.get(page(company))
        with CaptureQueriesContext(connection) as queries:
            browser.get(page(company))
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 16
    assert RelationshipEvent.objects.count() == 16


def test_number_of_queries_of_the_list_does_not_grow(browser, django_assert_num_queries):
    """A hundred rows are as many queries as one."""
    make.company()
    browser.get(COMPANIES)
    with CaptureQueriesContext(connection) as before:
        browser.get(COMPANIES)
    for _each in range(12):
        make.company()
    with django_assert_num_queries(len(before)):
        browser.get(COMPANIES)


@pytest.mark.parametrize("sort", [auditor, make.staff])
def test_page_needs_the_right(sort, login):
    """§D3: 403, whether the company is there or not."""
    browser = login(sort())
    assert [browser.get(url).status_code for url in (COMPANIES, page(make.company()), f"{COMPANIES}999/change/")] == [
        403, 403, 403,
    ]  # fmt: skip


def test_nothing_of_a_company_is_edited(browser):
    """§D9: a BRN never changes; the rest is its members' to change."""
    company = make.company()
    before = Company.objects.values().get()
    posted = {"brn": make.brn(), "name": "x", "closed_at": "2026-01-01", "_save": "1"}
    assert browser.post(page(company), posted).status_code == 403
    assert Company.objects.values().get() == before


# --- What changes hands, what is asked, what was done ---------------------------------------------------------------


def test_open_offer_stands_with_both_people_and_its_end(browser, frozen):
    """§D6: who hands over to whom, until when; nothing once it is over."""
    frozen(NOW)
    company, (master, nominee) = company_with("FULL")
    made = offer(nominee)
    response = browser.get(page(company))
    assert response.context["offer"] == made
    shown = text(response)
    assert [who for who in (master, nominee) if f">{who.username}</a>" not in shown.split("수락 대기")[1]] == []
    assert "2026" in shown.split("수락 기한")[1].split("</section>")[0]

    transfer.refuse_transfer(made, actor=nominee, now=NOW)
    assert "수락 대기" not in text(browser.get(page(company)))


def test_cases_of_every_kind_stand_on_the_page_open_ones_first(browser, bureau, monkeypatch):
    """§D3: what is asked about the company, and what was asked about its number."""
    over = request(make.member())
    review.reject_registration(over, actor=support("support3"), seen=1, reason="기업과 관계 없음", now=NOW)
    monkeypatch.setattr(bureau, "knows", partial(bureau.knows, over.brn))
    company, founder = registered(bureau)
    member = make.member_of_type("FULL", at=company)
    change = ask(member)
    edit = profile.request_company_edit(
        founder, name="새이름", representative="새사람", certificate_by=Channel.FAX, now=SOON
    )
    dispute = disputed(company, now=SOON)
    ask(make.member_of_type("ASSOCIATE"))
    response = browser.get(page(company))

    shown = [case.pk for case in response.context["cases"].rows]
    assert (set(shown[:3]), shown[3:]) == ({change.pk, edit.pk, dispute.pk}, [over.pk])
    kinds = ("MASTER 변경", "기업정보 변경", "등록 이의신청", "신규등록")
    assert [kind for kind in kinds if kind not in text(response)] == []
    assert "마일리지 사용이 멈추어 있습니다." in text(response)


def test_history_has_the_words_of_the_masters_page_and_the_names_of_staff(browser):
    """§D5: who edited what from what to what; of staff who it was, of members the ID and no whole name."""
    company, (master, member) = company_with("FULL")
    profile.edit_company(master, {"fax": "0212345678"}, seen=0, now=NOW)
    offered = offer(member)
    transfer.accept_transfer(offered, actor=member, now=NOW)
    marker = support("marker", name="김표시")
    business.mark_business(
        company, BusinessStatus.SUSPENDED, seen="ACTIVE", actor=marker, reason="국세청 조회", now=SOON
    )
    shown = text(browser.get(page(company))).split("<h2>이력</h2>")[1]

    said = (
        "사업 상태 표시", "휴업", "국세청 조회", "직원 김표시", "기업정보 수정", "팩스", "02-1234-5678", "이전 MASTER",
        f"({master.username})",
    )  # fmt: skip
    assert [words for words in said if words not in shown] == []
    assert [person.name for person in (master, member) if person.name in shown] == []


def test_a_search_that_finds_nothing_says_how_it_searches(browser):
    """§T2, §D9: and the list says its order."""
    make.company("찾는무역")
    nothing = text(browser.get(COMPANIES, {"q": "무역"}))
    said = ("‘무역’ 검색 결과가 없습니다.", "앞부분 두 글자부터", "10자리를 모두 입력해")
    assert [words for words in said if words not in nothing] == []
    assert "검색 결과가 없습니다" not in text(browser.get(COMPANIES, {"q": "찾는"}))
    assert "나중에 추가된 기업부터" in text(browser.get(COMPANIES))


def test_list_tells_the_business_status_and_filters_by_it(browser):
    """§D8: column and filter."""
    make.company("영업상사")
    make.company("휴업상사", business_status=BusinessStatus.SUSPENDED)
    assert found(browser, "", business_status__exact="SUSPENDED") == ["휴업상사"]
    assert "계속사업자" in text(browser.get(COMPANIES))
