"""The database itself keeps what a case, its documents and an unfinished registration may be (§D3, §S12, §S13)."""

import pytest
from django.apps import apps
from django.db import IntegrityError, models, transaction
from django.db.models import F

from companies.models import (
    DECIDED_STATES,
    OPEN_STATES,
    Case,
    CaseEvent,
    CaseKind,
    CaseState,
    Document,
    RegistrationDraft,
    RegistrationRequest,
    RegistrationRound,
)
from tests import make
from tests.companies.registry import NOW, document, draft, request

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("bureau")]

APPROVED = {"state": CaseState.APPROVED, "closed_at": NOW, "decider": make.staff}
REFUSED_CHANGES = [
    ("case_kind_is_known", Case, {"kind": "DONATION", "company": make.company}),
    ("only_a_registration_has_no_company", Case, {"company": make.company}),
    ("only_a_registration_has_no_company", Case, {"kind": CaseKind.MASTER_CHANGE}),
    ("only_a_registration_has_no_company", Case, {"kind": CaseKind.COMPANY_EDIT}),
    ("only_a_registration_has_no_company", Case, {"kind": CaseKind.DISPUTE, "applicant": None}),
    ("only_a_dispute_has_no_applicant", Case, {"applicant": None}),
    ("only_a_dispute_has_no_applicant", Case, {"kind": CaseKind.DISPUTE, "company": make.company}),
    ("case_state_is_known", Case, {"state": "LOST", "closed_at": NOW}),
    ("case_is_open_or_has_an_end", Case, {"closed_at": NOW}),
    ("case_is_open_or_has_an_end", Case, {"state": CaseState.WITHDRAWN}),
    ("case_is_open_or_has_an_end", Case, APPROVED | {"closed_at": None}),
    ("decided_case_has_a_decider", Case, APPROVED | {"decider": None}),
    ("decided_case_has_a_decider", Case, {"decider": make.staff}),
    ("decided_case_has_a_decider", Case, APPROVED | {"state": CaseState.WITHDRAWN}),
    ("nobody_decides_their_own_case", Case, APPROVED | {"decider": F("applicant")}),
    ("correction_and_rejection_carry_a_reason", Case, {"state": CaseState.CORRECTION}),
    ("correction_and_rejection_carry_a_reason", Case, APPROVED | {"state": CaseState.REJECTED}),
    ("case_is_open_or_has_an_end", Case, {"state": CaseState.SETTLED}),
    ("decided_case_has_a_decider", Case, APPROVED | {"state": CaseState.SETTLED}),
    ("case_is_open_or_has_an_end", Case, {"state": CaseState.OVERTAKEN}),
    ("decided_case_has_a_decider", Case, APPROVED | {"state": CaseState.OVERTAKEN}),
    ("case_event_is_known", CaseEvent, {"kind": "FORGOTTEN"}),
    ("requested_brn_is_ten_digits", RegistrationRequest, {"brn": "120820027"}),
    ("requested_brn_is_ten_digits", RegistrationRequest, {"brn": "120820027\n"}),
    ("certificate_way_is_known", RegistrationRequest, {"certificate_by": "PIGEON"}),
    ("registry_answer_is_known", RegistrationRequest, {"registry_answer": ""}),
    ("requested_company_type_is_known", RegistrationRequest, {"company_type": "X"}),
    ("requested_classification_is_known", RegistrationRequest, {"classification": "X"}),
    ("requested_trade_kind_is_known", RegistrationRequest, {"trade_kind": "X"}),
    ("requested_export_region_is_known", RegistrationRequest, {"export_region": "X"}),
    ("round_certificate_is_known", RegistrationRound, {"certificate_by": "PIGEON"}),
    ("round_company_type_is_known", RegistrationRound, {"company_type": "X"}),
    ("round_classification_is_known", RegistrationRound, {"classification": "X"}),
    ("round_trade_kind_is_known", RegistrationRound, {"trade_kind": "X"}),
    ("round_export_region_is_known", RegistrationRound, {"export_region": "X"}),
    ("draft_brn_is_ten_digits", RegistrationDraft, {"brn": "12082OO275"}),
    ("draft_answer_is_known", RegistrationDraft, {"answer": "MAYBE"}),
    ("document_has_one_place", Document, {"draft": lambda: RegistrationDraft.objects.get()}),
    ("document_has_one_place", Document, {"case": None}),
    ("document_type_is_known", Document, {"content_type": "text/html"}),
    ("document_channel_is_known", Document, {"channel": "PIGEON"}),
    ("document_is_whole", Document, {"size": 0}),
    ("document_is_whole", Document, {"sha256": "0b1f"}),
    ("document_is_whole", Document, {"file": ""}),
    ("upload_is_shown_to_its_applicant", Document, {"shown_to_applicant": False}),
]


@pytest.fixture
def rows():
    """A request that was corrected once, with its certificate, and somebody's unfinished registration."""
    case = request(make.member())
    document(case)
    round_of(case, 1)
    draft(make.member(), make.brn())


def round_of(case: Case, number: int) -> RegistrationRound:
    """What the case asked for before it was corrected."""
    sent = {"sent_at": NOW, "certificate_by": "FAX", "name": "민국상사"}
    return RegistrationRound.objects.create(case=case, number=number, **sent)


def change(model, changes) -> None:
    """Change every row, past whatever the model's own manager forbids."""
    values = {name: value() if callable(value) else value for name, value in changes.items()}
    models.QuerySet(model).update(**values)


# The same in every process of a run: values that are functions have an address in theirs.
IDS = [f"{number}-{row[0]}" for number, row in enumerate(REFUSED_CHANGES)]


