"""The app of 마이KOTRA."""

from django.apps import AppConfig


class MyConfig(AppConfig):
    """The member's own front page."""

    name = "kotra_portal.my"
