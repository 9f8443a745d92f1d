"""Two decide at once, or one decides while the applicant acts (§D3, §D4): each race with its defence and without."""

from collections.abc import Callable
from functools import partial

import pytest
from django.db import connection
from django.utils import timezone
from post_office.models import Email

from accounts.models import User
from companies.domain import cases, correction, membership, registration, review, search
from companies.models import OPEN_STATES, Case, CaseEvent, CaseState, Channel, Company, Relationship, Role
from kotra_portal.desk.invariants import broken_invariants
from tests import make
from tests.companies.registry import TYPED, ScriptedRegistry, fax
from tests.pace import within
from tests.races.at_once import come_between, database_errors, meet, take_locks_away, together

pytestmark = [pytest.mark.race, pytest.mark.usefixtures("bureau")]

ROUNDS = 200
PEOPLE = 64
REVIEWERS = 8
SECONDS = 20  # that 64 requests and the approval of one of them may take
REASON = "사업자등록증이 흐립니다."
UNSEEN = "아무도 보지 못한 상호"


def reviewer() -> User:
    return make.staff(is_superuser=True, name="박담당")


def look_up(brn: str, member: User | None = None) -> User:
    """A member with an unfinished registration of this number."""
    member = member or make.member()
    search.search_number(member, brn, now=timezone.now())
    return member


def ask(member: User, brn: str) -> Case:
    case = registration.request_registration(member, brn, TYPED, Channel.FAX, now=timezone.now())
    fax(case)
    return case


def request(brn: str | None = None) -> Case:
    brn = brn or make.brn()
    return ask(look_up(brn), brn)


def approve(case: Case, actor: User, seen: int = 1) -> Relationship:
    return review.approve_registration(case, actor=actor, seen=seen, now=timezone.now())


def reject(case: Case, actor: User, seen: int = 1) -> Case:
    return review.reject_registration(case, actor=actor, seen=seen, reason=REASON, now=timezone.now())


def send_back(case: Case, actor: User, seen: int = 1) -> Case:
    return review.request_correction(case, actor=actor, seen=seen, reason=REASON, now=timezone.now())


def outcome(results: list[object]) -> list[type]:
    return [type(result) for result in results]


def kinds(case: Case) -> list[str]:
    """What happened to the case since it was sent, in order."""
    return list(CaseEvent.objects.filter(case=case).order_by("pk").values_list("kind", flat=True))[1:]


def mails_since(count: int) -> list[str]:
    """To whom the portal wrote since then."""
    return sorted(mail.to[0] for mail in Email.objects.order_by("pk")[count:])


def state_of(case: Case) -> CaseState:
    return CaseState(Case.objects.get(pk=case.pk).state)


def nobody_waits_for(company: Company) -> None:
    """Show that the company has one MASTER, and that no request for its number is open."""
    assert Relationship.objects.filter(company=company, ended_at=None, role=Role.MASTER).count() == 1
    assert not Case.objects.filter(registration__brn=company.brn, state__in=OPEN_STATES).exists()


# --- Two reviewers on one case ----------------------------------------------------------------------------------------

PAIRS = [(approve, approve), (approve, reject), (reject, reject), (approve, send_back), (reject, send_back)]
BY_PAIR = pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: "-".join(verb.__name__ for verb in pair))


def decide_twice(pair: tuple[Callable, Callable]) -> tuple[Case, list[object], list[str]]:
    """Let two reviewers, who look at the same page, press a button at the same moment."""
    case, actors, told = request(), [reviewer(), reviewer()], Email.objects.count()
    results = together(*(partial(verb, case, actor) for verb, actor in zip(pair, actors, strict=True)))
    return case, results, mails_since(told)


@BY_PAIR
def test_two_reviewers_at_once_make_one_decision(pair, repeated):
    """§D3: one decision, one event, one mail; the later one is told who decided, or that it was sent back."""
    for _ in range(repeated(ROUNDS)):
        case, results, mails = decide_twice(pair)
        [refusal] = [result for result in results if isinstance(result, Exception)]
        if state_of(case) == CaseState.CORRECTION:
            assert isinstance(refusal, review.ChangedMeanwhile)
        else:
            assert isinstance(refusal, review.DecidedAlready)
            assert str(refusal).startswith("박담당 님이 이미 처리한 신청입니다.")
        assert len(kinds(case)) == 1
        assert mails == [case.applicant.email]
    assert list(broken_invariants(20)) == []


