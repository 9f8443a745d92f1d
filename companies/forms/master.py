"""마이KOTRA › MASTER: the forms of the members' list, of ending, and of the history."""

from django import forms
from django.utils.translation import gettext_lazy as _

from companies.domain.approval import LONGEST_REASON, ReasonMissing
from companies.forms.fields import RemarksField
from companies.models import RelationshipEvent, Role
from kotra_portal.fields import LineField

LONGEST_TYPED = 100  # characters


class MemberSearchForm(forms.Form):
    """§D5: members are found by name or 부서, among those of one role or among all."""

    use_required_attribute = False
    q = LineField(
        label=_("성명 또는 부서"),
        required=False,
        max_length=LONGEST_TYPED,
        html={"autocomplete": "off"},
    )
    role = forms.ChoiceField(required=False, choices=[("", ""), *Role.choices], widget=forms.HiddenInput)

    @property
    def typed(self) -> str:
        """What is looked for; nothing where that cannot be looked for."""
        return self.cleaned_data.get("q", "")

    @property
    def chosen_role(self) -> Role | None:
        """Whose list it is; None for everybody's."""
        role = self.cleaned_data.get("role")
        return Role(role) if role else None


class EndRelationshipsForm(forms.Form):
    """§D5: why, which the persons will read, and whether they may come back (§D1)."""

    use_required_attribute = False
    reason = RemarksField(
        label=_("해지 사유"),
        help_text=_("해지되는 회원에게 메일로 그대로 보냅니다. 500자 이내로 적어 주세요."),
        max_length=LONGEST_REASON,
        error_messages={"required": ReasonMissing.sentence},
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    bar = forms.BooleanField(
        label=_("이 기업에 다시 관계설정하지 못하게 막기"),
        required=False,
        help_text=_("막으면 전환신청에서 이 기업을 찾아도 다시 준회원이 될 수 없습니다. 나중에 풀 수 있습니다."),
    )


class HistoryForm(forms.Form):
    """§D5: the history, of one kind of event or of all."""

    use_required_attribute = False
    kind = forms.ChoiceField(
        label=_("한 일"), required=False, choices=[("", _("모두")), *RelationshipEvent.Kind.choices]
    )
