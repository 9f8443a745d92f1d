"""Form fields that every app shares: each knows its spelling, its keyboard, its autofill and its sentences."""

import re
import unicodedata
from collections.abc import Callable
from datetime import date
from typing import ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kotra_portal.phones import format_phone, normalize_contact_mobile, normalize_mobile, normalize_phone
from kotra_portal.text import INVISIBLE_CHARACTERS, LONGEST_LINE, clean_line, half_width, is_visible

REQUIRED = _("이 항목을 입력해 주세요.")
TOO_LONG = _("%(limit_value)d자 이내로 입력해 주세요. 지금은 %(show_value)d자입니다.")

EARLIEST_BIRTH_YEAR = 1900
LONGEST_EMAIL = 254
EMAIL_DOMAINS = ("naver.com", "gmail.com", "daum.net", "hanmail.net", "nate.com", "kakao.com", "outlook.com")


def _say(rule: Callable[[str], str], typed: str) -> str:
    """Apply a normaliser; its ValueError becomes the field's error."""
    try:
        return rule(typed)
    except ValueError as refusal:
        raise ValidationError(refusal.args[0], code="invalid") from refusal


class LineField(forms.CharField):
    """One line of text, trimmed, without anything invisible.

    ``html`` holds further attributes of the input: ``autocomplete``, ``inputmode``.
    """

    default_error_messages: ClassVar[dict[str, object]] = {"required": REQUIRED, "max_length": TOO_LONG}
    html: ClassVar[dict[str, str]] = {}

    def __init__(self, *, html: dict[str, str] | None = None, **kwargs: object) -> None:
        """Keep the attributes; the rest is CharField's."""
        self.html = {**type(self).html, **(html or {})}
        super().__init__(**kwargs)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, str]:
        """The input's attributes; what the form's own widget says comes first."""
        attrs = super().widget_attrs(widget)
        return attrs | {name: value for name, value in self.html.items() if name not in widget.attrs}

    def to_python(self, value: object) -> str:
        """The text as it will be stored; raises ValidationError."""
        typed = super().to_python(value)
        if typed in self.empty_values or (self.max_length is not None and len(typed) > LONGEST_LINE):
            return typed  # the validator of the length speaks next
        return self.normalize(_say(clean_line, typed))

    def normalize(self, line: str) -> str:
        """The stored spelling of a cleaned line; raises ValidationError."""
        return line


class PersonNameField(LineField):
    """§S6: a person's name in one field, in any script: letters and marks, spaces, and . ' ’ - , · ( )"""

    default_error_messages: ClassVar[dict[str, object]] = {
        "letters": _("이름에 쓸 수 없는 문자가 있습니다. 글자와 띄어쓰기로 입력해 주세요."),
    }
    html: ClassVar[dict[str, str]] = {"autocomplete": "name"}

    def normalize(self, line: str) -> str:
        """The name, once it has a letter and nothing that no name has; raises ValidationError."""
        letters = [character for character in line if character not in " .'’-,·()"]
        if not letters or any(unicodedata.category(letter)[0] not in "LM" for letter in letters):
            raise ValidationError(self.error_messages["letters"], code="letters")
        return line


class EnglishNameField(LineField):
    """A name or an address line in Latin letters: letters with or without accents, spaces, and . ' - ,"""

    default_error_messages: ClassVar[dict[str, object]] = {
        "latin": _("영문자로 입력해 주세요. 띄어쓰기와 마침표, 쉼표, 작은따옴표, 하이픈(-)을 쓸 수 있습니다."),
    }
    html: ClassVar[dict[str, str]] = {"spellcheck": "false"}

    def normalize(self, line: str) -> str:
        """Half-width, with plain apostrophes and hyphens."""
        plain = half_width(line.replace("\u2019", "'").replace("\u2010", "-").replace("\u2011", "-"))
        letters = [character for character in plain if character not in " .'-,"]
        if not letters or not all(unicodedata.name(letter, "").startswith("LATIN ") for letter in letters):
            raise ValidationError(self.error_messages["latin"], code="latin")
        return plain


class PhoneField(LineField):
    """A phone or fax number: Korean, 대표번호, or from abroad with a "+"."""

    default_error_messages: ClassVar[dict[str, object]] = {"required": _("전화번호를 입력해 주세요.")}
    html: ClassVar[dict[str, str]] = {"autocomplete": "tel", "inputmode": "tel"}
    normalizer = staticmethod(normalize_phone)

    def normalize(self, line: str) -> str:
        """As ``kotra_portal.phones`` writes it."""
        return _say(self.normalizer, line)

    def prepare_value(self, value: object) -> object:
        """Show a stored number with its hyphens, and what was typed as it was typed."""
        return format_phone(value) if isinstance(value, str) and re.fullmatch(r"\+?[0-9]{8,15}", value) else value


