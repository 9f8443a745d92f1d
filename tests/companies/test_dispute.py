"""등록 이의신청: a link, no log-in, thirty days; staff keep, change the MASTER or cancel (§D8)."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial

import pytest
from django.core import signing
from django.utils import translation
from post_office.models import Email

from accounts.models import User
from companies.domain import (
    approval,
    cases,
    dispute,
    dispute_links,
    documents,
    ending,
    evidence,
    membership,
    profile,
    registration,
    review,
    search,
    succession,
    transfer,
)
from companies.domain.dispute import CompanyIsDisputed
from companies.domain.dispute_links import LINK_LIFETIME, company_of_token, link_token
from companies.forms.review import DisputeForm
from companies.models import (
    DECIDED_STATES,
    OPEN_STATES,
    ApprovedVia,
    Bar,
    Case,
    CaseState,
    Channel,
    Company,
    Outcome,
    RegistrationDispute,
    RegistrationDraft,
    Relationship,
    RelationshipEvent,
    Role,
)
from kotra_portal.permissions import MemberType
from tests import make
from tests.companies import papers
from tests.companies.firm import (
    CLAIM,
    INSTANT,
    all_holds,
    ask,
    disputed,
    history,
    mails,
    offer,
    registered,
    reviewer,
    seen,
    types,
)
from tests.companies.registry import NOW, SOON, TYPED, draft, fax, request
from tests.companies.test_cases import put
from tests.test_english import korean_in

pytestmark = pytest.mark.django_db

LAST = NOW + LINK_LIFETIME - INSTANT
REASON = "재직증명서를 확인했습니다."


@pytest.fixture
def firm(bureau):
    """A company that the registry's word registered this instant, its MASTER, a 정회원 and a 준회원."""
    company, master = registered(bureau)
    return company, master, *(make.member_of_type(role, at=company) for role in ("FULL", "ASSOCIATE"))


def keep(case: Case, by: User | None = None, *, reason: str = REASON) -> Case:
    return dispute.keep_registration(case, **seen(case, by, now=SOON), reason=reason)


def change(case: Case, by: User | None = None, *, reason: str = REASON, to: User | None = None, leaves: bool = False):
    to = to or case.company.relationships.filter(ended_at__isnull=True).exclude(role=Role.MASTER).first().member
    words = {"master_leaves": leaves, "reason": reason}
    return dispute.change_master(case, to, **words, **seen(case, by, now=SOON))


def cancel(case: Case, by: User | None = None, *, reason: str = REASON) -> Company:
    return dispute.cancel_registration(case, **seen(case, by, now=SOON), reason=reason)


def verb_of(decide: Callable, new_master: User) -> Callable:
    """The domain's verb of this decision, which takes what the reviewer saw as it is given."""
    to_another = partial(dispute.change_master, new_master=new_master, master_leaves=False)
    return {keep: dispute.keep_registration, change: to_another, cancel: dispute.cancel_registration}[decide]


DECISIONS = pytest.mark.parametrize("decide", [keep, change, cancel])


def state_of(case: Case) -> str:
    return Case.objects.get(pk=case.pk).state


# --- The link -------------------------------------------------------------------------------------------------------


def test_the_companys_contact_gets_the_link_with_the_news_of_the_registration(bureau):
    """§D8: in the mail that says, masked, who registered it."""
    member, brn = make.member(name="홍길동"), bureau.knows()
    draft(member, brn)

    company = registration.register_company(member, brn, TYPED, now=NOW).company

    told = Email.objects.get(to="owner@daehan.example")
    token = told.message.split("/company/dispute/")[1].split("/")[0]
    assert company_of_token(token) == company
    assert ("홍*동" in told.message, "홍길동" in told.message) == (True, False)


def test_the_link_opens_for_thirty_days(firm):
    """§D8: to the instant."""
    company, token = firm[0], link_token(firm[0])

    assert dispute.company_of_link(token, now=NOW) == (company, None)
    assert dispute.company_of_link(token, now=LAST) == (company, None)
    with pytest.raises(dispute.LinkIsOver):
        dispute.company_of_link(token, now=NOW + LINK_LIFETIME)
    assert timedelta(days=30) == LINK_LIFETIME


