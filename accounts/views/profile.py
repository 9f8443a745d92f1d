"""회원정보: changing one's own details."""

from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render, resolve_url
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.domain import profile as rules
from accounts.forms.profile import ProfileForm
from accounts.models import User
from kotra_portal.access import member_only
from kotra_portal.cookies import remember_language
from kotra_portal.errors import RuleViolation
from kotra_portal.kept import forget, keep, kept
from kotra_portal.phones import format_phone
from kotra_portal.reference.postcodes import HEAD_OFFICE, change_address

TYPED = "profile_typed"
LONGEST_KEPT_TEXT = 10_000  # characters of one field; what the page began from is one of them
FOUND_ELSEWHERE = ("postcode", "address", "address_en")


@member_only
@require_http_methods(["GET", "HEAD", "POST"])
def profile(request: HttpRequest) -> HttpResponse:
    """§D14: the member's own details; what was typed before a look-up is there again until it is saved."""
    if request.method != "POST":
        return _page(request, ProfileForm(member=request.user, typed=_typed_before(request)))
    form = ProfileForm(request.POST, member=request.user)
    if form.is_valid():
        try:
            current = form.cleaned_data["current_password"]
            member = rules.change(request.user, form.changes(), current_password=current, now=timezone.now())
        except RuleViolation as refusal:
            form.add_error(refusal.field, refusal)
        else:
            return _saved(request, member)
    return _page(request, form)


@member_only
@require_POST
def keep_profile(request: HttpRequest) -> HttpResponse:
    """§S8: keep what was typed so far, then go where ``go`` says: to the postcode search, or back (head office)."""
    typed = ProfileForm(request.POST, member=request.user).typed()
    if request.POST.get("go") == "head_office":
        typed |= change_address(typed, HEAD_OFFICE.as_typed)
    keep(request.session, TYPED, {name: _cut(value) for name, value in typed.items()})
    page = resolve_url("profile")
    if request.POST.get("go") == "postcode":
        return HttpResponseRedirect(f"{resolve_url('postcode')}?{urlencode({'return': page}, safe='/')}")
    return HttpResponseRedirect(f"{page}#id_address_detail")


@member_only
@require_POST
def discard_profile(request: HttpRequest) -> HttpResponse:
    """Forget what was typed and not saved."""
    forget(request.session, TYPED)
    return redirect("profile")


def _cut(value: str | list[str]) -> str | list[str]:
    return value[:LONGEST_KEPT_TEXT] if isinstance(value, str) else [part[:LONGEST_KEPT_TEXT] for part in value]


def _typed_before(request: HttpRequest) -> dict[str, object]:
    typed = kept(request.session, TYPED) or {}
    found = {name: request.GET[name] for name in FOUND_ELSEWHERE if name in request.GET}
    if "address" in found:
        found |= change_address(rules.values_of(request.user) | typed, found)
    return typed | found


def _page(request: HttpRequest, form: ProfileForm) -> HttpResponse:
    member = request.user
    verified = [
        (_("아이디"), member.username),
        (_("성명"), member.name),
        (_("생년월일"), date_format(member.birth_date) if member.birth_date else ""),
    ]
    if "mobile" not in form.fields:
        verified.append((_("핸드폰"), format_phone(member.mobile)))
    context = {"form": form, "verified": verified, "keep_url": resolve_url("keep_profile")}
    return render(request, "accounts/profile.html", context | {"is_unsaved": bool(kept(request.session, TYPED))})


def _saved(request: HttpRequest, member: User) -> HttpResponse:
    forget(request.session, TYPED)
    messages.success(request, _("회원정보를 저장했습니다."))
    if member.email != request.user.email:
        messages.info(request, _("새 이메일로 확인 메일을 보냈습니다. 메일의 링크로 이메일을 확인해 주세요."))
    response = redirect("profile")
    remember_language(response, member.language)
    return response
