"""Any order of what people and staff can do to companies, beside a model in plain Python that knows the rules by heart
(§C1–C6, §D1–D8, §Q3, §S12, §T4, §T5)."""

from collections import defaultdict
from collections.abc import Sequence

import pytest
from hypothesis import HealthCheck, settings, strategies as st
from hypothesis.stateful import initialize, invariant, run_state_machine_as_test

from companies.domain import cases, invariants, membership
from companies.models import (
    Case,
    Company,
    MasterChangeRequest,
    RegistrationDispute,
    RegistrationDraft,
    RegistrationRequest,
    RegistrationRound,
    Relationship,
    RelationshipEvent,
    TransferOffer,
)
from tests import make
from tests.companies.life.deciding import Deciding
from tests.companies.life.model import UNKNOWN, Change, Dispute, Registration
from tests.companies.life.registering import PEOPLE
from tests.companies.registry import ScriptedRegistry
from tests.conftest import SHARE

pytestmark = pytest.mark.django_db

PROMISED = 10_000 // SHARE
STEPS = 50  # of one run, at most
CHANGES = MasterChangeRequest.objects
# Who is in a company when it begins, besides its MASTER: a run alone seldom comes this far.
CREWS = st.sampled_from([None, (), ("ASSOCIATE",), ("FULL",), ("FULL", "ASSOCIATE"), ("FULL", "FULL", "ASSOCIATE")])


class CompanyLife(Deciding):
    """Every move, and what must be true after each."""

    steps = 0  # that were made and checked, in all runs

    @initialize(crew=CREWS)
    def begin(self, crew: Sequence[str] | None) -> None:
        """From nothing, or with the people of one company together."""
        self.start()
        if crew is None:
            return
        self.register(PEOPLE - 1, 0)  # somebody who is no reviewer
        for person, role in enumerate(crew, start=1):
            self.join(person, 0)
            if role == "FULL":
                self.approve(0, 0, 0, astray=False)

    def teardown(self) -> None:
        """§C1: what each is in the end; then everything is taken back."""
        try:
            for person, member in enumerate(self.people):
                assert membership.member_type_of(member) == self.model.role(person)
        finally:
            super().teardown()

    @invariant()
    def who_is_what_where(self) -> None:
        """§C1–C5, §D1, §D2; and who has begun to register a company."""
        CompanyLife.steps += 1
        live = Relationship.objects.filter(ended_at__isnull=True).values_list("member", "company", "role")
        assert set(live) == {
            (self.people[person].pk, place.pk, role)
            for place in self.model.live
            for person, role in place.roles.items()
        }
        begun = RegistrationDraft.objects.values_list("member", flat=True)
        assert set(begun) == {self.people[person].pk for person in self.model.drafts}

    @invariant()
    def what_became_of_companies(self) -> None:
        """§D2, §D5, §D8, §D9: their facts, and their histories in order."""
        rows = Company.objects.values_list(
            "pk", "brn", "closed_at", "business_status", "name", "representative", "phone"
        )
        assert {(pk, brn, closed_at is not None, *facts) for pk, brn, closed_at, *facts in rows} == {
            (
                place.pk,
                self.numbers[place.number],
                place.is_closed,
                place.status,
                place.name,
                place.representative,
                place.phone,
            )
            for place in self.model.places
        }
        history = defaultdict(list)
        for company, kind in RelationshipEvent.objects.order_by("pk").values_list("company", "kind"):
            history[company].append(kind)
        assert history == {place.pk: place.history for place in self.model.places}

    @invariant()
    def what_is_asked_and_offered(self) -> None:
        """§D3, §D6, §D7, §D8: where each case and each offer stands."""
        offered = dict(TransferOffer.objects.values_list("pk", "state"))
        assert offered == {offer.pk: offer.state for offer in self.model.offers}
        rows = Case.objects.values_list("pk", "state", "reason", "assignee")
        assert set(rows) == {
            (asked.pk, asked.state, asked.reason, self.reviewer(asked.assignee)) for asked in self.model.cases
        }
        for asked in self.model.cases:
            assert not asked.is_open or cases.version(self.case(asked)) == asked.version

    @invariant()
    def what_each_kind_of_case_says(self) -> None:
        """§D3, §D7, §D8: what was typed, now and before, what the sitting MASTER answered, how a dispute ended."""
        typed, rounds = set(), set()
        answers = {pk: (answer, master) for pk, answer, master in CHANGES.values_list("pk", "answer", "master")}
        outcomes = dict(RegistrationDispute.objects.values_list("pk", "outcome"))
        for asked in self.model.cases:
            if isinstance(asked, Registration):
                typed.add((asked.pk, self.numbers[asked.number], asked.name))
                rounds |= {(asked.pk, at, *said) for at, said in enumerate(asked.rounds, start=1)}
            elif isinstance(asked, Change):
                answer, master = answers[asked.pk]
                assert answer == (asked.answer or "")
                assert not asked.is_open or master == self.people[asked.place.master].pk
            elif isinstance(asked, Dispute):
                assert outcomes[asked.pk] == (asked.outcome or "")
        assert set(RegistrationRequest.objects.values_list("pk", "brn", "name")) == typed
        assert set(RegistrationRound.objects.values_list("case", "number", "name", "reason")) == rounds

    def reviewer(self, which: int | None) -> int | None:
        """The key of one of the model's reviewers."""
        return None if which is None else self.reviewers[which].pk

    @invariant()
    def nothing_is_broken(self) -> None:
        """The promises that no constraint can keep."""
        assert [promise.sentence for promise in invariants.INVARIANTS if promise.offenders(1)] == []


def test_whatever_people_do_in_whatever_order_the_rules_hold(bureau: ScriptedRegistry):
    """§C2, §D1, §D2, §D6, §D7, §D8: one relationship each, one MASTER each, and every refusal that the rules have."""
    CompanyLife.people = [make.member() for _ in range(PEOPLE)]
    rights = {"is_superuser": True}
    CompanyLife.reviewers = [make.staff(**rights), make.staff(member_account=CompanyLife.people[0], **rights)]
    CompanyLife.bureau = bureau
    CompanyLife.numbers = [bureau.knows() for _ in range(UNKNOWN)] + [make.brn()]
    CompanyLife.steps = 0
    patient = settings(stateful_step_count=STEPS, deadline=None, print_blob=True)
    patient = settings(patient, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])

    while (left := PROMISED - CompanyLife.steps) > 0:  # many a run ends before its last step
        runs = settings(patient, max_examples=max(5, left // STEPS))
        run_state_machine_as_test(CompanyLife, settings=runs)
