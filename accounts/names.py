"""How an ID is written: one spelling for every way of typing it."""

from kotra_portal.text import half_width

LONGEST_LOOKED_AT = 100  # an ID has 20 characters at most; nothing longer is anybody's


def normalize_username(typed: str) -> str:
    """§S8: the stored spelling of an ID: half-width, lower case, without spaces around it."""
    return half_width(typed[:LONGEST_LOOKED_AT]).strip().lower()
