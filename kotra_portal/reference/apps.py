"""The app of look-ups."""

from django.apps import AppConfig


class ReferenceConfig(AppConfig):
    """Public facts that forms look up."""

    name = "kotra_portal.reference"
