"""신규등록 신청: its applicant sees how it stands, and takes it back; nobody else sees it."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from accounts.models import User
from companies.domain import membership
from companies.models import OPEN_STATES, Case, CaseEvent, CaseState, RegistrationRequest
from kotra_portal.permissions import MemberType
from kotra_portal.reference.models import BkCode
from tests import make
from tests.companies.registry import NOW, TYPED, document, request
from tests.companies.test_cases import put
from tests.companies.test_company_page import INSIDE, LABELS, OPEN_TO_ALL, WHOLE, shown_on
from tests.test_english import korean_in

pytestmark = [pytest.mark.django_db, pytest.mark.once, pytest.mark.usefixtures("bureau")]

BRN = "1208200275"
VERBS = ["", "withdraw/"]


@pytest.fixture
def applicant(login) -> User:
    """A member who asked for a registration and is logged in."""
    member = make.member(name="홍길동")
    login(member)
    return member


def path_of(case: Case, verb: str = "") -> str:
    return f"/company/requests/{case.pk}/{verb}"


# --- Whose it is ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("member_type", MemberType)
def test_d11_somebody_elses_request_is_as_one_that_does_not_exist(client, login, frozen, member_type, method, verb):
    """§D11: 404 with the same body, whatever the member's type and also to the MASTER of that very number."""
    frozen()  # the time left stands on the page
    case = request(make.member(), BRN)
    member = make.member_of_type(member_type, at=make.company(brn=BRN))
    login(member)

    foreign = getattr(client, method)(path_of(case, verb))
    missing = getattr(client, method)(f"/company/requests/{case.pk + 1}/{verb}")

    if (method, verb) == ("post", ""):
        assert (foreign.status_code, missing.status_code) == (405, 405)
    else:
        assert (foreign.status_code, missing.status_code) == (404, 404)
        assert without_tokens(foreign, case.pk) == without_tokens(missing, case.pk + 1)
    assert Case.objects.get().state == CaseState.RECEIVED


def without_tokens(page, number: int) -> str:
    """Leave out of a page what differs by request: the form's token, and the number that was asked for."""
    return page.text.replace(str(page.context["csrf_token"]), "").replace(f"/requests/{number}/", "/requests/N/")


@pytest.mark.parametrize("member_type", [MemberType.MASTER, MemberType.FULL, MemberType.ASSOCIATE])
def test_d3_the_applicant_still_sees_it_whatever_became_of_them(client, applicant, member_type):
    """§D3: the request is the person's."""
    case = put(request(applicant), CaseState.APPROVED)
    workplace = make.company()
    if member_type != MemberType.MASTER:
        make.master_of(workplace)
    make.relationship(applicant, workplace, make.Role(str(member_type)))

    assertContains(client.get(path_of(case)), "승인되었습니다")


# --- What it shows --------------------------------------------------------------------------------------------------


def test_d3_it_shows_all_that_was_sent(client, applicant):
    """§D3, §T4: number, certificate's way, every fact as it is read, hyphens and units with it."""
    case = request(applicant, BRN)
    code = BkCode.objects.create(code="B99", name_ko="가상품목", name_en="Imagined product")
    RegistrationRequest.objects.filter(case=case).update(**WHOLE, main_item=code)

    shown = shown_on(client.get(path_of(case)))

    assert shown["접수번호"] == str(case.pk)
    assert shown["사업자등록번호"] == "120-82-00275"
    assert shown["사업자등록증 제출 방법"] == "팩스"
    assert shown["접수 시각"] == "2026.11.22. 09:00"
    for name, words in (OPEN_TO_ALL | INSIDE).items():
        assert shown.get(LABELS[name], "") == words  # what was left empty is named beneath


@pytest.mark.parametrize(
    ("state", "words"),
    [
        (CaseState.RECEIVED, "보통 영업일 2~3일 걸립니다"),
        (CaseState.CORRECTION, "보완이 필요합니다"),
        (CaseState.APPROVED, "승인되었습니다"),
        (CaseState.REJECTED, "반려되었습니다"),
        (CaseState.WITHDRAWN, "취소한 신청입니다"),
    ],
)
@pytest.mark.parametrize("documents", [0, 1])
def test_d3_each_state_says_what_comes_next(client, applicant, state, words, documents):
    """§D3: with the reason where there is one, and what can be done now."""
    case = request(applicant)
    for _ in range(documents):
        document(case)
    case = put(case, state)

    page = client.get(path_of(case))

    assertContains(page, words)
    assertContains(page, case.reason)
    assert shown_on(page)["상태"] == CaseState(state).label
    still_open = state in OPEN_STATES
    assert (path_of(case, "withdraw/") in page.text) is still_open
    assert ("팩스나 이메일로 보내기" in page.text) is still_open
    assert (f"/company/requests/{case.pk}/documents/" in page.text) is still_open
    assert ('href="/company/register/"' in main_of(page)) is (state in {CaseState.REJECTED, CaseState.WITHDRAWN})


def main_of(page) -> str:
    return page.text.split('<main id="main-content"')[1].split("</main>")[0]


def test_s12_without_a_document_the_certificate_is_asked_for(client, applicant):
    """§S12: it was announced by fax and did not come yet."""
    case = request(applicant, has_paper=False)
    assertContains(client.get(path_of(case)), "사업자등록증을 기다리고 있습니다")
    document(case)
    assertContains(client.get(path_of(case)), "심사하고 있습니다")


