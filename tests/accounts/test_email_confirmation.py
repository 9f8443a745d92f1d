"""이메일 확인: the link in the mail, the button behind it, the mail sent again."""

import re
from base64 import urlsafe_b64decode
from datetime import timedelta

import pytest
from django.conf import settings as portal_settings
from django.core import signing
from django.utils import timezone
from post_office.models import Email

from accounts.domain import email_confirmation
from accounts.domain.email_confirmation import LinkInvalid
from accounts.models import MemberEvent
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def member():
    return make.member(email="suchul@naver.com", email_confirmed_at=None)


def link_of(mail):
    url = re.search(r"http\S+/confirm-email/\S+", mail.message).group()
    assert url.startswith(portal_settings.PORTAL_URL)
    return url.removeprefix(portal_settings.PORTAL_URL)


@pytest.fixture
def link(member):
    email_confirmation.send(member)
    return link_of(Email.objects.get())


def is_confirmed(member):
    member.refresh_from_db()
    return member.email_confirmed_at is not None


def test_the_mail_says_what_it_is_for(member, link):
    """§D14: in both its forms, to the member's address."""
    mail = Email.objects.get()

    assert mail.to == ["suchul@naver.com"]
    assert "이메일 주소를 확인해 주세요" in mail.subject
    assert member.name in mail.message
    assert link in mail.html_message


def test_the_mails_links_never_come_from_a_request(member, client, login):
    """§D14: a forged Host header leads nobody astray."""
    login(member)
    client.post("/my/email/resend/", headers={"host": "localhost", "x-forwarded-host": "evil.example"})

    assert "evil" not in Email.objects.get().message
    assert link_of(Email.objects.get())


def test_opening_the_link_confirms_nothing(member, link, client):
    """§D14: programs that check mail open links; a button confirms."""
    page = client.get(link)

    assert page.status_code == 200
    assert "이메일 확인하기" in page.text
    assert "suchul@naver.com" not in page.text
    assert not is_confirmed(member)


def test_the_button_confirms(member, link, client):
    """§D14: logged in or not; the event says so."""
    page = client.post(link, follow=True)

    assert "이메일 주소를 확인했습니다" in page.text
    assert is_confirmed(member)
    assert MemberEvent.objects.get().kind == MemberEvent.Kind.EMAIL_CONFIRMED


def test_a_second_use_changes_nothing(member, link, client):
    """§D14: and is no error."""
    client.post(link)
    member.refresh_from_db()
    first = member.email_confirmed_at

    page = client.post(link, follow=True)

    member.refresh_from_db()
    assert page.status_code == 200
    assert member.email_confirmed_at == first
    assert MemberEvent.objects.count() == 1


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize(
    "spoiled", ["nonsense", "%00", "a" * 4000, "WzEsImEiXQ:1abc:xyz", "%EF%BC%91:%E2%80%AE", "%FF"]
)
def test_a_damaged_link_says_what_to_do(spoiled, method, client):
    """§D14: a clear page, never a failure."""
    page = getattr(client, method)(f"/confirm-email/{spoiled}/")

    assert page.status_code == 404
    assert "확인 메일을 다시 받아 주세요" in page.text


def test_the_link_does_not_tell_the_address(link):
    """§D14: what is signed is not hidden; logs and proxies see links."""
    signed = link.split("/")[-2].split(":")[0]
    plain = urlsafe_b64decode(signed + "=" * (-len(signed) % 4))

    assert b"suchul" not in plain
    assert b"naver" not in plain


def test_a_link_of_an_earlier_make_is_no_error(member, client):
    """§D14: it held the address itself; whoever has one asks for another."""
    earlier = signing.dumps([member.pk, member.email], salt="accounts.email_confirmation")

    assert client.get(f"/confirm-email/{earlier}/").status_code == 404


def test_a_link_lives_three_days(member, link, client, frozen):
    """§D14: an old one says what to do."""
    clock = frozen(timezone.now() + timedelta(days=3, seconds=-5))
    assert client.get(link).status_code == 200
    clock.shift(10)

    assert client.post(link).status_code == 404
    assert not is_confirmed(member)


def test_a_link_confirms_the_address_it_was_sent_to_and_no_other(member, link, client):
    """§D14: changed meanwhile, or of an account that is closed."""
    member.email = "other@naver.com"
    member.save()

    assert client.post(link).status_code == 404
    with pytest.raises(LinkInvalid):
        email_confirmation.confirm(link.split("/")[-2], now=timezone.now())
    assert not is_confirmed(member)


def test_a_closed_account_confirms_nothing(member, link, client):
    """§D14: whoever left is not found."""
    member.is_active, member.closed_at = False, timezone.now()
    member.save()

    assert client.post(link).status_code == 404


def test_the_mail_is_sent_again_and_says_where_to(member, client, login):
    """§D14: the address is masked, and the member stays where they were."""
    login(member)

    page = client.post("/my/email/resend/", {"next": "/my/profile/"}, follow=True)

    assert page.redirect_chain == [("/my/profile/", 302)]
    assert "su***@naver.com" in page.text
    assert Email.objects.count() == 1


def test_three_mails_an_hour_are_enough(member, client, login):
    """§D14: the fourth is refused with the time to wait."""
    login(member)
    for _ in range(3):
        client.post("/my/email/resend/")

    page = client.post("/my/email/resend/", follow=True)

    assert "60분 뒤에" in page.text
    assert Email.objects.count() == 3


def test_a_confirmed_address_needs_no_mail(client, login):
    """§D14: and is told so."""
    login(make.member())

    page = client.post("/my/email/resend/", follow=True)

    assert "이미 확인한 이메일입니다" in page.text
    assert not Email.objects.exists()


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example", "javascript:alert(1)", "\\\\evil"])
def test_after_the_mail_the_portal_stays_the_portal(elsewhere, member, client, login):
    """§D14: next is local or it is nothing."""
    login(member)

    assert client.post("/my/email/resend/", {"next": elsewhere}).url == "/my/"


def test_a_visitor_is_asked_to_log_in_first(client):
    """§D14: only the member has it sent again."""
    assert client.post("/my/email/resend/").url.startswith("/login/")
