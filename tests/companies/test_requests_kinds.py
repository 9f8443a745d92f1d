"""MASTER 변경신청 and 기업정보 변경신청 on the applicant's pages: how they stand, papers, withdrawing (§D3, §D7)."""

import re
from datetime import timedelta
from uuid import UUID

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from post_office.models import Email
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from accounts.models import User
from companies.domain import cases, correction, documents, ending, profile, review, succession
from companies.models import (
    OPEN_STATES,
    Case,
    CaseEvent,
    CaseKind,
    CaseState,
    Channel,
    CompanyEditRequest,
    MasterAnswer,
    MasterChangeRequest,
)
from kotra_portal.permissions import MemberType
from tests import make
from tests.companies import papers
from tests.companies.firm import ask, reviewer
from tests.companies.registry import NOW, document, fax, request
from tests.companies.test_cases import put
from tests.test_english import korean_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("bureau"), pytest.mark.once]

WEEK = timedelta(days=7)
KINDS = (CaseKind.MASTER_CHANGE, CaseKind.COMPANY_EDIT)
VERBS = ["", "withdraw/", "send-again/", "documents/"]
CORRECTION = ["correct/", "correct/keep/", "correct/forget/", "correct/documents/"]


def path_of(case: Case, verb: str = "") -> str:
    return f"/company/requests/{case.pk}/{verb}"


def asked(member: User, kind: CaseKind, *, has_paper: bool = True) -> Case:
    """A request of this kind by a 정회원; mails that this queued are gone."""
    if kind == CaseKind.MASTER_CHANGE:
        return ask(member, has_paper=has_paper)
    wanted = {"name": "Hanbit & Co", "representative": "New Boss", "certificate_by": Channel.FAX}
    case = profile.request_company_edit(member, **wanted, now=NOW)
    if has_paper:
        fax(case)
    Email.objects.all().delete()
    return case


def sent_back(case: Case) -> Case:
    reason = "The certificate is blurred."
    return review.request_correction(case, actor=reviewer(), seen=cases.version(case), reason=reason, now=NOW)


@pytest.fixture
def applicant(login, frozen) -> User:
    """A 정회원, logged in, while the clock stands at NOW."""
    frozen(NOW)
    company = make.company("Hanbit", representative="Old Boss")
    make.relationship(make.member(name="Kim Suchul"), company, make.Role.MASTER)
    member = make.member_of_type(MemberType.FULL, at=company, name="Hong Gildong")
    login(member)
    return member


@pytest.fixture
def folder(tmp_path, monkeypatch, settings) -> None:
    """Let this test's files lie in a folder of its own."""
    papers.folder_of_documents(monkeypatch, tmp_path / "documents")
    papers.temporary_folder(monkeypatch, settings, tmp_path / "temporary")


def main_of(page) -> str:
    return page.text.split('<main id="main-content"')[1].split("</main>")[0]


# --- Whose it is ----------------------------------------------------------------------------------------------------


def test_d11_a_paper_of_the_sitting_master_does_not_exist_for_the_applicant(client, applicant, folder):
    """§D7, §D11: neither on the pages nor under its address, and when it is taken out again, no trace of that."""
    case = asked(applicant, CaseKind.MASTER_CHANGE, has_paper=False)
    pages = [path_of(case), "/my/"]
    before = [_plain(client.get(page)) for page in pages]
    of_master = {"shown": False, "actor": reviewer(), "now": NOW}
    paper = documents.add_paper(case, papers.upload(papers.pdf(), "답변.pdf"), Channel.FAX, **of_master)

    assert [_plain(client.get(page)) for page in pages] == before
    hidden, missing = (client.get(f"/documents/{key}/") for key in (paper.pk, UUID(int=0)))
    assert (hidden.status_code, missing.status_code) == (404, 404)
    assert _plain(hidden, paper.pk) == _plain(missing, UUID(int=0))
    documents.remove_paper(case, paper.pk, reason="중복", actor=reviewer(), now=NOW)
    assert [_plain(client.get(page)) for page in pages] == before


