"""The app of people."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    """Members, staff, and how a person becomes a member."""

    name = "accounts"
    verbose_name = _("회원")
