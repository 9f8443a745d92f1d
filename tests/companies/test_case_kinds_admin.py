"""The desk for what is asked about registered companies: MASTER 변경, 기업정보 변경, 등록 이의신청 (§D3, §D7, §D8)."""

from datetime import timedelta

import pytest
from django.contrib.messages import get_messages
from django.test import Client
from django.utils.formats import date_format
from django.utils.timezone import localtime
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from accounts.models import AccessLog, User
from companies.domain import approval, cases, dispute, ending, membership, queue, review, succession, transfer
from companies.domain.evidence import MOST_MEMBERS, evidence_of
from companies.forms.reasons import READY_MADE
from companies.forms.review import OFFERED
from companies.models import (
    OPEN_STATES,
    Case,
    CaseKind,
    CaseState,
    Company,
    MasterAnswer,
    MasterChangeRequest,
    Outcome,
    Role,
)
from tests import make
from tests.companies import papers
from tests.companies.desk import (
    DECISIONS,
    OUTCOMES,
    QUEUE,
    RIGHTS,
    VERBS,
    asked_of,
    path,
    queries_of,
    reviewer,
    sent,
)
from tests.companies.firm import CLAIM, all_holds, offer, registered
from tests.companies.registry import NOW, document
from tests.companies.test_cases import put

pytestmark = [pytest.mark.django_db, pytest.mark.once]

LATER = NOW + timedelta(days=8)  # the seven days of the sitting MASTER are over
REASON = "서류를 확인했습니다."
KINDS = tuple(kind for kind in CaseKind if kind != CaseKind.REGISTRATION)
OF_KIND = {
    CaseKind.MASTER_CHANGE: ("approve", "request-correction", "reject"),
    CaseKind.COMPANY_EDIT: ("approve", "request-correction", "reject"),
    CaseKind.DISPUTE: OUTCOMES,
}
AFTER = {
    "approve": CaseState.APPROVED,
    "request-correction": CaseState.CORRECTION,
    "reject": CaseState.REJECTED,
    "keep-registration": CaseState.REJECTED,
    "change-master": CaseState.APPROVED,
    "cancel-registration": CaseState.APPROVED,
}


@pytest.fixture
def clock(frozen):
    return frozen(LATER)


@pytest.fixture
def person(clock) -> User:
    return reviewer(username="reviewer1", name="박심사")


@pytest.fixture
def desk(client, login, person) -> Client:
    """The browser of a reviewer, a week after everything was asked."""
    return login(person)


@pytest.fixture
def company(bureau) -> Company:
    """A company that the registry's word registered."""
    return registered(bureau)[0]


@pytest.fixture
def master(company) -> User:
    return membership.master_of(company)


@pytest.fixture
def full(company) -> User:
    return make.member_of_type("FULL", at=company, username="fullone", name="정회원")


@pytest.fixture
def case_of(company, full):
    """A case of this kind about the company, which the 정회원 asks for: ``case_of(kind)``."""
    return lambda kind, **fields: asked_of(company, kind, full, **fields)


def state_of(case: Case) -> CaseState:
    return CaseState(Case.objects.get(pk=case.pk).state)


def said(response: object) -> list[str]:
    return [str(message) for message in get_messages(response.wsgi_request)]


def decide(client: Client, case: Case, verb: str, **fields: object):
    """Press the button with all that it asks for."""
    needs_none = verb == "approve" and case.kind != CaseKind.MASTER_CHANGE
    typed = {"seen": cases.version(case), "reason": "" if needs_none else REASON}
    if verb == "change-master":
        live = membership.live_members(case.company).exclude(role=Role.MASTER).first()
        typed |= {"new_master": live.pk if live else "", "former": "FULL"}
    if verb == "cancel-registration":
        typed["sure"] = "on"
    return client.post(path(case, verb), typed | fields)


# --- Every kind, every verb, every state ----------------------------------------------------------------------------


@pytest.mark.parametrize("state", CaseState)
@pytest.mark.parametrize(("kind", "verb"), [(kind, verb) for kind in KINDS for verb in OF_KIND[kind]])
def test_d3_every_button_of_every_kind_in_every_state(desk, case_of, kind, verb, state):
    """§D3, §D7, §D8: what is over stays as it is, and the page says so."""
    if kind == CaseKind.DISPUTE and state == CaseState.CORRECTION:
        return  # a dispute is never sent back
    case = put(case_of(kind), state)
    before = case.events.count()

    answer = decide(desk, case, verb)

    allowed = state == CaseState.RECEIVED or (state == CaseState.CORRECTION and verb != "request-correction")
    assert state_of(case) == (AFTER[verb] if allowed else state)
    assert answer.status_code == (302 if allowed else 200)
    assert case.events.count() == before + allowed
    if not allowed:
        assert len(said(answer)) == 1
        assertContains(answer, case.state_words)
    else:
        assert all_holds()


@pytest.mark.parametrize(
    ("kind", "verb"), [(kind, verb) for kind in KINDS for verb in DECISIONS if verb not in OF_KIND[kind]]
)
def test_d8_a_verb_of_another_kind_is_not_found_and_does_nothing(desk, case_of, kind, verb):
    """§D3, §D8: a dispute has three outcomes and no 보완 요청, nothing else has them."""
    case = case_of(kind)
    before = case.events.count()

    assert decide(desk, case, verb).status_code == 404
    assertRedirects(desk.get(path(case, verb)), path(case))  # a link after a log-in
    assert (state_of(case), case.events.count()) == (CaseState.RECEIVED, before)


