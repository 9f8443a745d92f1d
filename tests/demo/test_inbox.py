"""The demonstration's inbox: what was "sent", in demonstration mode only."""

from datetime import timedelta

import pytest
from django.urls import reverse
from post_office import mail

from accounts.models import StubSms
from kotra_portal.demo.inbox import LONGEST_LIST
from tests.accounts.people import NOW

pytestmark = pytest.mark.django_db

HTMX = {"HX-Request": "true"}


@pytest.fixture
def clock(frozen):
    return frozen(NOW)


def sms(text="[KOTRA] 인증번호 012345.", mobile="01020150001", seconds=0):
    return StubSms.objects.create(mobile=mobile, text=text, arrives_at=NOW + timedelta(seconds=seconds))


def inbox(client, query="", **extra):
    return client.get(reverse("demo_inbox") + query, **extra)


@pytest.mark.parametrize("headers", [{}, HTMX])
def test_inbox_exists_in_demonstration_mode_only(client, settings, headers):
    """§D13: codes are readable in a demonstration inbox that exists only in demonstration mode."""
    assert inbox(client, headers=headers).status_code == 200
    settings.DEMO_MODE = False
    assert inbox(client, headers=headers).status_code == 404


def test_inbox_says_that_anybody_can_read_it(client, clock):
    assert "누구나 볼 수 있습니다" in inbox(client).content.decode()


def test_newest_text_message_stands_first_with_its_code_to_copy(client, clock):
    sms("[KOTRA] 인증번호 111111.", seconds=-60)
    sms("[KOTRA] 인증번호 222222.")
    shown = inbox(client).content.decode()
    assert shown.index("222222") < shown.index("111111")
    assert 'data-copy="222222"' in shown
    assert 'data-copy="111111"' not in shown


def test_text_message_is_there_when_it_arrives(client, clock):
    """§S6: the late one's code has expired by then."""
    sms(seconds=185)
    assert "012345" not in inbox(client).content.decode()
    clock.shift(185)
    assert "012345" in inbox(client).content.decode()


def test_mail_is_shown_as_text_and_its_links_can_be_followed(client, clock):
    """No HTML of a mail is rendered."""
    text = "열어 주세요: http://127.0.0.1:8000/confirm-email/abc:d-e_f:gh/ <b>!</b>"
    mail.send("a@example.com", "b@example.com", subject="확인 <i>", message=text, html_message="<u>html</u>")
    shown = inbox(client).content.decode()
    assert 'href="http://127.0.0.1:8000/confirm-email/abc:d-e_f:gh/"' in shown
    assert "확인 &lt;i&gt;" in shown
    assert not any(markup in shown for markup in ("<b>!", "<u>html"))


def test_list_is_bounded(client, clock):
    for number in range(LONGEST_LIST + 5):
        sms(f"nr {number:03}.", seconds=-number)
    shown = inbox(client).content.decode()
    assert shown.count("nr 0") == LONGEST_LIST


def test_page_that_polls_is_answered_only_when_something_arrived(client, clock):
    sms()
    first = inbox(client, headers=HTMX)
    stamp = first.context["stamp"]
    assert "<html" not in first.content.decode()
    assert inbox(client, f"?seen={stamp}", headers=HTMX).status_code == 204
    sms("[KOTRA] 인증번호 999999.")
    assert "999999" in inbox(client, f"?seen={stamp}", headers=HTMX).content.decode()
    assert inbox(client, "?seen=%00%F0", headers=HTMX).status_code == 200


def test_inbox_only_shows(client):
    assert client.post(reverse("demo_inbox")).status_code == 405
