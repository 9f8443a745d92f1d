"""The demonstration's inbox."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from kotra_portal.access import demo_only
from kotra_portal.demo import inbox


@demo_only
@require_safe
def demo_inbox(request: HttpRequest) -> HttpResponse:
    """Text messages and mails, newest first; a page that polls is answered only when something arrived."""
    now = timezone.now()
    stamp = inbox.stamp(now=now)
    if request.htmx and request.GET.get("seen") == stamp:
        return HttpResponse(status=204)
    context = {"stamp": stamp, "text_messages": inbox.text_messages(now=now), "mails": inbox.mails()}
    return render(request, "demo/_messages.html" if request.htmx else "demo/demo_inbox.html", context)
