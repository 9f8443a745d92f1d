"""Forms of the look-ups."""

from django import forms
from django.utils.translation import gettext_lazy as _

from kotra_portal.fields import LineField
from kotra_portal.reference import codes, postcodes


class PostcodeForm(forms.Form):
    """What to look for."""

    use_required_attribute = False
    q = LineField(
        label=_("도로명, 동 이름, 건물 이름 또는 우편번호"),
        help_text=_("낱말을 띄어서 더 적으면 결과가 줄어듭니다. 예: 서초구 헌릉로 13, 해운대 우동, 06792"),
        max_length=postcodes.MAX_KEYWORD,
        error_messages={"required": _("찾을 주소를 입력해 주세요.")},
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off"}),
    )


class CodeSearchForm(forms.Form):
    """Which code to look for."""

    use_required_attribute = False
    q = LineField(
        label=_("코드 또는 이름"),
        max_length=codes.MAX_KEYWORD,
        error_messages={"required": codes.NoKeyword.sentence},
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off"}),
    )

    def __init__(self, *args: object, kind: codes.Kind, **kwargs: object) -> None:
        """Ask for a code of this kind."""
        super().__init__(*args, **kwargs)
        self.fields["q"].help_text = kind.hint
