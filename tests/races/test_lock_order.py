"""Whatever is done to one company at once, nobody waits for each other in a circle: people are locked first, then the
company, then relationships, then cases and offers."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from random import Random
from threading import Event

import pytest
from django.db import transaction

from accounts.models import User
from companies.domain import (
    approval,
    business,
    cases,
    correction,
    dispute,
    ending,
    mastership,
    membership,
    profile,
    review,
    succession,
    transfer,
)
from companies.models import Bar, BusinessStatus, Case, Channel, Company, Relationship, Role, TransferOffer
from kotra_portal.desk.invariants import broken_invariants
from kotra_portal.errors import RuleViolation
from tests import make
from tests.companies.registry import fax
from tests.races.at_once import WAIT, database_errors, together
from tests.races.crew import REASON, Crew, change_asked_by, crew, disputed, now, offer_to, reviewer

pytestmark = [pytest.mark.race, pytest.mark.usefixtures("bureau")]

ROUNDS = 400
AT_ONCE = 4  # verbs; six pairs
SEED = 20261122


@dataclass
class Scene:
    """A company in which everything is under way."""

    people: Crew
    newcomer: User
    staff: User
    offer: TransferOffer
    change: Case
    edit: Case
    bar: Bar
    dispute: Case | None

    def of(self, person: User) -> Relationship:
        """The person's relationship."""
        return self.people.relationship(person)

    def press(self, verb: Callable, case: Case | None, *args: object, **kwargs: object) -> object:
        """A button of a page that was opened just now."""
        if case is None:
            return None
        return verb(case, *args, actor=self.staff, seen=cases.version(case), now=now(), **kwargs)


def scene(*, is_disputed: bool) -> Scene:
    people, barred = crew(), make.member()
    offer, change = offer_to(people, people.nominee), change_asked_by(people.other)
    asked = {"name": "대한물산", "representative": "이대한", "certificate_by": Channel.FAX}
    edit = profile.request_company_edit(people.other, **asked, now=now())
    fax(edit)
    make.relationship(barred, people.company, Role.ASSOCIATE, ended_at=now(), end_reason="퇴사")
    by = {"barred_at": now(), "barred_by": people.master}
    bar = Bar.objects.create(company=people.company, member=barred, **by)
    case = disputed(people) if is_disputed else None
    return Scene(people, make.member(), reviewer(), offer, change, edit, bar, case)


