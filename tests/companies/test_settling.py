"""settle_requests: what a worker left that died between an approval and the settling of the others (§D4)."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone
from post_office.models import Email

from accounts.models import User
from companies.domain import invariants, membership, registration, review
from companies.domain.invariants import HEALED_WITHIN
from companies.models import Bar, Case, CaseState, Company, Relationship, Role
from kotra_portal.desk.invariants import broken_invariants
from tests import make
from tests.companies.registry import NOW, SOON, TYPED, draft, request
from tests.companies.test_review import LATER, approve, kinds

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("bureau")]

SENTENCE = "a number that is registered is asked for by none but those who were skipped"


class Killed(BaseException):
    """What ends a worker on the spot."""


@pytest.fixture
def kill(monkeypatch):
    """Let a worker die after its commit, before it settles; the function that is returned brings the next one up."""

    def die(_brn: str, *, now: object) -> int:
        raise Killed

    settle = registration.settle_other_requests
    monkeypatch.setattr(registration, "settle_other_requests", die)
    return lambda: monkeypatch.setattr(registration, "settle_other_requests", settle)


def approve_and_die(first: Case, kill) -> None:
    with pytest.raises(Killed):
        approve(first)
    kill()
    Email.objects.all().delete()


def run() -> str:
    """What the command prints."""
    printed = StringIO()
    call_command("settle_requests", stdout=printed)
    return printed.getvalue()


def test_what_a_killed_approval_left_becomes_associate(kill):
    """§D4: the checker shows it, the command heals it: one event, one mail, SYSTEM acting; others wait on."""
    first = request_of(None)
    other, elsewhere = request_of(first), request_of(None)
    approve_and_die(first, kill)
    assert [found.sentence for found, _rows in broken_invariants(20)] == [SENTENCE]

    assert run() == "settled: 1\n"

    assert state_of(other) == CaseState.SETTLED
    assert state_of(elsewhere) == CaseState.RECEIVED
    assert kinds(other) == [("SETTLED", None)]
    relationship = membership.live_relationship(other.applicant)
    assert (relationship.role, relationship.company.brn) == (Role.ASSOCIATE, first.registration.brn)
    assert [mail.to for mail in Email.objects.all()] == [[other.applicant.email]]
    assert list(broken_invariants(20)) == []


@pytest.mark.parametrize(("ago", "seen"), [("23:59", []), ("24:01", [SENTENCE])], ids=["the same day", "a day later"])
def test_the_checker_gives_the_nightly_run_a_day(kill, monkeypatch, ago, seen):
    """§D4: so long a worker's death is no broken database."""
    monkeypatch.setattr(invariants, "HEALED_WITHIN", HEALED_WITHIN)
    first = request_of(None)
    request_of(first)
    approve_and_die(first, kill)
    hours, minutes = ago.split(":")
    Company.objects.update(registered_at=timezone.now() - timedelta(hours=int(hours), minutes=int(minutes)))

    assert [found.sentence for found, _rows in broken_invariants(20)] == seen


def test_what_a_killed_registration_left_becomes_associate(bureau, kill):
    """§D4, §T5: the registry's way of registering, too."""
    asked = request_of(None)
    winner, brn = make.member(), bureau.knows(asked.registration.brn)
    draft(winner, brn, now=SOON)
    with pytest.raises(Killed):
        registration.register_company(winner, brn, TYPED, now=SOON)
    kill()

    assert run() == "settled: 1\n"
    assert state_of(asked) == CaseState.SETTLED


def test_a_request_that_was_killed_before_it_settled_itself_is_settled(kill):
    """§D4: it overlooked the approval and died after its own commit."""
    case = request_of(None)
    kill()
    make.master_of(make.company(brn=case.registration.brn))
    assert run() == "settled: 1\n"
    assert state_of(case) == CaseState.SETTLED


def test_a_second_run_finds_nothing(kill):
    """§D4: no second event, no second mail."""
    first = request_of(None)
    other = request_of(first)
    approve_and_die(first, kill)
    run()
    done, told = kinds(other), Email.objects.count()

    assert run() == "settled: 0\n"
    assert (kinds(other), Email.objects.count()) == (done, told)


