"""MASTER 권한 넘기기 in the browser: offering, answering, taking back, and what other pages say of it (§D6)."""

from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from post_office.models import Email
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from accounts.domain.passwords import CHANGES
from accounts.models import User
from companies.domain import dispute, ending, membership, offers, transfer
from companies.models import Case, CaseKind, OfferState, Relationship, Role, TransferOffer
from kotra_portal.permissions import MemberType
from tests import make
from tests.conftest import KST
from tests.test_english import korean_in

pytestmark = [pytest.mark.django_db, pytest.mark.once]

PAGE = "/master/transfer/"
NOW = datetime(2026, 11, 22, 9, tzinfo=KST)


class Office:
    """A company with its MASTER and one 정회원, and the two in their browsers."""

    def __init__(self) -> None:
        self.company = make.company("한빛전자")
        self.master = make.member_of_type(MemberType.MASTER, at=self.company, name="김마스터")
        self.full = make.member_of_type(MemberType.FULL, at=self.company, name="이정회", department="수출팀")
        self.browser, self.theirs = Client(), Client()
        self.browser.force_login(self.master)
        self.theirs.force_login(self.full)

    def relationship(self, person: User) -> Relationship:
        return Relationship.objects.get(member=person, company=self.company, ended_at__isnull=True)

    def post(self, nominee: User | None = None, password: str = make.PASSWORD, **more: object):
        chosen = self.relationship(nominee or self.full).pk
        return self.browser.post(PAGE, {"nominee": chosen, "current_password": password} | more)

    def offer(self, now: datetime | None = None) -> TransferOffer:
        return transfer.offer_transfer(
            self.relationship(self.full), actor=self.master, password=make.PASSWORD, now=now or timezone.now()
        )

    def dispute(self) -> Case:
        case = Case.objects.create(kind=CaseKind.DISPUTE, company=self.company, opened_at=NOW, waiting_since=NOW)
        assert dispute.is_disputed(self.company)
        return case

    def roles(self) -> dict[str, str]:
        return {row.member.name: row.role for row in membership.live_members(self.company)}


@pytest.fixture
def office() -> Office:
    return Office()


AS_BEFORE = {"김마스터": Role.MASTER, "이정회": Role.FULL}
HANDED_OVER = {"김마스터": Role.FULL, "이정회": Role.MASTER}


# --- Offering -------------------------------------------------------------------------------------------------------


def test_the_master_chooses_among_the_full_members_alone(office):
    """§D6: to a 정회원 of the same company."""
    make.member_of_type(MemberType.ASSOCIATE, at=office.company, name="박준회")
    make.member_of_type(MemberType.FULL, name="최남의")

    page = office.browser.get(PAGE)

    assertContains(page, f'value="{office.relationship(office.full).pk}"')
    assertContains(page, "이정회")
    for name in ("박준회", "최남의"):
        assertNotContains(page, name)


def test_the_list_is_searched_by_name_and_department_and_paged(office):
    """§D6: with many 정회원 the one is still found."""
    for number in range(25):
        make.member_of_type(MemberType.FULL, at=office.company, name=f"정{number:02d}", department="총무팀")

    first, second = office.browser.get(PAGE), office.browser.get(PAGE, {"page": 2})
    by_name = office.browser.get(PAGE, {"q": "이정"})
    by_department = office.browser.get(PAGE, {"q": "총무", "page": 2})
    nobody = office.browser.get(PAGE, {"q": "없는이름"})

    assert [len(page.context["page"]) for page in (first, second, by_name, by_department)] == [20, 6, 1, 5]
    assertContains(by_department, "?q=%EC%B4%9D%EB%AC%B4&amp;page=1")
    assertContains(nobody, "‘없는이름’ 검색 결과가 없습니다.")


@pytest.mark.parametrize("page", ["0", "-1", "abc", "9" * 30, "9" * 5000, "%00"])
def test_no_number_of_a_page_makes_the_list_fail(office, page):
    assert office.browser.get(f"{PAGE}?page={page}").status_code == 200


def test_a_list_of_many_costs_no_more_queries_than_one_of_few(office):
    def queries() -> int:
        with CaptureQueriesContext(connection) as asked:
            assert office.browser.get(PAGE).status_code == 200
        return len(asked)

    queries()  # what is asked once stays known
    few = queries()
    for _number in range(15):
        make.member_of_type(MemberType.FULL, at=office.company)
    assert queries() == few


