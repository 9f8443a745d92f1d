"""마이KOTRA › MASTER: the members, approving, ending, who may not come back, page by page (§Q2, §C5, §D5, §D11)."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from accounts.models import Door, User
from companies.domain import approval, membership
from companies.domain.members import AT_ONCE
from companies.models import Bar, Company, Relationship, RelationshipEvent, Role
from kotra_portal.permissions import MemberType
from tests import make, walk
from tests.companies.registry import NOW
from tests.test_english import korean_in

pytestmark = [pytest.mark.django_db, pytest.mark.once]

PAGES = ("/master/", "/master/history/", "/master/barred/")
NO_MASTER = [MemberType.FULL, MemberType.ASSOCIATE, MemberType.INDIVIDUAL]


@pytest.fixture
def workplace() -> Company:
    """A company whose MASTER is 오지훈."""
    company = make.company("한빛전자")
    make.relationship(make.member("master0001", name="오지훈"), company, Role.MASTER)
    return company


@pytest.fixture
def desk(client, login, workplace) -> Client:
    """The browser of its MASTER."""
    return login(make.master_of(workplace))


def place(role: Role, company: Company, **fields: object) -> Relationship:
    """A new member's relationship with the company."""
    return make.relationship(make.member(**fields), company, role)


def rows_of(page) -> list[str]:
    """Read the names of the list, in its order."""
    found = re.findall(r'<th role="rowheader" scope="row">(.*?)</th>', page.text, re.DOTALL)
    return [" ".join(re.sub(r"<[^>]+>", " ", one).split()) for one in found]


def said(page) -> str:
    """Read the messages above the page."""
    return " ".join(str(message) for message in page.context["messages"])


def approve(desk: Client, *chosen: Relationship, **more: str):
    return desk.post("/master/approve/", {"member": [one.pk for one in chosen]} | more, follow=True)


def end_path(*chosen: Relationship) -> str:
    return "/master/end/?" + "&".join(f"member={one.pk}" for one in chosen)


def role_now(relationship: Relationship) -> str:
    """The role, or that it ended."""
    relationship.refresh_from_db()
    return "ENDED" if relationship.ended_at else relationship.role


# --- The list -------------------------------------------------------------------------------------------------------


def test_d5_who_waits_stands_first_and_the_longest_waiting_before_the_others(desk, workplace):
    """§D5, §Q2: then the MASTER, then the others by name."""
    place(Role.FULL, workplace, name="가정회")
    late = place(Role.ASSOCIATE, workplace, name="나중에")
    Relationship.objects.filter(pk=late.pk).update(started_at=make.LONG_AGO + timedelta(days=3))
    place(Role.ASSOCIATE, workplace, name="하먼저")

    page = desk.get("/master/")

    assert rows_of(page) == ["하먼저", "나중에", "오지훈 (본인)", "가정회"]
    assertContains(page, "준회원 2명이 승인을 기다립니다")
    assertContains(page, "2020.01.02.")


def test_d11_of_an_associate_mail_and_phone_are_masked_and_after_approval_the_whole_is_seen(desk, workplace):
    """§D11: name, 부서, 직위 and since when in either case."""
    fields = {"name": "홍길동", "department": "수출팀", "position": "과장"}
    relationship = place(Role.ASSOCIATE, workplace, email="gildong@example.com", mobile="01012345678", **fields)

    page = desk.get("/master/")
    for words in ("홍길동", "수출팀 · 과장", "gi***@example.com", "010-****-5678"):
        assertContains(page, words)
    for words in ("gildong@example.com", "010-1234-5678", "01012345678"):
        assertNotContains(page, words)

    page = approve(desk, relationship)
    for words in ("홍길동", "gildong@example.com", "010-1234-5678"):
        assertContains(page, words)


