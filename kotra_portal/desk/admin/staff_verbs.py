"""직원 계정: what can be done with one, each with its words, its form and the domain's verb (§D3)."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.forms import Form
from django.utils.functional import Promise
from django.utils.translation import gettext as _t, gettext_lazy as _, ngettext

from accounts.domain import staff
from accounts.models import StaffAccount, User
from kotra_portal.desk.domain.leaving import deactivate_staff
from kotra_portal.desk.forms.staff import ConfirmForm, GroupsForm, InviteForm, LinkMemberForm


@dataclass(frozen=True)
class Verb:
    """One verb: the end of its path, the name of its URL, its words, its form, what it does and when it is offered.

    ``act`` returns the sentence that says what was done and raises the domain's refusals.
    """

    path: str
    name: str
    title: Promise
    explanation: Promise
    form: type[Form]
    act: Callable[..., str]
    fits: Callable[[StaffAccount, User], bool]

    def is_offered(self, account: StaffAccount, actor: User) -> bool:
        """§D3: whether the page has a button for it."""
        return self.fits(account, actor) and staff.can_change(account, actor=actor)

    def form_of(self, data: object, account: StaffAccount) -> Form:
        """The form, filled with what is so now."""
        return self.form(data, initial={"groups": account.groups.all(), "email": account.email})


def _invite(account: StaffAccount, typed: dict, *, actor: User, now: datetime) -> str:
    invited = staff.invite(account, typed["email"], actor=actor, now=now)
    return _t("초대 메일을 다시 보냈습니다: %(email)s") % {"email": invited.email}


def _reset_password(account: StaffAccount, _typed: dict, *, actor: User, now: datetime) -> str:
    told = staff.reset_password(account, actor=actor, now=now)
    return _t("비밀번호를 초기화하고 새로 정하는 링크를 보냈습니다: %(email)s") % {"email": told.email}


def _set_groups(account: StaffAccount, typed: dict, *, actor: User, now: datetime) -> str:
    staff.set_groups(account, typed["groups"], actor=actor, now=now)
    return _t("그룹을 지정했습니다.")


def _link_member(account: StaffAccount, typed: dict, *, actor: User, now: datetime) -> str:
    member = staff.link_member(account, typed["username"], actor=actor, now=now)
    return _t("회원 %(username)s의 계정을 연결했습니다.") % {"username": member.username}


def _unlink_member(account: StaffAccount, _typed: dict, *, actor: User, now: datetime) -> str:
    staff.unlink_member(account, actor=actor, now=now)
    return _t("회원 계정 연결을 풀었습니다.")


def _deactivate(account: StaffAccount, _typed: dict, *, actor: User, now: datetime) -> str:
    count = deactivate_staff(account, actor=actor, now=now)
    done = ngettext(
        "사용을 중지했습니다. 담당하던 신청 %(count)d건은 담당자가 없는 상태로 돌아갔습니다.",
        "사용을 중지했습니다. 담당하던 신청 %(count)d건은 담당자가 없는 상태로 돌아갔습니다.",
        count,
    )
    return done % {"count": count} if count else _t("사용을 중지했습니다.")


def _reactivate(account: StaffAccount, _typed: dict, *, actor: User, now: datetime) -> str:
    staff.reactivate(account, actor=actor, now=now)
    return _t("다시 사용할 수 있습니다.")


VERBS = (
    Verb(
        "invite",
        "invite_staff",
        _("초대 메일 다시 보내기"),
        _("비밀번호를 정하는 링크를 메일로 다시 보냅니다. 전에 보낸 링크는 쓸 수 없게 됩니다."),
        InviteForm,
        _invite,
        lambda account, actor: actor.is_superuser and account.is_active and staff.is_invited(account),
    ),
    Verb(
        "password",
        "reset_staff_password",
        _("비밀번호 초기화"),
        _(
            "직원이 비밀번호를 잊었거나 남이 알게 되었을 때 씁니다. 지금 비밀번호는 쓸 수 없게 되고, 로그인해 있으면 "
            "바로 끝납니다. 새 비밀번호를 정하는 링크를 계정의 이메일로 보냅니다. 2단계 인증은 그대로입니다."
        ),
        ConfirmForm,
        _reset_password,
        lambda account, actor: actor.is_superuser and account.is_active and not staff.is_invited(account),
    ),
    Verb(
        "groups",
        "set_staff_groups",
        _("그룹 지정"),
        _("이 직원이 할 수 있는 일을 그룹으로 정합니다. 다음 화면부터 바로 적용됩니다."),
        GroupsForm,
        _set_groups,
        lambda account, actor: actor.is_superuser,
    ),
    Verb(
        "link",
        "link_staff_member",
        _("회원 계정 연결"),
        _(
            "직원이 회원으로도 가입했다면 그 회원 계정을 연결해 주세요. 연결하면 본인이나 본인 기업의 신청을 심사할 수 "
            "없습니다."
        ),
        LinkMemberForm,
        _link_member,
        lambda account, actor: True,
    ),
    Verb(
        "unlink",
        "unlink_staff_member",
        _("회원 계정 연결 해제"),
        _("연결된 회원이 이 직원이 아닐 때만 풀어 주세요. 풀면 그 회원의 신청도 심사할 수 있게 됩니다."),
        ConfirmForm,
        _unlink_member,
        lambda account, actor: account.member_account_id is not None,
    ),
    Verb(
        "deactivate",
        "deactivate_staff",
        _("사용 중지"),
        _(
            "이 계정으로 더는 로그인할 수 없고, 지금 로그인해 있으면 바로 끝납니다. 담당하던 신청은 담당자가 없는 "
            "상태로 돌아갑니다. 계정과 기록은 지워지지 않습니다."
        ),
        ConfirmForm,
        _deactivate,
        lambda account, actor: account.is_active,
    ),
    Verb(
        "reactivate",
        "reactivate_staff",
        _("다시 사용"),
        _("이 계정으로 다시 로그인할 수 있습니다. 그룹과 2단계 인증은 중지하기 전과 같습니다."),
        ConfirmForm,
        _reactivate,
        lambda account, actor: not account.is_active,
    ),
)
