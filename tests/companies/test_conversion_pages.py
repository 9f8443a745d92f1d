"""기업회원 전환신청 over HTTP: the search, the rows, the company, the one button (§T1–§T4)."""

import re
from datetime import timedelta
from urllib.parse import quote

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from accounts.domain.limits import Limit
from accounts.models import User
from companies.domain import company_search, registration_draft
from companies.domain.company_search import NAME_SEARCHES
from companies.models import Bar, BusinessStatus, Company, RegistrationDraft, Relationship
from kotra_portal.permissions import MemberType
from kotra_portal.reference.models import BkCode
from tests import make
from tests.companies.firm import registered
from tests.companies.registry import FACTS, draft, request
from tests.companies.test_company_page import INSIDE, LABELS, OPEN_TO_ALL, WHOLE, shown_on
from tests.test_english import korean_in

pytestmark = [pytest.mark.django_db, pytest.mark.once, pytest.mark.usefixtures("bureau")]

PAGE, RELATE = "/company/convert/", "/company/convert/relate/"
RELATED = [MemberType.MASTER, MemberType.FULL, MemberType.ASSOCIATE]
SOLE = "1201500026"


@pytest.fixture
def member(login) -> User:
    """A 개인회원 who is logged in."""
    person = make.member(name="홍길동")
    login(person)
    return person


@pytest.fixture
def company() -> Company:
    """A registered company with a MASTER, of which everything is known."""
    code = BkCode.objects.create(code="B99", name_ko="가상품목", name_en="Imagined product")
    company = make.company(brn="1208200275", **WHOLE | {"main_item": code, "name": "(주)한빛전자"})
    make.master_of(company)
    return company


def look(client: Client, q: str, **more: object):
    return client.get(PAGE, {"q": q} | more)


def choose(client: Client, q: str, company: Company):
    return look(client, q, choose=1, company=company.pk)


def main_of(page) -> str:
    return page.text.split('<main id="main-content"')[1].split("</main>")[0]


# --- The entry ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("member_type", MemberType)
def test_t1_the_entry_stands_at_the_top_for_individuals(client, login, member_type):
    """§T1: for those who are not company members."""
    login(make.member_of_type(member_type))
    entry = f'<a href="{PAGE}">기업회원전환신청</a>' in client.get("/").text
    assert entry is (member_type == MemberType.INDIVIDUAL)


@pytest.mark.parametrize("path", [PAGE, f"{PAGE}?q=한빛", f"{PAGE}?q=한빛&company=1"])
@pytest.mark.parametrize("member_type", RELATED)
def test_t1_who_belongs_to_a_company_is_told_so(client, login, member_type, path):
    """§T1, §D1: with the way to 내 기업; nothing is searched."""
    login(make.member_of_type(member_type, at=make.company("새빛", brn="1208200275")))

    page = client.get(path)

    assertContains(page, "이미 기업회원입니다")
    assertContains(page, "새빛")
    assertContains(page, 'href="/company/"')
    assertNotContains(page, 'name="q"')


def test_t1_before_logging_in_the_log_in_is_asked_for(client):
    """§T1: and one comes back, with what one searched."""
    response = client.get(f"{PAGE}?q=abc")
    assertRedirects(response, f"/login/?next={quote(PAGE, safe='')}%3Fq%3Dabc")


def test_t1_what_is_on_its_way_is_shown(client, member):
    """§D3, §S13: an open request, an unfinished registration."""
    case = request(member, "1208200275")
    draft(member, "2208162517")
    page = client.get(PAGE)
    assertContains(page, f"/company/requests/{case.pk}/")
    assertContains(page, "작성하던 기업정보가 있습니다")


# --- The search -----------------------------------------------------------------------------------------------------


def test_t2_the_rows_show_number_name_representative_and_business(client, member, company):
    """§T2: five things, and a radio with the name for its label; nothing is chosen among several."""
    make.company("한빛무역", representative="박민국", business_type="도매업", business_item="섬유")

    page = look(client, "한빛")

    assert re.findall(r'type="radio" name="company" value="(\d+)"', page.text) == [
        str(found.pk) for found in Company.objects.order_by("search_name")
    ]
    for words in ("120-82-00275", "(주)한빛전자", WHOLE["representative"], WHOLE["business_type"], "박민국", "섬유"):
        assertContains(page, words)
    assertContains(page, f'<label for="company-{company.pk}">(주)한빛전자</label>', html=True)
    assertContains(page, "등록된 기업 2곳을 찾았습니다")
    assert " checked" not in main_of(page)
    assertContains(page, 'value="한빛"')


