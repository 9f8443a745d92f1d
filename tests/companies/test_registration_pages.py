"""기업 등록 through HTTP: the search, the three ways, at both addresses, and whatever may come between (§S12, §S13)."""

import json
import re
import time

import pytest
from django.test import Client
from django.utils import timezone

from companies.domain import cases, registration_draft, search
from companies.models import (
    ApprovedVia,
    BusinessStatus,
    Case,
    CaseState,
    Company,
    Document,
    RegistrationDraft,
    RegistryAnswer,
    Relationship,
    Role,
)
from companies.numbers import format_brn
from kotra_portal.permissions import MemberType
from tests import make, walk
from tests.companies import papers
from tests.companies.registry import FACTS
from tests.test_english import korean_in

pytestmark = [pytest.mark.django_db, pytest.mark.once]

SIGNUP, MEMBER = "/signup/company/", "/company/register/"
PAGES = [SIGNUP, MEMBER]
VERB = {name: f"/company/register/{name}/" for name in ("search", "search-again", "forget", "keep", "join", "request")}
VERB |= {"register": "/company/register/register/", "documents": "/company/register/documents/"}
SOLE = "2011500024"  # digits 4–5 are a sole proprietor's


@pytest.fixture(autouse=True)
def _documents(tmp_path, monkeypatch):
    papers.folder_of_documents(monkeypatch, tmp_path / "documents")


@pytest.fixture
def member(client, bureau):
    person = make.member(name="박회원")
    client.force_login(person)
    return person


def draft_of(member) -> RegistrationDraft | None:
    return RegistrationDraft.objects.filter(member=member).first()


def said(page) -> list[str]:
    return [str(message) for message in page.context["messages"]]


def grow_old(member) -> None:
    """Let the registry's answer be an hour old."""
    RegistrationDraft.objects.filter(member=member).update(answered_at=timezone.now() - search.ANSWER_LIVES * 1.01)


def errors_beside(page, field: str) -> str:
    found = re.search(rf'<ul class="field-error" id="id_{field}_error".*?</ul>', page.text, re.DOTALL)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", found.group())).strip() if found else ""


def value_in(page, name: str) -> str:
    """What stands in an input of the page."""
    field = page.context["form"][name]
    return field.value()


def nothing_was_registered(member) -> bool:
    return not (
        Relationship.objects.filter(member=member).exists()
        or Case.objects.filter(applicant=member).exists()
        or Company.objects.filter(relationships__member=member).exists()
    )


# --- The search -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", PAGES)
def test_the_number_is_searched_for_first(path, client, member):
    """§S12: one field, and what will come of it said beforehand; the sign-up shows its steps and can be left."""
    page = client.get(path)

    assert page.status_code == 200
    assert list(page.context["form"].fields) == ["brn"]
    assert "사업자등록증은 필요 없습니다" in page.text
    assert ("4단계 중 3단계" in page.text) == (path == SIGNUP)
    assert ("나중에 하기" in page.text) == (path == SIGNUP)
    assert 'href="/signup/interests/"' in page.text or path == MEMBER


@pytest.mark.parametrize("spelling", ["{}-{}-{}", "{} {} {}", "{}{}{}", " {}–{}–{} ", "{}.{}.{}", "{}－{}－{}"])
def test_every_spelling_of_a_number_finds_the_same(spelling, client, member, bureau):
    """§D9: typed with hyphens, spaces or full-width digits it is the same number."""
    brn = bureau.knows()
    typed = spelling.format(brn[:3], brn[3:5], brn[5:]).translate(str.maketrans("012", "０１２"))

    page = walk.to_company(client, typed)

    assert page.context["draft"].brn == brn
    assert format_brn(brn) in page.text


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("", "사업자등록번호 10자리를 입력해 주세요"),
        ("12345", "사업자등록번호 10자리를 숫자로"),
        ("120-82-00276", "없는 사업자등록번호입니다"),
        ("대한민국", "사업자등록번호 10자리를 숫자로"),
        ("1" * 5_000, "너무 깁니다"),
        ("120-82-00275\u202e", "보이지 않는 문자"),
    ],
)
@pytest.mark.parametrize("flow", ["signup", "member"])
def test_what_is_no_number_is_refused_beside_the_field(flow, typed, sentence, client, member):
    """§D9: with what was typed still there, on the page one came from."""
    page = client.post(VERB["search"], {"brn": typed, "flow": flow})

    assert sentence in errors_beside(page, "brn")
    assert value_in(page, "brn") == typed
    assert page.context["page_url"] == (SIGNUP if flow == "signup" else MEMBER)
    assert draft_of(member) is None


@pytest.mark.parametrize(
    ("status", "word"), [(BusinessStatus.CLOSED, "폐업한"), (BusinessStatus.SUSPENDED, "휴업 중인")]
)
def test_a_business_that_does_not_go_on_is_refused_beside_the_field(status, word, client, member, bureau):
    """§D8: closed and suspended ones."""
    brn = bureau.knows(status=status)

    page = client.post(VERB["search"], {"brn": brn})

    assert word in errors_beside(page, "brn")
    assert value_in(page, "brn") == brn
    assert draft_of(member) is None


def test_whoever_searches_too_often_waits(client, member):
    """§S12: thirty times in ten minutes, beside the field."""
    for _ in range(30):
        client.post(VERB["search"], {"brn": make.brn()})

    page = client.post(VERB["search"], {"brn": make.brn()})

    assert "너무 여러 번" in errors_beside(page, "brn")


