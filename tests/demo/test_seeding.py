"""manage.py seed_demo: the demonstration's people, made through the domain's own verbs."""

from datetime import timedelta

import pytest
from django.db.models import Count
from django.utils import timezone
from post_office.models import Email

from accounts.domain.staff import SUPPORT_TEAM
from accounts.models import Consent, StubSms, User, Verification
from companies.domain.ending import leave_company
from companies.domain.membership import join_company
from companies.models import Case, Company, RegistrationDraft, Relationship, Role
from companies.numbers import is_corporation, parse_brn
from companies.registry.stub import samples
from kotra_portal.access import member_type_of
from kotra_portal.demo import companies
from kotra_portal.demo.seeding import PASSWORD, PEOPLE, SUPPORT
from kotra_portal.pages.models import Notice
from kotra_portal.permissions import MemberType
from tests import make
from tests.accounts.people import begin_signup, code_sent_to, press, scripted, typed_of
from tests.demo.command import STORY, history, seed, without_the_rest
from tests.pace import within

pytestmark = [pytest.mark.django_db, pytest.mark.once, pytest.mark.xdist_group("demo seeding")]

TYPES = {
    "individual1": MemberType.INDIVIDUAL,
    "associate1": MemberType.ASSOCIATE,
    "fullmember1": MemberType.FULL,
    "master1": MemberType.MASTER,
    "former1": MemberType.INDIVIDUAL,
    "waiting1": MemberType.INDIVIDUAL,
    "founder1": MemberType.INDIVIDUAL,
    "fullmember2": MemberType.FULL,
    "associate2": MemberType.ASSOCIATE,
    "associate3": MemberType.ASSOCIATE,
    "associate4": MemberType.ASSOCIATE,
}
MEMBERS = list(TYPES)


@pytest.fixture(scope="module", autouse=True)
def seeded(seeded_once):
    with without_the_rest():
        seed()
        yield


def test_members_and_a_staff_account_are_made():
    """individual1, associate1, fullmember1, master1 and support1, the same password for each."""
    people = {person.username: person for person in User.objects.all()}
    assert set(people) == {*MEMBERS, *SUPPORT}
    assert all(person.check_password(PASSWORD) for person in people.values())
    assert all(people[name].email_confirmed_at for name in MEMBERS)


def test_everybody_is_what_their_name_says(rf):
    """§C1, §C2: one of each type, a former member, and one whose request is looked at."""
    for name, member_type in TYPES.items():
        request = rf.get("/")
        request.user = User.objects.get(username=name)
        assert member_type_of(request) is member_type


def test_members_went_through_all_the_steps():
    """§S3: one used verification and the required consents each; the marketing one was declined."""
    used = Verification.objects.filter(consumed_at__isnull=False).values_list("member__username", flat=True)
    assert sorted(used) == sorted(MEMBERS)
    consents = Consent.objects.values_list("terms__kind", "agreed").annotate(Count("pk")).order_by("terms__kind")
    assert list(consents) == [("marketing", False, 11), ("privacy", True, 11), ("use", True, 11)]


@pytest.mark.parametrize("username", SUPPORT)
def test_staff_account_is_no_member_and_has_its_groups_rights_alone(username):
    """§D3: no verification, no sign-up; what it may do comes from 고객지원팀."""
    support = User.objects.get(username=username)
    assert (support.is_staff, support.is_superuser, support.ci_hash) == (True, False, None)
    assert [group.name for group in support.groups.all()] == [SUPPORT_TEAM]
    assert (support.user_permissions.count(), support.has_perm("companies.review_case")) == (0, True)


def test_staff_account_writes_notices(client):
    """Notices are a board that staff write."""
    client.force_login(User.objects.get(username="support1"))
    assert client.get("/admin/pages/notice/add/").status_code == 200


def test_notices_are_in_both_languages():
    """§D22: Korean and English."""
    assert [all((n.title_ko, n.title_en, n.body_ko, n.body_en)) for n in Notice.objects.all()] == [True] * 3


def test_second_run_changes_nothing_and_is_fast():
    before = list(User.objects.order_by("pk").values())
    with within(1):
        assert seed() == []
    assert list(User.objects.order_by("pk").values()) == before
    assert Notice.objects.count() == 3


