"""직원 계정의 비밀번호: chosen by its owner alone, with a link that is mailed; the first and a forgotten one (§D3)."""

import base64
import re
from datetime import timedelta

import pytest
from django.conf import settings as portal_settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.test import Client
from django.utils import timezone
from post_office.models import Email

from accounts.domain import staff
from accounts.domain.limits import TooManyAttempts
from accounts.domain.staff import NewStaff
from accounts.models import User
from tests import make
from tests.accounts.second_factor import set_up
from tests.desk.people import superuser

pytestmark = pytest.mark.django_db

CHOSEN = "daehan2026go"
NEWEST = "가장 최근에 받은 메일의 링크를 열거나"  # what a dead link of staff's says


@pytest.fixture
def boss() -> User:
    return superuser("boss11")


@pytest.fixture
def account(boss) -> User:
    return staff.employ(NewStaff("newstaff1", "박신입", "new@example.com"), actor=boss, now=timezone.now())


def mailed() -> Email:
    return Email.objects.latest("pk")


def mailed_path() -> str:
    """The path of the link in the last mail."""
    return re.search(re.escape(portal_settings.PORTAL_URL) + r"(/password-reset/\S+)", mailed().message)[1]


def choose(path: str, password: str = CHOSEN, client: Client | None = None):
    """Open the link and choose the password; returns the last page."""
    client = client or Client()
    opened = client.get(path)
    if opened.status_code != 302:
        return opened
    return client.post("/password-reset/new/", {"password": password, "password_again": password})


def refused(path: str) -> bool:
    page = choose(path)
    return page.status_code == 410 and NEWEST in page.content.decode()


def history(account: User) -> list[tuple[str, str, dict]]:
    return [(event.kind, event.actor.username, event.detail) for event in account.events.order_by("pk")]


# --- The link --------------------------------------------------------------------------------------------------------


def test_colleague_chooses_the_first_password_and_goes_on_to_the_second_step(account, settings):
    """§D3: the link works once; no password before it; the staff's log-in comes next, and there the telephone."""
    settings.DEMO_MODE = False
    settings.SECURE_SSL_REDIRECT = False
    path, client = mailed_path(), Client()
    assert not client.login(username="newstaff1", password="")
    page = client.get(path, follow=True).content.decode()
    assert all(words in page for words in ("newstaff1", "관리 화면에 로그인합니다", "비밀번호 정하기"))

    done = choose(path, client=client)

    assert done["Location"] == "/admin/login/"
    assert "비밀번호를 정했습니다." in client.get("/admin/login/").content.decode()
    assert settings.DEVICE_COOKIE_NAME not in done.cookies
    assert refused(path)
    client.post("/admin/login/", {"username": "newstaff1", "password": CHOSEN, "next": "/admin/"})
    assert "/admin/second-factor/" in client.get("/admin/", follow=True).redirect_chain[-1][0]
    assert history(account) == [("STAFF_EMPLOYED", "boss11", {}), ("PASSWORD_RESET", "newstaff1", {})]
    assert mailed().subject == "[KOTRA] 비밀번호가 변경되었습니다"


@pytest.mark.parametrize("password", ["a1", "onlyletters", "password123", "newstaff1"])
def test_staff_passwords_keep_the_rules_of_everybody(account, password):
    """§D12: refused beside its field; the link still works."""
    path = mailed_path()
    assert choose(path, password).status_code == 200
    assert not User.objects.get(pk=account.pk).has_usable_password()
    assert choose(path).status_code == 302


def test_link_ends_after_an_hour_and_says_what_to_do(frozen, boss, settings):
    """§D14: the time of every such link."""
    clock = frozen()
    staff.employ(NewStaff("newstaff1", "박신입", "new@example.com"), actor=boss, now=timezone.now())
    clock.shift(settings.PASSWORD_RESET_TIMEOUT + 1)
    assert refused(mailed_path())


def test_refused_link_tells_nothing_of_accounts(account):
    """§D14: a link that is made up reads the same, whoever has the key in it."""
    member, pages = make.member(), set()
    for pk in (account.pk, member.pk, 999_999):
        key = base64.urlsafe_b64encode(f"s{pk}".encode()).decode().rstrip("=")
        response = Client().get(f"/password-reset/{key}/abc-def/")
        pages.add((response.status_code, response.content.decode().partition("<main")[2]))
    assert len(pages) == 1
    key = base64.urlsafe_b64encode(str(account.pk).encode()).decode().rstrip("=")  # as a member's would be
    assert Client().get(f"/password-reset/{key}/{mailed_path().split('/')[-2]}/").status_code == 410


@pytest.mark.parametrize("language", ["ko", "en"])
def test_mail_of_either_kind_is_in_the_accounts_language(boss, language):
    """§D22: with the ID, the link, how long it works and whom to ask."""
    account = make.staff(password=None, email="a@example.com", language=language)
    for verb in (
        lambda **by: staff.invite(account, "a@example.com", **by),
        lambda **by: staff.reset_password(account, **by),
    ):
        verb(actor=boss, now=timezone.now())
        mail = mailed()
        words = {"ko": ("60분 동안", "회원 포털 관리자"), "en": ("60 minutes", "administrator")}[language]
        for body in (mail.message, mail.html_message):
            assert [each for each in (account.username, "/password-reset/", *words) if each not in body] == []


