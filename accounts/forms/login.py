"""로그인: the members' form and the staff's."""

from typing import ClassVar

from django import forms
from django.contrib.admin.forms import AdminAuthenticationForm
from django.contrib.auth.forms import AuthenticationForm
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.domain.limits import TooManyAttempts
from accounts.forms.passwords import no_longer_than_a_password
from kotra_portal.fields import LineField

# One sentence whichever of the two is wrong: it must not tell which IDs exist.
WRONG = _("아이디 또는 비밀번호가 맞지 않습니다. 다시 확인하고 입력해 주세요.")

# Nor may it tell of an account without a password yet.
WRONG_OF_STAFF = _(
    "직원 아이디 또는 비밀번호가 맞지 않습니다. 다시 확인하고 입력해 주세요. 비밀번호를 아직 정하지 않았거나 "
    "잊었다면 회원 포털 관리자에게 비밀번호 링크를 보내 달라고 해 주세요."
)


class LimitedForm(AuthenticationForm):
    """§D14: says how long to wait when the limits refuse even to look."""

    def clean(self) -> dict[str, object]:
        """Check the password; raises ValidationError."""
        try:
            return super().clean()
        except TooManyAttempts as refusal:
            raise ValidationError(str(refusal), code="limited") from None


class LoginForm(LimitedForm):
    """§D14: ID and password; what is wrong is not told apart."""

    use_required_attribute = False
    error_messages: ClassVar[dict[str, object]] = {"invalid_login": WRONG, "inactive": WRONG}

    username = LineField(
        label=_("아이디"),
        error_messages={"required": _("아이디를 입력해 주세요.")},
        html={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"},
    )
    password = forms.CharField(
        label=_("비밀번호"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
        validators=[no_longer_than_a_password(WRONG)],
        error_messages={"required": _("비밀번호를 입력해 주세요."), "null_characters_not_allowed": WRONG},
    )

    def __init__(self, request: HttpRequest | None = None, *args: object, **kwargs: object) -> None:
        """Leave a long or pasted ID whole: one cut off is one that nobody meant."""
        super().__init__(request, *args, **kwargs)
        del self.fields["username"].widget.attrs["maxlength"]


class StaffLoginForm(LimitedForm, AdminAuthenticationForm):
    """§D14: the log-in of the staff's site, within the same limits."""

    error_messages: ClassVar[dict[str, object]] = {"invalid_login": WRONG_OF_STAFF, "inactive": WRONG}

    def __init__(self, *args: object, **kwargs: object) -> None:
        """Refuse what is too long for a password before it is hashed."""
        super().__init__(*args, **kwargs)
        self.fields["password"].validators.append(no_longer_than_a_password(WRONG_OF_STAFF))
