"""기업정보: who may see and change which of a company's facts; what was verified changes by a case (§C6, §D11)."""

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from companies.domain import cases, membership, notices, review
from companies.models import (
    FACTS,
    OPEN_STATES,
    Case,
    CaseEvent,
    CaseKind,
    CaseState,
    Channel,
    Company,
    CompanyEditRequest,
    RelationshipEvent,
    Role,
)
from kotra_portal.days import start_of_day
from kotra_portal.errors import RuleViolation
from kotra_portal.permissions import Permission
from kotra_portal.reference.models import BkCode

# What the manual's screen of a found company has, beside the BRN (§T2).
SEARCH_SHOWS = (
    "name", "name_en", "representative", "representative_en", "company_type", "business_type", "business_item",
    "main_item", "trade_kind", "phone", "fax", "email", "homepage", "postcode", "address", "address_detail",
    "address_en", "remarks",
)  # fmt: skip

# What staff or the registry verified; the rest is the company's own word.
VERIFIED = ("name", "representative")
EDITABLE = tuple(name for name in FACTS if name not in VERIFIED)
# A person's name stands in no history: that it changed does, not from what to what.
NAMES_OF_PEOPLE = frozenset({"representative", "representative_en"})

# Of one member, within a day: each change is a mail to the MASTER, each request work for staff.
EDITS_A_DAY = 30
REQUESTS_A_DAY = 3


class ChangedMeanwhile(RuleViolation):
    """기업정보 수정: somebody else changed the company's facts since the page was shown."""

    sentence = _(
        "이 화면을 연 다음에 기업정보가 바뀌었습니다. 입력한 내용은 그대로 두었으니 바뀐 내용과 견주어 주세요."
    )


class SameAsBefore(RuleViolation):
    """기업정보 변경: name and representative are what they are already."""

    sentence = _("지금 등록된 기업명, 대표자명과 같습니다. 바꿀 내용을 입력해 주세요.")


class EditIsOpen(RuleViolation):
    """기업정보 변경: one open request per company."""

    sentence = _("이 기업의 기업명이나 대표자명을 바꾸는 신청이 이미 심사 중입니다. 그 결과를 기다려 주세요.")


class TooManyEdits(RuleViolation):
    """기업정보 수정: changes of one member and day have a bound."""

    sentence = _(
        "기업정보는 하루에 서른 번까지 고칠 수 있습니다. 입력한 내용은 그대로 두었으니 내일 다시 저장해 주세요."
    )


class TooManyRequests(RuleViolation):
    """기업정보 변경: requests of one member and day have a bound, withdrawn ones too."""

    sentence = _(
        "기업정보 변경은 하루에 세 번까지 신청할 수 있습니다. 내일 다시 신청하거나 고객지원팀에 문의해 주세요."
    )


def facts_shown_to(role: Role | None) -> tuple[str, ...]:
    """§D11: the names of the facts that this role may see; an associate sees what the search shows, and no more."""
    return FACTS if role in {Role.MASTER, Role.FULL} else SEARCH_SHOWS


def version(company: Company) -> int:
    """How often the company's facts were changed; whoever changes them has seen the last one."""
    return company.events.filter(kind=RelationshipEvent.Kind.EDITED).count()


def edit_company(member: User, facts: dict[str, object], *, seen: int, now: datetime) -> list[str]:
    """§C6, 기업정보 수정: MASTER and 정회원 change, at once, what was not verified; who changed what is kept.

    ``facts`` by the names of EDITABLE, cleaned; ``seen`` is the ``version`` that the page showed. Returns the names of
    what changed, none where nothing differs. Raises NotAllowed, ChangedMeanwhile, TooManyEdits.
    """
    with transaction.atomic():
        company = _lock_own_company(member)
        if version(company) != seen:
            raise ChangedMeanwhile
        given = {name: facts[name] for name in EDITABLE if name in facts}
        _check_may_edit(member, now=now)
        changed = _write(company, given, actor=member, now=now)
        if changed:
            notices.company_edited(company, member, changed)
    return changed


def open_edit(company: Company) -> Case | None:
    """기업정보 변경: the company's request that staff have not decided, or None."""
    return cases.open_of(company, CaseKind.COMPANY_EDIT).select_related("company_edit").first()


