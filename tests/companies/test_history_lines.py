"""기업 이력 as members read it: what happened to whom, by whom, and what it tells (§D5, §D14)."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django.asserts import assertContains, assertNotContains

from accounts.models import User
from companies.domain import approval, ending, history, mastership, membership, profile, registration
from companies.facts import Change
from companies.history_lines import lines_of
from companies.models import ApprovedVia, BusinessStatus, Company, Relationship, RelationshipEvent, Role
from kotra_portal.reference.models import BkCode
from tests import make
from tests.companies.registry import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.once]

Kind = RelationshipEvent.Kind


@pytest.fixture
def workplace() -> Company:
    """A company whose MASTER is 오지훈."""
    company = make.company("한빛전자")
    make.relationship(make.member("master0001", name="오지훈"), company, Role.MASTER)
    return company


def place(role: Role, company: Company, **fields: object) -> Relationship:
    """A new member's relationship with the company."""
    return make.relationship(make.member(**fields), company, role)


def lines(company: Company):
    return lines_of(list(history.history_of(company)))


def told(company: Company) -> list[tuple[str, str, str]]:
    return [(line.what, line.member, line.actor) for line in lines(company)]


def edit(company: Company, **facts: object) -> None:
    profile.edit_company(make.master_of(company), facts, seen=profile.version(company), now=NOW)


# --- Who did what to whom -------------------------------------------------------------------------------------------


def test_d5_it_tells_who_joined_was_approved_left_and_was_ended_by_whom(workplace):
    """§D5: latest first; what a member did to themselves reads so."""
    master = make.master_of(workplace)
    one = membership.join_company(make.member(name="홍길동"), workplace, now=NOW)
    two = membership.join_company(make.member(name="김떠남"), workplace, now=NOW)
    approval.approve_associate(one, actor=master, now=NOW)
    ending.leave_company(two.member, now=NOW)
    approval.end_relationship(one, actor=master, reason="퇴사", bar=True, now=NOW)

    assert told(workplace) == [
        ("다시 관계설정 금지", "홍길동", "오지훈"),
        ("관계해지", "홍길동", "오지훈"),
        ("관계해지(본인)", "김떠남", "회원 본인"),
        ("정회원 승인", "홍길동", "오지훈"),
        ("관계설정", "김떠남", "회원 본인"),
        ("관계설정", "홍길동", "회원 본인"),
    ]
    assert [line.notes for line in lines(workplace)][1] == [("사유", "퇴사")]


def test_d14_who_closed_the_account_has_no_name(workplace):
    """§D14: neither as the one concerned nor as the one who acted."""
    relationship = place(Role.FULL, workplace, name="홍길동")
    membership.record(relationship, Kind.JOINED, actor=relationship.member, now=NOW)
    membership.record(place(Role.FULL, workplace, name="김남음"), Kind.APPROVED, actor=relationship.member, now=NOW)
    User.objects.filter(pk=relationship.member_id).update(closed_at=NOW, is_active=False)

    assert told(workplace) == [
        ("정회원 승인", "김남음", "탈퇴한 회원"),
        ("관계설정", "탈퇴한 회원", "탈퇴한 회원"),
    ]


def test_staff_act_as_one_and_what_nobody_did_is_the_portals_doing(workplace):
    """§D5: members read no names of staff."""
    reviewer = make.staff(name="박직원")
    membership.record_of_company(
        workplace, Kind.MARKED, actor=reviewer, now=NOW, status="SUSPENDED", reason="휴업 확인"
    )
    membership.record(place(Role.FULL, workplace, name="홍길동"), Kind.OFFER_LAPSED, actor=None, now=NOW)

    assert told(workplace) == [
        ("MASTER 권한 넘기기 기한 지남", "홍길동", "자동 처리"),
        ("사업 상태 표시", "", "고객지원팀"),
    ]
    assert lines(workplace)[1].notes == [("사업 상태", str(BusinessStatus.SUSPENDED.label)), ("사유", "휴업 확인")]


def test_d6_a_hand_over_names_both(workplace):
    """§D6: the one who is MASTER now, and who was before."""
    new = place(Role.FULL, workplace, name="홍길동")
    old, new = mastership.lock_master_and(workplace, new)
    mastership.change_master(old, new, via=ApprovedVia.HANDOVER, approver=old.member, actor=new.member, now=NOW)
    line = lines(workplace)[0]
    assert (line.what, line.member, line.actor) == ("MASTER 권한 넘기기 완료", "홍길동", "회원 본인")
    assert line.notes == [("이전 MASTER", "오지훈")]


def test_c3_a_registration_says_by_whose_word_it_came_about(workplace):
    """§C3: and an entry that does not know says nothing."""
    member = make.member(name="홍길동")
    company = make.company()
    registration.become_master(member, company, actor=member, via=ApprovedVia.REGISTRY, now=NOW)
    membership.record(Relationship.objects.get(member=member), Kind.REGISTERED, actor=member, now=NOW)
    assert [line.notes for line in lines(company)] == [[], [("등록 방법", str(ApprovedVia.REGISTRY.label))]]


