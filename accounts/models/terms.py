"""The documents a person agrees to, and what was agreed and declined."""

from django.db import models
from django.db.models import Q
from django.utils.translation import get_language, gettext_lazy as _

from accounts.models.people import User
from kotra_portal.append_only import AppendOnlyModel


class TermsKind(models.TextChoices):
    """The documents a person is asked to agree to (§S4); the values stand in URLs."""

    USE = "use", _("이용약관")
    PRIVACY = "privacy", _("개인정보 처리방침")
    MARKETING = "marketing", _("개인정보 마케팅 활용 동의")


class Terms(models.Model):
    """One version of one document, in both languages, in force from its day until the next version's."""

    kind = models.CharField(_("종류"), max_length=20, choices=TermsKind.choices)
    version = models.PositiveSmallIntegerField(_("판"))
    effective_on = models.DateField(_("시행일"))
    body_ko = models.TextField(_("본문(한국어, Markdown)"))
    body_en = models.TextField(_("본문(영어, Markdown)"))

    class Meta:
        verbose_name = _("약관")
        verbose_name_plural = _("약관")
        ordering = ("kind", "-version")
        constraints = (
            models.UniqueConstraint(fields=["kind", "version"], name="one_row_per_terms_version"),
            models.UniqueConstraint(fields=["kind", "effective_on"], name="one_terms_version_per_day"),
            models.CheckConstraint(condition=Q(kind__in=TermsKind.values), name="terms_kind_is_known"),
        )

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.version}"

    @property
    def body(self) -> str:
        """The text in the active language, as Markdown."""
        return self.body_en if get_language() == "en" else self.body_ko


class Consent(AppendOnlyModel):
    """§S4: what a member agreed to or declined: document and version, choice, time, address. Never edited."""

    member = models.ForeignKey(User, on_delete=models.PROTECT, related_name="consents")
    terms = models.ForeignKey(Terms, on_delete=models.PROTECT, related_name="consents")
    agreed = models.BooleanField(_("동의"))
    decided_at = models.DateTimeField(_("시각"))
    address = models.GenericIPAddressField(_("접속 주소"))

    class Meta:
        verbose_name = _("동의 기록")
        verbose_name_plural = _("동의 기록")
        ordering = ("-decided_at", "-pk")

    def __str__(self) -> str:
        return f"{self.member}: {self.terms}"
