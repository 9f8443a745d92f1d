"""기업 등록: what the three answers of a search lead to: joining, registering, asking for a registration (§S12)."""

from collections.abc import Iterator
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from companies.domain import cases, membership, notices, registration_draft, search
from companies.domain.registration_draft import SearchFirst
from companies.models import (
    FACTS,
    OPEN_STATES,
    ApprovedVia,
    Case,
    CaseEvent,
    CaseKind,
    CaseState,
    Channel,
    Company,
    RegistrationDraft,
    RegistrationRequest,
    RegistryAnswer,
    Relationship,
    RelationshipEvent,
    Role,
)
from kotra_portal.errors import RuleViolation
from kotra_portal.one_by_one import one_by_one

REQUESTS_A_DAY = 5
NUMBERS_AT_ONCE = 100  # that are looked for in one query, of requests that were left over


class CompanyRegisteredMeanwhile(RuleViolation):
    """§S12: somebody else registered the number since it was looked up."""

    sentence = _("그사이 다른 회원이 이 기업을 등록했습니다. 기업정보를 확인하고 준회원으로 관계설정을 신청해 주세요.")


class OpenRequestExists(RuleViolation):
    """§D1: one open registration request."""

    sentence = _("이미 심사 중인 신규등록 신청이 있습니다. 다른 기업을 등록하려면 그 신청을 먼저 취소해 주세요.")


class TooManyRequests(RuleViolation):
    """§D3: requests of one member and day have a bound, withdrawn ones too."""

    sentence = _(
        "신규등록 신청은 하루에 다섯 번까지 보낼 수 있습니다. 내일 다시 신청하거나 고객지원팀에 문의해 주세요."
    )


class CertificateMissing(RuleViolation):
    """§S12: the certificate is attached, or announced by fax or e-mail."""

    sentence = _("사업자등록증 파일을 첨부하거나, 팩스나 이메일로 보내겠다고 선택해 주세요.")
    field = "certificate_by"


def join_found_company(member: User, brn: str, *, now: datetime) -> Relationship:
    """§S12 (a): the member becomes 준회원 of the registered company that the search for this number found.

    Raises SearchFirst, AlreadyRelated, TooManyStarts, CompanyNotRegistered, BarredFromCompany.
    """
    with transaction.atomic():
        membership.lock_member(member)
        membership.check_may_start(member, now=now)
        draft = registration_draft.lock_draft_of(member, brn)
        company = search.live_company(draft.brn)
        if company is None:
            raise SearchFirst
        relationship = membership.join_company(member, company, now=now)
        registration_draft.discard(draft)
    return relationship


def register_company(member: User, brn: str, facts: dict[str, object], *, now: datetime) -> Relationship:
    """§T5: a company that the registry knows is approved at once, without certificate; the member becomes its MASTER.

    ``facts`` by the names of FACTS, cleaned; what the registry vouches for is the registry's. Whoever loses the race
    for a number is its 준회원 (§S12 (a)): the role of the relationship that is returned says which. Raises SearchFirst,
    AlreadyRelated, TooManyStarts, BarredFromCompany.
    """
    with transaction.atomic():
        membership.lock_member(member)
        membership.check_may_start(member, now=now)
        draft = registration_draft.lock_draft_of(member, brn)
        registration_draft.discard(draft)  # before the company's lock, for which others queue
        company, is_new = locked_company(draft.brn), False
        if company is None:
            is_old = search.is_stale(draft, now=now) or search.is_for_staff(draft.brn)
            if draft.answer != RegistryAnswer.KNOWN or is_old:
                raise SearchFirst
            facts = {name: facts[name] for name in FACTS if name in facts} | search.vouched_for(draft)
            company, is_new = insert(Company(brn=draft.brn, registered_at=now, **facts))
        if is_new:
            waiting = cases.open_registration(member)
            relationship = become_master(member, company, actor=member, via=ApprovedVia.REGISTRY, now=now)
            notices.became_master(relationship, withdrawn=waiting)
            notices.company_registered(draft.contact_email, company, member, now=now)
        else:
            relationship = membership.join_locked(member, company, now=now)
    settle_other_requests(company.brn, now=now)
    return relationship


