"""접속기록: who opened whose data, what, when, from where; found by person and day, changed by nobody (§D11)."""

from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from accounts.domain import access_log
from accounts.models import AccessLog
from kotra_portal import model_admin
from tests import make
from tests.conftest import KST
from tests.desk.people import auditor, support

pytestmark = pytest.mark.django_db

LOG = "/admin/accounts/accesslog/"
DAY = datetime(2026, 11, 20, 0, 0, tzinfo=KST)


def opened(actor, subject, *, at=DAY, action=AccessLog.Action.OPENED_MEMBER, address="192.0.2.7"):
    access_log.record(actor, action, subject=subject, target=f"member {subject.pk}", address=address, now=at)
    return AccessLog.objects.order_by("-pk").first()


@pytest.fixture
def browser(login):
    return login(auditor())


def found(browser, **asked: str) -> list[AccessLog]:
    return list(browser.get(LOG, asked).context["cl"].result_list)


def test_list_says_who_whom_what_when_and_from_where(browser):
    """§D11: all of it in one line."""
    actor, subject = support("support1"), make.member("member1")
    opened(actor, subject)
    page = browser.get(LOG).content.decode()
    said = ("support1", "member1", "회원 열람", "2026.11.20. 00:00", "192.0.2.7", f"member {subject.pk}")
    assert [words for words in said if words not in page] == []


def test_newest_comes_first(browser):
    actor, subject = support(), make.member()
    rows = [opened(actor, subject, at=DAY + timedelta(hours=hour)) for hour in (2, 9, 5)]
    assert found(browser) == [rows[1], rows[2], rows[0]]


def test_search_by_actor_by_subject_and_by_day(browser):
    """§D23: a day is Korea's; an ID is whole, in any case."""
    one, two, member = support("support1"), support("support2"), make.member("member1")
    first, second = opened(one, member), opened(two, member, at=DAY + timedelta(days=1))
    late = opened(one, make.member("member2"), at=DAY + timedelta(hours=23, minutes=59))

    assert found(browser, q="SUPPORT1") == [late, first]
    assert found(browser, q="member1") == [second, first]
    assert found(browser, q="2026-11-20") == [late, first]
    assert found(browser, q="member1 2026-11-21") == [second]
    assert found(browser, q="support") == []
    assert found(browser, q="2026-13-99") == []


def test_filter_by_action_and_time(browser):
    actor, member = support(), make.member()
    old = opened(actor, member)
    new = opened(actor, member, at=timezone.now(), action=AccessLog.Action.OPENED_DOCUMENT)

    assert found(browser, action__exact="OPENED_DOCUMENT") == [new]
    assert found(browser, at__gte="2026-11-20 00:00:00+09:00", at__lt="2026-11-20 00:00:01+09:00") == [old]


@pytest.mark.parametrize("count", [1, 30])
def test_number_of_queries_does_not_grow(browser, django_assert_num_queries, count):
    """The session, the person, the second step, the rights (two), the count twice at most, the rows."""
    actor = support()
    for number in range(count):
        opened(actor, make.member(), at=DAY + timedelta(minutes=number))
    browser.get(LOG)
    with django_assert_num_queries(7):
        browser.get(LOG)


def test_list_that_is_cut_off_says_so(browser, monkeypatch):
    """A million rows are neither counted nor paged through; the others are found by searching."""
    monkeypatch.setattr(model_admin, "LONGEST_LIST", 3)
    actor, member = support("support1"), make.member()
    for hour in range(3):
        assert "3건까지만" not in browser.get(LOG).content.decode()
        opened(actor, member, at=DAY + timedelta(hours=hour))
    opened(actor, member, at=DAY - timedelta(days=9))
    assert browser.get(LOG).context["cl"].result_count == 3
    assert "3건까지만" in browser.get(LOG).content.decode()
    assert "3건까지만" not in browser.get(LOG, {"q": "2026-11-11"}).content.decode()
