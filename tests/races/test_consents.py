"""Consents changed at the same moment: one row, and no newsletter without its consent (§D14, §S9)."""

import time

import pytest
from django.utils import timezone
from post_office.models import Email

from accounts.domain import profile, terms
from accounts.domain.signup import NewsletterNeedsConsent
from accounts.models import Consent, MemberEvent, Subscription, TermsKind, User
from tests import make
from tests.races.at_once import at_once, database_errors, meet, take_locks_away

pytestmark = pytest.mark.race

PRESSES = 16
ROUNDS = 400


@pytest.fixture
def member(monkeypatch) -> User:
    """A member who agreed, in a database as slow as a busy one."""
    person = make.member("member1")
    document = make.terms(TermsKind.MARKETING)
    terms.record(person, {document.pk: True}, decided_at=make.LONG_AGO, address="192.0.2.1")
    write = terms.record

    def record_slowly(*args: object, **kwargs: object) -> None:
        time.sleep(0.02)  # without a lock others read the old choice meanwhile
        write(*args, **kwargs)

    monkeypatch.setattr(terms, "record", record_slowly)
    return person


def withdraw(member: User) -> bool:
    return terms.change_consent(member, TermsKind.MARKETING, agreed=False, address="192.0.2.1", now=timezone.now())


def rows() -> tuple[int, int, int]:
    withdrawn = Consent.objects.filter(terms__kind=TermsKind.MARKETING, agreed=False).count()
    return withdrawn, MemberEvent.objects.count(), Email.objects.count()


def test_many_presses_at_once_are_one_decision(member):
    """§D14: a double click and two tabs: one row, one event, one mail."""
    results = at_once(PRESSES, lambda _: withdraw(member))

    assert sorted(results) == [False] * (PRESSES - 1) + [True]
    assert rows() == (1, 1, 1)


def test_without_the_lock_there_are_several(member, monkeypatch):
    """§D14: the twin: the lock is what the test above shows."""
    take_locks_away(monkeypatch)
    meet(monkeypatch, PRESSES, (terms, "_latest"))

    results = at_once(PRESSES, lambda _: withdraw(member))

    assert rows()[0] > 1 or database_errors(results)


def test_a_newsletter_chosen_while_withdrawing_does_not_outlive_the_consent(member, repeated):
    """§S9: whichever of two tabs comes first."""

    def agree() -> None:
        document = make.terms(TermsKind.MARKETING)
        terms.record(member, {document.pk: True}, decided_at=timezone.now(), address="192.0.2.1")

    def act(number: int) -> object:
        if number == 0:
            return withdraw(member)
        return profile.change(member, {"newsletters": ["OIS"]}, now=timezone.now())

    for _ in range(repeated(ROUNDS)):
        agree()
        withdrawn, changed = at_once(2, act)
        assert withdrawn is True
        assert isinstance(changed, User | NewsletterNeedsConsent)
        assert not Subscription.objects.exists()
