"""manage.py send_mails: the queued mails go out, one after the other, and none stands in another's way (§D14)."""

import logging
import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from io import StringIO
from threading import Event, Thread

import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError, connections
from django.utils import timezone
from post_office.models import STATUS, Email, Log

from kotra_portal import sender
from kotra_portal.mail import queue_mail
from kotra_portal.management.commands import send_mails
from kotra_portal.sender import PAUSES, Outcome, only_sender, send_due
from tests import mail_server, make
from tests.mail_server import Verdict

pytestmark = pytest.mark.django_db

SECRET = "http://portal.test/password-reset/secret-token/"


@pytest.fixture
def mailbox(settings):
    with mail_server.running() as mailbox:
        mail_server.configure(settings, mailbox.port)
        yield mailbox


def queue(to: str = "hana@example.com", **fields) -> Email:
    """Queue a mail with a link that nobody else may read."""
    context = {"member": make.member(), "members": [], "link": SECRET, "minutes": 60, "at": timezone.now()}
    queue_mail(to, "accounts/mail/reset_password", language="ko", context=context)
    queued = Email.objects.latest("pk")
    Email.objects.filter(pk=queued.pk).update(**fields)
    return Email.objects.get(pk=queued.pk)


def said(**options) -> list[str]:
    out = StringIO()
    call_command("send_mails", stdout=out, **options)
    return out.getvalue().splitlines()


def test_what_is_queued_is_sent_once(mailbox):
    """§D14: text, HTML, subject and sender as they were queued, over one connection."""
    queued = [queue(f"member{number}@example.com") for number in range(3)]

    assert send_due() == Outcome(sent=3)
    assert send_due() == Outcome()

    assert mailbox.keys() == [each.message_id for each in queued]
    assert mailbox.recipients() == [f"member{number}@example.com" for number in range(3)]
    assert [part.get_content_type() for part in mailbox.taken[0].get_payload()] == ["text/plain", "text/html"]
    assert mailbox.connections == 1
    assert mail_server.states() == {STATUS.sent: 3}


def test_urgent_and_old_mails_go_first(mailbox):
    """§D14: by priority, then as they came."""
    last, first = queue("last@example.com"), queue("first@example.com", priority=2)

    send_due()

    assert mailbox.keys() == [first.message_id, last.message_id]


def test_a_mail_for_later_waits_for_its_time(mailbox):
    """§D14: a mail may be queued for later."""
    queue(scheduled_time=timezone.now() + timedelta(minutes=1))

    assert send_due() == Outcome()


def test_more_than_one_batch_is_sent_in_one_go(mailbox, monkeypatch):
    """§D14: until nothing is due."""
    monkeypatch.setattr(sender, "BATCH", 2)
    for _ in range(5):
        queue()

    assert send_due() == Outcome(sent=5)


# --- What fails -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("verdict", [Verdict.REFUSED, Verdict.DROPPED])
def test_a_mail_that_was_not_taken_rests_longer_each_time_and_is_parked(verdict, mailbox, frozen):
    """§D14: seven tries over seventeen hours; then people look into it."""
    clock, mailbox.judge = frozen(), lambda _to, _key: verdict
    failing = queue()

    for pause in PAUSES:
        assert send_due() == Outcome(retried=1)
        failing.refresh_from_db()
        assert (failing.status, failing.scheduled_time) == (STATUS.requeued, timezone.now() + pause)
        clock.shift(pause - timedelta(seconds=1))
        assert send_due() == Outcome()
        clock.shift(1)

    assert send_due() == Outcome(parked=1)
    assert sum(PAUSES, timedelta()) > timedelta(hours=17)
    assert sorted(PAUSES) == list(PAUSES)
    assert (mail_server.states(), mailbox.taken) == ({STATUS.failed: 1}, [])
    assert Log.objects.filter(email=failing).count() == len(PAUSES) + 1


@pytest.mark.parametrize("verdict", [Verdict.REFUSED, Verdict.DROPPED])
def test_a_mail_that_fails_blocks_no_other(verdict, mailbox):
    """§D14: those before and those behind it go out at once."""
    mailbox.judge = lambda to, _key: verdict if to == "bad@example.com" else Verdict.TAKEN
    for name in ("before", "bad", "after"):
        queue(f"{name}@example.com")

    assert send_due() == Outcome(sent=2, retried=1)
    assert mailbox.recipients() == ["before@example.com", "after@example.com"]


