"""No way round the rules through admin: what has a state or a history is added, edited and deleted by nobody there."""

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.auth.models import Group
from django.db.models import Model
from django.test import RequestFactory
from django.urls import reverse

from accounts.models import StaffAccount, Terms
from companies.models import Case, Company, Relationship
from kotra_portal.model_admin import ReadOnlyModelAdmin
from kotra_portal.pages.models import Notice
from tests import make
from tests.companies.registry import request as ask
from tests.desk.people import superuser

pytestmark = pytest.mark.django_db

OURS = {"accounts", "companies", "mileage", "pages", "desk", "reference"}
# Texts and groups may be edited; everything else of the portal has a state or a history.
EDITABLE = {Terms, Notice, Group}
REGISTERED = admin.site._registry
READ = [model for model in REGISTERED if model not in EDITABLE]


def urls_of(model: type[Model], *pages: str) -> list[str]:
    name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
    row = model._base_manager.filter(is_staff=True).first() if model is StaffAccount else model._base_manager.first()
    return [reverse(f"{name}_{page}", args=[] if page in {"add", "changelist"} else [row.pk]) for page in pages]


@pytest.fixture
def rows(bureau, client):
    """A superuser's browser, and a row of everything that is registered."""
    client.force_login(superuser())
    case = ask(make.member())
    make.member_of_type("FULL")
    client.get(f"/admin/accounts/memberaccount/{case.applicant_id}/change/")
    return client


@pytest.mark.parametrize("model", READ, ids=str)
def test_nobody_may_add_edit_or_delete(model, rf: RequestFactory):
    """§D3: a superuser has every right of Django's, and these pages ask none of them."""
    request = rf.get("/admin/")
    request.user = superuser()
    model_admin = REGISTERED[model]
    may = (
        model is not StaffAccount and model_admin.has_add_permission(request),
        model_admin.has_change_permission(request),
        model_admin.has_delete_permission(request),
        "delete_selected" in model_admin.get_actions(request),
        model_admin.list_editable,
        model_admin.inlines,
    )
    assert may == (False, False, False, False, (), ())


def test_what_is_registered_stands_on_the_read_only_base():
    """A list that is neither a text nor read-only would be a way round the rules."""
    wrong = [
        model for model in READ if model.__name__ != "Consent" and not isinstance(REGISTERED[model], ReadOnlyModelAdmin)
    ]
    assert wrong == []
    assert Relationship not in REGISTERED
    assert {model._meta.app_label for model in REGISTERED} <= OURS | {"auth"}


@pytest.mark.parametrize("model", READ, ids=str)
def test_posting_past_the_pages_changes_nothing(model, rows):
    """§D3: the addresses are there in Django, and refuse."""
    pages = ("change", "delete") if model is StaffAccount else ("add", "change", "delete")
    before = list(model._base_manager.order_by("pk").values())
    posted = {"post": "yes", "state": "APPROVED", "role": "MASTER", "is_superuser": "on", "name": "x", "_save": "1"}
    assert [rows.post(url, posted).status_code for url in urls_of(model, *pages)] == [403] * len(pages)
    [the_list] = urls_of(model, "changelist")
    rows.post(the_list, {"action": "delete_selected", "_selected_action": [before[0]["id"]], "post": "yes"})
    assert list(model._base_manager.order_by("pk").values()) == before


def test_what_is_edited_cascades_into_no_history():
    """Deleting a text or a group takes no row with a state or a history along."""
    cascading = {
        relation.related_model
        for model in EDITABLE
        for relation in model._meta.related_objects
        if getattr(relation.on_delete, "__name__", "") == "CASCADE"
    }
    ours = {model for model in apps.get_models() if model._meta.app_label in OURS}
    assert cascading & ours == set()
    assert {Case, Company} <= set(READ)
