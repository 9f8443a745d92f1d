"""§S5–§S7, §D10, §D13: the rules of 실명인증."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection

from accounts.domain import signup, verification as rules
from accounts.domain.limits import TooManyAttempts
from accounts.identity import PROVIDER_CONSENTS, NotPhonesOwner, WrongIpin
from accounts.identity.stub import IPIN_PASSWORD, stub_ci
from accounts.models import Door, Method, OtpChallenge, Purpose, StubSms, Verification
from tests import make
from tests.accounts.people import ALL_REQUIRED, NOW, claim, claim_of, code_sent_to, other_code, scripted

pytestmark = pytest.mark.django_db

SECOND = timedelta(seconds=1)


def ask(person=None, purpose=Purpose.SIGNUP, now=NOW, address="192.0.2.1", consents=ALL_REQUIRED):
    return rules.request_code(person or claim(), purpose, provider_consents=consents, address=address, now=now)


# --- The code -------------------------------------------------------------------------------------------------------


def test_right_code_verifies_the_person():
    """§S6: 인증번호 요청 → six digits → 확인."""
    sent = ask()
    verified = rules.confirm_code(sent.pk, code_sent_to("01055550001"), now=NOW + SECOND)
    assert verified.verified_at == NOW + SECOND
    assert (verified.name, verified.birth_date, verified.carrier) == ("나신규", date(1990, 5, 5), "SKT")
    assert rules.is_fresh(verified, now=NOW + SECOND)


def test_code_works_once():
    """§D13: a code works once."""
    sent = ask()
    code = code_sent_to(sent.mobile)
    rules.confirm_code(sent.pk, code, now=NOW)
    with pytest.raises(rules.VerificationExpired):
        rules.confirm_code(sent.pk, code, now=NOW)
    assert OtpChallenge.objects.get().consumed_at == NOW


def test_each_wrong_try_says_how_many_are_left_and_the_fifth_kills_the_code():
    """§D13: 5 wrong tries; the right code is refused after them."""
    sent = ask()
    code = code_sent_to(sent.mobile)
    for left in (4, 3, 2, 1):
        with pytest.raises(rules.WrongCode) as refusal:
            rules.confirm_code(sent.pk, other_code(code), now=NOW)
        assert f"{left}번 더 입력할 수 있습니다" in str(refusal.value)
    for typed in (other_code(code), code):
        with pytest.raises(rules.CodeDead):
            rules.confirm_code(sent.pk, typed, now=NOW)
    assert OtpChallenge.objects.get().tries == 5


@pytest.mark.parametrize(("after", "lives"), [(0, True), (179.999, True), (180, False), (180.001, False)], ids=str)
def test_code_lives_180_seconds(after, lives):
    """§D13: an OTP lives 180 s, to the second."""
    sent = ask()
    moment = NOW + timedelta(seconds=after)
    if lives:
        assert rules.confirm_code(sent.pk, code_sent_to(sent.mobile), now=moment).verified_at == moment
    else:
        with pytest.raises(rules.CodeExpired):
            rules.confirm_code(sent.pk, code_sent_to(sent.mobile), now=moment)


@pytest.mark.parametrize(("after", "left"), [(0, 180), (5.2, 174), (179.5, 0), (500, 0)])
def test_countdown_starts_at_three_minutes(after, left):
    """§S6: a countdown from 3:00."""
    assert rules.code_seconds_left(ask(), now=NOW + timedelta(seconds=after)) == left


def test_resend_ends_the_earlier_code():
    """§S6 인증번호 재전송: only the newest code is accepted."""
    sent = ask()
    first = code_sent_to(sent.mobile)
    rules.resend_code(sent, now=NOW + timedelta(minutes=1))
    second = code_sent_to(sent.mobile)
    if first != second:
        with pytest.raises(rules.WrongCode):
            rules.confirm_code(sent.pk, first, now=NOW + timedelta(minutes=1))
    assert rules.confirm_code(sent.pk, second, now=NOW + timedelta(minutes=1)).verified_at


def test_resend_gives_a_dead_code_a_living_successor():
    """§D13: five wrong tries kill the code, not the verification."""
    sent = ask()
    for _ in range(5):
        with pytest.raises((rules.WrongCode, rules.CodeDead)):
            rules.confirm_code(sent.pk, other_code(code_sent_to(sent.mobile)), now=NOW)
    later = NOW + timedelta(minutes=1)
    rules.resend_code(sent, now=later)
    assert rules.confirm_code(sent.pk, code_sent_to(sent.mobile), now=later).verified_at == later


@pytest.mark.parametrize("minutes", [30, 31])
def test_nothing_is_resent_after_thirty_minutes(minutes):
    """§S5: what was asked for half an hour ago has ended."""
    with pytest.raises(rules.VerificationExpired):
        rules.resend_code(ask(), now=NOW + timedelta(minutes=minutes))


def test_code_of_one_verification_serves_no_other():
    """§D13: bound to the phone, the person and the purpose: each has a verification of its own."""
    first = ask()
    second = ask(claim(name="다른이", mobile="01055550002"))
    third = ask(claim(mobile="01055550003"), Purpose.FIND_ID)
    code = code_sent_to(first.mobile)
    for other in (second, third):
        if code_sent_to(other.mobile) != code:
            with pytest.raises(rules.WrongCode):
                rules.confirm_code(other.pk, code, now=NOW)
    assert rules.confirm_code(first.pk, code, now=NOW)


@pytest.mark.parametrize("verification_id", [None, "00000000-0000-0000-0000-000000000000"])
def test_there_is_nothing_to_confirm_without_a_request(verification_id):
    """§D13: no verification, no code."""
    with pytest.raises(rules.VerificationExpired):
        rules.confirm_code(verification_id, "123456", now=NOW)


# --- Limits ---------------------------------------------------------------------------------------------------------


def test_phone_gets_one_code_a_minute_from_whatever_address():
    """§D13: at most one a minute, across sessions, addresses and purposes."""
    ask()
    for seconds, address, purpose in ((1, "192.0.2.2", Purpose.FIND_ID), (59.9, "192.0.2.3", Purpose.SIGNUP)):
        with pytest.raises(TooManyAttempts):
            ask(purpose=purpose, now=NOW + timedelta(seconds=seconds), address=address)
    assert ask(now=NOW + timedelta(minutes=1), address="192.0.2.4")
    assert StubSms.objects.count() == 2


def test_phone_gets_five_codes_an_hour():
    """§D13: and five an hour, resends among them."""
    sent = ask()
    for minutes in (1, 2, 3, 4):
        rules.resend_code(sent, now=NOW + timedelta(minutes=minutes))
    for minutes in (5, 29, 59):
        with pytest.raises(TooManyAttempts):
            ask(now=NOW + timedelta(minutes=minutes), address=f"192.0.2.{minutes}")
    assert ask(now=NOW + timedelta(minutes=60))


def test_other_phones_are_not_concerned():
    """§D13: the limit is the phone's."""
    ask()
    assert ask(claim(mobile="01055550002"))


