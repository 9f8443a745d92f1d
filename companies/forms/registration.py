"""기업 등록's forms: the number's search, and the company that it found or did not find (§S12)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import chain

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.formats import date_format
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from accounts.forms.details import CHOOSE_FROM_LIST
from companies.documents import MOST_DOCUMENTS
from companies.domain import registration, search
from companies.domain.search import Way
from companies.forms.company import CompanyForm
from companies.forms.documents import GUARD
from companies.forms.fields import UNANSWERED
from companies.models import Channel, Company, RegistrationDraft, proposed_classification
from kotra_portal.errors import RuleViolation
from kotra_portal.fields import LineField
from kotra_portal.reference.postcodes import change_address
from kotra_portal.uploads import LARGEST_FILE, LARGEST_TOGETHER, MEGABYTE

NO_FILE = _("올릴 파일을 먼저 골라 주세요.")
FOUND_ELSEWHERE = ("postcode", "address", "address_en")


class SearchForm(forms.Form):
    """§D9: a number, however it is typed; the domain reads it."""

    use_required_attribute = False
    brn = LineField(
        label=_("사업자등록번호"),
        help_text=_("숫자 10자리. 하이픈(-)은 넣어도 되고 빼도 됩니다. 예: 120-82-00275"),
        error_messages={"required": _("사업자등록번호 10자리를 입력해 주세요.")},
        html={"autocomplete": "off", "inputmode": "numeric", "class": "width-m"},
    )


class FilesInput(forms.FileInput):
    """An input that takes several files at once."""

    allow_multiple_selected = True


class NotedField(forms.BoundField):
    """A field of the form, and what the registry says instead of what stands in it (§S12)."""

    @property
    def note(self) -> str:
        """The registry's value as people read it, where it is another than the one in the field; else nothing."""
        if self.name not in self.form.said:
            return ""
        said = self.form.said[self.name]
        same = _cleaned(self.field, self.value()) == _cleaned(self.field, self.field.prepare_value(said))
        return "" if same else _in_words(self.field, said)

    @property
    def aria_describedby(self) -> str | None:
        """The note is read out with the field's hint and errors."""
        tied = super().aria_describedby
        return f"{tied or ''} {self.auto_id}_note".strip() if self.note else tied


@dataclass(frozen=True)
class Vouched:
    """A fact that the registry vouches for: label, value, and what was typed of it earlier and does not count."""

    label: str
    value: str
    typed: str


