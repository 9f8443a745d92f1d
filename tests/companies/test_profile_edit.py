"""기업정보 수정: at once what was not verified, by a case what was; who changed what stands in the history (§C6)."""

import json
from datetime import date

import pytest
from post_office.models import Email

from companies.domain import cases, ending, membership, profile, review
from companies.domain.profile import EDITABLE, VERIFIED
from companies.models import (
    DECIDED_STATES,
    FACTS,
    OPEN_STATES,
    Case,
    CaseState,
    Channel,
    Company,
    RelationshipEvent,
)
from kotra_portal.permissions import MemberType
from kotra_portal.reference.models import BkCode
from tests import make
from tests.companies.firm import INSTANT, all_holds, company_with, history, mails, reviewer, seen
from tests.companies.registry import NOW, SOON, TOMORROW, fax
from tests.companies.test_cases import put
from tests.companies.test_company_page import WHOLE
from tests.test_english import korean_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("bureau")]

ALLOWED = ["MASTER", "FULL"]
REFUSED = [kind for kind in MemberType if kind not in ALLOWED]
NEW = {"name": "새한빛전자", "representative": "새대표"}
REASON = "등록증과 다릅니다."


def edit(member, *, seen=0, now=NOW, **facts):
    return profile.edit_company(member, facts, seen=seen, now=now)


def ask(member, *, has_paper=True, now=NOW, **asked):
    case = profile.request_company_edit(member, **NEW | {"certificate_by": Channel.FAX} | asked, now=now)
    if has_paper:
        fax(case)
    Email.objects.all().delete()
    return case


def approve(case, by=None, *, reason=None):
    return profile.approve_company_edit(case, **seen(case, by, now=SOON))


def reject(case, by=None, *, reason=REASON):
    return profile.reject_company_edit(case, **seen(case, by, now=SOON), reason=reason)


DECISIONS = pytest.mark.parametrize("decide", [approve, reject])


def state_of(case):
    return Case.objects.get(pk=case.pk).state


# --- At once --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", ALLOWED)
def test_master_and_full_member_change_the_companys_data_at_once(role):
    """§C6: by whom, what it was and what it is stands in the history."""
    company = make.company(phone="0234607183", employees=10)
    master = make.master_of(company)
    member = master if role == "MASTER" else make.member_of_type(role, at=company)

    assert edit(member, phone="0234607000", employees=12, fax="") == ["phone", "employees"]

    company.refresh_from_db()
    assert (company.phone, company.employees) == ("0234607000", 12)
    event = RelationshipEvent.objects.get()
    assert (event.kind, event.actor, event.at, event.relationship) == ("EDITED", member, NOW, None)
    assert event.detail == {"changes": [["phone", "0234607183", "0234607000"], ["employees", 10, 12]]}
    told = [] if role == "MASTER" else [(master.email, "기업정보가 수정되었습니다")]
    assert mails() == told
    assert profile.version(company) == 1
    assert all_holds()


@pytest.mark.parametrize("member_type", REFUSED)
def test_nobody_else_changes_anything(member_type):
    """§C6: 준회원 and 개인회원 neither at once nor by a case."""
    company, _people = company_with()
    member = make.member_of_type(member_type, at=company)

    with pytest.raises(membership.NotAllowed):
        edit(member, phone="0234607000")
    with pytest.raises(membership.NotAllowed):
        ask(member)

    assert (history(company), Case.objects.count()) == ([], 0)


def test_the_role_under_the_lock_counts():
    """§C6: who left meanwhile changes nothing, and nothing of the company they are in now as 준회원."""
    company, (_master, full) = company_with("FULL")
    ending.leave_company(full, now=NOW)
    membership.join_company(full, company, now=NOW)

    with pytest.raises(membership.NotAllowed):
        edit(full, phone="0234607000")


