"""내 기업: as much as one's type may see, and leaving it, page by page."""

import re
from datetime import date

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from companies.domain import ending
from companies.domain.membership import member_type_of
from companies.domain.profile import SEARCH_SHOWS
from companies.facts import address_of, groups_of
from companies.models import FACTS, Company, CompanyFacts, RegistrationDraft, Relationship, Role
from kotra_portal.permissions import MemberType, Permission, allows
from kotra_portal.reference.models import BkCode
from tests import make
from tests.companies.registry import NOW, document, request
from tests.test_english import korean_in

pytestmark = [pytest.mark.django_db, pytest.mark.once]

WHOLE = {
    "name": "한빛전자", "name_en": "Hanbit Electronics", "representative": "한대표", "representative_en": "Han Daepyo",
    "corporate_number": "1101110062432", "opened_on": date(2001, 2, 3), "business_type": "제조업",
    "business_item": "전자부품", "company_type": "SMALL", "classification": "PROFIT", "phone": "0234607183",
    "email": "info@hanbit.example", "postcode": "06792", "address": "서울특별시 서초구 헌릉로 13",
    "address_detail": "5층", "address_en": "13 Heolleung-ro", "fax": "0234607932", "homepage": "hanbit.example",
    "trade_number": "12345678", "is_innobiz": True, "is_venture": False, "trade_kind": "BOTH",
    "annual_sales": 1234567, "annual_imports": 2345, "founded_year": 1999, "employees": 1250,
    "export_region": "EUROPE", "annual_exports": 98765, "remarks": "둘째 공장은 부산",
}  # fmt: skip
# By name of the fact, how it is read; what an associate may not see stands in the second.
OPEN_TO_ALL = {
    "name": "한빛전자", "name_en": "Hanbit Electronics", "representative": "한대표", "representative_en": "Han Daepyo",
    "business_type": "제조업", "business_item": "전자부품", "company_type": "중소기업", "main_item": "B99 가상품목",
    "trade_kind": "제조·무역", "phone": "02-3460-7183", "fax": "02-3460-7932", "email": "info@hanbit.example",
    "homepage": "hanbit.example", "address": "(06792) 서울특별시 서초구 헌릉로 13 5층", "address_en": "13 Heolleung-ro",
    "remarks": "둘째 공장은 부산",
}  # fmt: skip
INSIDE = {
    "corporate_number": "110111-0062432", "opened_on": "2001.02.03.", "founded_year": "1999년",
    "classification": "영리법인",
    "trade_number": "12345678", "is_innobiz": "예", "is_venture": "아니오", "is_foreign_invested": "",
    "annual_sales": "1,234,567백만원", "annual_imports": "2,345백만원", "employees": "1,250명", "export_region": "유럽",
    "annual_exports": "98,765천 USD",
}  # fmt: skip
LABELS = {name: str(CompanyFacts._meta.get_field(name).verbose_name) for name in FACTS} | {"address": "주소"}
COMPANY_TYPES = [MemberType.MASTER, MemberType.FULL, MemberType.ASSOCIATE]


def hanbit(**fields: object) -> Company:
    code = BkCode.objects.create(code="B99", name_ko="가상품목", name_en="Imagined product")
    return make.company(brn="1208200275", **WHOLE | {"main_item": code} | fields)


def shown_on(page) -> dict[str, str]:
    """Read the labels and values of a page's lists."""
    found = re.findall(r"<dt>(.*?)</dt><dd[^>]*>(.*?)</dd>", page.text, re.DOTALL)
    return {label: " ".join(re.sub(r"<[^>]+>", " ", value).split()) for label, value in found}


# --- What it shows --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("member_type", COMPANY_TYPES)
def test_d11_each_type_sees_as_much_as_it_may(client, login, member_type):
    """§D11, §S11: an associate what the search shows; units, hyphens, names for codes."""
    login(make.member_of_type(member_type, at=hanbit()))

    shown = shown_on(client.get("/company/"))

    for name, words in OPEN_TO_ALL.items():
        assert shown[LABELS[name]] == words
    for name, words in INSIDE.items():
        if member_type == MemberType.ASSOCIATE:
            assert LABELS[name] not in shown
        else:
            assert shown[LABELS[name]] == (words or "-")


