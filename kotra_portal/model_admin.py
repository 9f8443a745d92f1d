"""What every page of the staff's lists shares: an address that cannot be read is told so and breaks nothing.

What has a state or a history stands on ``ReadOnlyModelAdmin``: nobody adds, edits or deletes it here, superusers
included.
"""

from dataclasses import dataclass
from functools import cached_property

from django import forms
from django.contrib import admin
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.utils import unquote
from django.contrib.admin.views.main import SEARCH_VAR, ChangeList, ChangeListSearchForm
from django.core.exceptions import BadRequest, PermissionDenied
from django.core.paginator import Paginator
from django.db import DataError
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _

LONGEST_SEARCH = 100  # characters; every word is looked for in every column of search_fields
LONGEST_LIST = 10_000  # rows that are counted and paged through; counting a million is slow, and nobody turns the pages
LONGEST_TABLE = 50  # rows of one table of a row's own page
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


@dataclass(frozen=True)
class Table:
    """The first rows of something long, and whether there are more."""

    rows: list[Model]
    is_cut: bool


def table_of(rows: QuerySet, most: int = LONGEST_TABLE) -> Table:
    """At most so many of the rows, in their order; one query."""
    found = list(rows[: most + 1])
    return Table(found[:most], len(found) > most)


class BoundedPaginator(Paginator):
    """The first ``LONGEST_LIST`` rows of a list that may have millions; the others are found by searching."""

    @cached_property
    def count(self) -> int:
        """How many rows there are, at most ``LONGEST_LIST``."""
        return self.object_list[:LONGEST_LIST].count()


class PortalModelAdmin(admin.ModelAdmin):
    """The base of every admin of the portal; tests/test_model_admin.py fails where one stands on another."""

    def get_changelist(self, request: HttpRequest, **kwargs: object) -> type[ChangeList]:
        """Ours, everywhere."""
        return PortalChangeList

    def changelist_view(self, request: HttpRequest, extra_context: dict | None = None) -> HttpResponse:
        """The list under its own name; Django's "select … to view" is no Korean sentence."""
        return super().changelist_view(request, {"title": self.opts.verbose_name_plural, **(extra_context or {})})

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        """Only what the list's own filters ask; Django would allow any question about the model's own columns."""
        filters = self.get_list_filter(request)
        own = {each.parameter_name for each in filters if isinstance(each, type)}  # asks what it likes to
        names = [each if isinstance(each, str) else each[0] for each in filters if not isinstance(each, type)]
        allowed = {name + tail for name in names for tail in LOOKUPS_OF_FILTERS} | own
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


class ReadOnlyModelAdmin(PortalModelAdmin):
    """A list and pages to be read: what happens to the rows happens through the domain alone."""

    actions = None
    sortable_by = ()  # by what no index carries, a million rows are not sorted
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER  # counting every filter of a million rows
    paginator = BoundedPaginator

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Nobody's, superusers' neither."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Nobody's, superusers' neither."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Nobody's, superusers' neither."""
        return False

    def changelist_view(self, request: HttpRequest, extra_context: dict | None = None) -> HttpResponse:
        """The list; where it is cut off it says so."""
        response = super().changelist_view(request, extra_context)
        shown = getattr(response, "context_data", None) or {}
        if "cl" in shown and shown["cl"].paginator.count >= LONGEST_LIST:
            cut = _("%(count)s건까지만 세어 보여 줍니다. 나머지는 검색이나 필터로 찾아 주세요.")
            shown["subtitle"] = cut % {"count": f"{LONGEST_LIST:,}"}
        return response

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict | None = None
    ) -> HttpResponse:
        """The row's own page, where the list has a template for one (``change_form_template``): nothing can be sent."""
        if self.change_form_template is None:
            return super().change_view(request, object_id, form_url, extra_context)
        if request.method not in {"GET", "HEAD"} or not self.has_view_permission(request):
            raise PermissionDenied
        row = self.get_object(request, unquote(object_id))
        if row is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        request.current_app = self.admin_site.name
        shared = {**self.admin_site.each_context(request), "opts": self.opts, "original": row, "title": str(row)}
        return TemplateResponse(request, self.change_form_template, shared | self.page_of(request, row))

    def page_of(self, request: HttpRequest, row: Model) -> dict[str, object]:
        """What the page of this row shows besides the row."""
        return {}
