"""Whoever listens learns that tocsin is gone, also where the line stands still and all else goes on."""

from __future__ import annotations

import json
from typing import Any

import pytest
from tests.outputs.delivery.test_feed import NOW_NS, SECOND, SetClock, feed, read, texts
from tests.outputs.messages import MESSAGE, make_site

from tocsin.outputs.delivery.heartbeat import GONE_AFTER_S, Heartbeat


def said(stalled_s: float) -> dict[str, Any]:
    known = feed(MESSAGE, stepped_ns=NOW_NS - round(stalled_s * SECOND))
    found: dict[str, Any] = json.loads(Heartbeat(make_site(), known, SetClock()).now())
    return found


@pytest.mark.parametrize(("stalled_s", "is_alive"), [(0.0, True), (9.0, True), (11.0, False), (900.0, False)])
def test_a_line_that_stands_still_is_said_to_be_gone(stalled_s: float, is_alive: bool) -> None:
    assert said(stalled_s)["alive"] is is_alive


def test_the_feed_is_renewed_only_while_the_line_goes_on() -> None:
    goes, stands = (
        texts(read(feed(MESSAGE, stepped_ns=stepped_ns).atom(NOW_NS + 60 * SECOND)), "a:updated/text()")[0]
        for stepped_ns in (NOW_NS + 60 * SECOND, NOW_NS)
    )
    assert (stands, goes) == ("2022-12-26T01:27:20Z", "2022-12-26T01:28:20Z")
    assert GONE_AFTER_S == 30.0
