"""휴업과 폐업: staff mark a registered company whose business does not go on (§D8)."""

from datetime import datetime

from django.db import transaction
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _

from accounts.domain import staff
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


class MarkChanged(RuleViolation):
    """§D8: a colleague marked the company after the status was seen on which this mark was decided."""

    sentence = _(
        "화면을 연 뒤에 %(who)s 님이 사업 상태를 바꾸었습니다. 바꾼 시각: %(at)s, 새 상태: %(status)s. "
        "아래의 지금 상태를 확인하고, 그래도 바꾸려면 새 사업 상태를 다시 선택해 주세요."
    )
    field = "status"


class MarkUnseen(RuleViolation):
    """§D8: whoever marks says which status they saw."""

    sentence = _("화면을 연 뒤에 사업 상태가 바뀌었습니다. 지금 상태를 확인하고 다시 선택해 주세요.")
    field = "status"


class ReasonMissing(RuleViolation):
    """§D8: a mark says what it is founded on."""

    sentence = _("무엇을 보고 확인했는지 500자 이내로 입력해 주세요. 기업의 회원에게 알려 드립니다.")
    field = "reason"


def mark_business(
    company: Company, status: BusinessStatus, *, seen: str, actor: User, reason: str, now: datetime
) -> Company:
    """§D8: mark a company as suspended, closed, or active again; its members are told, and nobody joins meanwhile.

    ``seen`` is the status on which this was decided: a colleague's mark is never overwritten unseen. Raises MayNotMark,
    MarkChanged, MarkUnseen, MarkedAlready, ReasonMissing.
    """
    reason = reason.strip()
    with transaction.atomic():
        locked = Company.objects.select_for_update().get(pk=company.pk)
        if not staff.may(actor, MAY_MARK):
            raise MayNotMark
        if not reason or len(reason) > LONGEST_REASON:
            raise ReasonMissing
        if locked.closed_at is not None:
            raise MarkedAlready
        if locked.business_status != seen:
            raise _changed(locked)
        if locked.business_status == status:
            raise MarkedAlready
        locked.business_status = status
        locked.save(update_fields=["business_status"])
        detail = {"status": status, "reason": reason}
        membership.record_of_company(locked, RelationshipEvent.Kind.MARKED, actor=actor, now=now, **detail)
        notices.business_marked(locked, reason)
    return locked


def _changed(locked: Company) -> RuleViolation:
    """The refusal that names who marked the company last, and when."""
    marks = RelationshipEvent.objects.filter(company=locked, kind=RelationshipEvent.Kind.MARKED)
    last = marks.select_related("actor").order_by("-at", "-pk").first()
    if last is None:
        return MarkUnseen()
    at = date_format(localtime(last.at), "DATETIME_FORMAT")
    return MarkChanged(who=last.actor.get_full_name(), at=at, status=locked.get_business_status_display())
