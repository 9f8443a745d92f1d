"""이용약관, 개인정보 처리방침, 마케팅 활용: the texts with their versions."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.domain import terms as rules
from accounts.models import Terms, TermsKind
from kotra_portal.access import public


@public
@require_safe
def terms(request: HttpRequest) -> HttpResponse:
    """The documents in force."""
    return render(request, "accounts/terms.html", {"documents": rules.in_force(timezone.localdate())})


@public
@require_safe
def terms_document(request: HttpRequest, kind: str) -> HttpResponse:
    """One document: the version in force, or the one asked for by ``?version=``, with a list of the earlier ones."""
    if kind not in TermsKind.values:
        raise Http404
    versions = list(Terms.objects.filter(kind=kind, effective_on__lte=timezone.localdate()))
    asked = request.GET.get("version")
    shown = next((found for found in versions if asked is None or str(found.version) == asked), None)
    if shown is None:
        raise Http404
    return render(request, "accounts/terms_document.html", {"shown": shown, "versions": versions})
