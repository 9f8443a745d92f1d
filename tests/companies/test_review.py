"""심사: what staff and applicant may do with a registration request, over all of its states (§T4, §D3, §D4)."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission
from post_office.models import Email

from accounts.models import User
from companies.domain import approval, cases, correction, documents, ending, membership, registration, review
from companies.models import (
    DECIDED_STATES,
    FACTS,
    OPEN_STATES,
    ApprovedVia,
    Bar,
    Case,
    CaseState,
    Channel,
    Company,
    Relationship,
    RelationshipEvent,
    Role,
)
from kotra_portal.desk.invariants import broken_invariants
from kotra_portal.reference.models import BkCode
from tests import make
from tests.companies import papers
from tests.companies.registry import NOW, SOON, TYPED, draft, fax, request
from tests.companies.test_cases import put
from tests.companies.test_company_page import WHOLE

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("bureau")]

LATER = NOW + timedelta(hours=3)
REASON = "사업자등록증이 흐립니다."


def reviewer(**fields: object) -> User:
    """A staff account that may review, and no more."""
    return with_right(make.staff(**fields))


def with_right(person: User, right: str = "review_case") -> User:
    """The same person with this right of companies."""
    person.user_permissions.add(Permission.objects.get(content_type__app_label="companies", codename=right))
    return person


def approve(case: Case, actor: User | None = None, seen: int | None = None) -> Relationship:
    seen = cases.version(case) if seen is None else seen
    return review.approve_registration(case, actor=actor or reviewer(), seen=seen, now=LATER)


def reject(case: Case, actor: User | None = None, seen: int | None = None, reason: str = REASON) -> Case:
    seen = cases.version(case) if seen is None else seen
    return review.reject_registration(case, actor=actor or reviewer(), seen=seen, reason=reason, now=LATER)


def send_back(case: Case, actor: User | None = None, seen: int | None = None, reason: str = REASON) -> Case:
    seen = cases.version(case) if seen is None else seen
    return review.request_correction(case, actor=actor or reviewer(), seen=seen, reason=reason, now=LATER)


def assign(case: Case, actor: User | None = None, to: User | None = None) -> Case:
    actor = actor or reviewer()
    return review.assign(case, actor=actor, assignee=to or actor, now=LATER)


def correct(case: Case) -> Case:
    return correction.correct_request(case, {"name": "민국무역"}, Channel.EMAIL, actor=case.applicant, now=LATER)


def withdraw(case: Case) -> Case:
    return cases.withdraw_request(case, actor=case.applicant, now=LATER)


def add_document(case: Case) -> Case:
    upload = papers.upload(papers.pdf())
    documents.add_to_case(case, upload, actor=case.applicant, now=LATER)
    return case


def kinds(case: Case) -> list[tuple[str, User | None]]:
    """What happened to the case and who did it, in order; that it was sent is left out."""
    return [(event.kind, event.actor) for event in case.events.order_by("pk")[1:]]


def mails() -> list[tuple[str, str]]:
    """To whom the portal wrote what, in order; that a request came in is left out."""
    words = [(mail.to[0], mail.subject.removeprefix("[KOTRA] ")) for mail in Email.objects.order_by("pk")]
    return [(to, subject) for to, subject in words if "접수했습니다" not in subject]


def unchanged(case: Case) -> None:
    """Show that the refusal left the case as it was, and told nobody."""
    now = Case.objects.get(pk=case.pk)
    fields = ("state", "reason", "decider", "assignee", "closed_at", "waiting_since")
    assert [getattr(now, name) for name in fields] == [getattr(case, name) for name in fields]
    assert (kinds(now), mails(), Relationship.objects.filter(member=case.applicant).count()) == ([], [], 0)


# --- Every verb in every state --------------------------------------------------------------------------------------

REVIEWS = {"approve": approve, "reject": reject, "request_correction": send_back, "assign": assign}
BY_APPLICANT = {"correct": correct, "withdraw": withdraw, "add_document": add_document}
# The state that follows, where the verb is allowed: (from 접수, from 보완 요청).
FOLLOWS = {
    "approve": (CaseState.APPROVED, CaseState.APPROVED),
    "reject": (CaseState.REJECTED, CaseState.REJECTED),
    "request_correction": (CaseState.CORRECTION, None),
    "assign": (CaseState.RECEIVED, CaseState.CORRECTION),
    "correct": (CaseState.RECEIVED, CaseState.RECEIVED),
    "withdraw": (CaseState.WITHDRAWN, CaseState.WITHDRAWN),
    "add_document": (CaseState.RECEIVED, CaseState.CORRECTION),
}


def answer(verb: str, state: CaseState) -> CaseState | type[Exception]:
    """What the verb leads to in this state: another state, or a refusal."""
    follows = dict(zip(OPEN_STATES, FOLLOWS[verb], strict=True)).get(state)
    if follows:
        return follows
    if verb in BY_APPLICANT:
        return cases.CaseIsClosed
    return review.DecidedAlready if state in DECIDED_STATES else review.NotWaiting


@pytest.mark.parametrize("state", CaseState)
@pytest.mark.parametrize("verb", FOLLOWS)
def test_every_verb_has_its_answer_in_every_state(verb, state):
    """§D3: approve, reject, send back, assign, correct, withdraw and add, over all states."""
    case = put(request(make.member()), state)
    act: Callable = (REVIEWS | BY_APPLICANT)[verb]
    expected = answer(verb, state)

    if isinstance(expected, CaseState):
        act(case)
        case.refresh_from_db()
        assert case.state == expected
        assert (case.closed_at == LATER) is (expected not in OPEN_STATES)
        assert len(kinds(case)) == 1
    else:
        with pytest.raises(expected):
            act(case)
        unchanged(case)
    assert list(broken_invariants(20)) == []


@pytest.mark.parametrize("state", DECIDED_STATES)
@pytest.mark.parametrize("verb", REVIEWS)
def test_who_comes_second_is_told_who_decided(verb, state):
    """§D3: and how."""
    case = put(request(make.member()), state)
    case.decider.name = "박담당"
    case.decider.save()

    with pytest.raises(review.DecidedAlready) as refusal:
        REVIEWS[verb](case)

    assert str(refusal.value) == f"박담당 님이 이미 처리한 신청입니다. 지금 상태: {state.label}"


@pytest.mark.parametrize("verb", REVIEWS)
def test_who_comes_after_the_applicants_withdrawal_is_told_the_state(verb):
    """§D3: nobody decided it."""
    case = put(request(make.member()), CaseState.WITHDRAWN)

    with pytest.raises(review.NotWaiting) as refusal:
        REVIEWS[verb](case)

    assert str(refusal.value) == "지금은 심사할 수 없는 신청입니다. 지금 상태: 취소"


def test_the_table_of_moves_is_the_one_that_is_kept():
    """§D3: nothing follows an end, and staff send back only what they have."""
    ends = set(CaseState) - set(OPEN_STATES)
    assert {
        CaseState.RECEIVED: ends | {CaseState.CORRECTION},
        CaseState.CORRECTION: ends | {CaseState.RECEIVED},
    } | dict.fromkeys(ends, frozenset()) == cases.MOVES


# --- Who may --------------------------------------------------------------------------------------------------------


def without_right() -> User:
    return make.staff()


def with_another_right() -> User:
    return with_right(make.staff(), "view_case")


def a_member_with_the_right() -> User:
    return with_right(make.member())


def inactive() -> User:
    return reviewer(is_active=False)


def former_staff() -> User:
    return make.staff(is_superuser=True, is_active=False)


NOT_REVIEWERS = [make.member, a_member_with_the_right, without_right, with_another_right, inactive, former_staff]


@pytest.mark.parametrize("gone", ["right", "account", "own"])
def test_rights_count_as_they_are_under_the_lock(gone):
    """§D3: what was taken away while the decision waited; the reviewer's page had it still."""
    case, by = request(make.member()), reviewer()
    assert by.has_perm(review.MAY_REVIEW)  # asked once, and remembered by this object
    changed = User.objects.get(pk=by.pk)
    if gone == "right":
        changed.user_permissions.clear()
    elif gone == "account":
        changed.is_active = False
    else:
        changed.member_account = case.applicant
    changed.save()

    with pytest.raises(review.OwnCase if gone == "own" else review.MayNotReview):
        review.reject_registration(case, actor=by, seen=cases.version(case), reason="아닙니다.", now=SOON)

    assert Case.objects.get().is_open


