"""약관동의: the documents, their versions, what a person agreed to, and changing one's mind (§S4, §D14)."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.domain import limits
from accounts.domain.limits import Limit
from accounts.models import Consent, MemberEvent, Terms, TermsKind, User
from kotra_portal.errors import RuleViolation
from kotra_portal.mail import portal_link, queue_mail

# §S4: without these nobody becomes a member; declining the rest changes nothing.
REQUIRED = (TermsKind.USE, TermsKind.PRIVACY)
HISTORY_LENGTH = 50  # the newest decisions that a member is shown
# Each change is mailed, perhaps to an address that nobody confirmed. Withdrawing needs no limit of its own: only what
# was given can be withdrawn.
AGREEMENTS = Limit("agreement", 10, timedelta(hours=1))


class RequiredConsentMissing(RuleViolation):
    """§S4: a required document was not agreed to."""

    sentence = _("회원가입에 필요한 ‘%(missing)s’에 동의해 주세요.")


class RequiredConsentStays(RuleViolation):
    """§D14: what membership rests on cannot be withdrawn by a member; closing the account is the way."""

    sentence = _(
        "이용약관과 개인정보 처리방침은 필수 동의이므로 회원인 동안에는 철회할 수 없습니다. "
        "철회하려면 회원탈퇴를 해야 하며, 지금은 고객지원팀에서 처리합니다."
    )


class NothingToAgreeTo(RuleViolation):
    """§S4: no version of the document is in force."""

    sentence = _("지금 시행 중인 문서가 없어 동의할 수 없습니다. 고객지원팀에 문의해 주세요.")


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


def document_in_force(kind: TermsKind, *, on: date) -> Terms | None:
    """§S4: the version of this document in force on that KST date; None before its first."""
    return next((document for document in in_force(on) if document.kind == kind), None)


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
    return _is_yes(_latest(member, kind))


@dataclass(frozen=True)
class Standing:
    """§D14: a document in force, and the member's latest decision about any version of it; None: never asked."""

    document: Terms
    decision: Consent | None

    @property
    def is_required(self) -> bool:
        """§S4: nobody is a member without it."""
        return self.document.kind in REQUIRED

    @property
    def is_agreed(self) -> bool:
        """The latest decision is yes."""
        return _is_yes(self.decision)

    @property
    def is_of_earlier_version(self) -> bool:
        """The decision was about a version that is no longer in force."""
        return self.decision is not None and self.decision.terms_id != self.document.pk

    @property
    def can_be_agreed_to(self) -> bool:
        """The version in force was not agreed to, or not any more."""
        return not self.is_agreed or self.is_of_earlier_version


def standings(member: User, *, today: date) -> list[Standing]:
    """§D14: each document in force with the member's present choice, required ones first."""
    return [Standing(document, _latest(member, document.kind)) for document in in_force(today)]


def history(member: User) -> list[Consent]:
    """§D14: what the member agreed to, declined and withdrew, newest first, at most HISTORY_LENGTH rows."""
    rows = Consent.objects.filter(member=member).select_related("terms").defer("terms__body_ko", "terms__body_en")
    return list(rows[:HISTORY_LENGTH])


def change_consent(member: User, kind: TermsKind, agreed: bool, *, address: str, now: datetime) -> bool:
    """§D14: give or withdraw an optional consent, for the version in force; tells whether that changed anything.

    The same choice again appends nothing. Without the marketing consent there are no newsletters (§S9), so that
    withdrawing it ends them. The law wants the member told of either (정보통신망법 제50조). Raises
    RequiredConsentStays, NothingToAgreeTo; and TooManyAttempts for agreeing, never for withdrawing.
    """
    if kind in REQUIRED:
        raise RequiredConsentStays
    document = document_in_force(kind, on=timezone.localdate(now))
    if document is None:
        raise NothingToAgreeTo
    if agreed:
        limits.take(AGREEMENTS, str(member.pk), now=now)
    with transaction.atomic():
        locked = User.objects.select_for_update().get(pk=member.pk)
        standing = Standing(document, _latest(locked, kind))
        if not (standing.can_be_agreed_to if agreed else standing.is_agreed):
            return False
        # Whoever got the lock later decided later, whatever the clocks of two servers say.
        decided_at = max(now, standing.decision.decided_at) if standing.decision else now
        record(locked, {document.pk: agreed}, decided_at=decided_at, address=address)
        ended = [] if agreed else _end_newsletters(locked)
        detail = {"kind": kind, "version": document.version, "agreed": agreed, "ended": ended}
        event = MemberEvent.Kind.CONSENT_CHANGED
        MemberEvent.objects.create(member=locked, kind=event, at=decided_at, actor=locked, detail=detail)
        _tell(locked, document, agreed, at=decided_at)
    return True


def _latest(member: User, kind: TermsKind) -> Consent | None:
    return Consent.objects.filter(member=member, terms__kind=kind).select_related("terms").first()


def _is_yes(decision: Consent | None) -> bool:
    return decision is not None and decision.agreed


def _end_newsletters(member: User) -> list[str]:
    ended = sorted(member.subscriptions.values_list("newsletter", flat=True))
    member.subscriptions.all().delete()
    return ended


def _tell(member: User, document: Terms, agreed: bool, *, at: datetime) -> None:
    context = {"member": member, "document": document, "agreed": agreed, "at": at, "link": portal_link("consents")}
    queue_mail(member.email, "accounts/mail/consent_changed", language=member.language, context=context)