def request_registration(
    member: User, brn: str, facts: dict[str, object], certificate_by: Channel, *, now: datetime
) -> Case:
    """§T4: ask for the registration of a company that nobody knows; staff check the certificate and decide.

    Raises SearchFirst, AlreadyRelated, TooManyStarts, OpenRequestExists, TooManyRequests, CompanyRegisteredMeanwhile,
    CertificateMissing.
    """
    with transaction.atomic(durable=True):  # what is settled below is settled after the commit
        membership.lock_member(member)
        membership.check_may_start(member, now=now)
        if cases.open_registration(member):
            raise OpenRequestExists
        if cases.sent_today(member, CaseKind.REGISTRATION, now=now) >= REQUESTS_A_DAY:
            raise TooManyRequests
        draft = registration_draft.lock_draft_of(member, brn)
        if search.live_company(draft.brn):
            raise CompanyRegisteredMeanwhile
        if draft.answer not in {RegistryAnswer.UNKNOWN, RegistryAnswer.UNAVAILABLE, RegistryAnswer.FOR_STAFF}:
            raise SearchFirst
        check_certificate(draft, certificate_by)
        case = Case.objects.create(kind=CaseKind.REGISTRATION, applicant=member, opened_at=now, waiting_since=now)
        facts = {name: facts[name] for name in FACTS if name in facts}
        RegistrationRequest.objects.create(
            case=case, brn=draft.brn, certificate_by=certificate_by, registry_answer=draft.answer, **facts
        )
        attached = draft.documents.update(case=case, draft=None)
        detail = {"documents": attached, "certificate_by": certificate_by}
        cases.record(case, CaseEvent.Kind.SENT, actor=member, now=now, **detail)
        registration_draft.discard(draft)
        notices.request_received(case)
    settle_other_requests(case.registration.brn, now=now)
    case.refresh_from_db()
    return case


def check_certificate(draft: RegistrationDraft, certificate_by: Channel) -> None:
    """§S12: what is said to be attached is there; raises CertificateMissing."""
    if certificate_by == Channel.UPLOAD and not draft.documents.exists():
        raise CertificateMissing


def become_master(
    member: User, company: Company, *, actor: User, via: ApprovedVia, approver: User | None = None, now: datetime
) -> Relationship:
    """§C3: write the MASTER of a company that this transaction registered, for a member who is locked."""
    approval = {"approved_at": now, "approved_via": via, "approver": approver}
    relationship = Relationship.objects.create(
        member=member, company=company, role=Role.MASTER, started_at=now, **approval
    )
    membership.record(relationship, RelationshipEvent.Kind.REGISTERED, actor=actor, now=now, via=via)
    cases.withdraw_open_registration(member, actor=actor, now=now)
    return relationship


def settle_other_requests(brn: str, *, now: datetime) -> int:
    """§D4: open requests for a number that is registered by now become 준회원 of it; returns how many did.

    Whoever is related elsewhere, barred or gone by then is skipped, with an event. The two who may race here (a request
    that is sent, a registration) both call this after their own commit, so that one of them sees the other. The MASTER
    is not mailed for each, a hundred may have asked, but once of all whom the approval's own mail did not count.
    """
    if not open_requests(brn).exists():
        return 0
    with transaction.atomic():
        people = lock_applicants(brn)
        company = locked_company(brn)
        if company is None:
            return 0
        # Whoever asked since then is not locked, and settles their own.
        waiting = open_requests(brn).filter(applicant__in=people).select_for_update(of=("self",)).order_by("pk")
        approved = _approval_of(company)
        settled = [case for case in waiting if _settle(case, company, approved=approved, now=now)]
        counted_until = _counted_until(company)
        untold = [case for case in settled if counted_until is None or case.opened_at > counted_until]
        if untold:
            notices.associates_settled(company, len(untold))
        return len(settled)


