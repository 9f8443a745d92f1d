"""§S4: 약관동의: the texts, their versions, and what a person agreed to."""

import itertools
import re
from datetime import date, timedelta
from importlib import import_module

import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.urls import reverse
from django.utils import timezone, translation

from accounts.domain import terms as rules
from accounts.domain.terms import NotToCome, OutOfOrder, RequiredConsentMissing
from accounts.models import Consent, Terms, TermsKind
from tests import make

pytestmark = [pytest.mark.django_db, pytest.mark.once]

FIRST_DAY = date(2026, 1, 1)


def later_version(kind=TermsKind.USE, version=2, effective_on=date(2026, 7, 1), **texts):
    return make.terms(kind, version, effective_on=effective_on, **{"body_ko": "둘째 판", "body_en": "second"} | texts)


# --- The texts -------------------------------------------------------------------------------------------------------


def test_first_version_of_every_document_is_there():
    assert {(t.kind, t.version, t.effective_on) for t in Terms.objects.all()} == {
        (kind, 1, FIRST_DAY) for kind in TermsKind.values
    }


@pytest.mark.parametrize("kind", TermsKind.values)
def test_both_languages_have_the_same_headings_lists_and_tables(kind):
    """§D22: Korean and English say the same, article by article."""
    terms = Terms.objects.get(kind=kind)

    assert outline(terms.body_ko) == outline(terms.body_en)


@pytest.mark.parametrize("kind", TermsKind.values)
@pytest.mark.parametrize("language", ["ko", "en"])
def test_a_summary_of_three_to_five_lines_comes_first(kind, language):
    text = getattr(Terms.objects.get(kind=kind), f"body_{language}")
    summary = text.split("\n\n")[0].splitlines()

    assert 3 <= len(summary) <= 5
    assert all(line.startswith("- ") for line in summary)
    assert not re.search(r"^# ", text, re.MULTILINE)


@pytest.mark.parametrize(
    "statement",
    [
        "KOTRA 사업안내, 각종 뉴스레터 발송, 바이어 소개, 맞춤형 서비스 권유",
        "성명, 이메일, 전화번호, 휴대번호",
        "회원 탈퇴 시까지",
        "법률이 정하는 바에 따라 탈퇴 후에도 일정 기간 보유할 수 있습니다.",
        "동의하지 않을 수 있으며, 거부하더라도 회원가입에 제한이 없습니다.",
        "제3자에게 회원의 개인정보를 제공하지 않으며",
    ],
)
def test_marketing_text_states_purpose_items_period_and_the_right_to_refuse(statement):
    assert statement in Terms.objects.get(kind=TermsKind.MARKETING).body_ko


@pytest.mark.parametrize(
    ("language", "note"),
    [
        ("ko", "KOTRA는 제3자에게 회원의 개인정보를 제공하지 않으며"),
        ("en", "KOTRA gives members’ personal data to no third party"),
    ],
)
def test_marketing_text_ends_with_the_note_on_third_parties(language, note):
    text = getattr(Terms.objects.get(kind=TermsKind.MARKETING), f"body_{language}")

    assert text.strip().splitlines()[-1].startswith(note)


@pytest.mark.parametrize("statement", ["1%", "5년", "개인회원", "준회원", "정회원", "MASTER", "탈퇴", "만 14세 미만"])
def test_terms_of_use_speak_of_what_the_manual_promises(statement):
    assert statement in Terms.objects.get(kind=TermsKind.USE).body_ko


def test_privacy_policy_names_who_is_in_charge():
    text = Terms.objects.get(kind=TermsKind.PRIVACY).body_ko

    assert "고객지원팀" in text
    assert "02-3460-7183~4" in text
    assert "개인정보 처리방침" in text
    assert "취급방침" not in text


def outline(text):
    """Each line's kind and, where it has one, its number or its count of cells."""
    shapes = []
    for line in text.splitlines():
        heading = re.match(r"(#+) \D*(\d+)?", line)
        numbered = re.match(r"( *)(\d+\.|-) ", line)
        if heading:
            shapes.append(heading.groups())
        elif numbered:
            shapes.append(numbered.groups())
        elif line.startswith("|"):
            shapes.append(("|", line.count("|")))
        else:
            shapes.append(("text", bool(line)))
    return shapes


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_the_texts_can_be_taken_back_and_loaded_again():
    before = set(Terms.objects.values_list("kind", "version", "body_ko", "body_en"))
    migration = import_module("accounts.migrations.0002_first_terms")
    executor = MigrationExecutor(connection)
    state = executor.loader.project_state(("accounts", "0002_first_terms")).apps

    with connection.schema_editor() as editor:
        migration.unload(state, editor)
    assert not Terms.objects.exists()

    with connection.schema_editor() as editor:
        migration.load(state, editor)
    assert set(Terms.objects.values_list("kind", "version", "body_ko", "body_en")) == before


# --- Which version is in force ---------------------------------------------------------------------------------------


