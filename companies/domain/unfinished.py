"""What members of a company have begun and not ended, for the page that ends their relationship (§D1, §D6, §D7)."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from accounts.models import User
from companies.domain import offers, search
from companies.models import OPEN_STATES, Case, CaseKind, Company, TransferOffer


@dataclass(frozen=True)
class Unfinished:
    """The open requests of these members for a MASTER change and for other company data, and the offer to or by one."""

    changes: tuple[Case, ...]
    edits: tuple[Case, ...]
    offer: TransferOffer | None


def unfinished_of(company: Company, people: Collection[User], *, now: datetime) -> Unfinished:
    """§D1: what these members began here, in two queries however many they are; what becomes of it ``ending`` says."""
    kinds = Q(kind__in=(CaseKind.MASTER_CHANGE, CaseKind.COMPANY_EDIT))
    found = Case.objects.filter(kinds, company=company, applicant__in=people, state__in=OPEN_STATES).order_by("pk")
    offer, keys = offers.open_offer(company, now=now), {person.pk for person in people}
    return Unfinished(
        tuple(case for case in found if case.kind == CaseKind.MASTER_CHANGE),
        tuple(case for case in found if case.kind == CaseKind.COMPANY_EDIT),
        offer if offer and {offer.master_id, offer.nominee_id} & keys else None,
    )


def leaves_to_staff(company: Company) -> bool:
    """§D7, §D8: tell whether staff alone register the number of this company again, should it end now.

    As ``search.is_for_staff`` will say of it then: so it is already, or what is open here makes it so.
    """
    doubts = (CaseKind.DISPUTE, CaseKind.MASTER_CHANGE)
    is_open = Case.objects.filter(company=company, kind__in=doubts, state__in=OPEN_STATES).exists()
    return is_open or not company.is_in_business or search.is_for_staff(company.brn)