def test_d3_the_applicant_reads_that_a_paper_was_taken_out(client, applicant, folder):
    """§D3, §D11: in plain words, but not why, which staff wrote for staff."""
    case = asked(applicant, CaseKind.MASTER_CHANGE)
    paper = documents.add_paper(case, papers.upload(papers.pdf()), Channel.FAX, actor=reviewer(), now=NOW)
    documents.remove_paper(case, paper.pk, reason="접수번호 7의 서류", actor=reviewer(), now=NOW)

    page = client.get(path_of(case))
    assertContains(page, "이 신청과 관계없는 서류가 잘못 추가되어 뺐습니다.")
    assertNotContains(page, "접수번호 7")
    assertNotContains(page, paper.sha256[:16])


def _plain(page, key: object = "KEY") -> str:
    return page.text.replace(str(page.context["csrf_token"]), "").replace(str(key), "KEY")


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("kind", KINDS)
def test_d11_somebody_elses_request_is_as_one_that_does_not_exist(client, login, applicant, kind, verb):
    """§D11: to a colleague and to the MASTER too, with the same body."""
    case = asked(applicant, kind)
    for person in (make.master_of(case.company), make.member_of_type(MemberType.FULL, at=case.company)):
        login(person)
        method = client.post if verb in {"send-again/", "documents/"} else client.get
        foreign, missing = method(path_of(case, verb)), method(f"/company/requests/{case.pk + 1}/{verb}")
        assert (foreign.status_code, missing.status_code) == (404, 404)
        assert _without(foreign, case.pk) == _without(missing, case.pk + 1)
    assert Case.objects.get(pk=case.pk).state == CaseState.RECEIVED


def _without(page, number: int) -> str:
    return page.text.replace(str(page.context["csrf_token"]), "").replace(f"/requests/{number}/", "/requests/N/")


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("verb", CORRECTION)
@pytest.mark.parametrize("kind", KINDS)
def test_d3_only_a_registration_is_corrected_on_a_form(client, applicant, kind, verb, method):
    """§D3: the others are answered with papers."""
    assert getattr(client, method)(path_of(asked(applicant, kind), verb)).status_code == 404


@pytest.mark.parametrize("method", ["get", "post"])
def test_d3_a_registration_is_not_sent_again_without_its_form(client, login, method):
    """§D3: it is corrected there."""
    member = make.member()
    login(member)
    assert getattr(client, method)(path_of(sent_back(request(member)), "send-again/")).status_code == 404


# --- What it shows --------------------------------------------------------------------------------------------------

TITLES = {CaseKind.MASTER_CHANGE: "MASTER 변경신청", CaseKind.COMPANY_EDIT: "기업정보 변경신청"}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("state", CaseState)
def test_d3_each_state_says_what_comes_next(client, applicant, kind, state):
    """§D3, §D7: with the reason, and with what can still be done."""
    case = put(asked(applicant, kind), state)

    page = client.get(path_of(case))

    words = {
        CaseState.RECEIVED: "지금 MASTER의 답을 기다리고" if kind == CaseKind.MASTER_CHANGE else "심사하고 있습니다",
        CaseState.CORRECTION: "보완이 필요합니다",
        CaseState.APPROVED: "승인되었습니다",
        CaseState.REJECTED: "반려되었습니다",
        CaseState.OVERTAKEN: "다른 처리로 끝났습니다",
    }
    assertContains(page, f"<h1>{TITLES[kind]}</h1>")
    assertContains(page, words.get(state, "취소한 신청입니다"))
    assertContains(page, CaseState(state).label)
    assertContains(page, case.reason)
    is_open = state in OPEN_STATES
    for verb in ("withdraw/", "documents/"):
        assert (path_of(case, verb) in page.text) is is_open
    assert "/correct/" not in main_of(page)
    assert "/company/register/" not in main_of(page)


