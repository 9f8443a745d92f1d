"""Codes tried, confirmed and asked for at the same moment (§D13): each race with its defence and without."""

import time
from datetime import datetime, timedelta

import pytest
from django.db.models import Model
from django.utils import timezone

from accounts.domain import limits, verification as rules
from accounts.domain.limits import TooManyAttempts
from accounts.models import AttemptLog, OtpChallenge, Purpose, StubSms, Verification
from tests.accounts.people import ALL_REQUIRED, claim, code_sent_to, other_code
from tests.races.at_once import database_errors, meet, take_locks_away, together

pytestmark = pytest.mark.race

WRONG_TRIES = 32
RIGHT_TRIES = 16
REQUESTS = 16
SLOWNESS = 0.02  # seconds that a write takes
MOBILE = "01055550001"


@pytest.fixture(autouse=True)
def _slow_database(monkeypatch):
    """Let each write take as long as a busy database does; without a lock others read the old count meanwhile."""

    def slowed(save):
        def save_slowly(self: Model, **kwargs: object) -> None:
            time.sleep(SLOWNESS)
            save(self, **kwargs)

        return save_slowly

    for model in (OtpChallenge, AttemptLog):
        monkeypatch.setattr(model, "save", slowed(model.save))


def ask(now: datetime | None = None) -> Verification:
    now = now or timezone.now()
    return rules.request_code(claim(), Purpose.SIGNUP, provider_consents=ALL_REQUIRED, address="192.0.2.1", now=now)


def confirm(sent: Verification, code: str) -> Verification:
    return rules.confirm_code(sent.pk, code, now=timezone.now())


def try_wrong_codes() -> tuple[Verification, str, list[object]]:
    sent = ask()
    code = code_sent_to(MOBILE)
    wrong = other_code(code)
    return sent, code, together(*[lambda: confirm(sent, wrong)] * WRONG_TRIES)


def test_wrong_tries_at_once_are_all_counted():
    """§D13: five wrong tries kill the code in parallel too, and the right one comes too late."""
    sent, code, results = try_wrong_codes()

    assert sorted(result.parameters["left"] for result in results if isinstance(result, rules.WrongCode)) == [
        1,
        2,
        3,
        4,
    ]
    assert sum(isinstance(result, rules.CodeDead) for result in results) == WRONG_TRIES - 4
    assert OtpChallenge.objects.get().tries == 5
    with pytest.raises(rules.CodeDead):
        confirm(sent, code)


def test_without_the_lock_wrong_tries_go_uncounted(monkeypatch):
    """§D13: the twin: the lock is what the test above shows."""
    take_locks_away(monkeypatch)
    meet(monkeypatch, WRONG_TRIES, (rules, "constant_time_compare"))

    _sent, _code, results = try_wrong_codes()

    compared = [result for result in results if isinstance(result, rules.WrongCode)]
    assert len(compared) > 4 or database_errors(results)


def confirm_at_once() -> list[object]:
    sent = ask()
    code = code_sent_to(MOBILE)
    return together(*[lambda: confirm(sent, code)] * RIGHT_TRIES)


def test_of_right_codes_at_once_one_wins():
    """§D13: a code works once; the others are told that it was used."""
    results = confirm_at_once()

    assert sum(isinstance(result, Verification) for result in results) == 1
    assert sum(isinstance(result, rules.VerificationExpired) for result in results) == RIGHT_TRIES - 1


def test_without_the_lock_a_code_works_more_than_once(monkeypatch):
    """§D13: the twin."""
    take_locks_away(monkeypatch)
    meet(monkeypatch, RIGHT_TRIES, (rules, "constant_time_compare"))

    results = confirm_at_once()

    winners = [result for result in results if isinstance(result, Verification)]
    assert len(winners) > 1 or database_errors(results)


@pytest.fixture
def _asked_yesterday():
    """The rows that count are there, so that only the counting races."""
    ask(now=timezone.now() - timedelta(days=1))
    StubSms.objects.all().delete()


@pytest.mark.usefixtures("_asked_yesterday")
def test_of_requests_at_once_one_sends_a_code():
    """§D13: a phone gets at most one a minute, in parallel too."""
    results = together(*[ask] * REQUESTS)

    assert StubSms.objects.count() == sum(isinstance(result, Verification) for result in results) == 1
    assert sum(isinstance(result, TooManyAttempts) for result in results) == REQUESTS - 1


@pytest.mark.usefixtures("_asked_yesterday")
def test_without_the_lock_a_phone_gets_several_codes(monkeypatch):
    """§D13: the twin."""
    take_locks_away(monkeypatch)
    meet(monkeypatch, REQUESTS, (limits, "_locked"), each_time=True)

    results = together(*[ask] * REQUESTS)

    assert StubSms.objects.count() > 1 or database_errors(results)
