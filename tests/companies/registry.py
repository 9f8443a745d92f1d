"""A registry that answers what a test says, and rows of companies the short way."""

import hashlib
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest
from django.core.files.base import ContentFile
from django.db import connection

from accounts.models import User
from companies import registry
from companies.domain import registration, search
from companies.models import BusinessStatus, Case, Channel, Document, DocumentType, RegistrationDraft
from companies.registry import CompanyRecord, RegistryDown
from tests import make
from tests.conftest import KST

NOW = datetime(2026, 11, 22, 9, tzinfo=KST)
TOMORROW = datetime(2026, 11, 23, tzinfo=KST)  # the midnight with which another day's bounds begin (§D23)
SOON = NOW + timedelta(minutes=1)
FACTS = {"name": "대한상사", "representative": "이대한", "corporate_number": "1101110062432", "opened_on": "2001-02-03"}
TYPED = {"name": "민국상사", "representative": "박민국", "business_type": "도매업", "business_item": "섬유"}
PDF = b"%PDF-1.7\n%%EOF\n"


@dataclass
class ScriptedRegistry:
    """Knows what it was told; remembers what it was asked, and whether somebody held a transaction meanwhile."""

    known: dict[str, CompanyRecord] = field(default_factory=dict)
    is_down: bool = False
    asked: list[str] = field(default_factory=list)
    in_transaction: list[bool] = field(default_factory=list)

    def find(self, brn: str) -> CompanyRecord | None:
        """Answer by the script."""
        self.asked.append(brn)
        self.in_transaction.append(connection.in_atomic_block)
        if self.is_down:
            raise RegistryDown
        return self.known.get(brn)

    def knows(self, brn: str | None = None, **record: object) -> str:
        """Let it know a number; return the number."""
        brn = brn or make.brn()
        fields = {"status": BusinessStatus.ACTIVE, "facts": FACTS, "contact_email": "owner@daehan.example"}
        self.known[brn] = CompanyRecord(brn=brn, **fields | record)
        return brn


_scripted = ScriptedRegistry()


def provider() -> ScriptedRegistry:
    """Stand where a class of PROVIDERS stands."""
    return _scripted


def connect(monkeypatch: pytest.MonkeyPatch, settings: object) -> ScriptedRegistry:
    """Let the portal ask a registry that knows nothing yet."""
    _scripted.__init__()
    monkeypatch.setitem(registry.PROVIDERS, "scripted", f"{__name__}.{provider.__name__}")
    settings.COMPANY_REGISTRY = "scripted"
    return _scripted


def draft(member: User, brn: str, *, now: datetime = NOW) -> RegistrationDraft:
    """Look the number up for the member."""
    return search.search_number(member, brn, now=now)


def request(
    member: User, brn: str | None = None, *, now: datetime = NOW, has_paper: bool = True, **facts: object
) -> Case:
    """Send the member's request for a number that nobody knows; the certificate came by fax, or is still to come."""
    asked = draft(member, brn or make.brn(), now=now)
    case = registration.request_registration(member, asked.brn, TYPED | facts, Channel.FAX, now=now)
    if has_paper:
        fax(case)
    return case


def fax(case: Case, **fields: object) -> Document:
    """Keep the certificate that came by fax, for each case another one; only the row and its file."""
    return document(case, name="fax.pdf", channel=Channel.FAX, sha256=f"{case.pk:064d}", **fields)


def document(place: RegistrationDraft | Case, **fields: object) -> Document:
    """Keep a small PDF with this case or unfinished registration."""
    where = {"case": place} if isinstance(place, Case) else {"draft": place}
    by = place.applicant if isinstance(place, Case) else place.member
    facts = {"name": "사업자등록증.pdf", "content_type": DocumentType.PDF, "size": len(PDF), "added_at": NOW}
    facts |= {"sha256": hashlib.sha256(PDF).hexdigest(), "added_by": by, "file": ContentFile(PDF, "x.pdf")}
    return Document.objects.create(**where | facts | fields)
