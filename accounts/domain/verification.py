"""실명인증: by mobile phone or public I-PIN, its result kept on the server (§S5–§S7, §D13)."""

import secrets
from datetime import date, datetime, timedelta
from math import ceil

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext as _t, gettext_lazy as _

from accounts.domain import limits
from accounts.domain.limits import Limit, TooManyAttempts
from accounts.identity import (
    PROVIDER_CONSENTS,
    Identity,
    MobileClaim,
    ProviderConsent,
    ipin_provider,
    mobile_provider,
)
from accounts.models import MAX_OTP_TRIES, Method, OtpChallenge, Purpose, User, Verification
from kotra_portal.errors import RuleViolation
from kotra_portal.masking import mask_username

OTP_DIGITS = 6
OTP_LIFETIME = timedelta(seconds=180)
VERIFICATION_LIFETIME = timedelta(minutes=30)
MINIMUM_AGE = 14

CODES_A_MINUTE = Limit("otp to phone, minute", 1, timedelta(minutes=1))
CODES_AN_HOUR = Limit("otp to phone, hour", 5, timedelta(hours=1))
CLAIMS_BY_ADDRESS = Limit("identity claims by address", 40, timedelta(hours=1))
# The narrow limit is one network's, so that a stranger's tries do not stop the owner; the wide one is everybody's.
CLAIMS_ON_PHONE = Limit("identity claims on phone", 15, timedelta(hours=1))
CLAIMS_ON_PHONE_BY_ALL = Limit("identity claims on phone by all", 60, timedelta(hours=1))
IPIN_TRIES = Limit("i-pin log-in", 5, timedelta(minutes=15))
IPIN_TRIES_BY_ALL = Limit("i-pin log-in by all", 20, timedelta(hours=1))
PICTURES_BY_ADDRESS = Limit("i-pin pictures by address", 60, timedelta(hours=1))


class UnderAge(RuleViolation):
    """§D10: under 14 nobody becomes a member."""

    sentence = _(
        "만 14세 미만은 가입할 수 없습니다. 만 14세가 되는 날부터 가입할 수 있습니다. "
        "궁금한 점은 고객지원팀(%(phone)s)으로 문의해 주세요."
    )


class ProviderConsentMissing(RuleViolation):
    """§S6: the provider does not work without this consent."""

    sentence = _("본인확인에 필요한 ‘%(missing)s’에 체크해 주세요.")


class WrongPictureDigits(RuleViolation):
    """§S7: the digits are not those of the picture, or the picture was used already."""

    sentence = _("그림의 숫자와 다릅니다. 새로 바뀐 숫자 6자리를 다시 입력해 주세요.")
    field = "digits"


class WrongCode(RuleViolation):
    """§D13: the code differs; says how many tries are left."""

    sentence = _(
        "인증번호가 맞지 않습니다. 문자로 받은 6자리 숫자를 다시 확인해 주세요. %(left)s번 더 입력할 수 있습니다."
    )
    field = "code"


class CodeTooSoon(TooManyAttempts):
    """§D13: the phone got a code less than a minute ago; says how many seconds are left."""

    sentence = _("인증번호는 1분에 한 번 보냅니다. %(seconds)s초 뒤에 다시 눌러 주세요.")

    def __init__(self, wait: timedelta) -> None:
        """Say the wait in seconds, rounded up."""
        super().__init__(wait)
        self.parameters = {"seconds": max(1, ceil(wait.total_seconds()))}


class CodeExpired(RuleViolation):
    """§D13: the code lived its 180 seconds."""

    sentence = _("인증번호의 유효 시간 3분이 지났습니다. ‘인증번호 재전송’을 눌러 새 번호를 받아 주세요.")
    field = "code"


class CodeDead(RuleViolation):
    """§D13: five wrong tries killed the code, the right one too."""

    sentence = _("인증번호를 5번 잘못 입력해 이 번호는 쓸 수 없습니다. ‘인증번호 재전송’을 눌러 새 번호를 받아 주세요.")
    field = "code"


class VerificationExpired(RuleViolation):
    """§S5: the result is older than 30 minutes, was used already, or is not there."""

    sentence = _(
        "실명인증의 유효 시간 30분이 지났거나 이미 사용했습니다. 다시 인증해 주세요. 입력한 회원정보는 그대로 있습니다."
    )


class AccountExists(RuleViolation):
    """§D10: this person has an account already; shows its ID masked."""

    sentence = _(
        "이미 가입한 회원입니다. 아이디는 %(masked)s입니다. 로그인하거나 아이디·비밀번호 찾기를 이용해 주세요."
    )


