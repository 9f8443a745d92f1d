"""How a company's numbers and requests stand on a page."""

from datetime import datetime

from django import template
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from companies.domain.shown_numbers import brn_for_applicant, brn_for_member
from companies.models import Case, CaseKind
from companies.numbers import format_brn

REQUESTS = {
    CaseKind.REGISTRATION: _("신규등록 신청"),
    CaseKind.MASTER_CHANGE: _("MASTER 변경신청"),
    CaseKind.COMPANY_EDIT: _("기업정보 변경신청"),
    CaseKind.DISPUTE: _("등록 이의신청"),
}

register = template.Library()
register.filter("brn", format_brn)
register.filter("own_brn", brn_for_member)
register.filter("applicant_brn", brn_for_applicant)


@register.filter
def request_title(case: Case) -> Promise:
    """What members call such a request."""
    return REQUESTS[CaseKind(case.kind)]


@register.filter
def is_past(until: datetime) -> bool:
    """Tell whether a time that was given to somebody is over."""
    return timezone.now() >= until
