"""A member's e-mail address is confirmed by a link; only a confirmed one can reset a password (§D14)."""

from datetime import datetime, timedelta

from django.core import signing
from django.db import transaction
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext_lazy as _

from accounts.domain import limits
from accounts.domain.limits import Limit
from accounts.models import MemberEvent, User
from kotra_portal.errors import RuleViolation
from kotra_portal.mail import portal_link, queue_mail

LINK_LIFETIME = timedelta(days=3)
RESENDS = Limit("confirmation mail", 3, timedelta(hours=1))
_SALT = "accounts.email_confirmation"


class LinkInvalid(RuleViolation):
    """The link is damaged, older than three days, or the address was changed since."""

    sentence = _(
        "이 링크는 유효 기간이 지났거나 맞지 않습니다. 로그인한 뒤 마이KOTRA에서 확인 메일을 다시 받아 주세요."
    )


class AlreadyConfirmed(RuleViolation):
    """The present address is confirmed."""

    sentence = _("이미 확인한 이메일입니다. 확인 메일을 다시 받지 않아도 됩니다.")


def send(member: User) -> None:
    """§D14: queue the mail with the link that confirms the member's present address."""
    link = portal_link("confirm_email", signing.dumps([member.pk, _mark(member.email)], salt=_SALT))
    context = {"member": member, "link": link, "days": LINK_LIFETIME.days}
    queue_mail(member.email, "accounts/mail/confirm_email", language=member.language, context=context)


def resend(member: User, *, now: datetime) -> None:
    """§D14: queue the mail again, at most three times an hour; raises AlreadyConfirmed, TooManyAttempts."""
    if member.email_confirmed_at is not None:
        raise AlreadyConfirmed
    limits.take(RESENDS, str(member.pk), now=now)
    send(member)


def find_member(token: str) -> User:
    """§D14: the member whose present address the link confirms; raises LinkInvalid."""
    try:
        member_id, mark = signing.loads(token, salt=_SALT, max_age=LINK_LIFETIME)
    except signing.BadSignature:
        raise LinkInvalid from None
    member = User.objects.filter(pk=member_id, closed_at__isnull=True).first()
    if member is None or not constant_time_compare(mark, _mark(member.email)):
        raise LinkInvalid
    return member


def confirm(token: str, *, now: datetime) -> User:
    """§D14: confirm the address; a second use of the link changes nothing. Raises LinkInvalid."""
    with transaction.atomic():
        member = User.objects.select_for_update().get(pk=find_member(token).pk)
        find_member(token)
        if member.email_confirmed_at is None:
            member.email_confirmed_at = now
            member.save(update_fields=["email_confirmed_at"])
            MemberEvent.objects.create(member=member, kind=MemberEvent.Kind.EMAIL_CONFIRMED, at=now, actor=member)
    return member


def _mark(email: str) -> str:
    """Stands for the address in the link, which many programs see on its way, and does not tell it."""
    return salted_hmac(_SALT, email, algorithm="sha256").hexdigest()[:32]
