"""Files as people hand them in, and as they should not; made on the spot, so that nobody's papers lie here."""

import random
import tempfile
import zlib
from collections.abc import Callable
from functools import cache, partial
from io import BytesIO
from pathlib import Path

import pytest
from django.contrib.auth.models import Permission
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image
from PIL.PngImagePlugin import PngInfo
from pypdf import PdfWriter

from accounts.models import User
from companies import inspection
from companies.models import (
    Case,
    CaseKind,
    Document,
    DocumentType,
    RegistrationDraft,
    RegistrationRequest,
    RegistryAnswer,
)
from tests import make

GPS, ORIENTATION = 0x8825, 0x0112
MARK = b"<script>alert('kotra')</script>"  # what somebody would smuggle in


def folder_of_documents(monkeypatch: pytest.MonkeyPatch, folder: Path) -> Path:
    """Let the documents of this test lie in a folder of its own."""
    monkeypatch.setattr(Document._meta.get_field("file").storage, "location", str(folder))
    return folder


def temporary_folder(monkeypatch: pytest.MonkeyPatch, settings: object, folder: Path) -> Path:
    """Let whatever temporary files have names lie in a folder of this test's own."""
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    settings.FILE_UPLOAD_TEMP_DIR = str(folder)
    return folder


def files_in(folder: Path) -> list[Path]:
    """Every file under the folder."""
    return [path for path in folder.rglob("*") if path.is_file()]


def upload(content: bytes, name: str = "사업자등록증.pdf") -> SimpleUploadedFile:
    """What a browser sends."""
    return SimpleUploadedFile(name, content)


def draft(member: object) -> RegistrationDraft:
    """An unfinished registration of a number that nobody knows."""
    answer = {"answer": RegistryAnswer.UNKNOWN, "answered_at": make.LONG_AGO, "changed_at": make.LONG_AGO}
    return RegistrationDraft.objects.create(member=member, brn=make.brn(), **answer)


def case(applicant: object, **fields: object) -> Case:
    """An open request for a registration."""
    moments = {"opened_at": make.LONG_AGO, "waiting_since": make.LONG_AGO}
    case = Case.objects.create(kind=CaseKind.REGISTRATION, applicant=applicant, **moments | fields)
    asked = {"brn": make.brn(), "certificate_by": "UPLOAD", "registry_answer": RegistryAnswer.UNKNOWN}
    RegistrationRequest.objects.create(case=case, name="한글무역", **asked)
    return case


def is_whole(content: bytes, kind: DocumentType) -> bool:
    """Whether this is a document that may lie in the folder: a plain PDF, or a picture with nothing in it but dots."""
    if kind == DocumentType.PDF:
        inspection.check_pdf(content)
        return True
    with Image.open(BytesIO(content), formats=[DocumentType(kind).name]) as picture:
        picture.load()
        return max(picture.size) <= inspection.LONGEST_SIDE and not picture.getexif() and MARK not in content


def staff_who_may(*permissions: str) -> User:
    """A staff account with just these rights ("companies.view_document")."""
    person = make.staff()
    names = [name.split(".") for name in permissions]
    person.user_permissions.set(
        [Permission.objects.get(content_type__app_label=app, codename=codename) for app, codename in names]
    )
    return person


# --- Good ones ------------------------------------------------------------------------------------------------------


