"""MASTER 변경신청: a member asks, the sitting MASTER has seven days, staff decide with a reason (§Q3, §D7)."""

import pytest
from post_office.models import Email

from accounts.models import User
from companies.domain import (
    approval,
    cases,
    correction,
    documents,
    ending,
    membership,
    offers,
    profile,
    review,
    succession,
    transfer,
    unfinished,
)
from companies.domain.succession import LONGEST_TEXT, REQUESTS_A_DAY
from companies.models import (
    DECIDED_STATES,
    OPEN_STATES,
    ApprovedVia,
    Case,
    CaseKind,
    CaseState,
    Channel,
    Company,
    MasterAnswer,
    RegistryAnswer,
    Relationship,
    RelationshipEvent,
    Role,
)
from kotra_portal.permissions import MemberType
from tests import make
from tests.companies import papers
from tests.companies.firm import (
    INSTANT,
    WEEK,
    all_holds,
    ask,
    company_with,
    history,
    mails,
    offer,
    registered,
    reviewer,
    seen,
    types,
)
from tests.companies.registry import NOW, SOON, TOMORROW, draft, fax, request
from tests.companies.test_cases import put
from tests.test_english import korean_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("bureau")]

AFTER = NOW + WEEK
REASON = "사업자등록증과 신청서를 확인했습니다."
ASKING = {"why": "MASTER가 퇴사했습니다.", "master_leaves": False, "certificate_by": Channel.UPLOAD, "now": NOW}
BOTH = pytest.mark.parametrize("role", ["ASSOCIATE", "FULL"])


def approve(case: Case, by: User | None = None, *, reason: str = REASON, now=AFTER) -> Relationship:
    return succession.approve_master_change(case, **seen(case, by, now=now), reason=reason)


def reject(case: Case, by: User | None = None, *, reason: str = REASON, now=AFTER) -> Case:
    return succession.reject_master_change(case, **seen(case, by, now=now), reason=reason)


def agree(case: Case, by: User | None = None, *, now=SOON) -> object:
    return succession.agree(case, actor=by or membership.master_of(case.company), password=make.PASSWORD, now=now)


def object_to(case: Case, by: User | None = None, *, words: str = "아직 일하고 있습니다.", now=SOON) -> object:
    return succession.object_to(case, actor=by or membership.master_of(case.company), objection=words, now=now)


DECISIONS = pytest.mark.parametrize("decide", [approve, reject])
ANSWERS = pytest.mark.parametrize("answer", [agree, object_to])


def state_of(case: Case) -> str:
    return Case.objects.get(pk=case.pk).state


# --- 신청 ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("leaves", [False, True])
@pytest.mark.parametrize("channel", Channel)
@BOTH
def test_an_associate_and_a_full_member_ask_to_become_master(role, channel, leaves):
    """§Q3: the case waits for staff, applicant and MASTER are mailed, and nothing changes yet."""
    company, (master, member) = company_with(role)

    case = succession.request_master_change(member, **ASKING | {"certificate_by": channel, "master_leaves": leaves})

    asked = case.master_change
    assert (case.kind, case.state, case.applicant, case.company) == ("MASTER_CHANGE", "RECEIVED", member, company)
    assert (case.opened_at, case.waiting_since, case.company_name, case.brn) == (NOW, NOW, company.name, company.brn)
    assert (asked.master, asked.why, asked.decidable_from) == (master, "MASTER가 퇴사했습니다.", AFTER)
    assert (asked.master_leaves, asked.certificate_by, asked.answer, asked.answered_at) == (leaves, channel, "", None)
    sent = case.events.get()
    assert (sent.kind, sent.actor, sent.at, sent.detail) == ("SENT", member, NOW, {"certificate_by": channel})
    assert mails() == [
        (member.email, "MASTER 변경신청이 접수되었습니다"),
        (master.email, "다른 회원이 MASTER 변경을 신청했습니다"),
    ]
    assert types(master, member) == [MemberType.MASTER, MemberType(role)]
    assert (cases.open_request(member, CaseKind.MASTER_CHANGE), succession.open_change_against(master)) == (case, asked)
    assert all_holds()


