"""회원가입's rules: the draft, the steps that cannot be skipped, the account at their end."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError
from django.utils import timezone
from post_office.models import Email

from accounts.domain import signup, terms
from accounts.domain.limits import TooManyAttempts
from accounts.domain.passwords import UnfitPassword
from accounts.domain.signup import (
    DraftExpired,
    NewsletterNeedsConsent,
    Step,
    StepNotReached,
    UsernameTaken,
)
from accounts.domain.verification import AccountExists, UnderAge, VerificationExpired
from accounts.models import (
    Consent,
    Door,
    MemberEvent,
    Method,
    Newsletter,
    Purpose,
    SignupDraft,
    Subscription,
    TermsKind,
    User,
)
from tests import make, walk

pytestmark = pytest.mark.django_db

SECOND = timedelta(seconds=1)
YES = {"use": True, "privacy": True, "marketing": True}


@pytest.fixture
def now(frozen):
    frozen("2026-11-22 09:00")
    return timezone.now()


@pytest.fixture
def draft(now):
    """A sign-up that has come to its details, with the marketing consent."""
    started = signup.start(Door.INDIVIDUAL, address="127.0.0.1", now=now)
    signup.agree(started, YES, address="203.0.113.7", now=now)
    signup.attach_verification(started, walk.verified(now=now), now=now)
    return started


def create(draft, now, password=walk.PASSWORD, **changes):
    return signup.create_account(draft.pk, walk.details(**changes), password, language="ko", now=now)


# --- The draft ------------------------------------------------------------------------------------------------------


def test_a_signup_lives_two_hours(now):
    """§D14: and not a second longer."""
    draft = signup.start(Door.COMPANY, address="127.0.0.1", now=now)

    assert signup.find_draft(draft.pk, now=now + timedelta(hours=2) - SECOND) == draft
    with pytest.raises(DraftExpired):
        signup.find_draft(draft.pk, now=now + timedelta(hours=2))


@pytest.mark.parametrize("unknown", [None, "", "0e9a3d4c-6a3e-4c39-9b0e-0123456789ab"])
def test_a_signup_that_was_never_begun_is_told_so(unknown, now):
    """§D14: no draft, no guess."""
    with pytest.raises(DraftExpired):
        signup.find_draft(unknown, now=now)


def test_each_step_gives_two_hours_more(now):
    """§D14: two hours from the last step, not from the first."""
    draft = signup.start(Door.INDIVIDUAL, address="127.0.0.1", now=now)
    steps = (
        lambda at: signup.agree(draft, YES, address="127.0.0.1", now=at),
        lambda at: signup.attach_verification(draft, walk.verified(now=at), now=at),
        lambda at: signup.keep_details(draft, {"phone": "02"}, now=at),
    )
    for number, step in enumerate(steps, start=1):
        at = now + timedelta(minutes=10 * number)
        step(at)
        assert SignupDraft.objects.get().expires_at == at + timedelta(hours=2)


def test_one_network_begins_sixty_signups_an_hour(now):
    """§S2: nobody has to be known for it, so nothing else could be counted; the next network is free."""
    for _ in range(60):
        signup.start(Door.INDIVIDUAL, address="2001:db8:0:1::5", now=now)

    for address in ("2001:db8:0:1::5", "2001:db8:0:1:ffff::9"):
        with pytest.raises(TooManyAttempts):
            signup.start(Door.COMPANY, address=address, now=now + timedelta(hours=1) - SECOND)
    assert SignupDraft.objects.count() == 60
    signup.start(Door.INDIVIDUAL, address="2001:db8:0:2::5", now=now)
    signup.start(Door.INDIVIDUAL, address="2001:db8:0:1::5", now=now + timedelta(hours=1))


# --- The steps ------------------------------------------------------------------------------------------------------


def test_the_steps_follow_each_other(now):
    """§S3: 약관동의 › 실명인증 › 회원정보입력."""
    draft = signup.start(Door.INDIVIDUAL, address="127.0.0.1", now=now)
    reached = [signup.next_step(draft, now=now)]
    signup.agree(draft, YES, address="127.0.0.1", now=now)
    reached.append(signup.next_step(draft, now=now))
    signup.attach_verification(draft, walk.verified(now=now), now=now)
    reached.append(signup.next_step(draft, now=now))

    assert reached == list(Step)


@pytest.mark.parametrize("step", [Step.VERIFICATION, Step.DETAILS])
def test_no_step_can_be_skipped(step, now):
    """§S3: an unfinished step stands before it."""
    with pytest.raises(StepNotReached):
        signup.check_reached(signup.start(Door.INDIVIDUAL, address="127.0.0.1", now=now), step, now=now)


def test_a_person_cannot_be_verified_before_agreeing(now):
    """§S3: not by calling the next step's rule either."""
    draft = signup.start(Door.INDIVIDUAL, address="127.0.0.1", now=now)

    with pytest.raises(StepNotReached):
        signup.attach_verification(draft, walk.verified(now=now), now=now)


