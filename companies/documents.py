"""Documents: what an upload may be, and where it is kept. No decision about whose it is."""

import logging
import subprocess
import sys
import tempfile
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from threading import BoundedSemaphore
from typing import BinaryIO

from django.conf import settings
from django.core.files.base import File
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from companies import inspection
from companies.inspection import Verdict
from companies.models import Document, DocumentType
from kotra_portal.errors import RuleViolation
from kotra_portal.text import is_visible
from kotra_portal.uploads import LARGEST_FILE, MEGABYTE, UnstoredFile

logger = logging.getLogger(__name__)

MOST_DOCUMENTS = 10  # of one draft or case
LONGEST_STEM = 100  # characters of a file's name before its ending
SUFFIXES = {DocumentType.PDF: (".pdf",), DocumentType.JPEG: (".jpg", ".jpeg"), DocumentType.PNG: (".png",)}
ACCEPT = ",".join(suffix for suffixes in SUFFIXES.values() for suffix in suffixes)
SIGNATURES = {
    b"%PDF-": DocumentType.PDF,
    b"\xff\xd8\xff": DocumentType.JPEG,
    b"\x89PNG\r\n\x1a\n": DocumentType.PNG,
}
FIRST_LOOK = 64 * 1024  # bytes in which the signs of other formats are looked for

# A parser that hangs is ended by its processor time; this ends one that waits, or is starved by its neighbours.
SECONDS = 12
WAIT = 2  # seconds for a place; whoever finds none is asked to try again, and holds no worker meanwhile
AT_ONCE = 2  # inspections of one server process: their memory adds up
_places = BoundedSemaphore(AT_ONCE)


class UnusableDocument(RuleViolation):
    """§S12: the file cannot be taken."""

    field = "document"


class EmptyDocument(UnusableDocument):
    """§S12: nothing is in the file."""

    sentence = _("빈 파일입니다. 파일을 열어 내용을 확인한 뒤 다시 첨부해 주세요.")


class DocumentTooLarge(UnusableDocument):
    """§S12: above the limit that was said beforehand."""

    sentence = _(
        "%(megabytes)sMB가 넘는 파일은 첨부할 수 없습니다. 해상도를 낮추어 다시 저장하거나, 팩스나 이메일로 보내 "
        "주세요."
    )


class TooManyDocuments(UnusableDocument):
    """§S12: the number that was said beforehand is reached."""

    sentence = _(
        "파일은 %(most)s개까지 첨부할 수 있습니다. 여러 장을 PDF 하나로 합쳐 첨부하거나, 나머지는 팩스나 이메일로 "
        "보내 주세요."
    )


class OtherFormat(UnusableDocument):
    """§S12: neither PDF nor JPEG nor PNG, whatever its name says."""

    sentence = _(
        "PDF, JPEG, PNG 파일만 첨부할 수 있습니다. 파일 이름이 아니라 내용이 이 형식이어야 하니, PDF로 저장하거나 "
        "사진으로 찍어 다시 첨부해 주세요."
    )


class KnownFormat(UnusableDocument):
    """§S12: another format, which can be named."""

    sentence = _(
        "이 파일의 형식(%(format)s)은 첨부할 수 없습니다. 파일을 열어 PDF로 저장하거나 인쇄한 뒤 PDF, JPEG, PNG 파일로 "
        "첨부해 주세요."
    )


class PhoneFormat(UnusableDocument):
    """§S12: a photograph as iPhones keep it."""

    sentence = _(
        "아이폰의 HEIC 사진은 첨부할 수 없습니다. 아이폰의 설정 › 카메라 › 포맷에서 ‘높은 호환성’을 선택해 다시 "
        "찍거나, 사진 화면을 캡처해 첨부해 주세요."
    )


class DamagedDocument(UnusableDocument):
    """§S12: begins like one of the three and is none, or only a part of one."""

    sentence = _("파일이 손상되어 열 수 없습니다. 원본을 다시 저장하거나 스캔해 첨부해 주세요.")


