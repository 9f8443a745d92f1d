"""Limits in seconds for a machine at rest, which a slow or busy one may exceed as far as it is slower."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

STEPS = 10_000_000
LAST = timedelta(minutes=1)  # of a day, in which no test begins
AT_REST = 0.1  # seconds that so many steps take on the machine for which the limits were written


def slowness() -> float:
    """How many times slower than that machine this one is just now; never less than one."""
    began = time.monotonic()
    for _ in range(STEPS):
        pass
    return max(1.0, (time.monotonic() - began) / AT_REST)


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """Fail when what is done here takes longer than so many seconds of a machine at rest."""
    before = slowness()
    began = time.monotonic()
    yield
    took = time.monotonic() - began
    slower = max(before, slowness())
    assert took < seconds * slower, f"{took:.1f} s, on a machine that is {slower:.1f} times slower than at rest"


def until_the_day_is_over(now: datetime) -> timedelta:
    """How long to wait until a test may call the same day today from its first line to its last; mostly not at all."""
    korean = now.astimezone(ZoneInfo("Asia/Seoul")).replace(tzinfo=None)
    left = korean.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1) - korean
    return left if left < LAST else timedelta()