def test_q3_a_master_change_shows_what_was_sent(client, applicant):
    """§Q3, §D7: the text, what becomes of the MASTER, the papers' way, and from when staff may decide."""
    case = ask(applicant, leaves=True)
    page = client.get(path_of(case))
    for words in (
        "MASTER가 퇴사했습니다.",
        "퇴사: 기업과의 관계를 해지합니다.",
        "팩스",
        "Kim Suchul",
        "2026.11.29. 09:00부터",
    ):
        assertContains(page, words)


def test_d11_an_associate_reads_the_masters_name_masked(client, login, applicant):
    """§D11: as everywhere."""
    company = make.company()
    make.relationship(make.member(name="김수철"), company, make.Role.MASTER)
    associate = make.member_of_type(MemberType.ASSOCIATE, at=company)
    login(associate)
    page = client.get(path_of(ask(associate)))
    assertContains(page, "김*철")
    assertNotContains(page, "김수철")


@pytest.mark.parametrize(
    ("answer", "days", "words"),
    [
        ("", 0, "지금 MASTER의 답을 기다리고 있습니다"),
        ("", 7, "MASTER가 답할 수 있는 7일이 지났습니다"),
        (MasterAnswer.AGREED, 0, "지금 MASTER가 동의했습니다"),
        (MasterAnswer.OBJECTED, 0, "지금 MASTER가 이의를 제기했습니다"),
        (MasterAnswer.OBJECTED, 7, "MASTER의 이의 내용과 서류를 함께 보고 결정합니다"),
    ],
    ids=["waiting", "late", "agreed", "objected", "objected and late"],
)
def test_d7_the_masters_answer_and_the_seven_days_are_told(client, applicant, frozen, answer, days, words):
    """§D7: what is waited for; of the objection's words nothing."""
    case = ask(applicant)
    if answer == MasterAnswer.AGREED:
        succession.agree(case, actor=make.master_of(case.company), password=make.PASSWORD, now=NOW)
    elif answer:
        succession.object_to(case, actor=make.master_of(case.company), objection="사사로운 말", now=NOW)
    frozen(NOW + timedelta(days=days))
    client.force_login(applicant)  # an idle log-in ended meanwhile

    page = client.get(path_of(case))

    assertContains(page, words)
    assertNotContains(page, "사사로운 말")
    assert ("서류를 확인하는 대로" in page.text) is (answer == MasterAnswer.AGREED)


def test_c6_a_company_edit_shows_what_was_and_what_shall_be(client, applicant):
    """§C6: and what stays."""
    case = asked(applicant, CaseKind.COMPANY_EDIT)
    page = client.get(path_of(case))
    for words in ("Hanbit</del>", "Hanbit &amp; Co</ins>", "Old Boss</del>", "New Boss</ins>"):
        assertContains(page, words)
    CompanyEditRequest.objects.update(representative="Old Boss")
    assertContains(client.get(path_of(case)), 'Old Boss <span class="subtle">(그대로)</span>')


@pytest.mark.parametrize("kind", KINDS)
def test_q3_without_a_paper_it_is_waited_for(client, applicant, kind):
    """§Q3: the form to print is at hand; fax and e-mail with the number to write on them."""
    case = asked(applicant, kind, has_paper=False)
    page = client.get(path_of(case))
    assertContains(page, "기다리고 있습니다")
    assertContains(page, f"접수번호 {case.pk}</strong>")
    assertContains(page, "02-3460-7932")
    assert ("/company/master-change/form/" in main_of(page)) is (kind == CaseKind.MASTER_CHANGE)


def test_d3_the_history_is_told_by_whom(client, applicant):
    """§D3, §D7: the applicant, the MASTER, staff, or the portal itself."""
    case = ask(applicant)
    succession.object_to(case, actor=make.master_of(case.company), objection="아닙니다.", now=NOW)
    sent_back(case)
    cases.overtake(case.company, now=NOW)

    history = client.get(path_of(case)).text.split('id="history"')[1].split("</section>")[0]

    told = re.findall(r'<strong>(.*?)</strong>\s*<span class="subtle">(.*?)</span>', history)
    assert told == [
        ("신청 접수", "본인"),
        ("MASTER 이의", "MASTER"),
        ("보완 요청", "고객지원팀"),
        ("다른 처리로 종료", "자동 처리"),
    ]


