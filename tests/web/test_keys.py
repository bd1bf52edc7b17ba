"""All that can be done on the page is done by keys alone, and it is always seen where the focus is."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Page, expect
from tests.web.test_live import DRAWN, NO_ALERT, alert_id, alert_of, card_of, deeds, log_in
from tests.web.town import HOSTILE, Town

FOCUSED = """() => {
  const { outlineStyle, outlineWidth } = getComputedStyle(document.activeElement);
  const names = [];
  for (let each = document.activeElement; each; each = each.parentElement)
    names.push(each.dataset.testid ?? (each.id || each.tagName));
  return { names, isSeen: outlineStyle !== "none" && parseFloat(outlineWidth) >= 2 };
}"""
FAR = f"{NO_ALERT}&at=13/-47.3/-126.5"
"""Where nothing flies."""
MOST_TABS = 120


def reach(page: Page, *wanted: str) -> None:
    """Goes by Tab to the element of that name, within those of the other names."""
    passed = []
    for _ in range(MOST_TABS):
        page.keyboard.press("Tab")
        names, is_seen = page.evaluate(FOCUSED).values()
        passed.append(names[0])
        assert is_seen or names[0] == "BODY", f"it is not seen that the focus is on {names[:3]}"
        if names[0] == wanted[0] and set(wanted) <= set(names):
            return
    raise AssertionError(f"Tab does not come to {wanted}, only to {passed}")


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def idle(page: Page) -> None:
    page.wait_for_function("() => window.tocsin?.isIdle()")


def test_the_map_is_filtered_measured_and_saved_by_keys(page: Page, meadow: Town) -> None:
    page.goto(f"{meadow.address}/#{FAR}")
    page.wait_for_function(DRAWN, arg=4)
    press(page, "1")
    reach(page, "filters")
    press(page, "Enter")
    reach(page, "filter-bird")
    press(page, " ")
    reach(page, "filter-lowest")
    page.keyboard.type("50")
    expect(page.get_by_test_id("filters")).to_have_text("2 filters on")
    reach(page, "filter-clear")
    press(page, "Enter", "Escape")
    expect(page.get_by_test_id("filter-clear")).to_be_hidden()
    reach(page, "layers")
    press(page, "Enter")
    reach(page, "layer-rings")
    press(page, " ")
    expect(page.get_by_test_id("layer-rings")).not_to_be_checked()
    reach(page, "map-png")
    expect(page.get_by_test_id("layer-rings")).to_be_hidden()
    with page.expect_download() as saved:
        press(page, "Enter")
    assert saved.value.suggested_filename == "tocsin-map.png"
    press(page, "d", "Enter", "ArrowRight")
    idle(page)
    press(page, "Enter")
    expect(page.get_by_test_id("measured")).to_contain_text(" 90°")
    press(page, "Escape")
    expect(page.get_by_test_id("measured")).to_have_count(0)


def test_an_object_is_found_and_followed_and_the_page_set_up_by_keys(page: Page, meadow: Town) -> None:
    page.goto(f"{meadow.address}/#{NO_ALERT}")
    page.wait_for_function(DRAWN, arg=4)
    track = min(meadow.ask("tracks"), key=lambda track: track["north_m"])["track_id"]
    press(page, "/")
    page.keyboard.type(track)
    expect(page.get_by_role("option").first).to_have_text(f"Object {track}")
    press(page, "Enter", "f")
    expect(page.get_by_test_id("follow")).to_have_attribute("aria-pressed", "true")
    press(page, "/", "Escape", "2")
    reach(page, f"choose-{track}")
    press(page, "Enter")
    expect(page.get_by_test_id("object-panel")).to_contain_text(track)
    reach(page, "side-close")
    press(page, "Enter", "?")
    reach(page, "guide-restart")
    press(page, "Enter")
    expect(page.get_by_test_id("guide")).to_be_visible()
    reach(page, "preferences")
    press(page, "Enter")
    for options in ("theme", "language"):
        reach(page, options)
        press(page, "ArrowDown")
    expect(page.locator("html")).to_have_attribute("lang", "ko")
    assert page.locator("html").get_attribute("data-theme") == "light"


def test_an_alert_is_told_why_reported_marked_and_escalated_by_keys(page: Page, meadow: Town) -> None:
    log_in(page, meadow)
    page.goto(meadow.address)
    alert = alert_id(card_of(page, f"West {HOSTILE}"))
    card = page.get_by_test_id(f"alert-{alert}")
    reach(page, f"face-{alert}")
    press(page, "Enter")
    expect(card).to_have_attribute("aria-current", "true")
    press(page, "w")
    expect(page.get_by_test_id("why-panel")).to_contain_text(alert)
    expect(page.get_by_test_id("message-1")).to_be_visible()
    reach(page, "message-1")
    press(page, "Enter")
    expect(page.get_by_test_id("why-message")).to_contain_text("Message 1")
    with page.expect_download() as saved:
        press(page, "r")
    assert saved.value.suggested_filename == f"tocsin-{alert}.zip"
    press(page, "Escape")
    expect(page.get_by_test_id("side")).to_have_count(0)
    press(page, "m")
    expect(page.get_by_test_id("mark-bird")).to_be_focused()
    press(page, "ArrowDown")
    expect(page.get_by_test_id("mark-balloon")).to_be_checked()
    reach(page, "dialog-do")
    press(page, "Enter")
    expect(page.get_by_test_id("answer")).to_have_attribute("data-state", "done")
    reach(page, "undo")
    press(page, "Enter")
    expect(page.get_by_test_id("undo")).to_have_count(0)
    press(page, "e")
    reach(page, "dialog-do")
    press(page, "Enter")
    expect(page.get_by_test_id("dialog-escalate")).to_have_count(0)
    assert [what for what, _, _ in deeds(meadow, alert)] == ["mark", "unmark", "escalate"]
    assert alert_of(meadow, alert)["owner"] == "region"
    press(page, "5")
    reach(page, "shift-test")
    press(page, "Enter")
    expect(page.get_by_test_id("dialog-test")).to_be_visible()
    press(page, "Escape")
    expect(page.get_by_test_id("shift-test")).to_be_focused()


def zone_of(meadow: Town, name: str) -> Any:
    zones = meadow.ask("zones")["features"]
    return next((zone for zone in zones if zone["properties"]["name"] == name), None)


def test_a_zone_is_drawn_edited_and_removed_by_keys(page: Page, meadow: Town) -> None:
    log_in(page, meadow)
    page.goto(f"{meadow.address}/#{FAR}")
    page.wait_for_function(DRAWN, arg=4)
    press(page, "4")
    reach(page, "zone-new")
    press(page, "Enter", "Enter")
    for arrow in ("ArrowRight", "ArrowDown"):
        press(page, arrow)
        idle(page)
        press(page, "Enter")
    expect(page.get_by_test_id("corner-2-latitude")).to_be_visible()
    reach(page, "zone-name")
    page.keyboard.type("Pond")
    reach(page, "zone-save")
    press(page, "Enter")
    expect(page.get_by_test_id("zone-Pond")).to_be_visible()
    reach(page, "zone-edit", "zone-Pond")
    (before,) = zone_of(meadow, "Pond")["geometry"]["coordinates"]
    press(page, "Enter")
    expect(page.get_by_test_id("zone-name")).to_be_focused()
    reach(page, "corner-0-latitude")
    press(page, "ArrowUp", "ArrowUp")
    reach(page, "corner-add")
    press(page, "Enter")
    reach(page, "corner-3-remove")
    press(page, "Enter")
    reach(page, "zone-save")
    press(page, "Enter")
    expect(page.get_by_test_id("zone-Pond")).to_be_visible()
    reach(page, "zone-remove", "zone-Pond")
    (after,) = zone_of(meadow, "Pond")["geometry"]["coordinates"]
    assert [round(after[0][axis] - before[0][axis], 6) for axis in (0, 1)] == [0.0, 0.0002]
    assert after[1:3] == before[1:3]
    press(page, "Enter", "Enter")
    expect(page.get_by_test_id("zone-Pond")).to_have_count(0)
    assert zone_of(meadow, "Pond") is None
