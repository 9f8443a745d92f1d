"""Form fields for codes: a typed code becomes the row of the list."""

from collections import defaultdict
from collections.abc import Collection
from typing import ClassVar

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from kotra_portal.fields import LineField
from kotra_portal.reference import codes
from kotra_portal.reference.models import BkCode, Code


class CodeField(LineField):
    """A typed code; the cleaned value is its row, or None for an empty field.

    ``stays`` holds codes that are accepted although they are withdrawn: those that the member's rows name already.
    """

    kind: ClassVar[codes.Kind]
    default_error_messages: ClassVar[dict[str, object]] = {
        "near": _("목록에 없는 코드입니다. 가장 가까운 코드 %(code)s(%(name)s)를 입력하거나 찾아서 골라 주세요."),
        "unknown": _("목록에 없는 코드입니다. 번호를 다시 확인하거나 찾아서 골라 주세요."),
        "withdrawn": _("더 이상 쓰지 않는 코드입니다. 새 코드를 찾아서 골라 주세요."),
    }
    html: ClassVar[dict[str, str]] = {"autocomplete": "off", "spellcheck": "false", "maxlength": "20"}

    def __init__(self, *, stays: Collection[str] = (), **kwargs: object) -> None:
        """Keep the codes that stay; an empty field is None."""
        self.stays = stays
        super().__init__(empty_value=None, **kwargs)

    def normalize(self, line: str) -> Code:
        """The row of that code; raises ValidationError."""
        code = codes.spelled(self.kind, line)
        if code is None or not self.is_code(code):
            raise ValidationError(self.error_messages["shape"], code="shape")
        row = codes.find(self.kind, code)
        if row is None:
            self.refuse(code)
        if row.withdrawn_on and row.code not in self.stays:
            raise ValidationError(self.error_messages["withdrawn"], code="withdrawn")
        return row

    def is_code(self, code: str) -> bool:
        """Tell whether the list could hold this code."""
        return True

    def refuse(self, code: str) -> None:
        """Raise that there is no such code, and name the nearest one if there is one."""
        near = codes.nearest(self.kind, code)
        if near is None:
            raise ValidationError(self.error_messages["unknown"], code="unknown")
        raise ValidationError(self.error_messages["near"], code="near", params={"code": near.code, "name": near.name})

    def to_python(self, value: object) -> Code | None:
        """A row stays a row; text is read."""
        return value if isinstance(value, Code) else super().to_python(value)

    def prepare_value(self, value: object) -> object:
        """A row as its code, and what was typed as it was typed."""
        return value.code if isinstance(value, Code) else value

    def has_changed(self, initial: object, data: object) -> bool:
        """Tell whether another code was typed, however it is spelled."""
        return (codes.spelled(self.kind, data or "") or data or "") != (self.prepare_value(initial) or "")


class HsCodeField(CodeField):
    """§S10: HS코드: 2, 4, 6 or 10 digits, with or without dots."""

    kind = codes.HS
    default_error_messages: ClassVar[dict[str, object]] = {
        "shape": _("HS코드를 숫자 2, 4, 6자리나 10자리로 입력해 주세요. 예: 09"),
    }
    html: ClassVar[dict[str, str]] = {**CodeField.html, "inputmode": "decimal"}

    def is_code(self, code: str) -> bool:
        """Tell whether it has as many digits as codes have."""
        return len(code) in {2, 4, 6, 10}


class BkCodeField(CodeField):
    """§S10: BK코드 of KOTRA's own tree."""

    kind = codes.BK
    default_error_messages: ClassVar[dict[str, object]] = {
        "shape": _("BK코드를 숫자로 입력해 주세요. 예: 0104"),
    }


def bk_choices() -> list[tuple[str, list[tuple[str, str]]]]:
    """§S11: what 대표품목 is chosen from: each group's name with its items, (code, "group - item")."""
    groups = defaultdict(list)
    for item in BkCode.objects.filter(withdrawn_on=None, parent__isnull=False).select_related("parent"):
        groups[item.parent.name].append((item.code, f"{item.parent.name} - {item.name}"))
    return list(groups.items())