def test_d11_others_and_those_who_left_are_not_in_the_list(desk, workplace):
    """§D11: live members of this company only."""
    place(Role.FULL, make.company(), name="남의회원")
    gone = place(Role.FULL, workplace, name="떠난회원")
    Relationship.objects.filter(pk=gone.pk).update(ended_at=NOW)

    page = desk.get("/master/")

    assertNotContains(page, "남의회원")
    assertNotContains(page, "떠난회원")


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"q": "길동"}, ["홍길동"]),
        ({"q": "수출"}, ["김수출", "홍길동"]),
        ({"q": "ｓａｌｅｓ"}, ["박영업"]),
        ({"role": "ASSOCIATE"}, ["김수출"]),
        ({"role": "FULL"}, ["박영업", "홍길동"]),
        ({"role": "MASTER"}, ["오지훈 (본인)"]),
        ({"role": "FULL", "q": "수출"}, ["홍길동"]),
        ({"role": "없음"}, ["김수출", "오지훈 (본인)", "박영업", "홍길동"]),
        ({"q": "없는사람"}, []),
        ({"q": "x" * 101}, ["김수출", "오지훈 (본인)", "박영업", "홍길동"]),
    ],
    ids=["name", "department", "full width", "waiting", "full", "master", "both", "no role", "nobody", "too long"],
)
def test_d5_members_are_found_by_name_department_and_state(desk, workplace, asked, found):
    """§D5: what cannot be looked for finds everybody, and says why."""
    place(Role.FULL, workplace, name="홍길동", department="수출팀")
    place(Role.ASSOCIATE, workplace, name="김수출")
    place(Role.FULL, workplace, name="박영업", department="Sales")

    page = desk.get("/master/", asked)

    assert rows_of(page) == found
    assert ("찾은 회원이 없습니다" in page.text) is (found == [])


def test_d5_it_counts_the_members_of_each_kind(desk, workplace):
    """§D5: in the whole company, whatever is looked for."""
    for role in (Role.FULL, Role.FULL, Role.ASSOCIATE):
        place(role, workplace)
    counts = re.findall(r'class="number">([^<]+)<', desk.get("/master/?q=없는사람").text)
    assert counts == ["4", "1", "2", "1"]


def many(company: Company, number: int) -> None:
    """So many more members at once, every tenth an associate."""
    first = User.objects.count()
    people = User.objects.bulk_create(
        User(username=f"many{at}", name=f"회원{at:05d}", email=f"many{at}@example.com", ci_hash=f"{at:064d}")
        for at in range(first, first + number)
    )
    full = {"approved_at": NOW, "approved_via": "MASTER", "approver": make.master_of(company), "role": Role.FULL}
    roles = ({"role": Role.ASSOCIATE} if at % 10 == 0 else full for at in range(number))
    Relationship.objects.bulk_create(
        Relationship(member=person, company=company, started_at=NOW, **role)
        for person, role in zip(people, roles, strict=True)
    )


def queries_of(desk: Client, addresses: tuple[str, ...]) -> dict[str, int]:
    """Count how often each page asks the database."""
    counted = {}
    for address in addresses:
        with CaptureQueriesContext(connection) as queries:
            desk.get(address)
        counted[address] = len(queries)
    return counted


def test_the_pages_ask_as_often_with_5000_members_as_with_six(desk, workplace):
    """§D5: fifty rows a page, and the last page is there."""
    first = place(Role.ASSOCIATE, workplace)
    addresses = ("/master/", "/master/?q=회원&role=FULL&page=3", "/my/", "/master/history/", "/master/barred/")
    many(workplace, 4)
    queries_of(desk, addresses)  # what is asked once a process is asked now
    before = queries_of(desk, addresses)
    many(workplace, 4994)

    assert queries_of(desk, addresses) == before
    assert max(before.values()) <= 14
    assert rows_of(desk.get("/master/"))[0] == first.member.name
    lengths = {page: len(rows_of(desk.get("/master/", {"page": page}))) for page in ("1", "100", "999999", "x")}
    assert lengths == {"1": AT_ONCE, "100": AT_ONCE, "999999": AT_ONCE, "x": AT_ONCE}


