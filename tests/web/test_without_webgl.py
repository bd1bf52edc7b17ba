from __future__ import annotations

from playwright.sync_api import Playwright, expect
from tests.web.looking import NO_WEBGL, launched, looking
from tests.web.test_live import card_of
from tests.web.town import Town


def test_a_browser_without_webgl_gets_a_message_the_table_and_the_alerts(
    playwright: Playwright, chromium: str, meadow: Town
) -> None:
    browser = launched(playwright, chromium, *NO_WEBGL)
    with looking(browser) as page:
        page.goto(meadow.address)
        expect(page.get_by_text("This browser can't draw the map (no WebGL).")).to_be_visible()
        table = page.get_by_test_id("table-page")
        expect(table.locator("tbody tr")).to_have_count(4)
        card_of(page, "West").or_(page.locator("li.card").first).first.wait_for()
    browser.close()
