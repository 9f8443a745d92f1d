"""§S8: 우편번호 찾기: the provider behind it, its refusals, and the page."""

import pytest
from django.template.loader import render_to_string
from django.urls import reverse
from hypothesis import given, strategies as st

from kotra_portal.errors import RuleViolation
from kotra_portal.fields import EnglishNameField, PostcodeField
from kotra_portal.reference import postcodes
from kotra_portal.reference.paging import Page
from kotra_portal.reference.postcodes import (
    NotConnected,
    OldPostcode,
    ProviderDown,
    TooVague,
    UnreadableKeyword,
)
from kotra_portal.reference.stub_postcodes import SAMPLES, samples
from kotra_portal.reference.templatetags.reference import unbroken_lot

PROVINCES = (
    "서울특별시 부산광역시 대구광역시 인천광역시 광주광역시 대전광역시 울산광역시 세종특별자치시 경기도 강원특별자치도 "
    "충청북도 충청남도 전북특별자치도 전라남도 경상북도 경상남도 제주특별자치도"
)
HTMX = {"HX-Request": "true"}


@pytest.fixture(autouse=True)
def stub(settings):
    settings.POSTCODE_PROVIDER = "stub"


@pytest.fixture
def search(client):
    def get(headers=None, **parameters):
        return client.get(reverse("postcode"), parameters, headers=headers)

    return get


# --- The samples -----------------------------------------------------------------------------------------------------


def test_samples_cover_every_province_and_stay_small():
    provinces = {sample.address.road_address.split()[0] for sample in samples()}

    assert provinces == set(PROVINCES.split())
    assert 300 <= len(samples()) <= 500
    assert SAMPLES.stat().st_size <= 60_000


def test_samples_have_the_form_of_real_addresses():
    for sample in samples():
        address = sample.address
        assert PostcodeField().clean(address.postcode) == address.postcode
        assert len(address.road_address) <= 200
        assert address.english_address[0].isdigit()
        assert EnglishNameField().clean("".join(c for c in address.english_address if not c.isdigit()))


def test_the_head_office_is_among_them():
    [found] = postcodes.search("06792").rows

    assert found.road_address == "서울특별시 서초구 헌릉로 13 (염곡동, 대한무역투자진흥공사)"
    assert found.english_address == "13 Heolleung-ro, Seocho-gu, Seoul"
    assert (found.postcode, found.road_address) == (
        postcodes.HEAD_OFFICE.postcode,
        postcodes.HEAD_OFFICE.road_address,
    )


# --- Searching -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "keyword",
    [
        "헌릉로 13",
        "헌릉로13",
        "13 헌릉로",
        "서초구 헌릉로",
        "염곡동 300-9",
        "대한무역투자진흥공사",
        "０６７９２",
        "  06792  ",
        "Heolleung-ro",
        "seocho-gu 13 heolleung-ro",
        "헌릉로, 13",
    ],
)
def test_an_address_is_found_by_road_lot_building_postcode_and_english(keyword):
    assert postcodes.search(keyword).rows[0].postcode == "06792"


@pytest.mark.parametrize("keyword", ["서초", "강남", "부산 해운대", "세종", "판교", "송도동", "제주 노형로"])
def test_the_names_people_try_are_found(keyword):
    assert postcodes.search(keyword).total > 0


def test_every_word_must_be_found():
    both = postcodes.search("부산 중앙로")
    wider = postcodes.search("중앙로")

    assert 0 < postcodes.search("해운대구 우동").total < postcodes.search("해운대구").total
    assert both.total < wider.total


def test_a_number_is_found_as_a_whole():
    found = postcodes.search("테헤란로 15")

    assert all("152" not in address.road_address for address in found.rows)
    assert postcodes.search("테헤란로 152").total == 1


def test_pages_hold_ten_and_end():
    first, second = postcodes.search("해운대", 1), postcodes.search("해운대", 2)

    assert first.total == second.total > 10
    assert len(first.rows) == 10
    assert len(second.rows) == min(10, first.total - 10)
    assert not set(first.rows) & set(second.rows)
    assert list(first.page_numbers) == [1, 2]


@pytest.mark.parametrize(("asked", "shown"), [(0, 1), (-5, 1), (2, 2), (3, 2), (10_000, 2)])
def test_a_page_out_of_bounds_is_the_nearest_one(asked, shown):
    assert postcodes.search("해운대", asked).page == shown


