"""최근 자동 등록 in admin: what the registry alone approved, and where the names differ (§D8)."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from companies.admin import automatic
from companies.admin.automatic import is_somebody_else
from companies.domain import dispute, membership, review
from companies.models import ApprovedVia, Case, Company, RelationshipEvent, Role
from companies.numbers import format_brn
from kotra_portal import model_admin
from tests import make
from tests.companies.firm import disputed, registered, reviewer, seen
from tests.companies.registry import NOW, SOON, request
from tests.desk.people import auditor, support

pytestmark = pytest.mark.django_db

LIST = "/admin/companies/company/automatic/"


@pytest.fixture
def browser(login) -> Client:
    return login(support("support1"))


def text(response) -> str:
    return response.content.decode()


def row_of(number: int, **member: object) -> RelationshipEvent:
    """An automatic registration, so many hours ago, as the registration leaves it."""
    company = make.company(representative="홍길동")
    relationship = make.relationship(make.member(**member), company, Role.MASTER)
    told = {"actor": relationship.member, "now": NOW - timedelta(hours=number), "via": ApprovedVia.REGISTRY}
    membership.record(relationship, RelationshipEvent.Kind.REGISTERED, **told)
    return relationship.events.get()


def test_registrations_by_the_registry_stand_newest_first(browser, bureau):
    """§D8: company, number, when, who registered beside the representative; what staff approved is not among them."""
    company, member = registered(bureau, make.member("founder1", name="김다른"), now=NOW)
    later, _member = registered(bureau, now=NOW + timedelta(hours=1))
    approved = request(make.member())
    review.approve_registration(approved, actor=support("support2"), seen=1, now=NOW)
    response = browser.get(LIST)

    assert [row.event.company for row in response.context["rows"]] == [later, company]
    said = (
        company.name, format_brn(company.brn), "김다른", "founder1", company.representative, "다름",
        f"/admin/companies/company/{company.pk}/change/", f"/admin/accounts/memberaccount/{member.pk}/change/",
    )  # fmt: skip
    assert [words for words in said if words not in text(response)] == []


@pytest.mark.once
@pytest.mark.parametrize(("member", "representative", "differs"), [
    ("홍길동", "홍길동", False), ("홍 길동", "홍길동 ", False), ("JOHN SMITH", "John Smith", False),
    ("ＪＯＨＮ SMITH", "John  Smith", False), ("김철수", "홍길동", True), ("김철수", "홍길동, 김철수", False),
    ("김철수", "홍길동·이영희", True), ("홍길동", "홍길동 외 2명", False), ("김철수", "", None), ("", "홍길동", None),
])  # fmt: skip
def test_names_are_compared_as_people_mean_them(member, representative, differs):
    """§D8: spaces, case and width make no difference; one of several representatives is one."""
    assert is_somebody_else(member, representative) is differs


def test_whether_the_registration_is_disputed_stands_beside_it(browser, bureau):
    """§D8: with the way to the case."""
    company, _member = registered(bureau)
    registered(bureau)
    case = disputed(company)
    response = browser.get(LIST)
    assert {row.event.company: row.dispute for row in response.context["rows"]}[company] == case
    assert re.findall("/admin/companies/case/([0-9]+)/change/", text(response)) == [str(case.pk)]


def test_a_decided_dispute_stands_with_its_outcome(browser, bureau):
    """§D8: what staff found."""
    company, _member = registered(bureau)
    decide = {**seen(disputed(company), reviewer(), now=SOON), "reason": "확인했습니다."}
    dispute.keep_registration(Case.objects.get(kind="DISPUTE"), **decide)
    assert "등록 유지" in text(browser.get(LIST))


def test_equal_names_are_told_and_can_be_left_out(browser, monkeypatch):
    """§D8: 같음, 다름, or nothing where a name is missing; only those that differ, page by page."""
    same, other, _nobody, third = (row_of(number, name=name) for number, name in enumerate(["홍길동", "김", "", "이"]))
    rows = {row.event: row.differs for row in browser.get(LIST).context["rows"]}
    assert [rows[event] for event in (same, other, _nobody, third)] == [False, True, None, True]
    assert "같음" in text(browser.get(LIST))
    monkeypatch.setattr(automatic, "A_PAGE", 1)
    page = browser.get(LIST, {"different": "1"})
    assert [row.event for row in page.context["rows"]] == [other]
    assert "different=1&amp;page=2" in text(page)
    assert [row.event for row in browser.get(LIST, {"different": "1", "page": "2"}).context["rows"]] == [third]
    Company.objects.update(representative="")
    assert "성명이 다른 등록이 없습니다." in text(browser.get(LIST, {"different": "1"}))


def test_it_is_paged_and_bounded(browser, monkeypatch):
    """§D8: so many rows a page, whatever the address asks for; where it ends it says so."""
    monkeypatch.setattr(automatic, "A_PAGE", 2)
    events = [row_of(number) for number in range(5)]
    pages = {asked: browser.get(LIST, {"page": asked}).context["rows"] for asked in ("1", "3", "99", "x", "-1")}
    assert {asked: [events.index(row.event) for row in rows] for asked, rows in pages.items()} == {
        "1": [0, 1], "3": [4], "99": [4], "x": [0, 1], "-1": [4],
    }  # fmt: skip
    assert 'href="?page=3"' in text(browser.get(LIST))
    for bounded in (automatic, model_admin):
        monkeypatch.setattr(bounded, "LONGEST_LIST", 4)
    last = browser.get(LIST, {"page": "9"})
    assert [events.index(row.event) for row in last.context["rows"]] == [2, 3]
    assert "최근 4건까지만 보여 줍니다." in text(last)


def test_number_of_queries_does_not_grow(browser):
    """However many rows there are."""
    counts = []
    for more in (1, 20):
        for number in range(more):
            row_of(number)
        browser.get(LIST)
        with CaptureQueriesContext(connection) as queries:
            browser.get(LIST)
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 9


def test_nothing_says_so(browser):
    """§D8: none yet."""
    assert "자동으로 등록된 기업이 없습니다." in text(browser.get(LIST))


def test_page_needs_the_right_and_only_shows(login, browser):
    """§D3, §D8: whoever may see companies; nothing can be sent."""
    assert login(auditor()).get(LIST).status_code == 403
    assert login(make.staff()).get(LIST).status_code == 403
    assert login(support("support9")).post(LIST).status_code == 405
    assert Company.objects.count() == 0


def test_the_first_page_and_the_list_of_companies_lead_there(browser):
    """§D8: where staff begin, and where they look companies up."""
    assert [LIST in text(browser.get(url)) for url in ("/admin/", "/admin/companies/company/")] == [True, True]


def test_who_looks_the_log_through_is_led_nowhere(login):
    """§D11: no way for whoever may not see companies."""
    assert LIST not in text(login(auditor()).get("/admin/"))
