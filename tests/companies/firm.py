"""A company with its people, and what happens to both, the short way."""

from datetime import datetime, timedelta

from post_office.models import Email

from accounts.models import User
from companies.domain import cases, dispute, membership, registration, succession, transfer
from companies.models import (
    Case,
    Channel,
    Company,
    Relationship,
    RelationshipEvent,
    Role,
    TransferOffer,
)
from kotra_portal.desk.invariants import broken_invariants
from kotra_portal.permissions import MemberType
from tests import make
from tests.companies import papers
from tests.companies.registry import NOW, TYPED, draft, fax

WEEK = timedelta(days=7)
INSTANT = timedelta(microseconds=1)
CLAIM = dispute.Claim("박대표", "대표이사", "0234607114", "boss@daehan.example", "우리는 등록한 적이 없습니다.")


def company_with(*roles: str) -> tuple[Company, list[User]]:
    """A company, its MASTER and members of these roles; the MASTER comes first."""
    company = make.company()
    return company, [make.master_of(company), *(make.member_of_type(role, at=company) for role in roles)]


def registered(bureau: object, member: User | None = None, *, now: datetime = NOW) -> tuple[Company, User]:
    """A company that the registry's word registered, and its MASTER; mails that this queued are gone."""
    member, brn = member or make.member(), bureau.knows()
    draft(member, brn, now=now)
    company = registration.register_company(member, brn, TYPED, now=now).company
    Email.objects.all().delete()
    return company, member


def offer(nominee: User, *, now: datetime = NOW) -> TransferOffer:
    """The MASTER of the nominee's company offers MASTER; mails that this queued are gone."""
    place = membership.live_relationship(nominee)
    master = membership.master_of(place.company)
    made = transfer.offer_transfer(place, actor=master, password=make.PASSWORD, now=now)
    Email.objects.all().delete()
    return made


def ask(member: User, *, leaves: bool = False, has_paper: bool = True, now: datetime = NOW) -> Case:
    """The member asks to become MASTER; mails that this queued are gone."""
    asking = {"why": "MASTER가 퇴사했습니다.", "master_leaves": leaves, "certificate_by": Channel.FAX}
    case = succession.request_master_change(member, **asking, now=now)
    if has_paper:
        fax(case)
    Email.objects.all().delete()
    return case


def disputed(company: Company, *, has_paper: bool = True, now: datetime = NOW) -> Case:
    """The company's own contact disputes its registration, and faxes a paper; mails that this queued are gone."""
    case = dispute.raise_dispute(company, CLAIM, now=now)
    if has_paper:
        fax(case, added_by=reviewer())
    Email.objects.all().delete()
    return case


def reviewer(**fields: object) -> User:
    """A staff account that may review, and no more."""
    person = papers.staff_who_may("companies.review_case")
    for name, value in fields.items():
        setattr(person, name, value)
    person.save()
    return person


def seen(case: Case, by: User | None = None, *, now: datetime) -> dict[str, object]:
    """The words with which staff decide: who, when, and that they saw all of it."""
    return {"actor": by or reviewer(), "seen": cases.version(case), "now": now}


def types(*people: User) -> list[MemberType]:
    """What these people are."""
    return [membership.member_type_of(person) for person in people]


def history(company: Company) -> list[tuple[str, User | None]]:
    """What happened to the company, and by whose hand, in order."""
    found = RelationshipEvent.objects.filter(company=company).order_by("pk").select_related("actor")
    return [(event.kind, event.actor) for event in found]


def mails() -> list[tuple[str, str]]:
    """To whom the portal wrote what, in order."""
    return [(mail.to[0], mail.subject.removeprefix("[KOTRA] ")) for mail in Email.objects.order_by("pk")]


def all_holds() -> bool:
    """Tell whether the checker finds nothing, and each company that has members has one MASTER."""
    live = Relationship.objects.filter(ended_at__isnull=True)
    masters = [live.filter(company=company, role=Role.MASTER).count() for company in Company.objects.all()]
    assert list(broken_invariants(20)) == []
    return all(masters[n] == 1 or not live.filter(company=c).exists() for n, c in enumerate(Company.objects.all()))
