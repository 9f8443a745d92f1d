"""로그인: one neutral answer, limits that hold and do not lock the owner out, and the way back (§D14)."""

from datetime import timedelta
from urllib.parse import urljoin, urlsplit

import pytest
from asgiref.sync import async_to_sync
from django.conf import settings as portal_settings
from django.contrib.auth import aauthenticate
from django.contrib.auth.hashers import MD5PasswordHasher
from django.core import signing
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.domain import limits, login as rules, passwords
from accounts.domain.limits import TooManyAttempts
from accounts.models import MemberEvent, Purpose, User
from accounts.views import visit
from tests import make

pytestmark = pytest.mark.django_db

WRONG = "아이디 또는 비밀번호가 맞지 않습니다. 다시 확인하고 입력해 주세요."
WAIT = "15분 뒤에 다시 시도해 주세요."
LOGIN_PAGES = ("/login/", "/admin/login/")
TYPED = {
    "hangul": "한글아이디",
    "long": "a" * 10_000,
    "nul": "mem\x00ber1",
    "right to left": "\u202emember1",
    "full width": "ｍｅｍｂｅｒ１ｘ",
    "spaces": "   ",
    "emoji": "😀" * 50,
    "combining": "e" + "\u0301" * 3000,
}


def enter(client: Client, username: str, password: str = make.PASSWORD, page: str = "/login/", **more: str):
    headers = more.pop("headers", {})
    return client.post(page, {"username": username, "password": password, **more}, headers=headers)


def text(response) -> str:
    return response.content.decode()


@pytest.fixture
def member() -> User:
    return make.member("member1")


@pytest.fixture
def looked_at(monkeypatch) -> list[str]:
    """Collect every password that was compared with somebody's."""
    passwords = []
    compare = User.check_password
    monkeypatch.setattr(User, "check_password", lambda self, typed: passwords.append(typed) or compare(self, typed))
    return passwords


# --- In and out -----------------------------------------------------------------------------------------------------


def test_the_right_password_leads_home(client, member):
    """§D14: after the log-in the member is at 마이KOTRA."""
    response = enter(client, "member1")

    assert (response.status_code, response["Location"]) == (302, "/my/")
    assert client.session["_auth_user_id"] == str(member.pk)


@pytest.mark.parametrize("typed", ["MEMBER1", " member1 ", "ｍｅｍｂｅｒ１"])
def test_an_id_is_the_same_however_it_is_typed(client, member, typed):
    """§S8: IDs are stored in lower case."""
    assert enter(client, typed)["Location"] == "/my/"


def test_the_session_changes_its_id(client, member):
    """§D14: whoever knew the session before the log-in does not share it afterwards."""
    before = client.session
    before["kept"] = True
    before.save()

    enter(client, "member1")

    assert client.session.session_key != before.session_key


@pytest.mark.parametrize("username", ["member1", "nobody1"])
def test_wrong_id_and_wrong_password_read_the_same(client, member, username):
    """§D14: the answer does not tell which IDs exist; the ID stays typed, the password does not."""
    response = enter(client, username, "wrong1password")

    assert response.status_code == 200
    assert WRONG in text(response)
    assert f'value="{username}"' in text(response)
    assert "wrong1password" not in text(response)


def test_known_and_unknown_take_as_many_queries(member):
    """§D14: the time an answer takes does not tell which IDs exist."""
    queries = {}
    for username, network in (("member1", "198.51.100.1"), ("nobody1", "198.51.100.2")):
        with CaptureQueriesContext(connection) as captured:
            enter(Client(REMOTE_ADDR=network), username, "wrong1password")
        queries[username] = len(captured)

    assert queries["member1"] == queries["nobody1"]


@pytest.mark.parametrize("username", ["member1", "nobody1", "closed1"])
def test_a_password_is_hashed_once_for_everybody(member, monkeypatch, username):
    """§D14: the one slow thing happens for known, unknown and closed IDs alike."""
    make.member("closed1", is_active=False)
    hashed = []
    encode = MD5PasswordHasher.encode
    counted = lambda self, typed, salt: hashed.append(typed) or encode(self, typed, salt)  # noqa: E731
    monkeypatch.setattr(MD5PasswordHasher, "encode", counted)

    rules.check_password(username, "wrong1password", address="192.0.2.1", device="", now=timezone.now())

    assert hashed == ["wrong1password"]


