"""Files handed in, or taken out, at the same moment: no more than ten, the same once, gone once (§S12, §S13, §D3)."""

import time
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from accounts.domain import limits
from companies import documents
from companies.documents import TooManyDocuments
from companies.domain import documents as rules
from companies.models import Case, CaseEvent, Channel, Document
from tests import make
from tests.companies import papers
from tests.companies.desk import reviewer
from tests.races.at_once import at_once, database_errors, meet, take_locks_away

pytestmark = pytest.mark.race

UPLOADS = 8


@pytest.fixture
def folder(tmp_path, monkeypatch) -> Path:
    """Where this test's documents lie."""
    return papers.folder_of_documents(monkeypatch, tmp_path / "documents")


@pytest.fixture
def case(folder, monkeypatch) -> Case:
    """A request with room for one more file, in a database as slow as a busy one."""
    monkeypatch.setattr(documents, "_inspect", lambda *_args: None)
    monkeypatch.setattr(rules, "UPLOADS", rules.Limit("uploads of a test", 1_000, timedelta(minutes=1)))
    case = papers.case(make.member("member1"))
    for number in range(rules.MOST_DOCUMENTS - 1):
        add(case, number)
    write = rules._write

    def write_slowly(document, file, kept, written) -> Document:
        time.sleep(0.05)  # without a lock others look at what is there meanwhile
        return write(document, file, kept, written)

    monkeypatch.setattr(rules, "_write", write_slowly)
    return case


def add(case: Case, number: int) -> Document:
    upload = papers.upload(papers.pdf(pages=1 + number))
    return rules.add_to_case(case, upload, actor=case.applicant, now=timezone.now())


def test_many_files_at_once_at_the_bound(case, folder):
    """§S12: one finds room; of the others neither row nor file is left."""
    results = at_once(UPLOADS, lambda number: add(case, 20 + number))

    assert sum(isinstance(result, Document) for result in results) == 1
    assert sum(isinstance(result, TooManyDocuments) for result in results) == UPLOADS - 1
    assert case.documents.count() == len(papers.files_in(folder)) == rules.MOST_DOCUMENTS


def test_the_same_file_at_once(case, folder):
    """§S13: a double click is one document."""
    results = at_once(UPLOADS, lambda _: add(case, 20))

    assert {result.pk for result in results} == {case.documents.get(sha256=results[0].sha256).pk}
    assert case.documents.count() == len(papers.files_in(folder)) == rules.MOST_DOCUMENTS


def test_several_staff_take_the_same_paper_out(case, folder):
    """§D3: one does, the others are told that it is gone; the history says it once."""
    paper, staff = case.documents.first(), [reviewer() for _ in range(UPLOADS)]
    case.documents.filter(pk=paper.pk).update(channel=Channel.FAX)
    said = {"reason": "중복", "now": timezone.now()}

    results = at_once(UPLOADS, lambda n: rules.remove_paper(case, paper.pk, actor=staff[n], **said))

    assert sum(result is None for result in results) == 1
    assert sum(isinstance(result, rules.PaperIsGone) for result in results) == UPLOADS - 1
    assert case.documents.count() == len(papers.files_in(folder)) == rules.MOST_DOCUMENTS - 2
    assert case.events.filter(kind=CaseEvent.Kind.DOCUMENT_REMOVED).count() == 1


def test_without_the_lock_it_goes_wrong(case, monkeypatch):
    """§S12, §S13: the twin: the lock is what the tests above show. Files, not uploads, are counted."""
    monkeypatch.setattr(limits, "take", lambda *_args, **_kwargs: None)
    take_locks_away(monkeypatch)
    meet(monkeypatch, UPLOADS, (rules, "_same"))

    results = at_once(UPLOADS, lambda _: add(case, 20))

    refused = [result for result in results if isinstance(result, TooManyDocuments)]  # for a file that is there already
    assert case.documents.count() > rules.MOST_DOCUMENTS or refused or database_errors(results)
