"""동의 관리: what a member agreed to is readable, and the optional part can be given and withdrawn (§D14, §S4, §S9)."""

from datetime import date, timedelta

import pytest
from django.test import Client
from django.utils import timezone
from post_office.models import Email

from accounts.domain import profile, terms as rules
from accounts.domain.limits import TooManyAttempts
from accounts.domain.signup import NewsletterNeedsConsent
from accounts.domain.terms import NothingToAgreeTo, RequiredConsentStays
from accounts.forms.consents import AGAIN
from accounts.forms.details import CHOOSE_FROM_LIST
from accounts.models import Consent, MemberEvent, Subscription, Terms, TermsKind, User
from tests import make
from tests.accounts.people import NOW

pytestmark = pytest.mark.django_db

PAGE, CHANGE = "/my/consents/", "/my/consents/marketing/"
MARKETING = TermsKind.MARKETING


@pytest.fixture
def member() -> User:
    """A member who declined the marketing use when signing up."""
    person = make.member("member1", name="김하나")
    rules.record(person, {make.terms(MARKETING).pk: False}, decided_at=make.LONG_AGO, address="192.0.2.1")
    return person


@pytest.fixture
def own(client, login, member) -> Client:
    """The member's browser."""
    return login(member)


def change(member: User, agreed: bool, *, kind: TermsKind = MARKETING, minutes: float = 0) -> bool:
    return rules.change_consent(member, kind, agreed, address="203.0.113.7", now=NOW + timedelta(minutes=minutes))


def choices(member: User) -> list[bool]:
    """Each decision about the marketing use, oldest first."""
    decided = Consent.objects.filter(member=member, terms__kind=MARKETING).order_by("decided_at", "pk")
    return list(decided.values_list("agreed", flat=True))


def agreeing(**typed: object) -> dict[str, object]:
    """What the button of the page sends."""
    return {"agree": "yes", "shown": make.terms(MARKETING).pk} | typed


def text(response) -> str:
    return response.content.decode()


# --- Giving ---------------------------------------------------------------------------------------------------------


def test_whoever_declined_when_signing_up_can_agree_later(member):
    """§D14: the decision is a new row: document, version, choice, time, address; the earlier one stays."""
    assert change(member, True)

    given, declined = Consent.objects.filter(member=member, terms__kind=MARKETING)
    assert (given.agreed, given.terms, given.decided_at) == (True, make.terms(MARKETING), NOW)
    assert given.address == "203.0.113.7"
    assert (declined.agreed, declined.decided_at) == (False, make.LONG_AGO)
    assert rules.agrees_to(member, MARKETING)


def test_newsletters_can_be_chosen_after_agreeing(member):
    """§S9: what was refused before is open now."""
    with pytest.raises(NewsletterNeedsConsent):
        profile.change(member, {"newsletters": ["OIS"]}, now=NOW)

    change(member, True)
    profile.change(member, {"newsletters": ["OIS"]}, now=NOW)

    assert profile.values_of(member)["newsletters"] == ["OIS"]


def test_whoever_was_never_asked_can_agree(member):
    """§D14: no decision is no consent, and no obstacle."""
    stranger = make.member()

    assert not change(stranger, False)
    assert change(stranger, True)

    assert choices(stranger) == [True]


# --- Withdrawing ----------------------------------------------------------------------------------------------------


def test_withdrawing_ends_the_newsletters_of_this_member_alone(member):
    """§S9: a newsletter is there only while the marketing consent stands."""
    other = make.member()
    for person in (member, other):
        change(person, True)
        profile.change(person, {"newsletters": ["KOTRA", "ACADEMY"]}, now=NOW)

    assert change(member, False, minutes=1)

    assert choices(member) == [False, True, False]
    assert set(Subscription.objects.values_list("member", flat=True)) == {other.pk}
    event = MemberEvent.objects.filter(member=member).first()
    assert event.detail == {"kind": "marketing", "version": 1, "agreed": False, "ended": ["ACADEMY", "KOTRA"]}


def test_withdrawing_and_agreeing_can_be_repeated(member):
    """§D14: each decision is added to the history."""
    for number in range(4):
        assert change(member, number % 2 == 0, minutes=number)

    assert choices(member) == [False, True, False, True, False]


