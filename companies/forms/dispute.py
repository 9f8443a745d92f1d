"""등록 이의신청's form (§D8)."""

from django import forms
from django.utils.translation import gettext_lazy as _

from companies.domain.dispute import LONGEST_EXPLANATION, Claim
from companies.forms.fields import RemarksField
from kotra_portal.fields import EmailPartsField, LineField, PersonNameField, PhoneField


class DisputeForm(forms.Form):
    """§D8: who disputes, how they are reached, and why."""

    use_required_attribute = False

    name = PersonNameField(
        label=_("성명"), max_length=100, error_messages={"required": _("이의를 제기하는 분의 성명을 입력해 주세요.")}
    )
    position = LineField(
        label=_("기업에서 맡은 일"),
        max_length=100,
        help_text=_("부서와 직위, 또는 대표자. 예: 총무팀 과장"),
        error_messages={"required": _("기업에서 맡은 일을 입력해 주세요. 예: 총무팀 과장")},
        html={"autocomplete": "organization-title"},
    )
    phone = PhoneField(label=_("전화번호"), help_text=_("고객지원팀이 확인할 것이 있을 때 연락드립니다."))
    email = EmailPartsField(label=_("이메일"), help_text=_("접수와 결과를 이 주소로 알려 드립니다."))
    explanation = RemarksField(
        label=_("이의 내용"),
        max_length=LONGEST_EXPLANATION,
        help_text=_(
            "등록한 사람을 모르는지, 회사를 떠난 사람인지, 어떻게 바로잡기를 바라는지 적어 주세요. 2,000자 이내."
        ),
        error_messages={"required": _("무엇이 잘못되었는지 적어 주세요.")},
        widget=forms.Textarea(attrs={"rows": 6}),
    )

    def claim(self) -> Claim:
        """What was typed, cleaned."""
        return Claim(**self.cleaned_data)
