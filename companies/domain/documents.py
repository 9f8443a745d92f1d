"""사업자등록증 and other papers: handed in with an unfinished registration or added to a case, opened, taken out."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.domain import limits
from accounts.domain.limits import Limit
from accounts.models import User
from companies import documents
from companies.documents import MOST_DOCUMENTS, Accepted, TooManyDocuments
from companies.domain import cases, membership, notices, registration_draft, review
from companies.models import Case, CaseEvent, CaseKind, Channel, Document, RegistrationDraft
from companies.models.document import random_name
from kotra_portal.errors import RuleViolation

UPLOADS = Limit("document upload by member", 40, timedelta(minutes=10))
UPLOADS_A_DAY = Limit("document upload by member and day", 100, timedelta(days=1))
MAY_VIEW = "companies.view_document"  # staff's right (Django's own permission)
BY_STAFF = (Channel.FAX, Channel.EMAIL)  # as what staff add papers, and what they may take out again
# §D7, §D8: where somebody else than the applicant sends papers too: the sitting MASTER, whoever registered.
WITH_ANOTHER_SIDE = (CaseKind.MASTER_CHANGE, CaseKind.DISPUTE)
LONGEST_WHY = 200  # characters of why a paper is taken out
TRACE = 16  # characters of a removed file's SHA-256 that the history keeps


class PaperIsGone(RuleViolation):
    """§D3: a colleague took the paper out before, or it never was this case's."""

    sentence = _("이 신청에 없는 서류입니다. 다른 담당자가 먼저 뺐을 수 있으니 처리 이력을 확인해 주세요.")


class UploadStays(RuleViolation):
    """§D3: what the applicant uploaded is what they sent; only what staff added can be in the wrong place."""

    sentence = _("신청인이 올린 서류는 뺄 수 없습니다. 팩스나 이메일로 받아 직원이 추가한 서류만 뺄 수 있습니다.")


class WhyMissing(RuleViolation):
    """§D3: whoever takes a paper out says why."""

    sentence = _("빼는 까닭을 입력해 주세요.")
    field = "why"


class WhyTooLong(RuleViolation):
    """§D3: why a paper was taken out is a line of the history."""

    sentence = _("빼는 까닭은 200자 이내로 입력해 주세요.")
    field = "why"


def add_to_draft(draft: RegistrationDraft, upload: UploadedFile, *, now: datetime) -> Document:
    """§S13: attach a file to the unfinished registration, where it is kept at once; the same file is kept once.

    Raises UnusableDocument, TooManyDocuments, TooManyAttempts, SearchFirst.
    """
    member = draft.member
    _count(member, now=now)
    with documents.accepted(upload) as file, _all_or_nothing() as written:
        membership.lock_member(member)
        locked = registration_draft.lock_draft_of(member, draft.brn)
        document = _same(locked.documents, file)
        if document is None:
            document = _write(Document(draft=locked, added_by=member, added_at=now), file, locked.documents, written)
            _touch(locked, now=now)
    return document


def remove_from_draft(member: User, document_id: UUID, *, now: datetime) -> None:
    """§S13: take a file back before the request is sent; one that is not there is gone already. Raises SearchFirst."""
    with transaction.atomic():
        membership.lock_member(member)
        locked = registration_draft.lock_draft(member)
        for document in locked.documents.filter(pk=document_id):
            documents.discard(document)
            _touch(locked, now=now)


def add_to_case(case: Case, upload: UploadedFile, *, actor: User, now: datetime) -> Document:
    """§D3: the applicant adds a file to a request that is still open; the same file is kept once.

    Raises CaseIsClosed, UnusableDocument, TooManyDocuments, TooManyAttempts, and ValueError for somebody else's case.
    """
    if actor.pk != case.applicant_id:
        raise ValueError(case)
    cases.check_open(case)  # before any work; what counts is asked under the lock
    _count(actor, now=now)
    with documents.accepted(upload) as file, _all_or_nothing() as written:
        locked = cases.lock(case)
        cases.check_open(locked)
        document = _same(locked.shown_documents, file)
        return document or _add(locked, file, Channel.UPLOAD, written, actor=actor, now=now)


def add_paper(
    case: Case, upload: UploadedFile, channel: Channel, *, shown: bool = True, actor: User, now: datetime
) -> Document:
    """§D3, §D11: staff add a paper that came by fax or e-mail to a case that is still open; the same file is kept once.

    It is no news from the applicant: whoever decides meanwhile may (``cases.version``). One that is not ``shown`` is
    another side's: staff alone see it, nobody is mailed, and nothing is approved on it. Raises MayNotReview, OwnCase,
    CaseIsClosed, UnusableDocument, TooManyDocuments, TooManyAttempts, and ValueError for a file that was attached, or
    one that is not shown where there is no other side.
    """
    if channel not in BY_STAFF or not (shown or case.kind in WITH_ANOTHER_SIDE):
        raise ValueError(channel, shown)
    review.check_may_review(actor, case)
    cases.check_open(case)  # before any work; what counts is asked under the lock
    limits.take(UPLOADS, str(actor.pk), now=now)
    with documents.accepted(upload) as file, _all_or_nothing() as written:
        locked = cases.lock(case)
        cases.check_open(locked)
        review.check_may_review(actor, locked)
        paper = _same(locked.documents.filter(shown_to_applicant=shown), file)
        if paper is None:
            paper = _add(locked, file, channel, written, shown=shown, actor=actor, now=now)
            if shown:
                notices.paper_received(locked, paper)
    return paper


