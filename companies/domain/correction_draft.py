"""고치다 만 신청: a correction that was begun and not sent is a row, like an unfinished registration (§D3, §S13)."""

from datetime import datetime

from django.db import transaction

from accounts.models import User
from companies.domain import cases, registration_draft
from companies.models import Case, CorrectionDraft


def draft_of(case: Case) -> CorrectionDraft | None:
    """§D3: what the applicant typed of this request and did not send, or None; nobody else is shown it."""
    return CorrectionDraft.objects.filter(case=case).first()


def keep_typed(case: Case, typed: dict[str, str], *, actor: User, now: datetime) -> None:
    """§D3: keep what was typed, as it was typed, so that logging out, another day and another device lose nothing.

    Raises CaseIsClosed, and ValueError for somebody else's case.
    """
    _check_own(case, actor)
    with transaction.atomic():
        locked = cases.lock(case)
        cases.check_open(locked)
        kept = {"typed": registration_draft.fit_to_keep(typed), "changed_at": now}
        CorrectionDraft.objects.update_or_create(case=locked, defaults=kept)


def forget_typed(case: Case, *, actor: User) -> None:
    """§D3: drop it on its owner's word; raises ValueError for somebody else's case."""
    _check_own(case, actor)
    CorrectionDraft.objects.filter(case=case).delete()


def _check_own(case: Case, actor: User) -> None:
    if actor.pk != case.applicant_id:
        raise ValueError(case)