@pytest.mark.parametrize("because", ["AlreadyRelated", "BarredFromCompany"])
def test_who_cannot_be_settled_is_skipped_with_an_event(kill, because):
    """§D4: related elsewhere meanwhile, or barred; said once, and left to the staff however often it runs."""
    first = request_of(None)
    other = request_of(first)
    approve_and_die(first, kill)
    company = Relationship.objects.get(role=Role.MASTER).company
    if because == "AlreadyRelated":
        make.relationship(other.applicant, make.company(), Role.ASSOCIATE)
    else:
        Bar.objects.create(company=company, member=other.applicant, barred_at=NOW, barred_by=first.applicant)

    assert [run(), run()] == ["settled: 0\n"] * 2

    assert state_of(other) == CaseState.RECEIVED
    assert [(event.kind, event.actor, event.detail) for event in other.events.order_by("pk")[1:]] == [
        ("SKIPPED", None, {"because": because})
    ]
    assert not Relationship.objects.filter(member=other.applicant, company=company).exists()
    assert [mail.to for mail in Email.objects.all()] == [[other.applicant.email]]


def test_a_number_whose_company_is_gone_is_asked_for_as_before(kill):
    """§D2, §D4: nobody has it now; staff decide."""
    first = request_of(None)
    other = request_of(first)
    approve_and_die(first, kill)
    relationship = Relationship.objects.get()
    Relationship.objects.update(ended_at=LATER)
    type(relationship.company).objects.update(closed_at=LATER)

    assert run() == "settled: 0\n"
    assert state_of(other) == CaseState.RECEIVED


def test_more_numbers_than_one_query_holds_are_all_settled(monkeypatch, kill):
    """§D4: one after the other, each in its own transaction; who is skipped holds nobody up."""
    monkeypatch.setattr(registration, "NUMBERS_AT_ONCE", 2)
    asked = [request_of(None) for _ in range(5)]
    asked.append(request_of(asked[-1]))
    kill()
    for case in asked[:5]:
        make.master_of(make.company(brn=case.registration.brn))
    make.relationship(asked[0].applicant, make.company(), Role.ASSOCIATE)

    assert registration.settle_left_over(now=LATER) == 5
    assert [state_of(case) for case in asked] == [CaseState.RECEIVED, *[CaseState.SETTLED] * 5]


def test_one_number_that_fails_holds_none_of_the_others_up(kill, caplog):
    """§D4: the rest is settled, the log says which number failed, and the run fails at last."""
    asked = [request_of(None) for _ in range(3)]
    kill()
    for case in asked:
        make.master_of(make.company(brn=case.registration.brn))
    bad = asked[1]
    User.objects.filter(pk=bad.applicant_id).update(email="nowhere")

    with pytest.raises(CommandError, match="settled: 2; 1 failed"):
        run()

    assert [state_of(case) for case in asked] == [CaseState.SETTLED, CaseState.RECEIVED, CaseState.SETTLED]
    assert [record.getMessage() for record in caplog.records] == [f"A nightly job failed at {bad.brn}."]
    assert membership.live_relationship(bad.applicant) is None


def test_a_run_beside_a_reviewer_takes_nothing_out_of_their_hands():
    """§D3: what was decided is not settled."""
    case = request_of(None)
    review.reject_registration(case, actor=make.staff(is_superuser=True), seen=1, reason="x", now=LATER)
    make.master_of(make.company(brn=case.registration.brn))
    assert run() == "settled: 0\n"
    assert state_of(case) == CaseState.REJECTED


def request_of(same: Case | None) -> Case:
    """A request, for the same number as this one, or for a new one."""
    settle, registration.settle_other_requests = registration.settle_other_requests, lambda _brn, *, now: 0
    try:
        return request(make.member(), same.registration.brn if same else None)
    finally:
        registration.settle_other_requests = settle


def state_of(case: Case) -> str:
    return Case.objects.get(pk=case.pk).state
