"""MASTER 변경: the offer of a hand-over, and what the cases about a registered company ask for (§D6, §D7, §D8)."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _, pgettext_lazy

from companies.models.case import Case
from companies.models.company import Company
from companies.models.registration import Channel


class OfferState(models.TextChoices):
    """Where an offer stands (§D6)."""

    OPEN = "OPEN", _("수락 대기")
    ACCEPTED = "ACCEPTED", _("수락")
    REFUSED = "REFUSED", _("거절")
    WITHDRAWN = "WITHDRAWN", pgettext_lazy("제안의 상태", "취소")
    LAPSED = "LAPSED", _("기한 지남")
    DROPPED = "DROPPED", _("무효")  # one of the two left, or MASTER changed otherwise


class TransferOffer(models.Model):
    """§D6: the MASTER offers MASTER to a 정회원 of the company; nothing changes before it is accepted."""

    company = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="offers")
    master = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    nominee = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="offers")
    state = models.CharField(_("상태"), max_length=10, choices=OfferState.choices, default=OfferState.OPEN)
    offered_at = models.DateTimeField(_("제안 시각"))
    expires_at = models.DateTimeField(_("수락 기한"))
    ended_at = models.DateTimeField(_("끝난 시각"), null=True, blank=True)

    class Meta:
        verbose_name = _("MASTER 권한 넘기기")
        verbose_name_plural = _("MASTER 권한 넘기기")
        default_permissions = ("view",)
        indexes = (models.Index(fields=["state", "expires_at"], name="offer_by_state_and_expiry"),)
        constraints = (
            models.UniqueConstraint(
                fields=["company"], condition=Q(state=OfferState.OPEN), name="one_open_offer_per_company"
            ),
            models.CheckConstraint(condition=Q(state__in=OfferState.values), name="offer_state_is_known"),
            models.CheckConstraint(condition=~Q(master=F("nominee")), name="nobody_offers_to_themselves"),
            models.CheckConstraint(
                condition=Q(state=OfferState.OPEN, ended_at__isnull=True)
                | (~Q(state=OfferState.OPEN) & Q(ended_at__isnull=False)),
                name="offer_is_open_or_has_an_end",
            ),
            models.CheckConstraint(condition=Q(expires_at__gt=F("offered_at")), name="offer_expires_after_it_was_made"),
        )

    def __str__(self) -> str:
        return f"{self.master_id} to {self.nominee_id} {self.state}"


class MasterAnswer(models.TextChoices):
    """What the sitting MASTER says to a request for a change (§D7)."""

    AGREED = "AGREED", _("동의")
    OBJECTED = "OBJECTED", _("이의")


class MasterChangeRequest(models.Model):
    """§Q3, §D7: what a MASTER 변경신청 asks for, and what the sitting MASTER answered."""

    case = models.OneToOneField(Case, primary_key=True, on_delete=models.PROTECT, related_name="master_change")
    master = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    master_leaves = models.BooleanField(_("지금 MASTER의 관계"))  # otherwise 정회원 afterwards
    why = models.TextField(_("변경 사유"), max_length=1000)
    certificate_by = models.CharField(_("서류 제출 방법"), max_length=10, choices=Channel.choices)
    decidable_from = models.DateTimeField(_("결정할 수 있는 때"))  # earlier only if the MASTER agrees
    answer = models.CharField(_("MASTER의 답"), max_length=10, choices=MasterAnswer.choices, blank=True)
    answered_at = models.DateTimeField(_("답한 시각"), null=True, blank=True)
    objection = models.TextField(_("이의 내용"), max_length=1000, blank=True)

    class Meta:
        verbose_name = _("MASTER 변경신청")
        verbose_name_plural = _("MASTER 변경신청")
        constraints = (
            models.CheckConstraint(condition=Q(certificate_by__in=Channel.values), name="change_papers_way_is_known"),
            models.CheckConstraint(
                condition=Q(answer="", answered_at__isnull=True)
                | Q(answer=MasterAnswer.AGREED, answered_at__isnull=False)
                | (Q(answer=MasterAnswer.OBJECTED, answered_at__isnull=False) & ~Q(objection="")),
                name="answer_of_the_master_is_whole",
            ),
        )

    def __str__(self) -> str:
        return f"{self.case_id}"


class Outcome(models.TextChoices):
    """How staff decide a dispute (§D8)."""

    KEPT = "KEPT", _("등록 유지")
    MASTER_CHANGED = "MASTER_CHANGED", _("MASTER 변경")
    CANCELLED = "CANCELLED", _("등록 취소")


class RegistrationDispute(models.Model):
    """§D8: what the company's own contact holds against an automatic registration, and how it ended."""

    case = models.OneToOneField(Case, primary_key=True, on_delete=models.PROTECT, related_name="dispute")
    disputed = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")  # who registered
    claimant_name = models.CharField(_("성명"), max_length=100)
    claimant_position = models.CharField(_("기업에서 맡은 일"), max_length=100)
    claimant_phone = models.CharField(_("전화번호"), max_length=20)
    claimant_email = models.EmailField(_("이메일"), max_length=254)
    language = models.CharField(max_length=10)  # of the mails to the claimant
    explanation = models.TextField(_("이의 내용"), max_length=2000)
    outcome = models.CharField(_("결과"), max_length=15, choices=Outcome.choices, blank=True)
    new_master = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("등록 이의신청")
        verbose_name_plural = _("등록 이의신청")
        constraints = (
            models.CheckConstraint(
                condition=Q(outcome=Outcome.MASTER_CHANGED, new_master__isnull=False)
                | Q(outcome__in=["", Outcome.KEPT, Outcome.CANCELLED], new_master__isnull=True),
                name="outcome_of_a_dispute_is_whole",
            ),
        )

    def __str__(self) -> str:
        return f"{self.case_id} {self.outcome}"


class CompanyEditRequest(models.Model):
    """기업정보 변경: what was verified and shall change: as it was when asked, and as it shall be."""

    case = models.OneToOneField(Case, primary_key=True, on_delete=models.PROTECT, related_name="company_edit")
    name_before = models.CharField(max_length=200)
    representative_before = models.CharField(max_length=100, blank=True)
    name = models.CharField(_("기업명"), max_length=200)
    representative = models.CharField(_("대표자명"), max_length=100)
    certificate_by = models.CharField(_("사업자등록증 제출 방법"), max_length=10, choices=Channel.choices)

    class Meta:
        verbose_name = _("기업정보 변경신청")
        verbose_name_plural = _("기업정보 변경신청")
        constraints = (
            models.CheckConstraint(condition=Q(certificate_by__in=Channel.values), name="edit_certificate_is_known"),
        )

    def __str__(self) -> str:
        return f"{self.case_id} {self.name}"
