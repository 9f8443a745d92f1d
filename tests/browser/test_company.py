"""내 기업, 신규등록 신청, 마이KOTRA and 가입완료 in a real browser: both languages, every screen, without a script."""

import re

import pytest
from playwright.sync_api import Page, expect

from accounts.models import User
from companies.domain.membership import member_type_of
from companies.models import Case, CaseState, Company, RegistrationDraft, RegistrationRequest, Role
from kotra_portal.permissions import MemberType
from kotra_portal.reference.models import BkCode
from tests import make
from tests.browser import journeys
from tests.companies.registry import NOW, document, request
from tests.companies.test_cases import put
from tests.companies.test_company_page import WHOLE

pytestmark = pytest.mark.usefixtures("bureau")

LANGUAGES = ["ko", "en"]


@pytest.fixture
def hanbit() -> Company:
    """A company of which everything is known, with a long name, and its MASTER."""
    code = BkCode.objects.create(code="B99", name_ko="가상품목", name_en="Imagined product")
    facts = WHOLE | {"main_item": code, "name": "주식회사 한빛전자통신부품제조"}
    company = make.company(brn="1208200275", **facts)
    make.relationship(make.member("master0001", name="김경영"), company, Role.MASTER)
    return company


def asked(applicant: User, state: CaseState = CaseState.RECEIVED, *, documents: int = 0) -> Case:
    """A request of which everything is known, in a state."""
    case = request(applicant)
    RegistrationRequest.objects.filter(case=case).update(**WHOLE)
    for _ in range(documents):
        document(case, name="사업자등록증_주식회사한빛전자통신부품제조_2026년11월_최종본_수정.pdf")
    return case if state == CaseState.RECEIVED else put(case, state)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("member_type", MemberType)
def test_d11_my_company_reads_well_for_each_type(page: Page, enter, look, hanbit, member_type, language):
    """§D11, §D22: 마이KOTRA, 내 기업 and leaving it."""
    at = hanbit if member_type != MemberType.MASTER else make.company(**WHOLE)
    enter(page, make.member_of_type(member_type, at=at, name="홍길동", language=language))

    look("/my/", f"my-{member_type}-{language}")
    look("/company/", f"{member_type}-{language}")
    look("/company/leave/", f"leave-{member_type}-{language}")


@pytest.mark.parametrize("language", LANGUAGES)
def test_d2_a_master_with_others_is_shown_the_way_out(page: Page, enter, look, hanbit, language):
    """§D2: on every screen."""
    make.member_of_type(MemberType.FULL, at=hanbit)
    User.objects.filter(username="master0001").update(language=language)
    enter(page, User.objects.get(username="master0001"))
    look("/company/leave/", f"leave-stays-{language}")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("state", CaseState)
def test_d3_a_request_reads_well_in_each_state(page: Page, enter, look, state, language):
    """§D3, §D22: the request, and what 마이KOTRA says of it."""
    applicant = make.member(name="홍길동", language=language)
    case = asked(applicant, state, documents=2)
    enter(page, applicant)

    look(f"/company/requests/{case.pk}/", f"request-{state}-{language}")
    if case.is_open:
        look("/my/", f"my-request-{state}-{language}")
        look(f"/company/requests/{case.pk}/withdraw/", f"withdraw-{language}")


def test_d5_an_associate_leaves_by_keyboard(page: Page, enter, hanbit):
    """§D5: from 마이KOTRA to the page without a company."""
    member = make.member_of_type(MemberType.ASSOCIATE, at=hanbit)
    enter(page, member)
    page.goto("/my/")
    journeys.press(page, "내 기업 보기")
    journeys.press(page, "기업에서 나가기")
    page.get_by_role("button", name="기업에서 나가기").focus()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/company/$"))
    expect(page.get_by_role("status")).to_contain_text("에서 나왔습니다")
    assert member_type_of(member) == MemberType.INDIVIDUAL


def test_d3_a_request_is_withdrawn_without_javascript(page_without_javascript: Page, enter):
    """§D3: on a small screen."""
    page = page_without_javascript
    page.set_viewport_size({"width": 360, "height": 740})
    applicant = make.member()
    case = asked(applicant)
    enter(page, applicant)
    page.goto("/my/")
    journeys.press(page, "신청 내용과 상태 보기")
    journeys.press(page, "신청 취소하기")
    journeys.press(page, "신청 취소하기")
    expect(page).to_have_url(re.compile(f"/company/requests/{case.pk}/$"))
    expect(page.get_by_role("status")).to_contain_text("신청을 취소했습니다.")
    case.refresh_from_db()
    assert case.state == CaseState.WITHDRAWN


@pytest.mark.parametrize("language", LANGUAGES)
def test_s14_the_end_of_signing_up_says_what_one_is_now(page: Page, look, hanbit, language):
    """§S14, §S13: as 개인회원, with a request, as 준회원 and as MASTER."""
    page.goto("/")
    page.context.add_cookies([{"name": "language", "value": language, "url": page.url}])
    journeys.sign_up(page)
    member = User.objects.get(username="haewoe2026")
    RegistrationDraft.objects.create(member=member, brn="1208200275", answered_at=NOW, changed_at=NOW)
    look("/signup/done/", f"done-unfinished-{language}")

    RegistrationDraft.objects.all().delete()
    request(member)
    look("/signup/done/", f"done-request-{language}")

    relationship = make.relationship(member, hanbit, Role.ASSOCIATE)
    look("/signup/done/", f"done-associate-{language}")

    relationship.delete()
    make.relationship(member, make.company(), Role.MASTER)
    look("/signup/done/", f"done-master-{language}")


@pytest.mark.parametrize("width", [320, 768])
def test_no_page_of_a_company_scrolls_sideways(page: Page, enter, hanbit, width):
    """1280 pixels at 400 % zoom are 320."""
    page.set_viewport_size({"width": width, "height": 740})
    member = make.member(name="홍길동")
    case = asked(member, CaseState.REJECTED, documents=1)
    make.relationship(member, hanbit, Role.ASSOCIATE)
    enter(page, member)
    for path in ("/my/", "/company/", "/company/leave/", f"/company/requests/{case.pk}/"):
        page.goto(path)
        journeys.assert_fits(page)