def test_five_relationships_a_day_are_enough(client, member):
    """§D1: said when the sixth number is searched for."""
    now = timezone.now()
    for _ in range(5):
        make.relationship(member, make.company(), Role.ASSOCIATE, started_at=now, ended_at=now)

    page = client.post(VERB["search"], {"brn": make.brn()})

    assert "하루에 다섯 번" in errors_beside(page, "brn")


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("role", [MemberType.ASSOCIATE, MemberType.FULL, MemberType.MASTER])
def test_whoever_belongs_to_a_company_is_told_so(role, path, client, bureau):
    """§D1: with the way to the company; searching finds nothing either."""
    person = make.member_of_type(role)
    client.force_login(person)

    pages = [client.get(path), client.post(VERB["search"], {"brn": bureau.knows()})]

    for page in pages:
        assert "이미 소속된 기업이 있습니다" in page.text
        assert 'href="/company/"' in page.text
        assert "brn" not in page.context.get("form", {})
    assert draft_of(person) is None
    assert bureau.asked == []


def test_a_refused_search_leads_back_to_what_was_begun(client, member, bureau):
    """§S13: a second tab's mistyped number loses nothing."""
    walk.to_company(client, make.brn())
    client.post(VERB["keep"], walk.company_form(client.get(MEMBER)))

    page = client.post(VERB["search"], {"brn": "1"})

    assert "입력하던 기업정보로 돌아가기" in page.text
    assert value_in(client.get(MEMBER), "name") == walk.COMPANY["name"]


@pytest.mark.parametrize("path", sorted(set(VERB.values())))
def test_the_address_of_a_button_shows_the_page(path, client, member):
    """§S13: a reload after a refusal asks for it again, and sends nothing."""
    assert client.get(path).url == MEMBER


def test_staff_register_no_company(client):
    """§D3: staff accounts are not members."""
    client.force_login(make.staff(is_superuser=True))
    assert [client.get(path).url for path in PAGES] == ["/admin/", "/admin/"]
    assert {client.post(path).url for path in VERB.values()} == {"/admin/"}


# --- (a) Registered here --------------------------------------------------------------------------------------------


@pytest.fixture
def company():
    return make.company(
        "대한상사", representative="이대한", phone="16007119", corporate_number="1101110062432", annual_sales=77_777,
        business_type="도매업", remarks="비고입니다",
    )  # fmt: skip


@pytest.mark.parametrize("path", PAGES)
def test_a_registered_companys_data_are_shown_and_what_joining_means(path, client, member, company):
    """§S12 (a), §D11: read-only, as much as the search shows; the button says what happens."""
    page = walk.to_company(client, company.brn, page=path)

    for words in ("대한상사", "이대한", "1600-7119", "도매업", "비고입니다", format_brn(company.brn)):
        assert words in page.text
    for words in ("110111-0062432", "77,777", "법인등록번호", "연간매출액"):
        assert words not in page.text
    assert "준회원이 되고 MASTER의 승인을 기다립니다" in page.text
    assert "준회원으로 관계설정 신청하기" in page.text
    assert 'name="representative"' not in page.text


@pytest.mark.parametrize(("path", "onward"), [(SIGNUP, "/signup/interests/"), (MEMBER, "/company/")])
def test_joining_makes_an_associate(path, onward, client, member, company):
    """§T3, §S14: at once, and the next page says so."""
    make.master_of(company)
    page = walk.to_company(client, company.brn, page=path)

    assert client.post(VERB["join"], walk.company_form(page)).url == onward

    assert "준회원이 되었습니다" in said(client.get("/company/"))[0]
    relationship = Relationship.objects.get(member=member)
    assert (relationship.role, relationship.company) == (Role.ASSOCIATE, company)
    assert draft_of(member) is None


def test_a_second_press_of_joining_is_answered_as_the_first(client, member, company):
    """§S13: a double click does no harm."""
    form = walk.company_form(walk.to_company(client, company.brn))

    answers = [client.post(VERB["join"], form).url for _ in range(2)]

    assert answers == ["/company/", "/company/"]
    assert Relationship.objects.filter(member=member).count() == 1
    assert said(client.get("/company/")) == ["‘대한상사’의 준회원이 되었습니다. MASTER의 승인을 기다립니다."]


def test_a_barred_person_is_told_so(client, member, company):
    """§D1: the page stays as it is."""
    company.bars.create(member=member, barred_at=timezone.now(), barred_by=make.master_of(company))

    answer = client.post(VERB["join"], walk.company_form(walk.to_company(client, company.brn)), follow=True)

    assert "막아 두었습니다" in said(answer)[0]
    assert nothing_was_registered(member)


def test_nobody_joins_a_company_that_is_not_there_any_more(client, member, company, bureau):
    """§D2: its registration ended while the page was looked at; it can be searched for again."""
    form = walk.company_form(walk.to_company(client, company.brn))
    Company.objects.update(closed_at=timezone.now())

    answer = client.post(VERB["join"], form, follow=True)

    assert "화면과 달라졌습니다" in said(answer)[0]
    assert value_in(answer, "brn") == company.brn
    assert nothing_was_registered(member)


# --- (b) Known to the registry --------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", PAGES)
def test_a_known_company_is_filled_in_and_what_registering_means(path, client, member, bureau):
    """§S12 (b), §T5: no certificate; what the registry vouches for is text, the rest fields."""
    brn = bureau.knows(facts=FACTS | {"phone": "0234607183", "employees": "1200", "is_venture": "True"})

    page = walk.to_company(client, brn, page=path)

    assert "바로 승인되어 이 기업의 MASTER가 됩니다. 사업자등록증은 필요 없습니다" in page.text
    for words in ("대한상사", "이대한", "110111-0062432", "2001.02.03.", "02-3460-7183", 'value="1,200"', "박회원"):
        assert words in page.text
    assert set(FACTS).isdisjoint(page.context["form"].fields)
    assert {"document", "certificate_by"}.isdisjoint(page.context["form"].fields)
    assert re.search(r'name="is_venture" value="yes"[^>]*checked', page.text)
    assert "owner@daehan.example" not in page.text


