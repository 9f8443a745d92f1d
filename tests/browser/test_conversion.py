"""전환신청 and 보완 in a browser: on small and wide screens, with and without JavaScript, by keyboard, in English."""

import re

import pytest
from playwright.sync_api import Page, expect

from accounts.models import User
from companies.domain.membership import member_type_of
from companies.models import Case, CaseState, Company, RegistrationRequest
from kotra_portal.permissions import MemberType
from kotra_portal.reference.models import BkCode
from tests import make
from tests.browser import journeys
from tests.companies import papers
from tests.companies.registry import request
from tests.companies.test_cases import put
from tests.companies.test_company_page import WHOLE

PAGE = "/company/convert/"


@pytest.fixture(autouse=True)
def _documents(tmp_path, monkeypatch, bureau):
    papers.folder_of_documents(monkeypatch, tmp_path / "documents")


@pytest.fixture(autouse=True)
def _no_script_fails(page: Page):
    failures = []
    page.on("pageerror", lambda error: failures.append(str(error)))
    yield
    assert failures == []


@pytest.fixture
def hanbit() -> Company:
    """Companies whose names begin alike; the first is known whole."""
    code = BkCode.objects.create(code="B99", name_ko="가상품목", name_en="Imagined product")
    company = make.company(brn="1208200275", **WHOLE | {"main_item": code, "name": "주식회사 한빛전자통신부품제조"})
    make.master_of(company)
    make.company("한빛무역", representative="박민국", business_type="도매업", business_item="섬유, 의류, 신발과 잡화")
    make.company("한빛상회", brn="1201500026", representative="이대한")
    return company


def search(page: Page, words: str) -> None:
    page.locator("#id_q").fill(words)
    journeys.press(page, "검색")


@pytest.mark.parametrize("language", ["ko", "en"])
def test_t2_every_page_of_it_reads_well(page: Page, enter, look_at, hanbit, language):
    """§T1, §T2, §D22: the search, the rows, what is not there, the company, and being related."""
    member = make.member(name="홍길동", language=language)
    enter(page, member)
    page.goto(PAGE)
    look_at(page, f"search-{language}")
    search(page, "한빛")
    look_at(page, f"rows-{language}")
    journeys.press(page, "고른 기업의 정보 보기")
    expect(page.locator(".conversion-refusal")).to_be_focused()
    look_at(page, f"nobody-{language}")
    page.locator(f"#company-{hanbit.pk}").check()
    journeys.press(page, "고른 기업의 정보 보기")
    look_at(page, f"company-{language}")
    for words, name in (("없는기업", "unknown"), ("2208162517", "unregistered"), ("한", "short")):
        page.goto(PAGE)
        search(page, words)
        look_at(page, f"{name}-{language}")
    make.relationship(member, hanbit, "ASSOCIATE")
    page.goto(PAGE)
    look_at(page, f"related-{language}")


def test_t3_a_member_becomes_associate_by_keyboard(page: Page, enter, hanbit):
    """§T1–§T3: from the entry at the top to 내 기업; back and reload are harmless."""
    member = make.member()
    enter(page, member)
    page.goto("/")
    page.get_by_role("link", name="기업회원전환신청").first.focus()
    page.keyboard.press("Enter")
    page.locator("#id_q").focus()
    page.keyboard.type("한빛")
    page.keyboard.press("Enter")
    page.locator("input[type=radio]").first.focus()
    for _row in range(5):
        if page.locator(f"#company-{hanbit.pk}").is_checked():
            break
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="준회원으로 관계설정 신청하기")).to_be_visible()
    page.reload()
    page.go_back()
    expect(page.get_by_role("table")).to_be_visible()
    page.go_forward()
    page.get_by_role("button", name="준회원으로 관계설정 신청하기").focus()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/company/$"))
    expect(page.get_by_role("status")).to_contain_text("준회원이 되었습니다")
    assert member_type_of(member) == MemberType.ASSOCIATE


def test_t4_a_number_that_nobody_knows_goes_on_without_javascript(page_without_javascript: Page, enter, hanbit):
    """§T4: on a small screen, to the form of registering."""
    page = page_without_javascript
    page.set_viewport_size({"width": 360, "height": 740})
    enter(page, make.member())
    page.goto(PAGE)
    search(page, "220-81-62517")
    journeys.press(page, "이 번호로 신규등록 계속하기")
    expect(page).to_have_url(re.compile("/company/register/$"))
    expect(page.locator("main")).to_contain_text("신규등록 대상 기업입니다")


def sent_back(applicant: User) -> Case:
    """A whole request that staff sent back."""
    case = request(applicant, "1208200275", has_paper=False)
    RegistrationRequest.objects.filter(case=case).update(**WHOLE)
    Case.objects.filter(pk=case.pk).update(reason="사업자등록증이 흐립니다.\n다시 보내 주세요.")
    return put(case, CaseState.CORRECTION)


