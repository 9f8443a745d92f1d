"""MASTER 변경신청 in the browser: asking, the printed form, and the sitting MASTER's answer (§Q3, §D7)."""

from datetime import timedelta

import pytest
from django.test import Client
from post_office.models import Email
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from accounts.models import User
from companies.domain import cases, ending, membership, succession, transfer
from companies.models import Case, CaseState, Channel, MasterAnswer, MasterChangeRequest, Relationship, Role
from kotra_portal.permissions import MemberType
from tests import make
from tests.companies.firm import ask, offer, reviewer, seen
from tests.companies.registry import NOW, document
from tests.test_english import korean_in

pytestmark = [pytest.mark.django_db, pytest.mark.once]

PAGE, FORM = "/company/master-change/", "/company/master-change/form/"
PASSWORD = {"current_password": make.PASSWORD}
WEEK = timedelta(days=7)
ASKING = {"why": "MASTER가 지난달에 퇴사했습니다.", "master_leaves": "leaves", "certificate_by": "FAX"}
MASTER_NAME, ASSOCIATE_NAME, FULL_NAME = "김수철", "박준희", "이정희"


class Office:
    """A company with its MASTER, a 준회원 and a 정회원, each in a browser of their own."""

    def __init__(self) -> None:
        self.company = make.company("한빛전자", representative="한대표")
        at = {"at": self.company}
        self.master = make.member_of_type(MemberType.MASTER, name=MASTER_NAME, **at)
        self.associate = make.member_of_type(MemberType.ASSOCIATE, name=ASSOCIATE_NAME, department="수출팀", **at)
        self.full = make.member_of_type(MemberType.FULL, name=FULL_NAME, position="과장", **at)

    def browser_of(self, person: User) -> Client:
        browser = Client()
        browser.force_login(person)
        return browser

    def roles(self) -> dict[str, str]:
        return {row.member.name: row.role for row in membership.live_members(self.company)}


@pytest.fixture
def office(frozen) -> Office:
    """The clock stands at NOW, so that no time left differs between two pages."""
    frozen(NOW)
    return Office()


AS_BEFORE = {MASTER_NAME: Role.MASTER, ASSOCIATE_NAME: Role.ASSOCIATE, FULL_NAME: Role.FULL}


def answer_path(case: Case, verb: str = "") -> str:
    return f"/master/change/{case.pk}/{verb}"


# --- Asking ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["associate", "full"])
def test_q3_a_member_of_the_company_asks_to_become_master(office, who):
    """§Q3: 준회원 and 정회원; why, what becomes of the MASTER, the papers' way; the MASTER is mailed (§D7)."""
    person = getattr(office, who)

    done = office.browser_of(person).post(PAGE, ASKING, follow=True)

    case = Case.objects.get()
    assertRedirects(done, f"/company/requests/{case.pk}/")
    assertContains(done, f"MASTER 변경신청을 접수했습니다. 접수번호는 {case.pk}입니다.")
    assertContains(office.browser_of(person).get("/my/"), ">MASTER 변경신청 현황 보기</a>")
    change = case.master_change
    assert (case.applicant, case.company, change.master) == (person, office.company, office.master)
    assert (change.why, change.master_leaves, change.certificate_by) == (ASKING["why"], True, Channel.FAX)
    assert change.decidable_from == NOW + WEEK
    assert sorted(mail.to[0] for mail in Email.objects.all()) == sorted([person.email, office.master.email])
    assert office.roles() == AS_BEFORE


@pytest.mark.parametrize(("choice", "leaves"), [("leaves", True), ("stays", False)])
def test_q3_the_request_says_what_becomes_of_the_master(office, choice, leaves):
    """§Q3, §D7: 퇴사, or 정회원 from then on."""
    office.browser_of(office.full).post(PAGE, ASKING | {"master_leaves": choice})
    assert MasterChangeRequest.objects.get().master_leaves is leaves


