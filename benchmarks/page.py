"""What the console's page costs its browser: 5,000 objects at 5 Hz, in a real one without a graphics card."""

from __future__ import annotations

import multiprocessing
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np
from playwright.sync_api import Page, sync_playwright
from tests.web.looking import WEBGL_BY_PROCESSOR, chromium_path, launched, looking

from benchmarks.console import HERE, OBJECTS, serve
from benchmarks.options import Options, Unavailable
from benchmarks.table import Column, Part, Table, at_most
from tocsin.outputs.web.page import is_built

RATE_HZ = 5
SECONDS, QUICK_SECONDS, TURN_S = 600, 30, 5
MOST_MS = 4.0
MOST_GROWTH_MB = 5.0
IS_LONG = True
_LATEST = "([name, count]) => window.tocsin[name].slice(Math.max(0, window.tocsin[name].length - count))"
_UPDATES = "() => window.tocsin.updates"


def describe() -> str:
    return f"""Page: {OBJECTS:,} objects at {RATE_HZ} Hz in a browser

Chromium with graphics by the processor shows all objects for ten minutes. Time of the page's main thread for
each picture: the frame of the wire read into columns, and the map given what to draw and told to draw it.
Memory is that of the page's JavaScript after a collection."""


def run(options: Options) -> Sequence[Part]:
    path = chromium_path()
    if path is None or not is_built():
        raise Unavailable("it needs chromium and the console's page (make page)")
    with _served() as port, sync_playwright() as playwright:
        browser = launched(playwright, path, *WEBGL_BY_PROCESSOR)
        with looking(browser) as page:
            page.goto(f"http://{HERE}:{port}/")
            page.wait_for_function("(count) => window.tocsin?.tracks >= count", arg=OBJECTS)
            return _watched(page, QUICK_SECONDS if options.quick else SECONDS)


@contextmanager
def _served() -> Iterator[int]:
    here, there = multiprocessing.Pipe()
    server = multiprocessing.get_context("spawn").Process(target=serve, args=(there, RATE_HZ))
    server.start()
    try:
        yield here.recv()
    finally:
        for word in ("measure", "stop"):
            here.send(word)
        server.join(20)
        server.kill()


def _watched(page: Page, seconds: int) -> list[Table]:
    session = page.context.new_cdp_session(page)
    spent: dict[str, list[float]] = {"decoding_ms": [], "drawing_ms": []}
    heaps_mb, first = [], page.evaluate(_UPDATES)
    before = first
    for _ in range(0, seconds, TURN_S):
        page.wait_for_timeout(1000.0 * TURN_S)
        now = page.evaluate(_UPDATES)
        for name, found in spent.items():
            found += page.evaluate(
                "([name, count]) => window.tocsin[name].slice(-count)", [name, now - before]
            )
        before = now
        session.send("HeapProfiler.collectGarbage")
        heaps_mb.append(page.evaluate("() => performance.memory.usedJSHeapSize") / 1e6)
    return [_costs(spent, (before - first) / seconds), _memory(heaps_mb, seconds)]


def _costs(spent: dict[str, list[float]], shown_hz: float) -> Table:
    table = Table(
        f"Main thread, {OBJECTS:,} objects",
        [Column("step"), Column("median ms", ".2f"), Column("95 % ms", ".2f")],
        note=f"{shown_hz:.1f} pictures a second were drawn.",
    )
    for name, found in spent.items():
        table.add(name.removesuffix("_ms"), *_figures(found))
    count = min(map(len, spent.values()))
    both = [sum(pair) for pair in zip(*(found[-count:] for found in spent.values()), strict=True)]
    middle, high = _figures(both)
    table.add(
        "both", middle, high, goals=[at_most(middle, MOST_MS, "median ms"), at_most(high, MOST_MS, "95 % ms")]
    )
    return table


def _figures(found: Sequence[float]) -> tuple[float, float]:
    return float(np.median(found)), float(np.percentile(found, 95))


def _memory(heaps_mb: list[float], seconds: int) -> Table:
    table = Table(
        f"Memory over {seconds} s",
        [Column("what"), Column("MB", ".1f")],
        note="Growth: the straight line through all but the first tenth, over the whole time.",
    )
    settled: Any = heaps_mb[len(heaps_mb) // 10 :]
    slope = float(np.polyfit(range(len(settled)), settled, 1)[0]) if len(settled) > 1 else float("nan")
    growth = slope * len(heaps_mb)
    table.add("at first", heaps_mb[0])
    table.add("at the end", heaps_mb[-1])
    table.add("growth", growth, goals=[at_most(growth, MOST_GROWTH_MB, "MB")])
    return table
