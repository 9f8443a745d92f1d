"""사업자등록증 and other papers: handed in with an unfinished registration or added to a case, opened, taken back."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import Q, QuerySet

from accounts.domain import limits
from accounts.domain.limits import Limit
from accounts.models import User
from companies import documents
from companies.documents import MOST_DOCUMENTS, Accepted, TooManyDocuments
from companies.domain import cases, membership, notices, review, search
from companies.models import Case, CaseEvent, Channel, Document, RegistrationDraft
from companies.models.document import random_name

UPLOADS = Limit("document upload by member", 40, timedelta(minutes=10))
UPLOADS_A_DAY = Limit("document upload by member and day", 100, timedelta(days=1))
MAY_VIEW = "companies.view_document"  # staff's right (Django's own permission)


def add_to_draft(draft: RegistrationDraft, upload: UploadedFile, *, now: datetime) -> Document:
    """§S13: attach a file to the unfinished registration, where it is kept at once; the same file is kept once.

    Raises UnusableDocument, TooManyDocuments, TooManyAttempts, SearchFirst.
    """
    member = draft.member
    _count(member, now=now)
    with documents.accepted(upload) as file, _all_or_nothing() as written:
        membership.lock_member(member)
        locked = search.lock_draft_of(member, draft.brn)
        document = _same(locked.documents, file)
        if document is None:
            document = _write(Document(draft=locked, added_by=member, added_at=now), file, locked.documents, written)
            _touch(locked, now=now)
    return document


def remove_from_draft(member: User, document_id: UUID, *, now: datetime) -> None:
    """§S13: take a file back before the request is sent; one that is not there is gone already. Raises SearchFirst."""
    with transaction.atomic():
        membership.lock_member(member)
        locked = search.lock_draft(member)
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
        document = _same(locked.documents, file)
        return document or _add(locked, file, Channel.UPLOAD, written, actor=actor, now=now)


def add_paper(case: Case, upload: UploadedFile, channel: Channel, *, actor: User, now: datetime) -> Document:
    """§D3: staff add a paper that came by fax or e-mail to a case that is still open; the same file is kept once.

    It is no news from the applicant: whoever decides meanwhile may (``cases.version``). Raises MayNotReview, OwnCase,
    CaseIsClosed, UnusableDocument, TooManyDocuments, TooManyAttempts, and ValueError for a file that was attached.
    """
    if channel not in {Channel.FAX, Channel.EMAIL}:
        raise ValueError(channel)
    review.check_may_review(actor, case)
    cases.check_open(case)  # before any work; what counts is asked under the lock
    limits.take(UPLOADS, str(actor.pk), now=now)
    with documents.accepted(upload) as file, _all_or_nothing() as written:
        locked = cases.lock(case)
        cases.check_open(locked)
        review.check_may_review(actor, locked)
        paper = _same(locked.documents, file)
        if paper is None:
            paper = _add(locked, file, channel, written, actor=actor, now=now)
            notices.paper_received(locked, paper)
    return paper


def document_for(person: User, document_id: UUID) -> Document:
    """§D11: a document for whom it is: its applicant, and staff who may view documents.

    Raises Document.DoesNotExist for everybody else, as for a document that does not exist.
    """
    found = Document.objects.select_related("case__applicant", "draft__member")
    if not person.is_staff:
        found = found.filter(Q(case__applicant=person) | Q(draft__member=person))
    elif not person.has_perm(MAY_VIEW):
        found = found.none()
    return found.get(pk=document_id)


def owner_of(document: Document) -> User | None:
    """§D11: whose document it is: the applicant's, whoever added it; no member's where a dispute has it (§D8)."""
    return document.case.applicant if document.case else document.draft.member


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
    locked: Case, file: Accepted, channel: Channel, written: list[Document], *, actor: User, now: datetime
) -> Document:
    """§D3: keep the file with the locked case, and an event."""
    added = Document(case=locked, channel=channel, added_by=actor, added_at=now)
    document = _write(added, file, locked.documents, written)
    cases.record(locked, CaseEvent.Kind.DOCUMENT_ADDED, actor=actor, now=now, document=str(document.pk))
    return document


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
