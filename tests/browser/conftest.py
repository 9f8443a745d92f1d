"""Chromium on the test's own server; left out, with a line that says so, where the machine has none."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings as portal_settings
from django.test import Client
from playwright.sync_api import Browser, Page, expect

from tests.browser import journeys

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
KEEPS_PICTURES = os.environ.get("TEST_PICTURES") == "on"  # which take a while, of some hundred pages
SCREENSHOTS = Path(__file__).resolve().parents[2] / ".var" / "screenshots"
# The machine may be closed to the outside; Chromium is to look nothing up on its own.
FLAGS = (
    "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip
WIDTHS = (360, 1280)  # CSS pixels: a telephone, a desk
LEFT_OUT = pytest.StashKey[int]()

expect.set_options(timeout=20_000)  # milliseconds; five seconds are few on a machine that is shared
# Playwright keeps an event loop in the test's thread, which makes Django take the test for asynchronous code.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Mark what lies in this folder, and leave it out where there is no Chromium."""
    here = [item for item in items if item.path.is_relative_to(Path(__file__).parent)]
    for item in here:
        item.add_marker(pytest.mark.browser)
    if here and CHROMIUM is None:
        config.stash[LEFT_OUT] = len(here)
        config.hook.pytest_deselected(items=here)
        items[:] = [item for item in items if item not in here]


def pytest_terminal_summary(terminalreporter: object, config: pytest.Config) -> None:
    """Say loudly what was left out."""
    if left_out := config.stash.get(LEFT_OUT, 0):
        terminalreporter.write_line(f"*** NO CHROMIUM: {left_out} BROWSER TESTS WERE NOT RUN ***", red=True, bold=True)


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict) -> dict:
    """Start the machine's own Chromium; root needs it without its sandbox."""
    root = ("--no-sandbox",) if os.geteuid() == 0 else ()
    return browser_type_launch_args | {"executable_path": CHROMIUM, "args": [*FLAGS, *root]}


@pytest.fixture(scope="session")
def base_url(live_server: object) -> str:
    """Let ``page.goto("/login/")`` mean the test's own server."""
    return live_server.url


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict) -> dict:
    """Browse as somebody in Korea on a common screen."""
    korean = {"locale": "ko-KR", "timezone_id": "Asia/Seoul", "reduced_motion": "reduce"}
    return browser_context_args | korean | {"viewport": {"width": 1280, "height": 900}}


@pytest.fixture(autouse=True)
def _links_lead_to_the_test_server(live_server: object, settings: object) -> None:
    settings.PORTAL_URL = live_server.url


@pytest.fixture
def page_without_javascript(browser: Browser, browser_context_args: dict) -> Iterator[Page]:
    """Open a page in a browser that runs no script."""
    context = browser.new_context(**browser_context_args, java_script_enabled=False)
    yield context.new_page()
    context.close()


@pytest.fixture
def enter(live_server: object) -> Callable[[Page, object], None]:
    """Log a person in without the log-in page: ``enter(page, member)``."""

    def log_in(page: Page, person: object) -> None:
        client = Client()
        client.force_login(person)
        name = portal_settings.SESSION_COOKIE_NAME
        page.context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": live_server.url}])

    return log_in


@pytest.fixture
def axe() -> Callable[[Page], None]:
    """Assert that axe finds nothing wrong with the page as it is now: ``axe(page)``."""
    checker = Axe()

    def check(page: Page) -> None:
        page.wait_for_load_state()
        violations = checker.run(page).response["violations"]
        found = [(found["id"], found["help"], [node["html"] for node in found["nodes"]]) for found in violations]
        assert found == []

    return check


@pytest.fixture
def shot() -> Callable[[Page, str], None]:
    """Keep a picture of the whole page where somebody wants to look at it (TEST_PICTURES=on).

    ``shot(page, "login")`` writes .var/screenshots/login.png.
    """

    def keep(page: Page, name: str) -> None:
        page.wait_for_load_state()
        if KEEPS_PICTURES:
            SCREENSHOTS.mkdir(parents=True, exist_ok=True)
            page.screenshot(path=SCREENSHOTS / f"{name}.png", full_page=True)

    return keep


@pytest.fixture
def look_at(axe: Callable, shot: Callable, request: pytest.FixtureRequest) -> Callable[[Page, str], None]:
    """Look at the page as it is on each screen: nothing scrolls sideways, axe is content, a picture is kept."""
    topic = request.path.stem.removeprefix("test_")

    def at(page: Page, name: str) -> None:
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 800})
            journeys.assert_fits(page)
            shot(page, f"{topic}-{name}-{width}")
        axe(page)

    return at


@pytest.fixture
def look(page: Page, axe: Callable, shot: Callable, request: pytest.FixtureRequest) -> Callable[[str, str], None]:
    """Open a page on each screen and look at it as ``look_at`` does."""
    topic = request.path.stem.removeprefix("test_")

    def at(path: str, name: str) -> None:
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 800})
            page.goto(path)
            journeys.assert_fits(page)
            shot(page, f"{topic}-{name}-{width}")
        axe(page)

    return at
