"""회원정보: what a member may change, what not, and what follows from it (§S8, §S9, §D14, §D22)."""

import pytest
from django.conf import settings as portal_settings
from django.test import Client
from django.utils import timezone
from post_office.models import Email

from accounts.domain import passwords, profile as rules
from accounts.domain.limits import TooManyAttempts
from accounts.domain.signup import NewsletterNeedsConsent
from accounts.forms.profile import ProfileForm
from accounts.models import Consent, MemberEvent, Method, TermsKind, User
from kotra_portal.kept import kept
from kotra_portal.reference.postcodes import HEAD_OFFICE
from tests import make

pytestmark = [pytest.mark.django_db, pytest.mark.once]


@pytest.fixture
def member() -> User:
    return make.member("member1", name_en="Kim Hana", phone="0234607114", mobile="01012345678")


@pytest.fixture
def own(client, login, member) -> Client:
    """The member's browser."""
    return login(member)


def text(response) -> str:
    return response.content.decode()


def filled(member: User, **typed: object) -> dict[str, object]:
    """What the browser sends when nothing but ``typed`` was touched."""
    form = ProfileForm(member=member)
    sent = {name: value for name in form.fields if (value := form[name].value()) not in (None, "", [])}
    local, _at, domain = sent.pop("email").rpartition("@")
    return sent | {"email": local, "email_domain": "", "email_typed": domain} | typed


def agree_to_marketing(member: User, agreed: bool = True) -> None:
    Consent.objects.create(
        member=member,
        terms=make.terms(TermsKind.MARKETING),
        agreed=agreed,
        decided_at=timezone.now(),
        address="127.0.0.1",
    )


# --- What may be changed --------------------------------------------------------------------------------------------

CHANGES = {
    "name_en": ("Hong Gil-dong", "Hong Gil-dong"),
    "postcode": ("０６７９３", "06793"),
    "address": ("부산광역시 해운대구 센텀중앙로 79", "부산광역시 해운대구 센텀중앙로 79"),
    "address_detail": ("3층", "3층"),
    "phone": ("1600-7119", "16007119"),
    "fax": ("02-3460-7932", "0234607932"),
    "department": ("수출팀", "수출팀"),
    "position": ("과장", "과장"),
    "address_en": ("79, Centum jungang-ro", "79, Centum jungang-ro"),
    "preferred_medium": ("POST", "POST"),
    "language": ("en", "en"),
}


@pytest.mark.parametrize(("name", "typed", "stored"), [(name, *values) for name, values in CHANGES.items()])
def test_each_detail_can_be_changed_alone(own, member, name, typed, stored):
    """§D14: what changed is kept, as an event with its name and without its value."""
    response = own.post("/my/profile/", filled(member, **{name: typed}))

    assert response["Location"] == "/my/profile/"
    after = User.objects.get(pk=member.pk)
    assert getattr(after, name) == stored
    assert [field for field in rules.FIELDS if getattr(after, field) != getattr(member, field)] == [name]
    event = MemberEvent.objects.get(member=member)
    assert (event.kind, event.actor, event.detail) == ("PROFILE_CHANGED", member, {"fields": [name]})


def test_nothing_changed_is_nothing_written(own, member):
    """§D14: saving a page as it was leaves no event and sends no mail."""
    assert own.post("/my/profile/", filled(member)).status_code == 302

    assert not MemberEvent.objects.exists()
    assert not Email.objects.exists()


PROTECTED = {
    "username": "other11", "name": "이두리", "birth_date": "1999-09-09", "gender": "M", "mobile": "010-9999-8888",
    "is_staff": "on", "is_superuser": "on", "is_active": "", "ci_hash": "x", "email_confirmed_at": "2026-01-01",
    "joined_at": "2026-01-01", "closed_at": "2026-01-01", "password": "x", "role": "MASTER", "member": "1", "id": "1",
}  # fmt: skip


def test_what_was_verified_cannot_be_changed(own, member):
    """§S8: ID, name, birth date and the verified number are shown, with the reason, and are no fields."""
    shown = text(own.get("/my/profile/"))
    assert all(fact in shown for fact in ("member1", member.name, "010-1234-5678", "직접 바꿀 수 없는 정보입니다."))
    assert not any(f'name="{name}"' in shown for name in PROTECTED)

    own.post("/my/profile/", filled(member) | PROTECTED)

    after = User.objects.get(pk=member.pk)
    untouched = [field.attname for field in User._meta.concrete_fields if field.attname != "last_login"]
    assert {name: getattr(after, name) for name in untouched} == {name: getattr(member, name) for name in untouched}