@pytest.mark.parametrize("verb", [*OUTCOMES, "find-member"])
def test_d8_a_registration_has_no_outcome_of_a_dispute(desk, verb):
    case = sent()
    assert desk.post(path(case, verb), {"seen": cases.version(case), "reason": REASON}).status_code == 404
    assert desk.post(f"{QUEUE}4711/{verb}/").status_code == 404
    assert state_of(case) == CaseState.RECEIVED


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("state", CaseState)
def test_d3_the_buttons_of_a_kind_stand_on_its_page_as_long_as_it_is_open(desk, case_of, kind, state):
    case = put(case_of(kind), state)
    page = desk.get(path(case))
    for verb in DECISIONS:
        stands = verb in OF_KIND[kind] and state in OPEN_STATES
        stands &= verb != "request-correction" or state == CaseState.RECEIVED
        assert (path(case, verb) in page.text) == stands
    assertContains(page, case.get_kind_display())


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("verb", ["take", "release"])
def test_d3_somebody_looks_after_a_case_of_any_kind(desk, person, case_of, kind, verb):
    case = case_of(kind)
    Case.objects.update(assignee=None if verb == "take" else person)
    assertRedirects(desk.post(path(case, verb)), path(case))
    case.refresh_from_db()
    assert case.assignee == (person if verb == "take" else None)


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("verb", ["add-fax", "add-emailed"])
def test_d3_a_paper_is_added_to_a_case_of_any_kind(desk, case_of, kind, verb, tmp_path, monkeypatch, settings):
    papers.folder_of_documents(monkeypatch, tmp_path / "documents")
    papers.temporary_folder(monkeypatch, settings, tmp_path / "temporary")
    case = case_of(kind, has_paper=False)
    sent = {"document": papers.upload(papers.pdf()), "sender": "APPLICANTS"}  # asked where there are two sides
    assertRedirects(desk.post(path(case, verb), sent), path(case))
    assert (case.documents.get().name, case.documents.get().shown_to_applicant) == ("사업자등록증.pdf", True)


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
@pytest.mark.parametrize(
    ("kind", "mark"),
    [(CaseKind.MASTER_CHANGE, "신청인에게 보이지 않음"), (CaseKind.DISPUTE, "이의신청인의 서류가 아님")],
)
def test_d11_where_there_are_two_sides_it_is_asked_whose_paper_it_is(
    desk, case_of, kind, mark, tmp_path, monkeypatch, settings
):
    """§D7, §D8, §D11: nothing is chosen beforehand; another side's is marked, and nothing can be approved on it."""
    papers.folder_of_documents(monkeypatch, tmp_path / "documents")
    papers.temporary_folder(monkeypatch, settings, tmp_path / "temporary")
    case = case_of(kind, has_paper=False)
    paper = {"document": papers.upload(papers.pdf())}
    assertContains(
        desk.post(path(case, "add-fax"), paper), "누가 보낸 서류인지 고르고", count=2
    )  # above, and beside it
    assert not case.documents.exists()

    sent = {"document": papers.upload(papers.pdf()), "sender": "OTHERS"}
    page = desk.post(path(case, "add-fax"), sent, follow=True)

    assert case.documents.get().shown_to_applicant is False
    assertContains(page, f'<strong class="desk-unshown">{mark}</strong>')
    assertContains(page, f'<span class="desk-unshown">{mark}</span>')  # in the history
    assertContains(page, 'disabled aria-describedby="closed"')


def test_d11_where_there_is_one_side_nobody_is_asked(desk, case_of):
    """§D11: a 기업정보 변경신청 and a 신규등록 신청 have the applicant alone."""
    assertNotContains(desk.get(path(case_of(CaseKind.COMPANY_EDIT))), 'name="sender"')


# --- Who may --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("kind", "verb"), [(kind, verb) for kind in KINDS for verb in OF_KIND[kind]])
def test_d3_whoever_only_looks_is_refused_in_words(client, login, clock, case_of, kind, verb):
    """§D3: before anything is said of what was not filled in."""
    case = case_of(kind)
    login(papers.staff_who_may("companies.view_case"))

    assertNotContains(client.get(path(case)), "formaction")
    for answer in (decide(client, case, verb), client.post(path(case, verb), {"seen": cases.version(case)})):
        assert said(answer) == [str(review.MayNotReview())]
    assert state_of(case) == CaseState.RECEIVED


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("who", ["applicant", "master", "member", "registered it and left", "stranger", "former"])
def test_d3_a_case_is_ones_own_for_the_page_the_rule_and_the_queue_alike(
    desk, person, company, master, full, kind, who
):
    """§D3, §D8: the same three answers, for whoever stands on either side of it."""
    member, gone = (make.member_of_type("FULL", at=company) for _each in range(2))
    ending.leave_company(gone, now=NOW)
    if who == "registered it and left":
        transfer.accept_transfer(offer(full), actor=full, now=NOW)
        ending.leave_company(master, now=NOW)
    case = asked_of(company, kind, member if who == "registered it and left" else full)
    people = {"applicant": case.applicant or full, "master": master, "member": member, "former": gone}
    person.member_account = people.get(who, master if who == "registered it and left" else make.member())
    person.save()

    is_own = who in {"applicant", "master", "member"}
    is_own |= who == "registered it and left" and kind == CaseKind.DISPUTE
    assert review.is_own(person, case) is is_own
    assert (queue.next_case(person) is None) is is_own
    assert ("formaction" in desk.get(path(case)).text) is not is_own
    assert (CLAIM.name in desk.get(QUEUE).text) is (kind == CaseKind.DISPUTE and not is_own)
    verb = OF_KIND[kind][-1]
    answer = decide(desk, case, verb)
    assert (state_of(case) == CaseState.RECEIVED) is is_own
    assert (said(answer) == [str(review.OwnCase())]) is is_own


