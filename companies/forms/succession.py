"""MASTER 변경신청's forms: what the applicant asks for, and what the sitting MASTER holds against it (§Q3, §D7)."""

from django import forms
from django.conf import settings
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from accounts.forms.details import CHOOSE_FROM_LIST
from accounts.forms.passwords import current_password_field
from companies.domain import succession
from companies.forms.fields import RemarksField
from companies.models import Channel

LEAVES, STAYS = "leaves", "stays"


class TextField(RemarksField):
    """§D7: what one side writes, for staff to read."""

    def __init__(self, **kwargs: object) -> None:
        """Say in the domain's words what is missing or too long."""
        sentences = {"required": succession.TextMissing.sentence, "max_length": succession.TextTooLong.sentence}
        super().__init__(max_length=succession.LONGEST_TEXT, error_messages=sentences, **kwargs)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, object]:
        """No ``maxlength``: a browser would cut off in silence what was pasted."""
        return {"rows": 6}


class MasterChangeForm(forms.Form):
    """§Q3: why, what becomes of the sitting MASTER, and how the papers come; nothing is chosen beforehand."""

    use_required_attribute = False
    why = TextField(
        label=_("변경 사유"),
        help_text=_("언제 무슨 일이 있었는지 적어 주세요. 고객지원팀과 지금 MASTER가 읽습니다. 1,000자까지."),
    )
    master_leaves = forms.ChoiceField(
        label=_("지금 MASTER는 앞으로"),
        choices=(
            (LEAVES, _("퇴사했습니다. 기업과의 관계를 해지합니다.")),
            (STAYS, _("계속 다닙니다. 정회원으로 남습니다.")),
        ),
        widget=forms.RadioSelect,
        error_messages={
            "required": _("지금 MASTER가 퇴사했는지, 정회원으로 남는지 골라 주세요."),
            "invalid_choice": CHOOSE_FROM_LIST,
        },
    )
    certificate_by = forms.ChoiceField(
        label=_("서류 제출 방법"),
        help_text=_("MASTER 변경신청서와 사업자등록증을 보냅니다. 신청한 뒤에 다른 방법으로 보내도 됩니다."),
        choices=(
            (Channel.UPLOAD, _("파일로 올리기(신청한 다음 화면에서)")),
            (Channel.FAX, format_lazy(_("팩스로 보내기({fax})"), fax=settings.SUPPORT_TEAM["fax"])),
            (Channel.EMAIL, format_lazy(_("이메일로 보내기({email})"), email=settings.SUPPORT_TEAM["email"])),
        ),
        widget=forms.RadioSelect,
        error_messages={"required": _("서류를 어떻게 보낼지 골라 주세요."), "invalid_choice": CHOOSE_FROM_LIST},
    )

    def asked(self) -> dict[str, object]:
        """What the domain is asked for, by its names."""
        return {
            "why": self.cleaned_data["why"],
            "master_leaves": self.cleaned_data["master_leaves"] == LEAVES,
            "certificate_by": Channel(self.cleaned_data["certificate_by"]),
        }


class ObjectionForm(forms.Form):
    """§D7: what the sitting MASTER holds against the change."""

    use_required_attribute = False
    objection = TextField(
        label=_("이의 내용"),
        help_text=_("왜 동의하지 않는지 적어 주세요. 고객지원팀만 읽고 신청인에게는 보이지 않습니다. 1,000자까지."),
    )


class AgreementForm(forms.Form):
    """§D7: the MASTER's password, which the domain compares; to agree cannot be taken back."""

    use_required_attribute = False
    current_password = current_password_field(hint=_("동의는 되돌릴 수 없어서, 본인인지 한 번 더 확인합니다."))
