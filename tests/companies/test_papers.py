"""Papers that came by fax or e-mail: taken out where they do not belong, and seen by whom they are for (§D3, §D11)."""

import pytest
from post_office.models import Email

from accounts.domain import access_log
from accounts.models import AccessLog
from companies.domain import cases, correction, documents, evidence, review, succession
from companies.models import Case, CaseEvent, CaseKind, CaseState, Channel, Document
from tests import make
from tests.companies import papers
from tests.companies.desk import asked_of, case_in, reviewer, sent
from tests.companies.firm import WEEK, company_with, mails, registered
from tests.companies.registry import NOW, SOON, document, fax

pytestmark = [pytest.mark.django_db, pytest.mark.once]

WHY = "다른 신청의 서류"
OVER = [state for state in CaseState if state not in {CaseState.RECEIVED, CaseState.CORRECTION}]
TWO_SIDES = (CaseKind.MASTER_CHANGE, CaseKind.DISPUTE)


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    return papers.folder_of_documents(monkeypatch, tmp_path / "documents")


@pytest.fixture(autouse=True)
def _temporary(tmp_path, monkeypatch, settings):
    papers.temporary_folder(monkeypatch, settings, tmp_path / "temporary")


@pytest.fixture
def case() -> Case:
    return sent(has_paper=False)


@pytest.fixture
def change() -> Case:
    """A MASTER 변경신청 without a paper."""
    company, (_master, full) = company_with("FULL")
    return asked_of(company, CaseKind.MASTER_CHANGE, full, has_paper=False)


def add(case: Case, *, pages: int = 1, channel: Channel = Channel.FAX, **fields: object) -> Document:
    upload = papers.upload(papers.pdf(pages=pages), "홍길동 진단서.pdf")
    return documents.add_paper(case, upload, channel, **{"actor": reviewer(), "now": SOON} | fields)


def remove(paper: Document, case: Case | None = None, **fields: object) -> None:
    documents.remove_paper(case or paper.case, paper.pk, **{"reason": WHY, "actor": reviewer(), "now": SOON} | fields)


# --- Taken out ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("channel", documents.BY_STAFF)
@pytest.mark.parametrize("state", ["RECEIVED", "CORRECTION"])
def test_what_staff_added_to_the_wrong_case_goes_and_leaves_its_trace(
    folder, case, state, channel, django_capture_on_commit_callbacks
):
    """§D3, §D11: row and file; the history says by whom, why, and how the file began, but not what it was called."""
    if state == "CORRECTION":
        review.request_correction(case, reason="흐립니다.", actor=reviewer(), seen=cases.version(case), now=NOW)
    paper, actor = add(case, channel=channel), reviewer()
    before = Case.objects.values().get(pk=case.pk)

    with django_capture_on_commit_callbacks(execute=True):
        remove(paper, actor=actor, reason=f"  {WHY}\n ")

    assert (Document.objects.count(), papers.files_in(folder)) == (0, [])
    event = case.events.latest("pk")
    assert (event.kind, event.actor, event.at) == (CaseEvent.Kind.DOCUMENT_REMOVED, actor, SOON)
    assert event.detail == {"document": str(paper.pk), "reason": WHY, "sha256": paper.sha256[:16]}
    assert Case.objects.values().get(pk=case.pk) == before  # whose turn it is, and since when


def test_who_opened_it_stays_in_the_log(case):
    """§D11."""
    paper, person = add(case), reviewer()
    opened = {"subject": case.applicant, "target": f"document {paper.pk}", "address": "192.0.2.7", "now": SOON}
    access_log.record(person, AccessLog.Action.OPENED_DOCUMENT, **opened)

    remove(paper)

    row = AccessLog.objects.get()
    assert (row.actor, row.subject, row.target) == (person, case.applicant, f"document {paper.pk}")


def test_it_no_longer_counts_anywhere(case):
    """§D3, §T4: not for the applicant's list, not as seen before elsewhere, not for an approval."""
    paper, other = add(case), sent(has_paper=False)
    add(other)
    assert evidence.evidence_of(other).same_files == [paper]

    remove(paper)

    assert [one.has_documents for one in cases.recent_requests(case.applicant)] == [False]
    assert evidence.evidence_of(other).same_files == []
    with pytest.raises(review.DocumentMissing):
        review.approve_registration(case, actor=reviewer(), seen=cases.version(case), now=SOON)


