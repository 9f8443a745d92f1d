"""2단계 인증, the rules: what counts as a second step, how often it may be tried, who may take it away (§D14)."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission
from django.core.management import CommandError, call_command
from django.db import IntegrityError
from django.utils import timezone
from django_otp.plugins.otp_totp.models import TOTPDevice
from post_office.models import Email

from accounts.domain import login, second_factor as rules
from accounts.domain.limits import TooManyAttempts
from accounts.domain.passwords import WrongPassword
from accounts.domain.second_factor import Origin
from accounts.models import MemberEvent, RecoveryCode, ResetReason, User
from tests import make
from tests.accounts.second_factor import HERE, app_code, set_up, wrong_code

pytestmark = pytest.mark.django_db
Kind = MemberEvent.Kind


@pytest.fixture
def clock(frozen):
    return frozen("2026-11-22 09:00:10")


@pytest.fixture
def person(clock) -> User:
    return make.staff("staff1", name="김담당", email="staff1@example.com")


@pytest.fixture
def device(person) -> TOTPDevice:
    return set_up(person).device


def check(person: User, code: str, origin: Origin = HERE) -> TOTPDevice:
    return rules.check_code(person, code, origin=origin, now=timezone.now())


def kinds(person: User) -> list[str]:
    return list(person.events.order_by("pk").values_list("kind", flat=True))


# --- What passes ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("demonstration", "has_device", "session", "passed"),
    [
        (False, False, None, False),
        (False, True, None, False),
        (False, True, "own", True),
        (False, True, "other", False),
        (False, True, "junk", False),
        (True, False, None, True),
        (True, True, None, False),
        (True, True, "own", True),
    ],
)
def test_a_log_in_has_both_steps_or_opens_nothing(person, settings, demonstration, has_device, session, passed):
    """§D14: demonstration mode asks only whoever has set a device up."""
    settings.DEMO_MODE = demonstration
    other = set_up(make.staff("staff2")).device
    own = set_up(person).device if has_device else None
    named = {"own": own and own.pk, "other": other.pk, "junk": "x"}.get(session)

    assert rules.is_passed(person, named) is passed


@pytest.mark.parametrize("steps", [-1, 0, 1])
def test_the_telephones_clock_may_be_half_a_minute_off(person, device, steps):
    """§D14: the code before, the present one and the next are taken."""
    assert check(person, app_code(person, steps=steps)) == device


@pytest.mark.parametrize("steps", [-3, -2, 2, 3])
def test_a_code_of_another_time_is_wrong(person, device, steps):
    """§D14: no drift beyond one step, and none that grows from log-in to log-in."""
    with pytest.raises(rules.WrongCode):
        check(person, app_code(person, steps=steps))


def test_drift_does_not_add_up(person, device, clock):
    """§D14: a telephone that is a step ahead each time never gets two."""
    for _ in range(3):
        check(person, app_code(person, steps=1))
        clock.shift(120)

    with pytest.raises(rules.WrongCode):
        check(person, app_code(person, steps=2))


def test_a_code_works_once(person, device, clock):
    """§D14: neither the same code nor an older one after it; the next does."""
    used = app_code(person)
    check(person, used)

    for again in (used, app_code(person, steps=-1)):
        with pytest.raises(rules.WrongCode):
            check(person, again)
    clock.shift(30)
    assert check(person, app_code(person)) == device


def test_the_code_of_the_set_up_is_no_code_of_a_log_in(person):
    """§D14: what confirmed the device was its first use."""
    set_up(person, minutes_ago=0)

    with pytest.raises(rules.WrongCode):
        check(person, app_code(person))


@pytest.mark.parametrize(
    "typed", ["", "12345", "1234567", "abcdef", "１２３４５６", "12 345", "-12345", "\0", "+12345"]
)
def test_what_is_no_code_is_wrong(person, device, typed):
    """§D14: six digits and nothing else reach the comparison."""
    with pytest.raises(rules.WrongCode):
        check(person, typed)


def test_anothers_code_is_wrong(person, device):
    """§D14: a device is one person's."""
    other = make.staff("staff2")
    set_up(other)

    with pytest.raises(rules.WrongCode):
        check(person, app_code(other))


def test_without_a_device_there_is_nothing_to_check(person):
    """§D14: nobody passes by a code of a device that is not confirmed."""
    rules.offer(person, None)

    with pytest.raises(rules.NotSetUp):
        check(person, app_code(person))
    with pytest.raises(rules.NotSetUp):
        rules.use_recovery_code(person, "abcd-efgh-jkmn", origin=HERE, now=timezone.now())


# --- Setting up -----------------------------------------------------------------------------------------------------


