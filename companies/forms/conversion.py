"""전환신청's form: the search by number or name (§T2)."""

from django import forms
from django.utils.translation import gettext_lazy as _

from kotra_portal.fields import LineField

LONGEST_TYPED = 100  # characters


class ConversionSearchForm(forms.Form):
    """§T2: one field for both; the domain tells a number from a name."""

    use_required_attribute = False
    q = LineField(
        label=_("사업자등록번호 또는 기업명"),
        help_text=_("번호는 하이픈(-)을 넣어도 되고 빼도 됩니다. 기업명은 앞에서부터 두 글자 이상 입력해 주세요."),
        max_length=LONGEST_TYPED,
        error_messages={"required": _("사업자등록번호나 기업명을 입력해 주세요.")},
        html={"autocomplete": "off"},
    )
