"""회원가입's forms: consents, the ID check, the details of a new member."""

from dataclasses import fields as dataclass_fields
from datetime import datetime

from django import forms
from django.conf import settings
from django.urls import reverse_lazy
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from accounts.domain import passwords, signup, terms
from accounts.forms.details import CHOOSE_FROM_LIST, DetailsForm
from accounts.forms.fields import UsernameField
from accounts.models import Newsletter, SignupDraft, Terms, TermsKind, User
from kotra_portal.errors import RuleViolation

YES, NO = "yes", "no"
CHOICES = ((YES, _("동의")), (NO, _("동의하지 않음")))
QUESTIONS = {
    TermsKind.USE: _("이용약관을 확인하였으며, 이에 동의합니다."),
    TermsKind.PRIVACY: _("개인정보 처리방침에 동의합니까?"),
    TermsKind.MARKETING: _("개인정보를 마케팅에 활용하는 데 동의합니까?"),
}
PASSWORD_HINT = format_lazy(
    _("영문자와 숫자를 섞어 {minimum}자 이상 입력해 주세요. 아이디와 비슷하거나 흔한 비밀번호는 쓸 수 없습니다."),
    minimum=settings.PASSWORD_MIN_LENGTH,
)


class SignupTermsForm(forms.Form):
    """§S4: one choice for each document in force, none made beforehand; the domain says which are required."""

    use_required_attribute = False
    shown = forms.CharField(widget=forms.HiddenInput, error_messages={"required": _("약관을 다시 읽고 동의해 주세요.")})

    def __init__(self, documents: list[Terms], data: object = None, *, held: dict[str, bool]) -> None:
        """Offer these documents; ``held`` is what the draft has: the choice by the document's id."""
        self.documents = documents
        super().__init__(data, initial={"shown": self._ids()})
        for document in documents:
            choice = held.get(str(document.pk))
            self.fields[document.kind] = self._field(document, choice)
            self.fields[document.kind].errors_name_it = True

    def _ids(self) -> str:
        return "-".join(str(document.pk) for document in self.documents)

    @staticmethod
    def _field(document: Terms, choice: bool | None) -> forms.Field:
        missing = terms.RequiredConsentMissing(missing=document.get_kind_display())
        common = {
            "label": QUESTIONS[document.kind],
            "required": document.kind in terms.REQUIRED,
            "error_messages": {"required": str(missing), "invalid_choice": CHOOSE_FROM_LIST},
        }
        if document.kind == TermsKind.USE:
            return forms.BooleanField(initial=choice, **common)
        initial = None if choice is None else (YES if choice else NO)
        return forms.ChoiceField(choices=CHOICES, widget=forms.RadioSelect, initial=initial, **common)

    def clean_shown(self) -> str:
        """What is agreed to is what was read: a version that came into force meanwhile is to be read first."""
        if self.cleaned_data["shown"] != self._ids():
            raise forms.ValidationError(_("약관이 바뀌었습니다. 바뀐 내용을 읽고 다시 동의해 주세요."))
        return self.cleaned_data["shown"]

    def clean(self) -> None:
        """§S4: say of each required document that was declined, not of the first alone."""
        for document in self.documents:
            try:
                terms.check_agreed(self.choices(), [document])
            except terms.RequiredConsentMissing as violation:
                if document.kind not in self.errors:
                    self.add_error(document.kind, violation)

    def choices(self) -> dict[str, bool]:
        """The choice by kind of document; what was left open is no consent."""
        return {document.kind: self.cleaned_data.get(document.kind) in {True, YES} for document in self.documents}

    def boxes(self) -> list[tuple[Terms, forms.BoundField]]:
        """Each document with its choice, as the page shows them."""
        return [(document, self[document.kind]) for document in self.documents]


class UsernameForm(forms.Form):
    """§S8: the ID alone, for ID중복확인."""

    use_required_attribute = False
    username = UsernameField(
        label=_("아이디"), help_text=_("영문자로 시작하고 영문자와 숫자만 써서 6~20자로 입력해 주세요.")
    )


