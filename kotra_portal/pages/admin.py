"""The notices, written by staff."""

from django.contrib import admin

from kotra_portal.model_admin import PortalModelAdmin
from kotra_portal.pages.models import Notice


@admin.register(Notice)
class NoticeAdmin(PortalModelAdmin):
    """Notices in both languages; one dated later appears on its day."""

    list_display = ("title_ko", "title_en", "published_on")
    list_filter = ("published_on",)
    search_fields = ("title_ko", "title_en", "body_ko", "body_en")
    date_hierarchy = "published_on"
