"""아이디 찾기 and 비밀번호 재설정: the same to everybody, and only the person gets further (§D14)."""

import re
from datetime import timedelta

import pytest
from django.conf import settings as portal_settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from post_office.models import Email

from accounts.domain import limits, recovery
from accounts.domain.limits import TooManyAttempts
from accounts.domain.verification import hash_ci
from accounts.identity import ipin_provider, mobile_provider
from accounts.identity.stub import IPIN_PASSWORD
from accounts.models import MemberEvent, Purpose, User
from accounts.views import visit
from tests import make
from tests.accounts import people

pytestmark = pytest.mark.django_db

NEW = "brandnew77"
CSRF = re.compile(r'(csrfmiddlewaretoken" value=|X-CSRFToken": )"[^"]+"')


@pytest.fixture
def member() -> User:
    return make.member("member1", name="김하나", email="hana@example.com")


def text(response) -> str:
    return CSRF.sub("", response.content.decode())


def ask(path: str, *, address: str = "192.0.2.1", follow: bool = True, **typed: str):
    return Client(REMOTE_ADDR=address).post(path, typed, follow=follow)


def mails() -> list[Email]:
    return list(Email.objects.order_by("pk"))


def verified(person: User | None, purpose: Purpose, *, client: Client, **fields: object):
    """Put a verification of this purpose into the visitor's session, as the verification's pages do."""
    now = timezone.now()
    moments = {"requested_at": now, "verified_at": now}
    who = {"ci_hash": person.ci_hash, "name": person.name} if person else {}
    row = make.verification(purpose=purpose, **moments | who | fields)
    session = client.session
    session[visit.VERIFICATION.format(purpose)] = str(row.pk)
    session.save()
    return row


def mailed_path() -> str:
    """The path of the link in the last mail."""
    return re.search(re.escape(portal_settings.PORTAL_URL) + r"(/password-reset/\S+)", mails()[-1].message)[1]


def set_password(client: Client, password: str = NEW, again: str | None = None, **more: object):
    return client.post("/password-reset/new/", {"password": password, "password_again": again or password}, **more)


# --- 아이디 찾기 by mail --------------------------------------------------------------------------------------------

KNOWN = {"name": "김하나", "email": "hana@example.com"}
UNKNOWN = {"name": "이두리", "email": "duri@example.com"}


def test_the_id_is_mailed(member):
    """§D14: whoever knows name and confirmed address gets the ID there."""
    ask("/find-id/mail/", **KNOWN)

    (mail,) = mails()
    assert mail.to == ["hana@example.com"]
    assert "member1" in mail.message
    assert "member1" in mail.html_message


def test_a_name_in_latin_letters_may_be_typed_in_any_case():
    """§D14: a foreigner's name is found as the person writes it."""
    make.member("member1", name="JOHN SMITH", email="john@example.com")

    ask("/find-id/mail/", name="John Smith", email="john@example.com")

    assert "member1" in mails()[0].message


def test_somebody_unknown_is_mailed_that_there_is_no_account(member):
    """§D14: one mail either way; it names no ID."""
    ask("/find-id/mail/", **UNKNOWN)

    (mail,) = mails()
    assert mail.to == ["duri@example.com"]
    assert "찾지 못했습니다" in mail.message
    assert "member1" not in mail.message


@pytest.mark.parametrize(
    ("path", "known", "unknown"),
    [
        ("/find-id/mail/", KNOWN, UNKNOWN),
        (
            "/password-reset/mail/",
            {"username": "member1", "email": "hana@example.com"},
            {"username": "nobody1", "email": "duri@example.com"},
        ),
    ],
)
def test_known_and_unknown_get_the_same_answer_for_the_same_work(member, path, known, unknown):
    """§D14: the same page, as many queries, one mail each."""
    answers = []
    for address, typed in (("192.0.2.1", known), ("192.0.2.2", unknown)):
        before = Email.objects.count()
        with CaptureQueriesContext(connection) as queries:
            response = ask(path, address=address, **typed)
        answers.append((text(response), response.redirect_chain, len(queries), Email.objects.count() - before))

    assert answers[0] == answers[1]
    assert "입력한 주소로 메일을 보냈습니다." in answers[0][0]
    assert answers[0][3] == 1


