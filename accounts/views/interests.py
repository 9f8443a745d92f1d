"""개인관심품목 and 개인관심지역: the same content on a page of 마이KOTRA and in the sign-up's third step."""

from collections.abc import Callable
from functools import wraps
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render, resolve_url
from django.utils import timezone
from django.utils.translation import gettext as _, ngettext
from django.views.decorators.http import require_http_methods, require_safe

from accounts.domain import interests as rules
from accounts.forms.interests import InterestItemForm, chosen_ids
from accounts.models import InterestItem
from accounts.views import visit
from accounts.views.signup import STEPS
from kotra_portal.access import View, member_only
from kotra_portal.errors import RuleViolation
from kotra_portal.kept import forget, keep, kept
from kotra_portal.reference import codes, countries

TYPED = "interest_item_typed"
LONGEST_KEPT_TEXT = 1_000  # characters of one field
MY, SIGNUP = "interests", "signup_interests"


def posted_from_page(view: View) -> Callable[..., HttpResponse]:
    """POST is the verb; whoever opens its address (a page loaded anew) is sent to the page with the buttons."""

    @wraps(view)
    @require_http_methods(["GET", "HEAD", "POST"])
    def answer(request: HttpRequest) -> HttpResponse:
        if request.method == "POST":
            return view(request)
        unsaved = kept(request.session, TYPED)
        return redirect(unsaved["page"] if unsaved else MY)

    return answer


@member_only
@require_safe
def interests(request: HttpRequest) -> HttpResponse:
    """§S10: 관심품목·지역 of 마이KOTRA."""
    return _page(request, MY)


@member_only
@require_safe
def signup_interests(request: HttpRequest) -> HttpResponse:
    """§S13: the same within step 3, for whoever just signed up in this browser; it can be left for later."""
    if visit.door_taken(request) is None:
        return redirect(MY)
    return _page(request, SIGNUP)


@member_only
@posted_from_page
def add_interest_item(request: HttpRequest) -> HttpResponse:
    """§S10: add a row to 관심품목."""
    form = _add(request)
    return redirect(_page_of(request)) if form.is_valid() else _refused(request, form)


@member_only
@posted_from_page
def change_interest_item(request: HttpRequest) -> HttpResponse:
    """§S10: write what a row of 관심품목 says now; the row of somebody else is none."""
    form = _change(request)
    return redirect(_page_of(request)) if form.is_valid() else _refused(request, form)


@member_only
@posted_from_page
def finish_interests(request: HttpRequest) -> HttpResponse:
    """§S10, §S13: 가입 마치기: what stands in the form is saved first; where it cannot be, the page says why."""
    form = InterestItemForm(request.POST)
    if any(text.strip() for text in form.typed().values()):
        form = _change(request) if "item" in request.POST else _add(request)
        if not form.is_valid():
            return _refused(request, form)
    return redirect("signup_done")


@member_only
@posted_from_page
def keep_interest_item(request: HttpRequest) -> HttpResponse:
    """§S10: keep what was typed so far, then go to the search of codes that ``go`` names (hs_code, bk_code)."""
    _keep(request)
    page = resolve_url(_page_of(request))
    kind = codes.KINDS.get(request.POST.get("go", ""))
    if kind is None:
        return HttpResponseRedirect(page)
    return HttpResponseRedirect(f"{resolve_url(kind.url_name)}?{urlencode({'return': page}, safe='/')}")


@member_only
@posted_from_page
def discard_interest_item(request: HttpRequest) -> HttpResponse:
    """Forget what was typed and not saved."""
    _forget(request, _row(request, request.POST.get("item")))
    return redirect(_page_of(request))


@member_only
@posted_from_page
def remove_interest_items(request: HttpRequest) -> HttpResponse:
    """§S10: remove the rows of 관심품목 that were ticked; who removes the row in the form wants it there no more."""
    ticked = request.POST.getlist("row")
    if request.POST.get("item") not in ticked:
        _keep(request)
    removed = rules.remove_items(request.user, chosen_ids(ticked), now=timezone.now())
    if removed:
        said = ngettext("관심품목 %(count)d개를 삭제했습니다.", "관심품목 %(count)d개를 삭제했습니다.", removed)
        messages.success(request, said % {"count": removed})
    elif ticked:
        messages.info(request, _("이미 삭제한 품목입니다."))
    else:
        messages.warning(request, _("삭제할 품목을 먼저 선택해 주세요."))
    return redirect(_page_of(request))


@member_only
@posted_from_page
def add_interest_countries(request: HttpRequest) -> HttpResponse:
    """§S10: add the countries that were ticked to 관심지역."""
    _keep(request)
    ticked = request.POST.getlist("code")
    try:
        added = rules.add_countries(request.user, ticked, now=timezone.now())
    except RuleViolation as refusal:
        messages.warning(request, str(refusal))
        return redirect(_page_of(request))
    if added:
        said = ngettext(
            "관심지역에 국가 %(count)d곳을 추가했습니다.", "관심지역에 국가 %(count)d곳을 추가했습니다.", added
        )
        messages.success(request, said % {"count": added})
    elif ticked:
        messages.info(request, _("이미 관심지역에 있는 국가입니다."))
    else:
        messages.warning(request, _("추가할 국가를 먼저 선택해 주세요."))
    return redirect(_page_of(request))


