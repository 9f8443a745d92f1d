"""Company registries behind one small interface; which one answers is a setting (COMPANY_REGISTRY).

KISLINE is the credit bureau that the manual names. A registry is asked over the network: it may be slow, down or wrong,
and whoever asks must not hold a lock meanwhile.
"""

from dataclasses import dataclass, field, replace
from enum import Enum
from typing import Protocol

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.module_loading import import_string

from companies.models import FACTS, Company
from kotra_portal.text import clean_line

NONE = "none"
PROVIDERS = {
    "stub": "companies.registry.stub.StubKisline",
    NONE: "companies.registry.NoRegistry",
}
ANSWERS_WITHIN = 5  # seconds that a registry may take; later it counts as down


class BusinessStatus(Enum):
    """Whether the business goes on (국세청's 계속, 휴업, 폐업)."""

    ACTIVE = "ACTIVE"
    SUSPENDED = "SUSPENDED"
    CLOSED = "CLOSED"


@dataclass(frozen=True)
class CompanyRecord:
    """What the registry knows of a number.

    ``facts`` has text by the names of ``companies.models.FACTS``: numbers as digits, dates as 2001-02-03, nothing where
    the registry knows nothing. ``contact_email`` is the company's own contact (§D8), which is nobody else's business.
    """

    brn: str
    status: BusinessStatus
    facts: dict[str, str] = field(default_factory=dict)
    contact_email: str = ""


class RegistryDown(Exception):
    """The registry does not answer in time, or not in a way that can be read."""


class CompanyRegistry(Protocol):
    """Whoever knows companies."""

    def find(self, brn: str) -> CompanyRecord | None:
        """What is known of this number, or None when it is not known; raises RegistryDown."""


class NoRegistry:
    """No registry is connected: no number is known, and people check every registration."""

    def find(self, brn: str) -> CompanyRecord | None:
        """Nothing."""
        return None


def find(brn: str) -> CompanyRecord | None:
    """§S12: ask the registry for a number of ten digits; raises RegistryDown.

    A registry may be wrong: an answer about another number, or without a name, is none; a fact that no column of ours
    takes is left out.
    """
    registry: CompanyRegistry = import_string(PROVIDERS[settings.COMPANY_REGISTRY])()
    record = registry.find(brn)
    if record is None:
        return None
    facts = {name: text for name in FACTS if (text := _readable(name, record.facts.get(name, "")))}
    if record.brn != brn or "name" not in facts:
        raise RegistryDown
    return replace(record, facts=facts, contact_email=_readable("email", record.contact_email))


def _readable(name: str, text: object) -> str:
    try:
        line = clean_line(text) if isinstance(text, str) else ""
        Company._meta.get_field(name).clean(line or None, None)
    except (ValueError, ValidationError):
        return ""
    return line
