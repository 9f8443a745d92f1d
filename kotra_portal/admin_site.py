"""Django admin as the staff's desk: Korean, and its log-in goes through the portal's own limits."""

from django.contrib.admin import AdminSite
from django.contrib.admin.apps import AdminConfig
from django.utils.translation import gettext_lazy as _


class PortalAdminSite(AdminSite):
    """The staff's site."""

    site_header = _("KOTRA 회원 포털 관리")
    site_title = _("KOTRA 회원 포털 관리")
    index_title = _("고객지원팀 업무")
    site_url = "/"


class PortalAdminConfig(AdminConfig):
    """Makes the site above the default one."""

    default_site = "kotra_portal.admin_site.PortalAdminSite"
