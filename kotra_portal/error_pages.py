"""The pages that stand in for a page that could not be shown."""

import sys
from collections.abc import Callable

from django.core.exceptions import RequestDataTooBig
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect, render, resolve_url
from django.template.loader import render_to_string

from kotra_portal.access import wanted_page, wants_json
from kotra_portal.uploads import LARGEST_FILE, LARGEST_TOGETHER, MEGABYTE

Handler = Callable[[HttpRequest], HttpResponse]


class WrongMethodMiddleware:
    """405: gives the empty answer of a view that was opened in the wrong way a page; scripts get it as it is."""

    def __init__(self, get_response: Handler) -> None:
        """Keep the next layer."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Fill the answer; its status and the methods it names stay."""
        response = self.get_response(request)
        if isinstance(response, HttpResponseNotAllowed) and not (request.htmx or wants_json(request)):
            response.content = render_to_string("errors/405.html", request=request)
        return response


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400: the request cannot be read; 413 when it is larger than any page takes."""
    if isinstance(exception, RequestDataTooBig):
        takes_files = request.resolver_match and getattr(request.resolver_match.func, "takes_files", False)
        context = {"takes_files": takes_files, "way_back": wanted_page(request)}
        context |= {"each": LARGEST_FILE // MEGABYTE, "together": LARGEST_TOGETHER // MEGABYTE}
        return render(request, "errors/413.html", context, status=413)
    return render(request, "errors/400.html", status=400)


def permission_denied(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403: the page is not for the visitor."""
    return render(request, "errors/403.html", status=403)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403: the form is too old (another log-in, cookies off); nothing was changed.

    §S13: a sign-up sent twice is such a form too: the first made its sender a member, whom the page itself leads on.
    """
    if request.user.is_authenticated and request.path == resolve_url("signup_details"):
        return redirect("signup_details")
    return render(request, "errors/csrf.html", status=403)


def page_not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404: no such page, or somebody else's row; both look the same."""
    return render(request, "errors/404.html", status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    """500: our own fault; 503 when the database does not answer in time. The page needs neither it nor a session."""
    answers = not isinstance(sys.exc_info()[1], OperationalError)
    page = render_to_string("errors/500.html")
    return HttpResponse(page, status=500 if answers else 503, headers={} if answers else {"Retry-After": "5"})