def hash_ci(ci: str) -> str:
    """§D10: the keyed hash that stands for a person; the CI itself is never kept."""
    return salted_hmac("accounts.ci", ci, secret=settings.CI_KEY, algorithm="sha256").hexdigest()


def check_age(birth_date: date, *, today: date) -> None:
    """§D10: raises UnderAge for whoever is under 14 on that KST date."""
    years = today.year - birth_date.year - ((today.month, today.day) < (birth_date.month, birth_date.day))
    if years < MINIMUM_AGE:
        raise UnderAge(phone=settings.SUPPORT_TEAM["phone"])


def check_is_new_person(ci_hash: str) -> None:
    """§D10: one person, one account; raises AccountExists when a live member is this person."""
    member = User.objects.filter(ci_hash=ci_hash, closed_at__isnull=True).first()
    if member is not None:
        raise AccountExists(masked=mask_username(member.username))


def missing_consents(consents: dict[str, bool]) -> list[ProviderConsent]:
    """§S6: the provider's required consents that were not given."""
    return [consent for consent in PROVIDER_CONSENTS if consent.required and not consents.get(consent.name)]


def refuse_consent(missing: ProviderConsent) -> ProviderConsentMissing:
    """§S6: the refusal for one missing consent, to be raised or shown beside its field."""
    return ProviderConsentMissing(field=missing.name, missing=missing.label)


def request_code(
    claim: MobileClaim, purpose: Purpose, *, provider_consents: dict[str, bool], address: str, now: datetime
) -> Verification:
    """§S6: ask the carrier who owns the phone, and have a six-digit code sent to it.

    Raises ProviderConsentMissing, UnderAge, an IdentityRefusal, or TooManyAttempts (§D13: a phone gets one code a
    minute and five an hour).
    """
    for missing in missing_consents(provider_consents):
        raise refuse_consent(missing)
    if purpose == Purpose.SIGNUP:
        check_age(claim.birth_date, today=timezone.localdate(now))
    limits.take(CLAIMS_BY_ADDRESS, address, now=now)
    limits.take(CLAIMS_ON_PHONE, f"{claim.mobile}\n{address}", now=now)
    limits.take(CLAIMS_ON_PHONE_BY_ALL, claim.mobile, now=now)
    identity = mobile_provider().identify(claim)
    _take_code(claim.mobile, now=now)
    verification = _record(identity, purpose, Method.MOBILE, provider_consents, now=now)
    _send_code(verification, now=now)
    return verification


def resend_code(verification: Verification, *, now: datetime) -> None:
    """§S6 인증번호 재전송: send a new code, which ends the earlier one; raises TooManyAttempts, VerificationExpired."""
    if not awaits_code(verification, now=now):
        raise VerificationExpired
    _take_code(verification.mobile, now=now)
    _send_code(verification, now=now)


def confirm_code(verification_id: object, code: str, *, now: datetime) -> Verification:
    """§D13: a code lives 180 s, allows 5 wrong tries, works once; the row is locked, so parallel tries are counted too.

    Raises WrongCode, CodeExpired, CodeDead; VerificationExpired when there is nothing to confirm.
    """
    with transaction.atomic():
        verification = Verification.objects.select_for_update().filter(pk=verification_id).first()
        refusal = _try_code(verification, code, now=now)
    if refusal is not None:  # raised outside, so that the counted try is kept
        raise refusal
    return verification


def check_picture_digits(typed: str, shown: str, *, address: str, now: datetime) -> None:
    """§S7: the digits of the picture, which keep programs from trying passwords.

    A wrong one counts against the address alone, never against the I-PIN. Raises WrongPictureDigits, TooManyAttempts.
    """
    limits.take(PICTURES_BY_ADDRESS, address, now=now)
    if not shown or not constant_time_compare(typed, shown):
        raise WrongPictureDigits


def verify_by_ipin(ipin_id: str, password: str, purpose: Purpose, *, address: str, now: datetime) -> Verification:
    """§S7: verify by public I-PIN; raises an IdentityRefusal, UnderAge or TooManyAttempts."""
    limits.take(CLAIMS_BY_ADDRESS, address, now=now)
    counted = [(IPIN_TRIES, f"{ipin_id.lower()}\n{address}"), (IPIN_TRIES_BY_ALL, ipin_id.lower())]
    for limit, subject in counted:
        limits.take(limit, subject, now=now)
    identity = ipin_provider().identify(ipin_id, password)
    for limit, subject in counted:
        limits.forgive(limit, subject)
    if purpose == Purpose.SIGNUP:
        check_age(identity.birth_date, today=timezone.localdate(now))
    verification = _record(identity, purpose, Method.IPIN, {}, now=now)
    verification.verified_at = now
    verification.save(update_fields=["verified_at"])
    return verification


