"""신규등록: what a registration case asks for, what it asked for before, and what is not sent yet (§T4)."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from companies.models.case import Case
from companies.models.company import CompanyFacts, lists_are_kept
from kotra_portal.append_only import AppendOnlyModel


class RegistryAnswer(models.TextChoices):
    """What the credit bureau said of a number (§S12)."""

    KNOWN = "KNOWN", _("조회됨")
    UNKNOWN = "UNKNOWN", _("조회되지 않음")
    UNAVAILABLE = "UNAVAILABLE", _("조회하지 못함")
    FOR_STAFF = "FOR_STAFF", _("고객지원팀이 확인할 번호")  # not asked: its last registration ended so (§D7, §D8)


class Channel(models.TextChoices):
    """How a document comes (§S12)."""

    UPLOAD = "UPLOAD", _("파일 첨부")
    FAX = "FAX", _("팩스")
    EMAIL = "EMAIL", _("이메일")


class RegistrationRequest(CompanyFacts):
    """§T4: what a registration case asks for: the company as its applicant typed it."""

    case = models.OneToOneField(Case, primary_key=True, on_delete=models.PROTECT, related_name="registration")
    brn = models.CharField(_("사업자등록번호"), max_length=10)
    certificate_by = models.CharField(_("사업자등록증 제출 방법"), max_length=10, choices=Channel.choices)
    registry_answer = models.CharField(_("기업정보 조회 결과"), max_length=15, choices=RegistryAnswer.choices)

    class Meta:
        verbose_name = _("신규등록 신청")
        verbose_name_plural = _("신규등록 신청")
        indexes = (models.Index(fields=["brn"], name="registration_request_by_brn"),)
        constraints = (
            models.CheckConstraint(
                condition=Q(brn__length=10, brn__regex=r"^[0-9]{10}$"), name="requested_brn_is_ten_digits"
            ),
            models.CheckConstraint(condition=Q(certificate_by__in=Channel.values), name="certificate_way_is_known"),
            models.CheckConstraint(
                condition=Q(registry_answer__in=RegistryAnswer.values), name="registry_answer_is_known"
            ),
            *lists_are_kept("requested"),
        )

    def __str__(self) -> str:
        return f"{self.brn} {self.name}"


class RegistrationRound(CompanyFacts, AppendOnlyModel):
    """§D3: what a registration case asked for before it was corrected, and why it was sent back, if it was."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="rounds")
    number = models.PositiveSmallIntegerField()  # 1 is what was sent first
    sent_at = models.DateTimeField()
    certificate_by = models.CharField(max_length=10, choices=Channel.choices)
    reason = models.CharField(_("사유"), max_length=1000, blank=True)  # empty where the applicant corrected unasked

    class Meta:
        ordering = ("number",)
        constraints = (
            models.UniqueConstraint(fields=["case", "number"], name="one_row_per_round"),
            models.CheckConstraint(condition=Q(certificate_by__in=Channel.values), name="round_certificate_is_known"),
            *lists_are_kept("round"),
        )

    def __str__(self) -> str:
        return f"{self.case_id} {self.number}"


class RegistrationDraft(models.Model):
    """§S13: an unfinished registration: the number, what the registry said of it, and what was typed so far."""

    member = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="registration_draft")
    brn = models.CharField(max_length=10)
    answer = models.CharField(max_length=15, choices=RegistryAnswer.choices, blank=True)  # empty: it was not asked
    record = models.JSONField(default=dict)  # facts as the registry gave them, empty unless it knew the number
    contact_email = models.EmailField(max_length=254, blank=True)  # the company's own, shown to nobody (§D8)
    answered_at = models.DateTimeField()
    typed = models.JSONField(default=dict)  # by field of the form, as it was typed
    changed_at = models.DateTimeField()

    class Meta:
        indexes = (models.Index(fields=["changed_at"], name="registration_draft_by_age"),)
        constraints = (
            models.CheckConstraint(
                condition=Q(brn__length=10, brn__regex=r"^[0-9]{10}$"), name="draft_brn_is_ten_digits"
            ),
            models.CheckConstraint(condition=Q(answer__in=["", *RegistryAnswer.values]), name="draft_answer_is_known"),
        )

    def __str__(self) -> str:
        return f"{self.member_id} {self.brn}"


class CorrectionDraft(models.Model):
    """§D3: an unfinished correction: what the applicant of an open request typed and did not send."""

    case = models.OneToOneField(Case, primary_key=True, on_delete=models.PROTECT, related_name="correction_draft")
    typed = models.JSONField(default=dict)  # by field of the form, as it was typed
    changed_at = models.DateTimeField()

    class Meta:
        indexes = (models.Index(fields=["changed_at"], name="correction_draft_by_age"),)

    def __str__(self) -> str:
        return str(self.case_id)
