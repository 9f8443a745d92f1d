"""Form fields of people."""

import re
from typing import ClassVar

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.names import normalize_username
from kotra_portal.fields import LineField


class UsernameField(LineField):
    """§S8: 아이디: a letter, then letters or digits, 6–20 in all; stored in lower case.

    Whoever types too much is told so; an input that cuts it off would make an ID that nobody meant.
    """

    default_error_messages: ClassVar[dict[str, object]] = {
        "required": _("아이디를 입력해 주세요."),
        "first": _("아이디의 첫 글자는 영문자로 입력해 주세요."),
        "characters": _("아이디는 영문자와 숫자만 쓸 수 있습니다. 한글, 특수문자, 띄어쓰기는 쓸 수 없습니다."),
        "length": _("아이디를 6~20자로 입력해 주세요. 지금은 %(length)d자입니다."),
    }
    html: ClassVar[dict[str, str]] = {
        "autocomplete": "username",
        "autocapitalize": "none",
        "spellcheck": "false",
        "class": "width-m",
    }

    def normalize(self, line: str) -> str:
        """The stored spelling; raises ValidationError with the one thing that is wrong first."""
        username = normalize_username(line)
        if not re.fullmatch(r"[a-z0-9]*", username):
            raise ValidationError(self.error_messages["characters"], code="characters")
        if not username[:1].isalpha():
            raise ValidationError(self.error_messages["first"], code="first")
        if not 6 <= len(username) <= 20:
            raise ValidationError(self.error_messages["length"], code="length", params={"length": len(username)})
        return username