def test_t2_the_only_row_is_chosen_already(client, member, company):
    """§T2: one press less."""
    assert main_of(look(client, "120-82-00275")).count(" checked") == 1


def test_d11_of_a_person_the_number_is_masked_unless_it_was_typed(client, member):
    """§D11: in the rows and with the company's data; the radio tells nothing either."""
    person = make.company("한빛상회", brn=SOLE)
    for page in (look(client, "한빛"), choose(client, "한빛", person)):
        assertContains(page, "120-15-*****")
        assertNotContains(page, SOLE)
        assertNotContains(page, "120-15-00026")
    assertContains(choose(client, SOLE, person), "120-15-00026")


@pytest.mark.parametrize(
    "q", ["", " ", "한", "%%", "㈜", "12345", "120-82-0027", "120-82-00276", "가" * 101, "한\u200b빛", "\0"]
)
def test_t2_what_cannot_be_looked_for_is_said_beside_the_field(client, member, q):
    """§T2: what was typed stays."""
    page = look(client, q)
    assert page.status_code == 200
    assertContains(page, 'class="field-error" id="id_q_error"')
    assertNotContains(page, 'type="radio"')


def test_d9_digits_that_are_no_number_are_told_how_many_it_has(client, member):
    """§D9: alone, or beside the companies whose names begin with them."""
    assertContains(look(client, "12345"), "사업자등록번호는 숫자 10자리입니다.")
    make.company("12345 산업")
    page = look(client, "12345")
    assertContains(page, 'type="radio"', count=1)
    assertContains(page, "사업자등록번호로 찾으려면 숫자 10자리를 모두 입력해 주세요.")


def test_t2_the_limit_is_said_beside_the_field(client, member, company, frozen):
    """§T2: and how long to wait."""
    frozen()
    for _number in range(NAME_SEARCHES.times):
        look(client, "한빛")
    page = look(client, "한빛")
    assertContains(page, "10분 뒤에 다시 시도해 주세요.")
    assertNotContains(page, 'type="radio"')


def test_t2_more_than_fit_are_told_of(client, member):
    """§T2."""
    for _number in range(21):
        make.company("한빛전자")
    assertContains(look(client, "한빛"), "앞의 20곳만 보여 드립니다. 기업명을 더 자세히 입력하거나")


def test_the_search_asks_as_often_however_many_it_finds(client, member, company):
    look(client, "한빛")
    few = queries_of(client, f"{PAGE}?q=한빛")
    for _number in range(15):
        make.company("한빛무역")
    assert queries_of(client, f"{PAGE}?q=한빛") == few <= 16


def queries_of(client: Client, path: str) -> int:
    with CaptureQueriesContext(connection) as captured:
        client.get(path)
    return len(captured)


# --- Not registered -------------------------------------------------------------------------------------------------


def test_t4_a_number_that_is_not_registered_goes_on_to_the_registry(client, member, bureau):
    """§T4, §T5: on a press of the button only; then 기업 등록 has what the registry says."""
    brn = bureau.knows()
    page = look(client, brn)
    assertContains(page, "신규등록 대상입니다")
    assertContains(page, 'action="/company/register/search/"')
    assertContains(page, f'name="brn" value="{brn}"')
    assert (bureau.asked, RegistrationDraft.objects.count()) == ([], 0)

    done = client.post("/company/register/search/", {"brn": brn}, follow=True)

    assertRedirects(done, "/company/register/")
    assertContains(done, FACTS["name"])
    assertContains(done, "MASTER로 등록하기")


def test_d8_of_a_number_that_staff_alone_register_nothing_quicker_is_promised(client, member, bureau):
    """§D8: the search says beforehand what 기업 등록 says next."""
    company, _master = registered(bureau)
    quick, checked = "KISLINE에서 조회되면 바로 등록할 수 있습니다.", "고객지원팀이 먼저 사업자등록증을 확인합니다."
    Company.objects.update(closed_at=timezone.now())
    page = look(client, company.brn)
    assert (quick in page.text, checked in page.text) == (True, False)

    Company.objects.update(business_status=BusinessStatus.SUSPENDED)

    page = look(client, company.brn)
    assert (quick in page.text, checked in page.text) == (False, True)


