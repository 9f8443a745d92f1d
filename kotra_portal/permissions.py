"""§C6: who may open what. One table, which reads like the manual's; imports no app and runs no query."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class MemberType(TextChoices):
    """회원유형: what a member is, derived from the live company relationship and never stored."""

    MASTER = "MASTER", _("MASTER")
    FULL = "FULL", _("정회원")
    ASSOCIATE = "ASSOCIATE", _("준회원")
    INDIVIDUAL = "INDIVIDUAL", _("개인회원")


class Permission(TextChoices):
    """What the matrix grants, in the manual's order."""

    ONLINE_CONSULTATION = "ONLINE_CONSULTATION", _("온라인상담")
    BRIEFING = "BRIEFING", _("설명회 신청")
    OTHER_SERVICES = "OTHER_SERVICES", _("기타 서비스 신청")
    USE_MILEAGE = "USE_MILEAGE", _("서비스 마일리지 이용")
    EDIT_COMPANY = "EDIT_COMPANY", _("기업정보 수정")
    TRANSFER_MASTER = "TRANSFER_MASTER", _("MASTER 권한 넘기기")
    APPROVE_MEMBER = "APPROVE_MEMBER", _("정회원 승인")
    END_RELATIONSHIP = "END_RELATIONSHIP", _("관계해지")


M, F, A, I = MemberType.MASTER, MemberType.FULL, MemberType.ASSOCIATE, MemberType.INDIVIDUAL  # noqa: E741

# Five rows as the manual prints them: the permissions of the row, and who has them.
MATRIX: tuple[tuple[tuple[Permission, ...], frozenset[MemberType]], ...] = (
    ((Permission.ONLINE_CONSULTATION,), frozenset({M, F, A, I})),
    ((Permission.BRIEFING,), frozenset({M, F, A, I})),
    ((Permission.OTHER_SERVICES,), frozenset({M, F, A})),
    ((Permission.USE_MILEAGE, Permission.EDIT_COMPANY), frozenset({M, F})),
    ((Permission.TRANSFER_MASTER, Permission.APPROVE_MEMBER, Permission.END_RELATIONSHIP), frozenset({M})),
)

_HOLDERS = {permission: holders for row, holders in MATRIX for permission in row}


def allows(member_type: MemberType, permission: Permission) -> bool:
    """§C6: tell whether members of this type have the permission."""
    return member_type in _HOLDERS[permission]


def holders(permission: Permission) -> list[MemberType]:
    """§C6: the member types that have the permission, in the manual's order of columns."""
    return [member_type for member_type in MemberType if member_type in _HOLDERS[permission]]