class NewsletterBoxes(forms.CheckboxSelectMultiple):
    """§S9: boxes that stay empty and cannot be ticked while the marketing consent is missing."""

    def get_context(self, name: str, value: object, attrs: dict | None) -> dict:
        """Nothing is shown as chosen that cannot be."""
        return super().get_context(name, [] if self.attrs.get("disabled") else value, attrs)


class SignupDetailsForm(DetailsForm):
    """§S8, §S9: the details of a new member. Name and verified number come from the verification, never from here."""

    username = UsernameForm.base_fields["username"]
    password = forms.CharField(
        label=_("비밀번호"),
        strip=False,
        help_text=PASSWORD_HINT,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        error_messages={"required": _("비밀번호를 입력해 주세요.")},
    )
    password_again = forms.CharField(
        label=_("비밀번호 확인"),
        strip=False,
        help_text=_("같은 비밀번호를 한 번 더 입력해 주세요."),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        error_messages={"required": _("비밀번호를 한 번 더 입력해 주세요.")},
    )
    newsletters = forms.MultipleChoiceField(
        label=_("관심서비스·이메일 수신"),
        choices=Newsletter.choices,
        required=False,
        widget=NewsletterBoxes,
        help_text=_("고른 분야의 뉴스레터와 이메일만 보내 드립니다."),
        error_messages={"invalid_choice": CHOOSE_FROM_LIST, "invalid_list": CHOOSE_FROM_LIST},
    )

    ACCOUNT_PART = ("username", "password", "password_again")
    SECRETS = ("password", "password_again")
    field_order = (*ACCOUNT_PART, *DetailsForm.REQUIRED_PART, *DetailsForm.OPTIONAL_PART, "newsletters")
    # Checked beside the field while the form is being filled in.
    CHECKED = ("username", "password", "password_again", "name_en", "postcode", "phone", "email", "mobile", "fax")

    def __init__(self, data: object = None, *, draft: SignupDraft, now: datetime, found: dict | None = None) -> None:
        """Start from what the draft keeps; ``found`` is what a look-up page brought back and wins over it."""
        super().__init__(data, initial=draft.details | (found or {}))
        if draft.verification and draft.verification.mobile:
            del self.fields["mobile"]
        self.may_subscribe = signup.agrees_to_marketing(draft, now=now)
        if not self.may_subscribe:
            self.fields["newsletters"].widget.attrs["disabled"] = True
        for name in set(self.CHECKED) & set(self.fields):
            self._check_while_typing(name)
        if found and "postcode" in found:
            self.fields["address_detail"].widget.attrs["autofocus"] = True

    def _check_while_typing(self, name: str) -> None:
        again = ", change from:#id_password" if name == "password_again" else ""
        self.fields[name].widget.attrs |= {
            "hx-post": reverse_lazy("check_details_field"),
            "hx-vals": f'{{"field": "{name}"}}',
            "hx-trigger": f"change{again}",
            "hx-target": f"#id_{name}_messages",
            # Of a field in several parts, the answer about what is there no more shall not come last.
            "hx-sync": f"#id_{name}_messages:queue last",
        }

    def clean(self) -> None:
        """§D12: the password is fit, and typed twice the same."""
        password, again = self.cleaned_data.get("password"), self.cleaned_data.get("password_again")
        if password:
            about = {name: self.cleaned_data.get(name, "") for name in ("username", "email", "name_en")}
            try:
                passwords.check(password, User(**about))
            except RuleViolation as violation:
                self.add_error("password", violation)
        if password and again and password != again:
            self.add_error("password_again", _("비밀번호가 서로 다릅니다. 같은 비밀번호를 한 번 더 입력해 주세요."))

    def details(self) -> signup.Details:
        """The cleaned details for the domain; the form must be valid."""
        known = {field.name for field in dataclass_fields(signup.Details)} & set(self.cleaned_data)
        given = {name: self.cleaned_data[name] for name in known}
        return signup.Details(**given | {"newsletters": tuple(self.cleaned_data["newsletters"])})
