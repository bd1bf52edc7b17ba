"""Makes the pictures of the console in README.md: the demo's loudest moment, in a real browser.

    make page && .venv/bin/python -m docs.screenshots

It runs `tocsin demo` on the page, stops it a little after the first warning, and writes docs/console.png and
docs/console-phone.png. Needs chromium, and no graphics card.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, Page, expect, sync_playwright
from tests.web.looking import WEBGL_BY_PROCESSOR, chromium_path, launched, looking
from tests.web.town import serving

DOCS = Path(__file__).resolve().parent
DESKTOP, PHONE = (1280, 800), (390, 844)
MOST_BYTES = 300_000
PATIENCE_MS = 300_000
DEMO = ("demo", "--console", "--port", "0", "--speed", "20", "--out", "night")
IS_DRAWN = "() => window.tocsin?.updates > 0 && window.tocsin.isIdle()"


def main() -> int:
    path = chromium_path()
    if path is None:
        print("needs chromium", file=sys.stderr)
        return 1
    expect.set_options(timeout=PATIENCE_MS)
    with (
        tempfile.TemporaryDirectory() as folder,
        serving(Path(folder), DEMO, "http") as address,
        sync_playwright() as playwright,
    ):
        browser = launched(playwright, path, *WEBGL_BY_PROCESSOR)
        stop_at_warning(browser, address)
        took = [take(browser, address, size, DOCS / name) for size, name in WANTED]
        browser.close()
    print(*took, sep="\n")
    return 0


WANTED = ((DESKTOP, "console.png"), (PHONE, "console-phone.png"))


def stop_at_warning(browser: Browser, address: str) -> None:
    with looking(browser) as page:
        page.goto(address)
        page.locator("li.card[data-level=warning]").first.wait_for(timeout=PATIENCE_MS)
        page.keyboard.press(" ")
        expect(page.get_by_test_id("play")).to_contain_text("Play")


def take(browser: Browser, address: str, size: tuple[int, int], file: Path) -> str:
    with looking(browser, size) as page:
        page.add_init_script("localStorage.setItem('tocsin.guide', 'done')")
        page.goto(address)
        settle(page)
        page.screenshot(path=file)
    count = file.stat().st_size
    assert count < MOST_BYTES, f"{file.name} has {count} bytes"
    return f"{file.name}: {size[0]} x {size[1]}, {count / 1000:.0f} kB"


def settle(page: Page) -> None:
    """The loudest alert is chosen, its reasons are there, and the map has drawn all."""
    page.locator("li.card.chosen").first.wait_for()
    page.mouse.click(5, 5)  # a browser allows sound once somebody clicked
    page.wait_for_function(IS_DRAWN)
    if page.get_by_test_id("side").is_visible():
        page.get_by_test_id("evidence").wait_for()


if __name__ == "__main__":
    sys.exit(main())