@pytest.mark.parametrize("state", [{"is_active": False}, {"is_active": False, "closed_at": make.LONG_AGO}])
def test_an_account_out_of_use_reads_like_an_unknown_one(client, state):
    """§D14: a closed account cannot log in, and nothing says that it was there."""
    make.member("member1", **state)

    assert WRONG in text(enter(client, "member1"))
    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize("page", LOGIN_PAGES)
@pytest.mark.parametrize("typed", TYPED.values(), ids=TYPED.keys())
def test_whatever_is_typed_there_is_an_answer(client, page, typed):
    """§D14: no input is an error of the server's."""
    assert enter(client, typed, page=page).status_code == 200
    assert enter(client, "member1", typed, page=page).status_code == 200


@pytest.mark.parametrize("page", LOGIN_PAGES)
@pytest.mark.parametrize("username", ["member1", "nobody1"])
def test_what_is_too_long_for_a_password_is_wrong_and_not_hashed(client, member, looked_at, page, username):
    """§D12: nothing huge reaches the hasher; the answer is the one to any wrong password, and nothing is cut off."""
    shown = enter(client, username, "a1" * 64 + "x", page)

    assert "비밀번호가 맞지 않습니다. 다시 확인하고 입력해 주세요." in text(shown)
    assert looked_at == []
    assert "maxlength" not in str(shown.context["form"]["password"])
    assert enter(client, "member1", "a1" * 64).status_code == 200
    assert looked_at == ["a1" * 64]


@pytest.mark.parametrize("data", [{}, {"username": "member1"}, {"password": "x"}])
def test_what_is_missing_is_named(client, data):
    """§D14: both are needed."""
    response = client.post("/login/", data)

    assert ("아이디를 입력해 주세요." in text(response)) == ("username" not in data)
    assert ("비밀번호를 입력해 주세요." in text(response)) == ("password" not in data)


def test_log_out_by_the_button_only(client, member, login):
    """§D14: a typed address or a picture's address shows the button and ends nothing."""
    login(member)

    assert "로그아웃할까요?" in text(client.get("/logout/"))
    assert "_auth_user_id" in client.session

    assert client.post("/logout/")["Location"] == "/"
    assert "로그아웃했습니다." in text(client.get("/"))
    assert "_auth_user_id" not in client.session
    assert client.get("/logout/")["Location"] == "/"


# --- The way back ---------------------------------------------------------------------------------------------------


def test_back_to_where_the_visitor_wanted_to_go(client, member):
    """§D14: the page that asked for the log-in is shown after it."""
    asked = client.get("/my/profile/?from=mail")
    assert asked["Location"] == "/login/?next=%2Fmy%2Fprofile%2F%3Ffrom%3Dmail"

    page = client.get(asked["Location"])
    assert 'name="next" value="/my/profile/?from=mail"' in text(page)

    assert enter(client, "member1", next="/my/profile/?from=mail")["Location"] == "/my/profile/?from=mail"


ELSEWHERE = [
    "//evil.example", "https:evil.example", "https://evil.example/", "\\\\evil.example", "/\\evil.example",
    "javascript:alert(1)", "%2F%2Fevil.example", "http:///evil.example", "///evil.example", "\thttps://evil.example",
    "/\t/evil.example", "https://testserver@evil.example/", "data:text/html,x", "\x00//evil.example", "@evil.example",
]  # fmt: skip


@pytest.mark.parametrize("candidate", ELSEWHERE)
@pytest.mark.parametrize("is_logged_in", [True, False])
def test_next_leads_nowhere_else(client, member, login, candidate, is_logged_in):
    """§D14: a log-in link that was sent around cannot lead to another site."""
    if is_logged_in:
        login(member)
        location = client.get("/login/", {"next": candidate})["Location"]
    else:
        location = enter(client, "member1", next=candidate)["Location"]

    reached = urlsplit(urljoin("http://testserver/login/", location.replace("\\", "/")))
    assert (reached.scheme, reached.netloc) == ("http", "testserver")