def test_nobody_is_given_a_case_who_was_deactivated_meanwhile():
    """§D3: their open cases were given back just before."""
    case, by, other = request(make.member()), reviewer(), reviewer()
    assert other.has_perm(review.MAY_REVIEW)
    User.objects.filter(pk=other.pk).update(is_active=False)

    with pytest.raises(review.MayNotReview):
        review.assign(case, actor=by, assignee=other, now=SOON)

    assert Case.objects.get().assignee is None


@pytest.mark.parametrize("state", CaseState)
@pytest.mark.parametrize("who", NOT_REVIEWERS)
@pytest.mark.parametrize("verb", REVIEWS)
def test_only_staff_with_the_right_review(verb, who, state):
    """§D3: no member, whatever rights the row has; and who may not learns nothing of the state."""
    case = put(request(make.member()), state)

    with pytest.raises(review.MayNotReview):
        REVIEWS[verb](case, who())

    unchanged(case)


@pytest.mark.parametrize("verb", REVIEWS)
def test_the_applicant_reviews_nothing(verb):
    """§D3."""
    case = request(make.member())

    with pytest.raises(review.MayNotReview):
        REVIEWS[verb](case, case.applicant)

    unchanged(case)


@pytest.mark.parametrize("verb", REVIEWS)
def test_a_superuser_reviews(verb):
    """§D3: all rights are the right."""
    REVIEWS[verb](request(make.member()), make.staff(is_superuser=True))