def request_company_edit(
    member: User, *, name: str, representative: str, certificate_by: Channel, now: datetime
) -> Case:
    """§C6, 기업정보 변경: what was verified changes by a case: staff look at the new certificate.

    The papers are added to the case, or come as ``certificate_by`` says. Raises NotAllowed, EditIsOpen, SameAsBefore,
    TooManyRequests.
    """
    with transaction.atomic():
        company = _lock_own_company(member)
        if Case.objects.filter(company=company, kind=CaseKind.COMPANY_EDIT, state__in=OPEN_STATES).exists():
            raise EditIsOpen
        if (company.name, company.representative) == (name, representative):
            raise SameAsBefore
        _check_may_request(member, now=now)
        case = Case.objects.create(
            kind=CaseKind.COMPANY_EDIT, applicant=member, company=company, opened_at=now, waiting_since=now
        )
        CompanyEditRequest.objects.create(
            case=case,
            name_before=company.name,
            representative_before=company.representative,
            name=name,
            representative=representative,
            certificate_by=certificate_by,
        )
        cases.record(case, CaseEvent.Kind.SENT, actor=member, now=now, certificate_by=certificate_by)
        notices.company_edit_received(case)
    return case


def approve_company_edit(case: Case, *, actor: User, seen: int, now: datetime) -> Company:
    """기업정보 변경 (§C6): the certificate was checked: name and representative are what was asked for.

    Raises what ``review.lock_to_decide`` raises, and DocumentMissing.
    """
    with transaction.atomic():
        company = Company.objects.select_for_update().get(pk=case.company_id)
        locked = review.lock_to_decide(case, actor=actor, seen=seen)
        review.check_papers(locked)
        cases.decide(locked, CaseState.APPROVED, actor=actor, now=now)
        asked = {name: getattr(locked.company_edit, name) for name in VERIFIED}
        _write(company, asked, actor=actor, now=now, case=locked.pk)
        notices.company_edit_decided(locked)
    return company


def reject_company_edit(case: Case, *, actor: User, seen: int, reason: str, now: datetime) -> Case:
    """기업정보 변경 (§C6): nothing changes, with a reason.

    Raises what ``review.lock_to_decide`` and ``review.checked`` raise.
    """
    with transaction.atomic():
        locked = review.lock_to_decide(case, actor=actor, seen=seen)
        cases.decide(locked, CaseState.REJECTED, actor=actor, reason=review.checked(reason), now=now)
        notices.company_edit_decided(locked)
    return locked


def _lock_own_company(member: User) -> Company:
    """The member's company, locked, if they may change its facts; raises NotAllowed."""
    found = membership.live_relationship(member)
    if found is None:
        raise membership.NotAllowed
    company = Company.objects.select_for_update().get(pk=found.company_id)
    membership.check_allowed(member, Permission.EDIT_COMPANY, company)
    return company


def _check_may_edit(member: User, *, now: datetime) -> None:
    made = RelationshipEvent.objects.filter(actor=member, kind=RelationshipEvent.Kind.EDITED)
    if made.filter(at__gte=start_of_day(now)).count() >= EDITS_A_DAY:
        raise TooManyEdits


def _check_may_request(member: User, *, now: datetime) -> None:
    if cases.sent_today(member, CaseKind.COMPANY_EDIT, now=now) >= REQUESTS_A_DAY:
        raise TooManyRequests


def _write(company: Company, given: dict[str, object], *, actor: User, now: datetime, **detail: object) -> list[str]:
    """Change these facts of a locked company, and append to its history what changed."""
    changed = [name for name, value in given.items() if getattr(company, name) != value]
    if not changed:
        return []
    written = [_change(name, getattr(company, name), given[name]) for name in changed]
    for name in changed:
        setattr(company, name, given[name])
    company.save(update_fields=changed)
    kind = RelationshipEvent.Kind.EDITED
    membership.record_of_company(company, kind, actor=actor, now=now, changes=written, **detail)
    return changed


def _change(name: str, before: object, after: object) -> list[object]:
    """What the history holds of one change: the fact's name, and both values where they are nobody's name."""
    return [name] if name in NAMES_OF_PEOPLE else [name, _plain(before), _plain(after)]


def _plain(value: object) -> object:
    """The value as JSON holds it."""
    if isinstance(value, date):
        return value.isoformat()
    return value.code if isinstance(value, BkCode) else value
