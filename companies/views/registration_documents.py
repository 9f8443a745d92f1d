"""사업자등록증 of an unfinished registration: files are kept as soon as they come (§S13)."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from companies.domain import documents, search
from companies.domain.search import Way
from companies.forms.registration import NO_FILE, RegistrationForm
from companies.views.registration_page import back, draft_in_use, flow_of, posted_from_page, show
from kotra_portal.access import member_only
from kotra_portal.errors import RuleViolation
from kotra_portal.uploads import takes_files

SPOT = "#documents"


@takes_files
@member_only
@posted_from_page
def add_draft_document(request: HttpRequest) -> HttpResponse:
    """§S13: 파일 올리기: keep the files and what was typed, and come back to the same spot."""
    try:
        draft, refused = draft_in_use(request)
    except RuleViolation as refusal:
        return back(request, refusal)
    if not request.FILES:
        refused = [NO_FILE]
    if not refused or search.way_of(draft) is not Way.REQUEST:
        return back(request, *refused, spot=SPOT)
    form = RegistrationForm(request.POST, request.FILES, draft=draft, way=Way.REQUEST)
    form.refuse_uploads(refused)
    return show(request, flow_of(request), form=form)


@takes_files
@member_only
@posted_from_page
def remove_draft_document(request: HttpRequest, document_id: UUID) -> HttpResponse:
    """§S13: 삭제: take a file back; what was typed, and a file still in the input, are kept."""
    try:
        _draft, refused = draft_in_use(request)
        documents.remove_from_draft(request.user, document_id, now=timezone.now())
    except RuleViolation as refusal:
        return back(request, refusal)
    return back(request, *refused, spot=SPOT)
