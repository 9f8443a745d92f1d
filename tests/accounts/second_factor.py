"""What the tests of the staff's second step share: an app that shows codes, and a staff account that has one."""

from datetime import datetime, timedelta

from django.test import Client
from django.utils import timezone
from django_otp.oath import TOTP
from django_otp.plugins.otp_totp.models import TOTPDevice

from accounts.domain import second_factor
from accounts.domain.second_factor import Origin, SetUp
from accounts.models import User
from tests import make

HERE = Origin("192.0.2.1", "")


def app_code(person: User, *, at: datetime | None = None, steps: int = 0) -> str:
    """Read the six digits off the person's app, so many half minutes before or after the moment."""
    device = TOTPDevice.objects.filter(user=person).latest("pk")
    clock = TOTP(device.bin_key)
    clock.time = (at or timezone.now()).timestamp() + 30 * steps
    return f"{clock.token():06d}"


def wrong_code(person: User) -> str:
    """Give six digits that are no code of these minutes."""
    near = {app_code(person, steps=steps) for steps in range(-4, 5)}
    return next(code for number in range(10) if (code := f"{number:06d}") not in near)


def set_up(person: User, *, minutes_ago: int = 5) -> SetUp:
    """Give the person a device that was set up a while ago, so that the codes of now are unused."""
    then = timezone.now() - timedelta(minutes=minutes_ago)
    offered = second_factor.offer(person, None)
    code = app_code(person, at=then)
    return second_factor.set_up(person, offered.pk, code, password="", entered_at=then, origin=HERE, now=then)


def enter(client: Client, username: str = "staff1", *, page: str = "/admin/login/", **more: str) -> object:
    """Give the password at the staff's door."""
    return client.post(page, {"username": username, "password": make.PASSWORD, **more})
