"""README's index of rules, brought up to date with the marks in the code: ``python -m tests.tools.rules_index``.

The words of each rule are kept; a mark that is new gets an ellipsis to be replaced by hand. tests/test_house.py fails
when the index is not true.
"""

import re

from tests.source import ROOT, Source, modules_of_tests, sources

MARK = re.compile(r"§[CSTQD]\d+")
ROW = re.compile(r"^\| (§[CSTQD]\d+) \| ([^|]*) \|.*\|$\n", re.MULTILINE)
HEAD = "| mark | rule in short | module | test |\n|---|---|---|---|\n"
CHAPTERS = "CSTQD"


def carriers(among: list[Source]) -> dict[str, list[str]]:
    """Map each mark to the files among these that carry it."""
    found = {}
    for source in among:
        for mark in set(MARK.findall(source.text)):
            found.setdefault(mark, []).append(source.name)
    return found


def files_with_tests() -> list[Source]:
    """List the modules that hold tests; what they share shows nothing by itself."""
    return [source for source in modules_of_tests() if source.path.name.startswith("test_")]


def updated(readme: str) -> str:
    """Return README's text with the index made anew."""
    rules = dict(ROW.findall(readme))
    modules, tests = carriers(sources()), carriers(files_with_tests())
    rows = [
        f"| {mark} | {rules.get(mark, '…')} | {', '.join(modules[mark])} | {', '.join(tests.get(mark, ['…']))} |\n"
        for mark in sorted(modules, key=lambda mark: (CHAPTERS.index(mark[1]), int(mark[2:])))
    ]
    before, after = ROW.sub("", readme).split(HEAD)
    return before + HEAD + "".join(rows) + after


if __name__ == "__main__":
    path = ROOT / "README.md"
    path.write_text(updated(path.read_text(encoding="utf-8")), encoding="utf-8")
