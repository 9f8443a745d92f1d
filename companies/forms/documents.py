"""서류: the form that adds a file to a request."""

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from companies.documents import ACCEPT, MOST_DOCUMENTS
from kotra_portal.uploads import LARGEST_FILE, LARGEST_TOGETHER, MEGABYTE

# What static/js/registration.js says of files that it does not send.
GUARD = {
    "accept": ACCEPT,
    "data-each": LARGEST_FILE,
    "data-together": LARGEST_TOGETHER,
    "data-too-large": format_lazy(
        _(
            "{megabytes}MB가 넘는 파일은 올릴 수 없습니다. 해상도를 낮추어 다시 저장하거나, 팩스나 이메일로 보내 "
            "주세요."
        ),
        megabytes=LARGEST_FILE // MEGABYTE,
    ),
    "data-too-much": _("고른 파일을 한 번에 보내기에는 너무 큽니다. 몇 개씩 나누어 골라 ‘파일 올리기’를 눌러 주세요."),
}


class AddDocumentForm(forms.Form):
    """§D3: one file; what a file may be is the domain's to say.

    With a ``refusal``, the sentence that the last file met with, the form shows it beside the field.
    """

    use_required_attribute = False
    document = forms.FileField(
        label=_("추가할 파일"),
        help_text=format_lazy(
            _("PDF, JPEG, PNG 파일. 한 개에 {megabytes}MB까지, 모두 {most}개까지 올릴 수 있습니다."),
            megabytes=LARGEST_FILE // MEGABYTE,
            most=MOST_DOCUMENTS,
        ),
        allow_empty_file=True,
        widget=forms.FileInput(attrs=GUARD),
        error_messages={"required": _("올릴 파일을 먼저 선택해 주세요.")},
    )

    def __init__(self, *args: object, refusal: str = "", **kwargs: object) -> None:
        """Bind the form where there is something to say."""
        super().__init__(*({}, {}) if refusal else args, **kwargs)
        if refusal:
            self.fields["document"].error_messages["required"] = refusal
