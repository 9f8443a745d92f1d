"""직원 계정: who works here is decided by whoever has the right to, never about oneself (§D3).

A staff account is no member. Where the same person has a member account too, it is recorded on the staff account, so
that nobody decides what is their own. Groups carry the rights; superusers alone hand them out. What makes a superuser
is no business of these pages: ``manage.py createsuperuser`` alone.

Nobody knows another's password: it is chosen with a link that is mailed to the account's own address, the first one
(``employ``, ``invite``) and the one after a forgotten one (``reset_password``).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.auth.models import Group
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from accounts.domain import limits, recovery
from accounts.domain.limits import Limit
from accounts.domain.signup import UsernameTaken
from accounts.models import MemberEvent, User
from accounts.names import normalize_username
from kotra_portal.errors import RuleViolation
from kotra_portal.mail import queue_mail

MAY_EMPLOY = "accounts.add_staffaccount"
MAY_CHANGE = "accounts.change_staffaccount"
SUPPORT_TEAM = "고객지원팀"  # made by a migration of kotra_portal.desk, with just its rights
LOG_AUDIT = "접속기록 점검"  # likewise: reads the log of who opened whose data, and nothing else
PASSWORD_LINKS = Limit("password link to staff account", 5, timedelta(hours=1))


class MayNotManageStaff(RuleViolation):
    """§D3: the right is missing, or a superuser's account is touched by somebody who is none."""

    sentence = _("이 직원 계정을 관리할 권한이 없습니다.")


class OwnStaffAccount(RuleViolation):
    """§D3: nobody decides about their own account."""

    sentence = _("자신의 계정은 바꿀 수 없습니다. 다른 관리자에게 부탁해 주세요.")


class MayNotHandOutGroups(RuleViolation):
    """§D3: superusers alone say what somebody may do."""

    sentence = _("그룹은 최고 관리자만 지정할 수 있습니다.")
    field = "groups"


class NoSuchMember(RuleViolation):
    """§D3: no member with this ID."""

    sentence = _("이 아이디의 회원이 없습니다. 아이디를 다시 확인해 주세요.")
    field = "username"


class LinkedElsewhere(RuleViolation):
    """§D3: one person, one staff account."""

    sentence = _("이미 다른 직원 계정에 연결된 회원입니다. 그 직원 계정을 먼저 확인해 주세요.")
    field = "username"


class NotLinked(RuleViolation):
    """There is no member account to take away."""

    sentence = _("연결된 회원 계정이 없습니다.")


class InactiveAlready(RuleViolation):
    """The account is not in use as it is."""

    sentence = _("이미 사용이 중지된 계정입니다.")


class ActiveAlready(RuleViolation):
    """The account is in use as it is."""

    sentence = _("이미 사용 중인 계정입니다.")


class MayNotSendPasswordLinks(RuleViolation):
    """§D3: who holds the link holds the account and its groups, which superusers alone hand out."""

    sentence = _("비밀번호를 정하는 링크는 최고 관리자만 보낼 수 있습니다.")


class NotInUse(RuleViolation):
    """§D3: nobody is let into an account that is stopped."""

    sentence = _("사용이 중지된 계정에는 링크를 보낼 수 없습니다. 먼저 ‘다시 사용’을 해 주세요.")


class NotInvited(RuleViolation):
    """§D3: the person is there already; only the address that they were invited at may still be mended."""

    sentence = _("이미 비밀번호를 정했거나 로그인한 계정입니다. 비밀번호를 잊었다면 ‘비밀번호 초기화’를 이용해 주세요.")


class NoAddress(RuleViolation):
    """§D3: an account that ``createsuperuser`` made may have no address to mail to."""

    sentence = _(
        "이메일이 없는 계정이라 링크를 보낼 수 없습니다. 이 계정의 비밀번호는 서버의 manage.py changepassword 명령으로 "
        "본인이 바꿔야 합니다."
    )


@dataclass(frozen=True)
class NewStaff:
    """Who is employed: the ID as it is stored, the name, the address that mails go to."""

    username: str
    name: str
    email: str


def as_of_now(actor: User) -> User:
    """§D3: the staff account as its row stands: what waits at a lock may meanwhile have lost its right."""
    return User.objects.get(pk=actor.pk)


def may(actor: User, right: str) -> bool:
    """§D3: tell whether this person is staff in use with the right, such as "companies.review_case", as of now."""
    person = as_of_now(actor)
    return person.is_staff and person.is_active and person.has_perm(right)


