"""아이디 찾기 and 비밀번호 재설정, by verification or by mail, saying the same to everybody (§D14)."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.auth.tokens import default_token_generator
from django.db import transaction
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_decode, urlsafe_base64_encode
from django.utils.translation import gettext_lazy as _

from accounts.domain import limits, passwords, verification
from accounts.domain.limits import Limit
from accounts.models import MemberEvent, Purpose, User, Verification
from accounts.names import normalize_username
from kotra_portal.errors import RuleViolation
from kotra_portal.mail import portal_link, queue_mail

MAILS_TO = Limit("recovery mail to address", 3, timedelta(hours=1))
MAILS_BY = Limit("recovery mail by network", 20, timedelta(hours=1))
_OF_STAFF = "s"  # stands before the key in a staff account's link


class RecoveryExpired(verification.VerificationExpired):
    """§S5: the verification is older than 30 minutes, was used already, or is not there."""

    sentence = _("실명인증의 유효 시간 30분이 지났거나 이미 사용했습니다. 처음부터 다시 해 주세요.")


class NoAccount(RuleViolation):
    """§D14: the verified person has no account; only that person is told."""

    sentence = _("이 실명인증으로 가입한 회원이 없습니다. 회원가입을 해 주세요.")


class ResetLinkInvalid(RuleViolation):
    """§D14: the link was used, is too old, or damaged."""

    sentence = _("이 링크는 유효 시간이 지났거나 이미 사용했습니다. 비밀번호 재설정을 처음부터 다시 해 주세요.")


class StaffLinkInvalid(ResetLinkInvalid):
    """§D3: the same of a staff account's link, or a newer one was sent; staff cannot have one mailed by themselves."""

    sentence = _(
        "이 링크는 유효 시간이 지났거나, 이미 사용했거나, 새 링크를 보내면서 쓸 수 없게 되었습니다. 가장 최근에 받은 "
        "메일의 링크를 열거나, 회원 포털 관리자에게 링크를 다시 보내 달라고 해 주세요."
    )


@dataclass(frozen=True)
class Proof:
    """§D14: what lets somebody set a new password: a verification, or else a mailed link (its two parts)."""

    verification_id: object = None
    link: tuple[str, str] | None = None


def find_id(verification_id: object, *, now: datetime) -> User:
    """§D14: the account of the verified person; uses the verification up.

    Asked again within the verification's 30 minutes it answers again, so that a page loaded anew is no error. Raises
    NoAccount, RecoveryExpired.
    """
    with transaction.atomic():
        verified = Verification.objects.select_for_update().filter(pk=verification_id, purpose=Purpose.FIND_ID).first()
        if not verification.is_recent(verified, now=now):
            raise RecoveryExpired
        member = _account_of(verified.ci_hash)
        if verified.consumed_at is None:
            verified.consumed_at, verified.member = now, member
            verified.save(update_fields=["consumed_at", "member"])
    return member


def mail_id(name: str, email: str, *, language: str, network: str, now: datetime) -> None:
    """§D14: mail the IDs of this name to this confirmed address; without one, the mail says so.

    One mail is queued either way, so that the page and the work done are the same for known and unknown. ``language``
    is for an address that is no member's. Raises TooManyAttempts, for known and unknown alike.
    """
    _count_mail(email, network, now=now)
    members = _confirmed(email, name__iexact=name)
    context = {"members": members, "link": portal_link("login" if members else "find_id")}
    to, language = (members[0].email, members[0].language) if members else (email, language)
    queue_mail(to, "accounts/mail/find_id", language=language, context=context)


def mail_reset_link(username: str, email: str, *, language: str, network: str, now: datetime) -> None:
    """§D14: mail a link that resets the password, to a confirmed address of this ID; without one, the mail says so.

    Same mail count, page and work for known and unknown. Raises TooManyAttempts, for both alike.
    """
    _count_mail(email, network, now=now)
    member = next(iter(_confirmed(email, username=normalize_username(username))), None)
    token_owner = member or User(pk=0, email=email)  # the same work for nobody
    link = reset_link(token_owner)
    context = {"member": member, "link": link if member else portal_link("signup")}
    context["minutes"] = link_minutes()
    to, language = (member.email, member.language) if member else (email, language)
    queue_mail(to, "accounts/mail/reset_password", language=language, context=context)


