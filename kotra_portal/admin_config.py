"""Makes the portal's own site the admin; apart from it, because this is imported before there are models."""

from django.apps import apps
from django.contrib import admin
from django.contrib.admin.apps import AdminConfig


class PortalAdminConfig(AdminConfig):
    """Finds every app's admin, and takes away what staff must not read."""

    default_site = "kotra_portal.admin_site.PortalAdminSite"

    def ready(self) -> None:
        """§D14: queued mails hold links that reset passwords, devices the keys of the second step: not in the admin."""
        super().ready()
        for app in ("post_office", "otp_totp"):
            for model in apps.get_app_config(app).get_models():
                if admin.site.is_registered(model):
                    admin.site.unregister(model)
