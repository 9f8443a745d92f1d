"""A database that is gone or busy: an answer in time that says to try again, and nothing written."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event, Thread

import pytest
from django.db import OperationalError, connection, connections, transaction
from django.db.models import Model
from django.http import HttpResponse
from django.test import Client
from pytest_django.asserts import assertContains

from accounts.models import User
from companies.models import Company, Relationship, RelationshipEvent, Role
from tests import make
from tests.pace import within
from tests.races.at_once import together


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


@contextmanager
def held(*rows: Model, seconds: float = 30) -> Iterator[None]:
    """Somebody else holds these rows meanwhile, for so long at most; on SQLite there is one lock for all."""
    holding, release = Event(), Event()

    def hold() -> None:
        with transaction.atomic():
            for row in rows:
                type(row).objects.select_for_update().get(pk=row.pk)
            holding.set()
            release.wait(seconds)
        connections.close_all()

    holder = Thread(target=hold)
    holder.start()
    holding.wait()
    try:
        yield
    finally:
        release.set()
        holder.join()


def browser_of(member: User) -> Client:
    browser = Client(raise_request_exception=False)
    browser.force_login(member)
    return browser


def leaving(company: Company) -> tuple[User, Callable[[], HttpResponse]]:
    """A member of the company, who is about to leave it."""
    member = make.member_of_type("FULL", at=company)
    browser, sent = browser_of(member), {"as_seen": f"{member.relationships.get().pk} FULL"}
    return member, lambda: browser.post("/company/leave/", sent)


def approving(company: Company) -> tuple[Relationship, Callable[[], HttpResponse]]:
    """Who waits in the company, and its MASTER about to approve."""
    waiting = make.member_of_type("ASSOCIATE", at=company).relationships.get()
    browser = browser_of(make.master_of(company))
    return waiting, lambda: browser.post("/master/approve/", {"member": waiting.pk})


def check_all_is_as_before(*answers: HttpResponse) -> None:
    """Each says to try again, and nobody left or was approved."""
    for answer in answers:
        assertContains(answer, "잠시 후 다시 시도해 주세요", status_code=503)
    roles = Relationship.objects.values_list("role", flat=True)
    assert sorted(roles.filter(ended_at=None)) == sorted(roles)
    assert set(RelationshipEvent.objects.values_list("kind", flat=True)) == set()


@pytest.mark.race
def test_what_somebody_else_holds_is_waited_for_five_seconds_at_most():
    """A member whose row is held, a MASTER whose company is: both are told to try again, and nothing was changed."""
    company = make.company()
    (member, leave), (waiting, approve) = leaving(make.company()), approving(company)
    with held(member, company), within(5):
        answers = together(leave, approve)

    check_all_is_as_before(*answers)
    waiting.refresh_from_db()
    assert waiting.role == Role.ASSOCIATE


@pytest.mark.race
@pytest.mark.postgresql
def test_two_locks_are_not_waited_for_twice_as_long():
    """A member's row is let go after three seconds, and then their company is held still."""
    company = make.company()
    member, leave = leaving(company)
    with held(company), held(member, seconds=3), within(5):
        answer = leave()

    check_all_is_as_before(answer)
