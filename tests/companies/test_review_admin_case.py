"""One case on one page: what was typed, what the registry says, documents, warnings, rounds, papers (§D3, §D11)."""

import pytest
from django.test import Client
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from accounts.models import AccessLog
from companies.documents import OtherFormat
from companies.domain import cases, documents, review
from companies.models import BusinessStatus, Case, CaseEvent, CaseState, Channel, Document, RelationshipEvent, Role
from tests import make
from tests.companies import papers
from tests.companies.desk import case_in, corrected, path, reviewer, sent
from tests.companies.registry import NOW, PDF, SOON, document

pytestmark = [pytest.mark.django_db, pytest.mark.once]


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    return papers.folder_of_documents(monkeypatch, tmp_path / "documents")


@pytest.fixture(autouse=True)
def temporary(tmp_path, monkeypatch, settings):
    return papers.temporary_folder(monkeypatch, settings, tmp_path / "temporary")


@pytest.fixture
def person():
    return reviewer(username="reviewer1", name="박심사")


@pytest.fixture
def desk(client, login, person) -> Client:
    return login(person)


@pytest.fixture
def case() -> Case:
    return sent(brn="2118612345")


# --- The registry ---------------------------------------------------------------------------------------------------


def test_d3_the_registry_is_asked_again_only_when_somebody_asks(desk, case, bureau):
    bureau.knows(case.registration.brn)
    page = desk.get(path(case))
    assertContains(page, "조회되지 않음")  # what it said when the request was sent
    assert bureau.asked == []

    page = desk.get(path(case) + "?registry=again")

    assert (bureau.asked, bureau.in_transaction[-1:]) == ([case.registration.brn], bureau.in_transaction)
    rows = {row.label: row for sheet in page.context["sheets"] for row in sheet.rows}
    assert (rows["기업명"].value, rows["기업명"].other, rows["기업명"].differs) == ("민국상사", "대한상사", True)
    assert not rows["업태"].differs  # the registry knows nothing of it
    assertContains(page, "다름</strong>", count=2)
    assert Case.objects.get().registration.registry_answer == "UNKNOWN"  # and nothing of it is kept


@pytest.mark.parametrize(("status", "words"), [("CLOSED", "폐업한 것으로"), ("SUSPENDED", "휴업 중인 것으로")])
def test_d8_a_business_that_does_not_go_on_is_pointed_out(desk, case, bureau, status, words):
    bureau.knows(case.registration.brn, status=BusinessStatus(status))
    assertContains(desk.get(path(case) + "?registry=again"), words)


def test_d3_a_registry_that_does_not_know_or_does_not_answer(desk, case, bureau):
    assertContains(desk.get(path(case) + "?registry=again"), "지금도 조회되지 않는 번호입니다.")
    bureau.is_down = True
    assertContains(desk.get(path(case) + "?registry=again"), "조회하지 못했습니다. 잠시 후 다시 조회해 주세요.")


# --- Documents ------------------------------------------------------------------------------------------------------


def test_d11_documents_are_shown_in_place(desk, case):
    sheet = document(case)
    picture = document(case, content_type="image/png", sha256="0" * 64)
    page = desk.get(path(case))

    assertContains(page, f'<iframe src="/documents/{sheet.pk}/#')
    assertContains(page, f'<img src="/documents/{picture.pk}/"')
    assert "frame-src 'self'" in page.headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in page.headers["Content-Security-Policy"]
    assert page.headers["X-Frame-Options"] == "DENY"
    assert "unsafe" not in page.headers["Content-Security-Policy"]


def test_d11_no_other_page_of_the_desk_may_hold_frames(desk):
    assert "frame-src" not in desk.get("/admin/companies/case/").headers["Content-Security-Policy"]


