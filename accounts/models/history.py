"""What happened to an account, and what was tried how often."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models.people import User
from kotra_portal.append_only import AppendOnlyModel


class MemberEventKind(models.TextChoices):
    """What happened to an account."""

    SIGNED_UP = "SIGNED_UP", _("가입")
    EMAIL_CONFIRMED = "EMAIL_CONFIRMED", _("이메일 확인")
    PROFILE_CHANGED = "PROFILE_CHANGED", _("회원정보 변경")
    PASSWORD_CHANGED = "PASSWORD_CHANGED", _("비밀번호 변경")
    PASSWORD_RESET = "PASSWORD_RESET", _("비밀번호 재설정")
    CONSENT_CHANGED = "CONSENT_CHANGED", _("동의 변경")
    SECOND_FACTOR_SET = "SECOND_FACTOR_SET", _("2단계 인증 설정")
    SECOND_FACTOR_RESET = "SECOND_FACTOR_RESET", _("2단계 인증 초기화")
    RECOVERY_CODE_USED = "RECOVERY_CODE_USED", _("복구 코드 사용")
    RECOVERY_CODES_NEW = "RECOVERY_CODES_NEW", _("복구 코드 새로 만듦")
    STAFF_EMPLOYED = "STAFF_EMPLOYED", _("직원 계정 만듦")
    STAFF_GROUPS_SET = "STAFF_GROUPS_SET", _("직원 그룹 지정")
    STAFF_LINKED = "STAFF_LINKED", _("회원 계정 연결")
    STAFF_UNLINKED = "STAFF_UNLINKED", _("회원 계정 연결 해제")
    STAFF_DEACTIVATED = "STAFF_DEACTIVATED", _("직원 계정 사용 중지")
    STAFF_REACTIVATED = "STAFF_REACTIVATED", _("직원 계정 다시 사용")


class MemberEvent(AppendOnlyModel):
    """The account's history. Holds ids and kinds, never names (§D14)."""

    Kind = MemberEventKind

    member = models.ForeignKey(User, on_delete=models.PROTECT, related_name="events")
    kind = models.CharField(max_length=20, choices=Kind.choices)
    at = models.DateTimeField()
    actor = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")  # null: SYSTEM
    detail = models.JSONField(default=dict)

    class Meta:
        ordering = ("-at", "-pk")
        indexes = (models.Index(fields=["member", "-at"], name="member_events_by_time"),)
        constraints = (
            models.CheckConstraint(condition=Q(kind__in=MemberEventKind.values), name="member_event_is_known"),
        )

    def __str__(self) -> str:
        return f"{self.member_id} {self.kind}"


class AttemptLog(models.Model):
    """When something limited was last tried by or against one subject; the row is also the lock that counts by."""

    key = models.CharField(max_length=64, primary_key=True)  # keyed hash: no address, ID or phone number is kept
    times = models.JSONField(default=list)  # seconds since the epoch, oldest first
    last_at = models.DateTimeField()

    class Meta:
        indexes = (models.Index(fields=["last_at"], name="attempts_by_last"),)

    def __str__(self) -> str:
        return f"{self.key[:8]}: {len(self.times)}"


class AccessAction(models.TextChoices):
    """What a member of staff did with the data."""

    OPENED_DOCUMENT = "OPENED_DOCUMENT", _("서류 열람")
    OPENED_MEMBER = "OPENED_MEMBER", _("회원 열람")
    OPENED_CASE = "OPENED_CASE", _("신청 열람")
    OPENED_COMPANY = "OPENED_COMPANY", _("기업 열람")


class AccessLog(AppendOnlyModel):
    """Which staff account opened whose data, when, from where; nobody edits it."""

    Action = AccessAction

    actor = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name=_("직원"))
    action = models.CharField(_("한 일"), max_length=20, choices=Action.choices)
    subject = models.ForeignKey(  # whose data; null: nobody's alone
        User, null=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("열람된 사람")
    )
    target = models.CharField(_("대상"), max_length=100)  # which row: "document 0b1f…"
    at = models.DateTimeField(_("시각"))
    address = models.GenericIPAddressField(_("접속 주소"))

    class Meta:
        verbose_name = _("접속기록")
        verbose_name_plural = _("접속기록")
        default_permissions = ("view",)
        ordering = ("-at", "-pk")
        indexes = (
            models.Index(fields=["-at", "-id"], name="access_log_by_time"),
            models.Index(fields=["action", "-at", "-id"], name="access_log_by_action"),
            models.Index(fields=["actor", "-at"], name="access_log_by_actor"),
            models.Index(fields=["subject", "-at"], name="access_log_by_subject"),
        )
        constraints = (
            models.CheckConstraint(condition=Q(action__in=AccessAction.values), name="access_log_action_is_known"),
            models.CheckConstraint(
                condition=~Q(action="OPENED_MEMBER") | Q(subject__isnull=False),
                name="opened_member_is_somebody",
            ),
        )

    def __str__(self) -> str:
        return f"{self.actor_id} {self.action} {self.target}"
