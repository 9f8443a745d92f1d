"""사업자등록번호, 법인등록번호, 무역업 고유번호: one number whatever its spelling, and nothing else."""

import random
import unicodedata
from contextlib import suppress

import pytest
from hypothesis import given, strategies

from companies.models import Classification, proposed_classification
from companies.numbers import (
    NOT_A_BRN,
    NOT_A_CORPORATE_NUMBER,
    NOT_A_TRADE_NUMBER,
    WRONG_BRN,
    format_brn,
    format_corporate_number,
    is_corporation,
    parse_brn,
    parse_corporate_number,
    parse_trade_number,
)
from kotra_portal.text import FAR_TOO_LONG, INVISIBLE_CHARACTERS

SEED = 20150301
# KOTRA's own and other numbers that were published.
PUBLISHED = ("1208200275", "1168200276", "1348672683", "1248100998", "2208162517", "1208147521")
KINDS = range(1, 100)
FULL_WIDTH = str.maketrans("0123456789", "０１２３４５６７８９")


def check_digit_of(nine: str) -> int:
    """The tenth digit, reckoned apart from the portal: what fills the weighted sum up to a multiple of ten."""
    a, b, c, d, e, f, g, h, i = map(int, nine)
    weighted = a + d + g + 3 * (b + e + h) + 7 * (c + f) + 5 * i + (5 * i) // 10
    return next(digit for digit in range(10) if (weighted + digit) % 10 == 0)


def nine_digits(chance: random.Random, *, code: int | None = None, kind: int | None = None, serial: int | None = None):
    code = chance.randint(101, 999) if code is None else code
    kind = chance.choice(KINDS) if kind is None else kind
    serial = chance.randint(1, 9999) if serial is None else serial
    return f"{code:03}{kind:02}{serial:04}"


def number(chance: random.Random, **parts: int) -> str:
    nine = nine_digits(chance, **parts)
    return nine + str(check_digit_of(nine))


def refusal(parse: object, typed: str) -> object:
    with pytest.raises(ValueError) as caught:  # noqa: PT011 (the sentence is looked at by the caller)
        parse(typed)
    return caught.value.args[0]


# --- 2,000 valid ones -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("published", PUBLISHED)
def test_published_numbers_are_valid(published):
    """§D9: a check digit as published numbers have it."""
    assert parse_brn(published) == published
    assert check_digit_of(published[:9]) == int(published[9])


def test_2000_valid_numbers_are_accepted():
    """§D9: of every kind of digits 4–5, with and without hyphens."""
    chance = random.Random(SEED)
    numbers = [number(chance, kind=kind) for kind in KINDS for _ in range(20)] + [number(chance) for _ in range(20)]
    assert len(numbers) == 2_000
    assert [parse_brn(brn) for brn in numbers] == numbers
    assert [parse_brn(format_brn(brn)) for brn in numbers] == numbers


# --- 4,500 invalid ones ---------------------------------------------------------------------------------------------


def wrong_check_digits(chance: random.Random) -> list[str]:
    right = [number(chance) for _ in range(200)]
    return [brn[:9] + str(digit) for brn in right for digit in range(10) if digit != int(brn[9])]


def wrong_lengths(chance: random.Random) -> list[str]:
    lengths = [length for length in range(25) if length != 10]
    return [("".join(chance.choices("0123456789", k=chance.choice(lengths)))) for _ in range(500)]


def with_letters(chance: random.Random) -> list[str]:
    return [replaced(chance, number(chance), chance.choice("OolIBSabXYZ가나한국/_,;:#+*'\"()[]")) for _ in range(500)]


def replaced(chance: random.Random, digits: str, sign: str) -> str:
    place = chance.randrange(len(digits))
    return digits[:place] + sign + digits[place + 1 :]


def inserted(chance: random.Random, digits: str, sign: str) -> str:
    place = chance.randrange(1, len(digits))
    return digits[:place] + sign + digits[place:]


