"""MASTER 권한 넘기기: offered to a 정회원, accepted within seven days, or nothing (§D6, §Q2)."""

from io import StringIO

import pytest
from django.core.management import call_command
from post_office.models import Email

from accounts.domain import passwords
from accounts.domain.limits import TooManyAttempts
from accounts.models import User
from companies.domain import approval, cases, dispute, ending, membership, offers, succession, transfer
from companies.domain.dispute import CompanyIsDisputed
from companies.models import (
    ApprovedVia,
    CaseState,
    OfferState,
    Relationship,
    RelationshipEvent,
    Role,
    TransferOffer,
)
from kotra_portal.permissions import MemberType
from tests import make
from tests.companies.firm import (
    INSTANT,
    WEEK,
    all_holds,
    ask,
    company_with,
    disputed,
    history,
    mails,
    offer,
    registered,
    reviewer,
    seen,
    types,
)
from tests.companies.registry import NOW, SOON, TOMORROW
from tests.test_english import korean_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("bureau")]

OVER = [state for state in OfferState if state != OfferState.OPEN]
LAST = NOW + WEEK - INSTANT


def give(nominee, actor, *, password=make.PASSWORD, now=NOW):
    place = nominee if isinstance(nominee, Relationship) else membership.live_relationship(nominee)
    return transfer.offer_transfer(place, actor=actor, password=password, now=now)


def accept(made, *, actor=None, now=SOON):
    return transfer.accept_transfer(made, actor=actor or made.nominee, now=now)


def refuse(made, *, now=SOON):
    return transfer.refuse_transfer(made, actor=made.nominee, now=now)


def withdraw(made, *, actor=None, now=SOON):
    return transfer.withdraw_transfer(made, actor=actor or made.master, now=now)


def state_of(made):
    return TransferOffer.objects.get(pk=made.pk).state


# --- 제안 ------------------------------------------------------------------------------------------------------------


def test_the_master_offers_master_to_a_full_member_and_nothing_changes_before_the_acceptance():
    """§D6, §Q2: seven days; the nominee alone is mailed, the history says who offered it to whom."""
    company, (master, full) = company_with("FULL")

    made = give(full, master)

    assert types(master, full) == [MemberType.MASTER, MemberType.FULL]
    offered = (made.company, made.master, made.nominee, made.state, made.offered_at, made.expires_at, made.ended_at)
    assert offered == (company, master, full, OfferState.OPEN, NOW, NOW + WEEK, None)
    assert mails() == [(full.email, "MASTER 권한을 넘겨받아 달라는 제안을 받았습니다")]
    event = RelationshipEvent.objects.get()
    assert (event.kind, event.actor, event.relationship.member, event.at) == ("OFFERED", master, full, NOW)
    assert offers.open_offer(company, now=SOON) == made
    assert all_holds()


@pytest.mark.parametrize("role", ["ASSOCIATE", "MASTER", "left", "of another company"])
def test_master_is_offered_to_a_full_member_of_the_same_company_alone(role):
    """§D6: not to a 준회원, not to oneself, not to who left, and of other companies nobody learns."""
    _company, (master, full, associate) = company_with("FULL", "ASSOCIATE")
    place = membership.live_relationship(full)
    if role == "left":
        ending.leave_company(full, now=NOW)
    elif role == "of another company":
        place = make.member_of_type("FULL").relationships.get()
    else:
        place = membership.live_relationship({"ASSOCIATE": associate, "MASTER": master}[role])
    before = len(mails())

    refusal = membership.NotAllowed if role == "of another company" else transfer.NotAFullMember
    with pytest.raises(refusal):
        give(place, master)

    assert (TransferOffer.objects.count(), len(mails())) == (0, before)


@pytest.mark.parametrize("member_type", [kind for kind in MemberType if kind != MemberType.MASTER])
def test_nobody_but_the_master_offers(member_type):
    """§C6: and who may not is told so before the password is looked at."""
    company, (_master, full) = company_with("FULL")
    actor = make.member_of_type(member_type, at=company)

    with pytest.raises(membership.NotAllowed):
        give(full, actor, password="wrong")

    assert not TransferOffer.objects.exists()


