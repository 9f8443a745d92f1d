"""Who is told of what others' requests came to: the MASTER of who waits, of other company data (§D1, §D4, §D5)."""

import pytest
from post_office.models import Email

from accounts.models import User
from companies.domain import approval, ending, notices, profile, registration
from companies.models import Case, CaseState, Channel, RegistrationRequest, Relationship
from tests import make
from tests.companies import firm
from tests.companies.firm import mails, seen
from tests.companies.registry import NOW, SOON, TYPED, draft, fax, request
from tests.companies.test_notices import texts
from tests.companies.test_review import LATER, approve
from tests.test_english import korean_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("bureau")]

WAITS, EDIT = "준회원이 승인을 기다립니다", "심사 중이던 기업정보 변경신청"


def ask_edit(member: User) -> Case:
    """The member asks for another name of the company; mails that this queued are gone."""
    asking = {"name": "Saebit", "representative": "Kim Boss", "certificate_by": Channel.FAX}
    case = profile.request_company_edit(member, **asking, now=NOW)
    Email.objects.all().delete()
    return case


def text_to(person: User) -> str:
    return texts(Email.objects.get(to=[person.email]))[1]


# --- 준회원 who asked for the number too ----------------------------------------------------------------------------


@pytest.mark.parametrize("asked_before", [1, 3])
def test_who_registers_by_the_registrys_word_hears_once_how_many_wait(bureau, asked_before):
    """§D4, §D5, §T5: no approval's mail told them; those who were skipped do not count."""
    bureau.is_down = True
    brn = bureau.knows()
    asked = [request(make.member(), brn) for _number in range(asked_before + 1)]
    make.relationship(asked[0].applicant, make.company(), "ASSOCIATE")
    bureau.is_down = False
    master = make.member()
    draft(master, brn, now=SOON)

    registration.register_company(master, brn, TYPED, now=SOON)

    assert mails().count((master.email, WAITS)) == 1
    to_master = Email.objects.get(to=[master.email], subject__contains=WAITS)
    assert f"다른 회원 {asked_before}명이" in texts(to_master)[1]
    registration.settle_left_over(now=LATER)
    assert mails().count((master.email, WAITS)) == 1


def test_whom_the_approvals_mail_counted_the_master_is_not_told_again(monkeypatch):
    """§D4: also where the worker died in between; who asked since then is told of."""
    first = request(make.member())
    before = request(make.member(), first.registration.brn)
    settle = registration.settle_other_requests
    monkeypatch.setattr(registration, "settle_other_requests", lambda _brn, *, now: 0)
    approve(first)
    company = Relationship.objects.get(role="MASTER").company
    late = request(make.member(), now=company.registered_at + firm.INSTANT)
    RegistrationRequest.objects.filter(case=late).update(brn=company.brn)  # as if it had not seen the company yet
    monkeypatch.setattr(registration, "settle_other_requests", settle)
    Email.objects.all().delete()

    assert registration.settle_left_over(now=LATER) == 2

    assert "다른 회원 1명이" in text_to(first.applicant)
    assert {to for to, _subject in mails()} == {one.applicant.email for one in (first, before, late)}


@pytest.mark.parametrize("number", [1, 2])
def test_d22_one_and_several_read_well_in_english(number):
    """§D22."""
    master = make.member(name="Kim", language="en")
    make.relationship(master, make.company("Hanbit"), "MASTER")
    notices.associates_settled(Relationship.objects.get().company, number)
    _subject, plain, html = texts(Email.objects.get())
    assert (f"{number} other member{'s' if number > 1 else ''} who" in plain, korean_in(plain)) == (True, [])
    assert korean_in(html.replace('lang="en"', "")) == []


# --- 기업정보 변경 --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("decided", [CaseState.APPROVED, CaseState.REJECTED])
@pytest.mark.parametrize("language", ["ko", "en"])
def test_the_master_hears_what_became_of_a_full_members_request(decided, language):
    """§C6: they heard that it was asked; whose it is and what came of it."""
    company = make.company("Hanbit")
    master = make.member(name="Oh", language=language)
    make.relationship(master, company, "MASTER")
    case = ask_edit(make.member_of_type("FULL", at=company, name="Hong"))
    fax(case)

    if decided == CaseState.APPROVED:
        profile.approve_company_edit(case, **seen(case, now=SOON))
    else:
        profile.reject_company_edit(case, **seen(case, now=SOON), reason="Too <b>blurred</b>.")

    subject, plain, html = texts(Email.objects.get(to=[master.email]))
    assert Email.objects.count() == 2
    assert ("Hong" in plain, str(case.pk) in plain) == (True, True)
    assert ("Saebit" in plain, "Too <b>blurred</b>." in plain) == (
        decided == CaseState.APPROVED,
        decided == CaseState.REJECTED,
    )
    assert "<b>blurred" not in html
    if language == "en":
        assert korean_in(subject + plain + html.replace('lang="en"', "")) == []


def test_whom_the_master_ends_reads_that_the_request_went_along():
    """§D1, §D5: in the one mail of the ending; nothing of it where there was none."""
    _company, (master, member, other) = firm.company_with("FULL", "FULL")
    case = ask_edit(member)
    for person in (member, other):
        place = Relationship.objects.get(member=person)
        approval.end_relationship(place, actor=master, reason="퇴사", now=SOON)

    assert f"{EDIT}(접수번호 {case.pk})은 함께 취소되었습니다" in text_to(member)
    assert EDIT not in text_to(other)
    assert Email.objects.count() == 2


def test_of_whom_leaves_the_master_reads_that_the_request_went_along():
    """§D1, §D5: in the one mail of the leaving."""
    _company, (master, member) = firm.company_with("FULL")
    case = ask_edit(member)

    ending.leave_company(member, now=SOON)

    assert f"이 회원이 낸 기업정보 변경신청(접수번호 {case.pk})은 함께 취소되었습니다" in text_to(master)
    assert Email.objects.count() == 1
