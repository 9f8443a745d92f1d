"""Documents: what may be handed in, what is kept of it, and what it is called (§S12, §S13)."""

import json
import signal
import subprocess
import sys
import unicodedata
from io import BytesIO

import pytest
from django.conf import settings
from django.utils import timezone
from PIL import Image

from companies import documents, inspection
from companies.documents import UnusableDocument, clean_name
from companies.domain import documents as rules
from companies.inspection import Verdict
from companies.models import Document, DocumentType
from kotra_portal.uploads import LARGEST_FILE, UnstoredFile
from tests import make
from tests.companies import papers

pytestmark = [pytest.mark.django_db, pytest.mark.once]


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    """Where this test's documents lie."""
    return papers.folder_of_documents(monkeypatch, tmp_path / "documents")


@pytest.fixture
def draft():
    return papers.draft(make.member("member1"))


def add(draft, content: bytes, name: str = "사업자등록증.pdf") -> Document:
    return rules.add_to_draft(draft, papers.upload(content, name), now=timezone.now())


def refusal_of(content: bytes, name: str = "사업자등록증.pdf") -> UnusableDocument:
    with pytest.raises(UnusableDocument) as refused, documents.accepted(papers.upload(content, name)):
        pass
    assert refused.value.field == "document"
    return refused.value


# --- What may be handed in ------------------------------------------------------------------------------------------


def test_good_papers_with_korean_names_are_accepted(repeated):
    """§S12: PDF, JPEG and PNG as telephones, scanners and programs make them; the name stays."""
    for number in range(repeated(200)):
        name, content = list(papers.GOOD.items())[number % len(papers.GOOD)]
        with documents.accepted(papers.upload(content(), f"{number} {name}")) as file:
            assert file.name.lower() == f"{number} {name}".lower()
            assert papers.is_whole(file.content.read(), file.content_type)


@pytest.mark.parametrize(("name", "content"), papers.GOOD.items())
def test_each_kind_of_good_paper_is_kept(name, content, draft, folder):
    """§S13: the row says what the file is, and the file is there."""
    document = add(draft, content(), name)

    kept = papers.files_in(folder)[0].read_bytes()
    assert (document.draft, document.added_by, document.size) == (draft, draft.member, len(kept))
    assert papers.is_whole(kept, DocumentType(document.content_type))
    assert document.name.lower() == name.lower()


def test_a_pdf_stays_as_it_is(draft, folder):
    add(draft, papers.pdf(pages=3))
    assert papers.files_in(folder)[0].read_bytes() == papers.pdf(pages=3)


def test_the_content_decides_and_not_the_name(draft):
    """§S12."""
    document = add(draft, papers.picture("PNG"), "사업자등록증.pdf.exe")
    assert (document.content_type, document.name) == (DocumentType.PNG, "사업자등록증.pdf.exe.png")


def test_nothing_of_a_photograph_is_kept_but_its_dots(draft, folder):
    """§S12: neither where it was taken nor by what, and what was smuggled in is gone."""
    sent = papers.photograph(icc_profile=b"profile " * 20)
    assert b"secret telephone" in sent
    assert papers.MARK in sent

    add(draft, sent, "사진.jpg")

    kept = papers.files_in(folder)[0].read_bytes()
    picture = Image.open(BytesIO(kept))
    assert (dict(picture.getexif()), sorted(picture.info)) == (
        {},
        ["jfif", "jfif_density", "jfif_unit", "jfif_version"],
    )
    assert b"secret telephone" not in kept
    assert papers.MARK not in kept


def test_nothing_is_left_beside_the_dots_of_a_png(draft, folder):
    add(draft, papers.png_with_words() + papers.MARK, "사진.png")

    kept = papers.files_in(folder)[0].read_bytes()
    assert Image.open(BytesIO(kept)).info == {}
    assert papers.MARK not in kept


@pytest.mark.parametrize(
    ("orientation", "size", "black_at"), [(1, (120, 80), (5, 5)), (3, (120, 80), (115, 5)), (6, (80, 120), (5, 5))]
)
def test_a_photograph_stands_upright(orientation, size, black_at):
    """§S12: the telephone's note how it was held goes with the rest, so it is obeyed first."""
    with documents.accepted(papers.upload(papers.photograph(orientation), "사진.jpg")) as file:
        picture = Image.open(file.content)
        assert picture.size == size
        assert sum(picture.getpixel(black_at)) < 30


def test_a_large_picture_is_made_bearable():
    with documents.accepted(papers.upload(papers.picture(size=(9000, 4500)), "사진.jpg")) as file:
        assert Image.open(file.content).size == (4000, 2000)


