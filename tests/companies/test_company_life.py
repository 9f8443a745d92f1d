"""Any order of searching, registering, joining, asking, reviewing, correcting, approving, ending and leaving, beside a
model in plain Python that knows the rules by heart (§C1–C5, §D1–D4, §S12, §T4, §T5)."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings, strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from accounts.models import User
from companies.domain import (
    approval,
    cases,
    correction,
    ending,
    invariants,
    membership,
    registration,
    review,
    search,
)
from companies.models import DECIDED_STATES, OPEN_STATES, Case, CaseState, Channel, Company, Relationship
from kotra_portal.desk.invariants import broken_invariants
from kotra_portal.errors import RuleViolation
from tests import make
from tests.companies.registry import NOW, TYPED, ScriptedRegistry, fax
from tests.conftest import IN_FULL

pytestmark = pytest.mark.django_db

# promises.md: 10,000 steps.
EXAMPLES, STEPS = (200, 50) if IN_FULL else (15, 50)
PERSON = st.integers(0, 3)
NUMBER = st.integers(0, 2)
FIRST = st.none() | NUMBER
UNKNOWN = 2  # the registry knows the other numbers
REVIEWER = st.integers(0, 1)
OF_THE_FIRST = 1  # this reviewer is also the first person
REASON = "사업자등록증이 흐립니다."
NAMES = st.sampled_from([TYPED["name"], "민국무역", "민국물산"])


@dataclass
class Workplace:
    """A live company of the model: who is what in it, and who may not come back."""

    roles: dict[int, str] = field(default_factory=dict)
    barred: set[int] = field(default_factory=set)


@dataclass
class Asked:
    """The request that a person sent last."""

    number: int
    state: CaseState = CaseState.RECEIVED
    version: int = 1
    name: str = TYPED["name"]
    reason: str = ""
    assignee: int | None = None
    rounds: list[tuple[str, str]] = field(default_factory=list)  # name and reason, as they were
    has_paper: bool = False

    @property
    def is_open(self) -> bool:
        """Tell whether something is still to come."""
        return self.state in OPEN_STATES


@dataclass
class Model:
    """What the rules make of the steps so far; people and numbers are those of the machine."""

    now: datetime = NOW
    companies: dict[int, Workplace] = field(default_factory=dict)
    drafts: dict[int, tuple[int, str, datetime]] = field(default_factory=dict)  # number, answer, looked up at
    asked: dict[int, Asked] = field(default_factory=dict)
    ever_asked: set[tuple[int, int]] = field(default_factory=set)  # person, number
    starts: dict[int, int] = field(default_factory=dict)  # today's
    is_down: bool = False

    def place(self, person: int) -> int | None:
        """The number of the company that the person is in."""
        return next((number for number, company in self.companies.items() if person in company.roles), None)

    def role(self, person: int) -> str:
        """What the person is."""
        number = self.place(person)
        return "INDIVIDUAL" if number is None else self.companies[number].roles[person]

    def start_refusal(self, person: int) -> type[RuleViolation] | None:
        """§D1: why the person may start no relationship."""
        if self.place(person) is not None:
            return membership.AlreadyRelated
        return membership.TooManyStarts if self.starts.get(person, 0) >= membership.STARTS_A_DAY else None

    def answer(self, number: int) -> str:
        """§S12: what a search finds: the company, what the registry knows, or nothing."""
        if number in self.companies:
            return "REGISTERED"
        return "KNOWN" if number != UNKNOWN and not self.is_down else "NOTHING"

    def open_request(self, person: int) -> Asked | None:
        """§D1: the one at most."""
        found = self.asked.get(person)
        return found if found and found.is_open else None

    def enter(self, person: int, number: int, role: str, ends: CaseState = CaseState.WITHDRAWN) -> None:
        """§D1, §D4: the open request is over, and whoever else asked for the number is 준회원."""
        self.companies.setdefault(number, Workplace()).roles[person] = role
        self.starts[person] = self.starts.get(person, 0) + 1
        if asked := self.open_request(person):
            asked.state, asked.reason = ends, ""
        for other in [who for who, asked in self.asked.items() if asked.is_open and asked.number == number]:
            self.enter(other, number, "ASSOCIATE", CaseState.SETTLED)

    def review_refusal(self, reviewer: int, asked: Asked, person: int) -> type[RuleViolation] | None:
        """§D3: why this reviewer may not look after the request."""
        related = asked.number in self.companies and 0 in self.companies[asked.number].roles
        if reviewer == OF_THE_FIRST and (person == 0 or related or (0, asked.number) in self.ever_asked):
            return review.OwnCase
        if asked.is_open:
            return None
        return review.DecidedAlready if asked.state in DECIDED_STATES else review.NotWaiting


class CompanyLife(RuleBasedStateMachine):
    """Each rule acts in the portal and in the model, and the two must agree."""

    people: list[User]
    numbers: list[str]
    reviewers: list[User]
    bureau: ScriptedRegistry

    @initialize()
    def begin(self) -> None:
        """Start from nothing; the end takes everything back."""
        self.model = Model()
        self.bureau.is_down = False
        self.atomic = transaction.atomic()
        self.atomic._from_testcase = True  # what is durable is so within a test too
        self.atomic.__enter__()

    def teardown(self) -> None:
        """Take everything back."""
        if hasattr(self, "atomic"):
            try:
                assert list(broken_invariants(20)) == []
            finally:
                transaction.set_rollback(True)
                self.atomic.__exit__(None, None, None)

    def act(self, refusal: type[RuleViolation] | None, verb: Callable, *args: object, **kwargs: object) -> bool:
        """Act; tell whether it was done, which it must be unless the model knows a refusal."""
        if refusal is None:
            verb(*args, **kwargs, now=self.model.now)
            return True
        with pytest.raises(refusal):
            verb(*args, **kwargs, now=self.model.now)
        return False

    @rule(minutes=st.sampled_from([1, 1, 1, 40, 24 * 60]))
    def time_goes_by(self, minutes: int) -> None:
        """Answers grow old, and the five starts are a day's."""
        before, self.model.now = self.model.now, self.model.now + timedelta(minutes=minutes)
        if before.date() != self.model.now.date():
            self.model.starts.clear()

    @rule()
    def registry_goes_down_or_comes_back(self) -> None:
        """§S12: while it does not answer, any number is asked for."""
        self.bureau.is_down = self.model.is_down = not self.model.is_down

    @rule(person=PERSON, number=NUMBER)
    def search(self, person: int, number: int | None) -> None:
        """§S12; the three ways that follow search first where they are given a number."""
        if number is None:
            return
        self.model.now += timedelta(minutes=1)
        if self.act(self.model.start_refusal(person), search.search_number, self.people[person], self.numbers[number]):
            self.model.drafts[person] = (number, self.model.answer(number), self.model.now)

    def typed_for(self, person: int) -> str:
        """The number of the page that is sent: the one that was looked up, if one was."""
        return self.numbers[self.model.drafts.get(person, (0,))[0]]

    @rule(person=PERSON, first=FIRST)
    def join(self, person: int, first: int | None) -> None:
        """§S12 (a), §T3."""
        self.search(person, first)
        number = self.model.drafts.get(person, (None,))[0]
        refusal = self.model.start_refusal(person)
        if not refusal and number not in self.model.companies:
            refusal = search.SearchFirst
        elif not refusal and person in self.model.companies[number].barred:
            refusal = membership.BarredFromCompany
        if self.act(refusal, registration.join_found_company, self.people[person], self.typed_for(person)):
            self.model.enter(person, number, "ASSOCIATE")
            del self.model.drafts[person]

    @rule(person=PERSON, first=FIRST)
    def register(self, person: int, first: int | None) -> None:
        """§S12 (b), §T5."""
        self.search(person, first)
        number, answer, at = self.model.drafts.get(person, (None, "NOTHING", self.model.now))
        is_old = self.model.now - at > search.ANSWER_LIVES
        refusal = self.model.start_refusal(person)
        if not refusal and number in self.model.companies:
            refusal = membership.BarredFromCompany if person in self.model.companies[number].barred else None
        elif not refusal and (answer != "KNOWN" or is_old):
            refusal = search.SearchFirst
        if self.act(refusal, registration.register_company, self.people[person], self.typed_for(person), TYPED):
            self.model.enter(person, number, "ASSOCIATE" if number in self.model.companies else "MASTER")
            del self.model.drafts[person]

    @rule(person=PERSON, first=FIRST)
    def request(self, person: int, first: int | None) -> None:
        """§S12 (c), §T4."""
        self.search(person, first)
        number, answer, _at = self.model.drafts.get(person, (None, "REGISTERED", None))
        refusal = self.model.start_refusal(person)
        if not refusal and self.model.open_request(person):
            refusal = registration.OpenRequestExists
        elif not refusal and number in self.model.companies:
            refusal = registration.CompanyRegisteredMeanwhile
        elif not refusal and answer != "NOTHING":
            refusal = search.SearchFirst
        asking = (self.people[person], self.typed_for(person), TYPED, Channel.FAX)
        if self.act(refusal, registration.request_registration, *asking):
            self.model.asked[person] = Asked(number)
            self.model.ever_asked.add((person, number))
            del self.model.drafts[person]

    @rule(person=PERSON)
    def fax_paper(self, person: int) -> None:
        """§S12: the certificate comes."""
        asked = self.model.open_request(person)
        if asked and not asked.has_paper:
            fax(cases.latest_registration(self.people[person]))
            asked.has_paper = True

    @rule(person=PERSON)
    def withdraw(self, person: int) -> None:
        """§D3."""
        case = cases.latest_registration(self.people[person])
        if case:
            asked = self.model.asked[person]
            refusal = None if asked.is_open else cases.CaseIsClosed
            if self.act(refusal, cases.withdraw_request, case, actor=self.people[person]):
                asked.state, asked.reason = CaseState.WITHDRAWN, ""

    @rule(person=PERSON, name=NAMES)
    def correct(self, person: int, name: str) -> None:
        """§D3; what says the same as before is not sent again."""
        case = cases.latest_registration(self.people[person])
        if case:
            asked = self.model.asked[person]
            correcting = (case, {"name": name}, Channel.FAX)
            refusal = None if asked.is_open else cases.CaseIsClosed
            if not refusal and asked.name == name:
                waits = asked.state == CaseState.RECEIVED
                refusal = correction.WaitsAsItIs if waits else correction.NothingChanged
            if self.act(refusal, correction.correct_request, *correcting, actor=self.people[person]):
                asked.rounds.append((asked.name, asked.reason))
                asked.name, asked.reason, asked.state = name, "", CaseState.RECEIVED
                asked.version += 1

    @rule(reviewer=REVIEWER, to=st.none() | REVIEWER, person=PERSON)
    def assign(self, reviewer: int, to: int | None, person: int) -> None:
        """§D3: to nobody whose own it is."""
        case, asked = cases.latest_registration(self.people[person]), self.model.asked.get(person)
        if case:
            refusal = self.model.review_refusal(reviewer, asked, person)
            if not refusal and to is not None:
                refusal = self.model.review_refusal(to, asked, person)
            assignee = None if to is None else self.reviewers[to]
            if self.act(refusal, review.assign, case, actor=self.reviewers[reviewer], assignee=assignee):
                asked.assignee = to

    def decide(self, verb: Callable, reviewer: int, person: int, missed: int, **kwargs: object) -> Asked | None:
        """§D3: press a button of a page that may be older than the request; return the request if it was done."""
        case, asked = cases.latest_registration(self.people[person]), self.model.asked.get(person)
        if case is None:
            return None
        refusal = self.model.review_refusal(reviewer, asked, person)
        refusal = refusal or (review.ChangedMeanwhile if missed else None)
        if not refusal and verb is review.request_correction and asked.state == CaseState.CORRECTION:
            refusal = review.NotWaiting
        if not refusal and verb is review.approve_registration and not asked.has_paper:
            refusal = review.DocumentMissing
        pressing = {"actor": self.reviewers[reviewer], "seen": asked.version - missed}
        return asked if self.act(refusal, verb, case, **pressing, **kwargs) else None

    @rule(reviewer=REVIEWER, person=PERSON, missed=st.sampled_from([0, 0, 1]))
    def approve_request(self, reviewer: int, person: int, missed: int) -> None:
        """§T4, §D4."""
        if asked := self.decide(review.approve_registration, reviewer, person, missed):
            self.model.enter(person, asked.number, "MASTER", CaseState.APPROVED)

    @rule(reviewer=REVIEWER, person=PERSON, missed=st.sampled_from([0, 0, 1]))
    def reject_request(self, reviewer: int, person: int, missed: int) -> None:
        """§D3."""
        if asked := self.decide(review.reject_registration, reviewer, person, missed, reason=REASON):
            asked.state, asked.reason = CaseState.REJECTED, REASON

    @rule(reviewer=REVIEWER, person=PERSON, missed=st.sampled_from([0, 0, 1]))
    def send_back(self, reviewer: int, person: int, missed: int) -> None:
        """§D3."""
        if asked := self.decide(review.request_correction, reviewer, person, missed, reason=REASON):
            asked.state, asked.reason = CaseState.CORRECTION, REASON
            asked.version += 1

    @rule(actor=PERSON, person=PERSON)
    def approve(self, actor: int, person: int) -> None:
        """§C5."""
        number, relationship = self.model.place(person), membership.live_relationship(self.people[person])
        if relationship:
            roles = self.model.companies[number].roles
            refusal = None if roles[person] == "ASSOCIATE" else approval.NotWaiting
            refusal = refusal if roles.get(actor) == "MASTER" else membership.NotAllowed
            if self.act(refusal, approval.approve_associate, relationship, actor=self.people[actor]):
                roles[person] = "FULL"

    @rule(actor=PERSON, person=PERSON, bar=st.booleans())
    def end(self, actor: int, person: int, bar: bool) -> None:
        """§D5, §D1."""
        number, relationship = self.model.place(person), membership.live_relationship(self.people[person])
        if relationship:
            company = self.model.companies[number]
            refusal = approval.NotYourOwn if actor == person else None
            refusal = refusal if company.roles.get(actor) == "MASTER" else membership.NotAllowed
            ending_it = {"actor": self.people[actor], "reason": "퇴사", "bar": bar}
            if self.act(refusal, approval.end_relationship, relationship, **ending_it):
                del company.roles[person]
                company.barred |= {person} if bar else set()

    @rule(person=PERSON)
    def leave(self, person: int) -> None:
        """§D5, §D2."""
        number = self.model.place(person)
        roles = self.model.companies[number].roles if number is not None else {}
        refusal = None if roles else ending.RelationshipEnded
        if roles.get(person) == "MASTER" and len(roles) > 1:
            refusal = ending.MasterIsNeeded
        if self.act(refusal, ending.leave_company, self.people[person]):
            del roles[person]
            if not roles:
                del self.model.companies[number]

    @invariant()
    def portal_and_model_agree(self) -> None:
        """Who is what where, which companies live, how the requests stand, and what was begun."""
        if not hasattr(self, "model"):
            return
        live = Relationship.objects.filter(ended_at__isnull=True).values_list("member", "company__brn", "role")
        assert set(live) == {
            (self.people[person].pk, self.numbers[number], role)
            for number, company in self.model.companies.items()
            for person, role in company.roles.items()
        }
        numbers = Company.objects.filter(closed_at__isnull=True).values_list("brn", flat=True)
        assert sorted(numbers) == sorted(self.numbers[number] for number in self.model.companies)
        open_ones = {who for who, asked in self.model.asked.items() if asked.is_open}
        waiting = Case.objects.filter(state__in=OPEN_STATES).values_list("applicant", flat=True)
        assert sorted(waiting) == sorted(self.people[who].pk for who in open_ones)
        for person, asked in self.model.asked.items():
            assert self.request_of(person) == asked
        for person, member in enumerate(self.people):
            assert membership.member_type_of(member) == self.model.role(person)
            assert (search.draft_of(member) is not None) == (person in self.model.drafts)
        assert [promise.sentence for promise in invariants.INVARIANTS if promise.offenders(1)] == []

    def request_of(self, person: int) -> Asked:
        """The person's last request as the portal has it."""
        case = cases.latest_registration(self.people[person])
        rounds = list(case.rounds.values_list("name", "reason"))
        number = self.numbers.index(case.registration.brn)
        assignee = self.reviewers.index(case.assignee) if case.assignee else None
        state, name, version = CaseState(case.state), case.registration.name, cases.version(case)
        return Asked(number, state, version, name, case.reason, assignee, rounds, case.has_documents)


def test_whatever_people_do_in_whatever_order_the_rules_hold(bureau: ScriptedRegistry):
    """§C2, §D1, §D2: one relationship each, one MASTER each, and every refusal where the manual has one."""
    CompanyLife.people = [make.member() for _ in range(4)]
    rights = {"is_superuser": True}
    CompanyLife.reviewers = [make.staff(**rights), make.staff(member_account=CompanyLife.people[0], **rights)]
    CompanyLife.bureau = bureau
    CompanyLife.numbers = [bureau.knows() for _ in range(UNKNOWN)] + [make.brn()]
    moderate = settings(max_examples=EXAMPLES, stateful_step_count=STEPS, deadline=None, print_blob=True)

    run_state_machine_as_test(
        CompanyLife,
        settings=settings(moderate, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]),
    )