HOSTILE = ("\0", "\u202e한", "x" * 5000, "-1", "9" * 4900, "%", "_", "' OR 1=1", "<script>alert(1)</script>")


@pytest.mark.parametrize("value", HOSTILE, ids=range(len(HOSTILE)))
@pytest.mark.parametrize("path", PAGES)
def test_no_address_of_the_desk_makes_it_fail(desk, workplace, path, value):
    place(Role.ASSOCIATE, workplace)
    page = desk.get(path, dict.fromkeys(("q", "role", "page", "kind", "member"), value))
    assert page.status_code == 200
    assertNotContains(page, "<script>alert")
    sent = dict.fromkeys(("q", "role", "page", "next", "reason", "bar"), value)
    assert desk.post("/master/approve/", sent, follow=True).status_code == 200


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("member_type", NO_MASTER)
def test_c6_nobody_but_the_master_opens_the_desk(client, login, workplace, path, member_type):
    """§C6, §D24: who is refused reads who the MASTER is, masked, and where to go on."""
    login(make.member_of_type(member_type, at=workplace))
    page = client.get(path)
    assert page.status_code == 403
    if member_type != MemberType.INDIVIDUAL:
        assertContains(page, "오*훈", status_code=403)
        assertNotContains(page, "오지훈", status_code=403)
    if member_type == MemberType.ASSOCIATE:
        assertContains(page, '/company/#remind">MASTER에게 승인 요청하기', status_code=403)


def test_q2_the_desk_is_found_in_the_menu_and_in_my_kotra(desk, workplace):
    """§Q2: 마이KOTRA › MASTER; how many wait, with the way there."""
    assert "승인을 기다립니다" not in desk.get("/my/").text
    place(Role.ASSOCIATE, workplace)
    page = desk.get("/my/")
    assertContains(page, "준회원 1명이 승인을 기다립니다")
    assertContains(page, 'href="/master/"', count=6)  # both menus, the box, the company, two permissions


@pytest.mark.parametrize("member_type", NO_MASTER)
def test_q2_nobody_else_is_led_to_the_desk(client, login, workplace, member_type):
    """§Q2."""
    login(make.member_of_type(member_type, at=workplace))
    for path in ("/my/", "/company/"):
        assertNotContains(client.get(path), 'href="/master/"')


def test_d2_the_master_has_no_button_for_themselves_but_a_hint(desk, workplace):
    """§D2: hand over first."""
    page = desk.get("/master/")
    own = Relationship.objects.get(company=workplace, role=Role.MASTER)
    assertContains(page, "나가려면 먼저 MASTER 권한을 넘겨 주세요.")
    assertNotContains(page, f"member={own.pk}")
    assertNotContains(page, f'value="{own.pk}"')


# --- 정회원 승인 -----------------------------------------------------------------------------------------------------


def test_where_nobody_can_be_chosen_there_is_nothing_to_choose_with(desk, workplace):
    """§D5: the MASTER alone in the list; no box for all, no verbs for the chosen."""
    place(Role.FULL, workplace)
    verbs = ("이 페이지의 회원 모두 선택", "선택한 회원 승인", "선택한 회원 관계해지")
    shown = [[verb in desk.get(path).text for verb in verbs] for path in ("/master/", "/master/?role=MASTER")]
    assert shown == [[True] * 3, [False] * 3]


def test_c5_one_is_approved_and_the_list_stays_as_it_was(desk, workplace):
    """§C5, §D5: back to what was looked at, with a word."""
    relationship = place(Role.ASSOCIATE, workplace, name="홍길동")

    page = approve(desk, relationship, q="길동", role="ASSOCIATE", page="1")

    assert role_now(relationship) == Role.FULL
    assert relationship.approver == make.master_of(workplace)
    assert page.redirect_chain == [("/master/?q=%EA%B8%B8%EB%8F%99&role=ASSOCIATE&page=1", 302)]
    assert said(page) == "홍길동 님을 정회원으로 승인했습니다."


