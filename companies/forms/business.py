"""휴업·폐업 표시: what staff say of a company's business (§D8)."""

from django import forms
from django.utils.translation import gettext_lazy as _

from companies.domain.business import MarkedAlready, ReasonMissing
from companies.models import BusinessStatus, Company

# What each status means for the company, beside its choice.
CONSEQUENCES = {
    BusinessStatus.ACTIVE: _("계속사업자: 다시 새로 관계설정을 할 수 있습니다."),
    BusinessStatus.SUSPENDED: _("휴업: 아무도 새로 관계설정을 할 수 없습니다."),
    BusinessStatus.CLOSED: _("폐업: 아무도 새로 관계설정을 할 수 없습니다."),
}


class MarkBusinessForm(forms.Form):
    """§D8: another status than the present one, and what it is founded on."""

    use_required_attribute = False
    seen = forms.CharField(required=False, widget=forms.HiddenInput)  # the status on the page; the domain compares it
    status = forms.ChoiceField(
        label=_("새 사업 상태"),
        widget=forms.RadioSelect,
        error_messages={"required": _("사업 상태를 선택해 주세요."), "invalid_choice": MarkedAlready.sentence},
    )
    reason = forms.CharField(
        label=_("확인한 내용"),
        help_text=_("무엇을 보고 확인했는지 500자 이내로 적어 주세요. 회원에게 보내는 메일에 그대로 들어갑니다."),
        error_messages={"required": ReasonMissing.sentence},
        widget=forms.Textarea(attrs={"rows": 4, "cols": 60}),
    )

    def __init__(self, *args: object, company: Company, **kwargs: object) -> None:
        """Offer what the company is not marked as already; a page that is older is read as it was."""
        super().__init__(*args, **kwargs)
        self.initial["seen"] = company.business_status
        self.offer_but(self["seen"].value() or company.business_status)

    def offer_but(self, present: str) -> None:
        """Offer every status but the present one."""
        offered = [status for status in BusinessStatus if status != present]
        self.fields["status"].choices = [(status, CONSEQUENCES[status]) for status in offered]
