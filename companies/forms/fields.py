"""Form fields of companies."""

import re
import unicodedata
from collections.abc import Callable
from datetime import date, timedelta
from typing import ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.forms.details import CHOOSE_FROM_LIST
from companies.numbers import format_corporate_number, parse_corporate_number, parse_trade_number
from kotra_portal.fields import LineField, TypedDateField
from kotra_portal.text import INVISIBLE_CHARACTERS, half_width, is_visible

FIRST_YEAR = 1800  # before any company of today
OPENS_WITHIN = timedelta(days=365)  # a business may be registered before it opens
YES, NO, UNANSWERED = "yes", "no", "none"


class ParsedField(LineField):
    """A number that ``parse`` spells; its ValueError is the sentence."""

    parse: ClassVar[Callable[[str], str]]

    def normalize(self, line: str) -> str:
        """The stored spelling; raises ValidationError."""
        try:
            return type(self).parse(line)
        except ValueError as unfit:
            raise ValidationError(unfit.args[0], code="invalid") from unfit


class CorporateNumberField(ParsedField):
    """§S11: 법인등록번호, thirteen digits."""

    default_error_messages: ClassVar[dict[str, object]] = {
        "required": _("법인등록번호 13자리를 입력해 주세요. 사업자등록증에 적혀 있습니다."),
    }
    html: ClassVar[dict[str, str]] = {"autocomplete": "off", "inputmode": "numeric"}
    parse = staticmethod(parse_corporate_number)

    def prepare_value(self, value: object) -> object:
        """Show a stored number with its hyphen, and what was typed as it was typed."""
        is_stored = isinstance(value, str) and re.fullmatch(r"[0-9]{13}", value)
        return format_corporate_number(value) if is_stored else value


class TradeNumberField(ParsedField):
    """§S11: 무역업 고유번호, eight digits."""

    html: ClassVar[dict[str, str]] = {"autocomplete": "off", "inputmode": "numeric"}
    parse = staticmethod(parse_trade_number)


class LatinField(LineField):
    """A name or an address in Latin letters, with digits and the marks that names of companies have."""

    default_error_messages: ClassVar[dict[str, object]] = {
        "latin": _("영문자로 입력해 주세요. 숫자, 띄어쓰기, 문장부호를 함께 쓸 수 있습니다. 예: KOTRA Co., Ltd."),
    }
    html: ClassVar[dict[str, str]] = {"autocomplete": "off", "spellcheck": "false"}

    def normalize(self, line: str) -> str:
        """Half-width, with plain apostrophes and hyphens; raises ValidationError."""
        plain = half_width(re.sub("[\u2018\u2019]", "'", re.sub("[\u2010-\u2013]", "-", line)))
        foreign = [character for character in plain if not character.isascii() and not _is_latin(character)]
        if foreign or not re.search(r"[^\W_]", plain):
            raise ValidationError(self.error_messages["latin"], code="latin")
        return plain


def _is_latin(character: str) -> bool:
    return unicodedata.name(character, "").startswith("LATIN ")


class WholeNumberField(LineField):
    """A whole number as it is written: 1200, 1,200, full-width digits. The cleaned value is an int or None."""

    default_error_messages: ClassVar[dict[str, object]] = {
        "invalid": _("0 이상의 정수를 숫자로 입력해 주세요. 예: 1,200"),
        "large": _("너무 큰 수입니다. 단위를 다시 확인해 주세요. %(largest)s까지 입력할 수 있습니다."),
    }
    html: ClassVar[dict[str, str]] = {"autocomplete": "off", "inputmode": "numeric"}

    def __init__(self, *, largest: int, **kwargs: object) -> None:
        """Take numbers from 0 to ``largest``; an empty field is None."""
        self.largest = largest
        super().__init__(empty_value=None, **kwargs)

    def normalize(self, line: str) -> int:
        """The number; a comma that does not part thousands is none (1,5 is not 15). Raises ValidationError."""
        typed = re.sub(r"\s", "", half_width(line))
        if not re.fullmatch(r"[0-9]+|[0-9]{1,3}(,[0-9]{3})+", typed):
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        digits = typed.replace(",", "").lstrip("0") or "0"
        if len(digits) > len(str(self.largest)) or int(digits) > self.largest:
            largest = {"largest": f"{self.largest:,}"}
            raise ValidationError(self.error_messages["large"], code="large", params=largest)
        return int(digits)

    def prepare_value(self, value: object) -> object:
        """A stored number with its commas, and what was typed as it was typed."""
        return f"{value:,}" if isinstance(value, int) else value


