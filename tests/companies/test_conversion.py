"""전환신청: finding a registered company by number or name, and joining it (§T2, §T3)."""

from datetime import timedelta

import pytest

from accounts.domain.limits import TooManyAttempts
from companies.domain import cases, company_search, membership, registration_draft
from companies.domain.company_search import NAME_SEARCHES, NameTooShort, NobodyChosen, NotTenDigits, SearchAgain
from companies.domain.search import SEARCHES, UnreadableBrn
from companies.models import Bar, CaseState, Company, RelationshipEvent
from companies.names import searched_name
from companies.numbers import format_brn, mask_brn
from tests import make
from tests.companies.registry import NOW, SOON, draft, request

pytestmark = pytest.mark.django_db

SOLE = "1201500026"  # digits 4–5 are below 80: a person


def names_found(typed: str) -> list[str]:
    found = company_search.find_companies(make.member(), typed, now=NOW)
    return [row.company.name for row in found.rows]


def join(member, company, *, now=NOW):
    return company_search.relate_company(member, company.brn, company.pk, now=now)


# --- By number ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "typed", ["120-82-00275", "1208200275", " 120 82 00275 ", "１２０－８２－００２７５", "120.82.00275"]
)
def test_a_number_is_found_however_it_is_typed(typed):
    """§T2, §D9: hyphens, spaces, full-width digits; all of the number is shown to whoever knew it."""
    company = make.company("한빛", brn="1208200275")
    make.company("다른 기업")

    found = company_search.find_companies(make.member(), typed, now=NOW)

    assert [(row.company, row.brn) for row in found.rows] == [(company, "120-82-00275")]
    assert (found.number, found.is_cut_off) == ("1208200275", False)


def test_a_number_that_is_not_registered_is_told_as_it_is_read():
    """§T4: 신규등록 대상; the registry is not asked here."""
    found = company_search.find_companies(make.member(), "120-82-00275", now=NOW)
    assert (found.rows, found.number) == ((), "1208200275")


@pytest.mark.parametrize("typed", ["120-82-00276", "０００－００－０００００", "123 45 67890"])
def test_ten_digits_that_are_no_number_are_no_name(typed):
    """§D9: the sentence tells what is wrong with it, beside the one field."""
    make.company(f"{typed} 산업")
    with pytest.raises(UnreadableBrn) as refused:
        company_search.find_companies(make.member(), typed, now=NOW)
    assert (refused.value.field, type(refused.value)) == ("q", UnreadableBrn)


DIGITS = ["12", "12345", "１２３４５", "120-82-0027", "1234567", "120820027512", "12 34"]


@pytest.mark.parametrize("typed", ["1", *DIGITS])
def test_digits_that_are_neither_a_number_nor_a_name_are_told_so(typed):
    """§D9: a number has ten."""
    make.company("한빛전자 12345")
    with pytest.raises(NotTenDigits) as refused:
        company_search.find_companies(make.member(), typed, now=NOW)
    assert refused.value.field == "q"
    assert "10자리" in str(refused.value)


@pytest.mark.parametrize("typed", DIGITS)
def test_digits_with_which_a_name_begins_find_it(typed):
    """§T2: and that a number has ten is said all the same; one of the rows can be chosen."""
    company = make.company(f"{typed} 산업")
    member = make.member()

    found = company_search.find_companies(member, typed, now=NOW)

    assert [row.company for row in found.rows] == [company]
    assert (found.number, found.is_by_digits) == ("", True)
    assert company_search.find_company(member, typed, company.pk, now=NOW).company == company
    assert not company_search.find_companies(member, "산업", now=NOW).is_by_digits


def test_guessing_digits_is_limited_as_searching_for_names_is():
    """§T2: what finds nothing counts."""
    member = make.member()
    for _number in range(NAME_SEARCHES.times):
        with pytest.raises(NotTenDigits):
            company_search.find_companies(member, "12345", now=NOW)
    with pytest.raises(TooManyAttempts):
        company_search.find_companies(member, "12345", now=NOW)


# --- By name --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "typed",
    [
        "한빛",
        "한빛전자",
        "주식회사 한빛전자",
        "(주)한빛전자",
        "㈜한빛",
        "（주）한빛 전자",
        "한빛전자 주식회사",
        " 한 빛 전자 ",
    ],
)
@pytest.mark.parametrize(
    "name", ["주식회사 한빛전자", "(주)한빛전자", "㈜한빛전자", "한빛전자(주)", "한빛 전자", "한빛전자 주식회사"]
)
def test_a_name_is_found_however_its_legal_form_is_spelled(name, typed):
    """§T2: 주식회사, (주), ㈜, before or behind, with spaces or without."""
    make.company(name)
    assert names_found(typed) == [name]


@pytest.mark.parametrize(
    "typed", ["hanbit", "HANBIT TRADING", "Hanbit Trading Co., Ltd.", "ｈａｎｂｉｔ", "hanbit-trading"]
)
def test_latin_letters_are_found_in_any_case_and_width(typed):
    """§T2."""
    make.company("Hanbit Trading Co., Ltd.")
    assert names_found(typed) == ["Hanbit Trading Co., Ltd."]


