"""마이KOTRA: who I am, what waits for me, what I may do."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from accounts.models import Door, User
from companies.models import CaseState, RegistrationDraft, Role
from kotra_portal.permissions import MATRIX, MemberType, Permission, allows
from tests import make, walk
from tests.companies.registry import NOW, request
from tests.companies.test_cases import put

pytestmark = [pytest.mark.django_db, pytest.mark.once, pytest.mark.usefixtures("bureau")]

COMPANY_TYPES = [MemberType.MASTER, MemberType.FULL, MemberType.ASSOCIATE]
BRN = "1208200275"


def test_it_says_who_i_am(client, login):
    login(make.member("individual1", name="홍길동"))
    page = client.get("/my/")
    assertContains(page, "홍길동 님")
    assertContains(page, "individual1")
    assertContains(page, '<span class="badge badge-navy">개인회원</span>', html=True)


@pytest.mark.parametrize("path", ["/", "/my/"])
def test_where_services_are_named_it_says_that_they_open_later(client, login, path):
    login(make.member())
    assertContains(client.get(path), "서비스 신청 화면은 포털의 다음 업데이트부터 차례로 열립니다.")


@pytest.mark.parametrize("member_type", COMPANY_TYPES)
def test_to_members_of_a_company_it_says_that_its_pages_open_later_too(client, login, member_type):
    login(make.member_of_type(member_type))
    for path in ("/my/", "/company/"):
        assertContains(client.get(path), "서비스 신청과 마일리지 이용 화면은 포털의 다음 업데이트부터")


@pytest.mark.parametrize("member_type", MemberType)
def test_c6_it_says_what_i_may_do_and_what_the_rest_needs(client, login, member_type):
    """§C6, §D24: open services as such, the others with the types that have them."""
    login(make.member_of_type(member_type))
    page = client.get("/my/")
    missing = [permission for permission in Permission if not allows(member_type, permission)]
    assertContains(page, "이용할 수 있음", count=len(Permission) - len(missing))
    assertContains(page, "필요한 회원유형", count=len(missing))


def test_d14_an_unconfirmed_address_waits_with_a_way_to_get_the_mail_again(client, login):
    """§D14: an e-mail address is confirmed by a link."""
    login(make.member("member1", email_confirmed_at=None))
    page = client.get("/my/")
    assertContains(page, "이메일 주소를 확인해 주세요")
    assertContains(page, "member1@example.com")
    assertContains(page, f'action="{reverse("resend_confirmation")}"')


def test_nothing_waits_once_the_address_is_confirmed(client, login):
    login(make.member())
    assertNotContains(client.get("/my/"), "확인이 필요한 일")


def test_it_leads_to_my_data_and_my_password(client, login):
    login(make.member())
    page = client.get("/my/")
    assertContains(page, f'href="{reverse("profile")}"')
    assertContains(page, f'href="{reverse("password")}"')
    assertContains(page, f'href="{reverse("interests")}"')


def test_whoever_is_not_logged_in_logs_in_first(client):
    assertRedirects(client.get("/my/"), "/login/?next=%2Fmy%2F", fetch_redirect_response=False)
    assertContains(client.get("/login/?next=%2Fmy%2F"), "로그인이 필요한 화면입니다.")
    assertNotContains(client.get("/login/"), "로그인이 필요한 화면입니다.")


# --- My company, and what is on its way to one ----------------------------------------------------------------------


def unfinished(member: User) -> RegistrationDraft:
    return RegistrationDraft.objects.create(member=member, brn=BRN, answered_at=NOW, changed_at=NOW)


@pytest.mark.parametrize("member_type", COMPANY_TYPES)
def test_c2_it_shows_my_company_and_since_when(client, login, member_type):
    """§C2: with the type, and the way to the company's page."""
    login(make.member_of_type(member_type, at=make.company("한빛전자", brn=BRN)))
    page = client.get("/my/")
    for words in (
        "한빛전자",
        "120-82-00275",
        f"{member_type.label} (2020.01.02.부터 소속)",
        f'href="{reverse("company")}"',
    ):
        assertContains(page, words)
    assertNotContains(page, reverse("register_company"))


def test_c1_an_individual_reads_how_to_come_by_a_company(client, login):
    """§C1: no box asks for anything while nothing is open."""
    login(make.member())
    page = client.get("/my/")
    assertContains(page, "소속된 기업이 없는 개인회원입니다.")
    assertContains(page, "기업회원 전환신청하기")
    assertNotContains(page, "확인이 필요한 일")


