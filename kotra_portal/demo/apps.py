"""The app of the demonstration."""

from django.apps import AppConfig


class DemoConfig(AppConfig):
    """Inbox and sample data, in demonstration mode only."""

    name = "kotra_portal.demo"
