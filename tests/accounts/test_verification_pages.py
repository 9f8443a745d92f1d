"""§S5–§S7: 실명인증 driven through HTTP: the windows of both ways, for each purpose."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from accounts.identity.stub import SCRIPT, Behaviour
from accounts.models import OtpChallenge, Purpose, SignupDraft, StubSms, Verification
from accounts.verification_pages import PAGES
from tests import make
from tests.accounts.people import (
    NOW,
    begin_signup,
    code_sent_to,
    errors,
    log_in_by_ipin,
    other_code,
    post,
    typed,
    typed_of,
)

pytestmark = [pytest.mark.django_db, pytest.mark.once]

PURPOSES = pytest.mark.parametrize("purpose", list(Purpose), ids=lambda purpose: purpose.value)
MOBILE = "01055550001"


@pytest.fixture
def clock(frozen):
    return frozen(NOW)


@pytest.fixture
def visitor(client, clock):
    """A visitor at the second step of signing up."""
    begin_signup(client, now=NOW)
    return client


def press(browser, purpose, verb, fields=None, **extra):
    """Press a button without following where it leads."""
    return browser.post(reverse(f"{PAGES[purpose].stem}_{verb}"), fields or {}, **extra)


def page(browser, purpose=Purpose.SIGNUP, verb="mobile", query=""):
    return browser.get(reverse(f"{PAGES[purpose].stem}_{verb}") + query)


# --- Who gets here --------------------------------------------------------------------------------------------------


def test_choice_explains_both_ways(visitor):
    """§S5: 휴대폰 or 공공아이핀, one of two; §S3: the second of four steps."""
    shown = visitor.get(reverse("signup_verification")).content.decode()
    for words in (
        "휴대폰으로 인증하기",
        "공공아이핀으로 인증하기",
        "법인 명의로는 인증할 수 없습니다.",
        "02-818-3050",
        "4단계 중 2단계",
    ):
        assert words in shown


SIGNUP_PAGES = ("signup_verification", "signup_mobile", "signup_ipin", "signup_ipin_picture")
SIGNUP_BUTTONS = (
    "signup_mobile_request", "signup_mobile_resend", "signup_mobile_confirm", "signup_mobile_cancel",
    "signup_ipin_confirm",
)  # fmt: skip


@pytest.mark.parametrize("name", SIGNUP_PAGES + SIGNUP_BUTTONS)
def test_verification_without_a_draft_leads_to_the_doors(client, name):
    """§S3: steps cannot be skipped."""
    for answer in (client.get(reverse(name)), client.post(reverse(name), typed())):
        assert answer.url == reverse("signup")
    assert "처음부터 다시" in client.get(reverse("signup")).content.decode()


@pytest.mark.parametrize("name", SIGNUP_PAGES + SIGNUP_BUTTONS)
def test_verification_before_the_terms_leads_to_the_terms(client, clock, name):
    """§S3: 약관동의 comes first."""
    begin_signup(client, now=NOW, agree=False)
    for answer in (client.get(reverse(name)), client.post(reverse(name), typed())):
        assert answer.url == reverse("signup_terms")
    assert Verification.objects.count() == 0


def test_member_has_no_need_to_sign_up(login):
    """§S3: signing up is for those who are not logged in."""
    assert login(make.member()).get(reverse("signup_mobile")).url == reverse("my")


@pytest.mark.parametrize("verb", ["mobile_request", "mobile_resend", "mobile_confirm", "mobile_cancel", "ipin_confirm"])
def test_address_of_a_button_opens_the_page_it_stands_on(client, verb):
    """A page that was sent to is reloaded, or its address opened again, without an error."""
    assert page(client, Purpose.FIND_ID, verb).url == reverse(f"find_id_{verb.split('_')[0]}")
    assert client.put(reverse(f"find_id_{verb}")).status_code == 405


# --- The whole way --------------------------------------------------------------------------------------------------


@PURPOSES
def test_mobile_verification_opens_what_it_is_for(visitor, purpose):
    """§S5, §S6: the same windows, for each purpose."""
    press(visitor, purpose, "mobile_request", typed())
    before = visitor.session.session_key
    done = press(visitor, purpose, "mobile_confirm", {"code": code_sent_to(MOBILE)})
    assert done.url == reverse(PAGES[purpose].done)
    assert visitor.session.session_key not in {None, before}  # §S5: the session key changes with the verification
    assert Verification.objects.get().purpose == purpose


@PURPOSES
def test_ipin_verification_opens_what_it_is_for(visitor, purpose):
    """§S5, §S7: the other way."""
    before = visitor.session.session_key
    done = log_in_by_ipin(visitor, purpose)
    assert done.url == reverse(PAGES[purpose].done)
    assert visitor.session.session_key not in {None, before}


def test_signup_holds_its_verified_person(visitor):
    """§S5: its result stays on the server."""
    press(visitor, Purpose.SIGNUP, "mobile_request", typed())
    press(visitor, Purpose.SIGNUP, "mobile_confirm", {"code": code_sent_to(MOBILE)})
    assert SignupDraft.objects.get().verification == Verification.objects.get()
    shown = visitor.get(reverse("signup_verification")).content.decode()
    assert reverse("signup_details") in shown
    assert "09:30까지" in shown


def test_verified_signup_may_be_verified_anew(visitor):
    """§S5: by another way, or as another person; the last one counts."""
    press(visitor, Purpose.SIGNUP, "mobile_request", typed())
    press(visitor, Purpose.SIGNUP, "mobile_confirm", {"code": code_sent_to(MOBILE)})
    log_in_by_ipin(visitor, Purpose.SIGNUP)
    assert SignupDraft.objects.get().verification.name == "김수출"


@PURPOSES
@pytest.mark.parametrize("way", ["mobile", "ipin"])
def test_window_opened_again_offers_to_go_on(visitor, purpose, way):
    """§S5: whoever comes back by the browser's button need not verify twice."""
    done = reverse(PAGES[purpose].done)
    assert f'href="{done}"' not in page(visitor, purpose, way).content.decode()
    log_in_by_ipin(visitor, purpose)
    assert f'href="{done}"' in page(visitor, purpose, way).content.decode()


