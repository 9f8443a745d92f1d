"""심사: the forms of a case's page in the admin."""

from collections.abc import Collection, Iterable
from uuid import UUID

from django import forms
from django.db.models import QuerySet
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.timezone import localtime
from django.utils.translation import gettext, gettext_lazy as _

from accounts.models import User
from companies.domain.dispute import NotAMember
from companies.domain.documents import LONGEST_WHY, WITH_ANOTHER_SIDE
from companies.domain.evidence import MOST_MEMBERS
from companies.domain.review import LONGEST_REASON, checked
from companies.forms.documents import AddDocumentForm
from companies.forms.reasons import READY_MADE
from companies.models import CaseKind, Relationship
from kotra_portal.errors import RuleViolation

LONGEST_WORD = 100  # by which a member is looked for

# The buttons of a case's page under which the reasons are grouped; those of a dispute are its outcomes.
APPROVAL, CORRECTION, REJECTION = _("승인"), _("보완 요청"), _("반려")
KEEPING, CHANGE, CANCELLATION = _("등록 유지"), _("MASTER 변경"), _("등록 취소")

# By kind: under which button, the titles for the reviewer; the sentence that goes out stands in reasons.py.
OFFERED: dict[CaseKind, dict[Promise, dict[str, Promise]]] = {
    CaseKind.REGISTRATION: {
        CORRECTION: {
            "missing": _("사업자등록증이 오지 않음"),
            "unreadable": _("사업자등록증이 흐리거나 잘림"),
            "different": _("입력한 내용이 등록증과 다름"),
            "outdated": _("예전 사업자등록증"),
            "employment": _("재직 확인 필요"),
        },
        REJECTION: {
            "other_company": _("다른 기업의 사업자등록증"),
            "closed": _("휴업·폐업한 기업"),
            "nobody": _("기업과 관계를 확인할 수 없음"),
            "no_answer": _("보완 요청에 답이 없음"),
        },
    },
    CaseKind.MASTER_CHANGE: {
        APPROVAL: {
            "master_left": _("지금 MASTER의 퇴사를 확인"),
            "master_agreed": _("지금 MASTER가 동의"),
            "master_silent": _("기간 안에 이의 없음"),
        },
        CORRECTION: {
            "change_missing": _("변경신청서나 등록증이 오지 않음"),
            "unreadable": _("사업자등록증이 흐리거나 잘림"),
            "change_unsigned": _("변경신청서에 서명·도장 없음"),
            "employment": _("재직 확인 필요"),
        },
        REJECTION: {
            "master_stays": _("지금 MASTER가 계속 재직"),
            "change_unproven": _("바꿀 까닭을 확인할 수 없음"),
            "no_answer": _("보완 요청에 답이 없음"),
        },
    },
    CaseKind.COMPANY_EDIT: {
        CORRECTION: {
            "missing": _("사업자등록증이 오지 않음"),
            "unreadable": _("사업자등록증이 흐리거나 잘림"),
            "edit_different": _("신청한 내용이 등록증과 다름"),
            "outdated": _("예전 사업자등록증"),
        },
        REJECTION: {
            "edit_unproven": _("바뀐 내용을 확인할 수 없음"),
            "other_company": _("다른 기업의 사업자등록증"),
            "no_answer": _("보완 요청에 답이 없음"),
        },
    },
    CaseKind.DISPUTE: {
        KEEPING: {
            "rightful": _("등록한 사람의 재직을 확인"),
            "unproven": _("이의신청인을 확인할 수 없음"),
        },
        CHANGE: {
            "company_wants": _("기업이 새 MASTER를 정함"),
            "registrant_left": _("등록한 사람이 퇴사함"),
        },
        CANCELLATION: {
            "unrelated": _("기업과 관계없는 사람이 등록"),
            "unwanted": _("기업이 등록을 원하지 않음"),
        },
    },
}
_HELP: dict[CaseKind, Promise] = {
    CaseKind.REGISTRATION: _("보완 요청과 반려에 씁니다. 신청인에게 그대로 보입니다. {most}자 이내."),
    CaseKind.MASTER_CHANGE: _(
        "승인에도 씁니다. 신청인에게, 승인과 반려는 지금 MASTER에게도 그대로 보입니다. {most}자 이내."
    ),
    CaseKind.COMPANY_EDIT: _("보완 요청과 반려에 씁니다. 신청인에게 그대로 보입니다. {most}자 이내."),
    CaseKind.DISPUTE: _("이의신청인과 기업의 회원에게 그대로 보입니다. {most}자 이내."),
}


