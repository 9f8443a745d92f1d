"""MASTER 권한 넘기기: the MASTER offers it, the nominee answers (§D6)."""

from collections.abc import Callable
from datetime import datetime
from functools import wraps

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _t
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import User
from companies.domain import dispute, members, offers, transfer
from companies.forms.transfer import NomineeForm, NomineeSearchForm, OfferTransferForm
from companies.models import Company, Relationship, Role, TransferOffer
from kotra_portal.access import member_only, requires
from kotra_portal.double_click import say_once
from kotra_portal.errors import RuleViolation
from kotra_portal.paging import numbered_page
from kotra_portal.permissions import MemberType, Permission, allows

View = Callable[..., HttpResponse]
ROWS = 20  # members on one page of the list
# What becomes of the whole page, not of a field of its form.
OF_THE_PAGE = (transfer.OfferIsOpen, dispute.CompanyIsDisputed)


@sensitive_post_parameters("current_password")
@requires(Permission.TRANSFER_MASTER)
@require_http_methods(["GET", "HEAD", "POST"])
def offer_transfer(request: HttpRequest) -> HttpResponse:
    """§D6: choose a 정회원, read the consequence, give the password again; or the offer that is open."""
    company = _own_company(request)
    if request.method != "POST":
        asked = request.GET if {"nominee", "choose"} & set(request.GET) else None
        return _show(request, company, NomineeForm(asked, company=company))
    form = OfferTransferForm(request.POST, company=company)
    if form.is_valid():
        try:
            return _offer(request, form)
        except OF_THE_PAGE as refusal:
            say_once(request, messages.ERROR, refusal)
            return redirect("offer_transfer")
        except RuleViolation as refusal:
            form.add_error(refusal.field, refusal)
    return _show(request, company, form)


@requires(Permission.TRANSFER_MASTER)
@require_http_methods(["GET", "HEAD", "POST"])
def withdraw_transfer(request: HttpRequest, offer_id: int) -> HttpResponse:
    """§D6: the MASTER takes the offer back; a second press finds it done."""
    offer = get_object_or_404(TransferOffer, pk=offer_id, company=_own_company(request))
    if request.method == "POST":
        try:
            transfer.withdraw_transfer(offer, actor=request.user, now=timezone.now())
        except RuleViolation as refusal:
            say_once(request, messages.ERROR, refusal)
        else:
            messages.success(request, _t("제안을 취소했습니다. 회원님은 그대로 MASTER입니다."))
    return redirect("offer_transfer")


def of_nominee(view: View) -> View:
    """§D6: give the view the offer of its nominee; to everybody else, the MASTER too, there is no such offer."""

    @wraps(view)
    def page(request: HttpRequest, offer_id: int) -> HttpResponse:
        known = TransferOffer.objects.select_related("company", "master")
        return view(request, get_object_or_404(known, pk=offer_id, nominee=request.user))

    return page


@member_only
@require_safe
@of_nominee
def transfer_offer(request: HttpRequest, offer: TransferOffer) -> HttpResponse:
    """§D6: what the offer means and until when it waits, or how it ended."""
    context = {
        "offer": offer,
        "standing": offers.standing(offer, now=timezone.now()),
        "is_disputed": dispute.is_disputed(offer.company),
        "gained": _of_master_alone(),
    }
    return render(request, "companies/transfer_offer.html", context)


@member_only
@require_http_methods(["GET", "HEAD", "POST"])
@of_nominee
def accept_transfer(request: HttpRequest, offer: TransferOffer) -> HttpResponse:
    """§D6: the nominee becomes MASTER; a second press finds it done."""
    if request.method == "POST":
        try:
            transfer.accept_transfer(offer, actor=request.user, now=timezone.now())
        except RuleViolation as refusal:
            say_once(request, messages.ERROR, refusal)
        else:
            name = {"company": offer.company.name}
            messages.success(request, _t("수락했습니다. 이제 ‘%(company)s’의 MASTER입니다.") % name)
            return redirect("master")
    return redirect("transfer_offer", offer_id=offer.pk)


@member_only
@require_http_methods(["GET", "HEAD", "POST"])
@of_nominee
def refuse_transfer(request: HttpRequest, offer: TransferOffer) -> HttpResponse:
    """§D6: the nominee does not want it; a second press finds it done."""
    if request.method == "POST":
        try:
            transfer.refuse_transfer(offer, actor=request.user, now=timezone.now())
        except RuleViolation as refusal:
            say_once(request, messages.ERROR, refusal)
        else:
            messages.success(request, _t("제안을 거절했습니다. MASTER에게 알렸고, 회원유형은 그대로입니다."))
    return redirect("transfer_offer", offer_id=offer.pk)


def offer_news(member: User, company: Company, *, now: datetime) -> dict[str, object]:
    """§D6: what the boxes of other pages say of an offer that concerns this member; empty where there is none."""
    offer = offers.news_of(member, company, now=now)
    return {"offer": offer, "offer_standing": offers.standing(offer, now=now)} if offer else {}


def _offer(request: HttpRequest, form: OfferTransferForm) -> HttpResponse:
    nominee, password = form.cleaned_data["nominee"], form.cleaned_data["current_password"]
    transfer.offer_transfer(nominee, actor=request.user, password=password, now=timezone.now())
    name = {"name": nominee.member.name}
    messages.success(request, _t("%(name)s 님에게 제안을 보냈습니다. 수락하기 전에는 아무것도 바뀌지 않습니다.") % name)
    return redirect("offer_transfer")


def _show(request: HttpRequest, company: Company, form: NomineeForm) -> HttpResponse:
    """The open offer, or the chosen 정회원 with the consequence, or the list to choose from."""
    now = timezone.now()
    context = {
        "company": company,
        "open_offer": offers.open_offer(company, now=now),
        "is_disputed": dispute.is_disputed(company),
    }
    if not context["open_offer"] and not context["is_disputed"]:
        chosen = form.cleaned_data["nominee"] if form.is_bound and "nominee" not in form.errors else None
        context |= _list(request, company, form) if chosen is None else _chosen(form, chosen, now)
    return render(request, "companies/offer_transfer.html", context)


def _chosen(form: NomineeForm, chosen: Relationship, now: datetime) -> dict[str, object]:
    if not isinstance(form, OfferTransferForm):
        form = OfferTransferForm(company=chosen.company, initial={"nominee": chosen.pk})
    return {
        "form": form,
        "chosen": chosen,
        "lost": _of_master_alone(),
        "until": now + transfer.ANSWER_WITHIN,
        "days": transfer.ANSWER_WITHIN.days,
    }


def _list(request: HttpRequest, company: Company, form: NomineeForm) -> dict[str, object]:
    search = NomineeSearchForm(request.GET if "q" in request.GET else None)
    typed = search.cleaned_data["q"] if search.is_valid() else ""
    found = members.find_members(company, typed=typed, role=Role.FULL)
    return {
        "search": search,
        "typed": typed,
        "page": numbered_page(request, Paginator(found, ROWS)),
        "counts": members.count_by_role(company),
        "refusals": form.errors.get("nominee", []),
    }


def _own_company(request: HttpRequest) -> Company:
    own = Relationship.objects.select_related("company").filter(member=request.user, ended_at__isnull=True)
    return get_object_or_404(own, role=Role.MASTER).company


def _of_master_alone() -> list[Permission]:
    """§C6: what changes hands with MASTER."""
    return [one for one in Permission if allows(MemberType.MASTER, one) and not allows(MemberType.FULL, one)]
