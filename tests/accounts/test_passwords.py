"""비밀번호: what it must be (§D12), and changing it (§D14)."""

import pytest
from django.conf import settings as portal_settings
from django.test import Client
from post_office.models import Email

from accounts.domain import passwords
from accounts.models import MemberEvent, User
from tests import make

pytestmark = pytest.mark.django_db

NEW = "brandnew77"
CURRENT_IS_WRONG = "현재 비밀번호가 맞지 않습니다. 다시 입력해 주세요."


@pytest.fixture
def member() -> User:
    return make.member("member1", name_en="Hong Gildong", email="gildong.hong@example.com")


def text(response) -> str:
    return response.content.decode()


def change(client: Client, password: str = NEW, *, current: str = make.PASSWORD, again: str | None = None):
    typed = {"current_password": current, "password": password, "password_again": password if again is None else again}
    return client.post("/my/password/", typed)


# --- What it must be ------------------------------------------------------------------------------------------------

UNFIT = {
    "short": ("ab12x", "6자 이상 입력해 주세요."),
    "letters only": ("abcdefgh", "영문자와 숫자를 섞어 주세요."),
    "digits only": ("83920174", "영문자와 숫자를 섞어 주세요."),
    "hangul and digits": ("비밀번호1234", "영문자와 숫자를 섞어 주세요."),
    "full-width digits": ("abcdef１２", "영문자와 숫자를 섞어 주세요."),
    "129 characters": ("a1" * 64 + "x", "128자까지"),
    "10,000 characters": ("a1" * 5000, "128자까지"),
    "common": ("password1", "누구나 쉽게 짐작하는"),
    "like the id": ("member12", "아이디, "),
    "like the address": ("gildong.hong1", "이메일, "),
    "like the name": ("hong1gildong", "성명(영문)과 비슷한"),
}


@pytest.mark.parametrize(("typed", "sentence"), UNFIT.values(), ids=UNFIT.keys())
def test_an_unfit_password_is_refused_in_words(member, typed, sentence):
    """§D12: each rule says in Korean what is wrong."""
    with pytest.raises(passwords.UnfitPassword) as refusal:
        passwords.check(typed, member)

    assert sentence in str(refusal.value)


FIT = {
    "six characters": "ab12xy",
    "no special character needed": "mugung8hwa",
    "128 characters": "a1" * 64,
    "spaces": " ab 12 xy ",
    "emoji": "a1😀😀😀😀",
    "hangul too": "a1비밀번호",
    "the manual's": "xy12zz",
}


@pytest.mark.parametrize("typed", FIT.values(), ids=FIT.keys())
def test_a_fit_password_is_taken_and_works(client, member, login, typed):
    """§S8: letters and digits mixed, 6 or more; nothing else is demanded."""
    login(member)

    assert change(client, typed).status_code == 302

    assert Client().post("/login/", {"username": "member1", "password": typed})["Location"] == "/my/"


def test_every_broken_rule_is_named_at_once(member):
    """§D12: nobody has to find the rules out one by one."""
    with pytest.raises(passwords.UnfitPassword) as refusal:
        passwords.check("abcde", member)

    assert "6자 이상 입력해 주세요." in str(refusal.value)
    assert "영문자와 숫자를 섞어 주세요." in str(refusal.value)


def test_the_shortest_length_is_a_setting(settings, member):
    """§D12: six unless an operator wants more, never fewer."""
    assert portal_settings.PASSWORD_MIN_LENGTH == 6
    assert portal_settings.AUTH_PASSWORD_VALIDATORS[0]["OPTIONS"] == {"min_length": 6}


def test_passwords_are_kept_as_argon2(member, real_hasher):
    """§D12: what is stored is slow to try out."""
    member.set_password(NEW)

    assert member.password.startswith("argon2$argon2id$v=19$m=19456,t=2,p=1$")
    assert member.check_password(NEW)


# --- Changing it ----------------------------------------------------------------------------------------------------


def test_the_new_password_takes_the_old_ones_place(client, member, login):
    """§D14: the change is told by mail and kept as an event without the password."""
    login(member)

    response = change(client)

    assert response["Location"] == "/my/"
    member.refresh_from_db()
    assert (member.check_password(NEW), member.check_password(make.PASSWORD)) == (True, False)
    event = MemberEvent.objects.get(member=member)
    assert (event.kind, event.detail, event.actor) == (MemberEvent.Kind.PASSWORD_CHANGED, {}, member)
    (mail,) = Email.objects.all()
    assert (mail.to, mail.subject) == ([member.email], "[KOTRA] 비밀번호가 변경되었습니다")
    assert NEW not in mail.message + mail.html_message


def test_this_log_in_stays_and_the_others_end(client, member, login):
    """§D14: the member goes on here under a new session id; every other browser is out."""
    login(member)
    elsewhere = login(member, Client())
    before = client.session.session_key

    change(client)

    assert client.get("/my/").status_code == 200
    assert client.session.session_key != before
    assert elsewhere.get("/my/")["Location"] == "/login/?next=%2Fmy%2F"


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"current": "wrong1"}, CURRENT_IS_WRONG),
        ({"current": ""}, "현재 비밀번호를 입력해 주세요."),
        ({"password": ""}, "새 비밀번호를 입력해 주세요."),
        ({"again": ""}, "새 비밀번호를 한 번 더 입력해 주세요."),
        ({"again": "different77"}, "두 비밀번호가 다릅니다. 다시 입력해 주세요."),
        ({"password": "short"}, "6자 이상 입력해 주세요."),
        ({"password": "nul\x00nul12"}, "쓸 수 없는 문자가 들어 있습니다."),
        ({"current": "x" * 10_000}, CURRENT_IS_WRONG),
    ],
)
def test_what_is_wrong_is_said_and_nothing_changes(client, member, login, typed, sentence):
    """§D14: a refusal leaves password, session and mails alone, and shows no password."""
    login(member)

    response = change(client, **typed)

    assert response.status_code == 200
    assert sentence in text(response)
    assert make.PASSWORD not in text(response)
    member.refresh_from_db()
    assert member.check_password(make.PASSWORD)
    assert not Email.objects.exists()


