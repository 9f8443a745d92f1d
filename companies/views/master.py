"""마이KOTRA › MASTER: who waits, approving, ending, who may not come back, and the history (§Q2, §C5, §D5)."""

from collections import defaultdict
from collections.abc import Callable, Iterable

from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render, resolve_url
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _t, ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from companies.domain import approval, history, members, membership, succession
from companies.domain.members import AT_ONCE
from companies.domain.unfinished import unfinished_of
from companies.forms.master import LONGEST_TYPED, EndRelationshipsForm, HistoryForm, MemberSearchForm
from companies.history_lines import lines_of
from companies.models import Bar, Relationship, Role
from companies.views.standing import standing_of
from companies.views.transfer import offer_news
from kotra_portal.access import requires
from kotra_portal.errors import RuleViolation
from kotra_portal.paging import numbered_page
from kotra_portal.permissions import Permission

Refusal = tuple[Relationship, RuleViolation]
# What a list was looked at with: it goes along with every verb, so that one comes back to the same page.
LOOKED_AT = ("q", "role", "page")


@requires(Permission.APPROVE_MEMBER)
@require_safe
def master(request: HttpRequest) -> HttpResponse:
    """§Q2, §D5: the members, who waits first; found by name or 부서, of one role or of all."""
    own = _own(request)
    form = MemberSearchForm(request.GET)
    form.is_valid()
    page = _page(request, members.find_members(own.company, typed=form.typed, role=form.chosen_role))
    counts = members.count_by_role(own.company)
    context = {
        "company": own.company,
        "form": form,
        "page": page,
        "rows": [members.as_master_sees(relationship) for relationship in page],
        "is_choice": any(relationship.role != Role.MASTER for relationship in page),
        "waiting": counts[Role.ASSOCIATE],
        "counts": [(None, sum(counts.values())), *((role, counts[role]) for role in reversed(Role))],
        "looked_at": _looked_at(request.GET),
        "at_once": AT_ONCE,
        "asked_change": succession.open_change_against(request.user),
    }
    news = offer_news(request.user, own.company, now=timezone.now())
    return render(request, "companies/master.html", context | standing_of(own) | news)


@requires(Permission.APPROVE_MEMBER)
@require_POST
def approve_associates(request: HttpRequest) -> HttpResponse:
    """§C5: make the chosen 준회원 정회원; says how many, and of the others why not."""
    try:
        chosen = _chosen(request, request.POST)
    except RuleViolation as refusal:
        messages.error(request, str(refusal))
        return _back_to_list(request.POST)
    now = timezone.now()
    approved, refused = _each(chosen, lambda one: approval.approve_associate(one, actor=request.user, now=now))
    if approved:
        said = ngettext(
            "%(name)s 님을 정회원으로 승인했습니다.",
            "%(name)s 님 등 %(number)s명을 정회원으로 승인했습니다.",
            len(approved),
        )
        messages.success(request, said % {"name": approved[0].member.name, "number": len(approved)})
    _say_why_not(request, refused)
    return _back_to_list(request.POST)


@requires(Permission.END_RELATIONSHIP)
@require_POST
def choose_to_end(request: HttpRequest) -> HttpResponse:
    """§D5: from the ticked rows on to the page that names the consequence; nothing ends here."""
    try:
        chosen = _chosen(request, request.POST)
    except RuleViolation as refusal:
        messages.error(request, str(refusal))
        return _back_to_list(request.POST)
    asked = urlencode([*(("member", one.pk) for one in chosen), *_looked_at(request.POST)])
    return redirect(f"{resolve_url('end_relationships')}?{asked}")


@requires(Permission.END_RELATIONSHIP)
@require_http_methods(["GET", "HEAD", "POST"])
def end_relationships(request: HttpRequest) -> HttpResponse:
    """§D5: whose relationship ends, which the address says, and what that means; then, with a reason, the verb."""
    form = EndRelationshipsForm(request.POST or None)
    try:
        chosen = _chosen(request, request.GET)
    except RuleViolation as refusal:
        messages.error(request, str(refusal))
        return _back_to_list(request.GET)
    if form.is_valid():
        return _end(request, form, chosen)
    own = _own(request)
    still, refused = _each(chosen, lambda one: approval.check_may_end(one, own))
    if not still:
        _say_why_not(request, refused)
        return _back_to_list(request.GET)
    context = {"form": form, "chosen": still, "refused": refused, "list_address": _list_address(request.GET)}
    people = [one.member for one in still]
    context["unfinished"] = unfinished_of(own.company, people, now=timezone.now())
    return render(request, "companies/end_relationships.html", context)


