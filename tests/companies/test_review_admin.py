"""The desk for cases in the admin: who may what, every button in every state, two reviewers (§D3, §T4)."""

from datetime import timedelta

import pytest
from django.contrib.messages import get_messages
from django.test import Client
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from accounts.models import AccessLog
from companies.admin import case_page
from companies.domain import cases, correction, review
from companies.forms.reasons import READY_MADE
from companies.forms.review import OFFERED
from companies.models import OPEN_STATES, Case, CaseEvent, CaseState, Channel, Role
from tests import make
from tests.companies import papers
from tests.companies.desk import QUEUE, RIGHTS, VERBS, case_in, corrected, path, reviewer, sent
from tests.companies.registry import NOW, SOON, fax

pytestmark = [pytest.mark.django_db, pytest.mark.once]


@pytest.fixture
def person():
    return reviewer(username="reviewer1", name="박심사")


@pytest.fixture
def desk(client, login, person) -> Client:
    """The browser of a reviewer."""
    return login(person)


@pytest.fixture
def case() -> Case:
    return sent()


def state_of(case: Case) -> CaseState:
    return CaseState(Case.objects.get(pk=case.pk).state)


def said(response: object) -> list[str]:
    return [str(message) for message in get_messages(response.wsgi_request)]


def decide(client: Client, case: Case, verb: str, **fields: object):
    typed = {"seen": cases.version(case), "reason": "" if verb == "approve" else "서류를 확인했습니다."}
    return client.post(path(case, verb), typed | fields)


# --- Who may what ---------------------------------------------------------------------------------------------------

PEOPLE = {
    "nobody": (),
    "view only": ("companies.view_case",),
    "decide without view": ("companies.review_case",),
    "reviewer": RIGHTS,
    "superuser": None,
}
OPENS = {"nobody": 403, "view only": 200, "decide without view": 403, "reviewer": 200, "superuser": 200}
DECIDES = {"reviewer", "superuser"}


@pytest.mark.parametrize("who", PEOPLE)
def test_d3_who_may_see_the_queue_and_decide(who, client, login, case):
    rights = PEOPLE[who]
    login(make.staff(is_superuser=True) if rights is None else papers.staff_who_may(*rights))

    assert [client.get(address).status_code for address in (QUEUE, path(case))] == [OPENS[who]] * 2
    answer = decide(client, case, "approve")
    assert answer.status_code == (302 if who in DECIDES else OPENS[who])
    assert state_of(case) == (CaseState.APPROVED if who in DECIDES else CaseState.RECEIVED)


def test_d3_members_and_visitors_do_not_come_in(client, login, case):
    assert client.get(path(case)).url.startswith("/admin/login/")
    login(case.applicant)
    for verb in ("change", *VERBS):
        assert client.post(path(case, verb)).status_code in {302, 403}
    assert state_of(case) == CaseState.RECEIVED


def test_d3_whoever_only_looks_sees_no_buttons_and_is_refused_in_words(client, login, case):
    login(papers.staff_who_may("companies.view_case"))

    assertNotContains(client.get(path(case)), "formaction")
    for verb in ("approve", "request-correction", "reject"):
        assert said(decide(client, case, verb)) == [str(review.MayNotReview())]
    for verb in ("take", "release"):
        assertRedirects(client.post(path(case, verb)), path(case))
    assert state_of(case) == CaseState.RECEIVED
    assert Case.objects.get().assignee is None


def test_d3_nobody_decides_their_own_case(desk, person, case):
    person.member_account = case.applicant
    person.save()

    page = desk.get(path(case))
    assertContains(page, "본인이나 본인이 속한 기업의 신청이라 내용과 서류를 볼 수 없고")
    assertNotContains(page, "formaction")
    for verb in ("approve", "request-correction", "reject"):
        assert said(decide(desk, case, verb)) == [str(review.OwnCase())]
    assert state_of(case) == CaseState.RECEIVED


@pytest.mark.parametrize("address", ["add/", "{pk}/delete/"])
def test_d3_nothing_is_added_or_deleted_by_superusers_either(address, client, login, case):
    login(make.staff(is_superuser=True))

    assert client.get(QUEUE + address.format(pk=case.pk)).status_code == 403
    assert client.post(QUEUE + address.format(pk=case.pk), {"post": "yes"}).status_code == 403
    ticked = {"action": "delete_selected", "_selected_action": case.pk, "post": "yes", "index": 0}
    client.post(QUEUE, ticked)
    assert Case.objects.filter(pk=case.pk).exists()