def test_d11_the_preview_may_be_framed_by_this_site_alone_and_is_logged(desk, person, case):
    sheet = document(case)
    answer = desk.get(f"/documents/{sheet.pk}/")
    assert b"".join(answer.streaming_content) == PDF

    assert answer.headers["X-Frame-Options"] == "SAMEORIGIN"
    assert "frame-ancestors 'self'" in answer.headers["Content-Security-Policy"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    row = AccessLog.objects.get()
    assert (row.actor, row.action, row.target) == (person, AccessLog.Action.OPENED_DOCUMENT, f"document {sheet.pk}")


def test_d11_without_the_right_no_document_is_shown(client, login, case):
    sheet = document(case)
    login(papers.staff_who_may("companies.view_case", "companies.review_case"))

    page = client.get(path(case))
    assertContains(page, "서류를 볼 권한이 없습니다.")
    assertNotContains(page, str(sheet.pk))


# --- Warnings -------------------------------------------------------------------------------------------------------


def test_d3_a_plain_case_warns_of_nothing(desk, case):
    document(case)
    assertNotContains(desk.get(path(case)), 'desk-warning"')


def test_d3_the_same_file_in_another_case_is_pointed_out(desk, case):
    document(case)
    other = sent(name="딴상사")
    document(other)
    document(sent(name="무관상사"), sha256="1" * 64)
    page = desk.get(path(case))

    assertContains(page, "같은 파일이 다른 신청에도 있습니다.")
    assertContains(page, path(other))
    assertContains(page, "딴상사")
    assertNotContains(page, "무관상사")


def test_d4_requests_of_others_and_a_registered_number_are_pointed_out(desk, case):
    other = sent(brn=case.registration.brn)
    assertContains(desk.get(path(case)), "다른 사람도 이 번호의 등록을 신청했습니다.")
    assertContains(desk.get(path(case)), path(other))

    make.company("먼저상사", brn=case.registration.brn)
    assertContains(desk.get(path(case)), "승인하면 신청인은 MASTER가 아니라 준회원이 됩니다.")


def test_d4_an_applicant_who_cannot_be_approved_is_pointed_out(desk, case):
    make.relationship(case.applicant, make.company("딴회사"), Role.MASTER)
    assertContains(desk.get(path(case)), "신청인은 이미 ‘딴회사’의 MASTER입니다.")
    assertContains(desk.post(path(case, "approve"), {"seen": cases.version(case)}), str(review.ApplicantIsGone()))


def test_d3_whoever_decides_a_colleagues_case_is_told_whose_it_is_and_since_when(desk, person, case):
    """§D3: deciding stays possible; one's own and nobody's are no news."""
    colleague = reviewer(name="이먼저")
    review.assign(case, actor=colleague, assignee=person, now=NOW)
    assertNotContains(desk.get(path(case)), "님이 담당하는 신청입니다.")

    review.assign(case, actor=colleague, assignee=colleague, now=SOON)
    page = desk.get(path(case))
    assertContains(page, "이먼저 님이 담당하는 신청입니다.")
    assertContains(page, "담당자로 정한 때: 2026.11.22. 09:01")
    assert desk.post(path(case, "approve"), {"seen": cases.version(case)}).status_code == 302
    assertNotContains(desk.get(path(case)), "님이 담당하는 신청입니다.")


def test_d3_odd_names_are_flagged(desk, case):
    asked = case.registration
    asked.name = "ＡＢＣ상사"
    asked.save()
    assertContains(desk.get(path(case)), "기업명 ‘ＡＢＣ상사’: 모양만 같은 특수 문자")


def test_d3_another_representative_is_told_and_is_no_warning(desk, case):
    document(case)
    page = desk.get(path(case))
    assertContains(page, "다른 사람입니다. 직원이 신청했을 수 있습니다.")
    assertNotContains(page, 'desk-warning"')


def test_d3_earlier_cases_of_the_number_and_of_the_applicant_are_linked(desk, case):
    rejected = case_in(CaseState.REJECTED, brn=case.registration.brn)
    Case.objects.filter(pk=case.pk).update(state=CaseState.WITHDRAWN, closed_at=NOW)
    again = sent(case.applicant, brn="1208800001")

    assertContains(desk.get(path(case)), path(rejected))
    assertContains(desk.get(path(again)), path(case))
    assertNotContains(desk.get(path(again)), path(rejected))


def test_d3_whatever_a_name_holds_stays_text(desk, case):
    asked = case.registration
    asked.name = "<script>alert(1)</script>"
    asked.save()
    for address in (path(case), "/admin/companies/case/"):
        assertNotContains(desk.get(address), "<script>alert")


# --- Rounds and history ---------------------------------------------------------------------------------------------


def test_d3_both_rounds_and_what_changed_are_shown(desk, person, case):
    seen = cases.version(case)
    review.request_correction(case, actor=person, seen=seen, reason="이름이 다릅니다.", now=NOW)
    corrected(case, name="고친상사")
    page = desk.get(path(case))

    ((before, changed),) = page.context["rounds"]
    assert [(row.label, row.other, row.value) for row in changed] == [("기업명", "민국상사", "고친상사")]
    assert before.reason == "이름이 다릅니다."
    assertContains(page, "<del>민국상사</del>")
    assertContains(page, "<ins>고친상사</ins>")
    assertContains(page, '고친상사 <strong class="desk-corrected">고쳐 보냄</strong>')
    assertContains(page, "고쳐 보냄</strong>", count=1)
    assertContains(page, "(다시 보냄 11.22.)")  # beside how long it waits


def test_d3_the_history_says_who_was_given_the_case_once(desk, person, case):
    colleague = reviewer(username="reviewer2", name="김지원")
    desk.post(path(case, "take"))
    page = desk.get(path(case))
    assertContains(page, "<span>직접 맡음</span>")
    assertNotContains(page, "다시 보냄")
    desk.post(path(case, "assign"), {"assignee": colleague.pk})
    assertContains(desk.get(path(case)), "<span>김지원 님에게 맡김</span>")


# --- Papers that came by fax or e-mail ------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
@pytest.mark.parametrize(("verb", "channel"), [("add-fax", Channel.FAX), ("add-emailed", Channel.EMAIL)])
def test_d3_a_paper_is_added_and_makes_nobodys_decision_fail(client, login, verb, channel):
    person, case = reviewer(), sent(has_paper=False)
    desk, seen = login(person, client), cases.version(case)
    typed = {"document": papers.upload(papers.pdf(), "팩스.pdf")}

    assertRedirects(desk.post(path(case, verb), typed), path(case))

    paper = Document.objects.get()
    assert (paper.case, paper.channel, paper.added_by, paper.name) == (case, channel, person, "팩스.pdf")
    event = case.events.latest("pk")
    assert (event.kind, event.actor) == (CaseEvent.Kind.DOCUMENT_ADDED, person)
    assert cases.version(case) == seen
    review.approve_registration(case, actor=reviewer(), seen=seen, now=SOON)
    assert RelationshipEvent.objects.get().kind == RelationshipEvent.Kind.REGISTERED


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_d3_what_cannot_be_taken_is_said_beside_the_field(client, login):
    case = sent(has_paper=False)
    desk = login(reviewer(), client)
    add = path(case, "add-fax")

    assertContains(desk.post(add), "올릴 파일을 먼저 선택해 주세요.")
    assertContains(desk.post(add, {"document": papers.upload(b"hello")}), str(OtherFormat()))
    assert Document.objects.count() == 0


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
@pytest.mark.parametrize("state", set(CaseState) - {CaseState.RECEIVED, CaseState.CORRECTION})
def test_d3_nothing_is_added_to_a_case_that_is_over(client, login, state):
    case = case_in(state)
    typed = {"document": papers.upload(papers.pdf())}
    assertContains(login(reviewer(), client).post(path(case, "add-fax"), typed), str(cases.CaseIsClosed()))
    assert case.documents.get().name == "fax.pdf"


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_d3_papers_are_added_by_reviewers_of_others_cases_and_never_as_the_applicants():
    case = sent()
    paper = {"upload": papers.upload(PDF), "now": SOON}
    with pytest.raises(review.MayNotReview):
        documents.add_paper(case, channel=Channel.FAX, actor=papers.staff_who_may("companies.view_case"), **paper)
    with pytest.raises(review.OwnCase):
        documents.add_paper(case, channel=Channel.FAX, actor=reviewer(member_account=case.applicant), **paper)
    with pytest.raises(ValueError, match="UPLOAD"):
        documents.add_paper(case, channel=Channel.UPLOAD, actor=reviewer(), **paper)


# --- Papers that were added to the wrong case -----------------------------------------------------------------------


def test_d3_a_paper_that_staff_added_can_be_taken_out(desk, person, case):
    """§D3, §D11: with a reason; the history tells staff all of it, and nothing of what the file was called."""
    uploaded, paper = document(case), case.documents.get(name="fax.pdf")
    page = desk.get(path(case))
    assertContains(page, f'name="document" value="{paper.pk}"')
    assertNotContains(page, f'name="document" value="{uploaded.pk}"')  # the applicant's own

    sent = {"document": paper.pk, "why": "다른 신청의 서류", "reason": "쓰던 사유"}
    page = desk.post(path(case, "remove-paper"), sent, follow=True)

    assertRedirects(page, path(case))
    assertContains(page, "다른 신청의 서류")
    assertContains(page, f"{paper.sha256[:16]}</span>")
    assertNotContains(page, "fax.pdf")
    assert page.context["decision_form"].initial["reason"] == "쓰던 사유"
    assert list(case.documents.all()) == [uploaded]


def test_d3_what_cannot_be_taken_out_is_said(desk, case):
    """§D3: beside the field, and in words to the later of two, and for what is no paper at all."""
    paper, remove = case.documents.get(), path(case, "remove-paper")
    page = desk.post(remove, {"document": paper.pk, "why": " ", "reason": "쓰던 사유"})
    assertContains(page, f'<a href="#id_why_{paper.pk}">{documents.WhyMissing()}</a>')
    assertContains(page, '<details class="desk-remove" open>')
    assertContains(page, "쓰던 사유")

    desk.post(remove, {"document": paper.pk, "why": "중복"})
    for gone in (paper.pk, "%s", ""):
        assertContains(desk.post(remove, {"document": gone, "why": "중복"}), str(documents.PaperIsGone()))


def test_d3_who_decides_meanwhile_reads_that_a_paper_went(desk, case):
    seen, paper = cases.version(case), case.documents.get()
    documents.remove_paper(case, paper.pk, reason="중복", actor=reviewer(), now=SOON)
    answer = desk.post(path(case, "approve"), {"seen": seen})
    assertContains(answer, "그사이 있었던 일: 잘못 추가한 서류를 뺌 (2026.11.22. 09:01)")


def test_d3_whoever_may_not_decide_has_no_button_to_take_a_paper_out(client, login, case):
    """§D3: and is refused in words."""
    login(papers.staff_who_may("companies.view_case", "companies.view_document"))
    assertNotContains(client.get(path(case)), "desk-remove")
    typed = {"document": case.documents.get().pk, "why": "중복"}
    assertContains(client.post(path(case, "remove-paper"), typed), str(review.MayNotReview()))
    assert case.documents.count() == 1
