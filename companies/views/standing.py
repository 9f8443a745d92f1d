"""What the pages of a company's members tell of it as it stands (§C6, §D7, §D8)."""

from companies.domain import cases, history, profile, succession
from companies.models import CaseKind, Relationship, Role


def standing_of(relationship: Relationship) -> dict[str, object]:
    """What stands about the member's company beyond its facts.

    §D8: that it is marked as suspended or closed, and to those whom it freezes that it is disputed; §D7: that its
    MASTER agreed to a change; §C6: that a change of what was verified is asked for.
    """
    company = relationship.company
    is_master = relationship.role == Role.MASTER
    is_told = relationship.role != Role.ASSOCIATE
    return {
        "business_mark": None if company.is_in_business else history.latest_mark(company),
        "open_dispute": cases.open_of(company, CaseKind.DISPUTE).first() if is_told else None,
        "open_edit": profile.open_edit(company) if is_told else None,
        "agreed_change": succession.open_agreement_of(relationship.member) if is_master else None,
    }
