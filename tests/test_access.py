"""Who may open what: every path of the portal with its audience, written by hand; and what holds on every page.

A new path fails here until it stands in AUDIENCES: its pattern, for whom it is, and an example where it has parts.
"""

import re
from collections.abc import Iterator
from urllib.parse import urlencode

import pytest
from django.conf import settings as portal_settings
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.urls import URLPattern, URLResolver, get_resolver

from accounts.models import User
from kotra_portal.access import Audience, Gate, safe_next
from kotra_portal.addresses import client_address, client_network
from kotra_portal.permissions import MemberType, Permission, allows
from tests import make

ALL, NEW, MEMBER, DEMO = Audience.PUBLIC, Audience.NEW, Audience.MEMBER, Audience.DEMO
LOGGED_IN = Audience.LOGGED_IN

# pattern → audience, or the permission that the matrix must grant. Ordered as interface.md lists the paths.
AUDIENCES: dict[str, Audience | Permission] = {
    "": ALL,
    "healthz": ALL,
    "favicon.ico": ALL,
    "language/": ALL,
    "display/": ALL,
    "guide/membership/": ALL,
    "guide/faq/": ALL,
    "terms/": ALL,
    "terms/<slug:kind>/": ALL,
    "signup/verification/": NEW,
    "signup/verification/mobile/": NEW,
    "signup/verification/mobile/request/": NEW,
    "signup/verification/mobile/resend/": NEW,
    "signup/verification/mobile/confirm/": NEW,
    "signup/verification/mobile/cancel/": NEW,
    "signup/verification/ipin/": NEW,
    "signup/verification/ipin/confirm/": NEW,
    "signup/verification/ipin/picture.png": NEW,
    "signup/": ALL,
    "signup/start/": NEW,
    "signup/abandon/": NEW,
    "signup/terms/": NEW,
    "signup/details/": ALL,
    "signup/details/keep/": NEW,
    "signup/details/check-id/": NEW,
    "signup/details/check/": NEW,
    "signup/interests/": MEMBER,
    "signup/interests/finish/": MEMBER,
    "signup/done/": MEMBER,
    "login/": ALL,
    "logout/": ALL,
    "session/extend/": ALL,
    "find-id/verification/mobile/": ALL,
    "find-id/verification/mobile/request/": ALL,
    "find-id/verification/mobile/resend/": ALL,
    "find-id/verification/mobile/confirm/": ALL,
    "find-id/verification/mobile/cancel/": ALL,
    "find-id/verification/ipin/": ALL,
    "find-id/verification/ipin/confirm/": ALL,
    "find-id/verification/ipin/picture.png": ALL,
    "find-id/": ALL,
    "find-id/mail/": ALL,
    "find-id/mailed/": ALL,
    "find-id/result/": ALL,
    "password-reset/verification/mobile/": ALL,
    "password-reset/verification/mobile/request/": ALL,
    "password-reset/verification/mobile/resend/": ALL,
    "password-reset/verification/mobile/confirm/": ALL,
    "password-reset/verification/mobile/cancel/": ALL,
    "password-reset/verification/ipin/": ALL,
    "password-reset/verification/ipin/confirm/": ALL,
    "password-reset/verification/ipin/picture.png": ALL,
    "password-reset/": ALL,
    "password-reset/mail/": ALL,
    "password-reset/mailed/": ALL,
    "password-reset/new/": ALL,
    "password-reset/<uidb64>/<token>/": ALL,
    "confirm-email/<str:token>/": ALL,
    "company/dispute/<str:token>/": ALL,
    "my/password/": MEMBER,
    "my/profile/": MEMBER,
    "my/profile/keep/": MEMBER,
    "my/profile/discard/": MEMBER,
    "my/interests/": MEMBER,
    "my/interests/items/add/": MEMBER,
    "my/interests/items/change/": MEMBER,
    "my/interests/items/remove/": MEMBER,
    "my/interests/items/keep/": MEMBER,
    "my/interests/items/discard/": MEMBER,
    "my/interests/countries/add/": MEMBER,
    "my/interests/countries/remove/": MEMBER,
    "my/consents/": MEMBER,
    "my/consents/marketing/": MEMBER,
    "my/email/resend/": MEMBER,
    "my/": MEMBER,
    "signup/company/": MEMBER,
    "company/register/": MEMBER,
    "company/register/search/": MEMBER,
    "company/register/search-again/": MEMBER,
    "company/register/forget/": MEMBER,
    "company/register/keep/": MEMBER,
    "company/register/join/": MEMBER,
    "company/register/register/": MEMBER,
    "company/register/request/": MEMBER,
    "company/register/documents/": MEMBER,
    "company/register/documents/<uuid:document_id>/remove/": MEMBER,
    "company/convert/": MEMBER,
    "company/convert/relate/": MEMBER,
    "company/": MEMBER,
    "company/leave/": MEMBER,
    "company/remind/": MEMBER,
    "master/": Permission.APPROVE_MEMBER,
    "master/approve/": Permission.APPROVE_MEMBER,
    "master/end/": Permission.END_RELATIONSHIP,
    "master/end/choose/": Permission.END_RELATIONSHIP,
    "master/barred/": Permission.END_RELATIONSHIP,
    "master/barred/<int:bar_id>/lift/": Permission.END_RELATIONSHIP,
    "master/history/": Permission.APPROVE_MEMBER,
    "company/requests/<int:case_id>/": MEMBER,
    "company/requests/<int:case_id>/withdraw/": MEMBER,
    "company/requests/<int:case_id>/send-again/": MEMBER,
    "company/requests/<int:case_id>/correct/": MEMBER,
    "company/requests/<int:case_id>/correct/keep/": MEMBER,
    "company/requests/<int:case_id>/correct/forget/": MEMBER,
    "company/requests/<int:case_id>/correct/documents/": MEMBER,
    "company/requests/<int:case_id>/documents/": MEMBER,
    "company/edit/": Permission.EDIT_COMPANY,
    "company/edit/keep/": Permission.EDIT_COMPANY,
    "company/edit/discard/": Permission.EDIT_COMPANY,
    "company/edit/verified/": Permission.EDIT_COMPANY,
    "company/master-change/": MEMBER,
    "company/master-change/form/": MEMBER,
    "master/change/<int:case_id>/": Permission.TRANSFER_MASTER,
    "master/change/<int:case_id>/agree/": Permission.TRANSFER_MASTER,
    "master/change/<int:case_id>/object/": Permission.TRANSFER_MASTER,
    "company/offers/<int:offer_id>/": MEMBER,
    "company/offers/<int:offer_id>/accept/": MEMBER,
    "company/offers/<int:offer_id>/refuse/": MEMBER,
    "master/transfer/": Permission.TRANSFER_MASTER,
    "master/transfer/<int:offer_id>/withdraw/": Permission.TRANSFER_MASTER,
    "documents/<uuid:document_id>/": LOGGED_IN,
    "postcode/": ALL,
    "codes/hs/": ALL,
    "codes/bk/": ALL,
    "demo/inbox/": DEMO,
}
# What to put into a pattern's parts.
EXAMPLES = {
    "<slug:kind>": "use",
    "<str:token>": "no-such-token",
    "<uidb64>": "MQ",
    "<token>": "no-such-token",
    "<int:case_id>": "1",
    "<int:bar_id>": "1",
    "<int:offer_id>": "1",
    "<uuid:document_id>": "0b1f7a52-2f0e-4b8e-9c5c-2a1d6e3f4a5b",
}

