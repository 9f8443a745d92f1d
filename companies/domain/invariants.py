"""What must hold of companies at all times and no constraint can say; ``manage.py check_invariants`` asks it."""

from collections.abc import Iterator
from datetime import timedelta

from django.db.models import Exists, F, Model, OuterRef, Q, QuerySet
from django.db.models.functions import Now

from accounts.models import User
from companies.domain import dispute, registration
from companies.models import (
    DECIDED_STATES,
    OPEN_STATES,
    Case,
    CaseKind,
    CaseState,
    Company,
    CompanyEditRequest,
    Document,
    MasterChangeRequest,
    OfferState,
    Outcome,
    RegistrationDispute,
    RegistrationDraft,
    RegistrationRequest,
    Relationship,
    Role,
    TransferOffer,
)
from kotra_portal.invariants import Invariant, ids

BATCH = 1_000  # documents that are read at once
HEALED_WITHIN = timedelta(days=1)  # what a worker that was killed left; settle_requests runs every night
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
    "one_open_master_change_per_member": 7,
    "one_open_edit_per_company": 7,
    "one_dispute_per_company": 7,
    "only_a_dispute_has_no_applicant": 7,
    "only_a_registration_has_no_company": 7,
    "answer_of_the_master_is_whole": 7,
    "outcome_of_a_dispute_is_whole": 7,
    "one_open_offer_per_company": 8,
    "nobody_offers_to_themselves": 8,
    "offer_is_open_or_has_an_end": 8,
    "offer_expires_after_it_was_made": 8,
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
    """§D4: whoever still asks for a number that somebody registered was skipped, with an event.

    Not on the day of the registration: a worker that is killed between that and the settling of the others leaves them
    to the nightly settle_requests. The database's own clock tells how long ago that was.
    """
    still_new = Company.objects.filter(
        brn=OuterRef("registration__brn"), closed_at__isnull=True, registered_at__gte=Now() - HEALED_WITHIN
    )
    return ids(registration.left_over().filter(~Exists(still_new)))


def _decided_by_the_applicant() -> QuerySet:
    """§D3: the decider's account as a member is not the applicant's either."""
    return ids(Case.objects.filter(decider__member_account=F("applicant")))


# What a case of each kind asks for.
ASKED: dict[CaseKind, type[Model]] = {
    CaseKind.REGISTRATION: RegistrationRequest,
    CaseKind.MASTER_CHANGE: MasterChangeRequest,
    CaseKind.COMPANY_EDIT: CompanyEditRequest,
    CaseKind.DISPUTE: RegistrationDispute,
}


def _asking_for_nothing() -> QuerySet:
    """§D3: a case has the row of its kind, and that of no other."""
    wrong = Q()
    for kind, model in ASKED.items():
        has_it = Q(Exists(model.objects.filter(pk=OuterRef("pk"))))
        wrong |= (Q(kind=kind) & ~has_it) | (~Q(kind=kind) & has_it)
    return ids(Case.objects.filter(wrong))


def _offered_to_nobody() -> QuerySet:
    """§D6: an open offer is the live MASTER's, to a live 정회원 of the company."""
    here = {"company": OuterRef("company")}
    by = _live(**here, role=Role.MASTER, member=OuterRef("master"))
    to = _live(**here, role=Role.FULL, member=OuterRef("nominee"))
    return ids(TransferOffer.objects.filter(~Exists(by) | ~Exists(to), state=OfferState.OPEN))


def _asked_by_nobody() -> QuerySet:
    """§D7: who asks for a change of the verified data belongs to the company; of a MASTER change they did."""
    person = {"company": OuterRef("company"), "member": OuterRef("applicant")}
    outside = ~Exists(_live(**person)) & Q(kind=CaseKind.COMPANY_EDIT)
    stranger = ~Exists(Relationship.objects.filter(**person)) & Q(kind=CaseKind.MASTER_CHANGE)
    return ids(Case.objects.filter(outside | stranger, state__in=OPEN_STATES))


def _asking_another_master() -> QuerySet:
    """§D7: an open request is about the MASTER of today, who is not the applicant; another change overtakes it."""
    here = {"company": OuterRef("case__company"), "role": Role.MASTER, "member": OuterRef("master")}
    asked = MasterChangeRequest.objects.filter(case__state__in=OPEN_STATES)
    return ids(asked.filter(~Exists(_live(**here)) | Q(master=F("case__applicant"))))


def _decided_without_outcome() -> QuerySet:
    """§D8: a decided dispute has an outcome, 유지 as a rejection; any other dispute has none."""
    whole = (
        Q(case__state=CaseState.REJECTED, outcome=Outcome.KEPT)
        | Q(case__state=CaseState.APPROVED, outcome__in=[Outcome.MASTER_CHANGED, Outcome.CANCELLED])
        | (~Q(case__state__in=DECIDED_STATES) & Q(outcome=""))
    )
    return ids(RegistrationDispute.objects.exclude(whole))


def _disputing_staffs_word() -> QuerySet:
    """§D8: what is disputed is an automatic registration, and who registered it is the disputed one."""
    automatic = dispute.automatic_registrations().filter(
        company=OuterRef("case__company"), relationship__member=OuterRef("disputed")
    )
    return ids(RegistrationDispute.objects.filter(~Exists(automatic)))


def _asked_about_the_closed() -> QuerySet:
    """§D2, §D7: with a company's registration ends what is still asked about it."""
    return ids(Case.objects.filter(company__closed_at__isnull=False, state__in=OPEN_STATES))


def _offered_at_the_closed() -> QuerySet:
    """§D6: and so does what is offered."""
    return ids(TransferOffer.objects.filter(company__closed_at__isnull=False, state=OfferState.OPEN))


def _cancelled_and_alive() -> QuerySet:
    """§D8, 등록 취소: the company is closed."""
    return ids(RegistrationDispute.objects.filter(outcome=Outcome.CANCELLED, case__company__closed_at__isnull=True))


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
    Invariant(7, "a case says what it asks for, and nothing else", _asking_for_nothing),
    Invariant(7, "who asks for something about a company belongs to it, or did", _asked_by_nobody),
    Invariant(7, "an open request for a MASTER change is about the MASTER", _asking_another_master),
    Invariant(7, "a company whose registration ended has no open case", _asked_about_the_closed),
    Invariant(7, "a dispute has an outcome exactly when it is decided", _decided_without_outcome),
    Invariant(7, "a dispute is about a registration that the registry approved", _disputing_staffs_word),
    Invariant(7, "a registration that was cancelled has ended", _cancelled_and_alive),
    Invariant(8, "an open offer is the MASTER's, to a full member", _offered_to_nobody),
    Invariant(8, "a company whose registration ended has no open offer", _offered_at_the_closed),
    Invariant(7, "a number that is registered is asked for by none but those who were skipped", _waiting_for_nothing),
    Invariant(7, "nobody decides what they asked for as a member", _decided_by_the_applicant),
    Invariant(14, "a staff account has no company, no request and no unfinished registration", _staff_like_members),
    Invariant(15, "a document has its file, as large as it says", _without_file),
)
