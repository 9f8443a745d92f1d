"""Retention: unfinished registrations and files that belong to nothing are deleted, here alone (§D14)."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.core.files.storage import Storage
from django.db import transaction
from django.db.models import QuerySet

from companies.domain import registration_draft
from companies.models import CorrectionDraft, Document, RegistrationDraft

UNFINISHED_FOR = timedelta(days=30)  # since it was last touched; what was typed is a company's, seldom a person's
# A file is written before its row: one without a row is a crash's, unless it is this young.
STRAY_FOR = timedelta(days=1)
BATCH = 100  # drafts in one transaction, or files in one query


def delete_unfinished(*, now: datetime) -> dict[str, int]:
    """§D14: delete registrations and corrections of requests that were begun and that nobody touched for 30 days.

    And files that have been without a row for a day. A draft's documents go with it. Returns how many went, by name.
    """
    return {
        "registrations": _delete_drafts(now - UNFINISHED_FOR),
        "corrections": _delete_corrections(now - UNFINISHED_FOR),
        "stray files": _delete_strays(now - STRAY_FOR),
    }


def _delete_drafts(before: datetime) -> int:
    total = 0
    while True:
        with transaction.atomic():
            old = RegistrationDraft.objects.select_for_update().filter(changed_at__lt=before).order_by("pk")
            batch = list(old[:BATCH])
            if not batch:
                return total
            for draft in batch:
                registration_draft.discard(draft)
        total += len(batch)


def _delete_corrections(before: datetime) -> int:
    total = 0
    while keys := list(_corrections(before).values_list("pk", flat=True)[:BATCH]):
        total += _corrections(before).filter(pk__in=keys).delete()[0]  # touched since then: it stays
    return total


def _corrections(before: datetime) -> QuerySet[CorrectionDraft]:
    return CorrectionDraft.objects.filter(changed_at__lt=before).order_by("pk")


def _delete_strays(before: datetime) -> int:
    storage, total = Document._meta.get_field("file").storage, 0
    for names in _batches_of_files(storage, ""):
        known = set(Document.objects.filter(file__in=names).values_list("file", flat=True))
        strays = [name for name in names if name not in known and _is_older(storage, name, before)]
        for name in strays:
            storage.delete(name)
        total += len(strays)
    return total


def _batches_of_files(storage: Storage, folder: str) -> Iterator[list[str]]:
    if not storage.exists(folder):  # nobody handed anything in yet
        return
    folders, files = storage.listdir(folder)
    for first in range(0, len(files), BATCH):
        yield [f"{folder}{name}" for name in files[first : first + BATCH]]
    for name in folders:
        yield from _batches_of_files(storage, f"{folder}{name}/")


def _is_older(storage: Storage, name: str, before: datetime) -> bool:
    try:
        return storage.get_modified_time(name) < before
    except FileNotFoundError:  # discarded since it was listed
        return False