def test_hangul_in_pieces_is_found():
    """§T2: some keyboards send letters in place of syllables."""
    make.company("한빛전자")
    assert names_found("\u1112\u1161\u11ab빛") == ["한빛전자"]


def test_a_name_is_found_by_its_beginning_and_listed_in_order():
    """§T2: the beginning is what an index can carry; the shortest name comes first."""
    for name in ("한빛전자부품", "(주)한빛", "새한빛", "한빛전자"):
        make.company(name)
    assert names_found("한빛") == ["(주)한빛", "한빛전자", "한빛전자부품"]


@pytest.mark.parametrize("typed", ["%%", "__", "한%", "%빛", "*", "", " ", "한", "(주)", "㈜", "a", "☃☃"])
def test_fewer_than_two_letters_are_refused(typed):
    """§T2: signs are no letters, so nothing can stand for any text, and the legal form alone is no name."""
    make.company("한빛전자")
    with pytest.raises(NameTooShort):
        company_search.find_companies(make.member(), typed, now=NOW)


@pytest.mark.parametrize("typed", ["한빛%", "한빛_", "한빛\\", "한빛'", '한빛"', "한빛;--", "한빛\0"])
def test_signs_in_a_name_change_nothing(typed):
    """§T2: they are left out of both."""
    make.company("한빛전자")
    assert names_found(typed) == ["한빛전자"]


@pytest.mark.parametrize(
    "typed", ["없는기업", "주식회사", "ﷺ", "İstanbul", "ßß", "ΑΣ", "𝕶𝖔𝖙𝖗𝖆", "각" * 100, "e\u0301" * 50]
)
def test_strange_names_find_nothing_and_break_nothing(typed):
    """§T2."""
    make.company("한빛전자")
    assert names_found(typed) == []


def test_a_company_is_found_by_its_own_spelling_whatever_it_is():
    """§T2: names of the world, each by itself."""
    for name in (
        "İstanbul Ticaret",
        "Straße GmbH",
        "ΟΔΟΣ",
        "株式会社日立",
        "1004",
        "주식회사",
        "Ｆｕｌｌ",
        "Café\u0301",
    ):
        make.company(name)
        assert names_found(name) == [name]


def test_a_long_name_is_compared_as_far_as_the_column_reaches():
    """§T2: one letter may become eighteen."""
    assert len(searched_name("ﷺ" * 200)) == 200
    assert make.company("ﷺ" * 200).search_name == searched_name("ﷺ" * 200)


def test_a_company_that_is_renamed_is_found_by_its_new_name():
    """§T2: the column follows the name, also when only the name is written."""
    company = make.company("한빛전자")
    company.name = "(주)새빛"
    company.save(update_fields=["name"])
    assert (names_found("한빛"), names_found("새빛")) == ([], ["(주)새빛"])


@pytest.mark.parametrize("typed", ["한빛전자", "120-82-00275"])
def test_a_company_whose_registration_ended_never_appears(typed):
    """§D2: its number is free."""
    make.company("한빛전자", brn="1208200275", closed_at=NOW)
    assert names_found(typed) == []


def test_so_many_are_shown_and_no_more():
    """§T2: and that there are more is said."""
    for _number in range(company_search.MOST_FOUND):
        make.company("한빛전자")
    whole = company_search.find_companies(make.member(), "한빛", now=NOW)
    make.company("한빛전자")
    cut = company_search.find_companies(make.member(), "한빛", now=NOW)
    assert [(len(found.rows), found.is_cut_off) for found in (whole, cut)] == [(20, False), (20, True)]


def test_of_a_person_a_name_tells_half_the_number():
    """§D11: a sole proprietor's number is told only to whoever knows it; a corporation's is public."""
    person, corporation = make.company("한빛상회", brn=SOLE), make.company("한빛전자", brn="1208200275")

    by_name = company_search.find_companies(make.member(), "한빛", now=NOW)
    assert {row.company: row.brn for row in by_name.rows} == {person: "120-15-*****", corporation: "120-82-00275"}

    by_number = company_search.find_companies(make.member(), SOLE, now=NOW)
    assert [row.brn for row in by_number.rows] == ["120-15-00026"] == [format_brn(SOLE)]
    assert mask_brn(SOLE) == "120-15-*****"


# --- How often ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("typed", "limit"), [("한빛", NAME_SEARCHES), ("120-82-00275", SEARCHES)])
def test_a_member_searches_so_often_and_not_more(typed, limit):
    """§T2: nobody reads the whole list; choosing counts as searching does, others search on, later it goes on."""
    member, company = make.member(), make.company("한빛", brn="1208200275")
    for number in range(limit.times):
        if number % 2:
            company_search.find_company(member, typed, company.pk, now=NOW)
        else:
            company_search.find_companies(member, typed, now=NOW)

    with pytest.raises(TooManyAttempts):
        company_search.find_companies(member, typed, now=NOW)
    with pytest.raises(TooManyAttempts):
        company_search.find_company(member, typed, company.pk, now=NOW)
    assert company_search.find_companies(make.member(), typed, now=NOW).rows
    assert company_search.find_companies(member, typed, now=NOW + limit.window + timedelta(seconds=1)).rows


