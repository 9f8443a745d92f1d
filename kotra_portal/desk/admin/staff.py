"""직원 계정: who works here and with which rights; made and changed through the domain's verbs alone (§D3)."""

from django.contrib import admin, messages
from django.contrib.admin.helpers import ActionForm
from django.core.exceptions import PermissionDenied
from django.db.models import Exists, OuterRef, QuerySet
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _, gettext_lazy
from django.views.decorators.http import require_http_methods
from django_otp.plugins.otp_totp.models import TOTPDevice

from accounts.domain import second_factor, staff
from accounts.domain.staff import NewStaff
from accounts.forms.second_factor import ResetReasonForm
from accounts.models import MemberEvent, ResetReason, StaffAccount
from kotra_portal.desk.admin.staff_verbs import VERBS, Verb
from kotra_portal.desk.forms.staff import EmployForm
from kotra_portal.errors import RuleViolation
from kotra_portal.model_admin import ReadOnlyModelAdmin, table_of


class _ResetForm(ResetReasonForm, ActionForm):
    """The bar of actions, with the reason beside it."""


@admin.register(StaffAccount)
class StaffAccountAdmin(ReadOnlyModelAdmin):
    """§D3: the list, one account's page, and a page for each verb; what may be done with whom is the domain's rule."""

    change_form_template = "admin/accounts/staffaccount/page.html"
    list_display = ("username", "name", "has_second_factor", "is_active", "is_superuser")
    list_filter = ("is_active", "is_superuser")
    search_fields = ("=username", "name")
    ordering = ("username",)
    actions = ("reset_second_factor",)
    action_form = _ResetForm

    def get_urls(self) -> list[URLPattern]:
        """One page for each verb, before Django's, whose last takes whatever is left."""
        pages = [
            path(
                f"<int:account_id>/{verb.path}/",
                self.admin_site.admin_view(self.change_staff),
                {"verb": verb},
                name=verb.name,
            )
            for verb in VERBS
        ]
        return pages + super().get_urls()

    def get_queryset(self, request: HttpRequest) -> QuerySet[StaffAccount]:
        """Staff alone, members never."""
        devices = TOTPDevice.objects.filter(user=OuterRef("pk"), confirmed=True)
        found = super().get_queryset(request).filter(is_staff=True).select_related("member_account")
        return found.annotate(second_factor=Exists(devices))

    @admin.display(description=gettext_lazy("2단계 인증"), boolean=True)
    def has_second_factor(self, account: StaffAccount) -> bool:
        """Whether a device is set up; nothing of the device itself."""
        return account.second_factor

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Who may employ."""
        return request.user.has_perm(staff.MAY_EMPLOY)

    def has_reset_permission(self, request: HttpRequest) -> bool:
        """Who has the right; whose may be reset is the domain's rule."""
        return request.user.has_perm(second_factor.RESET_RIGHT)

    @admin.action(description=gettext_lazy("2단계 인증 초기화"), permissions=["reset"])
    def reset_second_factor(self, request: HttpRequest, accounts: QuerySet[StaffAccount]) -> None:
        """§D14: whoever lost the telephone sets up anew at the next log-in; says of each what came of it."""
        reason = request.POST.get("reason")
        if reason not in ResetReason.values:
            self.message_user(request, _("초기화하는 까닭을 골라 주세요."), messages.ERROR)
            return
        for account in accounts:
            try:
                second_factor.reset(account, actor=request.user, reason=reason, now=timezone.now())
            except RuleViolation as refusal:
                outcome, level = str(refusal), messages.ERROR
            else:
                outcome, level = _("2단계 인증을 초기화하고 본인에게 메일로 알렸습니다."), messages.SUCCESS
            # The admin writes a message's first letter large, and an ID is in small ones.
            told = {"username": account.username, "outcome": outcome}
            self.message_user(request, _("직원 %(username)s: %(outcome)s") % told, level)

    def page_of(self, request: HttpRequest, row: StaffAccount) -> dict[str, object]:
        """§D3: the account, its groups and its history, and what this person may do with it."""
        return {
            "groups": row.groups.order_by("name"),
            "verbs": [verb for verb in VERBS if verb.is_offered(row, request.user)],
            "events": table_of(MemberEvent.objects.filter(member_id=row.pk).select_related("actor")),
        }

    @method_decorator(require_http_methods(["GET", "HEAD", "POST"]))
    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: dict | None = None) -> HttpResponse:
        """§D3: make a staff account; the colleague chooses its password with the link that is mailed."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        data, hands_out = request.POST if request.method == "POST" else None, request.user.is_superuser
        form = EmployForm(data, hands_out_groups=hands_out)
        if form.is_valid():
            typed = form.cleaned_data
            new = NewStaff(typed["username"], typed["name"], typed["email"])
            try:
                account = staff.employ(new, typed.get("groups", ()), actor=request.user, now=timezone.now())
            except RuleViolation as refusal:
                form.add_error(refusal.field, str(refusal))
            else:
                told = _("직원 계정을 만들고 비밀번호를 정하는 링크를 보냈습니다: %(email)s")
                messages.success(request, told % {"email": account.email})
                return redirect("admin:accounts_staffaccount_change", account.pk)
        explanation = _("비밀번호는 새 직원이 정합니다. 계정을 만들면 비밀번호를 정하는 링크를 메일로 보냅니다.")
        return self._form_page(request, form, title=_("직원 계정 만들기"), explanation=explanation)

    @method_decorator(require_http_methods(["GET", "HEAD", "POST"]))
    def change_staff(self, request: HttpRequest, account_id: int, verb: Verb) -> HttpResponse:
        """§D3: the page of one verb: what it means, what it needs, one button."""
        account = self.get_object(request, str(account_id))
        if account is None:
            raise Http404
        if not (request.user.has_perm(staff.MAY_CHANGE) and self.has_view_permission(request)):
            raise PermissionDenied
        form = verb.form_of(request.POST if request.method == "POST" else None, account)
        if form.is_valid():
            try:
                done = verb.act(account, form.cleaned_data, actor=request.user, now=timezone.now())
            except RuleViolation as refusal:
                form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
            else:
                messages.success(request, done)
                return redirect("admin:accounts_staffaccount_change", account.pk)
        return self._form_page(request, form, account, title=verb.title, explanation=verb.explanation)

    def _form_page(
        self, request: HttpRequest, form: Form, account: StaffAccount | None = None, **shown: object
    ) -> TemplateResponse:
        request.current_app = self.admin_site.name
        shared = {**self.admin_site.each_context(request), "opts": self.opts, "original": account, "form": form}
        return TemplateResponse(request, "admin/accounts/staffaccount/form.html", shared | shown)
