"""Countries: which there are says django-countries (ISO 3166-1); what they are called here says our list.

The package's Korean names are not fit to show: some are missing, some old, one is another place's.
"""

import csv
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.utils.translation import get_language
from django_countries.data import COUNTRIES

from kotra_portal.text import clean_line, half_width

NAMES = Path(__file__).parent / "lists" / "countries.tsv"


@dataclass(frozen=True)
class Country:
    """A country or territory: ISO 3166-1 alpha-2 code, its name in both languages, and what else it is called."""

    code: str
    name_ko: str
    name_en: str
    also: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """The name in the active language."""
        return self.name_en if get_language() == "en" else self.name_ko


def countries() -> list[tuple[str, str]]:
    """§S10: every (code, name in the active language), in the order of the names."""
    return _in_order(_all().values())


def search_countries(typed: str) -> list[tuple[str, str]]:
    """§S10: as ``countries``, those that are found by every typed word or by their code, whatever the language.

    Spaces, accents and capitals do not matter; the country of that very code comes first. Nothing typed, or nothing
    that can be read, finds none.
    """
    try:
        line = clean_line(half_width(typed))
    except ValueError:
        return []
    words = [plain for word in line.split() if (plain := _plain(word))]
    found = [country for country in _all().values() if words and all(word in _text(country) for word in words)]
    exact = [country for country in [_all().get(line.upper())] if country]
    return _in_order(exact) + _in_order(set(found) - set(exact))


@cache
def _all() -> dict[str, Country]:
    with NAMES.open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file, delimiter="\t")
        named = {
            row["code"]: Country(
                row["code"], row["name_ko"], row["name_en"], tuple(filter(None, row["also"].split(", ")))
            )
            for row in rows
        }
    # What the package learns before our list does is called in English.
    return {code: named.get(code) or Country(code, str(name), str(name)) for code, name in COUNTRIES.items()}


@cache
def _text(country: Country) -> str:
    return "\n".join(_plain(name) for name in (country.name_ko, country.name_en, *country.also))


def _plain(name: str) -> str:
    letters = unicodedata.normalize("NFKD", name.casefold())
    return unicodedata.normalize("NFC", re.sub(r"[^\w]", "", letters))


def _in_order(found: Iterable[Country]) -> list[tuple[str, str]]:
    return sorted(((country.code, country.name) for country in found), key=lambda pair: _plain(pair[1]))
