"""How long the staff's queue and its search take with a hundred cases and with a hundred thousand.

``TEST_ENGINE=postgresql python -m tests.bench.queue``
"""

import os
import sys
from collections.abc import Iterable, Iterator
from datetime import timedelta
from statistics import median
from time import perf_counter

from django.conf import settings

from tests import databases

FEW, MANY = 100, 100_000
ROUNDS = 20
BATCH = 2_000  # rows of one INSERT
QUEUE = "/admin/companies/case/"


def main() -> None:
    """Make a database, fill it in two steps, print the milliseconds and the queries of each page at both sizes."""
    databases.choose()
    databases.prepare(settings)
    import django  # noqa: PLC0415 (the settings come first)
    from django.test.utils import setup_databases, setup_test_environment, teardown_databases  # noqa: PLC0415

    django.setup()
    setup_test_environment(debug=False)
    made = setup_databases(verbosity=0, interactive=False)
    try:
        compare()
    finally:
        teardown_databases(made, verbosity=0)


def compare() -> None:
    """Ask for each page at both sizes."""
    from django.test import Client  # noqa: PLC0415

    from tests import make  # noqa: PLC0415

    browser = Client()
    browser.force_login(make.staff(is_superuser=True))
    fill(0, FEW)
    few = {label: measure(browser, path) for label, path in pages(FEW).items()}
    fill(FEW, MANY)
    head = f"{'page':34}{FEW:>7,} cases{MANY:>14,} cases    ratio  queries"
    sys.stdout.write(f"{settings.DATABASES['default']['ENGINE']}, medians of {ROUNDS}\n{head}\n")
    for label, path in pages(MANY).items():
        (before, queries), (after, queries_then) = few[label], measure(browser, path)
        sys.stdout.write(
            f"{label:34}{before:10.1f} ms{after:17.1f} ms{after / before:9.1f}  {queries} → {queries_then}\n"
        )


