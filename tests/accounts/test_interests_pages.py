"""관심품목·지역: the page of 마이KOTRA and the one within the sign-up (§S10, §S13)."""

import re

import pytest
from django.test import Client

from accounts.domain import interests as rules
from accounts.domain.interests import EmptyItem, Item, NoSuchCountry, NoSuchItem, SameItem
from accounts.models import Door, InterestItem, MemberEvent, User
from kotra_portal.kept import kept
from kotra_portal.reference.models import BkCode, HsCode
from tests import make
from tests.accounts.people import NOW, errors

pytestmark = [pytest.mark.django_db, pytest.mark.once]

MY, SIGNUP = "/my/interests/", "/signup/interests/"
ITEMS, COUNTRIES = "/my/interests/items/", "/my/interests/countries/"
FINISH = "/signup/interests/finish/"
EMPTY = {"name_ko": "", "name_en": "", "bk_code": "", "hs_code": ""}
VERBS = [
    f"{ITEMS}add/", f"{ITEMS}change/", f"{ITEMS}remove/", f"{ITEMS}keep/", f"{ITEMS}discard/",
    f"{COUNTRIES}add/", f"{COUNTRIES}remove/",
]  # fmt: skip


@pytest.fixture
def member() -> User:
    return make.member("member1")


@pytest.fixture
def own(client, login, member) -> Client:
    """The member's browser."""
    return login(member)


@pytest.fixture
def newcomer(own) -> Client:
    """The browser of somebody who just signed up."""
    session = own.session
    session["signup_door"] = Door.INDIVIDUAL
    session.save()
    return own


@pytest.fixture
def bk() -> BkCode:
    return BkCode.objects.create(code="9901", name_ko="커피류", name_en="Coffees")


@pytest.fixture
def hs() -> HsCode:
    return HsCode.objects.create(code="0901909999", name_ko="그 밖의 커피", name_en="Other coffee", revision=2022)


def add(member: User, **parts: object) -> InterestItem:
    return rules.add_item(member, Item(**parts), now=NOW)


def names_of(member: User) -> list[str]:
    return [item.name_ko for item in rules.items_of(member)]


def text(response) -> str:
    return response.content.decode()


def said(response) -> list[str]:
    """The messages at the top of the page that an answer leads to."""
    return [str(message) for message in response.context["messages"]]


def shown(response) -> dict[str, object]:
    """What stands in the form of a row."""
    form = response.context["form"]
    return {name: form[name].value() or "" for name in form.fields}


# --- A row ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", [MY, SIGNUP])
def test_a_row_is_added_with_what_was_typed_and_its_codes_are_shown_with_their_names(newcomer, member, bk, hs, path):
    """§S10: saved at once, and said so."""
    typed = {"name_ko": " 볶은  커피 ", "name_en": "Roasted coffee", "bk_code": "9901", "hs_code": "0901.90-9999"}
    response = newcomer.post(f"{ITEMS}add/", typed | {"page": newcomer.get(path).context["page"]}, follow=True)

    assert response.redirect_chain == [(path, 302)]
    assert said(response) == ["관심품목에 추가했습니다."]
    [row] = rules.items_of(member)
    assert (row.name_ko, row.name_en, row.bk_code, row.hs_code) == ("볶은 커피", "Roasted coffee", bk, hs)
    for words in ("볶은 커피", "Roasted coffee", "9901", "커피류", "0901909999", "그 밖의 커피"):
        assert words in text(response)
    assert shown(response) == EMPTY


def test_an_empty_row_is_refused_beside_its_first_field(own, member):
    """§S10: a row must say something."""
    response = own.post(f"{ITEMS}add/", EMPTY)
    assert errors(response) == {"name_ko": [str(EmptyItem())]}
    assert names_of(member) == []


def test_the_same_row_twice_is_refused_and_stays_typed(own, member):
    """§S10: what a double click without JavaScript comes to: one row."""
    typed = EMPTY | {"name_ko": "커피"}
    own.post(f"{ITEMS}add/", typed)
    response = own.post(f"{ITEMS}add/", typed)

    assert errors(response) == {"__all__": [str(SameItem())]}
    assert shown(response) == typed
    assert names_of(member) == ["커피"]


WRONG = {
    "name_ko": "보이지\u202e않는",
    "name_en": "x" * 201,
    "bk_code": "9999999999",
    "hs_code": "123",
}