@pytest.mark.parametrize(
    "state",
    [{"email_confirmed_at": None}, {"is_active": False}, {"is_active": False, "closed_at": make.LONG_AGO}],
    ids=["unconfirmed", "inactive", "closed"],
)
def test_only_a_confirmed_address_of_a_member_counts(state):
    """§D14: an address that nobody confirmed may be somebody else's."""
    make.member("member1", name="김하나", email="hana@example.com", **state)

    ask("/find-id/mail/", **KNOWN)
    ask("/password-reset/mail/", username="member1", email="hana@example.com")

    assert all("찾지 못했습니다" in mail.message for mail in mails())
    assert not any("/password-reset/" in mail.message for mail in mails())


def test_staff_accounts_are_found_by_nobody():
    """§D3: staff are no members; their passwords are not reset here."""
    make.staff("staff1", name="김하나", email="hana@example.com", email_confirmed_at=make.LONG_AGO)

    ask("/find-id/mail/", **KNOWN)
    ask("/password-reset/mail/", username="staff1", email="hana@example.com")

    assert not any("staff1" in mail.message for mail in mails())


def test_a_look_alike_address_receives_nothing(member):
    """§D14: what the database may hold for the same address (ı for i) is not where the mail goes."""
    make.member("member2", name="이미아", email="mia@example.com")

    ask("/find-id/mail/", name="이미아", email="mıa@example.com")
    ask("/password-reset/mail/", username="member2", email="mıa@example.com")

    recovery.mail_id("이미아", "mıa@example.com", language="ko", network="192.0.2.8", now=timezone.now())
    assert not any("member2" in mail.message + mail.html_message for mail in mails())


@pytest.mark.parametrize("path", ["/find-id/mail/", "/password-reset/mail/"])
@pytest.mark.parametrize("is_known", [True, False])
def test_mails_are_limited_by_address_alike(member, path, is_known):
    """§D14: three an hour to one address, whether it is known or not."""
    typed = (KNOWN if is_known else UNKNOWN) | {"username": "member1"}
    for number in range(3):
        assert "메일을 보냈습니다." in text(ask(path, address=f"192.0.2.{number}", **typed))

    response = ask(path, address="192.0.2.9", **typed)

    assert "너무 여러 번 시도했습니다." in text(response)
    assert len(mails()) == 3


def test_mails_are_limited_by_network(member):
    """§D14: one visitor cannot have mails sent to everybody."""
    for _ in range(recovery.MAILS_BY.times):
        limits.take(recovery.MAILS_BY, "192.0.2.1", now=timezone.now())

    with pytest.raises(TooManyAttempts):
        recovery.mail_id("김하나", "x@example.com", language="ko", network="192.0.2.1", now=timezone.now())


@pytest.mark.parametrize("typed", ["", "x", "@", "a@b", "\x00@example.com", "x" * 10_000, "a@b.kr\u202e", "한글@한글"])
@pytest.mark.parametrize("path", ["/find-id/mail/", "/password-reset/mail/"])
def test_whatever_is_typed_there_is_an_answer(path, typed):
    """§D14: no input is an error of the server's, and nothing typed is lost."""
    response = ask(path, name=typed, username=typed, email=typed)

    assert response.status_code == 200
    assert "입력한 내용을 확인해 주세요." in text(response)
    assert mails() == []


def test_words_of_a_template_stay_words():
    """§D14: an address or name with braces in it is text in the mail, never an order to the portal."""
    asked_by = {"language": "ko", "network": "192.0.2.1", "now": timezone.now()}
    # The form takes no such name; the rule itself is asked, so that the mail is safe whoever queues it.
    recovery.mail_id("{% debug %}", "{{settings.SECRET_KEY}}@example.com", **asked_by)
    recovery.mail_id("{{ 7|add:7 }}", "{%include%}@example.com", **asked_by)

    assert len(mails()) == 2


@pytest.mark.parametrize("path", ["/find-id/mail/", "/password-reset/mail/"])
def test_the_mails_own_address_leads_to_the_form(client, path):
    """§D14: a page loaded anew by its address is the form."""
    assert client.get(path)["Location"] == path.removesuffix("mail/")


# --- 아이디 찾기 by verification ------------------------------------------------------------------------------------


def test_the_verified_person_sees_the_whole_id_and_sees_it_again(client, member):
    """§D14: the verification is used up by the first look, and a page loaded anew is no error."""
    row = verified(member, Purpose.FIND_ID, client=client)

    first, second = client.get("/find-id/result/"), client.get("/find-id/result/")

    assert "member1" in text(first)
    assert text(first) == text(second)
    row.refresh_from_db()
    assert (row.consumed_at is not None, row.member) == (True, member)


