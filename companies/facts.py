"""기업정보 as people read it: labels, units, numbers with their hyphens, names in place of codes."""

from collections.abc import Callable, Collection
from dataclasses import dataclass

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _t, gettext_lazy as _

from companies.models import CompanyFacts, RegistrationRequest, RegistrationRound
from companies.numbers import format_corporate_number
from kotra_portal.phones import format_phone

RoundFacts = RegistrationRequest | RegistrationRound

# The parts of the address are read as one, under the name of its first part.
GROUPS: tuple[tuple[Promise, tuple[str, ...]], ...] = (
    (
        _("기본정보"),
        (
            "name", "name_en", "representative", "representative_en", "corporate_number", "opened_on", "founded_year",
            "company_type", "classification",
        ),
    ),
    (
        _("사업 내용"),
        (
            "business_type", "business_item", "main_item", "trade_kind", "trade_number", "is_innobiz", "is_venture",
            "is_foreign_invested",
        ),
    ),
    (_("연락처와 주소"), ("phone", "fax", "email", "homepage", "address", "address_en")),
    (_("규모와 수출"), ("annual_sales", "annual_imports", "employees", "export_region", "annual_exports")),
    (_("그 밖의 정보"), ("remarks",)),
)  # fmt: skip


@dataclass(frozen=True)
class Group:
    """Facts that belong together: the words above them, and a label with its value for each; no value is empty text."""

    heading: str
    rows: list[tuple[str, str]]


@dataclass(frozen=True)
class Change:
    """A fact that was corrected: its label, and both values as they are read; no value is empty text."""

    label: str
    before: str
    after: str


def groups_of(facts: CompanyFacts, shown: Collection[str]) -> list[Group]:
    """§S11: the facts of these names as they are read, in the order of the form; a group without any is left out."""
    groups = [
        Group(str(heading), [(_label(name), _value(facts, name)) for name in names if name in shown])
        for heading, names in GROUPS
    ]
    return [group for group in groups if group.rows]


def without_empty(groups: list[Group]) -> tuple[list[Group], list[str]]:
    """§S11: the groups with what was answered alone, and the labels of what was not."""
    answered = [Group(group.heading, [row for row in group.rows if row[1]]) for group in groups]
    empty = [label for group in groups for label, value in group.rows if not value]
    return [group for group in answered if group.rows], empty


def changes_between(before: RoundFacts, after: RoundFacts) -> list[Change]:
    """§D3: the facts of a request in which these two differ, the way of the certificate last."""
    pairs = [(_label(name), _value(before, name), _value(after, name)) for _heading, names in GROUPS for name in names]
    channels = (before.get_certificate_by_display(), after.get_certificate_by_display())
    pairs.append((str(RegistrationRequest._meta.get_field("certificate_by").verbose_name), *map(str, channels)))
    return [Change(label, was, is_now) for label, was, is_now in pairs if was != is_now]


def address_of(facts: CompanyFacts) -> str:
    """§S11: postcode, 기본주소 and 상세주소 in one line; empty where none was given."""
    postcode = f"({facts.postcode})" if facts.postcode else ""
    return " ".join(filter(None, (postcode, facts.address, facts.address_detail)))


def _label(name: str) -> str:
    return _t("주소") if name == "address" else str(CompanyFacts._meta.get_field(name).verbose_name)


def _value(facts: CompanyFacts, name: str) -> str:
    if name == "address":
        return address_of(facts)
    value = getattr(facts, name)
    if value is None or value == "":
        return ""
    if name in _WRITTEN:
        return _WRITTEN[name](value)
    return str(getattr(facts, f"get_{name}_display")() if CompanyFacts._meta.get_field(name).choices else value)


def _yes_or_no(value: bool) -> str:
    return _t("예") if value else _t("아니오")


def _millions_of_won(value: int) -> str:
    return _t("%(amount)s백만원") % {"amount": f"{value:,}"}


def _thousands_of_dollars(value: int) -> str:
    return _t("%(amount)s천 USD") % {"amount": f"{value:,}"}


_WRITTEN: dict[str, Callable[[object], str]] = {
    "corporate_number": format_corporate_number,
    "opened_on": lambda day: date_format(day, "DATE_FORMAT"),
    "founded_year": lambda year: _t("%(year)s년") % {"year": year},
    "phone": format_phone,
    "fax": format_phone,
    "main_item": lambda code: f"{code.code} {code.name}",
    "is_innobiz": _yes_or_no,
    "is_venture": _yes_or_no,
    "is_foreign_invested": _yes_or_no,
    "annual_sales": _millions_of_won,
    "annual_imports": _millions_of_won,
    "annual_exports": _thousands_of_dollars,
    "employees": lambda number: _t("%(number)s명") % {"number": f"{number:,}"},
}
