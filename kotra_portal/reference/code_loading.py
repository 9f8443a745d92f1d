"""Loading lists of codes: what is new or changed is written, what a full list lacks is withdrawn, never deleted."""

import re
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import ClassVar

from django.db import transaction

from kotra_portal.reference.code_lists import CHAPTERS, CODE, NAME_EN, NAME_KO, PARENT, BadLine, Headings, Line, read
from kotra_portal.reference.codes import BK, HS, Kind, spelled
from kotra_portal.reference.models import BkCode, Code, HsCode
from kotra_portal.text import LONGEST_LINE, clean_line

BATCH = 500  # lines that are held at once
PROGRESS = 2_000  # lines between two reports
HS_DIGITS = (2, 4, 6, 10)


class UnfitCell(Exception):
    """A line says what cannot be; ``str()`` says why."""


@dataclass
class Loaded:
    """How many codes a list added, changed, left as they were and withdrew, and how many of its lines were bad.

    ``kept_back`` tells that a full list withdrew nothing because it had bad lines.
    """

    added: int = 0
    changed: int = 0
    unchanged: int = 0
    withdrawn: int = 0
    bad: int = 0
    kept_back: bool = False

    @property
    def good(self) -> int:
        """How many lines could be loaded."""
        return self.added + self.changed + self.unchanged


@dataclass(frozen=True)
class Listener:
    """Who hears of each bad line, and every so many lines how far the loading is."""

    bad_line: Callable[[BadLine], None]
    progress: Callable[[int], None]


def load_hs_codes(path: Path, *, revision: int, on: date, full: bool, listener: Listener) -> Loaded:
    """§S10: load a list of HS codes of this revision (a year).

    A full list withdraws on that day what it lacks, among codes of as many digits as it has at all (a list of chapters
    says nothing of headings), unless it has bad lines. Raises UnreadableList.
    """
    return _Hs(revision, listener).load(path, on=on if full else None)


def load_bk_codes(path: Path, *, on: date, full: bool, listener: Listener) -> Loaded:
    """§S10: load a list of BK codes: groups, and below each its items, mapped to chapters of the HS.

    A full list withdraws on that day what it lacks, unless it has bad lines. Raises UnreadableList.
    """
    return _Bk(listener).load(path, on=on if full else None)


class _Loader(ABC):
    """What both lists have in common: lines become codes, a batch of them is compared and written."""

    kind: ClassVar[Kind]
    headings: ClassVar[Headings]
    facts: ClassVar[tuple[str, ...]]

    def __init__(self, listener: Listener) -> None:
        self.listener = listener
        self.loaded = Loaded()
        self.lines_of: dict[str, int] = {}  # code → the line it stands in

    def load(self, path: Path, *, on: date | None) -> Loaded:
        """Load the file, and withdraw on that day, if one is given, what it lacks."""
        batch: list[Line] = []
        for count, line in enumerate(read(path, self.headings), start=1):
            if isinstance(line, BadLine):
                self.refuse(line.number, line.why)
            else:
                batch.append(line)
            if len(batch) == BATCH:
                self.load_batch(batch)
                batch = []
            if count % PROGRESS == 0:
                self.listener.progress(count)
        self.load_batch(batch)
        if on and self.loaded.good:
            self.withdraw_missing(on)
        return self.loaded

    def refuse(self, number: int, why: str) -> None:
        """Count a bad line and tell of it."""
        self.loaded.bad += 1
        self.listener.bad_line(BadLine(number, why))

    @transaction.atomic
    def load_batch(self, lines: list[Line]) -> None:
        """Write what is new or changed among these lines."""
        codes = self.codes_of(lines)
        before = self.kind.model.objects.in_bulk([code.code for code in codes])
        new = [code for code in codes if code.code not in before]
        changed = [code for code in codes if code.code in before and self.differ(code, before[code.code])]
        self.kind.model.objects.bulk_create(
            new + changed, update_conflicts=True, unique_fields=["code"], update_fields=[*self.facts, "withdrawn_on"]
        )
        remapped = self.map_codes(codes) - {code.code for code in new + changed}
        self.loaded.added += len(new)
        self.loaded.changed += len(changed) + len(remapped)
        self.loaded.unchanged += len(codes) - len(new) - len(changed) - len(remapped)

    def codes_of(self, lines: list[Line]) -> list[Code]:
        """Read the lines as codes, none of them twice; bad lines are refused."""
        codes = []
        for line in lines:
            try:
                code = self.code_of(line)
                if code.code in self.lines_of:
                    raise UnfitCell(f"code {code.code} stands in line {self.lines_of[code.code]} already")
            except UnfitCell as unfit:
                self.refuse(line.number, str(unfit))
            else:
                self.lines_of[code.code] = line.number
                self.accept(code)
                codes.append(code)
        return codes

    def differ(self, code: Code, before: Code) -> bool:
        """Tell whether the list says something new of a code."""
        return any(getattr(code, fact) != getattr(before, fact) for fact in (*self.facts, "withdrawn_on"))

    @abstractmethod
    def code_of(self, line: Line) -> Code:
        """Read one line; raises UnfitCell."""

    @abstractmethod
    def accept(self, code: Code) -> None:
        """Remember what later lines are checked against."""

    def map_codes(self, codes: list[Code]) -> set[str]:
        """Write what the codes are mapped to; returns those whose mapping changed."""
        return set()

    def may_withdraw(self, code: str) -> bool:
        """Tell whether the list would name this code if it were in force."""
        return True

    def spelled(self, typed: str) -> str:
        """Return the stored spelling of a code; raises UnfitCell."""
        code = spelled(self.kind, typed)
        if code is None:
            raise UnfitCell(f"{_quoted(typed)} is no code" if typed.strip() else "the code is missing")
        return code

    def withdraw_missing(self, on: date) -> None:
        """Withdraw what the list lacks, unless it has bad lines."""
        if self.loaded.bad:
            self.loaded.kept_back = True
            return
        in_force = self.kind.model.objects.filter(withdrawn_on=None).values_list("code", flat=True)
        missing = [code for code in in_force if code not in self.lines_of and self.may_withdraw(code)]
        for at in range(0, len(missing), BATCH):
            self.kind.model.objects.filter(code__in=missing[at : at + BATCH]).update(withdrawn_on=on)
        self.loaded.withdrawn = len(missing)


