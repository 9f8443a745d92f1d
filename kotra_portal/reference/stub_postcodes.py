"""The demonstration's addresses: a few hundred samples, real in form; most of them were made up."""

import csv
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from kotra_portal.reference.paging import PAGE_SIZE, Page
from kotra_portal.reference.postcodes import Address, ProviderDown

SAMPLES = Path(__file__).parent / "samples" / "addresses.tsv"
# Whoever searches for this word sees what happens when the address service is down.
DOWN = "장애"


@dataclass(frozen=True)
class Sample:
    """An address and the text it is found by: all of it without spaces and in lower case."""

    address: Address
    text: str


class StubPostcodes:
    """Stands for the government's address search; every word of the keyword must be found."""

    def search(self, keyword: str, page: int) -> Page:
        """Find among the samples; raises ProviderDown for the scripted word."""
        if DOWN in keyword:
            raise ProviderDown
        patterns = [_pattern(word) for word in keyword.casefold().split()]
        found = [sample.address for sample in samples() if all(pattern.search(sample.text) for pattern in patterns)]
        page = min(page, max(1, -(-len(found) // PAGE_SIZE)))
        return Page(tuple(found[(page - 1) * PAGE_SIZE : page * PAGE_SIZE]), len(found), page)


def _pattern(word: str) -> re.Pattern[str]:
    """A word is found anywhere, but a number only as a whole: 13 is neither 130 nor 213."""
    before = r"(?<![0-9])" if word[0].isdigit() else ""
    after = r"(?![0-9])" if word[-1].isdigit() else ""
    return re.compile(before + re.escape(word) + after)


@cache
def samples() -> tuple[Sample, ...]:
    """Every sample, in the order of postcodes."""
    with SAMPLES.open(encoding="utf-8", newline="") as file:
        return tuple(_sample(row) for row in csv.DictReader(file, delimiter="\t"))


def _sample(row: dict[str, str]) -> Sample:
    place = " ".join(part for part in (row["province"], row["district"]) if part)
    # A town (읍, 면) stands before the road; a city's 동 and the building stand behind it in parentheses.
    town, _space, _village = row["neighbourhood"].rpartition(" ")
    behind = ", ".join(part for part in ("" if town else row["neighbourhood"], row["building"]) if part)
    road_address = f"{place} {row['road']} {row['number']}" + (f" ({behind})" if behind else "")
    lot_address = f"{place} {row['neighbourhood']} {row['lot']}" + (f" {row['building']}" if row["building"] else "")
    address = Address(row["postcode"], road_address, lot_address, row["english"])
    text = "\n".join((row["postcode"], road_address, lot_address, row["english"]))
    return Sample(address, text.replace(" ", "").casefold())
