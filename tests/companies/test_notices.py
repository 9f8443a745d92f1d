"""Who is told of what: one mail for each event, to whom it concerns, in their language (§D3, §D5, §D8)."""

import re
from collections.abc import Callable
from datetime import datetime

import pytest
from django.db import transaction
from post_office.models import Email

from accounts.models import User
from companies.documents import UnusableDocument
from companies.domain import (
    approval,
    cases,
    correction,
    documents,
    ending,
    membership,
    registration,
    review,
    succession,
)
from companies.models import Case, Channel, Company
from kotra_portal.mail import portal_link
from tests import make
from tests.companies import papers
from tests.companies.registry import NOW, TYPED, draft, request
from tests.companies.test_cases import put
from tests.test_english import korean_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("bureau")]

LANGUAGES = ["ko", "en"]
REASON = "The certificate is <b>blurred</b> & old.\nPlease send it again."
NAME = "Hanbit <Trading> & Co"
BRN = "1208200275"


class RolledBack(Exception):
    """What a test raises to undo a transaction."""


def reviewer() -> User:
    return papers.staff_who_may("companies.review_case")


def speaks(language: str, name: str = "Hong Gildong") -> User:
    """A member who reads this language."""
    return make.member(name=name, language=language)


def asked(member: User, brn: str = BRN) -> object:
    case = request(member, brn, name=NAME)
    Email.objects.all().delete()
    return case


def firm(master: User) -> Company:
    company = make.company(NAME)
    make.relationship(master, company, "MASTER")
    return company


def approve(case: object) -> None:
    review.approve_registration(case, actor=reviewer(), seen=cases.version(case), now=NOW)


# --- The events: (whom it concerns, what happens) -------------------------------------------------------------------

Event = Callable[[str], User]


def received(language: str) -> User:
    member = speaks(language)
    request(member, BRN, name=NAME)
    return member


def sent_back(language: str) -> User:
    case = asked(speaks(language))
    review.request_correction(case, actor=reviewer(), seen=cases.version(case), reason=REASON, now=NOW)
    return case.applicant


def corrected(language: str) -> User:
    case = asked(speaks(language))
    correction.correct_request(case, {"business_item": "Steel"}, Channel.FAX, actor=case.applicant, now=NOW)
    return case.applicant


def withdrawn(language: str) -> User:
    case = asked(speaks(language))
    cases.withdraw_request(case, actor=case.applicant, now=NOW)
    return case.applicant


def rejected(language: str) -> User:
    case = asked(speaks(language))
    review.reject_registration(case, actor=reviewer(), seen=cases.version(case), reason=REASON, now=NOW)
    return case.applicant


def approved(language: str) -> User:
    case = asked(speaks(language))
    approve(case)
    return case.applicant


def settled(language: str) -> User:
    case = asked(speaks(language))
    make.company(NAME, brn=BRN)
    registration.settle_other_requests(BRN, now=NOW)
    return case.applicant


def settled_for_the_master(language: str) -> User:
    case, master = asked(speaks("ko")), speaks(language)
    make.relationship(master, make.company(NAME, brn=BRN), "MASTER")
    registration.settle_other_requests(BRN, now=NOW)
    Email.objects.filter(to=[case.applicant.email]).delete()
    return master


def skipped(language: str) -> User:
    case = asked(speaks(language))
    make.master_of(make.company(NAME, brn=BRN, business_status="CLOSED"))
    registration.settle_other_requests(BRN, now=NOW)
    return case.applicant


def made_full(language: str) -> User:
    master, member = speaks("ko"), speaks(language)
    relationship = make.relationship(member, firm(master), "ASSOCIATE")
    approval.approve_associate(relationship, actor=master, now=NOW)
    return member


def ended(language: str) -> User:
    master, member = speaks("ko"), speaks(language)
    relationship = make.relationship(member, firm(master), "ASSOCIATE")
    approval.end_relationship(relationship, actor=master, reason=REASON, now=NOW)
    return member


def left(language: str) -> User:
    master, member = speaks(language, "Kim Master"), speaks("ko")
    make.relationship(member, firm(master), "ASSOCIATE")
    ending.leave_company(member, now=NOW)
    return master


