"""Retention: what nobody needs any more is deleted; the only place that deletes people's rows and mails (§D14)."""

from datetime import datetime, timedelta

from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import QuerySet
from post_office.models import STATUS, Attachment, Email

from accounts.models import AttemptLog, SignupDraft, StubSms, Verification

# Long enough that whoever asks the support team about yesterday's trouble can be answered.
UNFINISHED_FOR = timedelta(days=1)
SENT_MAILS_FOR = timedelta(days=30)  # whoever says that a mail did not come can be answered
FAILED_MAILS_FOR = timedelta(days=90)  # an address that takes no mail is looked into by people
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


def delete_old_mails(*, now: datetime) -> dict[str, int]:
    """§D14: delete mails 30 days after they were sent, and those that could not be sent 90 days after the last try.

    Their logs and attached files go with them; queued ones stay. Returns how many mails went, by their state.
    """
    # ``last_updated`` is when the sender process wrote the state; a mail sent at once has only its log for that.
    doomed = {
        "sent mails": (STATUS.sent, now - SENT_MAILS_FOR),
        "failed mails": (STATUS.failed, now - FAILED_MAILS_FOR),
    }
    return {
        name: _delete(Email.objects.filter(status=status, last_updated__lt=before).exclude(logs__date__gte=before))
        for name, (status, before) in doomed.items()
    }


def _delete(rows: QuerySet) -> int:
    total = 0
    while True:
        with transaction.atomic():
            batch = list(rows.order_by("pk").values_list("pk", flat=True)[:BATCH])
            if not batch:
                return total
            attached = _attached_to(batch) if rows.model is Email else []
            rows.model.objects.filter(pk__in=batch).delete()
            _delete_unattached(attached)
        total += len(batch)


def _attached_to(mails: list[int]) -> list[int]:
    return list(Attachment.objects.filter(emails__in=mails).distinct().values_list("pk", flat=True))


def _delete_unattached(attachments: list[int]) -> None:
    """Delete those that hang on no mail any more; the library leaves the row and its file."""
    for attachment in Attachment.objects.filter(pk__in=attachments, emails=None):
        file = attachment.file
        transaction.on_commit(lambda file=file: file.storage.delete(file.name))
        attachment.delete()
