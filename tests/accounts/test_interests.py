"""개인관심품목 and 개인관심지역: what may be added, changed and removed, and what is refused (§S10)."""

import pytest
from django.db import IntegrityError, transaction

from accounts.domain import interests as rules
from accounts.domain.interests import EmptyItem, Item, NoSuchCountry, NoSuchItem, SameItem, TooManyItems
from accounts.models import InterestCountry, InterestItem, MemberEvent, User
from kotra_portal.reference import countries
from kotra_portal.reference.models import BkCode, HsCode
from tests import make
from tests.accounts.people import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture
def member() -> User:
    return make.member("member1")


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


def events_of(member: User) -> list[tuple]:
    return list(MemberEvent.objects.filter(member=member).values_list("kind", "at", "actor", "detail"))


# --- Adding a row ---------------------------------------------------------------------------------------------------


def test_a_row_holds_both_names_and_both_codes(member, bk, hs):
    """§S10: and the account's history says that the interests changed, not which."""
    add(member, name_ko="커피", name_en="Coffee", bk_code=bk, hs_code=hs)

    [row] = rules.items_of(member)
    assert (row.name_ko, row.name_en, row.bk_code, row.hs_code, row.since) == ("커피", "Coffee", bk, hs, NOW)
    assert events_of(member) == [("PROFILE_CHANGED", NOW, member.pk, {"fields": ["interests"]})]


@pytest.mark.parametrize("part", ["name_ko", "name_en", "bk_code", "hs_code"])
def test_one_part_is_enough(member, bk, hs, part):
    """§S10: each part may be missing."""
    value = {"name_ko": "커피", "name_en": "Coffee", "bk_code": bk, "hs_code": hs}[part]
    add(member, **{part: value})
    assert getattr(rules.items_of(member).get(), part) == value


def test_a_row_that_says_nothing_is_refused(member):
    """§S10: by the rule, and by the database."""
    with pytest.raises(EmptyItem):
        add(member)
    with pytest.raises(IntegrityError), transaction.atomic():
        InterestItem.objects.create(member=member)

    assert not rules.items_of(member).exists()
    assert events_of(member) == []


def test_there_may_be_any_number_of_rows_the_newest_first(member):
    """§S10: any number of rows."""
    for number in range(30):
        add(member, name_ko=f"품목 {number}")
    assert names_of(member) == [f"품목 {number}" for number in reversed(range(30))]


def test_a_list_without_end_is_refused(member, monkeypatch):
    """§S10: every list has a bound; after a removal there is room again."""
    monkeypatch.setattr(rules, "MAX_ITEMS", 2)
    add(member, name_ko="하나")
    second = add(member, name_ko="둘")

    with pytest.raises(TooManyItems) as refusal:
        add(member, name_ko="셋")

    assert "2개까지" in str(refusal.value)
    rules.remove_items(member, [second.pk], now=NOW)
    add(member, name_ko="셋")
    assert names_of(member) == ["셋", "하나"]


def test_the_same_row_twice_is_refused(member, bk, hs):
    """§S10: the same names, capitals aside, with the same codes."""
    add(member, name_ko="LED 조명", name_en="LED lamp", bk_code=bk, hs_code=hs)
    with pytest.raises(SameItem):
        add(member, name_ko="led 조명", name_en="Led Lamp", bk_code=bk, hs_code=hs)
    assert len(names_of(member)) == 1


@pytest.mark.parametrize("other", ["name_ko", "name_en", "bk_code", "hs_code"])
def test_a_row_that_differs_in_one_part_is_another_row(member, bk, hs, other):
    """§S10: one name under several codes is several rows."""
    parts = {"name_ko": "커피", "name_en": "Coffee", "bk_code": bk, "hs_code": hs}
    add(member, **parts)
    add(member, **{name: value for name, value in parts.items() if name != other})
    assert rules.items_of(member).count() == 2


def test_the_row_of_somebody_else_is_no_hindrance(member):
    """§S10: two members may be interested in the same."""
    add(make.member(), name_ko="커피")
    add(member, name_ko="커피")
    assert names_of(member) == ["커피"]


# --- Changing a row -------------------------------------------------------------------------------------------------


def test_a_row_can_be_changed(member, hs):
    """§S10: since when it is there stays."""
    row = add(member, name_ko="커피")
    later = NOW.replace(hour=10)

    assert rules.change_item(member, row.pk, Item(name_en="Coffee", hs_code=hs), now=later)

    [changed] = rules.items_of(member)
    assert (changed.pk, changed.name_ko, changed.name_en, changed.hs_code) == (row.pk, "", "Coffee", hs)
    assert changed.since == NOW
    assert [at for _kind, at, *_rest in events_of(member)] == [later, NOW]


