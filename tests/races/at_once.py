"""Many at once over real transactions, and the same with the defence taken away."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection, connections
from django.db.models import QuerySet


def at_once(times: int, act: Callable[[int], object]) -> list[object]:
    """Call ``act(0)`` … ``act(times - 1)``, all at the same moment; return their results, or what they raised."""
    start = Barrier(times)

    def one(number: int) -> object:
        start.wait()
        try:
            return act(number)
        except Exception as error:  # noqa: BLE001 (what is raised is the result)
            return error
        finally:
            connections.close_all()

    with ThreadPoolExecutor(times) as threads:
        return list(threads.map(one, range(times)))


def take_locks_away(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the twin of a race run without what keeps it right: the row lock, on SQLite the immediate transaction."""
    if connection.vendor == "sqlite":
        monkeypatch.setitem(connections.settings["default"]["OPTIONS"], "transaction_mode", None)
    monkeypatch.setattr(QuerySet, "select_for_update", lambda self, **_kwargs: self)