SECRETS = (CLAIM.name, CLAIM.email, "3460-7114", CLAIM.explanation, "MASTER가 퇴사했습니다.", "새이름상사", "fax.pdf")


@pytest.mark.parametrize("state", [CaseState.RECEIVED, CaseState.REJECTED])
@pytest.mark.parametrize("kind", CaseKind)
def test_d3_the_page_of_ones_own_case_says_that_it_is_and_nothing_else(desk, person, case_of, master, kind, state):
    """§D3, §D8, §D11: of no kind, open or over; its papers are as if they were none, and the opening is logged."""
    case = put(sent() if kind == CaseKind.REGISTRATION else case_of(kind), state)
    paper = case.documents.get()
    person.member_account = case.applicant if kind == CaseKind.REGISTRATION else master
    person.save()

    for page in (desk.get(path(case) + "?registry=again"), desk.post(path(case, "take"), follow=True)):
        assertContains(page, "내용과 서류를 볼 수 없고 심사할 수 없습니다.")
        assert [word for word in (*SECRETS, str(paper.pk), "<form class") if word in page.text] == []
        assert not {"evidence", "papers", "answer", "events", "decision_form"} & page.context.keys()
    row = AccessLog.objects.first()
    assert (row.actor, row.target) == (person, f"case {case.pk}")
    assert set(AccessLog.objects.values_list("subject", flat=True)) == {case.applicant_id}
    assert desk.get(f"/documents/{paper.pk}/").status_code == 404
    assert set(AccessLog.objects.values_list("action", flat=True)) == {AccessLog.Action.OPENED_CASE}


@pytest.mark.parametrize("kind", KINDS)
def test_d11_each_opening_is_logged(desk, person, case_of, master, kind):
    """§D11: as the applicant's, a dispute as nobody's at the portal (§D8); and as the MASTER's who is shown too."""
    case = case_of(kind)
    assert (case.applicant is None) == (kind == CaseKind.DISPUTE)
    desk.get(path(case), REMOTE_ADDR="203.0.113.9")
    shown = [] if kind == CaseKind.COMPANY_EDIT else [master.pk]
    assert [row.subject_id for row in AccessLog.objects.order_by("pk")] == [case.applicant_id, *shown]
    told = (person.pk, AccessLog.Action.OPENED_CASE, f"case {case.pk}", "203.0.113.9")
    assert set(AccessLog.objects.values_list("actor", "action", "target", "address")) == {told}


@pytest.mark.parametrize(("kind", "verb"), [(kind, verb) for kind in KINDS for verb in OF_KIND[kind]])
def test_d3_the_second_is_told_who_decided_and_keeps_what_was_typed(desk, case_of, kind, verb):
    case = case_of(kind)
    seen, first = cases.version(case), reviewer(name="이먼저")
    Case.objects.filter(pk=case.pk).update(state="REJECTED", reason="다릅니다.", decider=first, closed_at=LATER)

    answer = decide(desk, case, verb, seen=seen, reason="오래 쓴 사유")

    if not (kind == CaseKind.COMPANY_EDIT and verb == "approve"):  # which has no reason
        assert said(answer) == ["이먼저 님이 이미 처리한 신청입니다. 지금 상태: 반려"]
        assertContains(answer, "보내지 않은 사유")
    assertContains(answer, "오래 쓴 사유</textarea>")


@pytest.mark.parametrize(("kind", "verb"), [(kind, verb) for kind in KINDS for verb in OF_KIND[kind]])
@pytest.mark.parametrize("seen", ["", "0", "99", "abc", "\0"])
def test_d3_only_what_was_seen_is_decided(desk, case_of, kind, verb, seen):
    case = case_of(kind)
    answer = decide(desk, case, verb, seen=seen)
    assert state_of(case) == CaseState.RECEIVED
    assertContains(answer, "확인하고 처리해 주세요." if seen in {"", "0", "99"} else "")


# --- Reasons --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "verb"),
    [(kind, verb) for kind in KINDS for verb in OF_KIND[kind] if (kind, verb) != (CaseKind.COMPANY_EDIT, "approve")],
)
def test_d3_every_decision_about_a_company_has_its_reason(desk, case_of, kind, verb):
    """§D3, §D7, §D8: an approval of a MASTER change too."""
    case = case_of(kind)
    assertContains(decide(desk, case, verb, reason=" "), str(review.ReasonMissing()))
    answer = decide(desk, case, verb, reason="가" * 1001)
    assertContains(answer, str(review.ReasonTooLong()))
    assertContains(answer, "가" * 1001)
    assert state_of(case) == CaseState.RECEIVED


def test_c6_an_approved_edit_has_no_reason(desk, case_of):
    """§C6: whoever gave one meant another button."""
    case = case_of(CaseKind.COMPANY_EDIT)
    assertContains(decide(desk, case, "approve", reason="흐립니다."), "승인할 때에는 사유를 보내지 않습니다")
    assert state_of(case) == CaseState.RECEIVED


