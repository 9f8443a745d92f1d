"""The company of the demonstration's members and its history, and one request that waits for the support team."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from post_office.models import Email

from accounts.models import User
from companies.domain import approval, documents, membership, registration, search
from companies.models import FACTS, Case, Channel, Company, Relationship
from companies.numbers import format_brn
from kotra_portal.demo import papers

BRN = "2018100107"  # (주)세모나루정밀, whom the demonstration's registry knows
MASTER = "master1"
REGISTERED_DAYS_AGO = 28
END_REASON = "퇴사하여 관계를 해지합니다."


@dataclass(frozen=True)
class Career:
    """What became of a member in the company, and how many days ago; None: not (yet)."""

    username: str
    joined: int
    approved: int | None = None
    ended: int | None = None


CAREERS = (
    Career("fullmember1", joined=27, approved=26),
    Career("former1", joined=25, approved=24, ended=10),
    Career("associate1", joined=3),
)

# Asked for by a member, unknown to the demonstration's registry.
WAITING = "waiting1"
WAITING_BRN = "3028100152"
WAITING_DAYS_AGO = 2
WAITING_FACTS = {
    "name": "(주)처음나루무역",
    "name_en": "Cheoeumnaru Trading Co., Ltd.",
    "representative": "문새미",
    "corporate_number": "1101119000019",
    "opened_on": "2026-09-01",
    "business_type": "도매 및 소매업",
    "business_item": "무역",
    "company_type": "SMALL",
    "classification": "PROFIT",
    "trade_kind": "TRADE",
    "phone": "0299530152",
    "email": "info@cheoeumnaru.example.com",
    "postcode": "03016",
    "address": "서울특별시 종로구 종로 35 (종로1가, 대성타워)",
    "address_detail": "7층",
}


def seed(*, now: datetime) -> list[str]:
    """Make what is missing of it; return what was made. Raises the domain's refusals.

    Whoever had a company of their own choice before is left there.
    """
    made = []
    with without_mails():
        if not Relationship.objects.filter(member__username=MASTER).exists():
            _register(User.objects.get(username=MASTER), now=now - timedelta(days=REGISTERED_DAYS_AGO))
            made.append(f"company {format_brn(BRN)}")
        company = search.live_company(BRN)
        master = membership.master_of(company) if company else None
        if master:
            made += [f"history of {each.username}" for each in CAREERS if _go_through(each, company, master, now=now)]
        applicant = User.objects.get(username=WAITING)
        if not Case.objects.filter(applicant=applicant).exists():
            made.append(f"request {_request(applicant, now=now - timedelta(days=WAITING_DAYS_AGO)).pk}")
    return made


def _register(member: User, *, now: datetime) -> None:
    """§T5: with what the registry knows."""
    draft = search.search_number(member, BRN, now=now)
    registration.register_company(member, draft.brn, as_stored(draft.record), now=now)


def _go_through(career: Career, company: Company, master: User, *, now: datetime) -> bool:
    """§C4, §C5, §D5: join, be approved, be ended; tell whether the member was new to companies."""
    member = User.objects.get(username=career.username)
    if Relationship.objects.filter(member=member).exists():
        return False
    joined_at = now - timedelta(days=career.joined)
    search.search_number(member, company.brn, now=joined_at)
    with transaction.atomic():  # a run that is broken off leaves no half of a career
        relationship = registration.join_found_company(member, company.brn, now=joined_at)
        if career.approved:
            approval.approve_associate(relationship, actor=master, now=now - timedelta(days=career.approved))
        if career.ended:
            ended_at = now - timedelta(days=career.ended)
            approval.end_relationship(relationship, actor=master, reason=END_REASON, now=ended_at)
    return True


def _request(member: User, *, now: datetime) -> Case:
    """§T4: with a certificate that says it is none."""
    draft = search.search_number(member, WAITING_BRN, now=now)
    paper = papers.certificate(WAITING_BRN, WAITING_FACTS["name_en"], WAITING_FACTS["opened_on"])
    documents.add_to_draft(draft, paper, now=now)
    asked = (draft.brn, as_stored(WAITING_FACTS), Channel.UPLOAD)
    return registration.request_registration(member, *asked, now=now)


def as_stored(facts: dict[str, str]) -> dict[str, object]:
    """The facts among these words, each as its column holds it."""
    return {name: Company._meta.get_field(name).to_python(facts[name]) for name in FACTS if name in facts}


@contextmanager
def without_mails() -> Iterator[None]:
    """Take out of the inbox what nobody who looks at the demonstration has caused."""
    newest = Email.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    yield
    Email.objects.filter(pk__gt=newest).delete()