@pytest.mark.parametrize(("name", "typed"), WRONG.items())
def test_what_is_wrong_is_said_beside_its_field_and_nothing_typed_is_lost(own, member, name, typed):
    """§S10: a reload of that page shows it as typed, and not as a refusal of the browser's method."""
    sent = EMPTY | {"name_ko": "커피", name: typed}
    response = own.post(f"{ITEMS}add/", sent)

    assert list(errors(response)) == [name]
    assert shown(response) == sent
    assert shown(own.get(f"{ITEMS}add/", follow=True)) == sent
    assert names_of(member) == []


def test_a_row_is_changed_in_the_same_form(own, member, hs):
    """§S10: 고치기 fills the form with the row."""
    row = add(member, name_ko="커피", hs_code=hs)
    assert f"?item={row.pk}#item-form" in text(own.get(MY))

    page = own.get(MY, {"item": row.pk})
    assert shown(page) == EMPTY | {"name_ko": "커피", "hs_code": "0901909999"}
    response = own.post(f"{ITEMS}change/", EMPTY | {"item": row.pk, "name_ko": "볶은 커피"}, follow=True)

    assert said(response) == ["관심품목을 고쳤습니다."]
    [changed] = rules.items_of(member)
    assert (changed.pk, changed.name_ko, changed.hs_code) == (row.pk, "볶은 커피", None)
    assert response.context["form"].row is None


def test_a_row_saved_as_it_was_says_so(own, member):
    """§S10: and changes nothing."""
    row = add(member, name_ko="커피")
    response = own.post(f"{ITEMS}change/", EMPTY | {"item": row.pk, "name_ko": "커피"}, follow=True)
    assert said(response) == ["바뀐 내용이 없습니다."]


def test_a_withdrawn_code_stays_in_its_row_and_enters_no_other(own, member):
    """§S10: a code that a newer list lacks stays for the rows that name it."""
    old = HsCode.objects.create(code="0999", name_ko="옛 코드", name_en="Old", revision=2017, withdrawn_on=NOW.date())
    row = add(member, name_ko="커피", hs_code=old)

    assert own.post(f"{ITEMS}change/", EMPTY | {"item": row.pk, "name_ko": "차", "hs_code": "0999"}).status_code == 302
    assert list(errors(own.post(f"{ITEMS}add/", EMPTY | {"hs_code": "0999"}))) == ["hs_code"]


def test_the_row_of_somebody_else_is_as_one_that_does_not_exist(own, member):
    """§S10: to look at: 404; to change: the same refusal, and what was typed can be added; to remove: nothing."""
    foreign = add(make.member(), name_ko="남의 것")
    typed = EMPTY | {"name_ko": "커피"}
    for item in (foreign.pk, foreign.pk + 1000, "9" * 30, "abc", "", "\0", "-1"):
        assert own.get(MY, {"item": item}).status_code == 404
        response = own.post(f"{ITEMS}change/", typed | {"item": item})
        assert errors(response) == {"__all__": [str(NoSuchItem())]}
        assert shown(response) == typed
        assert f'action="{ITEMS}add/"' in text(response)
        own.post(f"{ITEMS}remove/", {"row": item})

    assert InterestItem.objects.get().name_ko == "남의 것"
    assert "남의 것" not in text(own.get(MY))


# --- Removing -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", [MY, SIGNUP])
def test_the_ticked_rows_are_removed(newcomer, member, path):
    """§S10: several at once; a second press says that they are gone already."""
    rows = [add(member, name_ko=name) for name in ("하나", "둘", "셋")]
    sent = {"row": [rows[0].pk, rows[1].pk], "page": newcomer.get(path).context["page"]}

    first = newcomer.post(f"{ITEMS}remove/", sent, follow=True)
    second = newcomer.post(f"{ITEMS}remove/", sent, follow=True)

    assert (first.redirect_chain, said(first)) == ([(path, 302)], ["관심품목 2개를 삭제했습니다."])
    assert said(second) == ["이미 삭제한 품목입니다."]
    assert names_of(member) == ["셋"]


