"""A link that breaks: the page says so at once, and once it is back nothing was missed."""

from __future__ import annotations

from playwright.sync_api import Page, expect
from tests.web.link import cable
from tests.web.test_live import card_of
from tests.web.town import HOSTILE, Town

NEWEST = "(before) => window.tocsin?.picture_ms > before && window.tocsin.tracks >= 4"


def test_a_link_that_was_cut_comes_back_with_all_that_happened_meanwhile(page: Page, meadow: Town) -> None:
    with cable(int(meadow.address.rpartition(":")[2])) as link:
        page.goto(f"http://127.0.0.1:{link.port}")
        page.wait_for_function(NEWEST, arg=0)
        card_of(page, f"West {HOSTILE}").wait_for()
        link.cut()
        expect(page.get_by_test_id("banner-lost")).to_be_visible()
        expect(page.get_by_test_id("link")).to_have_attribute("data-state", "lost")
        meadow.tell("alerts/test", {"zone": "North"})
        (test,) = (each for each in meadow.ask("alerts") if each["is_test"])
        meadow.tell(f"alerts/{test['alert_id']}/acknowledge", {})
        before_ms = 1000.0 * meadow.ask("health")["time_s"]
        card = page.get_by_test_id(f"alert-{test['alert_id']}")
        expect(card).to_have_count(0)
        link.mend()
        expect(card.get_by_test_id("alert-standing")).to_have_attribute("data-standing", "acknowledged")
        expect(page.get_by_test_id("banner-lost")).to_have_count(0)
        page.wait_for_function(NEWEST, arg=before_ms)
        shown = page.locator("li.card").evaluate_all("(cards) => cards.map((card) => card.dataset.testid)")
        assert set(shown) == {f"alert-{each['alert_id']}" for each in meadow.ask("alerts")}
