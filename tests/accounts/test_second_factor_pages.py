"""2단계 인증, the pages: nothing of the staff's site opens between the password and the second step (§D14)."""

import re
from collections.abc import Iterator

import pytest
from django.conf import settings as portal_settings
from django.contrib import admin
from django.contrib.auth.models import AnonymousUser, Permission
from django.test import Client
from django.urls import URLPattern, URLResolver
from django_otp.plugins.otp_totp.models import TOTPDevice
from post_office.models import Email

from accounts.domain import second_factor
from accounts.models import MemberEvent, RecoveryCode, User
from kotra_portal.access import SECOND_STEP
from tests import make
from tests.accounts.second_factor import app_code, enter, set_up, wrong_code

pytestmark = [pytest.mark.django_db, pytest.mark.once]

STEP = "/admin/second-factor/"
RECOVERY = "/admin/second-factor/recovery/"
SET_UP = "/admin/second-factor/set-up/"
CODES = "/admin/second-factor/codes/"
OF_THE_LOG_IN = {"login", "second_factor", "use_recovery_code", "set_up_second_factor"}
ELSEWHERE = ["//evil.example", "https://evil.example/", "\\\\evil.example", "javascript:alert(1)", "/\\evil.example"]


@pytest.fixture(autouse=True)
def _real_use(settings):
    """Most tests run as the demonstration; this is what real use asks of staff."""
    settings.DEMO_MODE = False
    settings.SECURE_SSL_REDIRECT = False


@pytest.fixture
def clock(frozen):
    return frozen("2026-11-22 09:00:10")


@pytest.fixture
def person(clock) -> User:
    return make.staff("staff1", is_superuser=True, email="staff1@example.com")


@pytest.fixture
def codes(person) -> list[str]:
    """Set the person up, some minutes ago; these are the recovery codes."""
    return set_up(person).codes


def text(response) -> str:
    return response.content.decode()


def pass_both(client: Client, person: User) -> Client:
    enter(client, person.username)
    assert client.post(STEP, {"code": app_code(person)}).status_code == 302
    return client


def first_page(client: Client) -> str:
    """Say what the staff's first page answers: "opens", or where it leads in the end."""
    response = client.get("/admin/", follow=True)
    return response.redirect_chain[-1][0].split("?")[0] if response.redirect_chain else "opens"


# --- Password, then the second step ---------------------------------------------------------------------------------


def test_after_the_password_the_code_is_asked_for(client, person, codes):
    """§D14: six digits, or a recovery code; the browser is told what kind of field it is."""
    page = client.get(enter(client)["Location"], follow=True)

    assert page.redirect_chain[-1][0] == f"{STEP}?next=%2Fadmin%2F"
    assert 'autocomplete="one-time-code"' in text(page)
    assert 'inputmode="numeric"' in text(page)
    assert f"{RECOVERY}?next=%2Fadmin%2F" in text(page)


def test_the_code_opens_the_desk_under_a_new_session_key(client, person, codes):
    """§D14: whoever knew the session after the password does not share it after the code."""
    enter(client)
    before = client.session.session_key

    response = client.post(STEP, {"code": app_code(person), "next": "/admin/"})

    assert response["Location"] == "/admin/"
    assert client.session.session_key != before
    assert first_page(client) == "opens"
    assert not Client(headers={"cookie": f"{portal_settings.SESSION_COOKIE_NAME}={before}"}).get("/admin/").content


@pytest.mark.parametrize("typed", ["{}", " {} ", "{0[0]} {0[1]}{0[2]} {0[3]}-{0[4]}{0[5]}"])
def test_a_code_is_the_same_however_it_is_pasted(client, person, codes, typed):
    """§D14: apps show it with a space in it."""
    enter(client)

    assert client.post(STEP, {"code": typed.format(app_code(person))}).status_code == 302


