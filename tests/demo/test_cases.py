"""The demonstration's forty requests: of every kind and state, made through the domain's verbs (§D3, §D4, §T4)."""

from collections import Counter
from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.contrib.auth.models import Group
from django.core.files.base import ContentFile
from django.utils import timezone
from post_office.models import Email

from accounts.domain.staff import SUPPORT_TEAM
from accounts.models import StubSms, User
from companies import inspection
from companies.domain import review
from companies.domain.evidence import evidence_of
from companies.models import Case, CaseEvent, CaseState, Channel, Document, Relationship, Role
from companies.numbers import is_corporation, parse_brn
from companies.oddities import oddities_of
from companies.registry import stub
from kotra_portal.demo import cases, papers
from kotra_portal.demo.cases import FIRST, SECOND, STORIES, requests
from kotra_portal.desk.invariants import broken_invariants
from tests import make
from tests.pace import within

pytestmark = [pytest.mark.django_db, pytest.mark.once, pytest.mark.xdist_group("demo cases")]

NOW = timezone.now()


def employ() -> None:
    """The two of the support team, as the seeding employs them."""
    for username in (FIRST, SECOND):
        staff = make.staff(username, email=f"{username}@example.com")
        staff.groups.add(Group.objects.get(name=SUPPORT_TEAM))


@pytest.fixture(scope="module")
def seeded(seeded_once):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(stub, "WAITS", 0)
        employ()
        yield cases.seed(now=NOW)


def of_story(story: str) -> list[Case]:
    """The cases whose story this is, as they stand in the samples."""
    usernames = [request.username for request in requests() if request.story == story]
    found = Case.objects.select_related("applicant", "registration").filter(applicant__username__in=usernames)
    return sorted(found, key=lambda case: usernames.index(case.applicant.username))


def kinds(case: Case) -> list[str]:
    return list(case.events.values_list("kind", flat=True))


# --- What is there --------------------------------------------------------------------------------------------------


def test_there_are_forty_in_every_state(seeded):
    """§D3: what waits, and what was decided."""
    assert seeded == ["39 applicants", "40 requests of theirs"]
    assert Counter(Case.objects.values_list("state", flat=True)) == {
        CaseState.RECEIVED: 24, CaseState.CORRECTION: 4, CaseState.APPROVED: 5, CaseState.REJECTED: 4,
        CaseState.WITHDRAWN: 2, CaseState.SETTLED: 1,
    }  # fmt: skip


def test_every_story_is_told_to_its_end(seeded):
    """Each step leaves one event behind."""
    told = {request.story for request in requests()}
    assert told == set(STORIES)
    steps = sum(len(STORIES[request.story]) for request in requests())
    settled = 1
    assert CaseEvent.objects.count() == len(requests()) + steps + settled


def test_everything_holds(seeded):
    """The members and cases of the demonstration keep every promise, documents with their files among them."""
    assert list(broken_invariants(20)) == []


def test_days_pass_and_nothing_happens_in_the_future(seeded):
    """§D3: from half an hour to two weeks ago, in order; members joined before they asked."""
    times = Case.objects.order_by("opened_at").values_list("opened_at", "applicant__joined_at")
    assert NOW - times.last()[0] < timedelta(hours=1)
    assert timedelta(days=10) < NOW - times.first()[0] < timedelta(days=14)
    assert all(opened > joined for opened, joined in times)
    assert not CaseEvent.objects.filter(at__gt=NOW).exists()


def test_certificates_are_of_every_format_and_way(seeded):
    """§S12: PDF, JPEG and PNG; attached, come by fax, or not come yet."""
    kept = Counter(Document.objects.values_list("content_type", "channel"))
    assert {("application/pdf", "UPLOAD"), ("image/jpeg", "UPLOAD"), ("image/png", "UPLOAD")} < set(kept)
    assert kept["image/png", "FAX"] == 3
    awaited = of_story("fax_awaited") + of_story("mail_awaited")
    assert [(case.documents.count(), case.registration.certificate_by) for case in awaited] == [
        (0, Channel.FAX), (0, Channel.FAX), (0, Channel.EMAIL),
    ]  # fmt: skip


