"""The staff's first page: what waits, by kind and state, how long, and what is mine (§D3)."""

import re
from datetime import timedelta
from html import unescape

import pytest
from django.utils import timezone

from companies.domain import cases, profile, review
from companies.models import Channel
from kotra_portal.desk.domain.front_page import MOST_SHOWN, front_page
from tests import make
from tests.companies import firm
from tests.companies.registry import request
from tests.desk.people import auditor, superuser, support

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("bureau")]


def ask(days: int, **facts: object):
    """A request that came so many days ago."""
    return request(make.member(), now=timezone.now() - timedelta(days=days, minutes=1), **facts)


def text(response) -> str:
    return response.content.decode()


@pytest.fixture
def person():
    return support("support1", name="김지원")


def test_counts_and_ages_stand_on_it(person, login):
    """§D3: by kind and state, with the age of the oldest."""
    for days in (9, 3, 0):
        ask(days)
    back = ask(5)
    review.request_correction(
        back, actor=person, seen=cases.version(back), reason="다시", now=timezone.now() - timedelta(days=2, minutes=1)
    )
    shown = front_page(person)

    assert [(row.state, row.count) for row in shown.waiting] == [("RECEIVED", 3), ("CORRECTION", 1)]
    assert (shown.mine_in_all, shown.nobodys_in_all) == (0, 3)
    page = text(login(person).get("/admin/"))
    assert ("가장 오래된 신청 1주 2일" in page, "가장 오래된 신청 2일" in page, "1분" in page) == (True, True, True)


def test_longest_waiting_come_first_and_lead_to_their_cases(person, login):
    """§D3: ten of them; what waits for its applicant is not among them."""
    made = [ask(days, name=f"기다림{days}") for days in range(1, 13)]
    page = text(login(person).get("/admin/"))
    shown = front_page(person).longest

    assert shown == list(reversed(made))[:MOST_SHOWN]
    assert all(f"/admin/companies/case/{case.pk}/change/" in page for case in shown)
    assert "기다림12" in page
    assert "기다림2<" not in page


def test_what_is_assigned_to_me_stands_apart(person, login):
    """§D3: another's and nobody's do not."""
    mine, _other, _nobodys = ask(1, name="내것"), ask(2, name="남것"), ask(3)
    review.assign(mine, actor=person, assignee=person, now=timezone.now())
    review.assign(_other, actor=person, assignee=support(), now=timezone.now())
    shown = front_page(person)

    assert (shown.mine, shown.mine_in_all, shown.nobodys_in_all) == ([mine], 1, 1)
    assert "내가 담당하는 신청" in text(login(person).get("/admin/"))


def test_every_kind_is_counted_and_listed(person, login, bureau):
    """§Q3, §D8, §C6: what is asked about a company, a dispute without an applicant among them."""
    now = timezone.now()
    company, founder = firm.registered(bureau, now=now)
    asked = firm.ask(make.member_of_type("FULL", at=company), now=now)
    names = {"name": "새이름", "representative": "새사람"}
    edit = profile.request_company_edit(founder, **names, certificate_by=Channel.FAX, now=now)
    dispute = firm.disputed(company, now=now)
    page, shown = text(login(person).get("/admin/")), front_page(person)

    kinds = [("MASTER_CHANGE", 1), ("COMPANY_EDIT", 1), ("DISPUTE", 1)]
    assert [(row.kind, row.count) for row in shown.waiting] == kinds
    assert {case.pk for case in shown.longest} == {asked.pk, edit.pk, dispute.pk}
    said = ("MASTER 변경 · 심사 대기", "기업정보 변경 · 심사 대기", "등록 이의신청 · 심사 대기", company.name)
    assert [words for words in said if words not in page] == []


def test_each_tile_leads_to_the_cases_that_it_counts(person, login, bureau):
    """§D3: by kind and state, nobody's and mine; the page behind it has as many."""
    now = timezone.now()
    company, _founder = firm.registered(bureau, now=now)
    firm.ask(make.member_of_type("FULL", at=company), now=now)
    sent_back, mine, _free = ask(3), ask(2), ask(1)
    review.assign(mine, actor=person, assignee=person, now=now)
    review.assign(sent_back, actor=person, assignee=person, now=now)
    review.request_correction(sent_back, actor=person, seen=cases.version(sent_back), reason="다시", now=now)
    browser = login(person)
    counts = text(browser.get("/admin/")).split('class="queue-counts"')[1].split("</ul>")[0]
    tiles = re.findall(r'<a href="([^"]+)">[^<]*<strong>(\d+)</strong>', counts)

    assert len(tiles) == 5
    behind = [browser.get(unescape(url)).context["cl"].result_count for url, _count in tiles]
    assert behind == [int(count) for _url, count in tiles] == [2, 1, 1, 2, 2]
    assert ("심사 대기 가운데" in counts, "보완 요청 중인 신청 포함" in counts) == (True, True)


def test_nothing_waiting_says_so(person, login):
    page = text(login(person).get("/admin/"))
    assert "기다리는 신청이 없습니다." in page
    assert "가장 오래 기다린 신청" not in page


def test_whoever_may_not_see_cases_sees_the_list_of_apps_alone(login):
    """§D11: a company's name is no business of whoever looks the log through."""
    ask(1, name="비밀상사")
    page = text(login(auditor()).get("/admin/"))
    assert ("비밀상사" in page, "기다리는 신청" in page, "접속기록" in page) == (False, False, True)


@pytest.mark.parametrize("count", [1, 15])
def test_number_of_queries_does_not_grow(person, login, django_assert_num_queries, count):
    """Three for the queue, however much waits."""
    for days in range(count):
        review.assign(ask(days), actor=person, assignee=person, now=timezone.now())
    with django_assert_num_queries(3):
        front_page(person)
    browser = login(superuser())
    browser.get("/admin/")
    with django_assert_num_queries(6):
        browser.get("/admin/")
