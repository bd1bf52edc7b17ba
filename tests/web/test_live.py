"""The page of a running service: what flies is where it belongs, and what people do about it is done."""

from __future__ import annotations

import itertools
from typing import Any

from playwright.sync_api import Locator, Page, expect
from tests.web.looking import Colour, colours
from tests.web.sky import FAR_M
from tests.web.town import HOSTILE, Town

# Heights above the site [m] and their colours, as help and legend promise them.
RAMP = (
    (0, (255, 122, 89)), (100, (255, 190, 92)), (250, (240, 236, 120)), (500, (126, 217, 140)),
    (1000, (84, 190, 232)), (3000, (140, 140, 250)), (10_000, (214, 140, 240)),
)  # fmt: skip
DRAWN = "(count) => window.tocsin?.tracks >= count && window.tocsin.updates > 0 && window.tocsin.isIdle()"
PLACE = "(track) => window.tocsin.project(track)"
TWO_FRAMES = "() => new Promise((seen) => requestAnimationFrame(() => requestAnimationFrame(seen)))"
TOWN_SCALE = 13
SOUTH_DEG = -47.0 - FAR_M / 111_180.0
NO_ALERT = "alert=none"
"""In an address: none is chosen, and no panel takes the keys."""


def open_at(page: Page, meadow: Town, latitude_deg: float, longitude_deg: float) -> None:
    page.goto(f"{meadow.address}/#at={TOWN_SCALE}/{latitude_deg}/{longitude_deg}")
    page.wait_for_function(DRAWN, arg=4)


def ramp(height_m: float) -> Colour:
    for (low, below), (high, above) in itertools.pairwise(RAMP):
        if height_m <= high:
            share = max(0.0, height_m - low) / (high - low)
            mixed = [round(a + share * (b - a)) for a, b in zip(below, above, strict=True)]
            return mixed[0], mixed[1], mixed[2]
    return RAMP[-1][1]


def is_like(one: Colour, other: Colour) -> bool:
    return max(abs(a - b) for a, b in zip(one, other, strict=True)) <= 12


def hovering(meadow: Town) -> Any:
    """What stands in the south: no zone expects it, so it has no rings and can be filtered."""
    track = min(meadow.ask("tracks"), key=lambda track: track["north_m"])
    return meadow.ask(f"tracks/{track['track_id']}")


def log_in(page: Page, meadow: Town) -> None:
    answer = page.context.request.post(
        f"{meadow.address}/v1/login", data={"token": meadow.token}, headers={"Origin": meadow.address}
    )
    assert answer.ok, answer.text()


def card_of(page: Page, zone: str) -> Locator:
    """The loudest alert for a zone that is about something in the air, which a test alert is not."""
    name = page.get_by_test_id("alert-zone").get_by_text(zone, exact=True)
    return page.locator("li.card:not([data-testid^=alert-TEST])", has=name).first


def alert_id(card: Locator) -> str:
    return str(card.get_attribute("data-testid")).removeprefix("alert-")


def alert_of(meadow: Town, alert: str) -> Any:
    return next(each for each in meadow.ask("alerts") if each["alert_id"] == alert)


def deeds(meadow: Town, alert: str) -> list[tuple[str, str, str]]:
    story = meadow.ask(f"alerts/{alert}")
    return [(each["what"], each["outcome"], each["note"]) for each in story["actions"]]


def test_an_object_is_drawn_where_it_is_in_the_colour_of_its_height(page: Page, meadow: Town) -> None:
    open_at(page, meadow, SOUTH_DEG, -127.0)
    track = hovering(meadow)
    x, y = page.evaluate(PLACE, track["track_id"])
    box = page.get_by_test_id("map").bounding_box()
    assert box is not None
    assert abs(x - box["x"] - box["width"] / 2) < 20 and abs(y - box["y"] - box["height"] / 2) < 20
    places = [(x, y), (x + 2, y), (x, y - 2), (x, y + 30)]
    *symbol, beside = colours(page, places)
    colour = ramp(track["altitude_m"])
    assert all(is_like(found, colour) for found in symbol), (symbol, colour)
    assert not is_like(beside, colour)
    hide_all(page)
    hidden, *_ = colours(page, places)
    assert not is_like(hidden, colour)


