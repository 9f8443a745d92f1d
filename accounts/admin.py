"""The staff's view of the terms: new versions are added, what is or was in force stays; consents are only read.

Django's groups stand on the portal's own base, as every list does. Staff accounts are only read; the second step of
somebody's log-in is reset here.
"""

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ActionForm
from django.contrib.auth.admin import GroupAdmin
from django.contrib.auth.models import Group
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _, gettext_lazy
from django_otp.plugins.otp_totp.models import TOTPDevice

from accounts.domain import second_factor, terms as rules
from accounts.forms.second_factor import ResetReasonForm
from accounts.models import Consent, ResetReason, StaffAccount, Terms
from kotra_portal.errors import RuleViolation
from kotra_portal.model_admin import PortalModelAdmin


class TermsForm(forms.ModelForm):
    """A version that is still to come."""

    def clean(self) -> None:
        """Ask the rule, once each field by itself is right."""
        super().clean()
        if self.errors:
            return
        version = Terms(pk=self.instance.pk, **self.cleaned_data)
        try:
            rules.check_may_be_published(version, today=timezone.localdate())
        except RuleViolation as violation:
            self.add_error(violation.field, violation)


@admin.register(Terms)
class TermsAdmin(PortalModelAdmin):
    """Versions of the documents; one that is or was in force is part of what members agreed to."""

    form = TermsForm
    list_display = ("__str__", "kind", "version", "effective_on")
    list_filter = ("kind",)
    date_hierarchy = "effective_on"
    fields = ("kind", "version", "effective_on", "body_ko", "body_en")

    def has_change_permission(self, request: HttpRequest, obj: Terms | None = None) -> bool:
        """Only a version that is still to come may be edited."""
        return super().has_change_permission(request, obj) and (
            obj is None or rules.is_to_come(obj, today=timezone.localdate())
        )

    def has_delete_permission(self, request: HttpRequest, obj: Terms | None = None) -> bool:
        """Only a version that is still to come may be deleted, and never many at once."""
        return (
            super().has_delete_permission(request, obj)
            and obj is not None
            and rules.is_to_come(obj, today=timezone.localdate())
        )


@admin.register(Consent)
class ConsentAdmin(PortalModelAdmin):
    """§S4: what members agreed to and declined; read-only for everybody."""

    list_display = ("member", "terms", "agreed", "decided_at", "address")
    list_filter = ("agreed", "terms__kind")
    list_select_related = ("member", "terms")
    search_fields = ("=member__username",)
    date_hierarchy = "decided_at"

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Consents come from members alone."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Consent | None = None) -> bool:
        """A consent is never edited."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Consent | None = None) -> bool:
        """A consent is never deleted here."""
        return False


admin.site.unregister(Group)


@admin.register(Group)
class PortalGroupAdmin(PortalModelAdmin, GroupAdmin):
    """What a group of staff may do."""


class _ResetForm(ResetReasonForm, ActionForm):
    """The bar of actions, with the reason beside it."""


@admin.register(StaffAccount)
class StaffAccountAdmin(PortalModelAdmin):
    """§D3: who works here and who has a second step; read-only, but for its reset."""

    list_display = ("username", "name", "has_second_factor", "is_active", "is_superuser")
    list_filter = ("is_active", "is_superuser")
    search_fields = ("=username", "name")
    ordering = ("username",)
    fields = ("username", "name", "email", "is_active", "is_superuser", "has_second_factor", "last_login")
    actions = ("reset_second_factor",)
    action_form = _ResetForm

    def get_queryset(self, request: HttpRequest) -> QuerySet[StaffAccount]:
        """Staff alone, members never."""
        devices = TOTPDevice.objects.filter(user=OuterRef("pk"), confirmed=True)
        return super().get_queryset(request).filter(is_staff=True).annotate(second_factor=Exists(devices))

    @admin.display(description=gettext_lazy("2단계 인증"), boolean=True)
    def has_second_factor(self, account: StaffAccount) -> bool:
        """Whether a device is set up; nothing of the device itself."""
        return account.second_factor

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Not made here."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: StaffAccount | None = None) -> bool:
        """Not edited here."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: StaffAccount | None = None) -> bool:
        """Accounts have a history."""
        return False

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
