"""The table of a running service's outputs: what goes out, and what is wrong."""

from __future__ import annotations

import io
from typing import Any

import pytest
from rich.console import Console

from tocsin.cli.view_outputs import outputs_table

NOW_NS = 1_000_000_000_000
REPORT: dict[str, Any] = {
    "name": "peer [bold]", "to": "udp://[ff15::1]:8600", "format": "cat062", "is_open": True, "receivers": 0,
    "pictures": 1200, "messages": 3400, "bytes": 5, "last_sent_ns": NOW_NS - 3_000_000_000, "dropped": {},
    "trouble": "",
}  # fmt: skip


def shown(width: int = 120, **values: Any) -> str:
    console = Console(width=width, record=True, file=io.StringIO())
    console.print(outputs_table([REPORT | values], NOW_NS))
    return console.export_text()


def test_what_goes_out_stands_there_as_it_was_given() -> None:
    text = shown()
    assert all(word in text for word in ("peer [bold]", "udp://[ff15::1]:8600", "open", "3 s ago", "1,200"))


@pytest.mark.parametrize(
    ("values", "state"),
    [({"is_open": False, "last_sent_ns": None}, "waiting"), ({"is_open": False, "trouble": "[x]"}, "broken")],
)
def test_what_does_not_stand_waits_or_is_broken(values: dict[str, Any], state: str) -> None:
    text = shown(**values)
    assert state in text
    assert values.get("trouble", "nothing yet") in text


@pytest.mark.parametrize("width", [80, 120])
def test_long_addresses_leave_room_for_what_is_wrong(width: int) -> None:
    text = shown(width, to="file:/" + "a/long/way/" * 12, dropped={"overtaken": 17}, trouble="is full")
    told = " ".join(text.split())
    assert "overtaken" in told and "17" in told and "full" in told
