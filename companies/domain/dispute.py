"""등록 이의신청: a company's own contact disputes an automatic registration, and staff decide (§D8)."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import get_language, gettext_lazy as _

from accounts.models import User
from companies.domain import cases, ending, mastership, membership, notices, review
from companies.domain.dispute_links import LINK_LIFETIME, company_of_token
from companies.models import (
    OPEN_STATES,
    ApprovedVia,
    Case,
    CaseEvent,
    CaseKind,
    CaseState,
    Company,
    Outcome,
    RegistrationDispute,
    Relationship,
    RelationshipEvent,
)
from kotra_portal.errors import RuleViolation

LONGEST_EXPLANATION = 2_000  # characters


class LinkIsOver(RuleViolation):
    """§D8: thirty days, or the company's registration ended."""

    sentence = _("이의를 제기할 수 있는 30일이 지났거나 기업의 등록이 이미 끝났습니다. 고객지원팀에 문의해 주세요.")


class DisputedAlready(RuleViolation):
    """§D8: one dispute for one registration."""

    sentence = _("이 등록에는 이미 이의신청이 접수되었습니다. 이 화면에서 결과를 확인할 수 있습니다.")


class CompanyIsDisputed(RuleViolation):
    """§D8: a dispute freezes hand-over and mileage until it is decided."""

    sentence = _(
        "이 기업의 등록에 이의신청이 접수되어 고객지원팀이 확인하고 있습니다. 결정될 때까지 MASTER 권한을 넘기거나 "
        "마일리지를 쓸 수 없습니다."
    )


class NotAMember(RuleViolation):
    """§D8: MASTER can become who is related to the company, or was taken out of it, and is not MASTER already."""

    sentence = _(
        "이 기업의 정회원이나 준회원, MASTER가 관계를 해지한 사람 가운데 새 MASTER를 골라 주세요. 아직 회원이 아니면 "
        "먼저 가입해 관계를 설정하도록 안내해 주세요."
    )
    field = "new_master"


@dataclass(frozen=True)
class Claim:
    """Who disputes, and what for; as typed, cleaned."""

    name: str
    position: str
    phone: str
    email: str
    explanation: str


def company_of_link(token: str, *, now: datetime) -> tuple[Company, RegistrationDispute | None]:
    """§D8: the company that a link is about, and the dispute that was raised by it; no log-in.

    A dispute is shown for as long as the link is kept. Raises LinkIsInvalid, LinkIsOver.
    """
    company = company_of_token(token)
    raised = RegistrationDispute.objects.select_related("case").filter(case__company=company).first()
    if raised is None and (company.closed_at is not None or now >= company.registered_at + LINK_LIFETIME):
        raise LinkIsOver
    return company, raised


def raise_dispute(company: Company, claim: Claim, *, now: datetime) -> Case:
    """§D8: open a case for staff; hand-over and mileage are frozen from now on. The MASTER is told, and the claimant.

    Whoever holds the link acts; nobody is logged in. Raises LinkIsOver, DisputedAlready.
    """
    with transaction.atomic():
        locked = Company.objects.select_for_update().get(pk=company.pk)
        if Case.objects.filter(company=locked, kind=CaseKind.DISPUTE).exists():
            raise DisputedAlready
        registered = registration_of(locked)
        if registered is None or locked.closed_at is not None or now >= locked.registered_at + LINK_LIFETIME:
            raise LinkIsOver
        case = Case.objects.create(kind=CaseKind.DISPUTE, company=locked, opened_at=now, waiting_since=now)
        RegistrationDispute.objects.create(
            case=case,
            disputed=registered.relationship.member,
            claimant_name=claim.name,
            claimant_position=claim.position,
            claimant_phone=claim.phone,
            claimant_email=claim.email,
            explanation=claim.explanation,
            language=get_language(),
        )
        cases.record(case, CaseEvent.Kind.SENT, actor=None, now=now)
        membership.record_of_company(locked, RelationshipEvent.Kind.DISPUTED, actor=None, now=now, case=case.pk)
        notices.dispute_received(case)
        notices.dispute_told(case)
    return case


def is_disputed(company: Company) -> bool:
    """§D8: tell whether a dispute waits for its decision."""
    return Case.objects.filter(company=company, kind=CaseKind.DISPUTE, state__in=OPEN_STATES).exists()


