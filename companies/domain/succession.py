"""MASTER 변경신청: a member asks staff for a new MASTER, and the sitting one has seven days to object (§Q3, §D7)."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from accounts.domain import passwords
from accounts.models import User
from companies.domain import cases, mastership, membership, notices, review
from companies.models import (
    OPEN_STATES,
    ApprovedVia,
    Case,
    CaseEvent,
    CaseKind,
    CaseState,
    Channel,
    Company,
    MasterAnswer,
    MasterChangeRequest,
    Relationship,
    Role,
)
from kotra_portal.errors import RuleViolation
from kotra_portal.permissions import Permission

OBJECT_WITHIN = timedelta(days=7)
REQUESTS_A_DAY = 3  # of one member: each is a mail to the MASTER, and anybody can become 준회원
LONGEST_TEXT = 1_000  # characters of what either side writes


class NotForThisMember(RuleViolation):
    """§Q3: 준회원 and 정회원 ask for it; whoever has no company relates themselves to it first."""

    sentence = _("MASTER 변경은 기업의 준회원이나 정회원이 신청합니다. 먼저 전환신청에서 기업과 관계를 설정해 주세요.")


class ChangeIsOpen(RuleViolation):
    """§D7: one open request per member."""

    sentence = _("이미 심사 중인 MASTER 변경신청이 있습니다. 마이KOTRA에서 진행 상태를 확인해 주세요.")


class TooManyChanges(RuleViolation):
    """§D7: requests of one member and day have a bound, withdrawn ones too."""

    sentence = _("MASTER 변경은 하루에 세 번까지 신청할 수 있습니다. 내일 다시 신청하거나 고객지원팀에 문의해 주세요.")


class TooEarly(RuleViolation):
    """§D7: the MASTER has seven days to object, unless they agree."""

    sentence = _(
        "지금 MASTER가 이의를 제기할 수 있는 기간입니다. MASTER가 동의하지 않으면 %(day)s부터 결정할 수 있습니다."
    )


class ObjectedTo(TooEarly):
    """§D7: an objection may still become an agreement until the seven days are over."""

    sentence = _("MASTER가 이의를 제기했습니다. 그 전에 동의하지 않으면 %(day)s부터 결정할 수 있습니다.")


class TextMissing(RuleViolation):
    """§D7: a request says why, and so does an objection."""

    sentence = _("내용을 입력해 주세요. 고객지원팀이 읽고 결정합니다.")


class TextTooLong(RuleViolation):
    """§D7: what is written fits the page of the case."""

    sentence = _("1,000자 이내로 입력해 주세요.")


class AnsweredAlready(RuleViolation):
    """§D7: who agreed has agreed; an objection can still become an agreement."""

    sentence = _("이미 답하셨습니다. 답을 바꾸려면 고객지원팀에 알려 주세요.")


class ApplicantIsGone(RuleViolation):
    """§D7: who asked closed the account, or belongs to another company by now."""

    sentence = _("신청인이 탈퇴했거나 이미 다른 기업에 속해 있어 승인할 수 없습니다. 반려해 주세요.")


def request_master_change(
    member: User, *, why: str, master_leaves: bool, certificate_by: Channel, now: datetime
) -> Case:
    """§Q3: ask staff to make the member MASTER; the sitting MASTER is mailed and has seven days (§D7).

    ``master_leaves``: the sitting MASTER's relationship ends with the decision, otherwise it becomes that of a 정회원.
    The papers (MASTER 변경신청서, 사업자등록증) are added to the case, or come as ``certificate_by`` says. Raises
    NotForThisMember, ChangeIsOpen, TooManyChanges, TextMissing, TextTooLong.
    """
    why = _checked(why, "why")
    with transaction.atomic():
        membership.lock_member(member)
        found = membership.live_relationship(member)
        company = Company.objects.select_for_update().get(pk=found.company_id) if found else None
        own = membership.live_relationship(member)
        if own is None or own.role == Role.MASTER or company != own.company:
            raise NotForThisMember
        _check_may_ask(member, now=now)
        case = Case.objects.create(
            kind=CaseKind.MASTER_CHANGE, applicant=member, company=company, opened_at=now, waiting_since=now
        )
        asked = MasterChangeRequest.objects.create(
            case=case,
            master=membership.master_of(company),
            master_leaves=master_leaves,
            why=why,
            certificate_by=certificate_by,
            decidable_from=now + OBJECT_WITHIN,
        )
        cases.record(case, CaseEvent.Kind.SENT, actor=member, now=now, certificate_by=certificate_by)
        notices.master_change_received(case)
        notices.master_change_asked(asked)
    return case


def open_change_against(master: User) -> MasterChangeRequest | None:
    """§D7: the oldest open request that this MASTER has not agreed to, or None."""
    found = MasterChangeRequest.objects.select_related("case__company", "case__applicant")
    waiting = found.filter(master=master, case__state__in=OPEN_STATES).exclude(answer=MasterAnswer.AGREED)
    return waiting.order_by("case__opened_at", "pk").first()


def open_agreement_of(master: User) -> MasterChangeRequest | None:
    """§D7: the open request that this MASTER agreed to last, or None."""
    found = MasterChangeRequest.objects.select_related("case").filter(master=master, case__state__in=OPEN_STATES)
    return found.filter(answer=MasterAnswer.AGREED).order_by("-answered_at", "-pk").first()


def agree(case: Case, *, actor: User, password: str, now: datetime) -> MasterChangeRequest:
    """§D7: the sitting MASTER, who gives the password again, agrees, so that staff may decide at once.

    Raises NotAllowed, WrongPassword, TooManyAttempts, CaseIsClosed, AnsweredAlready.
    """
    membership.check_allowed(actor, Permission.TRANSFER_MASTER, case.company)  # before the password is looked at
    passwords.check_current(actor, password, now=now)
    with transaction.atomic():
        asked = _lock_to_answer(case, actor=actor)
        asked.answer, asked.answered_at = MasterAnswer.AGREED, now
        asked.save(update_fields=["answer", "answered_at"])
        cases.record(asked.case, CaseEvent.Kind.AGREED, actor=actor, now=now)
        notices.master_change_answered(asked)
    return asked


def object_to(case: Case, *, actor: User, objection: str, now: datetime) -> MasterChangeRequest:
    """§D7: the sitting MASTER objects, with the reason, which is weighed and is no veto; until staff have decided.

    Raises NotAllowed, CaseIsClosed, AnsweredAlready, TextMissing, TextTooLong.
    """
    objection = _checked(objection, "objection")
    with transaction.atomic():
        asked = _lock_to_answer(case, actor=actor)
        if asked.answer:
            raise AnsweredAlready
        asked.answer, asked.answered_at, asked.objection = MasterAnswer.OBJECTED, now, objection
        asked.save(update_fields=["answer", "answered_at", "objection"])
        cases.record(asked.case, CaseEvent.Kind.OBJECTED, actor=actor, now=now)
        notices.master_change_answered(asked)
    return asked


def check_decidable(asked: MasterChangeRequest, *, now: datetime) -> None:
    """§D7: raises TooEarly (ObjectedTo) within the seven days, unless the MASTER agreed."""
    if asked.answer != MasterAnswer.AGREED and now < asked.decidable_from:
        refusal = ObjectedTo if asked.answer == MasterAnswer.OBJECTED else TooEarly
        raise refusal(day=date_format(timezone.localtime(asked.decidable_from), "DATETIME_FORMAT"))


def count_decidable(*, now: datetime) -> int:
    """§D7: how many requests staff may decide by now: the seven days are over, or the MASTER agreed."""
    over = Q(master_change__answer=MasterAnswer.AGREED) | Q(master_change__decidable_from__lte=now)
    return Case.objects.filter(over, kind=CaseKind.MASTER_CHANGE, state=CaseState.RECEIVED).count()


def approve_master_change(case: Case, *, actor: User, seen: int, reason: str, now: datetime) -> Relationship:
    """§D7: staff decide, with a reason: the applicant is MASTER; the old one becomes 정회원 or leaves, as was asked.

    An applicant whose relationship the sitting MASTER ended meanwhile is related anew: that would be a veto otherwise.
    Returns the new MASTER's relationship. Raises what ``review.lock_to_decide`` and ``review.checked`` raise, TooEarly,
    ApplicantIsGone, BusinessEnded, DocumentMissing.
    """
    with transaction.atomic():
        applicant = User.objects.select_for_update(no_key=True).get(pk=case.applicant_id)
        company = Company.objects.select_for_update().get(pk=case.company_id)
        own = membership.live_members(company).filter(member=case.applicant_id).first()
        old, *others = mastership.lock_master_and(company, *filter(None, [own]))
        locked = review.lock_to_decide(case, actor=actor, seen=seen)
        check_decidable(locked.master_change, now=now)
        if not applicant.is_active or (others and others[0].pk == old.pk):
            raise ApplicantIsGone
        review.check_papers(locked)
        reason = review.checked(reason)
        if not others and membership.live_relationship(applicant):
            raise ApplicantIsGone
        withdrawn = None if others else cases.open_registration(applicant)
        new = others[0] if others else mastership.relate_again(applicant, company, actor=actor, now=now)
        cases.decide(locked, CaseState.APPROVED, actor=actor, reason=reason, now=now)
        leaves = reason if locked.master_change.master_leaves else ""
        by_staff = {"via": ApprovedVia.STAFF, "approver": actor, "actor": actor}
        mastership.change_master(old, new, **by_staff, leaves=leaves, now=now)
        notices.master_change_approved(locked, new, former=old, withdrawn=withdrawn)
    return new


def reject_master_change(case: Case, *, actor: User, seen: int, reason: str, now: datetime) -> Case:
    """§D7: staff decide, with a reason, that everything stays; both sides are told.

    Raises what ``review.lock_to_decide`` and ``review.checked`` raise, and TooEarly.
    """
    with transaction.atomic():
        locked = review.lock_to_decide(case, actor=actor, seen=seen)
        check_decidable(locked.master_change, now=now)
        cases.decide(locked, CaseState.REJECTED, actor=actor, reason=review.checked(reason), now=now)
        notices.master_change_rejected(locked)
    return locked


def _lock_to_answer(case: Case, *, actor: User) -> MasterChangeRequest:
    """The request behind the locks of its company and case, if this MASTER may still answer."""
    company = Company.objects.select_for_update().get(pk=case.company_id)
    membership.check_allowed(actor, Permission.TRANSFER_MASTER, company)
    locked = cases.lock(case)
    cases.check_open(locked)
    asked = locked.master_change
    if asked.answer == MasterAnswer.AGREED:
        raise AnsweredAlready
    return asked


def _check_may_ask(member: User, *, now: datetime) -> None:
    if cases.open_request(member, CaseKind.MASTER_CHANGE):
        raise ChangeIsOpen
    if cases.sent_today(member, CaseKind.MASTER_CHANGE, now=now) >= REQUESTS_A_DAY:
        raise TooManyChanges


def _checked(text: str, field: str) -> str:
    text = text.strip()
    if not text:
        raise TextMissing(field=field)
    if len(text) > LONGEST_TEXT:
        raise TextTooLong(field=field)
    return text
