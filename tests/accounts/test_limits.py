"""§D13, §D14: how often something may be tried."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import transaction
from django.utils import translation
from hypothesis import given, strategies as st

from accounts.domain import limits
from accounts.domain.limits import Limit, TooManyAttempts
from accounts.models import AttemptLog
from tests.accounts.people import NOW

pytestmark = pytest.mark.django_db

TWICE = Limit("test", 2, timedelta(minutes=10))


def take(subject="somebody", after=0.0, limit=TWICE):
    limits.take(limit, subject, now=NOW + timedelta(seconds=after))


def test_so_many_attempts_are_allowed_within_the_window():
    """§D13: and not one more."""
    take(), take(after=1)
    with pytest.raises(TooManyAttempts):
        take(after=2)


@pytest.mark.parametrize(("after", "is_allowed"), [(599.9, False), (600, True)])
def test_window_ends_to_the_second(after, is_allowed):
    """§D13: counted from the attempt that is oldest within it."""
    take(), take(after=1)
    if is_allowed:
        take(after=after)
    else:
        with pytest.raises(TooManyAttempts):
            take(after=after)


def test_refused_attempts_do_not_prolong_the_wait():
    """§D14: an attacker who goes on trying does not lock the owner out."""
    take(), take()
    for after in range(60, 600, 60):
        with pytest.raises(TooManyAttempts):
            take(after=after)
    take(after=600)


def test_subjects_and_scopes_are_counted_apart():
    """§D13: the limit is one subject's, for one thing."""
    take(), take()
    take("somebody else")
    take(limit=Limit("something else", 2, timedelta(minutes=10)))


def test_success_forgives():
    """§D14: failures before a success are forgotten."""
    take(), take()
    limits.forgive(TWICE, "somebody")
    take()


@pytest.mark.parametrize(("after", "minutes"), [(0, 10), (0.5, 10), (1, 10), (540, 1), (599, 1), (539, 2)])
def test_refusal_says_how_many_minutes_to_wait(after, minutes):
    """§D13: whole minutes, rounded up."""
    take(), take()
    with pytest.raises(TooManyAttempts) as refusal:
        take(after=after)
    assert f"{minutes}분 뒤에 다시" in str(refusal.value)
    assert refusal.value.wait == timedelta(seconds=600 - after)


def test_count_cannot_be_taken_back_by_what_fails_after_it():
    """§D13: it is counted in a transaction of its own, never inside another that may be rolled back."""
    with transaction.atomic(), pytest.raises(RuntimeError):
        take()


def test_no_subject_is_kept_in_plain():
    """§D14: a keyed hash: no address, ID or phone number."""
    take("01012345678")
    log = AttemptLog.objects.get()
    assert (len(log.key), "01012345678" in f"{log.key}{log.times}") == (64, False)


@given(moments=st.lists(st.integers(0, 3600), min_size=1, max_size=40), times=st.integers(1, 5))
def test_no_window_ever_holds_more_than_the_limit(moments, times):
    """§D13: whatever the pauses between the attempts."""
    limit, taken, subject = Limit("any", times, timedelta(minutes=10)), [], str(uuid4())
    for after in sorted(moments):
        in_window = [at for at in taken if after - 600 < at]
        try:
            take(subject, after, limit)
            taken.append(after)
        except TooManyAttempts:
            assert len(in_window) == times
        else:
            assert len(in_window) < times


def test_refusal_is_a_sentence_in_either_language():
    """§D22: never an empty one."""
    for language in ("ko", "en"):
        with translation.override(language):
            assert str(TooManyAttempts(timedelta(minutes=3)))
