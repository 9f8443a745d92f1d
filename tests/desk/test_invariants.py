"""manage.py check_invariants: each promise broken on purpose, and seen (promises.md, 1–7 and 13–16)."""

from collections.abc import Callable, Iterator
from io import StringIO

import pytest
from django.core.files.base import ContentFile
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.models import CheckConstraint, F, Model, QuerySet
from django.db.models.functions import Upper

from accounts.models import Consent, OtpChallenge, Purpose, User, Verification
from companies.domain import cases, membership
from companies.models import ApprovedVia, Case, CaseState, Company, Document, RegistrationDraft, Relationship, Role
from kotra_portal.desk.invariants import all_invariants, broken_invariants
from kotra_portal.invariants import Invariant, shared
from tests import make
from tests.companies.registry import NOW, document, draft, request

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("bureau")]


def report() -> dict[tuple[int | None, str], list[object]]:
    """What does not hold: number and sentence, and the rows."""
    return {(invariant.number, invariant.sentence): rows for invariant, rows in broken_invariants(20)}


@pytest.fixture
def without() -> Iterator[Callable[..., None]]:
    """Take constraints away until the end of the test: ``without(Case, "case_kind_is_known")``."""

    def take_away(model: type[Model], *names: str) -> None:
        with connection.cursor() as cursor:
            if connection.vendor == "sqlite":
                cursor.execute("PRAGMA ignore_check_constraints = ON")
            else:
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # no table is altered while its keys wait to be checked
                cursor.execute("SET CONSTRAINTS ALL DEFERRED")
            for constraint in model._meta.constraints:
                if constraint.name in names:
                    _drop(cursor, model, constraint)

    yield take_away
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA ignore_check_constraints = OFF")


def _drop(cursor: object, model: type[Model], constraint: object) -> None:
    if not isinstance(constraint, CheckConstraint):
        cursor.execute(f'DROP INDEX "{constraint.name}"')
    elif connection.vendor == "postgresql":
        cursor.execute(f'ALTER TABLE {model._meta.db_table} DROP CONSTRAINT "{constraint.name}"')


def change(model: type[Model], **values: object) -> list[object]:
    """Change every row past the model's own manager; return their keys."""
    QuerySet(model).update(**values)
    return list(QuerySet(model).order_by("pk").values_list("pk", flat=True))


# --- The command ----------------------------------------------------------------------------------------------------


def test_all_holds_in_the_demonstration(settings):
    """What seed_demo leaves behind."""
    settings.COMPANY_REGISTRY = "stub"
    call_command("seed_demo", stdout=StringIO())

    call_command("check_invariants", stdout=StringIO())


def test_all_holds_in_what_the_portal_itself_writes():
    """A member of each type, a request with its certificate and an unfinished registration."""
    for role in Role:
        make.member_of_type(role)
    document(request(make.member()))
    draft(make.member(), make.brn())
    out = StringIO()

    call_command("check_invariants", stdout=out)

    assert out.getvalue() == f"{len(all_invariants())} invariants hold.\n"
    assert len(all_invariants()) > 100


def test_what_does_not_hold_is_said_with_number_sentence_and_rows(without):
    """Exit with 1, so that a nightly job notices."""
    company = make.company()
    member = make.member_of_type("FULL", at=company)
    Relationship.objects.filter(role=Role.MASTER).update(ended_at=NOW)
    make.company(closed_at=NOW)
    out = StringIO()

    with pytest.raises(CommandError, match=r"^1 of \d+ invariants do not hold\.$") as failed:
        call_command("check_invariants", stdout=out)

    assert failed.value.returncode == 1
    assert out.getvalue() == f"BROKEN 3. a company with live members has a MASTER: {company.pk}\n"
    assert membership.live_relationship(member)


def test_no_more_than_twenty_rows_are_named():
    """However broken a database is."""
    for _ in range(21):
        make.company()
    change(RegistrationDraft)
    companies = [make.relationship(make.member(), company, Role.ASSOCIATE) for company in Company.objects.all()]
    out = StringIO()

    with pytest.raises(CommandError):
        call_command("check_invariants", stdout=out)

    line = next(line for line in out.getvalue().splitlines() if "has a MASTER" in line)
    keys = [str(row.company_id) for row in companies[:20]]
    assert line == f"BROKEN 3. a company with live members has a MASTER: {', '.join(keys)}, …"


