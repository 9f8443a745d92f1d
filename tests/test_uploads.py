"""What is too large is refused before it is written anywhere, whoever sends it and wherever."""

import gc
import tempfile
from collections.abc import Iterator
from hashlib import sha256
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.files.uploadhandler import TemporaryFileUploadHandler
from django.test import Client
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart
from django.urls import URLPattern, URLResolver, get_resolver
from pytest_django.asserts import assertContains

from accounts.models import User
from kotra_portal.uploads import LARGEST_FILE, LARGEST_REQUEST, MOST_FILES
from tests import make

pytestmark = [pytest.mark.django_db, pytest.mark.once]

TITLE = "보낸 내용이 너무 큽니다"
MEGABYTE = 1024 * 1024
PATHS = ("/language/", "/signup/start/", "/login/", "/my/profile/", "/admin/login/", "/admin/pages/notice/add/")


@pytest.fixture
def temporary(tmp_path, monkeypatch, settings):
    """The folder where Django and Python put what does not fit into memory."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    settings.FILE_UPLOAD_TEMP_DIR = str(tmp_path)
    return tmp_path


def visitor(person: User | None = None) -> Client:
    """A browser that has the cookie of the forms, without which none is read, but shows no token."""
    browser = Client(enforce_csrf_checks=True)
    if person:
        browser.force_login(person)
    browser.get("/guide/faq/")
    assert "csrf" in browser.cookies
    return browser


def file_of(size: int) -> SimpleUploadedFile:
    return SimpleUploadedFile("사업자등록증.pdf", b"%" * size)


@pytest.mark.parametrize("size", [1, 100_000, 3 * MEGABYTE, 20 * MEGABYTE])
def test_other_pages_take_no_files_and_nothing_of_them_is_left(size, temporary):
    page = visitor().post("/language/", {"language": "en", "file": file_of(size)})

    assertContains(page, f"<h1>{TITLE}</h1>", status_code=413, html=True)
    assertContains(page, "고객지원팀", status_code=413)
    assert list(temporary.iterdir()) == []


def test_a_file_is_written_nowhere_while_it_arrives(temporary, monkeypatch):
    """Not even for a moment: the token is looked at only when all of the form is read."""
    written = []
    monkeypatch.setattr(TemporaryFileUploadHandler, "new_file", lambda *args, **kwargs: written.append(args))

    visitor().post("/language/", {"file": file_of(100_000)})

    assert written == []


@pytest.mark.parametrize("who", ["anonymous", "member", "staff"])
def test_every_page_refuses_what_is_too_large_whoever_sends_it(who, temporary):
    people = {"anonymous": lambda: None, "member": make.member, "staff": lambda: make.staff(is_superuser=True)}
    browser = visitor(people[who]())

    answers = {
        path: [browser.post(path, {"file": file_of(size)}).status_code for size in (1000, 3 * MEGABYTE)]
        for path in PATHS
    }

    assert answers == {path: [413, 413] for path in PATHS}
    assert browser.post("/no-such-page/", {"file": file_of(1000)}).status_code == 404
    assert list(temporary.iterdir()) == []


@pytest.mark.parametrize("content_type", ["application/x-www-form-urlencoded", "multipart/form-data; boundary=x"])
def test_an_announced_length_is_enough_to_be_refused(content_type, client):
    page = client.post("/language/", b"language=en", content_type=content_type, CONTENT_LENGTH=str(3 * MEGABYTE))

    assertContains(page, TITLE, status_code=413)


def test_a_form_without_a_file_is_read_and_so_is_one_whose_file_was_not_chosen(client):
    """Browsers send an empty part for a file that was not chosen; a form's texts may be many."""
    page = client.post("/language/", {"language": "en", "note": "가" * 100_000, "file": BytesIO(b"")})

    assert page.status_code == 302
    assert client.cookies["language"].value == "en"


def test_whoever_reads_english_is_told_in_english(client):
    client.cookies["language"] = "en"

    page = client.post("/language/", {"file": file_of(10)})

    assertContains(page, 'lang="en"', status_code=413)
    assert TITLE not in page.text


@pytest.mark.parametrize("path", ["/company/register/request/", "/company/register/documents/"])
def test_where_files_are_taken_the_limits_are_said_and_the_way_back_is_a_link(path):
    """§S13: what was kept before stays; the way back is to the page that the form stood on."""
    sent_from = {"Referer": "http://testserver/company/register/"}
    large = {"content_type": "multipart/form-data; boundary=x", "CONTENT_LENGTH": str(30 * MEGABYTE)}

    page = visitor(make.member()).post(path, b"x", headers=sent_from, **large)

    assertContains(page, "하나에 10MB까지, 한 번에 모두 합해 24MB까지", status_code=413)
    assertContains(page, '<a class="button" href="/company/register/">', status_code=413)
    assertContains(page, "이미 올린 파일은 그대로 있습니다", status_code=413)


# --- Where files are taken ------------------------------------------------------------------------------------------

