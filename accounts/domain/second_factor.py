"""2단계 인증: after the password, staff prove with their telephone, or with a recovery code, that it is they (§D14).

A log-in that passed is bound to the device it passed with: when the device is reset, no session of it counts any more.
Tries are counted by person and network, by person and by network before the code is looked at, as a password's are. A
browser in which the owner passed both steps is counted apart, so that whoever knows the password alone cannot lock the
owner out.
"""

import base64
import re
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _
from django_otp.oath import TOTP
from django_otp.plugins.otp_totp.models import TOTPDevice

from accounts.domain import limits, login, passwords
from accounts.domain.limits import Limit
from accounts.models import MemberEvent, RecoveryCode, ResetReason, User
from kotra_portal.addresses import client_network
from kotra_portal.errors import RuleViolation
from kotra_portal.mail import portal_link, queue_mail

BY_PERSON_AND_NETWORK = Limit("second step by person and network", 5, timedelta(minutes=15))
BY_PERSON = Limit("second step by person", 20, timedelta(hours=1))
BY_NETWORK = Limit("second step by network", 100, timedelta(minutes=15))
BY_BROWSER = Limit("second step by browser", 10, timedelta(minutes=15))
BY_ALL_BROWSERS = Limit("second step by all browsers of a person", 30, timedelta(hours=1))
TOLERANCE = 1  # steps of 30 seconds that the telephone's clock may be off, either way
PASSWORD_COUNTS_FOR = timedelta(minutes=10)  # an older one is asked for again before a device is set up
RECOVERY_CODES = 10
FEW_CODES = 3
# No letters or digits that look alike on paper; twelve of them cannot be guessed, even from the hashes (59 bits).
ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"
GROUPS, GROUP = 3, 4
RESET_RIGHT = "accounts.reset_second_factor"
_SALT = "accounts.recovery_code"
_WORDS = {
    MemberEvent.Kind.SECOND_FACTOR_SET: _("2단계 인증을 설정했습니다. 이제 로그인할 때 인증 앱의 번호도 입력합니다."),
    MemberEvent.Kind.SECOND_FACTOR_RESET: _(
        "담당자가 2단계 인증을 초기화했습니다. 다음에 로그인할 때 다시 설정해 주세요."
    ),
    MemberEvent.Kind.RECOVERY_CODE_USED: _("복구 코드로 로그인했습니다. 쓴 복구 코드는 다시 쓸 수 없습니다."),
    MemberEvent.Kind.RECOVERY_CODES_NEW: _("복구 코드를 새로 만들었습니다. 전에 만든 코드는 쓸 수 없습니다."),
}


class WrongCode(RuleViolation):
    """§D14: the six digits are not those of the moment, or were used."""

    sentence = _(
        "인증번호가 맞지 않습니다. 인증 앱에 지금 보이는 6자리를 입력해 주세요. 한 번 쓴 번호는 다시 쓸 수 없습니다."
    )
    field = "code"


class WrongRecoveryCode(RuleViolation):
    """§D14: no such code of this person, or it was used."""

    sentence = _("복구 코드가 맞지 않거나 이미 사용했습니다. 다시 확인하고 입력해 주세요.")
    field = "code"


class NotSetUp(RuleViolation):
    """The person has no device."""

    sentence = _("2단계 인증이 설정되어 있지 않습니다.")


class AlreadySetUp(RuleViolation):
    """The person has a device; another takes its place only after a reset."""

    sentence = _("2단계 인증이 이미 설정되어 있습니다.")


class SetUpLost(RuleViolation):
    """The key that was shown is not the one that waits any more: another browser asked for one since."""

    sentence = _("QR 코드가 바뀌었습니다. 아래의 새 QR 코드를 인증 앱에 등록하고 그 번호를 입력해 주세요.")


class OwnSecondFactor(RuleViolation):
    """§D14: nobody resets their own second step by a right they have."""

    sentence = _("자신의 2단계 인증은 초기화할 수 없습니다. 다른 담당자에게 부탁해 주세요.")


class ResetNotAllowed(RuleViolation):
    """§D14: the actor lacks the right, or is no superuser while the person is one."""

    sentence = _("이 계정의 2단계 인증을 초기화할 권한이 없습니다.")


@dataclass(frozen=True)
class Origin:
    """Where a try comes from: the network address, and the browser's token (``accounts.domain.login``)."""

    address: str
    browser: str


