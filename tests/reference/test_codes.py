"""§S10: HS코드 찾기, BK코드 찾기: by code and by name, the fields, the pages."""

import re
from datetime import date

import pytest
from django import forms
from django.db.models import Count
from django.template import Context, Template
from django.urls import reverse
from django.utils import translation
from hypothesis import given, strategies as st
from hypothesis.extra.django import TestCase

from kotra_portal.errors import RuleViolation
from kotra_portal.reference import codes
from kotra_portal.reference.codes import BK, HS, NoKeyword, UnreadableKeyword
from kotra_portal.reference.fields import BkCodeField, HsCodeField, bk_choices
from kotra_portal.reference.models import BkCode, HsCode

pytestmark = pytest.mark.django_db

HTMX = {"HX-Request": "true"}
LONG_AGO = date(2020, 1, 2)
COFFEE = {
    "0901": ("커피", "Coffee"),
    "090111": ("볶지 않은 커피", "Coffee, not roasted"),
    "0901110000": ("카페인을 제거하지 않은 것", "Not decaffeinated"),
    "0902": ("차", "Tea"),
}


@pytest.fixture
def coffee():
    """Headings below chapter 09, and one that was withdrawn."""
    for code, (name_ko, name_en) in COFFEE.items():
        HsCode.objects.create(code=code, name_ko=name_ko, name_en=name_en, revision=2022)
    HsCode.objects.create(code="0909", name_ko="옛 향신료", name_en="Old spice", revision=2012, withdrawn_on=LONG_AGO)


@pytest.fixture
def get(client):
    def get(kind, headers=None, **parameters):
        return client.get(reverse(kind.url_name), parameters, headers=headers)

    return get


def found(kind, typed, page=1):
    return [row.code.code for row in codes.search(kind, typed, page).rows]


# --- What the portal comes with --------------------------------------------------------------------------------------


def test_s10_the_chapters_of_the_harmonized_system_are_there():
    """§S10: 01 to 97 without 77, in both languages."""
    chapters = HsCode.objects.filter(code__length=2, withdrawn_on=None)

    assert [chapter.code for chapter in chapters] == [f"{n:02}" for n in range(1, 98) if n != 77]
    assert {chapter.revision for chapter in chapters} == {2022}
    assert [chapter.code for chapter in chapters if not chapter.name_ko or not chapter.name_en.isascii()] == ["09"]
    assert HsCode.objects.get(code="09").name_en == "Coffee, tea, maté and spices"


def test_s10_bk_codes_are_a_tree_of_two_levels_that_ends_with_others():
    """§S10: about twenty groups of three to eight items, the last one with the item 기타 alone."""
    groups = BkCode.objects.filter(parent=None).annotate(size=Count("children"))
    items = BkCode.objects.filter(parent__isnull=False)

    assert len(groups) == 20
    assert all(3 <= group.size <= 8 for group in groups if group.code != "99")
    assert {item.parent.parent_id for item in items.select_related("parent")} == {None}
    assert str(items.last()) == "9999 기타"
    assert not items.filter(chapters=None).exists()


def test_s10_every_chapter_has_a_bk_code():
    """§S10: so that whoever knows the chapter finds the item."""
    mapped = BkCode.chapters.through.objects.values_list("hscode_id", flat=True)
    assert set(mapped) == set(HsCode.objects.values_list("code", flat=True))


# --- Searching -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("typed", ["0901", "09.01", "09-01", "09 01", "０９０１", " 0901. ", "09·01", "09\u201301"])
def test_s10_a_code_is_found_by_its_beginning_however_it_is_spelled(coffee, typed):
    """§S10: dots, hyphens, spaces and full-width digits are understood."""
    assert found(HS, typed) == ["0901", "090111", "0901110000"]
    assert codes.find(HS, typed).code == "0901"


@pytest.mark.parametrize("typed", ["커피", "coffee", "COFFEE", "커피 볶지", "not coffee", "커피, 않은", "커피 coffee"])
def test_s10_a_code_is_found_by_every_word_of_its_names(coffee, typed):
    """§S10: in either language, in any order."""
    assert "090111" in found(HS, typed)
    assert "0902" not in found(HS, typed)


@pytest.mark.parametrize("typed", ["커피 없는말", "100%", "_", "coffee\\", "coffee '"])
def test_s10_what_no_name_holds_finds_nothing(coffee, typed):
    """§S10: not even what a database takes for a joker."""
    assert found(HS, typed) == []


def test_s10_withdrawn_codes_are_left_out(coffee):
    """§S10: in a search; the code itself is still known."""
    assert found(HS, "0909") == ["09"]
    assert found(HS, "향신료") == ["09"]
    assert codes.find(HS, "0909").withdrawn_on == LONG_AGO