def own_by_person(case: Case) -> User:
    return case.applicant


def own_by_company(case: Case) -> User:
    """A colleague: MASTER of the company that has the number meanwhile."""
    colleague = make.member()
    make.relationship(colleague, make.company(brn=case.registration.brn), Role.MASTER)
    return colleague


def own_by_an_open_request(case: Case) -> User:
    return request(make.member(), case.registration.brn).applicant


def own_by_an_earlier_request(case: Case) -> User:
    return put(request(make.member(), case.registration.brn), CaseState.WITHDRAWN).applicant


OWN = [own_by_person, own_by_company, own_by_an_open_request, own_by_an_earlier_request]


@pytest.mark.parametrize("is_superuser", [False, True])
@pytest.mark.parametrize("own", OWN)
@pytest.mark.parametrize("verb", REVIEWS)
def test_nobody_reviews_what_is_their_own(verb, own, is_superuser):
    """§D3: the person, or the company; a superuser no more than others."""
    case = request(make.member())
    actor = reviewer(member_account=own(case), is_superuser=is_superuser)

    with pytest.raises(review.OwnCase):
        REVIEWS[verb](case, actor)

    unchanged(case)


@pytest.mark.parametrize("state", CaseState)
def test_whose_own_it_is_does_not_change_with_its_state(state):
    """§D3."""
    case = put(request(make.member()), state)

    with pytest.raises(review.OwnCase):
        approve(case, reviewer(member_account=case.applicant))


def stranger(_case: Case) -> User:
    return make.member()


def at_another_company(_case: Case) -> User:
    return make.member_of_type("MASTER")


def asked_for_another_number(_case: Case) -> User:
    return request(make.member()).applicant


@pytest.mark.parametrize("other", [stranger, at_another_company, asked_for_another_number])
def test_staff_who_are_members_review_what_is_not_their_own(other):
    """§D3: of another person and company."""
    case = request(make.member())

    assert approve(case, reviewer(member_account=other(case))).role == Role.MASTER


def test_who_left_the_company_and_asked_for_nothing_may_review():
    """§D3: the company is not theirs any more; the registration that ended with their leaving was another."""
    case = request(make.member())
    former = own_by_company(case)
    ending.leave_company(former, now=SOON)

    assert approve(case, reviewer(member_account=former)).role == Role.MASTER


# --- Reasons --------------------------------------------------------------------------------------------------------

WITH_REASON = pytest.mark.parametrize("verb", [reject, send_back])


