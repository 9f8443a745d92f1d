"""심사: staff decide what the registry could not, once, and never for themselves (§T4, §D3, §D4)."""

from datetime import datetime

from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from accounts.domain import staff
from accounts.models import User
from companies.domain import cases, late_answer, membership, notices, registration
from companies.models import (
    FACTS,
    ApprovedVia,
    Case,
    CaseState,
    Company,
    Relationship,
)
from kotra_portal.errors import RuleViolation

MAY_REVIEW = "companies.review_case"  # staff's right (Django's own permission)
LONGEST_REASON = 1_000  # characters


class MayNotReview(RuleViolation):
    """§D3: only staff with the right decide."""

    sentence = _("이 신청을 심사할 권한이 없습니다.")


class OwnCase(RuleViolation):
    """§D3: a decision is never made on one's own case."""

    sentence = _("본인이나 본인이 속한 기업의 신청은 심사할 수 없습니다. 다른 담당자에게 맡겨 주세요.")


class DecidedAlready(RuleViolation):
    """§D3: a decision is made once; says by whom."""

    sentence = _("%(decider)s 님이 이미 처리한 신청입니다. 지금 상태: %(state)s")


class NotWaiting(RuleViolation):
    """§D3: the request is not the staff's turn any more."""

    sentence = _("지금은 심사할 수 없는 신청입니다. 지금 상태: %(state)s")


class ChangedMeanwhile(RuleViolation):
    """§D3: the applicant sent something that the reviewer has not seen, the MASTER answered, or a colleague acted."""

    sentence = _("이 화면을 연 뒤에 바뀐 것이 있어 처리하지 않았습니다. 다시 확인하고 처리해 주세요.")


class ApplicantIsGone(RuleViolation):
    """§D4: the applicant closed the account or belongs to a company by now."""

    sentence = _("신청인이 탈퇴했거나 이미 다른 기업에 속해 있어 승인할 수 없습니다. 반려해 주세요.")


class ApplicantIsBarred(membership.BarredFromCompany):
    """§D1: the number was registered meanwhile, and the company's MASTER bars the applicant."""

    sentence = _("그사이 등록된 이 기업의 MASTER가 신청인의 관계설정을 막아 두어 승인할 수 없습니다. 반려해 주세요.")


class DocumentMissing(RuleViolation):
    """§T4, §D8: nobody can have checked a paper that is not there; another side's does not count for whoever asks."""

    sentence = _(
        "신청한 사람의 서류가 없어 이렇게 결정할 수 없습니다. 팩스나 이메일로 받은 서류를 추가하거나 보완을 요청해 "
        "주세요."
    )


class ReasonMissing(RuleViolation):
    """§D3: 반려 and 보완 요청 carry a reason."""

    sentence = _("사유를 고르거나 입력해 주세요.")
    field = "reason"


class ReasonTooLong(RuleViolation):
    """§D3: a reason fits a mail and a page."""

    sentence = _("사유는 1,000자 이내로 입력해 주세요.")
    field = "reason"


def check_may_review(actor: User, case: Case) -> None:
    """§D3: staff with the right as of now, and never on their own case; raises MayNotReview, OwnCase."""
    if not staff.may(actor, MAY_REVIEW):
        raise MayNotReview
    if is_own(staff.as_of_now(actor), case):
        raise OwnCase


def is_own(actor: User, case: Case) -> bool:
    """§D3: tell whether the case is the staff's own (``own_cases``)."""
    return Case.objects.filter(own_cases(actor), pk=case.pk).exists()


def own_cases(person: User) -> Q:
    """§D3: the cases that are a party's: the staff's member account asks, or belongs to or asked for the same company.

    Of a dispute (§D8) whoever registered the company is a party too, in the company still or not.
    """
    member = person.member_account_id
    if member is None:
        return Q(pk__in=())
    belongs = Relationship.objects.filter(member_id=member, ended_at__isnull=True).values_list("company__brn")
    asked = Case.objects.filter(applicant_id=member).annotate(brn_of=Coalesce("company__brn", "registration__brn"))
    numbers = {brn for (brn,) in belongs.union(asked.values_list("brn_of"))}
    of_number = Q(registration__brn__in=numbers) | Q(company__brn__in=numbers)
    return Q(applicant_id=member) | Q(dispute__disputed_id=member) | of_number


