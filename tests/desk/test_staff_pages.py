"""직원 계정, the pages: made, linked, stopped by a page for each verb; nothing else is written (§D3)."""

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from post_office.models import Email

from accounts.domain import staff
from accounts.domain.staff import SUPPORT_TEAM
from accounts.models import User
from kotra_portal.desk.admin.staff_verbs import VERBS
from tests import make
from tests.companies.papers import staff_who_may
from tests.desk.people import auditor, superuser, support

pytestmark = [pytest.mark.django_db, pytest.mark.once]

ACCOUNTS = "/admin/accounts/staffaccount/"
ADD = f"{ACCOUNTS}add/"
PATHS = [verb.path for verb in VERBS]
NEW = {"username": "NewStaff1", "name": "박신입", "email": "newstaff1@example.com"}


def text(response) -> str:
    return response.content.decode()


def team() -> str:
    return str(Group.objects.get(name=SUPPORT_TEAM).pk)


def page(account: User, path: str = "change") -> str:
    return f"{ACCOUNTS}{account.pk}/{path}/"


@pytest.fixture
def boss(login) -> Client:
    return login(superuser("boss11", name="최관리"))


def test_superuser_makes_an_account_and_the_page_of_it_comes(boss):
    """§D3: ID, name, mail, groups and no password, not even one that is posted."""
    assert "password" not in text(boss.get(ADD)).partition("<form method")[2]
    response = boss.post(ADD, NEW | {"groups": [team()], "password": make.PASSWORD}, follow=True)
    made = User.objects.get(username="newstaff1")
    assert response.redirect_chain == [(page(made), 302)]
    assert [
        words
        for words in ("newstaff1", "박신입", SUPPORT_TEAM, "직원 계정 만듦", "직원 최관리", "정하지 않음")
        if words not in text(response)
    ] == []
    assert "링크를 보냈습니다: newstaff1@example.com" in text(response)
    assert "/password-reset/" not in text(response)
    assert (made.has_usable_password(), Email.objects.get().to) == (False, ["newstaff1@example.com"])


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"username": "boss11"}, "이미 사용 중인 아이디입니다."),
        ({"username": "1abcde"}, "첫 글자는 영문자로"),
        ({"name": ""}, "id_name"),
        ({"email": "x"}, "id_email"),
    ],
)
def test_mistake_is_said_and_nothing_else_is_lost(boss, typed, said):
    """What was typed stays."""
    response = boss.post(ADD, NEW | typed)
    assert (response.status_code, said in text(response), "newstaff1@example.com" in text(response)) == (
        200, True, "email" not in typed,
    )  # fmt: skip
    assert not User.objects.filter(username="newstaff1").exists()


def test_no_field_makes_a_superuser_or_a_member(boss):
    """§D3: what the form does not ask is not read."""
    extra = {"is_superuser": "on", "is_staff": "", "user_permissions": "1", "member_account": "1", "ci_hash": "x"}
    boss.post(ADD, NEW | extra)
    made = User.objects.get(username="newstaff1")
    assert (made.is_superuser, made.is_staff, made.user_permissions.count(), made.member_account) == (
        False, True, 0, None,
    )  # fmt: skip


def test_whoever_may_employ_and_is_no_superuser_is_asked_for_no_groups(login):
    """§D3: and a group that is posted all the same is not given."""
    browser = login(staff_who_may(staff.MAY_EMPLOY, "accounts.view_staffaccount"))
    assert 'name="groups"' not in text(browser.get(ADD))
    browser.post(ADD, NEW | {"groups": [team()]})
    assert User.objects.get(username="newstaff1").groups.count() == 0


@pytest.mark.parametrize("sort", [support, auditor, make.staff])
def test_pages_are_refused_without_the_right(sort, login):
    """§D3: each of them, read or sent."""
    account = make.staff()
    browser = login(sort())
    for url in (ADD, page(account), *(page(account, path) for path in PATHS)):
        assert (browser.get(url).status_code, browser.post(url, {}).status_code) == (403, 403)


@pytest.mark.parametrize("path", PATHS)
def test_own_account_is_refused_with_a_sentence(path, boss):
    """§D3: no button leads there, and the domain says no."""
    own = User.objects.get(username="boss11")
    make.member("member1")
    assert page(own, path) not in text(boss.get(page(own)))
    response = boss.post(page(own, path), {"groups": [team()], "username": "member1", "email": "new@example.com"})
    assert (response.status_code, "자신의 계정은 바꿀 수 없습니다." in text(response)) == (200, True)
    own.refresh_from_db()
    assert (own.is_active, own.member_account, own.groups.count(), own.events.count()) == (True, None, 0, 0)


