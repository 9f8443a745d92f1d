"""마이KOTRA's front page."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.models import User
from kotra_portal.access import member_only, member_type_of
from kotra_portal.permissions import Permission, allows


@member_only
@require_safe
def my(request: HttpRequest) -> HttpResponse:
    """Who I am, what waits for me, what I may do (§C6)."""
    member_type = member_type_of(request)
    permissions = [(permission, allows(member_type, permission)) for permission in Permission]
    return render(request, "my/my.html", {"permissions": permissions, "waiting": _waiting(request.user)})


def _waiting(member: User) -> list[str]:
    """The templates of what waits for the member."""
    return [] if member.email_confirmed_at else ["my/_email_unconfirmed.html"]