def test_d3_the_page_itself_takes_no_form(client, login, case):
    login(make.staff(is_superuser=True))
    other = make.staff(is_superuser=True)

    sent_form = {"state": "APPROVED", "decider": other.pk, "reason": "", "_save": "Save"}
    assert client.post(path(case), sent_form).status_code == 403
    assert state_of(case) == CaseState.RECEIVED


def test_d3_a_tampered_form_decides_nothing_else(desk, person, case):
    other = make.staff(is_superuser=True)
    fields = {"state": "REJECTED", "decider": other.pk, "applicant": person.pk, "case_id": "0", "actor": other.pk}

    decide(desk, case, "approve", **fields)

    case = Case.objects.get()
    assert (case.state, case.decider, case.reason) == (CaseState.APPROVED, person, "")


@pytest.mark.parametrize("seen", ["", "0", "-1", "99", "abc", "1" * 30, "\0"])
def test_d3_what_was_seen_is_believed_only_when_it_is_so(desk, case, seen):
    answer = decide(desk, case, "approve", seen=seen)

    assert said(answer) == [str(review.ChangedMeanwhile())]
    assert state_of(case) == CaseState.RECEIVED


@pytest.mark.parametrize("verb", VERBS)
def test_d3_a_case_that_does_not_exist_is_not_found(desk, verb):
    assert desk.post(f"{QUEUE}4711/{verb}/").status_code == 404
    assert desk.get(f"{QUEUE}4711/change/").status_code == 302


@pytest.mark.parametrize("verb", VERBS)
def test_d3_a_link_to_a_button_leads_to_the_page(desk, case, verb):
    """After a log-in in between, for one."""
    assertRedirects(desk.get(path(case, verb)), path(case))
    assert state_of(case) == CaseState.RECEIVED


# --- Every button in every state ------------------------------------------------------------------------------------

AFTER = {
    ("approve", CaseState.RECEIVED): CaseState.APPROVED,
    ("approve", CaseState.CORRECTION): CaseState.APPROVED,
    ("reject", CaseState.RECEIVED): CaseState.REJECTED,
    ("reject", CaseState.CORRECTION): CaseState.REJECTED,
    ("request-correction", CaseState.RECEIVED): CaseState.CORRECTION,
}


@pytest.mark.parametrize("state", CaseState)
@pytest.mark.parametrize("verb", ["approve", "request-correction", "reject"])
def test_d3_every_button_in_every_state(desk, verb, state):
    case = case_in(state)
    before = case.events.count()

    answer = decide(desk, case, verb)

    allowed = (verb, state) in AFTER
    assert state_of(case) == AFTER.get((verb, state), state)
    assert answer.status_code == (302 if allowed else 200)
    assert case.events.count() == before + allowed
    if not allowed:  # in words, on the page itself, with the state as it is
        assert len(said(answer)) == 1
        assertContains(answer, case.get_state_display())


@pytest.mark.parametrize("state", CaseState)
def test_d3_buttons_stand_on_the_page_as_long_as_they_work(desk, state):
    page = desk.get(path(case_in(state)))

    assert ("request-correction/" in page.text) == (state == CaseState.RECEIVED)
    assert ("reject/" in page.text) == ("add-fax/" in page.text) == (state in OPEN_STATES)


@pytest.mark.parametrize("state", CaseState)
@pytest.mark.parametrize("verb", ["take", "release"])
def test_d3_an_open_case_is_looked_after_by_somebody(desk, person, verb, state):
    case = case_in(state)
    Case.objects.filter(pk=case.pk).update(assignee=None if verb == "take" else person)

    desk.post(path(case, verb))

    case.refresh_from_db()
    changed = state in OPEN_STATES
    assert (case.assignee == person) == (changed if verb == "take" else not changed)
    assert case.events.filter(kind=CaseEvent.Kind.ASSIGNED).count() == changed


@pytest.mark.parametrize("verb", ["approve", "reject", "request-correction"])
def test_d3_a_decision_leads_to_whoever_waits_next_longest(desk, verb):
    """From the middle of the queue on, not back to its head."""
    _first, second, third = (sent(now=NOW + timedelta(minutes=minutes)) for minutes in range(3))

    assertRedirects(decide(desk, second, verb), path(third), fetch_redirect_response=False)


