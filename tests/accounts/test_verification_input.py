"""§S6, §S7: what may be typed into the providers' windows, and what nobody should type."""

import re

import pytest
from django.urls import reverse

from accounts.models import OtpChallenge, Purpose, Verification
from tests.accounts.people import NOW, begin_signup, code_sent_to, errors, log_in_by_ipin, post, press, typed

pytestmark = [pytest.mark.django_db, pytest.mark.once]

MOBILE = "01055550001"
FIELDS = ("carrier", "name", "gender", "birth_date", "nationality", "mobile")
HOSTILE = {
    "long": "가" * 10_000,
    "nul": "김\0수출",
    "hangul digits": "일구팔공",
    "right to left": "\u202e수출",
    "arabic digits": "٠١٠٥٥٥٥",
    "markup": "<script>alert(1)</script>",
    "unknown": "no such choice",
    "percent": "%s %(x)s",
    "blank": " \u3000\t",
    "filler": "\u3164",
}


@pytest.fixture
def visitor(client, frozen):
    """A visitor at the second step of signing up."""
    frozen(NOW)
    begin_signup(client, now=NOW)
    return client


def kept(answer):
    """What the page's form shows as typed."""
    return {field.name: field.data for field in answer.context["form"] if field.data}


@pytest.mark.parametrize("name", [*FIELDS, "service", "privacy", "sms"])
def test_each_missing_field_is_named_and_the_others_are_kept(visitor, name):
    """§S6: other input is never lost."""
    answer = post(visitor, "signup_mobile_request", typed(**{name: None}))
    assert set(errors(answer)) == {name}
    assert kept(answer) == {field: value == "on" or value for field, value in typed(**{name: None}).items()}


def test_consent_to_all_needs_no_script(visitor):
    """§S6: 전체 동의 toggles all."""
    boxes = dict.fromkeys(("service", "privacy", "sms"))
    press(visitor, "signup_mobile_request", typed(**boxes, all_consents="on"))
    assert set(Verification.objects.get().provider_consents.values()) == {True}


def test_nothing_is_chosen_beforehand(visitor):
    """§S6: neither gender nor nationality, nor any consent."""
    shown = visitor.get(reverse("signup_mobile")).content.decode()
    assert " checked" not in shown
    assert len(re.findall('name="carrier"', shown)) == 6


@pytest.mark.parametrize(
    "spelling",
    [
        {"mobile": "０１０ ５５５５ ０００１"},
        {"mobile": "+82 10-5555-0001"},
        {"birth_date": "１９９０．５．５"},
        {"birth_date": "1990년 5월 5일"},
        {"name": " 나신규 "},
    ],
    ids=str,
)
def test_full_width_and_spaced_spellings_are_the_same(visitor, spelling):
    """§S6: full-width digits, hyphens and spaces are understood."""
    press(visitor, "signup_mobile_request", typed(**spelling))
    sent = Verification.objects.get()
    assert (sent.name, f"{sent.birth_date:%Y%m%d}", sent.mobile) == ("나신규", "19900505", MOBILE)


@pytest.mark.parametrize("shape", ["{} ", " {}", "full width"])
def test_code_may_be_pasted_with_spaces_or_full_width(visitor, shape):
    """§S6: paste works."""
    press(visitor, "signup_mobile_request", typed())
    digits = code_sent_to(MOBILE)
    full_width = digits.translate({ord("0") + n: ord("０") + n for n in range(10)})
    pasted = full_width if shape == "full width" else shape.format(f"{digits[:3]} {digits[3:]}")
    assert press(visitor, "signup_mobile_confirm", {"code": pasted}).url == reverse("signup_details")


@pytest.mark.parametrize("name", FIELDS)
@pytest.mark.parametrize("value", HOSTILE.values(), ids=HOSTILE)
def test_hostile_input_gets_a_sentence_and_the_rest_is_kept(visitor, name, value):
    """§S6: no error page; everything else stays."""
    answer = post(visitor, "signup_mobile_request", typed(**{name: value}))
    assert answer.status_code == 200
    assert "<script>alert" not in answer.content.decode()
    if Verification.objects.count() == 0:  # a name may be almost anything
        assert set(errors(answer)) == {name}
        rest = {field: value for field, value in kept(answer).items() if field in FIELDS and field != name}
        assert rest == {field: typed()[field] for field in FIELDS if field != name}


@pytest.mark.parametrize("value", HOSTILE.values(), ids=HOSTILE)
def test_hostile_code_costs_no_try(visitor, value):
    """§D13: what cannot be a code is no try."""
    post(visitor, "signup_mobile_request", typed())
    assert set(errors(post(visitor, "signup_mobile_confirm", {"code": value}))) == {"code"}
    assert OtpChallenge.objects.get().tries == 0


@pytest.mark.parametrize("name", ["service", "privacy", "sms", "third_party", "advertising", "all_consents"])
@pytest.mark.parametrize("value", HOSTILE.values(), ids=HOSTILE)
def test_hostile_consent_is_a_tick_and_nothing_else(visitor, name, value):
    """§S6: whatever a box sends, what is kept is yes or no."""
    assert post(visitor, "signup_mobile_request", typed(**{name: value})).status_code == 200
    assert set(Verification.objects.get().provider_consents.values()) <= {True, False}


@pytest.mark.parametrize("name", ["ipin_id", "password", "digits"])
@pytest.mark.parametrize("value", HOSTILE.values(), ids=HOSTILE)
def test_hostile_input_in_the_ipin_window_gets_a_sentence(visitor, name, value):
    """§S7: no error page, nobody verified."""
    log_in_by_ipin(visitor, Purpose.SIGNUP, **{name: value})
    answer = visitor.get(reverse("signup_ipin"))
    assert answer.status_code == 200
    assert errors(answer) != {}
    assert Verification.objects.count() == 0


def test_portal_without_a_provider_says_so(visitor, settings):
    """§S5: and whom to ask."""
    settings.IDENTITY_PROVIDERS = []
    assert "아직 연결되지 않았습니다" in str(errors(post(visitor, "signup_mobile_request", typed())))
    log_in_by_ipin(visitor, Purpose.SIGNUP)
    assert "아직 연결되지 않았습니다" in str(errors(visitor.get(reverse("signup_ipin"))))
