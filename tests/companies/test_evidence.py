"""심사 자료: what else the portal knows of a case, for whoever decides it (§D3, §D4)."""

from datetime import timedelta

import pytest

from companies.domain.evidence import MOST_ROWS, evidence_of, settled_with
from companies.models import Relationship, Role
from tests import make
from tests.companies.registry import NOW, request
from tests.companies.test_review import LATER, approve

pytestmark = [pytest.mark.django_db, pytest.mark.once, pytest.mark.usefixtures("bureau")]


def test_of_many_who_ask_for_a_number_those_who_asked_last_are_shown():
    """§D4: newest first, and no more than a page takes."""
    case = request(make.member())
    at = [NOW + timedelta(minutes=minutes) for minutes in range(MOST_ROWS + 1)]
    others = [request(make.member(), case.brn, now=asked_at) for asked_at in at]
    assert evidence_of(case).open_of_others == others[:0:-1]


def test_what_was_settled_belongs_to_the_approval_that_settled_it():
    """§D4: not to another one for the same number, were it at the same moment."""
    first = request(make.member())
    other, busy = (request(make.member(), first.brn) for _ in range(2))
    elsewhere = make.relationship(busy.applicant, make.company(), Role.ASSOCIATE)
    approve(first)
    Relationship.objects.filter(pk=elsewhere.pk).update(ended_at=LATER)
    approve(busy)
    assert (settled_with(first), settled_with(busy)) == ([other], [])
