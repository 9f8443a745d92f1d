"""§S8: the form fields that every app shares, at their limits and beyond."""

from datetime import date, timedelta

import pytest
from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone, translation
from hypothesis import given, strategies as st

from accounts.forms.fields import UsernameField
from kotra_portal.fields import (
    EMAIL_DOMAINS,
    BirthDateField,
    ContactMobileField,
    EmailPartsField,
    EnglishNameField,
    LineField,
    MobileField,
    OtpField,
    PersonNameField,
    PhoneField,
    PostcodeField,
)
from kotra_portal.phones import format_phone, normalize_phone
from kotra_portal.templatetags.portal import first_control
from kotra_portal.text import clean_line, half_width

FIELDS = {
    "line": LineField(max_length=100),
    "english name": EnglishNameField(max_length=100),
    "phone": PhoneField(),
    "mobile": MobileField(),
    "postcode": PostcodeField(),
    "otp": OtpField(),
    "birth date": BirthDateField(),
    "username": UsernameField(),
    "email": EmailPartsField(),
}

HOSTILE = {
    "NUL": "abc\x00def123",
    "ten thousand": "a" * 10_000,
    "ten thousand digits": "1" * 10_000,
    "right-to-left override": "abc\u202edef123",
    "left-to-right mark": "01012345678\u200e",
    "zero-width space": "abc\u200bdef123",
    "byte order mark": "\ufeffabcdef1",
    "Hangul filler": "abc\u3164def",
    "lone surrogate": "abc\ud800def",
    "escape": "abc\x1bdef",
}


def sentence_of(field: forms.Field, typed: object) -> str:
    with pytest.raises(ValidationError) as refusal:
        field.clean(typed)
    [sentence] = refusal.value.messages
    return sentence


@pytest.mark.parametrize("name", FIELDS)
@pytest.mark.parametrize("hostile", HOSTILE)
def test_hostile_text_is_refused_in_korean(name, hostile):
    sentence = sentence_of(FIELDS[name], HOSTILE[hostile])

    assert any("가" <= character <= "힣" for character in sentence)
    assert sentence.endswith((".", "0100", "5678", "19800101", "06792", "example.com"))


@pytest.mark.parametrize("name", FIELDS)
@given(typed=st.text(max_size=40) | st.text("0123456789+- .@abcXYZ가０１\u202e\x00", max_size=40))
def test_no_text_raises_anything_but_a_validation_error(name, typed):
    try:
        cleaned = FIELDS[name].clean(typed)
    except ValidationError:
        return
    assert isinstance(cleaned, date) or not set(cleaned) & set("\x00\u202e\u200b")


@given(parts=st.lists(st.none() | st.text(max_size=30), min_size=3, max_size=3))
def test_no_parts_of_an_email_raise_anything_but_a_validation_error(parts):
    try:
        address = FIELDS["email"].clean(parts)
    except ValidationError:
        return
    assert "@" in address


@pytest.mark.parametrize("name", FIELDS)
@pytest.mark.parametrize("nothing", ["", None, "   ", "\u3000"])
def test_an_empty_required_field_says_what_is_missing(name, nothing):
    assert sentence_of(FIELDS[name], nothing).endswith((".", "19800101"))


@pytest.mark.parametrize("field_class", [type(field) for field in FIELDS.values()])
def test_an_optional_field_may_stay_empty(field_class):
    assert field_class(required=False).clean("") in ("", None)


# --- One line --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("  홍  길동\t", "홍 길동"),
        ("홍길동", "홍길동"),  # what a Mac sends for a file name: decomposed Hangul
        ("José  Ñandú", "José Ñandú"),
        ("王小明", "王小明"),
        ("첫 줄\n둘째 줄", "첫 줄 둘째 줄"),
    ],
)
def test_a_line_is_trimmed_folded_and_composed(typed, stored):
    assert clean_line(typed) == stored
    assert LineField(max_length=100).clean(typed) == stored


def test_decomposed_hangul_is_composed():
    assert clean_line("\u1112\u1169\u11bc") == "홍"


def test_half_width_turns_full_width_digits_into_ordinary_ones():
    assert half_width("０１０Ａ") == "010A"


def test_a_line_at_its_limit_is_accepted_and_one_more_is_not():
    assert LineField(max_length=100).clean("가" * 100) == "가" * 100
    assert sentence_of(LineField(max_length=100), "가" * 101) == "100자 이내로 입력해 주세요. 지금은 101자입니다."


