"""Log-ins that rest end, and say so; the time left is shown and extendable (§D14); each reads their language (§D22)."""

import pytest
from django.conf import settings as portal_settings
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse

from accounts.models import User
from kotra_portal import middleware
from tests import make

pytestmark = pytest.mark.django_db

JSON = {"Accept": "application/json"}
MEMBER_SECONDS, STAFF_SECONDS = 30 * 60, 15 * 60


@pytest.fixture
def clock(frozen):
    return frozen("2026-11-22 09:00")


@pytest.fixture
def member(clock) -> User:
    return make.member("member1")


@pytest.fixture
def own(client, login, member) -> Client:
    """The member's browser, on its first page."""
    login(member)
    client.get("/my/")
    return client


def text(response) -> str:
    return response.content.decode()


# --- Rest -----------------------------------------------------------------------------------------------------------


def test_members_may_rest_half_an_hour(own, clock):
    """§D14: one second less is a log-in, thirty minutes are none."""
    clock.shift(MEMBER_SECONDS - 1)
    assert own.get("/my/").status_code == 200

    clock.shift(MEMBER_SECONDS)
    assert own.get("/my/")["Location"] == "/login/?next=%2Fmy%2F&expired=1"
    assert "_auth_user_id" not in own.session


def test_staff_may_rest_a_quarter_of_an_hour(client, login, clock):
    """§D14: staff see more, so their log-in ends sooner, in the admin too."""
    login(make.staff("staff1", is_superuser=True))
    client.get("/admin/")

    clock.shift(STAFF_SECONDS - 1)
    assert client.get("/admin/").status_code == 200
    clock.shift(STAFF_SECONDS)
    assert client.get("/admin/")["Location"] == "/admin/login/?next=/admin/"


def test_the_times_are_settings(own, clock, settings):
    """§D14: an operator may change them."""
    settings.MEMBER_IDLE_MINUTES = 5

    clock.shift(5 * 60)

    assert own.get("/my/").status_code == 302


def test_the_rest_counts_from_the_log_in_itself(client, member, clock):
    """§D14: a log-in that is never used ends as well."""
    client.post("/login/", {"username": "member1", "password": make.PASSWORD})

    clock.shift(MEMBER_SECONDS)

    assert client.get("/my/").status_code == 302


def test_every_page_counts_the_rest_anew(own, clock):
    """§D14: whoever does something is not logged out."""
    for _ in range(10):
        clock.shift(MEMBER_SECONDS - 60)
        assert own.get("/guide/faq/").status_code == 200

    assert own.get("/my/").status_code == 200


def test_the_session_row_is_written_once_a_minute(own, clock, django_assert_max_num_queries):
    """§D14: pages in quick succession write nothing."""
    before = own.session[middleware.SEEN_AT]

    clock.shift(59)
    own.get("/my/")
    assert own.session[middleware.SEEN_AT] == before
    clock.shift(1)
    own.get("/my/")
    assert own.session[middleware.SEEN_AT] == before + 60


def test_a_form_sent_too_late_leads_to_the_log_in_and_back_to_its_page(own, clock):
    """§D14: what was sent cannot be repeated, the page it came from can."""
    clock.shift(MEMBER_SECONDS)

    response = own.post(
        "/my/password/", {"password": "x"}, headers={"Referer": "http://testserver/my/password/"}, follow=True
    )

    assert response.redirect_chain == [("/login/?next=%2Fmy%2Fpassword%2F&expired=1&unsaved=1", 302)]
    assert "오랫동안 이용하지 않아 로그아웃되었습니다." in text(response)
    entered = own.post("/login/", {"username": "member1", "password": make.PASSWORD, "next": "/my/password/"})
    assert entered["Location"] == "/my/password/"


def test_a_part_of_a_page_asked_for_too_late_moves_the_whole_page(own, clock):
    """§D14: htmx is told to go to the log-in, not to show it inside the page."""
    clock.shift(MEMBER_SECONDS)

    response = own.get("/my/", headers={"HX-Request": "true", "HX-Current-URL": "http://testserver/my/profile/"})

    assert response["HX-Redirect"] == "/login/?next=%2Fmy%2Fprofile%2F&expired=1"


def test_public_pages_stay_open_after_the_end(own, clock):
    """§D14: they are shown as to anybody."""
    clock.shift(MEMBER_SECONDS)

    response = own.get("/guide/faq/")

    assert response.status_code == 200
    assert "로그아웃" not in text(response)


# --- The time left --------------------------------------------------------------------------------------------------


def test_the_header_shows_the_time_left(own, clock):
    """§D14: whole seconds, counted from the last page."""
    clock.shift(50)

    response = own.get("/my/")

    assert response.context["seconds_left"] == MEMBER_SECONDS - 50
    assert f'data-time-left="{MEMBER_SECONDS - 50}"' in text(response)
    assert "29분 10초" in text(response)


def test_visitors_have_no_time_left(client):
    """§D14: without a log-in there is nothing to end."""
    assert client.get("/").context["seconds_left"] is None


@pytest.mark.parametrize("times", [1, 12])
def test_the_time_can_be_extended_again_and_again(own, clock, times):
    """§D14: a script is told the seconds it has; any number of times."""
    for _ in range(times):
        clock.shift(MEMBER_SECONDS - 1)
        response = own.post("/session/extend/", headers=JSON)
        assert (response.status_code, response.json()) == (200, {"seconds": MEMBER_SECONDS})


