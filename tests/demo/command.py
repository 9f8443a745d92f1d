"""The command seed_demo, run for its people and their company alone, and what it tells of them."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.utils import timezone

from companies.models import RelationshipEvent
from kotra_portal.demo import seeding


@contextmanager
def without_the_rest() -> Iterator[None]:
    """The requests and the other companies take long, and have files of their own (test_cases, test_workplaces …)."""
    with pytest.MonkeyPatch.context() as patch:
        for rest in (seeding.cases, seeding.workplaces, seeding.decided):
            patch.setattr(rest, "seed", lambda **_moment: [])
        yield


def seed() -> list[str]:
    """Run the command; what it says, line by line."""
    said = StringIO()
    call_command("seed_demo", stdout=said)
    return said.getvalue().splitlines()


def history() -> list[tuple[str, str, str, int]]:
    """What happened, to whom, by whom, how many days ago."""
    events = RelationshipEvent.objects.select_related("relationship__member", "actor").order_by("at", "pk")
    return [
        (
            event.kind,
            event.relationship.member.username if event.relationship else "",
            event.actor.username,
            round((timezone.now() - event.at) / timedelta(days=1)),
        )
        for event in events
    ]


STORY = [
    ("REGISTERED", "founder1", "founder1", 28),
    ("JOINED", "master1", "master1", 27),
    ("APPROVED", "master1", "founder1", 27),
    ("OFFERED", "master1", "founder1", 26),
    ("HANDED_OVER", "master1", "master1", 25),
    ("JOINED", "fullmember1", "fullmember1", 23),
    ("APPROVED", "fullmember1", "master1", 22),
    ("JOINED", "former1", "former1", 21),
    ("LEFT", "founder1", "founder1", 20),
    ("APPROVED", "former1", "master1", 20),
    ("JOINED", "fullmember2", "fullmember2", 16),
    ("APPROVED", "fullmember2", "master1", 16),
    ("EDITED", "", "master1", 12),
    ("ENDED", "former1", "master1", 10),
    ("EDITED", "", "fullmember1", 6),
    ("JOINED", "associate3", "associate3", 5),
    ("JOINED", "associate1", "associate1", 3),
    ("REMINDED", "associate3", "associate3", 2),
    ("JOINED", "associate4", "associate4", 2),
    ("JOINED", "associate2", "associate2", 0),
]
