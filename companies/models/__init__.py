"""Whom the person belongs to: companies, members' relationships with them, and what staff decide about both."""

from companies.models.case import (
    DECIDED_STATES,
    OPEN_STATES,
    Case,
    CaseEvent,
    CaseKind,
    CaseState,
)
from companies.models.company import (
    FACTS,
    BusinessStatus,
    Classification,
    Company,
    CompanyFacts,
    CompanyType,
    Region,
    TradeKind,
    proposed_classification,
)
from companies.models.document import Document, DocumentType
from companies.models.mastership import (
    CompanyEditRequest,
    MasterAnswer,
    MasterChangeRequest,
    OfferState,
    Outcome,
    RegistrationDispute,
    TransferOffer,
)
from companies.models.registration import (
    Channel,
    CorrectionDraft,
    RegistrationDraft,
    RegistrationRequest,
    RegistrationRound,
    RegistryAnswer,
)
from companies.models.relationship import ApprovedVia, Bar, Relationship, RelationshipEvent, Role

__all__ = [
    "DECIDED_STATES",
    "FACTS",
    "OPEN_STATES",
    "ApprovedVia",
    "Bar",
    "BusinessStatus",
    "Case",
    "CaseEvent",
    "CaseKind",
    "CaseState",
    "Channel",
    "Classification",
    "Company",
    "CompanyEditRequest",
    "CompanyFacts",
    "CompanyType",
    "CorrectionDraft",
    "Document",
    "DocumentType",
    "MasterAnswer",
    "MasterChangeRequest",
    "OfferState",
    "Outcome",
    "Region",
    "RegistrationDispute",
    "RegistrationDraft",
    "RegistrationRequest",
    "RegistrationRound",
    "RegistryAnswer",
    "Relationship",
    "RelationshipEvent",
    "Role",
    "TradeKind",
    "TransferOffer",
    "proposed_classification",
]
