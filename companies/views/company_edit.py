"""기업정보 수정: at once what the company says of itself, by a case what was verified (§C6)."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_POST

from kotra_portal.access import requires
from kotra_portal.permissions import Permission


@requires(Permission.EDIT_COMPANY)
@require_http_methods(["GET", "HEAD", "POST"])
def edit_company(request: HttpRequest) -> HttpResponse:
    """§C6: every fact that was not verified, changed at once."""
    return redirect("company")


@requires(Permission.EDIT_COMPANY)
@require_POST
def keep_company_edit(request: HttpRequest) -> HttpResponse:
    """§C6: keep what was typed so far, then go where ``go`` says."""
    return redirect("edit_company")


@requires(Permission.EDIT_COMPANY)
@require_http_methods(["GET", "HEAD", "POST"])
def request_company_edit(request: HttpRequest) -> HttpResponse:
    """§C6: ask staff to change 기업명 or 대표자명."""
    return redirect("company")