@pytest.mark.parametrize("language", ["ko", "en"])
def test_d3_a_request_that_came_back_is_corrected(page: Page, enter, look_at, tmp_path, language):
    """§D3, §D22: from 마이KOTRA; what was typed outlives a look-up and an upload; both rounds are shown."""
    applicant = make.member(name="홍길동", language=language)
    case = sent_back(applicant)
    certificate = tmp_path / "사업자등록증.pdf"
    certificate.write_bytes(papers.pdf())
    enter(page, applicant)
    page.goto("/my/")
    look_at(page, f"my-sent-back-{language}")
    journeys.press(page, "보완하러 가기")
    look_at(page, f"correct-{language}")

    page.locator("#id_name").fill("주식회사 새한빛")
    page.locator("#id_document").set_input_files(certificate)
    expect(page.locator("[data-refusal]")).to_have_count(0)
    journeys.press(page, "파일 올리기")
    expect(page.locator(".document-name")).to_be_visible()
    expect(page.locator("#id_name")).to_have_value("주식회사 새한빛")
    page.locator("#id_phone").fill("전화")
    journeys.press(page, "고친 내용 보내기")
    expect(page.locator(".error-summary")).to_be_focused()
    page.locator("#id_phone").fill("02-3460-7114")
    journeys.press(page, "고친 내용 보내기")

    expect(page).to_have_url(re.compile(f"/company/requests/{case.pk}/$"))
    expect(page.locator(".request-rounds")).to_contain_text("주식회사 새한빛")
    look_at(page, f"rounds-{language}")
    case.refresh_from_db()
    assert (case.state, case.registration.name) == (CaseState.RECEIVED, "주식회사 새한빛")


def test_d3_a_request_is_corrected_without_javascript(page_without_javascript: Page, enter):
    """§D3: an address is looked up on the way."""
    page = page_without_javascript
    page.set_viewport_size({"width": 360, "height": 740})
    applicant = make.member()
    case = sent_back(applicant)
    enter(page, applicant)
    page.goto(f"/company/requests/{case.pk}/")
    journeys.press(page, "보완하러 가기")
    page.locator("#id_name").fill("새한빛")
    journeys.press(page, "우편번호 찾기")
    page.locator("#id_q").fill("우동")
    page.keyboard.press("Enter")
    page.locator(f'form[action="/company/requests/{case.pk}/correct/"] button').first.click()
    expect(page.locator("#id_name")).to_have_value("새한빛")
    journeys.press(page, "고친 내용 보내기")
    expect(page.get_by_role("status").first).to_contain_text("고친 내용을 보냈습니다.")
    case.refresh_from_db()
    assert (case.registration.name, "우동" in case.registration.address) == ("새한빛", True)


def kept_while_typing(page: Page) -> None:
    """Type something else, and wait until the page's script has kept it."""
    with page.expect_response(re.compile("/correct/keep/$")):
        page.locator("#id_name").fill("반쯤 고친 이름")
        page.locator("#id_phone").focus()


@pytest.mark.parametrize("language", ["ko", "en"])
def test_d3_what_was_half_typed_is_there_on_the_next_visit(page: Page, enter, look_at, language):
    """§D3, §D22: it says that it is not sent; dropped, nothing has changed, and that is refused."""
    applicant = make.member(name="홍길동", language=language)
    case = sent_back(applicant)
    enter(page, applicant)
    page.goto(f"/company/requests/{case.pk}/correct/")
    kept_while_typing(page)
    page.context.clear_cookies()

    enter(page, applicant)
    page.goto(f"/company/requests/{case.pk}/")
    look_at(page, f"half-typed-request-{language}")
    journeys.press(page, "이어서 고치기")
    expect(page.locator("#id_name")).to_have_value("반쯤 고친 이름")
    look_at(page, f"half-typed-{language}")
    journeys.press(page, "고치던 내용 지우기")
    expect(page.locator("#id_name")).to_have_value(WHOLE["name"])

    journeys.press(page, "고친 내용 보내기")
    expect(page.locator(".error-summary")).to_be_focused()
    look_at(page, f"unchanged-{language}")
    case.refresh_from_db()
    assert (case.state, case.rounds.count()) == (CaseState.CORRECTION, 0)


def test_d3_what_was_half_typed_is_kept_without_javascript(page_without_javascript: Page, enter):
    """§D3: by a button of the form."""
    page = page_without_javascript
    page.set_viewport_size({"width": 360, "height": 740})
    applicant = make.member()
    case = sent_back(applicant)
    enter(page, applicant)
    page.goto(f"/company/requests/{case.pk}/correct/")
    page.locator("#id_name").fill("반쯤")
    journeys.press(page, "입력한 내용 저장하고 시간 연장")
    page.goto(f"/company/requests/{case.pk}/")
    journeys.press(page, "이어서 고치기")
    expect(page.locator("#id_name")).to_have_value("반쯤")


@pytest.mark.parametrize("state", [CaseState.APPROVED, CaseState.REJECTED, CaseState.SETTLED])
def test_d3_what_was_decided_lately_is_told(page: Page, enter, look_at, state):
    """§D3: in 마이KOTRA."""
    applicant = make.member(name="홍길동")
    put(sent_back(applicant), state)
    Case.objects.update(closed_at=applicant.joined_at.replace(year=2100))
    enter(page, applicant)
    page.goto("/my/")
    look_at(page, f"my-{state}")
