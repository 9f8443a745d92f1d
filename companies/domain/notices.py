"""Who is told of what: one mail for each event, queued in the transaction of the change (§D3, §D5, §D8)."""

from datetime import datetime

from accounts.models import User
from companies.models import Case, Company, Document, Relationship, Role
from companies.numbers import format_brn
from kotra_portal.mail import portal_link, queue_mail


def request_received(case: Case) -> None:
    """§D3: the applicant hears that the request came in, under which number."""
    _to_applicant(case, "request_received")


def correction_requested(case: Case) -> None:
    """§D3: the applicant hears what to correct, and why."""
    _to_applicant(case, "correction_requested", link=portal_link("correct_request", case.pk))


def correction_received(case: Case) -> None:
    """§D3: the applicant hears that what they corrected came in."""
    _to_applicant(case, "correction_received")


def paper_received(case: Case, paper: Document) -> None:
    """§D3: the applicant hears that what they sent by fax or e-mail has arrived."""
    _to_applicant(case, "paper_received", paper=paper)


def request_withdrawn(case: Case) -> None:
    """§D3: the applicant hears that the request is withdrawn, and what to do if it was not they."""
    _to_applicant(case, "request_withdrawn")


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
        )


def company_joined(relationship: Relationship, *, withdrawn: Case | None) -> None:
    """§T3, §D24: the new 준회원 hears who approves them, and which request of theirs was withdrawn by it (§D1)."""
    joined = {"company": relationship.company, "master": _master_of(relationship.company), "withdrawn": withdrawn}
    _to(relationship.member, "company_joined", **joined)


def associate_approved(relationship: Relationship) -> None:
    """§D5: the 준회원 hears of being 정회원 now."""
    _to(relationship.member, "associate_approved", company=relationship.company)


def relationship_ended(relationship: Relationship) -> None:
    """§D5: the person hears that the MASTER ended the relationship, and why."""
    ended = {"company": relationship.company, "reason": relationship.end_reason, "link": portal_link("my")}
    _to(relationship.member, "relationship_ended", **ended)


def member_left(relationship: Relationship) -> None:
    """§D5: the MASTER hears that somebody left."""
    master = _master_of(relationship.company)
    if master:
        _to(master, "member_left", company=relationship.company, leaver=relationship.member)


def company_registered(contact: str, company: Company, member: User, *, now: datetime) -> None:
    """§D8: the company's own contact in the registry hears that it was registered, and by whom (masked)."""
    if contact:
        context = {"company": company, "brn": format_brn(company.brn), "member": member, "at": now}
        queue_mail(contact, "companies/mail/company_registered", language="ko", context=context)


def _master_of(company: Company) -> User | None:
    masters = Relationship.objects.select_related("member")
    found = masters.filter(company=company, role=Role.MASTER, ended_at__isnull=True).first()
    return found.member if found else None


def _to_applicant(case: Case, template: str, **context: object) -> None:
    asked = {"case": case, "company_name": case.registration.name, "brn": format_brn(case.registration.brn)}
    _to(case.applicant, template, **asked | {"link": portal_link("registration_request", case.pk)} | context)


def _to(person: User, template: str, **context: object) -> None:
    context = {"member": person, "link": portal_link("company")} | context
    queue_mail(person.email, f"companies/mail/{template}", language=person.language, context=context)