@pytest.mark.parametrize(("path", "onward"), [(SIGNUP, "/signup/interests/"), (MEMBER, "/company/")])
def test_registering_makes_the_master_at_once(path, onward, client, member, bureau):
    """§T5, §C3: with the facts of the registry and those of the form."""
    page = walk.to_company(client, bureau.knows(), page=path)

    assert client.post(VERB["register"], walk.company_form(page, name="다른 이름", annual_sales="1,200")).url == onward

    assert said(client.get("/company/")) == ["기업을 등록했습니다. 이제 ‘대한상사’의 MASTER입니다."]
    relationship = Relationship.objects.get(member=member)
    assert (relationship.role, relationship.approved_via) == (Role.MASTER, ApprovedVia.REGISTRY)
    company = relationship.company
    assert (company.name, company.business_item, company.annual_sales) == ("대한상사", "섬유", 1200)
    assert draft_of(member) is None


def test_a_second_press_of_registering_is_answered_as_the_first(client, member, bureau):
    """§S13: one company, one relationship."""
    form = walk.company_form(walk.to_company(client, bureau.knows()))

    assert [client.post(VERB["register"], form).url for _ in range(2)] == ["/company/", "/company/"]
    assert (Company.objects.count(), Relationship.objects.count()) == (1, 1)


def test_whoever_loses_the_race_is_an_associate_and_told_so(client, member, bureau):
    """§S12: somebody else registered the number while the form was filled in."""
    brn = bureau.knows()
    form = walk.company_form(walk.to_company(client, brn))
    make.relationship(make.member(), make.company("먼저상사", brn=brn), Role.MASTER)

    answer = client.post(VERB["register"], form, follow=True)

    assert "방금 다른 회원이 먼저 등록해서 준회원으로 연결되었습니다" in said(answer)[0]
    assert Relationship.objects.get(member=member).role == Role.ASSOCIATE


def test_what_is_missing_is_said_beside_its_field_and_kept(client, member, bureau):
    """§S11, §S13: also what the registry had filled in and the member changed."""
    page = walk.to_company(client, bureau.knows(facts=FACTS | {"fax": "0234607932"}))

    page = client.post(VERB["register"], walk.company_form(page, business_item="", fax="02-3460-7114"))

    assert errors_beside(page, "business_item") == "오류: 업종을 입력해 주세요."
    assert nothing_was_registered(member)
    again = client.get(MEMBER)
    assert (value_in(again, "fax"), value_in(again, "business_type")) == ("02-3460-7114", "도매업")


def test_a_known_company_without_a_number_of_its_own_is_asked_for_it(client, member, bureau):
    """§S11: what the registry does not know is asked; a corporation must say its 법인등록번호."""
    brn = bureau.knows(facts={"name": "대한상사"})
    page = walk.to_company(client, brn)

    refused = client.post(VERB["register"], walk.company_form(page, corporate_number="", representative=""))

    assert "법인등록번호 13자리" in errors_beside(refused, "corporate_number")
    assert "대표자명" in errors_beside(refused, "representative")
    client.post(VERB["register"], walk.company_form(refused))
    assert Company.objects.get(brn=brn).corporate_number == "1101110062432"


# --- The registry changes its mind, is down, is old -----------------------------------------------------------------


def test_an_old_answer_is_asked_for_again_before_registering(client, member, bureau):
    """§S12: and the same answer leads on without a word."""
    form = walk.company_form(walk.to_company(client, bureau.knows()))
    grow_old(member)

    assert client.post(VERB["register"], form).url == "/company/"
    assert len(bureau.asked) == 2
    assert Relationship.objects.get(member=member).role == Role.MASTER


@pytest.mark.parametrize(
    ("now_known", "way"),
    [
        (FACTS | {"representative": "새대표"}, "register"),
        (FACTS | {"fax": "0234607114"}, "register"),
        (None, "request"),
    ],
)
def test_an_answer_that_changed_brings_the_page_back(now_known, way, client, member, bureau):
    """§S12: saying so, with the new answer, and with what was typed."""
    brn = bureau.knows(facts=FACTS | {"fax": "0234607932"})
    form = walk.company_form(walk.to_company(client, brn), homepage="www.daehan.example", fax="02-3460-7932")
    grow_old(member)
    bureau.known.clear()
    if now_known:
        bureau.knows(brn, facts=now_known)

    answer = client.post(VERB["register"], form, follow=True)

    assert answer.redirect_chain == [(MEMBER, 302)]
    assert "화면과 달라졌습니다" in said(answer)[0]
    assert answer.context["way"] == way
    assert (value_in(answer, "homepage"), value_in(answer, "fax")) == ("www.daehan.example", "02-3460-7932")
    assert ("KISLINE에 등록된 내용: ‘02-3460-7114’" in answer.text) == ("fax" in (now_known or {}))
    assert nothing_was_registered(member)
    assert client.post(VERB["register"], walk.company_form(answer)).status_code in {200, 302}
    assert Relationship.objects.filter(member=member).exists() == (way == "register")