def test_one_address_cannot_ask_without_end():
    """§D13: nor for phone after phone."""
    for number in range(40):
        ask(claim(mobile=f"010666600{number:02}"))
    with pytest.raises(TooManyAttempts):
        ask(claim(mobile="01066660099"))


def claim_anothers_phone(times, address=lambda number: "192.0.2.1"):
    for number in range(times):
        with pytest.raises(NotPhonesOwner):
            ask(claim(mobile="01020150001"), address=address(number))


def test_a_strangers_claims_do_not_stop_the_phones_owner():
    """§D13: fifteen claims an hour are one network's; the owner asks from another."""
    claim_anothers_phone(15)
    with pytest.raises(TooManyAttempts):
        ask(claim_of(scripted("김수출")))
    assert ask(claim_of(scripted("김수출")), address="192.0.2.2")


def test_claims_on_a_phone_are_limited_over_all_networks():
    """§D13: sixty an hour, so that many networks do not find out whose phone it is."""
    claim_anothers_phone(60, address=lambda number: f"192.0.2.{number}")
    with pytest.raises(TooManyAttempts):
        ask(claim_of(scripted("김수출")), address="192.0.2.99")


# --- What is kept ---------------------------------------------------------------------------------------------------


def everything_stored():
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            if table != "accounts_stubsms":
                cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")  # noqa: S608
                yield from (str(value) for row in cursor.fetchall() for value in row)


def test_only_a_hash_of_the_code_is_kept(caplog):
    """§D13: no code in the database (but the stub's text message) and none in the logs."""
    caplog.set_level("DEBUG")
    sent = ask()
    code = code_sent_to(sent.mobile)
    rules.confirm_code(sent.pk, code, now=NOW)
    hashes = [challenge.code_hash for challenge in OtpChallenge.objects.all()]
    texts = [text.replace(sent.pk.hex, "").replace(str(sent.pk), "") for text in everything_stored()]
    assert [text for text in texts if code in text and text not in hashes] == []
    assert code not in "".join(record.getMessage() for record in caplog.records if record.name != "django.db.backends")


