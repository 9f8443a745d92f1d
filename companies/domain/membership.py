"""회원분류 and 관계설정: what a member is, what a member may do here and now, and how one joins a company."""

from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from companies.domain import cases, notices
from companies.models import ApprovedVia, Bar, Company, Relationship, RelationshipEvent, Role
from kotra_portal.days import start_of_day
from kotra_portal.errors import RuleViolation
from kotra_portal.permissions import MemberType, Permission, allows, holders

STARTS_A_DAY = 5

# §C3, §C5, §D6, §D7: which role may follow which, besides the end.
ROLES: dict[Role, frozenset[Role]] = {
    Role.ASSOCIATE: frozenset({Role.FULL, Role.MASTER}),
    Role.FULL: frozenset({Role.MASTER}),
    Role.MASTER: frozenset({Role.FULL}),
}


class NotAllowed(RuleViolation):
    """§C6: the member's relationship with this company, as it is now, does not have the permission."""

    sentence = _("지금은 이 일을 할 권한이 없습니다. 마이KOTRA에서 나의 회원유형을 확인해 주세요.")


class AlreadyRelated(RuleViolation):
    """§D1: one live company relationship per member."""

    sentence = _("이미 소속된 기업이 있습니다. 다른 기업으로 옮기려면 먼저 ‘내 기업’에서 관계를 해지해 주세요.")


class TooManyStarts(RuleViolation):
    """§D1: five relationships a day."""

    sentence = _("기업관계는 하루에 다섯 번까지 설정할 수 있습니다. 내일 다시 신청해 주세요.")


class CompanyNotRegistered(RuleViolation):
    """§D2: the company's registration ended meanwhile."""

    sentence = _("이 기업의 등록이 끝났습니다. 사업자등록번호를 다시 검색해 주세요.")


class BusinessEnded(RuleViolation):
    """§D8: staff marked the business as closed or suspended: no new relationships."""

    sentence = _(
        "휴업하거나 폐업한 기업이라 새로 관계설정을 할 수 없습니다. 다시 영업하고 있다면 고객지원팀에 알려 주세요."
    )


class BarredFromCompany(RuleViolation):
    """§D1: the company's MASTER bars this person."""

    sentence = _("이 기업의 MASTER가 관계설정을 막아 두었습니다. 소속 기업의 MASTER나 고객지원팀에 문의해 주세요.")


def live_relationship(member: User) -> Relationship | None:
    """§C2: the member's live relationship with its company, or None for a 개인회원."""
    return Relationship.objects.select_related("company").filter(member=member, ended_at__isnull=True).first()


def member_type_of(member: User) -> MemberType:
    """§C1: 개인회원 without a live company relationship, otherwise the type that its role says."""
    relationship = live_relationship(member)
    return MemberType(relationship.role) if relationship else MemberType.INDIVIDUAL


def master_of(company: Company) -> User | None:
    """§C3: the company's MASTER; None where nobody is in it."""
    masters = Relationship.objects.select_related("member")
    found = masters.filter(company=company, role=Role.MASTER, ended_at__isnull=True).first()
    return found.member if found else None


def granter(member: User, permission: Permission) -> User | None:
    """§D24: who can grant the permission: the company's MASTER, who approves an associate or hands MASTER over.

    None where the member has it, and to a 개인회원, to whom no person can grant it.
    """
    relationship = live_relationship(member)
    if relationship is None or MemberType(relationship.role) in holders(permission):
        return None
    return master_of(relationship.company)


def check_allowed(actor: User, permission: Permission, company: Company) -> Relationship:
    """§C6: the actor's live relationship with this company has the permission; read under the company's lock.

    An account that was blocked while the request waited there has none. Returns that relationship; raises NotAllowed.
    """
    live = Relationship.objects.filter(company=company, ended_at__isnull=True)
    found = live.filter(member=actor, member__is_active=True).first()
    if found is None or not allows(MemberType(found.role), permission):
        raise NotAllowed
    return found


