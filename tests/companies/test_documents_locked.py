"""PDFs that are locked: those that everybody opens are looked into like any other, the rest is refused (§S12)."""

import zlib
from collections.abc import Callable
from hashlib import sha256
from io import BytesIO

import pytest
from pypdf import PdfWriter

from companies import documents, inspection
from companies.inspection import Verdict
from tests.companies import papers

pytestmark = pytest.mark.once


def verdict_of(content: bytes) -> Verdict:
    """What is found, without a process of its own."""
    try:
        inspection.inspect(content, "PDF")
    except inspection.Found as end:
        return end.verdict
    return Verdict.FINE


class Sealed:
    """A locked PDF whose object 7 stands in a stream of objects: nothing of it can be read but with the key."""

    def __init__(self, lock: str = "AES-256", hidden: bytes = b"<< >>", packing: bytes = b"") -> None:
        self.writer = PdfWriter(BytesIO(papers.pdf()), full=True)
        self.writer.encrypt("", "only the office", algorithm=lock)
        self.identifier = self.written(self.writer._ID)
        packed = self.encrypted(zlib.compress(b"7 0 " + hidden), 4)
        self.parts = {
            1: b"<< /Type /Catalog /Pages 2 0 R >>",
            2: b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            3: b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 200] >>",
            4: self.stream(packed, packing or b"/Type /ObjStm /N 1 /First 4 /Filter /FlateDecode"),
            5: self.written(self.writer._encrypt_entry),
        }

    def encrypted(self, content: bytes, number: int) -> bytes:
        """The content of the stream with this number, under lock."""
        return self.writer._encryption._make_crypt_filter(number, 0).stm_crypt.encrypt(content)

    @staticmethod
    def stream(content: bytes, entries: bytes) -> bytes:
        return b"<< /Length %d %s >>\nstream\n%s\nendstream" % (len(content), entries, content)

    @staticmethod
    def written(found) -> bytes:
        kept = BytesIO()
        found.write_to_stream(kept)
        return kept.getvalue()

    def whole(self, trailer: bytes = b"/Encrypt 5 0 R") -> bytes:
        """The file; 6 is its table."""
        whole, places = b"%PDF-1.7\n", {}
        for number, part in self.parts.items():
            places[number] = len(whole)
            whole += b"%d 0 obj\n%s\nendobj\n" % (number, part)
        rows = [(1, places[number], 0) if number in places else (0, 0, 0) for number in range(6)]
        rows += [(1, len(whole), 0), (2, 4, 0), *((1, places[number], 0) for number in places if number > 7)]
        table = b"".join(kind.to_bytes() + place.to_bytes(4) + last.to_bytes() for kind, place, last in rows)
        entries = b"/Type /XRef /Size %d /W [1 4 1] /Root 1 0 R /ID %s " % (len(rows), self.identifier)
        table = b"6 0 obj\n%s\nendobj\n" % self.stream(table, entries + trailer)
        return whole + table + b"startxref\n%d\n%%%%EOF\n" % len(whole)


# --- What everybody opens -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("lock", papers.LOCKS)
def test_a_pdf_that_is_locked_only_against_changes_is_accepted_as_it_is(lock):
    """§S12: as certificates are issued online; what is kept is what was sent, locks included."""
    sent = papers.locked(papers.pdf(pages=3), lock)
    with documents.accepted(papers.upload(sent)) as file:
        assert file.content.read() == sent
        assert file.sha256 == sha256(sent).hexdigest()


@pytest.mark.parametrize("lock", papers.LOCKS)
def test_an_owner_without_a_password_makes_no_difference(lock):
    """§S12: the empty password is everybody's and the owner's."""
    assert verdict_of(papers.locked(papers.pdf(), lock, owner="")) is Verdict.FINE


@pytest.mark.parametrize("lock", papers.LOCKS)
def test_a_locked_pdf_may_keep_its_objects_in_a_stream(lock):
    """§S12: the streams of objects are encrypted, the tables are not."""
    assert verdict_of(Sealed(lock).whole()) is Verdict.FINE


OPEN = {
    "a description, the lock says": b"/Type /Metadata /Subtype /XML",
    "a description, it says itself": b"/Type /Metadata /Subtype /XML /Filter /Crypt /DecodeParms << /Name /Identity >>",
    "a table that is not used any more": b"/Type /XRef /Size 1 /W [1 4 1]",
}