def test_nothing_is_in_force_before_the_first_day():
    assert rules.in_force(FIRST_DAY - timedelta(days=1)) == []


def test_documents_in_force_come_required_ones_first():
    assert [t.kind for t in rules.in_force(FIRST_DAY)] == [TermsKind.USE, TermsKind.PRIVACY, TermsKind.MARKETING]


def test_a_version_is_in_force_from_its_day_until_the_next_ones():
    second = later_version()

    day_before, day_itself = rules.in_force(date(2026, 6, 30))[0], rules.in_force(date(2026, 7, 1))[0]

    assert (day_before.version, day_itself) == (1, second)


# --- Agreeing --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("use", "privacy", "marketing"), list(itertools.product([True, False, None], repeat=3)))
def test_both_required_documents_and_only_they_must_be_agreed_to(use, privacy, marketing):
    """§S4: refusing the marketing use, or leaving it open, never blocks signing up."""
    choices = {TermsKind.USE: use, TermsKind.PRIVACY: privacy, TermsKind.MARKETING: marketing}
    documents = rules.in_force(FIRST_DAY)

    if use and privacy:
        rules.check_agreed(choices, documents)
        return
    with pytest.raises(RequiredConsentMissing) as refusal:
        rules.check_agreed(choices, documents)
    missing = TermsKind.PRIVACY if use else TermsKind.USE
    assert refusal.value.field == missing
    assert str(refusal.value) == f"회원가입에 필요한 ‘{missing.label}’에 동의해 주세요."


def test_choices_that_were_not_made_are_not_agreed_to():
    with pytest.raises(RequiredConsentMissing):
        rules.check_agreed({}, rules.in_force(FIRST_DAY))


@pytest.mark.parametrize("agreed", [True, False])
def test_what_was_agreed_and_what_was_declined_is_kept_with_time_and_address(agreed):
    member = make.member()
    marketing = Terms.objects.get(kind=TermsKind.MARKETING)
    now = timezone.now()

    rules.record(member, {marketing.pk: agreed}, decided_at=now, address="203.0.113.7")

    kept = Consent.objects.get(member=member, terms=marketing)
    assert (kept.agreed, kept.decided_at, kept.address) == (agreed, now, "203.0.113.7")
    assert rules.agrees_to(member, TermsKind.MARKETING) is agreed


def test_the_latest_decision_counts_and_the_earlier_one_stays():
    member = make.member()
    marketing = Terms.objects.get(kind=TermsKind.MARKETING)
    now = timezone.now()

    rules.record(member, {marketing.pk: True}, decided_at=now, address="203.0.113.7")
    rules.record(member, {marketing.pk: False}, decided_at=now + timedelta(minutes=1), address="203.0.113.7")

    assert not rules.agrees_to(member, TermsKind.MARKETING)
    assert Consent.objects.filter(member=member, terms=marketing).count() == 2


def test_whoever_decided_nothing_does_not_agree():
    assert not rules.agrees_to(make.member(), TermsKind.MARKETING)


def test_a_consent_is_never_edited_or_deleted():
    consent = Consent.objects.filter(member=make.member()).first()

    for rewrite in (
        consent.save,
        consent.delete,
        Consent.objects.all().delete,
        lambda: Consent.objects.update(agreed=False),
        lambda: Consent.objects.bulk_update([consent], ["agreed"]),
    ):
        with pytest.raises(TypeError, match="never"):
            rewrite()


# --- The pages -------------------------------------------------------------------------------------------------------


def test_everybody_can_read_the_documents_in_force(client):
    page = client.get(reverse("terms"))

    assert page.status_code == 200
    assert [t.kind for t in page.context["documents"]] == TermsKind.values


@pytest.mark.parametrize("kind", TermsKind.values)
def test_one_document_is_shown_with_its_versions(client, kind):
    page = client.get(reverse("terms_document", args=[kind]))

    assert page.status_code == 200
    assert page.context["shown"] == Terms.objects.get(kind=kind)


def test_an_earlier_version_stays_readable(client):
    later_version()

    newest = client.get(reverse("terms_document", args=["use"]))
    first = client.get(reverse("terms_document", args=["use"]), {"version": 1})

    assert "둘째 판" in newest.content.decode()
    assert first.context["shown"].version == 1
    assert [version.version for version in first.context["versions"]] == [2, 1]


def test_a_version_to_come_is_not_shown_yet(client):
    later_version(effective_on=timezone.localdate() + timedelta(days=1))

    assert client.get(reverse("terms_document", args=["use"])).context["shown"].version == 1
    assert client.get(reverse("terms_document", args=["use"]), {"version": 2}).status_code == 404


@pytest.mark.parametrize("version", ["2", "0", "-1", "", "x", "1\x00", "１", "9" * 5000])
def test_an_unknown_version_is_not_found(client, version):
    assert client.get(reverse("terms_document", args=["use"]), {"version": version}).status_code == 404