# Open to all, and for themselves they send anonymous visitors to the log-in or staff to their desk.
ASKS_ITSELF = {"login/", "session/extend/", "signup/"}

VISITORS = ["anonymous", *MemberType, "staff"]

pytestmark = pytest.mark.django_db


def declared(resolver: URLResolver, prefix: str = "") -> Iterator[tuple[str, Gate | None]]:
    """Walk through the paths of the portal, Django admin's own excepted; yields pattern and gate."""
    for entry in resolver.url_patterns:
        pattern = prefix + str(entry.pattern)
        if isinstance(entry, URLPattern):
            yield pattern, getattr(entry.callback, "gate", None)
        elif entry.app_name != "admin":
            yield from declared(entry, pattern)


def example_of(pattern: str) -> str:
    for part, value in EXAMPLES.items():
        pattern = pattern.replace(part, value)
    assert "<" not in pattern, f"EXAMPLES lacks a value for {pattern}"
    return "/" + pattern


def test_every_path_is_for_whom_the_table_says():
    gates = dict(declared(get_resolver()))
    assert {pattern: gate and (gate.permission or gate.audience) for pattern, gate in gates.items()} == AUDIENCES


def person_of(visitor: str) -> User | None:
    """Make the person behind the browser."""
    if visitor == "anonymous":
        return None
    return make.staff(is_superuser=True) if visitor == "staff" else make.member_of_type(MemberType(visitor))


