"""How staff find a member among a million: by ID, name, mail address or the number of a company (§D9)."""

from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.models import User
from accounts.names import normalize_username
from companies.models import RegistrationRequest, Relationship
from companies.numbers import parse_brn
from kotra_portal.text import clean_line


def matching(members: QuerySet[User], typed: str) -> QuerySet[User]:
    """§D9: those who ever belonged to the company with this number or asked for it, have this mail address, or whose ID
    or name begins so. Each way is one that an index carries. By a number, ``is_former`` tells who belonged there once.
    """
    try:
        words = clean_line(typed)
    except ValueError:
        return members.none()
    try:
        brn = parse_brn(words)
    except ValueError:
        pass
    else:
        return members.filter(pk__in=_people_of(brn)).annotate(is_former=_is_former(brn))
    if "@" in words:
        return members.filter(email__iexact=words)
    return members.filter(Q(username__startswith=normalize_username(words)) | Q(name__startswith=words))


def _is_former(brn: str) -> Q:
    of_company = Relationship.objects.filter(member=OuterRef("pk"), company__brn=brn)
    return Exists(of_company) & ~Exists(of_company.filter(ended_at__isnull=True))


def _people_of(brn: str) -> QuerySet:
    related = Relationship.objects.filter(company__brn=brn).values("member")
    asked = RegistrationRequest.objects.filter(brn=brn).values("case__applicant")
    return related.union(asked)