@BY_PAIR
def test_without_the_lock_both_decide(pair, monkeypatch):
    """§D3: the twin."""
    take_locks_away(monkeypatch)
    meet(monkeypatch, 2, (cases, "version"))

    case, results, _mails = decide_twice(pair)

    assert len(kinds(case)) > 1 or database_errors(results)


# --- Deciding while the applicant acts --------------------------------------------------------------------------------


def approve_while_withdrawing() -> tuple[Case, list[type]]:
    case, actor = request(), reviewer()

    def withdraw() -> Case:
        return cases.withdraw_request(case, actor=case.applicant, now=timezone.now())

    return case, outcome(together(partial(approve, case, actor), withdraw))


def test_a_request_that_is_withdrawn_while_it_is_approved_is_one_of_both(repeated):
    """§D3: a company and a MASTER, or neither."""
    for _ in range(repeated(ROUNDS)):
        case, results = approve_while_withdrawing()
        brn = case.registration.brn
        if state_of(case) == CaseState.APPROVED:
            assert (results, kinds(case)) == ([Relationship, cases.CaseIsClosed], ["APPROVED"])
            nobody_waits_for(Company.objects.get(brn=brn))
        else:
            assert (results, kinds(case)) == ([review.NotWaiting, Case], ["WITHDRAWN"])
            assert not Company.objects.filter(brn=brn).exists()
    assert list(broken_invariants(20)) == []


def test_without_the_lock_what_was_withdrawn_is_approved(monkeypatch):
    """§D3: the twin."""
    take_locks_away(monkeypatch)
    come_between(monkeypatch, (cases, "version"), (cases, "withdraw_request"))

    case, results = approve_while_withdrawing()

    assert len(kinds(case)) > 1 or database_errors(results)


def approve_while_correcting() -> tuple[Case, list[type]]:
    case, actor = request(), reviewer()

    def correct() -> Case:
        new = {"name": UNSEEN}
        return correction.correct_request(case, new, Channel.FAX, actor=case.applicant, now=timezone.now())

    return case, outcome(together(partial(approve, case, actor), correct))


def test_what_the_reviewer_has_not_seen_is_not_approved(repeated):
    """§D3: the correction comes first and the approval is refused, or it comes too late."""
    for _ in range(repeated(ROUNDS)):
        case, results = approve_while_correcting()
        if state_of(case) == CaseState.APPROVED:
            assert (results, kinds(case)) == ([Relationship, cases.CaseIsClosed], ["APPROVED"])
            assert Company.objects.get(brn=case.registration.brn).name == TYPED["name"]
        else:
            assert (results, kinds(case)) == ([review.ChangedMeanwhile, Case], ["CORRECTED"])
    assert not Company.objects.filter(name=UNSEEN).exists()
    assert list(broken_invariants(20)) == []


def test_without_the_lock_what_nobody_has_seen_is_approved(monkeypatch):
    """§D3: the twin."""
    take_locks_away(monkeypatch)
    come_between(monkeypatch, (cases, "version"), (correction, "correct_request"))

    _case, results = approve_while_correcting()

    assert Company.objects.filter(name=UNSEEN).exists() or database_errors(results)


# --- One number, several ways -----------------------------------------------------------------------------------------


