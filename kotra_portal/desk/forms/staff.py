"""직원 계정: what is typed to make one and to change one (§D3)."""

from django import forms
from django.contrib.auth.models import Group
from django.utils.translation import gettext_lazy as _

from accounts.forms.fields import UsernameField
from accounts.names import normalize_username
from kotra_portal.fields import LineField


def _groups_field() -> forms.ModelMultipleChoiceField:
    return forms.ModelMultipleChoiceField(
        label=_("그룹"),
        queryset=Group.objects.order_by("name"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("그룹이 할 수 있는 일을 이 직원도 할 수 있습니다."),
    )


def _email_field() -> forms.EmailField:
    return forms.EmailField(
        label=_("이메일"),
        max_length=254,
        help_text=_("본인만 읽는 주소를 입력해 주세요. 이 주소로 비밀번호를 정하는 링크를 보냅니다."),
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )


class EmployForm(forms.Form):
    """§D3: a staff account; its password is chosen by whoever it is for."""

    use_required_attribute = False
    username = UsernameField(
        label=_("아이디"),
        help_text=_("영문자로 시작하는 영문자와 숫자 6~20자. 회원 아이디와 겹칠 수 없습니다."),
        html={"autocomplete": "off"},
    )
    name = LineField(label=_("성명"), max_length=100, html={"autocomplete": "off"})
    email = _email_field()
    groups = _groups_field()

    def __init__(self, *args: object, hands_out_groups: bool, **kwargs: object) -> None:
        """Without the groups for whoever may not hand them out."""
        super().__init__(*args, **kwargs)
        if not hands_out_groups:
            del self.fields["groups"]


class InviteForm(forms.Form):
    """§D3: where the invitation goes."""

    use_required_attribute = False
    email = _email_field()


class GroupsForm(forms.Form):
    """§D3: all the groups of a staff account."""

    use_required_attribute = False
    groups = _groups_field()


class LinkMemberForm(forms.Form):
    """§D3: the ID of the same person's member account; an ID as it is typed, known or not."""

    use_required_attribute = False
    username = LineField(
        label=_("회원 아이디"),
        max_length=100,
        help_text=_("이 직원이 회원으로 가입해 쓰는 아이디입니다."),
        html={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"},
    )

    def clean_username(self) -> str:
        """The stored spelling."""
        return normalize_username(self.cleaned_data["username"])


class ConfirmForm(forms.Form):
    """§D3: nothing is typed; the button says what happens."""
