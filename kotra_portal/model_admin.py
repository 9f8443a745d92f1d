"""What every page of the staff's lists shares: an address that cannot be read is told so and breaks nothing."""

from django import forms
from django.contrib import admin
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.views.main import SEARCH_VAR, ChangeList, ChangeListSearchForm
from django.core.exceptions import BadRequest
from django.db import DataError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse

LONGEST_SEARCH = 100  # characters; every word is looked for in every column of search_fields
# What Django's own filters write into addresses, and no other question: a regular expression can be made to take hours.
LOOKUPS_OF_FILTERS = ("", "__exact", "__isnull", "__gte", "__lt", "__id__exact")
LOOKUPS_OF_DATES = ("__year", "__month", "__day")
# What Python, Django and the databases say of a value that no row can have: a NUL, the year 99999, thirty digits.
UNREADABLE = (ValueError, OverflowError, DataError)


class PortalSearchForm(ChangeListSearchForm):
    """The search box of a list, as long as a name or a title."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        """The field as Django has it, with an end."""
        super().__init__(*args, **kwargs)
        self.fields = {SEARCH_VAR: forms.CharField(required=False, strip=False, max_length=LONGEST_SEARCH)}


class PortalChangeList(ChangeList):
    """A list with that box."""

    search_form_class = PortalSearchForm


class PortalModelAdmin(admin.ModelAdmin):
    """The base of every admin of the portal; tests/test_model_admin.py fails where one stands on another."""

    def get_changelist(self, request: HttpRequest, **kwargs: object) -> type[ChangeList]:
        """Ours, everywhere."""
        return PortalChangeList

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        """Only what the list's own filters ask; Django would allow any question about the model's own columns."""
        names = [each if isinstance(each, str) else each[0] for each in self.get_list_filter(request)]
        allowed = {name + tail for name in names for tail in LOOKUPS_OF_FILTERS}
        allowed |= {f"{self.date_hierarchy}{tail}" for tail in LOOKUPS_OF_DATES}
        return lookup in allowed and super().lookup_allowed(lookup, value, request)

    def get_changelist_instance(self, request: HttpRequest) -> ChangeList:
        """The list, counted already; raises IncorrectLookupParameters, which leads to the unfiltered list."""
        try:
            return super().get_changelist_instance(request)
        except UNREADABLE as unreadable:
            raise IncorrectLookupParameters(unreadable) from unreadable

    def response_action(self, request: HttpRequest, queryset: QuerySet) -> HttpResponse | None:
        """Do what was chosen with the rows that were ticked; raises BadRequest where a tick is no row's."""
        try:
            queryset.filter(pk__in=request.POST.getlist(ACTION_CHECKBOX_NAME)).exists()
        except UNREADABLE as unreadable:
            raise BadRequest("What was ticked is no row's key.") from unreadable
        return super().response_action(request, queryset)
