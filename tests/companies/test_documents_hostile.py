"""Malformed uploads from a seeded generator, over HTTP: none kept that is not valid, no 5xx, nothing left behind."""

import random
from datetime import timedelta

import pytest
from django.urls import reverse

from companies.domain import documents as rules
from companies.models import Document, DocumentType
from tests import make
from tests.companies import papers

pytestmark = [pytest.mark.django_db, pytest.mark.once]

MALFORMED = 5_000
SEEDS = range(10)  # each a test of its own, so that processes can share the work


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """Where this test's documents lie."""
    return papers.folder_of_documents(monkeypatch, tmp_path / "documents")


@pytest.fixture
def temporary(tmp_path, monkeypatch, settings):
    return papers.temporary_folder(monkeypatch, settings, tmp_path / "temporary")


@pytest.fixture
def send(client, login, monkeypatch):
    """Send one file to one's own request; returns the answer's status."""
    monkeypatch.setattr(rules, "UPLOADS", rules.Limit("uploads of a test", 100_000, timedelta(minutes=1)))
    case = papers.case(make.member("member1"))
    path = reverse("add_case_document", args=[case.pk])
    client.raise_request_exception = False
    login(case.applicant)

    def post(content: bytes, name: str) -> int:
        # As a hostile browser writes it: the name is not looked at, and the type is a lie.
        disposition = b'Content-Disposition: form-data; name="document"; filename="%s"' % name.encode(errors="replace")
        parts = (b"--cut", disposition, b"Content-Type: application/pdf", b"", content, b"--cut--", b"")
        body = b"\r\n".join(parts)
        return client.generic("POST", path, body, content_type="multipart/form-data; boundary=cut").status_code

    return post


@pytest.mark.parametrize("seed", SEEDS)
def test_malformed_uploads_leave_nothing(seed, send, folder, temporary, repeated):
    """§S12, promises: truncated, flipped, disguised, doubled, bombs, hostile names."""
    dice = random.Random(seed)
    for _ in range(repeated(MALFORMED) // len(SEEDS)):
        must_go = dice.random() < 0.7
        content = papers.surely_bad(dice) if must_go else papers.perhaps_bad(dice)

        status = send(content, papers.hostile_name(dice))

        assert status in {302, 400}, content[:200]  # 400: a form that Django cannot read
        kept = papers.files_in(folder)
        assert not (must_go and kept), content[:200]
        assert list(temporary.iterdir()) == []
        assert Document.objects.count() == len(kept)
        for path in kept:
            assert papers.is_whole(path.read_bytes(), DocumentType(Document.objects.get().content_type))
            path.unlink()
        Document.objects.all().delete()


def test_good_uploads_with_korean_names_are_kept(send, folder, repeated):
    """§S12, promises: 200 of every kind."""
    dice = random.Random(1)
    for number in range(repeated(200)):
        kind, content = dice.choice(list(papers.GOOD.items()))
        name = f"{''.join(chr(dice.randrange(0xAC00, 0xD7A4)) for _ in range(8))} ({number}) {kind}"

        assert send(content(), name) == 302

        document = Document.objects.get()
        assert document.name.lower() == name.lower()
        assert papers.is_whole(papers.files_in(folder)[0].read_bytes(), DocumentType(document.content_type))
        papers.files_in(folder)[0].unlink()
        document.delete()
