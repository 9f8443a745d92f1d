"""보완: the applicant corrects the request that is open; what was sent before stays in its history (§D3)."""

from datetime import timedelta

import pytest
from post_office.models import Email

from accounts.models import User
from companies.domain import cases, correction, correction_draft, documents, membership, registration, review
from companies.domain.registration import CertificateMissing
from companies.models import (
    FACTS,
    OPEN_STATES,
    Case,
    CaseState,
    Channel,
    CorrectionDraft,
    RegistrationRequest,
    RegistrationRound,
)
from kotra_portal.desk.invariants import broken_invariants
from tests import make
from tests.companies import papers
from tests.companies.registry import NOW, SOON, TOMORROW, document, fax, request
from tests.companies.test_cases import put
from tests.companies.test_company_page import WHOLE
from tests.companies.test_review import LATER, REASON, approve, kinds, reject, reviewer, send_back

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("bureau")]

CHANGES = {"name": "민국무역", "opened_on": None, "employees": 12}


def correct(
    case: Case,
    changes: dict[str, object] = CHANGES,
    by: Channel = Channel.EMAIL,
    actor: User | None = None,
    now: object = SOON,
) -> Case:
    return correction.correct_request(case, changes, by, actor=actor or case.applicant, now=now)


def facts_of(row: RegistrationRequest | RegistrationRound) -> dict[str, object]:
    return {name: getattr(row, name) for name in FACTS}


def asked_for(case: Case) -> RegistrationRequest:
    return RegistrationRequest.objects.get(case=case)


@pytest.fixture
def folder(tmp_path, monkeypatch):
    return papers.folder_of_documents(monkeypatch, tmp_path / "documents")


@pytest.fixture
def case():
    """A request with every fact, the certificate to come by fax."""
    case = request(make.member(), has_paper=False)
    RegistrationRequest.objects.filter(case=case).update(**WHOLE)
    return Case.objects.get()


def test_a_correction_replaces_what_was_typed_anew_and_keeps_the_rest(case):
    """§D3: the facts that are given, and the certificate's way; number and registry's answer stay (§D9)."""
    before = asked_for(case)

    correct(case)

    after = asked_for(case)
    assert facts_of(after) == facts_of(before) | CHANGES
    assert after.certificate_by == Channel.EMAIL
    assert (after.brn, after.registry_answer) == (before.brn, before.registry_answer)


def test_the_number_is_not_corrected(case):
    """§D9: another number is another request; nor anything else that is no fact."""
    before = asked_for(case)

    correct(case, CHANGES | {"brn": make.brn(), "registry_answer": "KNOWN", "case_id": 0})

    after = asked_for(case)
    assert (after.brn, after.registry_answer, Case.objects.count()) == (before.brn, before.registry_answer, 1)


def test_what_was_sent_before_is_a_round_of_the_case(case):
    """§D3: with when it was sent, and why it came back."""
    before = facts_of(asked_for(case))
    send_back(case)

    correct(case, now=LATER + timedelta(hours=1))

    row = RegistrationRound.objects.get()
    assert facts_of(row) == before
    assert (row.case, row.number, row.sent_at) == (case, 1, NOW)
    assert (row.certificate_by, row.reason) == (Channel.FAX, REASON)


def test_each_round_is_kept_in_its_order(case):
    """§D3: sent back twice, and corrected once more unasked."""
    for number, reason in enumerate(["흐립니다.", "다른 기업입니다.", ""], start=1):
        if reason:
            send_back(case, reason=reason)
        correct(case, {"name": f"상호 {number}"}, now=LATER + timedelta(hours=number))

    rounds = [(row.number, row.name, row.reason, row.sent_at) for row in RegistrationRound.objects.all()]
    hours = timedelta(hours=1)
    assert rounds == [
        (1, WHOLE["name"], "흐립니다.", NOW),
        (2, "상호 1", "다른 기업입니다.", LATER + hours),
        (3, "상호 2", "", LATER + 2 * hours),
    ]
    assert (asked_for(case).name, cases.sent_at(case)) == ("상호 3", LATER + 3 * hours)


