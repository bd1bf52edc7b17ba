"""`make demo` for who has never seen it: the night comes, is warned of, and the page explains itself."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Browser, expect
from tests.web.looking import looking
from tests.web.test_past import EVENING
from tests.web.town import serving

DEMO = ("demo", "--console", "--port", "0", "--speed", "30", "--scenario", str(EVENING), "--out", "evening")


def test_a_demo_says_what_comes_and_leads_a_newcomer_through(
    browser: Browser, compiled_kernels: None, tmp_path: Path
) -> None:
    with serving(tmp_path, DEMO, "http") as address, looking(browser) as page:
        page.goto(address)
        guide = page.get_by_test_id("guide")
        expect(guide).to_contain_text("A simulated night (ferry-village)")
        expect(page.get_by_test_id("mode")).to_have_text("DEMO")
        card = page.locator("li.card[data-level=warning]")
        card.wait_for()
        page.keyboard.press(" ")
        expect(page.get_by_test_id("play")).to_contain_text("Play")
        expect(card.get_by_test_id("alert-zone")).to_have_text("Village")
        expect(card.get_by_test_id("alert-countdown")).to_be_visible()
        expect(card.get_by_test_id("alert-object")).to_contain_text("drone")
        expect(page.get_by_test_id("story")).to_contain_text("Warning")
        for step in ("welcome", "alert", "act", "why", "map", "more", "done"):
            expect(guide).to_have_attribute("data-step", step)
            if step == "act":
                card.get_by_test_id("acknowledge").click()  # which leads on by itself
            else:
                page.get_by_test_id("guide-next").click()
        expect(guide).to_have_count(0)
        expect(page.get_by_test_id("story")).to_contain_text("you (duty): Acknowledge")
