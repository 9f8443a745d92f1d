"""The sender: delivers the queued mails one after the other, for ``manage.py send_mails``.

The queue is django-post_office's, its ``send_queued_mail`` is not used: that writes down what was sent when a hundred
mails are through, so that a killed process sends up to a hundred twice; it guards itself by a file on one machine, and
it counts a server that is down as a failure of every mail. Here one mail is in hand at a time, and its row is written
before the next: whenever the process ends, no mail is lost and the one in hand at most is sent twice.
"""

import fcntl
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from smtplib import SMTPRecipientsRefused, SMTPResponseException

from django.core.mail import get_connection
from django.core.mail.message import EmailMessage
from django.db import Error, connection, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from post_office.models import STATUS, Email, Log
from post_office.settings import get_backend

logger = logging.getLogger(__name__)

# How long a mail rests after each try that failed; after the last one it is parked.
PAUSES = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 240, 720))
WAITING = (STATUS.queued, STATUS.requeued)
BATCH = 100  # mails that are looked up at once; each is written down by itself
LOCK = 0x4B4F5452  # the sender's number among PostgreSQL's advisory locks


class ServerDown(Exception):
    """The mail server cannot be reached, or does not let the portal in; no mail is to blame."""


class NobodyToSendTo(Exception):
    """A mail without a recipient."""


@dataclass
class Outcome:
    """How many mails were sent, are to be tried again, were parked; and why the rest waits, if the server is down."""

    sent: int = 0
    retried: int = 0
    parked: int = 0
    down: str = ""

    def __str__(self) -> str:
        return f"sent {self.sent}, retried {self.retried}, parked {self.parked}"


def send_due(*, asked_to_end: Callable[[], bool] = bool) -> Outcome | None:
    """Deliver what is due now; None when another process delivers.

    Ends after the mail in hand when it is asked to. A mail that cannot be sent rests longer each time and is parked in
    the end; one that cannot even be written out is parked at once. Raises django.db.Error when the database is gone.
    """
    with only_sender() as alone:
        if not alone:
            return None
        outcome, server = Outcome(), _Server()
        try:
            while batch := list(due().values_list("pk", flat=True)[:BATCH]):
                for key in batch:
                    if asked_to_end():
                        return outcome
                    _deliver(key, server, outcome)
        except ServerDown as down:
            outcome.down = str(down)
        finally:
            server.close()
        return outcome


def due() -> QuerySet[Email]:
    """The mails that may be tried now, the urgent and the old ones first."""
    may_go = Q(scheduled_time__isnull=True) | Q(scheduled_time__lte=timezone.now())
    return Email.objects.filter(may_go, status__in=WAITING).order_by("-priority", "pk")


def requeue_parked() -> int:
    """Put the parked mails into the queue again, as if they had never been tried; return how many."""
    fresh = {"status": STATUS.queued, "number_of_retries": 0, "scheduled_time": None, "last_updated": timezone.now()}
    return Email.objects.filter(status=STATUS.failed).update(**fresh)


@contextmanager
def only_sender() -> Iterator[bool]:
    """Tell whether this process may deliver: of all processes on all machines one may, until the ``with`` ends.

    The lock belongs to the database session (on SQLite, to an open file beside the database): it ends with the process,
    however that ends, and nobody has to wait for a time to run out.
    """
    with _session_lock() if connection.vendor == "postgresql" else _file_lock() as alone:
        yield alone


@contextmanager
def _session_lock() -> Iterator[bool]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [LOCK])
        [alone] = cursor.fetchone()
    try:
        yield alone
    finally:
        if alone:
            with suppress(Error), connection.cursor() as cursor:  # a session that is gone holds nothing
                cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])


@contextmanager
def _file_lock() -> Iterator[bool]:
    with Path(f"{connection.settings_dict['NAME']}.sender").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True


class _Server:
    """The connection with the mail server: opened for the first mail, and anew after a failure."""

    def __init__(self) -> None:
        self._backend = get_connection(get_backend())
        self._is_open = False

    def open(self) -> None:
        """Raises ServerDown."""
        if not self._is_open:
            try:
                self._backend.open()
            except Exception as failure:  # noqa: BLE001 (whatever a backend raises)
                raise ServerDown(_kind(failure)) from None
            self._is_open = True

    def send(self, message: EmailMessage) -> None:
        """Raises whatever the server or the backend has against the mail."""
        self._backend.send_messages([message])

    def close(self) -> None:
        """Forget the connection, whatever state it is in."""
        self._is_open = False
        with suppress(Exception):
            self._backend.close()


def _deliver(key: int, server: _Server, outcome: Outcome) -> None:
    """One mail, to the end of what happens to it; raises ServerDown before the mail was touched, and Error."""
    try:
        mail = Email.objects.get(pk=key)
        message = _written_out(mail)
    except Email.DoesNotExist:
        return
    except Error:
        raise
    except Exception as failure:  # noqa: BLE001 (a mail that is poison must block no other)
        _park(key, failure)
        outcome.parked += 1
        return
    server.open()
    try:
        server.send(message)
    except Exception as failure:  # noqa: BLE001 (whatever a mail server says or a backend raises)
        server.close()
        _try_again(mail, failure, outcome)
    else:
        _write(key, status=STATUS.sent)
        outcome.sent += 1


def _written_out(mail: Email) -> EmailMessage:
    """The mail as it will be sent; raises what is wrong with it, before any server is bothered."""
    message = mail.prepare_email_message()
    if not message.recipients():
        raise NobodyToSendTo
    message.message().as_bytes()
    return message


def _try_again(mail: Email, failure: Exception, outcome: Outcome) -> None:
    """Let the mail rest, longer each time, or park it."""
    tries = mail.number_of_retries or 0
    if tries >= len(PAUSES):
        _park(mail.pk, failure)
        outcome.parked += 1
        return
    with transaction.atomic():
        at = timezone.now() + PAUSES[tries]
        _write(mail.pk, status=STATUS.requeued, number_of_retries=tries + 1, scheduled_time=at)
        _log(mail.pk, failure)
    logger.warning("Mail %s was not sent (failure %s), next try %s: %s", mail.pk, tries + 1, at, _kind(failure))
    outcome.retried += 1


def _park(key: int, failure: Exception) -> None:
    """Leave the mail to people; retention takes it away in time."""
    with transaction.atomic():
        _write(key, status=STATUS.failed)
        _log(key, failure)
    logger.error("Mail %s is parked: %s", key, _kind(failure))


def _write(key: int, **state: object) -> None:
    Email.objects.filter(pk=key).update(last_updated=timezone.now(), **state)


def _log(key: int, failure: Exception) -> None:
    Log.objects.create(
        email_id=key, status=STATUS.failed, message=_kind(failure), exception_type=type(failure).__name__
    )


def _kind(failure: Exception) -> str:
    """What went wrong, in a word and the server's number; its words may quote the mail, so they are not kept."""
    if isinstance(failure, SMTPResponseException):
        return f"{type(failure).__name__} {failure.smtp_code}"
    if isinstance(failure, SMTPRecipientsRefused):
        codes = sorted({code for code, _words in failure.recipients.values()})
        return f"{type(failure).__name__} {', '.join(map(str, codes))}"
    return type(failure).__name__
