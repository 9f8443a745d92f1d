"""The queue in the admin: what waits, oldest first, how it is searched, and how many queries it takes (§D3, §D9)."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils.formats import date_format
from django.utils.timezone import localtime
from pytest_django.asserts import assertContains, assertNotContains

from companies.domain import queue
from companies.models import Case, CaseState, MasterChangeRequest
from companies.numbers import format_brn, only_digits
from kotra_portal import model_admin
from tests import make
from tests.companies import firm
from tests.companies.desk import QUEUE, case_in, path, queries_of, reviewer, sent
from tests.companies.registry import NOW, SOON, document

pytestmark = [pytest.mark.django_db, pytest.mark.once]


@pytest.fixture
def person():
    return reviewer(username="reviewer1", name="박심사")


@pytest.fixture
def desk(client, login, person) -> Client:
    return login(person)


def shown(client: Client, query: str = "") -> list[int]:
    """The numbers of the cases that the list shows, in its order."""
    return [case.pk for case in client.get(QUEUE + query).context["cl"].result_list]


def at(hours: int):
    return NOW - timedelta(hours=hours)


# --- What is shown --------------------------------------------------------------------------------------------------


def test_d3_the_queue_holds_what_waits_for_staff_oldest_first(desk):
    newer, oldest, old = sent(now=at(1)), sent(now=at(9)), sent(now=at(5))
    for state in set(CaseState) - {CaseState.RECEIVED}:
        case_in(state)

    assert shown(desk) == [oldest.pk, old.pk, newer.pk]


def test_d3_quick_filters(desk, person):
    mine, nobodys, others = sent(now=at(3)), sent(now=at(2)), sent(now=at(1))
    Case.objects.filter(pk=mine.pk).update(assignee=person)
    Case.objects.filter(pk=others.pk).update(assignee=reviewer())
    cases = {state: case_in(state) for state in set(CaseState) - {CaseState.RECEIVED, CaseState.SETTLED}}
    back = cases.pop(CaseState.CORRECTION)

    assert shown(desk, "?queue=mine") == [mine.pk]
    assert shown(desk, "?queue=nobodys") == [nobodys.pk]
    assert shown(desk, "?queue=correction") == [back.pk]
    assert set(shown(desk, "?queue=closed")) == {case.pk for case in cases.values()}
    assert len(shown(desk, "?queue=all")) == 4 + len(cases)
    assert shown(desk, "?queue=nonsense") == shown(desk)


def test_d3_counts_and_ages_stand_above(desk, frozen):
    frozen(NOW)
    sent(now=NOW - timedelta(days=3, hours=2, minutes=5))
    sent(now=at(1))
    page = desk.get(QUEUE)

    row = page.context["waiting"][0]
    assert (row.kind, row.state, row.count, row.mine, row.nobodys) == ("REGISTRATION", "RECEIVED", 2, 0, 2)
    assertContains(page, "3일 2시간", count=2)  # above, and in its row
    assertNotContains(page, "3일, 2시간")


@pytest.mark.parametrize(
    ("wait", "words"),
    [
        (timedelta(seconds=20), "방금"),
        (timedelta(minutes=7), "7분"),
        (timedelta(hours=5), "5시간"),
        (timedelta(days=2, minutes=3), "2일"),
        (timedelta(days=40), "1개월 1주"),
    ],
)
def test_d3_ages_are_words(desk, frozen, wait, words):
    frozen(NOW)
    sent(now=NOW - wait)
    assertContains(desk.get(QUEUE), f'<strong class="desk-age">{words}</strong>')


def test_d3_a_row_says_whether_a_document_is_there_and_who_looks_after_it(desk, person):
    sent(name="가상사")
    without = sent(name="나상사", has_paper=False)
    Case.objects.filter(pk=without.pk).update(assignee=person)
    page = desk.get(QUEUE)

    for words in ("서류 있음", "서류 없음", "가상사", format_brn(without.registration.brn), "박심사"):
        assertContains(page, words)
    assertContains(page, f"{without.applicant.name} ({without.applicant.username})")


def test_d3_what_is_over_is_told_by_its_end(desk, frozen):
    """§D3: when it ended and who decided, in the view of what is over alone."""
    case_in(CaseState.REJECTED, by=reviewer(username="reviewer2", name="이결정"))
    page = desk.get(f"{QUEUE}?queue=closed")

    heads = page.context["cl"].list_display
    assert ("ended" in heads, "decided_by" in heads, "waiting" in heads) == (True, True, False)
    for words in ("처리 시각", "처리한 담당자", "이결정", date_format(localtime(SOON), "DATETIME_FORMAT")):
        assertContains(page, words)
    assertNotContains(desk.get(QUEUE), "처리 시각")


@pytest.mark.parametrize(
    ("fields", "words", "missing"),
    [
        ({}, date_format(localtime(NOW + timedelta(days=7)), "MONTH_DAY_FORMAT") + "부터", "결정 가능"),
        ({"answer": "OBJECTED"}, "이의 있음", "결정 가능"),
        ({"answer": "AGREED"}, "MASTER 동의", "부터"),
        ({"decidable_from": NOW}, "지금 결정 가능", "이의 있음"),
    ],
    ids=["waits", "objected", "agreed", "over"],
)
def test_d7_a_row_says_whether_a_master_change_can_be_decided(desk, bureau, frozen, fields, words, missing):
    """§D7: from when on, and what the sitting MASTER said."""
    frozen(NOW)
    company, _master = firm.registered(bureau, now=NOW)
    case = firm.ask(make.member_of_type("FULL", at=company), now=NOW)
    answered = {"answered_at": NOW, "objection": "아닙니다" if fields.get("answer") == "OBJECTED" else ""}
    MasterChangeRequest.objects.filter(case=case).update(**(answered if "answer" in fields else {}), **fields)
    row = desk.get(QUEUE).rendered_content.split('id="result_list"')[1]

    assert (words in row, missing in row) == (True, False)


def test_d3_an_empty_queue_says_so(desk):
    assertContains(desk.get(QUEUE), "기다리는 신청이 없습니다.")


# --- Search ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def wanted() -> Case:
    sent(brn="1208800001", name="딴상사")
    return sent(make.member("wanted1", name="홍길동"), brn="2118612345", name="주식회사 찾는무역")


@pytest.mark.parametrize(
    "typed",
    [
        "2118612345", "211-86-12345", "211 86 12345", "２１１８６１２３４５", "211-86", "21186", "찾는무역", "주식회사",
        "홍길동", "wanted1", "WANTED", "want",
    ],
)  # fmt: skip
def test_d9_a_search_finds_by_number_name_and_id(desk, wanted, typed):
    assert shown(desk, f"?q={typed}") == [wanted.pk]


@pytest.mark.parametrize("between", [*"\u2010\u2011\u2012\u2013\u2014\u2015\u2212·. -－", " – "], ids=ascii)
def test_d9_a_number_is_the_same_whatever_stands_between_its_digits(desk, wanted, between):
    """§D9: where members register it, where they search it, and in the staff's queue."""
    typed = between.join(["211", "86", "12345"])
    assert (only_digits(typed), shown(desk, f"?q={typed}")) == ("2118612345", [wanted.pk])