def test_faxes_were_added_by_staff(seeded):
    """§D3: a paper that came by fax."""
    for case in of_story("fax_arrived"):
        document = case.documents.get()
        assert (document.added_by.username, document.channel, document.name) == (SECOND, "FAX", "팩스.png")


def test_corrections_have_rounds(seeded):
    """§D3: what was sent before stays in the history, and why it came back."""
    for case in of_story("corrected"):
        assert case.state == CaseState.RECEIVED
        assert kinds(case) == ["SENT", "CORRECTION_REQUESTED", "DOCUMENT_ADDED", "CORRECTED"]
        assert [(row.address_detail, row.reason) for row in case.rounds.all()] == [("2층", cases.NO_ADDRESS)]
    [twice] = of_story("corrected_twice")
    assert [row.address_detail for row in twice.rounds.all()] == ["2층", "4층"]
    assert twice.registration.address_detail == "5층"


def test_corrections_that_are_asked_for_say_why(seeded):
    """§D3: it is the applicant's turn."""
    asked = Case.objects.filter(state=CaseState.CORRECTION).values_list("reason", flat=True)
    assert set(asked) == {cases.BLURRED, cases.OTHER_NAME, cases.CUT_OFF, cases.FAX_MISSING}


def test_both_of_the_support_team_decided(seeded):
    """§D3: with a reason where it is 반려; the approved are MASTER."""
    decided = Case.objects.filter(decider__isnull=False)
    assert set(decided.values_list("decider__username", flat=True)) == {FIRST, SECOND}
    assert not decided.filter(state=CaseState.REJECTED, reason="").exists()
    masters = Relationship.objects.filter(role=Role.MASTER, ended_at=None).values_list("member", flat=True)
    approved = Case.objects.filter(state=CaseState.APPROVED).values_list("applicant", flat=True)
    assert set(masters) == set(approved)


def test_two_asked_for_one_number_and_one_became_associate(seeded):
    """§D4: another's request was approved."""
    [settled] = of_story("settled")
    relationship = Relationship.objects.get(member=settled.applicant)
    assert (relationship.role, relationship.company.brn) == (Role.ASSOCIATE, settled.registration.brn)


def test_two_open_requests_are_for_one_number(seeded):
    """§D4: a reviewer sees the other."""
    brns = Counter(Case.objects.filter(state=CaseState.RECEIVED).values_list("registration__brn", flat=True))
    [(brn, times)] = [found for found in brns.most_common() if found[1] > 1]
    assert times == 2
    case = Case.objects.filter(registration__brn=brn).first()
    assert len(evidence_of(case).open_of_others) == 1


def test_a_file_was_seen_before(seeded):
    """§D3: the certificate of a request that was rejected, handed in by somebody else."""
    [case] = of_story("same_file")
    [document] = evidence_of(case).same_files
    assert (document.case.state, document.case.registration.name) == (CaseState.REJECTED, cases.SAME_FILE_AS)


def test_some_names_are_odd(seeded):
    """§D3: written to be taken for others."""
    names = Case.objects.values_list("registration__name", flat=True)
    assert [bool(oddities_of(name)) for name in names].count(True) == 2


def test_the_registry_was_down_once(seeded):
    """§S12: said plainly."""
    assert Case.objects.get(registration__registry_answer="UNAVAILABLE").registration.brn == "2018100067"


def test_somebody_asked_again(seeded):
    """§D3: a reviewer sees the earlier case."""
    [again] = User.objects.filter(cases__state=CaseState.REJECTED).filter(cases__state=CaseState.RECEIVED)
    case = again.cases.get(state=CaseState.RECEIVED)
    assert [earlier.state for earlier in evidence_of(case).earlier_of_applicant] == [CaseState.REJECTED]


