"""Staff of every sort the short way."""

from django.contrib.auth.models import Group

from accounts.domain.staff import LOG_AUDIT, SUPPORT_TEAM
from accounts.models import User
from tests import make


def support(username: str | None = None, **fields: object) -> User:
    """Somebody of 고객지원팀."""
    return _in_group(SUPPORT_TEAM, username, **fields)


def auditor(username: str | None = None, **fields: object) -> User:
    """Somebody who looks the access log through."""
    return _in_group(LOG_AUDIT, username, **fields)


def superuser(username: str | None = None, **fields: object) -> User:
    """Somebody with all rights."""
    return make.staff(username, is_superuser=True, **fields)


def _in_group(group: str, username: str | None, **fields: object) -> User:
    person = make.staff(username, **fields)
    person.groups.add(Group.objects.get(name=group))
    return person