# --- What no constraint can say -------------------------------------------------------------------------------------


def test_a_closed_company_with_a_member_is_seen():
    """§D2: promise 3."""
    member = make.member_of_type("MASTER")
    Company.objects.update(closed_at=NOW)

    rows = [member.relationships.get().pk]
    assert report() == {(3, "a company whose registration ended has no live members"): rows}


def test_a_related_member_under_review_is_seen():
    """§D1: promise 7."""
    case = request(make.member())
    make.relationship(case.applicant, make.member_of_type("MASTER").relationships.get().company, Role.ASSOCIATE)

    assert report() == {(7, "who is related to a company has no open registration request"): [case.pk]}


def test_a_request_without_what_it_asks_for_is_seen():
    """§T4: promise 7."""
    case = Case.objects.create(kind="REGISTRATION", applicant=make.member(), opened_at=NOW, waiting_since=NOW)

    assert report() == {(7, "a case says what it asks for, and nothing else"): [case.pk]}


def test_a_request_for_a_number_that_is_registered_is_seen():
    """§D4: promise 7; who was skipped, and a company that closed, are as they should be."""
    waiting, skipped, free = (request(make.member()) for _ in range(3))
    for case in (waiting, skipped):
        make.company(brn=case.registration.brn)
    cases.skip(skipped, because="BarredFromCompany", now=NOW)
    make.company(brn=free.registration.brn, closed_at=NOW)

    sentence = "a number that is registered is asked for by none but those who were skipped"
    assert report() == {(7, sentence): [waiting.pk]}


def test_a_case_that_its_applicant_decided_as_staff_is_seen():
    """§D3: promise 7; the person counts, not the account."""
    case = request(make.member())
    decider = make.staff(member_account=case.applicant)
    Case.objects.update(state=CaseState.APPROVED, closed_at=NOW, decider=decider)

    assert report() == {(7, "nobody decides what they asked for as a member"): [case.pk]}


@pytest.mark.parametrize("row", ["relationship", "request", "draft"])
def test_staff_with_a_members_rows_are_seen(row):
    """§D3: promise 14."""
    member = make.member_of_type("MASTER") if row == "relationship" else make.member()
    if row != "relationship":
        {"request": request, "draft": draft}[row](member, make.brn())
    Verification.objects.all().delete()
    QuerySet(Consent)._raw_delete(connection.alias)
    User.objects.filter(pk=member.pk).update(is_staff=True, ci_hash=None)

    sentence = "a staff account has no company, no request and no unfinished registration"
    assert report() == {(14, sentence): [member.pk]}


@pytest.mark.parametrize("rest", ["verification", "consent"])
def test_staff_with_a_verification_or_a_consent_are_seen(rest):
    """§D3: promise 14."""
    staff, member = make.staff(), make.member()
    if rest == "verification":
        make.verification(member=member, consumed_at=None)
        Verification.objects.filter(consumed_at__isnull=True).update(member=staff)
    else:
        Consent.objects.create(member=staff, terms=make.terms("use"), agreed=True, decided_at=NOW, address="::1")

    assert report() == {(14, "a staff account has neither verification nor consent"): [staff.pk]}


@pytest.mark.parametrize("lack", ["none", "unused", "another purpose"])
def test_a_member_without_a_used_verification_is_seen(lack):
    """§D10: promise 14."""
    member = make.member()
    mine = Verification.objects.filter(member=member)
    if lack == "none":
        mine.delete()
    else:
        mine.update(**{"unused": {"consumed_at": None}, "another purpose": {"purpose": Purpose.FIND_ID}}[lack])

    assert report() == {(14, "a member has a used verification of purpose sign-up"): [member.pk]}


@pytest.mark.parametrize("kind", ["use", "privacy"])
@pytest.mark.parametrize("lack", ["none", "declined"])
def test_a_member_who_did_not_agree_is_seen(kind, lack):
    """§S4: promise 14."""
    member = make.member()
    of_kind = QuerySet(Consent).filter(terms__kind=kind)
    if lack == "none":
        QuerySet(Consent).filter(pk__in=of_kind.values_list("pk"))._raw_delete(connection.alias)
    else:
        of_kind.update(agreed=False)

    assert report() == {(14, f"a member agreed to the required document {kind}"): [member.pk]}


