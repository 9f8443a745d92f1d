"""What every test may use: the database of the run, log-in, a clock that stands still, the markers."""

import os
import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from importlib import import_module
from zoneinfo import ZoneInfo

import hypothesis
import pytest
import time_machine
from django.conf import settings as portal_settings
from django.db import connection
from django.test import Client

from tests import databases
from tests.pace import until_the_day_is_over

KST = ZoneInfo("Asia/Seoul")
IN_FULL = os.environ.get("TEST_LONG") == "on"
# Random and repeated tests run at a twentieth of the promised numbers, in full by `make test-long`.
SHARE = 1 if IN_FULL else 20

hypothesis.settings.register_profile("default", max_examples=max(10, 1000 // SHARE), deadline=None, print_blob=True)
hypothesis.settings.load_profile("default")


def pytest_configure(config: pytest.Config) -> None:
    """Put the settings on test footing, before pytest-django sets Django up."""
    databases.choose()
    databases.prepare(portal_settings)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Give races and browser tests real transactions; leave out what is for the long run."""
    left_out = [item for item in items if item.get_closest_marker("long") and not IN_FULL]
    if connection.vendor != "postgresql":
        left_out += [item for item in items if item.get_closest_marker("postgresql") and item not in left_out]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in left_out]
    for item in items:
        if item.get_closest_marker("race") or item.get_closest_marker("browser"):
            item.add_marker(pytest.mark.django_db(transaction=True, serialized_rollback=True))
    for item in items:
        for mark in item.iter_markers("django_db"):
            if mark.kwargs.get("transaction") and not mark.kwargs.get("serialized_rollback"):
                raise pytest.UsageError(
                    f"{item.nodeid} would take the rows of migrations away: serialized_rollback=True"
                )
    # Last, because such a test empties every table, rows of migrations included, when it ends.
    items.sort(key=_empties_the_tables)


def pytest_runtest_setup() -> None:
    """Begin nothing in the last minute of a Korean day: what is tomorrow at first would be today in the end."""
    time.sleep(until_the_day_is_over(datetime.now(KST)).total_seconds())


def _empties_the_tables(item: pytest.Item) -> bool:
    marks = list(item.iter_markers("django_db"))
    return any(mark.kwargs.get("transaction") for mark in marks) or "transactional_db" in getattr(
        item, "fixturenames", ()
    )


@pytest.fixture
def repeated() -> Callable[[int], int]:
    """Tell how often to repeat what promises.md asks for so many times: a twentieth, or all in the long run."""
    return lambda promised: max(1, promised // SHARE)


@pytest.fixture(autouse=True)
def _nothing_is_left_for_the_night(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the checker see at once what it gives the nightly settling a day for: here nobody is killed unasked."""
    invariants = import_module("companies.domain.invariants")
    monkeypatch.setattr(invariants, "HEALED_WITHIN", -timedelta(days=36_500))


@pytest.fixture
def login(client: Client) -> Callable[..., Client]:
    """Log a person in: ``login(member)`` makes ``client`` theirs; ``login(member, Client())`` another browser."""

    def log_in(person: object, browser: Client = client) -> Client:
        browser.force_login(person)
        return browser

    return log_in


@pytest.fixture
def real_hasher(settings: object) -> None:
    """Hash passwords as in use; tests otherwise take a fast hasher."""
    settings.PASSWORD_HASHERS = settings.PASSWORD_HASHERS[1:]


@pytest.fixture
def frozen() -> Iterator[Callable[..., time_machine.Traveller]]:
    """Stop the clock at a Korean time: ``clock = frozen("2026-11-22 09:00")``, then ``clock.shift(180)`` seconds."""
    travels = []

    def stop_at(moment: str | datetime = "2026-11-22 09:00") -> time_machine.Traveller:
        if isinstance(moment, str):
            moment = datetime.fromisoformat(moment)
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=KST)
        travels.append(time_machine.travel(moment, tick=False))
        return travels[-1].start()

    yield stop_at
    for travel in reversed(travels):
        travel.stop()


@pytest.fixture
def bureau(monkeypatch: pytest.MonkeyPatch, settings: object) -> object:
    """A company registry that knows what the test tells it: ``brn = bureau.knows(status=…)``."""
    return import_module("tests.companies.registry").connect(monkeypatch, settings)