def confirm(person: User, offered: int, code: str, **changes: object) -> rules.SetUp:
    now = timezone.now()
    facts = {"password": "", "entered_at": now, "origin": HERE, "now": now}
    return rules.set_up(person, offered, code, **facts | changes)


def test_the_first_code_confirms_the_device(person):
    """§D14: ten codes are given once, an event is appended, the person is told."""
    offered = rules.offer(person, None)

    made = confirm(person, offered.pk, app_code(person))

    assert rules.device_of(person) == made.device == offered
    assert len(set(made.codes)) == rules.codes_left(person) == 10
    assert kinds(person) == [Kind.SECOND_FACTOR_SET]
    mail = Email.objects.get()
    assert mail.to == ["staff1@example.com"]
    assert "2단계 인증을 설정했습니다." in mail.message
    assert not any(secret in mail.message for secret in (*made.codes, offered.key, rules.key_of(offered)))


def test_a_wrong_first_code_confirms_nothing(person):
    """§D14: a key that was scanned wrongly cannot lock its owner out."""
    offered = rules.offer(person, None)

    with pytest.raises(rules.WrongCode):
        confirm(person, offered.pk, wrong_code(person))

    assert rules.device_of(person) is None
    assert (RecoveryCode.objects.count(), Email.objects.count(), kinds(person)) == (0, 0, [])


def test_a_log_in_sees_the_same_key_again_and_another_one_a_new_one(person):
    """§D14: who saw a key and went away cannot know the one that the owner confirms."""
    first = rules.offer(person, None)
    assert rules.offer(person, first.pk).key == first.key

    second = rules.offer(person, None)

    assert second.key != first.key
    with pytest.raises(rules.SetUpLost):
        confirm(person, first.pk, app_code(person))
    assert TOTPDevice.objects.get() == second


def test_anothers_offer_cannot_be_confirmed(person):
    """§D14: the offer is the person's."""
    other = rules.offer(make.staff("staff2"), None)

    with pytest.raises(rules.SetUpLost):
        confirm(person, other.pk, app_code(other.user))


def test_a_device_is_not_replaced_by_setting_up_again(person, device):
    """§D14: whoever has a password alone cannot put their own telephone in the owner's place."""
    with pytest.raises(rules.AlreadySetUp):
        rules.offer(person, None)
    with pytest.raises(rules.AlreadySetUp):
        confirm(person, device.pk, app_code(person))


@pytest.mark.parametrize(("minutes", "asked"), [(0, False), (10, False), (11, True), (None, True)])
def test_setting_up_wants_a_password_of_this_log_in(person, minutes, asked):
    """§D14: entered ten minutes ago at most, else again."""
    now = timezone.now()
    entered_at = None if minutes is None else now - timedelta(minutes=minutes)
    offered = rules.offer(person, None)

    assert rules.needs_password(entered_at, now=now) is asked
    if asked:
        with pytest.raises(WrongPassword):
            confirm(person, offered.pk, app_code(person), entered_at=entered_at, password="wrong1password")
    assert confirm(person, offered.pk, app_code(person), entered_at=entered_at, password=make.PASSWORD).device


def test_the_database_takes_one_confirmed_device(person, device):
    """§D14: the index says so too."""
    with pytest.raises(IntegrityError, match="user_id"):
        TOTPDevice.objects.create(user=person, confirmed=True)


def test_the_key_is_shown_as_people_type_it(person):
    """§D14: base32 in groups of four."""
    assert len(rules.key_of(rules.offer(person, None)).split()) == 8


# --- Recovery codes -------------------------------------------------------------------------------------------------


def recover(person: User, code: str, origin: Origin = HERE) -> TOTPDevice:
    return rules.use_recovery_code(person, code, origin=origin, now=timezone.now())


@pytest.mark.parametrize("written", [str, str.upper, lambda code: code.replace("-", ""), lambda code: f" {code} "])
def test_a_recovery_code_works_once_however_it_is_written(person, written):
    """§D14: it stands in for the telephone, is told by mail, and is gone."""
    made = set_up(person)

    assert recover(person, written(made.codes[3])) == made.device

    assert rules.codes_left(person) == 9
    assert kinds(person) == [Kind.SECOND_FACTOR_SET, Kind.RECOVERY_CODE_USED]
    assert person.events.get(kind=Kind.RECOVERY_CODE_USED).detail == {"left": 9}
    assert "복구 코드로 로그인했습니다." in Email.objects.latest("pk").message
    with pytest.raises(rules.WrongRecoveryCode):
        recover(person, made.codes[3])


