"""The staff's lists: whatever stands in an address or is ticked, an answer that says so and never a failure."""

import pytest
from django.contrib import admin
from django.contrib.admin.options import ModelAdmin
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.domain import terms
from kotra_portal.model_admin import PortalModelAdmin
from kotra_portal.pages.models import Notice
from tests import make

pytestmark = [pytest.mark.django_db, pytest.mark.once]

ADMINS = list(admin.site._registry.values())
HOSTILE = ("\0", "(", "\udcff", "9" * 30, "-1", "abc", "가 " * 3000, "")
LOOKUPS = ("", "__exact", "__isnull", "__gte", "__in", "__regex", "__year")
DJANGOS_OWN = ("q", "p", "o", "all", "e", "_popup", "_to_field", "_facets", "_changelist_filters", "no_such_field")
PUBLISHED = "published_on__{}"


@pytest.fixture
def staff(login) -> Client:
    """The browser of somebody who may everything, over lists that are not empty."""
    today = timezone.localdate()
    Notice.objects.create(title_ko="알림", title_en="News", body_ko="글", body_en="Text", published_on=today)
    member = make.member()
    choices = {document.pk: True for document in terms.in_force(today)}
    terms.record(member, choices, decided_at=timezone.now(), address="127.0.0.1")
    return login(make.staff(is_superuser=True), Client(raise_request_exception=False))


def list_of(model_admin: ModelAdmin, page: str = "changelist") -> str:
    return reverse(f"admin:{model_admin.opts.app_label}_{model_admin.opts.model_name}_{page}")


def questions(model_admin: ModelAdmin) -> list[str]:
    """What the filters ask, with every look-up; each other column with one of them in turn; Django's own parameters."""
    filters = [getattr(each, "parameter_name", each) for each in model_admin.list_filter]
    asked = {name for name in (*filters, model_admin.date_hierarchy, "pk") if name}
    others = [field.name for field in model_admin.opts.fields if field.name not in asked]
    in_turn = [name + LOOKUPS[number % len(LOOKUPS)] for number, name in enumerate(others)]
    return [name + lookup for name in sorted(asked) for lookup in LOOKUPS] + in_turn + list(DJANGOS_OWN)


@pytest.mark.parametrize("model_admin", ADMINS, ids=str)
def test_no_address_of_a_list_makes_it_fail(model_admin, staff):
    url = list_of(model_admin)
    failed = []
    for question in questions(model_admin):
        for value in HOSTILE:
            status = staff.get(url, {question: value.encode("utf-8", "surrogateescape")}).status_code
            failed += [(question, value[:9], status)] if status >= 500 else []
    assert failed == []


@pytest.mark.parametrize("model_admin", ADMINS, ids=str)
@pytest.mark.parametrize("year", ["0", "1", "9999", "99999", "abc", "\0"])
def test_no_year_makes_a_list_fail(model_admin, year, staff):
    """Django reads a year, a month and a day together."""
    name = model_admin.date_hierarchy or "published_on"
    for month in ("0", "2", "12", "13"):
        date = {f"{name}__year": year, f"{name}__month": month, f"{name}__day": "31"}
        for parameters in (date, {f"{name}__year": year, f"{name}__month": month}, {f"{name}__year": year}):
            assert staff.get(list_of(model_admin), parameters).status_code < 500


@pytest.mark.parametrize("key", ["abc", "\0", "9" * 30, "-1", "9" * 5000, "(", ""])
@pytest.mark.parametrize("model_admin", ADMINS, ids=str)
def test_ticking_what_is_no_row_makes_no_list_fail(model_admin, key, staff):
    ticked = {"action": "delete_selected", "index": "0", "_selected_action": key, "post": "yes"}
    before = model_admin.model.objects.count()

    assert staff.post(list_of(model_admin), ticked).status_code < 500
    assert staff.post(list_of(model_admin), ticked | {"index": "9" * 30, "action": "\0"}).status_code < 500
    assert model_admin.model.objects.count() == before


@pytest.mark.parametrize("model_admin", ADMINS, ids=str)
def test_a_list_answers_no_question_that_its_page_does_not_ask(model_admin, staff):
    for question in ("pk__gt", "id__regex", "no_such_field", "member__password__startswith", "title_ko__regex"):
        assert staff.get(list_of(model_admin), {question: "1"}).status_code == 400


def test_the_lists_own_filters_and_days_are_answered(staff):
    today = timezone.localdate()
    asked = {"year": today.year, "month": today.month, "day": today.day}
    day = {PUBLISHED.format(part): value for part, value in asked.items()}
    since = {PUBLISHED.format("gte"): today.isoformat(), PUBLISHED.format("lt"): "2099-01-01"}

    for parameters in (day, since, {PUBLISHED.format("isnull"): "False"}):
        assert staff.get("/admin/pages/notice/", parameters).context["cl"].result_count >= 1
    chosen = staff.get("/admin/accounts/consent/", {"terms__kind__exact": "use", "agreed__exact": "1"})
    assert {(row.terms.kind, row.agreed) for row in chosen.context["cl"].result_list} == {("use", True)}


def test_a_filter_that_cannot_be_read_leads_to_the_whole_list(staff):
    response = staff.get("/admin/pages/notice/", {"published_on__gte": "abc"})
    assert (response.status_code, response["Location"]) == (302, "/admin/pages/notice/?e=1")


def test_a_search_is_as_long_as_a_title(staff):
    assert staff.get("/admin/pages/notice/", {"q": "알림"}).context["cl"].result_count == 1
    page = staff.get("/admin/pages/notice/", {"q": "가 " * 5000})
    assert page.status_code == 200
    assert [str(message) for message in page.context["messages"]] != []


def test_every_list_stands_on_the_portals_own():
    assert [each for each in ADMINS if not isinstance(each, PortalModelAdmin)] == []
    assert len(ADMINS) >= 4