def test_a_number_typed_after_ipin_can_be_typed_anew(own, member):
    """§S8: only what was verified is fixed."""
    member.verifications.update(method=Method.IPIN)

    own.post("/my/profile/", filled(member, mobile="010-9999-8888"))

    member.refresh_from_db()
    assert member.mobile == "01099998888"


@pytest.mark.parametrize("changes", [{"username": "other11"}, {"is_staff": True}, {"mobile": "01099998888"}])
def test_the_rule_itself_takes_no_other_field(member, changes):
    """§D14: whoever calls the rule cannot write past it."""
    with pytest.raises(ValueError, match=next(iter(changes))):
        rules.change(member, changes, now=timezone.now())


REQUIRED = ("name_en", "postcode", "address", "phone", "email", "language")


@pytest.mark.parametrize("name", REQUIRED)
def test_what_is_required_cannot_be_emptied(own, member, name):
    """§S8: the required details stay required; what else was typed is still there."""
    sent = filled(member, department="수출팀") | ({"email_typed": ""} if name == "email" else {}) | {name: ""}
    response = own.post("/my/profile/", sent)

    assert response.status_code == 200
    assert "입력한 내용을 확인해 주세요." in text(response)
    assert 'value="수출팀"' in text(response)
    assert not MemberEvent.objects.exists()


@pytest.mark.parametrize("typed", ["x" * 10_000, "nul\x00", "\u202eright to left", "<script>", "😀"])
@pytest.mark.parametrize("name", [*CHANGES, "email", "newsletters", "began"])
def test_whatever_is_typed_there_is_an_answer(own, member, name, typed):
    """§D14: no input is an error of the server's."""
    assert own.post("/my/profile/", filled(member, **{name: typed})).status_code in {200, 302}


# --- Two tabs -------------------------------------------------------------------------------------------------------


def test_two_tabs_do_not_take_back_what_the_other_saved(own, member):
    """§D14: each saves what was changed in it."""
    first, second = filled(member, phone="1600-7119"), filled(member, department="수출팀")

    own.post("/my/profile/", first)
    own.post("/my/profile/", second)

    member.refresh_from_db()
    assert (member.phone, member.department) == ("16007119", "수출팀")


def test_of_two_changes_of_one_detail_the_last_wins(own, member):
    """§D14: two tabs, one field."""
    first, second = filled(member, department="수출팀"), filled(member, department="수입팀")

    own.post("/my/profile/", first)
    own.post("/my/profile/", second)

    member.refresh_from_db()
    assert member.department == "수입팀"


def test_anothers_page_is_no_start(own, member):
    """§D14: what the page began from is signed for one member."""
    other = make.member("member2", department="남의 부서")

    own.post("/my/profile/", filled(member, began=filled(other)["began"]))

    assert not MemberEvent.objects.exists()


# --- E-mail ---------------------------------------------------------------------------------------------------------


def new_address(member: User, address: str = "new@example.org") -> dict[str, object]:
    local, _at, domain = address.rpartition("@")
    return filled(member, email=local, email_typed=domain, current_password=make.PASSWORD)


def test_a_new_address_has_to_be_confirmed(own, member):
    """§D14: it gets the link, the address before is told, and neither ID nor password goes to it until then."""
    response = own.post("/my/profile/", new_address(member), follow=True)

    member.refresh_from_db()
    assert (member.email, member.email_confirmed_at) == ("new@example.org", None)
    assert "새 이메일로 확인 메일을 보냈습니다." in text(response)
    link, notice = Email.objects.order_by("pk")
    assert (link.to, notice.to) == (["new@example.org"], ["member1@example.com"])
    assert "/confirm-email/" in link.message
    assert "new@example.org" not in notice.message
    assert "ne***@example.org" in notice.message


def test_the_same_address_stays_confirmed(own, member):
    """§D14: saving something else asks for no new confirmation."""
    own.post("/my/profile/", filled(member, department="수출팀"))

    member.refresh_from_db()
    assert member.email_confirmed_at == make.LONG_AGO
    assert not Email.objects.exists()


