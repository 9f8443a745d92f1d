"""manage.py send_digest: what waits for the support team, once a day (§D3, §D22, §D23)."""

from datetime import datetime, timedelta
from io import StringIO

import pytest
from django.contrib.auth.models import Group
from django.core.management import call_command
from post_office.models import Email

from accounts.domain.staff import SUPPORT_TEAM
from accounts.models import User
from companies.domain import succession
from companies.models import Case, CaseState
from kotra_portal.desk.domain.digest import MOST_LISTED, recipients, send_digest
from kotra_portal.desk.models import Digest
from tests import make
from tests.companies import firm, papers
from tests.conftest import KST
from tests.races.at_once import at_once

pytestmark = pytest.mark.django_db

MORNING = datetime(2026, 11, 23, 8, 30, tzinfo=KST)


def reviewer(username: str = "support7", **fields) -> User:
    """Somebody of the support team."""
    person = make.staff(username, email=f"{username}@example.com", **fields)
    person.groups.add(Group.objects.get(name=SUPPORT_TEAM))
    return person


def waits(*, days: int = 0, **fields) -> object:
    """A request that has waited for so many days."""
    since = MORNING - timedelta(days=days)
    return papers.case(make.member(), opened_at=since, waiting_since=since, **fields)


def sent_to(person: User) -> Email:
    return Email.objects.get(to=person.email)


def test_the_team_hears_what_waits():
    """§D3: counts by state, since when the oldest waits, what is nobody's, what is theirs, and where to go."""
    person = reviewer()
    waits(days=3, assignee=person)
    waits(days=1)
    waits()
    waits(days=9, state=CaseState.CORRECTION, reason="흐립니다.")

    assert send_digest(now=MORNING) == 1

    mail = sent_to(person)
    assert mail.subject == "[KOTRA] 심사를 기다리는 신청이 3건 있습니다"
    for body in (mail.message, mail.html_message):
        text = body.replace("<b>", "").replace("</b>", "")
        for line in (
            "가장 오래된 신청은 3일 전부터 기다리고 있습니다.",
            "신규등록 · 접수: 3건 (3일 전부터)",
            "신규등록 · 보완 요청: 1건 (9일 전부터)",
            "담당자가 없는 신청: 2건",
            "내가 맡은 신청: 1건",
            "http://127.0.0.1:8000/admin/",
        ):
            assert line in text
    assert 'href="http://127.0.0.1:8000/admin/"' in mail.html_message


def test_each_hears_of_what_they_look_after():
    """§D3: by number, the oldest first, no more than can be read; to whom it belongs stands in no mail."""
    busy, idle = reviewer("support7"), reviewer("support8")
    cases = [waits(days=number, assignee=busy) for number in range(MOST_LISTED + 2)]

    send_digest(now=MORNING)

    listed = [line for line in sent_to(busy).message.splitlines() if "접수번호" in line]
    oldest = list(reversed(cases))[:MOST_LISTED]
    assert [line.split()[2] for line in listed] == [str(case.pk) for case in oldest]
    assert "접수번호" not in sent_to(idle).message
    assert not any(case.applicant.name in sent_to(busy).message for case in cases)


@pytest.mark.parametrize(("days", "agreed", "told"), [(6, False, 0), (7, False, 1), (1, True, 1)])
def test_master_changes_that_can_be_decided_now_are_told(days, agreed, told):
    """§D7: whose seven days are over, or to which the MASTER agreed; one that its applicant has to correct is not."""
    person, (company, (master, member)) = reviewer(), firm.company_with("FULL")
    case = firm.ask(member, now=MORNING - timedelta(days=days))
    if agreed:
        succession.agree(case, actor=master, password=make.PASSWORD, now=MORNING)
    sent_back = firm.ask(make.member_of_type("ASSOCIATE", at=company), now=MORNING - timedelta(days=9))
    Case.objects.filter(pk=sent_back.pk).update(state=CaseState.CORRECTION, reason="흐립니다.")

    send_digest(now=MORNING)

    mail = sent_to(person)
    for body in (mail.message, mail.html_message.replace("<b>", "").replace("</b>", "")):
        assert ("지금 결정할 수 있는 MASTER 변경: 1건" in body) is bool(told)