@pytest.mark.parametrize("damage", ["cut", "changed", "empty", "another signature", "another salt", "no company"])
def test_a_damaged_link_opens_nothing(damage, firm):
    """§D8: nor does one that was never ours, whatever it says."""
    token = link_token(firm[0])
    damaged = {
        "cut": token[:-1],
        "changed": ("A" if token[0] != "A" else "B") + token[1:],
        "empty": "",
        "another signature": signing.dumps(firm[0].pk, salt="companies.dispute", key="another key"),
        "another salt": signing.dumps(firm[0].pk, salt="accounts.reset"),
        "no company": signing.dumps(10**12, salt="companies.dispute"),
    }

    with pytest.raises(dispute_links.LinkIsInvalid):
        dispute.company_of_link(damaged[damage], now=NOW)


def test_the_link_of_a_company_that_ended_is_over(bureau):
    """§D8: there is no registration any more."""
    company, master = registered(bureau)
    ending.leave_company(master, now=SOON)

    with pytest.raises(dispute.LinkIsOver):
        dispute.company_of_link(link_token(company), now=SOON)


@DECISIONS
def test_the_link_shows_what_became_of_the_dispute_long_after(decide, firm):
    """§D8: for as long as it is kept, whatever became of the company."""
    company, case = firm[0], disputed(firm[0])

    decide(case)

    found, raised = dispute.company_of_link(link_token(company), now=NOW + 10 * LINK_LIFETIME)
    assert (found, raised.case, raised.outcome) == (company, case, raised.case.dispute.outcome)
    assert raised.outcome


# --- 이의신청 --------------------------------------------------------------------------------------------------------


def test_a_dispute_opens_a_case_and_tells_the_claimant_and_the_master(firm):
    """§D8: nobody is logged in: SYSTEM stands in the history; the MASTER does not hear by whom."""
    company, master, *_others = firm

    case = dispute.raise_dispute(company, CLAIM, now=NOW)

    raised = case.dispute
    assert (case.kind, case.state, case.applicant, case.company) == ("DISPUTE", "RECEIVED", None, company)
    assert (case.opened_at, case.waiting_since, raised.disputed) == (NOW, NOW, master)
    claim = (raised.claimant_name, raised.claimant_position, raised.claimant_phone, raised.claimant_email)
    assert (*claim, raised.explanation) == (CLAIM.name, CLAIM.position, CLAIM.phone, CLAIM.email, CLAIM.explanation)
    assert (raised.outcome, raised.new_master, raised.language) == ("", None, "ko")
    assert [(event.kind, event.actor) for event in case.events.all()] == [("SENT", None)]
    assert history(company) == [("REGISTERED", master), ("DISPUTED", None)]
    assert mails() == [
        (CLAIM.email, "등록 이의신청이 접수되었습니다"),
        (master.email, "기업의 등록에 이의신청이 접수되었습니다"),
    ]
    told = Email.objects.get(to=master.email)
    assert not any(word in told.message for word in (CLAIM.name, CLAIM.email, CLAIM.phone, CLAIM.explanation))
    assert all_holds()


def test_the_history_holds_no_words_of_the_claimant(firm):
    """§D14: ids and kinds."""
    case = disputed(firm[0])

    event = RelationshipEvent.objects.get(kind="DISPUTED")
    assert (event.detail, event.relationship, case.events.get().detail) == ({"case": case.pk}, None, {})


def test_a_registration_is_disputed_once(firm):
    """§D8: not while the first is open, and not when it was decided."""
    company = firm[0]
    case = disputed(company)
    with pytest.raises(dispute.DisputedAlready):
        dispute.raise_dispute(company, CLAIM, now=SOON)

    keep(case)

    with pytest.raises(dispute.DisputedAlready):
        dispute.raise_dispute(company, CLAIM, now=SOON)
    assert Case.objects.count() == 1


def test_a_dispute_is_raised_within_thirty_days(firm):
    """§D8: a page that was opened in time is no longer in time."""
    with pytest.raises(dispute.LinkIsOver):
        dispute.raise_dispute(firm[0], CLAIM, now=NOW + LINK_LIFETIME)

    assert dispute.raise_dispute(firm[0], CLAIM, now=LAST).is_open


