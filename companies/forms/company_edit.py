"""기업정보 수정's forms: the company's own word, and what staff have to verify (§C6)."""

from collections.abc import Mapping
from dataclasses import dataclass

from django import forms
from django.core import signing
from django.utils.translation import gettext_lazy as _

from companies.domain import profile
from companies.facts import groups_of
from companies.forms.company import CompanyForm
from companies.forms.registration import RegistrationForm
from companies.models import FACTS, Company
from kotra_portal.reference.postcodes import change_address
from kotra_portal.text import line_ends

SALT = "companies.company_edit"
ADDRESS = frozenset({"postcode", "address", "address_detail"})  # read as one


@dataclass(frozen=True)
class Meanwhile:
    """A fact that others changed since the page was shown: as it is now, and what was typed here; empty: nothing."""

    label: str
    now: str
    typed: str


class EditCompanyForm(CompanyForm):
    """§C6: every fact that was not verified, as it is now.

    ``seen`` is the version that the page shows. ``began`` carries what the page showed, so that what one did not touch
    takes nothing back that others saved meanwhile; and of which company that was.
    """

    seen = forms.CharField(widget=forms.HiddenInput, required=False)
    began = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(
        self,
        data: Mapping[str, str] | None = None,
        *,
        company: Company,
        seen: int,
        typed: Mapping[str, str] | None = None,
        found: Mapping[str, str] | None = None,
    ) -> None:
        """Fill in the company's facts, read after its version ``seen``, and over them what was ``typed``.

        ``found`` (an address) is what a look-up page brought back.
        """
        self.company = company
        self.stored = self.as_typed(company)
        began = signing.dumps([company.pk, self.stored], salt=SALT, compress=True)
        initial = self.restored(self.stored | {"seen": str(seen), "began": began} | (typed or {}))
        if found:
            initial |= found | change_address(initial, found)
        super().__init__(data, brn=company.brn, initial=initial)
        for name in profile.VERIFIED:
            del self.fields[name]
        self._keep_withdrawn_code()
        if found:
            self.fields["address_detail"].widget.attrs["autofocus"] = True

    @staticmethod
    def is_of_another_company(sent: Mapping[str, str], company: Company) -> bool:
        """Whether the page was shown of another company, which its sender has left since."""
        shown = _read_began(sent.get("began", ""))
        return shown is not None and shown[0] != company.pk

    @property
    def version_seen(self) -> int:
        """The version that the page showed; one that never was, for what is no number."""
        seen = self.cleaned_data["seen"]
        return int(seen) if seen.isascii() and seen.isdigit() and len(seen) < 10 else -1

    def changes(self) -> dict[str, object]:
        """What was typed anew, cleaned, by fact; the form must be valid."""
        touched = self._touched()
        return {name: value for name, value in self.facts().items() if name in touched}

    @property
    def is_saved(self) -> bool:
        """Whether the company has all that was typed anew already; the form must be valid."""
        return all(getattr(self.company, name) == value for name, value in self.changes().items())

    def meanwhile(self) -> list[Meanwhile]:
        """What others changed since the page was shown, each beside what was typed here; the form must be valid."""
        began, touched = self._began(), self._touched()
        theirs = [name for name in profile.EDITABLE if self._differs(name, began, self.stored)]
        mine = Company(**{name: getattr(self.company, name) for name in FACTS} | self.changes())
        shown = dict.fromkeys("address" if name in ADDRESS else name for name in theirs)
        return [
            Meanwhile(
                *self._read(self.company, name), self._read(mine, name)[1] if self._is_mine(name, touched) else ""
            )
            for name in shown
        ]

    def merged(self) -> dict[str, str]:
        """What others saved, and over it what was typed anew, by the names of the inputs; the form must be valid."""
        anew = [part for name in self._touched() for part in self.inputs_of(name)]
        return self.stored | {part: self.data.get(part, "") for part in anew}

    def _touched(self) -> set[str]:
        began = self._began()
        return {name for name in profile.EDITABLE if name in self.fields and self._differs(name, began, self.data)}

    def _differs(self, name: str, before: Mapping[str, str], after: Mapping[str, str]) -> bool:
        return any(line_ends(before.get(part, "")) != line_ends(after.get(part, "")) for part in self.inputs_of(name))

    def _began(self) -> Mapping[str, str]:
        shown = _read_began(self.cleaned_data["began"])
        return self.stored if shown is None else shown[1]

    @staticmethod
    def _is_mine(name: str, touched: set[str]) -> bool:
        return bool(touched & (ADDRESS if name == "address" else {name}))

    @staticmethod
    def _read(company: Company, name: str) -> tuple[str, str]:
        """A fact's label and value as people read them."""
        return groups_of(company, (name,))[0].rows[0]

    def _keep_withdrawn_code(self) -> None:
        """§S11: the company's 대표품목 can stay although the list has dropped its code."""
        own, field = self.company.main_item, self.fields["main_item"]
        if own is not None and own.withdrawn_on is not None:
            field.choices = [*field.choices, (own.code, own.name)]


def _read_began(began: str) -> tuple[int, dict[str, str]] | None:
    """The company that a page was shown of, and what it showed; None where that cannot be read."""
    try:
        company, shown = signing.loads(began, salt=SALT)
    except (signing.BadSignature, ValueError):
        return None
    return company, shown


class RequestCompanyEditForm(forms.Form):
    """§C6: 기업명 and 대표자명 as they shall be, and how the new certificate comes."""

    use_required_attribute = False
    name = CompanyForm.base_fields["name"]
    representative = CompanyForm.base_fields["representative"]
    certificate_by = RegistrationForm.base_fields["certificate_by"]

    def __init__(self, data: Mapping[str, str] | None = None, *, company: Company) -> None:
        """Start from what is registered."""
        super().__init__(data, initial={name: getattr(company, name) for name in profile.VERIFIED})
        self.fields["name"].label, self.fields["representative"].label = _("새 기업명"), _("새 대표자명")
        self.fields["certificate_by"].help_text = _("파일은 신청한 다음 화면에서 올립니다.")