def test_an_earlier_step_can_be_visited_again(draft, now):
    """§S3: going back is no skipping."""
    for step in Step:
        signup.check_reached(draft, step, now=now)


def test_a_required_text_that_changed_midway_is_asked_about_again(draft, now):
    """§S4: what was agreed to is the version that was read."""
    make.terms(TermsKind.PRIVACY, 2, effective_on=date(2026, 11, 1))

    assert signup.next_step(draft, now=now) is Step.TERMS
    with pytest.raises(StepNotReached):
        create(draft, now)


def test_a_text_of_tomorrow_changes_nothing_today(draft, now):
    """§S4: a version counts from its date on."""
    make.terms(TermsKind.PRIVACY, 2, effective_on=date(2026, 11, 23))

    assert signup.next_step(draft, now=now) is Step.DETAILS


@pytest.mark.parametrize("missing", ["use", "privacy"])
@pytest.mark.parametrize("answer", [False, None])
def test_going_on_without_a_required_consent_is_refused_by_its_name(missing, answer, now):
    """§S4: 이용약관 and 개인정보 처리방침 are required."""
    draft = signup.start(Door.INDIVIDUAL, address="127.0.0.1", now=now)

    with pytest.raises(terms.RequiredConsentMissing) as refusal:
        signup.agree(draft, YES | {missing: answer}, address="127.0.0.1", now=now)

    assert refusal.value.field == missing
    assert str(TermsKind(missing).label) in str(refusal.value)
    assert SignupDraft.objects.get().choices == {}


@pytest.mark.parametrize("answer", [False, None])
def test_refusing_marketing_never_blocks(answer, now):
    """§S4: the marketing consent is optional."""
    draft = signup.start(Door.INDIVIDUAL, address="127.0.0.1", now=now)

    signup.agree(draft, YES | {"marketing": answer}, address="127.0.0.1", now=now)

    assert signup.next_step(draft, now=now) is Step.VERIFICATION
    assert not signup.agrees_to_marketing(draft, now=now)


# --- The verification -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "facts",
    [
        {"verified_at": None},
        {"purpose": Purpose.FIND_ID},
        {"verified_at": timezone.now() - timedelta(days=9)},
    ],
)
def test_only_a_fresh_verification_made_for_signing_up_serves(facts, now):
    """§S5: valid 30 minutes, for its own purpose."""
    draft = signup.start(Door.INDIVIDUAL, address="127.0.0.1", now=now)
    signup.agree(draft, YES, address="127.0.0.1", now=now)

    with pytest.raises(VerificationExpired):
        signup.attach_verification(draft, walk.verified(now=now, **facts), now=now)


def test_a_verification_serves_30_minutes(draft, now):
    """§S5: and not a second longer; the details stay."""
    signup.keep_details(draft, {"phone": "02-3460-7183"}, now=now)
    late = now + timedelta(minutes=30)

    assert signup.next_step(draft, now=late - SECOND) is Step.DETAILS
    assert signup.next_step(draft, now=late) is Step.VERIFICATION
    with pytest.raises(StepNotReached):
        create(draft, late)
    assert SignupDraft.objects.get().details == {"phone": "02-3460-7183"}


@pytest.mark.parametrize(("born", "refused"), [(date(2012, 11, 22), False), (date(2012, 11, 23), True)])
def test_nobody_under_14_signs_up(born, refused, now):
    """§D10: from the fourteenth birthday on."""
    draft = signup.start(Door.INDIVIDUAL, address="127.0.0.1", now=now)
    signup.agree(draft, YES, address="127.0.0.1", now=now)
    person = walk.verified(now=now, birth_date=born)

    if refused:
        with pytest.raises(UnderAge):
            signup.attach_verification(draft, person, now=now)
    else:
        signup.attach_verification(draft, person, now=now)
    assert (SignupDraft.objects.get().verification is None) is refused


def test_whoever_has_an_account_is_shown_its_id_masked(now):
    """§D10: one person, one account."""
    member = make.member("abcdef1")
    draft = signup.start(Door.INDIVIDUAL, address="127.0.0.1", now=now)
    signup.agree(draft, YES, address="127.0.0.1", now=now)

    with pytest.raises(AccountExists) as refusal:
        signup.attach_verification(draft, walk.verified(now=now, ci_hash=member.ci_hash), now=now)

    assert "ab***1" in str(refusal.value)
    assert "abcdef1" not in str(refusal.value)


# --- What is typed --------------------------------------------------------------------------------------------------


