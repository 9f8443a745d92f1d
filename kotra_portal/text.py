"""How typed text is written: one spelling, nothing invisible."""

import re
import unicodedata

from django.utils.translation import gettext_lazy as _

# Controls, format and bidirectional marks, lone surrogates, private use. Unassigned is let through: it is where this
# Python's tables end, and a rare Chinese character of a name may stand there.
_INVISIBLE_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Co"})
# What Unicode counts among letters and marks and yet shows nothing: Hangul fillers, grapheme joiner, blank Braille.
_INVISIBLE = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")

INVISIBLE_CHARACTERS = _("보이지 않는 문자가 들어 있습니다. 지우고 다시 입력해 주세요.")
FAR_TOO_LONG = _("너무 깁니다. 줄여서 다시 입력해 주세요.")
# Characters of one line that are looked at. Python normalises a row of combining marks in quadratic time: a third of a
# megabyte would hold a whole server for half a minute.
LONGEST_LINE = 1_000


def check_length(text: str) -> None:
    """Raise ValueError with a sentence for the person when the text is longer than any line is."""
    if len(text) > LONGEST_LINE:
        raise ValueError(FAR_TOO_LONG)


def half_width(text: str) -> str:
    """The text in compatibility form (NFKC): full-width digits and letters become the ordinary ones.

    Raises ValueError with a sentence for the person when it has more than ``LONGEST_LINE`` characters.
    """
    check_length(text)
    return unicodedata.normalize("NFKC", text)


def is_visible(text: str) -> bool:
    """Tell whether no character of the text is hidden from whoever reads it; white space counts as visible."""
    return not any(
        (unicodedata.category(character) in _INVISIBLE_CATEGORIES and character not in "\t\n\r")
        or character in _INVISIBLE
        for character in text
    )


def clean_line(text: str) -> str:
    """One line of text: composed (NFC), trimmed, each run of white space folded into one space.

    Raises ValueError with a sentence for the person when it holds characters that nobody sees, or more than
    ``LONGEST_LINE`` of them.
    """
    check_length(text)
    if not is_visible(text):
        raise ValueError(INVISIBLE_CHARACTERS)
    composed = unicodedata.normalize("NFC", text)
    check_length(composed)  # some characters become three
    return re.sub(r"\s+", " ", composed).strip()


def line_ends(text: str) -> str:
    """The text with plain line ends and nothing around it, to compare what browsers send with what is stored."""
    return text.replace("\r\n", "\n").strip()