def test_a_business_that_closed_meanwhile_is_not_registered(client, member, bureau):
    """§D8: told at sending, when the old answer is asked for again."""
    brn = bureau.knows()
    form = walk.company_form(walk.to_company(client, brn))
    grow_old(member)
    bureau.knows(brn, status=BusinessStatus.CLOSED)

    answer = client.post(VERB["register"], form, follow=True)

    assert "폐업한" in said(answer)[0]
    assert nothing_was_registered(member)
    assert answer.status_code == 200


@pytest.mark.parametrize("path", PAGES)
def test_a_registry_that_is_down_is_said_plainly_and_can_be_asked_again(path, client, member, bureau):
    """§S12 (c): what was typed meanwhile stays, and wins over what the registry says."""
    bureau.is_down = True
    brn = bureau.knows(facts={"name": "대한상사", "fax": "0234607932", "business_type": "제조업"})
    page = walk.to_company(client, brn, page=path)
    assert "응답하지 않습니다" in page.text
    assert "다시 조회하기" in page.text
    form = walk.company_form(page, fax="")

    still = client.post(VERB["search-again"], form, follow=True)
    assert "이번에도" in said(still)[0]
    assert value_in(still, "name") == walk.COMPANY["name"]
    bureau.is_down = False
    found = client.post(VERB["search-again"], form, follow=True)

    assert found.redirect_chain == [(path, 302)]
    assert "다시 조회했습니다" in said(found)[0]
    assert found.context["way"] == "register"
    assert (value_in(found, "business_type"), value_in(found, "fax")) == ("도매업", "02-3460-7932")
    assert "KISLINE에 등록된 내용: ‘제조업’" in found.text
    assert f"입력한 ‘{walk.COMPANY['name']}’ 대신" in found.text
    assert bureau.in_transaction == [True] * 3  # the test's own; the domain's are asked for in test_search


def test_the_same_words_are_no_news(client, member, bureau):
    """§S12: a note stands only where the registry says something else, however it is spelled."""
    bureau.is_down = True
    known = {"business_type": "도매업", "phone": "16007119", "email": "office@minguk.example", "company_type": "SMALL"}
    brn = bureau.knows(facts={"name": walk.COMPANY["name"], **known, "postcode": "06793"})
    form = walk.company_form(walk.to_company(client, brn))
    bureau.is_down = False

    found = client.post(VERB["search-again"], form, follow=True)

    assert [name for name in (*known, "postcode") if found.context["form"][name].note] == ["postcode"]
    assert "id_postcode_note" in found.context["form"]["postcode"].aria_describedby
    assert "대신 KISLINE" not in found.text


# --- (c) Nobody knows it --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", PAGES)
def test_an_unknown_company_is_typed_and_what_happens_next_is_said(path, client, member):
    """§S12 (c), §T4: the whole form, the certificate by file, fax or mail, and how long it takes."""
    page = walk.to_company(client, make.brn(), page=path)

    for words in ("신규등록 대상", "영업일 2~3일", "그때까지는 개인회원", "02-3460-7932", "service@kotra.or.kr"):
        assert words in page.text
    assert "다시 조회하기" not in page.text
    assert "10MB" in page.text
    assert "24MB" in page.text
    assert "박회원" in page.text


@pytest.mark.parametrize("path", PAGES)
def test_a_request_is_received_and_the_member_stays_an_individual(path, client, member):
    """§T4, §D3: its page says how it goes on."""
    brn = make.brn()
    page = walk.to_company(client, brn, page=path)

    answer = client.post(VERB["request"], walk.company_form(page, annual_exports="１２,３４５"))

    case = Case.objects.get(applicant=member)
    assert answer.url == ("/signup/interests/" if path == SIGNUP else f"/company/requests/{case.pk}/")
    assert said(client.get("/company/")) == [f"신규등록 신청을 접수했습니다. 접수번호는 {case.pk}입니다."]
    asked = case.registration
    assert (asked.brn, asked.name, asked.certificate_by) == (brn, walk.COMPANY["name"], "FAX")
    assert (asked.email, asked.phone, asked.annual_exports) == ("office@minguk.example", "16007119", 12_345)
    assert draft_of(member) is None
    assert not Relationship.objects.filter(member=member).exists()


def test_a_second_press_of_requesting_is_answered_as_the_first(client, member, bureau):
    """§D1, §S13: one request, and the registry is left in peace."""
    form = walk.company_form(walk.to_company(client, make.brn()))

    first, second = (client.post(VERB["request"], form).url for _ in range(2))

    assert first == second == f"/company/requests/{Case.objects.get().pk}/"
    assert draft_of(member) is None
    assert len(bureau.asked) == 1


def test_an_open_request_stands_in_the_forms_place(client, member):
    """§D1: one open request; with the way to it."""
    other = walk.company_form(walk.to_company(client, make.brn()))  # a page that was opened before
    client.post(VERB["request"], walk.company_form(walk.to_company(client, make.brn())))
    case = Case.objects.get()

    search_page = client.get(MEMBER)
    page = walk.to_company(client, make.brn())

    for shown in (search_page, page):
        assert f'href="/company/requests/{case.pk}/"' in shown.text
    assert 'name="certificate_by"' not in page.text
    answer = client.post(VERB["request"], other, follow=True)
    assert "이미 심사 중인 신규등록 신청이 있습니다" in said(answer)[0]
    assert Case.objects.count() == 1


