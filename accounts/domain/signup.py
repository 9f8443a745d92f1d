"""회원가입: the draft, its steps that cannot be skipped, and the account at their end (§S2–§S9, §S13, §D10)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.domain import email_confirmation, limits, passwords, terms, verification
from accounts.domain.limits import Limit
from accounts.models import (
    Door,
    MemberEvent,
    Purpose,
    SignupDraft,
    Subscription,
    TermsKind,
    User,
    Verification,
)
from kotra_portal.addresses import client_network
from kotra_portal.errors import RuleViolation

STARTS_BY_NETWORK = Limit("sign-up start by network", 60, timedelta(hours=1))
ID_CHECKS = Limit("id check by verification", 60, timedelta(minutes=10))
LONGEST_KEPT_TEXT = 500  # characters of one typed field that a draft keeps


class Step(Enum):
    """§S3: the steps until the account exists, in their order."""

    TERMS = "terms"
    VERIFICATION = "verification"
    DETAILS = "details"


class DraftExpired(RuleViolation):
    """§D14: the sign-up rested for more than two hours, or was finished elsewhere."""

    sentence = _(
        "가입 절차가 끝났거나 두 시간이 지나 만료되었습니다. "
        "이미 가입했다면 로그인하고, 아니면 처음부터 다시 시작해 주세요."
    )


class StepNotReached(RuleViolation):
    """§S3: an earlier step is unfinished."""

    sentence = _("앞 단계를 먼저 마쳐 주세요.")


class UsernameTaken(RuleViolation):
    """§S8: another member has this ID."""

    sentence = _("이미 사용 중인 아이디입니다. 다른 아이디를 입력해 주세요.")
    field = "username"


class NewsletterNeedsConsent(RuleViolation):
    """§S9: newsletters need the marketing consent."""

    sentence = _(
        "뉴스레터를 받으려면 ‘개인정보 마케팅 활용’에 동의해야 합니다. 동의하지 않았다면 선택을 해제해 주세요."
    )
    field = "newsletters"


@dataclass(frozen=True)
class Details:
    """§S8, §S9: what a new member typed, cleaned; phone numbers as digits, empty text where nothing was given."""

    username: str
    name_en: str
    email: str
    phone: str
    postcode: str
    address: str
    address_detail: str
    mobile: str = ""  # only after I-PIN; a verified number wins over it
    fax: str = ""
    department: str = ""
    position: str = ""
    address_en: str = ""
    preferred_medium: str = ""
    newsletters: tuple[str, ...] = ()


def start(door: Door, *, address: str, now: datetime) -> SignupDraft:
    """§S2: open a sign-up through one of the doors; it lives two hours from its last step.

    Nobody is known yet, so the network is what is counted; raises TooManyAttempts.
    """
    limits.take(STARTS_BY_NETWORK, client_network(address), now=now)
    return SignupDraft.objects.create(door=door, started_at=now, expires_at=_expiry(now))


def find_draft(draft_id: object, *, now: datetime) -> SignupDraft:
    """§D14: the draft, with its verification; raises DraftExpired when there is none that lives."""
    drafts = SignupDraft.objects.select_related("verification", "member")
    draft = drafts.filter(pk=draft_id, expires_at__gt=now).first() if draft_id else None
    if draft is None:
        raise DraftExpired
    return draft


def abandon(draft: SignupDraft, *, now: datetime) -> None:
    """§S13: end an unfinished sign-up: its details go at once, the rest with the retention command."""
    unfinished = SignupDraft.objects.filter(pk=draft.pk, member__isnull=True, started_at__lt=now)
    unfinished.update(details={}, choices={}, expires_at=now)


def next_step(draft: SignupDraft, *, now: datetime) -> Step:
    """§S3: the first unfinished step; a required text that changed or a verification that aged is unfinished again."""
    if not _has_agreed(draft, now=now):
        return Step.TERMS
    return Step.DETAILS if verification.is_fresh(draft.verification, now=now) else Step.VERIFICATION


def check_reached(draft: SignupDraft, step: Step, *, now: datetime) -> None:
    """§S3: raises StepNotReached when an earlier step than this one is unfinished."""
    order = list(Step)
    if order.index(next_step(draft, now=now)) < order.index(step):
        raise StepNotReached


def agree(draft: SignupDraft, choices: dict[str, bool | None], *, address: str, now: datetime) -> None:
    """§S4: keep the choices by kind of document until the account exists; raises RequiredConsentMissing."""
    documents = terms.in_force(timezone.localdate(now))
    terms.check_agreed(choices, documents)
    draft.choices = {str(document.pk): choices.get(document.kind) is True for document in documents}
    draft.chosen_at, draft.address = now, address
    _touch(draft, "choices", "chosen_at", "address", now=now)


def agrees_to_marketing(draft: SignupDraft, *, now: datetime) -> bool:
    """§S9: tell whether the draft holds the marketing consent, without which there are no newsletters."""
    marketing = terms.document_in_force(TermsKind.MARKETING, on=timezone.localdate(now))
    return marketing is not None and draft.choices.get(str(marketing.pk)) is True


def attach_verification(draft: SignupDraft, verified: Verification, *, now: datetime) -> None:
    """§S5: give the sign-up its verified person.

    Raises UnderAge, AccountExists, StepNotReached, VerificationExpired.
    """
    check_reached(draft, Step.VERIFICATION, now=now)
    if verified.purpose != Purpose.SIGNUP or not verification.is_fresh(verified, now=now):
        raise verification.VerificationExpired
    verification.check_age(verified.birth_date, today=timezone.localdate(now))
    verification.check_is_new_person(verified.ci_hash)
    draft.verification = verified
    _touch(draft, "verification", now=now)


def keep_details(draft: SignupDraft, typed: dict[str, str | list[str]], *, now: datetime) -> None:
    """§S13: keep what was typed, as it was typed, so that nothing is lost; passwords are the caller's to leave out.

    Details have their place once a person was verified, fresh or not: what somebody sends who did not come so far is
    dropped, and so is what arrives after the account was made (a late autosave).
    """
    kept = {
        name: _keepable(value) if isinstance(value, str) else [_keepable(item) for item in value]
        for name, value in typed.items()
    }
    unfinished = SignupDraft.objects.filter(pk=draft.pk, member__isnull=True, verification__isnull=False)
    if unfinished.update(details=kept, expires_at=_expiry(now)):
        draft.details, draft.expires_at = kept, _expiry(now)


def check_username_free(username: str) -> None:
    """§S8 ID중복확인: raises UsernameTaken when a member or staff account has this ID."""
    if User.objects.filter(username=username).exists():
        raise UsernameTaken


def check_username_for(draft: SignupDraft, username: str, *, now: datetime) -> None:
    """§S8: the ID check before the account exists, limited by person; raises UsernameTaken, TooManyAttempts."""
    check_reached(draft, Step.DETAILS, now=now)
    limits.take(ID_CHECKS, str(draft.verification_id), now=now)
    check_username_free(username)


def create_account(draft_id: object, details: Details, password: str, *, language: str, now: datetime) -> User:
    """§S13: the account exists as soon as the 기본정보 are accepted.

    The draft is locked and every step checked again; the verification is used up, the consents become rows. Whoever
    finished this very draft already gets that member back, so that a double click is no error. Raises DraftExpired,
    StepNotReached, UsernameTaken, UnfitPassword, NewsletterNeedsConsent, AccountExists, VerificationExpired; and
    TooManyAttempts, because whoever tries to sign up with an ID learns whether it is taken.
    """
    _count_id_check(draft_id, now=now)
    passwords.check(password, User(username=details.username, email=details.email, name_en=details.name_en))
    with transaction.atomic():
        draft = SignupDraft.objects.select_for_update().filter(pk=draft_id, expires_at__gt=now).first()
        if draft is None:
            raise DraftExpired
        if draft.member is not None:
            return draft.member
        check_reached(draft, Step.DETAILS, now=now)
        if details.newsletters and not agrees_to_marketing(draft, now=now):
            raise NewsletterNeedsConsent
        verified = verification.consume(draft.verification_id, Purpose.SIGNUP, now=now)
        verification.check_is_new_person(verified.ci_hash)
        check_username_free(details.username)
        member = _insert_member(verified, details, password, language=language, now=now)
        verified.member = member
        verified.save(update_fields=["member"])
        choices = {int(terms_id): agreed for terms_id, agreed in draft.choices.items()}
        terms.record(member, choices, decided_at=draft.chosen_at, address=draft.address)
        for newsletter in details.newsletters:
            Subscription.objects.create(member=member, newsletter=newsletter, since=now)
        MemberEvent.objects.create(member=member, kind=MemberEvent.Kind.SIGNED_UP, at=now, actor=member)
        draft.member, draft.details = member, {}
        draft.save(update_fields=["member", "details"])
        email_confirmation.send(member)
    return member


def _count_id_check(draft_id: object, *, now: datetime) -> None:
    verification_id = SignupDraft.objects.filter(pk=draft_id).values_list("verification_id", flat=True).first()
    if verification_id is not None:
        limits.take(ID_CHECKS, str(verification_id), now=now)


def _insert_member(verified: Verification, details: Details, password: str, *, language: str, now: datetime) -> User:
    member = User(
        username=details.username,
        name=verified.name,
        name_en=details.name_en,
        birth_date=verified.birth_date,
        gender=verified.gender,
        is_foreigner=verified.is_foreigner,
        ci_hash=verified.ci_hash,
        email=details.email,
        phone=details.phone,
        mobile=verified.mobile or details.mobile,
        fax=details.fax,
        postcode=details.postcode,
        address=details.address,
        address_detail=details.address_detail,
        department=details.department,
        position=details.position,
        address_en=details.address_en,
        preferred_medium=details.preferred_medium,
        language=language,
        joined_at=now,
    )
    member.set_password(password)
    try:
        with transaction.atomic():  # a savepoint: the loser of a race reads who won
            member.save(force_insert=True)
    except IntegrityError:
        verification.check_is_new_person(verified.ci_hash)
        raise UsernameTaken from None
    return member


def _has_agreed(draft: SignupDraft, *, now: datetime) -> bool:
    required = [document for document in terms.in_force(timezone.localdate(now)) if document.kind in terms.REQUIRED]
    return bool(required) and all(draft.choices.get(str(document.pk)) is True for document in required)


def _keepable(text: str) -> str:
    return text.replace("\0", "")[:LONGEST_KEPT_TEXT]  # PostgreSQL's JSON has no NUL


def _expiry(now: datetime) -> datetime:
    return now + timedelta(minutes=settings.SIGNUP_DRAFT_MINUTES)


def _touch(draft: SignupDraft, *fields: str, now: datetime) -> None:
    draft.expires_at = _expiry(now)
    draft.save(update_fields=[*fields, "expires_at"])
