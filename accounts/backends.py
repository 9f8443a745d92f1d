"""Every password check of the portal, Django admin's among them, goes through the log-in's limits."""

from django.conf import settings
from django.contrib.auth.backends import BaseBackend, ModelBackend
from django.http import HttpRequest
from django.utils import timezone

from accounts.domain import login
from accounts.models import User
from kotra_portal.addresses import UNKNOWN, client_address


class LimitedBackend(ModelBackend):
    """§D14: checks a password only while the limits allow it."""

    # ModelBackend's own would look at the password without asking the limits.
    aauthenticate = BaseBackend.aauthenticate

    def authenticate(
        self, request: HttpRequest | None, username: str | None = None, password: str | None = None, **_other: object
    ) -> User | None:
        """Return the person, or None; raises TooManyAttempts, which the log-in forms show."""
        if username is None or password is None:
            return None
        return login.check_password(
            username,
            password,
            address=client_address(request) if request else UNKNOWN,
            device=request.COOKIES.get(settings.DEVICE_COOKIE_NAME, "") if request else "",
            now=timezone.now(),
        )
