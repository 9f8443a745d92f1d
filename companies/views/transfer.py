"""MASTER 권한 넘기기: the MASTER offers it, the nominee answers (§D6)."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kotra_portal.access import member_only, requires
from kotra_portal.permissions import Permission


@requires(Permission.TRANSFER_MASTER)
@require_http_methods(["GET", "HEAD", "POST"])
def offer_transfer(request: HttpRequest) -> HttpResponse:
    """§D6: choose a 정회원, read the consequence, give the password again."""
    return redirect("company")


@requires(Permission.TRANSFER_MASTER)
@require_POST
def withdraw_transfer(request: HttpRequest, offer_id: int) -> HttpResponse:
    """§D6: the MASTER takes the offer back."""
    return redirect("company")


@member_only
@require_safe
def transfer_offer(request: HttpRequest, offer_id: int) -> HttpResponse:
    """§D6: the nominee reads what the offer means."""
    return redirect("company")


@member_only
@require_POST
def accept_transfer(request: HttpRequest, offer_id: int) -> HttpResponse:
    """§D6: the nominee becomes MASTER."""
    return redirect("company")


@member_only
@require_POST
def refuse_transfer(request: HttpRequest, offer_id: int) -> HttpResponse:
    """§D6: the nominee does not want it."""
    return redirect("company")