def test_what_staff_registered_is_not_disputed_this_way(bureau):
    """§D8: automatic registrations; staff saw the certificate."""
    case = request(make.member())
    actor = reviewer()
    company = review.approve_registration(case, **seen(case, actor, now=NOW)).company

    with pytest.raises(dispute.LinkIsOver):
        dispute.raise_dispute(company, CLAIM, now=NOW)
    assert list(dispute.automatic_registrations()) == []


def test_a_company_that_closed_is_not_disputed(bureau):
    """§D8: nobody has it any more."""
    company, master = registered(bureau)
    ending.leave_company(master, now=SOON)

    with pytest.raises(dispute.LinkIsOver):
        dispute.raise_dispute(company, CLAIM, now=SOON)


def test_who_registered_it_is_disputed_whoever_is_master_by_now(firm):
    """§D8: hand-over does not wash it clean."""
    company, master, full, _associate = firm
    transfer.accept_transfer(offer(full), actor=full, now=NOW)
    Email.objects.all().delete()

    case = dispute.raise_dispute(company, CLAIM, now=SOON)

    assert case.dispute.disputed == master
    assert [to for to, _subject in mails()] == [CLAIM.email, full.email]


@pytest.mark.parametrize("state", CaseState)
def test_a_company_is_disputed_until_the_decision(state, firm):
    """§D8: frozen as long as the case is open."""
    company = firm[0]
    assert not dispute.is_disputed(company)
    case = disputed(company)
    put(case, state)

    assert dispute.is_disputed(company) is (state in OPEN_STATES)
    assert not dispute.is_disputed(make.company())
    if state in OPEN_STATES:
        with pytest.raises(CompanyIsDisputed):
            dispute.check_undisputed(company)
    else:
        dispute.check_undisputed(company)


def test_only_hand_over_and_mileage_are_frozen(firm):
    """§D8: approving, ending, joining, leaving and editing go on."""
    company, master, full, associate = firm
    disputed(company)

    approval.approve_associate(membership.live_relationship(associate), actor=master, now=SOON)
    approval.end_relationship(membership.live_relationship(associate), actor=master, reason="퇴사", now=SOON)
    membership.join_company(make.member(), company, now=SOON)
    assert profile.edit_company(full, {"remarks": "고침"}, seen=0, now=SOON) == ["remarks"]
    ending.leave_company(full, now=SOON)

    assert all_holds()


def test_staff_see_automatic_registrations_the_latest_first(bureau):
    """§D8: with the company, its representative, and the member's name."""
    first, one = registered(bureau, now=NOW)
    second, other = registered(bureau, now=SOON)

    rows = [(row.company, row.relationship.member, row.at) for row in dispute.automatic_registrations()]

    assert rows == [(second, other, SOON), (first, one, NOW)]
    assert (dispute.registration_of(first).relationship.member, first.representative) == (one, "이대한")


# --- 유지 ------------------------------------------------------------------------------------------------------------


def test_a_registration_that_is_kept_stays_as_it_is(firm):
    """§D8: nobody becomes anything else; claimant and MASTER hear it, with the reason."""
    company, *people = firm
    before = types(*people)
    case, by = disputed(company), reviewer()

    keep(case, by)

    case.refresh_from_db()
    assert (case.state, case.decider, case.reason, case.closed_at) == (CaseState.REJECTED, by, REASON, SOON)
    assert (case.dispute.outcome, case.dispute.new_master) == (Outcome.KEPT, None)
    assert (types(*people), Company.objects.get().closed_at) == (before, None)
    result = "등록 이의신청의 결과를 알려 드립니다"
    assert mails() == [(CLAIM.email, result), (people[0].email, result)]
    assert all(REASON in mail.message for mail in Email.objects.all())
    assert history(company)[-1] == ("DISPUTE_DECIDED", by)
    assert RelationshipEvent.objects.get(kind="DISPUTE_DECIDED").detail == {"case": case.pk, "outcome": "KEPT"}
    assert all_holds()


