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


def half_width(text: str) -> str:
    """The text in compatibility form (NFKC): full-width digits and letters become the ordinary ones."""
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

    Raises ValueError with a sentence for the person when it holds characters that nobody sees.
    """
    if not is_visible(text):
        raise ValueError(INVISIBLE_CHARACTERS)
    return re.sub(r"\s+", " ", unicodedata.normalize("NFC", text)).strip()
