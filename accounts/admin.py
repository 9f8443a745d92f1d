"""The staff's view of the terms: new versions are added, what is or was in force stays; consents are only read.

Django's groups stand on the portal's own base, as every list does. Members, staff accounts and the access log are the
desk's (``kotra_portal.desk.admin``).
"""

from django import forms
from django.contrib import admin
from django.contrib.auth.admin import GroupAdmin
from django.contrib.auth.models import Group
from django.http import HttpRequest
from django.utils import timezone

from accounts.domain import terms as rules
from accounts.models import Consent, Terms
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
    """§D3: what a group may do; superusers alone decide it, or whoever edits groups could widen their own rights."""

    def has_module_permission(self, request: HttpRequest) -> bool:
        """Superusers'."""
        return request.user.is_superuser

    def has_view_permission(self, request: HttpRequest, obj: Group | None = None) -> bool:
        """Superusers'."""
        return request.user.is_superuser

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Superusers'."""
        return request.user.is_superuser

    def has_change_permission(self, request: HttpRequest, obj: Group | None = None) -> bool:
        """Superusers'."""
        return request.user.is_superuser

    def has_delete_permission(self, request: HttpRequest, obj: Group | None = None) -> bool:
        """Superusers'."""
        return request.user.is_superuser