def test_the_consequence_is_said_before_anything_is_sent(office):
    """§D6: until it is accepted nothing changes; seven days; then the MASTER is 정회원."""
    page = office.browser.get(PAGE, {"nominee": office.relationship(office.full).pk, "choose": "1"})

    for words in (
        "이정회", "수출팀", "수락하기 전에는 아무것도 바뀌지 않으며", "7일 안에", "회원님은 정회원이 됩니다.",
        "MASTER 권한 넘기기, 정회원 승인, 관계해지", 'autocomplete="current-password"', "MASTER 권한 넘기기 제안하기",
    ):  # fmt: skip
        assertContains(page, words)
    assert not TransferOffer.objects.exists()


@pytest.mark.parametrize("asked", [{"choose": "1"}, {"nominee": ""}, {"nominee": "x"}, {"nominee": "9" * 5000}])
def test_choosing_nobody_is_said_at_the_list(office, asked):
    page = office.browser.get(PAGE, asked)

    assert page.context["refusals"]
    assertContains(page, 'id="nominee_error"')
    assertContains(page, 'aria-describedby="nominee_error"')


def test_turning_the_page_is_no_choice(office):
    """The word that nobody was chosen does not follow to the next page."""
    for _number in range(25):
        make.member_of_type(MemberType.FULL, at=office.company)

    page = office.browser.get(PAGE, {"choose": "1", "nominee": "", "q": ""})

    assertContains(page, 'href="?q=&amp;page=2"')


def test_an_offer_leaves_everything_as_it_is_and_says_what_comes_next(office):
    """§D6: the page after it tells to whom, until when, and how to take it back."""
    response = office.post()

    offer = TransferOffer.objects.get()
    page = office.browser.get(PAGE)
    assertRedirects(response, PAGE, fetch_redirect_response=False)
    assert (offer.nominee, offer.state, office.roles()) == (office.full, OfferState.OPEN, AS_BEFORE)
    assertContains(page, "이정회 님의 수락을 기다리고 있습니다")
    assertContains(page, f"/master/transfer/{offer.pk}/withdraw/")
    assertContains(page, "이정회 님에게 제안을 보냈습니다.")


@pytest.mark.parametrize("field", ["state", "company", "master", "expires_at", "role", "offer", "accepted", "is_staff"])
def test_fields_that_the_form_does_not_have_change_nothing(office, field):
    """§D6: whom the offer is from, and how long it waits, is no word of the form."""
    office.post(**{field: "ACCEPTED"})

    offer = TransferOffer.objects.get()
    assert (offer.state, offer.company, offer.master) == (OfferState.OPEN, office.company, office.master)
    assert offer.expires_at - offer.offered_at == timedelta(days=7)
    assert office.roles() == AS_BEFORE


@pytest.mark.parametrize(
    ("password", "sentence"),
    [("", "현재 비밀번호를 입력해 주세요."), ("wrong2026pass", "현재 비밀번호가 맞지 않습니다.")],
)
def test_the_password_is_asked_again_and_never_shown_again(office, password, sentence):
    """§D6: the MASTER re-enters the password; who was chosen stays chosen."""
    page = office.post(password=password)

    assertContains(page, sentence)
    assertContains(page, f'name="nominee" value="{office.relationship(office.full).pk}"')
    assert not password or password not in page.text
    assert not TransferOffer.objects.exists()


def test_too_many_wrong_passwords_are_answered_with_how_long_to_wait(office):
    """§D6, §D14: the limit of the password holds here too, for the right one as well."""
    for _number in range(CHANGES.times):
        office.post(password="wrong2026pass")

    assertContains(office.post(), "분 뒤에 다시 시도해 주세요.")
    assert not TransferOffer.objects.exists()


def test_an_associate_and_strangers_cannot_be_nominated_whatever_is_posted(office):
    """§D6: an associate, somebody of another company and nobody at all are the same answer."""
    associate = make.member_of_type(MemberType.ASSOCIATE, at=office.company)
    stranger = Relationship.objects.get(member=make.member_of_type(MemberType.FULL))
    own = office.relationship(office.master)
    answers = []
    for key in (office.relationship(associate).pk, stranger.pk, own.pk, 2**62):
        page = office.browser.post(PAGE, {"nominee": key, "current_password": make.PASSWORD})
        answers.append((page.status_code, [str(words) for words in page.context["refusals"]]))

    assert answers == [(200, [str(transfer.NotAFullMember.sentence)])] * 4
    assert not TransferOffer.objects.exists()


def test_a_nominee_who_left_meanwhile_is_said_at_the_list(office):
    chosen = office.relationship(office.full).pk
    make.member_of_type(MemberType.FULL, at=office.company)
    ending.leave_company(office.full, now=NOW)

    page = office.browser.post(PAGE, {"nominee": chosen, "current_password": make.PASSWORD})

    assertContains(page, transfer.NotAFullMember.sentence)


