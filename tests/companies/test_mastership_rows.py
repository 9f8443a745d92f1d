"""The database itself keeps what an offer and the cases about a registered company may be (§D6, §D7, §D8)."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, models, transaction
from django.db.models import F

from companies.models import (
    CompanyEditRequest,
    MasterAnswer,
    MasterChangeRequest,
    OfferState,
    Outcome,
    RegistrationDispute,
    TransferOffer,
)
from tests import make
from tests.companies.firm import ask, disputed, offer, registered
from tests.companies.registry import NOW
from tests.companies.test_profile_edit import ask as ask_for_edit

pytestmark = [pytest.mark.django_db]

REFUSED_CHANGES = [
    ("offer_state_is_known", TransferOffer, {"state": "LOST", "ended_at": NOW}),
    ("nobody_offers_to_themselves", TransferOffer, {"nominee": F("master")}),
    ("offer_is_open_or_has_an_end", TransferOffer, {"ended_at": NOW}),
    ("offer_expires_after_it_was_made", TransferOffer, {"expires_at": F("offered_at")}),
    ("offer_expires_after_it_was_made", TransferOffer, {"expires_at": NOW - timedelta(days=1)}),
    *[
        ("offer_is_open_or_has_an_end", TransferOffer, {"state": state})
        for state in OfferState
        if state != OfferState.OPEN
    ],
    ("change_papers_way_is_known", MasterChangeRequest, {"certificate_by": "PIGEON"}),
    ("answer_of_the_master_is_whole", MasterChangeRequest, {"answer": "PERHAPS", "answered_at": NOW}),
    ("answer_of_the_master_is_whole", MasterChangeRequest, {"answered_at": NOW}),
    ("answer_of_the_master_is_whole", MasterChangeRequest, {"answer": MasterAnswer.AGREED}),
    ("answer_of_the_master_is_whole", MasterChangeRequest, {"answer": MasterAnswer.OBJECTED, "objection": "아니요"}),
    ("answer_of_the_master_is_whole", MasterChangeRequest, {"answer": MasterAnswer.OBJECTED, "answered_at": NOW}),
    ("outcome_of_a_dispute_is_whole", RegistrationDispute, {"outcome": "DRAW"}),
    ("outcome_of_a_dispute_is_whole", RegistrationDispute, {"outcome": Outcome.MASTER_CHANGED}),
    ("outcome_of_a_dispute_is_whole", RegistrationDispute, {"outcome": Outcome.KEPT, "new_master": make.member}),
    ("outcome_of_a_dispute_is_whole", RegistrationDispute, {"outcome": Outcome.CANCELLED, "new_master": make.member}),
    ("outcome_of_a_dispute_is_whole", RegistrationDispute, {"new_master": make.member}),
    ("edit_certificate_is_known", CompanyEditRequest, {"certificate_by": "PIGEON"}),
]
ALLOWED_CHANGES = [
    *[(TransferOffer, {"state": state, "ended_at": NOW}) for state in OfferState if state != OfferState.OPEN],
    (MasterChangeRequest, {"answer": MasterAnswer.AGREED, "answered_at": NOW}),
    (MasterChangeRequest, {"answer": MasterAnswer.OBJECTED, "answered_at": NOW, "objection": "아니요"}),
    (RegistrationDispute, {"outcome": Outcome.KEPT}),
    (RegistrationDispute, {"outcome": Outcome.CANCELLED}),
    (RegistrationDispute, {"outcome": Outcome.MASTER_CHANGED, "new_master": make.member}),
]
# The same in every process of a run: values that are functions have an address in theirs.
REFUSED_IDS = [f"{number}-{row[0]}" for number, row in enumerate(REFUSED_CHANGES)]
ALLOWED_IDS = [f"{number}-{row[0].__name__}" for number, row in enumerate(ALLOWED_CHANGES)]


@pytest.fixture
def rows(bureau):
    """An offer, a request for a MASTER change, one for another name, and a dispute."""
    company, master = registered(bureau)
    full = make.member_of_type("FULL", at=company)
    offer(full)
    ask(full)
    ask_for_edit(master)
    disputed(company)


def change(model, changes) -> int:
    """Change every row; return how many there are."""
    values = {name: value() if callable(value) else value for name, value in changes.items()}
    return models.QuerySet(model).update(**values)


@pytest.mark.parametrize(("constraint", "model", "changes"), REFUSED_CHANGES, ids=REFUSED_IDS)
def test_no_code_path_can_write_what_an_offer_or_a_request_may_not_be(constraint, model, changes, rows):
    """§D6, §D7, §D8: states and answers from their lists, each with what belongs to it."""
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        change(model, changes)


@pytest.mark.parametrize(("model", "changes"), ALLOWED_CHANGES, ids=ALLOWED_IDS)
def test_what_an_offer_or_a_request_may_be_can_be_written(model, changes, rows):
    """§D6, §D7, §D8: every end of an offer, both answers, the three outcomes."""
    assert change(model, changes) == 1


@pytest.mark.parametrize("state", OfferState)
def test_a_company_has_one_open_offer_whatever_the_domain_read(state):
    """§D6: another when the first has ended."""
    first = offer(make.member_of_type("FULL"))
    TransferOffer.objects.update(state=state, ended_at=None if state == OfferState.OPEN else NOW)
    people = {"company": first.company, "master": first.master, "nominee": make.member()}
    second = people | {"offered_at": NOW, "expires_at": NOW + timedelta(days=7)}

    if state == OfferState.OPEN:
        with pytest.raises(IntegrityError), transaction.atomic():
            TransferOffer.objects.create(**second)
    else:
        assert TransferOffer.objects.create(**second).pk != first.pk


def test_every_constraint_of_mastership_is_tried():
    """§D6: a constraint that nobody tried may say nothing."""
    of_mastership = (TransferOffer, MasterChangeRequest, RegistrationDispute, CompanyEditRequest)
    named = {constraint.name for model in of_mastership for constraint in model._meta.constraints}

    assert named == {name for name, _model, _changes in REFUSED_CHANGES} | {"one_open_offer_per_company"}
