"""회원정보: what a member changes about themselves (§S8, §S9, §D14)."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.domain import email_confirmation, limits, passwords, terms
from accounts.domain.limits import Limit
from accounts.domain.signup import NewsletterNeedsConsent
from accounts.models import MemberEvent, Method, Purpose, Subscription, TermsKind, User
from kotra_portal.errors import RuleViolation
from kotra_portal.mail import portal_link, queue_mail

# Columns of the member's row; ID, name, birth date and gender are what was verified, and not among them.
FIELDS = (
    "name_en", "postcode", "address", "address_detail", "phone", "email", "mobile", "fax",
    "department", "position", "address_en", "preferred_medium", "language",
)  # fmt: skip
CHANGEABLE = {*FIELDS, "newsletters"}
EMAIL_CHANGES = Limit("e-mail change", 5, timedelta(hours=1))


class PasswordMissing(RuleViolation):
    """A new e-mail address without the present password."""

    sentence = _("이메일을 바꾸려면 현재 비밀번호를 입력해 주세요.")
    field = "current_password"


def values_of(member: User) -> dict[str, object]:
    """What ``change`` may change, as it is now."""
    newsletters = member.subscriptions.order_by("newsletter").values_list("newsletter", flat=True)
    return {name: getattr(member, name) for name in FIELDS} | {"newsletters": list(newsletters)}


def has_verified_mobile(member: User) -> bool:
    """§S8: the number came from the verification by mobile phone, and so cannot be typed over."""
    return member.verifications.filter(purpose=Purpose.SIGNUP, method=Method.MOBILE).exists()


def may_subscribe(member: User) -> bool:
    """§S9: tell whether the member agreed to the marketing consent, without which there are no newsletters."""
    return terms.agrees_to(member, TermsKind.MARKETING)


def change(member: User, changes: dict[str, object], *, current_password: str = "", now: datetime) -> User:
    """§D14: write what the member changed, and nothing else; a new e-mail address has to be confirmed anew.

    ``changes`` has cleaned values by the names of ``values_of``. A new e-mail address needs the present password, since
    whoever holds the address can reset it. Raises NewsletterNeedsConsent, PasswordMissing, WrongPassword,
    TooManyAttempts, and ValueError for what is not the member's to change.
    """
    if not set(changes) <= CHANGEABLE or ("mobile" in changes and has_verified_mobile(member)):
        raise ValueError(sorted(changes))
    if changes.get("email", member.email) == member.email:
        changes = {name: value for name, value in changes.items() if name != "email"}
    else:
        _check_may_change_email(member, current_password, now=now)
    with transaction.atomic():
        locked = User.objects.select_for_update().get(pk=member.pk)
        if "email" in changes and locked.password != member.password:  # changed elsewhere since it was looked at
            raise passwords.WrongPassword
        previous_email = locked.email
        changed = _write(locked, changes)
        if "newsletters" in changes and _subscribe(locked, changes["newsletters"], now=now):
            changed.append("newsletters")
        if changed:
            kind, detail = MemberEvent.Kind.PROFILE_CHANGED, {"fields": changed}
            MemberEvent.objects.create(member=locked, kind=kind, at=now, actor=locked, detail=detail)
        if "email" in changed:
            email_confirmation.send(locked)
            _tell_previous_address(locked, previous_email, now=now)
    return locked


def choose_language(member: User, language: str) -> None:
    """§D22: keep the language the person reads and is mailed in ("ko" or "en")."""
    member.language = language
    member.save(update_fields=["language"])


def _check_may_change_email(member: User, current_password: str, *, now: datetime) -> None:
    if not current_password:
        raise PasswordMissing
    passwords.check_current(member, current_password, now=now)
    limits.take(EMAIL_CHANGES, str(member.pk), now=now)


def _write(locked: User, changes: dict[str, object]) -> list[str]:
    changed = [name for name in FIELDS if name in changes and getattr(locked, name) != changes[name]]
    for name in changed:
        setattr(locked, name, changes[name])
    if "email" in changed:
        locked.email_confirmed_at = None
    if changed:
        locked.save(update_fields=[*changed, "email_confirmed_at"])
    return changed


def _subscribe(locked: User, newsletters: Sequence[str], *, now: datetime) -> bool:
    if newsletters and not may_subscribe(locked):
        raise NewsletterNeedsConsent
    held = set(locked.subscriptions.values_list("newsletter", flat=True))
    locked.subscriptions.exclude(newsletter__in=newsletters).delete()
    for newsletter in sorted(set(newsletters) - held):
        Subscription.objects.create(member=locked, newsletter=newsletter, since=now)
    return set(newsletters) != held


def _tell_previous_address(member: User, previous: str, *, now: datetime) -> None:
    context = {"member": member, "at": now, "link": portal_link("password_reset")}
    queue_mail(previous, "accounts/mail/email_changed", language=member.language, context=context)
