"""What is odd about how a name is written (§D3)."""

import pytest

from companies.oddities import COMPATIBILITY, HIDDEN, MIXED, SYMBOL, oddities_of

PLAIN = [
    "", "한글무역", "㈜한글무역", "주식회사 한글·무역", "한글무역(주)", "大韓貿易", "Hangul Trading Co., Ltd.",
    "KOTRA 코트라", "한글 2공장", "3M", "김한글", "Müller", "Société Générale", "Ⅲ공장", "한글ㆍ무역", "A&B", "Смирнов",
    "田中商事", "№ 7 상회",
]  # fmt: skip
ODD = [
    ("한글\u200b무역", [HIDDEN]),
    ("한글\u3164무역", [HIDDEN, COMPATIBILITY]),
    ("\u202e역무글한", [HIDDEN]),
    ("ＡＢＣ무역", [COMPATIBILITY]),
    ("ﾊﾝｸﾞﾙ", [COMPATIBILITY]),
    ("ⓐ무역", [COMPATIBILITY, SYMBOL]),
    ("ㄱㄴ무역", [COMPATIBILITY]),
    ("S\u0430msung", [MIXED]),  # a Cyrillic а
    ("KΟTRA", [MIXED]),  # a Greek Ο
    ("\u041aOTRA 코트라", [MIXED]),
    ("한글カナ", [MIXED]),
    ("★한글무역★", [SYMBOL]),
    ("한글무역 🧾", [SYMBOL]),
]


@pytest.mark.parametrize("name", PLAIN)
def test_d3_plain_names_are_not_flagged(name):
    assert oddities_of(name) == []


@pytest.mark.parametrize(("name", "odd"), ODD)
def test_d3_what_is_odd_about_a_name_is_said(name, odd):
    assert oddities_of(name) == odd