# --- MASTER 변경 -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("leaves", [False, True])
@pytest.mark.parametrize("role", ["FULL", "ASSOCIATE"])
def test_a_member_of_the_company_becomes_its_master(role, leaves, firm):
    """§D8: the old one 정회원 or 개인회원; an offer and requests for a MASTER change have no object any more."""
    company, master, full, associate = firm
    chosen, other = (full, associate) if role == "FULL" else (associate, full)
    made, asked = offer(full), ask(other)
    case, by = disputed(company), reviewer()

    new = change(case, by, to=chosen, leaves=leaves)

    case.refresh_from_db()
    assert types(master, chosen) == [MemberType.INDIVIDUAL if leaves else MemberType.FULL, MemberType.MASTER]
    assert (new.member, new.approved_via, new.approver) == (chosen, ApprovedVia.STAFF, by)
    assert (case.state, case.decider, case.reason) == (CaseState.APPROVED, by, REASON)
    assert (case.dispute.outcome, case.dispute.new_master) == (Outcome.MASTER_CHANGED, chosen)
    made.refresh_from_db()
    assert (made.state, state_of(asked)) == ("DROPPED", CaseState.OVERTAKEN)
    result = "등록 이의신청의 결과를 알려 드립니다"
    assert [to for to, subject in mails() if subject == result] == [CLAIM.email, chosen.email, master.email]
    dropped = [("OFFER_DROPPED", None)]
    left = [("ENDED", by)] if leaves else []
    assert history(company)[-3 - len(left) :] == [("DISPUTE_DECIDED", by), *dropped, *left, ("MASTER_CHANGED", by)]
    words = {to: Email.objects.get(to=to, subject__contains=result).message for to in (chosen.email, master.email)}
    assert "MASTER가 되었습니다" in words[chosen.email]
    assert ("개인회원입니다" if leaves else "정회원입니다") in words[master.email]
    assert all_holds()


@pytest.mark.parametrize("who", ["master", "individual", "of another company", "left", "blocked"])
def test_master_becomes_who_is_related_to_the_company_and_is_not_master(who, firm):
    """§D8: whoever is not yet has to join first; nothing is decided."""
    company, master, full, _associate = firm
    case = disputed(company)
    if who == "left":
        ending.leave_company(full, now=NOW)
    if who == "blocked":
        User.objects.filter(pk=full.pk).update(is_active=False)
    people = {"master": master, "individual": make.member(), "left": full, "blocked": full}

    with pytest.raises(dispute.NotAMember) as refused:
        change(case, to=people.get(who) or make.member_of_type("FULL"))

    assert (refused.value.field, state_of(case), case.dispute.outcome) == ("new_master", CaseState.RECEIVED, "")
    assert membership.master_of(company) == master


@pytest.mark.parametrize("bar", [True, False])
def test_whom_the_disputed_master_took_out_can_become_master(firm, bar):
    """§D8: ending and barring the rightful person is no veto; they are related anew, and what they asked is over."""
    company, master, full, associate = firm
    case, by = disputed(company), reviewer()
    approval.end_relationship(membership.live_relationship(full), actor=master, reason="퇴사", bar=bar, now=SOON)
    asked = request(full, make.brn(), now=SOON)
    assert [one.is_barred for one in evidence.possible_masters(company) if one.member == full] == [bar]
    found = evidence.possible_masters(company)
    words = [
        words for _key, words in DisputeForm(kind=case.kind, among=found, shown=found).fields["new_master"].choices
    ]
    assert [("막은 것을 풀고" in each) for each in words] == [False, bar]

    new = change(case, by, to=full)

    assert types(master, full, associate) == [MemberType.FULL, MemberType.MASTER, MemberType.ASSOCIATE]
    assert (new.member, Bar.objects.count(), Relationship.objects.filter(member=full).count()) == (full, 0, 2)
    asked.refresh_from_db()
    assert (asked.state, asked.events.latest("pk").actor) == (CaseState.WITHDRAWN, by)
    assert all_holds()


