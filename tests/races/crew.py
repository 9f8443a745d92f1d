"""A company with its people, an offer, a request and a dispute, for the races about MASTER."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone
from post_office.models import Email

from accounts.models import User
from companies.domain import dispute, membership, succession, transfer
from companies.models import (
    ApprovedVia,
    Case,
    Channel,
    Company,
    Relationship,
    RelationshipEvent,
    Role,
    TransferOffer,
)
from tests import make
from tests.companies.registry import fax

CLAIMANT = "owner@daehan.example"
CLAIM = dispute.Claim("최주인", "대표이사", "02-3460-7114", CLAIMANT, "우리가 등록하지 않았습니다.")
REASON = "서류를 확인했습니다."
EIGHT_DAYS = timedelta(days=8)  # after so many a request can be decided


@dataclass
class Crew:
    """MASTER, two 정회원 and a 준회원 of a company that the registry knew; and what happened to it since."""

    company: Company
    master: User
    nominee: User
    other: User
    associate: User
    seen: int = 0  # events of the company that were there before
    told: int = 0  # mails

    def relationship(self, person: User) -> Relationship:
        """The person's relationship with the company, as it was begun."""
        return Relationship.objects.select_related("company").get(company=self.company, member=person)

    def begin(self) -> None:
        """What follows is what the race does."""
        self.seen, self.told = self.company.events.count(), Email.objects.count()

    def events(self) -> list[str]:
        """What happened to the company, in order."""
        return list(self.company.events.order_by("pk").values_list("kind", flat=True)[self.seen :])

    def mails(self) -> list[str]:
        """To whom the portal wrote."""
        return sorted(mail.to[0] for mail in Email.objects.order_by("pk")[self.told :])

    def masters(self) -> list[User]:
        """Who is MASTER: one, or nobody where nobody is left."""
        live = Relationship.objects.select_related("member").filter(company=self.company, ended_at=None)
        return [one.member for one in live.filter(role=Role.MASTER)]


def crew() -> Crew:
    """The people, each in their role."""
    company = make.company(registered_at=now())
    people = [make.member() for _ in range(4)]
    for person, role in zip(people, [Role.MASTER, Role.FULL, Role.FULL, Role.ASSOCIATE], strict=True):
        relationship = make.relationship(person, company, role)
        if role == Role.MASTER:
            by_registry = {"actor": person, "now": now(), "via": ApprovedVia.REGISTRY}
            membership.record(relationship, RelationshipEvent.Kind.REGISTERED, **by_registry)
    return Crew(company, *people)


def now() -> datetime:
    return timezone.now()


def reviewer() -> User:
    return make.staff(is_superuser=True, name="박담당")


def offer_to(crew: Crew, nominee: User) -> TransferOffer:
    return transfer.offer_transfer(crew.relationship(nominee), actor=crew.master, password=make.PASSWORD, now=now())


def change_asked_by(applicant: User, *, leaves: bool = False) -> Case:
    """A request for a MASTER change with its papers, a week old."""
    asked = {"why": "MASTER 퇴사", "master_leaves": leaves, "certificate_by": Channel.FAX}
    case = succession.request_master_change(applicant, **asked, now=now() - EIGHT_DAYS)
    fax(case)
    return case


def disputed(crew: Crew) -> Case:
    """A dispute with a paper that staff added."""
    case = dispute.raise_dispute(crew.company, CLAIM, now=now())
    fax(case, added_by=reviewer())
    return case


def outcome(results: list[object]) -> list[type]:
    return [type(result) for result in results]


Decide = Callable[..., object]


def pressing(verb: Decide, case: Case, *args: object, **kwargs: object) -> Callable[[], object]:
    """A button of a page that shows the case as it is now."""
    actor = reviewer()
    return lambda: verb(case, *args, actor=actor, seen=1, reason=REASON, now=now(), **kwargs)