def browser_of(person: User | None, **options: object) -> Client:
    client = Client(**options)
    if person:
        client.force_login(person)
    return client


def expected_of(audience: Audience | Permission, visitor: str) -> str:
    """Say what happens: the page "opens", "403", or the path the visitor is sent to."""
    member_type = MemberType(visitor) if visitor in MemberType.values else None
    if audience in {ALL, DEMO}:
        return "opens"
    if audience is NEW:
        return {"anonymous": "opens", "staff": "/admin/"}.get(visitor, "/my/")
    if member_type is None:
        return {"anonymous": "/login/", "staff": "opens" if audience is LOGGED_IN else "/admin/"}[visitor]
    return "opens" if audience in {MEMBER, LOGGED_IN} or allows(member_type, audience) else "403"


def answer_of(response: HttpResponse, pattern: str) -> str:
    """Say in expected_of's words what happened."""
    location = response.headers.get("Location", "").split("?")[0]
    sent_away = {"/login/", "/admin/"} | ({"/my/"} if AUDIENCES[pattern] is NEW else set())
    if pattern not in ASKS_ITSELF and location in sent_away:
        return location
    if pattern not in ASKS_ITSELF and response.status_code == 403:
        return "403"
    return "opens" if response.status_code < 500 else str(response.status_code)


@pytest.mark.once
@pytest.mark.parametrize("visitor", VISITORS)
@pytest.mark.parametrize("method", ["get", "post"])
def test_every_path_answers_each_visitor_as_its_audience_says(method, visitor):
    make.terms("use")
    person = person_of(visitor)
    wrong = {}
    for pattern, audience in AUDIENCES.items():
        response = getattr(browser_of(person), method)(example_of(pattern))
        answer, expected = answer_of(response, pattern), expected_of(audience, visitor)
        if answer != expected:
            wrong[pattern] = f"{answer}, expected {expected}"
    assert wrong == {}


# --- Closed by default ----------------------------------------------------------------------------------------------


@pytest.mark.once
@pytest.mark.urls("tests.matrix_urls")
@pytest.mark.parametrize("visitor", VISITORS)
def test_a_view_without_a_declaration_is_refused_to_everybody(visitor):
    response = browser_of(person_of(visitor)).get("/undeclared/")

    assert response.status_code == 403
    assert b"nobody should read this" not in response.content


def test_pages_of_the_demonstration_do_not_exist_in_real_use(client, settings):
    settings.DEMO_MODE = False
    demo = [pattern for pattern, audience in AUDIENCES.items() if audience is DEMO]
    assert [client.get(example_of(pattern)).status_code for pattern in demo] == [404] * len(demo)


# --- Whatever an address holds --------------------------------------------------------------------------------------

# As browsers, and worse, would write them: percent-encoded.
HOSTILE = ("%00", "%ff", "x" * 5000, "-1", "abc", "1" + "0" * 30, "%ED%95%9C%E2%80%AE", "%2e%2e%2fetc")
ASKED = (
    "page", "version", "q", "next", "return", "username", "field", "door", "go", "language", "display", "postcode",
    "address", "address_en", "e", "id", "token", "code", "email", "password",
)  # fmt: skip


def hostile_addresses(pattern: str) -> Iterator[str]:
    """The path with hostile parts, with something hostile behind it, and with hostile questions."""
    path = example_of(pattern)
    for value in HOSTILE:
        query = "&".join(f"{name}={value}" for name in ASKED)
        yield f"{path}?{query}"
        for part in set(EXAMPLES) & set(re.findall("<[^>]+>", pattern)):
            yield example_of(pattern.replace(part, value))
    yield path + "%00"
    yield f"{path}?{'&'.join(f'a{number}=1' for number in range(600))}"
    yield f"{path}?%00=%00&&=&%ff[]=%ff"


@pytest.mark.parametrize("visitor", ["anonymous", MemberType.INDIVIDUAL, "staff"])
def test_no_address_whatever_it_holds_makes_a_page_fail(visitor):
    person = person_of(visitor)
    failed = []
    for pattern in AUDIENCES:
        browser = browser_of(person, raise_request_exception=False)
        for address in hostile_addresses(pattern):
            if (status := browser.get(address).status_code) >= 500:
                failed.append((status, address[:80]))
    assert failed == []


