"""Many at once over real transactions, and the same with the defence taken away."""

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from threading import Barrier, BrokenBarrierError, Event, current_thread, main_thread

import pytest
from django.db import DatabaseError, connection, connections
from django.db.models import QuerySet

WAIT = 60  # seconds until a race that does not come together is given up


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


def together(*acts: Callable[[], object]) -> list[object]:
    """Call these at the same moment, everybody connected before: opening a connection takes longer than a race."""
    connected = Barrier(len(acts))

    def one(number: int) -> object:
        connection.ensure_connection()
        connected.wait(WAIT)
        return acts[number]()

    return at_once(len(acts), one)


def take_locks_away(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the twin of a race run without what keeps it right: the row lock, on SQLite the immediate transaction."""
    if connection.vendor == "sqlite":
        monkeypatch.setitem(connections.settings["default"]["OPTIONS"], "transaction_mode", None)
    monkeypatch.setattr(QuerySet, "select_for_update", lambda self, **_kwargs: self)


def database_errors(results: Iterable[object]) -> list[object]:
    """Of the results of a race, or of their types, those that nobody can read: what the database raised."""
    kinds = [(result, result if isinstance(result, type) else type(result)) for result in results]
    return [result for result, kind in kinds if issubclass(kind, DatabaseError)]


def meet(monkeypatch: pytest.MonkeyPatch, callers: int, *places: tuple[object, str], each_time: bool = False) -> None:
    """Let so many callers wait for each other right after these have answered, so that a twin never wins by luck.

    They meet once, or each time they come by; on SQLite once in any case, since all but one have failed after that.
    Who waits in vain goes on: a defence that is still there wins its race, late, and the twin fails.
    """
    over = Event()
    met = Barrier(callers, None if each_time and connection.vendor != "sqlite" else over.set)

    def meeting(act: Callable) -> Callable:
        def answer_together(*args: object, **kwargs: object) -> object:
            answer = act(*args, **kwargs)
            if not over.is_set():
                with suppress(BrokenBarrierError):
                    met.wait(WAIT)
            return answer

        return answer_together

    for owner, name in places:
        monkeypatch.setattr(owner, name, meeting(getattr(owner, name)))


def come_between(monkeypatch: pytest.MonkeyPatch, look: tuple[object, str], act: tuple[object, str]) -> None:
    """Let ``act`` begin once ``look`` has answered, and be over before whoever looked goes on.

    Of those who race: what a test prepares in its own thread looks and acts as always.
    """
    looked, done = Event(), Event()
    find, do = getattr(*look), getattr(*act)

    def look_and_wait(*args: object, **kwargs: object) -> object:
        found = find(*args, **kwargs)
        if not looked.is_set() and current_thread() is not main_thread():  # who acts may look too
            looked.set()
            done.wait(WAIT)
        return found

    def act_in_between(*args: object, **kwargs: object) -> object:
        if current_thread() is main_thread():
            return do(*args, **kwargs)
        looked.wait(WAIT)
        try:
            return do(*args, **kwargs)
        finally:
            done.set()

    monkeypatch.setattr(*look, look_and_wait)
    monkeypatch.setattr(*act, act_in_between)
