"""로그인: checking a password within limits that hold, and that do not lock the owner out (§D14, promises: access).

Failures are counted by (ID, network), by ID and by network; in IPv6 also by the site, since one customer commonly has
many networks, and one site alone must not use up what an ID has. A browser in which the owner logged in before carries
a device token and is counted by itself, so an attacker's failures elsewhere never stop it. A token ends with the
password it was given for, and all of a person's devices together have a limit too, so that tokens do not multiply the
guesses.
"""

import secrets
from datetime import datetime, timedelta
from ipaddress import ip_network

from django.contrib.auth.hashers import make_password
from django.core import signing
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import ngettext_lazy

from accounts.domain import limits
from accounts.domain.limits import Limit, TooManyAttempts
from accounts.models import User
from accounts.names import normalize_username
from kotra_portal.addresses import client_network

BY_ID_AND_NETWORK = Limit("log-in by id and network", 5, timedelta(minutes=15))
BY_ID_AND_SITE = Limit("log-in by id and site", 20, timedelta(hours=1))
BY_ID = Limit("log-in by id", 50, timedelta(hours=1))
BY_NETWORK = Limit("log-in by network", 200, timedelta(minutes=15))
BY_SITE = Limit("log-in by site", 1000, timedelta(minutes=15))
OF_AN_ID = (BY_ID_AND_NETWORK, BY_ID_AND_SITE, BY_ID)
SITE_PREFIX = 48  # bits; the most of IPv6 that one customer is commonly given
BY_DEVICE = Limit("log-in by device", 10, timedelta(minutes=15))
BY_ALL_DEVICES = Limit("log-in by all devices of a person", 30, timedelta(hours=1))
DEVICE_LIFETIME = timedelta(days=180)
_SALT = "accounts.device"


class IdLocked(TooManyAttempts):
    """§D14: too many failed with this ID; says the owner's way in, which no stranger can close."""

    sentence = ngettext_lazy(
        "이 아이디로 로그인에 너무 여러 번 실패했습니다. %(minutes)s분 뒤에 다시 시도해 주세요. "
        "회원은 비밀번호를 재설정하면 기다리지 않고 로그인할 수 있습니다.",
        "이 아이디로 로그인에 너무 여러 번 실패했습니다. %(minutes)s분 뒤에 다시 시도해 주세요. "
        "회원은 비밀번호를 재설정하면 기다리지 않고 로그인할 수 있습니다.",
        "minutes",
    )


def check_password(username: str, password: str, *, address: str, device: str, now: datetime) -> User | None:
    """The person with this ID and password, else None, with the same work for known and unknown IDs.

    Every try is counted before the password is looked at, so that parallel guesses are counted too, and a success gives
    its count back. Raises TooManyAttempts, IdLocked among it, for known and unknown IDs alike.
    """
    username = normalize_username(username)
    user = User.objects.filter(username=username).first()
    counted = _count(username, user, client_network(address), device, now=now)
    if user is None:
        make_password(password)
        return None
    if not user.check_password(password) or not user.is_active:
        return None
    for limit, subject in counted:
        limits.forgive(limit, subject)
    return user


def device_token(user: User) -> str:
    """§D14: a token for the browser in which this person just proved who they are; it ends with their password."""
    return signing.dumps([user.pk, secrets.token_hex(8), _password_mark(user)], salt=_SALT)


def device_nonce(device: str, owner: User) -> str | None:
    """§D14: what names the browser that carries this token, when it was given to this person; else None."""
    try:
        pk, nonce, mark = signing.loads(device, salt=_SALT, max_age=DEVICE_LIFETIME)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    return nonce if constant_time_compare(mark, _password_mark(owner)) and pk == owner.pk else None


def _count(username: str, user: User | None, network: str, device: str, *, now: datetime) -> list[tuple[Limit, str]]:
    owner = user or User(pk=0)  # the same work for nobody
    nonce = device_nonce(device, owner)
    if nonce:
        counted = [(BY_DEVICE, nonce), (BY_ALL_DEVICES, f"{owner.pk}\n{_password_mark(owner)}")]
    else:
        # By the password as well: whoever resets it begins afresh on every device, which no stranger can do.
        counted = _count_network(f"{username}\n{_password_mark(owner)}", network, now=now)
    for limit, subject in counted:
        _take(limit, subject, now=now)
    return counted


def _count_network(account: str, network: str, *, now: datetime) -> list[tuple[Limit, str]]:
    """Count what a success does not give back; return what is still to be counted, the ID's own limit last."""
    whole = ip_network(network)
    site = str(whole.supernet(new_prefix=SITE_PREFIX)) if whole.version == 6 else None
    limits.take(BY_NETWORK, network, now=now)
    if site:
        limits.take(BY_SITE, site, now=now)
    by_site = [(BY_ID_AND_SITE, f"{account}\n{site}")] if site else []
    return [(BY_ID_AND_NETWORK, f"{account}\n{network}"), *by_site, (BY_ID, account)]


def _take(limit: Limit, subject: str, *, now: datetime) -> None:
    try:
        limits.take(limit, subject, now=now)
    except TooManyAttempts as refusal:
        raise (IdLocked(refusal.wait) if limit in OF_AN_ID else refusal) from None


def _password_mark(user: User) -> str:
    """What changes with the password and tells nothing of it."""
    return salted_hmac(_SALT, user.password, algorithm="sha256").hexdigest()[:16]
