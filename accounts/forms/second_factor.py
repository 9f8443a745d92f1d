"""2단계 인증: the six digits of the authenticator app, a recovery code, and the present password where it is due."""

from typing import ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.forms.passwords import current_password_field
from accounts.models import ResetReason
from kotra_portal.fields import LineField, OtpField
from kotra_portal.text import half_width

LONGEST_RECOVERY_CODE = 40  # with whatever stands between its groups


class _UnshownInput(forms.TextInput):
    """Comes back empty: a code is typed anew, and is on no page."""

    def format_value(self, value: object) -> None:
        """Nothing."""
        return


def _app_code_field(**attributes: str) -> OtpField:
    hint = _("인증 앱에 지금 보이는 숫자 6자리를 입력해 주세요.")
    return OtpField(label=_("인증번호"), help_text=hint, widget=_UnshownInput, html={**OtpField.html, **attributes})


class SecondStepForm(forms.Form):
    """§D14: the six digits of the app."""

    use_required_attribute = False
    code = _app_code_field(autofocus="")


class _RecoveryCodeField(LineField):
    """A recovery code; the domain knows how one is written."""

    default_error_messages: ClassVar[dict[str, object]] = {"required": _("복구 코드를 입력해 주세요.")}
    html: ClassVar[dict[str, str]] = {"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}

    def normalize(self, line: str) -> str:
        """Half-width."""
        return half_width(line)


class RecoveryCodeForm(forms.Form):
    """§D14: a code that stands in for the app, once."""

    use_required_attribute = False
    code = _RecoveryCodeField(
        label=_("복구 코드"),
        max_length=LONGEST_RECOVERY_CODE,
        widget=_UnshownInput,
        help_text=_("적어 둔 코드 가운데 하나를 입력해 주세요. 하이픈(-)은 없어도 됩니다. 예: abcd-efgh-jkmn"),
        html={"autofocus": ""},
    )


class SetUpForm(forms.Form):
    """§D14: the first code of a new device; the password too where it was entered too long ago."""

    use_required_attribute = False
    current_password = current_password_field()
    code = _app_code_field()

    def __init__(self, *args: object, asks_password: bool, **kwargs: object) -> None:
        """Leave the password out where this log-in has it."""
        super().__init__(*args, **kwargs)
        if not asks_password:
            del self.fields["current_password"]


class RenewForm(forms.Form):
    """§D14: what new recovery codes are given for."""

    use_required_attribute = False
    current_password = current_password_field()
    code = _app_code_field()


class ResetReasonForm(forms.Form):
    """§D14: why the second step of another's log-in is reset, beside the action in the list of staff accounts."""

    reason = forms.ChoiceField(
        label=_("초기화하는 까닭"), choices=[("", _("고르기")), *ResetReason.choices], required=False
    )