def test_more_than_ten_pages_are_cut_off():
    found = Page((), 101, 1)

    assert found.pages == 10
    assert found.is_cut_off
    assert not Page((), 100, 1).is_cut_off


def test_nothing_found_has_no_pages():
    found = postcodes.search("없는길이름")

    assert (found.total, found.pages, found.rows, found.page) == (0, 0, (), 1)


# --- Refusals --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "keyword",
    [
        "",
        " ",
        "가",
        "서울",
        "서울특별시",
        "부산시",
        "경기도",
        "전북특별자치도",
        "충남",
        "제주",
        "13",
        "300-9",
        "가" * 81,
        "%%",
        "[]<>",
    ],
)
def test_too_vague_a_keyword_is_refused(keyword):
    with pytest.raises(TooVague) as refusal:
        postcodes.search(keyword)

    assert refusal.value.field == "q"
    assert str(refusal.value).startswith("조금 더 자세히 입력해 주세요.")


@pytest.mark.parametrize("keyword", ["137-130", "137130", "137 130", "１３７－１３０", " 137 - 130 "])
def test_an_old_postcode_is_told_that_its_time_is_over(keyword):
    with pytest.raises(OldPostcode) as refusal:
        postcodes.search(keyword)

    assert "2015년" in str(refusal.value)
    assert "도로명이나 건물 이름으로 찾아 주세요." in str(refusal.value)


@pytest.mark.parametrize("keyword", ["서초\x00구", "서초\u202e구", "서초\ud800구"])
def test_invisible_characters_are_refused(keyword):
    with pytest.raises(UnreadableKeyword):
        postcodes.search(keyword)


def test_the_scripted_word_shows_the_provider_down():
    with pytest.raises(ProviderDown) as refusal:
        postcodes.search("서초 장애")

    assert "직접 입력해 주세요." in str(refusal.value)


def test_without_a_provider_addresses_are_typed(settings):
    settings.POSTCODE_PROVIDER = "none"

    assert not postcodes.is_connected()
    with pytest.raises(NotConnected) as refusal:
        postcodes.search("서초구 헌릉로")
    assert "직접 입력해 주세요." in str(refusal.value)


@given(keyword=st.text(max_size=90), page=st.integers())
def test_no_keyword_raises_anything_but_a_refusal(keyword, page):
    try:
        found = postcodes.search(keyword, page)
    except RuleViolation:
        return
    assert len(found.rows) <= 10


# --- Into the form ---------------------------------------------------------------------------------------------------

FOUND = {"postcode": "06792", "address": "서울특별시 서초구 헌릉로 13 (염곡동)", "address_en": "13 Heolleung-ro"}


@pytest.mark.parametrize("typed", [{}, {"address": " "}, {"address": "서울특별시 서초구 헌릉로 13"}, FOUND])
def test_the_first_address_and_the_same_one_leave_alone_what_was_typed(typed):
    """§S8: 상세주소 and 주소(영문) may have been typed before the search."""
    mine = {"address_detail": "5층", "address_en": "My street"}

    assert mine | postcodes.change_address(typed | mine, FOUND) == mine | FOUND | {"address_en": "My street"}
    assert postcodes.change_address(typed, FOUND) == FOUND


def test_another_address_takes_the_old_ones_detail_and_english_away():
    """§S8: the old flat in the new house would be a wrong address."""
    typed = {"postcode": "48058", "address": "센텀중앙로 79", "address_detail": "5층", "address_en": "79 Centum"}

    assert postcodes.change_address(typed, FOUND) == FOUND | {"address_detail": ""}
    assert postcodes.change_address(typed, {"address": "헌릉로 13"})["address_en"] == ""


# --- The page --------------------------------------------------------------------------------------------------------


def test_the_page_works_without_javascript(search):
    page = search(q="헌릉로 13", **{"return": "/signup/details/"})

    assert page.status_code == 200
    assert "reference/postcode.html" in [template.name for template in page.templates]
    html = page.content.decode()
    assert '<form method="get" action="/signup/details/">' in html
    assert '<input type="hidden" name="postcode" value="06792">' in html
    assert 'name="address" value="서울특별시 서초구 헌릉로 13 (염곡동, 대한무역투자진흥공사)"' in html
    assert "data-postcode=" not in html


