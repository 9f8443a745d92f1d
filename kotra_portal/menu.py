"""The header's menus: entries of the portal, each shown to those whom the matrix (§C6) lets in."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from kotra_portal.permissions import MemberType, Permission, allows


@dataclass(frozen=True)
class Entry:
    """One link: its words, the name of its URL, and the permission it needs (None: for everybody)."""

    label: Promise
    url_name: str
    permission: Permission | None = None
    members_only: bool = False


MAIN_MENU = (
    Entry(_("회원분류 안내"), "membership_guide"),
    Entry(_("자주하는 질문"), "faq"),
    Entry(_("약관·개인정보"), "terms"),
    Entry(_("마이KOTRA"), "my", members_only=True),
    Entry(_("내 기업"), "company", members_only=True),
    Entry(_("MASTER"), "master", Permission.APPROVE_MEMBER),
)


def main_menu(member_type: MemberType | None) -> list[Entry]:
    """§C6: the entries this visitor may open."""
    return [entry for entry in MAIN_MENU if _is_open(entry, member_type)]


def _is_open(entry: Entry, member_type: MemberType | None) -> bool:
    if entry.permission is not None:
        return member_type is not None and allows(member_type, entry.permission)
    return member_type is not None or not entry.members_only
