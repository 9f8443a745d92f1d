"""서류: a file is added to a request, and one view sends the files to those who may see them."""

import logging
from contextlib import ExitStack
from uuid import UUID

from django.contrib import messages
from django.core.files import File
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render, resolve_url
from django.utils import timezone
from django.utils.translation import gettext as _t
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_POST, require_safe

from accounts.domain import access_log
from accounts.models import AccessLog
from companies.documents import UnusableDocument
from companies.domain import documents
from companies.forms.documents import AddDocumentForm
from companies.models import Case, Document
from kotra_portal.access import logged_in_only, member_only
from kotra_portal.addresses import client_address
from kotra_portal.errors import RuleViolation
from kotra_portal.kept import forget, keep, kept
from kotra_portal.uploads import takes_files

logger = logging.getLogger(__name__)

REFUSED = "document_refused"
# A stranger's file runs nothing, loads nothing, and is no page of this site, however a browser reads it.
POLICY = "sandbox; default-src 'none'; img-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'self'"


@logged_in_only
@require_safe
@xframe_options_sameorigin
def document(request: HttpRequest, document_id: UUID) -> HttpResponse:
    """§D11: one file, for its applicant and for staff who may view documents; theirs is logged before it is sent."""
    try:
        found = documents.document_for(request.user, document_id)
        content = found.file.open("rb")
    except Document.DoesNotExist:
        raise Http404 from None
    except OSError:
        logger.exception("The file of document %s cannot be opened.", document_id)
        return render(request, "companies/document_missing.html", status=410)
    with ExitStack() as unsent:
        unsent.enter_context(content)
        if request.user.is_staff:
            _log_opening(request, found)
        unsent.pop_all()  # from here on the answer closes it
    return _sent(content, found, as_attachment="download" in request.GET)


@takes_files
@member_only
@require_POST
def add_case_document(request: HttpRequest, case_id: int) -> HttpResponse:
    """§D3: the applicant adds a file to the request; a refusal stands beside the field when the page is back."""
    case = get_object_or_404(Case, pk=case_id, applicant=request.user)
    form, now = AddDocumentForm(request.POST, request.FILES), timezone.now()
    if not form.is_valid():
        return _refused(request, case, form.errors["document"][0])
    try:
        added = documents.add_to_case(case, form.cleaned_data["document"], actor=request.user, now=now)
    except UnusableDocument as refusal:
        return _refused(request, case, str(refusal))
    except RuleViolation as refusal:
        messages.error(request, str(refusal))
    else:
        is_new = added.added_at == now
        said = _t("‘%(name)s’ 파일을 추가했습니다.") if is_new else _t("‘%(name)s’ 파일은 이미 올라와 있습니다.")
        messages.success(request, said % {"name": added.name})
    return redirect("registration_request", case_id=case.pk)


def add_document_form(request: HttpRequest, case: Case) -> AddDocumentForm:
    """§D3: the form for the case's page, with what the last file was refused for, once."""
    of_case, refusal = kept(request.session, REFUSED) or (None, "")
    forget(request.session, REFUSED)
    return AddDocumentForm(refusal=refusal if of_case == case.pk else "")


def _refused(request: HttpRequest, case: Case, sentence: str) -> HttpResponse:
    """Back to the page, to the very field: without scripts nothing else leads there."""
    keep(request.session, REFUSED, [case.pk, sentence])
    return redirect(resolve_url("registration_request", case_id=case.pk) + "#id_document_field")


def _log_opening(request: HttpRequest, found: Document) -> None:
    whose = {"subject": documents.owner_of(found), "target": f"document {found.pk}"}
    where = {"address": client_address(request), "now": timezone.now()}
    access_log.record(request.user, AccessLog.Action.OPENED_DOCUMENT, **whose, **where)


def _sent(content: File, found: Document, *, as_attachment: bool) -> FileResponse:
    response = FileResponse(
        content.file, as_attachment=as_attachment, filename=found.name, content_type=found.content_type
    )
    response.headers["Content-Security-Policy"] = POLICY
    response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    return response
