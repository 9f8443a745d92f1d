"""Lists of codes as files: CSV or TSV with headings, in UTF-8 or in Korean Windows' encoding, read line by line."""

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

# Tried in this order; whatever is valid UTF-8 is UTF-8.
ENCODINGS = ("utf-8-sig", "cp949")
# What a column may be called, whatever the spaces and capitals; the second one is the customs service's own.
CODE = ("code", "HS부호", "HS코드", "HS Code", "BK코드", "BK Code", "코드")
NAME_KO = ("name_ko", "한글품목명", "품목명(한글)", "상품명(한글)")
NAME_EN = ("name_en", "영문품목명", "품목명(영문)", "상품명(영문)")
PARENT = ("parent", "상위코드")
CHAPTERS = ("chapters", "HS류")
Headings = Mapping[str, tuple[str, ...]]


class UnreadableList(Exception):
    """The file as a whole cannot be read; ``str()`` says why."""


@dataclass(frozen=True)
class Line:
    """One line of the list: its number in the file (the headings are line 1) and its cells by column."""

    number: int
    cells: dict[str, str]


@dataclass(frozen=True)
class BadLine:
    """One line that cannot be read or loaded, and why."""

    number: int
    why: str

    def __str__(self) -> str:
        return f"line {self.number}: {self.why}"


def read(path: Path, headings: Headings) -> Iterator[Line | BadLine]:
    """Every line below the headings that is not empty; columns that ``headings`` does not ask for are passed over.

    Raises UnreadableList when the file is not there, is in no known encoding, or lacks a column.
    """
    try:
        with path.open(encoding=_encoding(path), newline="") as file:
            yield from _lines(file, headings)
    except OSError as missing:
        raise UnreadableList(f"{path} cannot be read: {missing.strerror}") from missing


def _encoding(path: Path) -> str:
    for encoding in ENCODINGS:
        try:
            with path.open(encoding=encoding) as file:
                for _line in file:
                    pass
        except UnicodeDecodeError:
            continue
        return encoding
    raise UnreadableList(f"{path} is neither in UTF-8 nor in CP949")


def _lines(file: TextIO, headings: Headings) -> Iterator[Line | BadLine]:
    first = file.readline()
    rows = csv.reader(file, delimiter="\t" if "\t" in first else ",")
    columns = _columns(first, headings)
    number = 2
    while True:
        try:
            row = next(rows)
        except StopIteration:
            return
        except csv.Error as broken:
            yield BadLine(number, str(broken))
        else:
            if any(cell.strip() for cell in row):
                yield Line(number, {name: row[at] if at < len(row) else "" for name, at in columns.items()})
        number = rows.line_num + 2


def _columns(first: str, headings: Headings) -> dict[str, int]:
    row = next(csv.reader([first], delimiter="\t" if "\t" in first else ","), [])
    called = [_plain(cell) for cell in row]
    columns = {
        name: next((at for at, heading in enumerate(called) if heading in map(_plain, known)), None)
        for name, known in headings.items()
    }
    if missing := [known[0] for name, known in headings.items() if columns[name] is None]:
        raise UnreadableList(
            f"the first line lacks the headings {', '.join(missing)}; it has {', '.join(row) or 'none'}"
        )
    return columns


def _plain(heading: str) -> str:
    return "".join(heading.split()).casefold()
