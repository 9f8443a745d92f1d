"""내 기업: what one's company is, and leaving it."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _t
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import User
from companies.domain import approval, cases, ending, members, membership, registration_draft, succession
from companies.domain.ending import MasterIsNeeded, RelationshipEnded
from companies.domain.profile import facts_shown_to
from companies.domain.unfinished import leaves_to_staff, unfinished_of
from companies.facts import groups_of
from companies.models import CaseKind, Relationship, Role
from companies.openings import openings
from companies.views.standing import standing_of
from companies.views.transfer import offer_news
from kotra_portal.access import member_only, safe_next
from kotra_portal.errors import RuleViolation
from kotra_portal.permissions import MemberType, Permission, allows


@member_only
@require_safe
def company(request: HttpRequest) -> HttpResponse:
    """§D11: one's company, as much as one's type may see; a 개인회원 reads how to come by one."""
    relationship = membership.live_relationship(request.user)
    if relationship is None:
        return render(request, "companies/no_company.html", _without_company(request.user))
    role = Role(relationship.role)
    context = {
        "relationship": relationship,
        "groups": groups_of(relationship.company, facts_shown_to(role)),
        "master": membership.master_of(relationship.company),
        "approved_at": members.first_approved_at(relationship),
        "asked_change": succession.open_change_against(request.user) if role == Role.MASTER else None,
        "reminded_at": approval.todays_reminder(relationship, now=timezone.now()) if role == Role.ASSOCIATE else None,
    }
    context |= offer_news(request.user, relationship.company, now=timezone.now()) | standing_of(relationship)
    context["openings"] = openings(MemberType(role), is_disputed=context["open_dispute"] is not None)
    return render(request, "companies/company.html", context)


@member_only
@require_http_methods(["GET", "HEAD", "POST"])
def leave_company(request: HttpRequest) -> HttpResponse:
    """§D5: a page that says the consequence, then a verb on the button."""
    relationship = membership.live_relationship(request.user)
    if relationship is None:
        messages.error(request, str(RelationshipEnded()))
        return redirect("company")
    if request.method == "POST":
        return _leave(request, relationship)
    member_type = MemberType(relationship.role)
    context = {
        "relationship": relationship,
        "as_seen": _as_seen(relationship),
        "others": _others_who_need_a_master(relationship),
        "lost": [one for one in Permission if allows(member_type, one) and not allows(MemberType.INDIVIDUAL, one)],
        "unfinished": unfinished_of(relationship.company, [request.user], now=timezone.now()),
    }
    return render(request, "companies/leave_company.html", context | _closing(relationship))


@member_only
@require_POST
def remind_master(request: HttpRequest) -> HttpResponse:
    """§D5: the 준회원 reminds the MASTER, once a day; back to where the button stood."""
    try:
        approval.remind_master(request.user, now=timezone.now())
    except RuleViolation as refusal:
        messages.warning(request, str(refusal))
    else:
        messages.success(request, _t("MASTER에게 승인을 기다린다고 알렸습니다."))
    return redirect(safe_next(request, request.POST.get("next")) or "company")


def _without_company(member: User) -> dict[str, object]:
    """§D5, §D8: what is on its way to a company, and that somebody else ended the member's place in the last one."""
    return {
        "latest_request": cases.latest_registration(member),
        "registration_draft": registration_draft.draft_of(member),
        "ended_relationship": members.ended_lately(member, now=timezone.now()),
    }


def _leave(request: HttpRequest, relationship: Relationship) -> HttpResponse:
    if request.POST.get("as_seen") != _as_seen(relationship):
        messages.error(request, _t("그사이 소속 기업이나 회원유형이 바뀌었습니다. 아래 내용을 다시 확인해 주세요."))
        return redirect("leave_company")
    try:
        left = ending.leave_company(request.user, now=timezone.now())
    except RuleViolation as refusal:
        messages.error(request, str(refusal))
        return redirect("leave_company")
    name = {"company": left.company.name}
    if left.company.closed_at:
        messages.success(request, _t("‘%(company)s’의 등록을 끝내고 나왔습니다. 지금은 개인회원입니다.") % name)
    else:
        messages.success(request, _t("‘%(company)s’에서 나왔습니다. 지금은 개인회원입니다.") % name)
    return redirect("company")


def _closing(relationship: Relationship) -> dict[str, object]:
    """§D2, §D8: whether leaving ends the company's registration, and whether staff alone make the next one, and why."""
    if not ending.closes_company(relationship):
        return {"closes_company": False}
    company = relationship.company
    return {
        "closes_company": True,
        "next_is_for_staff": leaves_to_staff(company),
        "open_dispute": cases.open_of(company, CaseKind.DISPUTE).first(),
    }


def _as_seen(relationship: Relationship) -> str:
    """What the page was about: an old tab must not end another relationship, nor one that means more by now."""
    return f"{relationship.pk} {relationship.role}"


def _others_who_need_a_master(relationship: Relationship) -> int:
    """§D2: how many other members keep this MASTER from leaving; 0 for whoever may leave."""
    try:
        ending.check_may_leave(relationship)
    except MasterIsNeeded as refusal:
        return refusal.parameters["others"]
    return 0