def test_verification_for_one_purpose_opens_no_other(visitor):
    """§D13: bound to the purpose."""
    press(visitor, Purpose.FIND_ID, "mobile_request", typed())
    code = code_sent_to(MOBILE)
    assert press(visitor, Purpose.SIGNUP, "mobile_confirm", {"code": code}).url == reverse("signup_verification")
    press(visitor, Purpose.FIND_ID, "mobile_confirm", {"code": code})
    assert press(visitor, Purpose.SIGNUP, "mobile_confirm", {"code": code}).url == reverse("signup_verification")
    assert SignupDraft.objects.get().verification is None


def test_code_is_bound_to_the_session(visitor):
    """§D13: another session cannot confirm, even with the right code."""
    press(visitor, Purpose.SIGNUP, "mobile_request", typed())
    stranger = Client()
    begin_signup(stranger, now=NOW)
    assert press(stranger, Purpose.SIGNUP, "mobile_confirm", {"code": code_sent_to(MOBILE)}).url == reverse(
        "signup_verification"
    )
    assert Verification.objects.get().verified_at is None


def test_known_person_is_shown_the_id_masked(visitor):
    """§D10: and is offered 로그인, 아이디 찾기, 비밀번호 재설정; a second press is answered the same."""
    press(visitor, Purpose.SIGNUP, "mobile_request", typed())
    make.member("newcomer7", ci_hash=Verification.objects.get().ci_hash)
    code = code_sent_to(MOBILE)
    for _ in range(2):
        answer = press(visitor, Purpose.SIGNUP, "mobile_confirm", {"code": code})
        shown = answer.content.decode()
        assert (answer.status_code, "ne***7" in shown, "newcomer7" in shown) == (409, True, False)
        assert all(f'href="{reverse(name)}"' in shown for name in ("login", "find_id", "password_reset"))
    assert SignupDraft.objects.get().verification is None


