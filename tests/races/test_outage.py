"""A database that is gone or busy: an answer in time that says to try again, and nothing written."""

from threading import Event, Thread

import pytest
from django.db import OperationalError, connection, connections, transaction
from django.test import Client
from pytest_django.asserts import assertContains

from accounts.models import User
from tests import make
from tests.pace import within


@pytest.fixture(autouse=True)
def _patience():
    """Of all races this one is about the settings' own seconds."""


@pytest.mark.django_db
def test_a_lost_database_is_said_to_be_lost(monkeypatch):
    """Visitors and the load balancer read 503 and when to come again, no stack trace."""

    def lost() -> None:
        raise OperationalError("server closed the connection unexpectedly")

    monkeypatch.setattr(connection, "cursor", lost)
    page = Client(raise_request_exception=False).get("/healthz")

    assertContains(page, "잠시 후 다시 시도해 주세요", status_code=503)
    assert page["Retry-After"] == "5"


@pytest.mark.race
@pytest.mark.postgresql
def test_a_row_held_by_somebody_else_is_waited_for_five_seconds_at_most():
    """A member whose row is locked is told to try again, and nothing was changed."""
    member = make.member("member1", language="ko")
    browser = Client(raise_request_exception=False)
    browser.force_login(member)
    held, release = Event(), Event()

    def hold() -> None:
        with transaction.atomic():
            User.objects.select_for_update().get(pk=member.pk)
            held.set()
            release.wait(30)
        connections.close_all()

    holder = Thread(target=hold)
    holder.start()
    held.wait()
    with within(5):
        page = browser.post("/language/", {"language": "en"})
    release.set()
    holder.join()

    assertContains(page, "잠시 후 다시 시도해 주세요", status_code=503)
    member.refresh_from_db()
    assert member.language == "ko"