def check_may_change(account: User, *, actor: User) -> None:
    """§D3: who may change whose account; raises MayNotManageStaff, OwnStaffAccount."""
    if not (account.is_staff and may(actor, MAY_CHANGE)):
        raise MayNotManageStaff
    if actor.pk == account.pk:
        raise OwnStaffAccount
    if account.is_superuser and not actor.is_superuser:
        raise MayNotManageStaff


def can_change(account: User, *, actor: User) -> bool:
    """§D3: the same, for pages."""
    try:
        check_may_change(account, actor=actor)
    except RuleViolation:
        return False
    return True


def is_invited(account: User) -> bool:
    """§D3: whether the colleague has neither chosen a password nor logged in yet."""
    return account.last_login is None and not account.has_usable_password()


def check_may_invite(account: User, *, actor: User) -> None:
    """§D3: who may have the invitation sent again, and whose.

    Raises MayNotSendPasswordLinks, MayNotManageStaff, OwnStaffAccount, NotInUse, NotInvited.
    """
    _check_may_send_link(account, actor=actor)
    if not is_invited(account):
        raise NotInvited


def check_may_reset_password(account: User, *, actor: User) -> None:
    """§D3: who may end whose password.

    Raises MayNotSendPasswordLinks, MayNotManageStaff, OwnStaffAccount, NotInUse, NoAddress.
    """
    _check_may_send_link(account, actor=actor)
    if not account.email:
        raise NoAddress


def employ(new: NewStaff, groups: Iterable[Group] = (), *, actor: User, now: datetime) -> User:
    """§D3: make a staff account, which is no member, and mail the colleague the link to choose its password.

    Until then no password opens it. Raises MayNotManageStaff, MayNotHandOutGroups, UsernameTaken.
    """
    groups = list(groups)
    if not may(actor, MAY_EMPLOY):
        raise MayNotManageStaff
    if groups and not actor.is_superuser:
        raise MayNotHandOutGroups
    facts = {"username": new.username, "name": new.name, "email": new.email}
    try:
        with transaction.atomic():
            account = User.objects.create_staff(password=None, joined_at=now, **facts)
            _record(account, MemberEvent.Kind.STAFF_EMPLOYED, actor=actor, now=now)
            if groups:
                _write_groups(account, groups, actor=actor, now=now)
            _mail_link(account, "accounts/mail/staff_invited")
    except IntegrityError:
        if User.objects.filter(username=new.username).exists():
            raise UsernameTaken from None
        raise
    return account


def invite(account: User, email: str, *, actor: User, now: datetime) -> User:
    """§D3: mail the link to choose the first password again, to another address where the first was wrong.

    Links that were sent before end. Raises MayNotSendPasswordLinks, MayNotManageStaff, OwnStaffAccount, NotInUse,
    NotInvited, TooManyAttempts.
    """
    check_may_invite(account, actor=actor)
    limits.take(PASSWORD_LINKS, str(account.pk), now=now)
    with transaction.atomic():
        locked = User.objects.select_for_update().get(pk=account.pk)
        check_may_invite(locked, actor=actor)
        detail = {"link_sent": True, "address_changed": locked.email != email}
        locked.email = email
        locked.save(update_fields=["email"])
        _end_password(locked)
        _record(locked, MemberEvent.Kind.PASSWORD_RESET, actor=actor, now=now, **detail)
        _mail_link(locked, "accounts/mail/staff_invited")
    return locked


def reset_password(account: User, *, actor: User, now: datetime) -> User:
    """§D3: end a password that was forgotten or is known to others, and mail the link to choose a new one.

    Ends every session and every link sent before; the second step stays. Raises MayNotSendPasswordLinks,
    MayNotManageStaff, OwnStaffAccount, NotInUse, NoAddress, TooManyAttempts.
    """
    check_may_reset_password(account, actor=actor)
    limits.take(PASSWORD_LINKS, str(account.pk), now=now)
    with transaction.atomic():
        locked = User.objects.select_for_update().get(pk=account.pk)
        check_may_reset_password(locked, actor=actor)
        _end_password(locked)
        _record(locked, MemberEvent.Kind.PASSWORD_RESET, actor=actor, now=now, link_sent=True)
        _mail_link(locked, "accounts/mail/staff_password_reset")
    return locked


