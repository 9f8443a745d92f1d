"""Retention: what nobody needs any more is deleted; the only place of this app that deletes (§D14)."""

from datetime import datetime, timedelta

from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import QuerySet

from accounts.models import AttemptLog, SignupDraft, StubSms, Verification

# Long enough that whoever asks the support team about yesterday's trouble can be answered.
UNFINISHED_FOR = timedelta(days=1)
BATCH = 1_000  # rows in one transaction, so that nobody waits long for a lock


def delete_unfinished(*, now: datetime) -> dict[str, int]:
    """§D14: delete sign-up drafts, unused verifications, attempt logs and sessions that ended more than a day ago.

    Used verifications stay: they are the proof of who a member is. Returns how many rows went, by name of the table.
    """
    before = now - UNFINISHED_FOR
    doomed = {
        "drafts": SignupDraft.objects.filter(expires_at__lt=before),
        "verifications": Verification.objects.filter(requested_at__lt=before, consumed_at__isnull=True),
        "attempts": AttemptLog.objects.filter(last_at__lt=before),
        "text messages": StubSms.objects.filter(arrives_at__lt=before),
        "sessions": Session.objects.filter(expire_date__lt=now),
    }
    return {name: _delete(rows) for name, rows in doomed.items()}


def _delete(rows: QuerySet) -> int:
    total = 0
    while True:
        with transaction.atomic():
            batch = list(rows.order_by("pk").values_list("pk", flat=True)[:BATCH])
            if not batch:
                return total
            rows.model.objects.filter(pk__in=batch).delete()
        total += len(batch)