@pytest.mark.parametrize("member_type", MemberType)
def test_c4_only_an_associate_waits_for_the_masters_approval(client, login, member_type):
    """§C4: with the MASTER's name masked (§D11)."""
    workplace = make.company("한빛전자")
    if member_type in {MemberType.FULL, MemberType.ASSOCIATE}:
        make.relationship(make.member(name="김경영"), workplace, Role.MASTER)
    login(make.member_of_type(member_type, at=workplace))

    page = client.get("/my/")

    waits = member_type == MemberType.ASSOCIATE
    assert ("MASTER의 승인을 기다리고 있습니다" in page.text) is waits
    assert ("MASTER 김*영 님이 승인하면" in page.text) is waits
    assertNotContains(page, "김경영")


@pytest.mark.parametrize("state", CaseState)
def test_d3_a_request_is_shown_with_its_state_and_link(client, login, frozen, state):
    """§D3: as long as it is open it waits at the top; afterwards a line says how it ended."""
    frozen(NOW + timedelta(days=14))
    member = make.member()
    case = put(request(member, BRN), state)
    login(member)

    page = client.get("/my/")

    is_open = state in {CaseState.RECEIVED, CaseState.CORRECTION}
    assertContains(page, reverse("registration_request", args=[case.pk]))
    assertContains(page, CaseState(state).label)
    assert ("확인이 필요한 일" in page.text) is is_open
    assert ("기업회원 전환신청하기" in page.text) is not is_open
    assert (case.reason in page.text) is (state == CaseState.CORRECTION)


@pytest.mark.parametrize("days", [13, 14])
@pytest.mark.parametrize("member_type", [MemberType.INDIVIDUAL, MemberType.MASTER])
@pytest.mark.parametrize(
    ("state", "words"),
    [
        (CaseState.APPROVED, "신규등록 신청이 승인되었습니다"),
        (CaseState.REJECTED, "신규등록 신청이 반려되었습니다"),
        (CaseState.SETTLED, "신규등록을 신청한 기업의 준회원이 되었습니다"),
        (CaseState.WITHDRAWN, "접수번호 {number})이 끝났습니다."),
    ],
)
def test_d3_what_was_decided_lately_is_news_for_two_weeks(client, login, frozen, state, words, member_type, days):
    """§D3: with its reason, whatever the member is by now; what one withdrew is no news."""
    member = make.member()
    case = put(request(member, BRN), state)
    if member_type == MemberType.MASTER:
        make.relationship(member, make.company(), Role.MASTER)
    frozen(NOW + timedelta(days=days))
    login(member)

    page = client.get("/my/")

    is_news = state != CaseState.WITHDRAWN and days < 14
    assert (words.format(number=case.pk) in page.text) is is_news
    assert (case.reason in page.text) is is_news


def test_d3_what_was_sent_back_stands_first(client, login):
    """§D3: it is the applicant's turn, and nobody else can do it."""
    member = make.member(email_confirmed_at=None)
    case = put(request(member, BRN), CaseState.CORRECTION)
    login(member)

    waiting = client.get("/my/").text.split('id="waiting"')[1].split("</section>")[0]

    assert 0 < waiting.index("보완이 필요합니다") < waiting.index("이메일 주소를 확인해 주세요")
    assert waiting.count("보완이 필요합니다") == 1
    assert f'href="/company/requests/{case.pk}/correct/">보완하러 가기' in waiting


def test_s13_an_unfinished_registration_can_be_gone_on_with(client, login):
    """§S13: nothing typed is lost."""
    member = make.member()
    unfinished(member)
    login(member)
    page = client.get("/my/")
    assertContains(page, "120-82-00275")
    assertContains(page, f'href="{reverse("register_company")}">이어서 하기</a>')


def test_the_page_asks_as_often_whatever_waits(client, login):
    member = make.member()
    login(member)
    client.get("/my/")
    few = queries_of(client)
    for _ in range(3):
        put(request(member), CaseState.REJECTED)
    request(member)
    unfinished(member)
    assert queries_of(client) == few <= 9


def queries_of(client: Client) -> int:
    with CaptureQueriesContext(connection) as captured:
        client.get("/my/")
    return len(captured)


