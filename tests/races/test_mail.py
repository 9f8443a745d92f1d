"""Mails and the changes they tell of, with a mail server that fails and a sender that is killed (§D3, §D14)."""

import random
import time
from collections import Counter
from contextlib import nullcontext, suppress
from subprocess import Popen
from threading import Barrier, BrokenBarrierError, Event, Thread, Timer

import pytest
from django.db import connection
from django.utils import timezone
from post_office.models import STATUS, Email

from accounts.models import User
from companies.domain import cases, notices, review
from companies.models import Case, CaseEvent
from kotra_portal import sender
from kotra_portal.sender import Outcome, send_due
from tests import mail_sender, mail_server, make
from tests.companies import papers
from tests.companies.registry import fax
from tests.mail_server import Mailbox, Verdict
from tests.races.at_once import WAIT, at_once

pytestmark = pytest.mark.race

DECISIONS = 1_000
KILLS = 40  # how often, about, the sender is killed meanwhile
FAILURES = 0.3
MOST_FAILURES = 4  # of one mail, fewer than lead to its being parked
UNDONE = 0.25  # how many decisions are rolled back
SECONDS = 240  # until a queue that does not empty is given up


class Undone(Exception):
    """What takes a decision back."""


class Fate:
    """Judges mails by dice, and kills the sender at instants that hurt."""

    def __init__(self, dice: random.Random, kill_chance: float) -> None:
        """Nothing happened yet."""
        self.dice, self.kill_chance = dice, kill_chance
        self.process: Popen | None = None
        self.killed: set[int] = set()
        self.silenced = 0
        self.failures: Counter[str] = Counter()

    def judge(self, _to: str, key: str) -> Verdict:
        """What becomes of this mail; whether it is the sender's last."""
        if self.dice.random() < self.kill_chance:
            if self.dice.random() < 0.5:
                self._kill()
                return self.dice.choice([Verdict.TAKEN, Verdict.DROPPED])
            Timer(self.dice.uniform(0, 0.01), self._kill).start()
        if self.dice.random() > FAILURES or self.failures[key] == MOST_FAILURES:
            return Verdict.TAKEN
        self.failures[key] += 1
        verdict = self.dice.choice([Verdict.REFUSED, Verdict.DROPPED, Verdict.SILENCED])
        self.silenced += verdict == Verdict.SILENCED
        return verdict

    def _kill(self) -> None:
        self.process.kill()
        self.killed.add(self.process.pid)


class Keeper(Thread):
    """Starts the sender, and again whenever it was killed, until it is told to stop."""

    def __init__(self, mailbox: Mailbox, fate: Fate) -> None:
        """The sender runs from ``start()`` on."""
        super().__init__(daemon=True)
        self.port, self.fate, self.over = mailbox.port, fate, Event()
        self.database = connection.settings_dict["NAME"]

    def run(self) -> None:
        """Keep one process alive."""
        while not self.over.is_set():
            self.fate.process = mail_sender.start(self.database, self.port)
            while self.fate.process.poll() is None and not self.over.wait(0.02):
                pass

    def stop(self) -> int:
        """End the sender as an operator would; return what it ended with."""
        self.over.set()
        self.join()
        self.fate.process.terminate()
        return self.fate.process.wait(20)


def undo_some(monkeypatch: pytest.MonkeyPatch, dice: random.Random) -> None:
    """Let some decisions fail right after their mail was queued, which takes the whole of them back."""
    queue = notices.queue_mail

    def queue_and_fail(*args: object, **kwargs: object) -> None:
        queue(*args, **kwargs)
        if dice.random() < UNDONE:
            raise Undone

    monkeypatch.setattr(notices, "queue_mail", queue_and_fail)


def decide(case: Case, *, actor: User, dice: random.Random) -> bool:
    """Let staff decide the case; tell whether the decision was kept."""
    seen = {"actor": actor, "seen": cases.version(case), "now": timezone.now()}
    verbs = (
        lambda: review.approve_registration(case, **seen),
        lambda: review.reject_registration(case, reason="사업자등록증이 흐립니다.", **seen),
        lambda: review.request_correction(case, reason="대표자명이 다릅니다.", **seen),
    )
    try:
        dice.choice(verbs)()
    except Undone:
        return False
    return True