def test_a_line_keeps_its_own_attributes():
    field = LineField(max_length=20, html={"autocomplete": "organization-title"})

    assert field.widget.attrs == {"maxlength": "20", "autocomplete": "organization-title"}


# --- Names and IDs ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("Hong Gil-dong", "Hong Gil-dong"),
        ("O’Neill, Seán Jr.", "O'Neill, Seán Jr."),
        ("ＨＯＮＧ", "HONG"),
    ],
)
def test_english_name_takes_latin_letters(typed, stored):
    assert FIELDS["english name"].clean(typed) == stored


@pytest.mark.parametrize("typed", ["홍길동", "Hong2", "...", "Hong_Gildong", "Хонг", "Hong;"])
def test_english_name_refuses_the_rest(typed):
    assert sentence_of(FIELDS["english name"], typed).startswith("영문자로 입력해 주세요.")


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("abcdef", "abcdef"),
        ("HONG1234", "hong1234"),
        ("ｈｏｎｇ１２３４", "hong1234"),
        (" hong123 ", "hong123"),
        ("a" * 20, "a" * 20),
    ],
)
def test_id_is_a_letter_then_letters_or_digits_in_lower_case(typed, stored):
    assert FIELDS["username"].clean(typed) == stored


@pytest.mark.parametrize(
    ("typed", "start"),
    [
        ("abcde", "아이디를 6~20자로 입력해 주세요. 지금은 5자입니다."),
        ("a" * 21, "아이디를 6~20자로 입력해 주세요. 지금은 21자입니다."),
        ("1abcdef", "아이디의 첫 글자는 영문자로"),
        ("hong_123", "아이디는 영문자와 숫자만"),
        ("hong 123", "아이디는 영문자와 숫자만"),
        ("홍길동123", "아이디는 영문자와 숫자만"),
        ("hóng123", "아이디는 영문자와 숫자만"),
    ],
)
def test_id_refuses_the_rest_and_says_why(typed, start):
    assert sentence_of(FIELDS["username"], typed).startswith(start)


# --- Phones ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "stored", "shown"),
    [
        ("02-3460-7183", "0234607183", "02-3460-7183"),
        ("０２）３４６０．７１８３", "0234607183", "02-3460-7183"),
        ("(02) 3460 7183", "0234607183", "02-3460-7183"),
        ("02–3460–7183", "0234607183", "02-3460-7183"),
        ("+82 2 3460 7183", "0234607183", "02-3460-7183"),
        ("+82 (0)2 3460 7183", "0234607183", "02-3460-7183"),
        ("16007119", "16007119", "1600-7119"),
        ("1600-7119", "16007119", "1600-7119"),
        ("+82 1600 7119", "16007119", "1600-7119"),
        ("1551-0000", "15510000", "1551-0000"),
        ("1899 0000", "18990000", "1899-0000"),
        ("010.1234.5678", "01012345678", "010-1234-5678"),
        ("070-1234-5678", "07012345678", "070-1234-5678"),
        ("031-123-4567", "0311234567", "031-123-4567"),
        ("+1 (212) 555-0100", "+12125550100", "+1 212 555 0100"),
        ("+81 3-3214-6951", "+81332146951", "+81 3 3214 6951"),
    ],
)
def test_phone_is_stored_in_one_spelling_and_shown_with_hyphens(typed, stored, shown):
    assert PhoneField().clean(typed) == stored
    assert format_phone(stored) == shown
    assert normalize_phone(shown) == stored


@pytest.mark.parametrize(
    "typed",
    ["02", "1345", "02-3460-7183~4", "02-3460", "9999-9999", "1-800-FLOWERS", "+", "+999 123", "전화", "٠١٠١٢٣٤٥٦٧٨"],
)
def test_phone_refuses_what_is_no_number(typed):
    assert sentence_of(PhoneField(), typed).startswith("전화·팩스 번호를 다시 확인해 주세요.")


def test_phone_from_abroad_needs_its_plus():
    assert sentence_of(PhoneField(), "001 1 212 555 0100").startswith("해외 번호는 +와 국가 번호로")


@pytest.mark.parametrize("typed", ["010-1234-5678", "０１０１２３４５６７８", "+82 10 1234 5678", "010 1234 5678"])
def test_mobile_is_010_and_eight_digits(typed):
    """§S6: a mobile number has one spelling, however it is typed."""
    assert MobileField().clean(typed) == "01012345678"