class ProtectedDocument(UnusableDocument):
    """§S12: a PDF that does not open for everybody; one that is locked only against changing or printing does."""

    sentence = _(
        "암호를 입력하거나 전용 프로그램을 써야 열리는 PDF는 첨부할 수 없습니다. 암호 없이 열리도록 다시 저장하거나, "
        "인쇄해 스캔한 파일을 첨부해 주세요."
    )


class ActiveDocument(UnusableDocument):
    """§S12: a PDF that is more than pages."""

    sentence = _(
        "스크립트, 첨부 파일, 동영상처럼 실행되는 내용이 든 PDF는 첨부할 수 없습니다. PDF로 다시 "
        "인쇄하거나 스캔해 첨부해 주세요."
    )


class TooManyPages(UnusableDocument):
    """§S12: a PDF above the limit of pages."""

    sentence = _("%(pages)s쪽이 넘는 PDF는 첨부할 수 없습니다. 필요한 쪽만 저장해 첨부해 주세요.")


class TooManyPixels(UnusableDocument):
    """§S12: a picture above the limit of pixels."""

    sentence = _("사진이 너무 큽니다(%(megapixels)s메가픽셀 초과). 해상도를 낮추어 다시 저장한 뒤 첨부해 주세요.")


class TooComplexDocument(UnusableDocument):
    """§S12: the inspection took more time or memory than any plain document needs."""

    sentence = _(
        "내용이 너무 복잡해 확인할 수 없는 파일입니다. 스캔하거나 사진으로 찍어 첨부하거나, 팩스나 이메일로 보내 "
        "주세요."
    )


class NotInspected(UnusableDocument):
    """The fault is the portal's: too much to do, or an inspection that does not run."""

    sentence = _("지금은 파일을 확인할 수 없습니다. 잠시 후 다시 첨부하거나, 팩스나 이메일로 보내 주세요.")


