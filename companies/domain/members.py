"""회원 목록: the members of a company as its MASTER looks for them (§D5, §D11)."""

from django.db.models import Case, IntegerField, Q, QuerySet, Value, When

from companies.domain import membership
from companies.models import Company, Relationship, Role
from kotra_portal.text import half_width

# Who waits comes first, then the MASTER, then the rest by name.
_ORDER = {Role.ASSOCIATE: 0, Role.MASTER: 1, Role.FULL: 2}


def find_members(company: Company, *, typed: str = "", role: Role | None = None) -> QuerySet[Relationship]:
    """§D5: the live members whose name or 부서 contains what was typed, of one role or of all; who waits first.

    Among those who wait the longest waiting come first. Each row has the person.
    """
    found = membership.live_members(company)
    if role is not None:
        found = found.filter(role=role)
    if line := half_width(typed).strip():
        found = found.filter(Q(member__name__icontains=line) | Q(member__department__icontains=line))
    place = Case(*(When(role=one, then=Value(at)) for one, at in _ORDER.items()), output_field=IntegerField())
    first_waiting = Case(When(role=Role.ASSOCIATE, then="started_at"), default=None)
    return found.annotate(place=place, waiting_since=first_waiting).order_by(
        "place", "waiting_since", "member__name", "pk"
    )


def count_by_role(company: Company) -> dict[Role, int]:
    """§D5: how many live members of each role the company has."""
    rows = membership.live_members(company).values_list("role", flat=True)
    return {role: rows.filter(role=role).count() for role in Role}