# Event → the page that its link leads to (with the request's key where it has one), and what the subject says.
EVENTS: dict[Event, tuple[str, str]] = {
    received: ("registration_request", "신규등록 신청을 접수했습니다"),
    sent_back: ("correct_request", "신규등록 신청을 보완해 주세요"),
    corrected: ("registration_request", "고쳐 보내신 신청을 접수했습니다"),
    withdrawn: ("registration_request", "신규등록 신청이 취소되었습니다"),
    rejected: ("registration_request", "신규등록 신청이 반려되었습니다"),
    approved: ("registration_request", "신규등록 신청이 승인되었습니다"),
    settled: ("company", "기업의 준회원이 되었습니다"),
    settled_for_the_master: ("master", "준회원이 승인을 기다립니다"),
    skipped: ("registration_request", "신규등록을 신청한 기업이 먼저 등록되었습니다"),
    made_full: ("company", "정회원으로 승인되었습니다"),
    ended: ("my", "기업과의 관계가 해지되었습니다"),
    left: ("company", "회원이 기업에서 나갔습니다"),
}


@pytest.mark.parametrize("happens", EVENTS, ids=lambda event: event.__name__)
@pytest.mark.parametrize("language", LANGUAGES)
def test_whom_it_concerns_is_told_once_in_their_language(settings, happens, language):
    """§D3, §D5, §D22: nobody else hears of it; the link leads from the setting to the page that helps."""
    settings.PORTAL_URL = "https://portal.example"

    person = happens(language)

    mail = Email.objects.get()
    page, subject = EVENTS[happens]
    case = person.cases.first()
    link = portal_link(page, case.pk) if page.endswith("_request") else portal_link(page)
    assert mail.to == [person.email]
    assert (subject in mail.subject) is (language == "ko")
    for text in texts(mail)[1:]:
        assert set(re.findall(r"https?://[^\s<\"]+", text)) == {link, "https://portal.example/"}
    assert f'href="{link}"' in texts(mail)[2]
    if language == "en":
        assert [korean_in(text.replace('lang="en"', "")) for text in texts(mail)] == [[], [], []]


@pytest.mark.parametrize("happens", EVENTS, ids=lambda event: event.__name__)
@pytest.mark.parametrize("language", LANGUAGES)
def test_what_people_typed_is_text_in_both_halves(happens, language):
    """§D14: a name or a reason acts nowhere; the plain half has it as it was typed, line by line."""
    happens(language)
    _subject, plain, html = texts(Email.objects.get())
    assert NAME in plain
    assert "Hanbit &lt;Trading&gt; &amp; Co" in html
    assert "&lt;" not in plain
    if happens in {sent_back, rejected, ended}:
        assert REASON in plain
        assert "&lt;b&gt;blurred&lt;/b&gt; &amp; old.<br>Please send it again." in html


@pytest.mark.parametrize("happens", EVENTS, ids=lambda event: event.__name__)
def test_what_is_undone_is_told_to_nobody(happens):
    """§D3: the mail is a row of the same transaction."""
    queued = []

    def happen_and_undo() -> None:
        undone = transaction.atomic()
        undone._from_testcase = True  # what has to be committed by itself may stand in it
        with undone:
            happens("ko")
            queued.append(Email.objects.count())
            raise RolledBack

    with pytest.raises(RolledBack):
        happen_and_undo()

    assert (queued, Email.objects.count()) == ([1], 0)


def test_a_master_reads_of_others_a_masked_name():
    """§D11: a mail may be read by more people than the portal's page."""
    left("ko")
    for text in texts(Email.objects.get())[1:]:
        assert "H*** ******g 님이" in text
        assert "Hong Gildong" not in text


def texts(mail: Email) -> tuple[str, str, str]:
    """Subject, plain text and HTML, as they are sent."""
    message = mail.email_message()
    return message.subject, message.body, message.alternatives[0][0]


# --- Two who asked for the same -------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_of_two_who_asked_for_the_same_number_each_hears_what_became_of_them(language):
    """§D4: the first is MASTER, the other 준회원; each in one mail."""
    first, second = asked(speaks("ko")), asked(speaks(language))

    approve(first)

    mails = {mail.to[0]: mail for mail in Email.objects.all()}
    assert len(mails) == Email.objects.count() == 2
    settled = mails[second.applicant.email]
    assert ("기업의 준회원이 되었습니다" in settled.subject) is (language == "ko")
    assert portal_link("company") in texts(settled)[1]
    assert portal_link("registration_request", second.pk) not in texts(settled)[1]
    if language == "en":
        assert korean_in(texts(settled)[1]) == korean_in(texts(settled)[2]) == []


def test_who_registers_what_is_registered_meanwhile_hears_of_being_associate():
    """§T4: and not of being MASTER."""
    case = asked(speaks("ko"))
    company = make.company(brn=BRN)
    make.master_of(company)
    approve(case)
    mail = Email.objects.get(to=[case.applicant.email])
    assert "준회원으로 연결했습니다" in texts(mail)[1]
    assert "이제 이 기업의 MASTER입니다" not in texts(mail)[1]