@WITH_REASON
@pytest.mark.parametrize("reason", ["", " ", "\n\t ", "\u3000"])
def test_a_decision_against_says_why(verb, reason):
    """§D3: 반려 and 보완 요청 carry a reason."""
    case = request(make.member())

    with pytest.raises(review.ReasonMissing) as refusal:
        verb(case, reason=reason)

    assert refusal.value.field == "reason"
    unchanged(case)


@WITH_REASON
def test_a_reason_has_1000_characters_at_most(verb):
    """§D3: what stands around it does not count."""
    case = request(make.member())
    with pytest.raises(review.ReasonTooLong) as refusal:
        verb(case, reason="가" * 1_001)
    assert refusal.value.field == "reason"
    unchanged(case)

    verb(case, reason=" " + "가" * 1_000 + "\n")

    assert Case.objects.get().reason == "가" * 1_000


# --- What was not seen is not decided -------------------------------------------------------------------------------

DECISIONS = pytest.mark.parametrize("verb", [approve, reject, send_back])


@DECISIONS
@pytest.mark.parametrize("news", [correct, add_document])
def test_what_the_reviewer_has_not_seen_is_not_decided(verb, news):
    """§D3: a correction or a document that the applicant sent after the page was opened."""
    case = request(make.member())
    seen = cases.version(case)
    news(case)

    with pytest.raises(review.ChangedMeanwhile):
        verb(case, seen=seen)

    assert Case.objects.get().state == CaseState.RECEIVED
    assert len(kinds(case)) == 1
    verb(case, seen=cases.version(case))


@DECISIONS
def test_a_version_that_never_was_is_refused(verb):
    """§D3: a forged hidden field."""
    case = request(make.member())

    with pytest.raises(review.ChangedMeanwhile):
        verb(case, seen=2)

    unchanged(case)


@DECISIONS
def test_what_staff_did_meanwhile_hinders_nobody(verb):
    """§D3: only what the applicant sent counts: who looks after it, or a paper that a colleague added, does not."""
    case = request(make.member())
    seen = cases.version(case)
    assign(case)
    documents.add_paper(case, papers.upload(papers.pdf(), "팩스.pdf"), Channel.FAX, actor=reviewer(), now=SOON)

    verb(case, seen=seen)

    assert Case.objects.get().state != CaseState.RECEIVED


def test_the_same_file_once_more_is_no_news():
    """§D3: the same file is kept once."""
    case = add_document(request(make.member()))
    seen = cases.version(case)
    add_document(case)

    assert approve(case, seen=seen).role == Role.MASTER


# --- 승인 -----------------------------------------------------------------------------------------------------------


def test_an_approval_registers_the_company_as_it_was_asked_for():
    """§T4: every fact of the request, none other; the applicant is MASTER by the staff member's word."""
    case, actor = request(make.member(name="홍길동")), reviewer()
    code = BkCode.objects.create(code="B99", name_ko="가상품목", name_en="Imagined product")
    type(case.registration).objects.filter(case=case).update(**WHOLE, main_item=code)

    approve(case, actor)

    company = Company.objects.get()
    case = Case.objects.get()
    assert {name: getattr(company, name) for name in FACTS} == {n: getattr(case.registration, n) for n in FACTS}
    assert (company.brn, company.registered_at, company.closed_at) == (case.registration.brn, LATER, None)
    relationship = Relationship.objects.get()
    assert (relationship.member, relationship.company, relationship.role) == (case.applicant, company, Role.MASTER)
    assert (relationship.approved_via, relationship.approver) == (ApprovedVia.STAFF, actor)
    assert (relationship.started_at, relationship.approved_at, relationship.ended_at) == (LATER, LATER, None)
    assert (case.state, case.decider, case.closed_at, case.reason) == (CaseState.APPROVED, actor, LATER, "")
    assert kinds(case) == [("APPROVED", actor)]
    event = RelationshipEvent.objects.get()
    assert (event.kind, event.company, event.relationship, event.actor) == ("REGISTERED", company, relationship, actor)
    assert mails() == [(case.applicant.email, "신규등록 신청이 승인되었습니다")]
    assert list(broken_invariants(20)) == []