@pytest.mark.parametrize("typed", ["", "12345", "abcdef", "\0", "9" * 5000, "１２３"])
def test_what_is_no_code_is_told_and_not_counted(client, person, codes, typed):
    """§D14: a slip of the finger costs no try; the field is empty again."""
    enter(client)
    for _ in range(8):
        page = client.post(STEP, {"code": typed})
        assert page.status_code == 200

    assert 'id="id_code_error"' in text(page)
    assert client.post(STEP, {"code": app_code(person)}).status_code == 302


def test_a_wrong_code_opens_nothing(client, person, codes):
    """§D14: the sentence says how to go on, and the sixth try is not looked at."""
    enter(client)
    for _ in range(5):
        page = client.post(STEP, {"code": wrong_code(person)})
        assert "인증번호가 맞지 않습니다." in text(page)

    assert "15분 뒤에 다시 시도해 주세요." in text(client.post(STEP, {"code": app_code(person)}))
    assert first_page(client) == STEP


def test_a_code_cannot_be_replayed_in_another_browser(client, person, codes):
    """§D14: whoever looked over the shoulder is too late."""
    seen = app_code(person)
    pass_both(client, person)
    other = Client()
    enter(other)

    assert "한 번 쓴 번호는 다시 쓸 수 없습니다." in text(other.post(STEP, {"code": seen}))
    assert first_page(other) == STEP


def test_a_recovery_code_opens_the_desk_once(client, person, codes):
    """§D14: and the person is told by mail."""
    enter(client)

    assert client.post(RECOVERY, {"code": codes[0].upper()})["Location"] == "/admin/"
    assert first_page(client) == "opens"
    other = Client()
    enter(other)
    assert "이미 사용했습니다" in text(other.post(RECOVERY, {"code": codes[0]}))
    assert "복구 코드로 로그인했습니다." in Email.objects.latest("pk").message


def test_few_recovery_codes_are_warned_of(client, person, codes):
    """§D14: three or fewer."""
    keep = RecoveryCode.objects.values_list("pk", flat=True)[:4]
    RecoveryCode.objects.exclude(pk__in=list(keep)).delete()

    for left, warned in ((4, False), (3, True)):
        browser = Client()
        enter(browser)
        browser.post(STEP, {"code": app_code(person)}) if left == 4 else browser.post(RECOVERY, {"code": codes[0]})
        assert ("복구 코드가 3개 남았습니다." in text(browser.get("/admin/"))) is warned


@pytest.mark.parametrize("page", ["/login/", "/admin/login/"])
def test_both_doors_lead_to_the_second_step(client, person, codes, page):
    """§D14: the members' door lets nobody of the staff past it."""
    enter(client, page=page)

    assert first_page(client) == STEP


def test_next_is_kept_over_both_steps(client, person, codes):
    """§D14: the page that asked for the log-in is shown after the second step."""
    wanted = "/admin/pages/notice/?q=x"
    asked = client.get(wanted)["Location"]
    step = client.get(enter(client, page=asked, next=wanted)["Location"], follow=True)
    assert f'name="next" value="{wanted}"' in text(step)

    assert client.post(STEP, {"code": app_code(person), "next": wanted})["Location"] == wanted


@pytest.mark.parametrize("candidate", ELSEWHERE)
def test_next_leads_nowhere_else(client, person, codes, candidate):
    """§D14: a link that was sent around cannot lead to another site."""
    enter(client)
    assert candidate not in text(client.get(STEP, {"next": candidate}))

    assert client.post(STEP, {"code": app_code(person), "next": candidate})["Location"] == "/admin/"
    assert client.get(STEP, {"next": candidate})["Location"] == "/admin/"


@pytest.mark.parametrize("path", [STEP, RECOVERY, SET_UP])
@pytest.mark.parametrize("method", ["get", "post"])
def test_the_second_step_is_nobodys_without_the_password(client, clock, path, method):
    """§D14: visitors go to the log-in, members are refused, and nothing is made for them."""
    assert getattr(client, method)(path, {"code": "123456"})["Location"].startswith("/admin/login/")
    client.force_login(make.member())
    assert getattr(client, method)(path, {"code": "123456"}).status_code == 403
    assert TOTPDevice.objects.count() == 0


