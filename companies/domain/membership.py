"""회원분류: what a member is, read from the live company relationship."""

from accounts.models import User
from companies.models import Relationship, Role
from kotra_portal.permissions import MemberType, Permission, holders


def live_relationship(member: User) -> Relationship | None:
    """§C2: the member's live relationship with its company, or None for a 개인회원."""
    return Relationship.objects.select_related("company").filter(member=member, ended_at__isnull=True).first()


def member_type_of(member: User) -> MemberType:
    """§C1: 개인회원 without a live company relationship, otherwise the type that its role says."""
    relationship = live_relationship(member)
    return MemberType(relationship.role) if relationship else MemberType.INDIVIDUAL


def granter(member: User, permission: Permission) -> User | None:
    """§D24: who can grant the permission: to an associate the company's MASTER; None where no person can."""
    relationship = live_relationship(member)
    if relationship is None or relationship.role != Role.ASSOCIATE or MemberType.FULL not in holders(permission):
        return None
    master = Relationship.objects.select_related("member").filter(
        company=relationship.company, role=Role.MASTER, ended_at__isnull=True
    )
    return next((found.member for found in master), None)