def test_the_master_hears_who_asks_by_a_masked_name():
    """§D11: and what would become of them."""
    for leaves, words in ((False, "정회원이 됩니다"), (True, "관계가 해지됩니다")):
        member = make.member_of_type("ASSOCIATE", name="홍길동")
        succession.request_master_change(member, **ASKING | {"master_leaves": leaves})
        told = Email.objects.order_by("pk").last()
        assert (words in told.message, "홍*동" in told.message, "홍길동" in told.message) == (True, True, False)


@pytest.mark.parametrize("who", ["individual", "MASTER", "left", "closed company"])
def test_only_who_belongs_to_the_company_and_is_not_its_master_asks(who):
    """§Q3: whoever has no company relates themselves to it first."""
    member = make.member() if who == "individual" else make.member_of_type("MASTER" if who != "left" else "FULL")
    if who in {"left", "closed company"}:
        ending.leave_company(member, now=NOW)
    Email.objects.all().delete()

    with pytest.raises(succession.NotForThisMember):
        succession.request_master_change(member, **ASKING)

    assert (Case.objects.count(), mails()) == (0, [])


@pytest.mark.parametrize("words", ["", "  \n ", "가" * (LONGEST_TEXT + 1)])
def test_a_request_says_why_in_so_many_words(words):
    """§D7: at most a thousand characters; beside the field of the form."""
    member = make.member_of_type("FULL")

    with pytest.raises(succession.TextTooLong if words.strip() else succession.TextMissing) as refused:
        succession.request_master_change(member, **ASKING | {"why": words})

    assert (refused.value.field, Case.objects.count()) == ("why", 0)
    longest = succession.request_master_change(member, **ASKING | {"why": " " + "가" * LONGEST_TEXT + "\n"})
    assert longest.master_change.why == "가" * LONGEST_TEXT


@pytest.mark.parametrize("state", CaseState)
def test_a_member_has_one_open_request(state):
    """§D7: another one when the first has ended, however it ended."""
    member = make.member_of_type("FULL")
    put(ask(member), state)

    if state in OPEN_STATES:
        with pytest.raises(succession.ChangeIsOpen):
            ask(member, now=SOON)
    else:
        assert ask(member, now=SOON).state == CaseState.RECEIVED


def test_a_member_asks_three_times_a_day_at_most():
    """§D7, §D23: each is a mail to the MASTER, and anybody becomes 준회원; withdrawn ones count."""
    member = make.member_of_type("ASSOCIATE")
    for _ in range(REQUESTS_A_DAY):
        cases.withdraw_request(ask(member), actor=member, now=NOW)

    with pytest.raises(succession.TooManyChanges):
        ask(member, now=TOMORROW - INSTANT)

    assert ask(member, now=TOMORROW).state == CaseState.RECEIVED
    assert ask(make.member_of_type("ASSOCIATE")).state == CaseState.RECEIVED


def test_no_veto_by_leaving_a_company_that_was_emptied(bureau):
    """§D7: whoever puts the applicant out, leaves and registers the number again meets staff."""
    company, master = registered(bureau)
    member = make.member_of_type("FULL", at=company)
    ask(member)
    place = membership.live_relationship(member)
    approval.end_relationship(place, actor=master, reason="퇴사", bar=True, now=SOON)
    assert unfinished.leaves_to_staff(company)

    ending.leave_company(master, now=SOON)

    assert draft(master, company.brn, now=SOON).answer == RegistryAnswer.FOR_STAFF


def test_several_members_may_ask_at_once():
    """§D7: staff weigh them; the MASTER answers the oldest first, each for itself."""
    _company, (master, *others) = company_with("FULL", "ASSOCIATE", "ASSOCIATE")
    first, second, third = (ask(person) for person in others)

    assert succession.open_change_against(master).case == first
    agree(first)
    assert succession.open_change_against(master).case == second
    object_to(second)
    assert succession.open_change_against(master).case == second
    cases.withdraw_request(second, actor=second.applicant, now=SOON)
    assert succession.open_change_against(master).case == third
    assert succession.open_change_against(others[0]) is None
    assert all_holds()