@pytest.mark.parametrize(
    ("verb", "sentence"),
    [
        (f"{ITEMS}remove/", "삭제할 품목을 먼저 선택해 주세요."),
        (f"{COUNTRIES}add/", "추가할 국가를 먼저 선택해 주세요."),
        (f"{COUNTRIES}remove/", "삭제할 국가를 먼저 선택해 주세요."),
    ],
)
def test_nothing_ticked_is_said(own, verb, sentence):
    """§S10: a button without a choice."""
    assert said(own.post(verb, follow=True)) == [sentence]
    assert not MemberEvent.objects.exists()


@pytest.mark.parametrize(("part", "box"), [("items", 'name="row"'), ("countries", 'name="code"')])
def test_all_rows_are_ticked_without_javascript_too(own, member, part, box):
    """§S10: 전체 is a link there to the page with every box of that list ticked, and back."""
    for name in ("하나", "둘"):
        add(member, name_ko=name)
    rules.add_countries(member, ["VN", "DE"], now=NOW)

    def ticked(page: str) -> int:
        return len(re.findall(rf"<input[^>]*{box}[^>]*checked", text(own.get(page))))

    assert f'<a href="{MY}?tick={part}#{part}">전체 선택</a>' in text(own.get(MY))
    assert (ticked(MY), ticked(f"{MY}?tick={part}")) == (0, 2)
    assert f'<a href="{MY}#{part}">전체 선택 해제</a>' in text(own.get(f"{MY}?tick={part}"))


# --- Codes that are looked up ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(("go", "search"), [("hs_code", "/codes/hs/"), ("bk_code", "/codes/bk/")])
@pytest.mark.parametrize("path", [MY, SIGNUP])
def test_what_was_typed_is_there_again_after_a_look_up(newcomer, bk, hs, go, search, path):
    """§S10: with the code that was found, and not saved yet."""
    sent = EMPTY | {"name_ko": "커피", "go": go, "page": newcomer.get(path).context["page"]}
    response = newcomer.post(f"{ITEMS}keep/", sent)
    assert response.url == f"{search}?return={path}"
    assert f'action="{path}"' in text(newcomer.get(response.url + "&q=커피"))

    found = {"hs_code": hs.code, "bk_code": bk.code}[go]
    back = newcomer.get(path, {go: found})
    assert shown(back) == EMPTY | {"name_ko": "커피", go: found}
    assert "아직 저장하지 않았습니다" in text(back)
    assert not InterestItem.objects.exists()


def test_a_row_that_is_being_changed_is_still_that_row_after_a_look_up(own, member, hs):
    """§S10: and saving it ends what was kept."""
    row = add(member, name_ko="커피")
    own.post(f"{ITEMS}keep/", EMPTY | {"name_ko": "볶은 커피", "item": row.pk, "go": "hs_code"})

    page = own.get(MY, {"hs_code": hs.code})
    assert page.context["form"].row == row
    assert shown(page) == EMPTY | {"name_ko": "볶은 커피", "hs_code": hs.code}
    own.post(f"{ITEMS}change/", shown(page) | {"item": row.pk})

    assert rules.items_of(member).get().hs_code == hs
    assert shown(own.get(MY)) == EMPTY
    assert kept(own.session, "interest_item_typed") is None


def test_a_row_that_was_removed_meanwhile_becomes_a_new_one(own, member):
    """§S10: what was typed into it is not lost."""
    row = add(member, name_ko="커피")
    own.post(f"{ITEMS}keep/", EMPTY | {"name_ko": "볶은 커피", "item": row.pk})
    rules.remove_items(member, [row.pk], now=NOW)

    page = own.get(MY)
    assert page.context["form"].row is None
    assert shown(page)["name_ko"] == "볶은 커피"


def test_what_was_typed_of_one_row_does_not_enter_another(own, member):
    """§S10: and is there again afterwards."""
    row = add(member, name_ko="차")
    own.post(f"{ITEMS}keep/", EMPTY | {"name_ko": "커피"})

    assert shown(own.get(MY, {"item": row.pk})) == EMPTY | {"name_ko": "차"}
    own.post(f"{ITEMS}discard/", EMPTY | {"item": row.pk})
    assert shown(own.get(MY))["name_ko"] == "커피"


def test_what_was_typed_can_be_dropped(own):
    """§S10: 입력한 내용 지우기."""
    own.post(f"{ITEMS}keep/", EMPTY | {"name_ko": "커피"})
    response = own.post(f"{ITEMS}discard/", EMPTY | {"name_ko": "커피"}, follow=True)
    assert shown(response) == EMPTY


