"""Who the person is: members and staff, what they agreed to, how their identity was verified."""

from accounts.models.history import AccessLog, AttemptLog, MemberEvent
from accounts.models.interests import InterestCountry, InterestItem
from accounts.models.people import Gender, MemberAccount, Newsletter, PreferredMedium, Subscription, User
from accounts.models.second_factor import RecoveryCode, ResetReason, StaffAccount
from accounts.models.signup import Door, SignupDraft
from accounts.models.terms import Consent, Terms, TermsKind
from accounts.models.verification import (
    MAX_OTP_TRIES,
    Carrier,
    Method,
    OtpChallenge,
    Purpose,
    StubSms,
    Verification,
)

__all__ = [
    "MAX_OTP_TRIES",
    "AccessLog",
    "AttemptLog",
    "Carrier",
    "Consent",
    "Door",
    "Gender",
    "InterestCountry",
    "InterestItem",
    "MemberAccount",
    "MemberEvent",
    "Method",
    "Newsletter",
    "OtpChallenge",
    "PreferredMedium",
    "Purpose",
    "RecoveryCode",
    "ResetReason",
    "SignupDraft",
    "StaffAccount",
    "StubSms",
    "Subscription",
    "Terms",
    "TermsKind",
    "User",
    "Verification",
]
