"""What must hold of people at all times and no constraint can say; ``manage.py check_invariants`` asks it."""

from collections.abc import Iterator

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from accounts.domain.terms import REQUIRED
from accounts.models import Consent, OtpChallenge, Purpose, TermsKind, User, Verification
from kotra_portal.invariants import Invariant, ids

HASH_LENGTH = 64
# The promise that a constraint of ours keeps, by its name; a unique column's is the column's.
NUMBERS = {
    "accounts.User.username": 2,
    "id_is_lower_case": 2,
    "one_live_account_per_person": 2,
    "members_are_verified_staff_are_not": 14,
    "one_signup_verification_per_member": 14,
    "consumed_verification_was_verified": 14,
    "otp_tries_are_bounded": 16,
}


def _members() -> QuerySet:
    return User.objects.filter(is_staff=False, closed_at__isnull=True)


def _unverified() -> QuerySet:
    """§D10: the constraint says "not two"; this says "not none"."""
    used = Verification.objects.filter(member=OuterRef("pk"), purpose=Purpose.SIGNUP, consumed_at__isnull=False)
    return ids(_members().filter(~Exists(used)))


def _without_consent(kind: TermsKind) -> QuerySet:
    agreed = Consent.objects.filter(member=OuterRef("pk"), terms__kind=kind, agreed=True)
    return ids(_members().filter(~Exists(agreed)))


def _staff_like_members() -> QuerySet:
    """§D3: staff accounts are not members."""
    verified = Verification.objects.filter(member=OuterRef("pk"))
    agreed = Consent.objects.filter(member=OuterRef("pk"))
    return ids(User.objects.filter(Exists(verified) | Exists(agreed), is_staff=True))


def _used_unverified() -> QuerySet:
    return ids(OtpChallenge.objects.filter(consumed_at__isnull=False, verification__verified_at__isnull=True))


def _used_twice() -> Iterator[object]:
    used = OtpChallenge.objects.order_by().filter(consumed_at__isnull=False)
    twice = used.values("verification").annotate(times=Count("pk")).filter(times__gt=1)
    for verification in twice.values_list("verification", flat=True).iterator():
        yield from ids(used.filter(verification=verification))


def _kept_in_clear() -> QuerySet:
    return ids(OtpChallenge.objects.exclude(Q(code_hash__length=HASH_LENGTH, code_hash__regex=r"^[0-9a-f]+$")))


INVARIANTS = (
    Invariant(14, "a member has a used verification of purpose sign-up", _unverified),
    *(
        Invariant(14, f"a member agreed to the required document {kind}", lambda kind=kind: _without_consent(kind))
        for kind in sorted(REQUIRED)
    ),
    Invariant(14, "a staff account has neither verification nor consent", _staff_like_members),
    Invariant(16, "a code that was used verified somebody", _used_unverified),
    Invariant(16, "of the codes of one verification one is used at most", _used_twice),
    Invariant(16, "of a code only its hash is kept", _kept_in_clear),
)
