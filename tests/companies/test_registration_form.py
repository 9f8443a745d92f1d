"""기업정보's fields: what is asked, how it may be written, and what is refused, in sentences (§S11, §T4)."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils import timezone

from companies.domain.search import Way
from companies.forms.company import CompanyForm
from companies.forms.fields import (
    CorporateNumberField,
    HomepageField,
    LatinField,
    OpeningDateField,
    RemarksField,
    TradeNumberField,
    WholeNumberField,
    YearField,
)
from companies.forms.registration import RegistrationForm
from companies.models import FACTS, Classification, Company, CompanyType, RegistrationDraft, RegistryAnswer
from kotra_portal.reference.models import BkCode
from tests import make, walk

pytestmark = [pytest.mark.django_db, pytest.mark.once]

CORPORATION, NON_PROFIT, SOLE = "2018100015", "1208200275", "2011500024"
REQUIRED = {
    "name", "representative", "business_type", "business_item", "company_type", "phone", "email", "postcode", "address",
    "opened_on", "corporate_number",
}  # fmt: skip


def post(**typed: str) -> QueryDict:
    data = QueryDict(mutable=True)
    data.update({name: value for name, value in typed.items() if value is not None})
    return data


def company_form(brn: str = CORPORATION, **changes: str) -> CompanyForm:
    return CompanyForm(post(**walk.COMPANY | changes), brn=brn, initial={})


def draft(brn: str = CORPORATION, *, typed: dict | None = None, **record: str) -> RegistrationDraft:
    answer = RegistryAnswer.KNOWN if record else RegistryAnswer.UNKNOWN
    now = timezone.now()
    return RegistrationDraft.objects.create(
        member=make.member(), brn=brn, answer=answer, record=record, typed=typed or {}, answered_at=now, changed_at=now
    )


def registration_form(begun: RegistrationDraft, data: QueryDict | None = None, **options: object) -> RegistrationForm:
    way = Way.REGISTER if begun.record else Way.REQUEST
    return RegistrationForm(data, draft=begun, way=way, **options)


def sentence_of(field, typed: str) -> str:
    with pytest.raises(ValidationError) as refused:
        field.clean(typed)
    return refused.value.messages[0]


# --- What is asked --------------------------------------------------------------------------------------------------


def test_every_fact_is_asked_for():
    """§S11, §T4: the form has a field for each, and the manual's name above it."""
    form = CompanyForm(brn=CORPORATION, initial={})
    assert set(form.fields) == set(FACTS)
    labels = {name: str(Company._meta.get_field(name).verbose_name) for name in FACTS}
    assert {name: str(field.label) for name, field in form.fields.items()} == labels


def test_required_is_what_the_rule_names():
    """§S11: and nothing else; each missing one has a sentence of its own."""
    form = CompanyForm(post(), brn=CORPORATION, initial={})
    assert set(form.errors) == REQUIRED
    assert {name for name, field in form.fields.items() if field.required} == REQUIRED
    sentences = [form.errors[name][0] for name in REQUIRED]
    assert len(set(sentences)) == len(REQUIRED)
    assert "이 항목을 입력해 주세요." not in sentences


@pytest.mark.parametrize(("brn", "asked"), [(CORPORATION, True), (NON_PROFIT, True), (SOLE, False)])
def test_corporations_alone_are_asked_for_their_corporate_number(brn, asked):
    """§S11: digits 4–5 of the BRN are 81–88."""
    form = company_form(brn, corporate_number="")
    assert ("corporate_number" in form.fields) == asked
    assert ("corporate_number" in form.errors) == asked