def test_an_approval_takes_what_was_corrected_last():
    """§D3: the second round, not the first; the reason of the first does not stay with an approved case."""
    case = request(make.member())
    correct(send_back(case))

    approve(case)

    assert (Company.objects.get().name, Case.objects.get().reason) == ("민국무역", "")


def related(case: Case) -> None:
    """Related past all rules: the database of the applicant is as the reviewer's page did not know it."""
    make.relationship(case.applicant, make.company(), Role.MASTER)


def closed_the_account(case: Case) -> None:
    User.objects.filter(pk=case.applicant_id).update(is_active=False)


@pytest.mark.parametrize("gone", [related, closed_the_account])
def test_who_is_gone_is_not_approved(gone):
    """§D4: closed the account, or belongs to a company by now; rejecting is still possible."""
    case = request(make.member())
    gone(case)

    with pytest.raises(review.ApplicantIsGone):
        approve(case)

    assert (Case.objects.get().state, kinds(case), mails()) == (CaseState.RECEIVED, [], [])
    assert not Company.objects.filter(brn=case.registration.brn).exists()
    reject(case)


def test_joining_another_company_ends_the_request_before_anybody_approves_it():
    """§D1: joining withdraws it."""
    case = request(make.member())
    membership.join_company(case.applicant, make.member_of_type("MASTER").relationships.get().company, now=SOON)

    with pytest.raises(review.NotWaiting):
        approve(case)


def registered_meanwhile(case: Case) -> Company:
    """The number has a company with MASTER, and the request is open still."""
    company = make.company(brn=case.registration.brn)
    make.master_of(company)
    return company


def test_who_is_approved_for_a_number_that_is_registered_is_associate():
    """§D4: the number is another's by then; its MASTER hears that somebody waits."""
    case, actor = request(make.member()), reviewer()
    company = registered_meanwhile(case)

    relationship = approve(case, actor)

    assert (relationship.role, relationship.company) == (Role.ASSOCIATE, company)
    assert (relationship.approved_at, relationship.approver) == (None, None)
    assert (Case.objects.get().state, kinds(case)) == (CaseState.APPROVED, [("APPROVED", actor)])
    assert [(event.kind, event.actor) for event in RelationshipEvent.objects.all()] == [("JOINED", actor)]
    master = make.master_of(company)
    assert mails() == [
        (master.email, "새 준회원이 승인을 기다립니다"),
        (case.applicant.email, "신규등록 신청이 승인되었습니다"),
    ]
    assert "준회원으로 연결했습니다" in Email.objects.last().message


@pytest.mark.parametrize("state", OPEN_STATES)
def test_without_a_document_nothing_is_approved(state):
    """§T4, §S12: nobody can have checked the certificate; it is a reviewer's turn, whatever comes next."""
    case = put(request(make.member(), has_paper=False), state)

    with pytest.raises(review.DocumentMissing) as refusal:
        approve(case)

    assert "서류를 추가하거나 보완을 요청해 주세요" in str(refusal.value)
    unchanged(case)
    fax(case)
    assert approve(case).role == Role.MASTER


@pytest.mark.parametrize("verb", [reject, send_back, assign])
def test_without_a_document_everything_else_is_possible(verb):
    """§D3: asking for the certificate above all."""
    assert verb(request(make.member(), has_paper=False)).pk


def test_who_is_barred_by_the_company_that_has_the_number_is_not_approved():
    """§D1: and the reviewer, not the applicant, is told why."""
    case = request(make.member())
    company = registered_meanwhile(case)
    Bar.objects.create(company=company, member=case.applicant, barred_at=NOW, barred_by=make.master_of(company))

    with pytest.raises(review.ApplicantIsBarred) as refusal:
        approve(case)

    assert "반려해 주세요" in str(refusal.value)
    unchanged(case)
    reject(case)


def test_a_company_that_closed_is_no_company_of_the_number():
    """§D2: its number is free again, and whoever registers it gets a new company."""
    case = request(make.member())
    company = registered_meanwhile(case)
    ending.leave_company(make.master_of(company), now=SOON)

    relationship = approve(case)

    assert (relationship.role, relationship.company == company) == (Role.MASTER, False)


# --- The others who asked (§D4) -------------------------------------------------------------------------------------


