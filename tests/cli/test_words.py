from __future__ import annotations

from tests.cli.samples import NOW_NS, an_alert, cancelled

from tocsin.cli.words import (
    clock_time,
    clock_time_of,
    count,
    entry_words,
    level_style,
    level_word,
    minutes,
    plain,
    reasons,
)
from tocsin.model.alerts import Level


def test_times_are_utc() -> None:
    assert clock_time(NOW_NS) == "10:10:00"
    assert clock_time_of(NOW_NS / 1e9 + 61.4) == "10:11:01"
    assert clock_time_of(None) == "-"


def test_spans_are_minutes_and_seconds() -> None:
    assert [minutes(value) for value in (0.4, 59.6, 250, 3850)] == ["0:00", "1:00", "4:10", "1:04:10"]


def test_levels_are_words_before_they_are_colours() -> None:
    assert [level_word(an_alert(level)) for level in Level] == ["WATCH", "ADVISORY", "WARNING"]
    assert level_word(cancelled(an_alert())) == "ALL-CLEAR"
    assert len({level_style(an_alert(level)) for level in Level} | {level_style(cancelled(an_alert()))}) == 4


def test_the_entry_is_told_from_now_on() -> None:
    assert entry_words(an_alert(entry_s=250.0), NOW_NS) == "in 4:10"
    assert entry_words(an_alert(entry_s=-5.0), NOW_NS) == "now"
    assert entry_words(an_alert(entry_s=None), NOW_NS) == "time unknown"


def test_numbers_agree_with_their_things_and_reasons_are_readable() -> None:
    assert (count(1, "track"), count(2048, "track")) == ("1 track", "2,048 tracks")
    assert reasons({"late": 2, "bad_checksum": 12, "a": 2}) == "12 bad checksum, 2 a, 2 late"
    assert plain("small_piston_fixed_wing") == "small piston fixed wing"