def test_the_optional_ones_can_all_be_left_empty():
    """§S11: their facts are as a column without them is."""
    form = company_form()
    assert form.errors == {}
    facts = form.facts()
    empty = {name: facts[name] for name in FACTS if name not in walk.COMPANY and name != "email"}
    assert empty == {
        "name_en": "", "representative_en": "", "address_en": "", "fax": "", "homepage": "", "trade_number": "",
        "classification": "", "trade_kind": "", "export_region": "", "remarks": "", "is_innobiz": None,
        "is_venture": None, "is_foreign_invested": None, "main_item": None, "annual_sales": None,
        "annual_imports": None, "annual_exports": None, "employees": None, "founded_year": None,
    }  # fmt: skip
    Company(brn=CORPORATION, registered_at=timezone.now(), **facts).full_clean()


@pytest.mark.parametrize(
    ("brn", "classification"),
    [(CORPORATION, Classification.PROFIT), (NON_PROFIT, Classification.NON_PROFIT), (SOLE, Classification.SOLE)],
)
def test_the_classification_is_proposed_and_not_decided(brn, classification):
    """§S11: from the BRN; another choice wins, also over what the registry says."""
    assert registration_form(draft(brn))["classification"].value() == classification
    chosen = draft(brn, typed={"classification": "FOREIGN"})
    assert registration_form(chosen)["classification"].value() == "FOREIGN"


@pytest.mark.parametrize("name", ["is_innobiz", "is_venture", "is_foreign_invested"])
@pytest.mark.parametrize(("chosen", "fact"), [("yes", True), ("no", False), ("none", None), (None, None)])
def test_yes_or_no_can_be_left_open(name, chosen, fact):
    """§S11: none chosen beforehand."""
    assert "checked" not in str(CompanyForm(brn=CORPORATION, initial={})[name])
    form = company_form(**{name: chosen})
    assert form.is_valid()
    assert form.facts()[name] is fact


@pytest.mark.parametrize(
    "name", ["company_type", "classification", "trade_kind", "export_region", "main_item", "is_venture"]
)
@pytest.mark.parametrize("value", ["UNICORN", "1' or 1=1", "\0", "x" * 5_000])
def test_what_comes_from_a_list_comes_from_that_list(name, value):
    """§S11: whatever is sent."""
    assert "목록에서 골라 주세요." in company_form(**{name: value}).errors[name]


def test_the_main_item_is_chosen_from_the_bk_codes():
    """§S11: in groups; a group is no item, nor is a code that was withdrawn."""
    item = BkCode.objects.filter(parent__isnull=False, withdrawn_on=None).first()
    old = BkCode.objects.create(
        code="ZZ99", name_ko="옛", name_en="Old", parent=item.parent, withdrawn_on=date(2020, 1, 1)
    )
    form = company_form(main_item=item.pk)
    assert form.is_valid()
    assert form.facts()["main_item"] == item
    assert f'<optgroup label="{item.parent.name}">' in str(form["main_item"])
    for wrong in (item.parent.pk, old.pk):
        assert "main_item" in company_form(main_item=wrong).errors


# --- How it may be written ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("0", 0), ("1200", 1200), ("1,200", 1200), (" 1,234,567 ", 1_234_567), ("１，２００", 1200), ("001", 1),
        ("1 200", 1200), ("999,999", 999_999), ("", None), ("   ", None),
    ],
)  # fmt: skip
def test_numbers_are_read_as_people_write_them(typed, number):
    """§S11: with commas, in full width."""
    assert WholeNumberField(largest=9_999_999, required=False).clean(typed) == number


@pytest.mark.parametrize(
    "typed", ["-1", "1.5", "1,5", "12,34", "1,2345", ",100", "1e6", "천", "12억", "0x10", "٣", "½", "+1", "1_000"]
)
def test_what_is_no_whole_number_is_refused(typed):
    """§S11: rather than guessed at."""
    assert sentence_of(WholeNumberField(largest=10**9), typed).startswith("0 이상의 정수를")


@pytest.mark.parametrize("typed", ["10,000,000", "9" * 900])
def test_a_number_that_no_column_takes_is_refused(typed):
    """§S11: SQLite would take it, PostgreSQL would not."""
    assert "9,999,999까지" in sentence_of(WholeNumberField(largest=9_999_999), typed)


