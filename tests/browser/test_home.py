"""The home page in a real browser."""

import pytest
from playwright.sync_api import Page

from tests import make
from tests.browser import journeys


def test_home_is_accessible_and_runs_under_its_content_policy(page: Page, axe, shot):
    complaints = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.goto("/")
    shot(page, "home")
    axe(page)
    assert complaints == []


def test_home_works_without_javascript(page_without_javascript: Page):
    page_without_javascript.goto("/")
    assert page_without_javascript.locator("h1").count() == 1


@pytest.mark.parametrize("width", [360, 768, 1280])
def test_home_fits_the_screen(page: Page, width):
    page.set_viewport_size({"width": width, "height": 800})
    page.goto("/")
    journeys.assert_fits(page)


def test_a_member_is_greeted_by_name(page: Page, enter):
    member = make.member(name="김코트라")
    enter(page, member)
    page.goto("/")
    assert "김코트라" in page.locator("header").inner_text()
