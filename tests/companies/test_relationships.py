"""The database itself keeps what a company and a relationship may be."""

import pytest
from django.db import IntegrityError, models, transaction
from django.db.models import F
from django.utils import timezone

from companies.domain import membership
from companies.models import ApprovedVia, Bar, Company, Relationship, RelationshipEvent, Role
from tests import make
from tests.companies.registry import NOW

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "brn", ["120860000", "12086000011", "120-86-0001", "12086000１1", "120860001\n", "", "abcdefghij"]
)
def test_a_brn_is_ten_digits(brn):
    """§D9: ten ASCII digits, whatever a form let through."""
    with pytest.raises(Exception, match=r"brn_is_ten_digits|too long"), transaction.atomic():
        make.company(brn=brn)


def test_no_two_live_companies_share_a_brn():
    """§D9: the BRN is the company."""
    company = make.company()
    with pytest.raises(IntegrityError), transaction.atomic():
        make.company(brn=company.brn)

    Company.objects.update(closed_at=timezone.now())

    assert make.company(brn=company.brn).pk != company.pk


def test_a_member_has_one_live_relationship():
    """§D1: a second one waits until the first has ended."""
    member = make.member_of_type("ASSOCIATE")
    with pytest.raises(IntegrityError), transaction.atomic():
        make.relationship(member, make.company(), Role.ASSOCIATE)

    Relationship.objects.filter(member=member).update(ended_at=timezone.now())

    assert make.relationship(member, make.company(), Role.ASSOCIATE).ended_at is None


def test_a_company_has_one_live_master():
    """§D2: at most one, always."""
    company = make.company()
    make.master_of(company)

    with pytest.raises(IntegrityError), transaction.atomic():
        make.relationship(make.member(), company, Role.MASTER)


def test_a_person_is_barred_from_a_company_once():
    """§D1: barring twice is one bar."""
    company = make.company()
    bar = {"company": company, "member": make.member(), "barred_at": NOW, "barred_by": make.master_of(company)}
    Bar.objects.create(**bar)

    with pytest.raises(IntegrityError), transaction.atomic():
        Bar.objects.create(**bar)


APPROVED = {"approved_at": NOW, "approved_via": ApprovedVia.MASTER, "approver": make.member}
BY_REGISTRY = {"approved_at": NOW, "approved_via": ApprovedVia.REGISTRY, "approver": None}
# What no associate, no company and no event may become, whichever code path writes it.
REFUSED_CHANGES = [
    ("relationship_role_is_known", Relationship, {"role": "OWNER"} | BY_REGISTRY),
    ("full_and_master_are_approved|approval_is_whole", Relationship, {"role": Role.FULL}),
    ("full_and_master_are_approved|approval_is_whole", Relationship, {"role": Role.MASTER}),
    ("approval_is_whole", Relationship, {"role": Role.FULL} | APPROVED | {"approved_via": ""}),
    ("approval_is_whole", Relationship, {"role": Role.FULL} | APPROVED | {"approved_via": "GUESS"}),
    ("approval_is_whole", Relationship, {"role": Role.FULL} | APPROVED | {"approver": None}),
    ("approval_is_whole", Relationship, {"role": Role.FULL} | BY_REGISTRY | {"approver": make.member}),
    ("approval_is_whole", Relationship, {"approver": make.member}),
    ("approval_is_whole", Relationship, {"approved_via": ApprovedVia.STAFF}),
    ("nobody_approves_themselves", Relationship, {"role": Role.FULL} | APPROVED | {"approver": F("member")}),
    ("relationship_event_is_known", RelationshipEvent, {"kind": "FORGOTTEN"}),
    ("brn_is_ten_digits", Company, {"brn": "12086O0011"}),
    ("business_status_is_known", Company, {"business_status": "ASLEEP"}),
    ("company_company_type_is_known", Company, {"company_type": "X"}),
    ("company_classification_is_known", Company, {"classification": "X"}),
    ("company_trade_kind_is_known", Company, {"trade_kind": "X"}),
    ("company_export_region_is_known", Company, {"export_region": "X"}),
]


# The same in every process of a run: values that are functions have an address in theirs.
IDS = [f"{number}-{row[0]}" for number, row in enumerate(REFUSED_CHANGES)]


@pytest.mark.parametrize(("constraint", "model", "changes"), REFUSED_CHANGES, ids=IDS)
def test_no_code_path_can_write_what_a_relationship_may_not_be(constraint, model, changes):
    """§C5, §D5: a 정회원 was approved, and the row says when, how and by whom; lists are kept."""
    membership.join_company(make.member(), make.company(), now=NOW)
    values = {name: value() if callable(value) else value for name, value in changes.items()}

    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        models.QuerySet(model).update(**values)


def test_every_constraint_of_relationships_is_tried():
    """§D2: a constraint that nobody tried may say nothing."""
    tried_above = {
        "one_live_company_per_brn", "one_live_relationship_per_member", "one_live_master_per_company",
        "one_bar_per_person_and_company",
    }  # fmt: skip
    of_companies = (Company, Relationship, RelationshipEvent, Bar)
    named = {constraint.name for model in of_companies for constraint in model._meta.constraints}

    assert named == {name for names, _model, _changes in REFUSED_CHANGES for name in names.split("|")} | tried_above


@pytest.mark.parametrize("act", ["save", "delete", "update", "bulk_update", "delete all"])
def test_the_history_of_a_company_is_never_edited(act):
    """§D5: added to, and nothing else."""
    relationship = membership.join_company(make.member(), make.company(), now=NOW)
    event = relationship.events.get()
    acts = {
        "save": event.save,
        "delete": event.delete,
        "update": lambda: RelationshipEvent.objects.update(kind="LEFT"),
        "bulk_update": lambda: RelationshipEvent.objects.bulk_update([event], ["kind"]),
        "delete all": RelationshipEvent.objects.all().delete,
    }

    with pytest.raises(TypeError, match="never"):
        acts[act]()

    assert RelationshipEvent.objects.get().kind == "JOINED"


@pytest.mark.parametrize("row", ["member", "company", "itself"])
def test_a_relationship_and_what_it_relates_cannot_be_deleted(row):
    """§D14: what has history stays."""
    relationship = membership.join_company(make.member(), make.company(), now=NOW)

    with pytest.raises(models.ProtectedError):
        (relationship if row == "itself" else getattr(relationship, row)).delete()
