"""회원분류 안내 in a real browser."""

import pytest
from playwright.sync_api import Page


@pytest.mark.parametrize("language", ["ko", "en"])
def test_c6_the_whole_table_fits_a_narrow_screen(page: Page, live_server, language):
    """§C6: no column is out of sight at 360 px."""
    page.context.add_cookies([{"name": "language", "value": language, "url": live_server.url}])
    page.set_viewport_size({"width": 360, "height": 800})
    page.goto("/guide/membership/")
    assert page.locator(".table-wrap").evaluate("box => box.scrollWidth <= box.clientWidth")
