"""Rows the short way: each function makes something complete and valid, and takes what a test wants different."""

from datetime import date, datetime
from itertools import count
from uuid import uuid4
from zoneinfo import ZoneInfo

from django.contrib.auth.hashers import make_password

from accounts.models import Consent, Method, Purpose, Terms, TermsKind, User, Verification
from companies.models import ApprovedVia, Company, Relationship, Role
from kotra_portal.permissions import MemberType

PASSWORD = "kotra2026demo"
LONG_AGO = datetime(2020, 1, 2, 9, tzinfo=ZoneInfo("Asia/Seoul"))
_numbers = count(1)


def member(username: str | None = None, *, password: str = PASSWORD, **fields: object) -> User:
    """Make a 개인회원: verified, agreed to the required terms, mail confirmed, password ``kotra2026demo``."""
    number = next(_numbers)
    username = username or f"member{number:04d}"
    person = User.objects.create(
        username=username,
        password=make_password(password),
        **{
            "name": f"김{_hangul(number)}",
            "name_en": f"Kim No {number}",
            "birth_date": date(1980, 1, 1 + number % 28),
            "gender": "F",
            "ci_hash": uuid4().hex + uuid4().hex,
            "email": f"{username}@example.com",
            "email_confirmed_at": LONG_AGO,
            "phone": "02-3460-7114",
            "mobile": f"010{number:08d}",
            "postcode": "06792",
            "address": "서울특별시 서초구 헌릉로 13",
            "address_detail": "KOTRA",
            "joined_at": LONG_AGO,
        }
        | fields,
    )
    verification(member=person)
    for document in (terms(TermsKind.USE), terms(TermsKind.PRIVACY)):
        Consent.objects.create(member=person, terms=document, agreed=True, decided_at=LONG_AGO, address="127.0.0.1")
    return person


def staff(username: str | None = None, *, password: str = PASSWORD, **fields: object) -> User:
    """Make a staff account without rights of its own; ``is_superuser=True`` gives all."""
    return User.objects.create_staff(username or f"staff{next(_numbers):04d}", password, **fields)


def verification(*, member: User | None = None, **fields: object) -> Verification:
    """Make the used sign-up verification of this member, or what the fields say."""
    facts = {"name": "김한글", "birth_date": date(1980, 1, 1), "gender": "F", "ci_hash": uuid4().hex + uuid4().hex}
    if member is not None:
        facts = {name: getattr(member, name) for name in facts}
        facts |= {"member": member, "mobile": member.mobile, "consumed_at": member.joined_at}
    moments = {"requested_at": LONG_AGO, "verified_at": LONG_AGO}
    kind = {"purpose": Purpose.SIGNUP, "method": Method.MOBILE, "is_foreigner": False}
    return Verification.objects.create(**facts | moments | kind | fields)


def terms(kind: TermsKind, version: int | None = None, **fields: object) -> Terms:
    """Find the newest version of a document, or make its first; with a version, make exactly that one."""
    newest = Terms.objects.filter(kind=kind).order_by("-version").first()
    if version is None and newest is not None and not fields:
        return newest
    texts = {"effective_on": date(2015, 3, 1), "body_ko": f"# {kind.label}", "body_en": f"# {kind.value}"}
    return Terms.objects.create(kind=kind, version=version or 1, **texts | fields)


def brn(number: int | None = None) -> str:
    """Return a business registration number with a valid check digit, a different one each time (§D9)."""
    digits = f"{120_860_000 + (number or next(_numbers)):09d}"
    total = sum(int(digit) * weight for digit, weight in zip(digits, (1, 3, 7, 1, 3, 7, 1, 3, 5), strict=True))
    total += int(digits[8]) * 5 // 10
    return digits + str(-total % 10)


def company(name: str | None = None, **fields: object) -> Company:
    """Make a registered company, nobody in it yet."""
    number = next(_numbers)
    defaults = {"brn": brn(number), "name": name or f"한글무역 {number}", "registered_at": LONG_AGO}
    return Company.objects.create(**defaults | fields)


def relationship(member: User, company: Company, role: Role, **fields: object) -> Relationship:
    """Relate the member to the company: a MASTER by the registry, a 정회원 approved by the company's MASTER."""
    approval = {}
    if role == Role.MASTER:
        approval = {"approved_at": LONG_AGO, "approved_via": ApprovedVia.REGISTRY}
    elif role == Role.FULL:
        approver = fields.pop("approver", None) or master_of(company)
        approval = {"approved_at": LONG_AGO, "approved_via": ApprovedVia.MASTER, "approver": approver}
    row = {"member": member, "company": company, "role": role, "started_at": LONG_AGO}
    return Relationship.objects.create(**row | approval | fields)


def master_of(company: Company) -> User:
    """Find the company's MASTER, or give it one."""
    live = Relationship.objects.filter(company=company, role=Role.MASTER, ended_at__isnull=True)
    found = live.select_related("member").first() or relationship(member(), company, Role.MASTER)
    return found.member


def member_of_type(member_type: MemberType | str, *, at: Company | None = None, **fields: object) -> User:
    """Make a member of this type, at this company or at one of their own, which has a MASTER in any case."""
    person = member(**fields)
    if member_type != MemberType.INDIVIDUAL:
        workplace = at or company()
        if member_type != MemberType.MASTER:
            master_of(workplace)
        relationship(person, workplace, Role(str(member_type)))
    return person


def _hangul(number: int) -> str:
    """Write a number as two syllables, so that names differ and are Hangul only."""
    return chr(0xAC00 + number // 100 % 11_172) + chr(0xAC00 + 28 * (number % 100))