def reset_link(person: User) -> str:
    """§D14: the link that sets this person's password, once; another password, address or log-in ends it."""
    key = f"{_OF_STAFF}{person.pk}" if person.is_staff else str(person.pk)
    return portal_link(
        "open_reset_link", urlsafe_base64_encode(force_bytes(key)), default_token_generator.make_token(person)
    )


def link_minutes() -> int:
    """§D14: for how many minutes such a link works."""
    return settings.PASSWORD_RESET_TIMEOUT // 60


def find_by_proof(proof: Proof, *, now: datetime) -> User:
    """§D14: whose password the proof may set, without using it up.

    Raises RecoveryExpired, NoAccount, ResetLinkInvalid.
    """
    if proof.link:
        return find_by_reset_token(*proof.link)
    return find_by_verification(proof.verification_id, now=now)


def reset(proof: Proof, password: str, *, now: datetime) -> User:
    """§D14: set a new password; the proof ends with it, and so does every session of the member.

    Raises RecoveryExpired, NoAccount, ResetLinkInvalid, UnfitPassword.
    """
    if proof.link:
        return reset_by_token(*proof.link, password, now=now)
    return reset_by_verification(proof.verification_id, password, now=now)


def find_by_reset_token(uid: str, token: str) -> User:
    """§D14: the person whom a mailed link lets in; a refusal reads the link alone, so it tells nothing of accounts.

    Raises ResetLinkInvalid, StaffLinkInvalid among it.
    """
    try:
        key = urlsafe_base64_decode(uid).decode()
        pk = int(key.removeprefix(_OF_STAFF))
    except ValueError:
        raise ResetLinkInvalid from None
    is_staff = key.startswith(_OF_STAFF)
    person = User.objects.filter(pk=pk, is_active=True, is_staff=is_staff).first() if 0 < pk < 2**63 else None
    if person is None or not default_token_generator.check_token(person, token):
        raise StaffLinkInvalid if is_staff else ResetLinkInvalid
    return person


def find_by_verification(verification_id: object, *, now: datetime) -> User:
    """§D14: the member whom a verification made for this purpose lets in, without using it up.

    A suspended member reads what nobody's verification reads. Raises RecoveryExpired, NoAccount.
    """
    found = Verification.objects.filter(pk=verification_id, purpose=Purpose.RESET_PASSWORD).first()
    if not verification.is_fresh(found, now=now):
        raise RecoveryExpired
    return _account_of(found.ci_hash, is_active=True)


def reset_by_token(uid: str, token: str, password: str, *, now: datetime) -> User:
    """§D14: set a new password by the mailed link, which ends with it; raises ResetLinkInvalid, UnfitPassword."""
    with transaction.atomic():
        member = User.objects.select_for_update().get(pk=find_by_reset_token(uid, token).pk)
        find_by_reset_token(uid, token)
        return passwords.replace(member, password, MemberEvent.Kind.PASSWORD_RESET, now=now)


def reset_by_verification(verification_id: object, password: str, *, now: datetime) -> User:
    """§D14: set a new password by verification, used up by it; raises RecoveryExpired, NoAccount, UnfitPassword."""
    with transaction.atomic():
        try:
            verified = verification.consume(verification_id, Purpose.RESET_PASSWORD, now=now)
        except verification.VerificationExpired:
            raise RecoveryExpired from None
        member = User.objects.select_for_update().get(pk=_account_of(verified.ci_hash, is_active=True).pk)
        verified.member = member
        verified.save(update_fields=["member"])
        return passwords.replace(member, password, MemberEvent.Kind.PASSWORD_RESET, now=now)


def _account_of(ci_hash: str, **state: bool) -> User:
    member = User.objects.filter(ci_hash=ci_hash, closed_at__isnull=True, **state).first()
    if member is None:
        raise NoAccount
    return member


def _confirmed(email: str, **who: str) -> list[User]:
    members = User.objects.filter(email__iexact=email, email_confirmed_at__isnull=False, is_active=True, is_staff=False)
    # The database holds some different letters for equal (ı and i): a look-alike of an address is another address.
    return [member for member in members.filter(**who).order_by("pk") if member.email.casefold() == email.casefold()]


def _count_mail(email: str, network: str, *, now: datetime) -> None:
    limits.take(MAILS_BY, network, now=now)
    limits.take(MAILS_TO, email.lower(), now=now)
