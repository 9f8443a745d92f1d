"""§D22: whoever chose English reads English: every page, every form with its errors, every mail and text message."""

import ast
import html
import re
from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import translation
from post_office.models import Email

from accounts.domain import limits
from accounts.identity.stub import IPIN_PASSWORD, SCRIPT
from accounts.models import Door, Method, StubSms, TermsKind, User
from accounts.verification_pages import PAGES
from companies.models import Company
from companies.registry.stub import SCRIPT as COMPANIES
from kotra_portal.masking import mask_name
from kotra_portal.pages.models import Notice
from kotra_portal.permissions import MemberType, Permission
from kotra_portal.reference import postcodes, stub_postcodes
from tests import make, source, walk
from tests.accounts.people import code_sent_to, other_code, shown_digits, typed
from tests.conftest import KST
from tests.test_access import AUDIENCES, example_of

pytestmark = [pytest.mark.django_db, pytest.mark.once]

HANGUL = re.compile(r".{0,30}[\u1100-\u11ff\u3130-\u318f\uac00-\ud7a3].{0,30}")
TYPED = "1한"  # what a visitor typed comes back as it was
# What an English page may show in Korean, besides the names of people and companies and the addresses that were found.
KOREAN_ANYWHERE = (
    "한국어",  # the language's own name
    "고객지원팀",  # after its English name in the privacy policy: what to ask for on the phone
    stub_postcodes.DOWN,  # a word to type
    postcodes.HEAD_OFFICE.road_address,
    postcodes.HEAD_OFFICE.lot_address,
    "서울특별시 서초구 헌릉로 13",
    "5층",
    TYPED,
    *(person.name for person in SCRIPT),
    *(company.name for company in COMPANIES),
)
# Korean in the code that is no text of the portal: the demonstration's people and notices, patterns, sample data.
NOT_TRANSLATED = {
    "accounts/domain/staff.py",  # the names of the groups, as the migration wrote them
    "accounts/identity/stub.py",
    "accounts/models/people.py",
    "companies/admin/automatic.py",  # how several representatives are written
    "companies/forms/fields.py",
    "companies/forms/reasons.py",  # what staff send to applicants
    "companies/names.py",  # legal forms that a search leaves out
    "companies/registry/stub.py",
    "kotra_portal/demo/cases.py",
    "kotra_portal/demo/papers.py",
    "kotra_portal/demo/people.py",
    "kotra_portal/demo/companies.py",
    "kotra_portal/demo/decided.py",
    "kotra_portal/demo/seeding.py",
    "kotra_portal/demo/workplaces.py",
    "kotra_portal/fields.py",
    "kotra_portal/reference/code_lists.py",
    "kotra_portal/reference/postcodes.py",
    "kotra_portal/reference/stub_postcodes.py",
    "kotra_portal/text.py",
    "templates/errors/500.html",  # in both languages, since it is shown without asking who reads it
    "templates/includes/_site_tools.html",
}
MARKED = re.compile(
    r"{% comment %}.*?{% endcomment %}|{#.*?#}|{% blocktranslate .*?{% endblocktranslate %}|{% translate .*?%}",
    re.DOTALL,
)
WRONG = {"username": TYPED, "password": "a", "email": "x", "name": "", "postcode": "123456", "phone": "1", "code": "1"}


def korean_in(text: str) -> list[str]:
    """Cut out of a page what it says in Korean and should not."""
    people = list(User.objects.values_list("name", flat=True))
    companies = list(Company.objects.values_list("name", flat=True))
    known = {*KOREAN_ANYWHERE, *people, *map(mask_name, people), *companies, *(mask_name(p.name) for p in SCRIPT)}
    text = html.unescape(text)
    for words in sorted(filter(None, known), key=len, reverse=True):
        text = text.replace(words, "")
    return HANGUL.findall(text)


def page_of(response: HttpResponse) -> str:
    """Read what an answer shows; a picture shows no words."""
    return response.content.decode() if "text/" in response.headers.get("Content-Type", "") else ""