COMBINING = "\u0301\u0308\u20dd\u20e3\ufe0f\u302a\u3099"
BREAKS = ("\n", "\r\n", "\r", "\v", "\f", "\x1c", "\x85", "\u2028", "\u2029")
FOREIGN = "٣۵९໑一〇Ⅳ"
HIDDEN = "\0\u200b\u200d\u202e\u2060\ufeff\u00ad"


def with_marks(chance: random.Random) -> list[str]:
    return [inserted(chance, number(chance), chance.choice(COMBINING)) for _ in range(200)]


def very_long(chance: random.Random) -> list[str]:
    tails = [" " * 1_000, "-" * 5_000, "0" * 100_000, "\u0301" * 20_000, "１" * 2_000]
    return [number(chance) + tails[turn % len(tails)] for turn in range(100)]


INVALID = {
    "another check digit": (1_800, WRONG_BRN, wrong_check_digits),
    "another length": (500, NOT_A_BRN, wrong_lengths),
    "letters and signs": (500, NOT_A_BRN, with_letters),
    "kind 00": (300, WRONG_BRN, lambda chance: [number(chance, kind=0) for _ in range(300)]),
    "below 101": (
        300, WRONG_BRN, lambda chance: [number(chance, code=chance.randrange(101)) for _ in range(300)],
    ),
    "serial 0000": (300, WRONG_BRN, lambda chance: [number(chance, serial=0) for _ in range(300)]),
    "a line's end behind it": (
        150, None, lambda chance: [number(chance) + chance.choice(BREAKS) for _ in range(150)],
    ),
    "a line's end within": (
        150, None, lambda chance: [inserted(chance, number(chance), chance.choice(BREAKS)) for _ in range(150)],
    ),
    "what nobody sees": (
        100, INVISIBLE_CHARACTERS,
        lambda chance: [inserted(chance, number(chance), chance.choice(HIDDEN)) for _ in range(100)],
    ),
    "combining marks": (200, None, with_marks),
    "very long": (100, FAR_TOO_LONG, very_long),
    "digits of other scripts": (
        100, NOT_A_BRN, lambda chance: [replaced(chance, number(chance), chance.choice(FOREIGN)) for _ in range(100)],
    ),
}  # fmt: skip


@pytest.mark.parametrize("sort", INVALID)
def test_invalid_numbers_are_refused_with_a_sentence(sort):
    """§D9: ten digits with a valid check digit, of a code, a kind and a serial that are given out."""
    promised, sentence, generate = INVALID[sort]
    typed = generate(random.Random(SEED))
    assert len(typed) == promised
    said = {refusal(parse_brn, text) for text in typed}
    assert said <= ({sentence} if sentence else {NOT_A_BRN, INVISIBLE_CHARACTERS})


def test_invalid_numbers_are_4500():
    """§D9: as many as were promised."""
    assert sum(promised for promised, _sentence, _generate in INVALID.values()) == 4_500


# --- One number, forty spellings ------------------------------------------------------------------------------------

KOTRA = "1208200275"
DASHES = "-\u2010\u2011\u2012\u2013\u2014\u2015\u2212\uff0d\ufe58\ufe63"  # hyphens, dashes, minus, full and small width
BLANKS = " \t\u00a0\u2002\u2003\u2009\u200a\u202f\u205f\u3000"  # space, tab, NBSP, en, em, thin, hair, ideographic …
SPELLINGS = (
    KOTRA,
    *(f"120{dash}82{dash}00275" for dash in DASHES),
    *(f"120{blank}82{blank}00275" for blank in BLANKS),
    "120.82.00275", "120·82·00275", "120\uff0e82\uff0e00275", "120\u202482\u202400275",
    " 120-82-00275", "120-82-00275  ", "\u3000120-82-00275\u3000", "\t1208200275\t",
    "120 - 82 - 00275", "120–82-00275", "120--82--00275", "1-2-0-8-2-0-0-2-7-5", "12 0820 0275",
    KOTRA.translate(FULL_WIDTH), "120-82-00275".translate(FULL_WIDTH), "120－82－00275".translate(FULL_WIDTH),
    "１20-８2-00275", "𝟏𝟐𝟎-𝟖𝟐-𝟎𝟎𝟐𝟕𝟓",
)  # fmt: skip