@pytest.mark.parametrize("way", ["join", "register"])
def test_an_open_request_is_withdrawn_by_joining_and_that_is_said_before(way, client, member, bureau, company):
    """§D1: beforehand, with the request's number."""
    client.post(VERB["request"], walk.company_form(walk.to_company(client, make.brn())))
    case = Case.objects.get()

    page = walk.to_company(client, company.brn if way == "join" else bureau.knows())

    assert "심사 중인 신규등록 신청은 취소됩니다" in page.text
    assert f"접수번호 {case.pk}" in page.text
    client.post(VERB[way], walk.company_form(page))
    case.refresh_from_db()
    assert case.state == CaseState.WITHDRAWN


def test_a_company_that_was_registered_meanwhile_is_joined_instead(client, member):
    """§S12: the request is refused, the page shows the company."""
    brn = make.brn()
    form = walk.company_form(walk.to_company(client, brn))
    make.company("먼저상사", brn=brn)

    answer = client.post(VERB["request"], form, follow=True)

    assert "그사이 다른 회원이 이 기업을 등록했습니다" in said(answer)[0]
    assert answer.context["way"] == "join"
    assert "먼저상사" in answer.text


# --- Documents ------------------------------------------------------------------------------------------------------


def test_a_certificate_is_attached_or_announced(client, member):
    """§S12: neither is refused beside the question, with everything else still there."""
    page = walk.to_company(client, make.brn())

    for answer in ("", "UPLOAD"):
        refused = client.post(VERB["request"], walk.company_form(page, certificate_by=answer))
        assert "사업자등록증 파일을 첨부하거나" in errors_beside(refused, "certificate_by")
        assert value_in(refused, "name") == walk.COMPANY["name"]
    assert nothing_was_registered(member)


def test_a_file_is_kept_at_once_and_shown(client, member):
    """§S13: 파일 올리기 leads back to the spot, with what was typed, the file, its size and the way to look at it."""
    page = walk.to_company(client, make.brn())
    file = papers.upload(papers.pdf())

    answer = client.post(VERB["documents"], walk.company_form(page, document=file))

    assert answer.url == f"{MEMBER}#documents"
    page = client.get(MEMBER)
    document = Document.objects.get(draft__member=member)
    assert "사업자등록증.pdf" in page.text
    assert f'href="/documents/{document.pk}/"' in page.text
    assert value_in(page, "business_item") == "섬유"
    assert value_in(page, "certificate_by") == "FAX"  # what was chosen before stays


def test_a_file_that_was_uploaded_answers_how_the_certificate_comes(client, member):
    """§S12: the question is answered on the page already."""
    page = walk.to_company(client, make.brn())
    client.post(VERB["documents"], walk.company_form(page, certificate_by=None, document=papers.upload(papers.pdf())))

    assert value_in(client.get(MEMBER), "certificate_by") == "UPLOAD"


@pytest.mark.parametrize(
    ("file", "sentence"),
    [
        (None, "올릴 파일을 먼저 골라 주세요"),
        (b"", "빈 파일입니다"),
        (b"no certificate", "PDF, JPEG, PNG 파일만"),
    ],
)
def test_a_file_that_cannot_be_taken_is_refused_beside_its_field_alone(file, sentence, client, member):
    """§S12: no other error is shown, since nothing else was sent; what was typed stays."""
    page = walk.to_company(client, make.brn())
    upload = None if file is None else papers.upload(file)

    refused = client.post(VERB["documents"], walk.company_form(page, name="", phone="02-1", document=upload))

    assert sentence in errors_beside(refused, "document")
    assert list(refused.context["form"].errors) == ["document"]
    assert value_in(client.get(MEMBER), "phone") == "02-1"
    assert not Document.objects.exists()


def test_a_file_in_the_input_is_kept_whatever_else_is_wrong(client, member):
    """§S13: an accepted upload survives every later error, and answers how the certificate comes."""
    page = walk.to_company(client, make.brn())
    typed = walk.company_form(page, name="", certificate_by=None, document=papers.upload(papers.pdf()))

    refused = client.post(VERB["request"], typed)

    assert list(refused.context["form"].errors) == ["name"]
    assert "사업자등록증.pdf" in refused.text
    client.post(VERB["request"], walk.company_form(refused, certificate_by=None))
    case = Case.objects.get(applicant=member)
    assert (case.registration.certificate_by, case.documents.count()) == ("UPLOAD", 1)


def test_a_bad_file_holds_the_request_back(client, member):
    """§S12: its owner believes that it was sent."""
    page = walk.to_company(client, make.brn())

    refused = client.post(VERB["request"], walk.company_form(page, document=papers.upload(b"nothing")))

    assert "PDF, JPEG, PNG" in errors_beside(refused, "document")
    assert nothing_was_registered(member)


@pytest.mark.parametrize("verb", ["keep", "search-again"])
def test_a_file_in_the_input_is_kept_on_every_way_out(verb, client, member):
    """§S13: looking up a postcode, or the number again."""
    page = walk.to_company(client, make.brn())
    typed = walk.company_form(page, go="postcode", document=papers.upload(papers.pdf()))

    assert client.post(VERB[verb], typed).status_code == 302
    assert Document.objects.filter(draft__member=member).count() == 1


def test_several_files_come_at_once_and_one_is_taken_back(client, member):
    """§S13: 삭제 keeps what was typed; a second press finds nothing to do."""
    page = walk.to_company(client, make.brn())
    files = [papers.upload(papers.pdf(), "앞.pdf"), papers.upload(papers.picture("PNG"), "뒤.png")]
    client.post(VERB["documents"], walk.company_form(page, document=files))
    first = Document.objects.get(name="앞.pdf")

    for _ in range(2):
        answer = client.post(f"{VERB['documents']}{first.pk}/remove/", walk.company_form(page, phone="02-1"))
        assert answer.url == f"{MEMBER}#documents"

    assert [document.name for document in Document.objects.all()] == ["뒤.png"]
    assert value_in(client.get(MEMBER), "phone") == "02-1"