def test_c5_several_are_approved_at_once_and_of_the_others_it_says_why_not(desk, workplace):
    """§C5: who is approved already, and who left meanwhile."""
    waiting = [place(Role.ASSOCIATE, workplace, name=name) for name in ("가대기", "나대기")]
    already = place(Role.FULL, workplace, name="다정회")
    gone = place(Role.ASSOCIATE, workplace, name="라나감")
    Relationship.objects.filter(pk=gone.pk).update(ended_at=NOW)

    page = approve(desk, *waiting, already, gone)

    assert [role_now(one) for one in waiting] == [Role.FULL, Role.FULL]
    assert role_now(gone) == "ENDED"
    assert "가대기 님 등 2명을 정회원으로 승인했습니다." in said(page)
    assert f"다정회, 라나감 님: {approval.NotWaiting()}" in said(page)


def test_c5_nobody_chosen_is_said(desk):
    """§D5: with nothing changed."""
    assert said(approve(desk)) == "회원을 한 명 이상 선택해 주세요."
    assert said(desk.post("/master/end/choose/", follow=True)) == "회원을 한 명 이상 선택해 주세요."
    assert said(desk.get("/master/end/", follow=True)) == "회원을 한 명 이상 선택해 주세요."


def test_c5_more_than_fifty_at_once_are_refused_as_was_said_before(desk, workplace):
    """§D5: fifty are a page."""
    many(workplace, 51)
    assertContains(desk.get("/master/"), "한 번에 50명까지")
    chosen = [*Relationship.objects.filter(company=workplace, member__username__startswith="many")]

    page = approve(desk, *chosen)
    assert said(page) == "한 번에 50명까지 처리할 수 있습니다. 나누어 선택해 주세요."
    assert Relationship.objects.filter(role=Role.ASSOCIATE).count() == 6

    assert "승인했습니다" in said(approve(desk, *chosen[:50]))


FOREIGN = ["foreign", "unknown", "abc", "-1", "0", "1" * 30, "%00", "", "٣"]


@pytest.mark.parametrize("key", FOREIGN, ids=range(len(FOREIGN)))
@pytest.mark.parametrize("verb", ["approve", "choose", "page", "end"])
def test_d11_somebody_elses_member_is_not_found_as_one_that_does_not_exist(desk, workplace, key, verb):
    """§D11, §C6: the same answer for both, and nothing is done for the others of the same press."""
    own = place(Role.ASSOCIATE, workplace)
    foreign = place(Role.ASSOCIATE, make.company())
    make.master_of(foreign.company)
    key = {"foreign": foreign.pk, "unknown": 999_999_999}.get(key, key)
    asks = {
        "approve": lambda: desk.post("/master/approve/", {"member": [own.pk, key]}),
        "choose": lambda: desk.post("/master/end/choose/", {"member": [own.pk, key]}),
        "page": lambda: desk.get("/master/end/", {"member": [own.pk, key]}),
        "end": lambda: desk.post(f"/master/end/?member={own.pk}&member={key}", {"reason": "퇴사"}),
    }

    page = asks[verb]()

    assert page.status_code == 404
    assert (role_now(own), role_now(foreign)) == (Role.ASSOCIATE, Role.ASSOCIATE)
    assert "찾을 수 없" in page.text


def test_d11_the_answers_to_a_foreign_and_to_an_unknown_member_are_the_same(desk, workplace):
    """§D11: to the letter."""
    foreign = place(Role.ASSOCIATE, make.company())
    answers = [desk.post("/master/approve/", {"member": key}).text for key in (foreign.pk, foreign.pk + 1000)]
    bodies = {re.sub(r"[A-Za-z0-9]{64}|data-time-left=.[0-9]+", "", text) for text in answers}
    assert len(bodies) == 1


@pytest.mark.parametrize("member_type", NO_MASTER)
@pytest.mark.parametrize("path", ["/master/approve/", "/master/end/choose/", "/master/end/"])
def test_c6_nobody_else_approves_or_ends(client, login, workplace, member_type, path):
    """§C6: 403, and nothing changes."""
    waiting = place(Role.ASSOCIATE, workplace)
    login(make.member_of_type(member_type, at=workplace))
    response = client.post(f"{path}?member={waiting.pk}", {"member": waiting.pk, "reason": "퇴사"})
    assert response.status_code == 403
    assert role_now(waiting) == Role.ASSOCIATE