@requires(Permission.END_RELATIONSHIP)
@require_safe
def barred_members(request: HttpRequest) -> HttpResponse:
    """§D1: who may not join again, since when, and by whose word."""
    page = _page(request, members.barred_from(_own(request).company))
    return render(request, "companies/barred_members.html", {"page": page})


@requires(Permission.END_RELATIONSHIP)
@require_POST
def lift_bar(request: HttpRequest, bar_id: int) -> HttpResponse:
    """§D1: let this person join again."""
    bar = get_object_or_404(Bar, pk=bar_id, company=_own(request).company)
    try:
        person = approval.lift_bar(bar, actor=request.user, now=timezone.now())
    except RuleViolation as refusal:
        messages.error(request, str(refusal))
    else:
        said = _t("%(name)s 님이 다시 관계설정할 수 있게 풀었습니다. 다시 들어오면 준회원부터 시작합니다.")
        messages.success(request, said % {"name": person.name})
    return redirect("barred_members")


@requires(Permission.APPROVE_MEMBER)
@require_safe
def master_history(request: HttpRequest) -> HttpResponse:
    """§D5: what happened to the company and its members, latest first, of one kind or of all."""
    company = _own(request).company
    form = HistoryForm(request.GET)
    kind = form.cleaned_data["kind"] if form.is_valid() else ""
    events = history.history_of(company)
    page = _page(request, events.filter(kind=kind) if kind else events)
    context = {"company": company, "form": form, "page": page, "lines": lines_of(page.object_list)}
    return render(request, "companies/master_history.html", context)


def _own(request: HttpRequest) -> Relationship:
    """§D11: the MASTER's own relationship; 404 where it ended since the gate was asked."""
    found = membership.live_relationship(request.user)
    if found is None:
        raise Http404
    return found


def _page(request: HttpRequest, rows: QuerySet) -> Page:
    """As many rows as one press may concern."""
    return numbered_page(request, Paginator(rows, AT_ONCE))


def _chosen(request: HttpRequest, sent: QueryDict) -> list[Relationship]:
    """§D11: the ticked members; one of another company is 404, as one that does not exist.

    Raises NobodyChosen, TooManyChosen.
    """
    try:
        return members.choose_members(_own(request).company, sent.getlist("member"))
    except Relationship.DoesNotExist as foreign:
        raise Http404 from foreign


def _each(
    chosen: Iterable[Relationship], verb: Callable[[Relationship], object]
) -> tuple[list[Relationship], list[Refusal]]:
    """Those for whom the verb worked, and those for whom a rule said no, with the rule."""
    done, refused = [], []
    for relationship in chosen:
        try:
            verb(relationship)
        except RuleViolation as refusal:
            refused.append((relationship, refusal))
        else:
            done.append(relationship)
    return done, refused


def _end(request: HttpRequest, form: EndRelationshipsForm, chosen: list[Relationship]) -> HttpResponse:
    asked = {"actor": request.user, "now": timezone.now()} | form.cleaned_data
    ended, refused = _each(chosen, lambda one: approval.end_relationship(one, **asked))
    if ended:
        said = ngettext(
            "%(name)s 님과 기업의 관계를 해지했습니다.",
            "%(name)s 님 등 %(number)s명과 기업의 관계를 해지했습니다.",
            len(ended),
        )
        messages.success(request, said % {"name": ended[0].member.name, "number": len(ended)})
        messages.success(request, _told(is_barred=form.cleaned_data["bar"]))
    _say_why_not(request, refused)
    return _back_to_list(request.GET)


def _told(*, is_barred: bool) -> str:
    if is_barred:
        return _t("다시 관계설정하지 못하게 막았고, 사유를 메일로 알렸습니다.")
    return _t("사유를 메일로 알렸습니다.")


def _say_why_not(request: HttpRequest, refused: Iterable[Refusal]) -> None:
    """One sentence for each reason, with the names that it concerns."""
    names = defaultdict(list)
    for relationship, refusal in refused:
        names[str(refusal)].append(relationship.member.name)
    for why, whom in names.items():
        messages.error(request, _t("%(names)s 님: %(why)s") % {"names": ", ".join(whom), "why": why})


def _back_to_list(sent: QueryDict) -> HttpResponse:
    return redirect(_list_address(sent))


def _list_address(sent: QueryDict) -> str:
    """The list as it was looked at when this was sent."""
    looked_at = urlencode(_looked_at(sent))
    return f"{resolve_url('master')}?{looked_at}" if looked_at else resolve_url("master")


def _looked_at(sent: QueryDict) -> list[tuple[str, str]]:
    return [(name, sent[name][:LONGEST_TYPED]) for name in LOOKED_AT if sent.get(name)]
