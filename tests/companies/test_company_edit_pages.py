"""기업정보 수정 in the browser: at once what was not verified, by a request what was (§C6)."""

import re
from datetime import date

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from accounts.models import User
from companies.domain import membership, profile
from companies.forms.company_edit import EditCompanyForm
from companies.models import Case, CaseKind, CaseState, Channel, Company, RelationshipEvent, Role
from kotra_portal.kept import KEPT_SECONDS
from kotra_portal.permissions import MemberType
from kotra_portal.reference.models import BkCode
from tests import make
from tests.companies.test_company_page import WHOLE
from tests.test_english import korean_in

pytestmark = [pytest.mark.django_db, pytest.mark.once]

PAGE, VERIFIED, KEEP = "/company/edit/", "/company/edit/verified/", "/company/edit/keep/"
CORPORATION = "1208200275"


@pytest.fixture
def company() -> Company:
    """A corporation of which all is known."""
    group = BkCode.objects.create(code="A", name_ko="전기", name_en="Electric")
    code = BkCode.objects.create(code="A01", name_ko="전선", name_en="Wire", parent=group)
    return make.company(brn=CORPORATION, **WHOLE | {"main_item": code})


@pytest.fixture
def member(company, client) -> User:
    """One of its 정회원, who is logged in."""
    person = make.member_of_type(MemberType.FULL, at=company, name="이정회")
    client.force_login(person)
    return person


def typed(page: object, **anew: object) -> dict[str, str]:
    """What a browser sends of the page's form: as it stands there, and what was typed anew."""
    form = page.context["form"]
    sent = {}
    for name in form.fields:
        parts = form.inputs_of(name)
        value = form[name].value()
        value = form.fields[name].prepare_value(value)
        values = form.fields[name].widget.decompress(value) if len(parts) > 1 and not isinstance(value, list) else value
        shown = values if len(parts) > 1 else [values]
        sent |= {part: "" if one is None else str(one) for part, one in zip(parts, shown, strict=True)}
    return sent | anew


def edits(company: Company) -> list[RelationshipEvent]:
    return list(company.events.filter(kind=RelationshipEvent.Kind.EDITED).order_by("pk"))


def told(page: object) -> list[str]:
    return [str(message) for message in page.context["messages"]]


# --- At once --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("member_type", [MemberType.MASTER, MemberType.FULL])
def test_master_and_full_member_change_the_facts_at_once(client, company, member_type):
    """§C6: the message names what changed; who changed what stands in the history."""
    person = make.member_of_type(member_type, at=company)
    client.force_login(person)
    before = client.get(PAGE)

    response = client.post(PAGE, typed(before, phone="02-1234-5678", employees="1,200", is_venture="yes"))

    company.refresh_from_db()
    assertRedirects(response, "/company/", fetch_redirect_response=False)
    assert (company.phone, company.employees, company.is_venture) == ("0212345678", 1200, True)
    page = client.get("/company/")
    assert [words for words in told(page) if words.startswith("기업정보를 고쳤습니다")] == told(page)
    for label in ("대표전화번호", "종업원수"):
        assert label in told(page)[0]
    assert [event.actor for event in edits(company)] == [person]


def test_the_form_holds_every_fact_that_was_not_verified(client, company, member):
    """§C6: and as it stands, it changes nothing."""
    page = client.get(PAGE)

    assert set(profile.EDITABLE) <= set(page.context["form"].fields)
    assert not set(profile.VERIFIED) & set(page.context["form"].fields)
    response = client.post(PAGE, typed(page), follow=True)
    assert told(response) == ["바뀐 내용이 없습니다. 기업정보는 그대로입니다."]
    assert edits(company) == []


def test_what_was_verified_is_text_with_the_way_to_change_it(client, company, member):
    """§C6: name and representative change by a request."""
    page = client.get(PAGE)

    assertContains(page, company.name)
    assertContains(page, company.representative)
    assertContains(page, f'href="{VERIFIED}"')
    assertNotContains(page, 'name="representative"')


def test_a_sole_proprietor_is_not_asked_for_a_corporations_number(client):
    sole = make.company(brn="1201500026", **WHOLE | {"corporate_number": ""})
    client.force_login(make.member_of_type(MemberType.MASTER, at=sole))
    page = client.get(PAGE)
    assert "corporate_number" not in page.context["form"].fields
    assert client.post(PAGE, typed(page, corporate_number="1101110062432", fax="02-1111-2222")).status_code == 302
    sole.refresh_from_db()
    assert (sole.corporate_number, sole.fax) == ("", "0211112222")


