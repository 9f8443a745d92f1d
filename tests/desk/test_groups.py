"""고객지원팀 and 접속기록 점검: just their rights, by a migration, and what those open."""

from importlib import import_module

import pytest
from django.apps import apps
from django.contrib.auth.models import Group, Permission
from django.db import connection
from django.test import Client

from accounts.domain.staff import LOG_AUDIT, SUPPORT_TEAM
from tests import make
from tests.desk.people import auditor, superuser, support

pytestmark = pytest.mark.django_db

migration = import_module("kotra_portal.desk.migrations.0001_groups_of_staff")
RIGHTS = {
    SUPPORT_TEAM: {
        "companies.view_case", "companies.review_case", "companies.view_document", "companies.view_company",
        "companies.view_relationship", "accounts.view_memberaccount", "accounts.view_terms", "pages.view_notice",
        "pages.add_notice", "pages.change_notice", "pages.delete_notice",
    },
    LOG_AUDIT: {"accounts.view_accesslog"},
}  # fmt: skip
MARKING = "companies.mark_company"  # which a later migration adds
LISTS = (
    "companies/case", "companies/company", "accounts/memberaccount", "accounts/terms", "pages/notice",
    "accounts/accesslog", "accounts/staffaccount", "accounts/consent", "auth/group",
)  # fmt: skip
OPENS = {
    "support": {"companies/case", "companies/company", "accounts/memberaccount", "accounts/terms", "pages/notice"},
    "auditor": {"accounts/accesslog"},
    "superuser": set(LISTS),
    "nobody": set(),
}
SORTS = {"support": support, "auditor": auditor, "superuser": superuser, "nobody": make.staff}


def rights() -> dict[str, set[str]]:
    return {
        group.name: {f"{right.content_type.app_label}.{right.codename}" for right in group.permissions.all()}
        for group in Group.objects.prefetch_related("permissions__content_type")
    }


def run(step) -> None:
    with connection.schema_editor(atomic=False) as editor:
        step(apps, editor)


def test_groups_have_just_their_rights():
    """§D3: what staff may do comes from their group; resetting, the log, groups and accounts are not the team's."""
    assert rights() == RIGHTS | {SUPPORT_TEAM: RIGHTS[SUPPORT_TEAM] | {MARKING}}


@pytest.mark.parametrize("sort", OPENS)
def test_each_sort_of_staff_opens_its_lists_and_no_others(sort, client):
    """§D3: list by list; what is not theirs is refused."""
    client.force_login(SORTS[sort]())
    statuses = {name: client.get(f"/admin/{name}/").status_code for name in LISTS}
    assert statuses == {name: 200 if name in OPENS[sort] else 403 for name in LISTS}


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_migration_may_be_run_again_and_taken_back():
    """Idempotent, also over a group that was made or changed by hand; taken back, nobody is left in it."""
    person = support()
    own = Permission.objects.get(codename="view_accesslog")
    Group.objects.get(name=SUPPORT_TEAM).permissions.set([own])
    run(migration.make_groups)
    run(migration.make_groups)
    assert rights() == RIGHTS | {SUPPORT_TEAM: RIGHTS[SUPPORT_TEAM] | {"accounts.view_accesslog"}}

    run(migration.remove_groups)
    assert rights() == {}
    assert type(person).objects.get(pk=person.pk).get_all_permissions() == set()
    run(migration.make_groups)
    assert rights() == RIGHTS


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_migration_makes_the_permissions_it_needs():
    """Django makes permissions after all migrations have run; on an empty database the groups come first."""
    Group.objects.all().delete()
    Permission.objects.all().delete()
    run(migration.make_groups)
    assert rights() == RIGHTS


@pytest.mark.parametrize("sort", ["support", "auditor", "nobody"])
@pytest.mark.parametrize("page", ["add/", "{pk}/change/", "{pk}/delete/"])
def test_groups_are_superusers_alone(sort, page):
    """§D3: whoever could edit a group could widen their own rights, though they were given Django's right to."""
    person = SORTS[sort]()
    person.user_permissions.set(Permission.objects.filter(content_type__app_label="auth"))
    group = Group.objects.get(name=SUPPORT_TEAM)
    before = rights()
    browser = Client()
    browser.force_login(person)

    posted = {"name": "x", "permissions": [str(Permission.objects.first().pk)], "post": "yes"}
    assert browser.post(f"/admin/auth/group/{page.format(pk=group.pk)}", posted).status_code == 403
    assert rights() == before
