"""사업자등록번호 as members may read it: of a sole proprietor a 준회원 sees what a search by name shows (§D11)."""

from companies.models import Case, CaseKind, Relationship, Role
from companies.numbers import format_brn, public_brn


def brn_for_member(relationship: Relationship) -> str:
    """§D11: the number of one's company; MASTER and 정회원 see all of it, a 준회원 what is public."""
    brn = relationship.company.brn
    return public_brn(brn) if relationship.role == Role.ASSOCIATE else format_brn(brn)


def brn_for_applicant(case: Case) -> str:
    """§D11: the number as the applicant of a request reads it; in full who typed it, or is MASTER or 정회원 by now."""
    if case.kind == CaseKind.REGISTRATION or format_brn(case.brn) == public_brn(case.brn):
        return format_brn(case.brn)
    live = Relationship.objects.filter(company=case.company_id, member=case.applicant_id, ended_at__isnull=True)
    return format_brn(case.brn) if live.exclude(role=Role.ASSOCIATE).exists() else public_brn(case.brn)