def test_the_master_of_another_company_offers_nothing_here():
    """§D6: the same company."""
    _company, (_master, full) = company_with("FULL")

    with pytest.raises(membership.NotAllowed):
        give(full, make.member_of_type("MASTER"))


def test_who_is_not_master_any_more_offers_nothing():
    """§C6: however fresh the page was."""
    _company, (master, full) = company_with("FULL")
    accept(offer(full))

    with pytest.raises(membership.NotAllowed):
        give(full, master)


def test_the_password_is_asked_again_and_wrong_ones_are_counted():
    """§D6: five wrong ones, and the right one waits too; nothing is offered meanwhile."""
    _company, (master, full) = company_with("FULL")

    for _ in range(passwords.CHANGES.times):
        with pytest.raises(passwords.WrongPassword):
            give(full, master, password="wrong2026")
    with pytest.raises(TooManyAttempts):
        give(full, master)

    assert not TransferOffer.objects.exists()
    assert give(full, master, now=NOW + passwords.CHANGES.window).nominee == full


def test_offers_of_a_company_and_day_have_a_bound():
    """§D6, §D23: each is a mail to the nominee, and so is taking it back, whoever is MASTER by then."""
    company, (master, full, other) = company_with("FULL", "FULL")
    for _time in range(transfer.OFFERS_A_DAY):
        transfer.withdraw_transfer(offer(full), actor=master, now=NOW)
    before = len(mails())

    with pytest.raises(transfer.TooManyOffers):
        give(other, master, now=TOMORROW - INSTANT)

    assert (len(mails()), TransferOffer.objects.count()) == (before, transfer.OFFERS_A_DAY)
    assert give(other, master, now=TOMORROW).company == company


def test_master_is_not_offered_to_a_blocked_account():
    """§D6: nobody could accept."""
    _company, (master, full) = company_with("FULL")
    User.objects.filter(pk=full.pk).update(is_active=False)

    with pytest.raises(transfer.NotAFullMember):
        give(full, master)


def test_an_account_that_is_blocked_before_the_lock_accepts_nothing():
    """§D6: its request was on the way."""
    company, (master, full) = company_with("FULL")
    made = offer(full)
    User.objects.filter(pk=full.pk).update(is_active=False)

    with pytest.raises(transfer.NotYourOffer):
        transfer.accept_transfer(made, actor=full, now=NOW)

    assert membership.master_of(company) == master


def test_a_company_has_one_open_offer():
    """§D6: to the same person or another, until the first has ended."""
    _company, (master, full, other) = company_with("FULL", "FULL")
    made = offer(full)

    for nominee in (full, other):
        with pytest.raises(transfer.OfferIsOpen):
            give(nominee, master, now=LAST)

    withdraw(made)
    assert give(other, master).nominee == other


def test_companies_have_their_offers_apart():
    """§D6: one for each company."""
    first, second = (make.member_of_type("FULL") for _ in range(2))

    assert {offer(first).company, offer(second).company} == {
        membership.live_relationship(person).company for person in (first, second)
    }


@pytest.mark.parametrize("end", OVER)
def test_after_the_end_of_an_offer_the_next_can_be_made(end):
    """§D6: whatever ended it."""
    company, (master, full, other) = company_with("FULL", "FULL")
    made = offer(full)
    TransferOffer.objects.update(state=end, ended_at=SOON)

    assert give(other, master, now=SOON).pk != made.pk
    assert offers.open_offer(company, now=SOON).nominee == other


