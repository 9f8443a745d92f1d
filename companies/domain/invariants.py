"""What must hold of companies at all times and no constraint can say; ``manage.py check_invariants`` asks it."""

from collections.abc import Iterator

from django.db.models import Exists, F, OuterRef, QuerySet

from accounts.models import User
from companies.domain import registration
from companies.models import (
    OPEN_STATES,
    Case,
    CaseKind,
    Company,
    Document,
    RegistrationDraft,
    RegistrationRequest,
    Relationship,
    Role,
)
from kotra_portal.invariants import Invariant, ids

BATCH = 1_000  # documents that are read at once
# The promise that a constraint of ours keeps, by its name.
NUMBERS = {
    "one_live_company_per_brn": 1,
    "brn_is_ten_digits": 1,
    "requested_brn_is_ten_digits": 1,
    "draft_brn_is_ten_digits": 1,
    "one_live_master_per_company": 3,
    "one_live_relationship_per_member": 4,
    "approval_is_whole": 5,
    "full_and_master_are_approved": 5,
    "nobody_approves_themselves": 5,
    "one_open_registration_request": 7,
    "case_is_open_or_has_an_end": 7,
    "decided_case_has_a_decider": 7,
    "nobody_decides_their_own_case": 7,
    "correction_and_rejection_carry_a_reason": 7,
    "one_row_per_round": 7,
    "document_has_one_place": 15,
    "document_is_whole": 15,
}


def _live(**of: object) -> QuerySet:
    return Relationship.objects.filter(ended_at__isnull=True, **of)


def _without_master() -> QuerySet:
    """§D2: a company with live members always has one."""
    here = {"company": OuterRef("pk")}
    return ids(Company.objects.filter(Exists(_live(**here)), ~Exists(_live(**here, role=Role.MASTER))))


def _closed_with_members() -> QuerySet:
    """§D2: the registration ends with the last member's leaving."""
    return ids(_live(company__closed_at__isnull=False))


def _staff_like_members() -> QuerySet:
    """§D3: staff accounts are not members: no company, no request."""
    related = Relationship.objects.filter(member=OuterRef("pk"))
    asked = Case.objects.filter(applicant=OuterRef("pk"))
    began = RegistrationDraft.objects.filter(member=OuterRef("pk"))
    return ids(User.objects.filter(Exists(related) | Exists(asked) | Exists(began), is_staff=True))


def _related_under_review() -> QuerySet:
    """§D1: joining withdraws the open request in the same transaction."""
    asked = Case.objects.filter(kind=CaseKind.REGISTRATION, state__in=OPEN_STATES)
    return ids(asked.filter(Exists(_live(member=OuterRef("applicant")))))


def _waiting_for_nothing() -> QuerySet:
    """§D4: whoever still asks for a number that somebody registered was skipped, with an event."""
    return ids(registration.left_over())


def _decided_by_the_applicant() -> QuerySet:
    """§D3: the decider's account as a member is not the applicant's either."""
    return ids(Case.objects.filter(decider__member_account=F("applicant")))


def _asking_for_nothing() -> QuerySet:
    asked = RegistrationRequest.objects.filter(pk=OuterRef("pk"))
    return ids(Case.objects.filter(~Exists(asked), kind=CaseKind.REGISTRATION))


def _without_file() -> Iterator[object]:
    """Documents whose file is not there, or not as large as it was kept."""
    kept = Document.objects.order_by("pk").only("pk", "file", "size")
    for document in kept.iterator(chunk_size=BATCH):
        try:
            is_whole = document.file.size == document.size
        except OSError:
            is_whole = False
        if not is_whole:
            yield document.pk


INVARIANTS = (
    Invariant(3, "a company with live members has a MASTER", _without_master),
    Invariant(3, "a company whose registration ended has no live members", _closed_with_members),
    Invariant(7, "who is related to a company has no open registration request", _related_under_review),
    Invariant(7, "a registration case says what it asks for", _asking_for_nothing),
    Invariant(7, "a number that is registered is asked for by none but those who were skipped", _waiting_for_nothing),
    Invariant(7, "nobody decides what they asked for as a member", _decided_by_the_applicant),
    Invariant(14, "a staff account has no company, no request and no unfinished registration", _staff_like_members),
    Invariant(15, "a document has its file, as large as it says", _without_file),
)
