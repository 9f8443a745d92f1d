"""서류: files that were handed in, with the case they belong to (§S12)."""

import uuid

from django.conf import settings
from django.core.files.storage import Storage, storages
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from companies.models.case import Case
from companies.models.registration import Channel, RegistrationDraft


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
    # §D11: not what another side sent (the sitting MASTER, whoever registered a disputed company).
    shown_to_applicant = models.BooleanField(_("신청인에게 보임"), default=True)

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
            models.CheckConstraint(
                condition=Q(shown_to_applicant=True) | ~Q(channel=Channel.UPLOAD),
                name="upload_is_shown_to_its_applicant",
            ),
        )

    def __str__(self) -> str:
        return self.name