def test_the_panel_gets_the_rows_alone(search):
    page = search(HTMX, q="헌릉로 13")
    html = page.content.decode()

    assert "<html" not in html
    assert 'data-postcode="06792"' in html
    assert 'data-address-en="13 Heolleung-ro, Seocho-gu, Seoul"' in html
    assert "주소 1건을 찾았습니다." in html


def test_the_empty_page_asks_for_nothing_yet(search):
    page = search()

    assert page.status_code == 200
    assert not page.context["form"].is_bound
    assert page.context["found"] is None
    assert page.content.decode().count('type="search"') == 1
    assert 'type="text"' not in page.content.decode()


@pytest.mark.parametrize(
    "back", ["https://evil.example/", "//evil.example", "/admin/", "/signup/details", "", "javascript:1"]
)
def test_only_the_forms_that_ask_are_returned_to(search, back):
    page = search(q="헌릉로 13", **{"return": back})

    assert page.context["return_path"] is None
    assert 'name="postcode"' not in page.content.decode()


@pytest.mark.parametrize("back", ["/signup/details/", "/my/profile/"])
def test_pages_keep_the_way_back(search, back):
    html = search(q="해운대", page="2", **{"return": back}).content.decode()

    assert f'action="{back}"' in html
    assert f"&amp;page=1&amp;return={back}" in html


@pytest.mark.parametrize("page", ["", "0", "-1", "abc", "９", "99999999999999999999", "2\x00", "1.5"])
def test_a_strange_page_number_shows_a_page(search, page):
    assert search(q="해운대", page=page).status_code == 200


@pytest.mark.parametrize(
    ("keyword", "sentence"),
    [
        ("", "찾을 주소를 입력해 주세요."),
        ("서울", "조금 더 자세히 입력해 주세요."),
        ("가" * 10_000, "80자 이내로 입력해 주세요."),
        ("헌릉로\x00", "보이지 않는 문자가 들어 있습니다."),
        ("헌릉로\u202e", "보이지 않는 문자가 들어 있습니다."),
        ("장애", "지금은 우편번호를 찾을 수 없습니다."),
        ("없는길이름", "찾은 주소가 없습니다."),
        ("<script>alert(1)</script>", "찾은 주소가 없습니다."),
    ],
)
@pytest.mark.parametrize("headers", [None, HTMX], ids=["page", "panel"])
def test_the_page_says_what_is_wrong(search, keyword, sentence, headers):
    page = search(headers, q=keyword)

    assert page.status_code == 200
    assert sentence in page.content.decode()
    assert "<script>alert" not in page.content.decode()


def test_the_page_says_that_no_provider_is_connected(search, settings):
    settings.POSTCODE_PROVIDER = "none"

    assert "우편번호 찾기가 아직 연결되지 않았습니다." in search(q="헌릉로 13").content.decode()


def test_the_demonstration_says_how_to_see_a_failure(search, settings):
    settings.DEMO_MODE = True
    assert "‘장애’" in search().content.decode()

    settings.DEMO_MODE = False
    assert "‘장애’" not in search().content.decode()


@pytest.mark.parametrize("method", ["post", "put", "delete", "patch"])
def test_the_page_is_only_read(client, method):
    assert getattr(client, method)(reverse("postcode")).status_code == 405


# --- The panel -------------------------------------------------------------------------------------------------------


def test_the_panel_posts_to_its_form_without_javascript():
    html = render_panel()

    assert 'formaction="/signup/details/keep/" formnovalidate name="go" value="postcode"' in html
    assert 'formaction="/signup/details/keep/" formnovalidate name="go" value="head_office"' in html
    assert 'data-postcode="06792" data-address="서울특별시 서초구 헌릉로 13' in html


def test_the_panel_does_not_offer_a_search_that_cannot_find(settings):
    settings.POSTCODE_PROVIDER = "none"
    html = render_panel()

    assert 'value="postcode"' not in html
    assert "<template" not in html
    assert 'value="head_office"' in html


def render_panel():
    return render_to_string("reference/_postcode_panel.html", {"keep_url": "/signup/details/keep/"})


def test_a_lot_number_is_not_broken_at_the_end_of_a_line():
    """§S8: on a narrow screen 839-15 stays one number; whatever else the address holds is escaped."""
    assert unbroken_lot("<역삼동> 839-15 (5-1)") == (
        '&lt;역삼동&gt; <span class="nowrap">839-15</span> (<span class="nowrap">5-1</span>)'
    )
