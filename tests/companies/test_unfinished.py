"""What ends with a relationship and what does not, as the pages say it before the verb (§D1, §D6, §D7, §D8)."""

import pytest
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains

from accounts.models import User
from companies.domain import approval, ending, membership, profile, search
from companies.models import BusinessStatus, Case, CaseState, Channel, Company, Relationship
from tests import make
from tests.companies import firm
from tests.companies.registry import NOW
from tests.test_english import korean_in

pytestmark = [pytest.mark.django_db, pytest.mark.once]

OFFER, EDIT, CHANGE = "MASTER 권한 넘기기 제안은", "기업정보 변경신청", "MASTER 변경신청"
STAYS = "MASTER 변경신청은 끝나지 않습니다"
ANYBODY, STAFF = "누구나 이 기업의 사업자등록번호", "고객지원팀이 사업자등록증을 확인합니다"


def ask_edit(member: User) -> Case:
    asking = {"name": "새이름", "representative": "새대표", "certificate_by": Channel.FAX}
    return profile.request_company_edit(member, **asking, now=timezone.now())


def begin(what: str, member: User) -> None:
    begun = {"offer": firm.offer, "change": firm.ask}.get(what)
    begun(member, now=timezone.now()) if begun else ask_edit(member)


def ending_page(client, member: User) -> str:
    return client.get(f"/master/end/?member={membership.live_relationship(member).pk}").text


# --- The MASTER ends somebody ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("what", "says"), [("offer", f"해지할 회원에게 한 {OFFER}"), ("edit", f"{EDIT}은 함께 취소"), ("change", STAYS)]
)
def test_d7_the_page_of_ending_says_what_goes_along_and_what_stays(client, login, what, says):
    """§D1, §D6, §D7: each in a sentence, and only where there is such a thing; what it says comes true."""
    _company, (master, member, bystander) = firm.company_with("FULL", "FULL")
    begin(what, member)
    login(master)

    said, of_another = ending_page(client, member), ending_page(client, bystander)

    assert [sentence in said for sentence in (OFFER, f"{EDIT}은", STAYS)] == [
        what == one for one in ("offer", "edit", "change")
    ]
    assert says in said
    assert not any(sentence in of_another for sentence in (OFFER, EDIT, CHANGE))
    place = Relationship.objects.get(member=member)
    approval.end_relationship(place, actor=master, reason="퇴사", now=timezone.now())
    states = list(Case.objects.values_list("state", flat=True))
    assert states == {"offer": [], "edit": [CaseState.WITHDRAWN], "change": [CaseState.RECEIVED]}[what]


def test_d5_the_page_of_ending_asks_no_query_for_each_member(client, login, django_assert_max_num_queries):
    """§D5: fifty are chosen at once."""
    _company, (master, *members) = firm.company_with(*["FULL"] * 8)
    chosen = "&".join(f"member={one.pk}" for one in Relationship.objects.filter(member__in=members))
    for member in members:
        firm.ask(member)
    login(master)

    with django_assert_max_num_queries(14):
        page = client.get(f"/master/end/?{chosen}")

    assertContains(page, STAYS, count=1)


# --- One leaves by oneself ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("what", ["offer", "edit", "change"])
def test_d1_the_page_of_leaving_says_what_goes_along(client, login, what):
    """§D1, §D6: one's own requests with their number, an offer; nothing where there is none."""
    _company, (_master, member, other) = firm.company_with("FULL", "FULL")
    begin(what, member)
    login(member)

    page = client.get("/company/leave/")

    case = Case.objects.first()
    said = {
        "offer": f"답을 기다리는 {OFFER} 함께 끝납니다",
        "edit": f"심사 중인 {EDIT}(접수번호 {case and case.pk})은 취소됩니다",
        "change": f"심사 중인 {CHANGE}(접수번호 {case and case.pk})은 취소됩니다",
    }
    assert [one for one, words in said.items() if words in page.text] == [what]
    login(other)
    page = client.get("/company/leave/")
    assert not any(words in page.text for words in (OFFER, f"심사 중인 {EDIT}", f"심사 중인 {CHANGE}"))


def suspended(company: Company) -> None:
    Company.objects.filter(pk=company.pk).update(business_status=BusinessStatus.SUSPENDED)


def asked_by_who_was_ended(company: Company) -> None:
    """§D7: the request of somebody whom the MASTER ended stays open."""
    firm.ask(make.member_of_type("FULL", at=company))
    Relationship.objects.filter(company=company, role="FULL").update(ended_at=NOW)


def cancelled_before(company: Company) -> None:
    """§D8: an earlier registration of the number was left while it was disputed."""
    firm.disputed(company)
    ending.leave_company(make.master_of(company), now=NOW)
    make.member_of_type("MASTER", at=make.company(brn=company.brn))


@pytest.mark.parametrize(
    ("happens", "says"),
    [
        (lambda _company: None, ANYBODY),
        (firm.disputed, STAFF),
        (cancelled_before, STAFF),
        (suspended, STAFF),
        (asked_by_who_was_ended, STAFF),
    ],
    ids=["nothing", "disputed now", "disputed before", "suspended", "a MASTER change is open"],
)
def test_d8_the_page_of_leaving_says_when_the_number_is_for_staff_alone(client, login, bureau, happens, says):
    """§D2, §D7, §D8: it promises what the search does with the number once the registration has ended."""
    company, _master = firm.registered(bureau)
    happens(company)
    live = Company.objects.get(brn=company.brn, closed_at=None)
    login(make.master_of(live))

    page = client.get("/company/leave/")

    assertContains(page, says)
    assertNotContains(page, ({ANYBODY, STAFF} - {says}).pop())
    assert ("등록 이의신청(접수번호" in page.text) is (happens is firm.disputed)
    client.post("/company/leave/", {"as_seen": page.context["as_seen"]})
    assert search.is_for_staff(company.brn) is (says == STAFF)


def test_d22_both_pages_read_english(client, login):
    """§D22."""
    _company, (master, member) = firm.company_with("FULL")
    User.objects.update(language="en", name="Kim")
    Company.objects.update(name="Hanbit")
    for what in ("offer", "edit", "change"):
        begin(what, member)
    login(User.objects.get(pk=master.pk))
    pages = [ending_page(client, member)]
    login(User.objects.get(pk=member.pk))
    pages.append(client.get("/company/leave/").text)
    assert [korean_in(page) for page in pages] == [[], []]
