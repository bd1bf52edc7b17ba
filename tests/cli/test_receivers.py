"""`tocsin receivers`: of a site file, and of a running service."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

from rich.console import Console
from tests.cli.conftest import Call

from tocsin.cli.view_receivers import receivers_table

SITE = """
[site]
name = "Meadow"
latitude_deg = -47.0
longitude_deg = -127.0
languages = ["en", "fi"]

[[receivers]]
name = "Sirens"
to = "https://sirens.example.org/alerts"
min_level = "warning"
[[receivers]]
name = "Speakers"
to = "mqtts://broker.example.org/spoken"
format = "speech"
languages = ["ko", "xx"]
"""
NOW_NS = 1_000_000_000_000
REPORT: dict[str, Any] = {
    "name": "Sirens [bold]", "to": "https://sirens.test/alerts", "format": "cap", "is_open": True,
    "confirmed": 1200, "refused": 0, "pending": 0, "waiting_for_operator": 0, "attempts": 1201,
    "last_confirmed_ns": NOW_NS - 3_000_000_000, "delay_s": 0.42, "trouble": "",
}  # fmt: skip


def shown(**values: Any) -> str:
    console = Console(width=140, record=True, file=io.StringIO())
    console.print(receivers_table([REPORT | values], NOW_NS))
    return console.export_text()


def test_the_receivers_of_a_site_file_are_listed(tocsin: Call, tmp_path: Path) -> None:
    (tmp_path / "site.toml").write_text(SITE)
    listed = tocsin("receivers", "list", "--site", "site.toml")
    assert listed.code == 0
    assert all(word in listed.out for word in ("Sirens", "cap", "warning", "Speakers", "speech", "ko, xx"))
    as_json = tocsin("receivers", "list", "--site", "site.toml", "--json").json
    assert [row["format"] for row in as_json] == ["cap", "speech"]


def test_check_names_the_languages_that_there_are_no_texts_for(tocsin: Call, tmp_path: Path) -> None:
    (tmp_path / "site.toml").write_text(SITE)
    remarks = tocsin("config", "check", "site.toml", "--json").json["remarks"]
    named = [remark for remark in remarks if "no texts in the language" in remark]
    assert [remark.split("'")[1] for remark in named] == ["fi", "xx"]
    assert "there are: de, en, ko" in named[0]


def test_a_site_file_without_receivers_says_what_that_means(tocsin: Call, tmp_path: Path) -> None:
    (tmp_path / "site.toml").write_text(SITE.partition("[[receivers]]")[0])
    assert "alerts go nowhere" in tocsin("receivers", "list", "--site", "site.toml").err


def test_without_a_running_service_it_says_how_to_start_one(tocsin: Call) -> None:
    asked = tocsin("receivers", "list", "--port", 1)
    assert asked.code == 1
    assert "tocsin run" in asked.err and "wait for its READY" in asked.err


def test_what_a_receiver_confirmed_stands_there() -> None:
    text = shown()
    assert all(word in text for word in ("Sirens [bold]", "open", "3 s ago", "1,200", "the last took 0.4 s"))


def test_what_is_wrong_stands_in_the_last_column() -> None:
    text = shown(is_open=False, trouble="answers 500", pending=7, refused=2, waiting_for_operator=1)
    assert all(word in text for word in ("broken", "answers 500", "7", "2 refused", "1 wait for an operator"))
