"""The rows that tests stand on are what they claim to be."""

import pytest
from django.db import connection
from django.utils import timezone

from accounts.models import Terms
from companies.domain import membership
from kotra_portal.permissions import MemberType
from tests import make

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("member_type", MemberType)
def test_a_member_of_a_type_has_that_type(member_type):
    assert membership.member_type_of(make.member_of_type(member_type)) == member_type


def test_members_are_whole():
    member = make.member("individual1")
    assert member.check_password(make.PASSWORD)
    member.full_clean()


def test_the_clock_stands_still_at_a_korean_time(frozen):
    clock = frozen("2026-11-22 09:00")
    assert timezone.now().isoformat() == "2026-11-22T00:00:00+00:00"
    clock.shift(180)
    assert timezone.now().isoformat() == "2026-11-22T00:03:00+00:00"


@pytest.mark.race
@pytest.mark.parametrize("turn", [1, 2])
def test_races_find_the_rows_of_migrations_each_time(turn):
    assert Terms.objects.exists()


@pytest.mark.race
def test_races_run_on_a_database_that_can_race():
    assert connection.vendor == "postgresql" or ".sqlite3" in connection.settings_dict["NAME"]
