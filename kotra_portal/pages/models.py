"""Notices: the small board that staff write."""

from django.db import models
from django.utils.translation import get_language, gettext_lazy as _


class Notice(models.Model):
    """One notice of the home page, in both languages."""

    title_ko = models.CharField(_("제목(한국어)"), max_length=200)
    title_en = models.CharField(_("제목(영어)"), max_length=200)
    body_ko = models.TextField(_("본문(한국어, Markdown)"))
    body_en = models.TextField(_("본문(영어, Markdown)"))
    published_on = models.DateField(_("게시일"))

    class Meta:
        verbose_name = _("공지사항")
        verbose_name_plural = _("공지사항")
        ordering = ("-published_on", "-pk")

    def __str__(self) -> str:
        return self.title_ko

    @property
    def title(self) -> str:
        """The title in the active language."""
        return self.title_en if get_language() == "en" else self.title_ko

    @property
    def body(self) -> str:
        """The text in the active language, as Markdown."""
        return self.body_en if get_language() == "en" else self.body_ko
