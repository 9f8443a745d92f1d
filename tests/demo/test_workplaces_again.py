"""The demonstration's other companies, where the seeding was broken off or a right is gone (§D6, §D8)."""

import pytest
from django.utils import timezone

from accounts.models import User
from companies.domain import membership
from companies.models import Case, Company, TransferOffer
from companies.registry.stub import samples
from kotra_portal.demo import workplaces
from kotra_portal.demo.workplaces import SCENES
from kotra_portal.desk.invariants import broken_invariants
from tests import make
from tests.desk.people import support

pytestmark = [pytest.mark.django_db, pytest.mark.once]

NOW = timezone.now()


@pytest.mark.parametrize("verb", ["dispute.raise_dispute", "transfer.offer_transfer", "documents.add_to_case"])
def test_run_that_was_broken_off_goes_on_where_it_stopped(verb):
    """The next one makes the rest, and everything holds."""
    support(workplaces.MARKER, email="support1@example.com")
    module, name = verb.split(".")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(getattr(workplaces, module), name, broken)
        with pytest.raises(RuntimeError):
            workplaces.seed(now=NOW)
    workplaces.seed(now=NOW)

    assert (Company.objects.count(), Case.objects.count()) == (len(SCENES), 4)
    assert TransferOffer.objects.get().nominee.username == "nominee1"
    assert not Case.objects.filter(applicant__isnull=False, documents=None).exists()
    assert workplaces.seed(now=NOW) == []
    assert list(broken_invariants(20)) == []


def broken(*_args, **_kwargs):
    raise RuntimeError


def test_nobody_is_suspended_where_staff_lost_the_right():
    """A visitor who tries out rights does not keep the demonstration from starting, nor is anything said twice."""
    make.staff(workplaces.MARKER, email="support1@example.com")
    assert f"company {samples()[SCENES[0].brn].facts['name']}" in workplaces.seed(now=NOW)
    assert membership.live_relationship(User.objects.get(username="resting1")).company.is_in_business
    assert workplaces.seed(now=NOW) == []
