"""The life of a company in ten acts, which any worker can carry on: what was done last tells what comes next.

Three ask for its number. Staff reject the third and approve the first; the second becomes 준회원, is approved and takes
MASTER over; staff give it back to the first, who ends the second's relationship and leaves, which closes the company.
"""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

from django.utils import timezone
from post_office.models import Email

from accounts.models import User
from companies.domain import approval, cases, ending, review, succession, transfer
from companies.models import (
    Case,
    CaseKind,
    Channel,
    Company,
    RegistrationRequest,
    Relationship,
    RelationshipEvent,
    TransferOffer,
)
from tests import make
from tests.companies.desk import sent
from tests.companies.registry import fax

REASON = "서류를 확인했습니다."
EIGHT_DAYS = timedelta(days=8)  # after so many a MASTER change can be decided


def prepare() -> None:
    """Let three ask for one number, which nobody knows."""
    brn = make.brn()
    for _ in range(3):
        sent(brn=brn, now=now())


def numbers() -> list[str]:
    """The number of each story, the oldest first."""
    return list(dict.fromkeys(RegistrationRequest.objects.order_by("pk").values_list("brn", flat=True)))


def unfinished() -> list[str]:
    """The numbers of those that are not over."""
    over = set(Company.objects.exclude(closed_at=None).values_list("brn", flat=True))
    return [brn for brn in numbers() if brn not in over]


def happened(brn: str) -> list[str]:
    """What the history holds: of the company in order, then of the people's requests."""
    company = RelationshipEvent.objects.filter(company__brn=brn).order_by("pk").values_list("kind", flat=True)
    asked = Case.objects.filter(applicant__in=_people(brn)).values_list("kind", "events__kind")
    return [*company, *sorted(f"{kind} {event}" for kind, event in asked)]


def told(brn: str) -> list[str]:
    """Which mails were queued to the people."""
    names = {person.email: name for person, name in zip(_people(brn), ("first", "second", "third"), strict=True)}
    mails = Email.objects.filter(to__in=names)
    return sorted(f"{names[mail.to[0]]}: {mail.subject}" for mail in mails)


def acts() -> Iterator[str]:
    """Do what comes next, story by story, until nothing is left; yield what each act, committed, leaves in history."""
    for brn in unfinished():
        while left := _act(brn):
            yield f"{brn} {left}"


def now() -> datetime:
    return timezone.now()


def _people(brn: str) -> list[User]:
    asked = RegistrationRequest.objects.filter(brn=brn).select_related("case__applicant").order_by("pk")
    return [request.case.applicant for request in asked]


def _act(brn: str) -> str | None:
    """One act; None when the story is over, or the nightly run's to carry on."""
    first, second, third = Case.objects.filter(registration__brn=brn).select_related("applicant").order_by("pk")
    if third.is_open:
        review.reject_registration(third, reason=REASON, **_by_staff(third))
        return "REGISTRATION REJECTED"
    if first.is_open:
        review.approve_registration(first, **_by_staff(first))
        return "REGISTERED"
    if second.is_open:
        return None
    company = Company.objects.get(brn=brn)
    last = company.events.order_by("pk").last().kind
    return NEXT[last](company, first.applicant, second.applicant) if last in NEXT else None


def _by_staff(case: Case) -> dict[str, object]:
    actor = User.objects.get(is_superuser=True)
    return {"actor": actor, "seen": cases.version(case), "now": now()}


def _approve(company: Company, first: User, second: User) -> str:
    approval.approve_associate(_place(company, second), actor=first, now=now())
    return "APPROVED"


def _offer(company: Company, first: User, second: User) -> str:
    transfer.offer_transfer(_place(company, second), actor=first, password=make.PASSWORD, now=now())
    return "OFFERED"


def _accept(company: Company, _first: User, second: User) -> str:
    transfer.accept_transfer(TransferOffer.objects.get(company=company), actor=second, now=now())
    return "HANDED_OVER"


def _change(company: Company, first: User, _second: User) -> str:
    case = Case.objects.filter(company=company, kind=CaseKind.MASTER_CHANGE).first()
    if case is None:
        asked = {"why": "MASTER 퇴사", "master_leaves": False, "certificate_by": Channel.FAX}
        succession.request_master_change(first, **asked, now=now() - EIGHT_DAYS)
        return "MASTER_CHANGE SENT"
    if not case.documents.exists():
        fax(case)
    succession.approve_master_change(case, reason=REASON, **_by_staff(case))
    return "MASTER_CHANGED"


def _end(company: Company, first: User, second: User) -> str:
    approval.end_relationship(_place(company, second), actor=first, reason=REASON, now=now())
    return "ENDED"


def _leave(_company: Company, first: User, _second: User) -> str:
    ending.leave_company(first, now=now())
    return "CLOSED"


def _place(company: Company, member: User) -> Relationship:
    return Relationship.objects.get(company=company, member=member, ended_at=None)


# What comes after what the company's history holds last.
NEXT: dict[str, Callable[[Company, User, User], str]] = {
    "JOINED": _approve,
    "APPROVED": _offer,
    "OFFERED": _accept,
    "HANDED_OVER": _change,
    "MASTER_CHANGED": _end,
    "ENDED": _leave,
}
