"""The app of mileage."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MileageConfig(AppConfig):
    """A company's points; its models come with the services that earn them."""

    name = "mileage"
    verbose_name = _("마일리지")
