"""What staff decide: cases, and what happened to them; what each asks for stands in a model of its own."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _, pgettext_lazy

from companies.models.company import Company
from kotra_portal.append_only import AppendOnlyModel


class CaseKind(models.TextChoices):
    """What a case asks for."""

    REGISTRATION = "REGISTRATION", _("신규등록")
    MASTER_CHANGE = "MASTER_CHANGE", _("MASTER 변경")
    COMPANY_EDIT = "COMPANY_EDIT", _("기업정보 변경")
    DISPUTE = "DISPUTE", _("등록 이의신청")


class CaseState(models.TextChoices):
    """Where a case stands (§D3)."""

    RECEIVED = "RECEIVED", _("접수")
    CORRECTION = "CORRECTION", _("보완 요청")
    APPROVED = "APPROVED", _("승인")
    REJECTED = "REJECTED", _("반려")
    WITHDRAWN = "WITHDRAWN", pgettext_lazy("신청의 상태", "취소")
    SETTLED = "SETTLED", _("준회원 연결")  # another's request for the same number was approved (§D4)
    OVERTAKEN = "OVERTAKEN", _("다른 처리로 종료")  # what it asked for has no object any more (§D7)


OPEN_STATES = (CaseState.RECEIVED, CaseState.CORRECTION)
DECIDED_STATES = (CaseState.APPROVED, CaseState.REJECTED)
_OPEN = Q(state__in=OPEN_STATES)


class Case(models.Model):
    """§D3: one request that staff decide; decided once, by one person, never by the applicant."""

    kind = models.CharField(_("종류"), max_length=20, choices=CaseKind.choices)
    state = models.CharField(_("상태"), max_length=20, choices=CaseState.choices, default=CaseState.RECEIVED)
    applicant = models.ForeignKey(  # null: whoever held the link of a dispute
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="cases", verbose_name=_("신청인")
    )
    company = models.ForeignKey(  # null: it is to be registered first
        Company, null=True, on_delete=models.PROTECT, related_name="cases", verbose_name=_("기업")
    )
    opened_at = models.DateTimeField(_("접수 시각"))
    waiting_since = models.DateTimeField(_("대기 시작"))  # for staff, for the applicant, or for nothing any more
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("담당자"),
    )
    closed_at = models.DateTimeField(_("끝난 시각"), null=True, blank=True)
    decider = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    reason = models.CharField(_("사유"), max_length=1000, blank=True)

    class Meta:
        verbose_name = _("신청")
        verbose_name_plural = _("신청")
        default_permissions = ("view",)
        permissions = (("review_case", "Can decide what members ask for"),)
        indexes = (
            models.Index(fields=["state", "waiting_since"], name="case_by_state_and_age"),
            models.Index(fields=["applicant", "-opened_at"], name="case_by_applicant"),
        )
        constraints = (
            models.UniqueConstraint(
                fields=["applicant"],
                condition=Q(kind=CaseKind.REGISTRATION, state__in=OPEN_STATES),
                name="one_open_registration_request",
            ),
            models.UniqueConstraint(
                fields=["applicant"],
                condition=_OPEN & Q(kind=CaseKind.MASTER_CHANGE),
                name="one_open_master_change_per_member",
            ),
            models.UniqueConstraint(
                fields=["company"], condition=_OPEN & Q(kind=CaseKind.COMPANY_EDIT), name="one_open_edit_per_company"
            ),
            models.UniqueConstraint(
                fields=["company"], condition=Q(kind=CaseKind.DISPUTE), name="one_dispute_per_company"
            ),
            models.CheckConstraint(
                condition=Q(kind=CaseKind.DISPUTE, applicant__isnull=True)
                | (~Q(kind=CaseKind.DISPUTE) & Q(applicant__isnull=False)),
                name="only_a_dispute_has_no_applicant",
            ),
            models.CheckConstraint(
                condition=Q(kind=CaseKind.REGISTRATION, company__isnull=True)
                | (~Q(kind=CaseKind.REGISTRATION) & Q(company__isnull=False)),
                name="only_a_registration_has_no_company",
            ),
            models.CheckConstraint(condition=Q(kind__in=CaseKind.values), name="case_kind_is_known"),
            models.CheckConstraint(condition=Q(state__in=CaseState.values), name="case_state_is_known"),
            models.CheckConstraint(
                condition=Q(state__in=OPEN_STATES, closed_at__isnull=True)
                | (~Q(state__in=OPEN_STATES) & Q(closed_at__isnull=False)),
                name="case_is_open_or_has_an_end",
            ),
            models.CheckConstraint(
                condition=Q(state__in=DECIDED_STATES, decider__isnull=False)
                | (~Q(state__in=DECIDED_STATES) & Q(decider__isnull=True)),
                name="decided_case_has_a_decider",
            ),
            models.CheckConstraint(
                condition=Q(decider__isnull=True) | ~Q(decider=F("applicant")), name="nobody_decides_their_own_case"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[CaseState.CORRECTION, CaseState.REJECTED]) | ~Q(reason=""),
                name="correction_and_rejection_carry_a_reason",
            ),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"

    @property
    def is_open(self) -> bool:
        """Tell whether something is still to come."""
        return self.state in OPEN_STATES

    @property
    def state_words(self) -> str:
        """Where the case stands, as people read it; a dispute that was decided (§D8) by its outcome."""
        decided = self.kind == CaseKind.DISPUTE and self.state in DECIDED_STATES
        return (self.dispute.get_outcome_display() if decided else "") or self.get_state_display()

    @property
    def brn(self) -> str:
        """The number of the company that this is about, ten digits."""
        return self.company.brn if self.company else self.registration.brn

    @property
    def company_name(self) -> str:
        """The company's name: as it is, or as an applicant typed it who asks for its registration."""
        return self.company.name if self.company else self.registration.name

    @property
    def shown_documents(self) -> models.QuerySet:
        """§D11: the documents that the applicant sees; those of another side are for staff alone."""
        return self.documents.filter(shown_to_applicant=True)