@pytest.mark.parametrize("entries", OPEN.values(), ids=OPEN)
def test_some_streams_stand_open_in_a_locked_pdf(entries):
    """§S12: what search engines may read, if the file says so, and the tables of objects."""
    sealed = Sealed("AES-128")
    lock = sealed.writer._encryption
    lock.EncryptMetadata = b"/Crypt" in entries
    entry = sealed.written(lock.write_entry("", "only the office"))  # the key is another
    said = b"/EncryptMetadata " + (b"true >>" if lock.EncryptMetadata else b"false >>")
    sealed.parts[4] = sealed.stream(sealed.encrypted(b"7 0 null", 4), b"/Type /ObjStm /N 1 /First 4")
    sealed.parts[5] = entry[:-2] + said
    sealed.parts[8] = sealed.stream(b"<?xpacket begin?> of no length that AES makes", entries)
    assert verdict_of(sealed.whole()) is Verdict.FINE


@pytest.mark.parametrize("lock", papers.LOCKS)
def test_each_object_has_its_own_key(lock):
    """§S12: its number and its generation count."""
    writer = Sealed(lock).writer
    key = inspection.Key(writer._encrypt_entry, writer._encryption)
    for number, generation in ((1, 0), (300, 0), (70_000, 0), (300, 7), (300, 65_535)):
        hidden = writer._encryption._make_crypt_filter(number, generation).stm_crypt.encrypt(b"pages")
        assert key._cipher(number, generation).decrypt(hidden) == b"pages"


# --- What takes a password ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("lock", papers.LOCKS)
def test_a_pdf_that_takes_a_password_is_refused_with_its_sentence(lock):
    """§S12: what, and how to go on."""
    sent = papers.locked(papers.pdf(), lock, "secret")
    with (
        pytest.raises(documents.ProtectedDocument, match=r"^암호를 입력하거나 .* 스캔한 파일을 첨부해 주세요\.$"),
        documents.accepted(papers.upload(sent)),
    ):
        pass


@pytest.mark.parametrize("lock", papers.LOCKS)
def test_the_owners_empty_password_opens_nothing(lock):
    """§S12: browsers try only the reader's, so staff would not see the file."""
    writer = PdfWriter(BytesIO(papers.pdf()), full=True)
    writer.encrypt("secret", "owner", algorithm=lock)
    encryption, kept = writer._encryption, BytesIO()
    encode = encryption._encode_password
    encryption._encode_password = lambda typed, *, strict=False: encode("" if typed == "owner" else typed)
    writer._encrypt_entry.update(encryption.write_entry("secret", "owner"))
    writer.write(kept)
    assert verdict_of(kept.getvalue()) is Verdict.PROTECTED


UNKNOWN = {
    "another handler": (b"/Filter /Standard", b"/Filter /MarkAny"),
    "another form of it": (b"/Filter /Standard", b"/Filter /Standard /SubFilter /adbe.pkcs7.s5"),
    "another version": (b"/V 5", b"/V 6"),
    "another revision": (b"/R 6", b"/R 7"),
    "versions that do not go together": (b"/R 6", b"/R 4"),
    "another method": (b"/CFM /AESV3", b"/CFM /AESV4"),
    "a method of another version": (b"/CFM /AESV3", b"/CFM /AESV2"),
    "no method": (b"/CFM /AESV3", b"/CFM /None"),
    "streams that stand open": (b"/StmF /StdCF", b"/StmF /Identity"),
    "strings that stand open": (b"/StrF /StdCF", b"/StrF /Identity"),
}


@pytest.mark.parametrize(("old", "new"), UNKNOWN.values(), ids=UNKNOWN)
def test_a_lock_that_is_not_known_is_refused_like_a_password(old, new):
    """§S12: nobody knows what stands behind it."""
    sealed = Sealed()
    sealed.parts[5] = b" ".join(sealed.parts[5].split())
    assert old in sealed.parts[5]
    sealed.parts[5] = sealed.parts[5].replace(old, new)
    assert verdict_of(sealed.whole()) is Verdict.PROTECTED


# --- What hides behind a lock ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("lock", papers.LOCKS)
@pytest.mark.parametrize("content", papers.LOCKABLE.values(), ids=papers.LOCKABLE)
def test_what_is_more_than_pages_is_found_behind_a_lock(content, lock):
    """§S12."""
    assert verdict_of(papers.locked(content(), lock)) is Verdict.ACTIVE


@pytest.mark.parametrize("lock", papers.LOCKS)
def test_what_only_the_key_shows_is_found(lock):
    """§S12: no word of it stands in the file."""
    sent = Sealed(lock, papers.ACTION % b"JavaScript").whole()
    assert b"JavaScript" not in sent
    assert verdict_of(sent) is Verdict.ACTIVE


HIDDEN: dict[str, tuple[Callable[[], bytes], Verdict]] = {
    "a bomb": (lambda: papers.bomb(200_000_000), Verdict.TOO_COMPLEX),
    "too many pages": (lambda: papers.pdf(pages=101), Verdict.TOO_MANY_PAGES),
    "too many pixels": (
        lambda: papers.pdf(papers.stream(b"", b"/Subtype /Image /Width 20000 /Height 20000")),
        Verdict.TOO_MANY_PIXELS,
    ),
    "a broken stream": (
        lambda: papers.pdf(b"<< /Length 3 /Filter /FlateDecode >>\nstream\nxyz\nendstream"),
        Verdict.DAMAGED,
    ),
}


