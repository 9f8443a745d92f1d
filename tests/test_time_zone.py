"""Days are Korean days: what a date decides changes at 00:00 in Seoul, whatever the server's own clock is set to."""

import os
import subprocess
import sys
from datetime import UTC, date, datetime

import pytest
from django.db import connection

from accounts.domain import verification
from accounts.domain.verification import UnderAge
from accounts.models import MemberEvent, Purpose, TermsKind
from tests import make
from tests.accounts import people

FOURTEENTH_BIRTHDAY = date(2026, 11, 22)
LAST_SECOND_BEFORE = datetime(2026, 11, 21, 14, 59, 59, tzinfo=UTC)
FIRST_SECOND = datetime(2026, 11, 21, 15, 0, 0, tzinfo=UTC)


@pytest.mark.django_db
def test_a_person_turns_fourteen_at_midnight_in_seoul():
    """§D23: 15:00 in London is the next day's first moment here."""
    claim = people.claim(birth_date=FOURTEENTH_BIRTHDAY.replace(year=2012))
    rest = {"provider_consents": people.ALL_REQUIRED, "address": "127.0.0.1"}

    with pytest.raises(UnderAge):
        verification.request_code(claim, Purpose.SIGNUP, **rest, now=LAST_SECOND_BEFORE)

    assert verification.request_code(claim, Purpose.SIGNUP, **rest, now=FIRST_SECOND)


@pytest.mark.django_db
@pytest.mark.parametrize(("now", "version"), [(LAST_SECOND_BEFORE, 1), (FIRST_SECOND, 2)])
def test_terms_take_effect_at_midnight_in_seoul(client, frozen, now, version):
    """§D23: the visitor reads the version that is in force on the Korean day."""
    make.terms(TermsKind.USE, version=2, effective_on=FOURTEENTH_BIRTHDAY)
    frozen(now)

    assert client.get("/terms/use/").context["shown"].version == version


@pytest.mark.django_db
def test_the_database_keeps_instants_in_utc():
    """§D23: 00:00 in Seoul is stored as 15:00 of the day before."""
    event = MemberEvent.objects.create(member=make.member(), kind=MemberEvent.Kind.SIGNED_UP, at=FIRST_SECOND)
    with connection.cursor() as cursor:
        cursor.execute("SELECT CAST(at AS TEXT) FROM accounts_memberevent WHERE id = %s", [event.pk])
        assert cursor.fetchone()[0].startswith("2026-11-21 15:00:00")


@pytest.mark.parametrize("zone", ["UTC", "America/Los_Angeles", "Pacific/Kiritimati"])
def test_the_servers_own_time_zone_changes_no_day(zone):
    """§D23: the portal says Korean dates on a machine anywhere."""
    program = (
        "import django; django.setup();"
        "from datetime import UTC, datetime; from django.utils import timezone;"
        "print(timezone.localdate(datetime(2026, 11, 21, 15, tzinfo=UTC)))"
    )
    environment = os.environ | {"TZ": zone, "DEMO_MODE": "on", "DJANGO_SETTINGS_MODULE": "kotra_portal.settings"}
    shown = subprocess.run(  # noqa: S603 (our own arguments)
        [sys.executable, "-c", program], env=environment, capture_output=True, check=True, text=True
    )
    assert shown.stdout.strip() == "2026-11-22"
