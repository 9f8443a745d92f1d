"""비밀번호 변경."""

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from accounts.domain import passwords
from accounts.forms.passwords import ChangePasswordForm
from accounts.views import visit
from kotra_portal.access import member_only
from kotra_portal.errors import RuleViolation


@sensitive_post_parameters()
@member_only
@require_http_methods(["GET", "HEAD", "POST"])
def password(request: HttpRequest) -> HttpResponse:
    """§D14: a new password in place of the present one; this log-in stays, the member's others end."""
    form = ChangePasswordForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        typed = form.cleaned_data
        try:
            member = passwords.change(request.user, typed["current_password"], typed["password"], now=timezone.now())
        except RuleViolation as refusal:
            form.add_error(refusal.field, refusal)
        else:
            update_session_auth_hash(request, member)
            messages.success(request, _("비밀번호를 변경했습니다. 다른 기기에서는 다시 로그인해야 합니다."))
            response = redirect("my")
            visit.remember_device(response, member)  # the token given for the old password has ended with it
            return response
    return render(request, "accounts/password.html", {"form": form})
