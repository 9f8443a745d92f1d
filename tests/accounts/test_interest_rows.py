"""The database itself keeps what an interest and a line of the access log may be (§S10)."""

import pytest
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError, QuerySet

from accounts.models import AccessLog, InterestCountry, InterestItem, MemberEvent
from tests import make
from tests.accounts.people import NOW

pytestmark = pytest.mark.django_db

NOTHING = {"name_ko": "", "name_en": "", "bk_code": None, "hs_code": None}


def test_an_item_of_interest_says_something():
    """§S10: any part may be empty, but not all of them."""
    item = InterestItem.objects.create(member=make.member(), name_ko="김")

    with pytest.raises(IntegrityError, match="interest_item_says_something"), transaction.atomic():
        InterestItem.objects.update(**NOTHING)

    InterestItem.objects.update(**NOTHING | {"name_en": "laver"})
    item.refresh_from_db()
    assert item.name_en == "laver"


def test_a_country_of_interest_stands_once_in_a_members_list():
    """§S10: any number of countries, each once; another member's are another's."""
    member = make.member()
    InterestCountry.objects.create(member=member, country="VN")

    with pytest.raises(IntegrityError), transaction.atomic():
        InterestCountry.objects.create(member=member, country="VN")

    assert InterestCountry.objects.create(member=make.member(), country="VN").pk


def entry(**fields):
    facts = {"actor": make.staff(), "action": AccessLog.Action.OPENED_DOCUMENT, "subject": make.member()}
    return AccessLog.objects.create(**facts | {"target": "document 1", "at": NOW, "address": "192.0.2.1"} | fields)


def test_the_access_log_knows_what_was_done():
    """§D14: from its list, past every manager."""
    entry()

    with pytest.raises(IntegrityError, match="access_log_action_is_known"), transaction.atomic():
        QuerySet(AccessLog).update(action="LOOKED")


def test_the_history_of_an_account_knows_what_happened():
    """§D14: from its list, past every manager."""
    member = make.member()
    MemberEvent.objects.create(member=member, kind=MemberEvent.Kind.SIGNED_UP, at=NOW, actor=member)

    with pytest.raises(IntegrityError, match="member_event_is_known"), transaction.atomic():
        QuerySet(MemberEvent).update(kind="FORGOTTEN")


def test_an_opened_member_is_somebody():
    """§D11: a company, and what nobody in particular asked for, are nobody's data alone."""
    entry(action=AccessLog.Action.OPENED_COMPANY, subject=None)

    with pytest.raises(IntegrityError, match="opened_member_is_somebody"), transaction.atomic():
        entry(action=AccessLog.Action.OPENED_MEMBER, subject=None)


@pytest.mark.parametrize("act", ["save", "delete", "update", "delete all"])
def test_the_access_log_is_never_edited(act):
    """§D14: whose data was opened by whom stays as it was."""
    line = entry()
    acts = {
        "save": line.save,
        "delete": line.delete,
        "update": lambda: AccessLog.objects.update(target=""),
        "delete all": AccessLog.objects.all().delete,
    }

    with pytest.raises(TypeError, match="never"):
        acts[act]()

    assert AccessLog.objects.get().target == "document 1"


@pytest.mark.parametrize("person", ["actor", "subject"])
def test_who_stands_in_the_access_log_cannot_be_deleted(person):
    """§D14: neither who looked nor who was looked at."""
    person = getattr(entry(), person)

    with pytest.raises(ProtectedError):
        person.delete()