@pytest.mark.parametrize("kind", ["USE", "cookies", "use-1", "u" * 2000])
def test_an_unknown_document_is_not_found(client, kind):
    assert client.get(f"/terms/{kind}/").status_code == 404


@pytest.mark.parametrize("path", ["/terms/", "/terms/use/"])
def test_the_documents_are_only_read(client, path):
    assert client.post(path).status_code == 405


def test_the_text_follows_the_language():
    terms = later_version()

    with translation.override("ko"):
        assert terms.body == "둘째 판"
    with translation.override("en"):
        assert terms.body == "second"


# --- New versions ----------------------------------------------------------------------------------------------------


def test_a_version_is_published_for_a_later_day():
    today = date(2026, 5, 1)
    coming = Terms(kind=TermsKind.USE, version=2, effective_on=today + timedelta(days=1))

    assert rules.is_to_come(coming, today=today)
    rules.check_may_be_published(coming, today=today)


@pytest.mark.parametrize("days", [0, -1])
def test_a_version_is_not_published_for_today_or_the_past(days):
    today = date(2026, 5, 1)

    with pytest.raises(NotToCome):
        rules.check_may_be_published(
            Terms(kind=TermsKind.USE, version=2, effective_on=today + timedelta(days=days)), today=today
        )


@pytest.mark.parametrize(("version", "day"), [(2, date(2026, 9, 1)), (4, date(2026, 7, 15)), (1, date(2026, 9, 1))])
def test_a_higher_version_is_a_later_one(version, day):
    later_version(version=3, effective_on=date(2026, 8, 1))

    with pytest.raises(OutOfOrder):
        rules.check_may_be_published(
            Terms(kind=TermsKind.USE, version=version, effective_on=day), today=date(2026, 5, 1)
        )


# --- The staff's pages -----------------------------------------------------------------------------------------------


@pytest.fixture
def editor(client, login):
    person = make.staff(is_superuser=True)
    login(person)
    return client


def posted(**fields):
    tomorrow = timezone.localdate() + timedelta(days=1)
    return {
        "kind": "use",
        "version": "2",
        "effective_on": f"{tomorrow:%Y-%m-%d}",
        "body_ko": "새 약관",
        "body_en": "New terms",
    } | fields


def test_staff_add_a_version_to_come(editor):
    answer = editor.post(reverse("admin:accounts_terms_add"), posted())

    assert answer.status_code == 302
    assert Terms.objects.get(kind="use", version=2).body_ko == "새 약관"


def test_staff_cannot_add_a_version_for_today(editor):
    page = editor.post(reverse("admin:accounts_terms_add"), posted(effective_on=f"{timezone.localdate():%Y-%m-%d}"))

    assert "시행일은 내일 이후의 날짜로 입력해 주세요." in page.content.decode()
    assert Terms.objects.filter(kind="use").count() == 1


def test_staff_correct_or_withdraw_a_version_to_come(editor):
    coming = later_version(effective_on=timezone.localdate() + timedelta(days=1))

    editor.post(reverse("admin:accounts_terms_change", args=[coming.pk]), posted(body_ko="고친 약관"))
    coming.refresh_from_db()
    assert coming.body_ko == "고친 약관"

    editor.post(reverse("admin:accounts_terms_delete", args=[coming.pk]), {"post": "yes"})
    assert not Terms.objects.filter(pk=coming.pk).exists()


def test_a_version_in_force_is_read_only_and_stays(editor):
    in_force = Terms.objects.get(kind="use")
    change = reverse("admin:accounts_terms_change", args=[in_force.pk])

    assert editor.get(change).status_code == 200
    assert editor.post(change, posted()).status_code == 403
    assert editor.post(reverse("admin:accounts_terms_delete", args=[in_force.pk]), {"post": "yes"}).status_code == 403
    assert "delete_selected" not in editor.get(reverse("admin:accounts_terms_changelist")).content.decode()


def test_consents_are_only_read(editor):
    consent = Consent.objects.filter(member=make.member("reader01")).first()
    change = reverse("admin:accounts_consent_change", args=[consent.pk])

    assert editor.get(change).status_code == 200
    assert editor.get(reverse("admin:accounts_consent_changelist"), {"q": "reader01"}).context["cl"].result_count == 2
    assert editor.post(change, {"agreed": ""}).status_code == 403
    assert editor.get(reverse("admin:accounts_consent_add")).status_code == 403
    assert editor.post(reverse("admin:accounts_consent_delete", args=[consent.pk]), {"post": "yes"}).status_code == 403


def test_staff_with_the_right_to_read_terms_only_read(client, login):
    person = make.staff()
    person.user_permissions.add(Permission.objects.get(codename="view_terms"))
    login(person)
    coming = later_version(effective_on=timezone.localdate() + timedelta(days=1))

    assert client.get(reverse("admin:accounts_terms_change", args=[coming.pk])).status_code == 200
    assert client.post(reverse("admin:accounts_terms_change", args=[coming.pk]), posted()).status_code == 403
