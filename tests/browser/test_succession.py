"""MASTER 변경신청 in a real browser: asking, the printed form, answering; every screen, both languages."""

import re

import pytest
from django.db import transaction
from django.utils import timezone
from playwright.sync_api import Page, expect

from accounts.models import User
from companies.domain import cases, review, succession
from companies.models import Case, CaseState, MasterAnswer, MasterChangeRequest, Role
from kotra_portal.permissions import MemberType
from tests import make
from tests.browser import journeys
from tests.companies.firm import ask, reviewer
from tests.companies.registry import document

LANGUAGES = ["ko", "en"]
PAGE = "/company/master-change/"
WHY = "지난달 말에 MASTER였던 김경영 님이 퇴사했습니다.\n인수인계를 받지 못했고 연락도 되지 않습니다."


def people(language: str = "ko", role: MemberType = MemberType.FULL) -> tuple[User, User]:
    """The MASTER of a company with a long name, and a member of it who may ask."""
    company = make.company("주식회사 한빛전자통신부품제조", representative="한대표")
    master = make.member("master0001", name="김경영", language=language)
    make.relationship(master, company, Role.MASTER)
    words = {"department": "해외영업팀", "position": "과장", "language": language}
    return master, make.member_of_type(role, at=company, name="홍길동", **words)


def asked(member: User, *, has_paper: bool = True) -> Case:
    case = ask(member, leaves=True, has_paper=has_paper, now=timezone.now())
    MasterChangeRequest.objects.filter(case=case).update(why=WHY)
    return case


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("member_type", MemberType)
def test_q3_the_page_reads_well_for_each_type(page: Page, enter, look, member_type, language):
    """§Q3, §D22: the form, or what to do instead."""
    master, member = people(language, member_type if member_type in {"FULL", "ASSOCIATE"} else MemberType.FULL)
    person = {MemberType.MASTER: master, MemberType.INDIVIDUAL: make.member(language=language)}.get(member_type, member)
    enter(page, person)

    look(PAGE, f"ask-{member_type}-{language}")
    if person == member:
        look(PAGE + "form/", f"form-{member_type}-{language}")
        look("/company/", f"company-{member_type}-{language}")


@pytest.mark.parametrize("language", LANGUAGES)
def test_d7_a_request_reads_well_from_its_beginning_to_its_end(page: Page, enter, look, language):
    """§D7, §D22: waiting for papers, for the MASTER, after an objection, sent back, and ended otherwise."""
    master, member = people(language)
    case, path = asked(member, has_paper=False), f"/company/requests/{Case.objects.get().pk}/"
    enter(page, member)

    look(path, f"request-papers-{language}")
    look(path + "withdraw/", f"withdraw-{language}")
    document(case, name="MASTER변경신청서_주식회사한빛전자통신부품제조_2026년11월_최종본.pdf")
    look(path, f"request-waiting-{language}")
    look("/my/", f"my-waiting-{language}")
    succession.object_to(case, actor=master, objection="저는 퇴사하지 않았습니다.", now=timezone.now())
    reason = "신청서에 대표자의 도장이 없습니다.\n도장을 받아 다시 보내 주세요."
    review.request_correction(case, actor=reviewer(), seen=cases.version(case), reason=reason, now=timezone.now())
    look(path, f"request-sent-back-{language}")
    look("/my/", f"my-sent-back-{language}")
    with transaction.atomic():
        cases.overtake(case.company, now=timezone.now())
    look(path, f"request-overtaken-{language}")
    look("/my/", f"my-overtaken-{language}")


@pytest.mark.parametrize("language", LANGUAGES)
def test_d7_the_answer_reads_well(page: Page, enter, look, language):
    """§D7, §D22: before it, with an error, and after each."""
    master, member = people(language, MemberType.ASSOCIATE)
    case = asked(member)
    path = f"/master/change/{case.pk}/"
    enter(page, master)

    look(path, f"answer-{language}")
    look("/my/", f"my-asked-{language}")
    look("/company/", f"company-asked-{language}")
    succession.object_to(case, actor=master, objection="저는 퇴사하지 않았습니다.", now=timezone.now())
    look(path, f"answer-objected-{language}")
    succession.agree(case, actor=master, password=make.PASSWORD, now=timezone.now())
    look(path, f"answer-agreed-{language}")