@pytest.mark.parametrize("path", [STEP, RECOVERY, SET_UP, CODES])
def test_no_other_method_is_answered(client, person, codes, path):
    """§D14: only looking and sending."""
    pass_both(client, person)
    assert client.put(path).status_code == 405


def test_a_log_in_without_the_second_step_ends_by_rest_too(client, person, codes, clock):
    """§D14: fifteen minutes."""
    enter(client)
    clock.shift(15 * 60)

    assert client.post(STEP, {"code": app_code(person)})["Location"].startswith("/admin/login/")


def test_the_second_step_ends_with_the_log_in(client, person, codes, clock):
    """§D14: fifteen minutes of rest, or the log-out; the next log-in asks for both again."""
    pass_both(client, person)
    clock.shift(15 * 60)
    assert first_page(client) == "/admin/login/"

    enter(client)
    assert first_page(client) == STEP
    client.post(STEP, {"code": app_code(person)})
    client.post("/admin/logout/")
    enter(client)
    assert first_page(client) == STEP


def test_a_log_in_that_stops_half_way_can_be_left(client, person, codes):
    """§D14: the page has a button that logs out."""
    enter(client)
    assert 'action="/logout/"' in text(client.get(STEP))

    client.post("/logout/")
    assert "_auth_user_id" not in client.session


def test_another_persons_session_mark_opens_nothing(client, person, codes):
    """§D14: the mark names one's own device."""
    other = make.staff("staff2", is_superuser=True)
    device = set_up(other).device
    enter(client)
    session = client.session
    session[SECOND_STEP] = device.pk
    session.save()

    assert first_page(client) == STEP


def test_a_browser_is_the_owners_after_both_steps_only(client, person, codes):
    """§D14: the mark that spares the owner others' failures is not given for a password."""
    enter(client)
    assert portal_settings.DEVICE_COOKIE_NAME not in client.cookies
    client.post(STEP, {"code": app_code(person)})
    assert client.cookies[portal_settings.DEVICE_COOKIE_NAME]["httponly"]


# --- Nothing opens in between ---------------------------------------------------------------------------------------


def admin_pages(resolver: object = None, prefix: str = "/admin/") -> Iterator[tuple[str, str]]:
    """Walk through every path of the staff's site, with examples in place of its parts; yields name and path."""
    for entry in resolver if resolver is not None else admin.site.urls[0]:
        route = prefix + re.sub(r"<[^>]+>", "1", str(entry.pattern)).replace("^", "").replace("$", "")
        if isinstance(entry, URLResolver):
            yield from admin_pages(entry.url_patterns, route)
        elif isinstance(entry, URLPattern):
            yield entry.name or route, re.sub(r"\(\?P<\w+>[^)]*\)", "1", route)


@pytest.mark.parametrize("method", ["get", "post"])
def test_every_page_of_the_staffs_site_waits_for_the_second_step(client, person, codes, method):
    """§D14: with the password alone each leads to the log-in, and from there to the second step."""
    pages = {name: path for name, path in admin_pages() if name not in OF_THE_LOG_IN}
    assert len(pages) > 25
    enter(client)

    answers = {name: getattr(client, method)(path) for name, path in pages.items()}

    opened = {
        name: (answer.status_code, answer.headers.get("Location"))
        for name, answer in answers.items()
        if answer.status_code != 302 or not answer["Location"].startswith(("/admin/login/", "/admin/?", "/admin/"))
    }
    assert opened == {}
    inside = {name for name, answer in answers.items() if "/login/" not in answer["Location"]}
    assert inside <= {"logout"}  # Django sends it to the first page, which is closed as well
    assert first_page(client) == STEP


def test_after_both_steps_the_same_pages_answer(client, person, codes):
    """§D14: the second step and nothing else was missing."""
    pass_both(client, person)

    sent_back = {
        name
        for name, path in admin_pages()
        if name not in {*OF_THE_LOG_IN, "logout"} and "/login/" in client.get(path).headers.get("Location", "")
    }
    assert sent_back == set()