def test_a_second_press_and_an_old_page_find_the_open_offer(office):
    """§D6: one open offer per company; a double click is not told that it failed."""
    office.post()
    office.post()
    once = [str(message) for message in office.browser.get(PAGE).context["messages"]]
    office.post()
    again = [str(message) for message in office.browser.get(PAGE).context["messages"]]

    assert TransferOffer.objects.count() == 1
    assert (len(once), again) == (1, [str(transfer.OfferIsOpen.sentence)])


@pytest.mark.parametrize("is_waiting", [True, False])
def test_without_a_full_member_the_page_says_how_to_get_one(office, is_waiting):
    """§D6: the way to a nominee: approve somebody who waits, or let somebody join."""
    ending.leave_company(office.full, now=NOW)
    if is_waiting:
        make.member_of_type(MemberType.ASSOCIATE, at=office.company)

    page = office.browser.get(PAGE)
    User.objects.update(language="en")
    office.browser.force_login(office.master)

    assert korean_in(office.browser.get(PAGE).text) == []
    assertContains(page, "권한을 넘겨받을 정회원이 없습니다")
    assertContains(page, "승인을 기다리는 준회원이 1명 있습니다." if is_waiting else "준회원이 됩니다.")
    assertContains(page, 'href="/master/"')
    assertNotContains(page, "current_password")


def test_a_dispute_freezes_the_hand_over_and_the_page_says_so(office):
    """§D8: neither offered nor accepted until staff decided; taking back and refusing stay possible."""
    offer = office.offer()
    office.dispute()

    assertContains(office.browser.get(PAGE), "지금은 MASTER 권한을 넘길 수 없습니다")
    theirs = office.theirs.get(f"/company/offers/{offer.pk}/")
    assertContains(theirs, "지금은 MASTER 권한을 넘길 수 없습니다")
    assertNotContains(theirs, f"/company/offers/{offer.pk}/accept/")
    refused = office.theirs.post(f"/company/offers/{offer.pk}/accept/", follow=True)
    assertContains(refused, str(dispute.CompanyIsDisputed.sentence))
    office.browser.post(f"/master/transfer/{offer.pk}/withdraw/")
    page = office.browser.get(PAGE)
    assertNotContains(page, 'name="nominee"')
    assertContains(office.browser.post(PAGE, {"nominee": 1, "current_password": "x"}), "이의신청이 접수되어")
    assert office.roles() == AS_BEFORE


def test_a_dispute_between_the_page_and_the_password_is_answered(office):
    office.dispute()
    response = office.post()
    assertRedirects(response, PAGE)
    assert not TransferOffer.objects.exists()


# --- Taking it back -------------------------------------------------------------------------------------------------


def test_the_master_takes_the_offer_back_once(office):
    """§D6: it can be withdrawn; a second press finds it done and says nothing else."""
    offer = office.offer()
    path = f"/master/transfer/{offer.pk}/withdraw/"

    answers = [office.browser.post(path) for _press in range(2)]

    offer.refresh_from_db()
    for answer in answers:
        assertRedirects(answer, PAGE, fetch_redirect_response=False)
    page = office.browser.get(PAGE)
    assert [str(message) for message in page.context["messages"]] == [
        "제안을 취소했습니다. 회원님은 그대로 MASTER입니다."
    ]
    assert (offer.state, office.roles()) == (OfferState.WITHDRAWN, AS_BEFORE)
    assertContains(office.browser.post(path, follow=True), str(offers.OfferIsOver.sentence))


def test_nothing_is_taken_back_by_looking(office):
    offer = office.offer()
    assertRedirects(office.browser.get(f"/master/transfer/{offer.pk}/withdraw/"), PAGE)
    offer.refresh_from_db()
    assert offer.state == OfferState.OPEN


def test_another_companys_offer_is_not_found(office, client, login):
    """§D11: 404, as for one that does not exist."""
    offer = office.offer()
    stranger = login(make.member_of_type(MemberType.MASTER), Client())

    answers = [stranger.post(f"/master/transfer/{number}/withdraw/") for number in (offer.pk, 4711)]

    assert [answer.status_code for answer in answers] == [404, 404]
    assert main_of(answers[0]) == main_of(answers[1])


# --- Answering ------------------------------------------------------------------------------------------------------


def main_of(response) -> str:
    """Return the page's own part: the frame's tokens differ from page to page."""
    return response.text.partition("<main")[2].partition("</main>")[0]