def check_undisputed(company: Company) -> None:
    """§D8: raises CompanyIsDisputed; asked under the company's lock by hand-over and mileage."""
    if is_disputed(company):
        raise CompanyIsDisputed


def keep_registration(case: Case, *, actor: User, seen: int, reason: str, now: datetime) -> Case:
    """§D8, 유지: everything stays, and what was frozen is free again.

    Raises what ``review.lock_to_decide`` and ``review.checked`` raise.
    """
    with transaction.atomic():
        company = Company.objects.select_for_update().get(pk=case.company_id)
        locked = review.lock_to_decide(case, actor=actor, seen=seen)
        _decide(locked, company, Outcome.KEPT, actor=actor, reason=reason, now=now)
        notices.dispute_decided(locked)
    return locked


def change_master(
    case: Case, new_master: User | None, *, master_leaves: bool, actor: User, seen: int, reason: str, now: datetime
) -> Relationship:
    """§D8, MASTER 변경: a member of the company becomes its MASTER; the old one becomes 정회원 or leaves.

    Whom somebody took out of the company is related to it anew. Returns the new MASTER's relationship. Raises what
    ``keep_registration`` raises, DocumentMissing, NotAMember, and BusinessEnded.
    """
    with transaction.atomic():
        chosen = new_master and User.objects.select_for_update(no_key=True).get(pk=new_master.pk)
        company = Company.objects.select_for_update().get(pk=case.company_id)
        found = membership.live_members(company).filter(member=chosen, member__is_active=True).first()
        old, *others = mastership.lock_master_and(company, *filter(None, [found]))
        locked = review.lock_to_decide(case, actor=actor, seen=seen)
        review.check_papers(locked)
        if not others and mastership.taken_out_of(company).filter(member=chosen).exists():
            others = [mastership.relate_again(chosen, company, actor=actor, now=now)]
        if not others or others[0].pk == old.pk:
            raise NotAMember
        _decide(locked, company, Outcome.MASTER_CHANGED, actor=actor, reason=reason, new_master=chosen, now=now)
        leaves = locked.reason if master_leaves else ""
        by_staff = {"via": ApprovedVia.STAFF, "approver": actor, "actor": actor}
        mastership.change_master(old, others[0], **by_staff, leaves=leaves, now=now)
        notices.dispute_decided(locked, former=old)
    return others[0]


def cancel_registration(case: Case, *, actor: User, seen: int, reason: str, now: datetime) -> Company:
    """§D8, 등록 취소: every relationship ends and the company's registration with them; its number is free again.

    From then on staff alone register the number (``search.is_for_staff``). Raises what ``keep_registration`` raises,
    and DocumentMissing.
    """
    with transaction.atomic():
        company = Company.objects.select_for_update().get(pk=case.company_id)
        locked = review.lock_to_decide(case, actor=actor, seen=seen)
        review.check_papers(locked)
        _decide(locked, company, Outcome.CANCELLED, actor=actor, reason=reason, now=now)
        ended = ending.end_all(company, actor=actor, reason=locked.reason, now=now)
        ending.close(company, actor=actor, now=now)
        notices.dispute_decided(locked, ended=ended)
    return company


def automatic_registrations() -> QuerySet[RelationshipEvent]:
    """§D8: registrations that nobody but the registry approved, latest first, with the company and the member."""
    found = RelationshipEvent.objects.filter(kind=RelationshipEvent.Kind.REGISTERED, detail__via=ApprovedVia.REGISTRY)
    return found.select_related("company", "relationship__member").order_by("-at", "-pk")


def registration_of(company: Company) -> RelationshipEvent | None:
    """§D8: who registered this company by the registry's word, and when; None where staff did."""
    return automatic_registrations().filter(company=company).first()


def _decide(
    locked: Case,
    company: Company,
    outcome: Outcome,
    *,
    actor: User,
    reason: str,
    new_master: User | None = None,
    now: datetime,
) -> None:
    """Close the case with its outcome; a registration that is kept is a dispute that is rejected."""
    state = CaseState.REJECTED if outcome == Outcome.KEPT else CaseState.APPROVED
    cases.decide(locked, state, actor=actor, reason=review.checked(reason), now=now)
    locked.dispute.outcome, locked.dispute.new_master = outcome, new_master
    locked.dispute.save(update_fields=["outcome", "new_master"])
    kind = RelationshipEvent.Kind.DISPUTE_DECIDED
    membership.record_of_company(company, kind, actor=actor, now=now, case=locked.pk, outcome=outcome)