def test_s10_a_bk_code_is_found_by_the_name_of_its_group_too():
    """§S10: 식품 finds what stands below 가공식품."""
    assert {"02", "0201", "0208"} <= set(found(BK, "식품"))
    assert found(BK, "가공식품 면류") == ["0201"]
    assert found(BK, "processed noodles") == ["0201"]
    assert found(BK, "99") == found(BK, "9 9") == ["99", "9999"]


def test_s10_a_found_code_shows_what_stands_above_it(coffee):
    """§S10: 카페인을 제거하지 않은 것 alone says nothing."""
    [row] = codes.search(HS, "0901110000").rows
    [item] = codes.search(BK, "0201").rows

    assert [above.code for above in row.above] == ["09", "0901", "090111"]
    assert [above.code for above in item.above] == ["02"]


@pytest.mark.parametrize("typed", ["0903", "09.03.00", "0901.22"])
def test_s10_a_code_that_is_not_there_shows_the_nearest_one(coffee, typed):
    """§S10: the list may hold chapters only."""
    nearest = codes.search(HS, typed)

    assert nearest.is_nearest
    assert found(HS, typed) == ["0901" if typed == "0901.22" else "09"]
    assert codes.search(HS, "77") == codes.Found((), 0, 1)


@pytest.mark.parametrize(("typed", "chapters"), [("드론", ["88"]), ("smartphones", ["85"]), ("전기차", ["85", "87"])])
def test_s10_a_product_that_no_chapter_is_called_by_leads_to_its_chapters(typed, chapters):
    """§S10: BK codes are mapped to chapters of the HS."""
    assert codes.search(HS, typed).is_of_product
    assert found(HS, typed) == chapters
    assert not codes.search(HS, "99").rows
    assert not codes.search(HS, "없는상품").is_of_product


def test_s10_pages_hold_ten_and_end():
    """§S10: and a page out of bounds is the nearest one."""
    first, last = codes.search(HS, "의"), codes.search(HS, "의", 99)

    assert first.total == last.total > 10
    assert len(first.rows) == 10
    assert last.page == first.pages == -(-first.total // 10)
    assert codes.search(HS, "의", -3) == first


def test_s10_more_than_ten_pages_are_cut_off():
    """§S10: a hundred rows are shown."""
    HsCode.objects.bulk_create(
        HsCode(code=f"09{n:04}", name_ko="향", name_en="Spice", revision=2022) for n in range(101)
    )
    many = codes.search(HS, "spice", 11)

    assert many.is_cut_off
    assert (many.page, len(many.rows), list(many.page_numbers)) == (10, 10, list(range(1, 11)))


@pytest.mark.parametrize("typed", ["", " ", "..", "-", "'", "가" * 81])
def test_s10_nothing_to_look_for_is_refused(typed):
    """§S10: and so is far too much."""
    with pytest.raises(NoKeyword):
        codes.search(HS, typed)


@pytest.mark.parametrize("typed", ["커\x00피", "커\u202e피", "09\u200b01", "\ud800"])
def test_s10_what_nobody_sees_is_refused(typed):
    """§S10: a code with it is no code."""
    with pytest.raises(UnreadableKeyword):
        codes.search(HS, typed)
    assert codes.find(HS, typed) is None


@pytest.mark.parametrize("typed", ["", "커피", "09a", "0" * 11, "9" * 5000, "٠٩", "²"])
def test_s10_what_is_no_code_finds_none(typed):
    """§S10: other scripts' digits among it."""
    assert codes.find(HS, typed) is None
    assert codes.nearest(HS, typed) is None


class AnyKeywordTest(TestCase):
    """§S10: whatever is typed."""

    @given(typed=st.text(max_size=90), page=st.integers(), kind=st.sampled_from([HS, BK]))
    def test_s10_no_keyword_raises_anything_but_a_refusal(self, typed, page, kind):
        """§S10: and no page holds more than ten."""
        try:
            page_found = codes.search(kind, typed, page)
        except RuleViolation:
            return
        assert len(page_found.rows) <= 10


# --- The fields ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("typed", ["0901", "09.01", "０９０１ ", "09-01"])
def test_s10_a_typed_code_becomes_its_row(coffee, typed):
    """§S10: however it is spelled."""
    field = HsCodeField(required=False)

    assert field.clean(typed) == HsCode.objects.get(code="0901")
    assert field.clean(field.clean(typed)) == field.clean(typed)
    assert field.clean("") is field.clean(None) is None
    assert BkCodeField().clean("02-01").name_ko == "면류와 쌀 가공품"


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("커피", "HS코드를 숫자 2, 4, 6자리나 10자리로 입력해 주세요. 예: 09"),
        ("090", "HS코드를 숫자 2, 4, 6자리나 10자리로 입력해 주세요. 예: 09"),
        ("09011", "HS코드를 숫자 2, 4, 6자리나 10자리로 입력해 주세요. 예: 09"),
        ("0901112", "HS코드를 숫자 2, 4, 6자리나 10자리로 입력해 주세요. 예: 09"),
        ("7700", "목록에 없는 코드입니다. 번호를 다시 확인하거나 찾아서 골라 주세요."),
        ("090122", "목록에 없는 코드입니다. 가장 가까운 코드 0901(커피)를 입력하거나 찾아서 골라 주세요."),
        ("0909", "더 이상 쓰지 않는 코드입니다. 새 코드를 찾아서 골라 주세요."),
        ("09\u202e", "보이지 않는 문자가 들어 있습니다. 지우고 다시 입력해 주세요."),
        ("9" * 5000, "너무 깁니다. 줄여서 다시 입력해 주세요."),
    ],
)
def test_s10_a_wrong_code_is_told_what_is_wrong(coffee, typed, sentence):
    """§S10: no code, no such code, a code of the past."""
    with pytest.raises(forms.ValidationError) as refusal:
        HsCodeField().clean(typed)
    assert refusal.value.messages == [sentence]