def test_the_nominee_reads_what_accepting_means_and_until_when(office, frozen):
    """§D6: who offers, what changes, the last moment, two answers."""
    frozen("2026-11-22 09:00")
    offer = office.offer()

    page = office.theirs.get(f"/company/offers/{offer.pk}/")

    for words in (
        "김마스터 님이 회원님에게 MASTER 권한을 넘기려고 합니다.", "2026.11.29. 09:00까지",
        "김마스터 님은 정회원이 됩니다.",
        f"/company/offers/{offer.pk}/accept/", f"/company/offers/{offer.pk}/refuse/",
    ):  # fmt: skip
        assertContains(page, words)


@pytest.mark.parametrize("verb", ["", "accept/", "refuse/"])
def test_the_offer_is_found_by_its_nominee_alone(office, login, verb):
    """§D6: for the MASTER, a colleague and strangers the page is the one of an offer that does not exist."""
    offer = office.offer()
    others = [office.master, make.member_of_type(MemberType.FULL, at=office.company), make.member()]
    method = "post" if verb else "get"
    for person in others:
        browser = login(person, Client())
        real = getattr(browser, method)(f"/company/offers/{offer.pk}/{verb}")
        none = getattr(browser, method)(f"/company/offers/4711/{verb}")
        assert (real.status_code, none.status_code) == (404, 404)
        assert main_of(real) == main_of(none)
    offer.refresh_from_db()
    assert offer.state == OfferState.OPEN
    assert office.roles() | AS_BEFORE == office.roles()


def test_accepting_makes_the_nominee_master_and_both_sessions_know_it_at_once(office):
    """§D6, §C6: on the next request the old MASTER is 정회원, the new one opens the MASTER's pages."""
    offer = office.offer()

    response = office.theirs.post(f"/company/offers/{offer.pk}/accept/")

    assertRedirects(response, "/master/")
    assert office.roles() == HANDED_OVER
    assert office.browser.get(PAGE).status_code == 403
    assertContains(office.browser.get("/my/"), "이정회 님이 수락해 기업의 MASTER가 되었습니다.")
    assertContains(office.theirs.get(f"/company/offers/{offer.pk}/"), "수락한 제안입니다")


def test_refusing_changes_nothing_and_the_master_is_told(office):
    """§D6: the company keeps its MASTER."""
    offer = office.offer()

    page = office.theirs.post(f"/company/offers/{offer.pk}/refuse/", follow=True)

    assertContains(page, "거절한 제안입니다")
    assert office.roles() == AS_BEFORE
    assertContains(office.browser.get("/my/"), "이정회 님이 MASTER 권한을 넘겨받지 않겠다고 답했습니다")
    assert Email.objects.filter(to=office.master.email, subject__contains="거절").count() == 1


@pytest.mark.parametrize("first", ["accept", "refuse"])
@pytest.mark.parametrize("second", ["accept", "refuse"])
def test_two_tabs_and_double_clicks_are_answered_with_how_it_ended(office, first, second):
    """§D6: the first word counts; the second is no error."""
    offer = office.offer()
    path = f"/company/offers/{offer.pk}/"
    office.theirs.post(f"{path}{first}/")
    roles = office.roles()

    response = office.theirs.post(f"{path}{second}/")

    assertRedirects(response, path, fetch_redirect_response=False)
    page = office.theirs.get(path)
    assertContains(page, "수락한 제안입니다" if first == "accept" else "거절한 제안입니다")
    assert len(list(page.context["messages"])) == 1
    assert office.roles() == roles == (HANDED_OVER if first == "accept" else AS_BEFORE)


@pytest.mark.parametrize("verb", ["accept", "refuse"])
def test_an_answer_that_came_back_from_the_log_in_leads_to_the_offer(office, verb):
    offer = office.offer()
    assertRedirects(office.theirs.get(f"/company/offers/{offer.pk}/{verb}/"), f"/company/offers/{offer.pk}/")
    assert office.roles() == AS_BEFORE


def test_after_seven_days_nobody_can_accept_whether_or_not_the_job_has_run(office, frozen):
    """§D6: it lapses at the very second."""
    clock = frozen("2026-11-22 09:00")
    offer = office.offer()
    path = f"/company/offers/{offer.pk}/"
    clock.shift(timedelta(days=7) - timedelta(seconds=1))
    office.theirs.force_login(office.full)
    assertContains(office.theirs.get(path), f"{path}accept/")
    clock.shift(1)

    page = office.theirs.post(f"{path}accept/", follow=True)

    assertContains(page, "기한이 지난 제안입니다")
    assertContains(page, str(offers.OfferIsOver.sentence))
    assert office.roles() == AS_BEFORE
    assertContains(office.theirs.get("/my/"), "MASTER 권한 제안의 기한이 지났습니다")


