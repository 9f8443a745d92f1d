"""Cases: their states and legal moves, their history, and what an applicant may do with one (§D3)."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from companies.domain import notices
from companies.models import OPEN_STATES, Case, CaseEvent, CaseKind, CaseState, Company, CorrectionDraft, Document
from kotra_portal.days import start_of_day
from kotra_portal.errors import RuleViolation

# §D3: what may follow what. SETTLED is another's approval for the same number (§D4), OVERTAKEN whatever else leaves
# nothing to decide (§D7).
_ENDS = {CaseState.APPROVED, CaseState.REJECTED, CaseState.WITHDRAWN, CaseState.SETTLED, CaseState.OVERTAKEN}
MOVES: dict[CaseState, frozenset[CaseState]] = {
    CaseState.RECEIVED: frozenset({CaseState.CORRECTION, *_ENDS}),
    CaseState.CORRECTION: frozenset({CaseState.RECEIVED, *_ENDS}),
    **dict.fromkeys(_ENDS, frozenset()),
}
# What the applicant does to a case; whoever decides must have seen all of it.
BY_APPLICANT = (CaseEvent.Kind.SENT, CaseEvent.Kind.DOCUMENT_ADDED, CaseEvent.Kind.CORRECTED)
# What others do that a reviewer must have seen: a colleague, the sitting MASTER (§D7).
BY_OTHERS = (
    CaseEvent.Kind.CORRECTION_REQUESTED,
    CaseEvent.Kind.DOCUMENT_REMOVED,
    CaseEvent.Kind.AGREED,
    CaseEvent.Kind.OBJECTED,
)
# With which it becomes the turn of the other side, or is sent to it once more.
TURNS = (CaseEvent.Kind.SENT, CaseEvent.Kind.CORRECTED, CaseEvent.Kind.CORRECTION_REQUESTED)

# §D3: what the applicant did not end themselves is told to them for two weeks.
NEWS = (CaseState.APPROVED, CaseState.REJECTED, CaseState.SETTLED, CaseState.OVERTAKEN)
NEWS_FOR = timedelta(days=14)
# §D4: why somebody was skipped, by the name of the refusal.
_SKIPPED = {
    "AlreadyRelated": _(
        "다른 회원이 같은 기업을 먼저 등록했습니다. 이미 다른 기업에 소속되어 있어 준회원으로 연결하지 않았습니다."
    ),
    "BarredFromCompany": _(
        "다른 회원이 같은 기업을 먼저 등록했습니다. 그 기업의 MASTER가 관계설정을 막아 두어 연결하지 않았습니다."
    ),
    "BusinessEnded": _(
        "다른 회원이 같은 기업을 먼저 등록했습니다. 그 기업이 휴업하거나 폐업해 준회원으로 연결하지 않았습니다."
    ),
}
LISTED = 20  # requests that 마이KOTRA lists


class CaseIsClosed(RuleViolation):
    """§D3: the case was decided or withdrawn."""

    sentence = _("이미 끝난 신청입니다. 지금 상태를 확인해 주세요.")


def open_registration(member: User) -> Case | None:
    """§D1: the member's one open registration request, with what it asks for, or None."""
    return open_request(member, CaseKind.REGISTRATION)


def open_request(member: User, kind: CaseKind) -> Case | None:
    """§D1, §D7: the member's one open request of this kind, with what it asks for, or None."""
    return _requests(member).filter(kind=kind, state__in=OPEN_STATES).first()


def sent_today(member: User, kind: CaseKind, *, now: datetime) -> int:
    """Count the member's requests of this kind on this (Korean) day, whatever became of them."""
    return Case.objects.filter(applicant=member, kind=kind, opened_at__gte=start_of_day(now)).count()


def latest_registration(member: User) -> Case | None:
    """§D3: the request that the member sent last, open or closed, or None."""
    return _requests(member).filter(kind=CaseKind.REGISTRATION).order_by("-opened_at", "-pk").first()


def recent_requests(member: User) -> list[Case]:
    """§D3: what the member asked for, of every kind: what is open, then what ended last; LISTED at most.

    Each with what it is about, and whether a document is there that the member sees (``has_documents``).
    """
    return list(_requests(member)[:LISTED])


def decided_lately(requests: Iterable[Case], *, now: datetime) -> list[Case]:
    """§D3: of a member's recent requests the one of each kind that was sent last, if its end is news for them."""
    latest: dict[str, Case] = {}
    for case in requests:
        latest.setdefault(case.kind, case)
    return [case for case in latest.values() if case.state in NEWS and now - case.closed_at < NEWS_FOR]