def test_the_id_is_not_shown_after_the_verifications_time(client, member, frozen):
    """§S5: a verification is valid for 30 minutes."""
    clock = frozen()
    verified(member, Purpose.FIND_ID, client=client)
    client.get("/find-id/result/")

    clock.shift(30 * 60 - 1)
    assert "member1" in text(client.get("/find-id/result/"))
    clock.shift(1)
    response = client.get("/find-id/result/", follow=True)

    assert response.redirect_chain == [("/find-id/", 302)]
    assert "실명인증의 유효 시간 30분이 지났거나" in text(response)
    assert "member1" not in text(response)


def test_a_person_without_an_account_is_told_and_led_to_sign_up(client):
    """§D14: only the verified person learns that there is no account."""
    verified(None, Purpose.FIND_ID, client=client)

    response = client.get("/find-id/result/")

    assert "이 실명인증으로 가입한 회원이 없습니다." in text(response)
    assert 'href="/signup/"' in text(response)


@pytest.mark.parametrize("purpose", [Purpose.SIGNUP, Purpose.RESET_PASSWORD])
def test_a_verification_of_another_purpose_finds_nothing(client, member, purpose):
    """§S5: a verification serves its own purpose only."""
    row = verified(member, purpose, client=client)
    session = client.session
    session[visit.VERIFICATION.format(Purpose.FIND_ID)] = str(row.pk)
    session.save()

    assert client.get("/find-id/result/")["Location"] == "/find-id/"


@pytest.mark.parametrize("state", [{"verified_at": None}, None])
def test_without_a_verification_there_is_no_result(client, member, state):
    """§D14: a code that was sent and not entered proves nothing."""
    if state:
        verified(member, Purpose.FIND_ID, client=client, **state)

    assert client.get("/find-id/result/")["Location"] == "/find-id/"


def test_a_closed_account_is_not_found(client):
    """§D14: who closed the account has none."""
    gone = make.member("member1", is_active=False, closed_at=make.LONG_AGO)
    verified(gone, Purpose.FIND_ID, client=client)

    assert "member1" not in text(client.get("/find-id/result/"))


# --- 비밀번호 재설정 ------------------------------------------------------------------------------------------------


def open_link(client: Client, member: User):
    ask("/password-reset/mail/", username=member.username, email=member.email)
    return client.get(mailed_path())


def test_the_mailed_link_lets_set_a_new_password(client, member):
    """§D14: link, new password twice, log-in."""
    opened = open_link(client, member)
    assert opened["Location"] == "/password-reset/new/"
    assert "member1" in text(client.get("/password-reset/new/"))

    response = set_password(client, follow=True)

    assert response.redirect_chain == [("/login/", 302)]
    assert "비밀번호를 변경했습니다." in text(response)
    member.refresh_from_db()
    assert member.check_password(NEW)
    assert MemberEvent.objects.get(member=member).kind == MemberEvent.Kind.PASSWORD_RESET
    assert mails()[-1].subject == "[KOTRA] 비밀번호가 변경되었습니다"
    assert client.post("/login/", {"username": "member1", "password": NEW})["Location"] == "/my/"


def test_the_token_does_not_stay_in_the_address(client, member):
    """§D14: it goes into the session, so that neither a referrer nor a printout holds it."""
    open_link(client, member)

    assert mailed_path().split("/")[-2] not in text(client.get("/password-reset/new/"))


def test_opening_the_link_changes_the_sessions_id(client, member):
    """§D14: whoever put their own session into the person's browser does not set the password with it."""
    session = client.session
    session["kept"] = True
    session.save()
    planted = Client()
    planted.cookies[portal_settings.SESSION_COOKIE_NAME] = session.session_key

    open_link(client, member)

    assert client.session.session_key != session.session_key
    assert planted.get("/password-reset/new/").status_code == 410


def test_the_link_works_once(client, member):
    """§D14: it ends with the password it was made for."""
    open_link(client, member)
    path = mailed_path()
    set_password(client)

    response = Client().get(path)

    assert response.status_code == 410
    assert "이 링크는 유효 시간이 지났거나 이미 사용했습니다." in text(response)
    assert set_password(client, "another99").status_code == 410