@pytest.mark.parametrize("kind", CaseKind)
def test_d3_each_kind_offers_its_own_ready_made_reasons(desk, case_of, kind):
    case = sent() if kind == CaseKind.REGISTRATION else case_of(kind)
    page = desk.get(path(case))
    own = {key for reasons in OFFERED[kind].values() for key in reasons} - {"master_agreed"}  # who did not answer
    for key in READY_MADE:
        assert (f'value="{key}"' in page.text) == (key in own)


@pytest.mark.parametrize(
    ("answer", "days", "offered"),
    [
        ("", 1, {"master_left", "master_stays"}),
        ("", 7, {"master_left", "master_silent", "master_stays"}),
        ("OBJECTED", 7, {"master_left", "master_stays"}),
        ("AGREED", 1, {"master_left", "master_agreed"}),
    ],
)
def test_d7_no_ready_made_reason_is_untrue_of_what_the_master_answered(
    desk, clock, master, case_of, answer, days, offered
):
    """§D7: both sides read it."""
    case = case_of(CaseKind.MASTER_CHANGE)
    if answer == "OBJECTED":
        succession.object_to(case, actor=master, objection="휴가 중입니다.", now=NOW)
    elif answer:
        succession.agree(case, actor=master, password=make.PASSWORD, now=NOW)
    clock.move_to(NOW + timedelta(days=days))
    page = desk.get(path(case)).text
    about = {"master_left", "master_agreed", "master_silent", "master_stays"}
    assert {key for key in about if f'value="{key}"' in page} == offered


def test_d7_a_ready_made_reason_of_another_kind_is_no_reason(desk, case_of):
    """§D7: nor does it go out."""
    case = case_of(CaseKind.MASTER_CHANGE)
    assertContains(decide(desk, case, "approve", reason="", ready_made="closed"), str(review.ReasonMissing()))
    decide(desk, case, "approve", reason="", ready_made="master_left")
    assert Case.objects.get().reason == READY_MADE["master_left"]


# --- MASTER 변경 ----------------------------------------------------------------------------------------------------


def test_d7_the_page_says_who_asks_who_is_master_and_why(desk, clock, company, master, full, case_of):
    """§D7, §Q3: with how the MASTER is reached and was last here."""
    User.objects.filter(pk=master.pk).update(last_login=NOW - timedelta(days=400))
    page = desk.get(path(case_of(CaseKind.MASTER_CHANGE)))

    people = (full.name, "fullone", master.name, master.username, master.email, "2025.10.18.")
    asked = ("MASTER가 퇴사했습니다.", "정회원으로 남습니다.", "아직 답하지 않았습니다.", "fax.pdf")
    for words in (*people, *asked, company.name, company.representative):
        assertContains(page, words)


def test_q3_who_asks_is_named_with_place_and_role(desk, full, case_of):
    """§Q3: so that nobody has to look for them elsewhere."""
    User.objects.filter(pk=full.pk).update(department="영업부", position="과장")
    page = desk.get(path(case_of(CaseKind.MASTER_CHANGE)))
    for words in (
        "</strong> (fullone), 영업부, 과장",
        f"정회원, {date_format(localtime(make.LONG_AGO), 'DATE_FORMAT')} 관계설정",
        "(지금 결정할 수 있음)",
    ):
        assertContains(page, words)


@pytest.mark.parametrize(
    ("verb", "leaves", "words"),
    [
        ("approve", False, "승인되어 이전 MASTER {name} 님은 정회원이 되었습니다."),
        ("approve", True, "승인되어 이전 MASTER {name} 님의 관계가 해지되었습니다."),
        ("reject", True, "반려되어 MASTER를 바꾸지 않았습니다."),
    ],
)
def test_d7_a_decided_change_tells_who_was_master_and_what_became_of_them(
    desk, full, master, case_of, verb, leaves, words
):
    """§D7: in the past tense; who is MASTER now stands below."""
    case = case_of(CaseKind.MASTER_CHANGE)
    MasterChangeRequest.objects.update(master_leaves=leaves)
    decide(desk, case, verb)
    page = desk.get(path(case))
    for told in ("신청 당시 MASTER", words.format(name=master.name), full.name):
        assertContains(page, told)
    for untrue in ("결정할 수 있음", "승인하면 지금 MASTER는"):
        assertNotContains(page, untrue)


def test_d7_an_objection_that_became_an_agreement_is_an_earlier_word(desk, clock, case_of, master):
    """§D7: once answered, nobody is said to have time to object."""
    case = case_of(CaseKind.MASTER_CHANGE)
    clock.move_to(NOW + timedelta(days=1))
    succession.object_to(case, actor=master, objection="휴가 중입니다.", now=NOW)
    page = desk.get(path(case))
    assertContains(page, "MASTER가 이의를 제기했습니다. 그 전에 동의하지 않으면 2026.11.29. 09:00부터")
    for untrue in ("이의를 제기할 수 있는 기간", "앞서 낸 이의"):
        assertNotContains(page, untrue)
    succession.agree(case, actor=master, password=make.PASSWORD, now=NOW + timedelta(hours=2))
    assertContains(desk.get(path(case)), "앞서 낸 이의(2026.11.22. 09:00)")


