"""Company registries behind one small interface; which one answers is a setting (COMPANY_REGISTRY).

KISLINE is the credit bureau that the manual names. A registry is asked over the network: it may be slow, down or wrong,
and whoever asks must not hold a lock meanwhile.
"""

import logging
import re
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Protocol

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.module_loading import import_string

from accounts.domain import limits
from accounts.domain.limits import Limit, TooManyAttempts
from companies.models import FACTS, BusinessStatus, Company
from companies.numbers import parse_corporate_number, parse_trade_number
from kotra_portal.phones import normalize_phone
from kotra_portal.text import clean_line

logger = logging.getLogger(__name__)

NONE = "none"
PROVIDERS = {
    "stub": "companies.registry.stub.StubKisline",
    NONE: "companies.registry.NoRegistry",
}
_KNOWABLE = tuple(name for name in FACTS if name != "main_item")  # our own codes are nobody else's
ANSWERS_WITHIN = 5  # seconds after which a client gives a registry up
SLOW = 2.0  # seconds from which a call counts as slow
SLOW_CALLS = Limit("slow calls of the company registry", 5, timedelta(minutes=1))


@dataclass(frozen=True)
class CompanyRecord:
    """What the registry knows of a number.

    ``facts`` has text by the names of ``companies.models.FACTS`` but our own main_item: numbers as digits, dates as
    2001-02-03, choices by their values, nothing where the registry knows nothing. ``contact_email`` is the contact that
    the company gave the registry (§D8); it is nobody else's business.
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
        """What is known of this number, or None when it is not known.

        Raises RegistryDown, at the latest after ``ANSWERS_WITHIN`` seconds: nobody else can stop a call that waits.
        """


class NoRegistry:
    """No registry is connected: no number is known, and people check every registration."""

    def find(self, brn: str) -> CompanyRecord | None:
        """Nothing."""
        return None


def find(brn: str, *, now: datetime) -> CompanyRecord | None:
    """§S12: ask the registry for a number of ten digits, outside any transaction; raises RegistryDown.

    A registry may be wrong: an answer about another number, or without a name or status, is none; a fact that no column
    of ours takes is left out. It may hang: after a few slow calls in a row it is left alone for a while, so that people
    who look for companies do not hold every worker of the portal.
    """
    slow = limits.taken(SLOW_CALLS, settings.COMPANY_REGISTRY, now=now)
    if slow >= SLOW_CALLS.times:
        raise RegistryDown
    began = time.monotonic()
    try:
        record = _ask(brn)
    finally:
        if time.monotonic() - began > SLOW:
            with suppress(TooManyAttempts):
                limits.take(SLOW_CALLS, settings.COMPANY_REGISTRY, now=now)
        elif slow:
            limits.forgive(SLOW_CALLS, settings.COMPANY_REGISTRY)
    return None if record is None else _checked(record, brn)


def _ask(brn: str) -> object:
    """Ask the provider; whatever it raises is a failure, logged by its kind alone, since its words may name people."""
    try:
        provider: CompanyRegistry = import_string(PROVIDERS[settings.COMPANY_REGISTRY])()
        return provider.find(brn)
    except RegistryDown:
        raise
    except Exception as failure:  # noqa: BLE001 (whatever a client of somebody else's raises)
        logger.error("The company registry %s failed: %s", settings.COMPANY_REGISTRY, type(failure).__name__)
        raise RegistryDown from None


def _checked(record: object, brn: str) -> CompanyRecord:
    if not isinstance(record, CompanyRecord) or not isinstance(record.facts, dict) or record.brn != brn:
        raise RegistryDown
    facts = {name: text for name in _KNOWABLE if (text := _readable(name, record.facts.get(name, "")))}
    if "name" not in facts or not isinstance(record.status, BusinessStatus):
        raise RegistryDown
    return replace(record, facts=facts, contact_email=_readable("email", record.contact_email))


def _postcode(line: str) -> str:
    if not re.fullmatch(r"[0-9]{5}", line):
        raise ValueError(line)
    return line


# One spelling for what our columns hold as digits alone.
_SPELLINGS: dict[str, Callable[[str], str]] = {
    "corporate_number": parse_corporate_number,
    "trade_number": parse_trade_number,
    "phone": normalize_phone,
    "fax": normalize_phone,
    "postcode": _postcode,
}


def _readable(name: str, text: object) -> str:
    """The fact as our column would hold it, written as text; nothing when it cannot."""
    try:
        line = clean_line(text) if isinstance(text, str) else ""
        value = Company._meta.get_field(name).clean(_SPELLINGS.get(name, str)(line) if line else None, None)
    except (ValueError, ValidationError):
        return ""
    return "" if value is None else str(value)
