"""Names of companies as they are looked for: without legal form, spaces, signs and case (§T2)."""

import re

from kotra_portal.text import half_width

SHORTEST_START = 2  # characters of a name that a search needs, and by which the names are indexed
_LONGEST = 200  # characters, as the column has them

# Written before or after the name: 주식회사 한빛, (주)한빛, ㈜한빛 (which NFKC spells out), 한빛 유한회사.
_FORM = (
    r"(?:주식회사|유한책임회사|유한회사|합자회사|합명회사|재단법인|사단법인|사회복지법인|학교법인|의료법인"
    r"|\([주유합재사복학의]\)|\(유한\)|\(합자\)|\(재단\)|\(사단\))"
)
_FORMS = re.compile(rf"^\s*(?:{_FORM}\s*)+|(?:\s*{_FORM})+\s*$")
_FORM_IN_LATIN = re.compile(
    r"(?<=[\s,.)])(?:co(?:mpany)?|corp(?:oration)?|inc(?:orporated)?|ltd|limited|llc|plc)[.,\s]*$"
)


def searched_name(name: str) -> str:
    """§T2: the name as it is compared: legal forms (주식회사, ㈜, Co., Ltd.), spaces, signs and case do not count.

    A name that is nothing but a legal form stays what it is. Raises ValueError for text longer than any line is.
    """
    line = half_width(name).casefold()
    bare = _FORMS.sub("", line)
    while (shorter := _FORM_IN_LATIN.sub("", bare)) != bare:
        bare = shorter
    return (_letters(bare) or _letters(line))[:_LONGEST]


def _letters(text: str) -> str:
    return "".join(character for character in text if character.isalnum())