# --- Joining: the new member and the MASTER -------------------------------------------------------------------------


def join(language: str) -> tuple[Email, Email]:
    """Let somebody join a company in this language; return the MASTER's mail and the member's."""
    member, master = speaks(language), speaks(language, "Kim Master")
    membership.join_company(member, firm(master), now=NOW)
    mails = {mail.to[0]: mail for mail in Email.objects.all()}
    assert len(mails) == Email.objects.count() == 2
    return mails[master.email], mails[member.email]


@pytest.mark.parametrize("language", LANGUAGES)
def test_who_joins_and_the_master_are_told_once_each(settings, language):
    """§T3, §D5, §D22: the one hears who approves, the other who waits; both are led where they see it."""
    settings.PORTAL_URL = "https://portal.example"

    to_master, to_member = join(language)

    assert ("새 준회원이 승인을 기다립니다" in to_master.subject) is (language == "ko")
    assert ("[KOTRA] 준회원이 되었습니다" in to_member.subject) is (language == "ko")
    for mail, page in ((to_master, "master"), (to_member, "company")):
        for text in texts(mail)[1:]:
            assert set(re.findall(r"https?://[^\s<\"]+", text)) == {portal_link(page), "https://portal.example/"}
        assert NAME in texts(mail)[1]
        assert "Hanbit &lt;Trading&gt; &amp; Co" in texts(mail)[2]
        if language == "en":
            assert [korean_in(text.replace('lang="en"', "")) for text in texts(mail)] == [[], [], []]


def test_each_reads_of_the_other_a_masked_name():
    """§D11, §D24: who approves is named to whoever waits, and who waits to whoever approves."""
    to_master, to_member = join("ko")
    for mail, shown, whole in (
        (to_master, "H*** ******g 님이", "Hong Gildong"),
        (to_member, "MASTER K** *****r 님이 합니다", "Kim Master"),
    ):
        for text in texts(mail)[1:]:
            assert shown in text
            assert whole not in text


def test_a_request_that_joining_withdraws_is_told_in_the_same_mail():
    """§D1: one event, one mail; and without such a request nothing is said of it."""
    case = asked(speaks("ko"))
    membership.join_company(case.applicant, firm(speaks("ko", "Kim Master")), now=NOW)
    mail = Email.objects.get(to=[case.applicant.email])
    for text in texts(mail)[1:]:
        assert f"심사 중이던 신규등록 신청(접수번호 {case.pk})은 취소되었습니다." in text

    Email.objects.all().delete()
    for text in texts(join("ko")[1])[1:]:
        assert "신규등록 신청" not in text


def test_who_joins_a_company_without_master_hears_who_will_approve():
    """§D2: the first of a company that staff have to help."""
    member = speaks("ko")
    membership.join_company(member, make.company(NAME), now=NOW)
    mail = Email.objects.get()
    assert mail.to == [member.email]
    assert "정회원 승인은 이 기업의 MASTER가 합니다." in texts(mail)[1]


def test_joining_that_is_undone_is_told_to_nobody():
    """§T3: the mails are rows of the same transaction."""
    with transaction.atomic():
        join("ko")
        transaction.set_rollback(True)
    assert Email.objects.count() == 0


# --- A paper that staff add -----------------------------------------------------------------------------------------


@pytest.fixture
def _folder(tmp_path, monkeypatch):
    papers.folder_of_documents(monkeypatch, tmp_path / "documents")


def add_paper(case: Case, channel: Channel, content: bytes = b"", now: datetime = NOW) -> None:
    upload = papers.upload(content or papers.pdf())
    documents.add_paper(case, upload, channel, actor=reviewer(), now=now)


@pytest.mark.usefixtures("_folder")
@pytest.mark.parametrize("state", ["RECEIVED", "CORRECTION"])
@pytest.mark.parametrize(("channel", "words"), [(Channel.FAX, "팩스로"), (Channel.EMAIL, "이메일로")])
@pytest.mark.parametrize("language", LANGUAGES)
def test_who_sent_a_paper_hears_that_it_arrived(language, channel, words, state):
    """§D3, §D22: in which way, and whose turn it is; the same paper once more is no news."""
    case = put(asked(speaks(language)), state)

    add_paper(case, channel)
    add_paper(case, channel)

    mail = Email.objects.get()
    assert mail.to == [case.applicant.email]
    link = portal_link("registration_request", case.pk)
    for text in texts(mail)[1:]:
        assert (f"{words} 보내신 서류를 받아" in text) is (language == "ko")
        assert ("‘고친 내용 보내기’를 눌러" in text) is (language == "ko" and state == "CORRECTION")
        assert link in text
    if language == "en":
        assert [korean_in(text.replace('lang="en"', "")) for text in texts(mail)] == [[], [], []]