# --- Sent again ------------------------------------------------------------------------------------------------------


def test_invitation_sent_again_ends_the_older_link_and_may_mend_the_address(account, boss):
    """§D3: whoever got the first by mistake has nothing."""
    older = mailed_path()
    staff.invite(account, "right@example.com", actor=boss, now=timezone.now())

    assert (mailed().to, User.objects.get(pk=account.pk).email) == (["right@example.com"], "right@example.com")
    assert history(account)[1:] == [("PASSWORD_RESET", "boss11", {"link_sent": True, "address_changed": True})]
    assert refused(older)
    assert choose(mailed_path())["Location"] == "/admin/login/"


@pytest.mark.parametrize("fields", [{}, {"password": None, "last_login": make.LONG_AGO}])
def test_who_is_there_already_is_not_invited(boss, fields):
    """§D3: else a superuser could have the link to somebody's account mailed anywhere."""
    used = make.staff(email="a@example.com", **fields)
    with pytest.raises(staff.NotInvited):
        staff.invite(used, "other@example.com", actor=boss, now=timezone.now())
    assert (User.objects.get(pk=used.pk).email, Email.objects.count()) == ("a@example.com", 0)


# --- A forgotten password --------------------------------------------------------------------------------------------


def test_superuser_ends_a_password_without_learning_the_new_one(boss, client, settings):
    """§D3: the old one and its sessions end at once; the second step stays; the newest link alone works."""
    account = make.staff("support1", email="a@example.com")
    device = set_up(account)
    client.force_login(account)
    staff.reset_password(account, actor=boss, now=timezone.now())
    older = mailed_path()
    staff.reset_password(account, actor=boss, now=timezone.now())

    assert "/admin/login/" in client.get("/admin/")["Location"]
    assert not Client().login(username="support1", password=make.PASSWORD)
    assert history(account)[-1] == ("PASSWORD_RESET", "boss11", {"link_sent": True})
    assert refused(older)
    assert choose(mailed_path())["Location"] == "/admin/login/"
    assert Client().login(username="support1", password=CHOSEN)
    assert account.totpdevice_set.filter(confirmed=True).exists(), device


def test_without_an_address_nothing_ends(boss):
    """§D3: an account that createsuperuser made; the sentence says the other way."""
    account = superuser(email="")
    with pytest.raises(staff.NoAddress):
        staff.reset_password(account, actor=boss, now=timezone.now())
    assert User.objects.get(pk=account.pk).check_password(make.PASSWORD)


# --- Both ------------------------------------------------------------------------------------------------------------


def test_deactivated_accounts_link_does_nothing_then_or_later(account, boss):
    """§D3: used again, the account waits for a new link."""
    path, now = mailed_path(), timezone.now()
    staff.deactivate(account, actor=boss, now=now)
    assert refused(path)
    for verb in (
        lambda: staff.invite(account, "a@example.com", actor=boss, now=now),
        lambda: staff.reset_password(account, actor=boss, now=now),
    ):
        account.refresh_from_db()
        with pytest.raises(staff.NotInUse):
            verb()
    staff.reactivate(account, actor=boss, now=now)
    assert refused(path)


def test_an_hour_has_five_links(account, boss):
    """§D14: to one account; who may not send counts for nothing."""
    now = timezone.now()
    for _each in range(6):
        with pytest.raises(staff.MayNotSendPasswordLinks):
            staff.reset_password(account, actor=make.staff(), now=now)
    for _each in range(staff.PASSWORD_LINKS.times):
        staff.invite(account, "a@example.com", actor=boss, now=now)
    with pytest.raises(TooManyAttempts):
        staff.reset_password(account, actor=boss, now=now)
    staff.reset_password(account, actor=boss, now=now + timedelta(hours=1))


def test_account_is_made_with_its_mail_or_not_at_all(boss):
    """§D14: one change, undone as one."""
    with transaction.atomic():
        staff.employ(NewStaff("newstaff2", "이신입", "b@example.com"), actor=boss, now=timezone.now())
        assert Email.objects.count() == 1
        transaction.set_rollback(True)
    assert (Email.objects.count(), User.objects.filter(username="newstaff2").exists()) == (0, False)


def test_password_ends_with_its_mail_or_not_at_all(boss):
    """§D14: an address that is none keeps the mail out of the queue, and nothing has happened."""
    account = make.staff(email="no address")
    with pytest.raises(ValidationError):
        staff.reset_password(account, actor=boss, now=timezone.now())
    assert User.objects.get(pk=account.pk).check_password(make.PASSWORD)
    assert (history(account), Email.objects.count()) == ([], 0)