def test_q3_the_page_explains_before_it_asks(office):
    """§Q3: the hand-over first, the papers and where they go, the seven days; nothing is chosen beforehand."""
    page = office.browser_of(office.full).get(PAGE)

    for words in (
        "권한을 넘겨 달라고 먼저 부탁해 주세요", "02-3460-7932", "mailto:service@kotra.or.kr", "7일 안에",
        f'href="{FORM}"', "사업자등록증", "관계가 해지되거나 정회원으로 남습니다",
    ):  # fmt: skip
        assertContains(page, words)
    assertNotContains(page, " checked")


def test_d11_an_associate_reads_the_masters_name_masked(office):
    """§D11: a 정회원 reads it whole; on the form that is printed too."""
    for path in (PAGE, FORM):
        assertContains(office.browser_of(office.full).get(path), MASTER_NAME)
        theirs = office.browser_of(office.associate).get(path)
        assertContains(theirs, "김*철")
        assertNotContains(theirs, MASTER_NAME)


@pytest.mark.parametrize("missing", ASKING)
@pytest.mark.parametrize("value", ["", "   ", "no such choice", "x" * 1001], ids=["empty", "blank", "unknown", "long"])
def test_q3_what_is_missing_or_wrong_is_said_and_nothing_typed_is_lost(office, missing, value):
    """§Q3: each field has to be answered; a text of 1,000 characters is the longest."""
    if (missing, value) == ("why", "no such choice"):
        value = "\x07" * 3
    page = office.browser_of(office.full).post(PAGE, ASKING | {missing: value})

    assert page.status_code == 200
    assert list(page.context["form"].errors) == [missing]
    assertContains(page, 'class="notice-box notice-danger error-summary"')
    if missing != "why":
        assertContains(page, ASKING["why"])
    assert not Case.objects.exists()


def test_q3_a_text_of_the_longest_length_with_line_breaks_is_taken(office):
    """§Q3: a browser's line breaks count once."""
    office.browser_of(office.full).post(PAGE, ASKING | {"why": "가\r\n" * 499 + "나나"})
    assert len(MasterChangeRequest.objects.get().why) == 1000


@pytest.mark.parametrize("method", ["get", "post"])
def test_q3_an_individual_is_told_to_relate_first(client, login, method):
    """§Q3: no bare refusal: the conversion is what comes first."""
    login(make.member())
    page = getattr(client, method)(PAGE, ASKING)
    assertContains(page, "먼저 기업과 관계를 설정해 주세요")
    assertContains(page, 'href="/company/convert/"')
    assertNotContains(page, 'name="why"')
    assert not Case.objects.exists()


@pytest.mark.parametrize("method", ["get", "post"])
def test_d6_the_master_is_led_to_the_hand_over(office, method):
    """§D6: a MASTER asks nobody."""
    page = getattr(office.browser_of(office.master), method)(PAGE, ASKING)
    assertContains(page, "지금 ‘한빛전자’의 MASTER입니다")
    assertContains(page, 'href="/master/transfer/"')
    assertNotContains(page, 'name="why"')
    assert not Case.objects.exists()


def test_d7_an_open_request_stands_in_the_forms_place(office):
    """§D7: one open request per member; a second press of the button ends here too."""
    case = ask(office.full)
    browser = office.browser_of(office.full)

    page = browser.get(PAGE)
    assertContains(page, f'href="/company/requests/{case.pk}/"')
    assertNotContains(page, 'name="why"')
    assertRedirects(browser.post(PAGE, ASKING), PAGE)
    assert Case.objects.get() == case


def test_d7_too_many_requests_a_day_are_refused_with_what_was_typed(office):
    """§D7: each is a mail to the MASTER."""
    for _ in range(succession.REQUESTS_A_DAY):
        cases.withdraw_request(ask(office.full), actor=office.full, now=NOW)

    page = office.browser_of(office.full).post(PAGE, ASKING)

    assertContains(page, "하루에 세 번까지")
    assertContains(page, ASKING["why"])
    assert Case.objects.count() == succession.REQUESTS_A_DAY