@cache
def picture(kind: str = "JPEG", mode: str = "RGB", size: tuple[int, int] = (120, 80), **options: object) -> bytes:
    """A picture, left half black, right half red (grey where there are no colours)."""
    drawn = Image.new("RGB", size, "red")
    drawn.paste("black", (0, 0, size[0] // 2, size[1]))
    drawn = drawn.convert(mode)
    kept = BytesIO()
    drawn.save(kept, kind, **options)
    return kept.getvalue()


def photograph(orientation: int = 1, **options: object) -> bytes:
    """A JPEG that says where it was taken, by whom, and how the telephone was held."""
    exif = Image.Exif()
    exif[ORIENTATION] = orientation
    exif[GPS] = {1: "N", 2: (37.0, 27.0, 46.0), 3: "E", 4: (127.0, 3.0, 25.0)}
    exif[0x010F] = "KOTRA secret telephone"
    kept = BytesIO()
    Image.open(BytesIO(picture())).save(kept, "JPEG", exif=exif, comment=MARK, **options)
    return kept.getvalue()


def png_with_words() -> bytes:
    """A PNG with a title, a colour profile and a date in it."""
    words = PngInfo()
    words.add_text("Title", MARK.decode())
    kept = BytesIO()
    Image.open(BytesIO(picture("PNG"))).save(kept, "PNG", pnginfo=words, icc_profile=b"profile" * 9, dpi=(300, 300))
    return kept.getvalue()


def pdf(*more: bytes, pages: int = 1, catalog: bytes = b"", page: bytes = b"", trailer: bytes = b"") -> bytes:
    """A PDF with blank pages; ``more`` objects follow the content of the pages, whose number is 3."""
    kids = b" ".join(b"%d 0 R" % (4 + number) for number in range(pages))
    sheet = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 3 0 R %s >>" % page
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R %s >>" % catalog,
        b"<< /Type /Pages /Kids [%s] /Count %d >>" % (kids, pages),
        stream(b"0 0 m 100 100 l S"),
        *[sheet] * pages,
        *more,
    ]
    return _joined(objects, trailer)


def stream(content: bytes, entries: bytes = b"", times: int = 1) -> bytes:
    """An object with a stream, deflated so many times."""
    for _ in range(times):
        content = zlib.compress(content, 9)
    names = b"[%s]" % b" ".join([b"/FlateDecode"] * times)
    return b"<< /Length %d /Filter %s %s >>\nstream\n%s\nendstream" % (len(content), names, entries, content)


def _joined(objects: list[bytes], trailer: bytes) -> bytes:
    whole, places = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", []
    for number, found in enumerate(objects, start=1):
        places.append(len(whole))
        whole += b"%d 0 obj\n%s\nendobj\n" % (number, found)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    count = len(objects) + 1
    end = b"trailer\n<< /Size %d /Root 1 0 R %s >>\nstartxref\n%d\n%%%%EOF\n" % (count, trailer, len(whole))
    return whole + b"xref\n0 %d\n0000000000 65535 f \n" % count + table + end


LOCKS = ["RC4-40", "RC4-128", "AES-128", "AES-256-R5", "AES-256"]


@cache
def locked(content: bytes, lock: str, password: str = "", owner: str = "only the office") -> bytes:
    """This PDF with all its objects, locked as offices do it: everybody opens it, and nobody may change it."""
    writer = PdfWriter(BytesIO(content), full=True)
    writer.encrypt(password, owner, algorithm=lock)
    kept = BytesIO()
    writer.write(kept)
    return kept.getvalue()


GOOD: dict[str, Callable[[], bytes]] = {
    "사업자등록증.pdf": pdf,
    "법인 등기부등본 (말소사항 포함).PDF": lambda: pdf(pages=12),
    "주주명부.pdf": lambda: pdf(stream(picture("PNG"), b"/Type /XObject /Subtype /Image /Width 120 /Height 80")),
    **{f"정부24 {lock}.pdf": partial(locked, pdf(pages=2), lock) for lock in LOCKS},
    "가나다 라마바.jpg": picture,
    "사진.jpeg": lambda: picture(progressive=True),
    "사업자등록증 사본.JPG": photograph,
    "흑백.jpg": lambda: picture(mode="L"),
    "인쇄용.jpg": lambda: picture(mode="CMYK"),
    "스캔.png": lambda: picture("PNG"),
    "팩스.png": lambda: picture("PNG", "1"),
    "팔레트.png": lambda: picture("PNG", "P"),
    "투명.png": lambda: picture("PNG", "RGBA"),
    "회색 투명.png": lambda: picture("PNG", "LA"),
}


# --- Bad ones -------------------------------------------------------------------------------------------------------


@cache
def huge_png(width: int, height: int) -> bytes:
    """A PNG of this size in a few kilobytes."""
    kept = BytesIO()
    Image.new("1", (width, height)).save(kept, "PNG")
    return kept.getvalue()


def png_that_says(width: int, height: int) -> bytes:
    """A small PNG whose header, with a right checksum, claims another size."""
    whole = picture("PNG")
    header = b"IHDR" + width.to_bytes(4) + height.to_bytes(4) + whole[24:29]
    return whole[:12] + header + zlib.crc32(header).to_bytes(4) + whole[33:]


def hybrid_pdf() -> bytes:
    """A PDF whose table calls an object free that a stream of its trailer (XRefStm) gives: readers open it."""
    packed = b"6 0 " + ACTION % b"JavaScript"
    parts = [
        b"<< /Type /Catalog /Pages 2 0 R /OpenAction 6 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 200] >>",
        b"<< /Type /ObjStm /N 1 /First 4 /Length %d >>\nstream\n%s\nendstream" % (len(packed), packed),
        b"<< /Type /XRef /Size 7 /W [1 3 1] /Index [6 1] /Length 5 >>\nstream\n\x02\x00\x00\x04\x00\nendstream",
    ]
    whole, places = b"%PDF-1.5\n", []
    for number, part in enumerate(parts, start=1):
        places.append(len(whole))
        whole += b"%d 0 obj\n%s\nendobj\n" % (number, part)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    table = b"xref\n0 7\n0000000000 65535 f \n" + table + b"0000000000 00000 f \n"
    end = b"trailer\n<< /Size 7 /Root 1 0 R /XRefStm %d >>\nstartxref\n%d\n%%%%EOF\n" % (places[4], len(whole))
    return whole + table + end


def pdf_with_its_root_in_the_trailer() -> bytes:
    """A PDF whose catalogue is no object of its own."""
    catalog = b"<< /Type /Catalog /Pages 2 0 R /OpenAction << /S /JavaScript /JS (app.alert\\(1\\)) >> >>"
    return pdf().replace(b"/Root 1 0 R", b"/Root " + catalog)


def bomb_on_the_way(times: int) -> bytes:
    """A PDF with streams that become 140 MB and then, inflated once more, next to nothing."""
    inner = zlib.compress(b"") + b"\0" * 140_000_000
    packed = zlib.compress(inner, 9)
    names = b"[/FlateDecode /FlateDecode]"
    one = b"<< /Length %d /Filter %s >>\nstream\n%s\nendstream" % (len(packed), names, packed)
    return pdf(*[one] * times)


@cache
def bomb(size: int, times: int = 1) -> bytes:
    """A PDF with a stream that becomes ``size`` bytes."""
    return pdf(stream(b" " * size, times=times))


ACTION = b"<< /S /%s /JS (app.alert\\(1\\)) /F (calc.exe) >>"
ACTIVE: dict[str, Callable[[], bytes]] = {
    "JavaScript when opened": lambda: pdf(catalog=b"/OpenAction << /S /JavaScript /JS (1) >>"),
    "JavaScript written oddly": lambda: pdf(catalog=b"/OpenAction << /S /Java#53cript /J#53 (1) >>"),
    "JavaScript on a page": lambda: pdf(page=b"/AA << /O << /S /JavaScript /JS 5 0 R >> >>"),
    "JavaScript by name": lambda: pdf(catalog=b"/Names << /JavaScript << /Names [(a) 5 0 R] >> >>"),
    "JavaScript that nothing leads to": lambda: pdf(ACTION % b"JavaScript"),
    "a program": lambda: pdf(b"<< /Type /Action /S /Launch /F (calc.exe) >>"),
    "a form that is sent": lambda: pdf(b"<< /S /SubmitForm /F (https://evil.example) >>"),
    "an attached file": lambda: pdf(b"<< /Type /Filespec /EF << /F 3 0 R >> >>"),
    "an attached file without a name": lambda: pdf(stream(b"MZ", b"/Type /EmbeddedFile")),
    "a form of another kind": lambda: pdf(catalog=b"/AcroForm << /XFA 3 0 R >>"),
    "a film": lambda: pdf(b"<< /Type /Annot /Subtype /RichMedia >>"),
    "JavaScript in what only looks free": hybrid_pdf,
    "JavaScript in the trailer": pdf_with_its_root_in_the_trailer,
    "deep in an array": lambda: pdf(b"[[[[ << /A << /S /GoToE >> >> ]]]]"),
}
LOCKABLE = {name: make_one for name, make_one in ACTIVE.items() if make_one is not pdf_with_its_root_in_the_trailer}
OTHERS: dict[str, bytes] = {
    "HWP": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 2000 + b"HWP Document File V5.00",
    "HWP, DOC, XLS, PPT": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 2000,
    "HWPX": b"PK\x03\x04" + b"\0" * 26 + b"mimetypeapplication/hwp+zip",
    "DOCX": b"PK\x03\x04" + b"\0" * 26 + b"[Content_Types].xml" + b"\0" * 900 + b"word/document.xml",
    "ZIP": b"PK\x03\x04" + b"\0" * 26 + b"certificate.pdf",
    "TIFF": b"II*\0" + b"\0" * 100,
    "GIF": b"GIF89a/*" + b"\0" * 100 + b"*/=1;alert(1)",
    "WEBP": b"RIFF\x24\0\0\0WEBPVP8 " + b"\0" * 30,
    "BMP": b"BM" + b"\0" * 100,
}
HEIC = b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + b"\0" * 100
STRANGE = [b"hello", b"<html>%s</html>" % MARK, b"MZ\x90\0" + b"\0" * 100, b"\0" * 1000, b"<?xml version='1.0'?><svg/>"]


LOCK = b"/Encrypt << /Filter /Standard /V 1 /R 2 /O (%s) /U (%s) /P -4 >>" % (b"o" * 32, b"u" * 32)


def badly_locked(dice: random.Random) -> bytes:
    """A locked PDF that takes a password, or whose lock is damaged or holds what is refused in an open one."""
    lock = dice.choice(LOCKS)
    hidden = dice.choice([*LOCKABLE.values(), lambda: pdf(pages=101), lambda: bomb(200_000_000)])
    return dice.choice([
        lambda: locked(pdf(), lock, "secret"),
        lambda: locked(pdf(), lock, "secret", ""),
        lambda: locked(hidden(), lock),
        lambda: locked(pdf(), lock).replace(b"/Standard", dice.choice([b"/MarkAny", b"(Standard)", b"null"])),
        lambda: locked(pdf(), lock).replace(b"/R ", dice.choice([b"/R 1", b"/R null /R", b"/S "])),
        lambda: locked(pdf(), lock).replace(b"/U ", dice.choice([b"/U (short) /X ", b"/U 1 0 R /X ", b"/V 9 /U "])),
    ])()  # fmt: skip


def surely_bad(dice: random.Random) -> bytes:
    """Something of which nothing may be kept."""
    whole = dice.choice([picture(), picture("PNG"), pdf(), photograph(), pdf(pages=3)])
    return dice.choice([
        lambda: b"",
        lambda: whole[: dice.randrange(1, len(whole) * 9 // 10)],
        lambda: whole[:8] + dice.randbytes(dice.randrange(2000)),
        lambda: dice.randbytes(dice.randrange(1, 2000)),
        lambda: dice.randbytes(dice.randrange(1, 20)) + whole,
        lambda: whole[dice.randrange(1, 20) :],
        lambda: dice.choice([*OTHERS.values(), *STRANGE, HEIC]),
        lambda: dice.choice(list(ACTIVE.values()))(),
        lambda: pdf() + dice.choice([b"PK\x03\x04" + MARK, MARK, picture()]),
        lambda: bomb(200_000_000),
        lambda: bomb(160_000_000, times=2),
        lambda: huge_png(10_000, dice.choice([5_001, 9_000])),
        lambda: png_that_says(dice.choice([0, 200, 60_000, 2**31 - 1]), dice.choice([2**31 - 1, 60_000, 0, 200])),
        lambda: pdf(pages=101),
        lambda: pdf(trailer=LOCK),
        lambda: badly_locked(dice),
        lambda: whole.replace(b"xref", b"XREF") if whole.startswith(b"%PDF") else whole[:40],
    ])()  # fmt: skip


def perhaps_bad(dice: random.Random) -> bytes:
    """Something broken or smuggled of which a clean part may be kept: what is kept has to be whole and clean."""
    locks = [locked(pdf(), lock) for lock in LOCKS]
    whole = bytearray(dice.choice([picture(), picture("PNG"), pdf(), photograph(), pdf(pages=3), dice.choice(locks)]))
    choice = dice.randrange(4)
    if choice == 0:
        for _ in range(dice.randrange(1, 20)):
            whole[dice.randrange(len(whole))] ^= 1 << dice.randrange(8)
    elif choice == 1:
        place = dice.randrange(len(whole))
        whole[place : place + dice.randrange(30)] = dice.randbytes(dice.randrange(30))
    elif choice == 2:
        whole = bytearray(dice.choice([picture(), picture("PNG")]) + b"PK\x03\x04" + MARK)
    else:
        whole[-dice.randrange(1, 40) :] = b""
    return bytes(whole)


def hostile_name(dice: random.Random) -> str:
    """A name that somebody thought about."""
    return dice.choice([
        "사업자등록증.pdf", "a.png", "../../etc/passwd", "..", ".", "a\0.pdf", "\u202egpj.exe", "x" * 5000 + ".pdf",
        "\r\nSet-Cookie: a=b.pdf", '"; filename="b.html', "<script>.jpg", "%00.png", "가" * 300, "\u3164.pdf",
        "C:\\Windows\\a.pdf", "con", "a.php.jpg", "🧾.pdf", "\ud83d.pdf",
    ])  # fmt: skip
