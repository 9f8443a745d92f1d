"""마이KOTRA's front page, and the page that ends signing up."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.models import Door, User
from accounts.views import visit
from accounts.views.signup import STEPS
from companies.domain import approval, cases, members, membership, registration_draft, succession
from companies.models import CaseKind, CaseState, Role
from companies.openings import openings
from companies.views.standing import standing_of
from companies.views.transfer import offer_news
from kotra_portal.access import member_only, member_type_of
from kotra_portal.permissions import MATRIX


@member_only
@require_safe
def my(request: HttpRequest) -> HttpResponse:
    """Who I am, my company, what waits for me, what I may do (§C6)."""
    member_type = member_type_of(request)
    context = _standing(request.user)
    context |= _requests(request.user)
    if relationship := context.get("relationship"):
        context |= offer_news(request.user, relationship.company, now=timezone.now()) | standing_of(relationship)
    context["openings"] = openings(member_type, is_disputed=context.get("open_dispute") is not None)
    context["waiting"] = _waiting(request.user, context)
    return render(request, "my/my.html", context)


@member_only
@require_safe
def signup_done(request: HttpRequest) -> HttpResponse:
    """§S14: what the member is now, what comes next, and what is open meanwhile (§C6).

    For whoever just signed up in this browser; an ordinary log-in has its own front page.
    """
    door = visit.door_taken(request)
    if door is None:
        return redirect("my")
    member_type = member_type_of(request)
    context = _standing(request.user) | {
        "steps": STEPS,
        "came_for_company": door == Door.COMPANY,
        "open": [permission for row, holders in MATRIX for permission in row if member_type in holders],
        "closed": [permission for row, holders in MATRIX for permission in row if member_type not in holders],
    }
    return render(request, "my/signup_done.html", context)


def _standing(member: User) -> dict[str, object]:
    """§C1, §S13: the member's company, and without one, what is on its way to one.

    To an associate its MASTER, and whether they were reminded today; to a MASTER how many wait (§C5).
    """
    relationship = membership.live_relationship(member)
    if relationship is None:
        latest = cases.latest_registration(member)
        ended = members.ended_lately(member, now=timezone.now())
        return {
            "latest_request": latest,
            "registration_draft": registration_draft.draft_of(member),
            "ended_relationship": ended,
        }
    standing = {"relationship": relationship}
    if relationship.role == Role.ASSOCIATE:
        standing["master"] = membership.master_of(relationship.company)
        standing["reminded_at"] = approval.todays_reminder(relationship, now=timezone.now())
    elif relationship.role == Role.MASTER:
        standing["members_waiting"] = members.count_waiting(relationship.company)
    return standing


def _requests(member: User) -> dict[str, object]:
    """§D3, §D7: what the member asked staff for, and what another asked that the member shall answer."""
    recent = cases.recent_requests(member)
    return {
        "requests": recent,
        "open_requests": [case for case in recent if case.is_open],
        "change_is_open": any(case.is_open and case.kind == CaseKind.MASTER_CHANGE for case in recent),
        "decided_requests": cases.decided_lately(recent, now=timezone.now()),
        "asked_change": succession.open_change_against(member),
    }


def _waiting(member: User, standing: dict[str, object]) -> list[str]:
    """The templates of what waits for the member."""
    relationship = standing.get("relationship")
    states = {case.state for case in standing["open_requests"]}
    boxes = {
        "companies/_relationship_ended.html": standing.get("ended_relationship") is not None,
        "companies/_dispute_open.html": standing.get("open_dispute") is not None,
        "companies/_business_marked.html": standing.get("business_mark") is not None,
        "companies/_change_asked.html": standing["asked_change"] is not None,
        "companies/_change_agreed.html": standing.get("agreed_change") is not None,
        "my/_request_sent_back.html": CaseState.CORRECTION in states,
        "companies/_offer_news.html": "offer" in standing,
        "companies/_edit_open.html": relationship is not None
        and relationship.role == Role.MASTER
        and bool(standing["open_edit"]),
        "companies/_members_waiting.html": bool(standing.get("members_waiting")),
        "my/_email_unconfirmed.html": member.email_confirmed_at is None,
        "companies/_approval_pending.html": relationship is not None and relationship.role == Role.ASSOCIATE,
        "my/_request_under_review.html": CaseState.RECEIVED in states,
        "my/_request_decided.html": bool(standing["decided_requests"]),
        "companies/_unfinished_registration.html": standing.get("registration_draft") is not None,
    }
    return [template for template, is_shown in boxes.items() if is_shown]
