"""동의 관리: what the member agreed to, and changing it."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _t
from django.views.decorators.http import require_POST, require_safe

from accounts.domain import terms as rules
from accounts.forms.consents import ChangeMarketingConsentForm
from accounts.models import TermsKind
from kotra_portal.access import member_only
from kotra_portal.addresses import client_address
from kotra_portal.errors import RuleViolation


@member_only
@require_safe
def consents(request: HttpRequest) -> HttpResponse:
    """§D14: each document with the member's present choice, and the decisions so far."""
    standings = rules.standings(request.user, today=timezone.localdate())
    context = {
        "standings": standings,
        "marketing": next((held for held in standings if held.document.kind == TermsKind.MARKETING), None),
        "history": rules.history(request.user),
        "history_length": rules.HISTORY_LENGTH,
        "required_stays": rules.RequiredConsentStays(),
    }
    return render(request, "accounts/consents.html", context)


@member_only
@require_POST
def change_marketing_consent(request: HttpRequest) -> HttpResponse:
    """§D14: give the marketing consent, or withdraw it."""
    now = timezone.now()
    document = rules.document_in_force(TermsKind.MARKETING, on=timezone.localdate(now))
    form = ChangeMarketingConsentForm(request.POST, document=document)
    if not form.is_valid():
        messages.warning(request, " ".join(form.sentences()))
        return redirect("consents")
    address = client_address(request)
    try:
        changed = rules.change_consent(request.user, TermsKind.MARKETING, form.agrees(), address=address, now=now)
    except RuleViolation as refusal:
        messages.warning(request, str(refusal))
    else:
        _tell(request, form.agrees(), changed=changed)
    return redirect("consents")


def _tell(request: HttpRequest, agreed: bool, *, changed: bool) -> None:
    if not changed:
        messages.info(request, _t("지금의 선택과 같아 바뀐 것이 없습니다."))
    elif agreed:
        messages.success(request, _t("개인정보 마케팅 활용에 동의하셨습니다. 처리 결과를 이메일로 보냈습니다."))
    else:
        messages.success(request, _t("개인정보 마케팅 활용 동의를 철회하셨습니다. 처리 결과를 이메일로 보냈습니다."))
