"""The link by which a company's own contact disputes its registration; no log-in (§D8)."""

from datetime import timedelta

from django.core import signing
from django.utils.translation import gettext_lazy as _

from companies.models import Company
from kotra_portal.errors import RuleViolation

LINK_LIFETIME = timedelta(days=30)  # since the registration
_SALT = "companies.dispute"


class LinkIsInvalid(RuleViolation):
    """§D8: the link is damaged, or was never ours."""

    sentence = _("주소가 올바르지 않습니다. 메일에 있는 주소 전체를 다시 열어 주세요.")


def link_token(company: Company) -> str:
    """§D8: what the link in the mail carries: the company, signed."""
    return signing.dumps(company.pk, salt=_SALT)


def company_of_token(token: str) -> Company:
    """§D8: the company that a link is about; raises LinkIsInvalid."""
    try:
        company = Company.objects.filter(pk=signing.loads(token, salt=_SALT)).first()
    except signing.BadSignature:
        company = None
    if company is None:
        raise LinkIsInvalid
    return company