# --- The scripted people --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("person", SCRIPT, ids=lambda person: person.name)
def test_every_scripted_person_follows_the_script(visitor, clock, person):
    """§S6: normal, wrong code, expired, carrier down, company phone, foreigner, minor, a member already."""
    refused = {
        "최불통": "이동통신사가 응답하지 않습니다",
        "정법인": "법인 명의 휴대폰으로는 인증할 수 없습니다",
        "한어린": "만 14세 미만은 가입할 수 없습니다",
    }
    asked = post(visitor, "signup_mobile_request", typed_of(person))
    if person.name in refused:
        assert refused[person.name] in str(errors(asked))
        assert StubSms.objects.count() == 0
        return
    if person.behaviour is Behaviour.LATE:
        clock.shift(185)
        assert [sms.arrives_at for sms in StubSms.objects.all()] == [NOW + timedelta(seconds=185)]
    expected = {Behaviour.WRONG_CODE: "맞지 않습니다", Behaviour.LATE: "유효 시간 3분이 지났습니다"}
    answer = post(visitor, "signup_mobile_confirm", {"code": code_sent_to(person.mobile)})
    if person.behaviour in expected:
        assert expected[person.behaviour] in str(errors(answer))
    else:
        assert SignupDraft.objects.get().verification.is_foreigner is person.is_foreigner


@pytest.mark.parametrize("person", [p for p in SCRIPT if p.ipin_id], ids=lambda person: person.name)
def test_every_scripted_ipin_follows_the_script(visitor, person):
    """§S7: whoever's phone is a company's can use I-PIN; a minor cannot."""
    log_in_by_ipin(visitor, Purpose.SIGNUP, ipin_id=person.ipin_id)
    shown = str(errors(page(visitor, verb="ipin")))
    refused = {"최불통": "공공아이핀 서비스가 응답하지 않습니다", "한어린": "만 14세 미만"}
    if person.name in refused:
        assert refused[person.name] in shown
    else:
        assert SignupDraft.objects.get().verification.name == person.name


# --- Limits ---------------------------------------------------------------------------------------------------------


def test_limits_hold_when_cookies_are_dropped_and_addresses_spoofed(clock):
    """§D13: one a minute, counted by phone, whatever the visitor does with cookies and headers."""
    for number in range(4):
        post(Client(), "find_id_mobile_request", typed(), headers={"X-Forwarded-For": f"198.51.100.{number}"})
        post(Client(), "password_reset_mobile_request", typed(), REMOTE_ADDR=f"198.51.100.{number}")
    assert StubSms.objects.count() == 1


def test_resend_within_the_minute_says_how_long_to_wait(visitor, clock):
    """§D13: and the first code still works."""
    post(visitor, "signup_mobile_request", typed())
    clock.shift(20)
    assert "40초 뒤에 다시" in post(visitor, "signup_mobile_resend").content.decode()
    assert press(visitor, Purpose.SIGNUP, "mobile_confirm", {"code": code_sent_to(MOBILE)}).url == reverse(
        "signup_details"
    )


def test_five_wrong_codes_kill_it_for_the_right_one_too(visitor):
    """§D13: typed into the page."""
    post(visitor, "signup_mobile_request", typed())
    code = code_sent_to(MOBILE)
    for left in (4, 3, 2, 1):
        assert f"{left}번 더" in str(errors(post(visitor, "signup_mobile_confirm", {"code": other_code(code)})))
    for last in (other_code(code), code):
        assert "5번 잘못 입력해" in str(errors(post(visitor, "signup_mobile_confirm", {"code": last})))
    assert Verification.objects.get().verified_at is None


# --- Nothing is lost ------------------------------------------------------------------------------------------------