@pytest.mark.parametrize("typed", ["011-999-1234", "02-3460-7183", "010-123-4567", "010-1234-56789", "+1 212 555 0100"])
def test_mobile_refuses_the_rest(typed):
    assert sentence_of(MobileField(), typed).startswith("010으로 시작하는 휴대폰 번호 11자리")


def test_phone_shows_a_stored_number_with_hyphens_and_a_typed_one_as_typed():
    assert PhoneField().prepare_value("0234607183") == "02-3460-7183"
    assert PhoneField().prepare_value("02)3460 71") == "02)3460 71"


@pytest.mark.parametrize("odd", ["", "abc", "1", "+"])
def test_what_is_no_number_is_shown_as_it_is(odd):
    assert format_phone(odd) == odd


# --- Digits ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("typed", ["06792", " 06792 ", "０６７９２", "067 92"])
def test_postcode_has_five_digits(typed):
    assert PostcodeField().clean(typed) == "06792"


@pytest.mark.parametrize("typed", ["0679", "0679a", "0679222", "가나다라마"])
def test_postcode_refuses_the_rest(typed):
    assert sentence_of(PostcodeField(), typed).startswith("우편번호 5자리를 숫자로")


@pytest.mark.parametrize("typed", ["137-749", "137749"])
def test_an_old_postcode_gets_its_own_sentence(typed):
    assert sentence_of(PostcodeField(), typed).startswith("예전에 쓰던 6자리 우편번호입니다.")


@pytest.mark.parametrize("typed", ["123456", "123 456", "１２３４５６", "123-456"])
def test_code_has_six_digits(typed):
    """§S6: 인증번호."""
    assert OtpField().clean(typed) == "123456"


@pytest.mark.parametrize("typed", ["12345", "1234567", "12345a", "일이삼사오육"])
def test_code_refuses_the_rest(typed):
    assert sentence_of(OtpField(), typed) == "인증번호 6자리를 숫자로 입력해 주세요."


def test_code_is_filled_in_by_the_phone():
    attrs = OtpField().widget.attrs

    assert (attrs["autocomplete"], attrs["inputmode"]) == ("one-time-code", "numeric")


# --- Birth date ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "typed",
    ["19800101", "1980-01-01", "1980.1.1", "1980.1.1.", "1980/01/01", "1980 1 1", "1980년 1월 1일", "１９８００１０１"],
)
def test_birth_date_is_understood_however_it_is_typed(typed):
    assert BirthDateField().clean(typed) == date(1980, 1, 1)


@pytest.mark.parametrize(
    ("typed", "start"),
    [
        ("800101", "생년월일을 연, 월, 일 8자리"),
        ("1980", "생년월일을 연, 월, 일 8자리"),
        ("어제", "생년월일을 연, 월, 일 8자리"),
        ("19810229", "달력에 없는 날짜"),
        ("19801301", "달력에 없는 날짜"),
        ("19800100", "달력에 없는 날짜"),
        ("18991231", "너무 오래된 날짜"),
        ("00000101", "너무 오래된 날짜"),
    ],
)
def test_birth_date_refuses_the_rest_and_says_why(typed, start):
    assert sentence_of(BirthDateField(), typed).startswith(start)


def test_birth_date_may_be_today_and_not_tomorrow():
    today = timezone.localdate()

    assert BirthDateField().clean(f"{today:%Y%m%d}") == today
    assert sentence_of(BirthDateField(), f"{today + timedelta(days=1):%Y%m%d}").startswith("오늘보다 뒤의 날짜")


def test_birth_date_is_shown_as_eight_digits():
    assert BirthDateField().prepare_value(date(1980, 1, 1)) == "19800101"
    assert BirthDateField().prepare_value("1980.13.1") == "1980.13.1"


# --- E-mail ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("parts", "address"),
    [
        (["hong", "naver.com", ""], "hong@naver.com"),
        (["hong", "", "Example.CO.KR"], "hong@example.co.kr"),
        (["hong", "", "@example.com"], "hong@example.com"),
        (["Hong@Example.com", "", ""], "Hong@example.com"),
        (["hong@example.com", "naver.com", ""], "hong@example.com"),
        (["ｈｏｎｇ＠ｅｘａｍｐｌｅ．ｃｏｍ", "", ""], "hong@example.com"),
        (["hong", "naver.com", "naver.com"], "hong@naver.com"),
        (["hong", None, "example.com"], "hong@example.com"),
    ],
)
def test_email_is_put_together_from_its_parts(parts, address):
    assert EmailPartsField().clean(parts) == address