@pytest.mark.parametrize("verb", [f"{ITEMS}remove/", f"{COUNTRIES}add/", f"{COUNTRIES}remove/"])
def test_the_other_buttons_lose_nothing_of_a_row_that_is_being_typed(own, verb):
    """§S10: the page's script sends it along."""
    response = own.post(verb, EMPTY | {"name_ko": "커피"}, follow=True)
    assert shown(response)["name_ko"] == "커피"


def test_the_row_in_the_form_leaves_it_when_it_is_removed(own, member):
    """§S10: and does not come back as a new one."""
    row = add(member, name_ko="커피")
    response = own.post(f"{ITEMS}remove/", EMPTY | {"name_ko": "커피", "item": row.pk, "row": row.pk}, follow=True)
    assert shown(response) == EMPTY


# --- Countries ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("wanted", ["베트남", "Viet", "VN"])
@pytest.mark.parametrize("path", [MY, SIGNUP])
def test_a_country_is_found_by_its_name_in_either_language(newcomer, path, wanted):
    """§S10: without JavaScript by an ordinary page."""
    response = newcomer.get(path, {"country": wanted})
    assert ("VN", "베트남", False) in response.context["found"]
    assert 'value="VN"' in text(response)
    assert "country-q" in text(response)


def test_a_search_by_script_brings_the_countries_alone(own):
    """§S10: livelier with htmx."""
    response = own.get(MY, {"country": "베트남"}, headers={"HX-Request": "true"})
    assert "베트남" in text(response)
    assert "<h1" not in text(response)


@pytest.mark.parametrize(
    ("wanted", "sentence"),
    [
        ("", "찾을 국가의 이름을 입력해 주세요."),
        ("없는나라", "찾은 국가가 없습니다."),
        ("x" * 5000, "찾은 국가가 없습니다."),
        ("\0", "찾은 국가가 없습니다."),
    ],
)
def test_a_search_without_a_result_says_so(own, wanted, sentence):
    """§S10: and how to go on."""
    assert sentence in text(own.get(MY, {"country": wanted}))


@pytest.mark.parametrize("path", [MY, SIGNUP])
def test_the_ticked_countries_are_added_and_removed(newcomer, member, path):
    """§S10: several at once, saved at once; pressed twice, nothing more happens."""
    sent = {"code": ["VN", "DE"], "page": newcomer.get(path).context["page"]}

    added = [newcomer.post(f"{COUNTRIES}add/", sent, follow=True) for _press in range(2)]
    assert added[0].redirect_chain == [(path, 302)]
    assert [said(response) for response in added] == [
        ["관심지역에 국가 2곳을 추가했습니다."],
        ["이미 관심지역에 있는 국가입니다."],
    ]
    assert added[1].context["countries"] == [("DE", "독일"), ("VN", "베트남")]

    removed = [newcomer.post(f"{COUNTRIES}remove/", sent, follow=True) for _press in range(2)]
    assert [said(response) for response in removed] == [
        ["관심지역에서 국가 2곳을 삭제했습니다."],
        ["이미 삭제한 국가입니다."],
    ]
    assert rules.countries_of(member) == []


def test_a_country_that_is_saved_cannot_be_ticked_again(own, member):
    """§S10: it is shown as saved."""
    rules.add_countries(member, ["VN"], now=NOW)
    page = text(own.get(MY, {"country": "베트남"}))
    assert "저장됨" in page
    assert 'id="found-VN"' not in page
    assert "선택한 국가 추가" not in page


def test_what_is_no_country_is_refused(own, member):
    """§S10: and none is added."""
    assert said(own.post(f"{COUNTRIES}add/", {"code": ["VN", "XX"]}, follow=True)) == [str(NoSuchCountry())]
    assert rules.countries_of(member) == []


# --- The two pages --------------------------------------------------------------------------------------------------


def test_the_sign_up_shows_its_third_step_and_lets_it_be_skipped(newcomer):
    """§S13: one button ends the sign-up; nothing has to be typed."""
    page = text(newcomer.get(SIGNUP))
    assert "4단계 중 3단계" in page
    assert f'form="item-form" formaction="{FINISH}"' in page
    assert newcomer.post(FINISH, EMPTY | {"page": "signup_interests"}).url == "/signup/done/"


