"""심사: the forms of a case's page in the admin."""

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from companies.domain.review import LONGEST_REASON
from companies.forms.documents import AddDocumentForm
from companies.forms.reasons import READY_MADE

# Titles for the reviewer; the sentence that goes out stands in reasons.py.
CORRECTIONS = {
    "missing": _("사업자등록증이 오지 않음"),
    "unreadable": _("사업자등록증이 흐리거나 잘림"),
    "different": _("입력한 내용이 등록증과 다름"),
    "outdated": _("예전 사업자등록증"),
    "employment": _("재직 확인 필요"),
}
REJECTIONS = {
    "other_company": _("다른 기업의 사업자등록증"),
    "closed": _("휴업·폐업한 기업"),
    "nobody": _("기업과 관계를 확인할 수 없음"),
    "no_answer": _("보완 요청에 답이 없음"),
}


class ReasonSelect(forms.Select):
    """Titles to choose from, each with the sentence that a script puts into the free text."""

    def create_option(self, name: str, value: object, *args: object, **kwargs: object) -> dict[str, object]:
        """The option, with its sentence."""
        option = super().create_option(name, value, *args, **kwargs)
        if value in READY_MADE:
            option["attrs"]["data-sentence"] = READY_MADE[value]
        return option


class DecisionForm(forms.Form):
    """§D3: what goes with a decision: what the reviewer has seen, and a reason, chosen, typed, or both in one."""

    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)
    ready_made = forms.ChoiceField(
        label=_("자주 쓰는 사유"),
        required=False,
        choices=[("", _("직접 입력")), (_("보완 요청"), [*CORRECTIONS.items()]), (_("반려"), [*REJECTIONS.items()])],
        widget=ReasonSelect,
    )
    reason = forms.CharField(
        label=_("사유"),
        required=False,
        help_text=format_lazy(
            _("보완 요청과 반려에 씁니다. 신청인에게 그대로 보입니다. {most}자 이내."),
            most=f"{LONGEST_REASON:,}",
        ),
        widget=forms.Textarea(attrs={"rows": 4, "cols": 60}),
    )

    @property
    def chosen_reason(self) -> str:
        """What the applicant will read: the typed text, or the chosen one where nothing was typed."""
        typed = self.cleaned_data.get("reason", "")
        return typed or READY_MADE.get(self.cleaned_data.get("ready_made", ""), "")

    @property
    def seen_version(self) -> int:
        """The case's version that the reviewer looked at; none that ever was where the field was tampered with."""
        seen = self.cleaned_data.get("seen")
        return -1 if seen is None else seen


class AssignForm(forms.Form):
    """§D3: who shall look after the case."""

    assignee = forms.ModelChoiceField(
        label=_("다른 담당자"),
        queryset=User.objects.none(),
        empty_label=_("담당자 선택"),
        error_messages={
            "required": _("맡길 담당자를 선택해 주세요."),
            "invalid_choice": _("심사할 수 있는 담당자가 아닙니다. 다시 선택해 주세요."),
        },
    )

    def __init__(self, *args: object, reviewers: object, **kwargs: object) -> None:
        """Offer these people."""
        super().__init__(*args, **kwargs)
        self.fields["assignee"].queryset = reviewers
        self.fields["assignee"].label_from_instance = lambda person: f"{person.get_full_name()} ({person.username})"


class PaperForm(AddDocumentForm):
    """§D3: a paper that came by fax or e-mail; which of both, its two buttons say."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        """Under a reviewer's words."""
        super().__init__(*args, **kwargs)
        self.fields["document"].label = _("받은 서류 파일")
