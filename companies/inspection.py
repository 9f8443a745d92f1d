"""Looks into one uploaded file: is it really what its first bytes say, and is there nothing in it but pages?

Run as a script of its own (``companies.documents`` does): the file comes on stdin, the picture that is kept goes to
stdout, the answer is the exit code. Parsers of a stranger's bytes get stuck, swallow memory, and have been broken into,
so they work in a process that has little time and memory, no environment, no database, and writes no file.
"""

import contextlib
import os
import re
import resource
import sys
import zlib
from enum import IntEnum
from hashlib import md5
from io import BytesIO

import pypdf
from PIL import Image, ImageOps, JpegImagePlugin, PngImagePlugin  # noqa: F401 (the two formats that can be opened)
from pypdf._crypt_providers._cryptography import CryptAES, CryptRC4  # without it nothing runs, and that is told
from pypdf._encryption import AlgV4, AlgV5, Encryption
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject, NullObject, StreamObject, read_object

MOST_PIXELS = 50_000_000  # of a picture that is opened: what telephones make, A4 scanned at 600 dpi
LONGEST_SIDE = 4_000  # pixels of a picture that is kept
MOST_PAGES = 100
MOST_OBJECTS = 50_000  # of a PDF
MOST_INFLATED = 150_000_000  # bytes of one stream of a PDF: A4 at 600 dpi in colour
MOST_INFLATED_IN_ALL = 500_000_000
MOST_FILTERS = 4  # one after the other on one stream

SECONDS = 6  # of the processor
MEMORY = 768 * 1024 * 1024  # bytes of address space
LARGEST_RESULT = 64 * 1024 * 1024

# What a PDF can do besides showing pages: run scripts, start programs, carry files, send what was typed, play things.
ACTIVE_KEYS = {"/JS", "/JavaScript", "/EF", "/EmbeddedFiles", "/XFA", "/RichMediaContent", "/RichMediaSettings"}
ACTIVE_VALUES = {
    "/S": {
        "/JavaScript", "/Launch", "/ImportData", "/SubmitForm", "/GoToE", "/GoToR", "/Movie", "/Sound", "/Rendition",
        "/RichMediaExecute",
    },
    "/Subtype": {"/RichMedia", "/FileAttachment", "/Movie", "/Sound", "/Screen", "/3D"},
    "/Type": {"/EmbeddedFile"},
}  # fmt: skip

# What a PDF may be locked with: /V, /R and the method of its streams; how many bits the key may have, first the usual.
LOCKS = {
    (1, 2, "/V2"): [40],  # RC4
    (1, 3, "/V2"): [40],
    (2, 3, "/V2"): range(40, 129, 8),
    (4, 4, "/V2"): range(40, 129, 8),
    (4, 4, "/AESV2"): [128],
    (5, 5, "/AESV3"): [256],
    (5, 6, "/AESV3"): [256],
}
# Where the reading of a PDF begins: a table and its trailer, or a stream that is both.
NEWEST_PART = re.compile(
    rb"\s*(?:xref\s+(?:\d{1,10} \d{1,10}\s+(?:\d{10} \d{5} [fn]\s+)*)+trailer|\d+\s+\d+\s+obj)\s*(?=<<)"
)


class Verdict(IntEnum):
    """What was found, as the exit code of the script; below 10 are Python's own."""

    FINE = 0
    DAMAGED = 10
    PROTECTED = 11
    ACTIVE = 12
    TOO_MANY_PAGES = 13
    TOO_MANY_PIXELS = 14
    TOO_COMPLEX = 15


class Found(Exception):
    """The inspection is over."""

    def __init__(self, verdict: Verdict) -> None:
        """Keep the verdict."""
        super().__init__(verdict)
        self.verdict = verdict