class OtherButton(RuleViolation):
    """§D3: a ready-made reason that says what another button does, as whoever reads it would see."""

    sentence = _(
        "이 사유는 ‘%(button)s’에 쓰는 문장입니다. 그 단추를 누르거나, 다른 사유를 고르거나, 사유를 직접 고쳐 주세요."
    )
    field = "ready_made"


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

    use_required_attribute = False
    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)
    ready_made = forms.ChoiceField(label=_("자주 쓰는 사유"), required=False, widget=ReasonSelect)
    reason = forms.CharField(label=_("사유"), required=False, widget=forms.Textarea(attrs={"rows": 4, "cols": 60}))

    def __init__(self, *args: object, kind: str, unfit: Collection[str] = (), **kwargs: object) -> None:
        """Offer the reasons that a case of this kind has, but for those that are ``unfit`` for this one."""
        super().__init__(*args, **kwargs)
        self.kind = CaseKind(kind)
        groups = [
            (title, [(key, words) for key, words in reasons.items() if key not in unfit])
            for title, reasons in OFFERED[self.kind].items()
        ]
        self.fields["ready_made"].choices = [("", _("직접 입력")), *groups]
        self.fields["reason"].help_text = format_lazy(_HELP[self.kind], most=f"{LONGEST_REASON:,}")

    @property
    def chosen_reason(self) -> str:
        """What the applicant will read: the typed text, or the chosen one where nothing was typed."""
        typed = self.cleaned_data.get("reason", "")
        return typed or READY_MADE.get(self.cleaned_data.get("ready_made", ""), "")

    def check_fits(self, button: Promise) -> None:
        """§D3: the reason may be said with this button; one that was changed by hand may. Raises OtherButton."""
        for other, reasons in OFFERED[self.kind].items():
            if other is not button and self.chosen_reason in {READY_MADE[key] for key in reasons}:
                raise OtherButton(button=other)

    @property
    def seen_version(self) -> int:
        """The case's version that the reviewer looked at; none that ever was where the field was tampered with."""
        seen = self.cleaned_data.get("seen")
        return -1 if seen is None else seen


class FindMemberForm(forms.Form):
    """§D8: by what a new MASTER is looked for among the members of a company."""

    member = forms.CharField(required=False, max_length=LONGEST_WORD)

    @property
    def word(self) -> str:
        """What is looked for; nothing where it cannot be read."""
        return self.cleaned_data["member"] if self.is_valid() else ""


class DisputeForm(DecisionForm):
    """§D8: what goes with each of the three decisions of a dispute; a verb asks for the fields that are its own.

    ``among`` are the members that can become MASTER, ``shown`` those that the page lists, of whom it takes the first
    (``is_cut``: there are more).
    """

    FULL, LEAVES = "FULL", "LEAVES"
    member = forms.CharField(
        label=_("새 MASTER 찾기"),
        required=False,
        max_length=LONGEST_WORD,
        help_text=_("아이디의 앞부분이나 성명으로 이 기업의 회원을 찾습니다."),
    )
    new_master = forms.ModelChoiceField(
        label=_("새 MASTER"),
        queryset=Relationship.objects.none(),
        required=False,
        empty_label=None,
        widget=forms.RadioSelect,
        error_messages={"required": NotAMember.sentence, "invalid_choice": NotAMember.sentence},
    )
    former = forms.ChoiceField(
        label=_("지금 MASTER의 관계"),
        choices=[(FULL, _("정회원으로 남깁니다")), (LEAVES, _("기업과의 관계를 해지합니다"))],
        required=False,
        widget=forms.RadioSelect,
        error_messages={"required": _("지금 MASTER를 정회원으로 남길지, 관계를 해지할지 골라 주세요.")},
    )
    sure = forms.BooleanField(
        label=_("등록 취소를 되돌릴 수 없다는 것을 확인했습니다."),
        required=False,
        error_messages={"required": _("등록을 취소하려면 확인하는 칸에 표시해 주세요.")},
    )

    def __init__(
        self,
        *args: object,
        among: QuerySet[Relationship],
        shown: Iterable[Relationship] = (),
        asks: Iterable[str] | None = None,
        **kwargs: object,
    ) -> None:
        """Ask for the fields that ``asks`` names, and for a reason; None: look only."""
        super().__init__(*args, **kwargs)
        self.asks_for_reason = asks is not None
        for name in asks or ():
            self.fields[name].required = True
        listed, field = list(shown), self.fields["new_master"]
        self.is_cut = len(listed) > MOST_MEMBERS
        field.queryset = among
        field.choices = [(one.pk, _written(one)) for one in listed[:MOST_MEMBERS]]

    def clean(self) -> dict[str, object]:
        """§D3: what is wrong with the reason is said together with the rest."""
        if self.asks_for_reason:
            try:
                checked(self.chosen_reason)
            except RuleViolation as refusal:
                self.add_error(refusal.field, str(refusal))
        return self.cleaned_data