class CaseEventKind(models.TextChoices):
    """What happened to a case (§D3)."""

    SENT = "SENT", _("신청 접수")
    DOCUMENT_ADDED = "DOCUMENT_ADDED", _("서류 추가")
    DOCUMENT_REMOVED = "DOCUMENT_REMOVED", _("서류 제외")
    ASSIGNED = "ASSIGNED", _("담당자 지정")
    CORRECTION_REQUESTED = "CORRECTION_REQUESTED", _("보완 요청")
    CORRECTED = "CORRECTED", _("보완")
    APPROVED = "APPROVED", _("승인")
    REJECTED = "REJECTED", _("반려")
    SETTLED = "SETTLED", _("준회원 연결")
    SKIPPED = "SKIPPED", _("준회원 연결 제외")
    WITHDRAWN = "WITHDRAWN", _("신청 취소")
    AGREED = "AGREED", _("MASTER 동의")
    OBJECTED = "OBJECTED", _("MASTER 이의")
    OVERTAKEN = "OVERTAKEN", _("다른 처리로 종료")


class CaseEvent(AppendOnlyModel):
    """§D3: the history of a case, never with names in it.

    It holds ids, kinds, why a correction was asked for, and of a paper that was taken out why, and how its SHA-256
    begins. What tells of a paper that the applicant does not see says ``shown: false``.
    """

    Kind = CaseEventKind

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="events")
    kind = models.CharField(_("한 일"), max_length=25, choices=Kind.choices)
    at = models.DateTimeField(_("시각"))
    actor = models.ForeignKey(  # null: SYSTEM
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    detail = models.JSONField(default=dict)

    class Meta:
        ordering = ("at", "pk")
        indexes = (models.Index(fields=["case", "at"], name="case_events_by_time"),)
        constraints = (models.CheckConstraint(condition=Q(kind__in=CaseEventKind.values), name="case_event_is_known"),)

    def __str__(self) -> str:
        return f"{self.case_id} {self.kind}"

    @property
    def is_shown(self) -> bool:
        """§D11: tell whether the applicant may read of it; not of a paper that staff alone see."""
        return self.detail.get("shown", True)