def test_expiry_loses_nothing(visitor, clock):
    """§D13: the typed data stay, a new code is one button away."""
    post(visitor, "signup_mobile_request", typed())
    clock.shift(180)
    late = post(visitor, "signup_mobile_confirm", {"code": code_sent_to(MOBILE)})
    assert "유효 시간 3분이 지났습니다" in str(errors(late))
    assert all(words in late.content.decode() for words in ("나신규", "010-5555-0001", 'data-code-seconds="0"'))
    again = post(visitor, "signup_mobile_resend")
    assert "새 인증번호를 보냈습니다" in again.content.decode()
    assert 'data-code-seconds="180"' in again.content.decode()
    assert press(visitor, Purpose.SIGNUP, "mobile_confirm", {"code": code_sent_to(MOBILE)}).url == reverse(
        "signup_details"
    )


def test_correcting_brings_back_what_was_typed(visitor):
    """§S6 정보 수정."""
    post(visitor, "signup_mobile_request", typed(third_party="on"))
    form = page(visitor, query="?edit=1").context["form"]
    shown = {field.name: field.value() for field in form}
    assert shown == {
        "carrier": "SKT", "name": "나신규", "gender": "F", "birth_date": "19900505", "nationality": "korean",
        "mobile": "010-5555-0001", "service": True, "privacy": True, "sms": True, "third_party": True,
        "advertising": False, "all_consents": None,
    }  # fmt: skip


def test_double_click_sends_one_code(visitor):
    """A second press of 인증번호 요청 is answered like the first."""
    for _ in range(2):
        assert press(visitor, Purpose.SIGNUP, "mobile_request", typed()).url == reverse("signup_mobile")
    assert "code" in page(visitor).context["form"].fields
    assert StubSms.objects.count() == 1


def test_second_press_of_confirm_goes_on(visitor):
    """A second press of 확인 goes on as the first did."""
    press(visitor, Purpose.SIGNUP, "mobile_request", typed())
    code = code_sent_to(MOBILE)
    for _ in range(3):
        assert press(visitor, Purpose.SIGNUP, "mobile_confirm", {"code": code}).url == reverse("signup_details")
    assert OtpChallenge.objects.get().tries == 0


def test_reload_after_a_wrong_code_costs_no_try(visitor):
    """The page that shows the refusal is one that can be loaded again."""
    post(visitor, "signup_mobile_request", typed())
    post(visitor, "signup_mobile_confirm", {"code": other_code(code_sent_to(MOBILE))})
    assert errors(page(visitor)) == {}
    assert OtpChallenge.objects.get().tries == 1


def test_cancel_leads_back_to_the_choice_and_ends_the_code(visitor):
    """§S6 취소."""
    press(visitor, Purpose.SIGNUP, "mobile_request", typed())
    assert press(visitor, Purpose.SIGNUP, "mobile_cancel").url == reverse("signup_verification")
    assert "carrier" in page(visitor).context["form"].fields
    press(visitor, Purpose.SIGNUP, "mobile_confirm", {"code": code_sent_to(MOBILE)})
    assert Verification.objects.get().verified_at is None


@pytest.mark.parametrize("verb", ["mobile_confirm", "mobile_resend"])
def test_half_an_hour_later_the_visitor_begins_again(visitor, clock, verb):
    """§S5: and is told why, on the page of the choice."""
    post(visitor, "signup_mobile_request", typed())
    clock.shift(1800)
    answer = post(visitor, f"signup_{verb}", {"code": code_sent_to(MOBILE)})
    assert answer.request["PATH_INFO"] == reverse("signup_verification")
    assert "30분이 지났거나" in answer.content.decode()


def test_nothing_is_to_be_filled_in_once_a_code_was_sent(visitor, settings):
    """§S6: the demonstration's people fill the window in, not the code."""
    settings.DEMO_MODE = True
    window = page(visitor, Purpose.SIGNUP, "mobile")
    press(visitor, Purpose.SIGNUP, "mobile_request", typed())
    code = page(visitor, Purpose.SIGNUP, "mobile")
    assert ("data-fill" in window.text, "data-fill" in code.text) == (True, False)
