"""What was typed and is not saved yet, kept in the visitor's session for half an hour and no longer."""

from django.contrib.sessions.backends.base import SessionBase
from django.utils import timezone

KEPT = "typed_and_unsaved"
KEPT_SECONDS = 30 * 60


def keep(session: SessionBase, name: str, typed: object) -> None:
    """§D14: keep what was typed (anything that JSON can hold) under this name, in place of what was kept before."""
    session[KEPT] = session.get(KEPT, {}) | {name: [_now(), typed]}


def kept(session: SessionBase, name: str) -> object | None:
    """§D14: what is kept under this name, or None when there is nothing or it is older than half an hour."""
    kept_at, typed = session.get(KEPT, {}).get(name, (0, None))
    return typed if _now() - kept_at < KEPT_SECONDS else None


def forget(session: SessionBase, *names: str) -> None:
    """§D14: drop what is kept under these names."""
    _leave(session, {name: entry for name, entry in session.get(KEPT, {}).items() if name not in names})


def forget_old(session: SessionBase) -> None:
    """§D14: drop whatever is older than half an hour; the middleware asks for it on every request."""
    now = _now()
    _leave(session, {name: entry for name, entry in session.get(KEPT, {}).items() if now - entry[0] < KEPT_SECONDS})


def _now() -> int:
    return int(timezone.now().timestamp())


def _leave(session: SessionBase, left: dict[str, list]) -> None:
    """Write only what changes: each write of a session may overwrite another tab's."""
    if left != session.get(KEPT, {}):
        session[KEPT] = left
