"""The company of the demonstration's members and its history, and one request that waits for the support team."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from post_office.models import Email

from accounts.models import User
from companies.domain import approval, documents, ending, membership, profile, registration, search, transfer
from companies.models import FACTS, Case, Channel, Company, Relationship, RelationshipEvent, Role
from companies.numbers import format_brn
from kotra_portal.demo import papers
from kotra_portal.demo.people import PASSWORD

BRN = "2018100107"  # (주)세모나루정밀, whom the demonstration's registry knows
FOUNDER, MASTER = "founder1", "master1"
REGISTERED_DAYS_AGO = 28
END_REASON = "퇴사하여 관계를 해지합니다."


@dataclass(frozen=True)
class Career:
    """What became of a member in the company, and how many days ago; None: not (yet)."""

    username: str
    joined: float
    approved: float | None = None
    ended: float | None = None
    reminded: float | None = None  # the MASTER, by the member


CAREERS = (
    Career("fullmember1", joined=23, approved=22),
    Career("former1", joined=21, approved=20, ended=10),
    Career("fullmember2", joined=16, approved=15.5),
    Career("associate3", joined=5, reminded=2),
    Career("associate1", joined=3),
    Career("associate4", joined=1.5),
    Career("associate2", joined=0.2),
)


@dataclass(frozen=True)
class Edit:
    """Who changed which facts of the company, how many days ago; the facts as they are typed."""

    username: str
    days: float
    facts: dict[str, str]


EDITS = (
    Edit(MASTER, 12, {"fax": "0234601234", "employees": "48", "business_item": "정밀기계 부품, 금형"}),
    Edit("fullmember1", 6, {"homepage": "www.semonaru.example.com", "annual_exports": "3200", "remarks": ""}),
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
        if _found(now=now):
            made.append(f"company {format_brn(BRN)}")
        company = search.live_company(BRN)
        master = membership.master_of(company) if company and company.is_in_business else None
        if master:
            made += [f"history of {each.username}" for each in CAREERS if _go_through(each, company, master, now=now)]
            made += [f"edit by {each.username}" for each in EDITS if _edit(each, company, now=now)]
        applicant = User.objects.get(username=WAITING)
        if not Case.objects.filter(applicant=applicant).exists():
            made.append(f"request {_request(applicant, now=now - timedelta(days=WAITING_DAYS_AGO)).pk}")
    return made


def _found(*, now: datetime) -> bool:
    """§T5, §D6: founder1 registers it, hands it over to master1, and leaves; tell whether anything was left to do."""
    people = User.objects.in_bulk([FOUNDER, MASTER], field_name="username")
    founder, successor = people[FOUNDER], people[MASTER]
    registered_at = now - timedelta(days=REGISTERED_DAYS_AGO)
    if not Relationship.objects.filter(member__in=people.values()).exists():
        register(founder, BRN, now=registered_at)
    company = search.live_company(BRN)
    handed_over = RelationshipEvent.objects.filter(company=company, kind=RelationshipEvent.Kind.HANDED_OVER)
    if company is None or membership.master_of(company) != founder or handed_over.exists():
        return False
    place = membership.live_members(company).filter(member=successor).first()
    place = place or employ(successor, company, founder, now=registered_at + timedelta(days=1))
    offered = {"actor": founder, "password": PASSWORD, "now": registered_at + timedelta(days=2)}
    offer = company.offers.first() or transfer.offer_transfer(place, **offered)
    with transaction.atomic():  # a run that is broken off goes on where it stopped
        transfer.accept_transfer(offer, actor=successor, now=registered_at + timedelta(days=3))
        ending.leave_company(founder, now=registered_at + timedelta(days=8))
    return True


def register(member: User, brn: str, *, now: datetime) -> Company:
    """§T5: with what the registry knows; the company, whose MASTER the member is then."""
    draft = search.search_number(member, brn, now=now)
    return registration.register_company(member, draft.brn, as_stored(draft.record), now=now).company


def employ(member: User, company: Company, master: User, *, now: datetime) -> Relationship:
    """§C4, §C5: join, and be approved an hour later."""
    search.search_number(member, company.brn, now=now)
    with transaction.atomic():
        place = registration.join_found_company(member, company.brn, now=now)
        return approval.approve_associate(place, actor=master, now=now + timedelta(hours=1))


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
        if career.reminded:
            approval.remind_master(member, now=now - timedelta(days=career.reminded))
    return True


def _edit(edit: Edit, company: Company, *, now: datetime) -> bool:
    """§C6, 기업정보 수정: once, by whoever may still edit; tell whether anything was."""
    editor = User.objects.get(username=edit.username)
    here = Relationship.objects.filter(company=company, member=editor, ended_at=None).exclude(role=Role.ASSOCIATE)
    if not here.exists() or company.events.filter(kind=RelationshipEvent.Kind.EDITED, actor=editor).exists():
        return False
    at = now - timedelta(days=edit.days)
    return bool(profile.edit_company(editor, as_stored(edit.facts), seen=profile.version(company), now=at))


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
def without_mails(but_to: Collection[str] = ()) -> Iterator[None]:
    """Take out of the inbox what nobody who looks at the demonstration has caused, but for mails to these addresses."""
    newest = Email.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    yield
    Email.objects.filter(pk__gt=newest).exclude(to__in=but_to).delete()
