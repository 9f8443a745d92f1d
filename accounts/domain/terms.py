"""약관동의: the documents, their versions, and what a person agreed to (§S4)."""

from datetime import date, datetime

from django.utils.translation import gettext_lazy as _

from accounts.models import Consent, Terms, TermsKind, User
from kotra_portal.errors import RuleViolation

# §S4: without these nobody becomes a member; declining the rest changes nothing.
REQUIRED = (TermsKind.USE, TermsKind.PRIVACY)


class RequiredConsentMissing(RuleViolation):
    """§S4: a required document was not agreed to."""

    sentence = _("회원가입에 필요한 ‘%(missing)s’에 동의해 주세요.")


class NotToCome(RuleViolation):
    """A version would take effect today or earlier."""

    sentence = _("시행일은 내일 이후의 날짜로 입력해 주세요.")
    field = "effective_on"


class OutOfOrder(RuleViolation):
    """A version's number and day stand in another order than those of the other versions."""

    sentence = _("판 번호와 시행일은 앞선 판보다 뒤, 다음 판보다 앞이어야 합니다.")
    field = "version"


def in_force(on: date) -> list[Terms]:
    """§S4: the version of each document in force on that KST date, required ones first."""
    latest = {}
    for terms in Terms.objects.filter(effective_on__lte=on).order_by("effective_on"):
        latest[terms.kind] = terms
    return [latest[kind] for kind in TermsKind if kind in latest]


def check_agreed(choices: dict[str, bool | None], documents: list[Terms]) -> None:
    """§S4: every required document is agreed to; raises RequiredConsentMissing beside the first that is not."""
    for document in documents:
        if document.kind in REQUIRED and choices.get(document.kind) is not True:
            raise RequiredConsentMissing(field=document.kind, missing=document.get_kind_display())


def is_to_come(terms: Terms, *, today: date) -> bool:
    """§S4: tell whether nobody can have agreed to this version yet: it takes effect on a later day."""
    return terms.effective_on > today


def check_may_be_published(terms: Terms, *, today: date) -> None:
    """§S4: a version is announced before it is in force, and a higher one is a later one.

    Raises NotToCome or OutOfOrder.
    """
    if not is_to_come(terms, today=today):
        raise NotToCome
    others = Terms.objects.filter(kind=terms.kind).exclude(pk=terms.pk)
    for other in others:
        if (other.version < terms.version) != (other.effective_on < terms.effective_on):
            raise OutOfOrder


def record(member: User, choices: dict[int, bool], *, decided_at: datetime, address: str) -> None:
    """§S4: keep what was agreed to and what was declined, by the documents' ids; these rows are never edited."""
    for terms_id, agreed in choices.items():
        Consent.objects.create(member=member, terms_id=terms_id, agreed=agreed, decided_at=decided_at, address=address)


def agrees_to(member: User, kind: TermsKind) -> bool:
    """Tell whether the member's latest decision about this document is yes."""
    latest = Consent.objects.filter(member=member, terms__kind=kind).first()
    return latest is not None and latest.agreed