@pytest.mark.parametrize(
    ("parts", "start"),
    [
        (["hong", "", ""], "이메일의 도메인"),
        (["", "naver.com", ""], "이메일의 @ 앞부분"),
        (["hong", "naver.com", "example.com"], "도메인을 하나만"),
        (["hong", "evil.example", ""], "목록에 없는 도메인"),
        (["hong", "", "no domain"], "이메일 주소를 다시 확인해 주세요."),
        (["홍길동", "naver.com", ""], "이메일 주소를 다시 확인해 주세요."),
        (["a@b@c", "", ""], "이메일 주소를 다시 확인해 주세요."),
        (["a\nBcc: x", "naver.com", ""], "보이지 않는|이메일 주소를 다시"),
        (["a" * 245, "naver.com", ""], "이메일은 254자까지"),
    ],
)
def test_email_says_what_is_wrong(parts, start):
    assert sentence_of(EmailPartsField(), parts).startswith(tuple(start.split("|")))


def test_email_of_254_characters_is_accepted():
    local = "a" * (254 - len("@naver.com"))

    assert EmailPartsField().clean([local, "naver.com", ""]) == f"{local}@naver.com"


class LetterForm(forms.Form):
    email = EmailPartsField(label="이메일", help_text="도움말")


@pytest.mark.parametrize("domain", [EMAIL_DOMAINS[0], "example.com"])
def test_email_comes_back_from_its_three_inputs(domain):
    address = f"hong@{domain}"
    local, chosen, typed = EmailPartsField.widget().decompress(address)
    form = LetterForm({"email": local, "email_domain": chosen, "email_typed": typed}, initial={"email": address})

    assert form.is_valid()
    assert form.cleaned_data["email"] == address
    assert not form.has_changed()


def test_email_inputs_have_names_and_the_label_leads_to_the_first():
    html = str(LetterForm(initial={"email": "hong@example.com"})["email"])

    assert html.count("aria-label=") == 3
    assert html.count(" required") == 1
    assert 'name="email" value="hong"' in html
    assert 'id="id_email"' in html
    assert 'name="email_typed" value="example.com"' in html
    assert html.count('aria-describedby="id_email_helptext"') == 3
    assert LetterForm()["email"].id_for_label == "id_email"
    assert first_control(LetterForm()["email"]) == "id_email"


def test_email_input_that_was_refused_is_kept():
    html = str(LetterForm({"email": "hong", "email_domain": "naver.com", "email_typed": "example.com"})["email"])

    assert 'value="hong"' in html
    assert '<option value="naver.com" selected>' in html
    assert 'value="example.com"' in html


def test_direct_input_is_the_first_choice_of_the_domain():
    with translation.override("ko"):
        html = str(LetterForm()["email"])

    assert html.index("직접입력</option>") < html.index("naver.com</option>")


@pytest.mark.parametrize("name", ["홍길동", "남궁 민수", "SMITH JOHN", "O’Neil-Kim", "José", "王小明", "Nguyễn Văn A"])
def test_any_persons_name_is_a_name(name):
    """§S6: one field for the whole name, in any script."""
    assert PersonNameField(max_length=100).clean(f" {name} ") == name


@pytest.mark.parametrize("name", ["홍길순😀", "김수출2", "a@b", "---", "<b>"])
def test_what_is_in_no_name_is_refused(name):
    """§S6: an emoji, digits and signs are nobody's name."""
    assert sentence_of(PersonNameField(max_length=100), name).startswith("이름에 쓸 수 없는 문자")


@pytest.mark.parametrize(
    ("typed", "stored"),
    [("010-1234-5678", "01012345678"), ("+1 212 555 0100", "+12125550100"), ("+82 10 1234 5678", "01012345678")],
)
def test_whoever_lives_abroad_gives_a_mobile_number_of_there(typed, stored):
    """§S8: the number typed after I-PIN is nobody's proof, so one from abroad will do."""
    assert ContactMobileField().clean(typed) == stored


@pytest.mark.parametrize("typed", ["02-3460-7183", "+82 2 3460 7183", "+1", "+" + "1" * 50])
def test_a_number_that_is_no_mobile_number_is_refused(typed):
    """§S8: 전화번호 has a field of its own."""
    with pytest.raises(ValidationError):
        ContactMobileField().clean(typed)
