"""Many register, join and ask for one number at once (§S12, §D1, §D2, §D4): each race with its defence and without."""

from collections.abc import Callable
from functools import partial

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone
from post_office.models import Email

from accounts.models import User
from companies.domain import membership, registration, registration_draft, search
from companies.domain.search import Way
from companies.models import Case, Channel, Company, RegistrationDraft, Relationship, RelationshipEvent, Role
from kotra_portal.desk.invariants import broken_invariants
from tests import make
from tests.companies.registry import TYPED
from tests.pace import within
from tests.races.at_once import at_once, database_errors, meet, take_locks_away, together

pytestmark = pytest.mark.race

PEOPLE = 64
CLICKS = 8
SECONDS = 10  # that all of them may take together
CONTACT = "owner@daehan.example"
REGISTER = "/company/register/register/"
REQUEST = "/company/register/request/"
FORM = {
    "company_type": "SMALL",
    "postcode": "06792",
    "address": "서울특별시 서초구 헌릉로 13",
    "phone": "02-3460-7114",
    "email": "info",
    "email_domain": "",
    "email_typed": "daehan.example",
    "business_type": "도매업",
    "business_item": "섬유",
}
ALL_TYPED = FORM | {
    "name": "민국상사",
    "representative": "박민국",
    "opened_on": "20010203",
    "corporate_number": "110111-0062432",
    "certificate_by": "FAX",
}


def applicants(number: int, brn: str) -> list[User]:
    """Give so many members an unfinished registration of this number."""
    members = [make.member() for _ in range(number)]
    for member in members:
        search.search_number(member, brn, now=timezone.now())
    return members


def looked_up(member: User) -> str:
    """Tell which number the member looked up; of a draft that is gone, none."""
    found = registration_draft.draft_of(member)
    return found.brn if found else ""


def register(member: User) -> Relationship:
    return registration.register_company(member, looked_up(member), TYPED, now=timezone.now())


def ask(member: User) -> Case:
    return registration.request_registration(member, looked_up(member), TYPED, Channel.FAX, now=timezone.now())


def side_by_side(act: Callable[[User], object], members: list[User]) -> list[object]:
    """Act for all of them at the same moment."""
    return together(*(partial(act, member) for member in members))


def browsers(members: list[User]) -> list[Client]:
    """Give each of them a browser that is logged in."""
    found = [Client(raise_request_exception=False) for _ in members]
    for browser, member in zip(found, members, strict=True):
        browser.force_login(member)
    return found


def post(members: list[User], url: str, form: dict) -> list[HttpResponse]:
    """Send the page's form for all of them at the same moment, as the page shows it to each."""
    windows = browsers(members)
    way = Way.REGISTER if url == REGISTER else Way.REQUEST
    drafts = [registration_draft.draft_of(member) for member in members]
    forms = [form | {"brn": draft.brn, "seen": search.as_seen(draft, way)} for draft in drafts]
    return at_once(len(members), lambda number: windows[number].post(url, forms[number]))


def one_company_of(members: list[User]) -> None:
    """Show that one of them is MASTER and the others are 준회원 of the one company, and all holds."""
    company = Company.objects.get()
    roles = sorted(Relationship.objects.filter(company=company, ended_at=None).values_list("role", flat=True))
    assert roles == [Role.ASSOCIATE] * (len(members) - 1) + [Role.MASTER]
    kinds = sorted(RelationshipEvent.objects.values_list("kind", flat=True))
    assert kinds == ["JOINED"] * (len(members) - 1) + ["REGISTERED"]
    told = [mail.to[0] for mail in Email.objects.all()]  # contact and MASTER; of each 준회원 the MASTER and they
    assert (told.count(CONTACT), len(told), RegistrationDraft.objects.count()) == (1, 2 * len(members), 0)
    assert list(broken_invariants(20)) == []


def take_the_savepoint_away(monkeypatch):
    """Without it the loser's INSERT is an error nobody expects. On SQLite the immediate transaction is what defends."""
    take_locks_away(monkeypatch)
    if connection.vendor != "sqlite":
        monkeypatch.setattr(registration, "IntegrityError", type("NeverRaised", (Exception,), {}))


# --- 64 who register one number -------------------------------------------------------------------------------------


def test_of_64_first_registrations_of_one_number_one_is_master(bureau):
    """§S12, §C3: the first registration wins, the others are 준회원 of it; the contact hears of one (§D8)."""
    members = applicants(PEOPLE, bureau.knows())

    results = side_by_side(register, members)

    assert [result for result in results if not isinstance(result, Relationship)] == []
    one_company_of(members)


