"""§S10: 개인관심지역: countries by their Korean and English names."""

import pytest
from django.utils import translation
from django_countries.data import COUNTRIES

from kotra_portal.reference import countries as rules
from kotra_portal.reference.countries import countries, search_countries

NAMES = {
    "KR": ("대한민국", "South Korea"),
    "KP": ("북한", "North Korea"),
    "TW": ("대만", "Taiwan"),
    "HK": ("홍콩", "Hong Kong"),
    "AU": ("호주", "Australia"),
    "RO": ("루마니아", "Romania"),
    "SC": ("세이셸", "Seychelles"),
    "TR": ("튀르키예", "Türkiye"),
    "VN": ("베트남", "Vietnam"),
    "US": ("미국", "United States"),
}


def test_s10_our_names_are_those_of_the_countries_there_are():
    """§S10: a code that the package learns needs a name of ours."""
    with rules.NAMES.open(encoding="utf-8") as file:
        ours = [line.split("\t")[0] for line in file][1:]
    assert sorted(ours) == sorted(COUNTRIES)


@pytest.mark.parametrize("language", ["ko", "en"])
def test_s10_every_country_has_a_name_of_its_own_in_the_readers_language(language):
    """§S10: in the order of those names."""
    with translation.override(language):
        listed = countries()
    names = [name for _code, name in listed]

    assert len(set(names)) == len(listed) == len(COUNTRIES)
    assert all(("가" <= name[0] <= "힣") == (language == "ko") for name in names)
    assert names[:2] == {"ko": ["가나", "가봉"], "en": ["Afghanistan", "Åland Islands"]}[language]
    assert names[-1] == {"ko": "홍콩", "en": "Zimbabwe"}[language]


@pytest.mark.parametrize(("code", "names"), NAMES.items())
def test_s10_countries_are_called_as_people_call_them(code, names):
    """§S10: 북한, not the name it gives itself."""
    with translation.override("en"):
        english = dict(countries())[code]
    assert (dict(countries())[code], english) == names


@pytest.mark.parametrize("language", ["ko", "en"])
@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("북한", "KP"), ("north korea", "KP"), ("kp", "KP"), ("한국", "KR"), ("Republic of Korea", "KR"), ("UAE", "AE"),
        ("남아프리카 공화국", "ZA"), ("cote d'ivoire", "CI"), ("COTE", "CI"), ("터키", "TR"), ("turkiye", "TR"),
        ("타이완", "TW"), ("홍콩", "HK"), ("ＵＳ", "US"), (" viet nam ", "VN"), ("영국", "GB"), ("in", "IN"),
    ],
)  # fmt: skip
def test_s10_a_country_is_found_by_either_language_and_by_its_code(typed, code, language):
    """§S10: whatever the language of the page; the country of that very code comes first."""
    with translation.override(language):
        found = search_countries(typed)
        assert (code, dict(countries())[code]) in found
        assert typed != "in" or found[0][0] == "IN"


@pytest.mark.parametrize("typed", ["", " ", "-", "없는나라", "korea\x00", "\u202e", "a" * 5000, "%", "xq"])
def test_s10_nothing_that_can_be_read_finds_no_country(typed):
    """§S10: and breaks nothing."""
    assert search_countries(typed) == []


def test_s10_a_country_without_a_name_of_ours_is_called_in_english(monkeypatch):
    """§S10: until somebody writes its Korean name."""
    monkeypatch.setitem(rules.COUNTRIES, "XK", "Kosovo")
    rules._all.cache_clear()
    try:
        assert search_countries("kosovo") == [("XK", "Kosovo")]
    finally:
        rules._all.cache_clear()