def set_groups(account: User, groups: Iterable[Group], *, actor: User, now: datetime) -> None:
    """§D3: say what a staff account may do; raises MayNotManageStaff, OwnStaffAccount, MayNotHandOutGroups."""
    if not actor.is_superuser:
        raise MayNotHandOutGroups
    with transaction.atomic():
        _write_groups(_lock(account, actor=actor), list(groups), actor=actor, now=now)


def link_member(account: User, username: str, *, actor: User, now: datetime) -> User:
    """§D3: record which member is the same person; takes the place of one that was recorded before.

    Raises MayNotManageStaff, OwnStaffAccount, NoSuchMember, LinkedElsewhere.
    """
    with transaction.atomic():
        locked = _lock(account, actor=actor)
        member = User.objects.filter(
            username=normalize_username(username), is_staff=False, closed_at__isnull=True
        ).first()
        if member is None:
            raise NoSuchMember
        if User.objects.filter(member_account=member).exclude(pk=locked.pk).exists():
            raise LinkedElsewhere
        _write_link(locked, member, MemberEvent.Kind.STAFF_LINKED, actor=actor, now=now)
    return member


def unlink_member(account: User, *, actor: User, now: datetime) -> None:
    """§D3: the member that was recorded is somebody else.

    Raises MayNotManageStaff, OwnStaffAccount, NotLinked.
    """
    with transaction.atomic():
        locked = _lock(account, actor=actor)
        if locked.member_account_id is None:
            raise NotLinked
        _write_link(locked, None, MemberEvent.Kind.STAFF_UNLINKED, actor=actor, now=now)


def deactivate(account: User, *, actor: User, now: datetime) -> None:
    """§D3: the account opens nothing from the next request on, and stays for its history.

    Raises MayNotManageStaff, OwnStaffAccount, InactiveAlready.
    """
    with transaction.atomic():
        locked = _lock(account, actor=actor)
        if not locked.is_active:
            raise InactiveAlready
        if not locked.has_usable_password():
            _end_password(locked)  # a link on its way stays dead when the account is used again
        _write_active(locked, is_active=False, kind=MemberEvent.Kind.STAFF_DEACTIVATED, actor=actor, now=now)


def reactivate(account: User, *, actor: User, now: datetime) -> None:
    """§D3: the account is used again, as it was; raises MayNotManageStaff, OwnStaffAccount, ActiveAlready."""
    with transaction.atomic():
        locked = _lock(account, actor=actor)
        if locked.is_active:
            raise ActiveAlready
        _write_active(locked, is_active=True, kind=MemberEvent.Kind.STAFF_REACTIVATED, actor=actor, now=now)


def _lock(account: User, *, actor: User) -> User:
    locked = User.objects.select_for_update().get(pk=account.pk)
    check_may_change(locked, actor=actor)
    return locked


def _check_may_send_link(account: User, *, actor: User) -> None:
    if not actor.is_superuser:
        raise MayNotSendPasswordLinks
    check_may_change(account, actor=actor)
    if not account.is_active:
        raise NotInUse


def _end_password(locked: User) -> None:
    """No password opens the account any more; each time another one that is none, which ends links and sessions."""
    locked.set_unusable_password()
    locked.save(update_fields=["password"])


def _mail_link(account: User, template: str) -> None:
    context = {"member": account, "link": recovery.reset_link(account), "minutes": recovery.link_minutes()}
    queue_mail(account.email, template, language=account.language, context=context)


def _write_groups(locked: User, groups: list[Group], *, actor: User, now: datetime) -> None:
    before = sorted(locked.groups.values_list("pk", flat=True))
    after = sorted(group.pk for group in groups)
    if before != after:
        locked.groups.set(groups)
        _record(locked, MemberEvent.Kind.STAFF_GROUPS_SET, actor=actor, now=now, before=before, after=after)


def _write_link(locked: User, member: User | None, kind: MemberEvent.Kind, *, actor: User, now: datetime) -> None:
    after = member.pk if member else None
    if locked.member_account_id != after:
        _record(locked, kind, actor=actor, now=now, before=locked.member_account_id, after=after)
        locked.member_account = member
        locked.save(update_fields=["member_account"])


def _write_active(locked: User, *, is_active: bool, kind: MemberEvent.Kind, actor: User, now: datetime) -> None:
    locked.is_active = is_active
    locked.save(update_fields=["is_active"])
    _record(locked, kind, actor=actor, now=now)


def _record(account: User, kind: MemberEvent.Kind, *, actor: User, now: datetime, **detail: object) -> None:
    MemberEvent.objects.create(member=account, kind=kind, at=now, actor=actor, detail=detail)