def test_what_cannot_be_looked_for_does_not_count():
    """§T2."""
    member = make.member()
    for _number in range(NAME_SEARCHES.times):
        with pytest.raises(NameTooShort):
            company_search.find_companies(member, "한", now=NOW)
    assert company_search.find_companies(member, "한빛", now=NOW).rows == ()


# --- Choosing one ---------------------------------------------------------------------------------------------------


def test_only_what_the_search_finds_can_be_chosen():
    """§T2, §D11: nobody reads companies one number after the other."""
    member = make.member()
    company, other = make.company("한빛전자"), make.company("새빛")
    closed = make.company("한빛무역", closed_at=NOW)

    assert company_search.find_company(member, "한빛", company.pk, now=NOW).company == company
    for missing in (other.pk, closed.pk, 0, 2**62):
        with pytest.raises(NobodyChosen):
            company_search.find_company(member, "한빛", missing, now=NOW)


# --- Joining --------------------------------------------------------------------------------------------------------


def test_who_relates_is_associate_at_once():
    """§T3: mileage and data wait for the MASTER, who is told."""
    member, company = make.member(), make.company("한빛전자")
    make.master_of(company)

    relationship = join(member, company)

    assert (relationship.role, relationship.company, relationship.started_at) == ("ASSOCIATE", company, NOW)
    assert company.events.get(relationship=relationship).kind == RelationshipEvent.Kind.JOINED
    assert membership.member_type_of(member) == "ASSOCIATE"


@pytest.mark.parametrize("member_type", ["MASTER", "FULL", "ASSOCIATE"])
def test_who_is_related_already_is_refused(member_type):
    """§D1: one live company relationship."""
    member, company = make.member_of_type(member_type), make.company()
    with pytest.raises(membership.AlreadyRelated):
        join(member, company)
    assert company.relationships.count() == 0


def test_a_barred_person_is_refused():
    """§D1: and nothing is written."""
    member, company = make.member(), make.company()
    Bar.objects.create(company=company, member=member, barred_at=NOW, barred_by=make.master_of(company))
    with pytest.raises(membership.BarredFromCompany):
        join(member, company)
    assert membership.live_relationship(member) is None


def test_the_sixth_start_of_a_day_is_refused():
    """§D1: five a day; tomorrow it goes on."""
    member, company = make.member(), make.company()
    for _number in range(5):
        make.relationship(member, company, "ASSOCIATE", started_at=NOW, ended_at=NOW)
    with pytest.raises(membership.TooManyStarts):
        join(member, company, now=SOON)
    assert join(member, company, now=NOW + timedelta(days=1)).role == "ASSOCIATE"


def test_a_company_that_closed_meanwhile_is_refused():
    """§D2: the page was older than the end of the registration."""
    company = make.company()
    Company.objects.update(closed_at=NOW)
    with pytest.raises(SearchAgain):
        join(make.member(), company)


@pytest.mark.parametrize("typed", ["새빛", "120-82-00276", "한", ""], ids=["another", "no number", "short", "nothing"])
def test_nobody_joins_what_the_search_does_not_show(typed):
    """§T2: a company's key alone is nothing to join by."""
    company, member = make.company("한빛전자"), make.member()
    with pytest.raises(SearchAgain):
        company_search.relate_company(member, typed, company.pk, now=NOW)
    assert membership.live_relationship(member) is None


def test_joining_counts_as_searching_does():
    """§T2: also where it finds nothing."""
    company, member = make.company("한빛전자"), make.member()
    for _number in range(NAME_SEARCHES.times):
        with pytest.raises(SearchAgain):
            company_search.relate_company(member, "한빛", company.pk + 1, now=NOW)
    with pytest.raises(TooManyAttempts):
        company_search.relate_company(member, "한빛", company.pk, now=NOW)


@pytest.mark.usefixtures("bureau")
def test_an_open_request_is_withdrawn_in_the_same_transaction():
    """§D1."""
    case = request(make.member())
    join(case.applicant, make.company())
    case.refresh_from_db()
    assert (case.state, cases.open_registration(case.applicant)) == (CaseState.WITHDRAWN, None)


@pytest.mark.usefixtures("bureau")
@pytest.mark.parametrize("same", [True, False])
def test_an_unfinished_registration_of_another_company_is_left_alone(same):
    """§S13: nothing typed is lost; of the company that is joined nothing is left to register."""
    member, company = make.member(), make.company()
    draft(member, company.brn if same else make.brn())
    join(member, company)
    assert (registration_draft.draft_of(member) is None) is same