def settle_left_over(*, now: datetime) -> int:
    """§D4: settle what a worker left that died between its commit and the settling; returns how many became 준회원.

    Each number is a transaction of its own, beside which the portal goes on; a second run finds nothing. Raises
    SomeFailed once all the others are settled.
    """
    return one_by_one(_numbers_left_over(), lambda brn: settle_other_requests(brn, now=now))


def left_over() -> QuerySet[Case]:
    """§D4: the open requests for a number that is registered, but for those of whom it was said that they stay open."""
    registered = Company.objects.filter(brn=OuterRef("registration__brn"), closed_at__isnull=True)
    skipped = CaseEvent.objects.filter(case=OuterRef("pk"), kind=CaseEvent.Kind.SKIPPED)
    waiting = Case.objects.filter(kind=CaseKind.REGISTRATION, state__in=OPEN_STATES)
    return waiting.filter(Exists(registered), ~Exists(skipped))


def _numbers_left_over() -> Iterator[str]:
    found, last = left_over().order_by("registration__brn").values_list("registration__brn", flat=True).distinct(), ""
    while numbers := list(found.filter(registration__brn__gt=last)[:NUMBERS_AT_ONCE]):
        yield from numbers
        last = numbers[-1]


def open_requests(brn: str) -> QuerySet[Case]:
    """§D4: the open requests for this number, with what they ask for and who asks."""
    found = Case.objects.filter(kind=CaseKind.REGISTRATION, state__in=OPEN_STATES, registration__brn=brn)
    return found.select_related("registration", "applicant")


def lock_applicants(brn: str) -> list[User]:
    """Users are locked first and in one order: all whose open request for the number may be touched."""
    people = list(open_requests(brn).values_list("applicant_id", flat=True))
    return list(User.objects.select_for_update(no_key=True).filter(pk__in=people).order_by("pk"))


def locked_company(brn: str) -> Company | None:
    """The registered company with this number, locked, or None."""
    return Company.objects.select_for_update().filter(brn=brn, closed_at__isnull=True).first()


def _approval_of(company: Company) -> Case | None:
    """The last request for the company's number that was approved since it is registered; None where none was."""
    approved = Case.objects.filter(kind=CaseKind.REGISTRATION, state=CaseState.APPROVED, registration__brn=company.brn)
    return approved.filter(closed_at__gte=company.registered_at).order_by("closed_at", "pk").last()


def _counted_until(company: Company) -> datetime | None:
    """§D4: the requests up to when the mail of the approval (``request_approved``) counted; None without approval."""
    approved = Case.objects.filter(kind=CaseKind.REGISTRATION, state=CaseState.APPROVED, registration__brn=company.brn)
    return company.registered_at if approved.filter(closed_at=company.registered_at).exists() else None


def _settle(locked: Case, company: Company, *, approved: Case | None, now: datetime) -> bool:
    """One of the others; SYSTEM acts."""
    try:
        if not locked.applicant.is_active or membership.live_relationship(locked.applicant):
            raise membership.AlreadyRelated
        membership.check_may_join(locked.applicant, company)
    except RuleViolation as skipped:
        cases.skip(locked, because=type(skipped).__name__, now=now)
        return False
    cases.settle(locked, approved=approved, now=now)
    relationship = membership.become_associate(locked.applicant, company, actor=None, now=now)
    notices.request_settled(locked, relationship)
    return True


def insert(company: Company) -> tuple[Company, bool]:
    """§D9: the first registration of a number wins; whoever comes second gets the winner's company, locked."""
    try:
        with transaction.atomic():  # a savepoint: the loser of the race reads who won
            company.save(force_insert=True)
    except IntegrityError:
        winner = locked_company(company.brn)
        if winner is None:  # closed again in the meantime
            raise SearchFirst from None
        return winner, False
    return company, True
