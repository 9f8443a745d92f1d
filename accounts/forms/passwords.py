"""A new password, typed twice; the rules for it are the domain's."""

from django import forms
from django.conf import settings
from django.contrib.admin.forms import AdminPasswordChangeForm
from django.core.validators import MaxLengthValidator
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from accounts.domain.passwords import WrongPassword
from accounts.passwords import MAX_LENGTH

UNUSABLE_CHARACTERS = _("쓸 수 없는 문자가 들어 있습니다.")


def no_longer_than_a_password(sentence: str) -> MaxLengthValidator:
    """§D12: nothing longer than any password reaches the hasher; ``sentence`` is what a wrong one gets.

    A validator and no ``max_length``: a browser would cut off what is pasted, and say nothing.
    """
    return MaxLengthValidator(MAX_LENGTH, message=sentence)


def password_field(label: str, *, required: str, hint: str = "") -> forms.CharField:
    """A new password as it is typed, spaces at its ends included; it is never shown again."""
    return forms.CharField(
        label=label,
        strip=False,
        help_text=hint,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        error_messages={"required": required, "null_characters_not_allowed": UNUSABLE_CHARACTERS},
    )


def current_password_field(*, required: bool = True, hint: str = "") -> forms.CharField:
    """The present password, which the domain compares."""
    return forms.CharField(
        label=_("현재 비밀번호"),
        strip=False,
        required=required,
        help_text=hint,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
        validators=[no_longer_than_a_password(WrongPassword.sentence)],
        error_messages={
            "required": _("현재 비밀번호를 입력해 주세요."),
            "null_characters_not_allowed": UNUSABLE_CHARACTERS,
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
    current_password = current_password_field()


class StaffPasswordForm(AdminPasswordChangeForm):
    """§D14: the same in the look of the staff's site; the present password is the domain's to look at."""

    old_password = current_password_field()

    def clean_old_password(self) -> str:
        """What was typed: looked at here it would escape the limit."""
        return self.cleaned_data["old_password"]