@pytest.mark.parametrize("kind", CaseKind)
def test_whoever_heard_that_it_arrived_hears_that_it_is_out(kind, bureau):
    """§D3, §D7, §D8: the applicant or the claimant, not why nor what it was called; of another side's paper nobody."""
    company = registered(bureau)[0]
    applicant = make.member_of_type("FULL", at=company)
    is_new = kind == CaseKind.REGISTRATION
    case = sent(has_paper=False) if is_new else asked_of(company, kind, applicant, has_paper=False)
    paper = add(case)
    others = add(case, pages=2, shown=False) if kind in TWO_SIDES else None
    heard = Email.objects.latest("pk").to

    remove(paper, reason="접수번호 7의 종이")
    mail = Email.objects.latest("pk")
    if others:
        remove(others)

    assert [subject for _to, subject in mails()[-2:]] == ["보내신 서류를 받았습니다", "잘못 추가된 서류를 뺐습니다"]
    assert (mail.to, Email.objects.latest("pk")) == (heard, mail)
    said = mail.message + mail.html_message
    assert "아직 보내지 않았다면" in mail.message
    assert "아직 보내지 않았다면" in mail.html_message
    assert [word for word in ("종이", "홍길동") if word in said] == []


def test_whoever_decides_meanwhile_is_told(case):
    """§D3: one decides on what one saw; a paper that comes is no news, one that goes is."""
    wrong = add(case)
    add(case, pages=2)
    seen = cases.version(case)

    remove(wrong)

    with pytest.raises(review.ChangedMeanwhile):
        review.approve_registration(case, actor=reviewer(), seen=seen, now=SOON)
    assert [event.kind for event in cases.happened_since(case, seen)] == [CaseEvent.Kind.DOCUMENT_REMOVED]
    review.approve_registration(case, actor=reviewer(), seen=cases.version(case), now=SOON)


def test_a_correction_is_not_answered_with_a_paper_that_went(change):
    """§D3: another that came in the same turn still answers it."""
    by_staff = {"actor": reviewer(), "seen": cases.version(change), "now": NOW}
    review.request_correction(change, reason="등록증을 보내 주세요.", **by_staff)
    paper = add(change)
    assert cases.has_new_paper(change)

    remove(paper)
    with pytest.raises(correction.NothingChanged):
        correction.send_again(change, actor=change.applicant, now=SOON)
    add(change, pages=2)
    correction.send_again(change, actor=change.applicant, now=SOON)


def test_it_can_be_added_again(case):
    """§D3: the one that went is not the same file once more."""
    paper = add(case)
    remove(paper)
    again = add(case)
    assert (again.pk != paper.pk, again.sha256) == (True, paper.sha256)
    came = "보내신 서류를 받았습니다"
    assert [subject for _to, subject in mails()] == [came, "잘못 추가된 서류를 뺐습니다", came]


# --- Refused --------------------------------------------------------------------------------------------------------


def test_what_the_applicant_uploaded_stays(case):
    """§D3."""
    upload = documents.add_to_case(case, papers.upload(papers.pdf()), actor=case.applicant, now=NOW)
    with pytest.raises(documents.UploadStays):
        remove(upload)
    assert upload.file.storage.exists(upload.file.name)


def test_only_a_reviewer_of_somebody_elses_case_may(case):
    """§D3."""
    paper = add(case)
    for actor, refusal in (
        (papers.staff_who_may("companies.view_case", "companies.view_document"), review.MayNotReview),
        (case.applicant, review.MayNotReview),
        (reviewer(member_account=case.applicant), review.OwnCase),
    ):
        with pytest.raises(refusal):
            remove(paper, actor=actor)
    assert case.documents.get() == paper


@pytest.mark.parametrize("state", OVER)
def test_what_was_decided_keeps_its_papers(state):
    """§D3."""
    case = case_in(state)
    with pytest.raises(cases.CaseIsClosed):
        remove(case.documents.get())
    assert case.documents.exists()