def test_what_is_transparent_becomes_white():
    picture = BytesIO()
    Image.new("RGBA", (10, 10), (0, 0, 0, 0)).save(picture, "PNG")
    with documents.accepted(papers.upload(picture.getvalue(), "투명.png")) as file:
        assert Image.open(file.content).getpixel((5, 5)) == (255, 255, 255)


# --- What may not ---------------------------------------------------------------------------------------------------

REFUSED = {
    "empty": (lambda: b"", documents.EmptyDocument),
    "words": (lambda: b"hello", documents.OtherFormat),
    "heic": (lambda: papers.HEIC, documents.PhoneFormat),
    "half a jpeg": (lambda: papers.picture()[:-200], documents.DamagedDocument),
    "half a png": (lambda: papers.picture("PNG")[:-30], documents.DamagedDocument),
    "half a pdf": (lambda: papers.pdf()[:-100], documents.DamagedDocument),
    "a pdf without pages": (lambda: papers.pdf(pages=0), documents.DamagedDocument),
    "a pdf with something behind it": (lambda: papers.pdf() + papers.MARK, documents.DamagedDocument),
    "only a signature": (lambda: b"%PDF-", documents.DamagedDocument),
    "a locked pdf": (lambda: papers.pdf(trailer=papers.LOCK), documents.ProtectedDocument),
    "too many pages": (lambda: papers.pdf(pages=101), documents.TooManyPages),
    "too many pixels": (lambda: papers.huge_png(10_000, 5_001), documents.TooManyPixels),
    "pixels that are not there": (lambda: papers.png_that_says(2**31 - 1, 2**31 - 1), documents.TooManyPixels),
    "a bomb": (lambda: papers.bomb(200_000_000), documents.TooComplexDocument),
    "bombs that are defused in the end": (lambda: papers.bomb_on_the_way(4), documents.TooComplexDocument),
    "a bomb in a bomb": (lambda: papers.bomb(160_000_000, times=2), documents.TooComplexDocument),
    "many small bombs": (lambda: papers.pdf(*[papers.stream(b" " * 140_000_000)] * 4), documents.TooComplexDocument),
    "many filters": (lambda: papers.pdf(papers.stream(b" ", times=5)), documents.TooComplexDocument),
}


@pytest.mark.parametrize(("content", "refusal"), REFUSED.values(), ids=REFUSED)
def test_each_unusable_file_is_refused_for_what_it_is(content, refusal):
    """§S12."""
    assert type(refusal_of(content())) is refusal


@pytest.mark.parametrize("content", papers.ACTIVE.values(), ids=papers.ACTIVE)
def test_a_pdf_that_is_more_than_pages_is_refused(content):
    """§S12: whether a page leads to it or not, however it is written."""
    assert type(refusal_of(content())) is documents.ActiveDocument


@pytest.mark.parametrize(("name", "content"), papers.OTHERS.items())
def test_a_known_format_is_called_by_its_name(name, content):
    """§S12: whoever sent a HWP is told so, whatever the file is called."""
    refusal = refusal_of(content, "사업자등록증.pdf")
    assert type(refusal) is documents.KnownFormat
    assert f"({name})" in str(refusal)


def test_a_file_above_the_limit_is_refused_whether_it_was_kept_or_read_through():
    """§S12: the limit itself is allowed."""
    for file in (papers.upload(b"%PDF-" + b" " * LARGEST_FILE), UnstoredFile("a.pdf", LARGEST_FILE + 1)):
        with pytest.raises(documents.DocumentTooLarge, match="10MB"), documents.accepted(file):
            pass
    assert type(refusal_of(b"%PDF-" + b" " * (LARGEST_FILE - 5))) is documents.DamagedDocument


def test_one_file_too_many_of_a_request_is_refused():
    """§S12."""
    with pytest.raises(documents.TooManyDocuments, match="10개"), documents.accepted(UnstoredFile("a.pdf", 5)):
        pass


# --- The process that looks into a file -----------------------------------------------------------------------------


def inspected(content: bytes, kind: str) -> Verdict:
    try:
        inspection.inspect(content, kind)
    except inspection.Found as end:
        return end.verdict
    return Verdict.FINE


def test_the_inspection_says_the_same_without_a_process_of_its_own():
    verdicts = {refusal: verdict for verdict, refusal in documents.REFUSALS.items()}
    for content, refusal in REFUSED.values():
        if content().startswith(b"%PDF") and "bomb" not in str(refusal):
            assert inspected(content(), "PDF") is verdicts[refusal]
    assert inspected(papers.pdf(), "PDF") is Verdict.FINE
    assert inspected(papers.picture("PNG"), "JPEG") is Verdict.DAMAGED
    assert all(inspected(content(), "PDF") is Verdict.ACTIVE for content in papers.ACTIVE.values())