@BOTH
def test_who_leaves_takes_the_request_along(role):
    """§D1: what was asked for as one of the company; by oneself."""
    company, (_master, member) = company_with(role)
    case = ask(member)

    ending.leave_company(member, now=SOON)

    case.refresh_from_db()
    last = case.events.last()
    assert (case.state, case.closed_at, last.kind, last.actor) == (CaseState.WITHDRAWN, SOON, "WITHDRAWN", member)
    assert last.detail == {"because": "LEFT"}
    again = membership.join_company(member, company, now=SOON)
    assert ask(again.member, now=SOON).state == CaseState.RECEIVED


@BOTH
@pytest.mark.parametrize("bar", [True, False])
def test_the_master_cannot_veto_a_request_by_ending_the_applicants_relationship(role, bar):
    """§D7: no veto: staff still decide, and the applicant is related anew, barred or not."""
    company, (master, member) = company_with(role)
    case = ask(member)

    approval.end_relationship(member.relationships.get(), actor=master, reason="퇴사", bar=bar, now=SOON)

    assert state_of(case) == CaseState.RECEIVED
    assert all_holds()
    new = approve(case)
    assert (new.member, new.role, membership.master_of(company)) == (member, Role.MASTER, member)
    assert (new.approved_via, member.relationships.count(), company.bars.count()) == ("STAFF", 2, 0)
    assert all_holds()


@BOTH
def test_who_leaves_by_themselves_takes_the_request_along(role):
    """§D1: requests of others stay."""
    _company, (_master, member, other) = company_with(role, "FULL")
    case, others = ask(member), ask(other)

    ending.leave_company(member, now=SOON)

    last = case.events.last()
    assert (state_of(case), last.kind, last.actor) == (CaseState.WITHDRAWN, "WITHDRAWN", member)
    assert state_of(others) == CaseState.RECEIVED
    assert all_holds()


def test_the_applicant_withdraws_it():
    """§D3: as any request."""
    member = make.member_of_type("FULL")
    case = ask(member)

    cases.withdraw_request(case, actor=member, now=SOON)

    assert state_of(case) == CaseState.WITHDRAWN
    told = [member.email, member.relationships.get().company.relationships.get(role=Role.MASTER).member.email]
    assert sorted(mails()) == sorted((address, "MASTER 변경신청이 취소되었습니다") for address in told)


# --- MASTER의 답 -----------------------------------------------------------------------------------------------------


def test_the_master_agrees_and_staff_may_decide_at_once():
    """§D7: earlier only if the MASTER agrees; the applicant is mailed."""
    company, (master, member) = company_with("FULL")
    case = ask(member)

    answered = agree(case)

    assert (answered.answer, answered.answered_at, answered.objection) == (MasterAnswer.AGREED, SOON, "")
    assert (case.events.last().kind, case.events.last().actor) == ("AGREED", master)
    assert mails() == [(member.email, "MASTER가 변경신청에 답했습니다")]
    assert approve(case, now=SOON).member == member
    assert membership.master_of(company) == member


def test_the_master_objects_with_the_reason_which_staff_alone_read():
    """§D7: and is not heard twice."""
    _company, (master, member) = company_with("FULL")
    case = ask(member)

    answered = object_to(case, words="  아직 일하고 있습니다. ")

    assert (answered.answer, answered.objection) == (MasterAnswer.OBJECTED, "아직 일하고 있습니다.")
    assert (case.events.last().kind, case.events.last().actor) == ("OBJECTED", master)
    assert mails() == [(member.email, "MASTER가 변경신청에 답했습니다")]
    assert "아직 일하고" not in Email.objects.get().message
    with pytest.raises(succession.AnsweredAlready):
        object_to(case)
    assert all_holds()


@pytest.mark.parametrize("words", ["", " \n", "가" * (LONGEST_TEXT + 1)])
def test_an_objection_says_why_in_so_many_words(words):
    """§D7."""
    case = ask(make.member_of_type("FULL"))

    with pytest.raises(succession.TextTooLong if words.strip() else succession.TextMissing) as refused:
        object_to(case, words=words)

    assert refused.value.field == "objection"
    assert case.events.count() == 1


