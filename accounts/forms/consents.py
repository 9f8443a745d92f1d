"""동의 관리: the marketing consent, given or withdrawn."""

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.forms.details import CHOOSE_FROM_LIST
from accounts.forms.signup import CHOICES, YES
from accounts.models import Terms

AGAIN = _("동의서가 바뀌었습니다. 바뀐 내용을 읽고 다시 선택해 주세요.")


class ChangeMarketingConsentForm(forms.Form):
    """§D14: one press of one button; ``document`` is the version in force, None where there is none."""

    agree = forms.ChoiceField(
        choices=CHOICES, error_messages={"required": CHOOSE_FROM_LIST, "invalid_choice": CHOOSE_FROM_LIST}
    )
    shown = forms.CharField(required=False)

    def __init__(self, data: object, *, document: Terms | None) -> None:
        """Take what was sent."""
        super().__init__(data)
        self.document = document

    def clean(self) -> None:
        """§S4: what is agreed to is what was read: a version that came into force meanwhile is to be read first."""
        is_shown = self.document is None or self.cleaned_data.get("shown") == str(self.document.pk)
        if self.cleaned_data.get("agree") == YES and not is_shown:
            raise forms.ValidationError(AGAIN)

    def agrees(self) -> bool:
        """The choice; the form must be valid."""
        return self.cleaned_data["agree"] == YES

    def sentences(self) -> list[str]:
        """What is wrong; there is nothing that could be typed anew, so each stands for the whole form."""
        return [str(sentence) for sentences in self.errors.values() for sentence in sentences]