class YearField(LineField):
    """A year of four digits, from 1800 to this one. The cleaned value is an int or None."""

    default_error_messages: ClassVar[dict[str, object]] = {
        "invalid": _("연도를 네 자리 숫자로 입력해 주세요. 예: 1962"),
        "past": _("너무 오래된 연도입니다. 네 자리 숫자를 다시 확인해 주세요."),
        "future": _("올해보다 뒤의 연도입니다. 네 자리 숫자를 다시 확인해 주세요."),
    }
    html: ClassVar[dict[str, str]] = {"autocomplete": "off", "inputmode": "numeric"}

    def __init__(self, **kwargs: object) -> None:
        """An empty field is None."""
        super().__init__(empty_value=None, **kwargs)

    def normalize(self, line: str) -> int:
        """The year; raises ValidationError."""
        typed = half_width(line).removesuffix("년").strip()
        if not re.fullmatch(r"[0-9]{4}", typed):
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        year = int(typed)
        if year < FIRST_YEAR:
            raise ValidationError(self.error_messages["past"], code="past")
        if year > timezone.localdate().year:
            raise ValidationError(self.error_messages["future"], code="future")
        return year


class OpeningDateField(TypedDateField):
    """§S11: 개업일자, which the tax office's check needs; a business may be registered up to a year before it opens."""

    default_error_messages: ClassVar[dict[str, object]] = {
        "required": _("개업일자 8자리를 입력해 주세요. 예: 20010203"),
        "shape": _("개업일자를 연, 월, 일 8자리 숫자로 입력해 주세요. 예: 20010203"),
        "impossible": _("달력에 없는 날짜입니다. 개업일자를 다시 확인해 주세요."),
        "future": _("1년 넘게 남은 날짜입니다. 개업일자를 다시 확인해 주세요."),
        "past": _("너무 오래된 날짜입니다. 개업한 해를 네 자리로 다시 확인해 주세요."),
    }
    html: ClassVar[dict[str, str]] = {"autocomplete": "off", "inputmode": "numeric"}
    earliest_year = FIRST_YEAR

    def latest(self) -> date:
        """A year from today."""
        return timezone.localdate() + OPENS_WITHIN


class HomepageField(LineField):
    """§S11: 홈페이지, stored without "http://": a host name with a dot, and what may stand behind it."""

    default_error_messages: ClassVar[dict[str, object]] = {
        "invalid": _("홈페이지 주소를 다시 확인해 주세요. 예: www.kotra.or.kr"),
    }
    html: ClassVar[dict[str, str]] = {"autocomplete": "off", "inputmode": "url", "spellcheck": "false"}
    # Labels of letters and digits in any script; the last is no number, so that no IP address passes.
    _LABEL = r"[^\W_](?:[\w-]{0,61}[^\W_])?"
    _HOST = re.compile(rf"(?:{_LABEL}\.)+(?![0-9]+(?:$|:))[^\W_][^\W_-]*[^\W_](?::[0-9]{{1,5}})?")

    def normalize(self, line: str) -> str:
        """The address without scheme and last slash, its host in lower case; raises ValidationError."""
        address = re.sub(r"^https?://", "", half_width(line), flags=re.IGNORECASE)
        host, slash, rest = address.partition("/")
        host = host.lower()
        if not self._HOST.fullmatch(host) or re.search(r"[\s<>\"'\\@]", rest):
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        return host + (slash + rest if rest else "")


class RemarksField(forms.CharField):
    """Text of several lines, trimmed, without anything invisible."""

    default_error_messages: ClassVar[dict[str, object]] = LineField.default_error_messages
    widget = forms.Textarea

    def to_python(self, value: object) -> str:
        """The text with plain line ends; raises ValidationError."""
        text = super().to_python(value).replace("\r\n", "\n").replace("\r", "\n")
        if len(text) <= self.max_length:  # the validator of the length speaks next
            if not is_visible(text):
                raise ValidationError(INVISIBLE_CHARACTERS, code="invisible")
            text = unicodedata.normalize("NFC", text)
        return text


class YesNoField(forms.TypedChoiceField):
    """§S11: 예 or 아니오, none chosen beforehand; not answering stays possible once one was chosen. None: no answer."""

    def __init__(self, **kwargs: object) -> None:
        """Offer the three choices, side by side."""
        choices = ((YES, _("예")), (NO, _("아니오")), (UNANSWERED, _("답하지 않음")))
        super().__init__(
            choices=choices,
            coerce=self._answer,
            empty_value=None,
            required=False,
            widget=forms.RadioSelect,
            error_messages={"invalid_choice": CHOOSE_FROM_LIST},
            **kwargs,
        )
        self.inline = True  # krds/choices.html

    @staticmethod
    def _answer(chosen: str) -> bool | None:
        return {YES: True, NO: False}.get(chosen)

    def prepare_value(self, value: object) -> object:
        """A stored answer as its choice."""
        return {True: YES, False: NO}.get(value, value) if isinstance(value, bool) else value