def test_d7_the_masters_objection_is_read_in_full_and_weighed(desk, case_of, master):
    """§D7: no veto; whoever decides without having seen it is stopped."""
    case = case_of(CaseKind.MASTER_CHANGE)
    seen = cases.version(case)
    succession.object_to(case, actor=master, objection="저는 <b>휴가</b> 중입니다.", now=NOW)

    assertContains(
        decide(desk, case, "approve", seen=seen), "그사이 있었던 일: MASTER가 이의를 제기함 (2026.11.22. 09:00)"
    )
    page = desk.get(path(case))
    assertContains(page, "저는 &lt;b&gt;휴가&lt;/b&gt; 중입니다.")
    assertContains(page, MasterAnswer.OBJECTED.label)
    assert decide(desk, case, "approve").status_code == 302
    assert state_of(case) == CaseState.APPROVED


def test_d7_too_early_the_buttons_rest_and_a_correction_may_be_asked_for(desk, clock, case_of, master):
    """§D7: seven days, unless the MASTER agrees."""
    case = case_of(CaseKind.MASTER_CHANGE)
    clock.move_to(NOW + timedelta(days=1))
    page = desk.get(path(case))

    sentence = "이의를 제기할 수 있는 기간입니다. MASTER가 동의하지 않으면 2026.11.29. 09:00부터"
    assertContains(page, sentence)
    assertContains(page, 'disabled aria-describedby="too-early"', count=2)
    for verb in ("approve", "reject"):
        assert sentence in said(decide(desk, case, verb))[0]
    assert state_of(case) == CaseState.RECEIVED
    succession.agree(case, actor=master, password=make.PASSWORD, now=NOW + timedelta(days=1))
    page = desk.get(path(case))
    assertNotContains(page, "too-early")
    assertContains(page, "MASTER가 동의해 지금 결정할 수 있음")
    assert decide(desk, case, "approve").status_code == 302


def test_d7_a_correction_is_asked_for_before_the_seven_days_are_over(desk, clock, case_of):
    case = case_of(CaseKind.MASTER_CHANGE)
    clock.move_to(NOW + timedelta(days=1))
    assert decide(desk, case, "request-correction").status_code == 302
    assert state_of(case) == CaseState.CORRECTION
    assertNotContains(desk.get(path(case)), "보완 요청은 지금도")


def test_d7_offers_other_requests_and_a_dispute_are_pointed_out(desk, company, case_of):
    """§D6, §D7, §D8: what a decision would touch."""
    nominee = make.member_of_type("FULL", at=company, name="오제안")
    case = case_of(CaseKind.MASTER_CHANGE)
    assertNotContains(desk.get(path(case)), 'desk-warning"')
    transfer_offer = offer(nominee, now=LATER)
    other = asked_of(company, CaseKind.MASTER_CHANGE, make.member_of_type("ASSOCIATE", at=company))
    disputed = asked_of(company, CaseKind.DISPUTE, nominee)

    page = desk.get(path(case))
    assertContains(page, f"오제안({nominee.username}) 님에게 권한 넘기기를 제안했습니다.")
    assert transfer_offer.expires_at > LATER
    assertContains(page, path(other))
    assertContains(page, "다른 MASTER 변경신청은 끝납니다.")
    assertContains(page, "이 기업의 등록에 이의신청이 있습니다.")
    assertContains(page, path(disputed))


def test_d7_the_approved_applicant_is_master_and_the_next_case_opens(desk, company, full, master, case_of):
    """§D7: the old MASTER stays as 정회원, as was asked."""
    case, later = case_of(CaseKind.MASTER_CHANGE), sent(now=LATER)
    answer = decide(desk, case, "approve")
    assertRedirects(answer, path(later), fetch_redirect_response=False)
    assert membership.master_of(company) == full
    assert membership.live_relationship(master).role == Role.FULL
    assertContains(desk.get(path(later)), "MASTER 변경을 승인했습니다. 신청인은 이제 이 기업의 MASTER입니다.")


def test_d7_an_applicant_whom_the_master_put_out_is_still_an_applicant(desk, company, full, master, case_of):
    """§D7: an ended relationship is no veto; belonging to another company is one's own doing."""
    case = case_of(CaseKind.MASTER_CHANGE)
    place = membership.live_relationship(full)
    approval.end_relationship(place, actor=master, reason="시끄럽습니다.", bar=True, now=NOW)
    page = desk.get(path(case))
    put_out = f"신청한 뒤에 MASTER {master.name} 님이 신청인의 관계를 해지했습니다(2026.11.22. 09:00)."
    for words in (put_out, "해지 사유: 시끄럽습니다.", "승인하면 다시 관계를 맺고 MASTER가 됩니다."):
        assertContains(page, words)
    make.relationship(full, make.company("딴회사"), Role.MASTER)
    assertContains(desk.get(path(case)), "신청인은 이미 ‘딴회사’의 MASTER입니다. 승인할 수 없으니 반려해 주세요.")
    assertContains(decide(desk, case, "approve"), str(succession.ApplicantIsGone()))
    assert decide(desk, case, "reject").status_code == 302


@pytest.mark.parametrize("kind", [CaseKind.MASTER_CHANGE, CaseKind.COMPANY_EDIT])
def test_q3_without_papers_approval_is_not_open(desk, case_of, kind):
    """§Q3: nobody can have checked them."""
    case = case_of(kind, has_paper=False)
    assertContains(desk.get(path(case)), 'desk-approve" disabled aria-describedby="closed"')
    assertContains(decide(desk, case, "approve"), str(review.DocumentMissing()))
    assert state_of(case) == CaseState.RECEIVED


