"""The portal's own app: checks, commands, translations."""

from django.apps import AppConfig


class KotraPortalConfig(AppConfig):
    """Registers the checks that keep an unsafe configuration from starting."""

    name = "kotra_portal"

    def ready(self) -> None:
        """Register the checks."""
        from kotra_portal import checks  # noqa: F401, PLC0415 (registers on import, and only then)