def test_an_offer_whose_time_is_over_makes_room_before_the_nightly_job_ran():
    """§D6: it lapses then and there, with its event and mails."""
    company, (master, full, other) = company_with("FULL", "FULL")
    made = offer(full)

    give(other, master, now=NOW + WEEK)

    assert state_of(made) == OfferState.LAPSED
    assert [kind for kind, _actor in history(company)] == ["OFFERED", "OFFER_LAPSED", "OFFERED"]
    lapsed = "MASTER 권한 넘기기 제안의 기한이 지났습니다"
    assert mails()[:2] == [(master.email, lapsed), (full.email, lapsed)]


# --- 수락 ------------------------------------------------------------------------------------------------------------


def test_who_accepts_is_master_and_the_old_one_a_full_member():
    """§D6: in one transaction; both are mailed, the history says so once."""
    company, (master, full) = company_with("FULL")
    made = offer(full)

    new = accept(made)

    assert types(master, full) == [MemberType.FULL, MemberType.MASTER]
    assert membership.master_of(company) == full
    approved = (new.member, new.role, new.approved_via, new.approver, new.approved_at)
    assert approved == (full, Role.MASTER, ApprovedVia.HANDOVER, master, SOON)
    made.refresh_from_db()
    assert (made.state, made.ended_at) == (OfferState.ACCEPTED, SOON)
    assert mails() == [
        (master.email, "MASTER 권한을 넘겼습니다"),
        (full.email, "기업의 MASTER가 되었습니다"),
    ]
    assert history(company) == [("OFFERED", master), ("HANDED_OVER", full)]
    event = RelationshipEvent.objects.get(kind="HANDED_OVER")
    assert (event.relationship, event.detail) == (new, {"former": master.relationships.get().pk})
    assert all_holds()


def test_the_old_masters_approval_stays_what_it_was():
    """§D6: a 정회원 whom the registry, once, approved as MASTER."""
    _company, (master, full) = company_with("FULL")

    accept(offer(full))

    row = master.relationships.get()
    assert (row.role, row.approved_via, row.approved_at) == (Role.FULL, ApprovedVia.REGISTRY, make.LONG_AGO)


def test_an_offer_can_be_accepted_until_the_last_instant_of_the_seventh_day():
    """§D6: within seven days, to the instant."""
    _company, (_master, full) = company_with("FULL")

    assert accept(offer(full), now=LAST).role == Role.MASTER


@pytest.mark.parametrize("act", [accept, refuse, withdraw])
def test_seven_days_later_it_is_over_whether_the_job_ran_or_not(act):
    """§D6: or it lapses; the first instant after."""
    company, (master, full) = company_with("FULL")
    made = offer(full)

    with pytest.raises(offers.OfferIsOver):
        act(made, now=NOW + WEEK)

    assert types(master, full) == [MemberType.MASTER, MemberType.FULL]
    assert offers.open_offer(company, now=LAST) == made
    assert offers.open_offer(company, now=NOW + WEEK) is None
    assert mails() == []


@pytest.mark.parametrize("state", OVER)
@pytest.mark.parametrize("act", [accept, refuse, withdraw])
def test_what_is_over_is_neither_answered_nor_withdrawn(act, state):
    """§D6: over all states in which an offer can have ended; a page that was open says so."""
    company, (master, full) = company_with("FULL")
    made = offer(full)
    TransferOffer.objects.update(state=state, ended_at=NOW)
    before = history(company)

    with pytest.raises(offers.OfferIsOver):
        act(made)

    assert (state_of(made), history(company), mails()) == (state, before, [])
    assert types(master, full) == [MemberType.MASTER, MemberType.FULL]


def test_nobody_but_the_nominee_answers():
    """§D6: whoever else comes here is a bug of the caller's, who shows 404; the MASTER too."""
    _company, (master, full, other) = company_with("FULL", "FULL")
    made = offer(full)

    for person in (master, other, make.member()):
        for act in (transfer.accept_transfer, transfer.refuse_transfer):
            with pytest.raises(ValueError, match="OPEN"):
                act(made, actor=person, now=SOON)

    assert state_of(made) == OfferState.OPEN


def leave(full, _company):
    ending.leave_company(full, now=NOW)


