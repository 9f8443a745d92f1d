"""Any order of searching, registering, joining, asking, approving, ending and leaving, beside a model in plain Python
that knows the rules by heart (§C1–C5, §D1, §D2, §D4, §S12)."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings, strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from accounts.models import User
from companies.domain import approval, cases, ending, invariants, membership, registration, search
from companies.models import OPEN_STATES, Case, Channel, Company, Relationship
from kotra_portal.desk.invariants import broken_invariants
from kotra_portal.errors import RuleViolation
from tests import make
from tests.companies.registry import NOW, TYPED, ScriptedRegistry
from tests.conftest import IN_FULL

pytestmark = pytest.mark.django_db

# promises.md: 10,000 steps.
EXAMPLES, STEPS = (200, 50) if IN_FULL else (15, 50)
PERSON = st.integers(0, 3)
NUMBER = st.integers(0, 2)
FIRST = st.none() | NUMBER
UNKNOWN = 2  # the registry knows the other numbers


@dataclass
class Workplace:
    """A live company of the model: who is what in it, and who may not come back."""

    roles: dict[int, str] = field(default_factory=dict)
    barred: set[int] = field(default_factory=set)


@dataclass
class Model:
    """What the rules make of the steps so far; people and numbers are those of the machine."""

    now: datetime = NOW
    companies: dict[int, Workplace] = field(default_factory=dict)
    drafts: dict[int, tuple[int, bool, datetime]] = field(default_factory=dict)  # number, was registered, looked up at
    requests: dict[int, int] = field(default_factory=dict)
    starts: dict[int, int] = field(default_factory=dict)  # today's

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

    def enter(self, person: int, number: int, role: str) -> None:
        """§D1: the unfinished registration and the open request are over."""
        self.companies.setdefault(number, Workplace()).roles[person] = role
        self.starts[person] = self.starts.get(person, 0) + 1
        self.drafts.pop(person, None)
        self.requests.pop(person, None)


class CompanyLife(RuleBasedStateMachine):
    """Each rule acts in the portal and in the model, and the two must agree."""

    people: list[User]
    numbers: list[str]

    @initialize()
    def begin(self) -> None:
        """Start from nothing; the end takes everything back."""
        self.model = Model()
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

    @rule(person=PERSON, number=NUMBER)
    def search(self, person: int, number: int | None) -> None:
        """§S12; the three ways that follow search first where they are given a number."""
        if number is None:
            return
        self.model.now += timedelta(minutes=1)
        if self.act(self.model.start_refusal(person), search.search_number, self.people[person], self.numbers[number]):
            self.model.drafts[person] = (number, number in self.model.companies, self.model.now)

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
        if self.act(refusal, registration.join_found_company, self.people[person]):
            self.model.enter(person, number, "ASSOCIATE")

    @rule(person=PERSON, first=FIRST)
    def register(self, person: int, first: int | None) -> None:
        """§S12 (b), §T5."""
        self.search(person, first)
        number, was_registered, at = self.model.drafts.get(person, (None, True, self.model.now))
        is_old = self.model.now - at > search.ANSWER_LIVES
        refusal = self.model.start_refusal(person)
        if not refusal and number in self.model.companies:
            refusal = membership.BarredFromCompany if person in self.model.companies[number].barred else None
        elif not refusal and (was_registered or number == UNKNOWN or is_old):
            refusal = search.SearchFirst
        if self.act(refusal, registration.register_company, self.people[person], TYPED):
            self.model.enter(person, number, "ASSOCIATE" if number in self.model.companies else "MASTER")

    @rule(person=PERSON, first=FIRST)
    def request(self, person: int, first: int | None) -> None:
        """§S12 (c), §T4."""
        self.search(person, first)
        number, was_registered, _at = self.model.drafts.get(person, (None, True, None))
        refusal = self.model.start_refusal(person)
        if not refusal and person in self.model.requests:
            refusal = registration.OpenRequestExists
        elif not refusal and number in self.model.companies:
            refusal = registration.CompanyRegisteredMeanwhile
        elif not refusal and (was_registered or number != UNKNOWN):
            refusal = search.SearchFirst
        if self.act(refusal, registration.request_registration, self.people[person], TYPED, Channel.FAX):
            self.model.requests[person] = number
            del self.model.drafts[person]

    @rule(person=PERSON)
    def withdraw(self, person: int) -> None:
        """§D3."""
        case = cases.latest_registration(self.people[person])
        if case:
            refusal = None if person in self.model.requests else cases.CaseIsClosed
            self.act(refusal, cases.withdraw_request, case, actor=self.people[person])
            self.model.requests.pop(person, None)

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
        """Who is what where, which companies live, who waits for the staff, and what was begun."""
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
        waiting = Case.objects.filter(state__in=OPEN_STATES).values_list("applicant", "registration__brn")
        assert set(waiting) == {(self.people[who].pk, self.numbers[what]) for who, what in self.model.requests.items()}
        for person, member in enumerate(self.people):
            assert membership.member_type_of(member) == self.model.role(person)
            assert (search.draft_of(member) is not None) == (person in self.model.drafts)
        assert [promise.sentence for promise in invariants.INVARIANTS if promise.offenders(1)] == []


def test_whatever_people_do_in_whatever_order_the_rules_hold(bureau: ScriptedRegistry):
    """§C2, §D1, §D2: one relationship each, one MASTER each, and every refusal where the manual has one."""
    CompanyLife.people = [make.member() for _ in range(4)]
    CompanyLife.numbers = [bureau.knows() for _ in range(UNKNOWN)] + [make.brn()]
    moderate = settings(max_examples=EXAMPLES, stateful_step_count=STEPS, deadline=None, print_blob=True)

    run_state_machine_as_test(
        CompanyLife,
        settings=settings(moderate, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]),
    )