@pytest.mark.parametrize(("constraint", "model", "changes"), REFUSED_CHANGES, ids=IDS)
def test_no_code_path_can_write_what_a_case_may_not_be(constraint, model, changes, rows):
    """§D3: decided once, by one person, never the applicant; kinds and states from their lists; and the rest."""
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        change(model, changes)


@pytest.mark.parametrize(
    "changes",
    [
        APPROVED,
        APPROVED | {"state": CaseState.REJECTED, "reason": "휴업 중입니다."},
        {"state": CaseState.CORRECTION, "reason": "흐립니다."},
        {"state": CaseState.WITHDRAWN, "closed_at": NOW},
        {"state": CaseState.SETTLED, "closed_at": NOW},
        {"state": CaseState.OVERTAKEN, "closed_at": NOW},
    ],
    ids=["approved", "rejected", "correction", "withdrawn", "settled", "overtaken"],
)
def test_what_a_case_may_be_can_be_written(changes, rows):
    """§D3: the states of the manual, each with what belongs to it."""
    change(Case, changes)

    assert Case.objects.get().state == changes["state"]


@pytest.mark.parametrize("state", OPEN_STATES)
def test_a_member_has_one_open_registration_request(state):
    """§D1: the database refuses the second, whatever the domain read before."""
    case = request(make.member())
    Case.objects.update(state=state, reason="흐립니다.")
    second = {"kind": CaseKind.REGISTRATION, "applicant": case.applicant, "opened_at": NOW, "waiting_since": NOW}

    with pytest.raises(IntegrityError), transaction.atomic():
        Case.objects.create(**second)

    Case.objects.update(state=CaseState.WITHDRAWN, closed_at=NOW)
    assert Case.objects.create(**second).pk != case.pk


ONE_OF_A_KIND = {
    "one_open_master_change_per_member": (CaseKind.MASTER_CHANGE, "applicant"),
    "one_open_edit_per_company": (CaseKind.COMPANY_EDIT, "company"),
    "one_dispute_per_company": (CaseKind.DISPUTE, "company"),
}


def of_kind(kind: CaseKind, **fields: object) -> Case:
    """A case about a registered company, without what it asks for."""
    people = {} if kind == CaseKind.DISPUTE else {"applicant": make.member()}
    about = {"kind": kind, "company": make.company(), "opened_at": NOW, "waiting_since": NOW}
    return Case.objects.create(**about | people | fields)


@pytest.mark.parametrize("state", CaseState)
@pytest.mark.parametrize("name", ONE_OF_A_KIND)
def test_a_member_or_a_company_has_one_open_case_of_a_kind(name, state):
    """§D7, §D8: one open request of a member, one open change of a company's name; one dispute ever."""
    kind, shared = ONE_OF_A_KIND[name]
    decided = {"decider": make.staff()} if state in DECIDED_STATES else {}
    ended = {} if state in OPEN_STATES else {"closed_at": NOW}
    first = of_kind(kind, state=state, reason="흐립니다.", **decided, **ended)
    same = {shared: getattr(first, shared)}

    if state in OPEN_STATES or kind == CaseKind.DISPUTE:
        with pytest.raises(IntegrityError), transaction.atomic():
            of_kind(kind, **same)
    else:
        assert of_kind(kind, **same).pk != first.pk
    assert of_kind(kind).pk != first.pk
    assert request(make.member()).pk != first.pk


def test_a_case_has_each_round_once():
    """§D3: two corrections at once are two rounds; other cases have rounds of their own."""
    case = request(make.member())
    round_of(case, 1)
    with pytest.raises(IntegrityError), transaction.atomic():
        round_of(case, 1)

    round_of(case, 2)
    round_of(request(make.member()), 1)

    assert RegistrationRound.objects.count() == 3


def test_every_constraint_of_cases_is_tried():
    """§D3: a constraint that nobody tried may say nothing."""
    of_cases = (Case, CaseEvent, RegistrationRequest, RegistrationRound, RegistrationDraft, Document)
    named = {constraint.name for model in of_cases for constraint in model._meta.constraints}

    by_themselves = {"one_open_registration_request", "one_row_per_round"} | set(ONE_OF_A_KIND)
    assert named == {name for name, _model, _changes in REFUSED_CHANGES} | by_themselves


# --- History --------------------------------------------------------------------------------------------------------

OURS = ("accounts", "companies", "mileage", "reference", "pages")
# What has no history of its own: codes and unfinished sign-ups go with, or without, an unused verification.
MAY_GO = {"accounts.OtpChallenge.verification", "accounts.SignupDraft.verification"}


def test_nothing_that_has_history_is_deleted_through_a_foreign_key():
    """§D14: only the retention command deletes; every foreign key of ours protects what it points to."""
    keys = {
        f"{model._meta.label}.{field.name}": field.remote_field.on_delete
        for label in OURS
        for model in apps.get_app_config(label).get_models()
        for field in model._meta.local_fields
        if field.remote_field
    }

    assert {name for name, on_delete in keys.items() if on_delete is not models.PROTECT} == MAY_GO


@pytest.mark.parametrize("row", ["applicant", "case", "draft"])
def test_who_and_what_a_document_hangs_on_cannot_be_deleted(row):
    """§D3: neither person, nor case, nor unfinished registration."""
    place = draft(make.member(), make.brn()) if row == "draft" else request(make.member())
    document(place)

    with pytest.raises(models.ProtectedError):
        (place.applicant if row == "applicant" else place).delete()