def test_new_addresses_are_limited(own, member):
    """§D14: nobody can have mails sent to one address after the other."""
    for number in range(rules.EMAIL_CHANGES.times):
        member.refresh_from_db()
        assert own.post("/my/profile/", new_address(member, f"a{number}@example.org")).status_code == 302
    member.refresh_from_db()

    response = own.post("/my/profile/", new_address(member, "last@example.org"))

    assert "너무 여러 번 시도했습니다." in text(response)
    with pytest.raises(TooManyAttempts):
        rules.change(member, {"email": "last@example.org"}, current_password=make.PASSWORD, now=timezone.now())


NEEDED = "이메일을 바꾸려면 현재 비밀번호를 입력해 주세요."
WRONG = "현재 비밀번호가 맞지 않습니다. 다시 입력해 주세요."


@pytest.mark.parametrize(("current", "sentence"), [("", NEEDED), ("wrong1password", WRONG)])
def test_a_new_address_needs_the_present_password(own, member, current, sentence):
    """§D14: an open browser is not enough to take the account; what else was typed is still there."""
    typed = new_address(member) | {"department": "수출팀", "current_password": current}

    shown = text(own.post("/my/profile/", typed))

    assert sentence in shown
    assert all(f'value="{value}"' in shown for value in ("수출팀", "new", "example.org"))
    assert "wrong1password" not in shown
    member.refresh_from_db()
    assert (member.email, member.department) == ("member1@example.com", "")
    assert not Email.objects.exists()


def test_only_a_new_address_needs_it(own, member):
    """§D14: whatever stands in the password's field then."""
    own.post("/my/profile/", filled(member, department="수출팀", current_password="wrong1password"))

    member.refresh_from_db()
    assert member.department == "수출팀"
    assert "이메일을 바꿀 때만 입력해 주세요." in text(own.get("/my/profile/"))


def test_the_rule_itself_asks_for_the_password(member):
    """§D14: whoever calls it; and a password that was changed meanwhile is no longer the present one."""
    with pytest.raises(rules.PasswordMissing):
        rules.change(member, {"email": "new@example.org"}, now=timezone.now())

    stale = User.objects.get(pk=member.pk)
    passwords.change(member, make.PASSWORD, "brandnew77", now=timezone.now())
    with pytest.raises(passwords.WrongPassword):
        rules.change(stale, {"email": "new@example.org"}, current_password=make.PASSWORD, now=timezone.now())


def test_tries_at_the_password_are_those_of_its_change(own, member):
    """§D14: five in a quarter of an hour, whichever page they are made on; the right one is refused after them."""
    for number in range(passwords.CHANGES.times):
        page = own.post("/my/profile/", new_address(member) | {"current_password": f"wrong{number}"})
        assert WRONG in text(page)

    assert "너무 여러 번 시도했습니다." in text(own.post("/my/profile/", new_address(member)))
    member.refresh_from_db()
    assert member.email == "member1@example.com"


@pytest.mark.parametrize("go", ["postcode", "head_office"])
def test_the_password_is_not_kept_over_a_look_up(own, member, go):
    """§D14: neither in the session nor on the page."""
    own.post("/my/profile/keep/", new_address(member) | {"go": go})

    assert make.PASSWORD not in str(dict(own.session.items()))
    assert make.PASSWORD not in text(own.get("/my/profile/"))


# --- Newsletters ----------------------------------------------------------------------------------------------------


def test_newsletters_need_the_marketing_consent(own, member):
    """§S9: without it none can be chosen, and the page says so beside the boxes."""
    assert "‘개인정보 마케팅 활용’에 동의한 회원만" in text(own.get("/my/profile/"))

    response = own.post("/my/profile/", filled(member, newsletters=["ACADEMY"]))

    assert str(NewsletterNeedsConsent()) in text(response)
    assert not member.subscriptions.exists()


def test_newsletters_are_chosen_and_left(own, member):
    """§S9: with the consent each can be taken and given back."""
    agree_to_marketing(member)

    own.post("/my/profile/", filled(member, newsletters=["ACADEMY", "OIS"]))
    assert rules.values_of(member)["newsletters"] == ["ACADEMY", "OIS"]
    own.post("/my/profile/", filled(member, newsletters=["OIS", "KOTRA"]))
    assert rules.values_of(member)["newsletters"] == ["KOTRA", "OIS"]
    own.post("/my/profile/", filled(member, newsletters=[]))

    assert not member.subscriptions.exists()
    assert [event.detail for event in MemberEvent.objects.all()] == [{"fields": ["newsletters"]}] * 3