@pytest.mark.parametrize(
    ("end", "words"),
    [
        ("withdraw", "취소된 제안입니다"),
        ("leave", "무효가 된 제안입니다"),
    ],
)
def test_an_offer_that_ended_otherwise_says_how(office, end, words):
    """§D6: taken back by the MASTER, or void because the nominee left."""
    offer = office.offer()
    if end == "withdraw":
        transfer.withdraw_transfer(offer, actor=office.master, now=NOW)
    else:
        ending.leave_company(office.full, now=NOW)

    page = office.theirs.get(f"/company/offers/{offer.pk}/")

    assertContains(page, words)
    assertNotContains(page, "/accept/")
    assertNotContains(page, office.master.name)


# --- What other pages say -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/my/", "/company/"])
def test_both_people_see_the_open_offer_on_their_pages(office, path):
    """§D6: the nominee with the way to answer, the MASTER with the way to take it back, nobody else."""
    offer = office.offer()
    colleague = Client()
    colleague.force_login(make.member_of_type(MemberType.FULL, at=office.company))

    assertContains(office.theirs.get(path), f"/company/offers/{offer.pk}/")
    assertContains(office.browser.get(path), "제안 보기와 취소")
    assertNotContains(colleague.get(path), "MASTER 권한을 수락하기를")


@pytest.mark.parametrize(
    ("end", "of_master", "of_nominee"),
    [
        ("refuse", "넘겨받지 않겠다고 답했습니다", None),
        ("lapse", "기한까지 답하지 않아 제안이 끝났습니다", "기한이 지났습니다"),
        ("withdraw", None, "제안이 취소되었습니다"),
        ("accept", "MASTER 권한을 넘겼습니다", None),
    ],
)
def test_how_an_offer_ended_is_news_for_a_week_to_who_did_not_say_it(office, frozen, end, of_master, of_nominee):
    """§D6: both are told; nobody is told what they did themselves."""
    clock = frozen("2026-11-22 09:00")
    offer = office.offer()
    if end == "lapse":
        clock.shift(timedelta(days=7))
        transfer.lapse_offers(now=timezone.now())
    elif end == "withdraw":
        transfer.withdraw_transfer(offer, actor=office.master, now=timezone.now())
    else:
        getattr(transfer, f"{end}_transfer")(offer, actor=office.full, now=timezone.now())

    def told() -> list[bool]:
        office.browser.force_login(office.master)
        office.theirs.force_login(office.full)
        pages = (office.browser.get("/my/"), office.theirs.get("/my/"))
        words = (of_master, of_nominee)
        return [bool(word) and word in page.text for word, page in zip(words, pages, strict=True)]

    assert told() == [bool(of_master), bool(of_nominee)]
    assert ["offer" in office.browser.get("/my/").context, "offer" in office.theirs.get("/my/").context] == told()
    clock.shift(timedelta(days=7))
    assert told() == [False, False]


def test_a_master_who_cannot_leave_is_shown_the_way_out(office):
    """§D2: the leaving page leads to the hand-over and to the members."""
    page = office.browser.get("/company/leave/")

    assertContains(page, 'href="/master/transfer/"')
    assertContains(page, 'href="/master/"')


# --- English ----------------------------------------------------------------------------------------------------------


def test_d22_the_pages_are_in_english_too(office):
    """§D22: every text, but for the names of people and companies, which the office has in Korean."""
    User.objects.update(language="en", department="Export")
    office.browser.force_login(office.master)
    office.theirs.force_login(office.full)
    chosen = {"nominee": office.relationship(office.full).pk}
    pages = [office.browser.get(PAGE, asked) for asked in ({}, {"choose": "1"}, {"q": "nobody"}, chosen)]
    pages.append(office.post(password="wrong2026pass"))
    path = f"/company/offers/{office.offer().pk}/"
    pages += [office.browser.get(page) for page in (PAGE, "/my/", "/company/")]
    pages += [office.theirs.get(page) for page in (path, "/my/", "/company/")]
    office.dispute()
    pages += [office.browser.get(PAGE), office.theirs.get(path)]
    pages.append(office.theirs.post(f"{path}refuse/", follow=True))
    pages += [office.browser.get("/my/"), office.browser.get("/company/leave/")]

    assert [korean_in(page.text) for page in pages] == [[]] * len(pages)
