"""Home, guide, FAQ, and what a visitor sets for the browser."""

from django.urls import path

from kotra_portal.pages import views

urlpatterns = [
    path("", views.home, name="home"),
    path("guide/membership/", views.membership_guide, name="membership_guide"),
    path("guide/faq/", views.faq, name="faq"),
    path("language/", views.choose_language, name="choose_language"),
    path("display/", views.choose_display, name="choose_display"),
    path("favicon.ico", views.favicon, name="favicon"),
    path("healthz", views.healthz, name="healthz"),
]
