"""Retention: unfinished registrations and stray files go, what was sent stays."""

import os
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from companies.domain import correction_draft, registration_draft, retention
from companies.models import Case, CorrectionDraft, Document, RegistrationDraft
from tests import make
from tests.companies import registry as companies

pytestmark = pytest.mark.django_db


STORAGE = Document._meta.get_field("file").storage


@pytest.fixture(autouse=True)
def _own_files(monkeypatch, tmp_path):
    monkeypatch.setattr(STORAGE, "location", str(tmp_path / "documents"))


@pytest.fixture
def begun(bureau):
    """An unfinished registration with a document."""
    draft = companies.draft(make.member(), make.brn())
    companies.document(draft)
    return draft


def names_on_disk() -> list[str]:
    folder = Path(STORAGE.path(""))
    return [path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()]


def test_unfinished_registration_goes_thirty_days_after_it_was_touched(begun, django_capture_on_commit_callbacks):
    """§D14: to the second, its documents and their files with it; the member may begin anew."""
    last = begun.changed_at + retention.UNFINISHED_FOR
    assert retention.delete_unfinished(now=last)["registrations"] == 0
    assert len(names_on_disk()) == 1

    with django_capture_on_commit_callbacks(execute=True):
        gone = retention.delete_unfinished(now=last + timedelta(seconds=1))

    assert gone["registrations"] == 1
    assert (RegistrationDraft.objects.count(), Document.objects.count(), names_on_disk()) == (0, 0, [])
    assert User.objects.filter(pk=begun.member_id).exists()


def test_registration_that_is_touched_stays(begun):
    """§S13: nothing typed is lost while somebody goes on."""
    touched = begun.changed_at + timedelta(days=29)
    registration_draft.keep_typed(begun, {"name": "한글무역"}, now=touched)
    assert retention.delete_unfinished(now=touched + timedelta(days=30))["registrations"] == 0


def test_request_that_was_sent_keeps_its_documents(bureau, django_capture_on_commit_callbacks):
    """§D3: what staff decide on is not the retention's."""
    case = companies.request(make.member(), has_paper=False)
    companies.document(case)
    with django_capture_on_commit_callbacks(execute=True):
        gone = retention.delete_unfinished(now=timezone.now() + timedelta(days=4_000))
    assert gone == {"registrations": 0, "corrections": 0, "stray files": 0}
    assert [document.file.name for document in case.documents.all()] == names_on_disk()


def test_more_drafts_and_files_than_one_batch_all_go(bureau, monkeypatch, django_capture_on_commit_callbacks):
    """§D14: batches change the pace, not the outcome."""
    monkeypatch.setattr(retention, "BATCH", 2)
    for _ in range(5):
        companies.document(companies.draft(make.member(), make.brn()))
        stray(days=2, at=companies.NOW)
    with django_capture_on_commit_callbacks(execute=True):
        gone = retention.delete_unfinished(now=companies.NOW + timedelta(days=31))
    assert gone["registrations"] == 5
    assert names_on_disk() == []


def test_unfinished_corrections_go_thirty_days_after_they_were_touched(bureau, monkeypatch):
    """§D14: to the second, in batches; the request itself stays, and so does what somebody goes on with."""
    monkeypatch.setattr(retention, "BATCH", 2)
    asked = [companies.request(make.member(), has_paper=False) for _ in range(6)]
    for case in asked:
        correction_draft.keep_typed(case, {"name": "새 이름"}, actor=case.applicant, now=companies.NOW)
    touched = companies.NOW + timedelta(days=1)
    correction_draft.keep_typed(asked[0], {"name": "새 이름"}, actor=asked[0].applicant, now=touched)
    last = companies.NOW + retention.UNFINISHED_FOR

    assert retention.delete_unfinished(now=last)["corrections"] == 0
    assert retention.delete_unfinished(now=last + timedelta(seconds=1))["corrections"] == 5
    assert (CorrectionDraft.objects.get().case, Case.objects.count()) == (asked[0], 6)


# --- Files without a row --------------------------------------------------------------------------------------------


def stray(*, days: float, at: datetime | None = None, folder: str = "ab/") -> str:
    """Leave a file as a crash between file and row would."""
    name = STORAGE.save(f"{folder}{os.urandom(8).hex()}", ContentFile(b"x"))
    age(name, days=days, at=at)
    return name


def age(name: str, *, days: float, at: datetime | None = None) -> None:
    when = ((at or timezone.now()) - timedelta(days=days)).timestamp()
    os.utime(STORAGE.path(name), (when, when))


def test_file_without_a_row_goes_after_a_day():
    """§D14: a crash's file; a younger one may have its row in a moment."""
    now = timezone.now()
    young, old, top = stray(days=0.99, at=now), stray(days=1.01, at=now), stray(days=2, at=now, folder="")
    assert retention.delete_unfinished(now=now)["stray files"] == 2
    assert names_on_disk() == [young]
    assert old != top


def test_file_with_a_row_stays_however_old(begun):
    """§D14: its row says to whom it belongs."""
    document = begun.documents.get()
    age(document.file.name, days=400)
    registration_draft.keep_typed(begun, {}, now=timezone.now())
    assert retention.delete_unfinished(now=timezone.now())["stray files"] == 0
    assert names_on_disk() == [document.file.name]


def test_file_of_a_registration_that_was_rolled_back_is_swept(begun):
    """§D14: the row is gone with its transaction, the file is not."""
    with transaction.atomic():
        left = companies.document(begun).file.name
        transaction.set_rollback(True)
    age(left, days=2, at=begun.changed_at)
    assert retention.delete_unfinished(now=begun.changed_at)["stray files"] == 1
    assert names_on_disk() == [begun.documents.get().file.name]


def test_file_that_goes_while_it_is_looked_at_is_no_trouble(monkeypatch):
    """§D14: somebody took the document back in the same moment."""
    now = timezone.now()
    name = stray(days=2, at=now)
    monkeypatch.setattr(STORAGE, "listdir", lambda _folder: ([], [name]))
    STORAGE.delete(name)
    assert retention.delete_unfinished(now=now)["stray files"] == 0


def test_folder_that_was_never_made_holds_nothing():
    """§D14: nobody handed anything in yet."""
    gone = retention.delete_unfinished(now=timezone.now())
    assert gone == {"registrations": 0, "corrections": 0, "stray files": 0}