@dataclass(frozen=True)
class SetUp:
    """What a set-up gives: the device, and the recovery codes in plain, to be shown once."""

    device: TOTPDevice
    codes: list[str]


def device_of(person: User) -> TOTPDevice | None:
    """The telephone that the person confirmed, or None."""
    return TOTPDevice.objects.filter(user=person, confirmed=True).first()


def is_passed(person: User, passed_with: object) -> bool:
    """§D14: whether a log-in of this staff account has both steps; ``passed_with`` is the device its session names.

    In demonstration mode whoever has set nothing up needs no second step.
    """
    device = device_of(person)
    if device is None:
        return settings.DEMO_MODE
    return passed_with == device.pk


def key_of(device: TOTPDevice) -> str:
    """The device's key as people type it into an app: letters and digits in groups of four."""
    return " ".join(re.findall("....", base64.b32encode(device.bin_key).decode()))


def needs_password(entered_at: datetime | None, *, now: datetime) -> bool:
    """§D14: setting up wants a password entered in this log-in, ten minutes ago at most."""
    return entered_at is None or now - entered_at > PASSWORD_COUNTS_FOR


def offer(person: User, offered: object) -> TOTPDevice:
    """§D14: the unconfirmed device, with its key, that this log-in was offered; a new one at its first look.

    Another log-in's never: who saw its key could confirm what the owner then uses. Raises AlreadySetUp.
    """
    with transaction.atomic():
        _lock(person)
        if device_of(person):
            raise AlreadySetUp
        waiting = TOTPDevice.objects.filter(user=person, confirmed=False)
        found = waiting.filter(pk=offered).first()
        if found is None:
            waiting.delete()
            found = TOTPDevice.objects.create(user=person, confirmed=False, tolerance=TOLERANCE)
    return found


def set_up(
    person: User,
    offered: object,
    code: str,
    *,
    password: str,
    entered_at: datetime | None,
    origin: Origin,
    now: datetime,
) -> SetUp:
    """§D14: confirm the offered device by its first code; the recovery codes can never be read again.

    Raises WrongPassword, WrongCode, SetUpLost, AlreadySetUp, TooManyAttempts.
    """
    if needs_password(entered_at, now=now):
        passwords.check_current(person, password, now=now)
    counted = _count(person, origin, now=now)
    with transaction.atomic():
        _lock(person)
        if device_of(person):
            raise AlreadySetUp
        device = TOTPDevice.objects.filter(user=person, confirmed=False, pk=offered).first()
        if device is None:
            raise SetUpLost
        _use(device, code, now=now)
        device.confirmed = True
        device.save(update_fields=["confirmed"])
        codes = _replace_codes(person)
        _record(person, MemberEvent.Kind.SECOND_FACTOR_SET, actor=person, now=now)
    _forgive(counted)
    return SetUp(device, codes)


def check_code(person: User, code: str, *, origin: Origin, now: datetime) -> TOTPDevice:
    """§D14: the person's device when the six digits are its own, of this half minute or one beside it, and unused.

    Raises WrongCode, NotSetUp, TooManyAttempts.
    """
    counted = _count(person, origin, now=now)
    with transaction.atomic():
        _lock(person)
        device = _confirmed(person)
        _use(device, code, now=now)
    _forgive(counted)
    return device


def use_recovery_code(person: User, code: str, *, origin: Origin, now: datetime) -> TOTPDevice:
    """§D14: let a recovery code stand in for the telephone, once.

    Raises WrongRecoveryCode, NotSetUp, TooManyAttempts.
    """
    counted = _count(person, origin, now=now)
    with transaction.atomic():
        _lock(person)
        device = _confirmed(person)
        used, _rows = person.recovery_codes.filter(code_hash=_hash(person, code)).delete()
        if not used:
            raise WrongRecoveryCode
        _record(person, MemberEvent.Kind.RECOVERY_CODE_USED, actor=person, now=now, left=codes_left(person))
    _forgive(counted)
    return device


def renew_recovery_codes(person: User, password: str, code: str, *, origin: Origin, now: datetime) -> list[str]:
    """§D14: ten new recovery codes in place of the old, for whoever enters password and six digits anew.

    Raises WrongPassword, WrongCode, NotSetUp, TooManyAttempts.
    """
    passwords.check_current(person, password, now=now)
    counted = _count(person, origin, now=now)
    with transaction.atomic():
        _lock(person)
        _use(_confirmed(person), code, now=now)
        codes = _replace_codes(person)
        _record(person, MemberEvent.Kind.RECOVERY_CODES_NEW, actor=person, now=now)
    _forgive(counted)
    return codes