def test_d7_whoever_was_made_an_individual_meanwhile_asks_for_nothing(office):
    """§D7: what was taken away is refused on the next request of an open session."""
    browser = office.browser_of(office.associate)
    browser.get(PAGE)
    ending.leave_company(office.associate, now=NOW)
    assertContains(browser.post(PAGE, ASKING), "먼저 기업과 관계를 설정해 주세요")
    assert not Case.objects.exists()


# --- The form that is printed ---------------------------------------------------------------------------------------


def test_q3_the_form_is_filled_in_as_far_as_the_portal_knows(office):
    """§Q3: company, number, representative, who asks; with an open request its number and words too."""
    browser = office.browser_of(office.full)
    known = ("한빛전자", "한대표", FULL_NAME, office.full.username, office.full.email, "과장", "(서명 또는 인)")
    page = browser.get(FORM)
    for words in known:
        assertContains(page, words)
    assertNotContains(page, "☑")

    case = ask(office.full, leaves=True)
    page = browser.get(FORM)
    for words in (*known, f"<td>{case.pk}</td>", "MASTER가 퇴사했습니다.", "☑ 퇴사(관계해지)", "☐ 재직(정회원)"):
        assertContains(page, words)


@pytest.mark.parametrize("member_type", [MemberType.INDIVIDUAL, MemberType.MASTER])
def test_q3_there_is_no_form_for_those_who_cannot_ask(client, login, member_type):
    """§Q3: they are told what to do instead."""
    login(make.member_of_type(member_type))
    assertRedirects(client.get(FORM), PAGE)


def test_q3_one_of_two_papers_is_not_enough(office):
    """§Q3: the request's page, the MASTER change page and 마이KOTRA go on waiting for the other one."""
    case, browser, pages = ask(office.full), office.browser_of(office.full), (PAGE, "/my/")
    for path in (*pages, f"/company/requests/{Case.objects.get().pk}/"):
        page = browser.get(path)
        assertContains(page, "서류: MASTER 변경신청서와 사업자등록증이 모두 필요합니다. 지금 1개를 받았습니다.")

    document(case, name="form.pdf", channel=Channel.FAX, sha256="f" * 64)

    for path in (*pages, f"/company/requests/{case.pk}/"):
        assertNotContains(browser.get(path), "를 받았습니다.")


# --- The sitting MASTER reads ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("who", "shown", "hidden"), [("full", FULL_NAME, None), ("associate", "박*희", ASSOCIATE_NAME)]
)
def test_d7_the_master_reads_who_asks_for_what_until_when(office, who, shown, hidden):
    """§D7, §D11: an associate's name is masked, a 정회원's whole."""
    case = ask(getattr(office, who), leaves=True)

    page = office.browser_of(office.master).get(answer_path(case))

    for words in (
        shown,
        "MASTER가 퇴사했습니다.",
        "2026.11.29. 09:00</span>까지 답해 주세요",
        "관계는 해지되어 개인회원이 됩니다",
    ):
        assertContains(page, words)
    if hidden:
        assertNotContains(page, hidden)


def test_d7_the_request_waits_at_the_top_of_the_masters_pages(office):
    """§D7: in 마이KOTRA, 내 기업 and /master/, as long as it is open; nobody else is asked."""
    case = ask(office.full)
    for path in ("/my/", "/company/", "/master/"):
        assertContains(office.browser_of(office.master).get(path), f'href="{answer_path(case)}"')
    for path in ("/my/", "/company/"):
        assertNotContains(office.browser_of(office.associate).get(path), answer_path(case))
    cases.withdraw_request(case, actor=office.full, now=NOW)
    for path in ("/my/", "/company/", "/master/"):
        assertNotContains(office.browser_of(office.master).get(path), answer_path(case))


