"""Who is told of what: one mail for each event, queued in the transaction of the change (§D3, §D5, §D8)."""

from collections.abc import Collection
from datetime import datetime

from django.utils import translation
from django.utils.functional import Promise

from accounts.models import User
from companies.domain.dispute_links import link_token
from companies.domain.shown_numbers import brn_for_applicant
from companies.models import (
    Case,
    CaseKind,
    Company,
    Document,
    MasterChangeRequest,
    Relationship,
    Role,
    TransferOffer,
)
from companies.numbers import format_brn
from kotra_portal.mail import portal_link, queue_mail, queue_mails


def request_received(case: Case) -> None:
    """§D3: the applicant hears that the request came in, under which number."""
    _to_applicant(case, "request_received")


def correction_requested(case: Case) -> None:
    """§D3: the applicant hears what to correct, and why."""
    page = "correct_request" if case.kind == CaseKind.REGISTRATION else "registration_request"
    _to_applicant(case, "correction_requested", link=portal_link(page, case.pk))


def correction_received(case: Case) -> None:
    """§D3: the applicant hears that what they corrected came in."""
    _to_applicant(case, "correction_received")


def paper_received(case: Case, paper: Document) -> None:
    """§D3, §D8: the applicant, or a dispute's claimant, hears that what they sent by fax or e-mail has arrived."""
    if case.applicant:
        _to_applicant(case, "paper_received", paper=paper)
    else:
        _to_claimant(case, "paper_received", company_name=case.company_name, paper=paper)


def paper_removed(case: Case) -> None:
    """§D3, §D8: whoever heard that a paper arrived hears that it was not for this request; neither why nor its name."""
    if case.applicant:
        _to_applicant(case, "paper_removed")
    else:
        _to_claimant(case, "paper_removed", company_name=case.company_name)


def request_withdrawn(case: Case) -> None:
    """§D3: the applicant hears that the request is withdrawn, and what to do if it was not they.

    So does the MASTER, who heard that a 정회원 asked for other company data.
    """
    _to_applicant(case, "request_withdrawn")
    if case.kind == CaseKind.COMPANY_EDIT:
        _to_other_master(case, "company_edit_withdrawn")


def request_rejected(case: Case) -> None:
    """§D3: the applicant hears the reason."""
    _to_applicant(case, "request_rejected")


def request_approved(case: Case, relationship: Relationship, *, others: int) -> None:
    """§T4: the applicant hears what they are now: MASTER, or 준회원 where the company was registered meanwhile.

    A MASTER hears also how many others asked for the number and become 준회원 (§D4).
    """
    _to_applicant(case, "request_approved", relationship=relationship, others=others)


def request_settled(case: Case, relationship: Relationship) -> None:
    """§D4: whoever asked for the same number hears that they are 준회원 of the company."""
    _to_applicant(case, "request_settled", relationship=relationship, link=portal_link("company"))


def request_skipped(case: Case, why: Promise) -> None:
    """§D4: whoever asked for the same number hears why they are not 준회원 of the company; a closed account nothing."""
    if case.applicant.is_active:
        _to_applicant(case, "request_skipped", why=why)


def associates_settled(company: Company, number: int) -> None:
    """§D4, §D5: the MASTER hears, once, how many who had asked for the number too are 준회원 now and wait."""
    master = _master_of(company)
    if master:
        _to(master, "associates_settled", company=company, number=number, link=portal_link("master"))


def associate_joined(relationship: Relationship) -> None:
    """§D5, §D11: the MASTER hears that a 준회원 (name masked) waits for approval."""
    master = _master_of(relationship.company)
    if master:
        _to(
            master,
            "associate_joined",
            company=relationship.company,
            joiner=relationship.member,
            since=relationship.started_at,
            link=portal_link("master"),
        )


def company_joined(relationship: Relationship, *, withdrawn: Case | None) -> None:
    """§T3, §D24: the new 준회원 hears who approves them, and which request of theirs was withdrawn by it (§D1)."""
    joined = {"company": relationship.company, "master": _master_of(relationship.company), "withdrawn": withdrawn}
    _to(relationship.member, "company_joined", **joined)


def became_master(relationship: Relationship, *, withdrawn: Case | None) -> None:
    """§T5: who registered a company that the registry knows hears of being its MASTER, and what was withdrawn by it."""
    _to(relationship.member, "became_master", company=relationship.company, withdrawn=withdrawn)


def associate_approved(relationship: Relationship) -> None:
    """§D5: the 준회원 hears of being 정회원 now."""
    _to(relationship.member, "associate_approved", company=relationship.company)


def relationship_ended(relationship: Relationship, *, withdrawn: Collection[Case]) -> None:
    """§D5: the person hears that the MASTER ended the relationship, and why; and what of theirs went along (§D1)."""
    ended = {"company": relationship.company, "reason": relationship.end_reason, "link": portal_link("my")}
    _to(relationship.member, "relationship_ended", withdrawn=withdrawn, **ended)