PROTECTED = {
    "name": "다른이름", "representative": "다른사람", "brn": "1201500026", "registered_at": "2000-01-01", "id": "1",
    "closed_at": "2020-01-01", "business_status": "CLOSED", "search_name": "x", "company": "1", "role": "MASTER",
}  # fmt: skip


@pytest.mark.parametrize("field", PROTECTED)
def test_fields_that_the_form_does_not_have_change_nothing(client, company, member, field):
    """§C6, §D9: neither what was verified nor the number is the member's to write."""
    before = Company.objects.values().get(pk=company.pk)

    client.post(PAGE, typed(client.get(PAGE)) | {field: PROTECTED[field], "fax": "02-1111-2222"})

    assert Company.objects.values().get(pk=company.pk) == before | {"fax": "0211112222"}
    assert membership.live_relationship(member).role == Role.FULL


def test_an_error_stands_beside_its_field_and_nothing_typed_is_lost(client, company, member):
    page = client.post(PAGE, typed(client.get(PAGE), phone="12", business_item="새 업종", email="", email_domain=""))

    assert set(page.context["form"].errors) == {"phone", "email"}
    assertContains(page, 'value="새 업종"')
    assertContains(page, 'value="12"')
    assertContains(page, "error-summary")
    assert edits(company) == []


def test_a_withdrawn_code_stays_until_another_is_chosen(client, company, member):
    """§S11: what the list has dropped is no reason to lose it."""
    BkCode.objects.filter(code="A01").update(withdrawn_on=date(2026, 1, 1))

    client.post(PAGE, typed(client.get(PAGE), fax="02-1111-2222"))

    company.refresh_from_db()
    assert (company.main_item_id, company.fax) == ("A01", "0211112222")


def test_whoever_is_no_member_any_more_changes_nothing(client, company, member):
    """§C6: what was taken away is refused on the next request of an open page."""
    page = client.get(PAGE)
    membership.live_members(company).filter(member=member).update(ended_at=timezone.now())

    assert client.post(PAGE, typed(page, fax="02-1111-2222")).status_code == 403
    assert edits(company) == []


# --- Others change it meanwhile -------------------------------------------------------------------------------------


@pytest.fixture
def meanwhile(company):
    """Let the MASTER change facts while the member's page is open."""

    def change(**facts: object) -> None:
        master = make.master_of(company)
        profile.edit_company(master, facts, seen=profile.version(company), now=timezone.now())

    return change


def test_what_others_changed_is_shown_beside_what_was_typed(client, company, member, meanwhile):
    """§C6: nothing is saved unseen; the same button then saves it."""
    page = client.get(PAGE)
    meanwhile(phone="0299998888", fax="0277776666", address_detail="9층")

    refused = client.post(PAGE, typed(page, phone="02-1234-5678", homepage="new.example"))

    company.refresh_from_db()
    assert company.phone == "0299998888"
    assert [(row.label, row.now, row.typed) for row in refused.context["meanwhile"]] == [
        ("대표전화번호", "02-9999-8888", "02-1234-5678"),
        ("주소", "(06792) 서울특별시 서초구 헌릉로 13 9층", ""),
        ("팩스", "02-7777-6666", ""),
    ]
    assertContains(refused, str(profile.ChangedMeanwhile.sentence))
    again = client.post(PAGE, typed(refused))
    company.refresh_from_db()
    assert again.status_code == 302
    assert (company.phone, company.homepage) == ("0212345678", "new.example")
    assert (company.fax, company.address_detail) == ("0277776666", "9층")  # untouched here: theirs stays


def test_a_page_that_was_touched_nowhere_takes_nothing_back(client, company, member, meanwhile):
    """§C6: what others saved stays."""
    page = client.get(PAGE)
    meanwhile(phone="0299998888")

    response = client.post(PAGE, typed(page), follow=True)

    company.refresh_from_db()
    assert company.phone == "0299998888"
    assert told(response) == ["바뀐 내용이 없습니다. 기업정보는 그대로입니다."]


def test_a_double_click_is_not_told_that_somebody_else_was_faster(client, company, member):
    sent = typed(client.get(PAGE), phone="02-1234-5678")

    answers = [client.post(PAGE, sent) for _press in range(2)]

    for answer in answers:
        assertRedirects(answer, "/company/", fetch_redirect_response=False)
    assert len(told(client.get("/company/"))) == 1
    assert len(edits(company)) == 1


@pytest.mark.parametrize("seen", ["", "x", "-1", "9" * 30, "٣"])
def test_a_version_that_never_was_is_an_old_one(client, company, member, seen):
    page = client.post(PAGE, typed(client.get(PAGE), phone="02-1234-5678") | {"seen": seen})

    assertContains(page, str(profile.ChangedMeanwhile.sentence))
    assert edits(company) == []