def test_an_objection_becomes_an_agreement_and_never_the_other_way():
    """§D7: who agreed has agreed; what was objected stays to be read."""
    case = ask(make.member_of_type("FULL"))
    object_to(case)

    answered = agree(case)

    assert (answered.answer, answered.objection) == (MasterAnswer.AGREED, "아직 일하고 있습니다.")
    for act in (agree, object_to):
        with pytest.raises(succession.AnsweredAlready):
            act(case)
    assert approve(case, now=SOON).role == Role.MASTER


def test_an_objection_is_heard_until_staff_have_decided():
    """§D7: on the eighth day too."""
    case = ask(make.member_of_type("FULL"))

    assert object_to(case, now=AFTER + WEEK).answer == MasterAnswer.OBJECTED


@pytest.mark.parametrize("who", ["applicant", "associate", "individual", "master of another company", "staff"])
@ANSWERS
def test_nobody_but_the_sitting_master_answers(answer, who):
    """§C6: the one of this very company."""
    company, (_master, member) = company_with("FULL")
    case = ask(member)
    people = {
        "applicant": member,
        "associate": make.member_of_type("ASSOCIATE", at=company),
        "individual": make.member(),
        "master of another company": make.member_of_type("MASTER"),
        "staff": reviewer(is_superuser=True),
    }

    with pytest.raises(membership.NotAllowed):
        answer(case, people[who])

    assert case.events.count() == 1


@pytest.mark.parametrize("state", CaseState)
@ANSWERS
def test_the_master_answers_what_is_open(answer, state):
    """§D7: 접수 and 보완 요청; what has ended is not answered."""
    case = put(ask(make.member_of_type("FULL")), state)

    if state in OPEN_STATES:
        assert answer(case).answered_at == SOON
    else:
        with pytest.raises(cases.CaseIsClosed):
            answer(case)
        assert mails() == []


# --- 결정 ------------------------------------------------------------------------------------------------------------


@BOTH
def test_staff_make_the_applicant_master_and_the_old_one_a_full_member(role):
    """§D7: after seven days, with a reason; both are mailed, and the row says by whose word."""
    company, (master, member, waiting) = company_with(role, "ASSOCIATE")
    case, by = ask(member), reviewer()

    new = approve(case, by)

    assert types(master, member, waiting) == [MemberType.FULL, MemberType.MASTER, MemberType.ASSOCIATE]
    assert (new.member, new.approved_via, new.approver, new.approved_at) == (member, ApprovedVia.STAFF, by, AFTER)
    case.refresh_from_db()
    assert (case.state, case.decider, case.reason, case.closed_at) == (CaseState.APPROVED, by, REASON, AFTER)
    assert mails() == [
        (member.email, "MASTER 변경신청이 승인되었습니다"),
        (master.email, "MASTER 변경신청이 승인되었습니다"),
    ]
    assert history(company) == [("MASTER_CHANGED", by)]
    event = RelationshipEvent.objects.get()
    assert (event.relationship, event.detail) == (new, {"former": master.relationships.get().pk})
    assert all_holds()


@BOTH
def test_the_old_master_leaves_where_the_request_says_so(role):
    """§D7: 개인회원 from then on, with the decision's reason; never were there two MASTERs, or none."""
    company, (master, member) = company_with(role)
    case, by = ask(member, leaves=True), reviewer()

    approve(case, by)

    assert types(master, member) == [MemberType.INDIVIDUAL, MemberType.MASTER]
    ended = master.relationships.get()
    assert (ended.role, ended.ended_at, ended.end_reason) == (Role.MASTER, AFTER, REASON)
    assert history(company) == [("ENDED", by), ("MASTER_CHANGED", by)]
    assert [to for to, _subject in mails()] == [member.email, master.email]
    assert "개인회원" in Email.objects.get(to=master.email).message
    assert all_holds()


