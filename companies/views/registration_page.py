"""기업 등록's one page: what it shows as things stand, whence one came and where one goes on (§S12, §S13)."""

from collections.abc import Callable, Mapping
from functools import wraps

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.utils import timezone
from django.utils.translation import gettext as _t
from django.views.decorators.http import require_http_methods

from accounts.views.signup import STEPS
from companies.documents import NotInspected, TooComplexDocument
from companies.domain import cases, documents, members, membership, registration_draft, search
from companies.domain.profile import SEARCH_SHOWS
from companies.domain.search import Way
from companies.facts import groups_of
from companies.forms.registration import RegistrationForm, SearchForm, has_begun
from companies.models import RegistrationDraft, RegistryAnswer
from companies.registration_flows import MEMBER, SIGNUP, Flow
from kotra_portal.errors import RuleViolation

View = Callable[..., HttpResponse]
TOO_MUCH_WORK = (TooComplexDocument, NotInspected)


def flow_of(request: HttpRequest) -> Flow:
    """Whence a form was sent; the form says it."""
    return SIGNUP if request.POST.get("flow") == SIGNUP.name else MEMBER


def posted_from_page(view: View) -> View:
    """The view answers POST alone; whoever opens its address gets the page that its button stands on."""

    @wraps(view)
    @require_http_methods(["GET", "HEAD", "POST"])
    def page(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        return view(request, *args, **kwargs) if request.method == "POST" else redirect(MEMBER.page)

    return page


def show(
    request: HttpRequest,
    flow: Flow,
    *,
    form: RegistrationForm | None = None,
    search_form: SearchForm | None = None,
    found: Mapping[str, str] | None = None,
) -> HttpResponse:
    """§S12: related already, the search, or the way that the number leads as things stand now."""
    context = {"flow": flow, "steps": STEPS if flow is SIGNUP else (), "page_url": resolve_url(flow.page)}
    context["relationship"] = membership.live_relationship(request.user)
    if not context["relationship"]:
        draft = registration_draft.draft_of(request.user)
        context |= {"draft": draft, "open_request": cases.open_registration(request.user)}
        way = search.way_of(draft) if draft and not search_form else None
        context |= _of_way(draft, way, form, found) if way else _of_search(draft, search_form)
    return render(request, "companies/register_company.html", context)


def draft_in_use(request: HttpRequest) -> tuple[RegistrationDraft, list[str]]:
    """§S13: the registration of the page that was used; what was typed and the files that came along are kept.

    Beside it why files were refused, by name where several came; after one that was too much work the others are not
    looked at. Raises as search_number.
    """
    draft = search.resume(request.user, request.POST.get("brn", ""), now=timezone.now())
    keep_typed(request, draft)
    refused = []
    uploads = request.FILES.getlist("document")
    for upload in uploads:
        now = timezone.now()
        try:
            document = documents.add_to_draft(draft, upload, now=now)
            if document.added_at != now:
                messages.info(request, _t("‘%(name)s’ 파일은 이미 올라와 있습니다.") % {"name": document.name})
        except RuleViolation as refusal:
            refused.append(f"‘{upload.name}’: {refusal}" if len(uploads) > 1 else str(refusal))
            if isinstance(refusal, TOO_MUCH_WORK):
                break
    return draft, refused


def keep_typed(request: HttpRequest, draft: RegistrationDraft) -> None:
    """§S13: keep what the form brings."""
    registration_draft.keep_typed(draft, RegistrationForm.typed_in(request.POST, draft.typed), now=timezone.now())


def onward(request: HttpRequest, page: str, **parts: object) -> HttpResponse:
    """To the next step of signing up, or to what was done."""
    flow = flow_of(request)
    return redirect(flow.next_page) if flow.next_page else redirect(page, **parts)


def back(request: HttpRequest, *refusals: RuleViolation | str, spot: str = "") -> HttpResponse:
    """To the page as things stand now, saying what was refused."""
    for refusal in refusals:
        messages.error(request, str(refusal))
    return redirect(resolve_url(flow_of(request).page) + spot)


def _of_search(draft: RegistrationDraft | None, search_form: SearchForm | None) -> dict[str, object]:
    form = search_form or SearchForm(initial={"brn": draft.brn if draft else ""})
    return {"form": form, "is_unfinished": bool(draft and search.way_of(draft))}


def _of_way(
    draft: RegistrationDraft, way: Way, form: RegistrationForm | None, found: Mapping[str, str] | None
) -> dict[str, object]:
    context = {"way": way.value, "seen": search.as_seen(draft, way), "has_begun": has_begun(draft)}
    if way is Way.JOIN:
        company = search.live_company(draft.brn)
        shown = {"company": company, "groups": groups_of(company, SEARCH_SHOWS)}
        return context | shown | {"is_barred": members.is_barred(draft.member, company)}
    context |= {
        "form": form or RegistrationForm(draft=draft, way=way, found=found),
        "keep_url": resolve_url("keep_registration"),
        "is_down": draft.answer == RegistryAnswer.UNAVAILABLE,
        "is_for_staff": draft.answer == RegistryAnswer.FOR_STAFF,
    }
    if way is Way.REQUEST:
        context["documents"] = list(draft.documents.all())
    return context