@pytest.mark.parametrize("visitor", ["anonymous", MemberType.INDIVIDUAL, "staff"])
@pytest.mark.parametrize("value", ["\0", "\udcff", "x" * 5000, "9" * 30])
def test_nothing_that_is_sent_makes_a_page_fail(value, visitor):
    person = person_of(visitor)
    body = urlencode(dict.fromkeys(ASKED, value), errors="surrogateescape")
    form = {"data": body, "content_type": "application/x-www-form-urlencoded"}
    answers = {
        pattern: browser_of(person, raise_request_exception=False).post(example_of(pattern), **form).status_code
        for pattern in AUDIENCES
    }
    assert {pattern: status for pattern, status in answers.items() if status >= 500} == {}


@pytest.mark.parametrize("number", ["-1", "0", "abc", "%00", "%ff", "1" + "0" * 30, "9" * 4900, ""])
def test_no_number_of_a_page_makes_the_postcodes_fail(number, client):
    """Here the number is looked at, because something can be found."""
    response = client.get(f"/postcode/?q=%ED%97%8C%EB%A6%89%EB%A1%9C&page={number}")
    assert response.status_code == 200
    assert "헌릉로 13" in response.text or number not in {"0", "abc", ""}


# --- On to the log-in and back --------------------------------------------------------------------------------------


def test_what_was_posted_leads_back_to_the_page_it_was_posted_from(client):
    response = client.post("/my/", headers={"referer": "http://testserver/guide/faq/"})
    assert response.url == "/login/?next=%2Fguide%2Ffaq%2F&unsaved=1"


@pytest.mark.parametrize("referrer", ["", "https://evil.example/my/", "//evil.example/", "not a url", "http://["])
def test_a_foreign_referrer_leads_nowhere(client, referrer):
    response = client.post("/my/", headers={"referer": referrer})
    assert response.url == "/login/?next=%2Fmy%2F&unsaved=1"


def test_htmx_is_sent_to_the_log_in_as_a_whole_page(client):
    headers = {"HX-Request": "true", "HX-Current-URL": "http://testserver/guide/faq/"}
    response = client.get("/my/", headers=headers)
    assert response.headers["HX-Redirect"] == "/login/?next=%2Fguide%2Ffaq%2F"


FOREIGN = [
    "https://evil.example/", "//evil.example/", "///evil.example", "http:///evil.example", "\\\\evil.example",
    "/\\evil.example", "javascript:alert(1)", "https:evil.example", "http://testserver@evil.example/",
    "http://testserver.evil.example/", "\x00//evil.example", " https://evil.example", "data:text/html,x", "",
]  # fmt: skip


@pytest.mark.parametrize("candidate", FOREIGN)
def test_next_is_never_another_site(candidate):
    assert safe_next(RequestFactory().get("/"), candidate) is None


@pytest.mark.parametrize("candidate", ["/my/", "/services/a/?page=2", "http://testserver/my/", "/회원/"])
def test_next_is_any_page_of_this_site(candidate):
    assert safe_next(RequestFactory().get("/"), candidate) == candidate


@pytest.mark.parametrize("candidate", FOREIGN)
@pytest.mark.parametrize("path", ["/language/", "/display/"])
def test_a_switch_leads_back_to_pages_of_this_site_only(client, path, candidate):
    response = client.post(path, {"next": candidate, "language": "en", "display": "contrast"})
    assert (response.status_code, response.url) == (302, "/")


# --- Addresses ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("proxies", "forwarded", "address"),
    [
        (0, "203.0.113.9", "192.0.2.1"),  # nobody stands before us: whoever wrote the header was the visitor
        (0, "", "192.0.2.1"),
        (1, "203.0.113.9", "203.0.113.9"),
        (1, "198.51.100.7, 203.0.113.9", "203.0.113.9"),  # the first was written by the visitor
        (2, "198.51.100.7, 203.0.113.9, 192.0.2.8", "203.0.113.9"),
        (2, "203.0.113.9", "192.0.2.1"),  # came past the outer proxy
        (1, "", "192.0.2.1"),
        (1, "no address", "0.0.0.0"),
        (1, "203.0.113.9, \x00", "0.0.0.0"),
        (1, "2001:DB8::1", "2001:db8::1"),
        (1, "::ffff:203.0.113.9", "203.0.113.9"),  # an IPv4 visitor at a socket that serves both
        (1, "203.0.113.9:4711", "203.0.113.9"),
        (1, "[2001:db8::1]:443", "2001:db8::1"),
        (1, "fe80::1%eth0", "fe80::1"),
    ],
)
def test_a_spoofed_address_is_not_believed(settings, proxies, forwarded, address):
    settings.TRUSTED_PROXIES = proxies
    request = RequestFactory().get("/", headers={"x-forwarded-for": forwarded}, REMOTE_ADDR="192.0.2.1")
    assert client_address(request) == address