def test_people_who_closed_their_account_owe_nothing():
    """§D14: what is erased then is not missed."""
    member = make.member(closed_at=NOW, is_active=False)
    Verification.objects.filter(member=member).delete()
    QuerySet(Consent)._raw_delete(connection.alias)

    assert report() == {}


def challenge(**fields: object) -> OtpChallenge:
    verification = fields.pop("verification", None) or make.verification()
    return OtpChallenge.objects.create(verification=verification, sent_at=NOW, code_hash="0" * 64, **fields)


def test_a_code_that_was_used_and_verified_nobody_is_seen():
    """§D13: promise 16."""
    used = challenge(verification=make.verification(verified_at=None), consumed_at=NOW)

    assert report() == {(16, "a code that was used verified somebody"): [used.pk]}


def test_a_verification_with_two_used_codes_is_seen():
    """§D13: promise 16."""
    first = challenge(consumed_at=NOW)
    second = challenge(verification=first.verification, consumed_at=NOW)
    challenge(verification=first.verification)

    rows = [first.pk, second.pk]
    assert report() == {(16, "of the codes of one verification one is used at most"): rows}


@pytest.mark.parametrize("kept", ["123456", "123456" + "z" * 58])
def test_a_code_that_is_kept_in_clear_is_seen(kept):
    """§D13: promise 16."""
    code = challenge()
    OtpChallenge.objects.update(code_hash=kept)

    assert report() == {(16, "of a code only its hash is kept"): [code.pk]}


@pytest.mark.parametrize("damage", ["gone", "shorter"])
def test_a_document_whose_file_is_not_what_was_kept_is_seen(damage):
    """§D3: promise 15, the file itself included."""
    whole, damaged = document(draft(make.member(), make.brn())), document(request(make.member()))
    storage = damaged.file.storage
    storage.delete(damaged.file.name)
    if damage == "shorter":
        storage.save(damaged.file.name, ContentFile(b"%PDF"))

    assert report() == {(15, "a document has its file, as large as it says"): [damaged.pk]}
    assert whole.file.storage.exists(whole.file.name)


# --- What a constraint says, in a database that lost it ---------------------------------------------------------------

REGISTRY = {"approved_at": NOW, "approved_via": ApprovedVia.REGISTRY}
BROKEN_ROWS = [
    (1, Company, "brn_is_ten_digits", {"brn": "12082OO275"}),
    (2, User, "id_is_lower_case", {"username": Upper("username")}),
    (5, Relationship, "full_and_master_are_approved", {"role": Role.FULL}),
    (5, Relationship, "approval_is_whole", {"approved_via": ApprovedVia.STAFF}),
    (5, Relationship, "nobody_approves_themselves", {"approver": F("member")}),
    (6, Relationship, "relationship_role_is_known", REGISTRY | {"role": "OWNER"}),
    (6, Case, "case_state_is_known", {"state": "LOST"}),
    (7, Case, "case_is_open_or_has_an_end", {"closed_at": NOW}),
    (7, Case, "decided_case_has_a_decider", {"decider": F("applicant")}),
    (7, Case, "nobody_decides_their_own_case", {"decider": F("applicant")}),
    (7, Case, "correction_and_rejection_carry_a_reason", {"state": CaseState.CORRECTION}),
    (14, User, "members_are_verified_staff_are_not", {"ci_hash": None}),
    (15, Document, "document_has_one_place", {"case": None}),
    (15, Document, "document_is_whole", {"sha256": ""}),
    (16, OtpChallenge, "otp_tries_are_bounded", {"tries": 6}),
]


@pytest.mark.parametrize(("number", "model", "name", "values"), BROKEN_ROWS, ids=str)
def test_what_a_lost_constraint_would_refuse_is_seen(number, model, name, values, without):
    """A restored or hand-edited database is seen: the constraint's own question, asked of every row."""
    membership.join_company(make.member(), make.company(), now=NOW)
    document(request(make.member()))
    challenge()
    without(model, *(constraint.name for constraint in model._meta.constraints))

    rows = change(model, **values)

    assert report()[number, f"{model._meta.label}: {name.replace('_', ' ')}"] == rows


