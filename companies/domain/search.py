"""사업자등록번호 검색: a number is looked up, and the unfinished registration keeps its answer (§S12, §S13)."""

import hashlib
import json
from datetime import date, datetime, timedelta
from enum import Enum

from django.db import transaction
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.domain import limits
from accounts.domain.limits import Limit
from accounts.models import User
from companies import documents, registry
from companies.domain import cases, membership
from companies.domain.registration_draft import SearchFirst, draft_of
from companies.models import (
    BusinessStatus,
    Case,
    CaseKind,
    CaseState,
    Company,
    Outcome,
    RegistrationDraft,
    RegistryAnswer,
)
from companies.numbers import parse_brn
from companies.registry import CompanyRecord
from kotra_portal.errors import RuleViolation

SEARCHES = Limit("company search by member", 30, timedelta(minutes=10))
ANSWER_LIVES = timedelta(hours=1)
# What the registry vouches for: taken from it and not from what was typed, where it knows it.
VOUCHED_FOR = ("name", "representative", "corporate_number", "opened_on")


class Way(Enum):
    """§S12: what a number leads to."""

    JOIN = "join"  # (a) registered here
    REGISTER = "register"  # (b) known to the registry
    REQUEST = "request"  # (c) neither, or the registry does not answer


class UnreadableBrn(RuleViolation):
    """§D9: no business registration number."""

    sentence = "%(sentence)s"
    field = "brn"


class BusinessClosed(RuleViolation):
    """§D8: 폐업."""

    sentence = _(
        "폐업한 것으로 조회되는 사업자등록번호라서 등록할 수 없습니다. 사실과 다르면 고객지원팀에 문의해 주세요."
    )
    field = "brn"


class BusinessSuspended(RuleViolation):
    """§D8: 휴업."""

    sentence = _(
        "휴업 중인 것으로 조회되는 사업자등록번호라서 등록할 수 없습니다. 사업을 다시 시작한 뒤 신청하거나, "
        "사실과 다르면 고객지원팀에 문의해 주세요."
    )
    field = "brn"


REFUSED = {BusinessStatus.CLOSED: BusinessClosed, BusinessStatus.SUSPENDED: BusinessSuspended}


class AnswerChanged(RuleViolation):
    """§S12: what the member saw of the number is so no more."""

    sentence = _(
        "조회한 내용이 화면과 달라졌습니다. 바뀐 내용을 확인하고 다시 신청해 주세요. 입력한 내용은 남아 있습니다."
    )


def live_company(brn: str) -> Company | None:
    """§D9: the registered company with this number (ten digits), or None."""
    return Company.objects.filter(brn=brn, closed_at__isnull=True).first()


def way_of(draft: RegistrationDraft) -> Way | None:
    """§S12: what the number leads to as things stand now; None when the registry has to be asked (again)."""
    if live_company(draft.brn):
        return Way.JOIN
    if not draft.answer:
        return None
    return Way.REGISTER if draft.answer == RegistryAnswer.KNOWN else Way.REQUEST


def is_stale(draft: RegistrationDraft, *, now: datetime) -> bool:
    """§S12: tell whether the registry's answer is too old to register by."""
    return now - draft.answered_at > ANSWER_LIVES


def vouched_for(draft: RegistrationDraft) -> dict[str, str | date]:
    """§S12: the facts that are the registry's whatever was typed, by name, as they are stored."""
    found = {name: draft.record[name] for name in VOUCHED_FOR if draft.record.get(name)}
    return {name: Company._meta.get_field(name).to_python(text) for name, text in found.items()}


def search_number(member: User, typed: str, *, now: datetime) -> RegistrationDraft:
    """§S12: look a number up, however it is typed, and keep the answer.

    The registry is asked outside any transaction, and only for who may start a relationship. What was typed of another
    company is dropped, unless the registry knew neither (a mistyped number). Raises UnreadableBrn, AlreadyRelated,
    TooManyStarts, TooManyAttempts, BusinessClosed, BusinessSuspended.
    """
    try:
        brn = parse_brn(typed)
    except ValueError as unreadable:
        raise UnreadableBrn(sentence=unreadable.args[0]) from unreadable
    membership.check_may_start(member, now=now)
    limits.take(SEARCHES, str(member.pk), now=now)
    return _look_up(member, brn, now=now)


def search_again(draft: RegistrationDraft, *, now: datetime) -> tuple[RegistrationDraft, bool]:
    """§S12: look the same number up once more; tells whether the answer differs from the one that was seen.

    Raises TooManyAttempts, BusinessClosed, BusinessSuspended.
    """
    limits.take(SEARCHES, str(draft.member_id), now=now)
    again = _look_up(draft.member, draft.brn, now=now)
    return again, (again.answer, again.record) != (draft.answer, draft.record)