def test_a_stored_number_is_shown_with_its_commas_and_a_typed_one_as_it_was_typed():
    """§S13: nothing that was typed is changed before it is sent."""
    field = WholeNumberField(largest=10**9)
    assert [field.prepare_value(value) for value in (1200, "1200", "12억")] == ["1,200", "1200", "12억"]


def test_the_largest_facts_fit_their_columns():
    """§S11: one row with the longest and largest of everything."""
    longest = {
        "name": "가" * 200, "representative": "가" * 100, "name_en": "A" * 200, "representative_en": "A" * 100,
        "business_type": "가" * 100, "business_item": "가" * 100, "address": "가" * 200, "address_detail": "가" * 200,
        "address_en": "A" * 300, "homepage": f"www.kotra.or.kr/{'a' * 184}", "remarks": "가" * 1000,
        "annual_sales": "999,999,999,999", "annual_imports": "999999999999", "annual_exports": "999999999999",
        "employees": "9,999,999", "founded_year": "1800", "email": "a" * 64, "email_typed": f"{'a' * 60}.kr",
    }  # fmt: skip
    form = company_form(**longest)
    assert form.errors == {}
    Company.objects.create(brn=CORPORATION, registered_at=timezone.now(), **form.facts())


@pytest.mark.parametrize(
    "name",
    ["name", "representative", "name_en", "representative_en", "business_type", "business_item", "address",
     "address_detail", "address_en", "homepage", "remarks"],
)  # fmt: skip
def test_what_is_too_long_is_refused_with_its_length(name):
    """§S11: a column's length bounds what is accepted, on SQLite too."""
    longest = Company._meta.get_field(name).max_length
    typed = ("www." + "a" * 50 + ".kr/" if name == "homepage" else "") + "a" * (longest + 1)
    assert f"{longest}자 이내로" in company_form(**{name: typed}).errors[name][0]


@pytest.mark.parametrize(
    ("typed", "year"), [("1962", 1962), ("１９６２", 1962), ("1962년", 1962), (" 1800 ", 1800), ("", None)]
)
def test_a_year_is_read(typed, year):
    """§T4: 설립년도."""
    assert YearField(required=False).clean(typed) == year


@pytest.mark.parametrize(
    ("typed", "start"),
    [("62", "연도를"), ("1962.3", "연도를"), ("1799", "너무 오래된"), ("9999", "올해보다"), ("작년", "연도를")],
)
def test_a_year_has_bounds(typed, start):
    """§T4: from 1800 to this year."""
    assert sentence_of(YearField(), typed).startswith(start)


def test_this_year_has_begun_and_the_next_one_has_not(frozen):
    """§D23: by the Korean calendar."""
    frozen("2026-01-01 00:00")
    assert YearField().clean("2026") == 2026
    assert sentence_of(YearField(), "2027").startswith("올해보다")


@pytest.mark.parametrize(
    "typed", ["20010203", "2001-02-03", "2001.2.3.", "2001년 2월 3일", "２００１０２０３", "2001/2/3"]
)
def test_the_opening_date_is_typed_like_a_birth_date(typed):
    """§S11: 개업일자."""
    assert OpeningDateField().clean(typed) == date(2001, 2, 3)


