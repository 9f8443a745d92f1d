"""Django admin as the staff's desk: Korean, its log-in with the portal's own limits and a second step."""

from collections.abc import Callable

import segno
from django import forms
from django.contrib import messages
from django.contrib.admin import AdminSite
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import PasswordChangeView
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _, gettext_lazy, ngettext
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods
from django_otp.plugins.otp_totp.models import TOTPDevice

from accounts.domain import passwords, second_factor
from accounts.forms.login import StaffLoginForm
from accounts.forms.passwords import StaffPasswordForm
from accounts.forms.second_factor import RecoveryCodeForm, RenewForm, SecondStepForm, SetUpForm
from accounts.views import visit
from kotra_portal.access import ask_second_step, has_passed_second_step, safe_next
from kotra_portal.errors import RuleViolation

# A form with secrets: neither its errors nor an error report shows what was typed.
secret_page = method_decorator([sensitive_post_parameters(), require_http_methods(["GET", "HEAD", "POST"])])


class PortalAdminSite(AdminSite):
    """The staff's site."""

    site_header = gettext_lazy("KOTRA 회원 포털 관리")
    site_title = gettext_lazy("KOTRA 회원 포털 관리")
    index_title = gettext_lazy("고객지원팀 업무")
    site_url = "/"
    login_form = StaffLoginForm

    def get_urls(self) -> list[URLPattern]:
        """The second step's own pages before Django's, whose last takes whatever is left."""
        pages = [
            path("second-factor/", self.second_factor, name="second_factor"),
            path("second-factor/recovery/", self.use_recovery_code, name="use_recovery_code"),
            path("second-factor/set-up/", self.set_up_second_factor, name="set_up_second_factor"),
            path("second-factor/codes/", self.admin_view(self.renew_recovery_codes), name="renew_recovery_codes"),
        ]
        return pages + super().get_urls()

    def has_permission(self, request: HttpRequest) -> bool:
        """§D14: nothing of the staff's site opens before the second step."""
        return super().has_permission(request) and has_passed_second_step(request)

    @method_decorator([login_not_required, sensitive_post_parameters("password")])
    def login(self, request: HttpRequest, extra_context: dict | None = None) -> HttpResponse:
        """§D14: the limits of the portal's log-in hold here too; a member who is logged in has nothing to do here."""
        user = request.user
        if user.is_authenticated and not user.is_staff:
            raise PermissionDenied
        if user.is_authenticated and not has_passed_second_step(request):
            return ask_second_step(request, self._wanted(request))
        response = super().login(request, extra_context)
        if not user.is_authenticated and request.user.is_authenticated:
            visit.begin_log_in(request, response)
        return response

    @secret_page
    def second_factor(self, request: HttpRequest) -> HttpResponse:
        """§D14: the second step: six digits of the authenticator app."""
        return self._ask(request, SecondStepForm, second_factor.check_code, "admin/second_factor.html")

    @secret_page
    def use_recovery_code(self, request: HttpRequest) -> HttpResponse:
        """§D14: the second step without the telephone."""
        return self._ask(request, RecoveryCodeForm, second_factor.use_recovery_code, "admin/use_recovery_code.html")

    @secret_page
    def set_up_second_factor(self, request: HttpRequest) -> HttpResponse:
        """§D14: the key of a new device, its first code, then the recovery codes, shown this once."""
        if not super().has_permission(request):
            return self._ask_to_log_in(request)
        if second_factor.device_of(request.user):
            return redirect("admin:renew_recovery_codes")
        entered_at, now = visit.password_entered_at(request), timezone.now()
        asks_password = second_factor.needs_password(entered_at, now=now)
        form = SetUpForm(request.POST if request.method == "POST" else None, asks_password=asks_password)
        if form.is_valid():
            password, offered = form.cleaned_data.get("current_password", ""), visit.offered_device(request)
            proof = {"password": password, "entered_at": entered_at, "origin": visit.origin_of(request)}
            try:
                made = second_factor.set_up(request.user, offered, form.cleaned_data["code"], **proof, now=now)
            except RuleViolation as refusal:
                form.add_error(refusal.field, str(refusal))
            else:
                visit.pass_second_step(request, made.device)
                return self._show_codes(request, made.codes)
        return self._show_key(request, form)

    @secret_page
    def renew_recovery_codes(self, request: HttpRequest) -> HttpResponse:
        """§D14: how many recovery codes are left, and new ones for the password and a code."""
        if second_factor.device_of(request.user) is None:
            return redirect("admin:set_up_second_factor")
        form = RenewForm(request.POST if request.method == "POST" else None)
        if form.is_valid():
            typed, origin = form.cleaned_data, visit.origin_of(request)
            try:
                codes = second_factor.renew_recovery_codes(
                    request.user, typed["current_password"], typed["code"], origin=origin, now=timezone.now()
                )
            except RuleViolation as refusal:
                form.add_error(refusal.field, str(refusal))
            else:
                return self._show_codes(request, codes)
        left = second_factor.codes_left(request.user)
        context = {"form": form, "left": left, "few": left <= second_factor.FEW_CODES}
        return self._page(request, "admin/renew_recovery_codes.html", _("2단계 인증"), **context)

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
        context = {"form": form, **(extra_context or {})}
        return self._page(request, PasswordChangeView.template_name, _("비밀번호 변경"), **context)

    def _ask(
        self, request: HttpRequest, form_class: type[forms.Form], check: Callable[..., TOTPDevice], template: str
    ) -> HttpResponse:
        if not super().has_permission(request):
            return self._ask_to_log_in(request)
        if has_passed_second_step(request):
            return redirect(self._wanted(request))
        if second_factor.device_of(request.user) is None:
            return redirect(f"{reverse('admin:set_up_second_factor')}?{request.GET.urlencode()}")
        form = form_class(request.POST if request.method == "POST" else None)
        if form.is_valid():
            origin, now = visit.origin_of(request), timezone.now()
            try:
                device = check(request.user, form.cleaned_data["code"], origin=origin, now=now)
            except RuleViolation as refusal:
                form.add_error(refusal.field, str(refusal))
            else:
                return self._let_in(request, device)
        return self._page(request, template, _("2단계 인증"), form=form)

    def _let_in(self, request: HttpRequest, device: TOTPDevice) -> HttpResponse:
        visit.pass_second_step(request, device)
        left = second_factor.codes_left(request.user)
        if left <= second_factor.FEW_CODES:
            few = ngettext(
                "복구 코드가 %(left)d개 남았습니다. ‘2단계 인증’에서 새로 만들어 주세요.",
                "복구 코드가 %(left)d개 남았습니다. ‘2단계 인증’에서 새로 만들어 주세요.",
                left,
            )
            messages.warning(request, few % {"left": left})
        response = redirect(self._wanted(request))
        visit.remember_device(response, request.user)
        return response

    def _show_key(self, request: HttpRequest, form: forms.Form) -> HttpResponse:
        try:
            device = visit.offer_device(request)
        except second_factor.AlreadySetUp:  # in another window, a moment ago
            return redirect("admin:renew_recovery_codes")
        key = second_factor.key_of(device)
        picture = segno.make(device.config_url, error="m").svg_data_uri(scale=5, border=4, dark="#000", light="#fff")
        return self._page(
            request, "admin/set_up_second_factor.html", _("2단계 인증 설정"), form=form, key=key, picture=picture
        )

    def _show_codes(self, request: HttpRequest, codes: list[str]) -> HttpResponse:
        response = self._page(request, "admin/recovery_codes.html", _("복구 코드"), codes=codes)
        visit.remember_device(response, request.user)
        return response

    def _page(self, request: HttpRequest, template: str, title: str, **context: object) -> HttpResponse:
        request.current_app = self.name
        shared = {**self.each_context(request), "title": title, "next": self._wanted(request)}
        return TemplateResponse(request, template, shared | context)

    def _wanted(self, request: HttpRequest) -> str:
        """Where the person wanted to go when the log-in began; the staff's first page where that is no page of ours."""
        return safe_next(request, request.POST.get("next") or request.GET.get("next")) or reverse("admin:index")

    def _ask_to_log_in(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            raise PermissionDenied
        return redirect(f"{reverse('admin:login')}?{request.GET.urlencode()}")
