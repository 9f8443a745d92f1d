"""What every page shows around its own content."""

from django.conf import settings
from django.http import HttpRequest

from kotra_portal.access import member_type_of
from kotra_portal.link_tokens import carries_token
from kotra_portal.menu import main_menu
from kotra_portal.middleware import seconds_left

DISPLAY_COOKIE = "display"
DISPLAYS = ("normal", "contrast")


def portal(request: HttpRequest) -> dict[str, object]:
    """Menus, who the visitor is, the time left, the display mode, and how to reach the support team."""
    if not hasattr(request, "user"):  # an error before the middleware had its turn
        return {"SUPPORT": settings.SUPPORT_TEAM}
    display = request.COOKIES.get(DISPLAY_COOKIE)
    return {
        "SUPPORT": settings.SUPPORT_TEAM,
        "DEMO_MODE": settings.DEMO_MODE,
        "OFFICIAL_GOV_SITE": settings.OFFICIAL_GOV_SITE,
        "display": display if display in DISPLAYS else DISPLAYS[0],
        "member_type": member_type_of(request),
        "main_menu": main_menu(member_type_of(request)),
        "seconds_left": seconds_left(request),
        "page_url": "" if carries_token(request.path) else settings.PORTAL_URL + request.path,
    }
