"""Codes that forms look up: HS codes of the customs service, BK codes of our own."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Length
from django.utils.translation import get_language, gettext_lazy as _

models.CharField.register_lookup(Length)


class Code(models.Model):
    """A code with its name in both languages; one that a newer list lacks stays for the rows that name it."""

    code = models.CharField(_("코드"), max_length=10, primary_key=True)
    name_ko = models.CharField(_("상품명(한글)"), max_length=1000)
    name_en = models.CharField(_("상품명(영문)"), max_length=1000)
    withdrawn_on = models.DateField(_("폐지일"), null=True, blank=True)  # since then it is offered no more

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.code} {self.name_ko}"

    @property
    def name(self) -> str:
        """The name in the active language."""
        return self.name_en if get_language() == "en" and self.name_en else self.name_ko


class HsCode(Code):
    """A code of the Harmonized System: 2 (chapter), 4, 6 or, in Korea, 10 digits, without dots."""

    revision = models.PositiveSmallIntegerField(_("개정 연도"))

    class Meta:
        verbose_name = _("HS코드")
        verbose_name_plural = _("HS코드")
        ordering = ("code",)
        constraints = (
            models.CheckConstraint(
                condition=Q(code__length__in=[2, 4, 6, 10], code__regex=r"^[0-9]+$"), name="hs_code_is_digits"
            ),
        )


class BkCode(Code):
    """A code of KOTRA's own tree of products (품목구분), mapped to chapters of the HS."""

    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="children")
    chapters = models.ManyToManyField(HsCode, blank=True, related_name="bk_codes")

    class Meta:
        verbose_name = _("BK코드")
        verbose_name_plural = _("BK코드")
        ordering = ("code",)