@pytest.fixture
def guest() -> Client:
    """A visitor who chose English."""
    return english(Client())


def english(client: Client) -> Client:
    client.cookies["language"] = "en"
    return client


def member(member_type: MemberType = MemberType.INDIVIDUAL, **facts: object) -> User:
    return make.member_of_type(member_type, **{"language": "en", "name": "Kim Suchul"} | facts)


def logged_in(person: User) -> Client:
    client = english(Client())
    client.force_login(person)
    return client


# --- Pages ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("visitor", ["anonymous", *MemberType])
@pytest.mark.parametrize("method", ["get", "post"])
def test_d22_every_path_answers_in_english(visitor, method):
    Notice.objects.create(
        title_ko="공지", title_en="A notice", body_ko="본문", body_en="Its text", published_on=date(2026, 1, 2)
    )
    person = None if visitor == "anonymous" else member(MemberType(visitor), email_confirmed_at=None)
    found = {}
    for path in map(example_of, AUDIENCES):
        client = logged_in(person) if person else english(Client())
        korean = korean_in(page_of(getattr(client, method)(path, WRONG, follow=True)))
        found |= {path: korean} if korean else {}
    assert found == {}


def test_d22_the_first_terms_are_in_english(guest):
    """The texts that the portal came with, not those of a test."""
    pages = [guest.get(f"/terms/{kind}/") for kind in TermsKind]
    assert [korean_in(page_of(page)) for page in pages] == [[], [], []]


@pytest.mark.parametrize("query", ["Seocho", "no such road", "1", "서울", stub_postcodes.DOWN, "\u202e"])
def test_d22_the_postcode_search_answers_in_english(guest, settings, query):
    settings.POSTCODE_PROVIDER = "stub"
    page = re.sub(r"</?span[^>]*>", "", page_of(guest.get("/postcode/", {"q": query})).replace(query, ""))
    for sample in stub_postcodes.samples():
        page = page.replace(sample.address.road_address, "").replace(sample.address.lot_address, "")
    assert korean_in(page) == []


@pytest.mark.parametrize("permission", Permission)
@pytest.mark.parametrize("member_type", MemberType)
@pytest.mark.urls("tests.matrix_urls")
def test_d22_a_refusal_by_the_matrix_is_in_english(member_type, permission):
    assert korean_in(page_of(logged_in(member(member_type)).get(f"/matrix/{permission.value}/"))) == []


def test_d22_the_pages_of_errors_are_in_english(guest):
    strict = english(Client(enforce_csrf_checks=True))
    pages = [guest.get("/nowhere/"), strict.post("/display/", {"display": "contrast"}), guest.get("/terms/none/")]
    assert [korean_in(page_of(page)) for page in pages] == [[], [], []]


def test_d22_our_own_fault_is_said_in_both_languages():
    page = (source.ROOT / "templates/errors/500.html").read_text()
    english_lines = re.findall(r'lang="en">([^<]+)', page)
    assert [line for line in english_lines if HANGUL.search(line)] == []
    assert "Something went wrong" in english_lines[0]


# --- Signing up -----------------------------------------------------------------------------------------------------

STEPS: dict[str, Callable[[Client], object]] = {
    "/signup/terms/": walk.to_terms,
    "/signup/verification/": walk.to_verification,
    "/signup/verification/mobile/": walk.to_verification,
    "/signup/verification/ipin/": walk.to_verification,
    "/signup/verification/ipin/?challenge=words": walk.to_verification,
    "/signup/details/": lambda client: walk.to_details(client, marketing="no", name="Anna Smith"),
    "/signup/details/check-id/": lambda client: walk.to_details(client, method=Method.IPIN),
}