def take_the_savepoint_away(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without it the loser's INSERT is an error nobody expects. On SQLite the immediate transaction is what defends."""
    take_locks_away(monkeypatch)
    if connection.vendor != "sqlite":
        monkeypatch.setattr(registration, "IntegrityError", type("NeverRaised", (Exception,), {}))


def one_asked_and_one_about_to_register(bureau: ScriptedRegistry) -> tuple[Case, User]:
    """Somebody asked while the registry did not answer; now it does, and somebody else finds the company."""
    case = request()
    return case, look_up(bureau.knows(case.registration.brn))


def approve_while_registering(case: Case, other: User) -> list[type]:
    actor = reviewer()

    def register() -> Relationship:
        return registration.register_company(other, case.registration.brn, TYPED, now=timezone.now())

    return outcome(together(partial(approve, case, actor), register))


def one_company_of_two(case: Case) -> None:
    """Show that one of the two is MASTER of the number's one company and the other 준회원."""
    company = Company.objects.get(brn=case.registration.brn)
    roles = Relationship.objects.filter(company=company, ended_at=None).values_list("role", flat=True)
    assert sorted(roles) == [Role.ASSOCIATE, Role.MASTER]
    nobody_waits_for(company)


def test_a_number_that_is_approved_and_registered_at_once_has_one_company(bureau, repeated):
    """§D4, §D9: the first is MASTER, the other 준회원, by the decision or without it."""
    for _ in range(repeated(ROUNDS)):
        case, other = one_asked_and_one_about_to_register(bureau)
        results = approve_while_registering(case, other)
        expected = {CaseState.APPROVED: Relationship, CaseState.SETTLED: review.NotWaiting}[state_of(case)]
        assert results == [expected, Relationship]
        one_company_of_two(case)
    assert list(broken_invariants(20)) == []


@pytest.mark.postgresql
def test_who_loses_the_number_between_looking_and_writing_is_associate(bureau, monkeypatch):
    """§D9: both found the number free; SQLite lets nobody look while another writes."""
    case, other = one_asked_and_one_about_to_register(bureau)
    meet(monkeypatch, 2, (review, "_company_of"), (search, "vouched_for"))

    results = approve_while_registering(case, other)

    assert results == [Relationship, Relationship]
    one_company_of_two(case)


def test_without_its_defence_one_of_the_two_fails(bureau, monkeypatch):
    """§D9: the twin: the savepoint, on SQLite the immediate transaction."""
    case, other = one_asked_and_one_about_to_register(bureau)
    take_the_savepoint_away(monkeypatch)
    if connection.vendor == "sqlite":  # before either writes: the second would not come to the place
        meet(monkeypatch, 2, (cases, "version"), (membership, "check_may_start"))
    else:
        meet(monkeypatch, 2, (review, "_company_of"), (search, "vouched_for"))

    results = approve_while_registering(case, other)

    assert database_errors(results)


def one_asked_and_one_about_to() -> tuple[Case, User]:
    case = request()
    return case, look_up(case.registration.brn)


def approve_while_asking(case: Case, other: User) -> list[type]:
    """One request is approved while another one for the same number is sent."""
    acts = (partial(approve, case, reviewer()), partial(ask, other, case.registration.brn))
    return outcome(together(*acts))


def test_a_request_that_is_sent_while_another_is_approved_does_not_stay_open(repeated):
    """§D4: it ends as 준회원, or it is refused before it is sent; whichever of the two comes last settles it."""
    for _ in range(repeated(ROUNDS)):
        case, other = one_asked_and_one_about_to()
        results = approve_while_asking(case, other)
        company = Company.objects.get(brn=case.registration.brn)
        nobody_waits_for(company)
        members = Relationship.objects.filter(company=company).count()
        asked = Case.objects.filter(registration__brn=company.brn).count()
        assert (results, members, asked) in [
            ([Relationship, Case], 2, 2),
            ([Relationship, registration.CompanyRegisteredMeanwhile], 1, 1),
        ]
    assert list(broken_invariants(20)) == []


@pytest.mark.postgresql
def test_a_request_that_overlooked_the_approval_settles_itself(monkeypatch):
    """§D4: it looked before the approval and was sent after it."""
    case, other = one_asked_and_one_about_to()
    come_between(monkeypatch, (search, "live_company"), (review, "approve_registration"))

    results = approve_while_asking(case, other)

    assert results == [Relationship, Case]
    nobody_waits_for(Company.objects.get(brn=case.registration.brn))
    assert Case.objects.filter(state=CaseState.SETTLED).count() == 1


def test_without_settling_itself_a_request_for_a_registered_number_stays_open(monkeypatch):
    """§D4: the twin; on SQLite the immediate transaction is what defends."""
    case, other = one_asked_and_one_about_to()
    if connection.vendor == "sqlite":
        take_locks_away(monkeypatch)
    monkeypatch.setattr(registration, "settle_other_requests", lambda _brn, *, now: 0)
    come_between(monkeypatch, (search, "live_company"), (review, "approve_registration"))

    results = approve_while_asking(case, other)

    still_open = Case.objects.filter(registration__brn=case.registration.brn, state__in=OPEN_STATES).exists()
    assert still_open or database_errors(results)


def settle_while_joining() -> tuple[Case, list[type]]:
    """One request is approved while whoever asked for the same number joins another company."""
    case, actor = request(), reviewer()
    other, elsewhere = request(case.registration.brn), make.company()
    make.master_of(elsewhere)

    def join() -> Relationship:
        return membership.join_company(other.applicant, elsewhere, now=timezone.now())

    return other, outcome(together(partial(approve, case, actor), join))


def test_who_joins_elsewhere_while_being_settled_is_in_one_company(repeated):
    """§D1, §D4: the person is locked first, by both."""
    for _ in range(repeated(ROUNDS)):
        other, results = settle_while_joining()
        joined = {CaseState.WITHDRAWN: Relationship, CaseState.SETTLED: membership.AlreadyRelated}[state_of(other)]
        assert results == [Relationship, joined]
        assert Relationship.objects.filter(member=other.applicant, ended_at=None).count() == 1
        assert len(kinds(other)) == 1
    assert list(broken_invariants(20)) == []


def test_without_the_lock_who_joins_elsewhere_cannot_be_settled(monkeypatch):
    """§D1: the twin: the index refuses, with an error that nobody can read."""
    take_locks_away(monkeypatch)
    come_between(monkeypatch, (membership, "check_may_join"), (membership, "join_company"))

    other, results = settle_while_joining()

    assert len(kinds(other)) > 1 or database_errors(results)


def approve_all_of_one_number() -> tuple[list[Case], list[type]]:
    """Several reviewers, each with another request for the same number."""
    brn = make.brn()
    asked, actors = [request(brn) for _ in range(REVIEWERS)], [reviewer() for _ in range(REVIEWERS)]
    return asked, outcome(together(*map(partial, [approve] * REVIEWERS, asked, actors)))


def test_of_many_requests_for_one_number_that_are_approved_at_once_one_is_master():
    """§D4: the others are 준회원, by their own approval or settled by the first."""
    asked, results = approve_all_of_one_number()

    company = Company.objects.get()
    nobody_waits_for(company)
    assert Relationship.objects.filter(company=company, role=Role.ASSOCIATE).count() == REVIEWERS - 1
    for case, result in zip(asked, results, strict=True):
        expected = {CaseState.APPROVED: Relationship, CaseState.SETTLED: review.NotWaiting}[state_of(case)]
        assert (result, len(kinds(case))) == (expected, 1)
    assert list(broken_invariants(20)) == []


def test_without_its_defence_many_approvals_of_one_number_fail(monkeypatch):
    """§D4: the twin."""
    take_the_savepoint_away(monkeypatch)
    meet(monkeypatch, REVIEWERS, (cases, "version"))

    _asked, results = approve_all_of_one_number()

    assert database_errors(results)


# --- 64 who asked for one number --------------------------------------------------------------------------------------


def ask_all_at_once(brn: str) -> list[Case]:
    members = [look_up(brn) for _ in range(PEOPLE)]
    return together(*(partial(ask, member, brn) for member in members))


def test_of_64_who_asked_for_one_number_the_approved_one_is_master():
    """§D4: the 63 others are 준회원 of it, and each of the 64 gets one mail."""
    brn, actor = make.brn(), reviewer()

    with within(SECONDS):
        asked = ask_all_at_once(brn)
        told = Email.objects.count()
        relationship = approve(asked[PEOPLE // 2], actor)

    assert (relationship.role, relationship.member) == (Role.MASTER, asked[PEOPLE // 2].applicant)
    roles = Relationship.objects.filter(company=relationship.company, ended_at=None).values_list("role", flat=True)
    assert sorted(roles) == [Role.ASSOCIATE] * (PEOPLE - 1) + [Role.MASTER]
    assert mails_since(told) == sorted(case.applicant.email for case in asked)
    nobody_waits_for(relationship.company)
    assert list(broken_invariants(20)) == []


def test_a_number_whose_requests_were_all_rejected_is_free():
    """§D3: for the registry, and for who asks once more."""
    brn, actor = make.brn(), reviewer()
    asked = [request(brn) for _ in range(REVIEWERS)]

    together(*(partial(reject, case, actor) for case in asked))

    assert {state_of(case) for case in asked} == {CaseState.REJECTED}
    assert (Company.objects.count(), Relationship.objects.count()) == (0, 0)
    again = ask(look_up(brn, asked[0].applicant), brn)
    assert approve(again, actor).role == Role.MASTER
