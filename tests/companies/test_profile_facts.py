"""기업정보: which facts of a company are shown to whom (§D11)."""

import pytest

from companies.domain import profile
from companies.models import FACTS, Role

INTERNAL = {
    "corporate_number", "opened_on", "classification", "trade_number", "is_innobiz", "is_venture",
    "is_foreign_invested", "annual_sales", "annual_imports", "founded_year", "employees", "export_region",
    "annual_exports",
}  # fmt: skip


@pytest.mark.parametrize("role", [Role.ASSOCIATE, None])
def test_an_associate_sees_of_the_company_what_the_search_shows(role):
    """§D11: and no more; whoever searches sees the same."""
    assert profile.facts_shown_to(role) == profile.SEARCH_SHOWS
    assert not INTERNAL & set(profile.SEARCH_SHOWS)


@pytest.mark.parametrize("role", [Role.FULL, Role.MASTER])
def test_full_member_and_master_see_all_facts(role):
    """§D11, §T3: company data wait for the MASTER's approval, and for nothing else."""
    assert profile.facts_shown_to(role) == FACTS


def test_the_search_shows_what_the_manuals_screen_has():
    """§T2: 기업명, 대표자명, 업태, 업종, and also 품목구분, 주소(영문), 비고."""
    screen = {"name", "representative", "business_type", "business_item", "main_item", "address_en", "remarks"}

    assert screen <= set(profile.SEARCH_SHOWS)


def test_every_fact_is_known_to_be_shown_by_the_search_or_not():
    """§D11: a new fact is decided about here before an associate sees it."""
    assert set(profile.SEARCH_SHOWS) | INTERNAL == set(FACTS)
