"""The app of the staff's desk."""

from django.apps import AppConfig


class DeskConfig(AppConfig):
    """What staff do with all the apps, and the nightly commands."""

    name = "kotra_portal.desk"