def test_what_came_back_waits_for_staff_again(case):
    """§D3: since the correction; nothing is decided, the reason is the round's now, and the applicant is mailed."""
    send_back(case)
    told = Email.objects.count()

    correct(case, now=LATER + timedelta(hours=1))

    case.refresh_from_db()
    assert (case.state, case.reason) == (CaseState.RECEIVED, "")
    assert case.waiting_since == LATER + timedelta(hours=1)
    assert (case.opened_at, case.closed_at, case.decider) == (NOW, None, None)
    assert kinds(case)[1:] == [("CORRECTED", case.applicant)]
    assert [mail.to for mail in Email.objects.order_by("pk")[told:]] == [[case.applicant.email]]
    assert list(broken_invariants(20)) == []


def test_who_corrects_unasked_keeps_the_place_in_the_queue(case):
    """§D3: it waited since it was sent."""
    correct(case)

    case.refresh_from_db()
    assert (case.state, case.waiting_since) == (CaseState.RECEIVED, NOW)
    assert kinds(case) == [("CORRECTED", case.applicant)]


def test_who_looks_after_it_stays_who_it_was(case):
    """§D3: the reviewer who sent it back gets it again."""
    actor = send_back(case).events.last().actor
    review.assign(case, actor=actor, assignee=actor, now=LATER)

    correct(case)

    case.refresh_from_db()
    assert case.assignee == actor


# --- Nothing new ----------------------------------------------------------------------------------------------------

SAME = (WHOLE, Channel.FAX)


def nothing_is_sent(case: Case, refusal: type[correction.NothingChanged]) -> None:
    """Show that what is unchanged is refused, and changes nothing either."""
    before, told = kinds(case), Email.objects.count()
    state = Case.objects.get().state
    with pytest.raises(correction.NothingChanged) as refused:
        correct(case, *SAME)
    assert type(refused.value) is refusal
    assert (RegistrationRound.objects.count(), kinds(case), Email.objects.count()) == (0, before, told)
    assert Case.objects.get().state == state


def test_what_came_back_is_not_sent_again_as_it_was(case):
    """§D3: something has to have changed since."""
    nothing_is_sent(send_back(case), correction.NothingChanged)


def test_what_waits_already_is_not_sent_again_as_it_is(case):
    """§D3: that it waits is said."""
    nothing_is_sent(case, correction.WaitsAsItIs)


def add_paper(case: Case, by: str) -> None:
    content = papers.upload(papers.pdf())
    if by == "applicant":
        documents.add_to_case(case, content, actor=case.applicant, now=LATER)
    else:
        documents.add_paper(case, content, Channel.FAX, actor=reviewer(), now=LATER)


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize("by", ["applicant", "staff"])
@pytest.mark.parametrize("is_sent_back", [True, False])
def test_a_paper_since_then_is_a_change(case, is_sent_back, by):
    """§D3: whoever added it; sent once, it is none any more."""
    if is_sent_back:
        send_back(case)
    add_paper(case, by)

    correct(case, *SAME)

    assert (RegistrationRound.objects.get().number, Case.objects.get().state) == (1, CaseState.RECEIVED)
    with pytest.raises(correction.WaitsAsItIs):
        correct(case, *SAME)


@pytest.mark.usefixtures("folder")
def test_a_paper_from_before_it_was_sent_back_is_no_change(case):
    """§D3: staff had it when they asked for more."""
    add_paper(case, "applicant")
    nothing_is_sent(send_back(case), correction.NothingChanged)


@pytest.mark.parametrize("state", OPEN_STATES)
def test_a_certificate_that_is_attached_must_be_there(case, state):
    """§S12: said before anything is kept."""
    put(case, state)

    with pytest.raises(CertificateMissing):
        correct(case, by=Channel.UPLOAD)
    assert (RegistrationRound.objects.count(), asked_for(case).name) == (0, WHOLE["name"])

    document(case)
    correct(case, by=Channel.UPLOAD)
    assert asked_for(case).certificate_by == Channel.UPLOAD


@pytest.mark.parametrize("state", CaseState)
def test_nobody_corrects_somebody_elses_request(case, state):
    """§D3: a bug of the caller's, who shows 404; staff do not correct either."""
    put(case, state)
    for actor in (make.member(), make.staff(is_superuser=True)):
        with pytest.raises(ValueError, match="REGISTRATION"):
            correct(case, actor=actor)

    assert (RegistrationRound.objects.count(), kinds(case)) == (0, [])