def codes_left(person: User) -> int:
    """How many recovery codes the person has not used."""
    return person.recovery_codes.count()


def check_may_reset(person: User, *, actor: User | None) -> None:
    """§D14: who may reset whose; without an actor it is the operator, by a command.

    Raises OwnSecondFactor, ResetNotAllowed.
    """
    if actor is None:
        return
    if actor.pk == person.pk:
        raise OwnSecondFactor
    if not actor.has_perm(RESET_RIGHT) or (person.is_superuser and not actor.is_superuser):
        raise ResetNotAllowed


def reset(person: User, *, actor: User | None, reason: ResetReason, now: datetime) -> None:
    """§D14: take the device and the recovery codes away, after which the person sets up anew; mailed to the person.

    Raises OwnSecondFactor, ResetNotAllowed, NotSetUp.
    """
    check_may_reset(person, actor=actor)
    with transaction.atomic():
        _lock(person)
        _confirmed(person)
        TOTPDevice.objects.filter(user=person).delete()
        person.recovery_codes.all().delete()
        _record(person, MemberEvent.Kind.SECOND_FACTOR_RESET, actor=actor, now=now, reason=ResetReason(reason).value)


def _lock(person: User) -> None:
    User.objects.select_for_update().get(pk=person.pk)


def _confirmed(person: User) -> TOTPDevice:
    device = device_of(person)
    if device is None:
        raise NotSetUp
    return device


def _use(device: TOTPDevice, code: str, *, now: datetime) -> None:
    """Use a code of a locked person's device up: neither it nor an older one works again. Raises WrongCode."""
    clock = TOTP(device.bin_key, device.step, device.t0, device.digits)
    clock.time = now.timestamp()
    is_code = re.fullmatch(r"[0-9]{6}", code) is not None
    if not is_code or not clock.verify(int(code), device.tolerance, device.last_t + 1):
        raise WrongCode
    device.last_t, device.last_used_at = clock.t(), now
    device.save(update_fields=["last_t", "last_used_at"])


def _count(person: User, origin: Origin, *, now: datetime) -> list[tuple[Limit, str]]:
    """Count a try; returns what a success gives back. Raises TooManyAttempts."""
    browser = login.device_nonce(origin.browser, person)
    if browser:
        counted = [(BY_BROWSER, browser), (BY_ALL_BROWSERS, str(person.pk))]
    else:
        network = client_network(origin.address)
        limits.take(BY_NETWORK, network, now=now)
        counted = [(BY_PERSON_AND_NETWORK, f"{person.pk}\n{network}"), (BY_PERSON, str(person.pk))]
    for limit, subject in counted:
        limits.take(limit, subject, now=now)
    return counted


def _forgive(counted: list[tuple[Limit, str]]) -> None:
    for limit, subject in counted:
        limits.forgive(limit, subject)


def _replace_codes(person: User) -> list[str]:
    person.recovery_codes.all().delete()
    codes = ["-".join(_group() for _each in range(GROUPS)) for _each in range(RECOVERY_CODES)]
    RecoveryCode.objects.bulk_create(RecoveryCode(person=person, code_hash=_hash(person, code)) for code in codes)
    return codes


def _group() -> str:
    return "".join(secrets.choice(ALPHABET) for _each in range(GROUP))


def _hash(person: User, code: str) -> str:
    """The keyed hash of a code, however it is typed."""
    plain = re.sub(r"[\s-]", "", code).lower()
    return salted_hmac(_SALT, f"{person.pk}\n{plain}", algorithm="sha256").hexdigest()


def _record(person: User, kind: MemberEvent.Kind, *, actor: User | None, now: datetime, **detail: object) -> None:
    """Append the event and mail the person, who may have no address (§D3)."""
    MemberEvent.objects.create(member=person, kind=kind, at=now, actor=actor, detail=detail)
    if person.email:
        context = {"member": person, "at": now, "what": _WORDS[kind], "link": portal_link("admin:login")}
        queue_mail(person.email, "accounts/mail/second_factor", language=person.language, context=context)
