"""A worker that is killed in the midst of its work, again and again (§C5, §D2, §D4, §D5, §D6, §D7)."""

import json
import os
import random
import signal
import time
from collections.abc import Iterator
from subprocess import Popen

import pytest
from django.db import connection
from django.utils import timezone

from companies.domain import invariants, registration
from companies.domain.invariants import HEALED_WITHIN
from kotra_portal.desk.invariants import broken_invariants
from tests import killable_worker, make
from tests.pace import slowness
from tests.races import story

pytestmark = pytest.mark.race

KILLS = 200
SECONDS = 5  # until the next worker has done something
LONGEST_WORK = 0.15  # seconds after its first act within which a worker is killed
AHEAD = 4  # stories that wait whenever a worker begins: more than it can tell in that time
# Functions of the domain right after which half of something is done.
HALFWAY = (
    "registration.insert", "cases.decide", "cases.settle", "membership.move", "membership.record", "offers.finish",
    "ending.end", "ending.close",
)  # fmt: skip
WHOLE = [
    "REGISTERED", "JOINED", "APPROVED", "OFFERED", "HANDED_OVER", "MASTER_CHANGED", "ENDED", "LEFT", "CLOSED",
    "MASTER_CHANGE APPROVED", "MASTER_CHANGE SENT", "REGISTRATION APPROVED", "REGISTRATION REJECTED",
    "REGISTRATION SENT", "REGISTRATION SENT", "REGISTRATION SENT", "REGISTRATION SETTLED",
]  # fmt: skip


@pytest.fixture(autouse=True)
def _a_night_may_pass(monkeypatch):
    """The checker waits for the nightly run, as in use."""
    monkeypatch.setattr(invariants, "HEALED_WITHIN", HEALED_WITHIN)


@pytest.fixture
def process() -> Iterator[Popen]:
    """What forks the workers, warm from a story that nobody disturbed."""
    make.staff(is_superuser=True, name="박담당")
    story.prepare()
    with killable_worker.start(connection.settings_dict["NAME"]) as started:
        lines_until(started, "ready")
        yield started
        started.stdin.close()


def lines_until(process: Popen, last: str) -> list[str]:
    """What the process tells before this line."""
    lines = [line.strip() for line in iter(process.stdout.readline, f"{last}\n")]
    assert "" not in lines, "the process is gone"
    return lines


def begin(process: Popen, **how: object) -> None:
    """Let a new worker begin."""
    process.stdin.write(json.dumps(how) + "\n")


def begin_and_kill(process: Popen, dice: random.Random) -> tuple[list[str], float]:
    """Let a worker begin, which dies halfway or at any moment; return what it told, and when it told the first."""
    halfway = dice.choice([*HALFWAY, *[""] * len(HALFWAY)])
    began = time.monotonic()
    begin(process, dies_in=halfway)
    pid = int(process.stdout.readline().removeprefix("pid "))
    first = process.stdout.readline().strip()
    took = time.monotonic() - began
    if first == "over":
        return [], took
    if not halfway:
        time.sleep(dice.uniform(0, LONGEST_WORK))
        os.kill(pid, signal.SIGKILL)
    return [first, *lines_until(process, "over")], took


def look_ahead() -> None:
    """Prepare as many stories as a worker may need."""
    for _ in range(AHEAD - len(story.unfinished())):
        story.prepare()


def test_a_worker_is_killed_and_nothing_is_lost(process, repeated):
    """§C5, §D2, §D4, §D5, §D6, §D7: what was said to be done is done, nothing is half done, the next goes on at once.

    In the end each company has the history and its people have the mails of one that nobody disturbed.
    """
    dice, slowest = random.Random(20261122), 0.0
    for _ in range(repeated(KILLS)):
        look_ahead()

        acts, took = begin_and_kill(process, dice)

        slowest = max(slowest, took)
        done = [act.split(" ", 1) for act in acts]
        assert [act for brn, act in done if act not in story.happened(brn)] == []
        assert list(broken_invariants(20)) == []
        registration.settle_left_over(now=timezone.now())
    assert slowest < SECONDS * slowness()

    begin(process, stays=False)
    lines_until(process, "over")
    undisturbed, *others = story.numbers()
    assert story.happened(undisturbed) == WHOLE
    for brn in others:
        assert (story.happened(brn), story.told(brn)) == (WHOLE, story.told(undisturbed))


def test_without_transactions_a_worker_leaves_half_of_it(process):
    """§D6: the twin: the old MASTER has stepped down, and nobody stepped up."""
    story.prepare()
    begin(process, dies_in="offers.finish")  # in the hand-over, all of which is taken back
    lines_until(process, "over")
    assert list(broken_invariants(20)) == []

    begin(process, dies_in="membership.move", has_transactions=False)
    lines_until(process, "over")

    assert [found.sentence for found, _rows in broken_invariants(20)] == ["a company with live members has a MASTER"]
