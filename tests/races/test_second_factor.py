"""Codes of the second step tried, used and set up at the same moment (§D14): each race with its defence and without."""

import time
from collections.abc import Callable
from functools import partial

import pytest
from django.db.models import Model
from django.utils import timezone
from django_otp.plugins.otp_totp.models import TOTPDevice
from post_office.models import Email

from accounts.domain import limits, second_factor as rules
from accounts.domain.limits import TooManyAttempts
from accounts.domain.second_factor import Origin
from accounts.models import AttemptLog, RecoveryCode, User
from kotra_portal.errors import RuleViolation
from tests import make
from tests.accounts.second_factor import HERE, app_code, set_up, wrong_code
from tests.races.at_once import database_errors, meet, take_locks_away, together

pytestmark = pytest.mark.race

TRIES = 24
SLOWNESS = 0.02  # seconds that a write takes


@pytest.fixture(autouse=True)
def _slow_database(monkeypatch):
    """Let each write take as long as a busy database does; without a lock others read the old row meanwhile."""

    def slowed(save):
        def save_slowly(self: Model, **kwargs: object) -> None:
            time.sleep(SLOWNESS)
            save(self, **kwargs)

        return save_slowly

    for model in (TOTPDevice, AttemptLog):
        monkeypatch.setattr(model, "save", slowed(model.save))


@pytest.fixture
def person() -> User:
    return make.staff("staff1", email="staff1@example.com")


def side_by_side(act: Callable[[int], object]) -> list[object]:
    """Act so many times at the same moment; each time with a number of its own."""
    return together(*(partial(act, number) for number in range(TRIES)))


def passed(results: list[object]) -> int:
    return sum(not isinstance(result, Exception) for result in results)


def failed(results: list[object]) -> list[object]:
    return [result for result in results if isinstance(result, Exception) and not isinstance(result, RuleViolation)]


def check(person: User, code: str, origin: Origin = HERE) -> TOTPDevice:
    return rules.check_code(person, code, origin=origin, now=timezone.now())


def let_only_the_device_race(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take the locks away, and the counting of tries, which loses races of its own."""
    take_locks_away(monkeypatch)
    monkeypatch.setattr(limits, "take", lambda *_args, **_kwargs: None)
    monkeypatch.setattr(limits, "forgive", lambda *_args: None)


# --- Guesses --------------------------------------------------------------------------------------------------------


def guess_at_once(person: User) -> list[object]:
    wrong = wrong_code(person)
    return side_by_side(lambda _number: check(person, wrong))


def test_of_many_guesses_at_once_five_are_looked_at(person):
    """§D14: the limit holds in parallel, and then for the right code too."""
    set_up(person)

    results = guess_at_once(person)

    assert sum(isinstance(result, rules.WrongCode) for result in results) == 5
    assert sum(isinstance(result, TooManyAttempts) for result in results) == TRIES - 5
    with pytest.raises(TooManyAttempts):
        check(person, app_code(person))


def test_without_the_lock_guesses_go_uncounted(person, monkeypatch):
    """§D14: the twin: the lock is what the test above shows."""
    set_up(person)  # the rows that count are there, so that only the counting races
    take_locks_away(monkeypatch)
    meet(monkeypatch, TRIES, (limits, "_locked"), each_time=True)

    results = guess_at_once(person)

    assert sum(isinstance(result, rules.WrongCode) for result in results) > 5 or database_errors(results)


# --- One code -------------------------------------------------------------------------------------------------------


def use_at_once(person: User) -> list[object]:
    """Send the right code from many networks, so that the limits let each of them be looked at."""
    code = app_code(person)
    return side_by_side(lambda number: check(person, code, Origin(f"198.51.100.{number}", "")))


def test_of_right_codes_at_once_one_wins(person):
    """§D14: a code works once."""
    set_up(person)

    results = use_at_once(person)

    assert passed(results) == 1
    assert failed(results) == []


def test_without_the_lock_a_code_works_more_than_once(person, monkeypatch):
    """§D14: the twin."""
    set_up(person)
    let_only_the_device_race(monkeypatch)
    meet(monkeypatch, TRIES, (rules, "TOTP"))

    results = use_at_once(person)

    assert passed(results) > 1 or database_errors(results)


def test_a_recovery_code_used_at_once_opens_once(person):
    """§D14: its row goes with its use, which only one can do; one event, one mail."""
    code = set_up(person).codes[0]
    Email.objects.all().delete()

    results = side_by_side(
        lambda number: rules.use_recovery_code(
            person, code, origin=Origin(f"198.51.100.{number}", ""), now=timezone.now()
        )
    )

    assert passed(results) == 1
    assert failed(results) == []
    assert (RecoveryCode.objects.count(), Email.objects.count()) == (9, 1)


# --- One device -----------------------------------------------------------------------------------------------------


def confirm_at_once(person: User, offered: TOTPDevice) -> list[object]:
    now, code = timezone.now(), app_code(person)

    def confirm(number: int) -> rules.SetUp:
        origin = Origin(f"198.51.100.{number}", "")
        return rules.set_up(person, offered.pk, code, password="", entered_at=now, origin=origin, now=now)

    return side_by_side(confirm)


def test_a_device_confirmed_at_once_is_set_up_once(person):
    """§D14: one set of recovery codes, which is the one that was shown."""
    results = confirm_at_once(person, rules.offer(person, None))

    assert passed(results) == 1
    assert failed(results) == []
    assert (RecoveryCode.objects.count(), Email.objects.count(), person.events.count()) == (10, 1, 1)


def test_without_the_lock_a_device_is_set_up_more_than_once(person, monkeypatch):
    """§D14: the twin."""
    offered = rules.offer(person, None)
    let_only_the_device_race(monkeypatch)
    meet(monkeypatch, TRIES, (rules, "TOTP"))

    results = confirm_at_once(person, offered)

    assert passed(results) > 1 or database_errors(results)