@pytest.mark.parametrize("agreed", [True, False])
@pytest.mark.parametrize("kind", rules.REQUIRED)
def test_a_required_consent_cannot_be_changed_while_being_a_member(member, kind, agreed):
    """§D14: closing the account is the way, and the sentence says so."""
    before = Consent.objects.count()

    with pytest.raises(RequiredConsentStays) as refusal:
        change(member, agreed, kind=kind)

    assert "회원탈퇴" in str(refusal.value)
    assert "고객지원팀" in str(refusal.value)
    assert (Consent.objects.count(), MemberEvent.objects.count(), Email.objects.count()) == (before, 0, 0)


# --- Once -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("agreed", [True, False])
def test_the_same_choice_again_appends_nothing(member, agreed):
    """§D14: two tabs, a double click: one row, one event, one mail."""
    if not agreed:
        change(member, True)
    assert change(member, agreed, minutes=1)
    counts = Consent.objects.count(), MemberEvent.objects.count(), Email.objects.count()

    assert not change(member, agreed, minutes=2)

    assert (Consent.objects.count(), MemberEvent.objects.count(), Email.objects.count()) == counts


def test_a_new_version_can_be_agreed_to_by_whoever_agreed_to_the_earlier_one(member):
    """§S4: the consent is one to a version; the earlier one counts until then."""
    change(member, True)
    second = make.terms(MARKETING, 2, effective_on=date(2026, 11, 1))
    assert rules.agrees_to(member, MARKETING)

    assert change(member, True, minutes=1)
    assert not change(member, True, minutes=2)

    assert choices(member) == [False, True, True]
    assert Consent.objects.filter(member=member).first().terms == second


def test_a_withdrawal_stands_whatever_version_was_agreed_to(member):
    """§D14: it is kept for the version in force."""
    change(member, True)
    second = make.terms(MARKETING, 2, effective_on=date(2026, 11, 1))

    assert change(member, False, minutes=1)

    assert not rules.agrees_to(member, MARKETING)
    assert Consent.objects.filter(member=member).first().terms == second


def test_whoever_comes_later_decides_even_with_a_clock_behind(member):
    """§D14: the order of the rows is the order in which they were written."""
    change(member, True, minutes=5)

    assert change(member, False, minutes=4)

    assert choices(member) == [False, True, False]
    assert not rules.agrees_to(member, MARKETING)


def test_agreeing_is_limited_and_withdrawing_never(member):
    """§D14: each change is mailed, and nobody may be flooded; but a consent can be taken back at any time."""
    for number in range(rules.AGREEMENTS.times):
        assert change(member, True, minutes=number)
        assert number == rules.AGREEMENTS.times - 1 or change(member, False, minutes=number)

    with pytest.raises(TooManyAttempts):
        change(member, True, minutes=20)
    assert change(member, False, minutes=20)


def test_nothing_can_be_agreed_to_where_nothing_is_in_force(member):
    """§S4: before the first version's day."""
    Consent.objects.filter(terms__kind=MARKETING)._raw_delete(using="default")
    Terms.objects.filter(kind=MARKETING).delete()

    with pytest.raises(NothingToAgreeTo):
        change(member, True)


# --- What follows ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("agreed", "said", "not_said"),
    [(True, "활용(제1판)에 동의하셨습니다", "철회하셨습니다"), (False, "동의를 철회하셨습니다", "에 동의하셨습니다")],
)
def test_the_member_is_told_by_mail_what_was_decided_and_when(member, agreed, said, not_said):
    """§D14: the notice that the law asks for: who, what, when, and how to change it."""
    if not agreed:
        change(member, True, minutes=-1)
    change(member, agreed)

    mail = Email.objects.latest("pk")
    assert mail.to == [member.email]
    for body in (mail.message, mail.html_message):
        assert all(fact in body for fact in ("KOTRA", "2026.11.22. 09:00", said, "/my/consents/"))
        assert not_said not in body


def test_the_mail_is_in_the_members_language(member):
    """§D22: the language that the member keeps."""
    member.language = "en"
    member.save()
    change(member, True)

    mail = Email.objects.latest("pk")
    assert '<html lang="en">' in mail.html_message
    assert "marketing" in mail.subject


