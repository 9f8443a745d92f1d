"""Whom the person belongs to: one's company, and what one asked for."""

from django.urls import path

from companies.views import company, documents, requests

urlpatterns = [
    path("company/", company.company, name="company"),
    path("company/leave/", company.leave_company, name="leave_company"),
    path("company/requests/<int:case_id>/", requests.registration_request, name="registration_request"),
    path("company/requests/<int:case_id>/withdraw/", requests.withdraw_request, name="withdraw_request"),
    path("company/requests/<int:case_id>/documents/", documents.add_case_document, name="add_case_document"),
    path("documents/<uuid:document_id>/", documents.document, name="document"),
]
