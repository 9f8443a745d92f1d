"""What staff decide: cases, what they ask for, and the documents that hang on them."""

import uuid

from django.conf import settings
from django.core.files.storage import Storage, storages
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _, pgettext_lazy

from companies.models.company import CompanyFacts, lists_are_kept
from kotra_portal.append_only import AppendOnlyModel


class CaseKind(models.TextChoices):
    """What a case asks for."""

    REGISTRATION = "REGISTRATION", _("신규등록")


class CaseState(models.TextChoices):
    """Where a case stands (§D3)."""

    RECEIVED = "RECEIVED", _("접수")
    CORRECTION = "CORRECTION", _("보완 요청")
    APPROVED = "APPROVED", _("승인")
    REJECTED = "REJECTED", _("반려")
    WITHDRAWN = "WITHDRAWN", pgettext_lazy("신청의 상태", "취소")
    SETTLED = "SETTLED", _("준회원 연결")  # another's request for the same number was approved (§D4)


OPEN_STATES = (CaseState.RECEIVED, CaseState.CORRECTION)
DECIDED_STATES = (CaseState.APPROVED, CaseState.REJECTED)


class Case(models.Model):
    """§D3: one request that staff decide; decided once, by one person, never by the applicant."""

    kind = models.CharField(_("종류"), max_length=20, choices=CaseKind.choices)
    state = models.CharField(_("상태"), max_length=20, choices=CaseState.choices, default=CaseState.RECEIVED)
    applicant = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="cases", verbose_name=_("신청인")
    )
    opened_at = models.DateTimeField(_("접수 시각"))
    waiting_since = models.DateTimeField(_("대기 시작"))  # when it was last the staff's turn, or the applicant's
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


class CaseEvent(AppendOnlyModel):
    """§D3: the history of a case. Holds ids and kinds, never names."""

    class Kind(models.TextChoices):
        """What happened."""

        SENT = "SENT", _("신청 접수")
        DOCUMENT_ADDED = "DOCUMENT_ADDED", _("서류 추가")
        ASSIGNED = "ASSIGNED", _("담당자 지정")
        CORRECTION_REQUESTED = "CORRECTION_REQUESTED", _("보완 요청")
        CORRECTED = "CORRECTED", _("보완")
        APPROVED = "APPROVED", _("승인")
        REJECTED = "REJECTED", _("반려")
        SETTLED = "SETTLED", _("준회원 연결")
        SKIPPED = "SKIPPED", _("준회원 연결 제외")
        WITHDRAWN = "WITHDRAWN", _("신청 취소")

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
        constraints = (
            models.CheckConstraint(
                condition=Q(
                    kind__in=[
                        "SENT",
                        "DOCUMENT_ADDED",
                        "ASSIGNED",
                        "CORRECTION_REQUESTED",
                        "CORRECTED",
                        "APPROVED",
                        "REJECTED",
                        "SETTLED",
                        "SKIPPED",
                        "WITHDRAWN",
                    ]
                ),
                name="case_event_is_known",
            ),
        )

    def __str__(self) -> str:
        return f"{self.case_id} {self.kind}"


class RegistryAnswer(models.TextChoices):
    """What the credit bureau said of a number (§S12)."""

    KNOWN = "KNOWN", _("조회됨")
    UNKNOWN = "UNKNOWN", _("조회되지 않음")
    UNAVAILABLE = "UNAVAILABLE", _("조회하지 못함")


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


def document_storage() -> Storage:
    """Where documents lie: a setting, so that tests and machines can differ."""
    return storages["documents"]


def random_name(document: "Document", _filename: str) -> str:
    """A path that tells nothing and that nobody guesses; what the file was called stands in the row."""
    return f"{document.pk.hex[:2]}/{document.pk.hex}"


class DocumentType(models.TextChoices):
    """What a document may be (told by its content, never by its name)."""

    PDF = "application/pdf", "PDF"
    JPEG = "image/jpeg", "JPEG"
    PNG = "image/png", "PNG"


class Document(models.Model):
    """One file that was handed in; hangs on a case, before that on the unfinished registration."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Case, null=True, on_delete=models.PROTECT, related_name="documents")
    draft = models.ForeignKey(RegistrationDraft, null=True, on_delete=models.PROTECT, related_name="documents")
    name = models.CharField(_("파일 이름"), max_length=200)
    content_type = models.CharField(_("형식"), max_length=20, choices=DocumentType.choices)
    size = models.PositiveIntegerField(_("크기"))  # bytes, as kept
    sha256 = models.CharField(max_length=64)  # of what was sent, so that the same file is recognised
    file = models.FileField(storage=document_storage, upload_to=random_name, max_length=100)
    channel = models.CharField(_("제출 방법"), max_length=10, choices=Channel.choices, default=Channel.UPLOAD)
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField(_("제출 시각"))

    class Meta:
        verbose_name = _("서류")
        verbose_name_plural = _("서류")
        ordering = ("added_at", "pk")
        indexes = (models.Index(fields=["sha256"], name="document_by_content"),)
        constraints = (
            models.CheckConstraint(
                condition=Q(case__isnull=False, draft__isnull=True) | Q(case__isnull=True, draft__isnull=False),
                name="document_has_one_place",
            ),
            models.CheckConstraint(condition=Q(content_type__in=DocumentType.values), name="document_type_is_known"),
            models.CheckConstraint(condition=Q(channel__in=Channel.values), name="document_channel_is_known"),
            models.CheckConstraint(condition=Q(size__gt=0, sha256__length=64) & ~Q(file=""), name="document_is_whole"),
        )

    def __str__(self) -> str:
        return self.name
