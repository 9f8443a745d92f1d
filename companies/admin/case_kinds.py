"""심사의 화면, 종류마다: what a case's page shows of what was asked for, and of the company that it is about."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from accounts.models import User
from companies.admin.automatic import is_somebody_else
from companies.admin.comparison import Answer, Row, beside_registry, compared
from companies.domain import cases, correction, dispute, late_answer, members, membership, offers, succession
from companies.models import (
    Case,
    CaseEvent,
    CaseKind,
    CaseState,
    Company,
    CompanyFacts,
    MasterAnswer,
    Outcome,
    RegistrationRound,
    Relationship,
    RelationshipEvent,
    Role,
)
from companies.oddities import oddities_of

# What tells a registered company and whom to call there.
ABOUT = ("name", "representative", "corporate_number", "opened_on", "business_type", "phone", "email", "address")
_UNFIT = {
    MasterAnswer.AGREED: {"master_silent", "master_stays"},
    MasterAnswer.OBJECTED: {"master_agreed", "master_silent"},
}
NAMES = ("name", "name_en", "representative", "representative_en")


@dataclass(frozen=True)
class Asked:
    """One verified fact of a company: as it was, as it shall be, and what the registry says now (empty: nothing)."""

    label: str
    before: str
    after: str
    registry: str

    @property
    def changes(self) -> bool:
        """Tell whether it shall be another."""
        return self.before != self.after

    @property
    def differs(self) -> bool:
        """Tell whether the registry says something else than what it shall be."""
        return bool(self.registry) and self.registry != self.after


def particulars(case: Case, answer: Answer | None, *, now: datetime) -> dict[str, object]:
    """§D3, §D7, §D8: what the page of this kind of case shows besides what every page shows."""
    return {"about": f"admin/companies/case/_{case.kind.lower()}.html"} | _OF_KIND[CaseKind(case.kind)](
        case, answer, now
    )


def others_shown(case: Case, *, now: datetime) -> list[User]:
    """§D11: the members besides the applicant whose ID or contact the page shows: MASTER, nominee, registrant."""
    if case.kind == CaseKind.MASTER_CHANGE:
        offer = offers.open_offer(case.company, now=now)
        people = [case.master_change.master, offer.nominee if offer else None]
    elif case.kind == CaseKind.DISPUTE:
        people = [case.dispute.disputed, case.dispute.new_master]
    else:
        return []
    sitting = _sitting(case.company)
    people.append(sitting.member if sitting else None)
    return [person for person in dict.fromkeys(people) if person not in {None, case.applicant}]


def papers_by(case: Case) -> str:
    """§S12, §Q3, §D8: how the applicant means to hand the papers in; whoever disputes has no log-in to upload them."""
    if case.kind == CaseKind.DISPUTE:
        return _("팩스·이메일")
    return str(_request_of(case).get_certificate_by_display())


def is_awaited(case: Case) -> bool:
    """§S12: tell whether papers are to come by fax or e-mail."""
    return case.kind == CaseKind.DISPUTE or _request_of(case).certificate_by != "UPLOAD"


def unfit_reasons(case: Case, *, now: datetime) -> set[str]:
    """§D7: the ready-made reasons that are untrue of this case: of what the MASTER answered, or did not answer yet."""
    if case.kind != CaseKind.MASTER_CHANGE:
        return set()
    change = case.master_change
    if change.answer:
        return _UNFIT[MasterAnswer(change.answer)]
    return {"master_agreed"} if now >= change.decidable_from else {"master_agreed", "master_silent"}


def odd_names(case: Case) -> list[tuple[str, str, list[Promise]]]:
    """§D3: whose name it is, the name, and what is odd about it; of the names that are odd."""
    return [(str(label), name, odd) for label, name in _names(case) if (odd := oddities_of(name))]


def _request_of(case: Case) -> object:
    return getattr(case, case.kind.lower())


def _names(case: Case) -> list[tuple[object, str]]:
    if case.kind == CaseKind.DISPUTE:
        named = [(_("이의신청인"), case.dispute.claimant_name), (_("등록한 회원"), case.dispute.disputed.name)]
        return [*named, *_labelled(case.company)]
    asked = {CaseKind.REGISTRATION: "registration", CaseKind.COMPANY_EDIT: "company_edit"}.get(CaseKind(case.kind))
    named = _labelled(getattr(case, asked)) if asked else []
    return [*named, (Case._meta.get_field("applicant").verbose_name, case.applicant.name)]


def _labelled(facts: object) -> list[tuple[object, str]]:
    names = [name for name in NAMES if hasattr(facts, name)]
    return [(CompanyFacts._meta.get_field(name).verbose_name, getattr(facts, name)) for name in names]


def _registration(case: Case, answer: Answer | None, now: datetime) -> dict[str, object]:
    """§T4: what was typed, beside what the registry knows, and what was sent before."""
    sheets, unanswered = beside_registry(case.registration, answer)
    rounds = _rounds(case)
    settled = case.events.filter(kind=CaseEvent.Kind.SETTLED).first() if case.state == CaseState.SETTLED else None
    return {
        "made": _company_made(case),
        "settled_by": settled.detail.get("approved") if settled else None,
        "registration": case.registration,
        "answer_is_owed": late_answer.is_owed(case),
        "sheets": sheets,
        "unanswered": unanswered,
        "rounds": rounds,
        "corrected": {row.label for row in rounds[0][1]} if rounds else set(),
    }


def _company_made(case: Case) -> Company | None:
    """§T4, §D4: the company of which the applicant became MASTER or 준회원 by it; None where nothing came of it."""
    if case.state not in {CaseState.APPROVED, CaseState.SETTLED}:
        return None
    since = Company.objects.filter(brn=case.brn, registered_at__lte=case.closed_at)
    return since.order_by("registered_at", "pk").last()


def _master_change(case: Case, answer: Answer | None, now: datetime) -> dict[str, object]:
    """§Q3, §D7: who asks and who is MASTER, how each came to be what they are, and from when staff may decide."""
    asking, objected = _asking(case), case.events.filter(kind=CaseEvent.Kind.OBJECTED).first()
    return _of_company(case.company, answer) | {
        "change": case.master_change,
        "asking": asking,
        "put_out": _put_out(asking),
        "objected_at": objected.at if objected else None,
        "sitting": _sitting(case.company),
        "too_early": _too_early(case, now=now),
        "offer": offers.open_offer(case.company, now=now),
    }


def _company_edit(case: Case, answer: Answer | None, now: datetime) -> dict[str, object]:
    """§C6: what was verified, as it was and as it shall be, and what the registry says of it now."""
    edit, known = case.company_edit, answer.facts if answer else None
    asked = [
        Asked(str(label), getattr(edit, f"{name}_before"), getattr(edit, name), getattr(known, name, ""))
        for name in ("name", "representative")
        for label in [edit._meta.get_field(name).verbose_name]
    ]
    return _of_company(case.company, answer) | {"edit": edit, "asked": asked, "asking": _asking(case)}


def _dispute(case: Case, answer: Answer | None, now: datetime) -> dict[str, object]:
    """§D8: who disputes, who registered the company and when, who is in it."""
    counted = members.count_by_role(case.company)
    return _of_company(case.company, answer) | {
        "dispute": case.dispute,
        "is_somebody_else": is_somebody_else(case.dispute.disputed.name, case.company.representative),
        "outcome": Outcome(case.dispute.outcome) if case.dispute.outcome else None,
        "registered_by": dispute.registration_of(case.company),
        "sitting": _sitting(case.company),
        "counted": [(role.label, count) for role, count in counted.items()],
        "members_in_all": sum(counted.values()),
    }


_OF_KIND: dict[CaseKind, Callable[[Case, Answer | None, datetime], dict[str, object]]] = {
    CaseKind.REGISTRATION: _registration,
    CaseKind.MASTER_CHANGE: _master_change,
    CaseKind.COMPANY_EDIT: _company_edit,
    CaseKind.DISPUTE: _dispute,
}


def _of_company(company: Company, answer: Answer | None) -> dict[str, object]:
    """What every case about a registered company shows of it; another open dispute freezes the MASTER (§D8)."""
    sheets, unanswered = beside_registry(company, answer, ABOUT)
    return {
        "company": company,
        "sheets": sheets,
        "unanswered": unanswered,
        "open_dispute": cases.open_of(company, CaseKind.DISPUTE).first(),
    }


def _sitting(company: Company) -> Relationship | None:
    """§C3: the MASTER's relationship now; None where nobody is in the company any more."""
    return membership.live_members(company).select_related("approver").filter(role=Role.MASTER).first()