@pytest.mark.parametrize("name", EDITABLE)
def test_every_fact_but_the_verified_ones_can_be_changed(name):
    """기업정보 수정 (§C6): and is in the history as JSON holds it."""
    _company, (master,) = company_with()
    code = BkCode.objects.create(code="B99", name_ko="가상품목", name_en="Imagined product")
    values = WHOLE | {"main_item": code, "is_foreign_invested": True}

    assert edit(master, **{name: values[name]}) == [name]

    assert getattr(Company.objects.get(), name) == values[name]
    (change,) = RelationshipEvent.objects.get().detail["changes"]
    kept = {"main_item": "B99", "opened_on": "2001-02-03"}.get(name, values[name])
    assert change == (["representative_en"] if name == "representative_en" else [name, change[1], kept])


def test_each_fact_is_either_verified_or_editable():
    """§C6: the name and the representative were verified."""
    assert (set(EDITABLE) | set(VERIFIED), set(EDITABLE) & set(VERIFIED)) == (set(FACTS), set())
    assert VERIFIED == ("name", "representative")


def test_what_was_verified_is_not_changed_at_once_whatever_is_sent():
    """기업정보 수정 (§C6): nor anything that is no fact: a forged field changes nothing."""
    company, (master,) = company_with()
    before = Company.objects.values().get()

    assert edit(master, **NEW, brn=make.brn(), closed_at=NOW, business_status="CLOSED", registered_at=NOW) == []

    assert (Company.objects.values().get(), history(company)) == (before, [])


@pytest.mark.parametrize("facts", [{}, {"phone": "0234607183"}, {"phone": "0234607183", "remarks": ""}])
def test_what_does_not_differ_is_no_change(facts):
    """기업정보 수정 (§C6): no event, no mail, no new version for others."""
    company = make.company(phone="0234607183")
    full = make.member_of_type("FULL", at=company)

    assert edit(full, **facts) == []

    assert (history(company), mails(), profile.version(company)) == ([], [], 0)


def test_who_saw_an_older_state_overwrites_nothing():
    """기업정보 수정 (§C6): what another member changed meanwhile is shown first."""
    company, (master, full) = company_with("FULL")
    edit(full, phone="0234607000")

    for stale in (0, 2):
        with pytest.raises(profile.ChangedMeanwhile):
            edit(master, seen=stale, phone="0234607111")

    assert Company.objects.get().phone == "0234607000"
    assert edit(master, seen=1, phone="0234607111") == ["phone"]
    assert profile.version(company) == 2


def test_a_change_by_staffs_decision_is_a_change_that_was_not_seen():
    """기업정보 수정 (§C6)."""
    _company, (master,) = company_with()
    approve(ask(master))

    with pytest.raises(profile.ChangedMeanwhile):
        edit(master, phone="0234607000")


def test_companies_count_their_changes_apart():
    """기업정보 수정 (§C6)."""
    first, second = (make.member_of_type("MASTER") for _ in range(2))
    edit(first, phone="0234607000")

    assert edit(second, phone="0234607000") == ["phone"]


def test_the_history_holds_no_names_of_people():
    """§D14: that the representative's name changed, not from what to what."""
    company = make.company(representative="옛대표", representative_en="Old One", opened_on=date(2001, 2, 3))
    master = make.master_of(company)

    edit(master, representative_en="New One", opened_on=None)
    approve(ask(master))

    details = json.dumps([event.detail for event in RelationshipEvent.objects.all()], ensure_ascii=False)
    assert not any(name in details for name in ("Old One", "New One", "옛대표", "새대표"))
    changes = [event.detail["changes"] for event in RelationshipEvent.objects.order_by("pk")]
    assert changes == [
        [["representative_en"], ["opened_on", "2001-02-03", None]],
        [["name", company.name, "새한빛전자"], ["representative"]],
    ]


def test_the_mail_names_what_was_changed_in_the_masters_language():
    """§D22: and not to what."""
    company = make.company("Hanbit")
    make.relationship(make.member(language="en"), company, "MASTER")
    full = make.member_of_type("FULL", at=company, name="Hong")

    edit(full, phone="0234607000")

    told = Email.objects.get()
    assert korean_in(f"{told.subject} {told.message}") == []
    assert "0234607000" not in told.message