def approve_registration(case: Case, *, actor: User, seen: int, now: datetime) -> Relationship:
    """§T4: the certificate was checked: the company is registered and the applicant becomes its MASTER.

    ``seen`` is the case's version (``cases.version``) that the reviewer looked at. Where the number was registered
    meanwhile, the applicant becomes its 준회원; the other open requests for the number become 준회원 too (§D4). Where
    the registry never said anything of the number, it is asked now. Raises MayNotReview, OwnCase, DecidedAlready,
    NotWaiting, ChangedMeanwhile, ApplicantIsGone, ApplicantIsBarred, BusinessEnded, DocumentMissing, NotInBusiness.
    """
    brn = case.registration.brn
    status = late_answer.status_now(case, now=now)  # slow, and nothing is locked meanwhile
    with transaction.atomic(durable=True):  # the others are settled after the commit
        registration.lock_applicants(brn)
        company = registration.locked_company(brn)
        locked = lock_to_decide(case, actor=actor, seen=seen)
        _check_applicant(locked.applicant, company)
        check_papers(locked)
        cases.decide(locked, CaseState.APPROVED, actor=actor, now=now)
        if company is None:
            late_answer.check_in_business(status)
            company, is_new = registration.insert(_company_of(locked, now=now))
        else:
            is_new = False
        if is_new:
            approval = {"via": ApprovedVia.STAFF, "approver": actor}
            relationship = registration.become_master(locked.applicant, company, actor=actor, **approval, now=now)
        else:
            relationship = membership.become_associate(locked.applicant, company, actor=actor, now=now)
            notices.associate_joined(relationship)
        notices.request_approved(locked, relationship, others=registration.open_requests(brn).count())
    registration.settle_other_requests(brn, now=now)
    return relationship


def reject_registration(case: Case, *, actor: User, seen: int, reason: str, now: datetime) -> Case:
    """§D3: 반려, with a reason; the number is as free as it was.

    Raises MayNotReview, OwnCase, DecidedAlready, NotWaiting, ChangedMeanwhile, ReasonMissing, ReasonTooLong.
    """
    with transaction.atomic():
        locked = lock_to_decide(case, actor=actor, seen=seen)
        cases.decide(locked, CaseState.REJECTED, actor=actor, reason=checked(reason), now=now)
        notices.request_rejected(locked)
    return locked


def request_correction(case: Case, *, actor: User, seen: int, reason: str, now: datetime) -> Case:
    """§D3: 보완 요청, with a reason; it is the applicant's turn, and nothing is decided yet.

    Raises MayNotReview, OwnCase, DecidedAlready, NotWaiting, ChangedMeanwhile, ReasonMissing, ReasonTooLong.
    """
    with transaction.atomic():
        locked = lock_to_decide(case, actor=actor, seen=seen)
        if locked.state != CaseState.RECEIVED or locked.applicant is None:
            raise NotWaiting(state=locked.state_words)
        cases.send_back(locked, actor=actor, reason=checked(reason), now=now)
        notices.correction_requested(locked)
    return locked


def assign(case: Case, *, actor: User, assignee: User | None, now: datetime) -> Case:
    """§D3: give an open case to a reviewer, or to nobody; raises MayNotReview, OwnCase, DecidedAlready, NotWaiting."""
    with transaction.atomic():
        if assignee is not None:  # whoever is deactivated meanwhile gives back what they got, or does not get it
            assignee = User.objects.select_for_update(no_key=True).get(pk=assignee.pk)
        locked = _lock_open(case, actor=actor)
        if assignee is not None:
            check_may_review(assignee, locked)
        if locked.assignee_id != (assignee.pk if assignee else None):
            cases.assign(locked, assignee, actor=actor, now=now)
    return locked


def _lock_open(case: Case, *, actor: User) -> Case:
    """The case as it is now, locked, if it is open and this person may look after it."""
    locked = cases.lock(case)
    check_may_review(actor, locked)
    if locked.decider_id is not None:
        raise DecidedAlready(decider=locked.decider.get_full_name(), state=locked.state_words)
    if not locked.is_open:
        raise NotWaiting(state=locked.state_words)
    return locked


def lock_to_decide(case: Case, *, actor: User, seen: int) -> Case:
    """§D3: the case, locked, if this person may decide what they have seen of it; for every kind of case.

    Raises MayNotReview, OwnCase, DecidedAlready, NotWaiting, ChangedMeanwhile.
    """
    locked = _lock_open(case, actor=actor)
    if cases.version(locked) != seen:
        raise ChangedMeanwhile
    return locked


def _check_applicant(applicant: User, company: Company | None) -> None:
    """§D4: who asked can still become what they asked for; raises ApplicantIsGone, ApplicantIsBarred."""
    if not applicant.is_active or membership.live_relationship(applicant):
        raise ApplicantIsGone
    try:
        if company is not None:
            membership.check_may_join(applicant, company)
    except membership.BarredFromCompany as barred:
        raise ApplicantIsBarred from barred


def check_papers(case: Case) -> None:
    """§T4, §Q3, §D8: there is a paper of whoever asks to check; raises DocumentMissing."""
    if not case.shown_documents.exists():
        raise DocumentMissing


def _company_of(case: Case, *, now: datetime) -> Company:
    facts = {name: getattr(case.registration, name) for name in FACTS}
    return Company(brn=case.registration.brn, registered_at=now, **facts)


def checked(reason: str) -> str:
    """§D3: the reason as it is kept; raises ReasonMissing, ReasonTooLong."""
    reason = reason.strip()
    if not reason:
        raise ReasonMissing
    if len(reason) > LONGEST_REASON:
        raise ReasonTooLong
    return reason