@pytest.mark.parametrize("kind", KINDS)
def test_d1_one_that_ended_with_the_relationship_says_so(client, applicant, kind):
    """§D1, §D5: whoever leaves takes along what they asked for."""
    case = asked(applicant, kind)
    ending.leave_company(applicant, now=NOW)
    page = client.get(path_of(case))
    assertContains(page, "기업과의 관계가 끝나 취소되었습니다")
    assert path_of(case, "withdraw/") not in page.text


@pytest.mark.parametrize("kind", KINDS)
def test_the_page_asks_as_often_however_much_was_sent(client, applicant, kind):
    case = asked(applicant, kind)
    client.get(path_of(case))
    few = _queries(client, path_of(case))
    for number in range(5):
        document(case, sha256=f"{number:064d}")
        CaseEvent.objects.create(case=case, kind=CaseEvent.Kind.DOCUMENT_ADDED, at=NOW, actor=applicant)
    assert _queries(client, path_of(case)) == few <= 9


def _queries(client: Client, path: str) -> int:
    with CaptureQueriesContext(connection) as captured:
        client.get(path)
    return len(captured)


# --- Papers, and sending again --------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
def test_d3_a_correction_is_answered_with_a_paper_and_sent_again(client, applicant, kind):
    """§D3: the button is there once a paper came; then it waits for staff anew."""
    case = sent_back(asked(applicant, kind))
    page = client.get(path_of(case))
    assertContains(page, "The certificate is blurred.")
    assertNotContains(page, path_of(case, "send-again/"))

    document(case, sha256="1" * 64)
    CaseEvent.objects.create(case=case, kind=CaseEvent.Kind.DOCUMENT_ADDED, at=NOW, actor=applicant)
    assertContains(client.get(path_of(case)), f'action="{path_of(case, "send-again/")}"')
    done = client.post(path_of(case, "send-again/"), follow=True)

    assertRedirects(done, path_of(case))
    assertContains(done, "다시 보냈습니다.")
    case.refresh_from_db()
    assert (case.state, case.events.last().kind) == (CaseState.RECEIVED, CaseEvent.Kind.CORRECTED)
    assertContains(client.post(path_of(case, "send-again/"), follow=True), "이미 접수되어 심사를 기다리고 있습니다")
    assert case.events.filter(kind=CaseEvent.Kind.CORRECTED).count() == 1


@pytest.mark.parametrize("kind", KINDS)
def test_q3_a_file_is_added_to_a_request_of_any_kind(client, applicant, kind, folder):
    """§Q3: by upload, at once; the history tells it."""
    case = asked(applicant, kind, has_paper=False)
    file = papers.upload(papers.pdf(), "변경신청서.pdf")
    done = client.post(path_of(case, "documents/"), {"document": file}, follow=True)
    assertRedirects(done, path_of(case))
    assertContains(done, "‘변경신청서.pdf’ 파일을 추가했습니다.")
    assert case.documents.get().added_by == applicant
    assert case.events.last().kind == CaseEvent.Kind.DOCUMENT_ADDED


@pytest.mark.parametrize("kind", KINDS)
def test_d3_without_a_new_paper_nothing_is_sent_again(client, applicant, kind):
    """§D3: not by an old page either."""
    case = sent_back(asked(applicant, kind))
    assertContains(client.post(path_of(case, "send-again/"), follow=True), correction.NothingChanged.sentence[:20])
    assert Case.objects.get(pk=case.pk).state == CaseState.CORRECTION


@pytest.mark.parametrize("state", [state for state in CaseState if state not in OPEN_STATES])
def test_d3_what_is_closed_is_not_sent_again(client, applicant, state):
    """§D3: it says so."""
    case = put(ask(applicant), state)
    assertContains(client.post(path_of(case, "send-again/"), follow=True), "이미 끝난 신청입니다.")
    assert Case.objects.get(pk=case.pk).state == state