def test_the_others_who_asked_are_associates_of_the_first_who_was_approved():
    """§D4: each with an event of the portal itself and a mail; the MASTER hears of them in the one mail."""
    first = request(make.member())
    brn = first.registration.brn
    others = [request(make.member(), brn), put(request(make.member(), brn), CaseState.CORRECTION)]
    elsewhere = request(make.member())
    over = put(request(make.member(), brn), CaseState.WITHDRAWN)

    company = approve(first).company

    for case in others:
        case.refresh_from_db()
        assert (case.state, case.closed_at, case.decider, case.reason) == (CaseState.SETTLED, LATER, None, "")
        assert kinds(case) == [("SETTLED", None)]
        relationship = membership.live_relationship(case.applicant)
        assert (relationship.role, relationship.company) == (Role.ASSOCIATE, company)
        [event] = RelationshipEvent.objects.filter(relationship=relationship)
        assert (event.kind, event.actor, event.at) == ("JOINED", None, LATER)
    untouched = Case.objects.filter(pk__in=[elsewhere.pk, over.pk]).order_by("pk")
    assert [case.state for case in untouched] == [CaseState.RECEIVED, CaseState.WITHDRAWN]
    assert mails() == [
        (first.applicant.email, "신규등록 신청이 승인되었습니다"),
        *((case.applicant.email, "기업의 준회원이 되었습니다") for case in others),
    ]
    approved = next(mail for mail in Email.objects.all() if "승인되었습니다" in mail.subject)
    assert "다른 회원 2명이 준회원으로 연결되어" in approved.message
    assert list(broken_invariants(20)) == []


def test_who_was_approved_alone_hears_of_no_others():
    """§D4."""
    approve(request(make.member()))

    assert "다른 회원" not in Email.objects.last().message


@pytest.mark.parametrize(
    ("gone", "because"), [(related, "AlreadyRelated"), (closed_the_account, "AlreadyRelated")], ids=["related", "gone"]
)
def test_who_cannot_be_settled_is_skipped_with_an_event(gone, because):
    """§D4: said once; the request stays with the staff, who may reject it."""
    first = request(make.member())
    other = request(make.member(), first.registration.brn)
    gone(other)

    approve(first)
    registration.settle_other_requests(first.registration.brn, now=LATER)

    other.refresh_from_db()
    assert other.state == CaseState.RECEIVED
    assert [(event.kind, event.actor, event.detail) for event in other.events.order_by("pk")[1:]] == [
        ("SKIPPED", None, {"because": because})
    ]
    told = [first.applicant, other.applicant] if other.applicant.is_active else [first.applicant]
    assert [to for to, _subject in mails()] == [one.email for one in told]
    reject(other)


def test_whom_the_master_bars_is_skipped_with_an_event():
    """§D1, §D4."""
    case = request(make.member())
    company = registered_meanwhile(case)
    Bar.objects.create(company=company, member=case.applicant, barred_at=NOW, barred_by=make.master_of(company))

    assert registration.settle_other_requests(company.brn, now=LATER) == 0

    skipped = case.events.last()
    assert (skipped.kind, skipped.detail) == ("SKIPPED", {"because": "BarredFromCompany"})
    assert membership.live_relationship(case.applicant) is None
    assert [to for to, _subject in mails()] == [case.applicant.email]


def test_a_registration_by_the_registry_settles_who_asked_before(bureau):
    """§D4, §T5: they asked while the registry did not answer; there is nothing left to wait for."""
    brn = bureau.knows()
    bureau.is_down = True
    asked = request(make.member(), brn)
    bureau.is_down = False
    winner = make.member()
    draft(winner, brn, now=SOON)

    company = registration.register_company(winner, brn, TYPED, now=SOON).company

    asked.refresh_from_db()
    assert (asked.state, membership.live_relationship(asked.applicant).company) == (CaseState.SETTLED, company)
    with pytest.raises(review.NotWaiting):
        approve(asked)


def test_a_request_for_a_number_that_nobody_has_settles_nothing():
    """§D4."""
    case = request(make.member())

    assert registration.settle_other_requests(case.registration.brn, now=LATER) == 0
    unchanged(case)


# --- 반려, 보완 요청, 담당자 ------------------------------------------------------------------------------------------