def test_s13_what_was_begun_of_another_number_is_spoken_of_first(client, member):
    """§S13: going on may drop it."""
    draft(member, "2208162517")
    page = look(client, "1208200275")
    assertContains(page, "다른 번호로 계속하면 그 내용은 지워질 수 있습니다.")
    assertContains(page, 'href="/company/register/"')


@pytest.mark.parametrize("q", ["없는기업", "한빛"])
def test_t4_a_name_leads_to_registering_as_well(client, member, company, q):
    """§T4: found or not, the right company may be missing."""
    page = look(client, q)
    assertContains(page, "찾는 기업이 없습니다" if q == "없는기업" else "찾는 기업이 없나요?")
    assert 'href="/company/register/">신규등록하기</a>' in main_of(page)


# --- The chosen company ---------------------------------------------------------------------------------------------


def test_t2_the_chosen_company_shows_what_the_search_shows_and_no_more(client, member, company):
    """§T2, §D11: also 품목, 주소(영문), 비고; nothing that is the company's own business."""
    page = choose(client, "한빛", company)
    shown = shown_on(page)

    assert {LABELS[name]: shown[LABELS[name]] for name in OPEN_TO_ALL if name != "name"} == {
        LABELS[name]: words or "-" for name, words in OPEN_TO_ALL.items() if name != "name"
    }
    assert not set(shown) & {LABELS[name] for name in INSIDE}
    assertContains(page, "준회원으로 관계설정 신청하기")
    assertContains(page, f'href="{PAGE}?q={quote("한빛")}"')


def test_t2_pressing_without_choosing_says_so(client, member, company):
    """§T2: the rows are there again."""
    make.company("한빛무역")
    page = look(client, "한빛", choose=1)
    assertContains(page, "검색한 기업 가운데 하나를 골라 주세요.")
    assert page.text.count('type="radio"') == 2


@pytest.mark.parametrize("chosen", ["0", "-1", "abc", "9" * 30, "９", "", "999999"])
def test_t2_a_row_that_the_search_does_not_have_is_not_shown(client, member, company, chosen):
    """§T2, §D11: whatever the address says."""
    other = make.company("새빛")
    for key in (chosen, str(other.pk)):
        page = look(client, "한빛", choose="1", company=key)
        assertContains(page, "검색한 기업 가운데 하나를 골라 주세요.")
        assertNotContains(page, "새빛")


def test_d1_an_open_request_is_spoken_of_before_joining(client, member, company):
    """§D1: joining withdraws it."""
    request(member)
    assertContains(choose(client, "한빛", company), "심사 중인 신규등록 신청은 취소됩니다")


# --- The button -----------------------------------------------------------------------------------------------------


def test_t3_the_button_makes_an_associate_and_a_second_press_changes_nothing(client, member, company):
    """§T3: and says what comes next."""
    form = {"company": company.pk, "q": "한빛"}
    done = client.post(RELATE, form, follow=True)
    again = client.post(RELATE, form, follow=True)

    assertRedirects(done, "/company/")
    assertContains(done, "‘(주)한빛전자’의 준회원이 되었습니다. MASTER의 승인을 기다립니다.")
    assertRedirects(again, "/company/")
    assertNotContains(again, "notice-danger")
    assert Relationship.objects.get(member=member).role == "ASSOCIATE"


@pytest.mark.parametrize("member_type", RELATED)
def test_d1_who_is_related_elsewhere_is_refused(client, login, company, member_type):
    """§D1: an old page's button."""
    person = make.member_of_type(member_type)
    login(person)
    page = client.post(RELATE, {"company": company.pk, "q": "한빛"}, follow=True)
    assertContains(page, "이미 소속된 기업이 있습니다.")
    assertContains(page, "이미 기업회원입니다")
    assert not Relationship.objects.filter(member=person, company=company).exists()


def test_d1_a_barred_member_is_refused_and_comes_back_to_the_search(client, member, company):
    """§D1."""
    Bar.objects.create(company=company, member=member, barred_at=timezone.now(), barred_by=make.master_of(company))
    page = client.post(RELATE, {"company": company.pk, "q": "한빛"}, follow=True)
    assertContains(page, "관계설정을 막아 두었습니다")
    assertContains(page, 'value="한빛"')
    assert not Relationship.objects.filter(member=member).exists()


