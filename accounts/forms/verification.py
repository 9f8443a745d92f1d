"""The windows of the identity providers: the carrier's, the code's, I-PIN's (§S6, §S7)."""

from typing import ClassVar, Self

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.domain import verification as rules
from accounts.identity import PROVIDER_CONSENTS, MobileClaim
from accounts.models import Carrier, Gender, Verification
from kotra_portal.fields import BirthDateField, DigitsField, LineField, MobileField, OtpField, PersonNameField

KOREAN, FOREIGNER = "korean", "foreigner"
LONGEST_KEPT_TEXT = 200


def _choice(label: str, choices: list[tuple[str, str]], missing: str) -> forms.ChoiceField:
    """Radios without a default; ``missing`` is said when none, or none of the list, was chosen."""
    messages = {"required": missing, "invalid_choice": missing}
    return forms.ChoiceField(label=label, choices=choices, widget=forms.RadioSelect, error_messages=messages)


class RefusedForm(forms.Form):
    """A form that is shown again by a page of its own after a refusal, so that neither reload nor back sends it twice.

    ``secret`` names the fields that are not kept meanwhile.
    """

    secret: tuple[str, ...] = ()

    def keep(self) -> dict[str, dict]:
        """What was typed and what is wrong with it, for the session."""
        shown = {name: value for name, value in self.data.items() if name in self.fields and name not in self.secret}
        return {
            "typed": {name: value[:LONGEST_KEPT_TEXT] for name, value in shown.items()},
            "errors": {name: [str(error) for error in errors] for name, errors in self.errors.items()},
        }

    @classmethod
    def reopen(cls, kept: dict[str, dict]) -> Self:
        """The form as it was refused."""
        form = cls(kept["typed"])
        form.errors.clear()
        for name, errors in kept["errors"].items():
            form.add_error(name if name in form.fields else None, errors)
        return form


class _ConsentField(forms.BooleanField):
    """A consent's check box; whether it is missing only the whole form can tell, since 전체 동의 gives it too."""

    def validate(self, value: bool) -> None:
        """Accept both; see ``MobileClaimForm.clean``."""


class MobileClaimForm(RefusedForm):
    """§S6: what the carrier asks: who the person is, which phone, and the provider's own consents."""

    carrier = _choice(_("이동통신사"), Carrier.choices, _("이동통신사를 골라 주세요."))
    name = PersonNameField(
        label=_("이름"),
        max_length=100,
        error_messages={"required": _("이름을 입력해 주세요.")},
    )
    gender = _choice(
        _("성별"), [(Gender.MALE, Gender.MALE.label), (Gender.FEMALE, Gender.FEMALE.label)], _("성별을 골라 주세요.")
    )
    birth_date = BirthDateField(label=_("생년월일"), help_text=_("8자리 숫자로 입력해 주세요. 예: 19800101"))
    nationality = _choice(
        _("국적"), [(KOREAN, _("내국인")), (FOREIGNER, _("외국인"))], _("내국인인지 외국인인지 골라 주세요.")
    )
    mobile = MobileField(label=_("휴대폰 번호"), help_text=_("본인 명의의 휴대폰만 쓸 수 있습니다. 예: 010-1234-5678"))
    all_consents = forms.BooleanField(label=_("위 약관에 전체 동의합니다."), required=False)

    def __init__(self, *args: object, **kwargs: object) -> None:
        """Add the provider's consents."""
        super().__init__(*args, **kwargs)
        for consent in PROVIDER_CONSENTS:
            self.fields[consent.name] = _ConsentField(
                label=consent.label, help_text=consent.summary, required=consent.required
            )

    def clean(self) -> dict[str, object]:
        """전체 동의 means all of them; then each required one that is missing is named beside its box."""
        for consent in rules.missing_consents(self.consents()):
            self.add_error(consent.name, str(rules.refuse_consent(consent)))
        return self.cleaned_data

    def consents(self) -> dict[str, bool]:
        """§S6: the provider's consents as given and declined."""
        given_all = self.cleaned_data.get("all_consents", False)
        return {consent.name: given_all or bool(self.cleaned_data.get(consent.name)) for consent in PROVIDER_CONSENTS}

    def consent_fields(self) -> list[forms.BoundField]:
        """The boxes of the provider's consents, in their order."""
        return [self[consent.name] for consent in PROVIDER_CONSENTS]

    def claim(self) -> MobileClaim:
        """§S6: the claim that the valid form makes."""
        names = ("carrier", "name", "gender", "birth_date", "mobile")
        typed = {name: self.cleaned_data[name] for name in names}
        return MobileClaim(**typed, is_foreigner=self.cleaned_data["nationality"] == FOREIGNER)

    @staticmethod
    def typed_before(verification: Verification) -> dict[str, object]:
        """What the form starts with when the person comes back to correct it (정보 수정)."""
        claim = rules.claim_of(verification)
        typed = {name: getattr(claim, name) for name in ("carrier", "name", "gender", "birth_date", "mobile")}
        nationality = FOREIGNER if claim.is_foreigner else KOREAN
        return typed | verification.provider_consents | {"nationality": nationality}


class CodeForm(RefusedForm):
    """§S6: 인증번호."""

    secret = ("code",)
    code = OtpField(label=_("인증번호"), help_text=_("문자로 받은 숫자 6자리를 입력해 주세요."))


class _PictureDigitsField(DigitsField):
    """§S7: 문자입력."""

    digits = 6
    default_error_messages: ClassVar[dict[str, object]] = {
        "required": _("그림의 숫자 6자리를 입력해 주세요."),
        "invalid": _("그림의 숫자 6자리를 입력해 주세요."),
    }
    html: ClassVar[dict[str, str]] = {"autocomplete": "off", "inputmode": "numeric"}


class IpinForm(RefusedForm):
    """§S7: I-PIN id, password, and the digits of the picture."""

    secret = ("password", "digits")
    ipin_id = LineField(
        label=_("아이핀 ID"),
        max_length=50,
        html={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"},
        error_messages={"required": _("아이핀 ID를 입력해 주세요.")},
    )
    password = forms.CharField(
        label=_("비밀번호"),
        max_length=100,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
        error_messages={"required": _("아이핀 비밀번호를 입력해 주세요.")},
    )
    digits = _PictureDigitsField(label=_("문자입력"))
