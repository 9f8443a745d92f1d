"""회원 목록: the members of a company as its MASTER looks for them, chooses and sees them (§D5, §D11)."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Case, Count, IntegerField, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from companies.domain import membership
from companies.models import Bar, Company, Relationship, RelationshipEvent, Role
from kotra_portal.errors import RuleViolation
from kotra_portal.masking import mask_email, mask_mobile
from kotra_portal.phones import format_phone
from kotra_portal.text import half_width

AT_ONCE = 50  # members that a page shows, and that one press approves or ends
ENDED_NEWS_FOR = timedelta(days=30)  # how long the member reads that somebody ended the relationship
_LONGEST_KEY = 18  # digits; what every database can look for

# Who waits comes first, then the MASTER, then the rest by name.
_ORDER = {Role.ASSOCIATE: 0, Role.MASTER: 1, Role.FULL: 2}
# With the first of which a relationship is approved; ``approved_at`` tells the last, since MASTER may come later.
_APPROVALS = (
    RelationshipEvent.Kind.REGISTERED,
    RelationshipEvent.Kind.APPROVED,
    RelationshipEvent.Kind.HANDED_OVER,
    RelationshipEvent.Kind.MASTER_CHANGED,
)


class NobodyChosen(RuleViolation):
    """§D5: a verb for several members needs one at least."""

    sentence = _("회원을 한 명 이상 선택해 주세요.")


class TooManyChosen(RuleViolation):
    """§D5: so many members at once, and no more."""

    sentence = _("한 번에 %(most)s명까지 처리할 수 있습니다. 나누어 선택해 주세요.")


@dataclass(frozen=True)
class SeenMember:
    """A member as the MASTER sees them: the relationship with the person, and how to reach them."""

    relationship: Relationship
    email: str
    mobile: str


def find_members(company: Company, *, typed: str = "", role: Role | None = None) -> QuerySet[Relationship]:
    """§D5: the live members whose name or 부서 contains what was typed, of one role or of all; who waits first.

    Among those who wait the longest waiting come first. Each row has the person and ``first_approved_at``.
    """
    found = with_first_approval(membership.live_members(company))
    if role is not None:
        found = found.filter(role=role)
    if line := half_width(typed).strip():
        found = found.filter(Q(member__name__icontains=line) | Q(member__department__icontains=line))
    place = Case(*(When(role=one, then=Value(at)) for one, at in _ORDER.items()), output_field=IntegerField())
    first_waiting = Case(When(role=Role.ASSOCIATE, then="started_at"), default=None)
    return found.annotate(place=place, waiting_since=first_waiting).order_by(
        "place", "waiting_since", "member__name", "pk"
    )


def with_first_approval(found: QuerySet[Relationship]) -> QuerySet[Relationship]:
    """§C5, §D6: each with ``first_approved_at``, wherever MASTER went since; null for a 준회원."""
    events = RelationshipEvent.objects.filter(relationship=OuterRef("pk"), kind__in=_APPROVALS).order_by("at", "pk")
    return found.annotate(first_approved_at=Coalesce(Subquery(events.values("at")[:1]), "approved_at"))


def first_approved_at(relationship: Relationship) -> datetime | None:
    """§C5, §D6: when this relationship was first approved; None for a 준회원."""
    return with_first_approval(Relationship.objects.filter(pk=relationship.pk)).get().first_approved_at


def count_by_role(company: Company) -> dict[Role, int]:
    """§D5: how many live members of each role the company has."""
    rows = Relationship.objects.filter(company=company, ended_at__isnull=True).values_list("role")
    counted = dict(rows.annotate(Count("pk")).order_by())
    return {role: counted.get(role, 0) for role in Role}


def count_waiting(company: Company) -> int:
    """§C5: how many 준회원 wait for the MASTER's approval."""
    return Relationship.objects.filter(company=company, ended_at__isnull=True, role=Role.ASSOCIATE).count()


def barred_from(company: Company) -> QuerySet[Bar]:
    """§D1: who may not join the company again, the last barred first, with the people."""
    return Bar.objects.select_related("member", "barred_by").filter(company=company).order_by("-barred_at", "-pk")


def is_barred(member: User, company: Company) -> bool:
    """§D1: tell whether the company's MASTER keeps this person out."""
    return Bar.objects.filter(member=member, company=company).exists()


def ended_lately(member: User, *, now: datetime) -> Relationship | None:
    """§D5, §D8: the last relationship of a 개인회원, where somebody else ended it within ENDED_NEWS_FOR, or None."""
    last = Relationship.objects.select_related("company").filter(member=member).order_by("-started_at", "-pk").first()
    if last is None or last.ended_at is None or not last.end_reason or now - last.ended_at >= ENDED_NEWS_FOR:
        return None
    return last


def as_master_sees(relationship: Relationship) -> SeenMember:
    """§D11: of an associate mail and phone are masked; after approval the MASTER sees the whole."""
    person = relationship.member
    if relationship.role == Role.ASSOCIATE:
        return SeenMember(relationship, mask_email(person.email), mask_mobile(person.mobile))
    return SeenMember(relationship, person.email, format_phone(person.mobile))


def choose_members(company: Company, keys: Collection[str]) -> list[Relationship]:
    """§D11: the relationships of these keys, as they were sent, by name; those that ended are among them.

    Raises NobodyChosen, TooManyChosen, and Relationship.DoesNotExist where one is not this company's.
    """
    wanted = set(keys)
    if not wanted:
        raise NobodyChosen
    if len(wanted) > AT_ONCE:
        raise TooManyChosen(most=AT_ONCE)
    if not all(key.isascii() and key.isdigit() and len(key) <= _LONGEST_KEY for key in wanted):
        raise Relationship.DoesNotExist
    found = Relationship.objects.select_related("member", "company").filter(company=company, pk__in=wanted)
    if len(found) != len(wanted):
        raise Relationship.DoesNotExist
    return sorted(found, key=lambda one: (one.member.name, one.pk))