def test_a_mailbox_that_does_not_exist_blocks_no_other(mailbox):
    """§D14: the log says which answer the server gave, and not to whom."""
    queue("unknown@example.com")
    queue("after@example.com")

    assert send_due() == Outcome(sent=1, retried=1)
    log = Log.objects.get()
    assert (log.exception_type, log.message) == ("SMTPRecipientsRefused", "SMTPRecipientsRefused 550")


POISON = {
    "a subject with two lines": {"subject": "하나\n둘"},
    "half a letter": {"message": "\ud83d"},
    "no recipient": {"to": ""},
    "a header with two lines": {"headers": {"X-Kind": "1\nBcc: x@example.com"}},
    "a sender that is none": {"from_email": "kotra\r\nBcc: all@example.com"},
}


@pytest.mark.parametrize("fault", POISON)
def test_a_mail_that_is_poison_is_parked_at_once_and_blocks_no_other(fault, mailbox, monkeypatch):
    """§D14: what cannot be written out now will not be later either."""
    for name in ("before", "poison", "after"):
        queue(f"{name}@example.com")
    read = Email.prepare_email_message

    def poisoned(email: Email) -> object:
        if email.to == ["poison@example.com"]:
            for name, value in POISON[fault].items():
                setattr(email, name, value)
        return read(email)

    monkeypatch.setattr(Email, "prepare_email_message", poisoned)

    assert send_due() == Outcome(sent=2, parked=1)
    assert mailbox.recipients() == ["before@example.com", "after@example.com"]


def test_a_row_that_cannot_be_read_blocks_no_other(mailbox, monkeypatch):
    """§D14: one row at a time is read."""
    broken, whole = queue("broken@example.com"), queue("whole@example.com")
    built = Email.from_db.__func__

    def break_one(model: type, db: str, names: list, values: list) -> Email:
        if values[names.index("id")] == broken.pk:
            raise ValueError("no JSON")
        return built(model, db, names, values)

    with monkeypatch.context() as patch:
        patch.setattr(Email, "from_db", classmethod(break_one))
        assert send_due() == Outcome(sent=1, parked=1)

    broken.refresh_from_db()
    assert (broken.status, mailbox.keys()) == (STATUS.failed, [whole.message_id])


def test_a_server_that_is_down_costs_no_mail_a_try(mailbox, settings):
    """§D14: they all wait as they are, however long it lasts."""
    queue()
    queue()
    settings.EMAIL_PORT = 1  # nobody listens

    for _ in range(2 * len(PAUSES)):
        assert send_due() == Outcome(down="ConnectionRefusedError")
    assert mail_server.states() == {STATUS.queued: 2}
    assert not Log.objects.exists()

    settings.EMAIL_PORT = mailbox.port
    assert send_due() == Outcome(sent=2)


def test_a_server_that_lets_nobody_in_costs_no_mail_a_try(mailbox, settings):
    """§D14: a wrong password of ours is no mail's fault."""
    settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD = "portal", "wrong"
    queue()

    assert send_due() == Outcome(down="SMTPNotSupportedError")
    assert mail_server.states() == {STATUS.queued: 1}


@pytest.mark.parametrize("verdict", [Verdict.TAKEN, Verdict.REFUSED])
def test_no_log_holds_a_mail(verdict, mailbox, caplog):
    """§D14: bodies hold links that reset passwords; a log says the mail's number, and what went wrong in a word."""
    mailbox.judge = lambda _to, _key: verdict
    queue("hana@example.com", number_of_retries=len(PAUSES))
    queue("hana@example.com")
    queue("hana@example.com", subject="하나\nBcc: x@example.com")

    with caplog.at_level(logging.DEBUG):
        lines = said(once=True)

    written = "\n".join([*lines, caplog.text, *(f"{log.message} {log.exception_type}" for log in Log.objects.all())])
    assert "Mail " in written
    for secret in ("secret-token", "hana@example.com", "비밀번호", "Bcc"):
        assert secret not in written