# --- The header -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("visitor", ["anonymous", *MemberType, "staff"])
def test_t1_converting_stands_at_the_top_for_those_who_are_no_company_members(client, login, visitor):
    """§T1: after logging in, on every page."""
    if visitor == "staff":
        login(make.staff())
    elif visitor != "anonymous":
        login(make.member_of_type(visitor))

    header = client.get("/guide/faq/").text.split("</header>")[0]

    assert ('<a href="/company/convert/">기업회원전환신청</a>' in header) is (visitor == MemberType.INDIVIDUAL)


@pytest.mark.parametrize("visitor", ["anonymous", *MemberType])
def test_s2_the_third_door_leads_to_the_conversion(client, login, visitor):
    """§S2, §T1: after log-in where there is none; whoever belongs to a company needs none."""
    if visitor != "anonymous":
        login(make.member_of_type(visitor))
    page = client.get("/signup/").text.split('id="main-content"')[1]
    assert ('href="/login/?next=/company/convert/"' in page) is (visitor == "anonymous")
    assert ('href="/company/convert/"' in page) is (visitor == MemberType.INDIVIDUAL)


# --- 가입완료 -------------------------------------------------------------------------------------------------------


def signed_up(client: Client, door: Door = Door.COMPANY) -> User:
    """Sign up through a door in this browser, as far as the account."""
    walk.to_details(client, door=door)
    client.post("/signup/details/", walk.DETAILS)
    return User.objects.get(username=walk.DETAILS["username"])


def test_s14_the_last_page_is_for_members(client):
    """§S14: a visitor is asked to log in."""
    assert client.get("/signup/done/").url == "/login/?next=%2Fsignup%2Fdone%2F"


def test_s14_whoever_only_logged_in_is_not_congratulated(client, login):
    """§S14: the end of signing up is for whoever signed up in this browser."""
    login(make.member())
    assert client.get("/signup/done/").url == "/my/"


@pytest.mark.parametrize(
    ("role", "words"),
    [
        (Role.ASSOCIATE, "준회원: ‘한빛전자’의 MASTER 승인을 기다립니다"),
        (Role.FULL, "정회원: ‘한빛전자’의 MASTER가 승인했습니다"),
        (Role.MASTER, "MASTER: ‘한빛전자’ 기업을 등록했습니다"),
    ],
)
def test_s14_it_says_what_a_member_of_a_company_is_now(client, role, words):
    """§S14, §C6: and what is open meanwhile, by the matrix."""
    workplace = make.company("한빛전자")
    if role != Role.MASTER:
        make.master_of(workplace)
    make.relationship(signed_up(client), workplace, role)

    page = client.get("/signup/done/")

    assertContains(page, words)
    assertNotContains(page, "기업정보 이어서 입력하기")
    for row, holders in MATRIX:
        for permission in row:
            assert (permission in page.context["open"]) is (MemberType(role) in holders)


def test_s14_it_tells_of_the_request_that_was_sent(client):
    """§S14, §D3: 개인회원 until staff decide; with the number, and the way to the request."""
    case = request(signed_up(client), BRN)
    page = client.get("/signup/done/")
    assertContains(page, f"개인회원: 신규등록 신청을 접수했습니다 (접수번호 {case.pk})")
    assertContains(page, reverse("registration_request", args=[case.pk]))
    assertContains(page, "보통 영업일 2~3일")


@pytest.mark.parametrize("typed", [False, True])
@pytest.mark.parametrize("door", Door)
def test_s13_whoever_stopped_at_the_company_door_is_offered_to_go_on(client, door, typed):
    """§S13: whether or not something was typed; through the other door nothing is missing, unless it was begun."""
    member = signed_up(client, door)
    if typed:
        unfinished(member)

    page = client.get("/signup/done/")

    assertContains(page, "개인회원: KOTRA 회원이 되었습니다")
    offered = f'href="{reverse("signup_company")}">기업정보 이어서 입력하기</a>' in page.text
    assert offered is (door == Door.COMPANY or typed)


def test_s14_it_says_the_id_and_the_mail_masked(client):
    """§S14: and that the mail waits to be confirmed."""
    signed_up(client)
    page = client.get("/signup/done/")
    for words in ("export2026", "su***@naver.com", "온라인상담", "설명회 신청", "확인 메일을 보냈습니다"):
        assertContains(page, words)
    assertNotContains(page, "suchul@naver.com")