def test_d6_a_master_who_was_replaced_is_refused_on_the_next_request(desk, workplace):
    """§D6, §C6: in the same open session."""
    waiting = place(Role.ASSOCIATE, workplace)
    desk.get("/master/")
    Relationship.objects.filter(company=workplace, role=Role.MASTER).update(role=Role.FULL)
    assert desk.post("/master/approve/", {"member": waiting.pk}).status_code == 403
    assert role_now(waiting) == Role.ASSOCIATE


# --- 관계해지 -------------------------------------------------------------------------------------------------------


def test_d5_from_the_ticked_rows_to_the_page_that_names_persons_and_consequence(desk, workplace):
    """§D5: nothing ends before the verb."""
    one, two = place(Role.FULL, workplace, name="가퇴사"), place(Role.ASSOCIATE, workplace, name="나퇴사")

    page = desk.post("/master/end/choose/", {"member": [one.pk, two.pk], "q": "퇴사"}, follow=True)

    assertContains(page, "회원 2명과 기업의 관계를 해지할까요?")
    for words in (
        "가퇴사",
        "나퇴사",
        "바로 개인회원이 되고",
        "2명의 관계 해지하기",
        "이 기업에 다시 관계설정하지 못하게",
    ):
        assertContains(page, words)
    assertContains(page, 'href="/master/?q=%ED%87%B4%EC%82%AC"')
    assert (role_now(one), role_now(two)) == (Role.FULL, Role.ASSOCIATE)


def test_d5_several_end_with_one_reason(desk, workplace):
    """§D5: each with it; nobody is barred who was not to be."""
    chosen = [place(Role.FULL, workplace, name="가퇴사"), place(Role.ASSOCIATE, workplace, name="나퇴사")]

    page = desk.post(end_path(*chosen), {"reason": "  퇴사했습니다.  "}, follow=True)

    assert [role_now(one) for one in chosen] == ["ENDED", "ENDED"]
    assert {one.end_reason for one in chosen} == {"퇴사했습니다."}
    assert membership.member_type_of(chosen[0].member) == MemberType.INDIVIDUAL
    assert said(page) == "가퇴사 님 등 2명과 기업의 관계를 해지했습니다. 사유를 메일로 알렸습니다."
    assert not Bar.objects.exists()
    assertRedirects(page, "/master/")


def test_d1_whoever_is_barred_cannot_come_back(desk, workplace):
    """§D1: 다시 관계설정하지 못하게 막기."""
    relationship = place(Role.ASSOCIATE, workplace)
    desk.post(end_path(relationship), {"reason": "모르는 사람입니다.", "bar": "on"})
    with pytest.raises(membership.BarredFromCompany):
        membership.join_company(relationship.member, workplace, now=NOW)


@pytest.mark.parametrize(
    ("reason", "why"),
    [
        ("", "해지하는 까닭을 500자 이내로"),
        ("  \n ", "해지하는 까닭을 500자 이내로"),
        ("가" * 501, "500자 이내로 입력해"),
    ],
    ids=["none", "blank", "too long"],
)
def test_d5_without_a_reason_nothing_ends_and_nothing_typed_is_lost(desk, workplace, reason, why):
    """§D5: also the box that was ticked."""
    relationship = place(Role.FULL, workplace, name="홍길동")

    page = desk.post(end_path(relationship), {"reason": reason, "bar": "on"})

    assertContains(page, why)
    assertContains(page, "홍길동")
    assert 'id="id_bar" checked' in page.text or "checked" in page.text.split('name="bar"')[1][:60]
    assert reason.strip() in page.text
    assert role_now(relationship) == Role.FULL