def test_staff_go_to_their_own_side(client):
    """§D3: staff are no members; what lies outside the admin is not where they are sent."""
    make.staff("staff1")

    assert enter(client, "staff1", next="/my/profile/")["Location"] == "/admin/"
    assert client.get("/login/?next=/admin/password_change/")["Location"] == "/admin/password_change/"


def test_members_are_not_sent_to_the_staffs_side(client, member):
    """§D3: a member has nothing to do below /admin/."""
    assert enter(client, "member1", next="/admin/")["Location"] == "/my/"


def test_who_is_logged_in_needs_no_log_in(client, member, login):
    """§D14: the log-in page passes on whoever is in already."""
    login(member)

    assert client.get("/login/")["Location"] == "/my/"
    assert client.get("/login/?next=/guide/faq/")["Location"] == "/guide/faq/"


def test_time_run_out_is_explained(client):
    """§D14: whoever was logged out by rest reads why."""
    assert "오랫동안 이용하지 않아 로그아웃되었습니다." in text(client.get("/login/?expired=1&next=/my/"))
    assert "오랫동안" not in text(client.get("/login/?next=/my/"))


# --- Limits ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("page", LOGIN_PAGES)
@pytest.mark.parametrize("username", ["staff1", "nobody1"])
def test_five_wrong_passwords_and_no_more(page, username, looked_at):
    """§D14: the sixth is not looked at, the right one neither; known and unknown IDs read the same."""
    make.staff("staff1")
    for _ in range(5):
        assert WAIT not in text(enter(Client(), username, "wrong1password", page))

    response = enter(Client(), username, make.PASSWORD, page)

    assert WAIT in text(response)
    assert make.PASSWORD not in looked_at


def test_the_admins_log_in_counts_with_the_portals(client):
    """§D14: two doors, one limit."""
    make.staff("staff1")
    for page in ("/login/", "/admin/login/", "/login/", "/admin/login/", "/login/"):
        enter(client, "staff1", "wrong1password", page)

    assert WAIT in text(enter(client, "staff1", page="/admin/login/"))


def test_others_are_not_touched_by_one_ids_limit(client, member):
    """§D14: the limit is of one ID from one network."""
    make.member("member2")
    for _ in range(6):
        enter(Client(), "member1", "wrong1password")

    assert enter(Client(), "member2").status_code == 302
    assert enter(Client(REMOTE_ADDR="198.51.100.9"), "member1").status_code == 302


def test_the_limit_ends_after_its_quarter_of_an_hour(member, frozen):
    """§D14: waiting helps."""
    clock = frozen()
    for _ in range(5):
        enter(Client(), "member1", "wrong1password")

    clock.shift(15 * 60 - 1)
    assert enter(Client(), "member1").status_code == 200
    clock.shift(1)
    assert enter(Client(), "member1").status_code == 302


def test_a_success_gives_its_count_back(client, member):
    """§D14: whoever mistypes now and then is never stopped."""
    for _ in range(4):
        for _ in range(4):
            enter(Client(), "member1", "wrong1password")
        assert enter(Client(), "member1").status_code == 302


def test_an_attackers_failures_do_not_lock_the_owner_out(client, member, repeated):
    """§D14: the browser of an earlier log-in is counted by itself, however many fail elsewhere."""
    enter(client, "member1")
    client.post("/logout/")
    refused = 0
    for number in range(max(repeated(1000), rules.BY_ID.times + 10)):
        try:
            address = f"10.1.{number // 250}.{number % 250}"
            rules.check_password("member1", "wrong", address=address, device="", now=timezone.now())
        except TooManyAttempts:
            refused += 1
    assert refused

    assert WAIT not in text(enter(client, "member1", "wrong1password"))
    assert enter(client, "member1").status_code == 302


