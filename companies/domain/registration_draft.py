"""The unfinished registration: what was looked up, typed and attached before it is sent (§S13)."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from companies import documents
from companies.models import RegistrationDraft
from kotra_portal.errors import RuleViolation

LONGEST_KEPT_TEXT = 2_000  # characters of one typed field that a draft keeps


class SearchFirst(RuleViolation):
    """§S12: no number was looked up, or too long ago."""

    sentence = _("사업자등록번호를 먼저 검색해 주세요.")
    field = "brn"


def draft_of(member: User) -> RegistrationDraft | None:
    """§S13: the member's unfinished registration, or None."""
    return RegistrationDraft.objects.filter(member=member).first()


def keep_typed(draft: RegistrationDraft, typed: dict[str, str], *, now: datetime) -> None:
    """§S13: keep what was typed, as it was typed, so that nothing is lost."""
    kept = fit_to_keep(typed)
    if RegistrationDraft.objects.filter(pk=draft.pk, brn=draft.brn).update(typed=kept, changed_at=now):
        draft.typed = kept


def fit_to_keep(typed: dict[str, str]) -> dict[str, str]:
    """§S13: what was typed, as far as it is kept: never longer than a form takes, and what a database can hold."""
    return {name: value.replace("\0", "")[:LONGEST_KEPT_TEXT] for name, value in typed.items()}


def forget_draft(member: User) -> None:
    """§S13: drop the unfinished registration, its documents with it."""
    with transaction.atomic():
        draft = RegistrationDraft.objects.select_for_update().filter(member=member).first()
        if draft:
            discard(draft)


def lock_draft(member: User) -> RegistrationDraft:
    """The member's unfinished registration, locked after its member; raises SearchFirst when there is none."""
    draft = RegistrationDraft.objects.select_for_update().filter(member=member).first()
    if draft is None:
        raise SearchFirst
    return draft


def lock_draft_of(member: User, brn: str) -> RegistrationDraft:
    """§S12: the same, if it is of the number that was acted on; raises SearchFirst where another tab changed it."""
    draft = lock_draft(member)
    if draft.brn != brn:
        raise SearchFirst
    return draft


def discard(locked: RegistrationDraft) -> None:
    """Delete a locked draft, and what was attached to it and to nothing else."""
    for document in locked.documents.all():
        documents.discard(document)
    locked.delete()