REFUSALS = {
    Verdict.DAMAGED: DamagedDocument,
    Verdict.PROTECTED: ProtectedDocument,
    Verdict.ACTIVE: ActiveDocument,
    Verdict.TOO_MANY_PAGES: TooManyPages,
    Verdict.TOO_MANY_PIXELS: TooManyPixels,
    Verdict.TOO_COMPLEX: TooComplexDocument,
}
PARAMETERS = {
    TooManyPages: {"pages": inspection.MOST_PAGES},
    TooManyPixels: {"megapixels": inspection.MOST_PIXELS // 1_000_000},
}


@dataclass(frozen=True)
class Accepted:
    """A file that may be kept, until the inspection's ``with`` ends."""

    name: str
    content_type: DocumentType
    content: File
    sha256: str  # of what was sent


@contextmanager
def accepted(upload: UploadedFile) -> Iterator[Accepted]:
    """§S12: what is kept of this upload: a PDF as it is, locks included, a picture drawn anew. Raises UnusableDocument.

    Takes up to seconds, so it is asked outside transactions. Nothing but the yielded content is written anywhere, and
    that into files without names, which are gone when the ``with`` ends.
    """
    if upload.size > LARGEST_FILE:
        raise DocumentTooLarge(megabytes=LARGEST_FILE // MEGABYTE)
    if isinstance(upload, UnstoredFile):
        raise TooManyDocuments(most=MOST_DOCUMENTS)
    if not upload.size:
        raise EmptyDocument
    with _nameless() as sent, _nameless() as redrawn:
        digest = sha256()
        for chunk in upload.chunks():
            digest.update(chunk)
            sent.write(chunk)
        kind = _kind_of(sent)
        _inspect(sent, kind, redrawn)
        content = File(sent if kind == DocumentType.PDF else redrawn)
        content.seek(0)
        yield Accepted(clean_name(upload.name or "", kind), kind, content, digest.hexdigest())


def clean_name(name: str, kind: DocumentType) -> str:
    """The file's name as it may be shown and sent: one line, visible, of bounded length, ending as its content is."""
    name = unicodedata.normalize("NFC", name[-255:])  # a Mac sends Hangul in pieces
    visible = "".join(letter for letter in name if is_visible(letter) and letter not in '/\\:*?"<>|%')
    line = " ".join(visible.split())
    suffix = next((suffix for suffix in SUFFIXES[kind] if line.lower().endswith(suffix)), "")
    stem = line[: len(line) - len(suffix)].strip(". ")[:LONGEST_STEM]
    return (stem or "document") + (suffix or SUFFIXES[kind][0])


def discard(document: Document) -> None:
    """Delete a document that hangs on nothing any more; its file goes when the transaction is committed."""
    file = document.file
    document.delete()
    transaction.on_commit(lambda: file.storage.delete(file.name), robust=True)


def _nameless() -> BinaryIO:
    return tempfile.TemporaryFile(dir=settings.FILE_UPLOAD_TEMP_DIR)


def _kind_of(sent: BinaryIO) -> DocumentType:
    """Which of the three the file says it is; raises a refusal that names the format where it can be told."""
    sent.seek(0)
    start = sent.read(FIRST_LOOK)
    for signature, kind in SIGNATURES.items():
        if start.startswith(signature):
            return kind
    if start[4:8] == b"ftyp" and start[8:12] in {b"heic", b"heix", b"heim", b"hevc", b"mif1", b"msf1"}:
        raise PhoneFormat
    known = _known_format(start)
    if known:
        raise KnownFormat(format=known)
    raise OtherFormat


def _known_format(start: bytes) -> str:
    """The name of a format that people often have and the portal does not take, or nothing."""
    if start.startswith(b"\xd0\xcf\x11\xe0"):  # the old container of HWP and of Office
        return "HWP" if b"HWP Document File" in start else "HWP, DOC, XLS, PPT"
    if start.startswith(b"PK\x03\x04"):
        signs = {b"hwp+zip": "HWPX", b"word/": "DOCX", b"xl/": "XLSX", b"ppt/": "PPTX"}
        return next((name for sign, name in signs.items() if sign in start), "ZIP")
    if start.startswith(b"RIFF") and start[8:12] == b"WEBP":
        return "WEBP"
    beginnings = {b"II*\0": "TIFF", b"MM\0*": "TIFF", b"GIF8": "GIF", b"BM": "BMP", b"{\\rtf": "RTF"}
    return next((name for beginning, name in beginnings.items() if start.startswith(beginning)), "")


def _inspect(sent: BinaryIO, kind: DocumentType, redrawn: BinaryIO) -> None:
    """Have a process of its own look into the file; raises a refusal unless it may be kept."""
    sent.flush()
    sent.seek(0)
    # -I: nothing of ours is on its path, nothing of the environment reaches it; -B: it writes no compiled files.
    command = [sys.executable, "-I", "-B", str(Path(inspection.__file__).resolve()), kind.name]
    if not _places.acquire(timeout=WAIT):
        raise NotInspected
    try:
        ended = subprocess.run(  # noqa: S603 (no part of the command is a visitor's)
            command,
            stdin=sent,
            stdout=redrawn,
            stderr=subprocess.DEVNULL,
            env={},
            cwd="/",
            timeout=SECONDS,
            check=False,
        )
        code = ended.returncode
    except subprocess.TimeoutExpired:
        code = Verdict.TOO_COMPLEX
    except OSError:  # no memory, no processes left
        logger.exception("The inspection of an upload cannot be started.")
        raise NotInspected from None
    finally:
        _places.release()
    _check(code)


def _check(code: int) -> None:
    if code == Verdict.FINE:
        return
    if code < 0:  # ended by one of its limits
        code = Verdict.TOO_COMPLEX
    refusal = REFUSALS.get(code)
    if refusal is None:
        logger.error("The inspection of an upload does not run: it ended with %s.", code)
        raise NotInspected
    raise refusal(**PARAMETERS.get(refusal, {}))