@pytest.mark.parametrize("state", [state for state in CaseState if state not in OPEN_STATES])
def test_what_is_over_is_not_corrected(case, state):
    """§D3: the state under the lock counts, whatever the page showed."""
    put(case, state)

    with pytest.raises(cases.CaseIsClosed):
        correct(case)

    assert (RegistrationRound.objects.count(), facts_of(asked_for(case))["name"]) == (0, WHOLE["name"])


# --- What is typed and not sent -------------------------------------------------------------------------------------


def keep(case: Case, actor: User | None = None) -> None:
    correction_draft.keep_typed(case, {"name": "반쯤"}, actor=actor or case.applicant, now=SOON)


ENDS = {
    "sent": correct,
    "withdrawn": lambda case: cases.withdraw_request(case, actor=case.applicant, now=LATER),
    "approved": approve,
    "rejected": reject,
    "joined elsewhere": lambda case: membership.join_company(case.applicant, make.company(), now=LATER),
}


@pytest.mark.parametrize("end", ENDS)
@pytest.mark.parametrize("state", OPEN_STATES)
def test_what_was_typed_goes_when_it_is_sent_or_the_request_is_over(case, state, end):
    """§D3: also where staff decide meanwhile; what another typed of theirs stays."""
    other = request(make.member(), has_paper=False)
    fax(put(case, state))
    for asked in (case, other):
        keep(asked)

    ENDS[end](Case.objects.get(pk=case.pk))

    assert CorrectionDraft.objects.get().case == other


def test_what_was_typed_goes_when_another_is_first(case):
    """§D4: settled as 준회원."""
    keep(case)
    make.master_of(make.company(brn=case.registration.brn))
    registration.settle_other_requests(case.registration.brn, now=LATER)
    assert (CorrectionDraft.objects.count(), Case.objects.get().state) == (0, CaseState.SETTLED)


def test_what_was_typed_stays_while_staff_ask_for_more(case):
    """§D3: nothing typed is lost; staff see nothing of it."""
    keep(case)
    send_back(case)
    assert correction_draft.draft_of(case).typed == {"name": "반쯤"}


@pytest.mark.parametrize("state", [state for state in CaseState if state not in OPEN_STATES])
def test_of_what_is_over_nothing_is_kept(case, state):
    """§D3: the state under the lock counts; a page that is still open writes nothing."""
    shown = Case.objects.get()
    put(case, state)
    with pytest.raises(cases.CaseIsClosed):
        keep(shown)
    assert CorrectionDraft.objects.count() == 0


def test_nobody_keeps_or_drops_what_somebody_else_types(case):
    """§D3: a bug of the caller's, who shows 404."""
    keep(case)
    for actor in (make.member(), make.staff(is_superuser=True)):
        with pytest.raises(ValueError, match="REGISTRATION"):
            keep(case, actor)
        with pytest.raises(ValueError, match="REGISTRATION"):
            correction_draft.forget_typed(case, actor=actor)
    assert CorrectionDraft.objects.get().case == case


def test_the_history_of_rounds_is_never_edited(case):
    """§D3: nor deleted."""
    correct(case)
    row = RegistrationRound.objects.get()

    with pytest.raises(TypeError, match="never edited"):
        row.save()
    with pytest.raises(TypeError, match="never deleted"):
        row.delete()
    with pytest.raises(TypeError):
        RegistrationRound.objects.update(reason="")


def test_corrections_of_a_request_and_day_have_a_bound():
    """§D3, §D23: each is a round that staff read, and makes what they have begun to decide unseen."""
    case = request(make.member())
    for number in range(correction.CORRECTIONS_A_DAY):
        correct(case, {"name": f"민국상사{number}"})

    with pytest.raises(correction.TooManyCorrections, match=str(correction.CORRECTIONS_A_DAY)):
        correct(case, {"name": "민국무역"}, now=TOMORROW - timedelta(microseconds=1))

    correct(case, {"name": "민국무역"}, now=TOMORROW)
    assert case.rounds.count() == correction.CORRECTIONS_A_DAY + 1


def test_a_page_shows_the_last_rounds(monkeypatch):
    """§D3: as many as can be read; all are kept."""
    monkeypatch.setattr(correction, "MOST_ROUNDS", 2)
    case = request(make.member())
    for number in range(3):
        correct(case, {"name": f"민국상사{number}"})

    assert [one.number for one in correction.latest_rounds(case)] == [2, 3]
    assert case.rounds.count() == 3