def _asking(case: Case) -> Relationship | None:
    """§D7: what the applicant is in the company now, or was there last."""
    own = Relationship.objects.filter(company=case.company_id, member=case.applicant_id)
    return own.select_related("approver").order_by("-started_at", "-pk").first()


def _put_out(asking: Relationship | None) -> RelationshipEvent | None:
    """§D7: that the MASTER ended the applicant's relationship, when and who it was; None where nobody did."""
    if asking is None or asking.ended_at is None:
        return None
    ended = asking.events.filter(kind=RelationshipEvent.Kind.ENDED, actor__is_staff=False)
    return ended.select_related("actor").first()


def _too_early(case: Case, *, now: datetime) -> str:
    """§D7: why staff may not decide yet; nothing where they may, or where it is over."""
    try:
        succession.check_decidable(case.master_change, now=now)
    except succession.TooEarly as refusal:
        return str(refusal) if case.is_open else ""
    return ""


def _rounds(case: Case) -> list[tuple[RegistrationRound, list[Row]]]:
    """Each earlier round, latest first, with what the next one changed: ``other`` is what it said before."""
    rounds = correction.latest_rounds(case)
    versions: list[CompanyFacts] = [*rounds, case.registration]
    found = []
    for before, after in pairwise(versions):
        changed = [row for sheet in compared(after, before) for row in sheet.rows if row.differs]
        found.append((before, changed))
    return found[::-1]
