"""One browser and one service for all tests of the page: both take seconds to start.

`make test` runs them by themselves, in one process: beside each other, four browsers would draw at once.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, Playwright, expect, sync_playwright
from tests.web.looking import WEBGL_BY_PROCESSOR, chromium_path, launched, looking
from tests.web.town import Town, town

from tocsin.outputs.web.page import is_built

expect.set_options(timeout=60_000)  # for a machine that is busy; what is waited for comes in a second or two


@pytest.fixture(scope="session")
def chromium() -> str:
    path = chromium_path()
    if path is None:
        pytest.skip("needs chromium (Debian: chromium; elsewhere TOCSIN_CHROMIUM names a browser)")
    if not is_built():
        pytest.skip("needs the console's page: make page")
    return path


@pytest.fixture(scope="session")
def playwright(chromium: str) -> Iterator[Playwright]:
    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="session")
def browser(playwright: Playwright, chromium: str) -> Iterator[Browser]:
    started = launched(playwright, chromium, *WEBGL_BY_PROCESSOR)
    yield started
    started.close()


@pytest.fixture(scope="session")
def meadow(chromium: str, compiled_kernels: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    with town(tmp_path_factory.mktemp("meadow")) as running:
        yield running


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    with looking(browser) as opened:
        yield opened