def member_left(relationship: Relationship, *, withdrawn: Collection[Case]) -> None:
    """§D5: the MASTER hears that somebody left, and that their request for other company data went along (§D1).

    Of a MASTER change that was withdrawn so ``master_change_withdrawn`` tells.
    """
    master = _master_of(relationship.company)
    if master:
        edits = [case for case in withdrawn if case.kind == CaseKind.COMPANY_EDIT]
        _to(master, "member_left", company=relationship.company, leaver=relationship.member, withdrawn=edits)


def company_registered(contact: str, company: Company, member: User, *, now: datetime) -> None:
    """§D8: the company's own contact in the registry hears that it was registered, and by whom (masked)."""
    if contact:
        link = portal_link("dispute_registration", link_token(company))
        context = {"company": company, "brn": format_brn(company.brn), "member": member, "at": now, "link": link}
        queue_mail(contact, "companies/mail/company_registered", language="ko", context=context)


def master_reminded(relationship: Relationship) -> None:
    """§D5: the MASTER hears that a 준회원 still waits."""
    waiting = {"joiner": relationship.member, "since": relationship.started_at, "link": portal_link("master")}
    _to(_master_of(relationship.company), "master_reminded", company=relationship.company, **waiting)


def transfer_offered(offer: TransferOffer) -> None:
    """§D6: the nominee hears of the offer, until when it stands and where it is answered."""
    _of_offer(offer, offer.nominee, "transfer_offered", link=portal_link("transfer_offer", offer.pk))


def transfer_accepted(offer: TransferOffer) -> None:
    """§D6: both hear that MASTER has changed hands."""
    _of_offer(offer, offer.master, "transfer_accepted")
    _of_offer(offer, offer.nominee, "transfer_accepted", is_master=True, link=portal_link("master"))


def transfer_refused(offer: TransferOffer) -> None:
    """§D6: the MASTER hears that the nominee does not want it."""
    _of_offer(offer, offer.master, "transfer_refused", link=portal_link("master"))


def transfer_withdrawn(offer: TransferOffer) -> None:
    """§D6: the nominee hears that the offer was taken back."""
    _of_offer(offer, offer.nominee, "transfer_withdrawn")


def transfer_lapsed(offer: TransferOffer) -> None:
    """§D6: both hear that seven days have passed."""
    _of_offer(offer, offer.master, "transfer_lapsed", is_master=True, link=portal_link("master"))
    _of_offer(offer, offer.nominee, "transfer_lapsed")


def transfer_dropped(offer: TransferOffer, person: User) -> None:
    """§D6, §D7: whoever stays hears that the offer has no object any more."""
    _of_offer(offer, person, "transfer_dropped", is_master=person == offer.master)


def master_change_received(case: Case) -> None:
    """§Q3: the applicant hears that the request came in, and what is still to be sent."""
    _to_applicant(case, "master_change_received", change=case.master_change)


def master_change_asked(change: MasterChangeRequest) -> None:
    """§D7: the sitting MASTER hears who (masked) asks for what, until when to object, and where."""
    asked = {"change": change, "case": change.case, "applicant": change.case.applicant}
    link = portal_link("answer_master_change", change.case_id)
    _to(change.master, "master_change_asked", company=change.case.company, **asked, link=link)


def master_change_answered(change: MasterChangeRequest) -> None:
    """§D7: the applicant hears that the MASTER agreed, or objected; of the objection's words staff alone know."""
    _to_applicant(change.case, "master_change_answered", change=change)


def master_change_approved(
    case: Case, new: Relationship, *, former: Relationship, withdrawn: Case | None = None
) -> None:
    """§D7: both hear the decision, and what they are now; the applicant, what was withdrawn by it too (§D1)."""
    became = {"is_master": True, "former": former, "withdrawn": withdrawn}
    _to_applicant(case, "master_change_approved", **became, link=portal_link("master"))
    decided = {"case": case, "company_name": case.company_name, "brn": format_brn(case.brn), "former": former}
    link = portal_link("my" if former.ended_at else "company")
    _to(former.member, "master_change_approved", new=new, **decided, link=link)


def master_change_rejected(case: Case) -> None:
    """§D7: both hear that everything stays, and why."""
    _to_applicant(case, "master_change_rejected")
    told = {"case": case, "company_name": case.company_name, "brn": format_brn(case.brn), "is_master": True}
    _to(case.master_change.master, "master_change_rejected", **told)


def master_change_withdrawn(case: Case) -> None:
    """§D7: the sitting MASTER, who was asked, hears that nothing is left to answer."""
    told = {"case": case, "company_name": case.company_name, "brn": format_brn(case.brn), "link": portal_link("master")}
    _to(case.master_change.master, "master_change_withdrawn", **told)


