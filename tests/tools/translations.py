"""The English catalogue: extracted from the source, checked and compiled, without gettext's own programs.

``python -m tests.tools.translations --update`` brings the .po up to date (translations stay, obsolete ones go) and
compiles the .mo; ``--check`` changes nothing and fails, saying what to do, when either is not up to date, when
something is not translated, or when a translation has other placeholders than its source. Korean is the source.
"""

import io
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import django
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.conf import settings
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parents[2]
PO = ROOT / "kotra_portal/locale/en/LC_MESSAGES/django.po"
MO = PO.with_suffix(".mo")
CODE = ("accounts", "companies", "kotra_portal", "mileage")
KEYWORDS = DEFAULT_KEYWORDS | {
    name + "_lazy": DEFAULT_KEYWORDS[name] for name in ("gettext", "ngettext", "pgettext", "npgettext")
}
KEYWORDS["_t"] = None  # gettext's name in modules where _ is the lazy one
PLACEHOLDER = re.compile(r"%(?:\(\w+\))?[sd]|\{\w*\}")


class EnglishCatalog(Catalog):
    """A catalogue whose head holds no dates and no program's version, so that only real changes change the file."""

    mime_headers = (
        ("Project-Id-Version", "kotra-portal"),
        ("Language", "en"),
        ("MIME-Version", "1.0"),
        ("Content-Type", "text/plain; charset=utf-8"),
        ("Content-Transfer-Encoding", "8bit"),
        ("Plural-Forms", "nplurals=2; plural=(n != 1);"),
    )


def main(arguments: list[str]) -> int:
    """Run the command; return its exit status."""
    if arguments not in (["--check"], ["--update"]):
        sys.stderr.write(f"{__doc__}\n")
        return 2
    catalog = extracted()
    if PO.exists():
        with PO.open("rb") as file:
            keep_translations(catalog, read_po(file, locale="en", charset="utf-8"))
    if arguments == ["--update"]:
        PO.parent.mkdir(parents=True, exist_ok=True)
        PO.write_bytes(po_bytes(catalog))
        MO.write_bytes(mo_bytes(catalog))
    found = problems(catalog)
    for problem in found:
        sys.stdout.write(problem + "\n")
    if found:
        sys.stdout.write(f"{len(found)} problems in {PO.relative_to(ROOT)}: edit it, then run make translations.\n")
    return 1 if found else 0


def extracted() -> EnglishCatalog:
    """Collect every message of our own code and templates, in the order of the files, none translated yet."""
    if not settings.configured:
        settings.configure()  # templatize asks for the settings' defaults
        django.setup()
    catalog = EnglishCatalog(locale="en", fuzzy=False, header_comment="# The portal's texts in English.")
    for path, source in sources():
        name = path.relative_to(ROOT).as_posix()
        text = source if path.suffix == ".py" else unindented(templatize(source, origin=name))
        for line, message, _comments, context in extract("python", io.BytesIO(text.encode()), keywords=KEYWORDS):
            catalog.add(message, locations=[(name, line)], context=context)
    return catalog


def unindented(text: str) -> str:
    """Let the extractor of Python read what was a template, whose indentation means nothing."""
    return "\n".join(line.lstrip() for line in text.split("\n"))


def sources() -> Iterator[tuple[Path, str]]:
    """Walk through the files that may hold texts, in a stable order."""
    code = [path for folder in CODE for path in (ROOT / folder).rglob("*.py") if "migrations" not in path.parts]
    templates = [path for path in (ROOT / "templates").rglob("*") if path.suffix in {".html", ".txt"}]
    for path in sorted(code) + sorted(templates):
        yield path, path.read_text(encoding="utf-8")


def keep_translations(catalog: Catalog, old: Catalog) -> None:
    """Copy the translations, and the marks of doubt, of messages that are still there."""
    for message in catalog:
        known = old.get(message.id, context=message.context) if message.id else None
        if known and isinstance(known.id, tuple) == isinstance(message.id, tuple):
            message.string = known.string
            message.flags |= known.flags & {"fuzzy"}
            message.user_comments = known.user_comments


def po_bytes(catalog: Catalog) -> bytes:
    """Write the catalogue as people edit it; without line numbers, which change with every edit of the source."""
    buffer = io.BytesIO()
    write_po(buffer, catalog, width=120, include_lineno=False, omit_header=False)
    return buffer.getvalue()


def mo_bytes(catalog: Catalog) -> bytes:
    """Compile the catalogue as the portal reads it."""
    buffer = io.BytesIO()
    write_mo(buffer, catalog)
    return buffer.getvalue()


def problems(catalog: Catalog) -> list[str]:
    """List what is wrong, one sentence each."""
    found = [problem for message in catalog if message.id for problem in problems_of(message)]
    if not PO.exists() or PO.read_bytes() != po_bytes(catalog):
        found.append("The .po does not hold what the source holds.")
    if not MO.exists() or MO.read_bytes() != mo_bytes(catalog):
        found.append("The .mo was not compiled from this .po.")
    return found


def problems_of(message: Message) -> Iterator[str]:
    """Tell what is wrong with one translation."""
    sources = message.id if isinstance(message.id, tuple) else (message.id,)
    strings = message.string if isinstance(message.string, tuple) else (message.string,)
    place = f"{message.locations[0][0]}: {sources[0]!r}"
    if not strings or not all(strings):
        yield f"{place} is not translated."
        return
    if message.fuzzy:
        yield f"{place} is marked fuzzy."
    wanted = placeholders("".join(sources))
    if any(not placeholders(string) <= wanted for string in strings) or placeholders(strings[-1]) != wanted:
        yield f"{place} has other placeholders than its translation."


def placeholders(text: str) -> set[str]:
    """Find what is filled in later."""
    return set(PLACEHOLDER.findall(text.replace("%%", "")))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