def test_what_was_typed_is_kept_as_it_was_typed(draft, now):
    """§S13: wrong values too; only what the database cannot hold is left out."""
    signup.keep_details(
        draft, {"username": " 한글Id ", "fax": "1\0" + "2" * 9000, "newsletters": ["OIS", "x"]}, now=now
    )

    kept = SignupDraft.objects.get().details
    assert kept == {"username": " 한글Id ", "fax": "1" + "2" * 499, "newsletters": ["OIS", "x"]}


@pytest.mark.parametrize("agreed", [False, True])
def test_nothing_is_kept_of_what_is_sent_before_its_step(agreed, now):
    """§S13, §S3: whoever was never verified has nothing to keep, and rows that anybody begins stay small."""
    draft = signup.start(Door.INDIVIDUAL, address="127.0.0.1", now=now)
    if agreed:
        signup.agree(draft, YES, address="127.0.0.1", now=now)
    before = SignupDraft.objects.get().expires_at

    signup.keep_details(draft, {"phone": "010-1234-5678"}, now=now + timedelta(hours=1))

    kept = SignupDraft.objects.get()
    assert (kept.details, kept.expires_at, draft.details) == ({}, before, {})


def test_what_is_typed_after_the_verification_aged_is_kept(draft, now):
    """§S13, §S5: the half hour costs a new verification, not the work."""
    signup.keep_details(draft, {"phone": "02-3460-7183"}, now=now + timedelta(minutes=31))

    assert SignupDraft.objects.get().details == {"phone": "02-3460-7183"}


def test_what_is_typed_after_the_account_was_made_is_dropped(draft, now):
    """§S13: a late autosave leaves no personal data behind."""
    create(draft, now)

    signup.keep_details(draft, {"phone": "010-1234-5678"}, now=now)

    assert SignupDraft.objects.get().details == {}


@pytest.mark.parametrize("owner", [make.member, make.staff])
def test_an_id_belongs_to_one_person_whatever_its_case(owner, draft, now):
    """§S8 ID중복확인: members and staff share the IDs."""
    owner("export2026")

    with pytest.raises(UsernameTaken):
        signup.check_username_for(draft, "export2026", now=now)
    with pytest.raises(IntegrityError):
        User.objects.filter(username="export2026").update(username="Export2026")


def test_a_free_id_is_free(draft, now):
    """§S8: nothing is raised."""
    signup.check_username_for(draft, "export2026", now=now)


def test_ids_cannot_be_listed_by_trying(draft, now):
    """§S8: sixty checks in ten minutes by one person, whatever draft they begin."""
    for number in range(60):
        signup.check_username_for(draft, f"export{number}", now=now)

    with pytest.raises(TooManyAttempts):
        signup.check_username_for(draft, "export2026", now=now)
    with pytest.raises(TooManyAttempts):
        create(draft, now)
    create(draft, now + timedelta(minutes=10))


def test_ids_cannot_be_checked_before_the_verification(now):
    """§S8: who asks is a verified person."""
    draft = signup.start(Door.INDIVIDUAL, address="127.0.0.1", now=now)
    signup.agree(draft, YES, address="127.0.0.1", now=now)

    with pytest.raises(StepNotReached):
        signup.check_username_for(draft, "export2026", now=now)


# --- The account ----------------------------------------------------------------------------------------------------


def test_the_account_holds_what_was_verified_and_what_was_typed(draft, now):
    """§S13, §S8, §S9: the account exists as soon as the details are accepted."""
    optional = {"fax": "0234607932", "department": "수출팀", "position": "과장", "address_en": "13 Heolleung-ro"}
    member = create(draft, now, preferred_medium="FAX", **optional)

    member.refresh_from_db()
    expected = vars(walk.details(preferred_medium="FAX", **optional)) | {
        "mobile": walk.MOBILE, "name": "김수출", "birth_date": date(1985, 3, 1), "gender": "M", "is_foreigner": False,
        "language": "ko", "joined_at": now, "is_staff": False, "is_superuser": False, "is_active": True,
        "email_confirmed_at": None, "closed_at": None, "ci_hash": draft.verification.ci_hash,
    }  # fmt: skip
    del expected["newsletters"]
    assert {name: getattr(member, name) for name in expected} == expected
    assert member.check_password(walk.PASSWORD)


def test_the_verification_is_used_up_by_its_member(draft, now):
    """§S5: used once."""
    member = create(draft, now)

    verification = member.verifications.get()
    assert (verification.pk, verification.consumed_at) == (draft.verification_id, now)