@pytest.mark.parametrize("name", ["(주)가나 무역", "㈜가나무역", "가나무역 주식회사", "가나무역", "가나무역(주)"])
@pytest.mark.parametrize(
    "typed", ["주식회사 가나무역", "㈜가나", "(주) 가나무역", "가나무역 주식회사", "가나 무역", "무역"]
)
def test_t2_a_search_takes_every_way_to_write_a_company(desk, name, typed):
    """§T2: as the members' search does: legal forms and spaces make no difference."""
    case = sent(name=name)
    sent(name="다라상사")
    assert shown(desk, f"?q={typed}") == [case.pk]


@pytest.mark.parametrize("typed", ["주식회사 가나무역", "가나", "211-86-12345", "21186"])
def test_d7_a_search_finds_what_is_asked_about_a_registered_company(desk, typed):
    """§D7: by the company's own name and number."""
    company = make.company("(주)가나무역", brn="2118612345")
    case = Case.objects.create(
        kind="MASTER_CHANGE", company=company, applicant=make.member(), opened_at=NOW, waiting_since=NOW
    )
    assert shown(desk, f"?q={typed}") == [case.pk]


def test_d3_a_search_finds_a_cases_own_number(desk, wanted):
    assert wanted.pk in shown(desk, f"?q={wanted.pk}")