def request_overtaken(case: Case) -> None:
    """§D7: the applicant hears that the request has no object any more; a dispute's claimant too (§D8)."""
    if case.applicant:
        _to_applicant(case, "request_overtaken")
    else:
        _to_claimant(case, "dispute_overtaken")


def company_edit_received(case: Case) -> None:
    """기업정보 변경 (§C6): the applicant hears that the request came in, and the MASTER that somebody else asked."""
    _to_applicant(case, "company_edit_received", edit=case.company_edit)
    _to_other_master(case, "company_edit_asked")


def company_edit_decided(case: Case) -> None:
    """기업정보 변경 (§C6): the applicant hears the decision, and its reason where it is a rejection.

    So does the MASTER, who heard that somebody else asked.
    """
    _to_applicant(case, "company_edit_decided", edit=case.company_edit)
    _to_other_master(case, "company_edit_decided_master")


def company_edited(company: Company, editor: User, changed: Collection[str]) -> None:
    """기업정보 수정 (§C6): the MASTER hears that a 정회원 changed these facts, which are named and no more."""
    master = _master_of(company)
    if master and master != editor:
        with translation.override(master.language):  # a label joined with others is no lazy text any more
            labels = [str(Company._meta.get_field(name).verbose_name) for name in changed]
        told = {"editor": editor, "labels": labels, "link": portal_link("master_history")}
        _to(master, "company_edited", company=company, **told)


def business_marked(company: Company, reason: str) -> None:
    """§D8: each member hears that the business counts as closed or suspended, or as active again."""
    live = Relationship.objects.select_related("member").filter(company=company, ended_at__isnull=True)
    _to_all([one.member for one in live.order_by("pk")], "business_marked", company=company, reason=reason)


def dispute_received(case: Case) -> None:
    """§D8: the claimant hears that the dispute came in, under which number, and what follows."""
    _to_claimant(case, "dispute_received")


def dispute_told(case: Case) -> None:
    """§D8: the MASTER hears that the registration is disputed, and what is frozen; not by whom."""
    master = _master_of(case.company)
    if master:
        _to(master, "dispute_told", company=case.company, case=case)


def dispute_decided(case: Case, *, former: Relationship | None = None, ended: Collection[Relationship] = ()) -> None:
    """§D8: the claimant hears the outcome, and so do those whom it concerns.

    That is the MASTER; where MASTER changed the ``former`` one and the new one; where the registration was cancelled
    all whose relationship ``ended``.
    """
    _to_claimant(case, "dispute_decided")
    told = {"company": case.company, "case": case, "dispute": case.dispute, "reason": case.reason}
    if ended:
        outside = {"is_outside": True, "link": portal_link("my")}
        _to_all([one.member for one in ended], "dispute_decided_member", **told, **outside)
        return
    _to(_master_of(case.company), "dispute_decided_member", **told)
    if former:
        outside = {"is_outside": True, "link": portal_link("my")} if former.ended_at else {}
        _to(former.member, "dispute_decided_member", former=former, **told, **outside)


def _of_offer(offer: TransferOffer, person: User, template: str, **context: object) -> None:
    _to(person, template, **{"company": offer.company, "offer": offer} | context)


def _to_claimant(case: Case, template: str, **context: object) -> None:
    told = {"case": case, "dispute": case.dispute, "company": case.company, "brn": format_brn(case.company.brn)}
    link = portal_link("dispute_registration", link_token(case.company))
    queue_mail(
        case.dispute.claimant_email,
        f"companies/mail/{template}",
        language=case.dispute.language,
        context=told | {"link": link} | context,
    )


def _master_of(company: Company) -> User | None:
    masters = Relationship.objects.select_related("member")
    found = masters.filter(company=company, role=Role.MASTER, ended_at__isnull=True).first()
    return found.member if found else None


def _to_applicant(case: Case, template: str, **context: object) -> None:
    asked = {"case": case, "company_name": case.company_name, "brn": brn_for_applicant(case)}
    _to(case.applicant, template, **asked | {"link": portal_link("registration_request", case.pk)} | context)


def _to_other_master(case: Case, template: str) -> None:
    """To the MASTER, what concerns a request for other company data that somebody else sent."""
    master = _master_of(case.company)
    if master and master != case.applicant:
        _to(master, template, company=case.company, case=case, edit=case.company_edit)


def _to_all(people: Collection[User], template: str, **context: object) -> None:
    """One mail that says the same to each, of whom there may be thousands."""
    recipients = [(person.email, person.language) for person in people]
    queue_mails(recipients, f"companies/mail/{template}", context={"link": portal_link("company")} | context)


def _to(person: User, template: str, **context: object) -> None:
    context = {"member": person, "link": portal_link("company")} | context
    queue_mail(person.email, f"companies/mail/{template}", language=person.language, context=context)