def test_in_demonstration_mode_the_password_is_enough(client, person, settings):
    """§D14: until the person sets a second step up."""
    settings.DEMO_MODE = True
    enter(client)

    shut = [
        path for name, path in admin_pages() if name != "logout" and "/login/" in client.get(path).get("Location", "")
    ]
    assert shut == []
    assert first_page(client) == "opens"


def test_a_session_without_the_second_step_opens_nothing_of_members_either(client, person, codes):
    """§D3, §D14: the portal's pages for whoever is logged in, documents among them."""
    enter(client)

    document = client.get("/documents/00000000-0000-4000-8000-000000000000/")
    assert document["Location"].startswith(f"{STEP}?next=%2Fdocuments%2F")
    assert client.get("/my/")["Location"] == "/admin/"
    client.post(STEP, {"code": app_code(person)})
    assert client.get("/documents/00000000-0000-4000-8000-000000000000/").status_code == 404


def test_devices_are_not_in_the_admin():
    """§D14: their keys are nobody's to read."""
    assert not admin.site.is_registered(TOTPDevice)
    assert not admin.site.is_registered(RecoveryCode)


# --- Setting up -----------------------------------------------------------------------------------------------------


def key_in(page) -> str:
    return re.search(r'class="secret-key">([A-Z2-7 ]+)<', text(page))[1]


def test_who_has_no_device_sets_one_up_first(client, person):
    """§D14: QR code, key, first code; then ten recovery codes, shown once, and on to what was wanted."""
    step = client.get(enter(client, page="/admin/login/?next=/admin/pages/notice/")["Location"], follow=True)
    assert step.redirect_chain[-1][0] == f"{SET_UP}?next=%2Fadmin%2Fpages%2Fnotice%2F"
    assert 'src="data:image/svg+xml' in text(step)
    assert key_in(step) == second_factor.key_of(TOTPDevice.objects.get())
    assert 'name="current_password"' not in text(step)
    before = client.session.session_key

    done = client.post(SET_UP, {"code": app_code(person), "next": "/admin/pages/notice/"})

    shown = re.findall(r"<li><code>([a-z0-9-]+)</code>", text(done))
    assert len(shown) == 10
    assert "저장했습니다" in text(done)
    assert 'href="/admin/pages/notice/"' in text(done)
    assert "no-store" in done["Cache-Control"]
    assert client.session.session_key != before
    assert first_page(client) == "opens"
    assert not any(code in text(client.get(path)) for code in shown for path in (SET_UP, CODES, "/admin/"))


def test_a_wrong_first_code_shows_the_same_key_again(client, person):
    """§D14: nothing has to be scanned twice; nothing is confirmed."""
    enter(client)
    key = key_in(client.get(SET_UP))

    page = client.post(SET_UP, {"code": wrong_code(person)})

    assert "인증번호가 맞지 않습니다." in text(page)
    assert key_in(page) == key
    assert second_factor.device_of(person) is None
    assert first_page(client) == SET_UP


def test_every_log_in_is_shown_a_key_of_its_own(client, person):
    """§D14: a key that somebody saw and left is not the one that is confirmed."""
    enter(client)
    first = key_in(client.get(SET_UP))
    other = Client()
    enter(other)

    assert key_in(other.get(SET_UP)) != first
    page = client.post(SET_UP, {"code": app_code(person)})
    assert "QR 코드가 바뀌었습니다." in text(page)
    assert key_in(page) != first
    client.post("/logout/")
    enter(client)
    assert key_in(client.get(SET_UP)) != first


def test_a_password_entered_long_ago_is_asked_for_again(client, person, clock):
    """§D14: ten minutes; a session that was left open sets up no stranger's telephone."""
    enter(client)
    client.get(SET_UP)
    clock.shift(11 * 60)

    page = client.post(SET_UP, {"code": app_code(person)})
    assert "현재 비밀번호를 입력해 주세요." in text(page)
    wrong = client.post(SET_UP, {"code": app_code(person), "current_password": "wrong1password"})
    assert "현재 비밀번호가 맞지 않습니다." in text(wrong)
    done = client.post(SET_UP, {"code": app_code(person), "current_password": make.PASSWORD})
    assert "저장했습니다" in text(done)


