"""Retention: unfinished sign-ups go, what proves membership stays."""

from datetime import datetime, timedelta

import pytest
from django.core.files.base import ContentFile
from django.utils import timezone
from post_office.models import STATUS, Attachment, Email, Log

from accounts.domain import limits, retention, signup
from accounts.models import AttemptLog, Door, SignupDraft, Verification
from kotra_portal.mail import queue_mail
from tests import make

pytestmark = pytest.mark.django_db


def test_abandoned_draft_and_its_verification_are_deleted_a_day_after_they_ended(settings):
    """§D14: nobody's name stays because they once began to sign up."""
    began = timezone.now()
    draft = signup.start(Door.INDIVIDUAL, address="127.0.0.1", now=began)
    draft.verification = make.verification(requested_at=began, verified_at=began)
    draft.save()
    ended = began + timedelta(minutes=settings.SIGNUP_DRAFT_MINUTES)

    kept = retention.delete_unfinished(now=ended + retention.UNFINISHED_FOR)
    gone = retention.delete_unfinished(now=ended + retention.UNFINISHED_FOR + timedelta(seconds=1))

    assert (kept["drafts"], gone["drafts"]) == (0, 1)
    assert not SignupDraft.objects.exists()
    assert not Verification.objects.exists()


def test_the_verification_a_member_signed_up_with_stays():
    """§D14: what was used is the proof of who the member is."""
    member = make.member()

    retention.delete_unfinished(now=timezone.now() + timedelta(days=400))

    assert member.verifications.count() == 1


def test_more_rows_than_one_batch_all_go(monkeypatch):
    """§D14: batches change the pace, not the outcome."""
    monkeypatch.setattr(retention, "BATCH", 2)
    now = timezone.now()
    for subject in "abcde":
        limits.take(signup.ID_CHECKS, subject, now=now)

    deleted = retention.delete_unfinished(now=now + timedelta(days=2))

    assert deleted["attempts"] == 5
    assert not AttemptLog.objects.exists()


# --- Mails ----------------------------------------------------------------------------------------------------------


def mail_that_is(status: int, since: datetime) -> Email:
    queue_mail("a@example.com", "accounts/mail/find_id", language="ko", context={"members": [], "link": "x"})
    mail = Email.objects.latest("pk")
    log = Log.objects.create(email=mail, status=STATUS.sent, message="")
    Log.objects.filter(pk=log.pk).update(date=since)
    Email.objects.filter(pk=mail.pk).update(status=status, created=since, last_updated=since)
    return mail


@pytest.mark.parametrize(
    ("status", "days"),
    [(STATUS.sent, 30), (STATUS.failed, 90)],
    ids=["sent", "failed"],
)
def test_mails_go_when_nobody_asks_about_them_any_more(status, days):
    """§D14: thirty days after they were sent, ninety after they failed, to the second, their logs with them."""
    since = timezone.now()
    mail_that_is(status, since)
    late = since + timedelta(days=days)

    assert sum(retention.delete_old_mails(now=late).values()) == 0
    assert sum(retention.delete_old_mails(now=late + timedelta(seconds=1)).values()) == 1
    assert (Email.objects.count(), Log.objects.count()) == (0, 0)


@pytest.mark.parametrize("status", [STATUS.queued, STATUS.requeued, None])
def test_mails_that_wait_stay(status):
    """§D14: what was not sent yet is still to be sent."""
    since = timezone.now()
    mail_that_is(status, since)

    retention.delete_old_mails(now=since + timedelta(days=400))

    assert Email.objects.count() == 1


def test_a_mail_that_waited_long_is_counted_from_its_sending():
    """§D14: not from when it was queued."""
    since = timezone.now()
    mail = mail_that_is(STATUS.sent, since)
    Log.objects.filter(email=mail).update(date=since + timedelta(days=20))

    retention.delete_old_mails(now=since + timedelta(days=49))
    assert Email.objects.count() == 1
    retention.delete_old_mails(now=since + timedelta(days=51))
    assert Email.objects.count() == 0


def test_attached_files_go_with_the_last_mail_they_hang_on(settings, tmp_path, django_capture_on_commit_callbacks):
    """§D14: rows and files; what another mail still needs stays."""
    settings.MEDIA_ROOT = tmp_path
    since = timezone.now()
    old, new = mail_that_is(STATUS.sent, since), mail_that_is(STATUS.sent, since + timedelta(days=20))
    own, shared = (Attachment(name=name) for name in ("own.txt", "shared.txt"))
    for attachment in (own, shared):
        attachment.file.save(attachment.name, ContentFile(b"x"))
        attachment.emails.add(old)
    shared.emails.add(new)

    with django_capture_on_commit_callbacks(execute=True):
        retention.delete_old_mails(now=since + timedelta(days=31))

    assert list(Attachment.objects.all()) == [shared]
    assert not own.file.storage.exists(own.file.name)
    assert shared.file.storage.exists(shared.file.name)
