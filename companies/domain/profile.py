"""기업정보: which of a company's facts its members, and those who search, may see (§D11)."""

from companies.models import FACTS, Role

# What the manual's screen of a found company has, beside the BRN (§T2).
SEARCH_SHOWS = (
    "name", "name_en", "representative", "representative_en", "company_type", "business_type", "business_item",
    "main_item", "trade_kind", "phone", "fax", "email", "homepage", "postcode", "address", "address_detail",
    "address_en", "remarks",
)  # fmt: skip


def facts_shown_to(role: Role | None) -> tuple[str, ...]:
    """§D11: the names of the facts that this role may see; an associate sees what the search shows, and no more."""
    return FACTS if role in {Role.MASTER, Role.FULL} else SEARCH_SHOWS