def be_ended(full, company):
    place = membership.live_relationship(full)
    approval.end_relationship(place, actor=membership.master_of(company), reason="퇴사", now=NOW)


def be_barred(full, company):
    place = membership.live_relationship(full)
    approval.end_relationship(place, actor=membership.master_of(company), reason="퇴사", bar=True, now=NOW)


@pytest.mark.parametrize("comes_back", [False, True])
@pytest.mark.parametrize("go", [leave, be_ended, be_barred])
def test_an_offer_dies_with_the_nominees_relationship(go, comes_back):
    """§D6: to a 정회원: who left and joined again, or was even approved again, has no offer any more."""
    company, (master, full) = company_with("FULL")
    made = offer(full)

    go(full, company)
    if comes_back and go is not be_barred:
        again = membership.join_company(full, company, now=NOW)
        approval.approve_associate(again, actor=master, now=NOW)

    assert state_of(made) == OfferState.DROPPED
    assert ("OFFER_DROPPED", None) in history(company)
    dropped = [mail for mail in mails() if "무효" in mail[1]]
    assert dropped == [(master.email, "MASTER 권한 넘기기 제안이 무효가 되었습니다")]
    with pytest.raises(offers.OfferIsOver):
        accept(made)
    assert membership.master_of(company) == master
    assert all_holds()


@pytest.mark.parametrize("role", [Role.ASSOCIATE, None])
def test_the_row_under_the_lock_counts_whatever_the_offer_says(role):
    """§D6: a nominee who is no 정회원 any more takes nothing over, even were the offer still open."""
    company, (master, full) = company_with("FULL")
    made = offer(full)
    place = Relationship.objects.filter(member=full)
    if role:
        place.update(role=role, approved_at=None, approved_via="", approver=None)
    else:
        place.update(ended_at=NOW)

    with pytest.raises(transfer.NotYourOffer):
        accept(made)

    assert membership.master_of(company) == master


def test_an_offer_of_somebody_who_is_not_master_any_more_is_nobodys():
    """§D6: even were it still open: the MASTER of today offered nothing."""
    company, (master, full, other) = company_with("FULL", "FULL")
    made = offer(full)
    Relationship.objects.filter(member=master).update(role=Role.FULL)
    Relationship.objects.filter(member=other).update(role=Role.MASTER)

    with pytest.raises(transfer.NotYourOffer):
        accept(made)

    assert membership.master_of(company) == other


def test_an_offer_whose_days_are_over_has_lapsed_whatever_happens_then():
    """§D6: though the nightly job has not come by; both hear what is true."""
    company, (master, full) = company_with("FULL")
    made = offer(full)

    ending.leave_company(full, now=NOW + WEEK)

    assert state_of(made) == OfferState.LAPSED
    assert [kind for kind, _who in history(company)] == ["OFFERED", "LEFT", "OFFER_LAPSED"]
    assert {to for to, subject in mails() if "기한이 지" in subject} == {master.email, full.email}


def test_an_offer_dies_when_staff_change_the_master():
    """§D6, §D7: the nominee is told."""
    _company, (master, full, associate) = company_with("FULL", "ASSOCIATE")
    made, case = offer(full, now=TOMORROW), ask(associate)

    succession.approve_master_change(case, **seen(case, now=NOW + WEEK), reason="확인했습니다.")

    assert state_of(made) == OfferState.DROPPED
    assert (full.email, "MASTER 권한 넘기기 제안이 무효가 되었습니다") in mails()
    assert types(master, full, associate) == [MemberType.FULL, MemberType.FULL, MemberType.MASTER]
    with pytest.raises(offers.OfferIsOver):
        accept(made)


