"""Documents of a draft and of a request: kept at once, once, so many, whole or not at all (§S12, §S13, §D3)."""

from datetime import timedelta

import pytest
from django.core.files.storage import FileSystemStorage
from django.db import DatabaseError
from django.utils import timezone

from accounts.domain import access_log
from accounts.domain.limits import TooManyAttempts
from accounts.models import AccessLog
from companies import documents
from companies.documents import DamagedDocument, TooManyDocuments
from companies.domain import cases, documents as rules, registration_draft
from companies.domain.registration_draft import SearchFirst
from companies.models import CaseEvent, Channel, Document, RegistrationDraft
from tests import make
from tests.companies import papers

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    """Where this test's documents lie."""
    return papers.folder_of_documents(monkeypatch, tmp_path / "documents")


@pytest.fixture(autouse=True)
def temporary(tmp_path, monkeypatch, settings):
    return papers.temporary_folder(monkeypatch, settings, tmp_path / "temporary")


@pytest.fixture
def member():
    return make.member("member1")


@pytest.fixture
def draft(member):
    return papers.draft(member)


@pytest.fixture
def case(member):
    return papers.case(member)


def add(draft, content: bytes | None = None, name: str = "사업자등록증.pdf", **fields) -> Document:
    now = fields.get("now") or timezone.now()
    return rules.add_to_draft(draft, papers.upload(content or papers.pdf(), name), now=now)


def add_to_case(case, content: bytes | None = None, **fields) -> Document:
    actor = fields.get("actor") or case.applicant
    return rules.add_to_case(case, papers.upload(content or papers.pdf()), actor=actor, now=timezone.now())


# --- Kept -----------------------------------------------------------------------------------------------------------


def test_an_upload_is_kept_at_once_with_the_unfinished_registration(draft, folder, temporary):
    """§S13, promise 15: type, size, SHA-256 and the file, under a name that tells nothing."""
    now = timezone.now()
    document = add(draft, now=now)

    path = papers.files_in(folder)[0]
    assert path.relative_to(folder).as_posix() == document.file.name == f"{document.pk.hex[:2]}/{document.pk.hex}"
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700
    assert (document.content_type, document.size, document.channel) == (
        "application/pdf", path.stat().st_size, Channel.UPLOAD,
    )  # fmt: skip
    assert (document.draft, document.case, document.added_by, document.added_at) == (draft, None, draft.member, now)
    assert RegistrationDraft.objects.get().changed_at == now
    assert list(temporary.iterdir()) == []


def test_the_same_file_is_kept_once(draft, case, folder):
    """§S13: sent twice (a double click, two tabs, another name) it is the same document."""
    first = add(draft, papers.photograph(), "사진.jpg")
    assert add(draft, papers.photograph(), "다른 이름.jpg") == first
    assert add_to_case(case, papers.photograph()) != first  # another place
    assert add_to_case(case, papers.photograph()).case == case
    assert (Document.objects.count(), len(papers.files_in(folder))) == (2, 2)
    assert CaseEvent.objects.count() == 1


def test_ten_documents_and_no_more(draft, folder):
    """§S12: the limit that was said; one taken away makes room."""
    kept = [add(draft, papers.pdf(pages=1 + number)) for number in range(rules.MOST_DOCUMENTS)]

    with pytest.raises(TooManyDocuments, match="10개"):
        add(draft, papers.picture())
    assert add(draft, papers.pdf(pages=3)) == kept[2]  # the same again is no more
    assert len(papers.files_in(folder)) == rules.MOST_DOCUMENTS

    rules.remove_from_draft(draft.member, kept[0].pk, now=timezone.now())
    assert add(draft, papers.picture()).draft == draft


def test_uploads_are_limited(draft, monkeypatch):
    """Each costs the server up to ten seconds of work."""
    monkeypatch.setattr(documents, "_inspect", lambda *_args: None)
    monkeypatch.setattr(rules, "UPLOADS", rules.Limit("uploads of a test", 2, timedelta(minutes=10)))
    add(draft)
    add(draft)
    with pytest.raises(TooManyAttempts):
        add(draft)


def test_an_upload_to_a_draft_that_is_gone_is_refused(draft, folder):
    """§S13: finished or dropped in another tab."""
    member = draft.member
    registration_draft.forget_draft(member)
    with pytest.raises(SearchFirst):
        add(RegistrationDraft(member=member))
    assert papers.files_in(folder) == []


# --- Taken back -----------------------------------------------------------------------------------------------------


def test_a_document_is_taken_back_before_the_request_is_sent(draft, folder, django_capture_on_commit_callbacks):
    """§S13: the row at once, the file when that is certain; pressed twice, it is gone all the same."""
    document, now = add(draft), timezone.now() + timedelta(hours=1)
    with django_capture_on_commit_callbacks(execute=True):
        rules.remove_from_draft(draft.member, document.pk, now=now)
        assert papers.files_in(folder) != []
    rules.remove_from_draft(draft.member, document.pk, now=now)

    assert papers.files_in(folder) == []
    assert not Document.objects.exists()
    assert RegistrationDraft.objects.get().changed_at == now


def test_nobody_takes_back_what_is_not_theirs(draft, case):
    """§S13: neither somebody else's, nor what was sent with a request."""
    theirs, sent = add(papers.draft(make.member("member2"))), add_to_case(case)
    for document in (theirs, sent):
        rules.remove_from_draft(draft.member, document.pk, now=timezone.now())
    assert Document.objects.count() == 2
    with pytest.raises(SearchFirst):
        rules.remove_from_draft(make.member("member3"), theirs.pk, now=timezone.now())