@pytest.mark.parametrize("began", ["", "x", "e30:1:x"])
def test_a_page_whose_beginning_cannot_be_read_saves_what_stands_in_it(client, company, member, began):
    client.post(PAGE, typed(client.get(PAGE), phone="02-1234-5678") | {"began": began})

    company.refresh_from_db()
    assert company.phone == "0212345678"


@pytest.mark.parametrize("where", [PAGE, KEEP])
def test_an_old_page_of_a_former_company_changes_nothing_in_the_new_one(client, company, member, where):
    """§C6: both are edited for the first time, so their versions are the same."""
    old = typed(client.get(PAGE), phone="02-1234-5678")
    membership.live_members(company).filter(member=member).update(ended_at=timezone.now())
    elsewhere = make.company(**WHOLE | {"phone": "0299998888", "main_item": None})
    make.relationship(member, elsewhere, Role.FULL)

    page = client.post(where, old | {"go": "stay"}, follow=True)

    assertRedirects(page, PAGE)
    assert told(page) == ["그사이 소속 기업이 바뀌어 저장하지 않았습니다. 지금 기업의 내용을 확인해 주세요."]
    elsewhere.refresh_from_db()
    assert (elsewhere.phone, edits(elsewhere)) == ("0299998888", [])
    assert typed(page)["phone"] == "02-9999-8888"


# --- Look-ups -------------------------------------------------------------------------------------------------------


def test_the_postcode_search_without_javascript_loses_nothing_that_was_typed(client, company, member):
    """§S8, §S13: the search leads back with the address; what was typed is there, and is saved at last."""
    sent = typed(client.get(PAGE), homepage="new.example", remarks="첫 줄\r\n둘째 줄")

    there = client.post(KEEP, sent | {"go": "postcode"})
    assertRedirects(there, f"/postcode/?return={PAGE}")
    assertContains(client.get(there.url, {"return": PAGE, "q": "헌릉로"}), f'action="{PAGE}"')
    found = {"postcode": "48060", "address": "부산광역시 해운대구 센텀중앙로 55", "address_en": "55 Centum jungang-ro"}
    back = client.get(PAGE, found)

    form = back.context["form"]
    assert [form[name].value() for name in found] == list(found.values())
    assert form["address_detail"].value() == ""  # the old address's
    assert form["homepage"].value() == "new.example"
    assertContains(back, "아직 저장하지 않았습니다.")
    assert client.post(PAGE, typed(back, address_detail="3층")).status_code == 302
    company.refresh_from_db()
    assert (company.postcode, company.homepage, company.remarks) == ("48060", "new.example", "첫 줄\n둘째 줄")
    assertNotContains(client.get(PAGE), "아직 저장하지 않았습니다.")


def test_what_was_kept_can_be_dropped_and_is_dropped_after_half_an_hour(client, company, member, frozen):
    clock = frozen()
    client.force_login(member)
    sent = typed(client.get(PAGE), homepage="new.example")
    client.post(KEEP, sent | {"go": "stay"})
    assert client.get(PAGE).context["form"]["homepage"].value() == "new.example"

    for _half in range(2):  # the log-in itself must not end
        clock.shift(KEPT_SECONDS / 2)
        page = client.get(PAGE)
    assert page.context["form"]["homepage"].value() == company.homepage
    client.post(KEEP, sent)
    client.post("/company/edit/discard/")
    assert client.get(PAGE).context["form"]["homepage"].value() == company.homepage


def test_what_was_typed_of_one_company_is_not_shown_at_the_next(client, company, member):
    """§D11: whoever changed the company meanwhile starts from the new one's facts."""
    client.post(KEEP, typed(client.get(PAGE), homepage="new.example"))
    membership.live_members(company).filter(member=member).update(ended_at=timezone.now())
    other = make.company(**WHOLE | {"homepage": "other.example"})
    make.relationship(member, other, Role.FULL)

    assert client.get(PAGE).context["form"]["homepage"].value() == "other.example"


def test_changes_of_others_are_shown_after_a_look_up_too(client, company, member, meanwhile):
    """§C6: the version that was seen is the one of the page that was left."""
    client.post(KEEP, typed(client.get(PAGE), phone="02-1234-5678"))
    meanwhile(phone="0299998888")

    refused = client.post(PAGE, typed(client.get(PAGE)))

    assert [row.typed for row in refused.context["meanwhile"]] == ["02-1234-5678"]


# --- By a request ---------------------------------------------------------------------------------------------------

ASKED = {"name": "한빛전자통신", "representative": "새대표", "certificate_by": "FAX"}