def test_d3_what_is_sent_while_the_page_is_made_is_not_seen(desk, case, monkeypatch):
    """The page is of one moment: nobody approves facts that came after what it shows."""
    papers_of = case_page._papers

    def meanwhile(*args):
        monkeypatch.setattr(case_page, "_papers", papers_of)
        facts = {"name": "바꿔친상사"}
        correction.correct_request(case, facts, Channel.FAX, actor=case.applicant, now=SOON)
        return papers_of(*args)

    monkeypatch.setattr(case_page, "_papers", meanwhile)
    page = desk.get(path(case))

    desk.post(path(case, "approve"), {"seen": page.context["seen"], "reason": ""})

    assert state_of(case) == CaseState.RECEIVED


def test_t4_approval_makes_the_applicant_master_and_leads_on(desk, case):
    """§T4: and the practised reviewer finds the next case at once."""
    later = sent(now=SOON)

    answer = decide(desk, case, "approve")

    assertRedirects(answer, path(later), fetch_redirect_response=False)
    assert case.applicant.relationships.get().role == Role.MASTER
    page = desk.get(path(later))
    assertContains(page, f'<a href="{path(case)}">‘민국상사’(접수번호 {case.pk})</a> 신청을 승인했습니다.')
    assertContains(page, "신청인은 이 기업의 MASTER입니다.")
    assertContains(page, f'이어서 다음 신청입니다. <a href="{QUEUE}">심사 대기열로 가기</a>')


@pytest.mark.parametrize("verb", ["approve", "request-correction", "reject"])
def test_d3_what_was_done_names_the_company_and_leads_to_the_case(desk, verb):
    """§D3: whatever its name holds."""
    case = sent(name="<b>상사")
    answer = decide(desk, case, verb)
    assert f'<a href="{path(case)}">‘&lt;b&gt;상사’(접수번호 {case.pk})</a>' in said(answer)[0]


@pytest.mark.parametrize("state", OPEN_STATES)
def test_t4_without_a_document_approval_is_not_open_and_the_page_says_why(desk, state):
    """§T4, §S12: a button that was open on an older page is refused, with what to do."""
    case = case_in(state, has_paper=False)
    page = desk.get(path(case))

    assertContains(page, "서류가 없어 아직 승인할 수 없습니다.")
    assertContains(page, 'desk-approve" disabled aria-describedby="closed"')
    assertContains(decide(desk, case, "approve"), str(review.DocumentMissing()))
    assert state_of(case) == state
    fax(case)
    assertNotContains(desk.get(path(case)), "승인할 수 없습니다")
    assert decide(desk, case, "approve").status_code == 302


def test_d4_an_approval_says_which_other_requests_it_settled(desk, case):
    """§D4: by number, so that nobody looks for them in the queue."""
    others = [sent(brn=case.brn), sent(brn=case.brn)]
    alone = decide(desk, sent(name="딴상사"), "approve")
    assert "다른 신청" not in said(alone)[-1]

    answer = decide(desk, case, "approve")

    numbers = f"{others[0].pk}, {others[1].pk}"
    assert f"같은 번호의 다른 신청 2건(접수번호 {numbers})은 준회원으로 연결했습니다." in said(answer)[-1]
    assert {state_of(other) for other in others} == {CaseState.SETTLED}
    for decided in (case, others[0]):
        page = desk.get(path(decided)).text
        assert f"<strong>등록된 기업</strong> {case.company_name}" in page
        assert (f'"{path(case)}">접수번호 {case.pk}</a></p>' in page) == (decided != case)
        assert "서류가 아직 없습니다" not in page


def test_d3_after_the_last_case_the_queue_is_shown(desk, case):
    assertRedirects(decide(desk, case, "approve"), QUEUE)


@pytest.mark.parametrize("verb", ["request-correction", "reject"])
def test_d3_a_reason_is_asked_for_and_nothing_is_lost(desk, case, verb):
    answer = decide(desk, case, verb, reason="   ")
    assertContains(answer, str(review.ReasonMissing()))
    too_long = "가" * 1001
    answer = decide(desk, case, verb, reason=too_long)
    assertContains(answer, str(review.ReasonTooLong()))
    assertContains(answer, too_long)
    assert state_of(case) == CaseState.RECEIVED


@pytest.mark.parametrize(("verb", "ready_made"), [("request-correction", "unreadable"), ("reject", "nobody")])
def test_d3_a_ready_made_reason_goes_out_as_it_stands(desk, case, verb, ready_made):
    decide(desk, case, verb, ready_made=ready_made, reason="")
    assert Case.objects.get().reason == READY_MADE[ready_made]


def test_d3_a_typed_reason_is_taken_as_it_was_typed(desk, case):
    decide(desk, case, "reject", ready_made="nobody", reason="다른 사유입니다.")
    assert Case.objects.get().reason == "다른 사유입니다."


