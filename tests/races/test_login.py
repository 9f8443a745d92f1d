"""Guesses sent at the same moment are counted one by one (§D14)."""

import time
from threading import Lock

import pytest
from django.utils import timezone

from accounts.domain import limits, login
from accounts.domain.limits import TooManyAttempts
from accounts.models import AttemptLog, User
from tests import make
from tests.races.at_once import at_once, database_errors, meet, take_locks_away

pytestmark = pytest.mark.race

GUESSES = 40


@pytest.fixture
def guess(monkeypatch):
    """Send many wrong passwords at once; tell what came of it and how many were compared with the right one."""
    make.member("member1")
    looked_at, lock = [], Lock()
    compare, save = User.check_password, AttemptLog.save

    def count(self: User, typed: str) -> bool:
        with lock:
            looked_at.append(typed)
        return compare(self, typed)

    def save_slowly(self: AttemptLog, **kwargs: object) -> None:
        time.sleep(0.005)  # as long as a busy database takes; without a lock others read the old count meanwhile
        save(self, **kwargs)

    monkeypatch.setattr(User, "check_password", count)
    monkeypatch.setattr(AttemptLog, "save", save_slowly)
    # The row is there, as after any earlier log-in, so that only the counting races.
    login.check_password("member1", make.PASSWORD, address="192.0.2.1", device="", now=timezone.now())
    looked_at.clear()

    def send() -> tuple[list[object], int]:
        return at_once(GUESSES, lambda number: _try(f"wrong{number}")), len(looked_at)

    return send


def _try(password: str) -> User | None:
    return login.check_password("member1", password, address="192.0.2.1", device="", now=timezone.now())


def test_of_many_guesses_at_once_five_are_looked_at(guess):
    """§D14: the limit holds in parallel, and then for the right password too."""
    results, looked_at = guess()

    assert looked_at == login.BY_ID_AND_NETWORK.times
    assert results.count(None) == looked_at
    assert sum(isinstance(result, TooManyAttempts) for result in results) == GUESSES - looked_at
    with pytest.raises(TooManyAttempts):
        _try(make.PASSWORD)


def test_without_the_lock_the_race_is_lost(guess, monkeypatch):
    """§D14: the twin: the lock is what the test above shows."""
    take_locks_away(monkeypatch)
    meet(monkeypatch, GUESSES, (limits, "_locked"), each_time=True)

    results, looked_at = guess()

    assert looked_at > login.BY_ID_AND_NETWORK.times or database_errors(results)


def test_first_guesses_ever_race_for_the_row_too(guess):
    """§D14: nobody failed before, so the row that counts is made by whoever comes first."""
    AttemptLog.objects.all().delete()

    results, looked_at = guess()

    assert looked_at == login.BY_ID_AND_NETWORK.times
    assert limits.AttemptLog.objects.count() == 3
    assert not [result for result in results if not isinstance(result, TooManyAttempts | None)]
