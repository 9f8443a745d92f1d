"""manage.py check_invariants: what no constraint says of offers, changes and disputes, broken on purpose (§D6–8)."""

import pytest
from django.db.models import QuerySet

from companies.domain import cases, dispute, ending
from companies.models import (
    Case,
    CaseKind,
    CaseState,
    Channel,
    Company,
    CompanyEditRequest,
    MasterAnswer,
    MasterChangeRequest,
    OfferState,
    Outcome,
    RegistrationDispute,
    RegistrationRequest,
    Relationship,
    RelationshipEvent,
    Role,
    TransferOffer,
)
from tests import make
from tests.companies.firm import all_holds, ask, company_with, disputed, offer, registered, seen
from tests.companies.registry import NOW, SOON, request
from tests.companies.test_profile_edit import ask as ask_for_edit
from tests.desk.test_invariants import change, report, without

__all__ = ["without"]
pytestmark = [pytest.mark.django_db]

OF_OFFERS = (8, "an open offer is the MASTER's, to a full member")
OF_APPLICANTS = (7, "who asks for something about a company belongs to it, or did")
OF_MASTERS = (7, "an open request for a MASTER change is about the MASTER")
OF_CLOSED = (7, "a company whose registration ended has no open case")
OF_CLOSED_OFFERS = (8, "a company whose registration ended has no open offer")
OF_OUTCOMES = (7, "a dispute has an outcome exactly when it is decided")
OF_DISPUTES = (7, "a dispute is about a registration that the registry approved")
OF_CANCELLED = (7, "a registration that was cancelled has ended")
OF_PAYLOADS = (7, "a case says what it asks for, and nothing else")


@pytest.fixture
def firm(bureau):
    """A company that the registry's word registered, with an offer, a request of each kind and a dispute."""
    company, master = registered(bureau)
    full = make.member_of_type("FULL", at=company)
    return {
        "company": company,
        "master": master,
        "full": full,
        "offer": offer(full),
        "change": ask(full),
        "edit": ask_for_edit(master),
        "dispute": disputed(company),
    }


def test_all_holds_in_what_the_domain_writes(firm):
    """§D6, §D7, §D8: as it is open, and after each end."""
    assert (report(), all_holds()) == ({}, True)

    dispute.cancel_registration(firm["dispute"], **seen(firm["dispute"], now=SOON), reason="확인했습니다.")

    assert (report(), all_holds()) == ({}, True)


# --- Offers ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["master", "nominee"])
def test_an_open_offer_of_or_to_somebody_else_is_seen(who):
    """§D6: promise 8; one that has ended is history."""
    made = offer(make.member_of_type("FULL"))
    TransferOffer.objects.update(**{who: make.member_of_type("MASTER" if who == "master" else "FULL")})

    assert report() == {OF_OFFERS: [made.pk]}

    TransferOffer.objects.update(state=OfferState.DROPPED, ended_at=NOW)
    assert report() == {}


@pytest.mark.parametrize("nominee", ["associate", "ended"])
def test_an_open_offer_to_who_is_no_full_member_any_more_is_seen(nominee):
    """§D6: promise 8."""
    made = offer(make.member_of_type("FULL"))
    row = Relationship.objects.filter(member=made.nominee)
    if nominee == "ended":
        row.update(ended_at=NOW)
    else:
        row.update(role=Role.ASSOCIATE, approved_at=None, approved_via="", approver=None)

    assert report() == {OF_OFFERS: [made.pk]}


# --- Requests about a company ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["change", "edit"])
def test_a_request_of_somebody_who_left_is_seen(kind):
    """§D1: promise 7; one that has ended is history."""
    company, (_master, full) = company_with("FULL")
    case = {"change": ask, "edit": ask_for_edit}[kind](full)
    if kind == "edit":
        Relationship.objects.filter(member=full).update(ended_at=NOW)
    else:  # whom the MASTER put out may still become MASTER (§D7); who never was in the company may not
        Case.objects.filter(pk=case.pk).update(applicant=make.member())

    assert report() == {OF_APPLICANTS: [case.pk]}

    case.refresh_from_db()
    if kind == "edit":
        make.relationship(full, make.member_of_type("MASTER").relationships.get().company, Role.ASSOCIATE)
        assert report() == {OF_APPLICANTS: [case.pk]}
    cases.withdraw_requests_of(case.applicant, company, actor=None, now=SOON)
    assert report() == {}


