"""manage.py seed_demo where it was broken off, where others were before, and where it may not run."""

import pytest
from django.contrib.auth.models import Group
from django.core.management import CommandError

from accounts.domain.staff import LOG_AUDIT, SUPPORT_TEAM
from accounts.models import User
from companies.models import Relationship
from kotra_portal.demo import companies
from tests import make
from tests.demo.command import STORY, history, seed, without_the_rest

pytestmark = [pytest.mark.django_db, pytest.mark.once]


@pytest.fixture(autouse=True)
def _without_the_rest():
    with without_the_rest():
        yield


def broken(*_args, **_kwargs):
    raise RuntimeError


def test_staff_of_an_earlier_demonstration_get_the_group():
    """They had rights one by one; whoever has a group keeps it."""
    one, two = make.staff("support1"), make.staff("support2")
    audit = Group.objects.get(name=LOG_AUDIT)
    two.groups.add(audit)
    seed()
    groups = [[group.name for group in person.groups.all()] for person in (one, two)]
    assert groups == [[SUPPORT_TEAM], [LOG_AUDIT]]


@pytest.mark.parametrize("verb", ["approval.end_relationship", "transfer.offer_transfer", "ending.leave_company"])
def test_run_that_was_broken_off_is_completed(verb):
    """The next one makes the rest, and everybody's history is whole."""
    module, name = verb.split(".")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(getattr(companies, module), name, broken)
        with pytest.raises(RuntimeError):
            seed()
    assert not Relationship.objects.filter(member__username="former1").exists()
    assert "made history of former1" in seed()
    assert history() == STORY
    assert seed() == []


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
