"""심사의 화면: what a case's page shows; whoever opens it is written down first (§D3, §D11)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.contrib.admin import ModelAdmin
from django.http import HttpRequest
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from accounts.domain import access_log
from accounts.models import AccessLog, User
from companies.admin import case_kinds
from companies.admin.comparison import ask_registry
from companies.domain import cases, documents, evidence, queue, review
from companies.forms.review import AssignForm, DecisionForm, DisputeForm, FindMemberForm, PaperForm, RemovePaperForm
from companies.models import DECIDED_STATES, Case, CaseEvent, CaseKind, Document
from companies.numbers import format_brn
from kotra_portal import kept
from kotra_portal.addresses import client_address

MOST_EVENTS = 50
ASK_REGISTRY = "registry"  # the question in the address that asks the registry anew
FRAMES = {"frame-src": ["'self'"]}  # added to the portal's content policy: documents are previewed in frames
REASON = ("ready_made", "reason")  # fields of the decision's form
BEGUN = (*REASON, "member", "new_master", "former")  # what comes back with the page; a tick is set anew


@dataclass(frozen=True)
class Happened:
    """§D3: an event of a case, what it was in words, and the name of whom the case was given to (empty: nobody)."""

    event: CaseEvent
    words: str
    given_to: str


@dataclass(frozen=True)
class Paper:
    """§D3, §D11: a document of a case, and the form that takes it out (None: nobody may, the applicant sent it)."""

    document: Document
    remove_form: RemovePaperForm | None


def show_case(case_admin: ModelAdmin, request: HttpRequest, case: Case, **forms: object) -> TemplateResponse:
    """The case's page as the answer to a verb that was refused, with what was typed."""
    request.current_app = case_admin.admin_site.name
    shared = {**case_admin.admin_site.each_context(request), "opts": case_admin.opts, "original": case}
    return TemplateResponse(request, case_admin.change_form_template, shared | page_of_case(request, case, **forms))


def page_of_case(request: HttpRequest, case: Case, **forms: object) -> dict[str, object]:
    """§D3: everything that the page shows; raises nothing for a registry that does not answer.

    Of one's own case only that it is (§D8: who disputes is told to the staff who decide, and to nobody else).
    """
    now = timezone.now()
    is_own = review.is_own(request.user, case)
    _log_opening(request, case, () if is_own else case_kinds.others_shown(case, now=now), now=now)
    following = queue.next_case(request.user, after=case)
    if is_own:
        title = _("본인이나 본인이 속한 기업의 신청")
        return {"title": title, "case": case, "is_own": True, "following": following}
    answer = ask_registry(case.brn) if ASK_REGISTRY in request.GET else None
    case, seen = cases.as_it_stands(case)
    events = _events(case)
    papers = _papers(request, case, forms.get("remove_form"))
    return {
        "title": f"{case.company_name} · {format_brn(case.brn)}",
        "case": case,
        "seen": seen,
        "papers": papers,
        "has_papers": any(paper.document.shown_to_applicant for paper in papers),
        "papers_awaited_by": case_kinds.papers_by(case) if case_kinds.is_awaited(case) else "",
        "may_open": request.user.has_perm(documents.MAY_VIEW),
        "may_review": request.user.has_perm(review.MAY_REVIEW),
        "may_decide": may_decide(request.user, case),
        "evidence": evidence.evidence_of(case),
        "oddities": case_kinds.odd_names(case),
        "answer": answer,
        "events": events,
        "held_since": _held_since(case, events),
        "following": following,
        **case_kinds.particulars(case, answer, now=now),
        **_forms(request, case, **forms),
    }


def _log_opening(request: HttpRequest, case: Case, others: Iterable[User], *, now: datetime) -> None:
    """§D11: whose case it is: nobody's that the portal knows where a company's own contact disputes (§D8).

    And each of the ``others`` whose data the page shows, so that a search of the log for them finds it.
    """
    opened = {"target": f"case {case.pk}", "address": client_address(request), "now": now}
    for whose in (case.applicant, *others):
        access_log.record(request.user, AccessLog.Action.OPENED_CASE, subject=whose, **opened)


def may_decide(person: User, case: Case) -> bool:
    """§D3: tell whether the page has buttons for this person."""
    return case.is_open and person.has_perm(review.MAY_REVIEW) and not review.is_own(person, case)


