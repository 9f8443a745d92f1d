"""What the tests of the demonstration share."""

from collections.abc import Iterator

import pytest
from django.db import transaction


@pytest.fixture(scope="module")
def seeded_once(django_db_setup: None, django_db_blocker: object) -> Iterator[None]:
    """Keep what a module's fixture seeds for all its tests, each of which takes back what it changes itself."""
    whole = transaction.atomic()
    whole._from_testcase = True  # so that durable transactions may begin inside, as in every test
    with django_db_blocker.unblock(), whole:
        yield
        transaction.set_rollback(True)