def test_what_is_missing_is_made_again():
    Notice.objects.first().delete()
    assert len(seed()) == 1


# --- The company ----------------------------------------------------------------------------------------------------


def test_company_has_a_history():
    """§C3, §C4, §C5, §D5, §D6: registered, handed over, joined, approved, ended with a reason, edited."""
    company = Company.objects.get()
    assert (company.brn, company.name) == (companies.BRN, samples()[companies.BRN].facts["name"])
    assert history() == STORY
    assert Relationship.objects.get(member__username="former1").end_reason == companies.END_REASON


def test_who_waits_has_a_department():
    """§D11: by which the MASTER knows them, and finds them."""
    waiting = Relationship.objects.filter(role=Role.ASSOCIATE, ended_at=None).values_list(
        "member__department", flat=True
    )
    assert (len(waiting), all(waiting), len(set(waiting))) == (4, True, 4)


def test_company_has_all_that_the_registry_knows():
    """§S12 (b), §C6: each fact as its column holds it, but for what was edited since."""
    company = Company.objects.get()
    edited = {name: text for edit in companies.EDITS for name, text in edit.facts.items()}
    known = samples()[companies.BRN].facts | edited
    assert {name: str(getattr(company, name)) for name in known} == known


def test_request_waits_with_its_certificate():
    """§T4: of a number that the registry does not know."""
    case = Case.objects.get()
    assert (case.applicant.username, case.state, case.registration.brn) == (
        "waiting1",
        "RECEIVED",
        companies.WAITING_BRN,
    )
    assert (case.registration.registry_answer, case.registration.name) == ("UNKNOWN", "(주)처음나루무역")
    document = case.documents.get()
    assert (document.name, document.content_type, document.channel) == ("사업자등록증.png", "image/png", "UPLOAD")
    with document.file.open() as file:
        assert file.read(4) == b"\x89PNG"


def test_request_fits_the_rules_of_numbers():
    """§D9, §S11: a corporation with its number, unknown to the registry."""
    assert parse_brn(companies.WAITING_BRN) == companies.WAITING_BRN
    assert is_corporation(companies.WAITING_BRN)
    assert companies.WAITING_BRN not in samples()


def test_nobody_has_an_unfinished_registration():
    assert not RegistrationDraft.objects.exists()


def test_whoever_belongs_elsewhere_is_left_there():
    """§D1: a visitor moved them, and the next start of the demonstration changes nothing."""
    now = timezone.now()
    left = leave_company(User.objects.get(username="associate1"), now=now)
    join_company(left.member, make.company(), now=now)
    assert seed() == []


def test_a_company_that_a_visitor_gave_back_to_its_founder_is_left_so():
    """§D6: what was handed over is handed over once; nothing is refused at the next start."""
    now = timezone.now()
    founder, master = (User.objects.get(username=name) for name in ("founder1", "master1"))
    place = companies.employ(founder, Company.objects.get(), master, now=now - timedelta(hours=2))
    offer = companies.transfer.offer_transfer(place, actor=master, password=PASSWORD, now=now)
    companies.transfer.accept_transfer(offer, actor=founder, now=now)
    assert seed() == []


def test_a_suspended_company_keeps_nothing_from_starting():
    """§D8: nobody joins it, and nobody has to."""
    Relationship.objects.filter(member__username="associate2").update(member=make.member())
    Company.objects.update(business_status="SUSPENDED")
    assert seed() == []


# --- What stays untouched -------------------------------------------------------------------------------------------


def test_inbox_is_empty_afterwards():
    assert (StubSms.objects.count(), Email.objects.count()) == (0, 0)


def test_limits_of_the_day_stay_untouched(client):
    """§D13: the scripted person whom the seeding signed up can ask for a code at once, and is known (§D10)."""
    person = scripted("강영준")
    begin_signup(client)
    press(client, "signup_mobile_request", typed_of(person))
    answer = press(client, "signup_mobile_confirm", {"code": code_sent_to(person.mobile)})
    assert (answer.status_code, "in***1" in answer.content.decode()) == (409, True)


def test_everybody_has_a_phone_of_their_own():
    assert len({person.identity.mobile for person in PEOPLE}) == len(PEOPLE)
