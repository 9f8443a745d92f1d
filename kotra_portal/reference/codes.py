"""HS codes and BK codes: what forms look up, by code or by name. Loading the lists stands in ``code_lists.py``."""

import re
from dataclasses import dataclass, replace

from django.db.models import Q, QuerySet
from django.db.models.functions import Length
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from kotra_portal.errors import RuleViolation
from kotra_portal.reference.models import BkCode, Code, HsCode
from kotra_portal.reference.paging import MAX_PAGES, PAGE_SIZE, Page
from kotra_portal.text import INVISIBLE_CHARACTERS, LONGEST_LINE, clean_line, half_width

MAX_KEYWORD = 80

_SEPARATORS = re.compile(r"[\s.·\-\u2010-\u2015]")


@dataclass(frozen=True)
class Kind:
    """A list of codes: ``name`` is what buttons and query strings call a code of it (``hs_code``)."""

    name: str
    url_name: str
    model: type[Code]
    spelling: re.Pattern[str]
    title: Promise
    hint: Promise


HS = Kind(
    "hs_code", "hs_codes", HsCode, re.compile(r"[0-9]{1,10}"),
    _("HS코드 찾기"), _("코드의 앞자리나 상품 이름으로 찾습니다. 예: 09, 커피, coffee"),
)  # fmt: skip
BK = Kind(
    "bk_code", "bk_codes", BkCode, re.compile(r"[0-9A-Z]{1,10}"),
    _("BK코드 찾기"), _("코드의 앞자리나 품목 이름으로 찾습니다. 예: 01, 화장품, cosmetics"),
)  # fmt: skip
KINDS = {kind.name: kind for kind in (HS, BK)}


class UnreadableKeyword(RuleViolation):
    """The keyword holds what nobody can see."""

    sentence = INVISIBLE_CHARACTERS
    field = "q"


class NoKeyword(RuleViolation):
    """Nothing to look for, or far too much."""

    sentence = _("찾을 코드나 상품 이름을 80자 이내로 입력해 주세요.")
    field = "q"


@dataclass(frozen=True)
class Row:
    """One code that was found, and the wider codes above it, the widest first."""

    code: Code
    above: tuple[Code, ...]


@dataclass(frozen=True)
class Found(Page):
    """One page of the rows that were found.

    ``is_nearest`` tells that no code begins as it was typed, and that the rows are the nearest wider one;
    ``is_of_product`` that no name holds the words, and that the rows are the chapters of a BK code whose name does.
    """

    is_nearest: bool = False
    is_of_product: bool = False


def spelled(kind: Kind, typed: str) -> str | None:
    """The stored spelling of a typed code (0901.11, 09-01, ０９ → digits alone), or None when it is no code.

    A shape that the list cannot hold (three digits) is a code all the same: the beginning of one.
    """
    try:
        code = _SEPARATORS.sub("", clean_line(half_width(typed))).upper()
    except ValueError:
        return None
    return code if kind.spelling.fullmatch(code) else None


def find(kind: Kind, typed: str) -> Code | None:
    """§S10: exactly this code, one that is withdrawn too (``withdrawn_on``), or None."""
    code = spelled(kind, typed)
    return kind.model.objects.filter(code=code).first() if code else None


def has_more_than_chapters() -> bool:
    """§S10: whether longer HS codes than the two digits of a chapter are loaded."""
    return HsCode.objects.alias(digits=Length("code")).filter(digits__gt=2).exists()


def nearest(kind: Kind, typed: str) -> Code | None:
    """The longest code in force that the typed one begins with (09 for 0901.11, say), or None."""
    code = spelled(kind, typed) or ""
    beginnings = [code[:length] for length in range(1, len(code) + 1)]
    return max(_in_force(kind).filter(code__in=beginnings), key=lambda found: len(found.code), default=None)


def search(kind: Kind, typed: str, page: int = 1) -> Found:
    """§S10: find codes in force by their beginning, or by name in either language, ten a page.

    Every word of a name must occur; a BK code's name is that of its group too. Where nothing is found, the nearest
    code, or the chapters of a BK code of that name, are. Raises UnreadableKeyword or NoKeyword. A page beyond the
    bounds is the nearest one.
    """
    keyword = _readable(typed)
    found = _page(kind, _matching(kind, keyword), page)
    if found.total:
        return found
    if wider := nearest(kind, keyword):
        return Found(_rows(kind, [wider]), 1, 1, is_nearest=True)
    if kind is HS and not spelled(HS, keyword):
        found = _page(HS, _in_force(HS).filter(bk_codes__in=_matching(BK, keyword)).distinct(), page)
    return replace(found, is_of_product=bool(found.total))


def _page(kind: Kind, found: QuerySet[Code], page: int) -> Found:
    total = found.count()
    page = min(max(page, 1), MAX_PAGES, max(1, -(-total // PAGE_SIZE)))
    return Found(_rows(kind, list(found[(page - 1) * PAGE_SIZE : page * PAGE_SIZE])), total, page)


def _in_force(kind: Kind) -> QuerySet[Code]:
    return kind.model.objects.filter(withdrawn_on=None)


def _readable(typed: str) -> str:
    try:
        keyword = clean_line(half_width(typed[:LONGEST_LINE]))
    except ValueError as unreadable:
        raise UnreadableKeyword from unreadable
    if not re.search(r"\w", keyword) or len(keyword) > MAX_KEYWORD:
        raise NoKeyword
    return keyword


def _matching(kind: Kind, keyword: str) -> QuerySet[Code]:
    code = spelled(kind, keyword)
    beginning = Q(code__startswith=code) if code else Q(pk__in=())
    if code and code.isdigit():
        return _in_force(kind).filter(beginning)
    names = ("name_ko", "name_en", *(("parent__name_ko", "parent__name_en") if kind is BK else ()))
    every_word = Q()
    for word in dict.fromkeys(re.findall(r"[^\s,]+", keyword)):
        in_a_name = Q()
        for name in names:
            in_a_name |= Q(**{f"{name}__icontains": word})
        every_word &= in_a_name
    return _in_force(kind).filter(beginning | every_word)


def _rows(kind: Kind, found: list[Code]) -> tuple[Row, ...]:
    if kind is BK:
        groups = BkCode.objects.in_bulk({code.parent_id for code in found if code.parent_id})
        return tuple(Row(code, (groups[code.parent_id],) if code.parent_id else ()) for code in found)
    wider = {code.code: [code.code[:length] for length in (2, 4, 6) if length < len(code.code)] for code in found}
    loaded = HsCode.objects.in_bulk({code for codes in wider.values() for code in codes})
    return tuple(Row(code, tuple(loaded[above] for above in wider[code.code] if above in loaded)) for code in found)