@pytest.mark.parametrize(
    ("verb", "ready_made", "button"), [("request-correction", "nobody", "반려"), ("reject", "missing", "보완 요청")]
)
def test_d3_a_ready_made_reason_goes_out_by_its_own_button(desk, case, verb, ready_made, button):
    """§D3: chosen, or standing in the text as the script puts it there; what was changed by hand goes out."""
    sentence = READY_MADE[ready_made]
    for typed in ("", f" {sentence}\n"):
        page = decide(desk, case, verb, ready_made=ready_made, reason=typed)
        said = f"이 사유는 ‘{button}’에 쓰는 문장입니다."
        assert page.context["decision_form"].errors["ready_made"][0].startswith(said)
        assert state_of(case) == CaseState.RECEIVED
    decide(desk, case, verb, ready_made=ready_made, reason=f"{sentence} 고맙습니다.")
    assert Case.objects.get().reason == f"{sentence} 고맙습니다."


def test_d3_ready_made_reasons_fit_a_reason():
    offered = [key for groups in OFFERED.values() for reasons in groups.values() for key in reasons]
    assert set(offered) == {*READY_MADE}
    assert all(len(sentence) <= review.LONGEST_REASON for sentence in READY_MADE.values())


# --- Two reviewers, and an applicant who does not sleep -------------------------------------------------------------


def test_d3_the_later_of_two_reviewers_is_told_who_decided(desk, case):
    first = reviewer(username="reviewer2", name="이먼저")
    seen = cases.version(case)
    review.reject_registration(case, actor=first, seen=seen, reason="다른 기업입니다.", now=SOON)

    answer = decide(desk, case, "approve", seen=seen)

    assert said(answer) == ["이먼저 님이 이미 처리한 신청입니다. 지금 상태: 반려"]
    assert state_of(case) == CaseState.REJECTED


@pytest.mark.parametrize("verb", ["request-correction", "reject"])
def test_d3_the_reason_of_who_comes_second_is_kept_to_be_copied(desk, case, verb):
    """§D3: it went nowhere; a page that was only opened has nothing to copy."""
    seen = cases.version(case)
    review.reject_registration(case, actor=reviewer(), seen=seen, reason="다른 기업입니다.", now=SOON)

    answer = decide(desk, case, verb, seen=seen, reason="길게 쓴 까닭 <b>")
    chosen = decide(desk, case, verb, seen=seen, reason="", ready_made="nobody")

    assertContains(answer, "보내지 않은 사유")
    assertContains(answer, ">길게 쓴 까닭 &lt;b&gt;</textarea>")
    assertContains(chosen, f">{READY_MADE['nobody']}</textarea>")
    assertNotContains(decide(desk, case, "approve", seen=seen), "보내지 않은 사유")
    assertNotContains(desk.get(path(case)), "보내지 않은 사유")


@pytest.mark.parametrize("verb", ["take", "release", "assign"])
def test_d3_a_reason_that_was_begun_comes_back_after_another_button(desk, person, case, verb):
    """§D3: for this case alone, until it is decided."""
    begun = {"reason": "아직 쓰는 <중>", "ready_made": "different", "assignee": person.pk}
    assertRedirects(desk.post(path(case, verb), begun), path(case), fetch_redirect_response=False)

    page = desk.get(path(case))
    assertContains(page, "아직 쓰는 &lt;중&gt;</textarea>")
    assert page.context["decision_form"]["ready_made"].value() == "different"
    assertNotContains(desk.get(path(sent())), "아직 쓰는")
    decide(desk, case, "request-correction")
    assertNotContains(desk.get(path(case)), "아직 쓰는")


def test_d3_what_the_applicant_sent_meanwhile_is_looked_at_first(desk, case):
    seen = cases.version(case)
    corrected(case, name="고친상사")

    answer = decide(desk, case, "reject", seen=seen)

    since = "그사이 있었던 일: 신청인이 다시 보냄 (2026.11.22. 09:01)"
    assert said(answer) == [f"{review.ChangedMeanwhile()} {since}"]
    assertContains(answer, "고친상사")
    assertContains(answer, "서류를 확인했습니다.")  # what was typed
    assertContains(answer, f'name="seen" value="{cases.version(case)}"')  # and now it was seen


# --- Who looks after it ---------------------------------------------------------------------------------------------