def test_a_session_that_began_without_a_password_must_give_it(client, person):
    """§D14: however it came about."""
    client.force_login(person)

    assert 'name="current_password"' in text(client.get(SET_UP))


def test_a_second_device_is_not_set_up(client, person, codes):
    """§D14: neither before the second step nor after it."""
    enter(client)
    assert client.get(SET_UP, follow=True).redirect_chain[-1][0].startswith(STEP)
    assert client.post(SET_UP, {"code": "123456"}, follow=True).redirect_chain[-1][0].startswith(STEP)

    client.post(STEP, {"code": app_code(person)})
    assert client.get(SET_UP)["Location"] == CODES
    assert TOTPDevice.objects.count() == 1


def test_a_device_set_up_in_another_window_meanwhile_is_no_error(client, person, monkeypatch):
    """§D14: the page leads on instead of failing."""
    enter(client)
    client.get(SET_UP)
    set_up(person)
    monkeypatch.setattr(second_factor, "device_of", lambda _person: None)
    monkeypatch.setattr(second_factor, "offer", _already)

    assert client.get(SET_UP)["Location"] == CODES


def _already(*_args: object) -> None:
    raise second_factor.AlreadySetUp


def test_the_demonstration_can_set_up_and_then_asks(client, person, settings):
    """§D14: support1 tries it out; other sessions of the account are asked from then on."""
    settings.DEMO_MODE = True
    other = Client()
    enter(other)
    enter(client)
    assert CODES in text(client.get("/admin/"))
    assert client.get(CODES)["Location"] == SET_UP

    client.get(SET_UP)
    assert "저장했습니다" in text(client.post(SET_UP, {"code": app_code(person)}))

    assert first_page(client) == "opens"
    assert first_page(other) == STEP


# --- New recovery codes ---------------------------------------------------------------------------------------------


def test_new_recovery_codes_for_password_and_code(client, person, codes, clock):
    """§D14: shown once; the old ones are over."""
    pass_both(client, person)
    assert "남은 복구 코드: 10개" in text(client.get(CODES))
    clock.shift(60)

    page = client.post(CODES, {"current_password": make.PASSWORD, "code": app_code(person)})

    shown = re.findall(r"<li><code>([a-z0-9-]+)</code>", text(page))
    assert len(shown) == 10
    assert not set(shown) & set(codes)
    assert person.events.filter(kind=MemberEvent.Kind.RECOVERY_CODES_NEW).count() == 1


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({}, "현재 비밀번호를 입력해 주세요."),
        ({"current_password": make.PASSWORD}, "인증번호 6자리를 입력해 주세요."),
        ({"current_password": "wrong1password", "code": "123456"}, "현재 비밀번호가 맞지 않습니다."),
        ({"current_password": make.PASSWORD, "code": "wrong"}, "인증번호가 맞지 않습니다."),
    ],
)
def test_new_recovery_codes_are_not_given_for_less(client, person, codes, typed, sentence):
    """§D14: what is missing or wrong is said beside its field, and nothing of it is shown again."""
    pass_both(client, person)
    typed = {name: wrong_code(person) if value == "wrong" else value for name, value in typed.items()}

    page = client.post(CODES, typed)

    assert sentence in text(page)
    assert make.PASSWORD not in text(page)
    assert second_factor.codes_left(person) == 10


# --- Resetting another's --------------------------------------------------------------------------------------------

ACCOUNTS = "/admin/accounts/staffaccount/"


def ask_reset(client: Client, people: list[User], reason: str = "LOST"):
    keys = [person.pk for person in people]
    typed = {"action": "reset_second_factor", "index": "0", "_selected_action": keys, "reason": reason}
    return client.post(ACCOUNTS, typed, follow=True)