def test_a_long_reason_is_kept_whole_with_the_case():
    """§D7: the relationship that ends keeps its beginning, as far as its column carries."""
    master = make.member()
    company = make.company()
    make.relationship(master, company, Role.MASTER)
    case = ask(make.member_of_type("FULL", at=company), leaves=True)

    approve(case, reason="가" * review.LONGEST_REASON)

    assert Case.objects.get().reason == "가" * review.LONGEST_REASON
    assert master.relationships.get().end_reason == "가" * (ending.LONGEST_KEPT_REASON - 1) + "…"


def test_pending_associates_wait_for_the_new_master():
    """§Q3: who could not be approved since the MASTER was gone."""
    company, (_master, member, waiting) = company_with("ASSOCIATE", "ASSOCIATE")
    approve(ask(member, leaves=True))

    approval.approve_associate(membership.live_relationship(waiting), actor=member, now=AFTER)

    assert membership.member_type_of(waiting) == MemberType.FULL
    assert membership.live_members(company).count() == 2


@pytest.mark.parametrize("objected", [False, True])
@DECISIONS
def test_staff_decide_when_seven_days_are_over(decide, objected):
    """§D7: neither approved nor rejected before, to the instant; an objection is weighed, no veto."""
    _company, (master, member) = company_with("FULL")
    case = ask(member)
    if objected:
        object_to(case)
    Email.objects.all().delete()

    with pytest.raises(succession.TooEarly) as refused:
        decide(case, now=AFTER - INSTANT)
    assert "2026.11.29. 09:00부터" in str(refused.value)
    assert (state_of(case), mails()) == (CaseState.RECEIVED, [])

    decide(case, now=AFTER)
    assert state_of(case) in DECIDED_STATES
    assert (membership.member_type_of(master) == MemberType.FULL) is (decide is approve)


@DECISIONS
def test_staff_decide_at_once_when_the_master_agreed(decide):
    """§D7: earlier only then."""
    case = ask(make.member_of_type("FULL"))
    agree(case)

    decide(case, now=SOON)

    assert state_of(case) in DECIDED_STATES


def test_what_is_rejected_stays_and_both_are_told():
    """§D7: with a reason."""
    company, (master, member) = company_with("FULL")
    case, by = ask(member, leaves=True), reviewer()

    reject(case, by)

    case.refresh_from_db()
    assert (case.state, case.decider, case.reason) == (CaseState.REJECTED, by, REASON)
    assert types(master, member) == [MemberType.MASTER, MemberType.FULL]
    rejected = "MASTER 변경신청이 반려되었습니다"
    assert mails() == [(member.email, rejected), (master.email, rejected)]
    assert (history(company), all_holds()) == ([], True)


@pytest.mark.parametrize("reason", ["", " \n", "가" * (review.LONGEST_REASON + 1)])
@DECISIONS
def test_a_decision_has_its_reason(decide, reason):
    """§D7: an approval too."""
    case = ask(make.member_of_type("FULL"))

    with pytest.raises(review.ReasonTooLong if reason.strip() else review.ReasonMissing):
        decide(case, reason=reason)

    assert state_of(case) == CaseState.RECEIVED


def test_an_approval_needs_papers():
    """§Q3: the 변경신청서 and the 사업자등록증; a rejection needs none."""
    case = ask(make.member_of_type("FULL"), has_paper=False)

    with pytest.raises(review.DocumentMissing):
        approve(case)
    assert state_of(case) == CaseState.RECEIVED

    fax(case)
    assert approve(case).role == Role.MASTER
    assert reject(ask(make.member_of_type("FULL"), has_paper=False)).state == CaseState.REJECTED


@pytest.mark.parametrize("state", CaseState)
@DECISIONS
def test_a_request_is_decided_once(decide, state):
    """§D3: over all states."""
    case = put(ask(make.member_of_type("FULL")), state)

    if state in OPEN_STATES:
        decide(case)
        assert state_of(case) in DECIDED_STATES
    else:
        with pytest.raises(review.DecidedAlready if state in DECIDED_STATES else review.NotWaiting):
            decide(case)
        assert (state_of(case), mails()) == (state, [])