def test_d11_the_facts_above_are_all_there_are():
    """§D11: a fact that is added later must be put where it belongs, here too."""
    assert set(OPEN_TO_ALL) | {"postcode", "address_detail"} == set(SEARCH_SHOWS)
    assert set(OPEN_TO_ALL) | set(INSIDE) | {"postcode", "address_detail"} == set(FACTS)


def test_d9_the_number_is_shown_with_its_hyphens(client, login):
    """§D9: 000-00-00000."""
    login(make.member_of_type(MemberType.FULL, at=hanbit()))
    assertContains(client.get("/company/"), "120-82-00275")


def test_s11_a_group_without_facts_is_left_out_and_an_address_is_one_line():
    """§S11: an associate's page has no empty heading."""
    headings = [group.heading for group in groups_of(Company(**WHOLE), SEARCH_SHOWS)]
    assert "규모와 수출" not in headings
    assert address_of(Company(address="서울")) == "서울"
    assert address_of(Company()) == ""


@pytest.mark.parametrize(
    ("member_type", "shown"),
    [(MemberType.MASTER, "홍길동 님(본인)"), (MemberType.FULL, "김경영 님"), (MemberType.ASSOCIATE, "김*영 님")],
)
def test_d11_it_says_who_the_master_is(client, login, member_type, shown):
    """§D11, §D24: masked for an associate."""
    workplace = hanbit()
    if member_type != MemberType.MASTER:
        make.relationship(make.member(name="김경영"), workplace, Role.MASTER)
    login(make.member_of_type(member_type, at=workplace, name="홍길동"))

    page = client.get("/company/")

    assert shown_on(page)["기업의 MASTER"] == shown
    assert ("김경영" in page.text) is (member_type == MemberType.FULL)


@pytest.mark.parametrize("member_type", COMPANY_TYPES)
def test_it_says_since_when_one_belongs(client, login, member_type):
    login(make.member_of_type(member_type))
    shown = shown_on(client.get("/company/"))
    assert shown["관계설정일"] == "2020.01.02."
    assert ("승인일" in shown) is (member_type != MemberType.ASSOCIATE)


@pytest.mark.parametrize("member_type", COMPANY_TYPES)
def test_c6_it_says_what_one_may_do(client, login, member_type):
    """§C6: by the matrix, with who may do the rest."""
    login(make.member_of_type(member_type))
    page = client.get("/company/")
    missing = [permission for permission in Permission if not allows(member_type, permission)]
    assertContains(page, "이용할 수 있음", count=len(Permission) - len(missing))
    assertContains(page, "필요한 회원유형", count=len(missing))


@pytest.mark.parametrize("member_type", COMPANY_TYPES)
def test_c4_an_associate_reads_what_is_waited_for(client, login, member_type):
    """§C4, §C5: and nobody else does."""
    login(make.member_of_type(member_type))
    waits = "MASTER의 승인을 기다리고 있습니다" in client.get("/company/").text
    assert waits is (member_type == MemberType.ASSOCIATE)


@pytest.mark.parametrize("member_type", COMPANY_TYPES)
def test_the_page_asks_as_often_whoever_and_however_many_are_there(client, login, member_type, frozen):
    workplace = hanbit()
    login(make.member_of_type(member_type, at=workplace))
    frozen()
    client.get("/company/")
    few = queries_of(client)
    for _ in range(5):
        make.member_of_type(MemberType.ASSOCIATE, at=workplace)
    assert queries_of(client) == few <= 13


def queries_of(client: Client) -> int:
    with CaptureQueriesContext(connection) as captured:
        client.get("/company/")
    return len(captured)