def hide_all(page: Page) -> None:
    """By its filter; what is alerted stays."""
    page.get_by_test_id("filters").click()
    for chip in page.locator(".chip").all():
        chip.click()
    page.get_by_test_id("filters").click()
    page.evaluate(TWO_FRAMES)


def test_an_alert_is_acknowledged_and_cancelled_by_mouse(page: Page, meadow: Town) -> None:
    page.goto(meadow.address)
    card = card_of(page, "North")
    card.locator("button.face").click()
    alert = alert_id(card)
    card = page.get_by_test_id(f"alert-{alert}")
    expect(page.get_by_test_id("why-panel")).to_contain_text("main")
    card.get_by_test_id("acknowledge").click()
    page.get_by_test_id("login-token").fill(meadow.token)
    page.get_by_test_id("login-do").click()
    expect(card.get_by_test_id("alert-standing")).to_have_attribute("data-standing", "acknowledged")
    assert alert_of(meadow, alert)["acknowledged_s"] is not None
    expect(page.get_by_test_id("story")).to_contain_text("Acknowledge")
    card.get_by_test_id("cancel").click()
    page.get_by_test_id("dialog-note").fill("a kite")
    page.get_by_test_id("dialog-do").click()
    expect(card).to_have_count(0)
    expect(page.get_by_test_id("story")).to_contain_text("a kite")
    assert deeds(meadow, alert) == [("acknowledge", "done", ""), ("cancel", "done", "a kite")]


def test_an_alert_is_acknowledged_and_cancelled_by_keys_alone(page: Page, meadow: Town) -> None:
    page.goto(meadow.address)
    wanted = alert_id(card_of(page, "East"))
    press = page.keyboard.press
    press("j")
    chosen = page.locator("li.card.chosen")
    for _ in range(20):
        if alert_id(chosen) == wanted:
            break
        press("j")
    alert = alert_id(chosen)
    press("a")
    expect(page.get_by_test_id("login-token")).to_be_focused()
    page.keyboard.type(meadow.token)
    press("Enter")
    card = page.get_by_test_id(f"alert-{alert}")
    expect(card.get_by_test_id("alert-standing")).to_have_attribute("data-standing", "acknowledged")
    press("c")
    expect(page.get_by_test_id("dialog-note")).to_be_focused()
    page.keyboard.type("a balloon")
    press("Tab")
    press("Enter")
    expect(card).to_have_count(0)
    assert deeds(meadow, alert) == [("acknowledge", "done", ""), ("cancel", "done", "a balloon")]


def test_a_sensor_that_falls_silent_is_loud_on_every_view(page: Page, meadow: Town) -> None:
    log_in(page, meadow)
    page.goto(meadow.address)
    pill = page.get_by_test_id("sensor-pill")
    expect(pill).to_have_text("2 live")
    meadow.sky.silence(202)
    expect(pill).to_have_text("1 of 2 silent")
    pill.click()
    row = page.get_by_test_id(f"sensor-second {HOSTILE}")
    expect(row).to_have_attribute("data-state", "stale")
    expect(page.get_by_test_id("sensors-page").locator("tbody tr").first).to_have_class("silent")
    meadow.sky.speak(202)
    expect(pill).to_have_text("2 live")


def test_texts_that_want_to_be_code_stay_texts(page: Page, meadow: Town) -> None:
    log_in(page, meadow)
    page.goto(meadow.address)
    expect(page.locator("h1")).to_have_text(f"Meadow {HOSTILE}")
    page.locator("li.card").filter(has_text=f"West {HOSTILE}").first.locator("button.face").click()
    expect(page.get_by_test_id("why-panel")).to_contain_text(HOSTILE)
    shows = {"sensors": f"second {HOSTILE}", "zones": f"West {HOSTILE}", "shift": HOSTILE, "table": ""}
    for view, words in shows.items():
        page.get_by_test_id(f"view-{view}").click()
        expect(page.locator(f".page.view-{view}")).to_contain_text(words)
        assert page.locator("img[src=x]").count() == 0
        assert page.evaluate("window.hurt ?? null") is None
