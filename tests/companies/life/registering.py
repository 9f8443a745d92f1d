"""The moves by which people come to a company, and the ground that all moves stand on."""

from collections.abc import Callable, Sequence
from datetime import timedelta

import pytest
from django.db import transaction
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule

from accounts.models import User
from companies.domain import cases, correction, membership, registration, search
from companies.models import Case, CaseEvent, CaseKind, CaseState, Channel, Relationship
from kotra_portal.desk.invariants import broken_invariants
from kotra_portal.errors import RuleViolation
from tests.companies.life.model import Asked, Model, Registration, Workplace
from tests.companies.registry import FACTS, TYPED, ScriptedRegistry, fax

PEOPLE = 5
PERSON = st.integers(0, PEOPLE - 1)
NUMBER = st.integers(0, 2)
FIRST = st.none() | NUMBER
ANY = st.integers(0, 11)  # picks one of however many there are
SELDOM = st.integers(0, 4).map(lambda drawn: drawn == 4)
OFTEN = st.integers(0, 4).map(lambda drawn: drawn != 4)
MISSED = st.sampled_from([0, 0, 0, 1])
REVIEWER = st.sampled_from([0, 0, 0, 1])
REASON = "사업자등록증이 흐립니다."
NAMES = st.sampled_from([TYPED["name"], "민국무역", "민국물산"])
MINUTES = st.sampled_from([1, 1, 40, 24 * 60, 3 * 24 * 60, 7 * 24 * 60, 30 * 24 * 60])


def pick(of: Sequence, which: int) -> object:
    """One of these, or None of nothing."""
    return of[which % len(of)] if of else None


class Moves(RuleBasedStateMachine):
    """Each rule acts in the portal and in the model, and the two must agree."""

    people: list[User]
    numbers: list[str]
    reviewers: list[User]
    bureau: ScriptedRegistry
    model: Model

    def start(self) -> None:
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

    def act(self, refusal: type[RuleViolation] | None, verb: Callable, *args: object, **kwargs: object) -> object:
        """Act; return what was done, which it must be unless the model knows a refusal: then None."""
        if refusal is None:
            return verb(*args, **kwargs, now=self.model.now)
        with pytest.raises(refusal) as refused:
            verb(*args, **kwargs, now=self.model.now)
        assert refused.type is refusal
        return None

    def person(self, which: int | None) -> User | None:
        """The account of one of the model's people."""
        return None if which is None else self.people[which]

    def relationship(self, which: int) -> Relationship:
        """The live relationship of somebody who is in a company."""
        return membership.live_relationship(self.people[which])

    def case(self, asked: Asked) -> Case:
        """The case as it is now."""
        return Case.objects.get(pk=asked.pk)

    @rule(minutes=MINUTES)
    def time_goes_by(self, minutes: int) -> None:
        """Answers grow old, offers lapse, and the five starts are a day's."""
        before, self.model.now = self.model.now, self.model.now + timedelta(minutes=minutes)
        if before.date() != self.model.now.date():
            self.model.starts.clear()