def withdraw_request(case: Case, *, actor: User, now: datetime) -> Case:
    """§D3: the applicant takes the request back; raises CaseIsClosed, and ValueError for somebody else's."""
    if actor.pk != case.applicant_id:
        raise ValueError(case)
    with transaction.atomic():
        locked = withdraw(lock(case), actor=actor, now=now)
        notices.request_withdrawn(locked)
    return locked


def withdraw_open_registration(member: User, *, actor: User | None, now: datetime) -> None:
    """§D1: who is related to a company withdraws an open request, in the same transaction.

    ``actor`` is who relates them: the member, or staff (§D7), or None, SYSTEM.
    """
    for case in Case.objects.select_for_update().filter(
        applicant=member, kind=CaseKind.REGISTRATION, state__in=OPEN_STATES
    ):
        withdraw(case, actor=actor, now=now, because="JOINED")


def withdraw_requests_of(
    member: User, company: Company, *kinds: CaseKind, actor: User | None, now: datetime
) -> list[Case]:
    """§D1: whoever leaves a company takes along what they asked for as its member; the company is locked.

    Requests of these kinds, or all; returns them. ``actor`` is the member who leaves; None, SYSTEM, where somebody else
    ended the relationship.
    """
    found = Case.objects.select_for_update().filter(applicant=member, company=company, state__in=OPEN_STATES)
    found = found.filter(kind__in=kinds) if kinds else found
    return [withdraw(case, actor=actor, now=now, because="LEFT") for case in found.order_by("pk")]


def overtake(company: Company, *kinds: CaseKind, now: datetime) -> None:
    """§D7: the company's open cases of these kinds, or all, have no object any more; the company is locked.

    SYSTEM acts. A case whose decision this is is closed before.
    """
    found = Case.objects.select_for_update().filter(company=company, state__in=OPEN_STATES)
    found = found.filter(kind__in=kinds) if kinds else found
    for case in found.order_by("pk"):
        _move(case, CaseState.OVERTAKEN, now=now)
        record(case, CaseEvent.Kind.OVERTAKEN, actor=None, now=now)
        notices.request_overtaken(case)


def open_of(company: Company, kind: CaseKind) -> QuerySet[Case]:
    """§D3: the company's open cases of this kind, oldest first."""
    found = Case.objects.select_related("applicant", "company")
    return found.filter(company=company, kind=kind, state__in=OPEN_STATES).order_by("opened_at", "pk")


def as_it_stands(case: Case) -> tuple[Case, int]:
    """§D3: the case for whoever looks at it before deciding, and its version (``version``).

    The version is read first: what is sent while the rest is read counts as unseen.
    """
    seen = version(case)
    read = Case.objects.select_related("registration", "company", "applicant", "assignee")
    return read.get(pk=case.pk), seen


def lock(case: Case) -> Case:
    """The case as it is now, locked; users, companies and relationships are locked before it."""
    return Case.objects.select_for_update().get(pk=case.pk)


def withdraw(locked: Case, *, actor: User | None, now: datetime, **detail: object) -> Case:
    """§D3: close a locked case undecided; raises CaseIsClosed."""
    _move(locked, CaseState.WITHDRAWN, now=now)
    record(locked, CaseEvent.Kind.WITHDRAWN, actor=actor, now=now, **detail)
    if locked.kind == CaseKind.MASTER_CHANGE:
        notices.master_change_withdrawn(locked)
    return locked


def decide(locked: Case, state: CaseState, *, actor: User, reason: str = "", now: datetime) -> None:
    """§D3: 승인 or 반려 of a locked case, by whom, with which reason; raises CaseIsClosed."""
    _move(locked, state, reason=reason, decider=actor, now=now)
    record(locked, CaseEvent.Kind(state.value), actor=actor, now=now)


def send_back(locked: Case, *, actor: User, reason: str, now: datetime) -> None:
    """§D3: 보완 요청; it is the applicant's turn now, and the reason stays in the history. Raises CaseIsClosed."""
    _move(locked, CaseState.CORRECTION, reason=reason, now=now)
    record(locked, CaseEvent.Kind.CORRECTION_REQUESTED, actor=actor, now=now, reason=reason)


def receive_again(locked: Case, *, actor: User, now: datetime) -> None:
    """§D3: the applicant corrected the request; it waits for staff anew. Raises CaseIsClosed."""
    if locked.state == CaseState.CORRECTION:
        _move(locked, CaseState.RECEIVED, now=now)
    record(locked, CaseEvent.Kind.CORRECTED, actor=actor, now=now)
    CorrectionDraft.objects.filter(case=locked).delete()


