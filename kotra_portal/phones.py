"""How a phone number is written: digits alone for Korea, "+" and digits for the rest of the world."""

import re

import phonenumbers
from django.utils.translation import gettext_lazy as _
from phonenumbers import PhoneNumberFormat

from kotra_portal.text import half_width

NOT_A_PHONE = _("전화·팩스 번호를 다시 확인해 주세요. 예: 02-3460-7183, 1600-7119, 해외는 +1 212 555 0100")
NOT_A_MOBILE = _("010으로 시작하는 휴대폰 번호 11자리를 입력해 주세요. 예: 010-1234-5678")
ABROAD_NEEDS_PLUS = _("해외 번호는 +와 국가 번호로 시작해 주세요. 예: +1 212 555 0100")

# Longer input is no number; phonenumbers itself gives up at 250 characters.
_LONGEST = 40
# Whatever people put between digits: spaces, dots, parentheses, slashes, hyphens and dashes of every kind.
_SEPARATORS = re.compile(r"[\s.()/\u2010-\u2015\u2212\u00b7-]+")
_COUNTRY = "KR"
_KOREA = 82
# 대표번호: eight digits without area code. New groups appear faster than the library's tables.
_REPRESENTATIVE = re.compile(r"1[568][0-9]{6}")
_MOBILE = re.compile(r"010[0-9]{8}")


def normalize_phone(typed: str) -> str:
    """The stored spelling of a phone or fax number.

    Korean numbers are their national digits ("0234607183", "16007119"), others E.164 ("+12125550100"). Raises
    ValueError with a sentence for the person.
    """
    digits = _SEPARATORS.sub("", half_width(typed[: _LONGEST + 1]))
    if len(typed) > _LONGEST or not re.fullmatch(r"\+?[0-9]+", digits):
        raise ValueError(NOT_A_PHONE)
    if _REPRESENTATIVE.fullmatch(digits):
        return digits
    if digits.startswith("00"):
        raise ValueError(ABROAD_NEEDS_PLUS)
    try:
        number = phonenumbers.parse(digits, _COUNTRY)
    except phonenumbers.NumberParseException as unreadable:
        raise ValueError(NOT_A_PHONE) from unreadable
    if number.country_code == _KOREA:
        return _korean(number)
    # Abroad the right length is enough: the tables of other countries' new numbers are never complete.
    if not phonenumbers.is_possible_number(number):
        raise ValueError(NOT_A_PHONE)
    return phonenumbers.format_number(number, PhoneNumberFormat.E164)


def _korean(number: phonenumbers.PhoneNumber) -> str:
    national = re.sub(r"[^0-9]", "", phonenumbers.format_number(number, PhoneNumberFormat.NATIONAL))
    if not (_REPRESENTATIVE.fullmatch(national) or (phonenumbers.is_valid_number(number) and national[0] == "0")):
        raise ValueError(NOT_A_PHONE)
    return national


def normalize_mobile(typed: str) -> str:
    """§S6: the stored spelling of a Korean mobile number: 010 and eight digits. Raises ValueError with a sentence."""
    try:
        number = normalize_phone(typed)
    except ValueError as unreadable:
        raise ValueError(NOT_A_MOBILE) from unreadable
    if not _MOBILE.fullmatch(number):
        raise ValueError(NOT_A_MOBILE)
    return number


def normalize_contact_mobile(typed: str) -> str:
    """§S8: the stored spelling of a mobile number that nobody verified: 010…, or from abroad with + and country code.

    Raises ValueError with a sentence.
    """
    if not half_width(typed[:_LONGEST]).lstrip().startswith("+"):
        return normalize_mobile(typed)
    number = normalize_phone(typed)
    return number if number.startswith("+") else normalize_mobile(number)


def format_phone(stored: str) -> str:
    """A stored number as people write it: "02-3460-7183", "1600-7119", "+1 212 555 0100"; anything else as it is."""
    if _REPRESENTATIVE.fullmatch(stored):
        return f"{stored[:4]}-{stored[4:]}"
    try:
        number = phonenumbers.parse(stored, _COUNTRY)
    except phonenumbers.NumberParseException:
        return stored
    if number.country_code == _KOREA:
        return phonenumbers.format_number(number, PhoneNumberFormat.NATIONAL)
    return phonenumbers.format_number(number, PhoneNumberFormat.INTERNATIONAL).replace("-", " ")
