"""마이KOTRA › MASTER: who waits, approving, ending, who may not come back, and the history (§Q2, §C5, §D5)."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kotra_portal.access import requires
from kotra_portal.permissions import Permission


@requires(Permission.APPROVE_MEMBER)
@require_safe
def master(request: HttpRequest) -> HttpResponse:
    """§Q2: the members, who waits first."""
    return redirect("company")


@requires(Permission.APPROVE_MEMBER)
@require_POST
def approve_associates(request: HttpRequest) -> HttpResponse:
    """§C5: approve the chosen ones."""
    return redirect("master")


@requires(Permission.END_RELATIONSHIP)
@require_POST
def choose_to_end(request: HttpRequest) -> HttpResponse:
    """§D5: on to the page that names the consequence."""
    return redirect("end_relationships")


@requires(Permission.END_RELATIONSHIP)
@require_http_methods(["GET", "HEAD", "POST"])
def end_relationships(request: HttpRequest) -> HttpResponse:
    """§D5: the consequence, the reason, and the verb."""
    return redirect("master")


@requires(Permission.APPROVE_MEMBER)
@require_safe
def master_history(request: HttpRequest) -> HttpResponse:
    """§D5: what happened to the company and its members."""
    return redirect("master")