@pytest.mark.parametrize("length", [501, 5000])
def test_d5_the_rule_itself_refuses_a_reason_that_no_row_holds(workplace, length):
    """§D5: for whoever calls it without the form."""
    relationship = place(Role.FULL, workplace)
    with pytest.raises(approval.ReasonMissing):
        approval.end_relationship(relationship, actor=make.master_of(workplace), reason="가" * length, now=NOW)
    assert role_now(relationship) == Role.FULL


def test_d2_the_masters_own_relationship_does_not_end_here(desk, workplace):
    """§D2: alone it is refused, among others it is left out with the reason."""
    own = Relationship.objects.get(company=workplace, role=Role.MASTER)
    other = place(Role.FULL, workplace, name="홍길동")

    assert said(desk.get(end_path(own), follow=True)) == f"오지훈 님: {approval.NotYourOwn()}"
    page = desk.get(end_path(own, other))
    assertContains(page, "오지훈 님은 해지하지 않습니다")
    assertContains(page, "회원 1명과 기업의 관계를 해지할까요?")

    page = desk.post(end_path(own, other), {"reason": "퇴사"}, follow=True)
    assert (role_now(own), role_now(other)) == (Role.MASTER, "ENDED")
    assert f"오지훈 님: {approval.NotYourOwn()}" in said(page)


def test_d5_who_left_meanwhile_is_named_and_not_ended_twice(desk, workplace):
    """§D5: the first end stays as it was."""
    relationship = place(Role.FULL, workplace, name="홍길동")
    Relationship.objects.filter(pk=relationship.pk).update(ended_at=NOW, end_reason="먼저")

    assert "홍길동 님: 이미 해지된 관계입니다." in said(desk.get(end_path(relationship), follow=True))
    assert "홍길동 님: 이미 해지된 관계입니다." in said(
        desk.post(end_path(relationship), {"reason": "나중"}, follow=True)
    )
    relationship.refresh_from_db()
    assert relationship.end_reason == "먼저"
    assert not RelationshipEvent.objects.exists()


# --- Who may not come back ------------------------------------------------------------------------------------------


def barred(company: Company, **fields: object) -> Bar:
    """A bar against somebody whose relationship ended."""
    relationship = place(Role.ASSOCIATE, company, **fields)
    asked = {"actor": make.master_of(company), "reason": "모르는 사람", "bar": True, "now": NOW}
    approval.end_relationship(relationship, **asked)
    return Bar.objects.get(member=relationship.member)


def test_d1_who_is_barred_is_listed_and_can_be_let_in_again(desk, workplace):
    """§D1: by name and day; afterwards they join as anybody."""
    bar = barred(workplace, name="홍길동")
    page = desk.get("/master/barred/")
    assert rows_of(page) == ["홍길동"]
    assertContains(page, "오지훈")

    page = desk.post(f"/master/barred/{bar.pk}/lift/", follow=True)

    assert "홍길동 님이 다시 관계설정할 수 있게 풀었습니다." in said(page)
    assertContains(page, "막은 회원이 없습니다.")
    event = RelationshipEvent.objects.get(kind="BAR_LIFTED")
    assert (event.actor, event.relationship.member) == (make.master_of(workplace), bar.member)
    assert membership.join_company(bar.member, workplace, now=NOW).role == Role.ASSOCIATE


def test_d1_a_bar_is_lifted_once(workplace):
    """§D1: the second press is told."""
    bar = barred(workplace)
    approval.lift_bar(Bar.objects.get(), actor=make.master_of(workplace), now=NOW)
    with pytest.raises(approval.NotBarred):
        approval.lift_bar(bar, actor=make.master_of(workplace), now=NOW)
    assert RelationshipEvent.objects.filter(kind="BAR_LIFTED").count() == 1


@pytest.mark.parametrize("member_type", NO_MASTER)
def test_d1_only_the_companys_master_lifts_a_bar(workplace, member_type):
    """§D1, §C6."""
    bar = barred(workplace)
    for actor in (make.member_of_type(member_type, at=workplace), make.master_of(make.company())):
        with pytest.raises(membership.NotAllowed):
            approval.lift_bar(bar, actor=actor, now=NOW)
    assert Bar.objects.exists()


