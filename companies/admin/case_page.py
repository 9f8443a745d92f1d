"""심사의 화면: what a case's page shows; whoever opens it is written down first (§D3, §D11)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from django.contrib.admin import ModelAdmin
from django.http import HttpRequest
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.functional import Promise

from accounts.domain import access_log
from accounts.models import AccessLog, User
from companies import registry
from companies.domain import cases, documents, evidence, queue, review
from companies.facts import groups_of
from companies.forms.review import AssignForm, DecisionForm, PaperForm
from companies.models import FACTS, Case, CaseEvent, Company, CompanyFacts, RegistrationRound
from companies.numbers import format_brn
from companies.oddities import oddities_of
from kotra_portal import kept
from kotra_portal.addresses import client_address

MOST_EVENTS = 50
ASK_REGISTRY = "registry"  # the question in the address that asks the registry anew
FRAMES = {"frame-src": ["'self'"]}  # added to the portal's content policy: documents are previewed in frames
REASON = ("ready_made", "reason")  # fields of the decision's form
NAMES = ("name", "name_en", "representative", "representative_en")


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


def show_case(case_admin: ModelAdmin, request: HttpRequest, case: Case, **forms: object) -> TemplateResponse:
    """The case's page as the answer to a verb that was refused, with what was typed."""
    request.current_app = case_admin.admin_site.name
    shared = {**case_admin.admin_site.each_context(request), "opts": case_admin.opts, "original": case}
    return TemplateResponse(request, case_admin.change_form_template, shared | page_of_case(request, case, **forms))


def page_of_case(request: HttpRequest, case: Case, **forms: object) -> dict[str, object]:
    """§D3: everything that the page shows; raises nothing for a registry that does not answer."""
    where = {"address": client_address(request), "now": timezone.now()}
    access_log.record(
        request.user, AccessLog.Action.OPENED_CASE, subject=case.applicant, target=f"case {case.pk}", **where
    )
    answer = _asked(case) if ASK_REGISTRY in request.GET else None
    sheets, unanswered = _without_empty(_facts(case, answer))
    events = _events(case)
    return {
        "title": f"{case.registration.name} · {format_brn(case.registration.brn)}",
        "case": case,
        "registration": case.registration,
        "seen": cases.version(case),
        "documents": list(case.documents.select_related("added_by")),
        "may_open": request.user.has_perm(documents.MAY_VIEW),
        "may_review": request.user.has_perm(review.MAY_REVIEW),
        "is_own": review.is_own(request.user, case),
        "evidence": evidence.evidence_of(case),
        "oddities": _oddities(case),
        "answer": answer,
        "sheets": sheets,
        "unanswered": unanswered,
        "rounds": _rounds(case),
        "events": events,
        "held_since": _held_since(case, events),
        "following": queue.next_case(request.user, after=case),
        **_forms(begun_reason(request, case), **forms),
    }


def keep_reason(request: HttpRequest, case: Case) -> None:
    """§D3: a reason that was begun when another button was pressed (static/js/desk.js sends it along) is not lost."""
    if begun := {name: request.POST[name] for name in REASON if request.POST.get(name)}:
        kept.keep(request.session, _reason_of(case), begun)


def forget_reason(request: HttpRequest, case: Case) -> None:
    """§D3: the case is decided."""
    kept.forget(request.session, _reason_of(case))


def begun_reason(request: HttpRequest, case: Case) -> dict[str, str]:
    """§D3: the fields of a reason as they were typed before another button was pressed."""
    sent = {name: request.POST[name] for name in REASON if request.POST.get(name)}
    return sent or kept.kept(request.session, _reason_of(case)) or {}


def _reason_of(case: Case) -> str:
    return f"reason of case {case.pk}"


def _forms(begun: dict[str, str], **given: object) -> dict[str, object]:
    return {
        "decision_form": DecisionForm(initial=begun),
        "assign_form": AssignForm(reviewers=queue.reviewers()),
        "paper_form": PaperForm(),
        **given,
    }


def _asked(case: Case) -> Answer:
    """§S12: what the registry says of the number now; nothing of it is kept."""
    try:
        record = registry.find(case.registration.brn, now=timezone.now())
    except registry.RegistryDown:
        return Answer(is_down=True, facts=None, status="")
    if record is None:
        return Answer(is_down=False, facts=None, status="")
    facts = {name: Company._meta.get_field(name).to_python(text) for name, text in record.facts.items()}
    return Answer(is_down=False, facts=Company(**facts), status=record.status.value)


def _facts(case: Case, answer: Answer | None) -> list[Sheet]:
    """What was typed, beside what the registry knows; what only one of them says is no difference."""
    if answer is None or answer.facts is None:
        return [
            Sheet(group.heading, [Row(label, value, "", differs=False) for label, value in group.rows])
            for group in groups_of(case.registration, FACTS)
        ]
    return _compared(case.registration, answer.facts, only_both=True)


def _without_empty(sheets: list[Sheet]) -> tuple[list[Sheet], list[str]]:
    """The rows that say something, and the labels of those that do not."""
    kept = [Sheet(sheet.heading, [row for row in sheet.rows if row.value or row.other]) for sheet in sheets]
    empty = [row.label for sheet in sheets for row in sheet.rows if not (row.value or row.other)]
    return [sheet for sheet in kept if sheet.rows], empty


def _compared(facts: CompanyFacts, others: CompanyFacts, *, only_both: bool = False) -> list[Sheet]:
    sheets = []
    for group, other in zip(groups_of(facts, FACTS), groups_of(others, FACTS), strict=True):
        pairs = zip(group.rows, other.rows, strict=True)
        rows = [
            Row(label, value, elsewhere, differs=value != elsewhere and (bool(value and elsewhere) or not only_both))
            for (label, value), (_same, elsewhere) in pairs
        ]
        sheets.append(Sheet(group.heading, rows))
    return sheets


def _rounds(case: Case) -> list[tuple[RegistrationRound, list[Row]]]:
    """Each earlier round, latest first, with what the next one changed: ``other`` is what it said before."""
    rounds = list(case.rounds.select_related("main_item"))
    versions: list[CompanyFacts] = [*rounds, case.registration]
    found = []
    for before, after in pairwise(versions):
        changed = [row for sheet in _compared(after, before) for row in sheet.rows if row.differs]
        found.append((before, changed))
    return found[::-1]


def _oddities(case: Case) -> list[tuple[str, str, list[Promise]]]:
    """Whose name it is, the name, and what is odd about it; of the names that are odd."""
    registration = case.registration
    named = [(registration._meta.get_field(name).verbose_name, getattr(registration, name)) for name in NAMES]
    named.append((case._meta.get_field("applicant").verbose_name, case.applicant.name))
    return [(label, name, odd) for label, name in named if (odd := oddities_of(name))]


def _events(case: Case) -> list[tuple[CaseEvent, str]]:
    """The last events, latest first, each with the name of whom the case was given to."""
    events = list(case.events.select_related("actor").order_by("-at", "-pk")[:MOST_EVENTS])
    names = _names(event.detail.get("assignee") for event in events)
    return [(event, names.get(event.detail.get("assignee"), "")) for event in events]


def _held_since(case: Case, events: list[tuple[CaseEvent, str]]) -> datetime | None:
    """§D3: when the case was given to whom it is assigned now, if that is among its last events."""
    given = (event.at for event, _name in events if event.kind == CaseEvent.Kind.ASSIGNED)
    return next(given, None) if case.assignee_id else None


def _names(keys: Iterable[int | None]) -> dict[int, str]:
    people = User.objects.filter(pk__in={key for key in keys if key})
    return {person.pk: person.get_full_name() for person in people}