def pages(cases: int) -> dict[str, str]:
    """The pages by what they are; what is looked for lies in the middle of the table."""
    from companies.models import MasterChangeRequest, RegistrationRequest  # noqa: PLC0415

    middle = RegistrationRequest.objects.select_related("case__applicant").order_by("pk")[cases // 4]
    hyphened = f"{middle.brn[:3]}-{middle.brn[3:5]}-{middle.brn[5:]}"
    return {
        "the queue": QUEUE,
        "the queue's twentieth page": f"{QUEUE}?p=20" if cases > FEW else QUEUE,
        "what is over": f"{QUEUE}?queue=closed",
        "all cases": f"{QUEUE}?queue=all",
        "one kind alone": f"{QUEUE}?kind=DISPUTE",
        "one kind, all of it": f"{QUEUE}?kind=MASTER_CHANGE&queue=all",
        "search by number": f"{QUEUE}?q={hyphened}",
        "search by a number's beginning": f"{QUEUE}?q={middle.brn[:6]}",
        "search by company": f"{QUEUE}?q={middle.name}",
        "search by ID": f"{QUEUE}?q={middle.case.applicant.username}",
        "search for what is not there": f"{QUEUE}?q=없는회사",
        "one case": f"{QUEUE}{middle.pk}/change/",
        "one MASTER change": f"{QUEUE}{MasterChangeRequest.objects.order_by('pk')[cases // 20].pk}/change/",
    }


def measure(browser: object, path: str) -> tuple[float, int]:
    """The milliseconds of the middle, and how many queries one page asks."""
    from django.db import connection  # noqa: PLC0415
    from django.test.utils import CaptureQueriesContext  # noqa: PLC0415

    assert browser.get(path).status_code == 200, path  # and the templates are compiled
    with CaptureQueriesContext(connection) as captured:
        browser.get(path)
    queries = len(captured)  # before the next request forgets them
    taken = []
    for _round in range(ROUNDS):
        begun = perf_counter()
        browser.get(path)
        taken.append(1000 * (perf_counter() - begun))
    return median(taken), queries


def fill(first: int, end: int) -> None:
    """Write the cases ``first`` … ``end - 1`` with bulk inserts: half wait, the others are over or sent back.

    Of ten cases eight ask for a registration, one for another MASTER, one is a dispute, each of a company of its own.
    """
    from django.db import connection  # noqa: PLC0415

    from tests import make  # noqa: PLC0415

    decider = make.staff(name="박담당")
    for begin in range(first, end, BATCH):
        _insert(range(begin, min(begin + BATCH, end)), decider)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _insert(numbers: range, decider: object) -> None:
    from accounts.models import User  # noqa: PLC0415
    from companies.models import Case, CaseEvent, CaseKind, Document  # noqa: PLC0415
    from tests import make  # noqa: PLC0415

    people = User.objects.bulk_create(User(**fields) for fields in _people(numbers))
    companies = _companies(numbers, people)
    made = []
    for number, person in zip(numbers, people, strict=True):
        kind = {8: CaseKind.MASTER_CHANGE, 9: CaseKind.DISPUTE}.get(number % 10, CaseKind.REGISTRATION)
        at, company = make.LONG_AGO + timedelta(minutes=number), companies.get(number)
        about = {"kind": kind, "company": company, "applicant": None if kind == CaseKind.DISPUTE else person}
        made.append(Case(**about, opened_at=at, waiting_since=at, **_state(number, at, decider)))
    cases = Case.objects.bulk_create(made)
    _ask(zip(numbers, cases, people, strict=True))
    CaseEvent.objects.bulk_create(
        CaseEvent(case=case, kind="SENT", at=case.opened_at, actor_id=case.applicant_id) for case in cases
    )
    paper = {"name": "사업자등록증.pdf", "content_type": "application/pdf", "size": 1, "file": "00/00"}
    Document.objects.bulk_create(
        Document(case=case, sha256=f"{case.pk:064d}", added_by=person, added_at=case.opened_at, **paper)
        for case, person in zip(cases[::2], people[::2], strict=True)
    )


def _companies(numbers: range, people: list[object]) -> dict[int, object]:
    """A company, with its MASTER, for each case that is about one; by the case's number."""
    from companies.models import Company, Relationship  # noqa: PLC0415
    from companies.names import SHORTEST_START, searched_name  # noqa: PLC0415
    from tests import make  # noqa: PLC0415

    rows = {}
    for number in numbers:
        if number % 10 in {8, 9}:
            name = f"대한물산 {number}"
            found = {"search_name": searched_name(name), "search_start": searched_name(name)[:SHORTEST_START]}
            rows[number] = Company(brn=make.brn(1_000 + number), name=name, registered_at=make.LONG_AGO, **found)
    companies = dict(zip(rows, Company.objects.bulk_create(rows.values()), strict=True))
    moments = {"started_at": make.LONG_AGO, "approved_at": make.LONG_AGO}
    Relationship.objects.bulk_create(
        Relationship(member=person, company=companies[number], role="MASTER", approved_via="REGISTRY", **moments)
        for number, person in zip(numbers, people, strict=True)
        if number in companies
    )
    return companies


def _ask(rows: Iterable[tuple[int, object, object]]) -> None:
    """What each case asks for."""
    from companies.models import MasterChangeRequest, RegistrationDispute, RegistrationRequest  # noqa: PLC0415
    from tests import make  # noqa: PLC0415

    registrations, changes, disputes = [], [], []
    typed = {"certificate_by": "UPLOAD", "registry_answer": "UNKNOWN"}
    claim = {"claimant_name": "박대표", "claimant_position": "대표", "claimant_phone": "02", "language": "ko"}
    for number, case, person in rows:
        if case.kind == "MASTER_CHANGE":
            asked = {"master_leaves": False, "why": "퇴사했습니다.", "decidable_from": case.opened_at}
            changes.append(MasterChangeRequest(case=case, master=person, certificate_by="FAX", **asked))
        elif case.kind == "DISPUTE":
            disputes.append(RegistrationDispute(case=case, disputed=person, claimant_email="a@b.example", **claim))
        else:
            named = {"brn": make.brn(1_000 + number), "name": f"민국상사 {number}"}
            registrations.append(RegistrationRequest(case=case, **named, **typed))
    RegistrationRequest.objects.bulk_create(registrations)
    MasterChangeRequest.objects.bulk_create(changes)
    RegistrationDispute.objects.bulk_create(disputes)


def _people(numbers: range) -> Iterator[dict[str, object]]:
    from tests import make  # noqa: PLC0415

    for number in numbers:
        yield {
            "username": f"bench{number:06d}",
            "password": "!",
            "name": f"김{chr(0xAC00 + number % 11_000)}",
            "birth_date": make.LONG_AGO.date(),
            "gender": "F",
            "ci_hash": f"{number:064d}",
            "email": f"bench{number:06d}@example.com",
            "mobile": f"010{number:08d}",
            "joined_at": make.LONG_AGO,
        }


def _state(number: int, at: object, decider: object) -> dict[str, object]:
    over = {"closed_at": at + timedelta(days=1)}
    return (
        {"state": "RECEIVED"},
        {"state": "APPROVED", "decider": decider} | over,
        {"state": "RECEIVED"},
        {"state": "REJECTED", "decider": decider, "reason": "흐립니다."} | over,
        {"state": "RECEIVED"},
        {"state": "WITHDRAWN"} | over,
        {"state": "RECEIVED"},
        {"state": "CORRECTION", "reason": "흐립니다."},
    )[number % 8]


if __name__ == "__main__":
    os.environ.setdefault("TEST_ENGINE", "postgresql")
    main()
