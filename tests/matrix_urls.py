"""The portal's own paths and, for the tests of the gate: one page per permission, an undeclared one, broken ones."""

from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest, HttpResponse
from django.urls import path

from kotra_portal import urls as portal_urls
from kotra_portal.access import public, requires
from kotra_portal.permissions import Permission

handler400 = portal_urls.handler400
handler403 = portal_urls.handler403
handler404 = portal_urls.handler404
handler500 = portal_urls.handler500


def page_for(permission: Permission):
    @requires(permission)
    def page(request: HttpRequest) -> HttpResponse:
        return HttpResponse(permission.value)

    return page


def undeclared(request: HttpRequest) -> HttpResponse:
    return HttpResponse("nobody should read this")


@public
def broken(request: HttpRequest) -> HttpResponse:
    raise RuntimeError("broken on purpose")


@public
def suspicious(request: HttpRequest) -> HttpResponse:
    raise SuspiciousOperation("not a request that a browser sends")


urlpatterns = [
    *portal_urls.urlpatterns,
    *(path(f"matrix/{permission.value}/", page_for(permission)) for permission in Permission),
    path("undeclared/", undeclared),
    path("broken/", broken),
    path("suspicious/", suspicious),
]