def test_the_change_is_an_event_without_names(member):
    """§D14: who, what, which version."""
    change(member, True)

    event = MemberEvent.objects.get(member=member)
    assert (event.kind, event.actor, event.at) == ("CONSENT_CHANGED", member, NOW)
    assert event.detail == {"kind": "marketing", "version": 1, "agreed": True, "ended": []}


def test_a_change_that_fails_leaves_nothing(member, monkeypatch):
    """§S9: row, newsletters, event and mail come together or not at all."""
    change(member, True)
    profile.change(member, {"newsletters": ["OIS"]}, now=NOW)
    counts = Consent.objects.count(), MemberEvent.objects.count(), Email.objects.count()
    monkeypatch.setattr(rules, "queue_mail", lambda *_args, **_kwargs: 1 / 0)

    with pytest.raises(ZeroDivisionError):
        change(member, False, minutes=1)

    assert (Consent.objects.count(), MemberEvent.objects.count(), Email.objects.count()) == counts
    assert profile.values_of(member)["newsletters"] == ["OIS"]


# --- The page -------------------------------------------------------------------------------------------------------


def test_each_document_is_shown_with_the_choice_its_time_and_its_version(own, member):
    """§D14: reading one's consents."""
    page = own.get(PAGE)

    standings = page.context["standings"]
    assert [(held.document.kind, held.is_required, held.is_agreed) for held in standings] == [
        ("use", True, True),
        ("privacy", True, True),
        ("marketing", False, False),
    ]
    assert all(f'href="/terms/{kind}/"' in text(page) for kind in TermsKind.values)
    assert text(page).count("제1판 · 2020.01.02. 09:00") == 3
    assert str(RequiredConsentStays()) in text(page)


def test_the_history_is_newest_first_and_bounded(own, member, monkeypatch):
    """§D14: a page that grows with every change ends somewhere, and says so."""
    change(member, True)
    change(member, False, minutes=1)
    page = own.get(PAGE)
    shown = page.context["history"]
    assert [decision.agreed for decision in shown] == [False, True, False, True, True]
    assert [decision.decided_at for decision in shown] == sorted((d.decided_at for d in shown), reverse=True)
    assert "건까지 보여 줍니다" not in text(page)

    monkeypatch.setattr(rules, "HISTORY_LENGTH", 3)
    page = own.get(PAGE)
    assert [decision.agreed for decision in page.context["history"]] == [False, True, False]
    assert "최근 3건까지 보여 줍니다" in text(page)


def test_only_ones_own_consents_are_shown(own, member):
    """§D14: another member's are another member's."""
    change(make.member(), True)

    page = own.get(PAGE)
    assert [decision.member_id for decision in page.context["history"]] == [member.pk] * 3


def test_an_earlier_version_that_was_agreed_to_stays_readable(own, member):
    """§S4: the page leads to the text that was agreed to, and offers the one in force."""
    change(member, True)
    make.terms(MARKETING, 2, effective_on=date(2026, 6, 1), body_ko="둘째 판의 글")

    page = text(own.get(PAGE))

    assert 'href="/terms/marketing/?version=1"' in page
    assert "지금은 제2판을 시행합니다(2026.06.01.부터)." in page
    assert "둘째 판의 글" in page
    assert "마케팅 활용에 동의하기" in page
    assert "마케팅 활용 동의 철회하기" in page


def test_the_page_says_how_data_and_account_are_dealt_with(own):
    """§D14: what My KOTRA cannot do yet, the support team does."""
    page = text(own.get(PAGE))

    assert "내 데이터와 회원탈퇴" in page
    assert all(fact in page for fact in ("02-3460-7183~4", "mailto:service@kotra.or.kr", "비용은 없으며"))


@pytest.mark.parametrize("path", ["/my/", "/my/profile/"])
def test_the_page_is_found(own, path):
    """§D14: from 마이KOTRA, and from where newsletters are refused."""
    assert f'href="{PAGE}"' in text(own.get(path))


# --- The buttons ----------------------------------------------------------------------------------------------------


