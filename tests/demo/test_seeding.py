"""manage.py seed_demo: the demonstration's people, made through the domain's own verbs."""

import time
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db.models import Count
from post_office.models import Email

from accounts.models import Consent, StubSms, User, Verification
from kotra_portal.access import member_type_of
from kotra_portal.demo.seeding import PASSWORD, PEOPLE
from kotra_portal.pages.models import Notice
from kotra_portal.permissions import MemberType
from tests.accounts.people import begin_signup, code_sent_to, press, scripted, typed_of

pytestmark = pytest.mark.django_db

MEMBERS = ["individual1", "associate1", "fullmember1", "master1"]


@pytest.fixture
def seeded():
    return seed()


def seed():
    said = StringIO()
    call_command("seed_demo", stdout=said)
    return said.getvalue().splitlines()


def test_members_and_a_staff_account_are_made(seeded):
    """individual1, associate1, fullmember1, master1 and support1, the same password for each."""
    people = {person.username: person for person in User.objects.all()}
    assert set(people) == {*MEMBERS, "support1"}
    assert all(person.check_password(PASSWORD) for person in people.values())
    assert all(people[name].email_confirmed_at for name in MEMBERS)


def test_everybody_is_an_individual_until_companies_exist(seeded, rf):
    """§C1: no member has a live company relationship yet."""
    for name in MEMBERS:
        request = rf.get("/")
        request.user = User.objects.get(username=name)
        assert member_type_of(request) is MemberType.INDIVIDUAL


def test_members_went_through_all_the_steps(seeded):
    """§S3: one used verification and the required consents each; the marketing one was declined."""
    used = Verification.objects.filter(consumed_at__isnull=False).values_list("member__username", flat=True)
    assert sorted(used) == sorted(MEMBERS)
    consents = Consent.objects.values_list("terms__kind", "agreed").annotate(Count("pk")).order_by("terms__kind")
    assert list(consents) == [("marketing", False, 4), ("privacy", True, 4), ("use", True, 4)]


def test_staff_account_is_no_member_and_has_few_rights(seeded):
    """§D3: no verification, no sign-up."""
    support = User.objects.get(username="support1")
    assert (support.is_staff, support.is_superuser, support.ci_hash) == (True, False, None)
    notices = {"pages.view_notice", "pages.add_notice", "pages.change_notice", "pages.delete_notice"}
    assert support.get_all_permissions() == notices | {"accounts.view_terms"}


def test_staff_account_writes_notices(seeded, client):
    """Notices are a board that staff write."""
    client.force_login(User.objects.get(username="support1"))
    assert client.get("/admin/pages/notice/add/").status_code == 200


def test_notices_are_in_both_languages(seeded):
    """§D22: Korean and English."""
    assert [all((n.title_ko, n.title_en, n.body_ko, n.body_en)) for n in Notice.objects.all()] == [True] * 3


def test_second_run_changes_nothing_and_is_fast(seeded):
    before = list(User.objects.order_by("pk").values())
    start = time.perf_counter()
    assert seed() == []
    assert time.perf_counter() - start < 1
    assert list(User.objects.order_by("pk").values()) == before
    assert Notice.objects.count() == 3


def test_what_is_missing_is_made_again(seeded):
    Notice.objects.first().delete()
    assert len(seed()) == 1


def test_inbox_is_empty_afterwards(seeded):
    assert (StubSms.objects.count(), Email.objects.count()) == (0, 0)


def test_limits_of_the_day_stay_untouched(seeded, client):
    """§D13: the scripted person whom the seeding signed up can ask for a code at once, and is known (§D10)."""
    person = scripted("강영준")
    begin_signup(client)
    press(client, "signup_mobile_request", typed_of(person))
    answer = press(client, "signup_mobile_confirm", {"code": code_sent_to(person.mobile)})
    assert (answer.status_code, "in***1" in answer.content.decode()) == (409, True)


def test_command_refuses_outside_demonstration_mode(settings):
    settings.DEMO_MODE = False
    with pytest.raises(CommandError, match="demonstration mode only"):
        seed()
    assert User.objects.count() == 0


def test_refusal_of_the_domain_is_the_commands_own():
    """§D10: a person of the seeding signed up under another ID before."""
    seed()
    User.objects.filter(username="master1").update(username="somebody")
    with pytest.raises(CommandError, match="이미 가입한 회원"):
        seed()


def test_everybody_has_a_phone_of_their_own():
    assert len({person.identity.mobile for person in PEOPLE}) == len(PEOPLE)
