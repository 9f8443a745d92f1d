"""아이디 찾기 and 비밀번호 재설정 by mail."""

from django import forms
from django.utils.translation import gettext_lazy as _

from kotra_portal.fields import EmailPartsField, LineField, PersonNameField


def _email() -> EmailPartsField:
    return EmailPartsField(
        label=_("이메일"),
        help_text=_("가입한 뒤 메일의 링크로 확인한 이메일을 입력해 주세요. 예: name@example.com"),
        widget=forms.EmailInput(attrs={"autocomplete": "email", "autocapitalize": "none", "spellcheck": "false"}),
    )


class MailIdForm(forms.Form):
    """§D14: whose ID goes to which address."""

    use_required_attribute = False
    name = PersonNameField(label=_("성명"), max_length=100, error_messages={"required": _("성명을 입력해 주세요.")})
    email = _email()


class MailResetLinkForm(forms.Form):
    """§D14: whose password is to be set, and the address the link goes to."""

    use_required_attribute = False
    username = LineField(
        label=_("아이디"),
        max_length=100,
        error_messages={"required": _("아이디를 입력해 주세요.")},
        html={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"},
    )
    email = _email()
