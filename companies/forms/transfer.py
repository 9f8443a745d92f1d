"""MASTER 권한 넘기기's forms: who of the company's 정회원, and the password again (§D6)."""

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.forms.passwords import current_password_field
from companies.domain.members import find_members
from companies.domain.transfer import NotAFullMember
from companies.models import Company, Relationship, Role
from kotra_portal.fields import LineField

LONGEST_TYPED = 100  # characters


class NomineeSearchForm(forms.Form):
    """§D6: a part of a name or of a 부서; nothing typed finds all."""

    use_required_attribute = False
    q = LineField(
        label=_("성명 또는 부서"),
        help_text=_("일부만 입력해도 찾습니다. 비워 두면 모든 정회원을 보여 드립니다."),
        required=False,
        max_length=LONGEST_TYPED,
        html={"autocomplete": "off"},
    )


class NomineeForm(forms.Form):
    """§D6: one 정회원 of this company; whoever else is asked for is nobody that the list has."""

    use_required_attribute = False
    nominee = forms.ModelChoiceField(
        Relationship.objects.none(),
        widget=forms.HiddenInput,
        error_messages={
            "required": _("권한을 넘겨받을 정회원을 목록에서 골라 주세요."),
            "invalid_choice": NotAFullMember.sentence,
        },
    )

    def __init__(self, data: object = None, *, company: Company, **kwargs: object) -> None:
        """Let the company's 정회원 be chosen, by the keys of their relationships."""
        super().__init__(data, **kwargs)
        self.fields["nominee"].queryset = find_members(company, role=Role.FULL)


class OfferTransferForm(NomineeForm):
    """§D6: with the MASTER's password, which the domain compares."""

    current_password = current_password_field(hint=_("본인인지 확인하려고 한 번 더 여쭙니다."))