class RegistrationForm(CompanyForm):
    """§S12: the company as the registry knows it and the member completes it, or as the member types all of it.

    What was typed stays, and wins over what the registry says, but for the facts that the registry vouches for: those
    are no fields. Files are no typed data: they are kept as soon as they come.
    """

    bound_field_class = NotedField

    certificate_by = forms.ChoiceField(
        label=_("사업자등록증 제출 방법"),
        choices=(
            (Channel.UPLOAD, _("파일로 올리기")),
            (Channel.FAX, format_lazy(_("팩스로 보내기({fax})"), fax=settings.SUPPORT_TEAM["fax"])),
            (Channel.EMAIL, format_lazy(_("이메일로 보내기({email})"), email=settings.SUPPORT_TEAM["email"])),
        ),
        widget=forms.RadioSelect,
        error_messages={"required": registration.CertificateMissing.sentence, "invalid_choice": CHOOSE_FROM_LIST},
    )
    document = forms.Field(  # no FileField: the domain looks into the files, and says what is wrong with one
        label=_("사업자등록증 파일"),
        required=False,
        widget=FilesInput(attrs={"multiple": True} | GUARD),
        help_text=format_lazy(
            _(
                "PDF, JPEG, PNG 파일을 하나에 {megabytes}MB까지, 모두 {most}개까지 올릴 수 있습니다. "
                "한 번에 보내는 파일은 모두 합해 {together}MB까지입니다."
            ),
            megabytes=LARGEST_FILE // MEGABYTE,
            together=LARGEST_TOGETHER // MEGABYTE,
            most=MOST_DOCUMENTS,
        ),
    )

    def __init__(
        self,
        data: Mapping[str, str] | None = None,
        files: object = None,
        *,
        draft: RegistrationDraft,
        way: Way,
        found: Mapping[str, str] | None = None,
    ) -> None:
        """Start from what the draft keeps; ``found`` (an address) is what a look-up page brought back."""
        self.draft = draft
        self.said = _as_initial(draft.record)
        initial = {"classification": proposed_classification(draft.brn)} | self.said
        if way is Way.REQUEST and draft.documents.exists():
            initial["certificate_by"] = Channel.UPLOAD
        initial |= self.restored(draft.typed)
        if found:
            initial |= found | change_address(initial, found)
        super().__init__(data, files, brn=draft.brn, initial=initial)
        self.fields["document"].needed_when = _("파일로 올리기를 고르면 필수")
        if found:
            self.fields["address_detail"].widget.attrs["autofocus"] = True
        dropped = ("certificate_by", "document") if way is Way.REGISTER else ()
        self.certain = search.vouched_for(draft) if way is Way.REGISTER else {}
        for name in (*dropped, *self.certain):
            self.fields.pop(name, None)

    @property
    def vouched(self) -> list[Vouched]:
        """§S12: the facts that the page shows as text."""
        found = []
        typed = self.restored(self.draft.typed)
        for name, value in self.certain.items():
            field = self.base_fields[name]
            differs = typed.get(name) and _cleaned(field, typed[name]) != value
            found.append(Vouched(str(field.label), _in_words(field, value), typed[name] if differs else ""))
        return found

    def refuse_uploads(self, refusals: Iterable[RuleViolation | str]) -> None:
        """Say of the files alone why they were refused: the rest is not finished yet, and was not sent."""
        self.full_clean()
        self.errors.clear()
        for refusal in refusals:
            self.add_error("document", refusal)

    def clean(self) -> None:
        """§S12: kept files say how the certificate comes, where nothing else was said."""
        if "certificate_by" not in self.fields:
            return
        if "certificate_by" in self.errors and not self["certificate_by"].value() and self.draft.documents.exists():
            del self.errors["certificate_by"]
            self.cleaned_data["certificate_by"] = Channel.UPLOAD
        if "certificate_by" in self.cleaned_data:
            try:
                registration.check_certificate(self.draft, Channel(self.cleaned_data["certificate_by"]))
            except RuleViolation as missing:
                self.add_error(missing.field, missing)


def has_begun(draft: RegistrationDraft) -> bool:
    """§S13: whether something was attached, or typed that was not in the form by itself."""
    offered = {"classification": proposed_classification(draft.brn)} | _as_initial(draft.record)
    for name, typed in RegistrationForm.restored(draft.typed).items():
        field = RegistrationForm.base_fields[name]
        empty = field.widget.value_from_datadict({}, {}, name)
        untouched = (empty, "", None, UNANSWERED, field.prepare_value(offered.get(name)))
        if _cleaned(field, typed) not in [_cleaned(field, value) for value in untouched] and typed not in untouched:
            return True
    return draft.documents.exists()


def _cleaned(field: forms.Field, value: object) -> object:
    """What the field would make of the value; the value itself where it refuses it."""
    try:
        return field.clean(value)
    except ValidationError:
        return value


def _as_initial(record: Mapping[str, str]) -> dict[str, object]:
    """The registry's facts as a form takes them."""
    return {name: Company._meta.get_field(name).to_python(text) for name, text in record.items()}


def _in_words(field: forms.Field, value: object) -> str:
    """A stored value as people read it."""
    if isinstance(value, date):
        return date_format(value, "DATE_FORMAT")
    shown = field.prepare_value(value)
    groups = (words if isinstance(words, list) else [(code, words)] for code, words in getattr(field, "choices", ()))
    return str(next((words for code, words in chain.from_iterable(groups) if code == shown), shown))
