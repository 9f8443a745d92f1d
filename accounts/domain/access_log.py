"""The log of who opened whose data, which nobody edits."""

from datetime import datetime

from accounts.models import AccessLog, User


def record(
    actor: User, action: AccessLog.Action, *, subject: User | None, target: str, address: str, now: datetime
) -> None:
    """§D11: a staff account opens a member's or a company's data: written before anything is shown.

    ``subject`` is whose data, None where they are no one person's; ``target`` which row ("document 0b1f…"), ``address``
    where the request came from.
    """
    AccessLog.objects.create(actor=actor, action=action, subject=subject, target=target, address=address, at=now)