CHANGE = {"why": "MASTER 퇴사", "master_leaves": True, "certificate_by": Channel.EMAIL}
EDIT = {"name": "민국물산", "representative": "박민국", "certificate_by": Channel.EMAIL}
STAFF = {"master_leaves": True, "reason": REASON}
VERBS: dict[str, Callable[[Scene], object]] = {
    "join": lambda one: membership.join_company(one.newcomer, one.people.company, now=now()),
    "nominee leaves": lambda one: ending.leave_company(one.people.nominee, now=now()),
    "other leaves": lambda one: ending.leave_company(one.people.other, now=now()),
    "associate leaves": lambda one: ending.leave_company(one.people.associate, now=now()),
    "master leaves": lambda one: ending.leave_company(one.people.master, now=now()),
    "approve": lambda one: approval.approve_associate(one.of(one.people.associate), actor=one.people.master, now=now()),
    "end": lambda one: approval.end_relationship(
        one.of(one.people.other), actor=one.people.master, reason=REASON, bar=True, now=now()
    ),
    "lift bar": lambda one: approval.lift_bar(one.bar, actor=one.people.master, now=now()),
    "come back": lambda one: membership.join_company(one.bar.member, one.people.company, now=now()),
    "remind": lambda one: approval.remind_master(one.people.associate, now=now()),
    "offer": lambda one: offer_to(one.people, one.people.other),
    "accept": lambda one: transfer.accept_transfer(one.offer, actor=one.people.nominee, now=now()),
    "refuse": lambda one: transfer.refuse_transfer(one.offer, actor=one.people.nominee, now=now()),
    "take back": lambda one: transfer.withdraw_transfer(one.offer, actor=one.people.master, now=now()),
    "lapse": lambda one: transfer.lapse_offers(now=one.offer.expires_at),
    "ask for change": lambda one: succession.request_master_change(one.people.associate, **CHANGE, now=now()),
    "agree": lambda one: succession.agree(one.change, actor=one.people.master, password=make.PASSWORD, now=now()),
    "object": lambda one: succession.object_to(one.change, actor=one.people.master, objection=REASON, now=now()),
    "approve change": lambda one: one.press(succession.approve_master_change, one.change, reason=REASON),
    "reject change": lambda one: one.press(succession.reject_master_change, one.change, reason=REASON),
    "send change back": lambda one: one.press(review.request_correction, one.change, reason=REASON),
    "send change again": lambda one: correction.send_again(one.change, actor=one.people.other, now=now()),
    "withdraw change": lambda one: cases.withdraw_request(one.change, actor=one.people.other, now=now()),
    "assign": lambda one: review.assign(one.change, actor=one.staff, assignee=one.staff, now=now()),
    "edit": lambda one: profile.edit_company(one.people.nominee, {"phone": "023460711"}, seen=0, now=now()),
    "ask for edit": lambda one: profile.request_company_edit(one.people.nominee, **EDIT, now=now()),
    "approve edit": lambda one: one.press(profile.approve_company_edit, one.edit),
    "reject edit": lambda one: one.press(profile.reject_company_edit, one.edit, reason=REASON),
    "mark": lambda one: business.mark_business(
        one.people.company, BusinessStatus.CLOSED, seen="ACTIVE", actor=one.staff, reason=REASON, now=now()
    ),
    "dispute": lambda one: disputed(one.people),
    "keep": lambda one: one.press(dispute.keep_registration, one.dispute, reason=REASON),
    "dispute changes": lambda one: one.press(dispute.change_master, one.dispute, one.people.associate, **STAFF),
    "cancel": lambda one: one.press(dispute.cancel_registration, one.dispute, reason=REASON),
}


def test_whatever_is_done_to_a_company_at_once_is_done_or_refused_by_a_rule(repeated):
    """§D2: no deadlock, no error that nobody can read, and one MASTER or a closed company afterwards."""
    chance = Random(SEED)
    for number in range(repeated(ROUNDS)):
        one = scene(is_disputed=number % 2 == 0)
        chosen = chance.sample(sorted(VERBS), AT_ONCE)
        results = together(*(partial(VERBS[name], one) for name in chosen))
        odd = {
            name: result
            for name, result in zip(chosen, results, strict=True)
            if isinstance(result, Exception) and not isinstance(result, RuleViolation)
        }
        assert odd == {}
        one.people.company.refresh_from_db()
        assert len(one.people.masters()) == (one.people.company.closed_at is None)
    assert list(broken_invariants(20)) == []


@pytest.mark.postgresql
def test_a_verb_that_locked_the_case_before_the_company_would_wait_in_a_circle(monkeypatch):
    """The twin: the approval of a MASTER change the other way round, beside one in order."""
    one = scene(is_disputed=False)
    case_is_locked, company_is_locked = Event(), Event()
    lock = mastership.lock_master_and

    def lock_and_tell(*args: object) -> list[Relationship | None]:
        company_is_locked.set()
        case_is_locked.wait(WAIT)
        return lock(*args)

    def other_way_round() -> None:
        with transaction.atomic():
            cases.lock(one.change)
            case_is_locked.set()
            company_is_locked.wait(WAIT)
            Company.objects.select_for_update().get(pk=one.people.company.pk)

    monkeypatch.setattr(mastership, "lock_master_and", lock_and_tell)

    results = together(partial(VERBS["approve change"], one), other_way_round)

    assert database_errors(results)