def test_s10_a_wrong_bk_code_is_told_what_is_wrong():
    """§S10: likewise."""
    field = BkCodeField()
    messages = {}
    for typed in ("면류", "0299", "77"):
        with pytest.raises(forms.ValidationError) as refusal:
            field.clean(typed)
        messages[typed] = refusal.value.messages[0].split(".")[0]
    assert messages == {
        "면류": "BK코드를 숫자로 입력해 주세요",
        "0299": "목록에 없는 코드입니다",
        "77": "목록에 없는 코드입니다",
    }


def test_s10_a_withdrawn_code_stays_where_it_stands(coffee):
    """§S10: a member's row that names it can still be saved."""
    assert HsCodeField(stays={"0909"}).clean("0909").code == "0909"


def test_s10_a_form_shows_a_row_as_its_code(coffee):
    """§S10: and the same code spelled otherwise is no change."""
    field = HsCodeField(required=False)
    row = HsCode.objects.get(code="0901")

    assert (field.prepare_value(row), field.prepare_value("09.9")) == ("0901", "09.9")
    assert not field.has_changed(row, "09.01")
    assert not field.has_changed("0901", "0901")
    assert not field.has_changed(None, "")
    assert field.has_changed(row, "0902")
    assert field.has_changed(row, "")
    assert field.has_changed(row, "커피")


def test_s11_the_main_product_is_chosen_from_groups_of_bk_codes():
    """§S11: 대표품목: each group with its items; withdrawn ones are gone."""
    BkCode.objects.filter(code="0101").update(withdrawn_on=LONG_AGO)
    choices = bk_choices()

    assert len(choices) == 20
    assert choices[0] == ("농수산물", choices[0][1])
    assert choices[0][1][0] == ("0102", "농수산물 - 채소와 버섯")
    assert choices[-1] == ("기타", [("9999", "기타 - 기타")])
    with translation.override("en"):
        assert bk_choices()[-1] == ("Other", [("9999", "Other - Other")])


def test_s11_the_choices_take_one_question_to_the_database(django_assert_num_queries):
    """§S11: not one for each item."""
    with django_assert_num_queries(1):
        bk_choices()


# --- The pages -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", [HS, BK], ids=lambda kind: kind.name)
@pytest.mark.parametrize("back", ["/my/interests/", "/signup/interests/"])
def test_s10_the_page_works_without_javascript(get, kind, back):
    """§S10: each code has a button that leads back with it."""
    page = get(kind, q="09", **{"return": back})
    html = page.content.decode()

    assert page.status_code == 200
    assert "reference/codes.html" in [template.name for template in page.templates]
    assert f'<form method="get" action="{back}">' in html
    assert f'<input type="hidden" name="{kind.name}" value="09">' in html
    assert "data-code=" not in html


def test_s10_the_page_shows_code_and_both_names(get, coffee):
    """§S10: whatever the language of the page."""
    html = get(HS, q="090111").content.decode()

    assert '<strong class="number">090111</strong> 볶지 않은 커피</p>' in html
    assert 'lang="en">Coffee, not roasted<' in html
    english = get(HS, q="090111", headers={"Cookie": "language=en"}).content.decode()
    assert '<strong class="number">090111</strong> Coffee, not roasted</p>' in english
    assert 'lang="ko">볶지 않은 커피<' in english


@pytest.mark.parametrize("typed", ["09", "coffee", "0999", "7799", "없는 상품", "", "\u202e"])
@pytest.mark.parametrize("kind", [HS, BK], ids=lambda kind: kind.name)
def test_d22_the_page_is_in_english(client, kind, typed):
    """§D22: but for the Korean names, which are marked as such."""
    client.cookies["language"] = "en"
    page = client.get(reverse(kind.url_name), {"q": typed}).content.decode().replace(typed or "한국어", "")
    texts = re.sub(r'lang="ko">[^<]*<', "", page)

    assert re.findall(".*[가-힣].*", texts.replace("한국어", "")) == []


