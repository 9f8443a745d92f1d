"""The app of public pages."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PagesConfig(AppConfig):
    """Home, guide, FAQ, notices."""

    name = "kotra_portal.pages"
    verbose_name = _("안내 페이지")