def test_the_link_ends_after_an_hour(client, member, frozen, settings):
    """§D14: the time is a setting."""
    clock = frozen()
    ask("/password-reset/mail/", username="member1", email="hana@example.com")

    clock.shift(settings.PASSWORD_RESET_TIMEOUT)
    assert client.get(mailed_path()).status_code == 302
    clock.shift(1)
    assert client.get(mailed_path()).status_code == 410


@pytest.mark.parametrize("happens", ["email", "login", "closing"])
def test_the_link_ends_with_what_it_stood_on(client, member, happens):
    """§D14: another address, a log-in or the end of the account make an old link worthless."""
    ask("/password-reset/mail/", username="member1", email="hana@example.com")
    if happens == "email":
        User.objects.filter(pk=member.pk).update(email="new@example.com")
    elif happens == "login":
        Client().post("/login/", {"username": "member1", "password": make.PASSWORD})
    else:
        User.objects.filter(pk=member.pk).update(is_active=False)

    assert client.get(mailed_path()).status_code == 410


DAMAGED = [
    "/password-reset/x/y/",
    "/password-reset/MQ/a-b/",
    "/password-reset/%00/%00/",
    "/password-reset/OTk5OTk5OTk5OTk5OTk5OTk5OTk5/x/",
    f"/password-reset/{'A' * 5000}/x/",
    "/password-reset/7ZWc/한글/",
]


@pytest.mark.parametrize("path", DAMAGED)
def test_a_damaged_link_is_refused_clearly(client, member, path):
    """§D14: no address is an error of the server's."""
    assert client.get(path).status_code == 410


def test_the_verified_person_sets_a_new_password(client, member):
    """§D14: by verification, used up by it."""
    row = verified(member, Purpose.RESET_PASSWORD, client=client)
    assert client.get("/password-reset/new/").status_code == 200

    assert set_password(client)["Location"] == "/login/"

    row.refresh_from_db()
    member.refresh_from_db()
    assert (row.consumed_at is not None, row.member, member.check_password(NEW)) == (True, member, True)
    assert set_password(client).status_code == 410


@pytest.mark.parametrize("state", ["expired", "unverified", "other purpose", "none"])
def test_without_a_fresh_verification_nothing_is_set(client, member, frozen, state):
    """§S5: verified, for this purpose, within the last 30 minutes, not used."""
    clock = frozen()
    if state == "other purpose":
        row = verified(member, Purpose.FIND_ID, client=client)
        session = client.session
        session[visit.VERIFICATION.format(Purpose.RESET_PASSWORD)] = str(row.pk)
        session.save()
    elif state != "none":
        moments = {"verified_at": None} if state == "unverified" else {}
        verified(member, Purpose.RESET_PASSWORD, client=client, **moments)
    clock.shift(30 * 60 if state == "expired" else 60)

    assert client.get("/password-reset/new/").status_code == 410
    assert set_password(client).status_code == 410
    member.refresh_from_db()
    assert member.check_password(make.PASSWORD)


def test_a_person_without_an_account_has_no_password_to_reset(client):
    """§D14: only that person is told."""
    verified(None, Purpose.RESET_PASSWORD, client=client)

    assert "이 실명인증으로 가입한 회원이 없습니다." in text(client.get("/password-reset/new/"))


def test_a_suspended_member_resets_nothing_by_verification(client, member):
    """§D14: and the answer is the one that somebody without an account gets."""
    verified(None, Purpose.RESET_PASSWORD, client=(stranger := Client()))
    row = verified(member, Purpose.RESET_PASSWORD, client=client)
    User.objects.filter(pk=member.pk).update(is_active=False)

    assert text(client.get("/password-reset/new/")) == text(stranger.get("/password-reset/new/"))
    assert set_password(client).status_code == 410
    with pytest.raises(recovery.NoAccount):
        recovery.reset_by_verification(row.pk, NEW, now=timezone.now())
    member.refresh_from_db()
    assert member.check_password(make.PASSWORD)


def test_the_later_proof_counts(client, member):
    """§D14: the link opened last, or the verification finished last, says whose password it is."""
    other = make.member("member2")
    verified(other, Purpose.RESET_PASSWORD, client=client)
    open_link(client, member)
    assert "member1" in text(client.get("/password-reset/new/"))

    verified(other, Purpose.RESET_PASSWORD, client=client, verified_at=None)
    assert "member1" in text(client.get("/password-reset/new/"))

    verified(other, Purpose.RESET_PASSWORD, client=client)
    assert "member2" in text(client.get("/password-reset/new/"))