@pytest.mark.parametrize("kind", [HS, BK], ids=lambda kind: kind.name)
def test_s10_the_dialog_gets_the_rows_alone(get, kind):
    """§S10: with buttons that fill the code in."""
    html = get(kind, HTMX, q="09").content.decode()
    row = kind.model.objects.get(code="09")

    assert "<html" not in html
    assert f'data-code="09" data-name="{row.name_ko}"' in html
    assert f'id="{kind.name}-count" hx-swap-oob="innerHTML"' in html


@pytest.mark.parametrize("back", ["https://evil.example/", "//evil.example", "/admin/", "/my/interests", "", "/my/"])
def test_s10_only_the_forms_that_ask_are_returned_to(get, back):
    """§S10: the page is no way to somewhere else."""
    page = get(HS, q="09", **{"return": back})

    assert page.context["return_path"] is None
    assert 'name="hs_code"' not in page.content.decode()


def test_s10_pages_keep_the_way_back(get):
    """§S10: and the dialog's pages stay in the dialog."""
    html = get(HS, q="의", page="2", **{"return": "/my/interests/"}).content.decode()
    panel = get(HS, HTMX, q="의", page="2").content.decode()

    assert "&amp;page=1&amp;return=/my/interests/" in html
    assert 'hx-target="#hs_code-results"' in panel


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("", "찾을 코드나 상품 이름을 80자 이내로 입력해 주세요."),
        ("..", "찾을 코드나 상품 이름을 80자 이내로 입력해 주세요."),
        ("가" * 10_000, "80자 이내로 입력해 주세요."),
        ("커피\x00", "보이지 않는 문자가 들어 있습니다."),
        ("없는상품", "찾은 코드가 없습니다."),
        ("0999", "그 번호로 시작하는 코드가 없어 가장 가까운 코드를 보여 드립니다."),
        ("커피", "코드 1건을 찾았습니다."),
        ("<script>alert(1)</script>", "찾은 코드가 없습니다."),
    ],
)
@pytest.mark.parametrize("headers", [None, HTMX], ids=["page", "dialog"])
def test_s10_the_page_says_what_was_found_and_what_is_wrong(get, typed, sentence, headers):
    """§S10: in the dialog too."""
    page = get(HS, headers, q=typed)

    assert page.status_code == 200
    assert sentence in page.content.decode()
    assert "<script>alert" not in page.content.decode()


@pytest.mark.parametrize("page", ["", "0", "-1", "abc", "９", "9" * 20, "2\x00", "1.5"])
def test_s10_a_strange_page_number_shows_a_page(get, page):
    """§S10: the first one, or the nearest."""
    assert get(HS, q="의", page=page).status_code == 200


@pytest.mark.parametrize("method", ["post", "put", "delete", "patch"])
def test_s10_the_pages_are_only_read(client, method):
    """§S10: looking up changes nothing."""
    assert {getattr(client, method)(reverse(kind.url_name)).status_code for kind in (HS, BK)} == {405}


# --- The panel -------------------------------------------------------------------------------------------------------


class InterestForm(forms.Form):
    """As a form that asks for a code."""

    hs_code = HsCodeField(required=False)


def render(form, parameters=""):
    panel = f'{{% include "reference/_code_panel.html" with field=form.hs_code kind_name="hs_code" {parameters} %}}'
    return Template(panel).render(Context({"form": form, "keep_url": "/my/interests/keep/"}))


def test_s10_the_panel_posts_to_its_form_without_javascript():
    """§S10: which keeps what was typed and goes to the search; ``go`` may name the row."""
    html = render(InterestForm())

    assert 'formaction="/my/interests/keep/" formnovalidate name="go" value="hs_code"' in html
    assert 'data-code-open="hs_code" data-code-input="id_hs_code"' in html
    assert 'name="go" value="hs_code-3"' in render(InterestForm(), 'go="hs_code-3"')


@pytest.mark.parametrize("form", [InterestForm({"hs_code": "0.9"}), InterestForm(initial={"hs_code": "09"})])
def test_s10_the_panel_shows_the_name_of_the_code_that_stands_there(form):
    """§S10: code and name."""
    assert "data-code-name>커피·차·마테·향신료</p>" in render(form)


@pytest.mark.parametrize("typed", ["", "커피", "0999", "<b>"])
def test_s10_the_panel_shows_no_name_where_there_is_no_such_code(typed):
    """§S10: the field says what is wrong."""
    assert "data-code-name></p>" in render(InterestForm({"hs_code": typed}))
