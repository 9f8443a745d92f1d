"""관계설정: who belongs to which company, what happened to it, and who may not come back."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _, pgettext_lazy

from companies.models.company import Company
from kotra_portal.append_only import AppendOnlyModel


class Role(models.TextChoices):
    """What a member is in a company; frozen when the relationship ends."""

    MASTER = "MASTER", _("MASTER")
    FULL = "FULL", _("정회원")
    ASSOCIATE = "ASSOCIATE", _("준회원")


class ApprovedVia(models.TextChoices):
    """By whose word a relationship came to be approved."""

    MASTER = "MASTER", _("MASTER 승인")
    STAFF = "STAFF", _("고객지원팀 승인")
    REGISTRY = "REGISTRY", _("기업정보 조회 자동 승인")
    HANDOVER = "HANDOVER", _("MASTER 권한 넘기기")


class Relationship(models.Model):
    """관계설정: a member's place in a company, live until it ends (§C2, §D1)."""

    member = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="relationships")
    company = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="relationships")
    role = models.CharField(_("구분"), max_length=10, choices=Role.choices)
    started_at = models.DateTimeField(_("시작"))
    approved_at = models.DateTimeField(_("승인"), null=True, blank=True)
    approved_via = models.CharField(_("승인 방법"), max_length=10, choices=ApprovedVia.choices, blank=True)
    approver = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    ended_at = models.DateTimeField(_("종료"), null=True, blank=True)
    end_reason = models.CharField(_("종료 사유"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("기업관계")
        verbose_name_plural = _("기업관계")
        constraints = (
            models.UniqueConstraint(
                fields=["member"], condition=Q(ended_at__isnull=True), name="one_live_relationship_per_member"
            ),
            models.UniqueConstraint(
                fields=["company"],
                condition=Q(ended_at__isnull=True, role=Role.MASTER),
                name="one_live_master_per_company",
            ),
            models.CheckConstraint(condition=Q(role__in=Role.values), name="relationship_role_is_known"),
            models.CheckConstraint(
                condition=Q(role=Role.ASSOCIATE, approved_at__isnull=True, approved_via="", approver__isnull=True)
                | Q(approved_at__isnull=False, approved_via=ApprovedVia.REGISTRY, approver__isnull=True)
                | Q(
                    approved_at__isnull=False,
                    approved_via__in=[ApprovedVia.MASTER, ApprovedVia.STAFF, ApprovedVia.HANDOVER],
                    approver__isnull=False,
                ),
                name="approval_is_whole",
            ),
            models.CheckConstraint(
                condition=Q(role=Role.ASSOCIATE) | Q(approved_at__isnull=False), name="full_and_master_are_approved"
            ),
            models.CheckConstraint(
                condition=Q(approver__isnull=True) | ~Q(approver=F("member")), name="nobody_approves_themselves"
            ),
        )

    def __str__(self) -> str:
        return f"{self.member_id} {self.role} {self.company_id}"


class RelationshipEventKind(models.TextChoices):
    """What happened to a company and its members."""

    REGISTERED = "REGISTERED", pgettext_lazy("이력", "기업 등록")
    JOINED = "JOINED", _("관계설정")
    APPROVED = "APPROVED", pgettext_lazy("이력", "정회원 승인")
    ENDED = "ENDED", pgettext_lazy("이력", "관계해지")
    LEFT = "LEFT", _("관계해지(본인)")
    BARRED = "BARRED", _("다시 관계설정 금지")
    BAR_LIFTED = "BAR_LIFTED", _("관계설정 금지 해제")
    CLOSED = "CLOSED", _("기업 등록 종료")
    REMINDED = "REMINDED", _("승인 요청 알림")
    OFFERED = "OFFERED", _("MASTER 권한 넘기기 제안")
    OFFER_REFUSED = "OFFER_REFUSED", _("MASTER 권한 넘기기 거절")
    OFFER_WITHDRAWN = "OFFER_WITHDRAWN", _("MASTER 권한 넘기기 취소")
    OFFER_LAPSED = "OFFER_LAPSED", _("MASTER 권한 넘기기 기한 지남")
    OFFER_DROPPED = "OFFER_DROPPED", _("MASTER 권한 넘기기 무효")
    HANDED_OVER = "HANDED_OVER", _("MASTER 권한 넘기기 완료")
    MASTER_CHANGED = "MASTER_CHANGED", _("고객지원팀의 MASTER 변경")
    EDITED = "EDITED", pgettext_lazy("이력", "기업정보 수정")
    MARKED = "MARKED", _("사업 상태 표시")
    DISPUTED = "DISPUTED", _("등록 이의신청 접수")
    DISPUTE_DECIDED = "DISPUTE_DECIDED", _("등록 이의신청 결정")


class RelationshipEvent(AppendOnlyModel):
    """§D2, §D5: the history of a company and its members. Holds ids and kinds, never names."""

    Kind = RelationshipEventKind

    company = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="events")
    relationship = models.ForeignKey(Relationship, null=True, on_delete=models.PROTECT, related_name="events")
    kind = models.CharField(_("한 일"), max_length=20, choices=Kind.choices)
    at = models.DateTimeField(_("시각"))
    actor = models.ForeignKey(  # null: SYSTEM
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    detail = models.JSONField(default=dict)

    class Meta:
        verbose_name = _("기업 이력")
        verbose_name_plural = _("기업 이력")
        ordering = ("-at", "-pk")
        indexes = (
            models.Index(fields=["company", "-at"], name="company_events_by_time"),
            models.Index(fields=["kind", "-at"], name="company_events_by_kind"),
        )
        constraints = (
            models.CheckConstraint(
                condition=Q(kind__in=RelationshipEventKind.values), name="relationship_event_is_known"
            ),
        )

    def __str__(self) -> str:
        return f"{self.company_id} {self.kind}"


class Bar(models.Model):
    """§D1: a person whom a MASTER bars from joining the company again."""

    company = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="bars")
    member = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="bars")
    barred_at = models.DateTimeField()
    barred_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = (models.UniqueConstraint(fields=["company", "member"], name="one_bar_per_person_and_company"),)

    def __str__(self) -> str:
        return f"{self.member_id} not at {self.company_id}"
