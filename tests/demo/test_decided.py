"""What the demonstration's staff decided about companies: made through the domain's verbs, once (§C6, §D7, §D8)."""

import pytest
from django.contrib.auth.models import Group
from django.utils import timezone
from post_office.models import Email

from accounts.domain.staff import SUPPORT_TEAM
from accounts.models import StubSms, User
from companies.domain import membership
from companies.models import (
    BusinessStatus,
    Case,
    CaseEvent,
    CaseKind,
    CaseState,
    MasterAnswer,
    Outcome,
    Relationship,
    RelationshipEvent,
    Role,
)
from companies.registry.stub import SCRIPT, samples
from kotra_portal.demo import decided, seeding, workplaces
from kotra_portal.demo.decided import FIRMS, PEOPLE, STORIES
from kotra_portal.desk.invariants import broken_invariants
from tests.demo.test_cases import broken, employ
from tests.pace import within

pytestmark = [pytest.mark.django_db, pytest.mark.once, pytest.mark.xdist_group("demo decided")]

NOW = timezone.now()


@pytest.fixture(scope="module")
def seeded(seeded_once):
    employ()
    return decided.seed(now=NOW)


def place_of(username: str) -> Relationship | None:
    return membership.live_relationship(User.objects.get(username=username))


def case_of(username: str, kind: CaseKind) -> Case:
    return Case.objects.get(applicant__username=username, kind=kind)


# --- What is there --------------------------------------------------------------------------------------------------


def test_every_kind_was_decided_for_and_against(seeded):
    """§D3: and one was sent back."""
    assert seeded == [*(f"member {person.username}" for person in PEOPLE), "7 stories about companies"]
    assert sorted(Case.objects.values_list("kind", "state")) == [
        ("COMPANY_EDIT", "APPROVED"), ("COMPANY_EDIT", "REJECTED"),
        ("DISPUTE", "APPROVED"), ("DISPUTE", "REJECTED"),
        ("MASTER_CHANGE", "APPROVED"), ("MASTER_CHANGE", "CORRECTION"), ("MASTER_CHANGE", "REJECTED"),
    ]  # fmt: skip
    assert CaseEvent.objects.count() == sum(1 + len(story.steps) for story in STORIES)
    assert not Case.objects.filter(documents=None).exists()
    assert not Case.objects.exclude(state=CaseState.APPROVED).filter(reason="").exists()


def test_everything_holds_and_nothing_is_of_tomorrow(seeded):
    """Members, companies and cases keep every promise; nobody is written to."""
    assert list(broken_invariants(20)) == []
    assert all(each.started_at > each.member.joined_at for each in Relationship.objects.select_related("member"))
    assert not CaseEvent.objects.filter(at__gt=NOW).exists()
    assert not RelationshipEvent.objects.filter(at__gt=NOW).exists()
    assert (Email.objects.count(), StubSms.objects.count()) == (0, 0)


def test_one_dispute_left_the_registration_and_one_ended_it(seeded):
    """§D8: the company's MASTER is so still; the other's belongs to nobody."""
    kept, cancelled = Case.objects.filter(kind=CaseKind.DISPUTE).order_by("opened_at")
    assert [case.dispute.outcome for case in (kept, cancelled)] == [Outcome.KEPT, Outcome.CANCELLED]
    assert (place_of("registrant3").company, place_of("registrant4")) == (kept.company, None)
    assert cancelled.company.closed_at == cancelled.closed_at


def test_one_master_agreed_and_one_objected(seeded):
    """§D7: who agreed is 정회원, who objected is MASTER still."""
    changed, stayed = (case_of(name, CaseKind.MASTER_CHANGE) for name in ("successor3", "successor4"))
    assert [case.master_change.answer for case in (changed, stayed)] == [MasterAnswer.AGREED, MasterAnswer.OBJECTED]
    assert [place_of(name).role for name in ("successor3", "founder2", "sitting3", "successor4")] == [
        Role.MASTER, Role.FULL, Role.MASTER, Role.FULL,
    ]  # fmt: skip


def test_one_company_has_its_new_name_and_one_the_old(seeded):
    """§C6: as the registry knows it."""
    renamed, kept = (case_of(name, CaseKind.COMPANY_EDIT) for name in ("registrant3", "successor3"))
    assert renamed.company.name == renamed.company_edit.name != samples()[renamed.brn].facts["name"]
    assert kept.company.name == samples()[kept.brn].facts["name"] != kept.company_edit.name


# --- Again ----------------------------------------------------------------------------------------------------------


def test_second_run_changes_nothing_and_is_fast(seeded):
    before = list(CaseEvent.objects.values())
    with within(1):
        assert decided.seed(now=timezone.now()) == []
    assert list(CaseEvent.objects.values()) == before


def test_nothing_is_made_without_reviewers(seeded, monkeypatch):
    """A visitor who tries out rights does not keep the demonstration from starting."""
    Group.objects.get(name=SUPPORT_TEAM).user_set.clear()
    monkeypatch.setattr(decided, "sign_up_missing", broken)
    assert decided.seed(now=NOW) == []


# --- The samples ----------------------------------------------------------------------------------------------------


def test_samples_fit_the_registry_and_the_other_stories():
    """§S12: known, going on, of no other story; everybody has a phone and an ID of their own."""
    taken = {company.brn for company in SCRIPT} | {scene.brn for scene in workplaces.SCENES}
    for firm in FIRMS:
        record = samples()[firm.brn]
        assert (record.status, bool(record.contact_email), firm.brn in taken) == (BusinessStatus.ACTIVE, True, False)
    everybody = [*PEOPLE, *workplaces.PEOPLE, *seeding.PEOPLE]
    assert len({person.identity.mobile for person in everybody}) == len(everybody)
    assert len({person.username for person in everybody}) == len(everybody)
    for story in STORIES:
        assert [step.after for step in story.steps] == sorted(step.after for step in story.steps)
        assert story.steps[-1].after < story.days * 24
