"""What a visitor's session holds between the pages of people.

Ids of rows that stay on the server (the draft, the verifications, a staff account's device), the door taken, and
moments; beside this module the two parts of an opened reset link (``recovery``) and the digits of the I-PIN's picture
(``verification``). Personal data are in it for half an hour at most (``kotra_portal.kept``): what the provider's
windows refused, I-PIN passwords, codes and digits left out, and the details typed and not saved yet on 회원정보 변경,
the password left out.
"""

from datetime import UTC, datetime

from django.conf import settings
from django.contrib.auth import login as log_in
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django_otp.plugins.otp_totp.models import TOTPDevice

from accounts.domain import login, second_factor, signup
from accounts.domain.second_factor import Origin
from accounts.models import Purpose, SignupDraft, User, Verification
from kotra_portal.access import SECOND_STEP, has_passed_second_step
from kotra_portal.addresses import client_address
from kotra_portal.middleware import extend

DRAFT = "signup_draft"
DOOR = "signup_door"
RENEWED_AT = "signup_renewed_at"
# Seconds. The session row is written once in so long, because two requests at once would overwrite each other's.
RENEWAL_PRECISION = 600
VERIFICATION = "verification_{}"
PASSWORD_AT = "password_entered_at"  # noqa: S105 (the name of a moment)
OFFERED_DEVICE = "offered_device"


def begin_signup(request: HttpRequest, draft: SignupDraft) -> None:
    """§D14: bind the sign-up to this browser, for two hours from its last step."""
    request.session[DRAFT] = str(draft.pk)
    request.session.pop(RENEWED_AT, None)
    renew_signup(request)


def renew_signup(request: HttpRequest) -> None:
    """§D14: count the two hours anew; the session must not end before the draft that it leads to."""
    now = int(timezone.now().timestamp())
    if now - request.session.get(RENEWED_AT, 0) >= RENEWAL_PRECISION:
        request.session[RENEWED_AT] = now
        request.session.set_expiry(settings.SIGNUP_DRAFT_MINUTES * 60 + RENEWAL_PRECISION)


def draft_of(request: HttpRequest) -> SignupDraft:
    """The visitor's sign-up; raises DraftExpired."""
    return signup.find_draft(request.session.get(DRAFT), now=timezone.now())


def remember_verification(request: HttpRequest, verification: Verification) -> None:
    """Bind the verification to this browser; one of each purpose at a time."""
    request.session[VERIFICATION.format(verification.purpose)] = str(verification.pk)


def verification_of(request: HttpRequest, purpose: Purpose) -> Verification | None:
    """The visitor's verification of this purpose, in whatever state, or None."""
    found = request.session.get(VERIFICATION.format(purpose))
    return Verification.objects.filter(pk=found).first() if found else None


def forget_verification(request: HttpRequest, purpose: Purpose) -> None:
    """Unbind the verification of this purpose."""
    request.session.pop(VERIFICATION.format(purpose), None)


def welcome(request: HttpRequest, member: User, draft: SignupDraft) -> None:
    """§S13: log the new member in, under a new session key; of the sign-up the session keeps the door alone."""
    log_in(request, member, backend="accounts.backends.LimitedBackend")
    extend(request)
    forget_signup(request)
    request.session[DOOR] = draft.door


def forget_signup(request: HttpRequest) -> None:
    """Unbind the sign-up, and its verification, from this browser."""
    for name in (DRAFT, RENEWED_AT):
        request.session.pop(name, None)
    forget_verification(request, Purpose.SIGNUP)


def door_taken(request: HttpRequest) -> str | None:
    """The door (§S2) through which this log-in came, or None for an ordinary one."""
    return request.session.get(DOOR)


def remember_device(response: HttpResponse, user: User) -> None:
    """§D14: mark the browser as this person's, so that an attacker's failures elsewhere do not lock the owner out."""
    response.set_cookie(
        settings.DEVICE_COOKIE_NAME,
        login.device_token(user),
        max_age=login.DEVICE_LIFETIME,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def begin_log_in(request: HttpRequest, response: HttpResponse) -> None:
    """§D14: after the password: mark the browser as the person's, unless a second step is still to prove that it is."""
    if request.user.is_staff:
        request.session.pop(OFFERED_DEVICE, None)
        request.session[PASSWORD_AT] = int(timezone.now().timestamp())
    if not request.user.is_staff or has_passed_second_step(request):
        remember_device(response, request.user)


def password_entered_at(request: HttpRequest) -> datetime | None:
    """§D14: when this log-in of a staff account began with the password, or None."""
    entered_at = request.session.get(PASSWORD_AT)
    return None if entered_at is None else datetime.fromtimestamp(entered_at, UTC)


def offered_device(request: HttpRequest) -> int | None:
    """§D14: the key of the device that this log-in was offered, or None."""
    return request.session.get(OFFERED_DEVICE)


def offer_device(request: HttpRequest) -> TOTPDevice:
    """§D14: the device that this log-in may confirm; its row stays on the server. Raises AlreadySetUp."""
    offered = second_factor.offer(request.user, offered_device(request))
    request.session[OFFERED_DEVICE] = offered.pk
    return offered


def origin_of(request: HttpRequest) -> Origin:
    """Where the visitor's tries at a second step come from."""
    return Origin(client_address(request), request.COOKIES.get(settings.DEVICE_COOKIE_NAME, ""))


def pass_second_step(request: HttpRequest, device: TOTPDevice) -> None:
    """§D14: this log-in has both its steps from now on, under a new session key."""
    request.session.cycle_key()
    request.session.pop(OFFERED_DEVICE, None)
    request.session[SECOND_STEP] = device.pk
