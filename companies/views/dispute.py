"""등록 이의신청: the page behind the link in the mail to the company's own contact; no log-in (§D8)."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from companies.domain import dispute
from companies.domain.dispute import LinkIsOver
from companies.domain.dispute_links import LinkIsInvalid
from companies.forms.dispute import DisputeForm
from kotra_portal.access import public
from kotra_portal.errors import RuleViolation


@public
@require_http_methods(["GET", "HEAD", "POST"])
def dispute_registration(request: HttpRequest, token: str) -> HttpResponse:
    """§D8: dispute an automatic registration, or see how the dispute stands."""
    now = timezone.now()
    try:
        company, raised = dispute.company_of_link(token, now=now)
    except (LinkIsInvalid, LinkIsOver) as refusal:
        return render(request, "companies/dispute_link_invalid.html", {"refusal": refusal}, status=404)
    if raised:
        return render(request, "companies/dispute_raised.html", {"company": company, "dispute": raised})
    form = DisputeForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            dispute.raise_dispute(company, form.claim(), now=now)
        except RuleViolation as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect("dispute_registration", token)
    context = {"company": company, "registered": dispute.registration_of(company), "form": form}
    return render(request, "companies/dispute_registration.html", context)