def test_name_and_representative_change_by_a_request_alone(client, company, member):
    """§C6: staff look at the certificate; until then everything stays."""
    response = client.post(VERIFIED, ASKED)

    case = Case.objects.get(kind=CaseKind.COMPANY_EDIT)
    assertRedirects(response, f"/company/requests/{case.pk}/", fetch_redirect_response=False)
    asked = case.company_edit
    assert (asked.name, asked.representative, asked.certificate_by) == ("한빛전자통신", "새대표", Channel.FAX)
    assert (case.company, case.applicant, case.state) == (company, member, CaseState.RECEIVED)
    company.refresh_from_db()
    assert (company.name, company.representative) == (WHOLE["name"], WHOLE["representative"])
    assertContains(client.get(f"/company/requests/{case.pk}/"), "한빛전자통신")


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({"name": ""}, "name"),
        ({"representative": ""}, "representative"),
        ({"certificate_by": ""}, "certificate_by"),
        ({"certificate_by": "POST"}, "certificate_by"),
        ({"name": "x" * 201}, "name"),
    ],
)
def test_what_a_request_lacks_stands_beside_the_field(client, company, member, sent, field):
    page = client.post(VERIFIED, ASKED | sent)

    assert list(page.context["form"].errors) == [field]
    assert not Case.objects.exists()


def test_a_request_for_what_is_registered_already_is_refused(client, company, member):
    """§C6: there is nothing to change."""
    same = {"name": company.name, "representative": company.representative}

    page = client.post(VERIFIED, ASKED | same)

    assertContains(page, str(profile.SameAsBefore.sentence))
    assert not Case.objects.exists()


@pytest.mark.parametrize("field", ["company", "applicant", "state", "kind", "name_before", "case", "brn"])
def test_fields_that_a_request_does_not_have_change_nothing(client, company, member, field):
    client.post(VERIFIED, ASKED | {field: "APPROVED"})

    case = Case.objects.get()
    assert (case.company, case.applicant, case.state) == (company, member, CaseState.RECEIVED)
    assert case.company_edit.name_before == WHOLE["name"]


def test_a_second_request_waits_for_the_first(client, company, member):
    """§C6: one open request per company; its applicant is led to it, others read that it waits."""
    answers = [client.post(VERIFIED, ASKED) for _press in range(2)]
    case = Case.objects.get()
    colleague = Client()
    colleague.force_login(make.master_of(company))

    mine, theirs = client.get(VERIFIED), colleague.get(VERIFIED)

    assert [answer.status_code for answer in answers] == [302, 302]
    assert len(told(mine)) == 1  # a double click is not told that it failed
    assertContains(mine, f'href="/company/requests/{case.pk}/"')
    assertContains(theirs, "다른 회원이 신청했습니다.")
    assertNotContains(theirs, f"/company/requests/{case.pk}/")
    assertContains(colleague.post(VERIFIED, ASKED, follow=True), str(profile.EditIsOpen.sentence))


# --- Who is led there, English --------------------------------------------------------------------------------------


@pytest.mark.parametrize("member_type", [MemberType.MASTER, MemberType.FULL, MemberType.ASSOCIATE])
def test_the_companys_page_leads_there_whom_the_matrix_lets(client, member_type):
    """§C6: an associate sees no button that would refuse."""
    client.force_login(make.member_of_type(member_type))

    leads = f'href="{PAGE}"' in client.get("/company/").text

    assert leads is (member_type != MemberType.ASSOCIATE)


def test_d22_the_pages_are_in_english_too(client, company, member, meanwhile):
    """§D22: but for what the company has in Korean."""
    Company.objects.update(
        **{name: "x" for name, value in WHOLE.items() if isinstance(value, str) and re.search("[가-힣]", value)}
    )
    User.objects.update(language="en")
    client.force_login(member)
    first = client.get(PAGE)
    meanwhile(phone="0299998888", fax="0277776666")
    pages = [first, client.post(PAGE, typed(first, phone="02-1234-5678")), client.post(PAGE, typed(first, phone="1"))]
    client.post(KEEP, typed(first))
    pages += [client.get(PAGE), client.post(PAGE, typed(first, homepage="new.example", seen="1"), follow=True)]
    pages += [
        client.get(VERIFIED),
        client.post(VERIFIED, {}),
        client.post(VERIFIED, ASKED | {"name": "Hanbit", "representative": "Han"}, follow=True),
    ]
    pages.append(client.get(VERIFIED))

    assert [korean_in(page.text) for page in pages] == [[]] * len(pages)


def test_every_fact_is_one_of_the_forms_fields():
    """§S11: no fact is left out of 기업정보 수정."""
    assert set(profile.EDITABLE) <= set(EditCompanyForm.base_fields)