def test_only_hashes_of_recovery_codes_are_kept(person):
    """§D14: who reads the table has no code, and two people's equal codes look different."""
    codes = set_up(person).codes

    kept = list(RecoveryCode.objects.values_list("code_hash", flat=True))
    assert len(kept) == 10
    assert not any(code.replace("-", "") in row for code in codes for row in kept)
    assert rules._hash(person, codes[0]) != rules._hash(make.staff("staff2"), codes[0])


def test_anothers_recovery_code_is_wrong(person, device):
    """§D14: codes are one person's."""
    codes = set_up(make.staff("staff2")).codes

    with pytest.raises(rules.WrongRecoveryCode):
        recover(person, codes[0])


def test_recovery_codes_have_no_letters_that_look_alike(person):
    """§D14: they are copied from paper."""
    assert not set("".join(set_up(person).codes)) & set("01ilo")


def renew(person: User, password: str, code: str) -> list[str]:
    return rules.renew_recovery_codes(person, password, code, origin=HERE, now=timezone.now())


def test_new_recovery_codes_end_the_old(person):
    """§D14: for the password and a code of the app, entered anew."""
    old = set_up(person).codes

    new = renew(person, make.PASSWORD, app_code(person))

    assert rules.codes_left(person) == 10
    assert not set(old) & set(new)
    with pytest.raises(rules.WrongRecoveryCode):
        recover(person, old[0])
    assert recover(person, new[0])
    assert kinds(person) == [Kind.SECOND_FACTOR_SET, Kind.RECOVERY_CODES_NEW, Kind.RECOVERY_CODE_USED]


def test_new_recovery_codes_need_both(person):
    """§D14: neither a session left open nor a telephone alone makes codes; nor does a recovery code."""
    codes = set_up(person).codes

    with pytest.raises(WrongPassword):
        renew(person, "wrong1password", app_code(person))
    for code in (wrong_code(person), codes[0]):
        with pytest.raises(rules.WrongCode):
            renew(person, make.PASSWORD, code)
    assert recover(person, codes[0])


# --- Limits ---------------------------------------------------------------------------------------------------------


def tries(person: User, times: int, *, how=check, origin: Origin = HERE) -> int:
    """Try so many wrong codes; returns how many were looked at."""
    looked_at = 0
    for _ in range(times):
        try:
            how(person, wrong_code(person), origin)
        except TooManyAttempts:
            continue
        except (rules.WrongCode, rules.WrongRecoveryCode):
            looked_at += 1
    return looked_at


@pytest.mark.parametrize("how", [check, recover])
def test_five_wrong_codes_and_no_more(person, device, clock, how):
    """§D14: the sixth is not looked at, the right one neither, until a quarter of an hour has gone."""
    assert tries(person, 8, how=how) == 5
    with pytest.raises(TooManyAttempts):
        check(person, app_code(person))

    clock.shift(15 * 60)
    assert check(person, app_code(person)) == device


def test_both_ways_count_together(person, device):
    """§D14: a second door gives no more tries."""
    assert tries(person, 3, how=recover) + tries(person, 8) == 5


def test_a_success_gives_its_count_back(person, device, clock):
    """§D14: whoever mistypes now and then is never stopped."""
    for _ in range(3):
        assert tries(person, 4) == 4
        check(person, app_code(person))
        clock.shift(60)


def test_many_networks_have_a_limit_together(person, device):
    """§D14: by person, however many addresses the guesser has."""
    looked_at = sum(tries(person, 5, origin=Origin(f"198.51.100.{number}", "")) for number in range(10))

    assert looked_at == rules.BY_PERSON.times


def test_one_network_has_a_limit_over_all_people(person, clock):
    """§D14: by network, whoever's codes are guessed."""
    people = [make.staff(f"guess{number:02d}") for number in range(25)]
    for each in people:
        set_up(each)

    assert sum(tries(each, 5, origin=Origin("198.51.100.9", "")) for each in people) == rules.BY_NETWORK.times


def test_who_knows_the_password_alone_cannot_lock_the_owner_out(person, device):
    """§D14: the browser in which the owner passed both steps before is counted by itself."""
    for number in range(10):
        tries(person, 5, origin=Origin(f"198.51.100.{number}", ""))
    own = Origin("192.0.2.1", login.device_token(person))

    assert check(person, app_code(person), own) == device


def test_a_stolen_browser_is_limited_too(person, device):
    """§D14: by browser, and all of a person's together."""
    browsers = [Origin("192.0.2.1", login.device_token(person)) for _ in range(5)]

    assert tries(person, 20, origin=browsers[0]) == rules.BY_BROWSER.times
    assert sum(tries(person, 20, origin=each) for each in browsers[1:]) == rules.BY_ALL_BROWSERS.times - 10


def test_anothers_browser_counts_as_none(person, device):
    """§D14: a token of somebody else's gives no tries."""
    other = Origin("192.0.2.1", login.device_token(make.staff("staff2")))

    assert tries(person, 8, origin=other) == 5