def test_the_opening_date_has_bounds():
    """§S11: a business may be registered some time before it opens."""
    today = timezone.localdate()
    assert OpeningDateField().clean(f"{today + timedelta(days=365):%Y%m%d}")
    assert sentence_of(OpeningDateField(), f"{today + timedelta(days=366):%Y%m%d}").startswith("1년 넘게")
    assert sentence_of(OpeningDateField(), "17991231").startswith("너무 오래된")
    assert sentence_of(OpeningDateField(), "20010230").startswith("달력에 없는")
    assert sentence_of(OpeningDateField(), "2001").startswith("개업일자를")
    assert sentence_of(OpeningDateField(), "").startswith("개업일자 8자리를")


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("www.kotra.or.kr", "www.kotra.or.kr"), ("http://www.kotra.or.kr", "www.kotra.or.kr"),
        ("HTTPS://WWW.Kotra.or.kr/", "www.kotra.or.kr"), ("kotra.or.kr/A?q=1", "kotra.or.kr/A?q=1"),
        ("ｗｗｗ．kotra．or．kr", "www.kotra.or.kr"), ("한국무역.한국", "한국무역.한국"),
        ("smartstore.naver.com/a-b_c", "smartstore.naver.com/a-b_c"),
        ("example.com:8080/x", "example.com:8080/x"), ("", ""),
    ],
)  # fmt: skip
def test_a_homepage_is_stored_without_its_scheme(typed, stored):
    """§S11: however it was copied."""
    assert HomepageField(max_length=200, required=False).clean(typed) == stored


@pytest.mark.parametrize(
    "typed",
    ["없음", "kotra", "http://", "javascript:alert(1)", "ftp://kotra.or.kr", "127.0.0.1", "1.2.3.4:80", "a@b.kr",
     "user:pw@kotra.or.kr", "kotra..or.kr", "-kotra.or.kr", "kotra.or.kr/<script>", "kotra .or.kr", "//kotra.or.kr",
     "kotra.or.kr\\x", "mailto:a@kotra.or.kr", "localhost:8000", "http://http://kotra.or.kr"],
)  # fmt: skip
def test_what_is_no_homepage_is_refused(typed):
    """§S11: only a plausible host."""
    assert sentence_of(HomepageField(max_length=200), typed).startswith("홈페이지 주소를")


@pytest.mark.parametrize(
    "typed", ["KOTRA", "S&T Co., Ltd.", "3M Korea", "Café (Seoul) No. 1/2", "ＫＯＴＲＡ", "O’Brien – Kim"]
)
def test_english_names_hold_what_names_of_companies_hold(typed):
    """§S11: digits and marks too."""
    assert LatinField(max_length=200).clean(typed).replace("'", "’") in {typed, "KOTRA", "O’Brien - Kim"}


@pytest.mark.parametrize("typed", ["한국", "KOTRA 한국", "株式会社", "...", "Корея", "-"])
def test_english_names_are_in_latin_letters(typed):
    """§S11."""
    assert sentence_of(LatinField(max_length=200), typed).startswith("영문자로")


@pytest.mark.parametrize(
    ("field", "typed", "stored"),
    [
        (CorporateNumberField(), "110111-0062432", "1101110062432"),
        (CorporateNumberField(), "１１０１１１ 0062432", "1101110062432"),
        (TradeNumberField(), "1234-5678", "12345678"),
    ],
)  # fmt: skip
def test_numbers_of_offices_are_read_in_any_spelling(field, typed, stored):
    """§S11: 법인등록번호, 무역업 고유번호."""
    assert field.clean(typed) == stored


@pytest.mark.parametrize(
    ("field", "start"), [(CorporateNumberField(), "법인등록번호 13자리를"), (TradeNumberField(), "무역업")]
)
@pytest.mark.parametrize("typed", ["123", "abcdefgh", "1" * 14])
def test_numbers_of_offices_have_their_digits(field, start, typed):
    """§S11."""
    assert sentence_of(field, typed).startswith(start)


@pytest.mark.parametrize(
    ("typed", "stored"),
    [("1600-7119", "16007119"), ("02-3460-7114", "0234607114"), ("+1 212 555 0100", "+12125550100")],
)
def test_phones_are_representative_numbers_too(typed, stored):
    """§S11: the manual's own company has one of eight digits."""
    form = company_form(phone=typed)
    assert form.is_valid()
    assert form.facts()["phone"] == stored


