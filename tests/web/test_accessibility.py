"""axe-core finds no serious or critical fault on any view, in any theme, at desktop and phone width."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect
from tests.conftest import CHECKOUT
from tests.web.looking import PHONE, WIDE, looking
from tests.web.test_live import DRAWN, log_in
from tests.web.town import Town

AXE = CHECKOUT / "web" / "node_modules" / "axe-core" / "axe.min.js"
VIEWS = ("map", "table", "sensors", "zones", "shift", "help")
RULES = {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
COLOURS = {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}
"""A theme changes nothing else."""
_RUN = """async (rules) => {
  const found = await axe.run(document, { resultTypes: ["violations"], runOnly: rules });
  return found.violations
    .filter((each) => ["serious", "critical"].includes(each.impact))
    .flatMap((each) => each.nodes.map((node) => `${each.id}: ${node.html} ${node.failureSummary}`));
}"""


def faults(page: Page, rules: dict[str, Any] = RULES) -> list[str]:
    """Serious and critical ones, in words."""
    if not AXE.is_file():
        pytest.skip("needs axe-core of web/'s tools: make page")
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE.read_text(encoding="utf-8"))
    return list(page.evaluate(_RUN, rules))


def opened(page: Page, meadow: Town) -> None:
    """With an alert chosen, and all that only operators see."""
    log_in(page, meadow)
    page.goto(meadow.address)
    page.wait_for_function(DRAWN, arg=4)
    page.locator("li.card").first.wait_for()


def told(found: Mapping[Any, list[str]]) -> str:
    return "\n".join(f"{place}: {each}" for place, faults in found.items() for each in faults)


def choose_theme(page: Page, theme: str) -> None:
    menu = page.get_by_test_id("preferences")
    menu.click()
    page.get_by_test_id("theme").select_option(theme)
    menu.click()


@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["desktop", "phone"])
def test_no_view_has_a_serious_fault(browser: Browser, meadow: Town, size: tuple[int, int]) -> None:
    found = {}
    with looking(browser, size) as page:
        opened(page, meadow)
        for view in VIEWS:
            page.get_by_test_id(f"view-{view}").click()
            expect(page.locator(f".page.view-{view}")).to_be_visible()
            for theme, rules in ({"dark": RULES} | dict.fromkeys(("light", "contrast"), COLOURS)).items():
                choose_theme(page, theme)
                found[view, theme] = faults(page, rules)
            wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
            assert wide <= 0, f"{view} is {wide} px wider than the screen"
    assert not any(found.values()), told(found)


def test_no_dialog_has_a_serious_fault(page: Page, meadow: Town) -> None:
    opened(page, meadow)
    found = {}
    for key in ("e", "m", "c"):
        page.keyboard.press(key)
        expect(page.locator("dialog.window")).to_be_visible()
        found[key] = faults(page)
        page.keyboard.press("Escape")
        expect(page.locator("dialog.window")).to_have_count(0)
    assert not any(found.values()), told(found)
