from __future__ import annotations

import pytest
from tests.alerting.pictures import START_NS, Made, make_site, one_kind, picture, run

from tocsin.alerting import wording
from tocsin.alerting.alerter import Alerter


def test_the_reason_says_what_where_when_and_why() -> None:
    (message,) = run(Alerter(make_site()), range(5), Made())
    assert message.reason == (
        "warning: small_piston_fixed_wing (0.62) heading for Kaldvik, "
        "83 % likely to enter in 4 min 10 s (3:20-5:00); "
        "seen by microphone and radar; rule warning"
    )


def test_the_evidence_answers_why_did_this_fire() -> None:
    (message,) = run(Alerter(make_site()), range(5), Made())
    assert message.evidence == (
        "seen by microphone and radar",
        "last seen 01:19:03 UTC",
        "class small_piston_fixed_wing (0.62)",
        "existence 0.98",
        "entry probability 0.83",
        "tracks T1",
        "warning since 01:19:03 UTC by rule warning, on microphone and radar",
    )


def test_a_warning_that_rests_on_the_class_says_so() -> None:
    track = one_kind(object_class="delta_wing_drone", class_probability=0.95)
    (message,) = run(Alerter(make_site()), range(4), track)
    assert message.evidence[-1].endswith("by rule warning, on class delta_wing_drone 0.95, seen by radar")


def test_kinds_are_named_before_the_class_where_both_would_do() -> None:
    track = Made(object_class="delta_wing_drone", class_probability=0.95)
    (message,) = run(Alerter(make_site()), range(4), track)
    assert message.evidence[-1].endswith("by rule warning, on microphone and radar")


def test_later_evidence_keeps_what_the_level_was_raised_on() -> None:
    alerter = Alerter(make_site())
    run(alerter, range(10), Made())
    (renewal,) = [m for m in alerter.decide(picture(700, one_kind())) if m.version == 2]
    assert renewal.evidence[0] == "seen by radar"
    assert renewal.evidence[-1].endswith("on microphone and radar")


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (-3, "0 s"),
        (0, "0 s"),
        (59.4, "59 s"),
        (59.6, "1 min 00 s"),
        (250, "4 min 10 s"),
        (3900, "1 h 05 min"),
    ],
)
def test_durations_are_said_as_people_say_them(seconds: float, words: str) -> None:
    assert wording.duration(seconds) == words


@pytest.mark.parametrize(
    ("probability", "words"),
    [(0.0, "0 %"), (0.001, "under 1 %"), (0.834, "83 %"), (0.999, "over 99 %"), (1.0, "100 %")],
)
def test_only_what_is_certain_is_called_certain(probability: float, words: str) -> None:
    assert wording.percent(probability) == words


@pytest.mark.parametrize(
    ("kinds", "words"),
    [
        (set(), "no kind of sensor by itself"),
        ({"radar"}, "radar"),
        ({"radar", "direction_finder", "microphone"}, "direction finder, microphone and radar"),
    ],
)
def test_kinds_are_listed_in_one_order(kinds: set[str], words: str) -> None:
    assert wording.kinds_in_words(frozenset(kinds)) == words


def test_times_of_day_are_in_utc() -> None:
    assert wording.clock_time(START_NS) == "01:19:00 UTC"