def test_d3_sending_again_is_asked_by_its_button_alone(client, applicant):
    """§D3: whoever follows the address lands on the page."""
    case = sent_back(ask(applicant))
    assertRedirects(client.get(path_of(case, "send-again/")), path_of(case))


# --- Withdrawing ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
def test_d3_it_is_withdrawn_after_reading_what_that_means(client, applicant, kind):
    """§D3: nothing else changes."""
    case = asked(applicant, kind)
    assertContains(client.get(path_of(case, "withdraw/")), f"<h1>{TITLES[kind]} 취소</h1>")
    done = client.post(path_of(case, "withdraw/"), {"state": "APPROVED", "decider": applicant.pk}, follow=True)
    assertContains(done, "취소한 신청입니다")
    case.refresh_from_db()
    assert (case.state, case.decider) == (CaseState.WITHDRAWN, None)
    told = Email.objects.get(to=applicant.email)
    assert told.subject == f"[KOTRA] {TITLES[kind]}이 취소되었습니다"


# --- 마이KOTRA ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("state", CaseState)
def test_d3_my_page_lists_every_kind_with_its_state(client, applicant, kind, state):
    """§D3: what is open waits at the top; what was decided lately is told."""
    case = put(asked(applicant, kind), state)

    page = client.get("/my/")

    listed = page.text.split('id="requests"')[1].split("</section>")[0]
    assert f'href="{path_of(case)}"' in listed
    assert (TITLES[kind] in listed, str(CaseState(state).label) in listed) == (True, True)
    waiting = page.text.split('id="waiting"')[1].split("</section>")[0] if 'id="waiting"' in page.text else ""
    assert (path_of(case) in waiting) is (state in {*OPEN_STATES, *cases.NEWS})
    told = {"APPROVED": "이 승인되었습니다", "REJECTED": "이 반려되었습니다", "OVERTAKEN": "이 다른 처리로 끝났습니다"}
    if state in told:
        assert f"{TITLES[kind]}{told[state]}" in waiting


def test_d3_my_page_asks_as_often_however_many_requests_there_are(client, applicant):
    """§D3: and lists the twenty that count."""
    client.get("/my/")
    few = _queries(client, "/my/")
    company = applicant.relationships.get().company
    row = {"kind": "MASTER_CHANGE", "state": "WITHDRAWN", "applicant": applicant, "company": company}
    for _ in range(cases.LISTED + 2):
        case = Case.objects.create(opened_at=NOW, waiting_since=NOW, closed_at=NOW, **row)
        MasterChangeRequest.objects.create(
            case=case, master=make.member(), master_leaves=False, why="x", certificate_by="FAX", decidable_from=NOW
        )
    still_open = asked(applicant, CaseKind.COMPANY_EDIT)

    assert _queries(client, "/my/") == few
    listed = client.get("/my/").text.split('id="requests"')[1].split("</section>")[0]
    assert listed.count("/company/requests/") == cases.LISTED
    assert path_of(still_open) in listed


# --- In English -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("state", CaseState)
def test_d22_each_kind_reads_english_in_each_state(client, applicant, kind, state):
    """§D22: the request, its withdrawal, 마이KOTRA; with and without a paper."""
    case = put(asked(applicant, kind, has_paper=False), state)
    MasterChangeRequest.objects.update(why="He left.")
    Case.objects.update(reason="The certificate is blurred.")
    User.objects.filter(pk=applicant.pk).update(language="en")
    client.force_login(User.objects.get(pk=applicant.pk))

    pages = [client.get(path, follow=True) for path in (path_of(case), path_of(case, "withdraw/"), "/my/")]
    document(case, name="certificate.pdf")
    CaseEvent.objects.create(case=case, kind=CaseEvent.Kind.DOCUMENT_ADDED, at=NOW, actor=applicant)
    pages += [client.get(path_of(case)), client.get("/my/"), client.post(path_of(case, "send-again/"), follow=True)]

    assert [korean_in(page.text) for page in pages] == [[]] * 6
