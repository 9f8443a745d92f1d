"""What is under way in the demonstration's companies: made through the domain's verbs, once (§Q3, §D6, §D7, §D8)."""

import re
from datetime import timedelta

import pytest
from django.contrib.auth.models import Group
from django.db import transaction
from django.utils import timezone
from post_office.models import Email

from accounts.domain.staff import SUPPORT_TEAM
from accounts.models import StubSms, User
from companies.admin.automatic import is_somebody_else
from companies.domain import dispute, membership, succession
from companies.domain.dispute import automatic_registrations
from companies.domain.ending import leave_company
from companies.models import (
    BusinessStatus,
    Case,
    CaseKind,
    Company,
    OfferState,
    Relationship,
    RelationshipEvent,
    TransferOffer,
)
from companies.registry.stub import SCRIPT, samples
from kotra_portal.demo import seeding, workplaces
from kotra_portal.demo.workplaces import PEOPLE, SCENES
from kotra_portal.desk.invariants import broken_invariants
from tests import make
from tests.pace import within

pytestmark = [pytest.mark.django_db, pytest.mark.once, pytest.mark.xdist_group("demo workplaces")]

NOW = timezone.now()


def employ() -> None:
    """Who marks the suspended company."""
    staff = make.staff(workplaces.MARKER, email="support1@example.com")
    staff.groups.add(Group.objects.get(name=SUPPORT_TEAM))


@pytest.fixture(scope="module")
def seeded(seeded_once):
    employ()
    return workplaces.seed(now=NOW)


def company_of(username: str) -> Company:
    return membership.live_relationship(User.objects.get(username=username)).company


def case_of(username: str) -> Case:
    return Case.objects.get(applicant__username=username)


# --- What is there --------------------------------------------------------------------------------------------------


def test_every_scene_is_made_and_says_where_a_disputes_link_is(seeded):
    """§D8: in the inbox."""
    names = [samples()[scene.brn].facts["name"] for scene in SCENES]
    told = [" (its dispute link: /demo/inbox/)" if scene.is_told else "" for scene in SCENES]
    people = [f"member {person.username}" for person in PEOPLE]
    assert seeded == people + [f"company {name}{where}" for name, where in zip(names, told, strict=True)]


def test_everything_holds(seeded):
    """Members, companies, cases and offers keep every promise."""
    assert list(broken_invariants(20)) == []


def test_an_offer_waits_for_its_nominee(seeded):
    """§D6: six days more."""
    offer = TransferOffer.objects.get(nominee__username="nominee1", state=OfferState.OPEN)
    assert (offer.master.username, offer.expires_at - NOW) == ("offerer1", timedelta(days=6))


def test_one_master_change_can_be_answered_and_one_decided(seeded):
    """§Q3, §D7: each with its paper."""
    sitting = User.objects.get(username="sitting1")
    asked, waited = case_of("successor1"), case_of("heir1")
    assert succession.open_change_against(sitting).case == asked
    with pytest.raises(succession.TooEarly):
        succession.check_decidable(asked.master_change, now=NOW)
    succession.check_decidable(waited.master_change, now=NOW)
    assert [case.documents.count() for case in (asked, waited)] == [1, 1]


def test_a_company_edit_waits_with_its_paper(seeded):
    """§C6: name and representative."""
    case = case_of("editor1")
    assert (case.kind, case.is_open, case.documents.count()) == (CaseKind.COMPANY_EDIT, True, 1)
    assert case.company_edit.name_before == case.company.name != case.company_edit.name


def test_an_automatic_registration_is_disputed_by_somebody_elses_name(seeded):
    """§D8: the company's own representative says so; what was frozen is."""
    company = company_of("registrant1")
    case = Case.objects.get(kind=CaseKind.DISPUTE)
    assert (case.company, case.dispute.claimant_name) == (company, company.representative)
    assert dispute.is_disputed(company)


def test_links_of_disputes_can_be_read_in_the_inbox(seeded, client):
    """§D8: one dispute is raised already, the other registration may still be disputed; no other mail is there."""
    mails = Email.objects.order_by("pk")
    contacts = [samples()[scene.brn].contact_email for scene in SCENES if scene.is_told]
    assert [mail.to for mail in mails] == [[contacts[0]], [contacts[0]], [contacts[1]]]
    links = [re.search(r"https?://[^/]+(/company/dispute/\S+)", mail.message)[1] for mail in mails]
    assert [client.get(link).status_code for link in links] == [200, 200, 200]
    assert StubSms.objects.count() == 0


def test_a_company_is_suspended(seeded):
    """§D8: by staff, with what it is founded on."""
    company = company_of("resting1")
    marked = RelationshipEvent.objects.get(company=company, kind=RelationshipEvent.Kind.MARKED)
    assert (company.business_status, marked.actor.username) == (BusinessStatus.SUSPENDED, workplaces.MARKER)


def test_automatic_registrations_are_of_both_sorts(seeded):
    """§D8: in the representative's name, and in another's."""
    differs = {
        event.relationship.member.username: is_somebody_else(
            event.relationship.member.name, event.company.representative
        )
        for event in automatic_registrations()
    }
    assert {name for name, other in differs.items() if other} == {"registrant1", "registrant2"}
    assert len(differs) == len(SCENES)


def test_nothing_happens_in_the_future(seeded):
    """Members joined before they related themselves; no event is of tomorrow."""
    assert all(each.started_at > each.member.joined_at for each in Relationship.objects.select_related("member"))
    assert not RelationshipEvent.objects.filter(at__gt=NOW).exists()


# --- Again ----------------------------------------------------------------------------------------------------------


def test_second_run_changes_nothing_and_is_fast(seeded):
    with within(1):
        assert workplaces.seed(now=NOW) == []


def test_what_visitors_did_is_left_so(seeded):
    """§D1, §D9: who left stays away, and a number that a visitor registered is theirs."""
    with transaction.atomic():
        leave_company(User.objects.get(username="registrant2"), now=NOW)
        make.company(brn=SCENES[-1].brn)
        assert workplaces.seed(now=NOW) == []
        transaction.set_rollback(True)


# --- The samples ----------------------------------------------------------------------------------------------------


def test_samples_fit_the_registry_and_each_other():
    """§S12: known, going on, of no other story; everybody has a phone and a person of their own."""
    scripted = {company.brn for company in SCRIPT}
    for scene in SCENES:
        record = samples()[scene.brn]
        assert (record.status, bool(record.contact_email)) == (BusinessStatus.ACTIVE, True)
        assert scene.brn not in scripted
    everybody = [*PEOPLE, *seeding.PEOPLE]
    assert len({person.identity.mobile for person in everybody}) == len(everybody)
    assert len({person.username for person in everybody}) == len(everybody)
    assert {name for scene in SCENES for name in (scene.master, scene.other) if name} == {
        person.username for person in PEOPLE
    }