@pytest.mark.parametrize("path", PATHS)
def test_page_of_nobody_or_of_a_member_is_not_there(path, boss):
    """§D3: a member is no staff account."""
    assert boss.get(page(make.member(), path)).status_code == 404
    assert boss.get(f"{ACCOUNTS}999999/{path}/").status_code == 404


def test_each_verb_has_a_page_that_says_the_consequence_and_does_it(boss):
    """§D3: in turn: groups, link, unlink, end the password, invite, stop, use again; each is in the history."""
    account, member = make.staff("support9", email="support9@example.com"), make.member("member1")
    for path, typed, said in (
        ("groups", {"groups": [team()]}, "그룹을 지정했습니다."),
        ("link", {"username": "Member1"}, "회원 member1의 계정을 연결했습니다."),
        ("unlink", {}, "회원 계정 연결을 풀었습니다."),
        ("password", {}, "링크를 보냈습니다: support9@example.com"),
        ("invite", {"email": "other9@example.com"}, "초대 메일을 다시 보냈습니다: other9@example.com"),
        ("deactivate", {}, "사용을 중지했습니다."),
        ("reactivate", {}, "다시 사용할 수 있습니다."),
    ):
        assert page(account, path) in text(boss.get(page(account)))
        assert next(str(verb.explanation) for verb in VERBS if verb.path == path) in text(boss.get(page(account, path)))
        assert said in text(boss.post(page(account, path), typed, follow=True))
    kinds = [event.kind for event in account.events.order_by("pk")]
    assert kinds == [
        "STAFF_GROUPS_SET", "STAFF_LINKED", "STAFF_UNLINKED", "PASSWORD_RESET", "PASSWORD_RESET", "STAFF_DEACTIVATED",
        "STAFF_REACTIVATED",
    ]  # fmt: skip
    assert member.username not in text(boss.get(page(account, "link")))


def test_groups_page_shows_what_is_so_now_and_takes_it_away(boss):
    """§D3: no box ticked is no group."""
    account = support("support9")
    assert text(boss.get(page(account, "groups"))).count("checked") == 1
    boss.post(page(account, "groups"), {})
    assert account.groups.count() == 0


def test_refusal_stands_beside_its_field_and_what_was_typed_stays(boss):
    """§D3: an ID that is nobody's."""
    response = boss.post(page(make.staff(), "link"), {"username": "nobody1"})
    assert "이 아이디의 회원이 없습니다." in text(response)
    assert 'value="nobody1"' in text(response)


def test_list_leads_to_making_one_only_for_whoever_may(boss, login):
    """§D3: the button of Django's list."""
    assert ADD in text(boss.get(ACCOUNTS))
    reader = login(staff_who_may("accounts.view_staffaccount"), Client())
    assert ADD not in text(reader.get(ACCOUNTS))


def test_page_offers_the_link_that_fits_and_to_superusers_alone(boss, login):
    """§D3: the invitation until the colleague has chosen a password, a new password after that; none when stopped."""
    used, new, stopped = make.staff(email="a@example.com"), make.staff(password=None), make.staff(is_active=False)
    offered = [
        [path for path in ("invite", "password") if page(account, path) in text(boss.get(page(account)))]
        for account in (used, new, stopped)
    ]
    assert offered == [["password"], ["invite"], []]
    manager = login(staff_who_may(staff.MAY_CHANGE, "accounts.view_staffaccount"), Client())
    for account, path, typed in ((used, "password", {}), (new, "invite", {"email": "own@example.com"})):
        assert page(account, path) not in text(manager.get(page(account)))
        assert "최고 관리자만 보낼 수 있습니다." in text(manager.post(page(account, path), typed))
    assert not Email.objects.exists()


def test_nobody_is_offered_djangos_page_for_anothers_password(boss):
    """§D3: a superuser types no password but their own."""
    account = make.staff()
    for path in (f"{ACCOUNTS}{account.pk}/password/", f"/admin/accounts/user/{account.pk}/password/"):
        boss.post(path, {"password1": "mugung8hwa", "password2": "mugung8hwa"})
    assert not User.objects.get(pk=account.pk).check_password("mugung8hwa")
    assert boss.get("/admin/password_change/").status_code == 200