# --- 기업정보 변경 --------------------------------------------------------------------------------------------------


def test_c6_before_after_and_the_registry_stand_side_by_side(desk, company, case_of, bureau):
    """§C6: what differs is marked; the registry is asked when somebody asks."""
    case = case_of(CaseKind.COMPANY_EDIT)
    page = desk.get(path(case))
    assertNotContains(page, "직원이 신청했을 수 있습니다.")  # of a registered company anybody may ask
    assertContains(page, f"정회원, {date_format(localtime(make.LONG_AGO), 'DATE_FORMAT')} 관계설정")  # who asks
    assertContains(page, f"<del>{company.name}</del>")
    assertContains(page, "<ins>새이름상사</ins>")
    asked = len(bureau.asked)

    page = desk.get(path(case) + "?registry=again")

    assert bureau.asked[asked:] == [company.brn]
    assert [row.differs for row in page.context["asked"]] == [True, True]  # the registry has the old ones still
    bureau.is_down = True
    assertContains(desk.get(path(case) + "?registry=again"), "조회하지 못했습니다.")


def test_c6_an_approved_edit_changes_both_and_a_rejected_one_nothing(desk, company, full, case_of):
    case = case_of(CaseKind.COMPANY_EDIT)
    decide(desk, case, "reject")
    assert Company.objects.get().name == company.name
    again = case_of(CaseKind.COMPANY_EDIT)
    answer = decide(desk, again, "approve")
    assert "기업명과 대표자명을 신청한 대로 바꿨습니다." in said(answer)[-1]
    company.refresh_from_db()
    assert (company.name, company.representative) == ("새이름상사", "최새로")
    assertContains(desk.get(path(again)), path(case))  # an earlier one of the company


# --- 등록 이의신청 --------------------------------------------------------------------------------------------------


def test_d8_the_page_says_who_disputes_who_registered_and_when(desk, company, master, case_of):
    case = case_of(CaseKind.DISPUTE)
    page = desk.get(path(case))
    claim = (CLAIM.name, CLAIM.position, "02-3460-7114", CLAIM.email, CLAIM.explanation)
    registered_by = (master.name, master.username, company.representative, "2026.11.22. 09:00")
    assertContains(page, f"{master.name} 님, 등록한 회원과 같은 사람입니다.")
    assertContains(page, "다른 사람입니다")
    for words in (*claim, *registered_by, "MASTER 1명, 정회원 1명, 준회원 0명", "회원 2명의 관계가 모두 끝나고"):
        assertContains(page, words)
    assertNotContains(page, "보완 요청")
    assertNotContains(page, "같은 신청인")


def test_d8_without_papers_a_registration_can_only_be_kept(desk, case_of):
    """§D8: whoever holds the link sends them by fax or e-mail, if at all."""
    case = case_of(CaseKind.DISPUTE, has_paper=False)
    page = desk.get(path(case))
    assertContains(page, "이의신청인에게 팩스나 이메일로 보내 달라고 안내했습니다.")
    assertContains(page, "등록 유지는 지금도 할 수 있습니다.")
    for verb, rests in (("keep-registration", False), ("change-master", True), ("cancel-registration", True)):
        assert (f'disabled aria-describedby="closed" formaction="{path(case, verb)}"' in page.text) is rests
    assert decide(desk, case, "keep-registration").status_code == 302


def test_d8_the_registration_is_kept(desk, company, master, case_of):
    case = case_of(CaseKind.DISPUTE)
    answer = decide(desk, case, "keep-registration")
    case.refresh_from_db()
    assert (case.dispute.outcome, case.reason) == (Outcome.KEPT, REASON)
    assert membership.master_of(company) == master
    assert not dispute.is_disputed(company)
    assert "등록을 유지했습니다." in said(answer)[0]
    page = desk.get(path(case))
    assertContains(page, 'desk-state-rejected">등록 유지</span>')
    assertContains(page, "<strong>등록 유지</strong>")  # in its history
    for untrue in ("반려", "승인</strong>"):
        assertNotContains(page, untrue)


@pytest.mark.parametrize("outcome", Outcome)
def test_d8_a_decided_dispute_is_told_by_its_outcome_everywhere(desk, company, full, case_of, outcome):
    """§D8: on its page, in lists, in links, in the refusal of who comes second."""
    case = case_of(CaseKind.DISPUTE)
    verb = {"KEPT": "keep-registration", "MASTER_CHANGED": "change-master", "CANCELLED": "cancel-registration"}[outcome]
    decide(desk, case, verb)
    other = sent(brn=company.brn)
    for address in (path(case), path(other), f"{QUEUE}?queue=closed"):
        assertContains(desk.get(address), outcome.label)
    assert said(decide(desk, case, "keep-registration"))[-1].endswith(f"지금 상태: {outcome.label}")
    if outcome == Outcome.MASTER_CHANGED:
        assertContains(desk.get(path(case)), f"<dt>새 MASTER</dt><dd>{full.name}</dd>")


@pytest.mark.parametrize(("former", "becomes"), [("FULL", "FULL"), ("LEAVES", "INDIVIDUAL")])
def test_d8_another_member_becomes_master(desk, company, master, full, case_of, former, becomes):
    case = case_of(CaseKind.DISPUTE)
    assert decide(desk, case, "change-master", former=former).status_code == 302
    assert membership.master_of(company) == full
    assert membership.member_type_of(master) == becomes
    assert Case.objects.get(pk=case.pk).dispute.new_master == full
    assert all_holds()


