"""The app of companies."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CompaniesConfig(AppConfig):
    """Companies and members' relationships with them."""

    name = "companies"
    verbose_name = _("기업")