# --- Without a company ----------------------------------------------------------------------------------------------


def test_c1_an_individual_reads_that_there_is_none_and_how_to_come_by_one(client, login):
    """§C1: the page opens; what it shows is the rule of the row."""
    login(make.member())
    page = client.get("/company/")
    assertContains(page, "소속된 기업이 없습니다")
    assertContains(page, 'class="button" href="/company/convert/"')
    assertNotContains(page, "/company/leave/")


@pytest.mark.usefixtures("bureau")
def test_d3_an_individual_whose_request_is_open_is_led_to_it(client, login):
    """§D3, §D1: one request at a time, so no button for another."""
    member = make.member()
    case = request(member, has_paper=False)
    login(member)

    page = client.get("/company/")
    assertContains(page, f"/company/requests/{case.pk}/")
    assertContains(page, "사업자등록증을 기다리고 있습니다")
    assertNotContains(page, 'class="button" href="/company/convert/"')
    document(case)
    assertContains(client.get("/company/"), "신규등록 신청을 심사하고 있습니다")


def test_s13_an_individual_who_stopped_in_between_is_offered_to_go_on(client, login):
    """§S13: nothing typed is lost."""
    member = make.member()
    login(member)
    RegistrationDraft.objects.create(member=member, brn="1208200275", answered_at=NOW, changed_at=NOW)
    page = client.get("/company/")
    assertContains(page, "120-82-00275")
    assertContains(page, "이어서 하기")


def test_d11_what_ended_is_seen_no_more(client, login):
    """§D11: neither does a former member see the company, nor a company its former member's page."""
    workplace = hanbit()
    member = make.member_of_type(MemberType.FULL, at=workplace)
    ending.leave_company(member, now=NOW)
    login(member)
    assertNotContains(client.get("/company/"), "한빛전자")


# --- Leaving --------------------------------------------------------------------------------------------------------


def leave(client: Client):
    """Press the button of the page as it is."""
    return client.post("/company/leave/", {"as_seen": client.get("/company/leave/").context["as_seen"]}, follow=True)


@pytest.mark.parametrize("member_type", [MemberType.FULL, MemberType.ASSOCIATE])
def test_d5_a_member_leaves_after_reading_what_it_means(client, login, member_type):
    """§D5, §D1: 개인회원 at once; joining again starts as 준회원; the points stay with the company (§D17)."""
    workplace = hanbit()
    member = make.member_of_type(member_type, at=workplace)
    login(member)

    page = client.get("/company/leave/")
    for words in ("바로 개인회원이 됩니다", "기타 서비스 신청", "기업에 남습니다", "준회원부터 시작"):
        assertContains(page, words)
    assert ("서비스 마일리지 이용" in page.text) is (member_type == MemberType.FULL)
    assertNotContains(page, "등록도 함께 끝납니다")

    left = leave(client)

    assertRedirects(left, "/company/")
    assertContains(left, "‘한빛전자’에서 나왔습니다.")
    assert member_type_of(member) == MemberType.INDIVIDUAL
    workplace.refresh_from_db()
    assert workplace.closed_at is None


def test_d2_a_master_alone_closes_the_company_by_leaving(client, login):
    """§D2: the number is free again; the page says so first, on the button too."""
    workplace = hanbit()
    member = make.member_of_type(MemberType.MASTER, at=workplace)
    login(member)

    page = client.get("/company/leave/")
    assertContains(page, "기업의 등록도 함께 끝납니다")
    assertContains(page, "120-82-00275")
    assertContains(page, "마일리지는 이어지지 않습니다")
    assertContains(page, "등록을 끝내고 나가기")

    left = leave(client)

    assertContains(left, "‘한빛전자’의 등록을 끝내고 나왔습니다.")
    workplace.refresh_from_db()
    assert workplace.closed_at is not None
    assert member_type_of(member) == MemberType.INDIVIDUAL


