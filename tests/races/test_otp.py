"""Codes tried, confirmed and asked for at the same moment (§D13): each race with its defence and without."""

import time

import pytest
from django.db.models import Model
from django.utils import timezone

from accounts.domain import verification as rules
from accounts.domain.limits import TooManyAttempts
from accounts.models import AttemptLog, OtpChallenge, Purpose, StubSms, Verification
from tests.accounts.people import ALL_REQUIRED, claim, code_sent_to, other_code
from tests.races.at_once import at_once, take_locks_away

pytestmark = pytest.mark.race

WRONG_TRIES = 32
RIGHT_TRIES = 16
REQUESTS = 16
MOBILE = "01055550001"


@pytest.fixture(autouse=True)
def _slow_database(monkeypatch):
    """Let each write take as long as a busy database does; without a lock others read the old count meanwhile."""

    def slowed(save):
        def save_slowly(self: Model, **kwargs: object) -> None:
            time.sleep(0.005)
            save(self, **kwargs)

        return save_slowly

    for model in (OtpChallenge, AttemptLog):
        monkeypatch.setattr(model, "save", slowed(model.save))


def ask() -> Verification:
    return rules.request_code(
        claim(), Purpose.SIGNUP, provider_consents=ALL_REQUIRED, address="192.0.2.1", now=timezone.now()
    )


def confirm(sent: Verification, code: str) -> Verification:
    return rules.confirm_code(sent.pk, code, now=timezone.now())


def try_wrong_codes() -> tuple[Verification, str, list[object]]:
    sent = ask()
    code = code_sent_to(MOBILE)
    return sent, code, at_once(WRONG_TRIES, lambda _: confirm(sent, other_code(code)))


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

    _sent, _code, results = try_wrong_codes()

    compared = [result for result in results if isinstance(result, rules.WrongCode)]
    errors = [result for result in results if not isinstance(result, rules.RuleViolation)]
    assert len(compared) > 4 or errors


def confirm_at_once() -> list[object]:
    sent = ask()
    code = code_sent_to(MOBILE)
    return at_once(RIGHT_TRIES, lambda _: confirm(sent, code))


def test_of_right_codes_at_once_one_wins():
    """§D13: a code works once; the others are told that it was used."""
    results = confirm_at_once()

    assert sum(isinstance(result, Verification) for result in results) == 1
    assert sum(isinstance(result, rules.VerificationExpired) for result in results) == RIGHT_TRIES - 1


def test_without_the_lock_a_code_works_more_than_once(monkeypatch):
    """§D13: the twin."""
    take_locks_away(monkeypatch)

    results = confirm_at_once()

    winners = [result for result in results if isinstance(result, Verification)]
    errors = [result for result in results if not isinstance(result, Verification | rules.RuleViolation)]
    assert len(winners) > 1 or errors


def ask_at_once() -> list[object]:
    # The row that counts is there, as after any earlier request, so that only the counting races.
    for limit in (rules.CODES_A_MINUTE, rules.CODES_AN_HOUR):
        AttemptLog.objects.get_or_create(key=rules.limits._key(limit, MOBILE), defaults={"last_at": timezone.now()})
    return at_once(REQUESTS, lambda _: ask())


def test_of_requests_at_once_one_sends_a_code():
    """§D13: a phone gets at most one a minute, in parallel too."""
    results = ask_at_once()

    assert StubSms.objects.count() == sum(isinstance(result, Verification) for result in results) == 1
    assert sum(isinstance(result, TooManyAttempts) for result in results) == REQUESTS - 1


def test_without_the_lock_a_phone_gets_several_codes(monkeypatch):
    """§D13: the twin."""
    take_locks_away(monkeypatch)

    results = ask_at_once()

    errors = [result for result in results if not isinstance(result, Verification | rules.RuleViolation)]
    assert StubSms.objects.count() > 1 or errors