def test_the_company_is_found_by_its_new_name():
    """§T2: what the name is looked for by goes along."""
    _company, (master,) = company_with()

    approve(ask(master))

    assert Company.objects.get().search_name == "새한빛전자"


# --- By a case ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", ALLOWED)
@pytest.mark.parametrize("channel", Channel)
def test_what_was_verified_is_asked_for_and_nothing_changes_yet(role, channel):
    """기업정보 변경 (§C6): the case keeps what was and what shall be; both are mailed."""
    company = make.company("한빛전자", representative="한대표")
    master = make.master_of(company)
    member = master if role == "MASTER" else make.member_of_type(role, at=company)

    case = profile.request_company_edit(member, **NEW, certificate_by=channel, now=NOW)

    asked = case.company_edit
    assert (case.kind, case.state, case.applicant, case.company) == ("COMPANY_EDIT", "RECEIVED", member, company)
    assert (asked.name_before, asked.representative_before) == ("한빛전자", "한대표")
    assert (asked.name, asked.representative, asked.certificate_by) == ("새한빛전자", "새대표", channel)
    assert [(event.kind, event.actor) for event in case.events.all()] == [("SENT", member)]
    to_master = [] if member == master else [(master.email, "기업정보 변경이 신청되었습니다")]
    assert mails() == [(member.email, "기업정보 변경신청이 접수되었습니다"), *to_master]
    assert (Company.objects.get().name, profile.open_edit(company)) == ("한빛전자", case)
    assert (history(company), all_holds()) == ([], True)


def test_the_same_names_are_not_asked_for():
    """기업정보 변경 (§C6): one of them has to differ."""
    company = make.company("새한빛전자", representative="새대표")
    master = make.master_of(company)

    with pytest.raises(profile.SameAsBefore):
        ask(master)

    assert ask(master, representative="다른대표").company_edit.name == "새한빛전자"


@pytest.mark.parametrize("state", CaseState)
def test_a_company_has_one_open_request(state):
    """기업정보 변경 (§C6): whoever of the company sends it."""
    company, (master, full) = company_with("FULL")
    put(ask(master), state)

    if state in OPEN_STATES:
        with pytest.raises(profile.EditIsOpen):
            ask(full, now=SOON)
    else:
        assert profile.open_edit(company) is None
        assert ask(full, now=SOON).state == CaseState.RECEIVED
    assert ask(make.member_of_type("MASTER")).state == CaseState.RECEIVED


@pytest.mark.parametrize("role", ALLOWED)
def test_an_approval_writes_what_was_asked_and_records_it(role):
    """기업정보 변경 (§C6): by staff, with the case; applicant mailed."""
    company = make.company("한빛전자", representative="한대표")
    master = make.master_of(company)
    member = master if role == "MASTER" else make.member_of_type(role, at=company)
    case, by = ask(member), reviewer()

    approve(case, by)

    company.refresh_from_db()
    case.refresh_from_db()
    assert (company.name, company.representative) == ("새한빛전자", "새대표")
    assert (case.state, case.decider, case.closed_at) == (CaseState.APPROVED, by, SOON)
    event = RelationshipEvent.objects.get()
    assert (event.kind, event.actor, event.at) == ("EDITED", by, SOON)
    assert event.detail == {"changes": [["name", "한빛전자", "새한빛전자"], ["representative"]], "case": case.pk}
    told = [member] if member == master else [member, master]
    assert mails() == [(one.email, "기업정보 변경신청의 결과를 알려 드립니다") for one in told]
    assert all_holds()


def test_what_only_the_name_was_asked_for_changes_the_name():
    """기업정보 변경 (§C6)."""
    company = make.company("한빛전자", representative="한대표")

    approve(ask(make.master_of(company), representative="한대표"))

    assert RelationshipEvent.objects.get().detail["changes"] == [["name", "한빛전자", "새한빛전자"]]


