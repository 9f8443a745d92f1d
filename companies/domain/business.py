"""휴업과 폐업: staff mark a registered company whose business does not go on (§D8)."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from companies.domain import membership, notices
from companies.models import BusinessStatus, Company, RelationshipEvent
from kotra_portal.errors import RuleViolation

MAY_MARK = "companies.mark_company"  # staff's right (Django's own permission)
LONGEST_REASON = 500  # characters


class MayNotMark(RuleViolation):
    """§D8: only staff with the right mark a company."""

    sentence = _("기업의 사업 상태를 표시할 권한이 없습니다.")


class MarkedAlready(RuleViolation):
    """§D8: the company is marked so, or its registration ended."""

    sentence = _("이미 그렇게 표시되어 있거나 등록이 끝난 기업입니다. 지금 상태를 확인해 주세요.")
    field = "status"


class ReasonMissing(RuleViolation):
    """§D8: a mark says what it is founded on."""

    sentence = _("무엇을 보고 확인했는지 500자 이내로 입력해 주세요. 기업의 회원에게 알려 드립니다.")
    field = "reason"


def mark_business(company: Company, status: BusinessStatus, *, actor: User, reason: str, now: datetime) -> Company:
    """§D8: mark a company as suspended, closed, or active again; its members are told, and nobody joins meanwhile.

    Raises MayNotMark, MarkedAlready, ReasonMissing.
    """
    if not (actor.is_staff and actor.is_active and actor.has_perm(MAY_MARK)):
        raise MayNotMark
    reason = reason.strip()
    if not reason or len(reason) > LONGEST_REASON:
        raise ReasonMissing
    with transaction.atomic():
        locked = Company.objects.select_for_update().get(pk=company.pk)
        if locked.business_status == status or locked.closed_at is not None:
            raise MarkedAlready
        locked.business_status = status
        locked.save(update_fields=["business_status"])
        detail = {"status": status, "reason": reason}
        membership.record_of_company(locked, RelationshipEvent.Kind.MARKED, actor=actor, now=now, **detail)
        notices.business_marked(locked, reason)
    return locked