def test_a_consent_taken_back_counts(own, member):
    """§S9: the latest decision is what holds."""
    agree_to_marketing(member)
    agree_to_marketing(member, agreed=False)

    own.post("/my/profile/", filled(member, newsletters=["ACADEMY"]))

    assert not member.subscriptions.exists()


def test_a_refused_newsletter_takes_the_other_changes_back(member):
    """§D14: all of it is saved, or nothing."""
    with pytest.raises(NewsletterNeedsConsent):
        rules.change(member, {"department": "수출팀", "newsletters": ["OIS"]}, now=timezone.now())

    member.refresh_from_db()
    assert member.department == ""


# --- Language -------------------------------------------------------------------------------------------------------


def test_the_language_changes_at_once(own, member):
    """§D22: the next page and the browser's cookie are in the chosen language."""
    own.post("/my/profile/", filled(member, language="en"))

    assert own.get("/my/profile/")["Content-Language"] == "en"
    assert own.cookies[portal_settings.LANGUAGE_COOKIE_NAME].value == "en"


# --- The postcode without JavaScript --------------------------------------------------------------------------------


def test_what_was_typed_survives_the_look_up(own, member):
    """§S8: to the search and back with the address; nothing typed is lost, and nothing is saved."""
    sent = filled(member, department="수출팀", go="postcode")

    response = own.post("/my/profile/keep/", sent)
    assert response["Location"] == "/postcode/?return=/my/profile/"
    shown = text(own.get("/my/profile/?postcode=48058&address=부산광역시"))

    assert all(f'value="{value}"' in shown for value in ("수출팀", "48058", "부산광역시"))
    assert "아직 저장하지 않았습니다." in shown
    member.refresh_from_db()
    assert (member.department, member.postcode) == ("", "06792")


def test_saved_is_no_longer_unsaved(own, member):
    """§S8: after saving the page shows what is saved."""
    own.post("/my/profile/keep/", filled(member, department="수출팀", go="postcode"))

    own.post("/my/profile/", filled(member, department="수입팀"))

    shown = text(own.get("/my/profile/"))
    assert "아직 저장하지 않았습니다." not in shown
    assert 'value="수입팀"' in shown


def test_what_was_typed_can_be_dropped(own, member):
    """§S8: the saved details come back."""
    own.post("/my/profile/keep/", filled(member, department="수출팀"))

    assert own.post("/my/profile/discard/")["Location"] == "/my/profile/"

    assert "수출팀" not in text(own.get("/my/profile/"))


def test_a_member_abroad_gives_the_head_offices_address(own, member):
    """§S8: one button fills it in."""
    response = own.post("/my/profile/keep/", filled(member, go="head_office"))

    assert response["Location"] == "/my/profile/#id_address_detail"
    assert f'value="{HEAD_OFFICE.road_address}"' in text(own.get("/my/profile/"))


def test_another_address_takes_the_old_ones_detail_and_english_away(own, member):
    """§S8: found by the search, and the head office's too."""
    User.objects.filter(pk=member.pk).update(address="세종로 1", address_detail="101동", address_en="1 Sejong-ro")
    member.refresh_from_db()

    found = {"postcode": "48058", "address": "부산광역시 해운대구 센텀", "address_en": "Busan"}
    shown = own.get("/my/profile/", found).context["form"]
    own.post("/my/profile/keep/", filled(member, go="head_office"))
    kept = own.get("/my/profile/").context["form"]

    names = ("postcode", "address", "address_en", "address_detail")
    assert [shown[name].value() for name in names] == [*found.values(), ""]
    assert [kept[name].value() for name in names] == [*HEAD_OFFICE.as_typed.values(), ""]


@pytest.mark.parametrize("go", ["", "https://evil.example", "\x00", "x" * 10_000])
def test_keeping_leads_nowhere_else(own, member, go):
    """§S8: an unknown direction leads back."""
    assert own.post("/my/profile/keep/", filled(member, go=go))["Location"] == "/my/profile/#id_address_detail"


def test_of_a_list_only_what_it_offers_is_kept(own, member):
    """§S13: the session holds what the page can show, and each once."""
    own.post("/my/profile/keep/", filled(member, newsletters=["x" * 9000, "OIS", *["KOTRA"] * 300]))

    assert kept(own.session, "profile_typed")["newsletters"] == ["KOTRA", "OIS"]
