"""How an ID is written: one spelling for every way of typing it."""

import unicodedata


def normalize_username(typed: str) -> str:
    """§S8: the stored spelling of an ID: half-width, lower case, without spaces around it."""
    return unicodedata.normalize("NFKC", typed).strip().lower()
