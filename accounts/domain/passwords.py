"""비밀번호: what it must be, and how a member changes it (§D12, §D14)."""

from datetime import datetime, timedelta

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.domain import limits
from accounts.domain.limits import Limit
from accounts.models import MemberEvent, User
from kotra_portal.errors import RuleViolation
from kotra_portal.mail import portal_link, queue_mail

CHANGES = Limit("password change", 5, timedelta(minutes=15))


class UnfitPassword(RuleViolation):
    """§D12: the password breaks a rule; the sentence names each."""

    sentence = "%(reasons)s"
    field = "password"


class WrongPassword(RuleViolation):
    """The present password differs."""

    sentence = _("현재 비밀번호가 맞지 않습니다. 다시 입력해 주세요.")
    field = "current_password"


def check(password: str, person: User) -> None:
    """§D12: raises UnfitPassword when the password breaks the manual's rule, is common, or is like its owner."""
    try:
        validate_password(password, person)
    except ValidationError as error:
        raise UnfitPassword(reasons=" ".join(error.messages)) from None


def change(member: User, current: str, password: str, *, now: datetime) -> User:
    """§D14: set a new password in place of the present one.

    At most five wrong ones are looked at in a quarter of an hour. Raises WrongPassword, UnfitPassword, TooManyAttempts.
    """
    count_try(member, now=now)
    if not member.check_password(current):
        raise WrongPassword
    limits.forgive(CHANGES, str(member.pk))  # who knows the password may try several new ones
    with transaction.atomic():
        locked = User.objects.select_for_update().get(pk=member.pk)
        if locked.password != member.password:  # changed elsewhere since it was looked at
            raise WrongPassword
        return replace(locked, password, MemberEvent.Kind.PASSWORD_CHANGED, now=now)


def count_try(person: User, *, now: datetime) -> None:
    """§D14: count one try at the present password of somebody who is logged in; raises TooManyAttempts."""
    limits.take(CHANGES, str(person.pk), now=now)


def replace(member: User, password: str, kind: MemberEvent.Kind, *, now: datetime) -> User:
    """§D14: write the new password of a locked row, which ends the member's other sessions, and mail that it changed.

    Raises UnfitPassword.
    """
    check(password, member)
    member.set_password(password)
    member.save(update_fields=["password"])
    MemberEvent.objects.create(member=member, kind=kind, at=now, actor=member)
    context = {"member": member, "at": now, "link": portal_link("password_reset")}
    queue_mail(member.email, "accounts/mail/password_changed", language=member.language, context=context)
    return member
