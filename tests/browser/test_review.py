"""A reviewer's day in a real browser: from the queue to a decision in three clicks, with the papers in sight (§D3)."""

from datetime import timedelta
from io import BytesIO

import pytest
from django.core.files.base import ContentFile
from django.utils import timezone
from PIL import Image, ImageDraw
from playwright.sync_api import ConsoleMessage, Page, expect

from companies.domain import cases, review
from companies.forms.reasons import READY_MADE
from companies.models import Case, CaseState
from tests.browser import journeys
from tests.companies import papers
from tests.companies.desk import QUEUE, corrected, path, reviewer, sent
from tests.companies.registry import document

WIDTHS = (360, 768, 1280)


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    return papers.folder_of_documents(monkeypatch, tmp_path / "documents")


@pytest.fixture
def person(page, enter):
    """A reviewer at the desk; the clicks are counted from the queue on."""
    person = reviewer(username="reviewer1", name="박심사")
    enter(page, person)
    return person


def certificate() -> bytes:
    """Something that looks like a scanned sheet."""
    sheet = Image.new("RGB", (900, 1270), "white")
    drawn = ImageDraw.Draw(sheet)
    drawn.rectangle((40, 40, 860, 1230), outline="navy", width=6)
    for line in range(14):
        drawn.rectangle((90, 200 + line * 60, 500 + line * 17 % 250, 216 + line * 60), fill="gray")
    kept = BytesIO()
    sheet.save(kept, "PNG")
    return kept.getvalue()


def waiting(hours: int, **facts: object) -> Case:
    case = sent(now=timezone.now() - timedelta(hours=hours), has_paper=False, **facts)
    image = ContentFile(certificate(), "x.png")
    document(case, name="사업자등록증.png", content_type="image/png", sha256=f"{case.pk:064d}", file=image)
    return case


def fits(page: Page, axe, shot, name: str) -> None:
    """Look at the page as it is, at each width."""
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        axe(page)
        journeys.assert_fits(page)
        shot(page, f"review-{name}-{width}")


def is_of_a_page(message: ConsoleMessage) -> bool:
    """Whether it is an error of ours: what the screenshot's own style is told has no address."""
    return message.type == "error" and bool(message.location["url"])


def test_d3_from_the_queue_to_a_decision_in_three_clicks(page: Page, person, axe, shot):
    """§D3: a rejection with a ready-made reason takes three, an approval two; the next case comes by itself."""
    complaints = []
    page.on("console", lambda message: complaints.append(message.text) if is_of_a_page(message) else None)
    first, second = waiting(74, name="가나상사"), waiting(5, name="다라무역")
    sent(name="팩스상사", now=timezone.now() - timedelta(minutes=9))
    page.goto(QUEUE)
    fits(page, axe, shot, "queue")

    page.get_by_role("link", name="가나상사").click()  # one
    expect(page.locator("h1")).to_contain_text("가나상사")
    assert page.locator(".desk-paper img").evaluate("picture => picture.naturalWidth") == 900
    fits(page, axe, shot, "case")
    page.get_by_label("자주 쓰는 사유").select_option("nobody")  # two
    expect(page.get_by_label("사유", exact=True)).to_have_value(READY_MADE["nobody"])
    page.get_by_role("button", name="반려").click()  # three

    expect(page.locator("h1")).to_contain_text("다라무역")
    expect(page.locator(".messagelist")).to_contain_text("반려했습니다")
    page.get_by_role("button", name="승인", exact=True).click()
    expect(page.locator("h1")).to_contain_text("팩스상사")
    states = dict(Case.objects.values_list("pk", "state"))
    assert (states[first.pk], states[second.pk]) == (CaseState.REJECTED, CaseState.APPROVED)
    assert complaints == []


def test_d3_everything_a_reviewer_should_know_fits(page: Page, person, axe, shot):
    """§D3: a corrected case with warnings, a registry that says otherwise, a PDF, and a history."""
    case = waiting(100, name="ＡＢＣ상사", brn="1208200275", phone="0234607114", email="a@example.com")
    document(case, name="위임장.pdf", file=ContentFile(papers.pdf(), "x.pdf"))
    other = waiting(30, name="ＡＢＣ상사", brn="1208200275")
    document(other)
    seen = cases.version(case)
    review.request_correction(case, actor=person, seen=seen, reason="이름이 다릅니다.", now=timezone.now())
    corrected(case, name="ABC상사", business_item="전자")
    review.assign(case, actor=person, assignee=reviewer(name="이다른"), now=timezone.now())

    page.goto(path(case))
    expect(page.locator(".desk-warning").first).to_be_visible()
    page.get_by_role("button", name="지금 다시 조회").click()
    expect(page.locator(".desk-mark").first).to_be_visible()
    fits(page, axe, shot, "known")