def test_nobody_takes_back_somebody_elses_file(client, member):
    """§D11: and nothing tells that it is there."""
    theirs = make.member()
    browser = Client()
    browser.force_login(theirs)
    page = walk.to_company(browser, make.brn())
    browser.post(VERB["documents"], walk.company_form(page, document=papers.upload(papers.pdf())))
    document = Document.objects.get()

    answer = client.post(f"{VERB['documents']}{document.pk}/remove/", walk.company_form(walk.to_company(client, SOLE)))

    assert answer.url == f"{MEMBER}#documents"
    assert Document.objects.filter(pk=document.pk).exists()


# --- Nothing typed is lost ------------------------------------------------------------------------------------------


def test_what_was_typed_is_there_days_later(client, member, frozen):
    """§S13: the draft lives in the database, whatever becomes of the session."""
    clock = frozen()
    page = walk.to_company(client, make.brn(), page=SIGNUP)
    assert client.post(VERB["keep"], walk.company_form(page, remarks="반쯤 쓴 글")).status_code == 204
    clock.shift(3 * 24 * 3600)
    later = Client()
    later.force_login(member)

    page = later.get(MEMBER)

    assert (value_in(page, "remarks"), value_in(page, "email")) == ("반쯤 쓴 글", ["office", "", "minguk.example"])


def test_a_postcode_is_looked_up_and_comes_back(client, member):
    """§S8's search serves the company too: another address takes the old one's detail away, nothing else."""
    page = walk.to_company(client, make.brn(), page=SIGNUP)
    form = walk.company_form(page, go="postcode")

    assert client.post(VERB["keep"], form).url == f"/postcode/?return={SIGNUP}"
    assert f'action="{SIGNUP}"' in client.get(f"/postcode/?return={SIGNUP}&q=헌릉로").text
    page = client.get(
        SIGNUP, {"postcode": "48058", "address": "부산광역시 해운대구 센텀중앙로 48", "address_en": "48, B"}
    )

    assert (value_in(page, "postcode"), value_in(page, "address_detail")) == ("48058", "")
    assert value_in(page, "name") == walk.COMPANY["name"]
    assert "data-postcode-head-office" not in page.text


def test_later_keeps_what_was_typed(client, member):
    """§S13: 나중에 하기 within the sign-up; the next page says so."""
    page = walk.to_company(client, make.brn(), page=SIGNUP)

    assert client.post(VERB["keep"], walk.company_form(page, go="later")).url == "/signup/interests/"
    assert said(client.get("/my/")) == ["입력한 내용은 저장했습니다. 마이KOTRA에서 이어서 입력할 수 있습니다."]
    assert draft_of(member).typed["name"] == walk.COMPANY["name"]


def test_another_number_drops_what_was_typed_on_its_owners_word_alone(client, member):
    """§S13: the page warns of it; the files go too."""
    page = walk.to_company(client, make.brn())
    client.post(VERB["documents"], walk.company_form(page, document=papers.upload(papers.pdf())))
    assert "입력한 내용과 올린 파일이 지워집니다" in client.get(MEMBER).text

    page = client.post(VERB["forget"], {"flow": "signup"}, follow=True)

    assert page.redirect_chain == [(SIGNUP, 302)]
    assert list(page.context["form"].fields) == ["brn"]
    assert (draft_of(member), Document.objects.count()) == (None, 0)


@pytest.mark.parametrize("known", [None, {"name": "대한상사", "phone": "0234607114", "employees": "12"}])
def test_nothing_typed_is_nothing_to_be_warned_of(known, client, member, bureau):
    """§S13: what the page itself filled in was not typed; the script shows the warning with the first letter."""
    page = walk.to_company(client, bureau.knows(facts=known) if known else make.brn())
    as_it_stands = {name: page.context["form"][name].value() or "" for name in ("phone", "employees", "classification")}
    assert (page.context["has_begun"], "data-touched hidden" in page.text) == (False, True)

    client.post(VERB["keep"], {"brn": draft_of(member).brn} | as_it_stands)
    assert client.get(MEMBER).context["has_begun"] is False
    client.post(VERB["keep"], {"brn": draft_of(member).brn, "fax": "02-1"})
    assert client.get(MEMBER).context["has_begun"] is True
    assert "data-touched" not in client.get(MEMBER).text


def test_a_file_that_is_there_already_is_told(client, member):
    """§S13: under whatever name it comes again."""
    page = walk.to_company(client, make.brn())
    content = papers.pdf()
    for name in ("first.pdf", "second.pdf"):
        file = papers.upload(content, name)
        page = client.post(VERB["documents"], walk.company_form(page, document=file), follow=True)

    assert said(page) == ["‘first.pdf’ 파일은 이미 올라와 있습니다."]
    assert [document.name for document in draft_of(member).documents.all()] == ["first.pdf"]


def test_of_several_files_the_refused_one_is_named(client, member):
    """§S12: with the input, before the list of those that are kept."""
    page = walk.to_company(client, make.brn())
    files = [papers.upload(papers.pdf(), "good.pdf"), papers.upload(b"", "empty.pdf")]

    refused = client.post(VERB["documents"], walk.company_form(page, document=files))

    assert errors_beside(refused, "document").startswith("오류: ‘empty.pdf’: 빈 파일입니다.")
    assert refused.text.index('id="id_document_error"') < refused.text.index('id="kept"')