class Registering(Moves):
    """§S12, §T3–T5: searching, joining, registering, asking for a registration and correcting it."""

    @rule(person=PERSON, number=NUMBER, is_down=SELDOM)
    def search(self, person: int, number: int | None, is_down: bool = False) -> None:
        """§S12; the three ways that follow search first where they are given a number.

        While the registry does not answer, any number is asked for.
        """
        if number is None:
            return
        self.bureau.is_down = self.model.is_down = is_down
        self.time_goes_by(1)
        if self.act(self.model.start_refusal(person), search.search_number, self.people[person], self.numbers[number]):
            self.model.drafts[person] = (number, self.model.answer(number), self.model.now)

    def typed_for(self, person: int) -> str:
        """The number of the page that is sent: the one that was looked up, if one was."""
        return self.numbers[self.model.drafts.get(person, (0,))[0]]

    def open_workplace(self, person: int, relationship: Relationship, number: int, **facts: object) -> Workplace:
        """The company that this person registers."""
        place = Workplace(number, relationship.company_id, person, self.model.now, **facts)
        self.model.places.append(place)
        self.model.enter(person, place, "MASTER", CaseState.WITHDRAWN if place.is_automatic else CaseState.APPROVED)
        return place

    @rule(person=PERSON, first=FIRST)
    def join(self, person: int, first: int | None) -> None:
        """§S12 (a), §T3."""
        self.search(person, first)
        place = self.model.company(self.model.drafts.get(person, (None,))[0])
        refusal = self.model.start_refusal(person) or (None if place else search.SearchFirst)
        refusal = refusal or self.model.join_refusal(person, place)
        if self.act(refusal, registration.join_found_company, self.people[person], self.typed_for(person)):
            self.model.enter(person, place, "ASSOCIATE")
            del self.model.drafts[person]

    @rule(person=PERSON, first=FIRST)
    def register(self, person: int, first: int | None) -> None:
        """§S12 (b), §T5."""
        self.search(person, first)
        number, answer, at = self.model.drafts.get(person, (None, "NOTHING", self.model.now))
        place, is_old = self.model.company(number), self.model.now - at > search.ANSWER_LIVES
        is_old = is_old or self.model.is_for_staff(number)
        refusal = self.model.start_refusal(person)
        if not refusal and place:
            refusal = self.model.join_refusal(person, place)
        elif not refusal and (answer != "KNOWN" or is_old):
            refusal = search.SearchFirst
        done = self.act(refusal, registration.register_company, self.people[person], self.typed_for(person), TYPED)
        if done:
            del self.model.drafts[person]
        if done and place:
            self.model.enter(person, place, "ASSOCIATE")
        elif done:
            known = {"name": FACTS["name"], "representative": FACTS["representative"]}
            self.open_workplace(person, done, number, is_automatic=True, **known)

    @rule(person=PERSON, first=FIRST)
    def request(self, person: int, first: int | None) -> None:
        """§S12 (c), §T4."""
        self.search(person, first)
        number, answer, _at = self.model.drafts.get(person, (None, "REGISTERED", None))
        sent = self.model.sent_lately(CaseKind.REGISTRATION, person)
        refusal = self.model.start_refusal(person)
        if not refusal and self.model.open_cases(CaseKind.REGISTRATION, applicant=person):
            refusal = registration.OpenRequestExists
        elif not refusal and sent >= registration.REQUESTS_A_DAY:
            refusal = registration.TooManyRequests
        elif not refusal and self.model.company(number):
            refusal = registration.CompanyRegisteredMeanwhile
        elif not refusal and answer != "NOTHING":
            refusal = search.SearchFirst
        asking = (self.people[person], self.typed_for(person), TYPED, Channel.FAX)
        if case := self.act(refusal, registration.request_registration, *asking):
            self.model.cases.append(Registration(CaseKind.REGISTRATION, number, person, case.pk, self.model.now))
            del self.model.drafts[person]

    @precondition(lambda self: any(asked.is_open for asked in self.model.cases))
    @rule(which=ANY)
    def fax_paper(self, which: int) -> None:
        """§S12, §Q3."""
        self.fax_for(pick([asked for asked in self.model.cases if asked.is_open], which))

    def fax_for(self, asked: Asked) -> None:
        """A paper comes to an open case, and staff add it; it is no news that a decision fails for."""
        if not asked.is_open or asked.applicant is None:
            return
        if not asked.has_paper:
            fax(self.case(asked))
        cases.record(self.case(asked), CaseEvent.Kind.DOCUMENT_ADDED, actor=self.reviewers[0], now=self.model.now)
        asked.has_paper = asked.has_new_paper = True

    @precondition(lambda self: self.model.cases)
    @rule(which=ANY)
    def withdraw(self, which: int) -> None:
        """§D3: the applicant takes a request of any kind back."""
        asked = pick([asked for asked in self.model.cases if asked.applicant is not None], which)
        if asked:
            refusal = None if asked.is_open else cases.CaseIsClosed
            actor = self.people[asked.applicant]
            if self.act(refusal, cases.withdraw_request, self.case(asked), actor=actor):
                asked.end(CaseState.WITHDRAWN)

    @precondition(lambda self: self.model.cases)
    @rule(which=ANY, name=NAMES)
    def correct(self, which: int, name: str) -> None:
        """§D3; what says the same as before is not sent again."""
        asked = pick([asked for asked in self.model.cases if isinstance(asked, Registration)], which)
        if asked is None:
            return
        refusal = None if asked.is_open else cases.CaseIsClosed
        if not refusal and asked.name == name and not asked.has_new_paper:
            waits = asked.state == CaseState.RECEIVED
            refusal = correction.WaitsAsItIs if waits else correction.NothingChanged
        actor = self.people[asked.applicant]
        verb = correction.correct_request
        if self.act(refusal, verb, self.case(asked), {"name": name}, Channel.FAX, actor=actor):
            asked.rounds.append((asked.name, asked.reason))
            asked.name = name
            asked.turn(CaseState.RECEIVED)

    @precondition(lambda self: self.model.cases)
    @rule(which=ANY, with_paper=OFTEN)
    def send_again(self, which: int, with_paper: bool) -> None:
        """§D3: a request of another kind that staff sent back is answered by papers."""
        others = (CaseKind.MASTER_CHANGE, CaseKind.COMPANY_EDIT)
        asked = pick([asked for asked in self.model.cases if asked.kind in others], which)
        if asked and with_paper:
            self.fax_for(asked)
        if asked:
            refusal = None if asked.is_open else cases.CaseIsClosed
            if not refusal and asked.state == CaseState.RECEIVED:
                refusal = correction.WaitsAsItIs
            elif not refusal and not asked.has_new_paper:
                refusal = correction.NothingChanged
            actor = self.people[asked.applicant]
            if self.act(refusal, correction.send_again, self.case(asked), actor=actor):
                asked.turn(CaseState.RECEIVED)