# --- Reset ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def boss(clock) -> User:
    return make.staff("boss1", is_superuser=True)


def reset(person: User, actor: User | None, reason: str = ResetReason.LOST) -> None:
    rules.reset(person, actor=actor, reason=reason, now=timezone.now())


def test_a_colleague_resets_whoever_lost_the_telephone(person, boss):
    """§D14: device and codes go, the event says who and why, the person is told."""
    set_up(person)

    reset(person, boss)

    assert rules.device_of(person) is None
    assert RecoveryCode.objects.count() == 0
    event = person.events.get(kind=Kind.SECOND_FACTOR_RESET)
    assert (event.actor, event.detail) == (boss, {"reason": "LOST"})
    assert "2단계 인증을 초기화했습니다." in Email.objects.latest("pk").message


def test_a_session_of_the_reset_device_counts_no_more(person, boss, settings):
    """§D14: whoever has the lost telephone's session is asked anew, even after the next set-up."""
    settings.DEMO_MODE = False
    before = set_up(person).device.pk
    reset(person, boss)
    assert not rules.is_passed(person, before)

    assert set_up(person).device.pk != before
    assert not rules.is_passed(person, before)


@pytest.mark.parametrize(
    ("actor", "refusal"),
    [("self", rules.OwnSecondFactor), ("colleague", rules.ResetNotAllowed), ("member", rules.ResetNotAllowed)],
)
def test_who_may_not_reset(person, device, actor, refusal):
    """§D14: never oneself, whatever right one has; nobody without the right."""
    people = {"self": person, "colleague": make.staff("staff2"), "member": make.member()}
    if actor == "self":
        person.is_superuser = True
        person.save()

    with pytest.raises(refusal):
        reset(person, people[actor])
    assert rules.device_of(person) == device


def test_a_superuser_is_reset_by_a_superuser_alone(boss):
    """§D14: the right over colleagues is no way to become more than they."""
    set_up(boss)
    helper = make.staff("helper1")
    helper.user_permissions.add(Permission.objects.get(codename="reset_second_factor"))
    colleague = make.staff("staff2")
    set_up(colleague)

    with pytest.raises(rules.ResetNotAllowed):
        reset(boss, helper)
    reset(colleague, helper)
    reset(boss, make.staff("boss2", is_superuser=True))
    assert TOTPDevice.objects.count() == 0


def test_nothing_set_up_is_nothing_to_reset(person, boss):
    """§D14: no event and no mail for nothing."""
    with pytest.raises(rules.NotSetUp):
        reset(person, boss)
    assert (kinds(person), Email.objects.count()) == ([], 0)


def test_a_reason_is_one_of_the_list(person, boss):
    """§D14: events hold no names, so the reason is chosen."""
    set_up(person)

    with pytest.raises(ValueError, match="김담당"):
        reset(person, boss, "김담당이 잃어버림")
    assert rules.device_of(person)


def test_the_operator_resets_by_a_command(person, capsys):
    """§D14: where nobody else is left to do it; as SYSTEM."""
    set_up(person)

    call_command("reset_second_factor", "STAFF1", "--reason", "REPLACED")

    assert "staff1: reset" in capsys.readouterr().out
    event = person.events.get(kind=Kind.SECOND_FACTOR_RESET)
    assert (event.actor, event.detail) == (None, {"reason": "REPLACED"})
    with pytest.raises(CommandError, match="설정되어 있지 않습니다"):
        call_command("reset_second_factor", "staff1")


@pytest.mark.parametrize("username", ["nobody1", "member1"])
def test_the_command_knows_staff_alone(username):
    """§D3: members have no second step."""
    make.member("member1")

    with pytest.raises(CommandError, match="no staff account"):
        call_command("reset_second_factor", username)


def test_an_account_without_an_address_is_mailed_nothing(clock):
    """§D3: staff accounts may have none; the event stands."""
    person = make.staff("staff9")
    set_up(person)

    assert (kinds(person), Email.objects.count()) == ([Kind.SECOND_FACTOR_SET], 0)


def test_the_mail_is_in_the_persons_language(clock):
    """§D22: English where the account says so."""
    set_up(make.staff("staff9", email="staff9@example.com", language="en"))

    assert Email.objects.get().subject == "[KOTRA] About your two-step log-in"


def test_the_qr_code_names_the_portal_and_the_account(person):
    """§D14: an app shows whose number it is; the key is the one that can be typed."""
    offered = rules.offer(person, None)

    assert offered.config_url.startswith("otpauth://totp/KOTRA%3Astaff1?")
    assert f"secret={rules.key_of(offered).replace(' ', '')}&" in offered.config_url