@pytest.mark.parametrize("kind", Kind)
def test_every_kind_of_entry_can_be_read(client, login, workplace, kind):
    """§D5: with as little as it may hold."""
    detail = {
        Kind.MARKED: {"status": "CLOSED", "reason": "폐업"},
        Kind.DISPUTE_DECIDED: {"outcome": "KEPT", "case": 1},
        Kind.EDITED: {"changes": [["name", "가", "나"]]},
    }.get(kind, {})
    membership.record(place(Role.FULL, workplace), kind, actor=make.master_of(workplace), now=NOW, **detail)
    login(make.master_of(workplace))
    assertContains(client.get("/master/history/"), kind.label)


# --- What was edited ------------------------------------------------------------------------------------------------


def test_c6_an_edit_tells_what_changed_as_the_facts_are_read(workplace):
    """§C6: labels, units, hyphens, names for codes; before and after, empty where there was nothing."""
    BkCode.objects.create(code="B98", name_ko="헌품목", name_en="Old")
    BkCode.objects.create(code="B99", name_ko="새품목", name_en="New")
    Company.objects.filter(pk=workplace.pk).update(
        phone="0234607183", main_item=BkCode.objects.get(code="B98"), is_venture=False, opened_on=date(2001, 2, 3)
    )
    edit(
        workplace, phone="16007119", main_item=BkCode.objects.get(code="B99"), is_venture=True, annual_sales=1234567,
        opened_on=date(2002, 3, 4), company_type="SMALL", address="서울특별시", address_detail="5층", postcode="06792",
        employees=1250,
    )  # fmt: skip

    changes = {change.label: (change.before, change.after) for change in lines(workplace)[0].changes}

    assert changes == {
        "대표전화번호": ("02-3460-7183", "1600-7119"),
        "대표품목": ("B98 헌품목", "B99 새품목"),
        "벤처기업여부": ("아니오", "예"),
        "연간매출액": ("", "1,234,567백만원"),
        "개업일자": ("2001.02.03.", "2002.03.04."),
        "기업유형": ("", "중소기업"),
        "기본주소": ("", "서울특별시"),
        "상세주소": ("", "5층"),
        "우편번호": ("", "06792"),
        "종업원수": ("", "1,250명"),
    }


def test_d14_of_a_persons_name_it_says_only_that_it_changed(workplace):
    """§D14: no history holds the name."""
    edit(workplace, representative_en="Hong Gildong", name_en="Hanbit")
    line = lines(workplace)[0]
    assert (line.changes, line.unsaid) == ([Change("기업명(영문)", "", "Hanbit")], ["대표자명(영문)"])


def test_a_code_that_is_listed_no_more_is_shown_as_it_was(workplace):
    membership.record_of_company(workplace, Kind.EDITED, actor=None, now=NOW, changes=[["main_item", "X1", None]])
    assert lines(workplace)[0].changes == [Change("대표품목", "X1", "")]


# --- The page -------------------------------------------------------------------------------------------------------


def test_d5_the_page_shows_one_kind_or_all(client, login, workplace):
    """§D5: what is no kind shows all."""
    membership.join_company(make.member(name="홍길동"), workplace, now=NOW)
    edit(workplace, phone="16007119")
    login(make.master_of(workplace))

    assertContains(client.get("/master/history/"), "2건이 있습니다.")
    page = client.get("/master/history/?kind=EDITED")
    assertContains(page, "1600-7119")
    assertNotContains(page, "홍길동")
    assertContains(client.get("/master/history/?kind=CLOSED"), "이 종류의 일은 없었습니다.")
    assertContains(client.get("/master/history/?kind=NONE"), "2건이 있습니다.")


def test_d11_another_companys_history_is_not_in_it(client, login, workplace):
    """§D11."""
    membership.join_company(make.member(name="남의회원"), place(Role.MASTER, make.company()).company, now=NOW)
    login(make.master_of(workplace))
    assertNotContains(client.get("/master/history/"), "남의회원")


def test_the_history_asks_as_often_however_long_it_is(client, login, workplace):
    """§D5: fifty entries a page; the people, the codes and the former MASTERs come together."""
    master = make.master_of(workplace)
    login(master)

    def add(number: int) -> None:
        for at in range(number):
            one = membership.join_company(make.member(), workplace, now=NOW + timedelta(days=at))
            membership.record(one, Kind.MASTER_CHANGED, actor=master, now=NOW, former=one.pk)
            change = {"changes": [["main_item", "B98", f"B{at}"]]}
            membership.record_of_company(workplace, Kind.EDITED, actor=master, now=NOW, **change)

    def count() -> int:
        with CaptureQueriesContext(connection) as queries:
            client.get("/master/history/")
        return len(queries)

    add(2)
    count()
    few = count()
    add(30)
    assert count() == few <= 12
    assertContains(client.get("/master/history/"), "96건이 있습니다.")
    assertContains(client.get("/master/history/"), 'href="?page=2"')