def poison() -> list[str]:
    """Queue mails that can never be sent, the first of all; return their keys."""
    for to in ("unknown@example.com", "poison@example.com"):
        Email.objects.create(from_email="kotra@example.com", to=to, status=STATUS.queued, message_id=f"<{to}>")
    Email.objects.filter(message_id="<poison@example.com>").update(subject="하나\n둘")
    return ["<unknown@example.com>", "<poison@example.com>"]


def wait_until_empty() -> None:
    """Until nothing is queued any more."""
    end = time.monotonic() + SECONDS
    while Email.objects.filter(status__in=sender.WAITING).exists():
        assert time.monotonic() < end, mail_server.states()
        time.sleep(0.1)


def wait_for_a_sender(mailbox: Mailbox) -> None:
    """Until one that nobody kills any more is there to be ended: the last may have died right after the last mail."""
    mailbox.judge = lambda _to, _key: Verdict.TAKEN
    time.sleep(0.1)  # a death that was on its way arrives
    last = Email.objects.create(from_email="kotra@example.com", to="last@example.com", status=STATUS.queued)
    wait_until_empty()
    last.delete()
    with mailbox.lock:
        mailbox.taken = [message for message in mailbox.taken if message["To"] != "last@example.com"]


def test_every_decision_is_mailed_and_none_that_was_rolled_back(repeated, monkeypatch):
    """§D3: a thousand decisions, a server that fails 30 %, a sender killed again and again: at least once each.

    What came twice is no more than the sender was killed, or the server fell silent, with that mail in hand.
    """
    dice = random.Random(20261122)
    actor, parked = papers.staff_who_may(review.MAY_REVIEW), poison()
    asked = [papers.case(make.member()) for _ in range(repeated(DECISIONS))]
    for case in asked:
        fax(case)
    with mail_server.running() as mailbox:
        fate = Fate(dice, max(KILLS / DECISIONS, 3 / len(asked)))
        mailbox.judge, keeper = fate.judge, Keeper(mailbox, fate)
        keeper.start()

        undo_some(monkeypatch, random.Random(1))
        kept = [case for case in asked if decide(case, actor=actor, dice=random.Random(case.pk))]

        wait_until_empty()
        wait_for_a_sender(mailbox)
        assert keeper.stop() == 0

    told = {case.applicant.email for case in kept}
    mailed = set(Email.objects.exclude(message_id__in=parked).values_list("message_id", flat=True))
    assert 0 < len(kept) < len(asked)
    assert set(mailbox.recipients()) == told
    assert set(mailbox.keys()) == mailed
    assert len(mailed) == len(kept) == CaseEvent.objects.count()
    assert mail_server.states() == {STATUS.sent: len(kept), STATUS.failed: len(parked)}
    assert fate.killed
    assert len(mailbox.taken) - len(mailed) <= len(fate.killed) + fate.silenced


def both_at_once(mailbox: Mailbox) -> list[Outcome | None]:
    """Two senders, of whom the first with a mail in hand waits until the other has it too, or is told to go."""
    for number in range(3):
        Email.objects.create(from_email="a@example.com", to=f"b{number}@example.com", status=STATUS.queued)
    met = Barrier(2)

    def meet(_to: str, _key: str) -> Verdict:
        with suppress(BrokenBarrierError):
            met.wait(WAIT)
        return Verdict.TAKEN

    def send(_number: int) -> Outcome | None:
        try:
            return send_due()
        finally:
            met.abort()

    mailbox.judge = meet
    return at_once(2, send)


def test_two_senders_send_each_mail_once(settings):
    """§D14: one sends, the other is told so."""
    with mail_server.running() as mailbox:
        mail_server.configure(settings, mailbox.port)

        answers = both_at_once(mailbox)

    assert sorted(answers, key=str) == [None, Outcome(sent=3)]
    assert sorted(mailbox.recipients()) == [f"b{n}@example.com" for n in range(3)]


def test_without_the_lock_two_senders_send_twice(settings, monkeypatch):
    """§D14: the twin."""
    settings.EMAIL_TIMEOUT = WAIT
    monkeypatch.setattr(sender, "only_sender", lambda: nullcontext(True))
    with mail_server.running() as mailbox:
        mail_server.configure(settings, mailbox.port)

        both_at_once(mailbox)

    assert max(Counter(mailbox.recipients()).values()) == 2
