"""회원분류 안내: the manual's table, rendered from the matrix."""

from html.parser import HTMLParser

import pytest

from kotra_portal.permissions import MATRIX, MemberType
from tests.test_matrix import CELLS

pytestmark = pytest.mark.django_db


class Table(HTMLParser):
    """The rows of the page's table as lists of (tag, scope, words)."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[list[tuple[str, str | None, str]]] = []
        self.caption = ""
        self._within: str | None = None
        self._cell: tuple[str, str | None] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "tr":
            self.rows.append([])
        if tag in {"th", "td", "caption"}:
            self._within = tag
            self._cell = (tag, dict(attrs).get("scope"))
            if tag != "caption":
                self.rows[-1].append((*self._cell, ""))

    def handle_endtag(self, tag: str) -> None:
        if tag == self._within:
            self._within = None

    def handle_data(self, words: str) -> None:
        if self._within == "caption":
            self.caption += words
        elif self._within:
            tag, scope, before = self.rows[-1][-1]
            self.rows[-1][-1] = (tag, scope, f"{before} {words.strip()}".strip())


@pytest.fixture
def table(client) -> Table:
    found = Table()
    found.feed(client.get("/guide/membership/").content.decode())
    return found


def test_c6_the_table_equals_the_matrix_cell_by_cell(table):
    """§C6: the page that explains membership is rendered from the one table."""
    expected = [["O" if member_type in holders else "X" for member_type in MemberType] for _, holders in MATRIX]
    marks = [[words.split()[0] for tag, _, words in row if tag == "td"] for row in table.rows[2:]]
    assert marks == expected


def test_c6_the_table_equals_the_manual_cell_by_cell(table):
    """§C6: against the copy typed by hand, by the names that stand beside the cells."""
    shown = {}
    for row in table.rows[2:]:
        for name in row[0][2].split(" / "):
            shown[name] = [words.split()[0] == "O" for tag, _, words in row if tag == "td"]
    typed: dict[str, list[bool]] = {}
    for permission, _, open_ in CELLS:
        typed.setdefault(str(permission.label), []).append(open_)
    assert shown == typed


def test_the_table_says_o_and_x_in_words_too(table):
    words = {cell for row in table.rows[2:] for tag, _, cell in row if tag == "td"}
    assert words == {"O 이용할 수 있음", "X 이용할 수 없음"}


def test_the_table_has_a_caption_and_its_heads_have_scopes(table):
    heads = [(words, scope) for row in table.rows for tag, scope, words in row if tag == "th"]
    assert table.caption
    assert all(scope in {"col", "colgroup", "row"} for _, scope in heads)
    assert ("기업회원", "colgroup") in heads
    assert [words for words, _ in heads if words in MemberType.labels] == ["개인회원", "MASTER", "정회원", "준회원"]


@pytest.mark.parametrize(
    "sentence",
    [
        "사업자등록번호를 등록하지 않은 회원",
        "소속 기업의 사업자등록번호를 KOTRA에 최초로 등록한 회원",
        "이미 KOTRA에 등록된 기업과 관계를 설정",
        "MASTER에게 승인받은 준회원",
        "별도의 기업 아이디가 없습니다",
    ],
)
def test_c1_to_c5_each_type_is_defined_as_the_manual_does(client, sentence):
    """§C1, §C2, §C3, §C4, §C5: who is what."""
    assert sentence in client.get("/guide/membership/").content.decode()