@pytest.mark.parametrize("gone", ["left by themselves", "elsewhere now", "blocked"])
def test_who_left_or_is_elsewhere_does_not_become_master(firm, gone):
    """§D8: nobody is related to a company against their own word."""
    company, master, full, _associate = firm
    case = disputed(company)
    if gone == "left by themselves":
        ending.leave_company(full, now=SOON)
    else:
        approval.end_relationship(membership.live_relationship(full), actor=master, reason="퇴사", now=SOON)
    if gone == "elsewhere now":
        membership.join_company(full, make.company(), now=SOON)
    if gone == "blocked":
        User.objects.filter(pk=full.pk).update(is_active=False)

    with pytest.raises(dispute.NotAMember):
        change(case, to=full)

    assert full not in [one.member for one in evidence.possible_masters(company)]
    assert membership.master_of(company) == master


def test_the_new_master_may_hand_over_again(firm):
    """§D8: the freeze ends with the decision."""
    company, _master, full, associate = firm
    change(disputed(company), to=associate)

    assert transfer.accept_transfer(offer(full), actor=full, now=SOON).role == Role.MASTER


# --- 등록 취소 -------------------------------------------------------------------------------------------------------


def test_a_registration_that_is_cancelled_ends_with_all_its_relationships(firm):
    """§D8: everybody is 개인회원 and told why; the number is free, the history stays with the closed row."""
    company, *people = firm
    case, by = disputed(company), reviewer()
    joined = RelationshipEvent.objects.count()

    cancel(case, by)

    case.refresh_from_db()
    closed = Company.objects.get()
    assert (closed.closed_at, types(*people)) == (SOON, [MemberType.INDIVIDUAL] * 3)
    rows = Relationship.objects.filter(company=company)
    assert {(row.ended_at, row.end_reason) for row in rows} == {(SOON, REASON)}
    assert [row.role for row in rows.order_by("pk")] == [Role.MASTER, Role.FULL, Role.ASSOCIATE]
    assert (case.state, case.decider) == (CaseState.APPROVED, by)
    assert (case.dispute.outcome, case.dispute.new_master) == (Outcome.CANCELLED, None)
    assert history(company)[joined:] == [("DISPUTE_DECIDED", by), *[("ENDED", by)] * 3, ("CLOSED", by)]
    result = "등록 이의신청의 결과를 알려 드립니다"
    assert mails() == [(to, result) for to in (CLAIM.email, *(person.email for person in people))]
    assert all_holds()


@pytest.mark.parametrize("how", ["cancelled", "left"])
def test_after_a_dispute_staff_alone_register_the_number(firm, bureau, how):
    """§D8: not at once, or whoever was disputed would be MASTER again a minute later; nor did leaving help them."""
    company, master, full, associate = firm
    case = disputed(company)
    if how == "cancelled":
        cancel(case)
    else:
        for member in (full, associate, master):
            ending.leave_company(member, now=SOON)
    owner = make.member(name="박대표")

    for person in (master, owner):
        found = draft(person, company.brn, now=SOON)
        assert (found.answer, search.way_of(found)) == ("FOR_STAFF", search.Way.REQUEST)
        with pytest.raises(search.SearchFirst):
            registration.register_company(person, company.brn, TYPED, now=SOON)

    asked = registration.request_registration(owner, company.brn, TYPED, Channel.FAX, now=SOON)
    fax(asked)
    opened = review.approve_registration(asked, **seen(asked, now=SOON)).company
    assert (opened.pk == company.pk, opened.brn, membership.master_of(opened)) == (False, company.brn, owner)
    assert not dispute.is_disputed(opened)
    with pytest.raises(dispute.LinkIsOver):  # staff approved it
        dispute.raise_dispute(opened, CLAIM, now=SOON)


def test_an_answer_from_before_the_dispute_registers_nothing(firm, bureau):
    """§D8: somebody looked the number up in the hour before."""
    company, other = firm[0], make.member()
    draft(other, company.brn, now=NOW)
    RegistrationDraft.objects.filter(member=other).update(answer="KNOWN")
    cancel(disputed(company))

    with pytest.raises(search.SearchFirst):
        registration.register_company(other, company.brn, TYPED, now=SOON)


