"""보완: the applicant corrects an open request on the form of registering, and sends it anew (§D3)."""

from collections.abc import Callable
from functools import wraps
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render, resolve_url
from django.utils import timezone
from django.utils.translation import gettext as _t
from django.views.decorators.http import require_http_methods

from companies.domain import cases, correction, correction_draft, documents
from companies.domain.correction import WaitsAsItIs
from companies.forms.correction import CorrectionForm
from companies.forms.registration import FOUND_ELSEWHERE, NO_FILE
from companies.models import Case, CaseKind, Channel
from companies.views.requests import own_request
from kotra_portal.access import member_only
from kotra_portal.double_click import say_once
from kotra_portal.errors import RuleViolation
from kotra_portal.uploads import takes_files

View = Callable[..., HttpResponse]


def of_open_request(view: View) -> View:
    """§D3: give the view the applicant's own request; one that is closed is shown as it stands, saying so."""

    @wraps(view)
    @require_http_methods(["GET", "HEAD", "POST"])
    def page(request: HttpRequest, case_id: int) -> HttpResponse:
        case = own_request(request, case_id, CaseKind.REGISTRATION)
        try:
            cases.check_open(case)
            return view(request, case)
        except cases.CaseIsClosed as closed:
            messages.error(request, str(closed))
            return redirect("registration_request", case_id=case.pk)

    return page


@takes_files
@member_only
@of_open_request
def correct_request(request: HttpRequest, case: Case) -> HttpResponse:
    """§D3: what was sent, to be corrected; whatever is refused, what was typed and attached is kept."""
    if request.method != "POST":
        found = {name: request.GET[name] for name in FOUND_ELSEWHERE if name in request.GET}
        return _show(request, case, CorrectionForm(case=case, typed=_typed(case), found=found))
    refused = _keep_all(request, case)
    form = CorrectionForm(request.POST, request.FILES, case=case)
    for refusal in refused:
        form.add_error("document", refusal)
    if form.is_valid():
        try:
            return _send(request, case, form)
        except cases.CaseIsClosed:
            raise
        except RuleViolation as refusal:
            form.add_error(refusal.field, refusal)
    return _show(request, case, form)


@takes_files
@member_only
@of_open_request
def add_correction_document(request: HttpRequest, case: Case) -> HttpResponse:
    """§D3: 파일 올리기: keep the files, that the certificate comes so, and what was typed; back to the same spot."""
    page = resolve_url("correct_request", case.pk)
    if request.method != "POST":
        return redirect(page)
    refused = _keep_all(request, case) if request.FILES else [NO_FILE]
    if not refused:
        _keep_typed(request, case, certificate_by=Channel.UPLOAD)
        return redirect(page + "#documents")
    _keep_typed(request, case)
    form = CorrectionForm(request.POST, request.FILES, case=case)
    form.refuse_uploads(refused)
    return _show(request, case, form)


@takes_files
@member_only
@of_open_request
def keep_correction(request: HttpRequest, case: Case) -> HttpResponse:
    """§D3: keep what was typed so far, then go where ``go`` says; without it (the page's script) answer nothing."""
    page = resolve_url("correct_request", case.pk)
    if request.method != "POST":
        return redirect(page)
    if "go" not in request.POST:
        _keep_typed(request, case)
        return HttpResponse(status=204)
    for refusal in _keep_all(request, case):
        messages.error(request, str(refusal))
    if request.POST["go"] != "postcode":
        return redirect(page)
    return HttpResponseRedirect(f"{resolve_url('postcode')}?{urlencode({'return': page}, safe='/')}")


@member_only
@of_open_request
def forget_correction(request: HttpRequest, case: Case) -> HttpResponse:
    """§D3: 보낸 내용으로 되돌리기: drop what was typed and not sent, on its owner's word."""
    if request.method == "POST":
        correction_draft.forget_typed(case, actor=request.user)
        messages.info(request, _t("고치던 내용을 지우고, 보낸 내용을 다시 채웠습니다."))
    return redirect("correct_request", case_id=case.pk)


def _send(request: HttpRequest, case: Case, form: CorrectionForm) -> HttpResponse:
    way = Channel(form.cleaned_data["certificate_by"])
    try:
        correction.correct_request(case, form.facts(), way, actor=request.user, now=timezone.now())
    except WaitsAsItIs as nothing_to_send:
        correction_draft.forget_typed(case, actor=request.user)
        say_once(request, messages.INFO, nothing_to_send)
    else:
        messages.success(request, _t("고친 내용을 보냈습니다. 고객지원팀이 같은 접수번호로 다시 확인합니다."))
    return redirect("registration_request", case_id=case.pk)


def _show(request: HttpRequest, case: Case, form: CorrectionForm) -> HttpResponse:
    context = {
        "case": case,
        "registration": case.registration,
        "form": form,
        "documents": list(case.shown_documents),
        "is_begun": not form.is_bound and CorrectionForm.differs(case.registration, _typed(case)),
        "keep_url": resolve_url("keep_correction", case.pk),
        "page_url": resolve_url("correct_request", case.pk),
    }
    return render(request, "companies/correct_request.html", context)


def _typed(case: Case) -> dict[str, str]:
    """What was typed of this request and not sent."""
    draft = correction_draft.draft_of(case)
    return draft.typed if draft else {}


def _keep_typed(request: HttpRequest, case: Case, **instead: str) -> None:
    typed = CorrectionForm.typed_in(request.POST, _typed(case)) | instead
    correction_draft.keep_typed(case, typed, actor=request.user, now=timezone.now())


def _keep_all(request: HttpRequest, case: Case) -> list[RuleViolation]:
    """Keep what was typed and the files that came along; returns why files were refused. Raises CaseIsClosed."""
    _keep_typed(request, case)
    refused = []
    for upload in request.FILES.getlist("document"):
        try:
            documents.add_to_case(case, upload, actor=request.user, now=timezone.now())
        except cases.CaseIsClosed:
            raise
        except RuleViolation as refusal:
            refused.append(refusal)
    return refused