def test_d3_a_case_is_given_to_another_reviewer(desk, case):
    other = reviewer(username="reviewer2", name="이다른")
    assertContains(desk.get(path(case)), "이다른 (reviewer2)")

    assertRedirects(desk.post(path(case, "assign"), {"assignee": other.pk}), path(case))

    assert Case.objects.get().assignee == other
    assertContains(desk.get(path(case)), "이다른 님에게 맡김")


def test_d3_only_reviewers_are_offered_and_taken(desk, case):
    outsiders = [make.staff(), papers.staff_who_may("companies.view_case"), case.applicant, reviewer(is_active=False)]
    for outsider in outsiders:
        assertContains(desk.post(path(case, "assign"), {"assignee": outsider.pk}), "심사할 수 있는 담당자가 아닙니다")
    assertContains(desk.post(path(case, "assign"), {"assignee": ""}), "맡길 담당자를 선택해 주세요.")
    assert Case.objects.get().assignee is None


def test_d3_a_case_is_not_given_to_whose_own_it_is(desk, case):
    own = reviewer(member_account=case.applicant)
    desk.post(path(case, "assign"), {"assignee": own.pk})
    assert Case.objects.get().assignee is None


def test_d3_bulk_actions_are_the_same_verb_with_its_refusals(desk, person):
    open_one, closed = sent(), case_in(CaseState.WITHDRAWN)
    ticked = {"action": "take_cases", "_selected_action": [open_one.pk, closed.pk], "index": 0}

    answer = desk.post(f"{QUEUE}?queue=all", ticked)

    assert Case.objects.get(pk=open_one.pk).assignee == person
    assert Case.objects.get(pk=closed.pk).assignee is None
    refusal = str(review.NotWaiting(state=closed.get_state_display()))
    assert said(answer) == [f"접수번호 {closed.pk}: {refusal}", "1건을 맡았습니다."]

    desk.post(QUEUE, {"action": "release_cases", "_selected_action": [open_one.pk], "index": 0})
    assert Case.objects.get(pk=open_one.pk).assignee is None


def test_d3_many_at_once_take_no_colleagues_case_away(desk, person):
    """§D3: the case is named, with who holds it; on its own page it can still be taken."""
    colleague = reviewer(username="reviewer2", name="이고객")
    free, held = sent(), sent()
    Case.objects.filter(pk=held.pk).update(assignee=colleague)

    answer = desk.post(QUEUE, {"action": "take_cases", "_selected_action": [free.pk, held.pk], "index": 0})

    refusal = f"접수번호 {held.pk}: 이고객 님이 담당하고 있어 그대로 두었습니다."
    assert [line.startswith(refusal) for line in said(answer)] == [True, False]
    assert [Case.objects.get(pk=case.pk).assignee for case in (free, held)] == [person, colleague]
    desk.post(path(held, "take"))
    assert Case.objects.get(pk=held.pk).assignee == person


def test_d3_there_are_no_other_bulk_actions(desk, case):
    choices = [name for name, _title in desk.get(QUEUE).context["action_form"].fields["action"].choices]
    assert choices == ["", "take_cases", "release_cases"]


def test_d3_whoever_only_looks_has_no_bulk_action(client, login, case):
    login(papers.staff_who_may("companies.view_case"))
    client.post(QUEUE, {"action": "take_cases", "_selected_action": [case.pk], "index": 0})
    assert Case.objects.get().assignee is None


# --- The log --------------------------------------------------------------------------------------------------------


def test_d11_each_opening_of_a_case_is_logged(desk, person, case):
    desk.get(path(case), REMOTE_ADDR="203.0.113.9")

    row = AccessLog.objects.get()
    assert (row.actor, row.action, row.subject) == (person, AccessLog.Action.OPENED_CASE, case.applicant)
    assert (row.target, row.address) == (f"case {case.pk}", "203.0.113.9")
    decide(desk, case, "reject", reason="")  # the page comes back: opened again
    assert AccessLog.objects.count() == 2


def test_d11_whoever_may_not_see_a_case_leaves_no_opening(client, login, case):
    login(papers.staff_who_may("companies.review_case"))
    client.get(path(case))
    assert AccessLog.objects.count() == 0


@pytest.mark.parametrize("given", [{"reason": "등록증이 흐립니다."}, {"ready_made": next(iter(READY_MADE))}])
def test_t4_an_approval_with_a_reason_is_asked_about(desk, case, given):
    """§T4: whoever gave a reason meant another button; what was typed is still there."""
    page = decide(desk, case, "approve", **given)

    assert Case.objects.get().state == CaseState.RECEIVED
    assertContains(page, "승인할 때에는 사유를 보내지 않습니다")
    assertContains(page, given.get("reason", given.get("ready_made")))