def test_d3_a_paper_is_added_and_a_reason_is_asked_for(page: Page, person, axe, shot, tmp_path):
    """§D3: what came by fax; then a refusal that loses nothing, without a second page."""
    case = sent(name="팩스상사", has_paper=False)
    paper = tmp_path / "팩스로 온 등록증.png"
    paper.write_bytes(certificate())
    page.goto(path(case))
    expect(page.locator(".desk-papers")).to_contain_text("서류가 아직 없습니다")
    page.get_by_role("button", name="반려").click()
    expect(page.locator("ul.errorlist")).to_contain_text("사유를 고르거나 입력해 주세요.")
    expect(page.get_by_role("button", name="승인", exact=True)).to_be_disabled()
    fits(page, axe, shot, "refused")

    page.get_by_label("사유", exact=True).fill("등록증이 흐립니다.")
    page.get_by_role("button", name="내가 맡기").click()
    expect(page.locator(".messagelist")).to_contain_text("박심사")
    page.locator("input[type=file]").set_input_files(paper)
    page.get_by_role("button", name="팩스로 받은 서류로 추가").click()
    expect(page.locator(".desk-paper")).to_contain_text("팩스로 온 등록증.png")
    expect(page.get_by_label("사유", exact=True)).to_have_value("등록증이 흐립니다.")
    expect(page.get_by_role("button", name="승인", exact=True)).to_be_enabled()
    fits(page, axe, shot, "paper")


def test_d3_another_ready_made_reason_takes_the_place_of_the_former(page: Page, person):
    """§D3: what was typed beside it stays, and so does a sentence that somebody edited."""
    page.goto(path(sent(name="사유상사")))
    choice, text = page.get_by_label("자주 쓰는 사유"), page.get_by_label("사유", exact=True)
    first, second = READY_MADE["unreadable"], READY_MADE["outdated"]

    choice.select_option("unreadable")
    choice.select_option("outdated")
    expect(text).to_have_value(second)
    text.fill(f"안녕하세요.\n\n{second}\n고맙습니다.")
    choice.select_option("unreadable")
    expect(text).to_have_value(f"안녕하세요.\n\n{first}\n고맙습니다.")
    page.get_by_role("button", name="내가 맡기").click()  # the page comes back with what was begun
    expect(page.locator(".messagelist")).to_contain_text("박심사")
    choice.select_option("outdated")
    expect(text).to_have_value(f"안녕하세요.\n\n{second}\n고맙습니다.")
    text.fill("조금 고친 사유")
    choice.select_option("unreadable")
    expect(text).to_have_value(f"조금 고친 사유\n{first}")


def test_d3_all_papers_stand_plainly_and_only_the_page_scrolls(page: Page, person, shot):
    """§D3: the third is not hidden in a box of its own, at any width."""
    case = waiting(3, name="여럿상사")
    for number in range(2):
        image = ContentFile(certificate(), "x.png")
        document(case, name=f"{number}.png", content_type="image/png", sha256=f"{number:064d}", file=image)
    page.goto(path(case))
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 700})
        column = page.locator(".desk-papers")
        expect(column).to_have_css("overflow-y", "visible")
        expect(column).to_have_css("position", "static")
        page.locator(".desk-paper img").last.scroll_into_view_if_needed()
        expect(page.locator(".desk-paper img").last).to_be_in_viewport()
        shot(page, f"review-papers-{width}")


def test_d3_who_comes_second_finds_the_typed_reason_again(page: Page, person, axe, shot):
    """§D3: and is told whose case it was, before and after."""
    case, colleague = waiting(30, name="겹친상사"), reviewer(name="이먼저")
    review.assign(case, actor=colleague, assignee=colleague, now=timezone.now() - timedelta(hours=2))
    page.goto(path(case))
    expect(page.locator(".desk-warning").first).to_contain_text("이먼저 님이 담당하는 신청입니다.")
    page.get_by_label("사유", exact=True).fill("오래 생각해 쓴 사유입니다.")
    review.approve_registration(case, actor=colleague, seen=cases.version(case), now=timezone.now())

    page.get_by_role("button", name="반려").click()

    expect(page.locator(".messagelist")).to_contain_text("이먼저 님이 이미 처리한 신청입니다.")
    expect(page.get_by_label("보내지 않은 사유")).to_have_value("오래 생각해 쓴 사유입니다.")
    fits(page, axe, shot, "second")


def test_d3_the_desk_works_without_javascript(page_without_javascript: Page, enter):
    """§D3: the chosen reason goes out though nothing was typed."""
    page, case = page_without_javascript, sent(name="느린상사")
    enter(page, reviewer())
    page.goto(path(case))
    page.get_by_label("자주 쓰는 사유").select_option("missing")
    page.get_by_role("button", name="보완 요청").click()

    expect(page.locator("h1")).to_contain_text("심사 대기열")
    assert Case.objects.get(pk=case.pk).state == CaseState.CORRECTION
