"""Chromium, a live site for each module, and windows to look through."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser.site import DESK, Screen, Site
from tests.databases import Stock
from tests.servers import chromium

# Nothing is downloaded and nothing is asked of the outside.
FLAGS = (
    "--no-sandbox",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--in-process-gpu",  # there is none: one process less that draws in software
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything here needs Chromium."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def chrome() -> Iterator[Browser]:
    """Chromium; without it the test is skipped, in CI it fails."""
    found = chromium()
    if found is None and os.environ.get("CI"):
        pytest.fail("CI must run this in a browser too: no Chromium on the PATH")
    if found is None:
        pytest.skip("not run in a browser: no Chromium on the PATH")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=list(FLAGS))
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def site(stock: Stock, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The product and a mail server, for the tests of one module."""
    with Site(stock, tmp_path_factory.mktemp("site")) as site:
        yield site


@pytest.fixture
def screen(chrome: Browser, site: Site) -> Iterator[Callable[..., Screen]]:
    """`screen("aoi")`: a window of somebody signed in, at a desk unless said otherwise.

    `by_hand` they typed their password into the page. At the end no window may have had trouble.
    """
    opened: list[Screen] = []

    def open_window(
        login: str | None = None,
        size: tuple[int, int] = DESK,
        *,
        by_hand: bool = False,
        **more: Any,
    ) -> Screen:
        width, height = size
        context = chrome.new_context(
            viewport={"width": width, "height": height}, locale="ja-JP", **more
        )
        context.set_default_timeout(10_000)
        window = Screen(context, context.new_page(), site.url)
        window.watch()
        opened.append(window)
        if login:
            (window.sign_in if by_hand else window.come_in)(login)
        return window

    yield open_window
    for window in opened:
        window.context.close()
    troubles = [trouble for window in opened for trouble in window.troubles]
    assert not troubles, troubles


@pytest.fixture
def picture(tmp_path: Path) -> Callable[[Page, str], None]:
    """`picture(page, "home")` keeps what is on screen, in KAKEHASHI_PICTURES if that is set."""
    folder = Path(os.environ.get("KAKEHASHI_PICTURES") or tmp_path)
    folder.mkdir(parents=True, exist_ok=True)
    return lambda page, name: _take(page, folder / f"{name}.png")


def _take(page: Page, path: Path) -> None:
    page.screenshot(path=path, full_page=True)