@pytest.mark.usefixtures("_folder")
def test_a_paper_that_is_refused_or_added_by_oneself_is_told_to_nobody():
    """§D3."""
    case = asked(speaks("ko"))
    with pytest.raises(UnusableDocument):
        add_paper(case, Channel.FAX, b"MZ")
    documents.add_to_case(case, papers.upload(papers.pdf()), actor=case.applicant, now=NOW)
    assert Email.objects.count() == 0


# --- The company's own contact --------------------------------------------------------------------------------------


def test_the_companys_own_contact_hears_who_registered_it_masked(bureau):
    """§D8: in Korean, since nobody knows what they read; nothing else of the member is told."""
    member, brn = speaks("en"), bureau.knows()
    draft(member, brn)
    registration.register_company(member, brn, TYPED, now=NOW)

    mail = Email.objects.get(to="owner@daehan.example")

    for text in texts(mail)[1:]:
        assert "H*** ******g 님이며" in text
        for hidden in (member.name, member.email, member.mobile, member.username):
            assert hidden not in text


def test_a_company_without_a_contact_gets_no_mail(bureau):
    """§D8."""
    member, brn = speaks("ko"), bureau.knows(contact_email="")
    draft(member, brn)
    registration.register_company(member, brn, TYPED, now=NOW)
    assert [mail.to for mail in Email.objects.all()] == [[member.email]]


# --- What is told to nobody -----------------------------------------------------------------------------------------


def test_what_one_does_oneself_is_mailed_to_nobody():
    """§D3, §D5: looking after a case, the last member's leaving."""
    case, actor = asked(speaks("ko")), reviewer()
    review.assign(case, actor=actor, assignee=actor, now=NOW)
    alone = speaks("ko")
    firm(alone)
    ending.leave_company(alone, now=NOW)
    assert Email.objects.count() == 0


@pytest.mark.parametrize("happens", [cases.CaseIsClosed, review.ReasonMissing, review.OwnCase])
def test_what_is_refused_is_told_to_nobody(happens):
    """§D3."""
    case, actor = asked(speaks("ko")), reviewer()
    if happens is review.OwnCase:
        User.objects.filter(pk=actor.pk).update(member_account=case.applicant)
        actor.refresh_from_db()
    if happens is cases.CaseIsClosed:
        put(case, "WITHDRAWN")
    with pytest.raises((happens, review.NotWaiting)):
        review.reject_registration(case, actor=actor, seen=cases.version(case), reason="  ", now=NOW)
    assert Email.objects.count() == 0


@pytest.mark.parametrize("language", LANGUAGES)
def test_who_becomes_master_by_the_registry_hears_of_it(bureau, language):
    """§T5: approved automatically; the member reads what that means, in their language."""
    member = speaks(language)
    brn = bureau.knows()
    draft(member, brn)

    registration.register_company(member, brn, TYPED, now=NOW)

    told = Email.objects.get(to=member.email)
    assert "MASTER" in told.subject
    assert portal_link("company") in told.message
    assert language == "ko" or not korean_in(told.message.replace("대한상사", ""))


def test_who_becomes_master_hears_which_request_ended_by_it(bureau):
    """§D1: registering a company withdraws the open request for another, and the same mail says so."""
    member = speaks("ko")
    case = asked(member)
    brn = bureau.knows()
    draft(member, brn)

    registration.register_company(member, brn, TYPED, now=NOW)

    assert f"접수번호 {case.pk}" in Email.objects.get(to=member.email).message


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("by_leaving", [True, False])
def test_the_master_who_was_asked_hears_that_nothing_is_left_to_answer(language, by_leaving):
    """§D7: the applicant withdraws the request, or leaves; the sitting MASTER was mailed before."""
    master, member = speaks(language), make.member()
    make.relationship(member, firm(master), "FULL")
    asked_for = {"why": "The MASTER left.", "master_leaves": True, "certificate_by": Channel.FAX}
    case = succession.request_master_change(member, **asked_for, now=NOW)
    Email.objects.all().delete()

    if by_leaving:
        ending.leave_company(member, now=NOW)
    else:
        cases.withdraw_request(case, actor=member, now=NOW)

    told = Email.objects.filter(to=master.email).order_by("pk").first()  # who leaves is told of by a mail of its own
    assert f"{case.pk}" in told.message
    assert portal_link("master") in told.message
    assert language == "ko" or not korean_in(told.message)