def test_cases_are_assigned_to_both(seeded):
    """§D3: some to one, some to the other, most to nobody."""
    waiting = Counter(Case.objects.filter(state=CaseState.RECEIVED).values_list("assignee__username", flat=True))
    assert set(waiting) == {FIRST, SECOND, None}


def test_nobody_finds_messages_that_they_did_not_cause(seeded):
    assert (Email.objects.count(), StubSms.objects.count()) == (0, 0)


def test_visitors_can_go_on_where_the_stories_end(seeded):
    """§D3: what waits can be decided."""
    case = of_story("corrected_twice")[0]
    moment = {"seen": cases.cases.version(case), "now": timezone.now()}
    review.approve_registration(case, actor=User.objects.get(username=SECOND), **moment)
    assert Relationship.objects.get(member=case.applicant).role == Role.MASTER


# --- Again ----------------------------------------------------------------------------------------------------------


def test_second_run_changes_nothing_and_is_fast(seeded):
    before = list(CaseEvent.objects.values())
    with within(1):
        assert cases.seed(now=timezone.now()) == []
    assert list(CaseEvent.objects.values()) == before


def test_run_that_was_broken_off_is_completed(seeded, monkeypatch):
    """The next one goes on with the step that failed."""
    known = next(request for request in requests() if request.story == "corrected_twice")
    somebody_new = replace(known, username="applicant99", name="전새롬", brn="3018100111")
    monkeypatch.setattr(cases, "requests", lambda: [somebody_new])
    with monkeypatch.context() as patch:
        patch.setattr(cases.documents, "add_to_case", broken)
        with pytest.raises(RuntimeError):
            cases.seed(now=NOW)
    case = Case.objects.get(applicant__username="applicant99")
    assert kinds(case)[-1] == "CORRECTION_REQUESTED"

    assert cases.seed(now=NOW) == ["1 requests of theirs"]

    assert kinds(case)[-2:] == ["DOCUMENT_ADDED", "CORRECTED"]
    assert case.events.count() == len(STORIES["corrected_twice"]) + 1


def broken(*_args, **_kwargs):
    raise RuntimeError


def test_nothing_is_made_without_reviewers(seeded, monkeypatch):
    """A visitor who tries out rights does not keep the demonstration from starting."""
    Group.objects.get(name=SUPPORT_TEAM).user_set.remove(User.objects.get(username=SECOND))
    monkeypatch.setattr(cases, "requests", broken)
    assert cases.seed(now=NOW) == []


# --- The samples ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("request_", requests(), ids=lambda request: f"{request.username} {request.story}")
def test_samples_fit_the_rules(request_):
    """§D9, §S11: valid numbers that the registry does not know, lists, dates; no step later than now."""
    assert parse_brn(request_.brn) == request_.brn
    assert request_.brn not in stub.samples() or request_.brn == "2018100067"
    assert date.fromisoformat(request_.opened_on) < date(2026, 11, 1)
    assert is_corporation(request_.brn) == any(word in request_.company for word in ("(주)", "주식회사", "사단법인"))
    assert all(step.after < float(request_.hours) for step in STORIES[request_.story])


def test_everybody_has_a_name_of_their_own():
    people = {(request.username, request.name, request.birth_date) for request in requests()}
    assert len(people) == len({name for _username, name, _born in people}) == 39


@pytest.mark.parametrize("kind", papers.SUFFIXES)
@pytest.mark.parametrize("look", papers.LOOKS)
def test_a_certificate_is_a_document_that_may_be_kept(kind, look):
    """§S12: whatever became of the paper."""
    paper = papers.certificate("1208200275", "KOTRA", "1962-06-21", kind=kind, look=look)
    content = paper.read()
    if kind == "PDF":
        inspection.check_pdf(content)
    else:
        assert inspection.Image.open(ContentFile(content)).format == kind