@pytest.mark.parametrize(
    ("reason", "refusal"), [(" \n", documents.WhyMissing), ("가" * 201, documents.WhyTooLong), ("가" * 200, None)]
)
def test_it_is_said_why_in_a_line(case, reason, refusal):
    """§D3."""
    paper = add(case)
    if refusal:
        with pytest.raises(refusal):
            remove(paper, reason=reason)
    else:
        remove(paper, reason=reason)
    assert case.documents.exists() is bool(refusal)


def test_the_later_of_two_is_told_and_no_other_case_is_touched(case):
    """§D3."""
    paper, others = add(case), add(sent(has_paper=False))
    remove(paper)
    for gone in (paper, others):
        with pytest.raises(documents.PaperIsGone):
            documents.remove_paper(case, gone.pk, reason=WHY, actor=reviewer(), now=SOON)
    assert Document.objects.get() == others
    assert case.events.filter(kind=CaseEvent.Kind.DOCUMENT_REMOVED).count() == 1


# --- For staff alone ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", TWO_SIDES)
def test_another_sides_paper_is_for_staff_alone(kind, bureau):
    """§D7, §D8, §D11: nobody hears of it, it is nobody's that the portal knows, and staff open it."""
    company = registered(bureau)[0]
    case = asked_of(company, kind, make.member_of_type("FULL", at=company), has_paper=False)

    paper = add(case, shown=False)

    assert (mails(), documents.owner_of(paper)) == ([], None)
    assert documents.document_for(papers.staff_who_may("companies.view_document"), paper.pk) == paper
    if case.applicant:
        with pytest.raises(Document.DoesNotExist):
            documents.document_for(case.applicant, paper.pk)
        assert [one.has_documents for one in cases.recent_requests(case.applicant)] == [False]
    with pytest.raises(review.DocumentMissing):
        review.check_papers(case)


@pytest.mark.parametrize("kind", [CaseKind.REGISTRATION, CaseKind.COMPANY_EDIT])
def test_where_there_is_one_side_nothing_is_hidden(kind):
    """§D11."""
    company, (master,) = company_with()
    case = asked_of(company, kind, master) if kind == CaseKind.COMPANY_EDIT else sent()
    with pytest.raises(ValueError, match="False"):
        add(case, shown=False)


def test_it_proves_nothing_for_the_applicant(change):
    """§Q3, §D7: neither an approval nor an answer to a 보완 요청 stands on the MASTER's paper alone."""
    late = NOW + WEEK
    add(change, shown=False)
    decided = {"actor": reviewer(), "reason": "기간 안에 이의가 없습니다.", "now": late}
    with pytest.raises(review.DocumentMissing):
        succession.approve_master_change(change, seen=cases.version(change), **decided)

    by_staff = {"actor": reviewer(), "seen": cases.version(change), "now": SOON}
    review.request_correction(change, reason="등록증을 보내 주세요.", **by_staff)
    add(change, pages=2, shown=False)
    with pytest.raises(correction.NothingChanged):
        correction.send_again(change, actor=change.applicant, now=late)


def test_the_applicant_cannot_tell_that_it_is_there(change):
    """§D11: the same file of their own is kept as theirs, and as many as without it."""
    for pages in range(1, documents.MOST_DOCUMENTS + 1):
        document(change, channel=Channel.FAX, shown_to_applicant=False, sha256=f"{pages:064d}")
    Document.objects.filter(sha256=f"{1:064d}").update(sha256=documents_hash())

    own = documents.add_to_case(change, papers.upload(papers.pdf()), actor=change.applicant, now=SOON)

    assert (own.sha256, own.added_at, own.shown_to_applicant) == (documents_hash(), SOON, True)
    assert list(change.shown_documents) == [own]


def documents_hash() -> str:
    """The SHA-256 of the PDF that the applicant sends."""
    with documents.documents.accepted(papers.upload(papers.pdf())) as file:
        return file.sha256


def test_one_that_was_hidden_by_mistake_is_added_anew_and_said(change):
    """§D11: and the other way round, after the one that is shown was taken out."""
    hidden = add(change, shown=False)
    shown = add(change)
    assert (list(change.shown_documents), len(mails())) == ([shown], 1)
    remove(hidden)
    assert change.events.latest("pk").detail["shown"] is False
    assert [event.is_shown for event in change.events.order_by("pk")] == [True, False, True, False]
    assert Email.objects.count() == 1
    assert fax(change).shown_to_applicant