def awaits_code(verification: Verification | None, *, now: datetime) -> bool:
    """§S6: a code was asked for within the last 30 minutes and the person is not verified by it yet."""
    return (
        verification is not None
        and verification.method == Method.MOBILE
        and verification.verified_at is None
        and now < verification.requested_at + VERIFICATION_LIFETIME
    )


def was_just_sent(verification: Verification | None, claim: MobileClaim, *, now: datetime) -> bool:
    """§S6: this very claim got its code within the last minute: asking again is the second press of one button."""
    return (
        awaits_code(verification, now=now)
        and now < verification.requested_at + CODES_A_MINUTE.window
        and claim == claim_of(verification)
    )


def claim_of(verification: Verification) -> MobileClaim:
    """§S6: what was typed into the carrier's window, as the carrier confirmed it."""
    return MobileClaim(
        carrier=verification.carrier,
        name=verification.name,
        gender=verification.gender,
        birth_date=verification.birth_date,
        is_foreigner=verification.is_foreigner,
        mobile=verification.mobile,
    )


def is_fresh(verification: Verification | None, *, now: datetime) -> bool:
    """§S5: verified within the last 30 minutes and not used yet."""
    return is_recent(verification, now=now) and verification.consumed_at is None


def is_recent(verification: Verification | None, *, now: datetime) -> bool:
    """§S5: verified within the last 30 minutes, used or not."""
    return (
        verification is not None
        and verification.verified_at is not None
        and now < verification.verified_at + VERIFICATION_LIFETIME
    )


def consume(verification_id: object, purpose: Purpose, *, now: datetime) -> Verification:
    """§S5: use the verification, once and for its own purpose only; call inside the transaction of what it allows.

    The caller sets ``member`` where the verification belongs to one. Raises VerificationExpired.
    """
    verification = Verification.objects.select_for_update().filter(pk=verification_id, purpose=purpose).first()
    if not is_fresh(verification, now=now):
        raise VerificationExpired
    verification.consumed_at = now
    verification.save(update_fields=["consumed_at"])
    return verification


def code_seconds_left(verification: Verification, *, now: datetime) -> int:
    """§S6: how many seconds the last code still lives; none once wrong tries killed it."""
    challenge = verification.challenges.first()
    if challenge is None or challenge.tries >= MAX_OTP_TRIES:
        return 0
    return max(0, int((challenge.sent_at + OTP_LIFETIME - now).total_seconds()))


def _take_code(mobile: str, *, now: datetime) -> None:
    try:
        limits.take(CODES_A_MINUTE, mobile, now=now)
    except TooManyAttempts as refusal:
        raise CodeTooSoon(refusal.wait) from None
    limits.take(CODES_AN_HOUR, mobile, now=now)


def _record(
    identity: Identity, purpose: Purpose, method: Method, provider_consents: dict[str, bool], *, now: datetime
) -> Verification:
    return Verification.objects.create(
        purpose=purpose,
        method=method,
        name=identity.name,
        birth_date=identity.birth_date,
        gender=identity.gender,
        is_foreigner=identity.is_foreigner,
        carrier=identity.carrier,
        mobile=identity.mobile,
        ci_hash=hash_ci(identity.ci),
        provider_consents=provider_consents,
        requested_at=now,
    )


def _send_code(verification: Verification, *, now: datetime) -> None:
    code = f"{secrets.randbelow(10**OTP_DIGITS):0{OTP_DIGITS}}"
    OtpChallenge.objects.create(verification=verification, code_hash=_hash_code(verification, code), sent_at=now)
    text = _t("[KOTRA] 인증번호 %(code)s. 3분 안에 입력해 주세요. 다른 사람에게 알려 주지 마세요.") % {"code": code}
    mobile_provider().send_code(verification.mobile, text, now=now)


def _hash_code(verification: Verification, code: str) -> str:
    return salted_hmac("accounts.otp", f"{verification.pk}\n{code}", algorithm="sha256").hexdigest()


def _try_code(verification: Verification | None, code: str, *, now: datetime) -> RuleViolation | None:
    challenge = verification.challenges.first() if verification else None
    if challenge is None or verification.verified_at is not None:
        return VerificationExpired()
    if now >= challenge.sent_at + OTP_LIFETIME:
        return CodeExpired()
    if challenge.tries >= MAX_OTP_TRIES:
        return CodeDead()
    if not constant_time_compare(challenge.code_hash, _hash_code(verification, code)):
        challenge.tries += 1
        challenge.save(update_fields=["tries"])
        left = MAX_OTP_TRIES - challenge.tries
        return WrongCode(left=left) if left else CodeDead()
    challenge.consumed_at = verification.verified_at = now
    challenge.save(update_fields=["consumed_at"])
    verification.save(update_fields=["verified_at"])
    return None