def test_without_its_defence_first_registrations_fail(bureau, monkeypatch):
    """§S12: the twin: the race above can be lost."""
    members = applicants(PEOPLE, bureau.knows())
    take_the_savepoint_away(monkeypatch)
    meet(monkeypatch, PEOPLE, (membership, "check_may_start"))

    assert database_errors(side_by_side(register, members))


def test_64_people_who_press_the_button_at_once_are_all_answered(bureau):
    """§S12: over HTTP: one MASTER, 63 준회원, each led to their company, nobody meets a failure, within ten seconds."""
    members = applicants(PEOPLE, bureau.knows())

    with within(SECONDS):
        answers = post(members, REGISTER, FORM)

    assert {(answer.status_code, answer.headers.get("Location")) for answer in answers} == {(302, "/company/")}
    one_company_of(members)


def test_without_its_defence_the_button_fails(bureau, monkeypatch):
    """§S12: the twin over HTTP."""
    members = applicants(PEOPLE, bureau.knows())
    take_the_savepoint_away(monkeypatch)
    meet(monkeypatch, PEOPLE, (membership, "check_may_start"))

    answers = post(members, REGISTER, FORM)

    assert [answer.status_code for answer in answers if answer.status_code >= 500] != []


# --- 64 who ask for one number --------------------------------------------------------------------------------------


def test_64_requests_for_one_number_are_64_cases_and_no_company(bureau):
    """§D4: several people may ask; each request is received, and staff decide."""
    members = applicants(PEOPLE, make.brn())

    with within(SECONDS):
        answers = post(members, REQUEST, ALL_TYPED)

    assert [answer.status_code for answer in answers] == [302] * PEOPLE
    assert all(answer["Location"].startswith("/company/requests/") for answer in answers)
    assert set(Case.objects.values_list("applicant", flat=True)) == {member.pk for member in members}
    assert (Case.objects.count(), Company.objects.count(), Relationship.objects.count()) == (PEOPLE, 0, 0)
    assert list(broken_invariants(20)) == []


# --- One who presses many times -------------------------------------------------------------------------------------


def test_a_registration_sent_eight_times_at_once_is_one(bureau):
    """§D1: a double click and several windows: one relationship; the others are told what is."""
    [member] = applicants(1, bureau.knows())

    results = side_by_side(register, [member] * CLICKS)

    assert sum(isinstance(result, Relationship) for result in results) == 1
    assert sum(isinstance(result, membership.AlreadyRelated) for result in results) == CLICKS - 1
    one_company_of([member])


def test_without_the_lock_a_registration_sent_eight_times_fails(bureau, monkeypatch):
    """§D1: the twin."""
    [member] = applicants(1, bureau.knows())
    take_locks_away(monkeypatch)
    meet(monkeypatch, CLICKS, (membership, "check_may_start"))

    assert database_errors(side_by_side(register, [member] * CLICKS))


@pytest.mark.parametrize(("url", "form"), [(REGISTER, FORM), (REQUEST, ALL_TYPED)], ids=["register", "request"])
def test_a_button_pressed_eight_times_at_once_answers_as_the_first(url, form, bureau):
    """§S13: every press leads to what the first one did."""
    [member] = applicants(1, bureau.knows() if url == REGISTER else make.brn())

    answers = post([member] * CLICKS, url, form)

    place = "/company/" if url == REGISTER else f"/company/requests/{Case.objects.get().pk}/"
    assert {(answer.status_code, answer.headers.get("Location")) for answer in answers} == {(302, place)}
    assert Relationship.objects.count() + Case.objects.count() == 1


def test_a_request_sent_eight_times_at_once_is_one_case(bureau):
    """§D1: one open registration request."""
    [member] = applicants(1, make.brn())

    results = side_by_side(ask, [member] * CLICKS)

    assert sum(isinstance(result, Case) for result in results) == 1
    assert sum(isinstance(result, registration.OpenRequestExists) for result in results) == CLICKS - 1


def test_without_the_lock_a_request_sent_eight_times_fails(bureau, monkeypatch):
    """§D1: the twin."""
    [member] = applicants(1, make.brn())
    take_locks_away(monkeypatch)
    meet(monkeypatch, CLICKS, (membership, "check_may_start"))

    assert database_errors(side_by_side(ask, [member] * CLICKS))