def settle(locked: Case, *, approved: Case | None, now: datetime) -> None:
    """§D4: another registered the same number; SYSTEM acts. Raises CaseIsClosed.

    ``approved`` is the other's request, whose key the history keeps; None where the registry spoke for them.
    """
    _move(locked, CaseState.SETTLED, now=now)
    record(locked, CaseEvent.Kind.SETTLED, actor=None, now=now, approved=approved.pk if approved else None)


def skip(locked: Case, *, because: str, now: datetime) -> None:
    """§D4: say once why this applicant, who is told, did not become 준회원 with the others."""
    if not locked.events.filter(kind=CaseEvent.Kind.SKIPPED).exists():
        record(locked, CaseEvent.Kind.SKIPPED, actor=None, now=now, because=because)
        notices.request_skipped(locked, why_skipped(because))


def why_skipped(because: str) -> Promise:
    """§D4: the sentence for the name of the refusal that kept somebody from becoming 준회원 with the others."""
    return _SKIPPED.get(because, _("다른 회원이 같은 기업을 먼저 등록했지만 준회원으로 연결하지 않았습니다."))


def assign(locked: Case, assignee: User | None, *, actor: User, now: datetime) -> None:
    """§D3: who looks after a locked case."""
    locked.assignee = assignee
    locked.save(update_fields=["assignee"])
    record(locked, CaseEvent.Kind.ASSIGNED, actor=actor, now=now, assignee=assignee.pk if assignee else None)


def version(case: Case) -> int:
    """§D3: how often the request went to and fro; it grows whenever there is something to know before deciding.

    What the applicant sent counts, and that a colleague asked for a correction or took a paper out. A paper that staff
    add counts for nothing here: another reviewer's decision does not fail for it.
    """
    return _to_be_seen(case).count()


def happened_since(case: Case, seen: int) -> list[CaseEvent]:
    """§D3: what made the version grow since it was ``seen``, oldest first; nothing for a version that never was."""
    return list(_to_be_seen(case).order_by("at", "pk"))[seen:] if seen > 0 else []


def has_new_paper(case: Case) -> bool:
    """§D3: tell whether a paper was added, by whomever, since the case was last sent or sent back, and is still there.

    What another side sent is no answer of the applicant's.
    """
    turn = case.events.filter(kind__in=TURNS).order_by("-pk").values_list("pk", flat=True).first()
    since = list(case.events.filter(pk__gt=turn or 0))
    removed = {one.detail["document"] for one in since if one.kind == CaseEvent.Kind.DOCUMENT_REMOVED}
    added = [one for one in since if one.kind == CaseEvent.Kind.DOCUMENT_ADDED and one.is_shown]
    return any(one.detail.get("document") not in removed for one in added)


def sent_at(case: Case) -> datetime:
    """§D3: when what the request asks for now was sent."""
    sent = case.events.filter(kind__in=(CaseEvent.Kind.SENT, CaseEvent.Kind.CORRECTED))
    return sent.order_by("-at", "-pk").values_list("at", flat=True)[0]


def record(case: Case, kind: CaseEvent.Kind, *, actor: User | None, now: datetime, **detail: object) -> None:
    """§D3: append to the case's history; no actor is SYSTEM."""
    CaseEvent.objects.create(case=case, kind=kind, at=now, actor=actor, detail=detail)


def check_open(case: Case) -> None:
    """§D3: raises CaseIsClosed once nothing can be added to it."""
    if not case.is_open:
        raise CaseIsClosed


def _move(locked: Case, to: CaseState, *, reason: str = "", decider: User | None = None, now: datetime) -> None:
    """The one writer of a case's state."""
    if to not in MOVES[CaseState(locked.state)]:
        raise CaseIsClosed
    locked.state, locked.reason, locked.decider, locked.waiting_since = to, reason, decider, now
    if not locked.is_open:
        locked.closed_at = now
        CorrectionDraft.objects.filter(case=locked).delete()
    locked.save(update_fields=["state", "reason", "decider", "waiting_since", "closed_at"])


def _to_be_seen(case: Case) -> QuerySet[CaseEvent]:
    """What whoever decides must have seen: of the applicant, of a colleague, of the sitting MASTER."""
    sent = Q(kind__in=BY_APPLICANT, actor_id=case.applicant_id)
    return case.events.filter(sent | Q(kind__in=BY_OTHERS))


def _requests(member: User) -> QuerySet[Case]:
    """The member's requests, with what they ask for, and whether a document is there; open ones first."""
    found = Case.objects.select_related("registration", "company", "master_change", "company_edit")
    found = found.filter(applicant=member).order_by(F("closed_at").desc(nulls_first=True), "-opened_at", "-pk")
    shown = Document.objects.filter(case=OuterRef("pk"), shown_to_applicant=True)
    return found.annotate(has_documents=Exists(shown))