def test_s12_fax_and_mail_are_said_with_what_to_write_on_them(client, applicant):
    """§S12: the request's number and the company's."""
    case = request(applicant, BRN)
    page = client.get(path_of(case))
    assertContains(page, f"접수번호 {case.pk}</strong>")
    assertContains(page, '<strong>사업자등록번호 <span class="nowrap">120-82-00275</span></strong>')
    assertContains(page, "02-3460-7932")
    assertContains(page, "mailto:service@kotra.or.kr")


def test_d3_documents_are_listed_with_links_and_without_markup_of_their_own(client, applicant):
    """§D3: as their owner called them."""
    case = request(applicant)
    kept = document(case, name="<b>등록증</b>.pdf", size=1_536_000)
    page = client.get(path_of(case))
    assertContains(page, "&lt;b&gt;등록증&lt;/b&gt;.pdf")
    assertContains(page, f'href="/documents/{kept.pk}/"')
    assertContains(page, "PDF · 1.5\xa0MB")


def test_d3_the_history_is_told_from_its_beginning_and_by_whom(client, applicant):
    """§D3: the applicant, staff, or the portal itself."""
    case = request(applicant)
    for minutes, actor in enumerate([make.staff(), None], start=1):
        CaseEvent.objects.create(
            case=case, kind=CaseEvent.Kind.DOCUMENT_ADDED, at=NOW + timedelta(minutes=minutes), actor=actor
        )

    history = client.get(path_of(case)).text.split('id="history"')[1].split("</section>")[0]

    told = re.findall("09:0[0-9]|신청 접수|서류 추가|본인|고객지원팀|자동 처리", history)
    assert told == ["09:00", "신청 접수", "본인", "09:01", "서류 추가", "고객지원팀", "09:02", "서류 추가", "자동 처리"]


def test_the_page_asks_as_often_however_much_was_sent(client, applicant):
    case = request(applicant)
    client.get(path_of(case))
    few = queries_of(client, path_of(case))
    for _ in range(5):
        document(case)
        CaseEvent.objects.create(case=case, kind=CaseEvent.Kind.DOCUMENT_ADDED, at=NOW, actor=applicant)
    assert queries_of(client, path_of(case)) == few <= 9


def queries_of(client: Client, path: str) -> int:
    with CaptureQueriesContext(connection) as captured:
        client.get(path)
    return len(captured)


# --- Withdrawing ----------------------------------------------------------------------------------------------------


def test_d3_it_is_withdrawn_after_reading_what_that_means(client, applicant):
    """§D3: the page says the consequence; the button is a verb; the history keeps it."""
    case = request(applicant, BRN)

    page = client.get(path_of(case, "withdraw/"))
    for words in ("되돌릴 수 없습니다", "120-82-00275", TYPED["name"], "신청 취소하기"):
        assertContains(page, words)
    assert Case.objects.get().state == CaseState.RECEIVED

    done = client.post(path_of(case, "withdraw/"), follow=True)

    assertRedirects(done, path_of(case))
    assertContains(done, "신청을 취소했습니다.")
    assertContains(done, "취소한 신청입니다")
    case.refresh_from_db()
    assert (case.state, case.events.last().actor) == (CaseState.WITHDRAWN, applicant)


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("state", [state for state in CaseState if state not in OPEN_STATES])
def test_d3_what_is_closed_cannot_be_withdrawn(client, applicant, state, method):
    """§D3: not by an old page either; it says so and shows how things stand."""
    case = put(request(applicant), state)

    page = getattr(client, method)(path_of(case, "withdraw/"), follow=True)

    assertRedirects(page, path_of(case))
    assertContains(page, "이미 끝난 신청입니다.")
    case.refresh_from_db()
    assert (case.state, case.events.count()) == (state, 1)


def test_d1_one_that_joining_a_company_withdrew_says_so(client, applicant):
    """§D1: joining withdraws an open request in the same transaction."""
    case = request(applicant)
    workplace = make.company()
    make.master_of(workplace)
    membership.join_company(applicant, workplace, now=timezone.now())

    page = client.get(path_of(case))

    assertContains(page, "기업과 관계가 설정되어 취소되었습니다")
    assertNotContains(page, "/company/register/")


def test_a_withdrawn_request_offers_no_other_to_a_member_of_a_company(client, applicant):
    case = put(request(applicant), CaseState.WITHDRAWN)
    make.relationship(applicant, make.company(), make.Role.MASTER)
    page = client.get(path_of(case))
    assertContains(page, "취소한 신청입니다")
    assertNotContains(page, "/company/register/")


# --- In English -----------------------------------------------------------------------------------------------------

IN_ENGLISH = {"name": "Hanbit", "representative": "Han", "business_type": "Trade", "business_item": "Parts"}


@pytest.mark.parametrize("state", CaseState)
def test_d22_a_request_reads_english_in_each_state(client, login, state):
    """§D22: the request, its withdrawal, 마이KOTRA and 내 기업, with and without a document."""
    applicant = make.member(name="Kim Suchul", language="en")
    case = request(applicant, **IN_ENGLISH)
    put(case, state)
    Case.objects.update(reason="The certificate is blurred.")
    login(applicant)

    paths = (path_of(case), path_of(case, "withdraw/"), "/my/", "/company/")
    pages = [client.get(path, follow=True) for path in paths]
    document(case, name="certificate.pdf")
    pages.append(client.get(path_of(case)))

    assert [korean_in(page.text) for page in pages] == [[]] * 5


def test_d22_a_request_that_joining_withdrew_reads_english(client, login):
    """§D22, §D1."""
    applicant = make.member(name="Kim Suchul", language="en")
    case = request(applicant, **IN_ENGLISH)
    workplace = make.company()
    make.master_of(workplace)
    membership.join_company(applicant, workplace, now=timezone.now())
    login(applicant)

    assert korean_in(client.get(path_of(case)).text) == []
