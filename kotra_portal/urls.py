"""The portal's paths; each app lists its own. Other sites and mails link to them: they are stable."""

from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("", include("kotra_portal.pages.urls")),
    path("", include("accounts.urls")),
    path("", include("companies.urls")),
    path("", include("kotra_portal.my.urls")),
    path("", include("kotra_portal.reference.urls")),
    path("demo/", include("kotra_portal.demo.urls")),
    path("admin/", admin.site.urls),
]

handler400 = "kotra_portal.error_pages.bad_request"
handler403 = "kotra_portal.error_pages.permission_denied"
handler404 = "kotra_portal.error_pages.page_not_found"
handler500 = "kotra_portal.error_pages.server_error"