@pytest.mark.parametrize("typed", ["2118612346", "99", "없는이름", "21186123451", "9" * 99, "%", "_", "길동", "1" * 19])
def test_d3_a_search_finds_nothing_where_nothing_is(desk, wanted, typed):
    Case.objects.filter(pk=wanted.pk).update(opened_at=SOON)
    assert shown(desk, f"?q={typed}") == []


def test_d3_a_search_looks_through_all_states(desk):
    closed = case_in(CaseState.REJECTED, name="닫힌상사")

    assert shown(desk, "?q=닫힌상사") == [closed.pk]
    assert shown(desk, "?q=닫힌상사&queue=correction") == []


# --- Fast -----------------------------------------------------------------------------------------------------------


def fill(count: int) -> None:
    for number in range(count):
        case = sent(now=at(number))
        if number % 2:
            document(case, sha256=f"{number:064d}")


def test_d3_a_search_inside_a_view_that_finds_nothing_leads_to_all(desk):
    """§D3: the search box keeps the view; from there a link looks everywhere."""
    sent(name="찾는 & 무역")
    nothing = desk.get(QUEUE, {"q": "찾는 & 무역", "queue": "mine"})
    assertContains(nothing, "‘찾는 &amp; 무역’ 검색 결과가 없습니다.")
    link = re.search(r'<a href="([^"]*)">전체에서 찾기</a>', nothing.text)[1]
    assertNotContains(desk.get(QUEUE + link), "검색 결과가 없습니다.")
    assertNotContains(desk.get(QUEUE, {"q": "없는상사"}), "전체에서 찾기")


@pytest.mark.parametrize("query", ["", "?queue=all", "?q=민국", "?queue=mine"])
def test_d3_the_queue_takes_the_same_queries_for_5_and_for_50_cases(desk, query):
    fill(5)
    desk.get(QUEUE)
    few = queries_of(desk, QUEUE + query)
    fill(45)
    assert queries_of(desk, QUEUE + query) == few <= 12


def test_d3_a_case_takes_the_same_queries_whatever_hangs_on_it(desk):
    """§D3: documents, events, and other cases of the same number and with the same file."""
    case = sent(brn="2118612345", now=at(9))

    def grow(times: int) -> None:
        for number in range(times):
            document(sent(brn="2118612345"))
            document(case, sha256=document(case).sha256[:-2] + f"{number:02}")
            desk.post(path(case, "release" if number % 2 else "take"))

    grow(1)
    few = queries_of(desk, path(case))
    grow(6)
    assert queries_of(desk, path(case)) == few <= 30


def test_d3_no_more_is_counted_than_is_paged_through(desk, monkeypatch):
    monkeypatch.setattr(model_admin, "LONGEST_LIST", 3)
    fill(5)
    assert desk.get(QUEUE).context["cl"].result_count == 3


# --- What comes next ------------------------------------------------------------------------------------------------


def test_d3_the_next_case_is_the_one_that_waits_next_longest(person):
    first, second, third = sent(now=at(9)), sent(now=at(5)), sent(now=at(1))

    assert queue.next_case(person) == first
    assert queue.next_case(person, after=first) == second
    assert queue.next_case(person, after=third) == first  # and from the beginning again


def test_d3_the_next_case_is_nobody_elses(person):
    first, second = sent(now=at(9)), sent(now=at(5))
    Case.objects.filter(pk=first.pk).update(assignee=reviewer())
    Case.objects.filter(pk=second.pk).update(assignee=person)

    assert queue.next_case(person) == second
    assert queue.next_case(person, after=second) is None


def test_d3_the_next_case_is_never_ones_own(person):
    own = sent(now=at(9))
    sent(now=at(8), brn=own.registration.brn)
    person.member_account = own.applicant
    person.save()
    others = sent(now=at(1))

    assert queue.next_case(person) == others