def test_a_row_saved_as_it_was_is_nothing_written(member):
    """§S10: no event for no change."""
    row = add(member, name_ko="커피")
    assert not rules.change_item(member, row.pk, Item(name_ko="커피"), now=NOW)
    assert len(events_of(member)) == 1


def test_the_spelling_of_a_row_can_be_changed(member):
    """§S10: a row is no hindrance to itself."""
    row = add(member, name_en="coffee")
    assert rules.change_item(member, row.pk, Item(name_en="Coffee"), now=NOW)


def test_a_row_cannot_become_another_row(member):
    """§S10: the same row twice is refused."""
    add(member, name_ko="커피")
    row = add(member, name_ko="차")
    with pytest.raises(SameItem):
        rules.change_item(member, row.pk, Item(name_ko="커피"), now=NOW)
    assert names_of(member) == ["차", "커피"]


def test_a_row_cannot_become_empty(member):
    """§S10: a row says something."""
    row = add(member, name_ko="커피")
    with pytest.raises(EmptyItem):
        rules.change_item(member, row.pk, Item(), now=NOW)
    assert names_of(member) == ["커피"]


def test_a_full_list_can_still_be_changed(member, monkeypatch):
    """§S10: the bound is for new rows."""
    row = add(member, name_ko="커피")
    monkeypatch.setattr(rules, "MAX_ITEMS", 1)
    assert rules.change_item(member, row.pk, Item(name_ko="차"), now=NOW)


def test_the_row_of_somebody_else_is_as_one_that_does_not_exist(member):
    """§S10: the same refusal, and nothing happens."""
    foreign = add(make.member(), name_ko="커피")
    said = []
    for item_id in (foreign.pk, foreign.pk + 1000, 10**17):
        with pytest.raises(NoSuchItem) as refusal:
            rules.change_item(member, item_id, Item(name_ko="차"), now=NOW)
        said.append(str(refusal.value))

    assert len(set(said)) == 1
    assert InterestItem.objects.get().name_ko == "커피"


# --- Removing rows --------------------------------------------------------------------------------------------------


def test_rows_are_removed_and_counted(member):
    """§S10: several at once; one event."""
    rows = [add(member, name_ko=name) for name in ("하나", "둘", "셋")]

    assert rules.remove_items(member, [rows[0].pk, rows[2].pk], now=NOW) == 2

    assert names_of(member) == ["둘"]
    assert len(events_of(member)) == 3 + 1


def test_what_is_not_there_or_not_ones_own_is_not_removed(member):
    """§S10: the second press of a button, or somebody else's row, removes nothing and leaves no event."""
    foreign = add(make.member(), name_ko="커피")
    assert rules.remove_items(member, [foreign.pk, foreign.pk + 1000, 10**17], now=NOW) == 0
    assert InterestItem.objects.get() == foreign
    assert events_of(member) == []


# --- Countries ------------------------------------------------------------------------------------------------------


def test_countries_are_added_and_counted(member):
    """§S10: any number at once; those that are there already are no second row."""
    assert rules.add_countries(member, ["VN", "DE"], now=NOW) == 2
    assert rules.add_countries(member, ["DE", "US", "US"], now=NOW) == 1

    assert rules.countries_of(member) == ["DE", "US", "VN"]
    assert [kind for kind, *_rest in events_of(member)] == ["PROFILE_CHANGED"] * 2


def test_all_countries_may_be_chosen(member):
    """§S10: any number of countries; there are no more than there are."""
    every = [code for code, _name in countries.countries()]
    assert rules.add_countries(member, every, now=NOW) == len(every)
    assert rules.add_countries(member, every, now=NOW) == 0
    assert len(events_of(member)) == 1


@pytest.mark.parametrize("code", ["XX", "", "vn", "KOR", "0", "\0"])
def test_what_is_no_country_is_refused(member, code):
    """§S10: and then none of the others is added either."""
    with pytest.raises(NoSuchCountry):
        rules.add_countries(member, ["VN", code], now=NOW)
    assert rules.countries_of(member) == []


def test_countries_are_removed_and_counted(member):
    """§S10: one's own, and those that are there."""
    other = make.member()
    rules.add_countries(member, ["VN", "DE"], now=NOW)
    rules.add_countries(other, ["US"], now=NOW)

    assert rules.remove_countries(member, ["VN", "US", "XX", "\0"], now=NOW) == 1
    assert rules.remove_countries(member, ["VN", "US", "XX"], now=NOW) == 0

    assert rules.countries_of(member) == ["DE"]
    assert rules.countries_of(other) == ["US"]
    assert len(events_of(member)) == 2


def test_a_country_is_one_row_in_the_database(member):
    """§S10: whatever the code does."""
    rules.add_countries(member, ["VN"], now=NOW)
    with pytest.raises(IntegrityError), transaction.atomic():
        InterestCountry.objects.create(member=member, country="VN")
