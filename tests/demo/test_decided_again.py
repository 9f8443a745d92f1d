"""What the demonstration's staff decided about companies, where the seeding was broken off (§C6, §D7, §D8)."""

import pytest
from django.utils import timezone

from companies.models import Case, CaseEvent, Company
from kotra_portal.demo import decided
from kotra_portal.demo.decided import FIRMS, STORIES
from kotra_portal.desk.invariants import broken_invariants
from tests.demo.test_cases import broken, employ

pytestmark = [pytest.mark.django_db, pytest.mark.once]

NOW = timezone.now()


def test_run_that_was_broken_off_goes_on_where_it_stopped(monkeypatch):
    """Each time, wherever that was; in the end everything is there once, and holds."""
    employ()
    for module, name in (("dispute", "cancel_registration"), ("documents", "add_to_case"), ("succession", "agree")):
        with monkeypatch.context() as patch:
            patch.setattr(getattr(decided, module), name, broken)
            with pytest.raises(RuntimeError):
                decided.seed(now=NOW)
    assert decided.seed(now=NOW) == ["5 stories about companies"]

    assert (Company.objects.count(), Case.objects.count()) == (len(FIRMS), len(STORIES))
    assert CaseEvent.objects.count() == sum(1 + len(story.steps) for story in STORIES)
    assert list(broken_invariants(20)) == []