def test_what_was_typed_and_not_added_is_added_on_the_way(newcomer):
    """§S10, §S13: a new row, and one that was being changed."""
    typed = EMPTY | {"page": "signup_interests", "name_ko": "커피"}
    assert newcomer.post(FINISH, typed).url == "/signup/done/"
    row = InterestItem.objects.get()
    assert row.name_ko == "커피"

    assert newcomer.post(FINISH, typed | {"item": row.pk, "name_ko": "녹차"}).url == "/signup/done/"
    assert [item.name_ko for item in InterestItem.objects.all()] == ["녹차"]


def test_what_cannot_be_added_is_said_before_the_end(newcomer):
    """§S10, §S13: and stays in the form."""
    page = newcomer.post(FINISH, EMPTY | {"page": "signup_interests", "name_ko": "커피", "hs_code": "9999"})

    assert "4단계 중 3단계" in text(page)
    assert (page.context["form"]["name_ko"].value(), "hs_code" in page.context["form"].errors) == ("커피", True)
    assert not InterestItem.objects.exists()


def test_a_code_that_was_looked_up_outlives_a_search_for_countries(own):
    """§S10: without JavaScript the search leads to an address that does not name the code."""
    own.get(MY, {"hs_code": "09"})
    assert own.get(MY, {"country": "베트남"}).context["form"]["hs_code"].value() == "09"


def test_the_example_of_a_code_is_one_that_is_there(own):
    """§S10: the chapters that come with the portal, or the whole list."""
    assert "지금은 두 자리(류) 번호만 있습니다. 예: 09" in text(own.get(MY))
    HsCode.objects.create(code="0101", name_ko="말", name_en="Horses", revision=2022)
    assert "지금은 두 자리(류) 번호만" not in text(own.get(MY))


def test_who_is_not_signing_up_has_the_page_of_their_own(own):
    """§S13: no step indicator for an ordinary log-in."""
    assert own.get(SIGNUP).url == MY
    assert "4단계" not in text(own.get(MY))


def test_a_refused_row_of_the_sign_up_stays_in_the_sign_up(newcomer):
    """§S13: loaded anew, too."""
    response = newcomer.post(f"{ITEMS}add/", EMPTY | {"page": "signup_interests"})
    assert "4단계 중 3단계" in text(response)
    assert newcomer.get(f"{ITEMS}add/").url == SIGNUP


@pytest.mark.parametrize("path", ["https://evil.example/", "home", "admin:index", "", "\0"])
@pytest.mark.parametrize("verb", VERBS)
def test_no_verb_leads_to_another_page(own, verb, path):
    """§S10: whatever the hidden field says."""
    response = own.post(verb, EMPTY | {"name_ko": "커피", "page": path}, follow=True)
    assert response.redirect_chain in ([], [(MY, 302)])
    assert response.context["page"] == "interests"


@pytest.mark.parametrize("verb", VERBS)
def test_the_address_of_a_verb_opens_the_page(own, verb):
    """§S10: a page loaded anew after a refusal."""
    assert own.get(verb).url == MY


def test_the_number_of_queries_does_not_grow_with_the_rows(
    own, member, bk, hs, django_assert_max_num_queries, django_assert_num_queries
):
    """§S10: the codes come with the rows."""
    own.get(MY)
    with django_assert_max_num_queries(12) as few:
        own.get(MY)
    for number in range(12):
        add(member, name_ko=f"품목 {number}", bk_code=bk, hs_code=hs)
    rules.add_countries(member, ["VN", "DE", "US"], now=NOW)

    with django_assert_num_queries(len(few)):
        assert len(own.get(MY).context["items"]) == 12


def test_the_pages_are_in_english(client, login, bk, hs):
    """§D22: codes and countries by their English names; what was typed stays as it was."""
    member = make.member(language="en", name="Kim Suchul")
    own = login(member)
    add(member, name_en="Coffee", bk_code=bk, hs_code=hs)
    rules.add_countries(member, ["VN"], now=NOW)
    own.cookies["language"] = "en"

    page = text(own.get(MY, {"country": "Germany"}))

    for words in ("Coffees", "Other coffee", "Vietnam", "Germany"):
        assert words in page
    main = page[page.index("<main") : page.index("</main>")]
    visible = re.sub(r'<template.*?</template>|lang="ko">[^<]*', "", main, flags=re.DOTALL)
    assert re.findall("[가-힣]+", visible) == []