def test_a_dispute_that_kept_the_registration_changes_nothing_for_the_number(firm, bureau):
    """§D8: the twin: the registry's word counts as ever."""
    company, *people = firm
    keep(disputed(company))
    for member in people[::-1]:
        ending.leave_company(member, now=SOON)

    assert draft(make.member(), company.brn, now=SOON).answer == "KNOWN"


@pytest.mark.parametrize("decide", ["change", "cancel"])
def test_what_cannot_be_undone_needs_a_paper(firm, decide):
    """§D8: 유지 does not."""
    company, _master, full, _associate = firm
    case = disputed(company, has_paper=False)

    with pytest.raises(review.DocumentMissing):
        change(case, to=full) if decide == "change" else cancel(case)

    assert dispute.is_disputed(company)
    assert keep(case).dispute.outcome == "KEPT"


def test_what_was_asked_and_offered_ends_with_the_registration(firm):
    """§D7: an offer, a MASTER change, a change of the company's name."""
    company, master, full, associate = firm
    made, asked = offer(full), ask(associate)
    edit = profile.request_company_edit(
        master, name="새이름", representative="이대한", certificate_by=Channel.FAX, now=NOW
    )

    cancel(disputed(company))

    made.refresh_from_db()
    assert made.state == "DROPPED"
    assert {state_of(asked), state_of(edit)} <= {CaseState.WITHDRAWN, CaseState.OVERTAKEN}
    assert all_holds()


def test_a_long_reason_ends_relationships_too(firm):
    """§D8: whole with the case, as much as fits with each relationship."""
    cancel(disputed(firm[0]), reason="가" * review.LONGEST_REASON)

    assert Case.objects.get().reason == "가" * review.LONGEST_REASON
    kept = Relationship.objects.values_list("end_reason", flat=True).distinct().get()
    assert len(kept) == ending.LONGEST_KEPT_REASON


# --- Who decides, and when ------------------------------------------------------------------------------------------


@DECISIONS
def test_only_staff_with_the_right_decide(decide, firm):
    """§D3: not the MASTER, no member, no staff without it."""
    case = disputed(firm[0])

    for person in (*firm[1:], make.staff(), reviewer(is_active=False)):
        with pytest.raises(review.MayNotReview):
            decide(case, person)
    assert state_of(case) == CaseState.RECEIVED


@DECISIONS
@pytest.mark.parametrize("own", ["registered it", "registered it and left", "belongs to it"])
def test_staff_whose_member_account_it_concerns_decide_nothing(own, decide, firm):
    """§D3, §D8: who registered the company, even when gone by now, and who belongs to it."""
    company, master, full, associate = firm
    if own == "registered it and left":
        transfer.accept_transfer(offer(full), actor=full, now=NOW)
        ending.leave_company(master, now=NOW)
    case = disputed(company)

    with pytest.raises(review.OwnCase):
        decide(case, reviewer(member_account=associate if own == "belongs to it" else master))

    assert state_of(case) == CaseState.RECEIVED
    assert decide(case, reviewer(member_account=make.member_of_type("MASTER")))


@pytest.mark.parametrize("reason", ["", " \n", "가" * (review.LONGEST_REASON + 1)])
@DECISIONS
def test_each_outcome_has_its_reason(decide, reason, firm):
    """§D8: with which the claimant is answered; nothing is half decided."""
    case = disputed(firm[0])

    with pytest.raises(review.ReasonTooLong if reason.strip() else review.ReasonMissing):
        decide(case, reason=reason)

    assert (state_of(case), RegistrationDispute.objects.get().outcome) == (CaseState.RECEIVED, "")
    assert (mails(), all_holds()) == ([], True)


@pytest.mark.parametrize("state", CaseState)
@DECISIONS
def test_a_dispute_is_decided_once(decide, state, firm):
    """§D3: over all states."""
    case = put(disputed(firm[0]), state)

    if state in OPEN_STATES:
        decide(case)
        assert state_of(case) in DECIDED_STATES
    else:
        with pytest.raises(review.DecidedAlready if state in DECIDED_STATES else review.NotWaiting):
            decide(case)
        assert (state_of(case), mails()) == (state, [])


