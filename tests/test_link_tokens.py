"""Links that open something for whoever holds them stay out of logs and of the page's own tools (§D14)."""

import logging
import re

import pytest
from django.conf import settings as portal_settings
from django.test import Client
from django.urls import get_resolver
from django.urls.resolvers import URLPattern
from django.utils import timezone
from post_office.models import Email

from accounts.domain import email_confirmation, recovery, staff
from kotra_portal.link_tokens import TokenFilter, blank_tokens, carries_token
from tests import make

pytestmark = [pytest.mark.django_db, pytest.mark.once]

TOOL = "E-Mail 보내기"


def mailed_path() -> str:
    """The path of the link in the last mail."""
    return re.search(re.escape(portal_settings.PORTAL_URL) + r"(/\S+)", Email.objects.latest("pk").message)[1]


@pytest.fixture
def confirmation() -> str:
    email_confirmation.send(make.member(email_confirmed_at=None))
    return mailed_path()


@pytest.fixture
def reset() -> str:
    person = make.member()
    asked_by = {"language": "ko", "network": "192.0.2.1", "now": timezone.now()}
    recovery.mail_reset_link(person.username, person.email, **asked_by)
    return mailed_path()


@pytest.fixture
def invitation() -> str:
    staff.invite(make.staff(password=None), "new@example.com", actor=make.staff(is_superuser=True), now=timezone.now())
    return mailed_path()


def routes(patterns: list, prefix: str = "") -> list[tuple[str, dict]]:
    """List every path of the portal with its converters; the admin's are Django's own."""
    found = []
    for pattern in patterns:
        route = prefix + str(pattern.pattern)
        if isinstance(pattern, URLPattern):
            found.append((route, pattern.pattern.converters))
        elif route != "admin/":
            found += routes(pattern.url_patterns, route)
    return found


@pytest.mark.parametrize(("route", "converters"), routes(get_resolver().url_patterns))
def test_every_path_with_a_token_is_known_and_no_other(route, converters):
    """§D14: whoever adds such a link adds it there too."""
    path = "/" + re.sub("<[^>]+>", "0abc", route)

    assert carries_token(path) is ("token" in converters)


EXPIRED = 4 * 24 * 3600  # seconds; both links have ended by then


@pytest.mark.parametrize("link", ["confirmation", "reset", "invitation"])
@pytest.mark.parametrize("way", ["expired", "damaged", "without its last slash", "no such page", "method", "csrf"])
def test_refused_links_stand_in_no_log(request, frozen, caplog, link, way):
    """§D14: the line says which page it was, and holds nothing of the token."""
    path = request.getfixturevalue(link)
    client, method = Client(enforce_csrf_checks=way == "csrf"), "get"
    if way == "expired":
        frozen(timezone.now()).shift(EXPIRED)
    elif way in {"method", "csrf"}:
        method = "put" if way == "method" else "post"
    else:
        path = {"damaged": path[:-4] + "/", "without its last slash": path[:-4], "no such page": path + "x/y/"}[way]
    with caplog.at_level(logging.INFO):
        response = getattr(client, method)(path, follow=True)

    assert response.status_code >= 400
    page, parts = path.split("/")[1], re.findall(r"[\w-]{8,}", path.split("/", 2)[2])
    assert page in caplog.text
    assert parts
    assert [part for part in parts if part in caplog.text] == []


@pytest.mark.parametrize("link", ["confirmation", "reset", "invitation"])
@pytest.mark.parametrize("state", ["good", "expired"])
def test_pages_of_such_links_offer_no_mail_with_them(request, client, frozen, link, state):
    """§D14: E-Mail 보내기 would send the key along."""
    path = request.getfixturevalue(link)
    if state == "expired":
        frozen(timezone.now()).shift(EXPIRED)

    page = client.get(path, follow=True)

    assert TOOL not in page.text
    assert page.context["page_url"] in {"", portal_settings.PORTAL_URL + "/password-reset/new/"}


@pytest.mark.parametrize("path", ["/find-id/verification/mobile/", "/password-reset/verification/ipin/"])
def test_windows_of_a_verification_offer_no_mail(client, path):
    """§D14: what stands there is one's own; other pages keep the tool."""
    assert TOOL not in client.get(path).text
    assert TOOL in client.get("/find-id/").text


def test_other_lines_stay_as_they_are():
    """§D14: only the tokens go."""
    line = "Not Found: /password-reset/verification/nothing/"
    record = logging.LogRecord("django.request", logging.WARNING, "", 0, "%s: %s", ("Not Found", "/x%sy/"), None)

    assert TokenFilter().filter(record)
    assert record.getMessage() == "Not Found: /x%sy/"
    assert blank_tokens(line) == line
    assert blank_tokens("Gone: /password-reset/MQ/abc-def/") == "Gone: /password-reset/MQ/…"