def test_a_hand_over_closes_requests_for_a_master_change():
    """§D7: a hand-over accepted meanwhile closes the case; each applicant is mailed, staff decide nothing."""
    company, (master, full, associate, other) = company_with("FULL", "ASSOCIATE", "FULL")
    cases_of = [ask(person) for person in (full, associate, other)]
    elsewhere = ask(make.member_of_type("FULL"))

    accept(offer(full))

    for case in cases_of:
        case.refresh_from_db()
        assert (case.state, case.closed_at, case.decider) == (CaseState.OVERTAKEN, SOON, None)
        assert (case.events.last().kind, case.events.last().actor) == ("OVERTAKEN", None)
    ended = [to for to, subject in mails() if subject == "신청이 다른 처리로 끝났습니다"]
    assert ended == [full.email, associate.email, other.email]
    elsewhere.refresh_from_db()
    assert elsewhere.is_open
    assert membership.master_of(company) == full
    assert membership.member_type_of(master) == MemberType.FULL
    assert all_holds()


# --- 이의신청 --------------------------------------------------------------------------------------------------------


def test_while_a_dispute_is_open_master_is_neither_offered_nor_accepted(bureau):
    """§D8: frozen; refused and withdrawn it can be, and once it is decided everything goes on."""
    company, master = registered(bureau)
    full, other = (make.member_of_type("FULL", at=company) for _ in range(2))
    made = offer(full)
    case = disputed(company)

    with pytest.raises(CompanyIsDisputed):
        accept(made)
    assert (state_of(made), membership.master_of(company)) == (OfferState.OPEN, master)
    refuse(made)
    with pytest.raises(CompanyIsDisputed):
        give(other, master, now=SOON)

    dispute.keep_registration(case, **seen(case, now=SOON), reason="확인했습니다.")
    assert accept(give(other, master, now=SOON)).role == Role.MASTER


def test_an_offer_that_was_frozen_lapses_all_the_same(bureau):
    """§D6: seven days."""
    company, _master = registered(bureau)
    made = offer(make.member_of_type("FULL", at=company))
    disputed(company)

    assert transfer.lapse_offers(now=NOW + WEEK) == 1
    assert state_of(made) == OfferState.LAPSED


# --- 거절, 취소, 기한 ---------------------------------------------------------------------------------------------


def test_who_refuses_stays_a_full_member_and_the_master_is_told():
    """§D6: nothing changes."""
    company, (master, full) = company_with("FULL")
    made = offer(full)

    refuse(made)

    assert types(master, full) == [MemberType.MASTER, MemberType.FULL]
    assert (state_of(made), mails()) == (OfferState.REFUSED, [(master.email, "MASTER 권한 넘기기가 거절되었습니다")])
    assert history(company) == [("OFFERED", master), ("OFFER_REFUSED", full)]
    assert all_holds()


def test_the_master_takes_the_offer_back_and_the_nominee_is_told():
    """§D6: it can be withdrawn."""
    company, (master, full) = company_with("FULL")
    made = offer(full)

    withdraw(made)

    assert types(master, full) == [MemberType.MASTER, MemberType.FULL]
    taken_back = [(full.email, "MASTER 권한 넘기기 제안이 취소되었습니다")]
    assert (state_of(made), mails()) == (OfferState.WITHDRAWN, taken_back)
    assert history(company) == [("OFFERED", master), ("OFFER_WITHDRAWN", master)]
    with pytest.raises(offers.OfferIsOver):
        accept(made)


@pytest.mark.parametrize("state", OfferState)
@pytest.mark.parametrize("who", ["nominee", "associate", "individual", "master of another company"])
def test_nobody_but_the_master_takes_it_back(who, state):
    """§C6: and nobody else learns what became of it."""
    company, (_master, full) = company_with("FULL")
    made = offer(full)
    TransferOffer.objects.update(state=state, ended_at=None if state == OfferState.OPEN else NOW)
    others = {
        "nominee": full,
        "associate": make.member_of_type("ASSOCIATE", at=company),
        "individual": make.member(),
        "master of another company": make.member_of_type("MASTER"),
    }

    with pytest.raises(membership.NotAllowed):
        withdraw(made, actor=others[who])

    assert state_of(made) == state