def remove_paper(case: Case, document_id: UUID | None, *, reason: str, actor: User, now: datetime) -> None:
    """§D3, §D11: staff take out a paper that staff added to the wrong case; the file goes, its trace stays.

    The history keeps by whom, why, and how the file's SHA-256 begins, but not its name, which may hold a person's. It
    is news for whoever decides meanwhile (``cases.version``), and for whoever was mailed that the paper arrived. Raises
    MayNotReview, OwnCase, CaseIsClosed, PaperIsGone, UploadStays, WhyMissing, WhyTooLong.
    """
    with transaction.atomic():
        locked = cases.lock(case)
        review.check_may_review(actor, locked)
        cases.check_open(locked)
        paper = locked.documents.filter(pk=document_id).first()
        if paper is None:
            raise PaperIsGone
        if paper.channel not in BY_STAFF:
            raise UploadStays
        trace = {"reason": _checked(reason), "sha256": paper.sha256[:TRACE], **_of(paper)}
        documents.discard(paper)
        cases.record(locked, CaseEvent.Kind.DOCUMENT_REMOVED, actor=actor, now=now, **trace)
        if paper.shown_to_applicant:
            notices.paper_removed(locked)


def document_for(person: User, document_id: UUID) -> Document:
    """§D11: a document for whom it is: its applicant, if it is shown to them, and staff who may view documents.

    Whoever is of the staff and a party of the case sees as a member what a member sees, and as staff nothing (§D3).
    Raises Document.DoesNotExist for everybody else, as for a document that does not exist.
    """
    found = Document.objects.select_related("case__applicant", "draft__member")
    if not person.is_staff:
        found = found.filter(Q(case__applicant=person, shown_to_applicant=True) | Q(draft__member=person))
    elif not person.has_perm(MAY_VIEW):
        found = found.none()
    document = found.get(pk=document_id)
    if person.is_staff and _is_own(person, document):
        raise Document.DoesNotExist
    return document


def owner_of(document: Document) -> User | None:
    """§D11: whose document it is: the applicant's, whoever added it.

    Nobody's that the portal knows where another side sent it (§D7), or where a dispute has it (§D8).
    """
    if document.case is None:
        return document.draft.member
    return document.case.applicant if document.shown_to_applicant else None


def _is_own(staff: User, document: Document) -> bool:
    if document.case is None:
        return document.draft.member_id == staff.member_account_id
    return review.is_own(staff, document.case)


def _count(member: User, *, now: datetime) -> None:
    limits.take(UPLOADS_A_DAY, str(member.pk), now=now)
    limits.take(UPLOADS, str(member.pk), now=now)


@contextmanager
def _all_or_nothing() -> Iterator[list[Document]]:
    """A transaction, and the files of the documents that are put into the yielded list; both stay, or neither.

    Durable, since a file could not follow what an outer transaction takes back.
    """
    written: list[Document] = []
    try:
        with transaction.atomic(durable=True):
            yield written
    except BaseException:
        for document in written:
            document.file.storage.delete(random_name(document, ""))  # its own name it gets when it is whole
        raise


def _add(
    locked: Case,
    file: Accepted,
    channel: Channel,
    written: list[Document],
    *,
    shown: bool = True,
    actor: User,
    now: datetime,
) -> Document:
    """§D3: keep the file with the locked case, and an event.

    What the applicant does not see takes no place of what they can hand in.
    """
    added = Document(case=locked, channel=channel, shown_to_applicant=shown, added_by=actor, added_at=now)
    document = _write(added, file, locked.documents.filter(shown_to_applicant=shown), written)
    cases.record(locked, CaseEvent.Kind.DOCUMENT_ADDED, actor=actor, now=now, **_of(document))
    return document


def _of(document: Document) -> dict[str, object]:
    """What the history says of a document: which it is, and whether the applicant may read of it."""
    return {"document": str(document.pk)} | ({} if document.shown_to_applicant else {"shown": False})


def _checked(reason: str) -> str:
    """§D3: why a paper is taken out, in one line; raises WhyMissing, WhyTooLong."""
    reason = " ".join(reason.split())
    if not reason:
        raise WhyMissing
    if len(reason) > LONGEST_WHY:
        raise WhyTooLong
    return reason


def _same(kept: QuerySet[Document], file: Accepted) -> Document | None:
    return kept.filter(sha256=file.sha256).first()


def _write(document: Document, file: Accepted, kept: QuerySet[Document], written: list[Document]) -> Document:
    """Keep the file, then the row: a row without its file would be a document that nobody can open."""
    if kept.count() >= MOST_DOCUMENTS:
        raise TooManyDocuments(most=MOST_DOCUMENTS)
    document.name, document.content_type, document.sha256 = file.name, file.content_type, file.sha256
    document.size = file.content.size
    written.append(document)
    document.file.save(file.name, file.content, save=False)
    document.save(force_insert=True)
    return document


def _touch(locked: RegistrationDraft, *, now: datetime) -> None:
    locked.changed_at = now
    locked.save(update_fields=["changed_at"])