def test_an_address_that_cannot_be_read_is_told_to_the_operator(settings, caplog):
    settings.TRUSTED_PROXIES = 1
    client_address(RequestFactory().get("/", headers={"x-forwarded-for": "unknown"}))
    assert "TRUSTED_PROXIES" in caplog.text


def test_one_visitor_is_one_network():
    assert client_network("203.0.113.9") == "203.0.113.9"
    assert client_network("2001:db8:0:1::5") == client_network("2001:db8:0:1:ffff::9") == "2001:db8:0:1::/64"


# --- Idle log-ins end -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("minutes", "path", "is_staff"), [(30, "/my/", False), (15, "/admin/", True)])
def test_a_log_in_ends_when_it_rested_too_long(frozen, login, minutes, path, is_staff):
    """§D14: members 30 minutes, staff 15."""
    clock = frozen()
    client = login(make.staff(is_superuser=True) if is_staff else make.member())
    assert client.get(path).status_code == 200

    clock.shift(minutes * 60 - 1)
    assert client.get(path).status_code == 200  # and the rest counts anew from here
    clock.shift(minutes * 60 - 1)
    assert client.get(path).status_code == 200
    clock.shift(minutes * 60)

    response = client.get(path)
    assert response.status_code == 302
    assert response.url.startswith("/admin/login/" if is_staff else "/login/?next=%2Fmy%2F")


# --- Headers --------------------------------------------------------------------------------------------------------


def with_policy(response) -> bool:
    policy = response.headers.get("Content-Security-Policy", "")
    return "default-src 'self'" in policy and "unsafe" not in policy and "frame-ancestors 'none'" in policy


EVERY_PAGE = [example_of(pattern) for pattern, audience in AUDIENCES.items() if audience in {ALL, NEW, DEMO}]
ERRORS = {"/no-such-page/": 404, "/undeclared/": 403, "/suspicious/": 400, "/broken/": 500}


@pytest.mark.urls("tests.matrix_urls")
@pytest.mark.parametrize("path", [*EVERY_PAGE, *ERRORS, "/admin/login/", "/my/"])
def test_every_page_and_every_error_has_the_content_policy_and_its_fellows(path):
    make.terms("use")
    response = Client(raise_request_exception=False).get(path)

    assert response.status_code == ERRORS.get(path, response.status_code)
    assert with_policy(response)
    assert response.headers["X-Frame-Options"] == "DENY"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Referrer-Policy"] == "same-origin"


@pytest.mark.urls("tests.matrix_urls")
@pytest.mark.parametrize("path", ["/", "/guide/faq/", "/my/", *ERRORS])
def test_pages_of_somebody_logged_in_are_stored_nowhere_errors_among_them(path):
    client = Client(raise_request_exception=False)
    client.force_login(make.member())

    assert "no-store" in client.get(path).headers["Cache-Control"]


@pytest.mark.urls("tests.matrix_urls")
@pytest.mark.parametrize(("path", "status"), ERRORS.items())
def test_errors_say_so_in_a_page_of_the_portal(path, status):
    response = Client(raise_request_exception=False).get(path)

    assert response.status_code == status
    assert "<h1" in response.content.decode()
    assert "고객지원팀" in response.content.decode()


def test_a_form_that_is_too_old_is_refused_with_a_page_that_says_so():
    response = Client(enforce_csrf_checks=True).post("/language/", {"language": "en"})

    assert response.status_code == 403
    assert with_policy(response)
    assert "no-store" in response.headers["Cache-Control"]


def test_a_session_cookie_is_out_of_reach_for_scripts_and_other_sites(client, login):
    login(make.member()).get("/my/")
    cookie = client.cookies[portal_settings.SESSION_COOKIE_NAME]
    assert (cookie["httponly"], cookie["samesite"]) == (True, "Lax")