def test_remarks_have_lines():
    """§T4: 비고 keeps its line ends, whatever the browser makes of them, and counts them once."""
    field = RemarksField(max_length=10, required=False)
    assert field.clean(" 첫째\r\n둘째\r셋째 ") == "첫째\n둘째\n셋째"
    assert field.clean("가나다라\r\n마바사아자") == "가나다라\n마바사아자"
    assert "10자 이내로" in sentence_of(field, "가" * 11)
    assert "보이지 않는" in sentence_of(field, "가\u202e나")


# --- The registry and what was typed --------------------------------------------------------------------------------


def test_what_was_typed_is_kept_by_the_names_of_the_inputs():
    """§S13: an e-mail address has three; a part that a script took away is empty, not the old one."""
    before = {"name": "옛 이름", "email": "a", "email_domain": "", "email_typed": "b.kr", "certificate_by": "FAX"}
    typed = RegistrationForm.typed_in(post(email="c", email_domain="naver.com", role="MASTER", brn="1"), before)
    assert typed == before | {"email": "c", "email_domain": "naver.com", "email_typed": ""}
    assert RegistrationForm.restored(typed)["email"] == ["c", "naver.com", ""]


def test_the_registry_prefills_and_what_was_typed_wins():
    """§S12: the note says what the registry says; emptying a field is typing too."""
    found = draft(
        name="대한상사", fax="0234607932", homepage="www.daehan.example", employees="1200", main_item="", typed={}
    )
    assert registration_form(found)["fax"].value() == "02-3460-7932"
    assert registration_form(found)["fax"].note == ""
    found.typed = {"fax": "", "homepage": "HTTP://www.daehan.example/", "employees": "1,300"}
    form = registration_form(found)
    assert [form[name].value() for name in found.typed] == ["", "HTTP://www.daehan.example/", "1,300"]
    assert [form[name].note for name in found.typed] == ["02-3460-7932", "", "1,200"]


@pytest.mark.parametrize(
    ("name", "said", "words"),
    [
        ("company_type", CompanyType.LARGE, "대기업"),
        ("is_venture", "True", "예"),
        ("email", "a@naver.com", "a@naver.com"),
    ],
)
def test_a_note_is_in_words(name, said, words):
    """§S12: what a code means, not the code."""
    found = draft(name="대한상사", typed={name: "no" if name == "is_venture" else "MEDIUM"}, **{name: said})
    assert registration_form(found)[name].note == words


def test_a_note_stands_beside_what_was_refused_too():
    """§S12: it is about what stands in the field now."""
    found = draft(name="대한상사", fax="0234607932")
    assert registration_form(found, post(fax="1"))["fax"].note == "02-3460-7932"
    assert registration_form(found, post(fax="(02) 3460 7932"))["fax"].note == ""


def test_what_the_registry_vouches_for_is_no_field():
    """§S12: and is sent in vain."""
    found = draft(name="대한상사", representative="이대한", typed={"name": "다른 이름", "representative": "이대한"})
    form = registration_form(found, post(**walk.COMPANY))
    assert {"name", "representative", "document", "certificate_by"}.isdisjoint(form.fields)
    assert {"opened_on", "corporate_number"} <= set(form.fields)
    assert [(fact.value, fact.typed) for fact in form.vouched] == [("대한상사", "다른 이름"), ("이대한", "")]
    assert form.is_valid()
    assert "name" not in form.facts()


def test_a_found_address_takes_the_old_ones_detail_away():
    """§S8's rule of the postcode search."""
    begun = draft(typed={"postcode": "06792", "address": "헌릉로 13", "address_detail": "5층", "address_en": "13"})
    new = {"postcode": "48058", "address": "센텀중앙로 48", "address_en": "48"}
    form = registration_form(begun, found=new)
    assert [form[name].value() for name in (*new, "address_detail")] == ["48058", "센텀중앙로 48", "48", ""]