def test_a_request_about_a_master_of_yesterday_is_seen():
    """§D7: promise 7."""
    _company, (master, full, other) = company_with("FULL", "FULL")
    case = ask(full)
    Relationship.objects.filter(member=master).update(role=Role.FULL)
    Relationship.objects.filter(member=other).update(role=Role.MASTER)

    assert report() == {OF_MASTERS: [case.pk]}


def test_a_request_of_the_master_is_seen():
    """§D7: promise 7; who is MASTER has nothing to ask for."""
    _company, (master, full) = company_with("FULL")
    case = ask(full)
    Case.objects.update(applicant=master)

    assert report() == {OF_MASTERS: [case.pk]}


@pytest.mark.parametrize("kind", CaseKind)
def test_a_case_without_its_row_or_with_another_ones_is_seen(kind, bureau):
    """§D3: promise 7, for each kind."""
    company, master = registered(bureau)
    full = make.member_of_type("FULL", at=company)
    makers = {
        CaseKind.REGISTRATION: (lambda: request(make.member()), RegistrationRequest),
        CaseKind.MASTER_CHANGE: (lambda: ask(full), MasterChangeRequest),
        CaseKind.COMPANY_EDIT: (lambda: ask_for_edit(full), CompanyEditRequest),
        CaseKind.DISPUTE: (lambda: disputed(company), RegistrationDispute),
    }
    made, model = makers[kind]
    case = made()
    assert report() == {}

    if kind == CaseKind.COMPANY_EDIT:
        words = {"why": "퇴사", "master_leaves": False, "certificate_by": Channel.FAX, "decidable_from": NOW}
        MasterChangeRequest.objects.create(case=case, master=master, **words)
    else:
        names = {"name_before": "가", "name": "나", "representative": "다", "certificate_by": Channel.FAX}
        CompanyEditRequest.objects.create(case=case, **names)
    assert report() == {OF_PAYLOADS: [case.pk]}

    MasterChangeRequest.objects.all().delete()
    CompanyEditRequest.objects.all().delete()
    model.objects.all().delete()
    assert report() == {OF_PAYLOADS: [case.pk]}


def test_what_is_open_at_a_company_that_closed_is_seen(firm):
    """§D2: promises 7 and 8."""
    Relationship.objects.update(ended_at=NOW)
    Company.objects.update(closed_at=NOW)

    asked = [firm["change"].pk, firm["edit"].pk, firm["dispute"].pk]
    seen_broken = report()
    assert (seen_broken[OF_CLOSED], seen_broken[OF_CLOSED_OFFERS]) == (asked, [firm["offer"].pk])


# --- Disputes -------------------------------------------------------------------------------------------------------

ENDED = {"closed_at": NOW}
UNWHOLE = [
    ({}, {"outcome": Outcome.KEPT}),
    (ENDED | {"state": CaseState.OVERTAKEN}, {"outcome": Outcome.KEPT}),
    (ENDED | {"state": CaseState.REJECTED, "decider": make.staff, "reason": "확인"}, {"outcome": ""}),
    (ENDED | {"state": CaseState.APPROVED, "decider": make.staff}, {"outcome": ""}),
    (ENDED | {"state": CaseState.APPROVED, "decider": make.staff}, {"outcome": Outcome.KEPT}),
    (
        ENDED | {"state": CaseState.REJECTED, "decider": make.staff, "reason": "확인"},
        {"outcome": Outcome.MASTER_CHANGED, "new_master": make.member},
    ),
]