def test_a_stolen_browser_is_limited_too(client, member):
    """§D14: the device's own limit is ten."""
    enter(client, "member1")
    client.post("/logout/")
    for _ in range(rules.BY_DEVICE.times):
        assert WRONG in text(enter(client, "member1", "wrong1password"))

    assert WAIT in text(enter(client, "member1"))


def test_one_site_of_ipv6_cannot_lock_an_id(member):
    """§D14: a customer's many networks count together, so a new browser elsewhere still gets in."""
    addresses = [f"2001:db8:1:{number:x}::1" for number in range(100)]

    assert sum(guesses(member, "", 1, address=address) for address in addresses) == rules.BY_ID_AND_SITE.times
    assert enter(Client(REMOTE_ADDR="198.51.100.7"), "member1").status_code == 302
    assert enter(Client(REMOTE_ADDR="2001:db8:2::7"), "member1").status_code == 302


def test_one_site_of_ipv6_tries_only_so_many_ids(member, monkeypatch):
    """§D14: the wider limit of the site holds over its networks; others are not touched."""
    monkeypatch.setattr(rules, "BY_SITE", limits.Limit("log-in by site", 3, timedelta(minutes=15)))
    for number in range(3):
        enter(Client(REMOTE_ADDR=f"2001:db8:1:{number:x}::1"), f"nobody{number}")

    assert WAIT in text(enter(Client(REMOTE_ADDR="2001:db8:1:ff::1"), "member1"))
    assert enter(Client(REMOTE_ADDR="2001:db8:2::1"), "member1").status_code == 302


@pytest.mark.parametrize("username", ["member1", "nobody1"])
def test_a_locked_id_says_the_owners_way_in_and_it_works(client, member, username):
    """§D14: resetting the password marks the browser as the owner's; known and unknown IDs read the same."""
    for number in range(rules.BY_ID.times):  # each from a network of its own
        rules.check_password(username, "wrong1", address=f"198.51.{number}.1", device="", now=timezone.now())
    assert "회원은 비밀번호를 재설정하면 기다리지 않고 로그인할 수 있습니다." in text(enter(client, username))

    now = timezone.now()
    row = make.verification(purpose=Purpose.RESET_PASSWORD, requested_at=now, verified_at=now, ci_hash=member.ci_hash)
    session = client.session
    session[visit.VERIFICATION.format(Purpose.RESET_PASSWORD)] = str(row.pk)
    session.save()
    client.post("/password-reset/new/", {"password": "brandnew77", "password_again": "brandnew77"})
    assert enter(client, "member1", "brandnew77")["Location"] == "/my/"


def guesses(user, device: str, times: int, *, address: str = "198.51.100.9") -> int:
    """Try so many wrong passwords with the device's token; returns how many were looked at."""
    looked = 0
    for number in range(times):
        try:
            rules.check_password(user.username, f"wrong{number}", address=address, device=device, now=timezone.now())
            looked += 1
        except TooManyAttempts:
            continue
    return looked


@pytest.mark.parametrize("how", ["change", "reset"])
def test_a_device_token_ends_with_the_password_it_was_given_for(member, how):
    """§D14: tokens collected while somebody knew the old password give no tries at the new one."""
    tokens = [rules.device_token(member) for _ in range(5)]
    if how == "change":
        passwords.change(member, make.PASSWORD, "brandnew77", now=timezone.now())
    else:
        passwords.replace(member, "brandnew77", MemberEvent.Kind.PASSWORD_RESET, now=timezone.now())

    assert sum(guesses(member, token, 10) for token in tokens) == rules.BY_ID_AND_NETWORK.times


def test_all_devices_of_a_person_have_a_limit_together(member):
    """§D14: however many browsers the owner logged in with, and apart from what strangers try."""
    tokens = [rules.device_token(member) for _ in range(5)]

    assert sum(guesses(member, token, 10) for token in tokens) == rules.BY_ALL_DEVICES.times
    assert guesses(member, "", 10) == rules.BY_ID_AND_NETWORK.times


