"""What the matrix (§C6) opens to a member, as pages list it: with the way there, and what a dispute locks (§D8)."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from kotra_portal.permissions import MemberType, Permission, allows

# The pages that exist, by URL name.
PAGES = {
    Permission.EDIT_COMPANY: "edit_company",
    Permission.TRANSFER_MASTER: "offer_transfer",
    Permission.APPROVE_MEMBER: "master",
    Permission.END_RELATIONSHIP: "master",
}
# §D8: what a dispute freezes until it is decided.
FROZEN = frozenset({Permission.TRANSFER_MASTER, Permission.USE_MILEAGE})
# §C6's own word is also that for leaving oneself; beside a link it has to say more.
LABELS = {Permission.END_RELATIONSHIP: _("다른 회원 관계해지")}


@dataclass(frozen=True)
class Opening:
    """A permission of the matrix as a member's page lists it: open or not, locked for now, and the page it leads to."""

    permission: Permission
    is_allowed: bool
    is_locked: bool
    label: str | Promise
    page: str


def openings(member_type: MemberType, *, is_disputed: bool = False) -> list[Opening]:
    """§C6, §D8: every permission of the matrix, with what a dispute locks; ``page`` is empty where there is none."""
    return [
        Opening(
            permission=one,
            is_allowed=allows(member_type, one),
            is_locked=is_disputed and one in FROZEN,
            label=LABELS.get(one, one.label),
            page=PAGES.get(one, "") if allows(member_type, one) else "",
        )
        for one in Permission
    ]