_BARRED = _(
    "%(name)s (%(id)s), %(ended)s에 관계가 해지됨. MASTER가 다시 들어오지 못하게 막은 사람입니다. 고르면 막은 것을 "
    "풀고 관계를 다시 설정합니다"
)


def _written(one: Relationship) -> str:
    since = date_format(localtime(one.started_at), "DATE_FORMAT")
    if one.ended_at:
        ended = date_format(localtime(one.ended_at), "DATE_FORMAT")
        told = {"name": one.member.name, "id": one.member.username, "ended": ended}
        if one.is_barred:
            return str(_BARRED % told)
        return gettext("%(name)s (%(id)s), %(ended)s에 관계가 해지됨. 고르면 관계를 다시 설정합니다") % told
    told = {"role": one.get_role_display(), "name": one.member.name, "id": one.member.username, "since": since}
    return gettext("%(name)s (%(id)s), %(role)s, %(since)s부터") % told


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
    """§D3, §D11: a paper that came by fax or e-mail; which of both, its two buttons say.

    Where there is another side too (§D7, §D8), it asks whose paper it is: the applicant sees their own alone. The
    browser itself asks for the choice, since a page that comes back has lost the chosen file.
    """

    APPLICANTS, OTHERS = "APPLICANTS", "OTHERS"
    sender = forms.ChoiceField(
        label=_("누가 보낸 서류인가요?"),
        widget=forms.RadioSelect(attrs={"required": True}),
        error_messages={"required": _("누가 보낸 서류인지 고르고, 파일도 다시 선택해 주세요.")},
    )

    def __init__(self, *args: object, kind: str, **kwargs: object) -> None:
        """Under a reviewer's words, for a case of this kind."""
        super().__init__(*args, **kwargs)
        self.fields["document"].label = _("받은 서류 파일")
        if kind in WITH_ANOTHER_SIDE:
            self.fields["sender"].choices = list(_SENDERS[CaseKind(kind)].items())
        else:
            del self.fields["sender"]

    @property
    def is_shown(self) -> bool:
        """Tell whether the applicant shall see it."""
        return self.cleaned_data.get("sender", self.APPLICANTS) == self.APPLICANTS


_SENDERS: dict[CaseKind, dict[str, Promise]] = {
    CaseKind.MASTER_CHANGE: {
        PaperForm.APPLICANTS: _("신청인이 보낸 서류: 신청인에게도 보이고, 받았다고 메일로 알립니다."),
        PaperForm.OTHERS: _("지금 MASTER나 다른 사람이 보낸 서류: 고객지원팀만 봅니다."),
    },
    CaseKind.DISPUTE: {
        PaperForm.APPLICANTS: _("이의신청인이 보낸 서류: 받았다고 이의신청인에게 메일로 알립니다."),
        PaperForm.OTHERS: _("등록한 회원이나 다른 사람이 보낸 서류: 고객지원팀만 봅니다."),
    },
}


class RemovePaperForm(forms.Form):
    """§D3: why a paper that staff added is taken out; each paper of a page has a form of its own."""

    use_required_attribute = False
    why = forms.CharField(
        label=_("빼는 까닭"),
        required=False,
        help_text=format_lazy(
            _(
                "처리 이력에 남아 직원이 볼 수 있고 지울 수 없습니다. 다른 사람의 성명이나 연락처는 적지 마세요. "
                "{most}자 이내."
            ),
            most=LONGEST_WHY,
        ),
    )

    def __init__(self, *args: object, of: UUID | None, **kwargs: object) -> None:
        """The form of this document (its ID); None: of none that there is."""
        super().__init__(*args, auto_id=f"id_%s_{of}", **kwargs)
        self.of = of