@DECISIONS
def test_what_the_reviewer_has_not_seen_is_not_decided(decide, firm):
    """§D3: a version that never was."""
    case, full = disputed(firm[0]), firm[2]
    words = {"actor": reviewer(), "seen": cases.version(case) + 1, "now": SOON, "reason": REASON}

    with pytest.raises(review.ChangedMeanwhile):
        verb_of(decide, full)(case, **words)


def test_nobody_asks_a_claimant_for_a_correction(firm):
    """§D8: nobody is logged in who could send it; papers come by fax or e-mail."""
    case = disputed(firm[0])

    with pytest.raises(review.NotWaiting):
        review.request_correction(case, **seen(case, now=SOON), reason="흐립니다.")


@pytest.mark.parametrize("channel", [Channel.FAX, Channel.EMAIL])
def test_what_the_claimant_sends_is_added_and_said_to_them(channel, firm):
    """§D3, §D8: staff keep it with the case; it belongs to no member."""
    case = disputed(firm[0])

    paper = documents.add_paper(case, papers.upload(papers.pdf()), channel, actor=reviewer(), now=SOON)

    assert mails() == [(CLAIM.email, "보내신 서류를 받았습니다")]
    told = Email.objects.get().message
    assert ("등록 이의신청" in told, "/company/dispute/" in told) == (True, True)
    assert documents.owner_of(paper) is None


@DECISIONS
def test_a_company_that_its_last_member_closed_leaves_nothing_to_decide(decide, bureau):
    """§D2, §D8: the MASTER, alone, leaves while it is disputed: the claimant hears that it is over."""
    company, master = registered(bureau)
    case = disputed(company)
    before = seen(case, now=SOON) | {"reason": REASON}
    ending.leave_company(master, now=SOON)

    case.refresh_from_db()
    assert (case.state, case.decider, case.dispute.outcome) == (CaseState.OVERTAKEN, None, "")
    assert mails() == [(CLAIM.email, "등록 이의신청이 끝났습니다")]
    with pytest.raises(review.NotWaiting):
        verb_of(decide, make.member())(case, **before)
    assert dispute.company_of_link(link_token(company), now=SOON)[1].case == case
    assert all_holds()


def test_a_master_change_that_staff_decide_meanwhile_leaves_the_dispute_open(firm):
    """§D7, §D8: who is MASTER is not whether the registration was right."""
    company, _master, full, _associate = firm
    case, asked = disputed(company), ask(full)
    succession.agree(asked, actor=membership.master_of(company), password=make.PASSWORD, now=SOON)

    succession.approve_master_change(asked, **seen(asked, now=SOON), reason=REASON)

    assert (state_of(case), membership.master_of(company)) == (CaseState.RECEIVED, full)
    assert all_holds()


# --- Languages and numbers ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["ko", "en"])
@pytest.mark.parametrize("decide", [keep, change, cancel, "leave"])
def test_the_claimant_is_written_to_in_the_language_of_the_page(decide, language, bureau):
    """§D22: the claimant's own, members theirs."""
    master = make.member(language="en" if language == "ko" else "ko")
    company, _master = registered(bureau, master)
    if decide is change:
        make.member_of_type("FULL", at=company, language="ko")
    with translation.override(language):
        case = dispute.raise_dispute(company, CLAIM, now=NOW)
        fax(case, added_by=reviewer())
    if decide == "leave":
        ending.leave_company(master, now=SOON)
    else:
        decide(case)

    to_claimant = Email.objects.filter(to=CLAIM.email)
    assert {bool(korean_in(mail.subject)) for mail in to_claimant} == {language == "ko"}
    assert to_claimant.count() == 2
    to_master = Email.objects.filter(to=master.email)
    assert {bool(korean_in(mail.subject)) for mail in to_master} == {master.language == "ko"}


def test_mails_are_written_once_for_many(firm, django_assert_max_num_queries):
    """§D8: whose registration is cancelled may be thousands; each ending has its rows, the mails a few for all."""
    company = firm[0]
    for _ in range(20):
        make.member_of_type("ASSOCIATE", at=company)
    words = seen(disputed(company), now=SOON)
    case = Case.objects.get()

    with django_assert_max_num_queries(23 * 8 + 40):
        dispute.cancel_registration(case, **words, reason=REASON)

    assert Email.objects.count() == 24
