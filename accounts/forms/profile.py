"""회원정보: what a member changes about themselves."""

from typing import ClassVar

from django import forms
from django.core import signing
from django.utils.translation import gettext_lazy as _

from accounts.domain import profile
from accounts.forms.details import CHOOSE_FROM_LIST, DetailsForm
from accounts.forms.passwords import current_password_field
from accounts.forms.signup import SignupDetailsForm
from accounts.models import User


class ProfileForm(DetailsForm):
    """§S8, §S9: what may be changed later; a verified number, ID, name and birth date are no fields.

    ``began`` carries what the page showed when it was opened, so that two tabs can save different fields, and neither
    takes back what the other saved.
    """

    current_password = current_password_field(required=False, hint=_("이메일을 바꿀 때만 입력해 주세요."))
    newsletters = SignupDetailsForm.base_fields["newsletters"]
    language = forms.ChoiceField(
        label=_("언어"),
        choices=User._meta.get_field("language").choices,  # each in its own language
        widget=forms.RadioSelect,
        help_text=_("화면과 메일에 쓸 언어입니다."),
        error_messages={"required": CHOOSE_FROM_LIST, "invalid_choice": CHOOSE_FROM_LIST},
    )
    began = forms.CharField(widget=forms.HiddenInput, required=False)

    _EMAIL_AND_BEFORE = DetailsForm.REQUIRED_PART[: DetailsForm.REQUIRED_PART.index("email") + 1]
    field_order = (
        *_EMAIL_AND_BEFORE, "current_password", *DetailsForm.REQUIRED_PART[len(_EMAIL_AND_BEFORE) :],
        *DetailsForm.OPTIONAL_PART, "newsletters", "language", "began",
    )  # fmt: skip
    SECRETS: ClassVar[tuple[str, ...]] = ("current_password",)

    def __init__(self, data: object = None, *, member: User, typed: dict[str, object] | None = None) -> None:
        """Start from the member's row; ``typed`` is what was typed before a look-up, and wins over it."""
        values = profile.values_of(member)
        salt = f"accounts.profile.{member.pk}"
        initial = _loaded(data.get("began", ""), salt, default=values) if data is not None else values
        super().__init__(
            data, initial={"began": signing.dumps(values, salt=salt, compress=True)} | initial | (typed or {})
        )
        if profile.has_verified_mobile(member):
            del self.fields["mobile"]
        self.may_subscribe = profile.may_subscribe(member)
        if not self.may_subscribe:
            self.fields["newsletters"].widget.attrs["disabled"] = True

    def changes(self) -> dict[str, object]:
        """What differs from what the page showed, cleaned, by field; the form must be valid."""
        return {name: self.cleaned_data[name] for name in self.changed_data if name in profile.CHANGEABLE}


def _loaded(began: str, salt: str, *, default: dict[str, object]) -> dict[str, object]:
    try:
        return default | signing.loads(began, salt=salt)
    except signing.BadSignature:
        return default