class MobileField(PhoneField):
    """§S6: a Korean mobile number."""

    default_error_messages: ClassVar[dict[str, object]] = {"required": _("휴대폰 번호를 입력해 주세요.")}
    normalizer = staticmethod(normalize_mobile)


class ContactMobileField(PhoneField):
    """§S8: a mobile number that was not verified; people who live abroad give theirs."""

    default_error_messages: ClassVar[dict[str, object]] = {"required": _("휴대폰 번호를 입력해 주세요.")}
    normalizer = staticmethod(normalize_contact_mobile)


class DigitsField(LineField):
    """So many digits and nothing else; spaces and hyphens between them and full-width ones are understood."""

    digits: int

    def normalize(self, line: str) -> str:
        """The digits alone."""
        found = re.sub(r"[\s-]", "", half_width(line))
        if not re.fullmatch(rf"[0-9]{{{self.digits}}}", found):
            self.refuse(found)
        return found

    def refuse(self, found: str) -> None:
        """Raise the sentence that fits what was found instead."""
        raise ValidationError(self.error_messages["invalid"], code="invalid")


class PostcodeField(DigitsField):
    """§S8: 우편번호, five digits; the six-digit ones ended in August 2015."""

    digits = 5
    default_error_messages: ClassVar[dict[str, object]] = {
        "required": _("우편번호를 입력해 주세요."),
        "invalid": _("우편번호 5자리를 숫자로 입력해 주세요. 예: 06792"),
        "old": _("예전에 쓰던 6자리 우편번호입니다. 우편번호 찾기에서 새 5자리 번호를 찾아 주세요."),
    }
    html: ClassVar[dict[str, str]] = {"autocomplete": "postal-code", "inputmode": "numeric"}

    def refuse(self, found: str) -> None:
        """Tell the old number from a wrong one."""
        code = "old" if re.fullmatch(r"[0-9]{6}", found) else "invalid"
        raise ValidationError(self.error_messages[code], code=code)


class OtpField(DigitsField):
    """§S6: 인증번호, six digits."""

    digits = 6
    default_error_messages: ClassVar[dict[str, object]] = {
        "required": _("인증번호 6자리를 입력해 주세요."),
        "invalid": _("인증번호 6자리를 숫자로 입력해 주세요."),
    }
    html: ClassVar[dict[str, str]] = {"autocomplete": "one-time-code", "inputmode": "numeric"}


class TypedDateField(LineField):
    """A day, typed: 19800101, 1980 0101, 1980-01-01, 1980.1.1, 1980년 1월 1일. The cleaned value is a date or None.

    Who extends it says what day it is, in sentences: required, shape, impossible, past, future.
    """

    html: ClassVar[dict[str, str]] = {"inputmode": "numeric"}
    earliest_year = EARLIEST_BIRTH_YEAR
    _SHAPE = re.compile(r"([0-9]{4})(?: ?([0-9]{2}) ?([0-9]{2})|[-./년 ]+([0-9]{1,2})[-./월 ]+([0-9]{1,2})[.일]?)")

    def __init__(self, **kwargs: object) -> None:
        """An empty field is None, as for Django's own dates."""
        super().__init__(empty_value=None, **kwargs)

    def latest(self) -> date:
        """The last day that is possible."""
        return timezone.localdate()

    def normalize(self, line: str) -> date:
        """The date of that line; raises ValidationError when there is none."""
        found = self._SHAPE.fullmatch(half_width(line))
        if not found:
            raise ValidationError(self.error_messages["shape"], code="shape")
        year, month, day = (int(part) for part in found.groups() if part is not None)
        if year < self.earliest_year:
            raise ValidationError(self.error_messages["past"], code="past")
        try:
            typed = date(year, month, day)
        except ValueError as impossible:
            raise ValidationError(self.error_messages["impossible"], code="impossible") from impossible
        if typed > self.latest():
            raise ValidationError(self.error_messages["future"], code="future")
        return typed

    def to_python(self, value: object) -> date | None:
        """A date stays a date; text is read."""
        return value if isinstance(value, date) else super().to_python(value)

    def prepare_value(self, value: object) -> object:
        """A date as the eight digits that people type."""
        return f"{value:%Y%m%d}" if isinstance(value, date) else value


class BirthDateField(TypedDateField):
    """§S6: a birth date, not before 1900 and not after today."""

    default_error_messages: ClassVar[dict[str, object]] = {
        "required": _("생년월일 8자리를 입력해 주세요. 예: 19800101"),
        "shape": _("생년월일을 연, 월, 일 8자리 숫자로 입력해 주세요. 예: 19800101"),
        "impossible": _("달력에 없는 날짜입니다. 생년월일을 다시 확인해 주세요."),
        "future": _("오늘보다 뒤의 날짜입니다. 생년월일을 다시 확인해 주세요."),
        "past": _("너무 오래된 날짜입니다. 태어난 해를 네 자리로 다시 확인해 주세요."),
    }
    html: ClassVar[dict[str, str]] = {"autocomplete": "bday", "inputmode": "numeric"}


