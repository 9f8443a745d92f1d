"""나중의 조회: what the registry says of a number that it said nothing of when its registration was asked for (§D8)."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from companies import registry
from companies.domain import search
from companies.models import BusinessStatus, Case, CaseKind, RegistryAnswer
from kotra_portal.errors import RuleViolation

ANSWERED = (RegistryAnswer.KNOWN, RegistryAnswer.UNKNOWN)


class NotInBusiness(RuleViolation):
    """§D8: a closed or suspended business is refused, whoever approves it."""

    sentence = _(
        "지금 KISLINE에서 ‘%(status)s’ 상태로 조회되는 기업이라 승인할 수 없습니다. 반려하거나, 사실을 확인할 서류를 "
        "보완해 달라고 요청해 주세요."
    )


def is_owed(case: Case) -> bool:
    """§S12, §D8: tell whether the registry never said anything of the number that this open request is for.

    It did not answer when it was asked, or was not asked, since staff look at the number anyway.
    """
    is_new = case.kind == CaseKind.REGISTRATION and case.is_open
    return is_new and case.registration.registry_answer not in ANSWERED


def status_now(case: Case, *, now: datetime) -> BusinessStatus | None:
    """§D8: what the registry says now of the business, where it owes an answer; asked outside any transaction.

    None where it need not be asked, does not know the number, or does not answer: people then decide on the papers.
    """
    if not is_owed(case) or search.live_company(case.brn):
        return None
    try:
        record = registry.find(case.brn, now=now)
    except registry.RegistryDown:
        return None
    return record.status if record else None


def check_in_business(status: BusinessStatus | None) -> None:
    """§D8: the registry does not say that the business ended or rests; raises NotInBusiness."""
    if status in search.REFUSED:
        raise NotInBusiness(status=status.label)