def test_a_rejection_changes_nothing_and_says_why():
    """기업정보 변경 (§C6)."""
    company, (master,) = company_with()
    before = Company.objects.values().get()
    case = ask(master)

    reject(case)

    assert (state_of(case), Company.objects.values().get(), history(company)) == (CaseState.REJECTED, before, [])
    assert mails() == [(master.email, "기업정보 변경신청의 결과를 알려 드립니다")]
    assert REASON in Email.objects.get().message


def test_a_rejection_has_its_reason_and_an_approval_its_paper():
    """§D3: as every decision."""
    case = ask(make.member_of_type("MASTER"), has_paper=False)

    with pytest.raises(review.ReasonMissing):
        reject(case, reason=" ")
    with pytest.raises(review.DocumentMissing):
        approve(case)

    assert (state_of(case), mails()) == (CaseState.RECEIVED, [])


@pytest.mark.parametrize("state", CaseState)
@DECISIONS
def test_a_request_is_decided_once(decide, state):
    """§D3: over all states."""
    case = put(ask(make.member_of_type("MASTER")), state)

    if state in OPEN_STATES:
        decide(case)
        assert state_of(case) in DECIDED_STATES
    else:
        with pytest.raises(review.DecidedAlready if state in DECIDED_STATES else review.NotWaiting):
            decide(case)
        assert (state_of(case), mails()) == (state, [])


@DECISIONS
def test_only_staff_decide_and_nobody_about_their_own_company(decide):
    """§D3."""
    company, (master, full) = company_with("FULL")
    case = ask(full)

    for person in (master, full, make.staff()):
        with pytest.raises(review.MayNotReview):
            decide(case, person)
    for person in (master, full, make.member_of_type("ASSOCIATE", at=company)):
        with pytest.raises(review.OwnCase):
            decide(case, reviewer(member_account=person))
    assert decide(case, reviewer(member_account=make.member()))


@DECISIONS
def test_what_the_applicant_left_behind_is_withdrawn(decide):
    """§D1: who leaves takes along what they asked for; so does who closes the company."""
    for role in ALLOWED:
        member = make.member_of_type(role)
        case = ask(member)
        ending.leave_company(member, now=SOON)
        assert state_of(case) == CaseState.WITHDRAWN
        with pytest.raises(review.NotWaiting):
            decide(case)
    assert all_holds()


def test_the_applicant_withdraws_it():
    """§D3: as any request."""
    member = make.member_of_type("FULL")
    case = ask(member)

    cases.withdraw_request(case, actor=member, now=SOON)

    told = [member, make.master_of(case.company)]
    assert mails() == [(one.email, "기업정보 변경신청이 취소되었습니다") for one in told]
    assert state_of(case) == CaseState.WITHDRAWN


# --- How often ------------------------------------------------------------------------------------------------------


def test_changes_of_a_member_and_day_have_a_bound():
    """§C6, §D23: each is a mail to the MASTER; another member's are counted apart."""
    company, (_master, full, other) = company_with("FULL", "FULL")
    for number in range(profile.EDITS_A_DAY):
        edit(full, seen=number, phone=f"023460{number:04d}")
    before = len(mails())

    with pytest.raises(profile.TooManyEdits):
        edit(full, seen=profile.EDITS_A_DAY, phone="0299998888", now=TOMORROW - INSTANT)

    assert (len(mails()), profile.version(company)) == (before, profile.EDITS_A_DAY)
    assert edit(other, seen=profile.EDITS_A_DAY, phone="0299998888") == ["phone"]
    assert edit(full, seen=profile.EDITS_A_DAY + 1, fax="0299998888", now=TOMORROW) == ["fax"]


def test_requests_of_a_member_and_day_have_a_bound():
    """§C6: each is work for staff, were it withdrawn at once."""
    _company, (_master, full, other) = company_with("FULL", "FULL")
    for _time in range(profile.REQUESTS_A_DAY):
        cases.withdraw_request(ask(full), actor=full, now=NOW)

    with pytest.raises(profile.TooManyRequests):
        ask(full, now=TOMORROW - INSTANT)

    assert cases.withdraw_request(ask(other), actor=other, now=NOW).state == CaseState.WITHDRAWN
    assert ask(full, now=TOMORROW).applicant == full
