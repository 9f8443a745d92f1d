"""What the demonstration "sent": text messages of the stub carrier, and the mails in the queue."""

import re
from dataclasses import dataclass
from datetime import datetime

from post_office.models import Email

from accounts.models import StubSms

LONGEST_LIST = 20
_CODE = re.compile(r"(?<![0-9])[0-9]{6}(?![0-9])")


@dataclass(frozen=True)
class Message:
    """One text message or mail; ``code`` is the six-digit code in a text message, if there is one."""

    to: str
    at: datetime
    text: str
    subject: str = ""
    code: str = ""


def text_messages(*, now: datetime) -> list[Message]:
    """The newest text messages that have arrived by now."""
    rows = StubSms.objects.filter(arrives_at__lte=now)[:LONGEST_LIST]
    return [Message(to=row.mobile, at=row.arrives_at, text=row.text, code=_code_in(row.text)) for row in rows]


def mails() -> list[Message]:
    """The newest mails, as their readers would see the plain text."""
    rows = Email.objects.order_by("-created", "-pk")[:LONGEST_LIST]
    return [Message(to=", ".join(row.to), at=row.created, subject=row.subject, text=row.message) for row in rows]


def stamp(*, now: datetime) -> str:
    """Tells whether something arrived since: it changes with the newest message of either kind."""
    texts = StubSms.objects.filter(arrives_at__lte=now).values_list("pk", flat=True).first()
    newest = Email.objects.order_by("-created", "-pk").values_list("pk", flat=True).first()
    return f"{texts or 0}-{newest or 0}"


def _code_in(text: str) -> str:
    found = _CODE.search(text)
    return found.group() if found else ""