@pytest.mark.parametrize("marketing", [True, False])
def test_consents_are_rows_exactly_as_chosen(marketing, now):
    """§S4: document, version, choice, time, address; what was declined is a row too."""
    draft = signup.start(Door.INDIVIDUAL, address="127.0.0.1", now=now)
    signup.agree(draft, YES | {"marketing": marketing}, address="203.0.113.7", now=now)
    signup.attach_verification(draft, walk.verified(now=now), now=now)

    create(draft, now + timedelta(minutes=5))

    rows = Consent.objects.values_list("terms__kind", "terms__version", "agreed", "decided_at", "address")
    common = (now, "203.0.113.7")
    assert set(rows) == {
        ("use", 1, True, *common), ("privacy", 1, True, *common), ("marketing", 1, marketing, *common),
    }  # fmt: skip


def test_the_verified_number_wins_over_a_typed_one(draft, now):
    """§S8: 핸드폰 is the verified number."""
    assert create(draft, now, mobile="01099998888").mobile == walk.MOBILE


def test_after_ipin_the_number_is_the_typed_one(now):
    """§S8: typed after I-PIN."""
    draft = signup.start(Door.INDIVIDUAL, address="127.0.0.1", now=now)
    signup.agree(draft, YES, address="127.0.0.1", now=now)
    signup.attach_verification(draft, walk.verified(now=now, method=Method.IPIN), now=now)

    assert create(draft, now, mobile="01099998888").mobile == "01099998888"


def test_newsletters_become_subscriptions(draft, now):
    """§S9: those that were ticked and no others."""
    create(draft, now, newsletters=(Newsletter.OIS, Newsletter.KOTRA))

    assert set(Subscription.objects.values_list("newsletter", flat=True)) == {"OIS", "KOTRA"}


def test_a_member_is_asked_by_mail_to_confirm_the_address(draft, now):
    """§D14: an e-mail address is confirmed by a link."""
    create(draft, now)

    mail = Email.objects.get()
    assert mail.to == ["suchul@naver.com"]
    assert "/confirm-email/" in mail.message


def test_the_sign_up_is_an_event_of_the_member(draft, now):
    """§S13: history begins with it."""
    member = create(draft, now)

    event = MemberEvent.objects.get()
    assert (event.member, event.actor, event.kind, event.at) == (member, member, MemberEvent.Kind.SIGNED_UP, now)


def test_a_second_press_makes_no_second_account(draft, now):
    """§S13: whoever finished this sign-up already gets that account."""
    first = create(draft, now)

    assert create(draft, now) == first
    assert User.objects.count() == 1
    assert Email.objects.count() == 1


def test_who_closed_an_account_may_sign_up_again(draft, now):
    """§D10: one live account."""
    make.member(ci_hash=draft.verification.ci_hash, is_active=False, closed_at=now)

    assert create(draft, now).closed_at is None


REFUSALS = {
    UsernameTaken: lambda draft, now: (make.member("export2026"), {}),
    AccountExists: lambda draft, now: (make.member(ci_hash=draft.verification.ci_hash), {}),
    UnfitPassword: lambda draft, now: (None, {"password": "12345678"}),
    NewsletterNeedsConsent: lambda draft, now: (
        signup.agree(draft, YES | {"marketing": False}, address="127.0.0.1", now=now),
        {"newsletters": ("OIS",)},
    ),
    StepNotReached: lambda draft, now: (SignupDraft.objects.update(choices={}), {}),
    DraftExpired: lambda draft, now: (SignupDraft.objects.update(started_at=now - SECOND, expires_at=now), {}),
}


@pytest.mark.parametrize("refusal", REFUSALS)
def test_a_refused_sign_up_leaves_nothing_behind(refusal, draft, now):
    """§S13: no account, no consent, no mail; the verification is not used up."""
    _, changes = REFUSALS[refusal](draft, now)
    before = (User.objects.count(), Consent.objects.count(), MemberEvent.objects.count(), Email.objects.count())

    with pytest.raises(refusal):
        create(draft, now, **changes)

    draft.verification.refresh_from_db()
    assert draft.verification.consumed_at is None
    assert before == (
        User.objects.count(), Consent.objects.count(), MemberEvent.objects.count(), Email.objects.count(),
    )  # fmt: skip


@pytest.mark.parametrize(
    "password",
    ["abc12", "mugunghwa", "73519264", "무궁화꽃이피었", "password1", "export2026", "suchul1", "a1" * 65],
    ids=["short", "letters", "digits", "hangul", "common", "the id", "the mail", "long"],
)
def test_an_unfit_password_is_refused(password, draft, now):
    """§D12, §S8: letters and digits mixed, 6 or more, not common, not like its owner, at most 128."""
    with pytest.raises(UnfitPassword) as refusal:
        create(draft, now, password=password)

    assert refusal.value.field == "password"


@pytest.mark.parametrize("password", ["mugu8h", "mugung8hwa", "a1" * 64, "무궁화 a1 꽃"])
def test_a_password_that_keeps_the_rule_is_accepted(password, draft, now):
    """§D12: a special character is not demanded, and not refused."""
    assert create(draft, now, password=password).check_password(password)
