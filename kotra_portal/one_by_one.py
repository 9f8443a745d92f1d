"""Nightly jobs: one thing that fails holds none of the others up, and is not passed over in silence."""

import logging
from collections.abc import Callable, Iterable

from django.db import transaction

logger = logging.getLogger(__name__)


class SomeFailed(Exception):
    """How much was done of a job, and how many of its things failed; the log says which and why."""

    def __init__(self, *, done: int, failed: int) -> None:
        """Keep both numbers."""
        super().__init__(f"{failed} failed; the log says which and why")
        self.done, self.failed = done, failed


def one_by_one(keys: Iterable[object], act: Callable[[object], int]) -> int:
    """Act on each key in a transaction of its own; returns the sum of what was done.

    Whatever goes wrong with one is logged with its key. Raises SomeFailed at the end if something did.
    """
    done = failed = 0
    for key in keys:
        try:
            with transaction.atomic():
                done += act(key)
        except Exception:
            logger.exception("A nightly job failed at %s.", key)
            failed += 1
    if failed:
        raise SomeFailed(done=done, failed=failed)
    return done
