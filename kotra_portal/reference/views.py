"""Look-ups that a form sends the visitor to and gets back from."""

import re

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from kotra_portal.access import public
from kotra_portal.errors import RuleViolation
from kotra_portal.reference import codes, postcodes
from kotra_portal.reference.forms import CodeSearchForm, PostcodeForm

# The forms that take ?postcode=&address=&address_en= as initial values. Their paths are promises (interface.md);
# their apps stand above this one, so their names cannot be asked for.
RETURN_PATHS = ("/signup/details/", "/my/profile/", "/signup/company/", "/company/register/", "/company/edit/")
# A request that is corrected takes them too.
CORRECTION = re.compile(r"/company/requests/[0-9]{1,18}/correct/")
# Those that take ?hs_code= and ?bk_code=.
CODE_RETURN_PATHS = ("/my/interests/", "/signup/interests/")


@public
@require_safe
def postcode(request: HttpRequest) -> HttpResponse:
    """§S8: 우편번호 찾기: a page of its own, and the rows alone for the panel beside an address (htmx)."""
    form = PostcodeForm(request.GET if "q" in request.GET else None)
    found = None
    if form.is_valid():
        try:
            found = postcodes.search(form.cleaned_data["q"], _page(request))
        except RuleViolation as violation:
            form.add_error(violation.field, violation)
    back = request.GET.get("return")
    context = {"form": form, "found": found, "return_path": back if _takes_address(back) else None}
    template = "reference/_postcode_results.html" if request.htmx else "reference/postcode.html"
    return render(request, template, context)


@public
@require_safe
def hs_codes(request: HttpRequest) -> HttpResponse:
    """§S10: HS코드 찾기: a page of its own, and the rows alone for the dialog beside a code (htmx)."""
    return _codes(request, codes.HS)


@public
@require_safe
def bk_codes(request: HttpRequest) -> HttpResponse:
    """§S10: BK코드 찾기, likewise."""
    return _codes(request, codes.BK)


def _codes(request: HttpRequest, kind: codes.Kind) -> HttpResponse:
    form = CodeSearchForm(request.GET if "q" in request.GET else None, kind=kind)
    found = None
    if form.is_valid():
        try:
            found = codes.search(kind, form.cleaned_data["q"], _page(request))
        except RuleViolation as violation:
            form.add_error(violation.field, violation)
    back = request.GET.get("return")
    return_path = back if back in CODE_RETURN_PATHS else None
    context = {"form": form, "found": found, "return_path": return_path, "kind": kind}
    template = "reference/_code_results.html" if request.htmx else "reference/codes.html"
    return render(request, template, context)


def _takes_address(path: str | None) -> bool:
    return path in RETURN_PATHS or bool(path and CORRECTION.fullmatch(path))


def _page(request: HttpRequest) -> int:
    asked = request.GET.get("page", "")
    return int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 4 else 1