def limit_process() -> None:
    """Take from this process what it does not need; nothing gives it back."""
    for what, most in (
        (resource.RLIMIT_CPU, SECONDS),
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_FSIZE, LARGEST_RESULT),
        (resource.RLIMIT_NOFILE, 16),
        (resource.RLIMIT_NPROC, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        hard = resource.getrlimit(what)[1]
        most = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(what, (most, most))
    os.nice(5)


class OpenReader(pypdf.PdfReader):
    """Reads a PDF as a browser that is given no password: what is locked only against changes opens for everybody."""

    def __init__(self, content: bytes) -> None:
        """Raise Found when it takes a password, or a program of its own, to open this."""
        try:
            super().__init__(BytesIO(content), strict=True)
        except NotImplementedError:  # another security handler than the standard's
            raise Found(Verdict.PROTECTED) from None
        if self.is_encrypted:
            self._check_unambiguous(content)
            self._encryption = Key(self.trailer["/Encrypt"], self._encryption)

    def _check_unambiguous(self, content: bytes) -> None:
        """Refuse what a browser may read as not locked, or locked otherwise: it would show what was not seen here."""
        lock = self.trailer["/Encrypt"]
        for found in self.resolved_objects.values():  # until now, hence without decryption: right for these two alone
            if found is not lock and isinstance(found, ArrayObject | DictionaryObject) and not _is_table(found):
                raise Found(Verdict.DAMAGED)
        place = int(content[content.rindex(b"startxref") + 9 :].split(maxsplit=1)[0])
        newest = NEWEST_PART.match(content, place)
        if newest is None or isinstance(lock, StreamObject):
            raise Found(Verdict.DAMAGED)
        trailer = read_object(BytesIO(content[newest.end() :]), self)
        if trailer.raw_get("/Encrypt") != self.trailer.raw_get("/Encrypt"):
            raise Found(Verdict.DAMAGED)


class Key:
    """Opens the streams of a PDF whose password is empty. Its strings stay locked: none says what a PDF does."""

    def __init__(self, entry: DictionaryObject, lock: Encryption) -> None:
        """Raise Found for a lock that is not known, and for one that the empty password does not open.

        The key that pypdf found is not used: an empty password of the owner gives it one too, and browsers none.
        """
        self.method, values = lock.StmF, lock.values
        lengths = LOCKS.get((lock.V, lock.R, self.method))
        if lengths is None or entry.get("/StmF") != entry.get("/StrF"):
            raise Found(Verdict.PROTECTED)
        bits = lock.Length if lock.Length in lengths else lengths[0]
        self.encrypts_metadata = lock.V < 4 or lock.EncryptMetadata
        if lock.V < 5:
            said = (lock.P, lock.id1_entry, lock.EncryptMetadata)
            self.key = AlgV4.verify_user_password(b"", lock.R, bits, values.O, values.U, *said)
        else:
            self.key = AlgV5.verify_user_password(lock.R, b"", values.U, values.UE)
        if not self.key:
            raise Found(Verdict.PROTECTED)

    def is_decrypted(self) -> bool:
        """Whether this opens what it is asked to; pypdf wants to know."""
        return True

    def decrypt_object(self, found: object, number: int, generation: int, *, strict: bool) -> object:
        """The object of this number with its stream, if it has one, as it was before it was encrypted."""
        if isinstance(found, StreamObject) and not self._leaves_open(found):
            opened = self._cipher(number, generation).decrypt(StreamObject.get_data(found), strict=strict)
            StreamObject.set_data(found, opened)
        return found

    def _leaves_open(self, stream: StreamObject) -> bool:
        """Whether this stream is not encrypted: a table of objects, or a description that search engines may read."""
        kind = stream.get("/Type", NullObject()).get_object()
        if "/Crypt" in _filters(stream):  # encrypted in a way of its own
            if kind != "/Metadata":
                raise Found(Verdict.PROTECTED)
            return True
        return _is_table(stream) or (kind == "/Metadata" and not self.encrypts_metadata)

    def _cipher(self, number: int, generation: int) -> CryptRC4 | CryptAES:
        """The standard's algorithms 1 and 1.A: up to AES-128 each object has a key of its own."""
        if self.method == "/AESV3":
            return CryptAES(self.key)
        seed = self.key + number.to_bytes(3, "little") + generation.to_bytes(2, "little")
        salt = b"sAlT" if self.method == "/AESV2" else b""
        key = md5(seed + salt, usedforsecurity=False).digest()[: len(self.key) + 5]
        return CryptAES(key) if salt else CryptRC4(key)


def check_pdf(content: bytes) -> None:
    """Raise Found unless this is a whole, quiet PDF with a bearable number of pages, which opens without a password."""
    if not re.fullmatch(rb"[\s\0]{0,1024}", content[content.rindex(b"%%EOF") + 5 :]):
        raise Found(Verdict.DAMAGED)  # another file may hang behind it
    reader = OpenReader(content)
    _check_objects(reader)
    pages = len(reader.pages)
    if not 1 <= pages <= MOST_PAGES:
        raise Found(Verdict.TOO_MANY_PAGES if pages else Verdict.DAMAGED)


def _check_objects(reader: pypdf.PdfReader) -> None:
    """Look at every object of the file, whether a page leads to it or not."""
    named = {(number, generation) for generation, numbers in reader.xref.items() for number in numbers}
    named |= {(number, 0) for number in reader.xref_objStm}
    if len(named) > MOST_OBJECTS:
        raise Found(Verdict.TOO_COMPLEX)
    _check_quiet(reader.trailer)
    inflated = 0
    for number, generation in sorted(named):
        is_free = reader.xref_free_entry.get(generation, {}).get(number)
        if is_free and number not in reader.xref_objStm:  # of a hybrid file, readers open what only looks free
            continue
        found = IndirectObject(number, generation, reader).get_object()
        _check_quiet(found)
        if isinstance(found, StreamObject):
            inflated += _inflated(found)
        if inflated > MOST_INFLATED_IN_ALL:
            raise Found(Verdict.TOO_COMPLEX)


def _check_quiet(found: object) -> None:
    """Look at what stands directly in an object; what it refers to has its own turn."""
    if isinstance(found, DictionaryObject):
        if ACTIVE_KEYS & found.keys():
            raise Found(Verdict.ACTIVE)
        for key, values in ACTIVE_VALUES.items():
            if key in found and str(found[key]) in values:
                raise Found(Verdict.ACTIVE)
    if isinstance(found, DictionaryObject | ArrayObject):
        for part in found.values() if isinstance(found, DictionaryObject) else found:
            if not isinstance(part, IndirectObject):
                _check_quiet(part)


def _inflated(stream: StreamObject) -> int:
    """How many bytes the stream becomes on its way; raises Found when it is a bomb, zlib.error when it is damaged."""
    if stream.get("/Subtype") == "/Image" and stream["/Width"] * stream["/Height"] > 3 * MOST_PIXELS:
        raise Found(Verdict.TOO_MANY_PIXELS)
    content = StreamObject.get_data(stream)  # as it stands in the file
    names = _filters(stream)
    if len(names) > MOST_FILTERS:
        raise Found(Verdict.TOO_COMPLEX)
    total = len(content)
    for name in names:
        if name == "/Crypt":  # undone, or of no effect
            continue
        if name not in {"/FlateDecode", "/Fl"}:
            break
        inflater = zlib.decompressobj()
        content = inflater.decompress(content, MOST_INFLATED)
        if inflater.unconsumed_tail:
            raise Found(Verdict.TOO_COMPLEX)
        total += len(content)
    return total


def _filters(stream: StreamObject) -> list[object]:
    """The names of what undoes the stream's encoding, in their order."""
    filters = stream.get("/Filter", NullObject()).get_object()
    return [name.get_object() for name in filters] if isinstance(filters, ArrayObject) else [filters]


def _is_table(found: object) -> bool:
    """Whether this is a stream that says where the objects are; it is never encrypted."""
    return isinstance(found, StreamObject) and found.get("/Type", NullObject()).get_object() == "/XRef"


def clean_picture(content: bytes, kind: str) -> bytes:
    """The picture drawn anew: upright, of bearable size, with nothing but its dots; raises Found."""
    Image.MAX_IMAGE_PIXELS = None  # ours is asked first
    with Image.open(BytesIO(content), formats=[kind]) as first_look:
        if first_look.width * first_look.height > MOST_PIXELS:
            raise Found(Verdict.TOO_MANY_PIXELS)
        first_look.verify()  # PNG: the checksums
    with Image.open(BytesIO(content), formats=[kind]) as picture:
        picture.draft(None, (LONGEST_SIDE, LONGEST_SIDE))  # JPEG: decoded small, if that will do
        picture.load()
        drawn = _in_plain_colours(picture)
    drawn.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    with contextlib.suppress(ValueError, SyntaxError, LookupError, TypeError):  # its metadata may be nonsense
        drawn = ImageOps.exif_transpose(drawn)
    drawn = _on_white(drawn)
    drawn.info = {}  # comments, colour profiles
    kept = BytesIO()
    drawn.save(kept, kind, **({"quality": 90} if kind == "JPEG" else {}))
    return kept.getvalue()


def _in_plain_colours(picture: Image.Image) -> Image.Image:
    """Eight bits for grey, or for each of three colours; transparency beside them where there is any."""
    if picture.mode.startswith("I"):  # 16 bits of grey
        return picture.convert("I").point(lambda value: value / 256).convert("L")
    if picture.mode in {"LA", "PA", "RGBA"} or "transparency" in picture.info:
        return picture.convert("RGBA")
    return picture.convert("L" if picture.mode in {"1", "L"} else "RGB")


def _on_white(picture: Image.Image) -> Image.Image:
    if picture.mode != "RGBA":
        return picture
    paper = Image.new("RGB", picture.size, "white")
    paper.paste(picture, mask=picture.getchannel("A"))
    return paper


def inspect(content: bytes, kind: str) -> bytes:
    """What is kept of a file of this kind (PDF, JPEG, PNG); nothing for a PDF, which stays as it is. Raises Found."""
    try:
        if kind != "PDF":
            return clean_picture(content, kind)
        check_pdf(content)
    except (Found, MemoryError):
        raise
    except Exception as broken:  # whatever a parser stumbles over
        raise Found(Verdict.DAMAGED) from broken
    return b""


def main() -> Verdict:
    """Inspect stdin as the kind that the one argument names."""
    limit_process()
    try:
        sys.stdout.buffer.write(inspect(sys.stdin.buffer.read(), sys.argv[1]))
        sys.stdout.buffer.flush()
    except Found as end:
        return end.verdict
    except MemoryError:
        return Verdict.TOO_COMPLEX
    return Verdict.FINE


if __name__ == "__main__":
    sys.exit(main())
