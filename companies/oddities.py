"""What is odd about how a name is written: characters that look like others, or like nothing. No decision."""

import unicodedata
from collections.abc import Iterator

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from kotra_portal.text import is_visible

HIDDEN = _("보이지 않는 문자가 들어 있습니다.")
COMPATIBILITY = _("모양만 같은 특수 문자(전각, 호환 문자)가 들어 있습니다.")
MIXED = _("모양이 비슷한 다른 나라 글자가 섞여 있습니다.")
SYMBOL = _("이름에 쓰이지 않는 기호가 들어 있습니다.")

# Scripts whose letters look alike: a name in more than one of them is meant to be taken for another.
LOOK_ALIKE = frozenset({"LATIN", "CYRILLIC", "GREEK", "ARMENIAN", "CHEROKEE", "COPTIC"})
# What a Korean name or company may hold side by side without a word: 한글, 漢字, Latin letters, digits.
_KOREAN = frozenset({"HANGUL", "CJK", "LATIN"})
# Compatibility characters that Korean keyboards and papers really have; the last one is the old middle dot.
_ORDINARY = frozenset("㈜№ⅠⅡⅢⅣⅤⅥⅦⅧⅨⅩ㎜㎝㎞㎏…·") | {chr(0x318D)}


def oddities_of(text: str) -> list[Promise]:
    """Say what is odd about a name, in sentences; nothing for a plain one.

    Said of invisible characters, of compatibility characters beyond what Korean papers have, of symbols and pictures,
    and of letters of scripts that look alike or that Korean names do not mix.
    """
    checks = (
        (HIDDEN, not is_visible(text)),
        (COMPATIBILITY, any(_is_compatibility(letter) for letter in text)),
        (SYMBOL, any(unicodedata.category(letter) in {"So", "Sk"} and letter not in _ORDINARY for letter in text)),
        (MIXED, _is_mixed(set(_scripts(text)))),
    )
    return [sentence for sentence, found in checks if found]


def _is_compatibility(letter: str) -> bool:
    """Full-width letters, half-width Hangul, letters in circles: NFKC writes them as something else."""
    if letter in _ORDINARY or letter.isspace():
        return False
    return unicodedata.normalize("NFKC", letter) != unicodedata.normalize("NFC", letter)


def _is_mixed(scripts: set[str]) -> bool:
    return len(scripts & LOOK_ALIKE) > 1 or bool(scripts & _KOREAN and scripts - _KOREAN)


def _scripts(text: str) -> Iterator[str]:
    """The script of each letter, by the first word of its Unicode name: the tables of Python know no better."""
    for letter in unicodedata.normalize("NFKC", text):
        if letter.isalpha():
            yield unicodedata.name(letter, "UNKNOWN").split()[0]