def test_a_colleague_resets_in_the_list(client, person, codes):
    """§D14: of each account it is said what came of it; the session of the reset device is shut at once."""
    colleague, fresh = make.staff("staff2"), make.staff("staff3")
    set_up(colleague)
    theirs = Client()
    pass_both(theirs, colleague)
    pass_both(client, person)

    page = ask_reset(client, [person, colleague, fresh])

    assert "직원 staff1: 자신의 2단계 인증은 초기화할 수 없습니다." in text(page)
    assert "직원 staff2: 2단계 인증을 초기화하고 본인에게 메일로 알렸습니다." in text(page)
    assert "직원 staff3: 2단계 인증이 설정되어 있지 않습니다." in text(page)
    assert first_page(theirs) == SET_UP
    assert colleague.events.get(kind=MemberEvent.Kind.SECOND_FACTOR_RESET).actor == person
    assert second_factor.device_of(person)


@pytest.mark.parametrize("reason", ["", "김담당이 부탁함", "\0"])
def test_a_reset_needs_a_reason_of_the_list(client, person, codes, reason):
    """§D14: chosen, because the history holds no names."""
    colleague = make.staff("staff2")
    set_up(colleague)
    pass_both(client, person)

    page = ask_reset(client, [colleague], reason)

    assert ("초기화하는 까닭을 골라 주세요." in text(page)) is (reason == "")
    assert second_factor.device_of(colleague)


def test_the_list_shows_staff_alone_and_changes_nothing_else(client, person, codes):
    """§D3: members are not in it; nothing is edited or deleted in it; the right to reset is a right of its own."""
    member, viewer = make.member("member1"), make.staff("viewer1")
    viewer.user_permissions.set(Permission.objects.filter(codename="view_staffaccount"))
    set_up(viewer)
    pass_both(client, person)
    assert "member1" not in text(client.get(ACCOUNTS))
    assert client.get(f"{ACCOUNTS}{member.pk}/change/").status_code == 302
    assert client.post(f"{ACCOUNTS}{viewer.pk}/delete/", {"post": "yes"}).status_code == 403
    assert client.post(f"{ACCOUNTS}{viewer.pk}/change/", {"is_superuser": "on"}).status_code == 403

    reader = pass_both(Client(), viewer)
    assert "staff1" in text(reader.get(ACCOUNTS))
    assert "reset_second_factor" not in text(reader.get(ACCOUNTS))
    ask_reset(reader, [person])
    assert second_factor.device_of(person)


# --- Secrets --------------------------------------------------------------------------------------------------------


def test_no_secret_stands_in_a_log_a_mail_or_a_session(client, person, caplog):
    """§D14: neither key nor codes, typed or made, right or wrong."""
    caplog.set_level(0)
    enter(client)
    key = key_in(client.get(SET_UP)).replace(" ", "")
    first = app_code(person)
    shown = re.findall(r"<li><code>([a-z0-9-]+)</code>", text(client.post(SET_UP, {"code": first})))
    client.post(RECOVERY, {"code": shown[0]})

    told = caplog.text + "".join(Email.objects.values_list("message", flat=True)) + str(dict(client.session))
    secrets = [key, TOTPDevice.objects.get().key, first, *shown, *(code.replace("-", "") for code in shown)]
    assert not [secret for secret in secrets if secret in told]


def test_error_reports_hold_nothing_that_was_typed(client, person, codes, monkeypatch, rf):
    """§D14: every field of these pages is secret."""
    enter(client)
    kept = []

    def fail(person: User, code: str, **_facts: object) -> None:
        kept.append(code)
        raise RuntimeError

    monkeypatch.setattr(second_factor, "check_code", fail)
    client.raise_request_exception = False
    client.post(STEP, {"code": "123456"})
    request = rf.post(STEP)
    assert kept == ["123456"]
    for view in (admin.site.second_factor, admin.site.use_recovery_code, admin.site.set_up_second_factor):
        request.user = AnonymousUser()
        request.session = {}
        view(request)
        assert request.sensitive_post_parameters == "__ALL__"


@pytest.mark.parametrize("path", [STEP, RECOVERY])
def test_a_wrong_code_is_not_shown_again(client, person, codes, path):
    """§D14: nothing typed is lost, passwords and codes excepted."""
    enter(client)
    typed = wrong_code(person)

    assert typed not in text(client.post(path, {"code": typed}))
