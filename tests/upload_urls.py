"""The portal's own paths, and two that take files and tell what arrived: one for all, one for members."""

from hashlib import sha256

from django.http import HttpRequest, JsonResponse
from django.urls import path

from kotra_portal import urls as portal_urls
from kotra_portal.access import member_only, public
from kotra_portal.uploads import takes_files

handler400 = portal_urls.handler400
handler403 = portal_urls.handler403
handler404 = portal_urls.handler404
handler500 = portal_urls.handler500


def tell(request: HttpRequest) -> JsonResponse:
    """The form's texts, and of each file name, size, and what of its content is there."""
    files = [
        [file.name, file.size, sha256(file.read()).hexdigest() if file.file else None]
        for file in request.FILES.getlist("file")
    ]
    return JsonResponse({"texts": dict(request.POST), "files": files})


urlpatterns = [
    *portal_urls.urlpatterns,
    path("take/", takes_files(public(tell))),
    path("take/members/", takes_files(member_only(lambda request: tell(request)))),
]
