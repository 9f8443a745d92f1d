"""Whom the person belongs to: companies, and members' relationships with them."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Length
from django.utils.translation import gettext_lazy as _

models.CharField.register_lookup(Length)


class Company(models.Model):
    """A company registered with KOTRA by its business registration number (BRN)."""

    brn = models.CharField(_("사업자등록번호"), max_length=10)  # ten digits, as stored (§D9)
    name = models.CharField(_("기업명"), max_length=200)
    registered_at = models.DateTimeField(_("등록 시각"))
    closed_at = models.DateTimeField(_("등록 종료 시각"), null=True, blank=True)

    class Meta:
        verbose_name = _("기업")
        verbose_name_plural = _("기업")
        constraints = (
            models.UniqueConstraint(
                fields=["brn"], condition=Q(closed_at__isnull=True), name="one_live_company_per_brn"
            ),
            # The length keeps out the newline that a regular expression's end lets pass.
            models.CheckConstraint(condition=Q(brn__length=10, brn__regex=r"^[0-9]{10}$"), name="brn_is_ten_digits"),
        )

    def __str__(self) -> str:
        return self.name


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
        )

    def __str__(self) -> str:
        return f"{self.member_id} {self.role} {self.company_id}"