def test_what_was_sent_in_another_tab_is_said(client, member):
    """§S13: when nothing else says so."""
    page = walk.to_company(client, make.brn(), page=SIGNUP)
    form = walk.company_form(page, certificate_by="FAX")
    client.post(VERB["request"], form)
    client.get("/my/")  # the first answer's words are read

    assert client.post(VERB["request"], form).url == "/signup/interests/"

    assert said(client.get("/my/")) == ["이미 보낸 신청입니다. 먼저 보낸 내용으로 처리했습니다."]


def test_master_is_no_fact_of_the_registry(client, member, bureau):
    """§S12: the applicant's name stands after what is said of KISLINE's facts."""
    page = walk.to_company(client, bureau.knows(facts={"name": "대한상사"}))
    assert page.text.index("여기에서 고칠 수 없습니다") < page.text.index("MASTER명")


@pytest.mark.parametrize("typed", ["20010203", "2001 0203", "2001 02 03", "2001-2-3"])
def test_the_opening_date_is_read_as_birth_dates_are(typed, client, member):
    """§S11: however the spaces stand."""
    page = walk.to_company(client, make.brn())
    form = walk.company_form(page, certificate_by="FAX", opened_on=typed)
    client.post(VERB["request"], form)
    assert f"{Case.objects.get().registration.opened_on}" == "2001-02-03"


def test_an_error_names_its_field_once(client, member):
    """§S12: the summary puts the label before a sentence that does not name it."""
    page = walk.to_company(client, make.brn())
    refused = client.post(VERB["request"], walk.company_form(page, name="", certificate_by="FAX"))
    assert ">기업명을 입력해 주세요.</a>" in refused.text
    assert "기업명: 기업명" not in refused.text


def test_the_warning_stands_wherever_something_was_typed(client, member):
    """§S13: also where somebody else registered the company meanwhile."""
    brn = make.brn()
    page = walk.to_company(client, brn)
    client.post(VERB["keep"], walk.company_form(page))
    make.company(brn=brn)

    assert "입력한 내용과 올린 파일이 지워집니다" in client.get(MEMBER).text
    client.post(VERB["forget"])
    assert client.post(VERB["forget"]).url == MEMBER  # a second press


@pytest.mark.parametrize("verb", ["register", "request", "join", "search-again", "keep", "documents"])
def test_without_a_number_nothing_happens(verb, client, member):
    """§S12: search first."""
    answer = client.post(VERB[verb], walk.COMPANY | {"go": "postcode"}, follow=True)

    assert answer.redirect_chain == [(MEMBER, 302)]
    assert "사업자등록번호 10자리" in said(answer)[0]
    assert nothing_was_registered(member)


# --- Two tabs -------------------------------------------------------------------------------------------------------


def test_two_tabs_with_two_numbers_send_each_its_own(client, member):
    """§S13: the tab that is used wins, with all that was typed into it."""
    first, second = make.brn(), make.brn()
    one = walk.company_form(walk.to_company(client, first), name="첫째 기업")
    two = walk.company_form(walk.to_company(client, second), name="둘째 기업")
    client.post(VERB["keep"], two)
    assert client.post(VERB["keep"], one).status_code == 204  # the script of the other tab
    assert (draft_of(member).brn, draft_of(member).typed["name"]) == (second, "둘째 기업")

    client.post(VERB["request"], one)

    asked = Case.objects.get().registration
    assert (asked.brn, asked.name) == (first, "첫째 기업")


def test_a_tab_whose_number_leads_elsewhere_by_now_is_shown_so(client, member, bureau):
    """§S12: nothing is registered by a page that says something else."""
    bureau.is_down = True
    brn = bureau.knows()
    old = walk.company_form(walk.to_company(client, brn), homepage="www.daehan.example")
    bureau.is_down = False
    walk.to_company(client, brn)  # the other tab

    answer = client.post(VERB["request"], old, follow=True)

    assert "화면과 달라졌습니다" in said(answer)[0]
    assert (answer.context["way"], value_in(answer, "homepage")) == ("register", "www.daehan.example")
    assert nothing_was_registered(member)


def test_a_tab_whose_registration_was_dropped_goes_on(client, member):
    """§S13: 다른 번호로 찾기 in another tab takes nothing from this one."""
    brn = make.brn()
    form = walk.company_form(walk.to_company(client, brn))
    client.post(VERB["forget"])

    client.post(VERB["request"], form)

    assert Case.objects.get().registration.name == walk.COMPANY["name"]


# --- What is not asked does not count -------------------------------------------------------------------------------

FORGED = {
    "role": "MASTER", "state": "APPROVED", "answer": "KNOWN", "record": json.dumps(FACTS), "member": "1",
    "contact_email": "thief@example.com", "registered_at": "2001-01-01", "approved_via": "REGISTRY", "closed_at": "",
    "case": "1", "decider": "1", "is_staff": "1", "registry_answer": "KNOWN", "applicant": "1",
}  # fmt: skip


def test_further_fields_change_nothing(client, member):
    """§S12: what is protected is not taken from the form."""
    brn = make.brn()
    form = walk.company_form(walk.to_company(client, brn)) | FORGED

    client.post(VERB["keep"], form)
    draft = draft_of(member)
    assert (draft.answer, draft.record, draft.contact_email) == (RegistryAnswer.UNKNOWN, {}, "")
    assert set(draft.typed) == set(walk.COMPANY)
    client.post(VERB["request"], form)

    case = cases.open_registration(member)
    assert (case.state, case.decider, case.registration.registry_answer) == ("RECEIVED", None, "UNKNOWN")
    assert (case.applicant, case.registration.brn) == (member, brn)


