"""Whom the person belongs to: one's company, and what one asked for."""

from django.urls import path

from companies.views import (
    company,
    company_edit,
    conversion,
    correction,
    dispute,
    documents,
    registration,
    registration_documents,
    requests,
    transfer,
)

urlpatterns = [
    path("signup/company/", registration.signup_company, name="signup_company"),
    path("company/register/", registration.register_company, name="register_company"),
    path("company/register/search/", registration.search_number, name="search_number"),
    path("company/register/search-again/", registration.search_again, name="search_again"),
    path("company/register/forget/", registration.forget_registration, name="forget_registration"),
    path("company/register/keep/", registration.keep_registration, name="keep_registration"),
    path("company/register/join/", registration.join_found_company, name="join_found_company"),
    path("company/register/register/", registration.register_found_company, name="register_found_company"),
    path("company/register/request/", registration.request_registration, name="request_registration"),
    path("company/register/documents/", registration_documents.add_draft_document, name="add_draft_document"),
    path(
        "company/register/documents/<uuid:document_id>/remove/",
        registration_documents.remove_draft_document,
        name="remove_draft_document",
    ),
    path("company/convert/", conversion.convert_company, name="convert_company"),
    path("company/convert/relate/", conversion.relate_company, name="relate_company"),
    path("company/", company.company, name="company"),
    path("company/leave/", company.leave_company, name="leave_company"),
    path("company/requests/<int:case_id>/", requests.registration_request, name="registration_request"),
    path("company/requests/<int:case_id>/withdraw/", requests.withdraw_request, name="withdraw_request"),
    path("company/requests/<int:case_id>/correct/", correction.correct_request, name="correct_request"),
    path("company/requests/<int:case_id>/correct/keep/", correction.keep_correction, name="keep_correction"),
    path("company/requests/<int:case_id>/correct/forget/", correction.forget_correction, name="forget_correction"),
    path(
        "company/requests/<int:case_id>/correct/documents/",
        correction.add_correction_document,
        name="add_correction_document",
    ),
    path("company/requests/<int:case_id>/documents/", documents.add_case_document, name="add_case_document"),
    path("company/edit/", company_edit.edit_company, name="edit_company"),
    path("company/edit/keep/", company_edit.keep_company_edit, name="keep_company_edit"),
    path("company/edit/verified/", company_edit.request_company_edit, name="request_company_edit"),
    path("company/offers/<int:offer_id>/", transfer.transfer_offer, name="transfer_offer"),
    path("company/offers/<int:offer_id>/accept/", transfer.accept_transfer, name="accept_transfer"),
    path("company/offers/<int:offer_id>/refuse/", transfer.refuse_transfer, name="refuse_transfer"),
    path("master/transfer/", transfer.offer_transfer, name="offer_transfer"),
    path("master/transfer/<int:offer_id>/withdraw/", transfer.withdraw_transfer, name="withdraw_transfer"),
    path("company/dispute/<str:token>/", dispute.dispute_registration, name="dispute_registration"),
    path("documents/<uuid:document_id>/", documents.document, name="document"),
]