@pytest.mark.parametrize("path", STEPS)
@pytest.mark.parametrize("door", Door)
def test_d22_every_step_of_signing_up_is_in_english(guest, path, door):
    """Its page, its errors, and the first page, which offers to go on from it."""
    STEPS[path](guest)
    if door is Door.COMPANY:
        draft = walk.draft_of(guest)
        draft.door = door
        draft.save()
    answers = [
        guest.get(path),
        guest.post(path, {}),
        guest.post(path, WRONG),
        guest.get(path, {"username": TYPED}),
        guest.get(path, {"username": "free2026"}),
        guest.get("/signup/"),
    ]
    assert [korean_in(page_of(answer)) for answer in answers] == [[]] * len(answers)


@pytest.mark.parametrize("door", Door)
def test_d22_the_end_of_signing_up_is_in_english_and_so_is_the_member(guest, door):
    walk.to_details(guest, door=door, name="Anna Smith")

    done = guest.post("/signup/details/", walk.DETAILS, follow=True)

    assert done.redirect_chain == [({"company": "/signup/company/", "individual": "/signup/interests/"}[door], 302)]
    assert User.objects.get(username="export2026").language == "en"
    pages = [done, *map(guest.get, ("/signup/done/", "/signup/", "/my/", "/my/profile/", "/company/"))]
    assert [korean_in(page_of(page)) for page in pages] == [[]] * 6


@pytest.mark.parametrize("field", ["username", "password", "password_again", "name_en", "postcode", "phone", "email"])
@pytest.mark.parametrize("value", [TYPED, "mugung8hwa"])
def test_d22_what_is_said_while_typing_is_in_english(guest, field, value):
    walk.to_details(guest)
    typed_so_far = {"password": value, "field": field, field: value}
    check = guest.post("/signup/details/check/", typed_so_far, headers={"HX-Request": "true"})
    assert korean_in(page_of(check)) == []


@pytest.mark.parametrize("person", SCRIPT, ids=lambda person: person.mobile)
@pytest.mark.parametrize("purpose", PAGES)
def test_d22_the_carriers_window_is_in_english(guest, purpose, person):
    """§S6: the window, its refusals, the code with a wrong try and a second code, and the page after it."""
    walk.to_verification(guest)
    stem = PAGES[purpose].stem
    window = guest.post(
        reverse(f"{stem}_mobile_request"),
        typed(
            carrier=person.carrier,
            name=person.name,
            gender=person.gender,
            birth_date=f"{person.birth_date:%Y%m%d}",
            nationality="foreigner" if person.is_foreigner else "korean",
            mobile=person.mobile,
        ),
        follow=True,
    )
    pages = [window]
    if StubSms.objects.filter(mobile=person.mobile).exists():
        code = code_sent_to(person.mobile)
        pages += [
            guest.post(reverse(f"{stem}_mobile_confirm"), {"code": other_code(code)}),
            guest.post(reverse(f"{stem}_mobile_resend"), follow=True),
            guest.post(reverse(f"{stem}_mobile_confirm"), {"code": code}, follow=True),
            guest.get("/demo/inbox/"),
        ]
    assert [korean_in(page_of(page)) for page in pages] == [[]] * len(pages)


@pytest.mark.parametrize("purpose", PAGES)
@pytest.mark.parametrize("ipin_id", ["ipin0001", "ipin0004", "ipin0007", "unknown1"])
def test_d22_the_i_pin_window_is_in_english(guest, purpose, ipin_id):
    """§S7: its refusals and the page after it."""
    walk.to_verification(guest)
    filled = {"ipin_id": ipin_id, "password": IPIN_PASSWORD, "digits": shown_digits(guest, purpose)}
    confirm = reverse(f"{PAGES[purpose].stem}_ipin_confirm")

    pages = [guest.post(confirm, {}), guest.post(confirm, filled, follow=True)]

    assert [korean_in(page_of(page)) for page in pages] == [[], []]


def test_d22_the_form_of_a_company_is_in_english():
    """§S12: with its hints, and what its script says of files that are too large."""
    page = page_of(walk.to_company(logged_in(member()), make.brn()))
    assert "PDF, JPEG or PNG" in page
    assert "cannot be uploaded" in page
    assert korean_in(page) == []