def sent_form(request: HttpRequest, case: Case, *asks: str) -> DecisionForm:
    """§D3: the decision that was sent, read; of a dispute with the fields that the verb ``asks`` for (§D8)."""
    if case.kind == CaseKind.DISPUTE:
        form = DisputeForm(request.POST, asks=asks, **_of_dispute(request, case))
    else:
        form = DecisionForm(request.POST, **_of_kind(case))
    form.is_valid()
    return form


def check_reason(request: HttpRequest, case: Case, form: DecisionForm, button: Promise) -> None:
    """§D3: raises OtherButton; what keeps the case from being decided at all, the rule says first."""
    if may_decide(request.user, case) and form.seen_version == cases.version(case):
        form.check_fits(button)


def begun_form(request: HttpRequest, case: Case) -> DecisionForm:
    """§D3: the decision as far as it was begun when another button was pressed, or not begun."""
    begun = begun_reason(request, case)
    if case.kind == CaseKind.DISPUTE:
        return DisputeForm(initial=begun, **_of_dispute(request, case))
    return DecisionForm(initial=begun, **_of_kind(case))


def _of_kind(case: Case) -> dict[str, object]:
    """§D3, §D7: whose reasons are offered, and which of them are untrue of this case."""
    return {"kind": case.kind, "unfit": case_kinds.unfit_reasons(case, now=timezone.now())}


def _of_dispute(request: HttpRequest, case: Case) -> dict[str, object]:
    """§D8: the members who can become MASTER: all that a verb takes, and the first of those who are looked for."""
    found = evidence.possible_masters(case.company, FindMemberForm(request.POST).word)
    among = evidence.possible_masters(case.company)
    return {"kind": case.kind, "among": among, "shown": list(found[: evidence.MOST_MEMBERS + 1])}


def keep_reason(request: HttpRequest, case: Case) -> None:
    """§D3: a reason that was begun when another button was pressed (static/js/desk.js sends it along) is not lost."""
    if begun := {name: request.POST[name] for name in REASON if request.POST.get(name)}:
        kept.keep(request.session, _reason_of(case), begun)


def forget_reason(request: HttpRequest, case: Case) -> None:
    """§D3: the case is decided."""
    kept.forget(request.session, _reason_of(case))


def begun_reason(request: HttpRequest, case: Case) -> dict[str, str]:
    """§D3: the fields of a decision as they were typed before another button was pressed."""
    sent = {name: request.POST[name] for name in BEGUN if request.POST.get(name)}
    return sent or kept.kept(request.session, _reason_of(case)) or {}


def _reason_of(case: Case) -> str:
    return f"reason of case {case.pk}"


def _forms(request: HttpRequest, case: Case, **given: object) -> dict[str, object]:
    return {
        "decision_form": given.get("decision_form") or begun_form(request, case),
        "assign_form": AssignForm(reviewers=queue.reviewers()),
        "paper_form": PaperForm(kind=case.kind),
        **given,
    }


def _papers(request: HttpRequest, case: Case, sent: RemovePaperForm | None) -> list[Paper]:
    """§D3, §D11: every document, those that staff added with the form that takes them out, ``sent`` or empty."""
    removable = documents.BY_STAFF if may_decide(request.user, case) else ()
    found = []
    for document in case.documents.select_related("added_by"):
        form = sent if sent and sent.of == document.pk else RemovePaperForm(of=document.pk)
        found.append(Paper(document, form if document.channel in removable else None))
    return found


def _events(case: Case) -> list[Happened]:
    """The last events, latest first, each in words and with the name of whom the case was given to."""
    events = list(case.events.select_related("actor").order_by("-at", "-pk")[:MOST_EVENTS])
    names = _names(event.detail.get("assignee") for event in events)
    decided = {CaseEvent.Kind(state.value) for state in DECIDED_STATES}
    return [
        Happened(
            event,
            case.state_words if event.kind in decided else event.get_kind_display(),
            names.get(event.detail.get("assignee"), ""),
        )
        for event in events
    ]


def _held_since(case: Case, events: list[Happened]) -> datetime | None:
    """§D3: when the case was given to whom it is assigned now, if that is among its last events."""
    given = (one.event.at for one in events if one.event.kind == CaseEvent.Kind.ASSIGNED)
    return next(given, None) if case.assignee_id else None


def _names(keys: Iterable[int | None]) -> dict[int, str]:
    people = User.objects.filter(pk__in={key for key in keys if key})
    return {person.pk: person.get_full_name() for person in people}
