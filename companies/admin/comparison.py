"""기업정보의 비교: facts as rows, beside what the registry says now or what was sent before (§S12, §D3)."""

from collections.abc import Collection
from dataclasses import dataclass

from django.utils import timezone

from companies import registry
from companies.facts import groups_of
from companies.models import FACTS, Company, CompanyFacts


@dataclass(frozen=True)
class Row:
    """One fact: as it stands, and as it stands elsewhere (before, in the registry); empty text for nothing."""

    label: str
    value: str
    other: str
    differs: bool


@dataclass(frozen=True)
class Sheet:
    """Facts that belong together, compared."""

    heading: str
    rows: list[Row]


@dataclass(frozen=True)
class Answer:
    """What the registry says now: whether it answered, what it knows, whether the business goes on."""

    is_down: bool
    facts: Company | None
    status: str


def ask_registry(brn: str) -> Answer:
    """§S12: what the registry says of the number now; nothing of it is kept, and nothing is raised."""
    try:
        record = registry.find(brn, now=timezone.now())
    except registry.RegistryDown:
        return Answer(is_down=True, facts=None, status="")
    if record is None:
        return Answer(is_down=False, facts=None, status="")
    facts = {name: Company._meta.get_field(name).to_python(text) for name, text in record.facts.items()}
    return Answer(is_down=False, facts=Company(**facts), status=record.status.value)


def beside_registry(
    facts: CompanyFacts, answer: Answer | None, names: Collection[str] = FACTS
) -> tuple[list[Sheet], list[str]]:
    """The facts beside what the registry knows, and the labels of those of which nobody says anything.

    What only one of them says is no difference.
    """
    if answer is None or answer.facts is None:
        sheets = [
            Sheet(group.heading, [Row(label, value, "", differs=False) for label, value in group.rows])
            for group in groups_of(facts, names)
        ]
    else:
        sheets = compared(facts, answer.facts, names, only_both=True)
    return _without_empty(sheets)


def compared(
    facts: CompanyFacts, others: CompanyFacts, names: Collection[str] = FACTS, *, only_both: bool = False
) -> list[Sheet]:
    """Both side by side; with ``only_both`` they differ only where each says something."""
    sheets = []
    for group, other in zip(groups_of(facts, names), groups_of(others, names), strict=True):
        pairs = zip(group.rows, other.rows, strict=True)
        rows = [
            Row(label, value, elsewhere, differs=value != elsewhere and (bool(value and elsewhere) or not only_both))
            for (label, value), (_same, elsewhere) in pairs
        ]
        sheets.append(Sheet(group.heading, rows))
    return sheets


def _without_empty(sheets: list[Sheet]) -> tuple[list[Sheet], list[str]]:
    """The rows that say something, and the labels of those that do not."""
    said = [Sheet(sheet.heading, [row for row in sheet.rows if row.value or row.other]) for sheet in sheets]
    empty = [row.label for sheet in sheets for row in sheet.rows if not (row.value or row.other)]
    return [sheet for sheet in said if sheet.rows], empty
