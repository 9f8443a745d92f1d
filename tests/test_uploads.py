"""What is too large is refused before it is written anywhere, whoever sends it and wherever."""

import tempfile
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.files.uploadhandler import TemporaryFileUploadHandler
from django.test import Client
from pytest_django.asserts import assertContains

from accounts.models import User
from tests import make

pytestmark = pytest.mark.django_db

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
def test_no_page_takes_files_and_nothing_of_them_is_left(size, temporary):
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
