"""사업자등록번호 (BRN), 법인등록번호, 무역업 고유번호: how they are typed, stored and shown."""

import re

from django.utils.translation import gettext_lazy as _
from stdnum.exceptions import ValidationError as NotANumber
from stdnum.kr import brn as stdnum_brn

from kotra_portal.text import INVISIBLE_CHARACTERS, half_width, is_visible

NOT_A_BRN = _("사업자등록번호 10자리를 숫자로 입력해 주세요. 예: 120-82-00275")
WRONG_BRN = _("없는 사업자등록번호입니다. 사업자등록증을 보고 숫자를 다시 확인해 주세요.")
NOT_A_CORPORATE_NUMBER = _("법인등록번호 13자리를 숫자로 입력해 주세요. 예: 110111-0062432")
NOT_A_TRADE_NUMBER = _("무역업 고유번호 8자리를 숫자로 입력해 주세요.")

_WEIGHTS = (1, 3, 7, 1, 3, 7, 1, 3, 5)
# What people put between digits: spaces (NFKC makes one of all kinds), dots, hyphens and dashes of every kind.
_SEPARATORS = re.compile(r"[ \t.\u2010-\u2015\u2212\u00b7-]+")
_CORPORATIONS = range(81, 89)


def parse_brn(typed: str) -> str:
    """§D9: the ten digits of a number typed with hyphens, spaces or full-width digits.

    Raises ValueError with a sentence for the person. The check digit is ours: python-stdnum knows the form alone.
    """
    digits = _digits(typed, 10, NOT_A_BRN)
    try:
        stdnum_brn.validate(digits)
    except NotANumber as unfit:
        raise ValueError(WRONG_BRN) from unfit
    if digits[9] != _check_digit(digits):
        raise ValueError(WRONG_BRN)
    return digits


def only_digits(typed: str) -> str:
    """§D9: the digits, where nothing else was typed than digits and what people put between them; empty otherwise.

    Raises ValueError with a sentence for what is far too long.
    """
    digits = _SEPARATORS.sub("", half_width(typed))
    return digits if digits.isascii() and digits.isdigit() else ""


def format_brn(brn: str) -> str:
    """§D9: ten digits as they are shown: 120-82-00275."""
    return f"{brn[:3]}-{brn[3:5]}-{brn[5:]}"


def mask_brn(brn: str) -> str:
    """§D11: the number with its last five digits hidden: 123-45-*****."""
    return f"{brn[:3]}-{brn[3:5]}-*****"


def public_brn(brn: str) -> str:
    """§D11: the number as anybody may read it: a corporation's whole, a sole proprietor's masked."""
    return format_brn(brn) if is_corporation(brn) else mask_brn(brn)


def is_corporation(brn: str) -> bool:
    """§S11: digits 4–5 from 81 to 88 are corporations, who have a 법인등록번호; others are sole proprietors."""
    return int(brn[3:5]) in _CORPORATIONS


def parse_corporate_number(typed: str) -> str:
    """§S11: the 13 digits of a 법인등록번호; raises ValueError with a sentence.

    Its check digit is not asked: numbers given since 2025 are said to have none.
    """
    return _digits(typed, 13, NOT_A_CORPORATE_NUMBER)


def format_corporate_number(number: str) -> str:
    """Thirteen digits as they are shown: 110111-0062432; nothing stays nothing."""
    return f"{number[:6]}-{number[6:]}" if number else ""


def parse_trade_number(typed: str) -> str:
    """§S11: the eight digits of a 무역업 고유번호; raises ValueError with a sentence."""
    return _digits(typed, 8, NOT_A_TRADE_NUMBER)


def _digits(typed: str, wanted: int, sentence: str) -> str:
    if not is_visible(half_width(typed)):
        raise ValueError(INVISIBLE_CHARACTERS)
    digits = only_digits(typed)
    if len(digits) != wanted:
        raise ValueError(sentence)
    return digits


def _check_digit(digits: str) -> str:
    total = sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, digits[:9], strict=True))
    total += int(digits[8]) * 5 // 10
    return str(-total % 10)