def test_a_changed_password_keeps_this_browser_the_owners(client, member, login):
    """§D14: the browser gets a token for the new password with the answer."""
    login(member)
    typed = {"current_password": make.PASSWORD, "password": "brandnew77", "password_again": "brandnew77"}

    client.post("/my/password/", typed)

    token = client.cookies[portal_settings.DEVICE_COOKIE_NAME].value
    assert guesses(member, token, 2 * rules.BY_DEVICE.times) == rules.BY_DEVICE.times


@pytest.mark.parametrize("signed", [[], "x", [1, 2], [1, None, None], {"a": 1}, [1, "x", 5]])
def test_an_odd_token_counts_as_none(member, signed):
    """§D14: one of an earlier make is no error."""
    token = signing.dumps(signed, salt="accounts.device")

    assert guesses(member, token, 10) == rules.BY_ID_AND_NETWORK.times


@pytest.mark.parametrize("forged", ["", "x", "a:b:c", "\x00", "ｋ" * 300])
def test_a_forged_device_counts_as_none(member, forged):
    """§D14: only what the portal signed marks a browser."""
    client = Client()
    for _ in range(5):
        client.cookies[portal_settings.DEVICE_COOKIE_NAME] = forged.encode("unicode_escape").decode()
        enter(client, "member1", "wrong1password")

    assert WAIT in text(enter(client, "member1"))


def test_a_device_is_one_persons(client, member):
    """§D14: one's own browser gives no more tries at somebody else's password."""
    make.member("member2")
    enter(client, "member1")
    client.post("/logout/")
    for _ in range(5):
        enter(client, "member2", "wrong1password")

    assert WAIT in text(enter(client, "member2"))


def test_a_device_is_known_half_a_year(member, frozen):
    """§D14: the mark ends 180 days after the log-in."""
    clock = frozen()
    token = rules.device_token(member)
    clock.shift(timedelta(days=181))
    now = timezone.now()
    for _ in range(5):
        rules.check_password("member1", "wrong", address="192.0.2.1", device=token, now=now)

    with pytest.raises(TooManyAttempts):
        rules.check_password("member1", "wrong", address="192.0.2.1", device=token, now=now)


def test_the_device_cookie_is_out_of_reach_of_scripts(client, member):
    """§D14: the mark is HttpOnly, Lax and lasts half a year, at the admin's log-in too."""
    make.staff("staff1")
    for browser, page, who in ((client, "/login/", "member1"), (Client(), "/admin/login/", "staff1")):
        enter(browser, who, page=page)
        cookie = browser.cookies[portal_settings.DEVICE_COOKIE_NAME]
        assert (cookie["httponly"], cookie["samesite"], cookie["max-age"]) == (True, "Lax", 180 * 24 * 3600)


@pytest.mark.parametrize("proxies", [0, 1])
def test_a_spoofed_address_wins_nothing(member, settings, proxies):
    """§D14: what the visitor writes into X-Forwarded-For is not believed, without proxies and behind one."""
    settings.TRUSTED_PROXIES = proxies
    for number in range(5):
        spoofed = f"203.0.113.{number}" + (", 198.51.100.1" if proxies else "")
        enter(Client(), "member1", "wrong1password", headers={"X-Forwarded-For": spoofed})

    last = "203.0.113.99" + (", 198.51.100.1" if proxies else "")
    assert WAIT in text(enter(Client(), "member1", headers={"X-Forwarded-For": last}))


def test_behind_a_proxy_visitors_are_told_apart(member, settings):
    """§D14: the address that our own proxy saw counts, so one visitor's failures do not stop another."""
    settings.TRUSTED_PROXIES = 1
    for _ in range(5):
        enter(Client(), "member1", "wrong1password", headers={"X-Forwarded-For": "198.51.100.1"})

    assert enter(Client(), "member1", headers={"X-Forwarded-For": "198.51.100.2"}).status_code == 302