@pytest.mark.parametrize(("of_case", "of_dispute"), UNWHOLE, ids=range(len(UNWHOLE)))
def test_an_outcome_that_does_not_go_with_the_decision_is_seen(of_case, of_dispute, bureau):
    """§D8: promise 7."""
    case = disputed(registered(bureau)[0])
    for model, changes in ((Case, of_case), (RegistrationDispute, of_dispute)):
        if changes:
            model.objects.update(**{name: value() if callable(value) else value for name, value in changes.items()})

    assert report() == {OF_OUTCOMES: [case.pk]}


def test_a_cancelled_registration_that_lives_on_is_seen(bureau):
    """§D8: promise 7."""
    case = disputed(registered(bureau)[0])
    Case.objects.update(state=CaseState.APPROVED, closed_at=NOW, decider=make.staff())
    RegistrationDispute.objects.update(outcome=Outcome.CANCELLED)

    assert report() == {OF_CANCELLED: [case.pk]}


@pytest.mark.parametrize("what", ["by staff", "somebody else", "another company"])
def test_a_dispute_about_what_the_registry_did_not_approve_is_seen(what, bureau):
    """§D8: promise 7."""
    case = disputed(registered(bureau)[0])
    if what == "by staff":
        QuerySet(RelationshipEvent).filter(kind="REGISTERED").update(detail={"via": "STAFF"})
    elif what == "somebody else":
        RegistrationDispute.objects.update(disputed=make.member())
    else:
        Case.objects.update(company=make.company())

    assert report() == {OF_DISPUTES: [case.pk]}


def test_a_dispute_outlives_who_registered_the_company(bureau):
    """§D8: what was, was; nothing is missed."""
    company, master = registered(bureau)
    disputed(company)
    ending.leave_company(master, now=SOON)

    assert report() == {}


# --- What a constraint says, in a database that lost it ---------------------------------------------------------------

LOST = [
    (6, TransferOffer, "offer_state_is_known", {"state": "LOST"}),
    (8, TransferOffer, "offer_is_open_or_has_an_end", {"ended_at": NOW}),
    (8, TransferOffer, "offer_expires_after_it_was_made", {"expires_at": make.LONG_AGO}),
    (7, MasterChangeRequest, "answer_of_the_master_is_whole", {"answer": MasterAnswer.AGREED}),
    (7, RegistrationDispute, "outcome_of_a_dispute_is_whole", {"outcome": Outcome.MASTER_CHANGED}),
    (6, CompanyEditRequest, "edit_certificate_is_known", {"certificate_by": "PIGEON"}),
    (6, Company, "business_status_is_known", {"business_status": "ASLEEP"}),
]


@pytest.mark.parametrize(("number", "model", "name", "values"), LOST, ids=[row[2] for row in LOST])
def test_what_a_lost_constraint_would_refuse_is_seen(number, model, name, values, firm, without):
    """Promises 6, 7 and 8: as for every other constraint."""
    without(model, *(constraint.name for constraint in model._meta.constraints))

    rows = change(model, **values)

    assert report()[number, f"{model._meta.label}: {name.replace('_', ' ')}"] == rows


@pytest.mark.parametrize(
    ("number", "model", "name", "shared"),
    [
        (8, TransferOffer, "one_open_offer_per_company", "company_id"),
        (7, Case, "one_open_master_change_per_member", "applicant_id"),
        (7, Case, "one_open_edit_per_company", "company_id"),
        (7, Case, "one_dispute_per_company", "company_id"),
    ],
)
def test_rows_that_share_what_no_two_may_are_seen(number, model, name, shared, without, bureau):
    """Promises 7 and 8: without the index that would have refused the second."""
    makers = {
        "one_open_offer_per_company": lambda: offer(make.member_of_type("FULL")),
        "one_open_master_change_per_member": lambda: ask(make.member_of_type("FULL")),
        "one_open_edit_per_company": lambda: ask_for_edit(make.member_of_type("FULL")),
        "one_dispute_per_company": lambda: disputed(registered(bureau)[0]),
    }
    first, second = makers[name](), makers[name]()
    without(model, name)

    QuerySet(model).filter(pk=second.pk).update(**{shared: getattr(first, shared)})

    assert report()[number, f"{model._meta.label}: {name.replace('_', ' ')}"] == [first.pk, second.pk]