@pytest.mark.parametrize("missing", ["new_master", "former", "reason"])
def test_d8_what_is_missing_is_said_beside_its_field_and_nothing_typed_is_lost(desk, case_of, full, missing):
    case = case_of(CaseKind.DISPUTE)
    page = decide(desk, case, "change-master", member="fullone", **{missing: ""})
    assert [*page.context["decision_form"].errors] == [missing]
    assertContains(page, 'value="fullone"')
    assertContains(page, REASON if missing != "reason" else str(review.ReasonMissing()))
    assert page.text.count(" checked") == 2 - (missing != "reason")
    assert state_of(case) == CaseState.RECEIVED


@pytest.mark.parametrize("who", ["MASTER", "of another company", "who left", "nobody", "words", "digits"])
def test_d8_only_another_member_of_the_company_becomes_master(desk, company, master, case_of, who):
    """§D8: whatever the form was made to say."""
    case, gone = case_of(CaseKind.DISPUTE), make.member_of_type("FULL", at=company)
    left = gone.relationships.get()
    ending.leave_company(gone, now=NOW)
    chosen = {
        "MASTER": membership.live_relationship(master).pk,
        "of another company": make.member_of_type("FULL").relationships.get().pk,
        "who left": left.pk,
        "nobody": 4711,
        "words": "fullone",
        "digits": "9" * 30,
    }[who]
    page = decide(desk, case, "change-master", new_master=chosen)
    assertContains(page, str(dispute.NotAMember()))
    assert membership.master_of(company) == master
    assert state_of(case) == CaseState.RECEIVED


def test_d8_a_member_is_found_by_id_and_by_name_and_nothing_is_decided(desk, company, case_of):
    """§D8: the first twenty stand there; what was typed elsewhere on the page comes back."""
    people = [make.member_of_type("ASSOCIATE", at=company) for _each in range(MOST_MEMBERS + 3)]
    case, last = case_of(CaseKind.DISPUTE), people[-1]

    def listed(page: object) -> list[str]:
        return [label for _value, label in page.context["decision_form"].fields["new_master"].choices]

    page = desk.get(path(case))
    assert len(listed(page)) == MOST_MEMBERS
    assert listed(page)[0].startswith("정회원 (fullone), 정회원")  # 정회원 come first
    assertContains(page, "회원이 더 있습니다.")
    for typed in (last.username, last.username.upper(), last.name):
        page = desk.post(path(case, "find-member"), {"member": typed, "reason": "쓰던 사유", "former": "LEAVES"})
        assert [last.username in label for label in listed(page)] == [True]
        assertContains(page, "쓰던 사유</textarea>")
        assertContains(page, 'value="LEAVES" id="id_former_1" checked')
        assertNotContains(page, "errorlist")
    assertContains(desk.post(path(case, "find-member"), {"member": "없는사람"}), "찾는 회원이 없습니다.")
    for odd in ("\0", "가" * 5000, "%", "_"):
        assert listed(desk.post(path(case, "find-member"), {"member": odd})) == [] or odd in {"\0", "가" * 5000}
    assert state_of(case) == CaseState.RECEIVED


def test_d8_a_company_with_its_master_alone_has_nobody_to_choose(desk, bureau):
    company, _master = registered(bureau)
    case = asked_of(company, CaseKind.DISPUTE, make.member())
    assertContains(desk.get(path(case)), "MASTER 말고는 회원이 없습니다.")
    assertContains(decide(desk, case, "change-master"), str(dispute.NotAMember()))
    assert state_of(case) == CaseState.RECEIVED


def test_d8_a_registration_is_cancelled_only_where_it_is_meant(desk, company, master, full, case_of):
    """§D8: everybody's relationship ends."""
    case = case_of(CaseKind.DISPUTE)
    page = decide(desk, case, "cancel-registration", sure="")
    assertContains(page, "등록을 취소하려면 확인하는 칸에 표시해 주세요.")
    assertContains(page, REASON)
    assert state_of(case) == CaseState.RECEIVED
    answer = decide(desk, case, "cancel-registration")
    assert "등록을 취소했습니다." in said(answer)[0]
    assert {membership.member_type_of(one) for one in (master, full)} == {"INDIVIDUAL"}
    assert Company.objects.get().closed_at == LATER
    assertContains(desk.get(path(case)), "등록이 끝났습니다.")
    assert all_holds()


# --- Evidence, queue ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
def test_d3_earlier_cases_and_the_same_file_are_linked(desk, company, full, case_of, kind):
    """§D3: of the number, of the applicant, of every kind; with an earlier company of the same number."""
    old = put(sent(brn=company.brn), CaseState.WITHDRAWN)
    mine = put(sent(full, name="예전상사"), CaseState.WITHDRAWN)
    case = case_of(kind)
    seen_before = sent(name="딴상사")
    document(seen_before, sha256=case.documents.get().sha256)

    found = evidence_of(case)
    assert found.earlier_of_number == [old]
    assert found.earlier_of_applicant == ([] if kind == CaseKind.DISPUTE else [mine])
    assert [paper.case for paper in found.same_files] == [seen_before]
    page = desk.get(path(case))
    for words in (path(old), path(seen_before), "같은 파일이 다른 신청에도 있습니다."):
        assertContains(page, words)
    assertContains(desk.get(path(old)), path(case))


