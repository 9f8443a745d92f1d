"""A mail server for tests: speaks just enough SMTP, keeps what it takes, and fails as it is told."""

import email
import socketserver
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from enum import Enum
from threading import Lock, Thread

from post_office.models import Email

SMTP = "django.core.mail.backends.smtp.EmailBackend"


class Verdict(Enum):
    """What becomes of a mail."""

    TAKEN = "taken"
    REFUSED = "refused"  # for now, as a busy server says
    DROPPED = "dropped"  # the connection breaks off before the server has taken it
    SILENCED = "silenced"  # the server has taken it, and the connection breaks off before it can say so


@dataclass
class Mailbox:
    """What the server took, in the order in which it came; ``judge`` decides over each recipient's mail."""

    port: int = 0
    judge: Callable[[str, str], Verdict] = lambda _to, _key: Verdict.TAKEN
    taken: list[EmailMessage] = field(default_factory=list)
    connections: int = 0
    lock: Lock = field(default_factory=Lock)

    def keys(self) -> list[str]:
        """The Message-ID of each mail that was taken, twice where it came twice."""
        with self.lock:
            return [message["Message-ID"] for message in self.taken]

    def recipients(self) -> list[str]:
        """Who got each mail that was taken."""
        with self.lock:
            return [message["To"] for message in self.taken]


@contextmanager
def running() -> Iterator[Mailbox]:
    """A server on a port of its own, until the ``with`` ends."""
    mailbox = Mailbox()
    with _Server(("127.0.0.1", 0), _Handler) as server:
        server.mailbox, mailbox.port = mailbox, server.server_address[1]
        thread = Thread(target=server.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        yield mailbox
        server.shutdown()
        thread.join()


def configure(settings: object, port: int) -> None:
    """Let the portal send its mails there."""
    settings.POST_OFFICE = settings.POST_OFFICE | {"BACKENDS": {"default": SMTP}}
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port


def states() -> dict[int, int]:
    """How many mails stand where in the queue, by state."""
    found: dict[int, int] = {}
    for state in Email.objects.values_list("status", flat=True):
        found[state] = found.get(state, 0) + 1
    return found


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    block_on_close = False

    def handle_error(self, *_args: object) -> None:
        """A sender that was killed hangs up; that is what the test is about."""


class _Handler(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        """One connection: as many mails as the client likes."""
        self.mailbox: Mailbox = self.server.mailbox
        with self.mailbox.lock:
            self.mailbox.connections += 1
        self._say("220 test")
        while line := self.rfile.readline():
            verb = line[:4].upper().strip()
            if verb == b"DATA":
                if not self._take():
                    return
            elif verb == b"QUIT":
                self._say("221 bye")
                return
            elif verb == b"RCPT":
                self._say("550 no such mailbox" if b"<unknown" in line else "250 ok")
            else:
                self._say("250 ok")

    def _take(self) -> bool:
        self._say("354 go on")
        lines = []
        while (line := self.rfile.readline()) not in {b".\r\n", b""}:
            lines.append(line[1:] if line.startswith(b"..") else line)
        if line == b"":
            return False  # the client is gone before the end: no mail
        message = email.message_from_bytes(b"".join(lines))
        verdict = self.mailbox.judge(message["To"], message["Message-ID"])
        if verdict in {Verdict.TAKEN, Verdict.SILENCED}:
            with self.mailbox.lock:
                self.mailbox.taken.append(message)
        if verdict in {Verdict.DROPPED, Verdict.SILENCED}:
            return False
        self._say("250 taken" if verdict == Verdict.TAKEN else "451 try later")
        return True

    def _say(self, words: str) -> None:
        self.wfile.write(f"{words}\r\n".encode())