def test_q3_a_request_is_made_by_keyboard(page: Page, enter, shot, axe):
    """§Q3: a mistake is told beside the field, what was typed stays."""
    _master, member = people()
    enter(page, member)
    page.goto("/company/")
    journeys.press(page, "MASTER 변경신청")
    page.get_by_label("변경 사유").focus()
    page.keyboard.type("MASTER가 퇴사했습니다.")
    page.get_by_role("button", name="MASTER 변경 신청하기").focus()
    page.keyboard.press("Enter")

    expect(page.get_by_role("alert")).to_be_focused()
    expect(page.get_by_role("alert")).to_contain_text("지금 MASTER가 퇴사했는지")
    expect(page.get_by_label("변경 사유")).to_have_value("MASTER가 퇴사했습니다.")
    shot(page, "succession-ask-error")
    axe(page)
    for name in ("퇴사했습니다. 기업과의 관계를 해지합니다.", "팩스로 보내기(02-3460-7932)"):
        page.get_by_role("radio", name=name).focus()
        page.keyboard.press("Space")
    page.get_by_role("button", name="MASTER 변경 신청하기").focus()
    page.keyboard.press("Enter")

    expect(page).to_have_url(re.compile(r"/company/requests/\d+/$"))
    expect(page.get_by_role("status")).to_contain_text("MASTER 변경신청을 접수했습니다.")
    assert Case.objects.get().applicant == member


def test_d7_the_master_objects_and_then_agrees_without_javascript(page_without_javascript: Page, enter):
    """§D7: on a small screen, from 마이KOTRA."""
    page = page_without_javascript
    page.set_viewport_size({"width": 360, "height": 740})
    master, member = people()
    case = asked(member)
    enter(page, master)
    page.goto("/my/")
    journeys.press(page, "신청 보고 답하기")
    journeys.press(page, "이의 제기하기")
    expect(page.get_by_role("alert")).to_contain_text("내용을 입력해 주세요.")
    page.get_by_label("이의 내용").fill("저는 퇴사하지 않았습니다.")
    journeys.press(page, "이의 제기하기")
    expect(page.get_by_role("status")).to_contain_text("이의를 접수했습니다.")
    page.get_by_label("비밀번호").fill(make.PASSWORD)
    journeys.press(page, "MASTER 변경에 동의하기")
    expect(page.get_by_role("status")).to_contain_text("MASTER 변경에 동의했습니다.")
    assert MasterChangeRequest.objects.get(case=case).answer == MasterAnswer.AGREED


def test_d3_a_request_is_sent_again_without_javascript(page_without_javascript: Page, enter):
    """§D3: a paper, then the button."""
    page = page_without_javascript
    page.set_viewport_size({"width": 360, "height": 740})
    _master, member = people()
    case = asked(member)
    now = timezone.now()
    review.request_correction(case, actor=reviewer(), seen=cases.version(case), reason="도장이 없습니다.", now=now)
    cases.record(case, "DOCUMENT_ADDED", actor=member, now=now)
    enter(page, member)
    page.goto("/my/")
    journeys.press(page, "보완하러 가기")
    journeys.press(page, "고객지원팀에 다시 보내기")
    expect(page.get_by_role("status")).to_contain_text("다시 보냈습니다.")
    case.refresh_from_db()
    assert case.state == CaseState.RECEIVED


def test_q3_the_form_prints_on_one_sheet(page: Page, enter, shot):
    """§Q3: nothing but the form, on A4."""
    _master, member = people()
    asked(member)
    enter(page, member)
    page.goto(PAGE + "form/")
    page.set_viewport_size({"width": 794, "height": 1123})  # A4 at 96 dots an inch
    page.emulate_media(media="print")
    shot(page, "succession-paper")
    for gone in (".header", ".breadcrumb", ".button-row", "footer"):
        expect(page.locator(gone).first).not_to_be_visible()
    assert page.pdf(format="A4").count(b"/Type /Page\n") == 1