def test_one_network_may_not_try_one_password_on_everybody(member):
    """§D14: 200 tries in a quarter of an hour, whosever IDs they are."""
    now = timezone.now()
    for _ in range(rules.BY_NETWORK.times):
        limits.take(rules.BY_NETWORK, "127.0.0.1", now=now)

    assert WAIT in text(enter(Client(), "member1"))


def test_an_ipv6_visitor_is_one_network(member):
    """§D14: the addresses of one /64 count together."""
    for number in range(5):
        enter(Client(REMOTE_ADDR=f"2001:db8::{number + 1}"), "member1", "wrong1password")

    assert WAIT in text(enter(Client(REMOTE_ADDR="2001:db8::ffff"), "member1"))


def test_asynchronous_code_meets_the_same_limits(member):
    """§D14: Django's other way of asking for a person is no way around."""
    assert async_to_sync(aauthenticate)(username="member1", password=make.PASSWORD) == member
    for _ in range(5):
        assert async_to_sync(aauthenticate)(username="member1", password="wrong1") is None

    with pytest.raises(TooManyAttempts):
        async_to_sync(aauthenticate)(username="member1", password=make.PASSWORD)


def test_no_address_or_id_is_kept_with_the_attempts(member):
    """§D14: the log of attempts holds keyed hashes."""
    enter(Client(REMOTE_ADDR="198.51.100.23"), "member1", "wrong1password")

    rows = list(limits.AttemptLog.objects.values_list("key", "times"))
    assert rows
    assert not any("member1" in str(row) or "198.51" in str(row) for row in rows)


# --- Language -------------------------------------------------------------------------------------------------------


def test_the_members_language_follows_into_the_browser(client):
    """§D22: after the log-in the browser keeps the member's language for visits without one."""
    make.member("member1", language="en")

    enter(client, "member1")

    assert client.cookies[portal_settings.LANGUAGE_COOKIE_NAME].value == "en"
    client.post("/logout/")
    assert client.get("/")["Content-Language"] == "en"


def test_a_language_chosen_just_before_becomes_the_members(client):
    """§D22: the visitor said what they read; it is kept for the mails too, and taken over once."""
    member = make.member("member1", language="ko")
    client.post("/language/", {"language": "en"})

    enter(client, "member1")

    member.refresh_from_db()
    assert (member.language, client.get("/my/")["Content-Language"]) == ("en", "en")
    client.post("/logout/")
    make.member("member2", language="ko")
    enter(client, "member2")
    assert (
        client.get("/my/")["Content-Language"] == "ko"
    )  # what the first one left behind is not the second one's choice


def test_a_choice_of_an_unknown_language_is_none(client):
    """§D22."""
    member = make.member("member1", language="ko")
    client.cookies["language_chosen"] = "xx"

    enter(client, "member1")

    member.refresh_from_db()
    assert (member.language, client.get("/my/")["Content-Language"]) == ("ko", "ko")


# --- The staff's door -----------------------------------------------------------------------------------------------


def test_members_cannot_enter_the_admin(client, member, login):
    """§D3: a right password of a member is not enough there, and a logged-in member is told plainly."""
    assert "_auth_user_id" not in client.session
    response = enter(client, "member1", page="/admin/login/")
    assert response.status_code == 200
    assert "_auth_user_id" not in client.session

    login(member)
    assert client.get("/admin/", follow=True).status_code == 403


def test_staff_enter_the_admin(client):
    """§D3: staff log in at their own door, and go on where they wanted to."""
    make.staff("staff1")

    response = client.post(f"{reverse('admin:login')}?next=/admin/", {"username": "staff1", "password": make.PASSWORD})

    assert response["Location"] == "/admin/"


def test_a_reset_opens_every_device_of_the_owner(client, member):
    """§D14: failures count against the password they were tried at; the sentence says that a reset is the way in."""
    for _ in range(rules.BY_ID_AND_NETWORK.times):
        enter(client, "member1", "wrong1password")
    assert "회원은 비밀번호를 재설정하면 기다리지 않고" in text(enter(client, "member1"))

    member.set_password("mugung8hwa")
    member.save()

    assert enter(Client(), "member1", "mugung8hwa").status_code == 302
