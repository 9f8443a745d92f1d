"""회원정보: what a member tells of themselves, at sign-up and later."""

from typing import ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import PreferredMedium
from kotra_portal.fields import (
    ContactMobileField,
    EmailPartsField,
    EnglishNameField,
    LineField,
    PhoneField,
    PostcodeField,
)

NO_MEDIUM = "NONE"  # a choice of its own, so that a chosen medium can be taken back and none is ticked beforehand
CHOOSE_FROM_LIST = _("목록에서 골라 주세요.")


class DetailsForm(forms.Form):
    """§S8, §S9: the details a member may change later too; the optional ones can all be left empty.

    상세주소 stays optional within the required address: a house of one household has none.
    """

    use_required_attribute = False

    name_en = EnglishNameField(
        label=_("성명(영문)"),
        max_length=100,
        help_text=_("여권에 적힌 대로 입력해 주세요. 예: HONG GILDONG"),
        error_messages={"required": _("성명을 영문으로 입력해 주세요.")},
    )
    postcode = PostcodeField(label=_("우편번호"), help_text=_("숫자 5자리. 예: 06792"))
    address = LineField(
        label=_("기본주소"),
        max_length=200,
        help_text=_("우편번호 찾기로 채우거나 직접 입력할 수 있습니다."),
        error_messages={"required": _("기본주소를 입력해 주세요.")},
        html={"autocomplete": "address-line1"},
    )
    address_detail = LineField(
        label=_("상세주소"),
        max_length=200,
        required=False,
        help_text=_("동·호수나 층을 입력해 주세요. 없으면 비워 두어도 됩니다."),
        html={"autocomplete": "address-line2"},
    )
    phone = PhoneField(
        label=_("전화번호"),
        help_text=_("유선전화나 휴대폰 번호. 해외 번호는 +와 국가 번호로 시작해 주세요. 예: 02-3460-7183"),
    )
    email = EmailPartsField(
        label=_("이메일"),
        help_text=_("확인 메일을 보내 드립니다. 목록에 없는 도메인은 직접 입력해 주세요."),
    )
    mobile = ContactMobileField(
        label=_("핸드폰"),
        help_text=_("예: 010-1234-5678. 해외 번호는 +와 국가 번호로 시작해 주세요."),
        html={"autocomplete": "mobile tel"},
    )
    fax = PhoneField(label=_("팩스"), required=False, help_text=_("예: 02-3460-7932"), html={"autocomplete": "fax tel"})
    department = LineField(label=_("부서"), max_length=100, required=False)
    position = LineField(label=_("직위"), max_length=100, required=False, html={"autocomplete": "organization-title"})
    address_en = LineField(
        label=_("주소(영문)"),
        max_length=300,
        required=False,
        help_text=_("예: 13 Heolleung-ro, Seocho-gu, Seoul"),
        html={"spellcheck": "false"},
    )
    preferred_medium = forms.TypedChoiceField(
        label=_("선호매체"),
        choices=[*PreferredMedium.choices, (NO_MEDIUM, _("선택 안 함"))],
        coerce=lambda chosen: "" if chosen == NO_MEDIUM else chosen,
        required=False,
        widget=forms.RadioSelect,
        help_text=_("KOTRA 소식을 어떻게 받고 싶은지 골라 주세요."),
        error_messages={"invalid_choice": CHOOSE_FROM_LIST},
    )

    # In the order of the page; field_order of a form that extends this one puts its own between them.
    REQUIRED_PART: ClassVar[tuple[str, ...]] = (
        "name_en", "postcode", "address", "address_detail", "phone", "email", "mobile", "fax",
    )  # fmt: skip
    OPTIONAL_PART: ClassVar[tuple[str, ...]] = ("department", "position", "address_en", "preferred_medium")
    SECRETS: ClassVar[tuple[str, ...]] = ()  # what is typed anew each time

    def typed(self) -> dict[str, str | list[str]]:
        """§S13: what the person typed, as they typed it, without passwords; of a list, only what it offers, once."""
        return {
            name: _as_typed(field, field.widget.value_from_datadict(self.data, self.files, name))
            for name, field in self.fields.items()
            if name not in self.SECRETS
        }


def _as_typed(field: forms.Field, value: str | list[str | None] | None) -> str | list[str]:
    if not isinstance(value, list):
        return value or ""
    if isinstance(field, forms.MultipleChoiceField):
        return [offered for offered, _label in field.choices if offered in value]
    return [part or "" for part in value]
