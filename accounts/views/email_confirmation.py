"""이메일 확인: the link in the mail, and sending it again."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _t
from django.views.decorators.http import require_http_methods, require_POST

from accounts.domain import email_confirmation as rules
from accounts.domain.email_confirmation import LinkInvalid
from kotra_portal.access import member_only, public, safe_next
from kotra_portal.errors import RuleViolation
from kotra_portal.masking import mask_email


@public
@require_http_methods(["GET", "HEAD", "POST"])
def confirm_email(request: HttpRequest, token: str) -> HttpResponse:
    """§D14: confirm the address by a button, not by opening the link: programs that check mail open links."""
    try:
        if request.method == "POST":
            rules.confirm(token, now=timezone.now())
            return redirect("confirm_email", token)
        member = rules.find_member(token)
    except LinkInvalid as refusal:
        return render(request, "accounts/confirm_email_invalid.html", {"refusal": refusal}, status=404)
    is_confirmed = member.email_confirmed_at is not None
    return render(request, "accounts/confirm_email.html", {"email": member.email, "is_confirmed": is_confirmed})


@member_only
@require_POST
def resend_confirmation(request: HttpRequest) -> HttpResponse:
    """§D14: send the mail with the link again."""
    try:
        rules.resend(request.user, now=timezone.now())
    except RuleViolation as refusal:
        messages.warning(request, str(refusal))
    else:
        masked = mask_email(request.user.email)
        messages.success(request, _t("%(masked)s 주소로 확인 메일을 다시 보냈습니다.") % {"masked": masked})
    return redirect(safe_next(request, request.POST.get("next")) or "my")