@pytest.mark.parametrize("kind", KINDS)
def test_d3_odd_names_are_flagged_in_every_kind(desk, case_of, kind):
    case = case_of(kind)
    assertNotContains(desk.get(path(case)), "모양만 같은")
    odd = "ＡＢＣ"
    if kind == CaseKind.DISPUTE:
        type(case.dispute).objects.update(claimant_name=odd)
    elif kind == CaseKind.COMPANY_EDIT:
        type(case.company_edit).objects.update(representative=odd)
    else:
        User.objects.filter(pk=case.applicant_id).update(name=odd)
    assertContains(desk.get(path(case)), f"‘{odd}’: 모양만 같은 특수 문자")


@pytest.mark.parametrize("kind", KINDS)
def test_d3_whatever_was_typed_stays_text(desk, company, case_of, kind):
    case, script = case_of(kind), "<script>alert(1)</script>"
    Company.objects.update(name=script, representative=script)
    if kind == CaseKind.DISPUTE:
        type(case.dispute).objects.update(claimant_name=script, claimant_position=script, explanation=script)
    elif kind == CaseKind.COMPANY_EDIT:
        type(case.company_edit).objects.update(name=script, name_before=script)
    else:
        type(case.master_change).objects.update(why=script, answer="OBJECTED", answered_at=NOW, objection=script)
    for address in (path(case), QUEUE):
        assertNotContains(desk.get(address), "<script>alert")


def shown(client: Client, query: str) -> list[int]:
    return [case.pk for case in client.get(QUEUE + query).context["cl"].result_list]


def test_d3_the_queue_shows_every_kind_and_one_alone(desk, company, full):
    """§D3: with its papers' way and who asks; the view and the kind are chosen apart."""
    made = {kind: asked_of(company, kind, full) for kind in KINDS} | {CaseKind.REGISTRATION: sent()}
    back = put(asked_of(company, CaseKind.MASTER_CHANGE, make.member_of_type("ASSOCIATE", at=company)), "CORRECTION")
    page = desk.get(QUEUE)

    assert set(shown(desk, "")) == {case.pk for case in made.values()}
    for words in (f"{CLAIM.name} (이의신청인)", "팩스·이메일 · 서류 있음", '<a href="?kind=DISPUTE">등록 이의신청</a>'):
        assertContains(page, words)
    for kind, case in made.items():
        assert shown(desk, f"?kind={kind}") == [case.pk]
        assertContains(page, f"desk-kind-{kind.lower()}")
    assert shown(desk, "?kind=MASTER_CHANGE&queue=correction") == [back.pk]
    assertContains(page, "?kind=MASTER_CHANGE&amp;queue=correction")
    assert shown(desk, "?kind=nonsense") == shown(desk, "")
    chosen = desk.get(f"{QUEUE}?kind=MASTER_CHANGE&queue=correction&q=x")
    assertContains(chosen, "?queue=mine&amp;q=x&amp;kind=MASTER_CHANGE")
    assertContains(chosen, "?queue=correction&amp;q=x&amp;kind=DISPUTE")


@pytest.mark.parametrize(
    ("typed", "kind"),
    [(CLAIM.name, CaseKind.DISPUTE), ("새이름", CaseKind.COMPANY_EDIT), ("새 이름상사", CaseKind.COMPANY_EDIT)],
)
def test_d3_a_search_finds_who_disputes_and_the_new_name(desk, case_of, typed, kind):
    wanted = case_of(kind)
    sent(name="딴상사")
    assert shown(desk, f"?q={typed}") == [wanted.pk]


def test_d3_a_search_by_number_finds_every_kind(desk, company, full):
    made = {asked_of(company, kind, full).pk for kind in KINDS}
    assert set(shown(desk, f"?q={company.brn}")) == made == set(shown(desk, f"?q={company.name}"))


def test_d3_the_queue_takes_the_same_queries_for_all_kinds(desk, bureau):
    def grow() -> None:
        for kind in KINDS:
            company, _master = registered(bureau)
            asked_of(company, kind, make.member_of_type("FULL", at=company))

    grow()
    desk.get(QUEUE)
    few = queries_of(desk, QUEUE)
    grow()
    grow()
    assert queries_of(desk, QUEUE) == few <= 12


@pytest.mark.parametrize("kind", KINDS)
def test_d3_a_page_takes_the_same_queries_whatever_hangs_on_it(desk, company, full, kind):
    """§D3: members, other cases, documents, events."""
    case = asked_of(company, kind, full)

    def grow(times: int) -> None:
        for number in range(times):
            asked_of(company, CaseKind.MASTER_CHANGE, make.member_of_type("ASSOCIATE", at=company))
            document(sent(brn=company.brn), sha256=case.documents.first().sha256)
            document(case, added_by=full, sha256=f"{case.documents.count():064}")
            desk.post(path(case, "release" if number % 2 else "take"))

    grow(1)
    few = queries_of(desk, path(case))
    grow(5)
    assert queries_of(desk, path(case)) == few <= 40


def test_d3_rights_and_verbs_are_those_that_the_tests_know():
    """§D3: so that a new button does not go untested."""
    from companies.admin.decisions import VERBS as KNOWN  # noqa: PLC0415

    assert {name.replace("_", "-") for name in KNOWN} == {*VERBS, *OUTCOMES, "find-member"}
    assert "companies.review_case" in RIGHTS