def test_dropping_the_draft_drops_its_files(draft, folder, django_capture_on_commit_callbacks):
    """§S13."""
    add(draft)
    with django_capture_on_commit_callbacks(execute=True):
        registration_draft.forget_draft(draft.member)
    assert papers.files_in(folder) == []


# --- Added to a request ---------------------------------------------------------------------------------------------


def test_the_applicant_adds_a_document_while_the_request_is_open(case):
    """§D3: and the history says so."""
    document = add_to_case(case)
    event = case.events.get()
    assert (document.case, document.draft, document.added_by) == (case, None, case.applicant)
    assert (event.kind, event.actor, event.detail) == (
        CaseEvent.Kind.DOCUMENT_ADDED, case.applicant, {"document": str(document.pk)},
    )  # fmt: skip


def test_nobody_else_adds_one(case, folder):
    """§D3."""
    for actor in (make.member("member2"), make.staff(is_superuser=True)):
        with pytest.raises(ValueError, match="REGISTRATION"):
            add_to_case(case, actor=actor)
    assert papers.files_in(folder) == []


def test_nothing_is_added_to_a_request_that_is_closed(case, folder):
    """§D3."""
    cases.withdraw_request(case, actor=case.applicant, now=timezone.now())
    case.refresh_from_db()
    with pytest.raises(cases.CaseIsClosed):
        add_to_case(case)
    assert papers.files_in(folder) == []


def test_a_request_that_closes_while_the_file_is_looked_at_gets_none(case, folder, monkeypatch):
    """§D3: what counts is how it stands under the lock."""
    look = documents._inspect

    def look_slowly(*args) -> None:
        look(*args)
        cases.withdraw_request(case, actor=case.applicant, now=timezone.now())

    monkeypatch.setattr(documents, "_inspect", look_slowly)
    with pytest.raises(cases.CaseIsClosed):
        add_to_case(case)
    assert (papers.files_in(folder), Document.objects.count()) == ([], 0)


# --- Whole or not at all --------------------------------------------------------------------------------------------


def test_a_refused_file_leaves_nothing(draft, folder, temporary):
    with pytest.raises(DamagedDocument):
        add(draft, papers.pdf()[:-50])
    assert (papers.files_in(folder), list(temporary.iterdir()), Document.objects.count()) == ([], [], 0)


def test_a_row_that_cannot_be_written_leaves_no_file(draft, folder, temporary, monkeypatch):
    """§S13, promise 15."""

    def fail(*_args, **_kwargs) -> None:
        raise DatabaseError("gone")

    monkeypatch.setattr(Document, "save", fail)
    with pytest.raises(DatabaseError):
        add(draft)
    assert (papers.files_in(folder), list(temporary.iterdir()), Document.objects.count()) == ([], [], 0)


def test_a_disk_that_is_full_leaves_no_row_and_no_half_file(draft, folder, temporary, monkeypatch):
    """§S13, promise 15."""
    save = FileSystemStorage._save

    def save_half(self, name, content) -> str:
        save(self, name, papers.upload(b"half"))
        raise OSError("No space left on device")

    monkeypatch.setattr(FileSystemStorage, "_save", save_half)
    with pytest.raises(OSError, match="space"):
        add(draft)
    assert (papers.files_in(folder), list(temporary.iterdir()), Document.objects.count()) == ([], [], 0)


def test_an_event_that_cannot_be_written_takes_the_document_along(case, folder, monkeypatch):
    """§D3: one transaction."""

    def fail(*_args, **_kwargs) -> None:
        raise DatabaseError("gone")

    monkeypatch.setattr(cases, "record", fail)
    with pytest.raises(DatabaseError):
        add_to_case(case)
    assert (papers.files_in(folder), Document.objects.count()) == ([], 0)


# --- Whose it is ----------------------------------------------------------------------------------------------------


def test_a_document_is_found_for_its_applicant_and_for_staff_with_the_right(draft, case):
    """§D11: for everybody else it does not exist, the company's own people included."""
    reviewer, party = (papers.staff_who_may("companies.view_document") for _each in range(2))
    party.member_account = draft.member
    for document in (add(draft), add_to_case(case)):
        assert rules.document_for(draft.member, document.pk) == document
        assert rules.document_for(reviewer, document.pk) == document
        assert rules.owner_of(document) == draft.member
        for other in (make.member(), make.staff(), papers.staff_who_may("companies.view_case"), party):
            with pytest.raises(Document.DoesNotExist):
                rules.document_for(other, document.pk)


def test_what_staff_added_is_the_applicants(case):
    """§D11: a fax that staff put into the request."""
    document = add_to_case(case)
    Document.objects.filter(pk=document.pk).update(added_by=make.staff(), channel=Channel.FAX)
    found = rules.document_for(case.applicant, document.pk)
    assert rules.owner_of(found) == case.applicant


def test_an_opening_is_recorded_with_who_whose_what_when_and_from_where(member):
    """§D11."""
    staff, now = make.staff(), timezone.now()
    action = AccessLog.Action.OPENED_DOCUMENT
    access_log.record(staff, action, subject=member, target="document 1", address="192.0.2.7", now=now)
    entry = AccessLog.objects.get()
    assert (entry.actor, entry.subject, entry.target, entry.address, entry.at) == (
        staff, member, "document 1", "192.0.2.7", now,
    )  # fmt: skip


def test_a_file_does_not_land_with_another_number(folder):
    """§S13: another tab looked another number up while the file was inspected."""
    draft = papers.draft(make.member())
    RegistrationDraft.objects.filter(pk=draft.pk).update(brn=make.brn())

    with pytest.raises(SearchFirst):
        rules.add_to_draft(draft, papers.upload(papers.pdf()), now=timezone.now())

    assert papers.files_in(folder) == []
