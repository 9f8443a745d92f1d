"""보완: the applicant corrects an open request; what was sent before stays in its history (§D3)."""

from datetime import datetime

from django.db import transaction

from accounts.models import User
from companies.domain import cases
from companies.domain.registration import CertificateMissing
from companies.models import FACTS, Case, Channel, RegistrationRound


def correct_request(
    case: Case, facts: dict[str, object], certificate_by: Channel, *, actor: User, now: datetime
) -> Case:
    """§D3: the applicant sends the request anew, facts and way of the certificate; its number (BRN) stays (§D9).

    ``facts`` by the names of FACTS, cleaned. Raises CaseIsClosed, CertificateMissing, and ValueError for somebody
    else's case.
    """
    if actor.pk != case.applicant_id:
        raise ValueError(case)
    with transaction.atomic():
        locked = cases.lock(case)
        cases.check_open(locked)
        if certificate_by == Channel.UPLOAD and not locked.documents.exists():
            raise CertificateMissing
        _keep_round(locked)
        asked = locked.registration
        for name in FACTS:
            if name in facts:
                setattr(asked, name, facts[name])
        asked.certificate_by = certificate_by
        asked.save(update_fields=[*FACTS, "certificate_by"])
        cases.receive_again(locked, actor=actor, now=now)
    return locked


def _keep_round(locked: Case) -> None:
    """What was sent before, and why it came back, as a row of its own."""
    before = locked.registration
    number = locked.rounds.count() + 1
    RegistrationRound.objects.create(
        case=locked,
        number=number,
        sent_at=cases.sent_at(locked),
        certificate_by=before.certificate_by,
        reason=locked.reason,
        **{name: getattr(before, name) for name in FACTS},
    )