def pair(model: type[Model]) -> tuple[Model, Model]:
    """Make two rows that go together well."""
    company = make.company()
    if model is Relationship:
        return tuple(make.member_of_type("FULL", at=company).relationships.get() for _ in range(2))
    makers = {Company: make.company, User: make.member, Case: lambda: request(make.member())}
    return makers[model](), makers[model]()


@pytest.mark.parametrize(
    ("number", "model", "name", "shared"),
    [
        (1, Company, "one_live_company_per_brn", "brn"),
        (2, User, "one_live_account_per_person", "ci_hash"),
        (4, Relationship, "one_live_relationship_per_member", "member_id"),
        (7, Case, "one_open_registration_request", "applicant_id"),
    ],
)
def test_rows_that_share_what_no_two_may_are_seen(number, model, name, shared, without):
    """Without the index that would have refused the second."""
    first, second = pair(model)
    without(model, name)

    QuerySet(model).filter(pk=second.pk).update(**{shared: getattr(first, shared)})

    assert report() == {(number, f"{model._meta.label}: {name.replace('_', ' ')}"): [first.pk, second.pk]}


def test_two_masters_are_seen(without):
    """§D2: promise 3."""
    first = make.member_of_type("MASTER").relationships.get()
    second = make.member_of_type("FULL", at=first.company).relationships.get()
    without(Relationship, "one_live_master_per_company")

    Relationship.objects.filter(pk=second.pk).update(role=Role.MASTER)

    assert report() == {(3, "companies.Relationship: one live master per company"): [first.pk, second.pk]}


def test_a_second_used_verification_is_seen(without):
    """§D10: promise 14, exactly one."""
    member = make.member()
    without(Verification, "one_signup_verification_per_member")
    make.verification(member=member)

    rows = list(Verification.objects.order_by("pk").values_list("pk", flat=True))
    assert report() == {(14, "accounts.Verification: one signup verification per member"): rows}


def test_rows_that_are_alike_in_a_unique_column_are_found():
    """Promise 2: asked of a column in which rows may be alike, since SQLite drops no column's own index."""
    first, _other, second = (make.member(name=name) for name in ("홍길동", "이산", "홍길동"))

    assert list(shared(User, ["name"])()) == [first.pk, second.pk]
    assert (2, "accounts.User.username is unique") in {(found.number, found.sentence) for found in all_invariants()}


@pytest.mark.parametrize(
    ("model", "column", "value"),
    [
        (Relationship, "role", "OWNER"),
        (RegistrationDraft, "answer", "MAYBE"),
        (User, "gender", "X"),
        (Verification, "method", "PIGEON"),
    ],
)
def test_a_value_from_no_list_is_seen(model, column, value, without):
    """Promise 6: whether a constraint guards the list or not."""
    membership.join_company(make.member(), make.company(), now=NOW)
    draft(make.member(), make.brn())
    without(model, *(constraint.name for constraint in model._meta.constraints))

    rows = change(model, **{column: value})

    assert report()[6, f"{model._meta.label}.{column} is from its list"] == rows


def test_a_row_that_names_one_that_is_gone_is_seen(without):
    """Promise 13: what a restore left out."""
    relationship = membership.join_company(make.member(), make.company(), now=NOW)
    without(Relationship)
    lost = relationship.company_id + 1_000_000
    Relationship.objects.filter(pk=relationship.pk).update(company_id=lost)

    seen = report()
    Relationship.objects.filter(pk=relationship.pk).update(company_id=relationship.company_id)

    assert seen == {(13, "companies.Relationship.company names a row that is there"): [relationship.pk]}


def test_every_promise_that_exists_by_now_has_a_question():
    """promises.md, 1–8 and 13–16; the rest comes with mileage."""
    numbers = {invariant.number for invariant in all_invariants()}

    assert numbers - {None} >= {1, 2, 3, 4, 5, 6, 7, 8, 13, 14, 15, 16}
    assert all(isinstance(invariant, Invariant) and invariant.sentence for invariant in all_invariants())


def test_no_question_reads_row_by_row(django_assert_max_num_queries):
    """A million rows are the database's work: as many queries for many rows as for few."""
    for _ in range(5):
        make.member_of_type("FULL")

    with django_assert_max_num_queries(len(all_invariants())):
        list(broken_invariants(20))
