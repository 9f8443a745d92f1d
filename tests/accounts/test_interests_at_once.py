"""관심품목 pressed at the same moment: one row, and no more rows than there may be (§S10)."""

import time
from collections.abc import Callable

import pytest

from accounts.domain import interests as rules, limits
from accounts.domain.interests import Item, TooManyItems
from accounts.models import InterestItem, MemberEvent, User
from tests import make
from tests.accounts.people import NOW
from tests.races.at_once import at_once, database_errors, meet, take_locks_away

pytestmark = pytest.mark.race

PRESSES = 12


@pytest.fixture
def member(monkeypatch) -> User:
    """A member, in a database as slow as a busy one."""
    check = rules._check_new

    def check_slowly(*args: object, **kwargs: object) -> None:
        check(*args, **kwargs)
        time.sleep(0.02)  # without a lock others look for the same row meanwhile

    monkeypatch.setattr(rules, "_check_new", check_slowly)
    return make.member("member1")


def press(member: User, name: Callable[[int], str]) -> list[object]:
    """Add rows of these names, all at once; returns the rows and the refusals."""
    return at_once(PRESSES, lambda number: rules.add_item(member, Item(name_ko=name(number)), now=NOW))


def test_many_presses_at_once_are_one_row(member):
    """§S10: a double click and two tabs: one row, one event, and the others are told."""
    results = press(member, lambda _: "커피")

    assert sorted(type(result).__name__ for result in results) == ["InterestItem"] + ["SameItem"] * (PRESSES - 1)
    assert (InterestItem.objects.count(), MemberEvent.objects.count()) == (1, 1)


def test_without_the_lock_there_are_several(member, monkeypatch):
    """§S10: the twin: the lock is what the test above shows."""
    monkeypatch.setattr(limits, "take", lambda *_args, **_kwargs: None)  # its own race is shown elsewhere
    take_locks_away(monkeypatch)
    meet(monkeypatch, PRESSES, (rules, "_check_new"))

    results = press(member, lambda _: "커피")

    assert InterestItem.objects.count() > 1 or database_errors(results)


def test_no_more_rows_than_there_may_be(member, monkeypatch):
    """§S10: every list has a bound, at once too."""
    monkeypatch.setattr(rules, "MAX_ITEMS", 5)

    results = press(member, lambda number: f"품목 {number}")

    assert InterestItem.objects.count() == 5
    assert sum(isinstance(result, TooManyItems) for result in results) == PRESSES - 5
