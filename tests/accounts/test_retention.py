"""Retention: unfinished sign-ups go, what proves membership stays."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone

from accounts.domain import limits, retention, signup
from accounts.models import AttemptLog, Door, SignupDraft, Verification
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


def test_retention_command_says_what_went(capsys):
    """§D14: the nightly job leaves a line for each kind."""
    signup.start(Door.INDIVIDUAL, address="127.0.0.1", now=timezone.now() - timedelta(days=3))

    call_command("retention")

    assert "drafts: 1" in capsys.readouterr().out
