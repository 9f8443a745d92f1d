"""회원가입 raced: one ID, one person, one draft, many browsers at once; each with its defence and without."""

from collections.abc import Callable
from threading import Barrier
from uuid import uuid4

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from post_office.models import Email

from accounts.domain import limits, signup
from accounts.domain.signup import UsernameTaken
from accounts.models import Consent, MemberEvent, SignupDraft, User
from tests import walk
from tests.races.at_once import WAIT, at_once, meet, take_locks_away

pytestmark = pytest.mark.race

DONE = "/signup/interests/"  # the account exists, and the step goes on


@pytest.fixture
def race(monkeypatch) -> Callable[..., list[HttpResponse]]:
    """Submit the details in all browsers; each waits before the rule until all are there.

    Then, where a place is named, within the rule once more, right after that has answered.
    """

    def run(browsers: list[Client], typed: list[dict], *place: tuple[object, str]) -> list[HttpResponse]:
        barrier = Barrier(len(browsers), lambda: meet(monkeypatch, len(browsers), *place))
        create_account = signup.create_account

        def create_together(*args: object, **kwargs: object) -> User:
            barrier.wait(WAIT)
            return create_account(*args, **kwargs)

        monkeypatch.setattr(signup, "create_account", create_together)
        return at_once(len(browsers), lambda number: browsers[number].post("/signup/details/", typed[number]))

    return run


def browsers_at_details(number: int, **facts: object) -> list[Client]:
    """Give so many visitors a draft each, ready to be submitted."""
    found = [Client(raise_request_exception=False) for _ in range(number)]
    for browser in found:
        walk.to_details(browser, **facts)
    return found


def same_browser(number: int) -> list[Client]:
    """Give one visitor so many windows."""
    first = Client()
    walk.to_details(first)
    windows = [Client(raise_request_exception=False) for _ in range(number)]
    for window in windows:
        window.cookies.update(first.cookies)
    return windows


def outcome(responses: list[HttpResponse]) -> dict[str, int]:
    """Count the answers: at the end, refused in words, failed."""
    kinds = {"done": 0, "refused": 0, "failed": 0}
    for response in responses:
        kind = "done" if response.headers.get("Location") == DONE else "refused"
        kinds[kind if response.status_code in {200, 302} else "failed"] += 1
    return kinds


def let_only_the_account_race(monkeypatch):
    """Take the locks away, and the counting of tries, which loses races of its own."""
    take_locks_away(monkeypatch)
    monkeypatch.setattr(limits, "take", lambda *_args, **_kwargs: None)


def take_the_savepoint_away(monkeypatch) -> tuple[object, str]:
    """Without it the loser's INSERT is an error nobody expects. On SQLite the immediate transaction is what defends.

    Returns where all have looked and, on SQLite, where none has written yet.
    """
    let_only_the_account_race(monkeypatch)
    if connection.vendor == "sqlite":
        return signup, "check_reached"
    monkeypatch.setattr(signup, "IntegrityError", type("NeverRaised", (Exception,), {}))
    return signup, "check_username_free"


# --- One ID ---------------------------------------------------------------------------------------------------------


def test_of_32_who_want_one_id_one_gets_it_and_31_read_why(race):
    """§S8: an ID belongs to one person; the others keep what they typed."""
    answers = race(browsers_at_details(32), [walk.DETAILS] * 32)

    assert outcome(answers) == {"done": 1, "refused": 31, "failed": 0}
    refused = [answer for answer in answers if answer.status_code == 200]
    assert all(str(UsernameTaken.sentence) in answer.text and "Kim Suchul" in answer.text for answer in refused)
    assert (User.objects.count(), Consent.objects.count(), Email.objects.count()) == (1, 3, 1)


def test_without_its_defence_the_losers_of_one_id_fail(race, monkeypatch):
    """§S8: the race above can be lost."""
    browsers = browsers_at_details(32)
    place = take_the_savepoint_away(monkeypatch)

    assert outcome(race(browsers, [walk.DETAILS] * 32, place))["failed"] > 0


# --- One person -----------------------------------------------------------------------------------------------------


def other_ids(number: int) -> list[dict]:
    """Details that differ in their ID, mail and password alone."""
    return [walk.DETAILS | {"username": f"export{mark}", "email": f"suchul{mark}"} for mark in range(number)]


def test_a_person_who_signs_up_eight_times_at_once_has_one_account(race):
    """§D10: one person, one account, through eight drafts and eight verifications."""
    answers = race(browsers_at_details(8, ci_hash=uuid4().hex * 2), other_ids(8))

    assert outcome(answers) == {"done": 1, "refused": 7, "failed": 0}
    assert all("이미 가입한 회원입니다" in answer.text for answer in answers if answer.status_code == 200)
    assert (User.objects.count(), Consent.objects.count(), Email.objects.count()) == (1, 3, 1)


def test_without_its_defence_the_same_person_meets_failures(race, monkeypatch):
    """§D10: the race above can be lost."""
    browsers = browsers_at_details(8, ci_hash=uuid4().hex * 2)
    place = take_the_savepoint_away(monkeypatch)

    assert outcome(race(browsers, other_ids(8), place))["failed"] > 0


# --- One draft ------------------------------------------------------------------------------------------------------


def test_a_draft_sent_eight_times_at_once_makes_one_account_and_no_error(race):
    """§S13: each of the eight goes on."""
    answers = race(same_browser(8), [walk.DETAILS] * 8)

    assert outcome(answers) == {"done": 8, "refused": 0, "failed": 0}
    assert (User.objects.count(), MemberEvent.objects.count(), Email.objects.count()) == (1, 1, 1)
    assert SignupDraft.objects.get().details == {}


def test_without_its_lock_a_draft_sent_eight_times_is_refused(race, monkeypatch):
    """§S13: the race above can be lost."""
    windows = same_browser(8)
    let_only_the_account_race(monkeypatch)

    assert outcome(race(windows, [walk.DETAILS] * 8, (signup, "check_reached")))["done"] < 8