@pytest.mark.parametrize("how", [signal.SIGXCPU, signal.SIGKILL, signal.SIGSEGV])
def test_an_inspection_that_is_ended_by_its_limits_is_a_refusal(how, monkeypatch):
    monkeypatch.setattr(subprocess, "run", lambda *args, **kwargs: subprocess.CompletedProcess(args, -how))
    assert type(refusal_of(papers.pdf())) is documents.TooComplexDocument


def test_an_inspection_that_hangs_is_ended(monkeypatch, tmp_path):
    script = tmp_path / "inspection.py"
    script.write_text("import time\ntime.sleep(60)\n")
    monkeypatch.setattr(inspection, "__file__", str(script))
    monkeypatch.setattr(documents, "SECONDS", 0.3)
    assert type(refusal_of(papers.pdf())) is documents.TooComplexDocument


def test_an_inspection_that_does_not_run_is_told_to_the_operator(monkeypatch, tmp_path, caplog):
    """The member is not told that the file is damaged."""
    monkeypatch.setattr(inspection, "__file__", str(tmp_path / "gone.py"))
    assert type(refusal_of(papers.pdf())) is documents.NotInspected
    assert "does not run" in caplog.text


def test_an_inspection_that_cannot_be_started_is_told_to_the_operator(monkeypatch, caplog):
    """No 500: the member can send a fax."""
    monkeypatch.setattr(sys, "executable", "/no/such/python")
    assert type(refusal_of(papers.pdf())) is documents.NotInspected
    assert "cannot be started" in caplog.text


def test_only_so_many_inspections_run_at_once(monkeypatch):
    """Their memory adds up; whoever waits too long is asked to come again."""
    monkeypatch.setattr(documents, "SECONDS", 0.1)
    for _ in range(documents.AT_ONCE):
        documents._places.acquire()
    try:
        assert type(refusal_of(papers.pdf())) is documents.NotInspected
    finally:
        for _ in range(documents.AT_ONCE):
            documents._places.release()


def test_the_inspection_knows_nothing_of_the_portal(monkeypatch, tmp_path):
    """No environment with its keys, no folder of the portal's, no module of it."""
    script = tmp_path / "inspection.py"
    script.write_text("import os, sys, json; print(json.dumps([sorted(os.environ), os.getcwd(), sys.path]))")
    monkeypatch.setattr(inspection, "__file__", str(script))

    with documents.accepted(papers.upload(papers.picture(), "a.jpg")) as file:
        environment, place, path = json.loads(file.content.read())

    assert set(environment) <= {"LC_CTYPE"}  # Python's own
    assert place == "/"
    assert str(settings.BASE_DIR) not in path


def test_the_inspection_has_little_of_everything():
    """Time, memory, files, processes: what a broken parser could be made to do is nothing much."""
    names = ("RLIMIT_CPU", "RLIMIT_AS", "RLIMIT_FSIZE", "RLIMIT_NPROC", "RLIMIT_CORE")
    code = f"""
import resource
from companies import inspection
inspection.limit_process()
print([resource.getrlimit(getattr(resource, name))[1] for name in {names}])
"""
    command = [sys.executable, "-c", code]
    said = subprocess.run(command, cwd=settings.BASE_DIR, capture_output=True, text=True, check=True)  # noqa: S603
    limits = [inspection.SECONDS, inspection.MEMORY, inspection.LARGEST_RESULT, 0, 0]
    assert json.loads(said.stdout) == limits


# --- Names ----------------------------------------------------------------------------------------------------------

NAMES = {
    "사업자등록증.pdf": "사업자등록증.pdf",
    unicodedata.normalize("NFD", "사업자등록증.PDF"): "사업자등록증.pdf",
    "  (주) 한글무역   등록증 .pdf": "(주) 한글무역 등록증.pdf",
    "C:\\Users\\kim\\a.pdf": "CUserskima.pdf",
    "../../etc/passwd": "etcpasswd.pdf",
    "\u202efdp.exe": "fdp.exe.pdf",
    "a\0b\r\nSet-Cookie: x.pdf": "ab Set-Cookie x.pdf",
    '"><script>.pdf': "script.pdf",
    "....": "document.pdf",
    "\u3164.pdf": "document.pdf",
    ".pdf": "document.pdf",
    "": "document.pdf",
    "\ud83d.jpg": "jpg.pdf",
    "가" * 300 + ".pdf": "가" * documents.LONGEST_STEM + ".pdf",
}


@pytest.mark.parametrize(("name", "kept"), NAMES.items())
def test_a_name_is_kept_as_far_as_it_can_be_shown(name, kept):
    assert clean_name(name, DocumentType.PDF) == kept


def test_a_name_fits_into_its_column():
    longest = clean_name("가" * 5000 + ".jpeg", DocumentType.JPEG)
    assert len(longest) <= Document._meta.get_field("name").max_length
