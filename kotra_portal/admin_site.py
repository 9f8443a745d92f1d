"""Django admin as the staff's desk: Korean, and its log-in goes through the portal's own limits."""

from django.contrib.admin import AdminSite
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import PasswordChangeView
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_post_parameters

from accounts.domain import passwords
from accounts.forms.login import StaffLoginForm
from accounts.forms.passwords import StaffPasswordForm
from accounts.views import visit
from kotra_portal.errors import RuleViolation


class PortalAdminSite(AdminSite):
    """The staff's site."""

    site_header = _("KOTRA 회원 포털 관리")
    site_title = _("KOTRA 회원 포털 관리")
    index_title = _("고객지원팀 업무")
    site_url = "/"
    login_form = StaffLoginForm

    @method_decorator([login_not_required, sensitive_post_parameters("password")])
    def login(self, request: HttpRequest, extra_context: dict | None = None) -> HttpResponse:
        """§D14: the limits of the portal's log-in hold here too; a member who is logged in has nothing to do here."""
        user = request.user
        if user.is_authenticated and not user.is_staff:
            raise PermissionDenied
        response = super().login(request, extra_context)
        if not user.is_authenticated and request.user.is_authenticated:
            visit.remember_device(response, request.user)
        return response

    @method_decorator(sensitive_post_parameters())
    def password_change(self, request: HttpRequest, extra_context: dict | None = None) -> HttpResponse:
        """§D14: as a member's: the present password within its limit, an event, a mail, this log-in stays."""
        form, now = StaffPasswordForm(request.user, request.POST if request.method == "POST" else None), timezone.now()
        if form.is_valid():
            typed = form.cleaned_data
            try:
                person = passwords.change(request.user, typed["old_password"], typed["new_password1"], now=now)
            except RuleViolation as refusal:
                form.add_error("new_password2" if refusal.field == "password" else "old_password", str(refusal))
            else:
                update_session_auth_hash(request, person)
                response = redirect("admin:password_change_done")
                visit.remember_device(response, person)
                return response
        request.current_app = self.name
        context = {**self.each_context(request), "title": _("비밀번호 변경"), "form": form, **(extra_context or {})}
        return TemplateResponse(request, PasswordChangeView.template_name, context)