def test_nobody_registers_what_the_registry_does_not_know(client, member):
    """§T5: the other way's button, pressed by hand."""
    form = walk.company_form(walk.to_company(client, make.brn())) | FORGED

    answer = client.post(VERB["register"], form, follow=True)

    assert "먼저 검색해 주세요" in said(answer)[0]
    assert nothing_was_registered(member)


def test_nobody_registers_another_number_than_the_one_that_was_seen(client, member, bureau):
    """§S12: a number that is put into the form is looked up first, and its page shown."""
    known, other = bureau.knows(), bureau.knows(facts={"name": "남의 기업"})
    form = walk.company_form(walk.to_company(client, known)) | {"brn": other}

    answer = client.post(VERB["register"], form, follow=True)

    assert "화면과 달라졌습니다" in said(answer)[0]
    assert "남의 기업" in answer.text
    assert nothing_was_registered(member)


@pytest.mark.parametrize("way", ["join", "register", "request"])
def test_a_page_that_was_not_seen_leads_nowhere(way, client, member, bureau, company):
    """§S12: hidden inputs that were made up."""
    brn = {"join": company.brn, "register": bureau.knows(), "request": make.brn()}[way]
    form = walk.company_form(walk.to_company(client, brn)) | {"seen": "0" * 64}

    assert "화면과 달라졌습니다" in said(client.post(VERB[way], form, follow=True))[0]
    assert nothing_was_registered(member)


# --- In English, and far too long -----------------------------------------------------------------------------------

ENGLISH_FACTS = {"name": "Daehan Trading", "representative": "Lee", "business_type": "Trade", "fax": "0234607932"}
ENGLISH = {"name": "Minguk", "representative": "Park", "business_type": "Wholesale", "business_item": "Textiles"}


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("way", ["join", "register", "request", "down"])
def test_d22_every_stage_and_its_refusals_are_in_english(way, path, bureau):
    """§D22: the page, what is missing, what is wrong, a note, a file, a change, the end."""
    client = Client()
    client.cookies["language"] = "en"
    client.force_login(make.member(name="Kim Suchul", language="en"))
    bureau.is_down = way == "down"
    company = make.company("Hanbit", representative="Han", business_type="Trade")
    numbers = {"join": company.brn, "request": make.brn()}
    known = {way: bureau.knows(facts=ENGLISH_FACTS) for way in ("register", "down")}
    found = walk.to_company(client, (numbers | known)[way], page=path)
    verb = VERB["request" if way == "down" else way]
    wrong = dict.fromkeys(walk.COMPANY, "\u202e") | {"employees": "x", "founded_year": "1", "annual_sales": "9" * 30}
    form = walk.company_form(found, **ENGLISH)
    upload = {"document": papers.upload(b"nothing")}
    pages = [
        client.get(path),
        found,
        client.post(verb, walk.company_form(found, **dict.fromkeys(walk.COMPANY, ""))),
        client.post(verb, walk.company_form(found, **wrong, homepage="x", main_item="x", trade_number="1")),
        client.post(VERB["documents"], form | upload, follow=True),
        client.post(VERB["documents"], form, follow=True),
        client.post(verb, form | {"seen": "0"}, follow=True),
        client.post(VERB["search-again"], form, follow=True),
        client.post(verb, walk.company_form(client.get(path), **ENGLISH), follow=True),
        client.get(path),
        client.get("/company/"),
    ]
    assert [korean_in(page.text) for page in pages] == [[]] * len(pages)


@pytest.mark.parametrize("typed", ["", "1", "120-82-00276", "\u202e", "1" * 2_000])
def test_d22_a_refused_search_is_in_english(typed, client, bureau):
    """§D22: beside the field."""
    client.force_login(make.member(language="en"))
    assert korean_in(client.post(VERB["search"], {"brn": typed}).text) == []


SLOW = "a" + "\u0301\u0316" * 100_000  # Python puts such marks in order in quadratic time


@pytest.mark.parametrize("verb", ["search", "keep", "request", "documents"])
def test_what_is_far_too_long_takes_no_time(verb, client, member):
    """§S13: and nothing of it is kept beyond what a draft keeps."""
    form = walk.company_form(walk.to_company(client, make.brn()))
    for name in [*walk.COMPANY, "remarks", "homepage", "name_en", "employees", "trade_number", "fax"]:
        sent = {"brn": SLOW} if verb == "search" else form | {name: SLOW}
        began = time.process_time()
        assert client.post(VERB[verb], sent).status_code in {200, 204, 302}
        assert client.get(MEMBER).status_code == 200
        assert time.process_time() - began < 1.5, name
        if verb == "search":
            break
    assert max(map(len, draft_of(member).typed.values()), default=0) <= registration_draft.LONGEST_KEPT_TEXT


# --- Queries --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("way", ["search", "join", "register", "request"])
def test_the_page_asks_few_questions(way, client, member, bureau, company, django_assert_max_num_queries):
    """§S12: as many as it needs, however long the form is."""
    numbers = {"join": company.brn, "register": bureau.knows(), "request": make.brn()}
    if way != "search":
        walk.to_company(client, numbers[way])

    with django_assert_max_num_queries(12):
        assert client.get(MEMBER).status_code == 200


def test_the_registry_is_asked_once_for_a_number_that_is_looked_at_again(client, member, bureau):
    """§S12: reloading asks nobody."""
    walk.to_company(client, bureau.knows())
    for path in PAGES * 2:
        client.get(path)

    assert len(bureau.asked) == 1
    assert registration_draft.draft_of(member).answer == RegistryAnswer.KNOWN