def test_the_nightly_job_lapses_what_nobody_answered(frozen):
    """§D6: or it lapses; both are told, SYSTEM acts; a second run finds nothing."""
    late, (master, full) = company_with("FULL")
    made = offer(full)
    waiting = offer(make.member_of_type("FULL"), now=SOON)
    frozen(NOW + WEEK)

    for expected in ("lapsed: 1\n", "lapsed: 0\n"):
        printed = StringIO()
        call_command("lapse_offers", stdout=printed)
        assert printed.getvalue() == expected

    made.refresh_from_db()
    assert (made.state, made.ended_at, state_of(waiting)) == (OfferState.LAPSED, NOW + WEEK, OfferState.OPEN)
    lapsed = "MASTER 권한 넘기기 제안의 기한이 지났습니다"
    assert mails() == [(master.email, lapsed), (full.email, lapsed)]
    assert history(late)[-1] == ("OFFER_LAPSED", None)
    assert types(master, full) == [MemberType.MASTER, MemberType.FULL]


def test_nothing_lapses_an_instant_before():
    """§D6: seven days."""
    offer(make.member_of_type("FULL"))

    assert transfer.lapse_offers(now=LAST) == 0
    assert transfer.lapse_offers(now=NOW + WEEK) == 1


# --- Everything else ------------------------------------------------------------------------------------------------


def test_master_goes_round_and_comes_back():
    """§D6: whoever handed over is a 정회원, to whom it can be handed back; the old approval makes way."""
    company, (master, full) = company_with("FULL")
    accept(offer(full))

    back = accept(offer(master, now=SOON))

    assert types(master, full) == [MemberType.MASTER, MemberType.FULL]
    assert (back.approved_via, back.approver) == (ApprovedVia.HANDOVER, full)
    assert [kind for kind, _actor in history(company)] == ["OFFERED", "HANDED_OVER"] * 2
    assert all_holds()


def test_who_handed_over_may_leave():
    """§D2: MASTER cannot leave while others are related; this is the way out."""
    _company, (master, full) = company_with("FULL")
    with pytest.raises(ending.MasterIsNeeded):
        ending.leave_company(master, now=NOW)

    accept(offer(full))
    ending.leave_company(master, now=SOON)

    assert types(master, full) == [MemberType.INDIVIDUAL, MemberType.MASTER]


@pytest.mark.parametrize("role", [Role.ASSOCIATE, Role.FULL])
def test_the_leaving_of_others_leaves_the_offer_alone(role):
    """§D6: of the two it concerns nobody left."""
    company, (_master, full) = company_with("FULL")
    made = offer(full)

    ending.leave_company(make.member_of_type(role, at=company), now=NOW)

    assert state_of(made) == OfferState.OPEN


def test_each_hears_it_in_their_own_language():
    """§D22: the MASTER in English, the nominee in Korean."""
    company = make.company()
    master = make.member(language="en")
    make.relationship(master, company, Role.MASTER)
    full = make.member_of_type("FULL", at=company, language="ko")

    accept(offer(full))

    assert [(to, bool(korean_in(subject))) for to, subject in mails()] == [(master.email, False), (full.email, True)]


def test_what_is_undone_is_told_to_nobody(monkeypatch):
    """§D6: in the same transaction: where the last step fails, everything stays as it was."""
    company, (master, full) = company_with("FULL")
    made = offer(full)
    ask(make.member_of_type("ASSOCIATE", at=company))

    def fail(*_args, **_kwargs):
        raise RuntimeError

    monkeypatch.setattr(cases, "overtake", fail)
    with pytest.raises(RuntimeError):
        accept(made)

    assert types(master, full) == [MemberType.MASTER, MemberType.FULL]
    assert (state_of(made), Email.objects.count()) == (OfferState.OPEN, 0)


def test_staff_hand_nothing_over():
    """§D3: staff accounts are no members; what they do goes by a case."""
    _company, (_master, full) = company_with("FULL")

    with pytest.raises(membership.NotAllowed):
        give(full, reviewer(is_superuser=True))
