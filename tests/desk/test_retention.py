"""manage.py retention: the nightly job runs every app's rules."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone
from post_office.models import STATUS, Email

from accounts.domain import signup
from accounts.models import Door, SignupDraft
from companies.models import CorrectionDraft, RegistrationDraft
from tests import make
from tests.accounts.test_retention import mail_that_is
from tests.companies import papers

pytestmark = pytest.mark.django_db


def said_by_retention(capsys) -> list[str]:
    call_command("retention")
    return capsys.readouterr().out.splitlines()


def test_retention_command_says_what_went(capsys):
    """§D14: the nightly job leaves a line for each kind."""
    then = timezone.now() - timedelta(days=31)
    signup.start(Door.INDIVIDUAL, address="127.0.0.1", now=then)
    mail_that_is(STATUS.sent, then)
    RegistrationDraft.objects.create(member=make.member(), brn=make.brn(), answered_at=then, changed_at=then)
    CorrectionDraft.objects.create(case=papers.case(make.member()), changed_at=then)

    assert said_by_retention(capsys) == [
        "drafts: 1",
        "verifications: 0",
        "attempts: 1",
        "text messages: 0",
        "sessions: 0",
        "sent mails: 1",
        "failed mails: 0",
        "registrations: 1",
        "corrections: 1",
        "stray files: 0",
    ]
    assert not SignupDraft.objects.exists()
    assert not RegistrationDraft.objects.exists()
    assert not CorrectionDraft.objects.exists()
    assert not Email.objects.exists()


def test_second_run_finds_nothing(capsys):
    """§D14: what is needed stays."""
    make.member_of_type("MASTER")
    assert all(line.endswith(": 0") for line in said_by_retention(capsys))
