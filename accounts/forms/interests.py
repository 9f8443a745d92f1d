"""개인관심품목 and 개인관심지역: one row, and what was ticked."""

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.domain.interests import Item
from accounts.models import InterestItem
from kotra_portal.fields import LineField
from kotra_portal.reference import codes
from kotra_portal.reference.fields import BkCodeField, HsCodeField

HS_CHAPTERS_ALONE = _("관세청의 품목 번호입니다. 지금은 두 자리(류) 번호만 있습니다. 예: 09")
HS_IN_FULL = _("관세청의 품목 번호입니다. 두 자리(류)나 그보다 긴 번호로 적습니다. 예: 09")
LONGEST_ID = 18  # digits: any longer number is no row's, and more than a column holds


class InterestItemForm(forms.Form):
    """§S10: one row of 개인관심품목, a new one or, with ``row``, one that is there; no part is required by itself."""

    use_required_attribute = False
    name_ko = LineField(label=_("품목명(한글)"), max_length=200, required=False, help_text=_("예: 볶은 커피"))
    name_en = LineField(
        label=_("품목명(영문)"),
        max_length=200,
        required=False,
        help_text=_("예: Roasted coffee"),
        html={"spellcheck": "false"},
    )
    bk_code = BkCodeField(
        label=_("BK코드"),
        required=False,
        help_text=_("KOTRA의 품목 분류입니다. 두 자리(분류)나 네 자리(품목)로 적습니다. 예: 0104"),
    )
    hs_code = HsCodeField(label=_("HS코드"), required=False, help_text=HS_CHAPTERS_ALONE)

    def __init__(
        self, data: object = None, *, row: InterestItem | None = None, typed: dict[str, object] | None = None
    ) -> None:
        """Start from the row; ``typed`` is what was typed before a look-up, and wins over it."""
        held = {name: getattr(row, name) for name in self.base_fields} if row else {}
        super().__init__(data, initial=held | (typed or {}))
        if codes.has_more_than_chapters():
            self.fields["hs_code"].help_text = HS_IN_FULL
        self.row = row
        self.is_unsaved = any((typed or {}).values())
        if row:  # a code that the newest list lacks stays where it is
            self.fields["bk_code"].stays = [row.bk_code_id] if row.bk_code_id else []
            self.fields["hs_code"].stays = [row.hs_code_id] if row.hs_code_id else []

    def item(self) -> Item:
        """What the row is to say; the form must be valid."""
        return Item(**self.cleaned_data)

    def typed(self) -> dict[str, str]:
        """What the person typed, as they typed it."""
        return {name: self.data.get(name, "") for name in self.fields}


def chosen_ids(ticked: list[str]) -> list[int]:
    """The ids of the rows that were ticked; what is no id is nobody's row."""
    return [int(value) for value in ticked if value.isascii() and value.isdigit() and len(value) <= LONGEST_ID]