def test_40_spellings_of_a_number_are_one():
    """§D9: typed with hyphens, spaces or full-width digits it is the same number."""
    assert len(set(SPELLINGS)) >= 40
    assert {parse_brn(spelling) for spelling in SPELLINGS} == {KOTRA}


@given(strategies.sampled_from(SPELLINGS), strategies.sampled_from(HIDDEN), strategies.integers(0, 10))
def test_what_nobody_sees_is_refused_in_every_spelling(spelling, hidden, place):
    """§D9: dropped it would be harmless, but the portal's texts hold nothing hidden, and the sentence says what is."""
    assert refusal(parse_brn, spelling[:place] + hidden + spelling[place:]) == INVISIBLE_CHARACTERS


@given(strategies.text())
def test_whatever_is_typed_becomes_ten_digits_or_a_refusal(typed):
    """§D9: stored as ten ASCII digits, always."""
    with suppress(ValueError):
        brn = parse_brn(typed)
        assert (len(brn), brn.isascii(), brn.isdigit()) == (10, True, True)


@given(strategies.integers(101, 999), strategies.sampled_from(KINDS), strategies.integers(1, 9999))
def test_what_is_shown_is_read_again(code, kind, serial):
    """§D9: shown as 000-00-00000."""
    brn = number(random.Random(), code=code, kind=kind, serial=serial)
    assert format_brn(brn) == f"{code:03}-{kind:02}-{brn[5:]}"
    for form in ("NFC", "NFD", "NFKC", "NFKD"):
        assert parse_brn(unicodedata.normalize(form, format_brn(brn).translate(FULL_WIDTH))) == brn


# --- What digits 4–5 say --------------------------------------------------------------------------------------------

CLASSES = {
    **dict.fromkeys(range(100), Classification.SOLE),
    **dict.fromkeys((81, 85, 86, 87, 88), Classification.PROFIT),
    **dict.fromkeys((82, 89), Classification.NON_PROFIT),
    83: Classification.GOVERNMENT,
    84: Classification.FOREIGN,
}


@pytest.mark.parametrize("kind", range(100))
def test_every_kind_says_what_it_is(kind):
    """§S11: 81 to 88 are corporations; 기업분류 is proposed from the BRN."""
    brn = f"120{kind:02}00275"
    assert is_corporation(brn) is (kind in {81, 82, 83, 84, 85, 86, 87, 88})
    assert proposed_classification(brn) == CLASSES[kind]


# --- The other two numbers ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "typed",
    ["1101110062432", "110111-0062432", "110111 0062432", " １１０１１１－００６２４３２ ", "110111\u20130062432"],
)
def test_a_corporate_number_is_thirteen_digits_in_any_spelling(typed):
    """§S11: 법인등록번호, shown as 110111-0062432."""
    assert parse_corporate_number(typed) == "1101110062432"
    assert format_corporate_number("1101110062432") == "110111-0062432"


def test_a_corporate_numbers_check_digit_is_not_asked():
    """§S11: numbers given since 2025 are said to have none."""
    assert parse_corporate_number("110111-0062433") == "1101110062433"


def test_no_corporate_number_is_shown_as_nothing():
    """§S11: sole proprietors have none."""
    assert format_corporate_number("") == ""


@pytest.mark.parametrize("typed", ["", "110111006243", "11011100624321", "110111-006243A", "１１٠111-0062432"])
def test_what_is_no_corporate_number_is_refused(typed):
    """§S11: thirteen digits."""
    assert refusal(parse_corporate_number, typed) == NOT_A_CORPORATE_NUMBER


@pytest.mark.parametrize("typed", ["12345678", "1234-5678", "１２３４ ５６７８"])
def test_a_trade_number_is_eight_digits_in_any_spelling(typed):
    """§S11: 무역업 고유번호."""
    assert parse_trade_number(typed) == "12345678"


@pytest.mark.parametrize("typed", ["", "1234567", "123456789", "1234567A", "12345678\n"])
def test_what_is_no_trade_number_is_refused(typed):
    """§S11: eight digits."""
    assert refusal(parse_trade_number, typed) == NOT_A_TRADE_NUMBER
