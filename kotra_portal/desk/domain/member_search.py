"""How staff find a member among a million: by ID, name, mail address or the number of a company (§D9)."""

from django.db.models import Q, QuerySet

from accounts.models import User
from accounts.names import normalize_username
from companies.models import RegistrationRequest, Relationship
from companies.numbers import parse_brn
from kotra_portal.text import clean_line


def matching(members: QuerySet[User], typed: str) -> QuerySet[User]:
    """§D9: those who ever belonged to the company with this number or asked for it, have this mail address, or whose ID
    or name begins so. Each way is one that an index carries.
    """
    try:
        words = clean_line(typed)
    except ValueError:
        return members.none()
    try:
        return members.filter(pk__in=_people_of(parse_brn(words)))
    except ValueError:
        pass
    if "@" in words:
        return members.filter(email__iexact=words)
    return members.filter(Q(username__startswith=normalize_username(words)) | Q(name__startswith=words))


def _people_of(brn: str) -> QuerySet:
    related = Relationship.objects.filter(company__brn=brn).values("member")
    asked = RegistrationRequest.objects.filter(brn=brn).values("case__applicant")
    return related.union(asked)