def test_a_rejection_says_who_when_and_why_and_the_number_is_free():
    """§D3: the applicant is 개인회원 as before, and may ask again; so may others."""
    case, actor = request(make.member()), reviewer()

    reject(case, actor, reason=f" {REASON}\n")

    case.refresh_from_db()
    assert (case.state, case.decider, case.closed_at) == (CaseState.REJECTED, actor, LATER)
    assert (case.reason, kinds(case)) == (REASON, [("REJECTED", actor)])
    assert mails() == [(case.applicant.email, "신규등록 신청이 반려되었습니다")]
    assert REASON in Email.objects.last().message
    assert (Company.objects.count(), Relationship.objects.count()) == (0, 0)
    again = [request(who, case.registration.brn, now=LATER) for who in (case.applicant, make.member())]
    assert approve(again[1]).role == Role.MASTER


def test_a_rejection_leaves_the_others_who_asked_alone():
    """§D4: only an approval settles."""
    first = request(make.member())
    other = request(make.member(), first.registration.brn)

    reject(first)

    unchanged_states = Case.objects.filter(pk=other.pk).values_list("state", flat=True)
    assert list(unchanged_states) == [CaseState.RECEIVED]


def test_a_request_for_correction_is_no_decision():
    """§D3: it is the applicant's turn, since now; they hear why."""
    case, actor = request(make.member()), reviewer()

    send_back(case, actor)

    case.refresh_from_db()
    assert (case.state, case.reason, case.waiting_since) == (CaseState.CORRECTION, REASON, LATER)
    assert (case.decider, case.closed_at) == (None, None)
    assert kinds(case) == [("CORRECTION_REQUESTED", actor)]
    assert mails() == [(case.applicant.email, "신규등록 신청을 보완해 주세요")]
    assert REASON in Email.objects.last().message


def test_a_case_is_given_to_a_reviewer_to_another_and_to_nobody():
    """§D3: each time with an event; the same once more is nothing new, and nobody is mailed."""
    case, first, second = request(make.member()), reviewer(), reviewer()

    for assignee in (first, first, second, None, None):
        review.assign(case, actor=first, assignee=assignee, now=LATER)
        assert Case.objects.get().assignee == assignee

    details = [event.detail for event in case.events.filter(kind="ASSIGNED").order_by("pk")]
    assert details == [{"assignee": first.pk}, {"assignee": second.pk}, {"assignee": None}]
    assert (Case.objects.get().waiting_since, mails()) == (NOW, [])


def test_a_case_is_given_to_nobody_who_may_not_review_it():
    """§D3: without the right, or their own."""
    case = request(make.member())
    for assignee, refusal in [
        (make.staff(), review.MayNotReview),
        (make.member(), review.MayNotReview),
        (reviewer(member_account=case.applicant), review.OwnCase),
    ]:
        with pytest.raises(refusal):
            assign(case, to=assignee)

    unchanged(case)


def test_whoever_decides_need_not_be_the_one_who_looks_after_it():
    """§D3: one is ill, another decides; who looked after it stays written."""
    case, assignee = request(make.member()), reviewer()
    assign(case, assignee)

    reject(case)

    assert Case.objects.get().assignee == assignee


# --- All or nothing -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("verb", [approve, reject, send_back])
def test_a_decision_that_cannot_be_told_is_not_made(verb, monkeypatch):
    """§D3: the mail is queued in the transaction of the change."""
    case = request(make.member())

    monkeypatch.delattr("companies.domain.notices.queue_mail")
    with pytest.raises(NameError):
        verb(case)

    unchanged(case)
    assert not Company.objects.exists()


@pytest.mark.parametrize(("language", "word"), [("ko", "승인되었습니다"), ("en", "approved")])
def test_the_applicant_reads_it_in_their_language(language, word):
    """§D22."""
    approve(request(make.member(language=language)))

    assert word in Email.objects.last().subject


def test_a_master_by_the_staffs_word_is_a_master_like_others():
    """§C5: approves who joins."""
    master = approve(request(make.member()))
    associate = membership.join_company(make.member(), master.company, now=LATER)

    assert approval.approve_associate(associate, actor=master.member, now=LATER).role == Role.FULL