def test_same_code_has_another_hash_for_another_verification():
    """§D13: a hash read from one row tells nothing of another."""
    first, second = ask(), ask(claim(mobile="01055550002"))
    assert rules._hash_code(first, "123456") != rules._hash_code(second, "123456")


def test_the_ci_itself_is_never_stored():
    """§D10: kept only as a keyed hash."""
    sent = ask()
    ci = stub_ci("나신규", date(1990, 5, 5), "F")
    assert sent.ci_hash == rules.hash_ci(ci)
    assert [text for text in everything_stored() if ci in text] == []


def test_hash_of_the_ci_depends_on_its_own_key(settings):
    """§D10: keyed: without the key nobody can tell whose hash it is."""
    before = rules.hash_ci("a CI")
    settings.CI_KEY = "another key"
    assert rules.hash_ci("a CI") != before


def test_mobile_and_ipin_agree_on_a_person():
    """§D13: the CI is the same whichever way a person is verified."""
    by_ipin = rules.verify_by_ipin("ipin0001", IPIN_PASSWORD, Purpose.SIGNUP, address="192.0.2.1", now=NOW)
    by_mobile = ask(claim(name="김 수출", birth_date=date(1985, 3, 1), gender="M"))
    assert by_mobile.ci_hash == by_ipin.ci_hash
    assert by_ipin.method == Method.IPIN
    assert (by_ipin.verified_at, by_ipin.mobile) == (NOW, "")


# --- Consents of the provider ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "missing", [consent for consent in PROVIDER_CONSENTS if consent.required], ids=lambda c: c.name
)
def test_provider_does_nothing_without_its_required_consents(missing):
    """§S6: service terms, collection and use, number-code SMS: required."""
    with pytest.raises(rules.ProviderConsentMissing) as refusal:
        ask(consents=ALL_REQUIRED | {missing.name: False})
    assert (refusal.value.field, str(missing.label) in str(refusal.value)) == (missing.name, True)
    assert (Verification.objects.count(), StubSms.objects.count()) == (0, 0)


def test_optional_consents_are_recorded_as_given_and_declined():
    """§S6: provision to third parties, tailored advertising: optional."""
    given = ALL_REQUIRED | {"third_party": True}
    assert ask(consents=given).provider_consents == {
        "service": True, "privacy": True, "sms": True, "third_party": True, "advertising": False,
    }  # fmt: skip


# --- Who may become a member ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("born", "today", "is_old_enough"),
    [
        (date(2012, 11, 22), date(2026, 11, 22), True),
        (date(2012, 11, 23), date(2026, 11, 22), False),
        (date(2012, 11, 21), date(2026, 11, 22), True),
        (date(2012, 2, 29), date(2026, 2, 28), False),
        (date(2012, 2, 29), date(2026, 3, 1), True),
        (date(2016, 2, 29), date(2030, 2, 28), False),
        (date(2018, 1, 1), date(2032, 1, 1), True),
    ],
)
def test_under_14_is_refused_to_the_day(born, today, is_old_enough):
    """§D10: under 14: refused; on the 14th birthday nobody is."""
    if is_old_enough:
        rules.check_age(born, today=today)
    else:
        with pytest.raises(rules.UnderAge):
            rules.check_age(born, today=today)


@pytest.mark.parametrize(("hour", "is_old_enough"), [(14, False), (15, True)])
def test_birthday_begins_at_midnight_in_korea(hour, is_old_enough):
    """§D10, §D23: 15:00 UTC is midnight in Seoul."""
    now = datetime(2026, 11, 21, hour, tzinfo=UTC)
    born = claim(birth_date=date(2012, 11, 22))
    if is_old_enough:
        assert ask(born, now=now)
    else:
        with pytest.raises(rules.UnderAge):
            ask(born, now=now)


def test_finding_an_id_asks_for_no_age():
    """§D10: the age is a condition of signing up."""
    assert ask(claim(birth_date=date(2015, 1, 1)), Purpose.FIND_ID)


def test_second_signup_is_told_the_id_masked():
    """§D10: one person, one account; its ID is shown masked."""
    sent = ask()
    make.member("newcomer7", ci_hash=sent.ci_hash)
    with pytest.raises(rules.AccountExists) as refusal:
        rules.check_is_new_person(sent.ci_hash)
    assert "ne***7" in str(refusal.value)
    assert "newcomer7" not in str(refusal.value)


def test_closed_account_does_not_bar_a_new_one():
    """§D10: unique among live members."""
    sent = ask()
    make.member(ci_hash=sent.ci_hash, closed_at=NOW, is_active=False)
    rules.check_is_new_person(sent.ci_hash)