@member_only
@posted_from_page
def remove_interest_countries(request: HttpRequest) -> HttpResponse:
    """§S10: remove the countries of 관심지역 that were ticked."""
    _keep(request)
    ticked = request.POST.getlist("code")
    removed = rules.remove_countries(request.user, ticked, now=timezone.now())
    if removed:
        said = ngettext(
            "관심지역에서 국가 %(count)d곳을 삭제했습니다.", "관심지역에서 국가 %(count)d곳을 삭제했습니다.", removed
        )
        messages.success(request, said % {"count": removed})
    elif ticked:
        messages.info(request, _("이미 삭제한 국가입니다."))
    else:
        messages.warning(request, _("삭제할 국가를 먼저 선택해 주세요."))
    return redirect(_page_of(request))


def _add(request: HttpRequest) -> InterestItemForm:
    """Add the typed row; the form is valid where that is done."""
    form = InterestItemForm(request.POST)
    if form.is_valid():
        try:
            rules.add_item(request.user, form.item(), now=timezone.now())
        except RuleViolation as refusal:
            form.add_error(refusal.field, refusal)
        else:
            _forget(request, None)
            messages.success(request, _("관심품목에 추가했습니다."))
    return form


def _change(request: HttpRequest) -> InterestItemForm:
    """Change the row that the form names; the form is valid where that is done."""
    row = _row(request, request.POST.get("item"))
    form = InterestItemForm(request.POST, row=row)
    if form.is_valid():
        try:
            changed = rules.change_item(request.user, row.pk if row else 0, form.item(), now=timezone.now())
        except RuleViolation as refusal:
            form.add_error(refusal.field, refusal)
        else:
            _forget(request, row)
            messages.success(request, _("관심품목을 고쳤습니다.") if changed else _("바뀐 내용이 없습니다."))
    return form


def _page_of(request: HttpRequest) -> str:
    """The page whose button was pressed."""
    return SIGNUP if request.POST.get("page") == SIGNUP else MY


def _row(request: HttpRequest, typed: str | None) -> InterestItem | None:
    """The member's own row of that id, or None."""
    ids = chosen_ids([typed or ""])
    return rules.items_of(request.user).filter(pk__in=ids).first() if ids else None


def _keep(request: HttpRequest) -> None:
    """Keep the row that is being typed; the page's script sends it along with the page's other buttons too."""
    if not set(InterestItemForm.base_fields) <= set(request.POST):
        return
    typed = {name: value[:LONGEST_KEPT_TEXT] for name, value in InterestItemForm(request.POST).typed().items()}
    row = _row(request, request.POST.get("item"))
    keep(request.session, TYPED, {"page": _page_of(request), "item": row.pk if row else None, "typed": typed})


def _forget(request: HttpRequest, row: InterestItem | None) -> None:
    """Forget what was typed of this row, or of a new one; what was typed of another stays."""
    unsaved = kept(request.session, TYPED)
    if unsaved and unsaved["item"] == (row.pk if row else None):
        forget(request.session, TYPED)


def _form_to_fill(request: HttpRequest, page: str) -> InterestItemForm:
    """The row that ``item`` asks for, else the one that is being typed; with the code that was looked up."""
    unsaved = kept(request.session, TYPED) or {"item": None, "typed": {}}
    asked = request.GET.get("item")
    row = _row(request, str(unsaved["item"]) if asked is None else asked)
    if asked is not None and row is None:
        raise Http404
    is_the_kept_one = asked is None or row.pk == unsaved["item"]
    found = {name: request.GET[name][:LONGEST_KEPT_TEXT] for name in codes.KINDS if name in request.GET}
    typed = (unsaved["typed"] if is_the_kept_one else {}) | found
    if found:  # the page's other buttons lead to addresses that do not name the code any more
        keep(request.session, TYPED, {"page": page, "item": row.pk if row else None, "typed": typed})
    return InterestItemForm(row=row, typed=typed)


def _refused(request: HttpRequest, form: InterestItemForm) -> HttpResponse:
    _keep(request)
    return _page(request, _page_of(request), form)


def _page(request: HttpRequest, page: str, form: InterestItemForm | None = None) -> HttpResponse:
    saved = set(rules.countries_of(request.user))
    wanted = request.GET.get("country")
    found = [(code, name, code in saved) for code, name in countries.search_countries(wanted or "")]
    context = {"page": page, "wanted": wanted, "found": found, "is_any_new": any(not has for *_country, has in found)}
    if request.htmx:
        return render(request, "accounts/_interest_country_results.html", context)
    context |= {
        "form": form or _form_to_fill(request, page),
        "items": rules.items_of(request.user),
        "countries": [(code, name) for code, name in countries.countries() if code in saved],
        "ticked": request.GET.get("tick"),
        "keep_url": resolve_url("keep_interest_item"),
        "steps": STEPS,
    }
    return render(request, f"accounts/{page}.html", context)