def test_d2_a_master_with_others_reads_why_not_and_the_way_out(client, login):
    """§D2: how many others there are, and who helps until MASTER can be handed over here."""
    workplace = hanbit()
    member = make.member_of_type(MemberType.MASTER, at=workplace)
    for member_type in (MemberType.FULL, MemberType.ASSOCIATE):
        make.member_of_type(member_type, at=workplace)
    login(member)

    page = client.get("/company/leave/")

    assertContains(page, "다른 회원이 2명 있습니다")
    assertContains(page, "02-3460-7183~4")
    assertNotContains(page, '<form method="post" action="/company/leave/">')


def test_d2_a_master_with_others_is_refused_however_asked(client, login):
    """§D2: whoever joined while the page was open counts."""
    workplace = hanbit()
    member = make.member_of_type(MemberType.MASTER, at=workplace)
    login(member)
    as_seen = client.get("/company/leave/").context["as_seen"]
    make.member_of_type(MemberType.ASSOCIATE, at=workplace)

    page = client.post("/company/leave/", {"as_seen": as_seen}, follow=True)

    assertRedirects(page, "/company/leave/")
    assertContains(page, "MASTER는 나갈 수 없습니다")
    assert member_type_of(member) == MemberType.MASTER


@pytest.mark.parametrize("as_seen", [None, "", "1 FULL", "x" * 5000, "\0"])
def test_d5_an_old_page_ends_no_other_relationship(client, login, as_seen):
    """§D5: what was confirmed is what is ended: not another company's, nor a role that means more."""
    member = make.member_of_type(MemberType.ASSOCIATE)
    login(member)

    page = client.post("/company/leave/", {} if as_seen is None else {"as_seen": as_seen}, follow=True)

    assertContains(page, "그사이 소속 기업이나 회원유형이 바뀌었습니다.")
    assert member_type_of(member) == MemberType.ASSOCIATE


def test_d5_the_page_of_the_company_of_before_does_not_leave_the_next_one(client, login):
    """§D5: two tabs."""
    member = make.member_of_type(MemberType.ASSOCIATE)
    login(member)
    as_seen = client.get("/company/leave/").context["as_seen"]
    leave(client)
    make.relationship(member, make.company(), Role.ASSOCIATE)

    client.post("/company/leave/", {"as_seen": as_seen})

    assert member_type_of(member) == MemberType.ASSOCIATE


def test_d5_a_second_press_is_told_that_it_is_over(client, login):
    """§D5: and changes nothing."""
    member = make.member_of_type(MemberType.FULL)
    login(member)
    as_seen = client.get("/company/leave/").context["as_seen"]
    leave(client)
    before = Relationship.objects.filter(member=member).values().get()

    page = client.post("/company/leave/", {"as_seen": as_seen}, follow=True)

    assertRedirects(page, "/company/")
    assertContains(page, "이미 해지된 관계입니다.")
    assert Relationship.objects.filter(member=member).values().get() == before


def test_an_individual_has_nothing_to_leave(client, login):
    login(make.member())
    assertRedirects(client.get("/company/leave/"), "/company/")


# --- In English -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("member_type", COMPANY_TYPES)
def test_d22_leaving_reads_english(client, login, member_type):
    """§D22: what it means, what it says when an old page is sent, and afterwards."""
    login(make.member_of_type(member_type, name="Kim Suchul", language="en"))
    refused = client.post("/company/leave/", {"as_seen": "0"}, follow=True)
    pages = [client.get("/company/leave/"), refused, leave(client)]
    assert [korean_in(page.text) for page in pages] == [[]] * 3


def test_d22_a_master_who_stays_reads_english(client, login):
    """§D22, §D2: also when asked for by hand."""
    workplace = make.company()
    login(make.member_of_type(MemberType.MASTER, at=workplace, name="Kim Suchul", language="en"))
    make.member_of_type(MemberType.ASSOCIATE, at=workplace)
    pages = [client.get("/company/leave/"), leave(client)]
    assert [korean_in(page.text) for page in pages] == [[]] * 2