def test_wrong_present_passwords_are_limited(client, member, login):
    """§D14: whoever sits down at an open browser cannot guess for long."""
    login(member)
    for _ in range(5):
        assert CURRENT_IS_WRONG in text(change(client, current="wrong1"))

    assert "너무 여러 번 시도했습니다." in text(change(client))
    member.refresh_from_db()
    assert member.check_password(make.PASSWORD)


def test_unfit_new_passwords_are_not_counted(client, member, login):
    """§D14: who knows the present password may look for a new one in peace."""
    login(member)
    for _ in range(7):
        assert "6자 이상 입력해 주세요." in text(change(client, "ab12"))

    assert change(client).status_code == 302


def test_two_changes_from_one_password_are_one(member):
    """§D14: the second tab's present password is no longer present."""
    stale = User.objects.get(pk=member.pk)
    passwords.change(member, make.PASSWORD, NEW, now=make.LONG_AGO)

    with pytest.raises(passwords.WrongPassword):
        passwords.change(stale, make.PASSWORD, "another99", now=make.LONG_AGO)


@pytest.mark.parametrize("path", ["/my/password/", "/admin/password_change/"])
def test_what_is_too_long_for_the_present_password_is_not_hashed(client, member, login, monkeypatch, path):
    """§D12: it is wrong without being looked at."""
    looked_at = []
    monkeypatch.setattr(User, "check_password", lambda _self, typed: looked_at.append(typed))
    login(make.staff("staff1") if "admin" in path else member)
    huge = "a1" * 64 + "x"
    typed = {"current_password": huge, "password": NEW, "password_again": NEW}

    response = client.post(path, typed | {"old_password": huge, "new_password1": NEW, "new_password2": NEW})

    assert CURRENT_IS_WRONG in text(response)
    assert looked_at == []


# --- The staff's door -----------------------------------------------------------------------------------------------


def change_as_staff(client: Client, current: str = make.PASSWORD, **typed: str):
    filled = {"old_password": current, "new_password1": "mugung8hwa", "new_password2": "mugung8hwa"}
    return client.post("/admin/password_change/", filled | typed)


@pytest.mark.parametrize(("email", "mails"), [("staff1@example.com", 1), ("", 0)])
def test_a_staff_accounts_change_is_kept_and_mailed_like_a_members(client, login, email, mails):
    """§D14: an event and a mail; without an address there is nobody to mail to."""
    staff = make.staff("staff1", email=email)
    login(staff)
    elsewhere = login(staff, Client())

    assert change_as_staff(client)["Location"] == "/admin/password_change/done/"

    staff.refresh_from_db()
    assert staff.check_password("mugung8hwa")
    event = MemberEvent.objects.get()
    assert (event.kind, event.member, event.actor) == (MemberEvent.Kind.PASSWORD_CHANGED, staff, staff)
    assert [mail.to for mail in Email.objects.all()] == [[email]] * mails
    assert all(
        "포털 관리자에게" in mail.message and "/password-reset/" not in mail.message for mail in Email.objects.all()
    )
    assert client.get("/admin/").status_code == 200
    assert "/login/" in elsewhere.get("/admin/")["Location"]


def test_staff_try_their_present_password_within_the_same_limit(client, login):
    """§D14: five tries in a quarter of an hour at /admin/password_change/ too; then even the right one is refused."""
    staff = make.staff("staff1")
    login(staff)
    for _ in range(passwords.CHANGES.times):
        assert CURRENT_IS_WRONG in text(change_as_staff(client, "wrong"))

    assert "너무 여러 번 시도했습니다" in text(change_as_staff(client))
    staff.refresh_from_db()
    assert staff.check_password(make.PASSWORD)


@pytest.mark.parametrize(
    "typed",
    [
        {"new_password1": "short", "new_password2": "short"},
        {"new_password2": "different77"},
        {"old_password": ""},
        {"new_password1": "a1" * 5000, "new_password2": "a1" * 5000},
        {"new_password1": "nul\x00nul12"},
    ],
)
def test_staff_read_what_is_wrong_and_nothing_changes(client, login, typed):
    """§D12: the rules are the members'."""
    staff = make.staff("staff1")
    login(staff)

    response = change_as_staff(client, **typed)

    assert (response.status_code, "errorlist" in text(response)) == (200, True)
    staff.refresh_from_db()
    assert staff.check_password(make.PASSWORD)
    assert not MemberEvent.objects.exists()


def test_the_present_password_is_no_new_one(client, login):
    """§D12: whoever changes a password wants another one; the refusal stands beside the new one."""
    member = make.member()
    login(member)
    typed = {"current_password": make.PASSWORD, "password": make.PASSWORD, "password_again": make.PASSWORD}

    page = client.post("/my/password/", typed)

    assert "지금 쓰는 비밀번호입니다." in page.content.decode()
    assert not MemberEvent.objects.filter(member=member).exists()