# --- Members --------------------------------------------------------------------------------------------------------


def test_d22_what_a_member_saves_is_answered_in_english():
    client = logged_in(member())
    new = "mugung9hwa"
    pages = [
        client.post("/my/profile/", walk.DETAILS | {"language": "en"}, follow=True),
        client.post("/my/email/resend/", follow=True),
        client.post("/my/password/", {"current_password": "wrong"}),
        client.post(
            "/my/password/",
            {"current_password": make.PASSWORD, "password": new, "password_again": new},
            follow=True,
        ),
        client.get("/my/"),
    ]
    assert [korean_in(page_of(page)) for page in pages] == [[]] * len(pages)


def test_d22_mails_are_in_the_members_language():
    """Confirming an address, a changed address, a changed password, a lost ID and a lost password."""
    person = member(username="member1", email="kim@example.com")
    client = logged_in(person)
    changed = make.PASSWORD + "9"
    client.post("/my/password/", {"current_password": make.PASSWORD, "password": changed, "password_again": changed})
    stranger = english(Client())
    known, unknown = ("Kim Suchul", "member1", "kim@example.com"), ("Nobody", "nobody1", "no@example.com")
    for name, username, email in (known, unknown):
        stranger.post("/find-id/mail/", {"name": name, "email": email})
        stranger.post("/password-reset/mail/", {"username": username, "email": email})
    client.post("/my/profile/", walk.DETAILS | {"language": "en", "current_password": changed})

    mails = list(Email.objects.order_by("pk"))

    assert len(mails) == 7
    assert [korean_in(mail.subject + mail.message + mail.html_message) for mail in mails] == [[]] * 7
    assert korean_in(page_of(stranger.get("/demo/inbox/"))) == []


def test_d22_dates_are_written_as_each_language_does():
    person = member(joined_at=datetime(2026, 11, 2, 9, tzinfo=KST), birth_date=date(1985, 3, 1))
    client = logged_in(person)
    assert "joined on 2 November 2026" in page_of(client.get("/my/"))
    assert "1 March 1985" in page_of(client.get("/my/profile/"))
    User.objects.filter(pk=person.pk).update(language="ko")
    assert "2026.11.02. 가입" in page_of(client.get("/my/"))
    assert "1985.03.01." in page_of(client.get("/my/profile/"))


def test_d22_one_minute_is_not_1_minutes():
    with translation.override("en"):
        sentences = [str(limits.TooManyAttempts(timedelta(minutes=minutes))) for minutes in (1, 2)]
    assert [sentence.rsplit(" in ")[-1] for sentence in sentences] == ["1 minute.", "2 minutes."]


# --- The source -----------------------------------------------------------------------------------------------------


def test_d22_every_korean_text_of_the_code_is_marked_for_translation():
    found = {}
    for module in source.sources():
        calls = [node for node in module.nodes if isinstance(node, ast.Call) and "gettext" in meant_by(node)]
        marked = {id(part) for call in calls for part in ast.walk(call)}
        marked |= {id(node.value) for node in module.nodes if isinstance(node, ast.Expr)}  # docstrings
        texts = [node for node in module.nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)]
        korean = [node.value for node in texts if id(node) not in marked and HANGUL.search(node.value)]
        found |= {module.name: korean} if korean else {}
    assert {name: korean for name, korean in found.items() if name not in NOT_TRANSLATED} == {}


def meant_by(call: ast.Call) -> str:
    """Name what is called; the short names stand for gettext."""
    name = source.name_of(call)
    return "gettext" if name in {"_", "_t"} else name


def test_d22_every_korean_text_of_a_template_is_marked_for_translation():
    found = {}
    for path in source.templates():
        korean = HANGUL.findall(MARKED.sub("", path.read_text(encoding="utf-8")))
        found |= {path.relative_to(source.ROOT).as_posix(): korean} if korean else {}
    assert {name: korean for name, korean in found.items() if name not in NOT_TRANSLATED} == {}
