"""보완: the applicant corrects an open request; what was sent before stays in its history (§D3)."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from companies.domain import cases, notices
from companies.domain.registration import CertificateMissing
from companies.models import FACTS, Case, CaseEvent, CaseState, Channel, RegistrationRound
from kotra_portal.days import start_of_day
from kotra_portal.errors import RuleViolation

CORRECTIONS_A_DAY = 10  # of one request
MOST_ROUNDS = 20  # that a page shows


class NothingChanged(RuleViolation):
    """§D3: what came back is not sent once more as it was."""

    sentence = _(
        "바뀐 내용이 없어 보내지 않았습니다. 보완 요청의 사유를 보고 내용을 고치거나 서류를 더해 주세요. "
        "팩스나 이메일로 보낸 서류가 있다면 아직 도착하지 않았습니다. 도착하면 메일로 알려 드리니 그 뒤에 다시 보내 "
        "주세요."
    )


class TooManyCorrections(RuleViolation):
    """§D3, §D23: each is a round that staff read; one request and (Korean) day have a bound."""

    sentence = _(
        "한 신청은 하루에 %(most)s번까지 고쳐 보낼 수 있습니다. 입력한 내용은 남아 있으니 내일 다시 보내거나 "
        "고객지원팀에 문의해 주세요."
    )


class WaitsAsItIs(NothingChanged):
    """§D3: what waits for staff already says the same; a second press of the button ends here too."""

    sentence = _("바뀐 내용이 없어 새로 보내지 않았습니다. 보낸 내용은 이미 접수되어 심사를 기다리고 있습니다.")


def correct_request(
    case: Case, facts: dict[str, object], certificate_by: Channel, *, actor: User, now: datetime
) -> Case:
    """§D3: the applicant sends the request anew, facts and way of the certificate; its number (BRN) stays (§D9).

    ``facts`` by the names of FACTS, cleaned. A paper that was added since it was last sent, or sent back, is a change
    too. Raises CaseIsClosed, CertificateMissing, NothingChanged, TooManyCorrections, and ValueError for somebody
    else's case.
    """
    if actor.pk != case.applicant_id:
        raise ValueError(case)
    with transaction.atomic():
        locked = cases.lock(case)
        cases.check_open(locked)
        if certificate_by == Channel.UPLOAD and not locked.shown_documents.exists():
            raise CertificateMissing
        given = {name: facts[name] for name in FACTS if name in facts}
        asked, wanted = locked.registration, given | {"certificate_by": certificate_by}
        differing = {name: value for name, value in wanted.items() if getattr(asked, name) != value}
        if not differing and not cases.has_new_paper(locked):
            raise WaitsAsItIs if locked.state == CaseState.RECEIVED else NothingChanged
        if _corrected_today(locked, now=now) >= CORRECTIONS_A_DAY:
            raise TooManyCorrections(most=CORRECTIONS_A_DAY)
        _keep_round(locked)
        for name, value in differing.items():
            setattr(asked, name, value)
        asked.save(update_fields=[*FACTS, "certificate_by"])
        cases.receive_again(locked, actor=actor, now=now)
        notices.correction_received(locked)
    return locked


def send_again(case: Case, *, actor: User, now: datetime) -> Case:
    """§D3: the applicant answers a 보완 요청 of any other request by papers, and it waits for staff anew.

    Raises CaseIsClosed, NothingChanged where no paper came since, and ValueError for somebody else's case.
    """
    if actor.pk != case.applicant_id:
        raise ValueError(case)
    with transaction.atomic():
        locked = cases.lock(case)
        cases.check_open(locked)
        if locked.state == CaseState.RECEIVED:
            raise WaitsAsItIs
        if not cases.has_new_paper(locked):
            raise NothingChanged
        cases.receive_again(locked, actor=actor, now=now)
        notices.correction_received(locked)
    return locked


def latest_rounds(case: Case) -> list[RegistrationRound]:
    """§D3: what was sent before, the last MOST_ROUNDS of it, oldest first."""
    return list(case.rounds.select_related("main_item").order_by("-number")[:MOST_ROUNDS])[::-1]


def _corrected_today(locked: Case, *, now: datetime) -> int:
    return locked.events.filter(kind=CaseEvent.Kind.CORRECTED, at__gte=start_of_day(now)).count()


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
