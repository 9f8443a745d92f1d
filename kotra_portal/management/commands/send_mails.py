"""Delivers the queued mails; in real use one such process runs all the time."""

import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import Error, connection
from post_office.models import Email

from kotra_portal import sender
from kotra_portal.sender import WAITING, Outcome

PAUSE = 5.0  # seconds between two looks into the queue
LONGEST_PAUSE = 300.0  # seconds, while the mail server or the database is down
STEP = 0.2  # seconds in which a sleeping process notices that it shall end


class Command(BaseCommand):
    """Sends until SIGTERM or SIGINT, which let it finish the mail in hand; a second process waits for its turn."""

    help = "Send the queued mails, until the process is asked to end (SIGTERM)."

    def add_arguments(self, parser: CommandParser) -> None:
        """The two ways of not running for ever."""
        ways = parser.add_mutually_exclusive_group()
        ways.add_argument("--once", action="store_true", help="Send what is due now, and end.")
        ways.add_argument("--requeue", action="store_true", help="Put parked mails into the queue again, and end.")

    def handle(self, *, once: bool, requeue: bool, **_options: object) -> None:
        """Send, and say how many were sent, will be retried, were parked."""
        if requeue:
            self._say(f"requeued {sender.requeue_parked()}")
            return
        with self._ended_by_signals():
            if once:
                self._send_once()
            else:
                self._send_on_and_on()

    def _send_once(self) -> None:
        outcome = sender.send_due(asked_to_end=lambda: self._shall_end)
        if outcome is None:
            self._say("Another process is sending.")
            return
        self._say(str(outcome))
        if outcome.down:
            raise CommandError(self._why_mails_wait(outcome))

    def _send_on_and_on(self) -> None:
        self._say("Sending mails.")
        pause = PAUSE
        while not self._shall_end:
            try:
                failed = self._look()
            except Error as failure:
                connection.close()  # the next look opens another
                self._say(f"The database does not answer ({type(failure).__name__}).")
                failed = True
            pause = min(2 * pause, LONGEST_PAUSE) if failed else PAUSE
            self._sleep(pause)
        self._say("Ended.")

    def _look(self) -> bool:
        """Send what is due; tell whether the mail server is down."""
        outcome = sender.send_due(asked_to_end=lambda: self._shall_end)
        if outcome is None:
            return False
        if outcome != Outcome(down=outcome.down):
            self._say(str(outcome))
        if outcome.down:
            self._say(self._why_mails_wait(outcome))
        return bool(outcome.down)

    def _why_mails_wait(self, outcome: Outcome) -> str:
        waiting = Email.objects.filter(status__in=WAITING).count()
        return f"The mail server cannot be reached ({outcome.down}); {waiting} mails wait."

    @contextmanager
    def _ended_by_signals(self) -> Iterator[None]:
        self._shall_end = False

        def end(*_args: object) -> None:
            self._shall_end = True

        before = {number: signal.signal(number, end) for number in (signal.SIGTERM, signal.SIGINT)}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    def _sleep(self, seconds: float) -> None:
        end = time.monotonic() + seconds
        while not self._shall_end and (left := end - time.monotonic()) > 0:
            time.sleep(min(STEP, left))

    def _say(self, words: str) -> None:
        self.stdout.write(words)
        self.stdout.flush()  # into a log at once