def test_an_unfit_password_uses_nothing_up(client, member):
    """§D12: the rules hold here too, and the next try works."""
    verified(member, Purpose.RESET_PASSWORD, client=client)

    assert "영문자와 숫자를 섞어 주세요." in text(set_password(client, "onlyletters"))
    assert "두 비밀번호가 다릅니다." in text(set_password(client, NEW, "different77"))
    assert set_password(client).status_code == 302


def test_every_session_of_the_member_ends(client, member, login):
    """§D14: whoever was logged in with the old password is out."""
    elsewhere = login(member, Client())
    verified(member, Purpose.RESET_PASSWORD, client=client)

    set_password(client)

    assert elsewhere.get("/my/")["Location"].startswith("/login/")


def test_a_member_who_is_logged_in_meanwhile_reads_what_happened(client, member, login):
    """§D14: resetting in the browser that is logged in ends that log-in too, and says so."""
    login(member)
    verified(member, Purpose.RESET_PASSWORD, client=client)

    assert "비밀번호를 변경했습니다." in text(set_password(client, follow=True))


def test_the_reset_opens_the_owners_door_again(client, member):
    """§D14: whoever proved themself is not kept out by others' failures with the ID."""
    verified(member, Purpose.RESET_PASSWORD, client=client)
    for _ in range(5):
        client.post("/login/", {"username": "member1", "password": "wrong1"})

    set_password(client)

    assert client.post("/login/", {"username": "member1", "password": NEW})["Location"] == "/my/"


def test_the_mails_follow_the_members_language():
    """§D22: a member reads mails in their own language, whatever the visitor's browser shows."""
    make.member("member1", name="Ann Lee", email="ann@example.com", language="en")
    korean = ask("/find-id/mail/", name="Ann Lee", email="ann@example.com")
    assert korean.status_code == 200

    assert 'lang="en"' in mails()[0].html_message


def test_a_link_is_made_with_the_settings_host(client, member, settings):
    """§D14: what the request calls the portal is not where the mail leads."""
    settings.ALLOWED_HOSTS = ["*"]
    Client(headers={"Host": "evil.example"}).post(
        "/password-reset/mail/", {"username": "member1", "email": "hana@example.com"}
    )

    (mail,) = mails()
    assert settings.PORTAL_URL in mail.message
    assert "evil.example" not in mail.message + mail.html_message


def test_two_presses_of_the_button_are_one_reset(client, member):
    """§D14: the second finds the verification used."""
    row = verified(member, Purpose.RESET_PASSWORD, client=client)
    now = timezone.now()
    proof = recovery.Proof(verification_id=row.pk)
    recovery.reset(proof, NEW, now=now)

    with pytest.raises(recovery.RecoveryExpired):
        recovery.reset(proof, "another99", now=now + timedelta(seconds=1))


# --- The whole way, through the providers' windows ------------------------------------------------------------------


def verify_by_mobile(client: Client, stem: str):
    """Go through the carrier's window; returns the page it leads to."""
    people.post(client, f"{stem}_mobile_request", people.typed())
    return people.press(client, f"{stem}_mobile_confirm", {"code": people.code_sent_to("01055550001")})


def test_by_mobile_from_the_choice_to_the_id(client):
    """§D14: 아이디 찾기 › 휴대폰 › the ID; the session changes its id at the verification."""
    make.member("found01", ci_hash=hash_ci(mobile_provider().identify(people.claim()).ci))
    assert "/find-id/verification/mobile/" in text(client.get("/find-id/"))

    assert verify_by_mobile(client, "find_id")["Location"] == "/find-id/result/"

    assert "found01" in text(client.get("/find-id/result/"))


def test_by_ipin_from_the_choice_to_a_new_password(client):
    """§D14: 비밀번호 재설정 › 공공아이핀 › a new password › log-in."""
    ci = ipin_provider().identify("ipin0001", IPIN_PASSWORD).ci
    make.member("found01", ci_hash=hash_ci(ci))
    assert "/password-reset/verification/ipin/" in text(client.get("/password-reset/"))

    assert people.log_in_by_ipin(client, Purpose.RESET_PASSWORD)["Location"] == "/password-reset/new/"
    assert "found01" in text(client.get("/password-reset/new/"))
    set_password(client)

    assert client.post("/login/", {"username": "found01", "password": NEW})["Location"] == "/my/"