def lock_member(member: User) -> None:
    """Take the first lock of every change of a member's relationships.

    Raises NotAllowed for an account that was closed meanwhile, ValueError for staff (§D3).

    The lock lets others write rows that name the member: a MASTER who approves writes such rows while holding the
    company's lock, which this member may be waiting for.
    """
    locked = User.objects.select_for_update(no_key=True).get(pk=member.pk)
    if locked.is_staff:
        raise ValueError(locked)
    if not locked.is_active:
        raise NotAllowed


def check_may_start(member: User, *, now: datetime) -> None:
    """§D1: one live relationship, five starts a (Korean) day; raises AlreadyRelated, TooManyStarts."""
    if live_relationship(member):
        raise AlreadyRelated
    if Relationship.objects.filter(member=member, started_at__gte=start_of_day(now)).count() >= STARTS_A_DAY:
        raise TooManyStarts


def join_company(member: User, company: Company, *, now: datetime) -> Relationship:
    """§T3: the member of a registered company becomes its 준회원 at once; an open request of theirs is withdrawn (§D1).

    Raises AlreadyRelated, TooManyStarts, CompanyNotRegistered, BarredFromCompany, BusinessEnded.
    """
    with transaction.atomic():
        lock_member(member)
        check_may_start(member, now=now)
        locked = Company.objects.select_for_update().filter(pk=company.pk, closed_at__isnull=True).first()
        if locked is None:
            raise CompanyNotRegistered
        return join_locked(member, locked, now=now)


def join_locked(member: User, locked: Company, *, now: datetime) -> Relationship:
    """§T3: a member, who is locked as the company is, joins it by themselves; both sides are told.

    Raises BarredFromCompany, BusinessEnded.
    """
    waiting = cases.open_registration(member)
    relationship = become_associate(member, locked, actor=member, now=now)
    notices.associate_joined(relationship)
    notices.company_joined(relationship, withdrawn=waiting)
    return relationship


def check_may_join(member: User, company: Company) -> None:
    """§D1, §D8: raises BarredFromCompany where the company's MASTER keeps this person out, BusinessEnded."""
    if not company.is_in_business:
        raise BusinessEnded
    if Bar.objects.filter(company=company, member=member).exists():
        raise BarredFromCompany


def become_associate(member: User, locked: Company, *, actor: User | None, now: datetime) -> Relationship:
    """§C4: write the new 준회원 of a company that is locked, as its member is.

    ``actor`` is the member, staff who relate them (§D7), or None, SYSTEM. Raises BarredFromCompany, BusinessEnded.
    """
    check_may_join(member, locked)
    relationship = Relationship.objects.create(member=member, company=locked, role=Role.ASSOCIATE, started_at=now)
    record(relationship, RelationshipEvent.Kind.JOINED, actor=actor, now=now)
    cases.withdraw_open_registration(member, actor=actor, now=now)
    return relationship


def live_members(company: Company) -> QuerySet[Relationship]:
    """§C2: the live relationships of a company, with the people."""
    return Relationship.objects.select_related("member").filter(company=company, ended_at__isnull=True)


def move(
    locked: Relationship, role: Role, *, via: ApprovedVia | None = None, approver: User | None = None, now: datetime
) -> None:
    """The one writer of a live relationship's role, along ROLES.

    ``via`` is by whose word, None for a MASTER who steps down. Raises ValueError for a move that is none: who asks has
    checked the role under the lock.
    """
    if locked.ended_at is not None or role not in ROLES[Role(locked.role)]:
        raise ValueError(locked, role)
    locked.role = role
    if via is not None:
        locked.approved_at, locked.approved_via, locked.approver = now, via, approver
    locked.save(update_fields=["role", "approved_at", "approved_via", "approver"])


def record(
    relationship: Relationship, kind: RelationshipEvent.Kind, *, actor: User | None, now: datetime, **detail: object
) -> None:
    """§D5: append to the history of a company what happened to one of its members; no actor is SYSTEM."""
    RelationshipEvent.objects.create(
        company=relationship.company, relationship=relationship, kind=kind, at=now, actor=actor, detail=detail
    )


def record_of_company(
    company: Company, kind: RelationshipEvent.Kind, *, actor: User | None, now: datetime, **detail: object
) -> None:
    """§D8: append to the history of a company what happened to it as a whole; no actor is SYSTEM."""
    RelationshipEvent.objects.create(company=company, kind=kind, at=now, actor=actor, detail=detail)
