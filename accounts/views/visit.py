"""What a visitor's session holds between the pages of people: ids of rows that stay on the server, nothing else."""

from django.http import HttpRequest
from django.utils import timezone

from accounts.domain import signup
from accounts.models import Purpose, SignupDraft, Verification

DRAFT = "signup_draft"
VERIFICATION = "verification_{}"


def begin_signup(request: HttpRequest, draft: SignupDraft) -> None:
    """Bind the sign-up to this browser."""
    request.session[DRAFT] = str(draft.pk)


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