class EmailPartsWidget(forms.MultiWidget):
    """§S8: local part, a domain chosen from a list, or one typed (직접입력).

    The inputs are named ``<name>``, ``<name>_domain``, ``<name>_typed``; the first carries the field's own id, so that
    label and error summary lead to it.
    """

    template_name = "krds/email_parts.html"
    use_fieldset = False

    def __init__(self, attrs: dict[str, str] | None = None) -> None:
        """Build the three inputs, each with a name of its own for those who do not see them side by side."""
        plain = {"autocapitalize": "none", "spellcheck": "false"}
        local = {"aria-label": _("이메일 아이디(@ 앞부분)"), "autocomplete": "email", "inputmode": "email"}
        typed = {"aria-label": _("이메일 도메인 직접입력"), "autocomplete": "off", "inputmode": "url"}
        domains = [("", _("직접입력")), *((domain, domain) for domain in EMAIL_DOMAINS)]
        select = {"aria-label": _("이메일 도메인 선택"), "data-email-domain": True, "autocomplete": "off"}
        widgets = {
            "": forms.TextInput(local | plain),
            "domain": forms.Select(select, choices=domains),
            "typed": forms.TextInput(typed | plain | {"data-email-typed": True}),
        }
        super().__init__(widgets, attrs)

    def decompress(self, value: str | None) -> list[str]:
        """An address as its three inputs."""
        local, _at, domain = (value or "").rpartition("@")
        return [local, domain, ""] if domain in EMAIL_DOMAINS else [local, "", domain]

    def get_context(self, name: str, value: object, attrs: dict | None) -> dict:
        """Only the first input is required by itself; which of the others is needed depends on the choice."""
        context = super().get_context(name, value, attrs)
        first, *others = context["widget"]["subwidgets"]
        if attrs and "id" in attrs:
            first["attrs"]["id"] = attrs["id"]
        for other in others:
            other["attrs"].pop("required", None)
        return context

    def id_for_label(self, id_: str) -> str:
        """The label belongs to the first input."""
        return id_


class EmailPartsField(forms.Field):
    """§S8: an e-mail address typed in parts, or pasted whole into the first; its domain is stored in lower case."""

    widget = EmailPartsWidget
    default_error_messages: ClassVar[dict[str, object]] = {
        "required": _("이메일을 입력해 주세요."),
        "local": _("이메일의 @ 앞부분을 입력해 주세요."),
        "domain": _("이메일의 도메인(@ 뒷부분)을 고르거나 입력해 주세요."),
        "two_domains": _("도메인을 하나만 남겨 주세요. 목록에서 고르거나 직접 입력합니다."),
        "unknown_domain": _("목록에 없는 도메인입니다. 직접입력을 고르고 입력해 주세요."),
        "too_long": _("이메일은 254자까지 쓸 수 있습니다."),
        "invalid": _("이메일 주소를 다시 확인해 주세요. 예: name@example.com"),
    }

    def to_python(self, value: list[str | None] | str | None) -> str:
        """The address, or "" when nothing was given; raises ValidationError."""
        parts = value if isinstance(value, list) else [value, "", ""]
        for part in parts:
            if len(part or "") > LONGEST_LINE:
                self._refuse("too_long")
            if not is_visible(part or ""):
                raise ValidationError(INVISIBLE_CHARACTERS, code="invisible")
        local, chosen, typed = (half_width(part or "").strip() for part in parts)
        if not (local or chosen or typed):
            return ""
        pasted, at, domain = local.rpartition("@")
        if not at:
            pasted, domain = local, self._domain(chosen, typed.removeprefix("@"))
        return self._address(pasted, domain.lower())

    def _domain(self, chosen: str, typed: str) -> str:
        if chosen and chosen not in EMAIL_DOMAINS:
            self._refuse("unknown_domain")
        if chosen and typed and typed.lower() != chosen:
            self._refuse("two_domains")
        return chosen or typed

    def _address(self, local: str, domain: str) -> str:
        if not local:
            self._refuse("local")
        if not domain:
            self._refuse("domain")
        address = f"{local}@{domain}"
        if len(address) > LONGEST_EMAIL:
            self._refuse("too_long")
        EmailValidator(message=self.error_messages["invalid"])(address)
        return address

    def _refuse(self, code: str) -> None:
        raise ValidationError(self.error_messages[code], code=code)