# --- The command ----------------------------------------------------------------------------------------------------


def test_the_command_says_what_it_did(mailbox):
    """§D14: how many were sent, will be retried, were parked."""
    mailbox.judge = lambda to, _key: Verdict.REFUSED if to.startswith("bad") else Verdict.TAKEN
    queue()
    queue("bad1@example.com")
    queue("bad2@example.com", number_of_retries=len(PAUSES))

    assert said(once=True) == ["sent 1, retried 1, parked 1"]
    assert said(once=True) == ["sent 0, retried 0, parked 0"]


def test_the_command_fails_when_the_server_is_down(mailbox, settings):
    """§D14: whoever runs it by cron is told."""
    settings.EMAIL_PORT = 1
    queue()

    with pytest.raises(CommandError, match=r"cannot be reached \(ConnectionRefusedError\); 1 mails wait"):
        said(once=True)


def test_parked_mails_are_put_into_the_queue_again(mailbox):
    """§D14: once people found out what was wrong."""
    queue(status=STATUS.failed, number_of_retries=len(PAUSES))

    assert said(requeue=True) == ["requeued 1"]
    assert send_due() == Outcome(sent=1)


@pytest.mark.parametrize("once", [False, True])
def test_the_process_ends_after_the_mail_in_hand(once, mailbox):
    """§D14: SIGTERM; what is left waits for the next process."""
    mailbox.judge = lambda _to, _key: os.kill(os.getpid(), signal.SIGTERM) or Verdict.TAKEN
    first, second = queue(), queue()
    before = signal.getsignal(signal.SIGTERM)

    lines = said(once=once)

    outcome = "sent 1, retried 0, parked 0"
    assert lines == ([outcome] if once else ["Sending mails.", outcome, "Ended."])
    assert mailbox.keys() == [first.message_id]
    assert (Email.objects.get(status=STATUS.queued), signal.getsignal(signal.SIGTERM)) == (second, before)


def test_the_process_outlives_servers_that_are_down(mailbox, monkeypatch):
    """§D14: it looks again, less and less often, and sends when they are back."""
    troubles = [
        lambda: Outcome(down="ConnectionRefusedError"),
        broken,
        lambda: None,
        lambda: Outcome(sent=1),
        lambda: os.kill(os.getpid(), signal.SIGTERM) or Outcome(),
    ]
    slept = []
    monkeypatch.setattr(sender, "send_due", lambda **_ways: troubles.pop(0)())
    monkeypatch.setattr(send_mails.connection, "close", lambda: None)
    monkeypatch.setattr(send_mails.Command, "_sleep", lambda _self, seconds: slept.append(seconds))

    assert said() == [
        "Sending mails.",
        "The mail server cannot be reached (ConnectionRefusedError); 0 mails wait.",
        "The database does not answer (OperationalError).",
        "sent 1, retried 0, parked 0",
        "Ended.",
    ]
    assert slept == [10, 20, 5, 5, 5]


def broken() -> None:
    raise OperationalError("server closed the connection")


def test_pauses_end_when_the_process_shall_end():
    """§D14: nobody waits five minutes for a process that sleeps."""
    command = send_mails.Command()
    command._shall_end = False
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(send_mails.time, "sleep", lambda _seconds: setattr(command, "_shall_end", True))
        command._sleep(10_000)


# --- One at a time --------------------------------------------------------------------------------------------------


@contextmanager
def sending_elsewhere() -> Iterator[None]:
    """Let another database session hold the sender's lock."""
    held, release = Event(), Event()

    def hold() -> None:
        with only_sender() as alone:
            assert alone
            held.set()
            release.wait(20)
        connections.close_all()

    thread = Thread(target=hold)
    thread.start()
    assert held.wait(20)
    yield
    release.set()
    thread.join()


@pytest.mark.race
def test_one_process_sends_at_a_time(mailbox):
    """§D14: the second one says so and sends nothing; when the first has ended it may."""
    queue()

    with sending_elsewhere():
        assert send_due() is None
        assert said(once=True) == ["Another process is sending."]
        assert mail_server.states() == {STATUS.queued: 1}

    assert send_due() == Outcome(sent=1)