# Adding to a request; and each button of the form that asks for a registration, since the file comes along with it.
TAKE_FILES = {
    "add_case_document", "add_draft_document", "remove_draft_document", "keep_registration", "search_again",
    "request_registration", "companies_case_add_fax", "companies_case_add_emailed",
    "keep_correction", "add_correction_document", "correct_request",
}  # fmt: skip


def names_of_paths(resolver: URLResolver) -> Iterator[tuple[str, object]]:
    for entry in resolver.url_patterns:
        if isinstance(entry, URLPattern):
            yield entry.name, entry.callback
        else:
            yield from names_of_paths(entry)


def test_files_are_taken_by_these_views_and_no_other():
    found = {name for name, view in names_of_paths(get_resolver()) if getattr(view, "takes_files", False)}
    assert found == TAKE_FILES


@pytest.fixture
def taking(settings):
    settings.ROOT_URLCONF = "tests.upload_urls"


@pytest.fixture
def own(client, login, taking):
    """A member's browser, before a page that takes files."""
    return login(make.member())


def sent(browser: Client, *sizes: int, path: str = "/take/") -> dict[str, object]:
    return browser.post(path, {"typed": "한글", "file": [file_of(size) for size in sizes]}).json()


def digest_of(size: int) -> str:
    return sha256(b"%" * size).hexdigest()


def test_a_file_within_the_quota_arrives(own, temporary):
    """Whole, up to the last byte, and without a name on the disk meanwhile."""
    told = sent(own, 1, 100_000, LARGEST_FILE)

    sizes = (1, 100_000, LARGEST_FILE)
    assert told["files"] == [["사업자등록증.pdf", size, digest_of(size)] for size in sizes]
    assert list(temporary.iterdir()) == []


def test_a_file_above_the_quota_loses_nothing_of_the_form(own, temporary):
    """It is read through and not kept; the view learns its size and has all that was typed."""
    told = sent(own, LARGEST_FILE + 1, 5)

    assert told["texts"]["typed"] == ["한글"]
    assert told["files"] == [["사업자등록증.pdf", LARGEST_FILE + 1, None], ["사업자등록증.pdf", 5, digest_of(5)]]


def test_more_files_than_are_taken_lose_nothing_of_the_form(own):
    told = sent(own, *[5] * (MOST_FILES + 2))

    assert told["texts"]["typed"] == ["한글"]
    assert [content for _name, _size, content in told["files"]] == [digest_of(5)] * MOST_FILES + [None, None]


def test_an_announced_length_above_everything_is_refused_before_it_is_read(own, temporary):
    page = own.post("/take/", {"file": file_of(LARGEST_REQUEST)})

    assertContains(page, TITLE, status_code=413)
    assert list(temporary.iterdir()) == []


def test_the_texts_of_a_form_with_files_stay_limited(own):
    assert own.post("/take/", {"note": "a" * (3 * MEGABYTE), "file": file_of(5)}).status_code == 413


def test_whoever_is_not_logged_in_leaves_nothing_here(client, taking, temporary):
    """Not even where anybody may send a form."""
    assert sent(client, 100_000)["files"] == [["사업자등록증.pdf", 100_000, None]]


def test_a_log_in_that_ended_meanwhile_is_asked_for_again(client, taking):
    """And not told that a file of two megabytes is too large."""
    page = client.post("/take/members/", {"file": file_of(2 * MEGABYTE)}, headers={"referer": "http://testserver/my/"})
    assert (page.status_code, page.url) == (302, "/login/?next=%2Fmy%2F&unsaved=1")


def test_a_form_without_its_token_is_refused_and_leaves_nothing(taking, temporary):
    browser = visitor(make.member())
    assert browser.post("/take/", {"file": file_of(100_000)}).status_code == 403
    assert list(temporary.iterdir()) == []


@pytest.mark.parametrize("cut", [60, 200, 50_000, 100_000])
def test_a_form_that_breaks_off_leaves_nothing_open(own, temporary, cut):
    """The line went dead; pytest fails when a file is left open."""
    body = encode_multipart(BOUNDARY, {"typed": "한글", "file": file_of(100_000)})[:cut]
    page = own.generic("POST", "/take/", body, content_type=MULTIPART_CONTENT)

    assert page.status_code in {200, 400}
    assert list(temporary.iterdir()) == []
    gc.collect()


@pytest.mark.parametrize(
    "charset", ["punycode", "zlib", "idna", "utf-7", "unicode_escape", "utf-16", "no-such-charset"]
)
def test_a_form_in_another_encoding_is_not_read(charset):
    """Whoever names an encoding chooses the code that reads the form, before anybody knows who it is."""
    browser = visitor()
    body = b'--x\r\nContent-Disposition: form-data; name="username"\r\n\r\naaa-aaa\r\n--x--\r\n'

    page = browser.generic("POST", "/login/", body, content_type=f"multipart/form-data; boundary=x; charset={charset}")

    assert page.status_code == 400


def test_a_form_that_names_the_pages_own_encoding_is_read():
    body = b'--x\r\nContent-Disposition: form-data; name="language"\r\n\r\nen\r\n--x--\r\n'
    browser = Client()

    page = browser.generic("POST", "/language/", body, content_type="multipart/form-data; boundary=x; charset=UTF-8")

    assert page.status_code == 302