# --- The result -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("minutes", "is_fresh"), [(0, True), (29.999, True), (30, False)])
def test_verification_is_valid_thirty_minutes(minutes, is_fresh):
    """§S5: its result is valid 30 minutes."""
    found = make.verification(verified_at=NOW)
    assert rules.is_fresh(found, now=NOW + timedelta(minutes=minutes)) is is_fresh


def test_verification_is_used_once():
    """§S5: and is used once."""
    found = make.verification(verified_at=NOW)
    assert rules.consume(found.pk, Purpose.SIGNUP, now=NOW).consumed_at == NOW
    with pytest.raises(rules.VerificationExpired):
        rules.consume(found.pk, Purpose.SIGNUP, now=NOW)


@pytest.mark.parametrize("purpose", [Purpose.FIND_ID, Purpose.RESET_PASSWORD])
def test_verification_serves_only_its_own_purpose(purpose):
    """§D13: bound to the purpose."""
    found = make.verification(verified_at=NOW)
    with pytest.raises(rules.VerificationExpired):
        rules.consume(found.pk, purpose, now=NOW)


@pytest.mark.parametrize(
    "facts", [{"verified_at": None}, {"purpose": Purpose.FIND_ID}, {"verified_at": NOW - timedelta(minutes=30)}]
)
def test_signup_takes_only_a_fresh_verification_made_for_it(facts):
    """§S5: unverified, made for something else, or too old: refused, and the draft stays as it was."""
    draft = signup.start(Door.INDIVIDUAL, address="127.0.0.1", now=NOW)
    signup.agree(draft, {"use": True, "privacy": True}, address="127.0.0.1", now=NOW)
    with pytest.raises(rules.VerificationExpired):
        signup.attach_verification(draft, make.verification(**{"verified_at": NOW} | facts), now=NOW)
    assert draft.verification is None


# --- I-PIN ----------------------------------------------------------------------------------------------------------


def log_in_by_ipin(password=IPIN_PASSWORD, ipin_id="ipin0001", now=NOW, address="192.0.2.1"):
    return rules.verify_by_ipin(ipin_id, password, Purpose.SIGNUP, address=address, now=now)


def test_ipin_password_may_be_tried_five_times_in_a_quarter_of_an_hour():
    """§S7: from one network; a success forgives the failures before it, and the owner elsewhere is not stopped."""
    for _ in range(4):
        with pytest.raises(rules.RuleViolation):
            log_in_by_ipin("wrong")
    log_in_by_ipin("ipin2026demo", "IPIN0001")
    for _ in range(5):
        with pytest.raises(rules.RuleViolation):
            log_in_by_ipin("wrong")
    with pytest.raises(TooManyAttempts):
        log_in_by_ipin()
    assert log_in_by_ipin(address="192.0.2.2")
    assert log_in_by_ipin(now=NOW + timedelta(minutes=15))


def test_ipin_password_may_be_tried_twenty_times_an_hour_from_all_networks_together():
    """§S7: many networks do not make many guesses."""
    for number in range(20):
        with pytest.raises(WrongIpin):
            log_in_by_ipin("wrong", address=f"192.0.2.{number}")
    with pytest.raises(TooManyAttempts):
        log_in_by_ipin(address="192.0.2.99")
    assert log_in_by_ipin(address="192.0.2.99", now=NOW + timedelta(hours=1))


def test_wrong_picture_digits_count_against_the_address_alone():
    """§S7: not as tries of the I-PIN's password."""
    for _ in range(60):
        with pytest.raises(rules.WrongPictureDigits):
            rules.check_picture_digits("000000", "123456", address="192.0.2.1", now=NOW)
    with pytest.raises(TooManyAttempts):
        rules.check_picture_digits("123456", "123456", address="192.0.2.1", now=NOW)
    rules.check_picture_digits("123456", "123456", address="192.0.2.2", now=NOW)
    assert log_in_by_ipin()


def test_digits_that_were_used_are_no_digits():
    """§S7: an empty picture matches nothing."""
    with pytest.raises(rules.WrongPictureDigits):
        rules.check_picture_digits("", "", address="192.0.2.1", now=NOW)


def test_a_second_code_within_a_minute_says_how_many_seconds_are_left():
    """§D13: one code a minute is no reproach, only a wait."""
    sent = rules.request_code(claim(), Purpose.SIGNUP, provider_consents=ALL_REQUIRED, address="127.0.0.1", now=NOW)

    with pytest.raises(rules.CodeTooSoon) as refusal:
        rules.resend_code(sent, now=NOW + timedelta(seconds=17))

    assert str(refusal.value) == "인증번호는 1분에 한 번 보냅니다. 43초 뒤에 다시 눌러 주세요."
