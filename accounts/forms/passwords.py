"""A new password, typed twice; the rules for it are the domain's."""

from django import forms
from django.conf import settings
from django.contrib.admin.forms import AdminPasswordChangeForm
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _


def password_field(
    label: str, *, required: str | None, autocomplete: str = "new-password", hint: str = ""
) -> forms.CharField:
    """A password as it is typed, spaces at its ends included; it is never shown again.

    ``required`` is what is said when it is missing; None: it may be.
    """
    return forms.CharField(
        label=label,
        strip=False,
        required=required is not None,
        help_text=hint,
        widget=forms.PasswordInput(attrs={"autocomplete": autocomplete}),
        error_messages={
            "required": required or "",
            "null_characters_not_allowed": _("쓸 수 없는 문자가 들어 있습니다."),
        },
    )


class NewPasswordForm(forms.Form):
    """§D12: a new password and its repetition."""

    use_required_attribute = False
    password = password_field(
        _("새 비밀번호"),
        required=_("새 비밀번호를 입력해 주세요."),
        hint=format_lazy(
            _("영문자와 숫자를 섞어 {length}자 이상 입력해 주세요. 아이디나 이메일과 비슷하면 쓸 수 없습니다."),
            length=settings.PASSWORD_MIN_LENGTH,
        ),
    )
    password_again = password_field(_("새 비밀번호 확인"), required=_("새 비밀번호를 한 번 더 입력해 주세요."))

    def clean_password_again(self) -> str:
        """The repetition; raises ValidationError when it differs."""
        again = self.cleaned_data["password_again"]
        if "password" in self.cleaned_data and again != self.cleaned_data["password"]:
            raise forms.ValidationError(_("두 비밀번호가 다릅니다. 다시 입력해 주세요."), code="differs")
        return again


class ChangePasswordForm(NewPasswordForm):
    """§D14: the present password too."""

    field_order = ("current_password", "password", "password_again")
    current_password = password_field(
        _("현재 비밀번호"),
        required=_("현재 비밀번호를 입력해 주세요."),
        autocomplete="current-password",
    )


class StaffPasswordForm(AdminPasswordChangeForm):
    """§D14: the same in the look of the staff's site; the present password is the domain's to look at."""

    def clean_old_password(self) -> str:
        """What was typed: looked at here it would escape the limit."""
        return self.cleaned_data["old_password"]