def test_d11_another_companys_bar_is_not_found(desk):
    """§D11."""
    bar = barred(make.company())
    assert desk.post(f"/master/barred/{bar.pk}/lift/").status_code == 404
    assert desk.post("/master/barred/999999999/lift/").status_code == 404
    assert Bar.objects.exists()
    assert rows_of(desk.get("/master/barred/")) == []


# --- The reminder ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/company/", "/my/"])
def test_d5_an_associate_reminds_the_master_once_a_day(client, login, workplace, frozen, path):
    """§D5: back to where the button stood, which says when it was; on the next day it is there again."""
    clock = frozen("2026-11-22 14:05")
    person = place(Role.ASSOCIATE, workplace).member
    login(person)
    assertContains(client.get(path), "MASTER에게 승인 요청하기")

    page = client.post("/company/remind/", {"next": path}, follow=True)

    assertRedirects(page, path)
    assert said(page) == "MASTER에게 승인을 기다린다고 알렸습니다."
    assertContains(page, "오늘 14:05에 MASTER에게 승인을 요청하는 메일을 보냈습니다.")
    assertNotContains(page, "MASTER에게 승인 요청하기")
    assert said(client.post("/company/remind/", follow=True)) == str(approval.RemindedToday())
    assert RelationshipEvent.objects.filter(kind="REMINDED").count() == 1

    clock.shift(10 * 3600)
    login(person)
    assertContains(client.get(path), "MASTER에게 승인 요청하기")


def test_d5_the_master_is_reminded_from_the_end_of_signing_up_too(client, workplace):
    """§S14, §D5: and one stays there."""
    walk.to_details(client, door=Door.COMPANY)
    client.post("/signup/details/", walk.DETAILS)
    make.relationship(User.objects.get(username=walk.DETAILS["username"]), workplace, Role.ASSOCIATE)
    assertContains(client.get("/signup/done/"), "MASTER에게 승인 요청하기")

    page = client.post("/company/remind/", {"next": "/signup/done/"}, follow=True)

    assertRedirects(page, "/signup/done/")
    assertContains(page, "MASTER에게 승인을 요청하는 메일을 보냈습니다.")


@pytest.mark.parametrize("member_type", [MemberType.MASTER, MemberType.FULL, MemberType.INDIVIDUAL])
def test_d5_nobody_else_reminds(client, login, workplace, member_type):
    """§D5."""
    login(make.member_of_type(member_type, at=workplace if member_type != MemberType.MASTER else None))
    assertNotContains(client.get("/my/"), "MASTER에게 승인 요청하기")
    assert said(client.post("/company/remind/", {"next": "/my/"}, follow=True)) == str(approval.NotWaiting())


def test_the_reminder_leads_to_no_other_site(client, login, workplace):
    login(place(Role.ASSOCIATE, workplace).member)
    assert client.post("/company/remind/", {"next": "https://evil.example/"}).url == "/company/"


# --- English --------------------------------------------------------------------------------------------------------


def test_d22_the_desk_speaks_english(desk, workplace):
    """§D22: every page, and what it says after each verb."""
    User.objects.filter(username="master0001").update(language="en", name="Oh Jihoon")
    Company.objects.update(name="Hanbit")
    desk.cookies["language"] = "en"
    one, two = place(Role.ASSOCIATE, workplace, name="Kim"), place(Role.FULL, workplace, name="Lee")
    pages = [desk.get("/master/"), approve(desk, one, two), desk.get(end_path(one)), desk.post(end_path(one))]
    pages += [desk.post(end_path(one), {"reason": "left", "bar": "on"}, follow=True), desk.get("/master/barred/")]
    pages += [desk.get("/master/?q=nobody"), desk.get("/my/"), desk.get("/master/history/"), approve(desk)]
    assert [korean_in(page.text) for page in pages] == [[]] * len(pages)
