"""비밀번호: what it must be, and how a person changes it (§D12, §D14)."""

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


SAME_PASSWORD = _("지금 쓰는 비밀번호입니다. 다른 비밀번호를 입력해 주세요.")


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


def change(person: User, current: str, password: str, *, now: datetime) -> User:
    """§D14: set a new password in place of the present one, a member's or a staff account's.

    Raises WrongPassword, UnfitPassword, TooManyAttempts.
    """
    check_current(person, current, now=now)
    with transaction.atomic():
        locked = User.objects.select_for_update().get(pk=person.pk)
        if locked.password != person.password:  # changed elsewhere since it was looked at
            raise WrongPassword
        return replace(locked, password, MemberEvent.Kind.PASSWORD_CHANGED, now=now)


def check_current(person: User, current: str, *, now: datetime) -> None:
    """§D14: look at the present password of somebody who is logged in, at five wrong ones in a quarter of an hour.

    Raises WrongPassword, TooManyAttempts.
    """
    limits.take(CHANGES, str(person.pk), now=now)
    if not person.check_password(current):
        raise WrongPassword
    limits.forgive(CHANGES, str(person.pk))  # who knows the password may try several new ones


def replace(person: User, password: str, kind: MemberEvent.Kind, *, now: datetime) -> User:
    """§D14: write the new password of a locked row, which ends the person's other sessions, and mail that it changed.

    Staff accounts may have no address to mail to. Raises UnfitPassword.
    """
    check(password, person)
    if person.check_password(password):
        raise UnfitPassword(reasons=SAME_PASSWORD)
    person.set_password(password)
    person.save(update_fields=["password"])
    MemberEvent.objects.create(member=person, kind=kind, at=now, actor=person)
    if person.email:
        # Staff passwords are not reset by their owners (§D3).
        link = portal_link("admin:login" if person.is_staff else "password_reset")
        context = {"member": person, "at": now, "link": link}
        queue_mail(person.email, "accounts/mail/password_changed", language=person.language, context=context)
    return person
