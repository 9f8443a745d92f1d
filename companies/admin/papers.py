"""심사의 서류: a paper that came by fax or e-mail is added to a case, or taken out where it does not belong (§D3)."""

from uuid import UUID

from django.contrib import messages
from django.contrib.admin import ModelAdmin
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from companies.admin.answers import back_to, refused
from companies.admin.case_page import show_case
from companies.documents import UnusableDocument
from companies.domain import documents
from companies.forms.review import PaperForm, RemovePaperForm
from companies.models import Case, Channel
from kotra_portal.errors import RuleViolation
from kotra_portal.uploads import takes_files


@takes_files
def add_fax(case_admin: ModelAdmin, request: HttpRequest, case: Case) -> HttpResponse:
    """§D3: 팩스로 받은 서류 추가."""
    return _add_paper(case_admin, request, case, Channel.FAX)


@takes_files
def add_emailed(case_admin: ModelAdmin, request: HttpRequest, case: Case) -> HttpResponse:
    """§D3: 이메일로 받은 서류 추가."""
    return _add_paper(case_admin, request, case, Channel.EMAIL)


def remove_paper(case_admin: ModelAdmin, request: HttpRequest, case: Case) -> HttpResponse:
    """§D3, §D11: 잘못 추가한 서류 빼기."""
    form = RemovePaperForm(request.POST, of=_document_id(request))
    form.is_valid()
    said, now = {"reason": form.cleaned_data.get("why", "")}, timezone.now()
    try:
        documents.remove_paper(case, form.of, **said, actor=request.user, now=now)
    except (documents.WhyMissing, documents.WhyTooLong) as refusal:
        form.add_error(refusal.field, str(refusal))
        return show_case(case_admin, request, case, remove_form=form)
    except RuleViolation as refusal:
        return refused(case_admin, request, case, refusal)
    messages.success(request, _("서류를 뺐습니다. 뺀 까닭은 처리 이력에 남았습니다."))
    return back_to(request, case)


def _document_id(request: HttpRequest) -> UUID | None:
    """Which paper was meant; None where that cannot be read, and no document is found."""
    try:
        return UUID(request.POST.get("document", ""))
    except ValueError:
        return None


def _add_paper(case_admin: ModelAdmin, request: HttpRequest, case: Case, channel: Channel) -> HttpResponse:
    """§D3: how a paper came is said by the button: it cannot be forgotten, and no chosen file is lost for it."""
    form, now = PaperForm(request.POST, request.FILES, kind=case.kind), timezone.now()
    if not form.is_valid():
        return show_case(case_admin, request, case, paper_form=form)
    file, of = form.cleaned_data["document"], {"shown": form.is_shown, "actor": request.user}
    try:
        added = documents.add_paper(case, file, channel, **of, now=now)
    except UnusableDocument as refusal:
        form.add_error(refusal.field, str(refusal))
        return show_case(case_admin, request, case, paper_form=form)
    except RuleViolation as refusal:
        return refused(case_admin, request, case, refusal)
    is_new = added.added_at == now
    said = _("‘%(name)s’ 파일을 추가했습니다.") if is_new else _("‘%(name)s’ 파일은 이미 올라와 있습니다.")
    messages.success(request, said % {"name": added.name})
    return back_to(request, case)