@pytest.mark.parametrize("verb", ["", "agree/", "object/"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_d11_anothers_request_is_as_one_that_does_not_exist(client, login, office, method, verb):
    """§D11, §D7: the MASTER of another company, and a case of another kind."""
    case = ask(office.full)
    master = make.member_of_type(MemberType.MASTER)
    login(master)

    foreign = getattr(client, method)(answer_path(case, verb), {"objection": "아닙니다."})
    missing = getattr(client, method)(f"/master/change/{case.pk + 1}/{verb}", {"objection": "아닙니다."})

    if (method, verb) == ("post", ""):
        assert (foreign.status_code, missing.status_code) == (405, 405)
    else:
        assert (foreign.status_code, missing.status_code) == (404, 404)
        assert _without(foreign, case.pk) == _without(missing, case.pk + 1)
    assert MasterChangeRequest.objects.get().answer == ""


def _without(page, number: int) -> str:
    return page.text.replace(str(page.context["csrf_token"]), "").replace(f"/change/{number}/", "/change/N/")


def test_d11_a_case_of_another_kind_is_not_found(office):
    """§D7: the number of somebody's case says nothing."""
    edit = Case.objects.create(
        kind="COMPANY_EDIT", applicant=office.full, company=office.company, opened_at=NOW, waiting_since=NOW
    )
    for verb in ("", "agree/", "object/"):
        assert office.browser_of(office.master).get(answer_path(edit, verb)).status_code == 404


def test_d7_whoever_is_master_no_longer_answers_no_more(office):
    """§D7: an open session, and the page before the change."""
    case, browser = ask(office.full), office.browser_of(office.master)
    browser.get(answer_path(case))
    succession.agree(case, actor=office.master, password=make.PASSWORD, now=NOW)
    succession.approve_master_change(case, **seen(case, reviewer(), now=NOW), reason="퇴사를 확인했습니다.")
    for verb, method in (("", "get"), ("agree/", "post"), ("object/", "post")):
        assert getattr(browser, method)(answer_path(case, verb), {"objection": "아닙니다."}).status_code == 403


# --- The answer -----------------------------------------------------------------------------------------------------


def test_d7_the_master_agrees_after_reading_what_it_means(office):
    """§D7: staff may decide at once; roles stay until then."""
    case, browser = ask(office.full), office.browser_of(office.master)
    assertContains(browser.get(answer_path(case)), "동의는 되돌릴 수 없습니다")
    assert browser.get(answer_path(case, "agree/")).status_code == 302
    assert MasterChangeRequest.objects.get().answer == ""

    done = browser.post(answer_path(case, "agree/"), PASSWORD, follow=True)

    assertRedirects(done, answer_path(case))
    assertContains(done, "MASTER 변경에 동의했습니다.")
    assertNotContains(done, "MASTER 변경에 동의하기")
    assertNotContains(done, 'name="objection"')
    change = MasterChangeRequest.objects.get()
    assert (change.answer, change.answered_at) == (MasterAnswer.AGREED, NOW)
    assert office.roles() == AS_BEFORE


@pytest.mark.parametrize(("typed", "said"), [("", "비밀번호를 입력해 주세요"), ("wrong1", "비밀번호가 맞지 않습니다")])
def test_d7_without_the_password_nothing_is_agreed(office, typed, said):
    """§D7: it cannot be taken back, so it takes more than a press."""
    case, browser = ask(office.full), office.browser_of(office.master)

    page = browser.post(answer_path(case, "agree/"), {"current_password": typed})

    assertContains(page, said)
    assertContains(page, "error-summary", count=1)
    assert MasterChangeRequest.objects.get().answer == ""


def test_d7_the_master_reads_of_the_agreement_until_staff_decide(office):
    """§D7: in 마이KOTRA, 내 기업 and /master/, with the number; nobody else does."""
    case, words = ask(office.full), "MASTER 변경에 동의했습니다 · 접수번호"
    succession.agree(case, actor=office.master, password=make.PASSWORD, now=NOW)
    for path in ("/my/", "/company/", "/master/"):
        assertContains(office.browser_of(office.master).get(path), f"{words} {case.pk}")
    assertNotContains(office.browser_of(office.full).get("/company/"), words)
    cases.withdraw_request(case, actor=office.full, now=NOW)
    for path in ("/my/", "/company/", "/master/"):
        assertNotContains(office.browser_of(office.master).get(path), words)


def test_d7_the_master_objects_and_says_why(office):
    """§D7: the words are for staff; the applicant hears that there is an objection."""
    case, browser = ask(office.full), office.browser_of(office.master)

    done = browser.post(answer_path(case, "object/"), {"objection": "저는 <b>퇴사</b>하지 않았습니다."}, follow=True)

    assertRedirects(done, answer_path(case))
    assertContains(done, "이의를 접수했습니다.")
    assertContains(done, "저는 &lt;b&gt;퇴사&lt;/b&gt;하지 않았습니다.")
    assertNotContains(done, 'name="objection"')
    assertContains(done, "MASTER 변경에 동의하기")
    assert MasterChangeRequest.objects.get().answer == MasterAnswer.OBJECTED
    theirs = office.browser_of(office.full).get(f"/company/requests/{case.pk}/")
    assertContains(theirs, "지금 MASTER가 이의를 제기했습니다")
    assertNotContains(theirs, "하지 않았습니다.</dd>")
    assertNotContains(theirs, "퇴사&lt;/b&gt;")


def test_d7_an_objection_can_still_become_an_agreement(office):
    """§D7: and an agreement nothing else."""
    case, browser = ask(office.full), office.browser_of(office.master)
    browser.post(answer_path(case, "object/"), {"objection": "아닙니다."})
    assertContains(browser.post(answer_path(case, "agree/"), PASSWORD, follow=True), "동의했습니다")
    for verb in ("object/", "agree/"):
        again = browser.post(answer_path(case, verb), PASSWORD | {"objection": "역시 아닙니다."}, follow=True)
        assertContains(again, "이미 답하셨습니다.")
    assert MasterChangeRequest.objects.get().answer == MasterAnswer.AGREED


@pytest.mark.parametrize(
    ("typed", "kept"), [("", ""), ("  ", ""), ("가" * 1001, "가" * 1001)], ids=["empty", "blank", "long"]
)
def test_d7_an_objection_without_words_or_too_long_is_refused(office, typed, kept):
    """§D7: nothing typed is lost."""
    case = ask(office.full)
    page = office.browser_of(office.master).post(answer_path(case, "object/"), {"objection": typed})
    assert page.status_code == 200
    assert page.context["form"].errors
    assertContains(page, kept)
    assert MasterChangeRequest.objects.get().answer == ""


def test_d7_after_the_seven_days_the_master_still_answers_what_is_not_decided(office, frozen):
    """§D7: the page says that it may be decided at any time."""
    case = ask(office.full)
    frozen(NOW + WEEK)
    browser = office.browser_of(office.master)
    assertContains(browser.get(answer_path(case)), "이의를 제기할 수 있는 기한이 지났습니다")
    assertContains(browser.post(answer_path(case, "agree/"), PASSWORD, follow=True), "동의했습니다")


def test_d7_after_the_seven_days_no_page_speaks_of_a_deadline_to_come(office, frozen):
    """§D7: to the MASTER and to whoever asks, in 마이KOTRA and where they come by it."""
    case = ask(office.full)
    document(case)
    until = "까지 이의를 제기"
    assertContains(office.browser_of(office.full).get("/my/"), until)
    frozen(NOW + WEEK)

    master, asking = office.browser_of(office.master), office.browser_of(office.full)
    for path in ("/my/", "/company/", "/master/"):
        assertContains(master.get(path), "이의를 제기할 수 있는 기한이 지나 고객지원팀이 언제든지 결정할 수 있습니다.")
    for path in ("/my/", PAGE):
        page = asking.get(path)
        assertContains(page, "MASTER가 답할 수 있는 7일이 지났습니다.")
        assertNotContains(page, until)
    assertNotContains(master.get(answer_path(case)), "기한을 기다리지 않고")


@pytest.mark.parametrize("verb", ["agree/", "object/"])
def test_d7_what_ended_meanwhile_is_answered_no_more(office, verb):
    """§D7: the applicant withdrew; the page says so and how things stand."""
    case = ask(office.full)
    cases.withdraw_request(case, actor=office.full, now=NOW)
    answer = PASSWORD | {"objection": "아닙니다."}
    page = office.browser_of(office.master).post(answer_path(case, verb), answer, follow=True)
    assertContains(page, "이미 끝난 신청입니다.")
    assertContains(page, "신청이 취소되었습니다")
    assertNotContains(page, 'method="post" action="/master/change/')


def test_d7_an_applicant_who_left_is_shown_as_one_who_withdrew(office):
    """§D1, §D7: the request ended with the relationship; the name is masked again (§D11)."""
    case = ask(office.full)
    ending.leave_company(office.full, now=NOW)
    page = office.browser_of(office.master).get(answer_path(case))
    assertContains(page, "신청이 취소되었습니다")
    assertNotContains(page, FULL_NAME)


def test_d7_a_request_that_a_hand_over_overtook_says_so(office):
    """§D7: to whoever asked; the new MASTER was not asked and finds nothing."""
    case = ask(office.associate)
    transfer.accept_transfer(offer(office.full), actor=office.full, now=NOW)
    page = office.browser_of(office.associate).get(f"/company/requests/{case.pk}/")
    assertContains(page, "다른 처리로 끝났습니다")
    assert Case.objects.get(pk=case.pk).state == CaseState.OVERTAKEN
    assert office.browser_of(office.full).get(answer_path(case)).status_code == 404


# --- In English -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("member_type", MemberType)
def test_d22_asking_reads_english(client, login, member_type):
    """§D22: for those who may ask, and for those who are told what to do instead; with every error."""
    company = make.company("Hanbit", representative="Han")
    if member_type not in {MemberType.MASTER, MemberType.INDIVIDUAL}:
        make.relationship(make.member(name="Kim Suchul"), company, Role.MASTER)
    login(make.member_of_type(member_type, at=company, name="Hong Gildong", language="en"))

    pages = [client.get(PAGE), client.post(PAGE, {}), client.get(FORM, follow=True), client.get("/company/")]
    if Relationship.objects.filter(role__in=[Role.FULL, Role.ASSOCIATE]).exists():
        pages += [client.post(PAGE, ASKING | {"why": "He left."}, follow=True), client.get(PAGE), client.get(FORM)]

    assert [korean_in(page.text) for page in pages] == [[]] * len(pages)


def test_d22_answering_reads_english(office):
    """§D22: before and after each answer, late, and when it ended."""
    User.objects.update(language="en", department="", position="")
    for person in (office.master, office.full):
        User.objects.filter(pk=person.pk).update(name=f"Kim {person.pk}")
    type(office.company).objects.update(name="Hanbit", representative="Han")
    case, browser = ask(office.full), office.browser_of(User.objects.get(pk=office.master.pk))
    MasterChangeRequest.objects.update(why="He left.")

    pages = [browser.get(answer_path(case)), browser.get("/my/"), browser.get("/company/")]
    pages.append(browser.post(answer_path(case, "object/"), {}))
    pages.append(browser.post(answer_path(case, "object/"), {"objection": "No."}, follow=True))
    pages += [browser.get("/my/"), browser.post(answer_path(case, "agree/"), PASSWORD, follow=True)]
    cases.withdraw_request(case, actor=office.full, now=NOW)
    pages.append(browser.get(answer_path(case)))

    assert [korean_in(page.text) for page in pages] == [[]] * len(pages)