@DECISIONS
def test_nobody_without_the_right_decides(decide):
    """§D3: no member, not the MASTER, no staff without the right."""
    _company, (master, member) = company_with("FULL")
    case = ask(member)

    for person in (master, member, make.staff(), reviewer(is_active=False)):
        with pytest.raises(review.MayNotReview):
            decide(case, person)


@pytest.mark.parametrize("own", ["applicant", "master", "colleague", "who asked too"])
@DECISIONS
def test_nobody_decides_about_their_own_company(decide, own):
    """§D3: the person, or the company."""
    company, (master, member, colleague) = company_with("FULL", "ASSOCIATE")
    case = ask(member)
    former = make.member_of_type("FULL", at=company)
    ask(former)
    ending.leave_company(former, now=NOW)
    people = {"applicant": member, "master": master, "colleague": colleague, "who asked too": former}

    with pytest.raises(review.OwnCase):
        decide(case, reviewer(member_account=people[own]))

    assert decide(case, reviewer(member_account=make.member_of_type("MASTER")))


@DECISIONS
@pytest.mark.parametrize("news", ["agreed", "objected", "paper", "sent back"])
def test_what_the_reviewer_has_not_seen_is_not_decided(news, decide):
    """§D3, §D7: an objection that came since the page was opened."""
    case = ask(make.member_of_type("FULL"))
    before = seen(case, now=AFTER)
    if news == "paper":
        documents.add_to_case(case, papers.upload(papers.pdf()), actor=case.applicant, now=SOON)
    elif news == "sent back":
        review.request_correction(case, **seen(case, now=SOON), reason="흐립니다.")
    else:
        {"agreed": agree, "objected": object_to}[news](case)

    verb = succession.approve_master_change if decide is approve else succession.reject_master_change
    with pytest.raises(review.ChangedMeanwhile):
        verb(case, **before, reason=REASON)

    assert decide(case)


@pytest.mark.parametrize("how", ["closed", "blocked", "master", "elsewhere"])
def test_who_is_not_in_the_company_any_more_becomes_no_master(how):
    """§D7: even were the case still open; it can be rejected."""
    company, (master, member) = company_with("FULL")
    case = ask(member)
    place = Relationship.objects.filter(member=member)
    if how == "master":
        Relationship.objects.filter(member=master).update(role=Role.FULL)
        place.update(role=Role.MASTER)
    elif how != "blocked":
        place.update(ended_at=SOON)
    if how in {"closed", "blocked"}:
        User.objects.filter(pk=member.pk).update(is_active=False)
    if how == "elsewhere":
        make.relationship(member, make.member_of_type("MASTER").relationships.get().company, Role.ASSOCIATE)

    with pytest.raises(succession.ApplicantIsGone):
        approve(case)

    assert state_of(case) == CaseState.RECEIVED
    assert reject(case).state == CaseState.REJECTED
    assert membership.master_of(company) == (member if how == "master" else master)


def test_a_decision_overtakes_the_requests_of_others():
    """§D7: they have no object any more; each is told, and may ask the new MASTER, or anew."""
    company, (_master, first, second, third) = company_with("FULL", "ASSOCIATE", "FULL")
    chosen, *others = (ask(person) for person in (first, second, third))

    approve(chosen)

    assert [state_of(case) for case in (chosen, *others)] == [CaseState.APPROVED, *[CaseState.OVERTAKEN] * 2]
    ended = [to for to, subject in mails() if subject == "신청이 다른 처리로 끝났습니다"]
    assert ended == [second.email, third.email]
    for case in others:
        with pytest.raises(review.NotWaiting):
            approve(case)
    assert ask(second, now=AFTER + WEEK).master_change.master == first
    assert membership.master_of(company) == first
    assert all_holds()


def test_a_rejection_leaves_the_requests_of_others_alone():
    """§D7."""
    _company, (_master, first, second) = company_with("FULL", "ASSOCIATE")
    rejected, other = ask(first), ask(second)

    reject(rejected)

    assert state_of(other) == CaseState.RECEIVED