def test_d1_the_sixth_start_of_a_day_is_refused(client, member, company):
    """§D1."""
    now = timezone.now()
    for _number in range(5):
        make.relationship(member, company, "ASSOCIATE", started_at=now, ended_at=now)
    page = client.post(RELATE, {"company": company.pk, "q": "한빛"}, follow=True)
    assertContains(page, "하루에 다섯 번까지")


def test_d2_a_company_that_closed_meanwhile_is_refused(client, member, company):
    """§D2: the race was lost; the search shows how things stand."""
    Company.objects.update(closed_at=timezone.now())
    page = client.post(RELATE, {"company": company.pk, "q": "한빛"}, follow=True)
    assertContains(page, "고른 기업이 검색 결과에 없습니다.")
    assertContains(page, "찾는 기업이 없습니다")


@pytest.mark.parametrize("chosen", ["0", "-1", "abc", "9" * 30, "", "999999"])
def test_a_company_that_does_not_exist_is_searched_for_again(client, member, chosen):
    """§T2."""
    page = client.post(RELATE, {"company": chosen, "q": "한빛"}, follow=True)
    assertRedirects(page, f"{PAGE}?q=%ED%95%9C%EB%B9%9B")
    assertContains(page, "기업을 다시 검색해 주세요")
    assert not Relationship.objects.filter(member=member).exists()


@pytest.mark.parametrize("typed", [{}, {"q": "새빛"}, {"q": "한빛" * 500}], ids=["nothing", "another", "long"])
def test_t2_nobody_joins_a_company_by_its_key_alone(client, member, company, typed):
    """§T2: the button of a page that this search did not show."""
    page = client.post(RELATE, {"company": company.pk} | typed, follow=True)
    assertContains(page, "기업을 다시 검색해 주세요")
    assert not Relationship.objects.filter(member=member).exists()


def test_t2_a_second_press_leads_on_though_the_searches_are_used_up(client, member, company, monkeypatch):
    """§T2, §T3: the first one did it."""
    monkeypatch.setattr(company_search, "NAME_SEARCHES", Limit("one", 1, timedelta(minutes=10)))
    form = {"company": company.pk, "q": "한빛"}
    assertRedirects(client.post(RELATE, form), "/company/", fetch_redirect_response=False)
    assertRedirects(client.post(RELATE, form), "/company/", fetch_redirect_response=False)


def test_the_address_of_the_button_leads_to_its_page(client, member):
    assertRedirects(client.get(RELATE), PAGE)


def test_a_long_search_fits_the_way_back(client, member, company):
    Company.objects.update(closed_at=timezone.now())
    response = client.post(RELATE, {"company": company.pk, "q": "가" * 5000})
    assert (response.status_code, len(response.url) < 2000) == (302, True)


@pytest.mark.parametrize("method", ["get", "post"])
def test_staff_are_sent_to_their_desk(client, login, method):
    """§D3: staff accounts are not members."""
    login(make.staff())
    assert [getattr(client, method)(path).url for path in (PAGE, RELATE)] == ["/admin/"] * 2


# --- In English -----------------------------------------------------------------------------------------------------


def test_d22_every_page_of_it_reads_english(client, login):
    """§D22."""
    person = make.member(name="Kim Suchul", language="en")
    login(person)
    company = make.company("Hanbit Trading", brn="1208200275", representative="Han")
    make.master_of(company)

    pages = [
        client.get(PAGE),
        look(client, "Hanbit"),
        look(client, "nothing"),
        look(client, "x"),
        look(client, "123456789"),
    ]
    pages += [look(client, "Hanbit", choose=1), choose(client, "Hanbit", company), look(client, "2208162517")]
    draft(person, "2208162517")
    pages += [client.get(PAGE), look(client, "120-81-47521"), look(client, "1208200275")]
    for _number in range(21):
        make.company("Hanbit Trading")
    pages.append(look(client, "Hanbit"))
    pages.append(client.post(RELATE, {"company": company.pk}, follow=True))
    pages.append(client.post(RELATE, {"company": company.pk, "q": company.brn}, follow=True))
    pages.append(client.get(PAGE))

    assert [korean_in(page.text) for page in pages] == [[]] * len(pages)
    assert registration_draft.draft_of(person) is not None