def test_agreeing_and_withdrawing_on_the_page(own, member):
    """§D14: one press each, and the page then offers the opposite."""
    agreed = own.post(CHANGE, agreeing(), follow=True)
    assert agreed.redirect_chain == [(PAGE, 302)]
    assert "개인정보 마케팅 활용에 동의하셨습니다." in text(agreed)
    assert "마케팅 활용에 동의하기" not in text(agreed)

    withdrawn = own.post(CHANGE, {"agree": "no"}, follow=True)
    assert "개인정보 마케팅 활용 동의를 철회하셨습니다." in text(withdrawn)
    assert "마케팅 활용 동의 철회하기" not in text(withdrawn)
    assert choices(member) == [False, True, False]
    assert Consent.objects.filter(member=member).first().address == "127.0.0.1"


def test_a_double_click_is_one_row(own, member):
    """§D14: the second is answered politely."""
    own.post(CHANGE, agreeing())
    second = own.post(CHANGE, agreeing(), follow=True)

    assert "바뀐 것이 없습니다." in text(second)
    assert choices(member) == [False, True]


def test_what_is_agreed_to_is_what_was_read(own, member):
    """§S4: a version that came into force since the page was opened is to be read first."""
    opened = agreeing()
    make.terms(MARKETING, 2, effective_on=date(2026, 6, 1))

    response = own.post(CHANGE, opened, follow=True)

    assert str(AGAIN) in text(response)
    assert choices(member) == [False]


ODD = ["", "\x00", "x" * 10_000, "\u202eyes", "YES", "네", "1", "<script>"]


@pytest.mark.parametrize("agree", ODD)
def test_an_unknown_choice_changes_nothing(own, member, agree):
    """§D14: silence and nonsense are no consent."""
    response = own.post(CHANGE, agreeing(agree=agree), follow=True)

    assert str(CHOOSE_FROM_LIST) in text(response)
    assert choices(member) == [False]


@pytest.mark.parametrize("shown", ["", "\x00", "9" * 10_000, "-1", "１", "x"])
def test_an_unknown_version_is_not_agreed_to(own, member, shown):
    """§S4: the page itself says what was shown."""
    assert own.post(CHANGE, agreeing(shown=shown), follow=True).status_code == 200
    assert choices(member) == [False]


def test_forty_other_fields_change_nothing_else(own, member):
    """§D14: neither another document nor another person."""
    other = make.member()
    forged = {"kind": "use", "member": other.pk, "terms": make.terms(TermsKind.USE).pk, "agreed": "false"}

    own.post(CHANGE, agreeing(**forged, decided_at="2020-01-01", address="192.0.2.99"))

    assert choices(member) == [False, True]
    assert Consent.objects.filter(member=other).count() == 2
    assert Consent.objects.exclude(terms__kind=MARKETING).filter(agreed=False).count() == 0


def test_too_many_changes_are_refused_on_the_page(own, member):
    """§D14: with how long to wait."""
    for _ in range(rules.AGREEMENTS.times):
        own.post(CHANGE, agreeing())

    assert "너무 여러 번 시도했습니다." in text(own.post(CHANGE, agreeing(), follow=True))


def test_without_a_document_in_force_the_page_stands(own, member):
    """§S4: nothing to agree to is said, and no fault."""
    Consent.objects.filter(terms__kind=MARKETING)._raw_delete(using="default")
    Terms.objects.filter(kind=MARKETING).delete()

    assert "마케팅 활용에 동의하기" not in text(own.get(PAGE))
    assert str(NothingToAgreeTo()) in text(own.post(CHANGE, {"agree": "yes"}, follow=True))


@pytest.mark.parametrize(("method", "path"), [("get", CHANGE), ("post", PAGE), ("put", CHANGE)])
def test_other_methods_are_refused(own, method, path):
    """§D14: reading reads, changing changes."""
    assert getattr(own, method)(path).status_code == 405


def test_a_consent_of_today_is_dated_in_korean_time(own, member, frozen):
    """§D14: nine in the morning in Seoul is midnight elsewhere."""
    frozen("2026-11-22 00:30")
    own.post(CHANGE, agreeing())

    assert timezone.localdate() == date(2026, 11, 22)
    assert "2026.11.22. 00:30" in text(own.get(PAGE))