def test_staff_extend_their_own_time(client, login, clock):
    """§D14: by their own fifteen minutes."""
    login(make.staff("staff1"))

    assert client.post("/session/extend/", headers=JSON).json() == {"seconds": STAFF_SECONDS}


def test_extension_works_without_a_script(own, clock):
    """§D14: the button leads back to the page it stands on."""
    clock.shift(30)

    response = own.post("/session/extend/", {"next": "/my/profile/"})

    assert response["Location"] == "/my/profile/"
    assert own.get("/my/").context["seconds_left"] == MEMBER_SECONDS
    assert own.post("/session/extend/", {"next": "//evil.example"})["Location"] == "/my/"


def test_what_has_ended_cannot_be_extended(own, clock):
    """§D14: a script is told 403 and no seconds; without one the log-in page says why."""
    clock.shift(MEMBER_SECONDS)

    ended = own.post("/session/extend/", headers=JSON)
    assert (ended.status_code, ended.json()) == (403, {"seconds": 0})

    plain = own.post("/session/extend/", {"next": "/my/"}, headers={"Referer": "http://testserver/my/"})
    assert plain["Location"] == "/login/?next=%2Fmy%2F&expired=1"


def test_looking_at_the_address_extends_nothing(own):
    """§D14: only the button does."""
    assert own.get("/session/extend/").status_code == 405


# --- Another tab ends it --------------------------------------------------------------------------------------------


@pytest.fixture
def ended_meanwhile(monkeypatch):
    """Let the session's row go while a page that writes to the session is being made, as by another tab's log-out."""
    extend = middleware.extend

    def end(request) -> None:
        extend(request)
        Session.objects.all().delete()

    monkeypatch.setattr(middleware, "extend", end)


def test_a_page_whose_session_ended_meanwhile_is_loaded_anew(own, clock, ended_meanwhile):
    """§D14: no error page: the browser asks again, with the cookie it has by then."""
    clock.shift(61)

    response = own.get("/my/profile/?a=1")

    assert (response.status_code, response["Location"]) == (302, "/my/profile/?a=1")
    assert portal_settings.SESSION_COOKIE_NAME not in response.cookies
    assert own.get("/my/profile/?a=1")["Location"] == "/login/?next=%2Fmy%2Fprofile%2F%3Fa%3D1"


def test_a_form_whose_session_ended_meanwhile_leads_to_its_page(own, clock, ended_meanwhile):
    """§D14: the page the form stood on, for htmx too."""
    clock.shift(61)
    sender = {"Referer": "http://testserver/my/profile/"}
    assert own.post("/my/profile/", {}, headers=sender)["Location"] == "/my/profile/"

    own.cookies.clear()
    own.force_login(User.objects.get())
    part = own.get("/my/", headers={"HX-Request": "true", "HX-Current-URL": "http://testserver/my/profile/"})
    assert part["HX-Redirect"] == "/my/profile/"


# --- Language -------------------------------------------------------------------------------------------------------


def test_korean_is_first_whatever_the_browser_prefers(client):
    """§D22: English is a choice, not a guess."""
    response = client.get("/", headers={"Accept-Language": "en-US,en"})

    assert response["Content-Language"] == "ko"
    assert '<html lang="ko"' in text(response)


@pytest.mark.parametrize(("chosen", "shown"), [("en", "en"), ("ko", "ko"), ("fr", "ko"), ("", "ko"), ("x" * 999, "ko")])
def test_a_visitors_choice_is_kept_in_the_browser(client, chosen, shown):
    """§D22: the two languages can be switched without a log-in."""
    client.post(reverse("choose_language"), {"language": chosen})

    assert client.get("/")["Content-Language"] == shown


def test_a_members_own_language_wins(own, member):
    """§D22: over what the browser had before."""
    own.cookies[portal_settings.LANGUAGE_COOKIE_NAME] = "en"
    assert own.get("/")["Content-Language"] == "ko"

    own.post(reverse("choose_language"), {"language": "en"})

    member.refresh_from_db()
    assert member.language == "en"
    assert own.get("/")["Content-Language"] == "en"


def test_the_staffs_pages_are_korean(client, login):
    """§D22: whatever language the account or the browser has."""
    login(make.staff("staff1", is_superuser=True, language="en"))
    client.cookies[portal_settings.LANGUAGE_COOKIE_NAME] = "en"

    assert client.get("/admin/")["Content-Language"] == "ko"


@pytest.mark.parametrize(
    "cookie", ['"\\000abcdefghijkl"', "가나다".encode().decode("latin-1"), "x" * 4000, "../../etc/passwd", "A" * 32]
)
def test_a_garbled_session_cookie_is_no_session(client, cookie):
    """§D14: PostgreSQL refuses to look for a NUL; the visitor is simply not logged in."""
    client.cookies.load({portal_settings.SESSION_COOKIE_NAME: "x"})
    page = client.get("/my/", headers={"cookie": f"{portal_settings.SESSION_COOKIE_NAME}={cookie}"})

    assert page.status_code == 302
    assert page["Location"] == "/login/?next=%2Fmy%2F"


def test_d14_whoever_saves_after_the_log_in_ended_reads_that_nothing_was_saved(client):
    """§D14: the log-in page says so; of a page that was only opened it does not."""
    words = "저장하지 못했습니다. 로그인한 뒤 다시 저장해 주세요."
    assert words in client.post("/my/profile/", {"department": "수출팀"}, follow=True).text
    assert words not in client.get("/my/profile/", follow=True).text
