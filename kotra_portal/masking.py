"""How a person's data are shown to somebody who may recognise the person but not learn more (§D10, §D11, §D24)."""

import re

HIDDEN = "***"


def mask_name(name: str) -> str:
    """§D24: the name with all but its first and last letter hidden: 홍길동 → 홍*동, 이산 → 이*."""
    letters = name.strip()
    if len(letters) < 2:
        return "*" * len(letters)
    last = letters[-1] if len(letters) > 2 else "*"
    return letters[0] + re.sub(r"\S", "*", letters[1:-1]) + last


def mask_username(username: str) -> str:
    """§D10: the ID with its middle hidden, whatever its length: abcdef1 → ab***1."""
    if len(username) < 4:
        return username[:1] + HIDDEN if username else ""
    return username[:2] + HIDDEN + username[-1]


def mask_email(email: str) -> str:
    """§D11: the address with its local part hidden but for one or two characters: abcdef@x.com → ab***@x.com."""
    local, at, domain = email.rpartition("@")
    if not at:
        return HIDDEN if email else ""
    shown = 2 if len(local) > 2 else 1
    return f"{local[:shown]}{HIDDEN}@{domain}"


def mask_mobile(number: str) -> str:
    """§D11: the number with its middle hidden: 010-1234-5678 → 010-****-5678; of one from abroad only the last four."""
    digits = re.sub(r"[^0-9]", "", number)
    if len(digits) < 8:
        return "****" if digits else ""
    if digits.startswith("82"):
        digits = "0" + digits[2:].removeprefix("0")
    return f"{digits[:3]}-****-{digits[-4:]}" if digits.startswith("01") else f"****-{digits[-4:]}"