def test_the_applicants_other_requests_stay():
    """§D7: a change of the company's name is not about who is MASTER."""
    _company, (_master, member) = company_with("FULL")
    edit = profile.request_company_edit(
        member, name="새이름", representative="새대표", certificate_by=Channel.FAX, now=NOW
    )
    approve(ask(member))

    assert state_of(edit) == CaseState.RECEIVED
    assert all_holds()


@DECISIONS
def test_what_is_asked_about_a_company_that_closed_is_over(decide):
    """§D2: the MASTER may close what nobody else is in; whoever comes then is told so."""
    company, (master, member) = company_with("FULL")
    case = ask(member)
    before = seen(case, now=AFTER)
    ending.leave_company(member, now=SOON)
    ending.leave_company(master, now=SOON)

    verb = succession.approve_master_change if decide is approve else succession.reject_master_change
    with pytest.raises(review.NotWaiting):
        verb(case, **before, reason=REASON)

    assert Company.objects.get(pk=company.pk).closed_at == SOON


# --- 보완 ------------------------------------------------------------------------------------------------------------


def test_staff_ask_for_papers_and_the_applicant_sends_again():
    """§D3: a correction of such a request is its papers; the seven days run on."""
    case = ask(make.member_of_type("FULL"), has_paper=False)
    review.request_correction(case, **seen(case, now=SOON), reason="신청서가 없습니다.")
    assert mails() == [(case.applicant.email, "MASTER 변경신청을 보완해 주세요")]

    with pytest.raises(correction.NothingChanged):
        correction.send_again(case, actor=case.applicant, now=SOON)
    documents.add_to_case(case, papers.upload(papers.pdf()), actor=case.applicant, now=SOON)
    correction.send_again(case, actor=case.applicant, now=SOON)

    assert state_of(case) == CaseState.RECEIVED
    with pytest.raises(succession.TooEarly):
        approve(case, now=SOON)
    assert approve(case).role == Role.MASTER


@pytest.mark.parametrize("state", CaseState)
def test_only_what_came_back_is_sent_again(state):
    """§D3: and nobody sends somebody else's."""
    case = put(ask(make.member_of_type("FULL")), state)

    refusal = {CaseState.RECEIVED: correction.WaitsAsItIs, CaseState.CORRECTION: correction.NothingChanged}
    with pytest.raises(refusal.get(state, cases.CaseIsClosed)):
        correction.send_again(case, actor=case.applicant, now=SOON)
    with pytest.raises(ValueError, match="MASTER_CHANGE"):
        correction.send_again(case, actor=make.member(), now=SOON)


# --- Everything else ------------------------------------------------------------------------------------------------


def test_each_hears_it_in_their_own_language():
    """§D22: the applicant in English, the MASTER in Korean; every mail of a request."""
    company, (master,) = company_with()
    member = make.member_of_type("FULL", at=company, language="en")

    for decide, answer in ((reject, object_to), (approve, agree)):
        case = succession.request_master_change(member, **ASKING)
        fax(case)
        answer(case)
        decide(case)

    languages = {(mail.to[0], bool(korean_in(mail.subject))) for mail in Email.objects.all()}
    assert languages == {(member.email, False), (master.email, True)}
    assert Email.objects.count() == 10


def test_a_registration_request_is_none_of_its_business():
    """§D1: a company's members have none; others' stay."""
    other = request(make.member())

    approve(ask(make.member_of_type("FULL")))

    assert state_of(other) == CaseState.RECEIVED
    assert Case.objects.filter(kind=CaseKind.MASTER_CHANGE).count() == 1


def test_a_hand_over_that_waits_dies_with_the_decision():
    """§D7: an open offer dies, though the applicant is the nominee: the history says both."""
    company, (master, member) = company_with("FULL")
    made, case, by = offer(member, now=TOMORROW), ask(member), reviewer()

    approve(case, by)

    made.refresh_from_db()
    assert made.state == "DROPPED"
    assert history(company) == [("OFFERED", master), ("OFFER_DROPPED", None), ("MASTER_CHANGED", by)]
    assert all_holds()
    with pytest.raises(offers.OfferIsOver):
        transfer.accept_transfer(made, actor=member, now=SOON)
