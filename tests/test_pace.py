"""Limits in seconds fail on what is slow, and not on a slow machine."""

import time
from datetime import datetime, timedelta

import pytest

from tests import pace
from tests.conftest import KST
from tests.pace import until_the_day_is_over, within


def test_a_limit_grows_with_the_machine(monkeypatch):
    monkeypatch.setattr(pace, "slowness", lambda: 1.0)
    with pytest.raises(AssertionError, match="times slower than at rest"), within(0.02):
        time.sleep(0.05)

    monkeypatch.setattr(pace, "slowness", lambda: 1_000.0)
    with within(0.02):
        time.sleep(0.05)


@pytest.mark.parametrize(
    ("at", "seconds"), [("00:00:00", 0), ("09:00:00", 0), ("23:58:59", 0), ("23:59:30", 30), ("23:59:59.5", 0.5)]
)
def test_no_test_begins_when_a_korean_day_ends(at, seconds):
    now = datetime.fromisoformat(f"2026-11-22T{at}").replace(tzinfo=KST)
    assert until_the_day_is_over(now) == timedelta(seconds=seconds)
