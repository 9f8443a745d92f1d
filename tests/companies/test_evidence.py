"""심사 자료: what else the portal knows of a case, for whoever decides it (§D3, §D4)."""

from datetime import timedelta

import pytest

from companies.domain.evidence import MOST_ROWS, evidence_of
from tests import make
from tests.companies.registry import NOW, request

pytestmark = [pytest.mark.django_db, pytest.mark.once, pytest.mark.usefixtures("bureau")]


def test_of_many_who_ask_for_a_number_those_who_asked_last_are_shown():
    """§D4: newest first, and no more than a page takes."""
    case = request(make.member())
    at = [NOW + timedelta(minutes=minutes) for minutes in range(MOST_ROWS + 1)]
    others = [request(make.member(), case.brn, now=asked_at) for asked_at in at]
    assert evidence_of(case).open_of_others == others[:0:-1]