@pytest.mark.parametrize("lock", ["RC4-128", "AES-256"])
@pytest.mark.parametrize(("content", "verdict"), HIDDEN.values(), ids=HIDDEN)
def test_what_is_too_much_is_found_behind_a_lock(content, verdict, lock):
    """§S12: it is counted as it was before it was encrypted."""
    assert verdict_of(papers.locked(content(), lock)) is verdict


def test_a_bomb_is_found_behind_filters_that_stand_elsewhere_or_do_nothing():
    """§S12."""
    packed = zlib.compress(b" " * 160_000_000, 1)
    for filters in (b"[5 0 R]", b"[/Crypt /FlateDecode]"):
        one = b"<< /Length %d /Filter %s >>\nstream\n%s\nendstream" % (len(packed), filters, packed)
        assert verdict_of(papers.pdf(b"/FlateDecode", one)) is Verdict.TOO_COMPLEX


# --- What could be read in two ways ---------------------------------------------------------------------------------


def test_a_stream_that_is_encrypted_in_a_way_of_its_own_is_refused():
    """§S12: whoever heeds it reads something else than whoever does not."""
    packing = b"/Type /ObjStm /N 1 /First 4 /Filter [/Crypt /FlateDecode]"
    assert verdict_of(Sealed(packing=packing).whole()) is Verdict.PROTECTED


def test_a_lock_that_only_an_older_part_names_is_refused():
    """§S12: a browser looks at the newest part, and takes the file for an open one."""
    locked = papers.locked(papers.pdf(), "RC4-128")
    place = locked.rindex(b"xref\n0")
    newest = b"xref\n0 0\ntrailer\n<< /Size 6 /Root 1 0 R /Prev %d%%s >>\nstartxref\n%d\n%%%%%%%%EOF\n"
    newest %= place, len(locked)
    assert verdict_of(locked + newest % b" /Encrypt 5 0 R") is Verdict.FINE
    assert verdict_of(locked + newest % b"") is Verdict.DAMAGED


def test_a_lock_that_leans_on_other_objects_is_refused():
    """§S12: they were read before there was a key, and anything may hang on them."""
    sealed = Sealed()
    sealed.parts[8] = sealed.identifier
    assert verdict_of(sealed.whole()) is Verdict.FINE
    sealed.identifier = b"8 0 R"
    assert verdict_of(sealed.whole()) is Verdict.DAMAGED

    sealed = Sealed()
    sealed.parts[8] = b"<< /StdCF << /CFM /AESV3 >> >>"
    assert verdict_of(sealed.whole()) is Verdict.FINE
    sealed.parts[5] = sealed.parts[5].replace(b"/CF ", b"/CF 8 0 R /Former ")
    assert verdict_of(sealed.whole()) is Verdict.DAMAGED


def test_a_lock_that_is_a_stream_is_refused():
    """§S12: it would be looked at encrypted."""
    sealed = Sealed()
    sealed.parts[5] = sealed.stream(b"", b" ".join(sealed.parts[5].split())[2:-2].replace(b"/Length 256", b""))
    assert verdict_of(sealed.whole()) is Verdict.DAMAGED


# --- Damage ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("lock", papers.LOCKS)
def test_a_damaged_lock_is_refused_and_breaks_nothing(lock):
    """§S12: every entry missing, and of every other kind."""
    sealed = Sealed(lock)
    entry = sealed.writer._encrypt_entry
    harmless = {"/Length", "/P", "/O", "/OE", "/Perms"} - ({"/P", "/O"} if entry["/V"] < 5 else set())
    others = [b"null", b"-1", b"99999999999", b"1.5", b"true", b"()", b"<00>", b"/Name", b"[]", b"<< >>", b"1 0 R"]
    for key in entry:
        for other in (b"/Gone", *(key.encode() + b" " + other + b" /Gone" for other in others)):
            sealed.parts[5] = sealed.written(entry).replace(b"\n%s " % key.encode(), b"\n%s " % other)
            verdict = verdict_of(sealed.whole())
            assert verdict in {Verdict.DAMAGED, Verdict.PROTECTED} or (verdict is Verdict.FINE and key in harmless)
    for broken in (b"null", b"[]", b"<< >>", b"/Standard", b"4 0 R", b"9 0 R", b"5", b"<< /Filter /Standard >>"):
        assert verdict_of(sealed.whole(b"/Encrypt " + broken)) in {Verdict.DAMAGED, Verdict.PROTECTED}