def resume(member: User, brn: str, *, now: datetime) -> RegistrationDraft:
    """§S13: the unfinished registration of this number, the one of the page that is used.

    Looked up anew where another page looked up another number meanwhile, or dropped it. Raises as search_number, and
    SearchFirst when it was sent meanwhile.
    """
    draft = draft_of(member)
    if draft and draft.brn == brn:
        return draft
    case = cases.open_registration(member)
    if not draft and case and case.registration.brn == brn:
        raise SearchFirst
    return search_number(member, brn, now=now)


def as_seen(draft: RegistrationDraft, way: Way) -> str:
    """§S12: what a page shows of the number, in short: the company to join, or the registry's answer."""
    company = live_company(draft.brn) if way is Way.JOIN else None
    shown = [company.pk if company else None] if way is Way.JOIN else [draft.answer, draft.record]
    return hashlib.sha256(json.dumps([draft.brn, *shown], sort_keys=True).encode()).hexdigest()


def check_seen(draft: RegistrationDraft, way: Way, seen: str, *, now: datetime) -> None:
    """§S12: what the member saw is still so; an answer that is too old is asked for again, outside any transaction.

    A company that somebody registered meanwhile is not asked for again: registration.py knows what comes of that.
    Raises AnswerChanged, TooManyAttempts, BusinessClosed, BusinessSuspended.
    """
    if is_stale(draft, now=now) and way_of(draft) is not Way.JOIN:
        draft, _changed = search_again(draft, now=now)
    if as_seen(draft, way) != seen:
        raise AnswerChanged


def _look_up(member: User, brn: str, *, now: datetime) -> RegistrationDraft:
    answer, record = _ask(brn, now=now) if live_company(brn) is None else ("", None)
    if record and record.status in REFUSED:
        _forget_answer(member, brn)
        raise REFUSED[record.status]
    with transaction.atomic():
        # What another tab attaches meanwhile belongs to the number it was attached for.
        membership.lock_member(member)
        before = RegistrationDraft.objects.select_for_update().filter(member=member).first()
        found = {"brn": brn, "answer": answer, "answered_at": now, "changed_at": now, "record": {}, "contact_email": ""}
        if record:
            found |= {"record": record.facts, "contact_email": record.contact_email}
        if before and before.brn != brn and RegistryAnswer.KNOWN in {before.answer, answer}:
            found["typed"] = {}
            for document in before.documents.all():  # no certificate of this one
                documents.discard(document)
        elif before and record and before.record != record.facts:  # empty fields give way to what is known now
            found["typed"] = {name: text for name, text in before.typed.items() if text.strip()}
        return RegistrationDraft.objects.update_or_create(member=member, defaults=found)[0]


def _forget_answer(member: User, brn: str) -> None:
    """§D8: an earlier answer, of a business that still went on, is nothing to register by any more."""
    nothing = {"answer": "", "record": {}, "contact_email": ""}
    RegistrationDraft.objects.filter(member=member, brn=brn).update(**nothing)


def is_for_staff(brn: str) -> bool:
    """§D7, §D8: tell whether staff alone register this number, whatever the registry knows of it.

    That is a number whose registration ended by a dispute; by its last member while a dispute or a MASTER 변경신청 was
    open, who would be MASTER again a minute later; or while staff had it marked as closed or suspended.
    """
    ended = Company.objects.filter(brn=brn, closed_at__isnull=False)
    by_dispute = Q(kind=CaseKind.DISPUTE) & (Q(dispute__outcome=Outcome.CANCELLED) | Q(state=CaseState.OVERTAKEN))
    by_last_member = Q(kind=CaseKind.MASTER_CHANGE, state=CaseState.OVERTAKEN, closed_at=F("company__closed_at"))
    if Case.objects.filter(by_dispute | by_last_member, company__in=ended).exists():
        return True
    last = ended.order_by("-closed_at", "-pk").first()
    return last is not None and not last.is_in_business


def _ask(brn: str, *, now: datetime) -> tuple[RegistryAnswer, CompanyRecord | None]:
    if is_for_staff(brn):
        return RegistryAnswer.FOR_STAFF, None
    try:
        record = registry.find(brn, now=now)
    except registry.RegistryDown:
        return RegistryAnswer.UNAVAILABLE, None
    return (RegistryAnswer.KNOWN if record else RegistryAnswer.UNKNOWN), record