def test_what_came_today_waits_since_today():
    """§D23: by Korean days: what came before midnight waited a day."""
    person = reviewer()
    papers.case(make.member(), opened_at=MORNING, waiting_since=MORNING.replace(hour=0, minute=0))

    send_digest(now=MORNING)
    assert "모두 오늘부터 기다리고 있습니다." in sent_to(person).message

    papers.case(make.member(), waiting_since=MORNING - timedelta(hours=9))
    send_digest(now=MORNING + timedelta(days=1))
    assert "가장 오래된 신청은 2일 전부터" in Email.objects.latest("pk").message


@pytest.mark.parametrize(("language", "subject"), [
    ("ko", "[KOTRA] 심사를 기다리는 신청이 1건 있습니다"), ("en", "[KOTRA] 1 request is waiting for review"),
])  # fmt: skip
def test_the_digest_is_in_the_staffs_language(language, subject):
    """§D22: Korean and English."""
    person = reviewer(language=language)
    waits(days=1, assignee=person)

    send_digest(now=MORNING)

    mail = sent_to(person)
    assert mail.subject == subject
    assert f'<html lang="{language}">' in mail.html_message
    if language == "en":
        assert "The oldest has been waiting for 1 day." in mail.message
        assert not any("가" <= letter <= "힣" for letter in mail.message.replace("KOTRA 회원 포털", ""))


@pytest.mark.parametrize("state", [None, *(state for state in CaseState if state != CaseState.RECEIVED)])
def test_nothing_is_sent_when_nothing_waits_for_staff(state):
    """§D3: what is decided, withdrawn or the applicant's turn waits for nobody here."""
    reviewer()
    if state == CaseState.CORRECTION:
        waits(state=state, reason="흐립니다.")
    elif state:
        decider = make.staff() if state in {CaseState.APPROVED, CaseState.REJECTED} else None
        waits(state=state, reason="흐립니다.", closed_at=MORNING, decider=decider)

    assert send_digest(now=MORNING) == 0
    assert (Email.objects.count(), Digest.objects.count()) == (0, 0)


def test_only_active_members_of_the_team_with_an_address_hear():
    """§D3: no member, no other staff, nobody who left."""
    person = reviewer()
    reviewer("support8", is_active=False)
    make.staff("other1", email="other1@example.com", is_superuser=True)
    without = reviewer("support9")
    without.email = ""
    without.save()

    assert list(recipients()) == [person]


def test_a_second_run_on_the_same_korean_day_sends_nothing():
    """§D23: the day begins at midnight in Seoul."""
    reviewer()
    waits(days=1)
    late, next_day = datetime(2026, 11, 23, 23, 59, tzinfo=KST), datetime(2026, 11, 24, 0, 0, tzinfo=KST)

    assert [send_digest(now=now) for now in (MORNING, MORNING, late, next_day)] == [1, 0, 0, 1]
    assert Email.objects.count() == Digest.objects.count() == 2


def test_whoever_joins_the_team_later_that_day_hears_too():
    """§D3: one for each of them."""
    reviewer("support7")
    waits()
    send_digest(now=MORNING)
    late = reviewer("support8")

    assert send_digest(now=MORNING) == 1
    assert sent_to(late).to == [late.email]


def test_an_address_that_is_none_keeps_nobody_elses_back(caplog):
    """§D3: the others hear; the log names the account, and it can be tried again the same day."""
    broken, whole = reviewer("support7"), reviewer("support8")
    User.objects.filter(pk=broken.pk).update(email="no address")
    waits()

    assert send_digest(now=MORNING) == 1
    assert [mail.to for mail in Email.objects.all()] == [[whole.email]]
    assert f"staff account {broken.pk} " in caplog.text
    assert "no address" not in caplog.text

    User.objects.filter(pk=broken.pk).update(email="support7@example.com")
    assert send_digest(now=MORNING) == 1


def test_the_command_says_how_many():
    """§D3: for the log of whatever runs it."""
    reviewer()
    waits()
    out = StringIO()

    call_command("send_digest", stdout=out)

    assert out.getvalue() == "digests: 1\n"


@pytest.mark.race
def test_two_runs_at_once_send_one_mail_to_each():
    """§D3: two machines whose clocks strike at once."""
    people = [reviewer(f"support{number}") for number in (7, 8)]
    waits()

    assert sum(at_once(4, lambda _number: send_digest(now=MORNING))) == len(people)
    assert sorted(mail.to for mail in Email.objects.all()) == [[person.email] for person in people]
