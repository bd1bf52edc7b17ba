"""The scenarios that come with tocsin, through the whole line: warned in time, and quiet where it is quiet.

One seed stands guard here; `tocsin evaluate --suite builtin` runs many.
"""

from __future__ import annotations

import re
from pathlib import Path

from tocsin.runtime.scenario_job import run_scenario
from tocsin.simulation.library import scenario_text


def test_of_five_that_cross_the_border_at_least_four_are_warned_of_and_nothing_is_cried_in_vain(
    tmp_path: Path,
) -> None:
    metrics = run_scenario("border-crossing", 101, tmp_path / "out").metrics
    assert metrics is not None
    assert metrics["threats_entering"] == 5
    assert metrics["threats_warned"] >= 4
    assert metrics["false_warnings"] == 0


def test_the_first_hour_of_a_quiet_night_raises_no_warning(tmp_path: Path) -> None:
    text, changed = re.subn(r"(?m)^duration_s = .*$", "duration_s = 3600.0", scenario_text("quiet-night"))
    assert changed == 1
    (tmp_path / "hour.toml").write_text(text, encoding="utf-8")
    summary = run_scenario(str(tmp_path / "hour.toml"), 101, tmp_path / "out")
    assert summary.tracks_confirmed > 20
    assert not [message for message in summary.messages if message.level.word == "warning"]
