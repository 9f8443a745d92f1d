"""What was typed and is not saved yet leaves the session after half an hour (§D14)."""

import pytest
from django.test import Client

from accounts.models import Purpose
from kotra_portal import kept
from tests import make
from tests.accounts import people
from tests.accounts.test_profile import filled

pytestmark = pytest.mark.django_db


def held(browser: Client) -> str:
    """Write out everything the session holds."""
    return str(dict(browser.session.items()))


@pytest.fixture
def refused(client, frozen):
    """A browser whose claim the carrier refused, and the clock that stands still."""
    clock = frozen()
    people.post(client, "find_id_mobile_request", people.typed(name="나신규", mobile="123"))
    assert "나신규" in held(client)
    return clock


def test_a_refused_claim_is_shown_again_for_half_an_hour(client, refused):
    """§D14: name, birth date and phone number are in the session no longer than that."""
    refused.shift(kept.KEPT_SECONDS - 1)
    assert 'value="나신규"' in client.get("/find-id/verification/mobile/").text

    refused.shift(1)
    assert 'value="나신규"' not in client.get("/find-id/verification/mobile/").text
    assert "나신규" not in held(client)


def test_any_page_drops_what_is_old(client, refused):
    """§D14: also when the visitor never comes back to the page it was typed on."""
    refused.shift(kept.KEPT_SECONDS)

    client.get("/guide/faq/")

    assert "나신규" not in held(client)


def test_giving_up_drops_the_refused_claim(client, refused):
    """§D14: 취소 leaves nothing behind."""
    people.post(client, "find_id_mobile_cancel")

    assert "나신규" not in held(client)


def test_being_verified_another_way_drops_the_refused_claim(client, refused):
    """§D14: whoever was refused by the carrier and came in by I-PIN."""
    people.log_in_by_ipin(client, Purpose.FIND_ID)

    assert "나신규" not in held(client)


def test_unsaved_details_are_kept_for_half_an_hour(client, login, frozen):
    """§D14: then the page shows what is saved, however busy the member is elsewhere."""
    clock = frozen()
    member = make.member()
    login(member)
    client.post("/my/profile/keep/", filled(member, department="수출팀"))
    clock.shift(kept.KEPT_SECONDS // 2)
    assert 'value="수출팀"' in client.get("/my/profile/").text

    clock.shift(kept.KEPT_SECONDS // 2)
    client.get("/my/")

    assert "수출팀" not in held(client)
    assert "아직 저장하지 않았습니다." not in client.get("/my/profile/").text


def test_what_is_young_writes_no_session(client, refused):
    """§D14: looking for what is old costs no write, which could overwrite another tab's."""
    refused.shift(60)
    session = client.session

    kept.forget_old(session)

    assert not session.modified
