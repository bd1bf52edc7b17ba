"""Recordings on the same page: a simulated evening, and a real capture of Remote ID."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from tests.conftest import CHECKOUT
from tests.web.looking import colours
from tests.web.test_keys import press, reach
from tests.web.test_live import DRAWN, PLACE, TWO_FRAMES, is_like
from tests.web.town import PROGRAM, serving

EVENING = CHECKOUT / "docs" / "examples" / "ferry-village.toml"
PART = "-46.995,-127.01 -46.995,-126.99 -47.0,-126.99 -46.995,-127.01"
CAPTURE = "recordings/remote_id_parrot_anafi.pcapng"


IN_SIGHT = """(track) => {
  const [x, y] = window.tocsin.project(track) ?? [-1, -1];
  return window.tocsin.isIdle() && document.elementFromPoint(x, y)?.closest("[data-testid=map]") != null;
}"""


def run(folder: Path, *command: str) -> None:
    environment = {**os.environ, "XDG_DATA_HOME": str(folder)}
    subprocess.run([*PROGRAM, *command], cwd=folder, env=environment, capture_output=True, check=True)


@pytest.fixture(scope="module")
def runs(chromium: str, compiled_kernels: None, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("runs")
    run(folder, "demo", "--headless", "--speed", "0", "--scenario", str(EVENING), "--out", "evening")
    for cap in (folder / "evening" / "cap").iterdir():  # as if a part of the village were warned
        cap.write_text(re.sub("<polygon>[^<]*", f"<polygon>{PART}", cap.read_text()))
    return folder


@pytest.fixture(scope="module")
def address(runs: Path) -> Iterator[str]:
    with serving(runs, ("console", "."), "http") as found:
        yield found


def test_a_recording_is_scrubbed_to_its_alert_and_played(page: Page, address: str) -> None:
    page.goto(f"{address}/#recording=evening")
    expect(page.get_by_test_id("banner-past")).to_contain_text("evening")
    expect(page.get_by_test_id("no-alerts")).to_be_visible()
    slider = page.get_by_test_id("replay-slider")
    expect(slider).to_be_enabled()
    ticks = page.locator(".tick.level-advisory, .tick.level-warning")
    ticks.first.evaluate("(tick) => tick.click()")  # once they came: all that happened is read first
    card = page.locator("li.card").first
    expect(card.get_by_test_id("alert-zone")).to_have_text("Village")
    page.wait_for_function(DRAWN, arg=1)
    page.wait_for_function("() => window.tocsin.drawn('warned') >= 2")  # the area and its edge
    before = float(slider.input_value())
    reach(page, "replay-slider")
    page.keyboard.press("End")
    expect(card).to_have_count(0)
    page.keyboard.press("Home")
    expect(page.get_by_test_id("no-alerts")).to_be_visible()
    reach(page, "replay-speed")
    press(page, "End", "ArrowUp")  # 60 times, which also plays
    expect(card).to_be_visible()
    assert float(slider.input_value()) >= before - 150
    expect(page.get_by_test_id("acknowledge")).to_have_count(0)


@pytest.fixture(scope="module")
def flight(runs: Path, shared_path: Callable[[str], Path]) -> str:
    run(runs, "replay", str(shared_path(CAPTURE)), "--out", "flight")
    return "flight"


def test_a_real_remote_id_flight_is_replayed(page: Page, address: str, flight: str) -> None:
    page.goto(f"{address}/#recording={flight}")
    expect(page.get_by_test_id("banner-past")).to_contain_text(flight)
    slider = page.get_by_test_id("replay-slider")
    expect(slider).to_be_enabled()
    start, end = (float(str(slider.get_attribute(name))) for name in ("min", "max"))
    page.goto(f"{address}/#recording={flight}&time={(start + end) / 2:.0f}")
    page.reload()
    page.wait_for_function(DRAWN, arg=1)
    page.get_by_test_id("view-table").click()
    row = page.locator("[data-testid^=row-]").first
    track = str(row.get_attribute("data-testid")).removeprefix("row-")
    row.locator("button").first.click()
    expect(page.get_by_test_id("object-panel")).to_contain_text("Says it is")
    page.get_by_test_id("follow").click()
    page.get_by_test_id("view-map").click()
    page.keyboard.press(" ")
    expect(page.get_by_test_id("play")).to_contain_text("Play")
    page.wait_for_function(IN_SIGHT, arg=track)
    page.evaluate(TWO_FRAMES)
    x, y = page.evaluate(PLACE, track)
    *symbol, beside = colours(page, [(x + 4, y), (x, y + 4), (x - 4, y), (x, y - 4), (x + 40, y + 40)])
    assert any(not is_like(found, beside) for found in symbol), (symbol, beside)