class _Hs(_Loader):
    kind = HS
    headings: ClassVar[Headings] = {"code": CODE, "name_ko": NAME_KO, "name_en": NAME_EN}
    facts = ("name_ko", "name_en", "revision")

    def __init__(self, revision: int, listener: Listener) -> None:
        super().__init__(listener)
        self.revision = revision
        self.digits: set[int] = set()

    def spelled(self, typed: str) -> str:
        """Digits, as many as codes have."""
        code = super().spelled(typed)
        if len(code) not in HS_DIGITS:
            why = "; was a leading zero lost?" if len(code) % 2 else ""
            raise UnfitCell(f"{_quoted(typed)} has {len(code)} digits, not 2, 4, 6 or 10{why}")
        return code

    def code_of(self, line: Line) -> HsCode:
        """Code, names and the revision that is loaded."""
        name_ko, name_en = _names(line)
        return HsCode(code=self.spelled(line.cells["code"]), name_ko=name_ko, name_en=name_en, revision=self.revision)

    def accept(self, code: HsCode) -> None:
        """Remember of how many digits the list has codes."""
        self.digits.add(len(code.code))

    def may_withdraw(self, code: str) -> bool:
        """A list of headings says nothing of chapters."""
        return len(code) in self.digits


class _Bk(_Loader):
    kind = BK
    headings: ClassVar[Headings] = {
        "code": CODE, "name_ko": NAME_KO, "name_en": NAME_EN, "parent": PARENT, "chapters": CHAPTERS,
    }  # fmt: skip
    facts = ("name_ko", "name_en", "parent_id")

    def __init__(self, listener: Listener) -> None:
        super().__init__(listener)
        in_force = BkCode.objects.filter(withdrawn_on=None).values_list("code", "parent_id")
        self.group_of: dict[str, str | None] = dict(in_force)
        self.groups = {group for group in self.group_of.values() if group}
        self.groups_of_list: set[str] = set()
        self.chapters = set(HsCode.objects.filter(code__length=2, withdrawn_on=None).values_list("code", flat=True))
        self.chapters_of: dict[str, set[str]] = {}  # of the codes of one batch

    def code_of(self, line: Line) -> BkCode:
        """Code, names and group; the chapters are kept for ``map_codes``."""
        code, (name_ko, name_en) = self.spelled(line.cells["code"]), _names(line)
        group = self.spelled(line.cells["parent"]) if line.cells["parent"].strip() else None
        self.check_group(code, group)
        chapters = set(re.findall(r"[^\s,;/]+", line.cells["chapters"]))
        if unknown := sorted(chapters - self.chapters):
            raise UnfitCell(f"there is no HS chapter {', '.join(map(_quoted, unknown))}")
        self.chapters_of.setdefault(code, chapters)
        return BkCode(code=code, name_ko=name_ko, name_en=name_en, parent_id=group)

    def check_group(self, code: str, group: str | None) -> None:
        """Two levels and no more: a group stands above its items, and is nobody's item."""
        if group is None:
            return
        if group not in self.group_of:
            raise UnfitCell(f"there is no group {group}; it must stand above its items")
        if self.group_of[group] is not None or group == code:
            raise UnfitCell(f"{group} is an item and no group")
        if code in self.groups:
            raise UnfitCell(f"{code} is a group and cannot be an item")

    def accept(self, code: BkCode) -> None:
        """Remember which codes are groups."""
        self.group_of[code.code] = code.parent_id
        if code.parent_id:
            self.groups.add(code.parent_id)
            self.groups_of_list.add(code.parent_id)

    def map_codes(self, codes: list[Code]) -> set[str]:
        """Map each code to the chapters of its line and to no others."""
        mapped = BkCode.chapters.through.objects.filter(bkcode_id__in=[code.code for code in codes])
        before = {(row.bkcode_id, row.hscode_id): row for row in mapped}
        after = {(code.code, chapter) for code in codes for chapter in self.chapters_of[code.code]}
        mapped.filter(pk__in=[row.pk for pair, row in before.items() if pair not in after]).delete()
        mapped.bulk_create(mapped.model(bkcode_id=code, hscode_id=chapter) for code, chapter in after - before.keys())
        self.chapters_of = {}
        return {code for code, _chapter in after ^ before.keys()}

    def may_withdraw(self, code: str) -> bool:
        """A group stays in force as long as the list names an item of it."""
        return code not in self.groups_of_list


def _names(line: Line) -> tuple[str, str]:
    names = {}
    for column, language in (("name_ko", "Korean"), ("name_en", "English")):
        try:
            names[column] = clean_line(line.cells[column])
        except ValueError as unfit:
            why = f"the {language} name holds what nobody can see, or more than {LONGEST_LINE:,} characters"
            raise UnfitCell(why) from unfit
    if not names["name_ko"]:
        raise UnfitCell("the Korean name is missing")
    return names["name_ko"], names["name_en"]


def _quoted(typed: str) -> str:
    """Some text of a file, so that it can be shown on a terminal."""
    shown = typed if typed.isprintable() else ascii(typed)[1:-1]
    return f"“{shown[:40]}{'…' if len(shown) > 40 else ''}”"
