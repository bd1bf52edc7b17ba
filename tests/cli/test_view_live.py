from __future__ import annotations

from dataclasses import replace

import pytest
from tests.cli.samples import NOW_NS, SECOND_NS, a_moment, an_alert, drawn, some_assessments, some_tracks

from tocsin.cli.view_live import Heading, LiveView
from tocsin.model.alerts import Level
from tocsin.runtime.watch import Moment

HEADING = Heading("border-crossing, seed 1", "Exercise", NOW_NS - 730 * SECOND_NS, 1620.0, 27.0)
ALERTS = (
    an_alert(Level.WARNING, 250.0, 1),
    an_alert(Level.ADVISORY, 400.0, 2),
    an_alert(Level.WATCH, None, 3, "Waterworks"),
)


def view(moment: Moment | None, heading: Heading = HEADING) -> LiveView:
    return LiveView(heading, "compiling kernels, the first time only", moment)


def test_the_heading_says_what_runs_when_how_fast_and_that_it_is_an_exercise() -> None:
    title = drawn(view(a_moment()))[0]
    assert title == "border-crossing, seed 1  EXERCISE  10:10:00 UTC  12:10 of 27:00  27 x real time"


def test_full_speed_and_an_unknown_start_are_said_plainly() -> None:
    title = drawn(view(a_moment(), Heading("replay of a", "Exercise", None, None, 0.0)))[0]
    assert title == "replay of a  EXERCISE  10:10:00 UTC  as fast as it goes"


def test_before_the_first_moment_it_says_what_is_being_done() -> None:
    assert "compiling kernels, the first time only ..." in drawn(view(None))


def test_alerts_stand_first_then_tracks_then_sensors() -> None:
    lines = drawn(view(a_moment(ALERTS)))
    first = {name: next(i for i, text in enumerate(lines) if text.startswith(name)) for name in
             ("ALERTS  3 open", "TRACKS  2", "SENSORS  2")}  # fmt: skip
    assert list(first.values()) == sorted(first.values())


def test_an_alert_says_level_zone_object_and_entry_as_they_are_now_and_on_what_evidence() -> None:
    text = "\n".join(drawn(view(a_moment(ALERTS)), 100, 30))
    assert " WARNING  Town               multirotor               in 4:10        10%" in text
    assert "A-000001, track T1: " in text
    assert "seen by microphone and radar" in text
    assert "WATCH    Waterworks" in text
    assert "time unknown" in text


def test_an_alert_whose_track_is_lost_keeps_what_its_last_message_said() -> None:
    lost = replace(a_moment(ALERTS[:1]), assessments=None)
    assert any("83%" in text for text in drawn(view(lost), 100, 30))


def test_of_several_tracks_the_likeliest_speaks_for_their_alert() -> None:
    group = replace(an_alert(), track_ids=("T2", "T1"))
    for likely in ([0.1, 0.7], [0.7, 0.1]):
        moment = replace(a_moment((group,)), assessments=some_assessments(some_tracks(), likely))
        assert any("in 4:10" in text and "70%" in text for text in drawn(view(moment), 100, 30))


def test_what_is_due_or_inside_is_not_on_its_way_to_another_entry() -> None:
    lines = drawn(view(a_moment((an_alert(entry_s=-1.0),))), 100, 30)
    assert any("now" in text and "83%" in text for text in lines)


def test_a_wide_terminal_has_the_evidence_on_the_same_line() -> None:
    (alert,) = [text for text in drawn(view(a_moment(ALERTS[:1])), 200, 30) if "WARNING" in text]
    assert alert.endswith("seen by microphone and radar; rule warning")


def test_a_track_says_class_height_speed_course_existence_and_who_saw_it() -> None:
    lines = drawn(view(a_moment()))
    assert "T2       multirotor              0.91  1234 m    36   045°   0.98  0:05 radar" in lines


def test_tracks_that_are_likelier_to_enter_stand_above() -> None:
    tracks = [text.split()[0] for text in drawn(view(a_moment(tracks=4))) if text.startswith("T")]
    assert tracks == ["TRACKS", "T4", "T3", "T2", "T1"]


def test_a_sensor_says_age_rate_total_and_refused() -> None:
    lines = drawn(view(a_moment()))
    assert any(
        text.split() == ["Hill", "radar", "radar", "3", "s", "ago", "9.9", "120", "7"] for text in lines
    )
    assert any("Microphone array 1" in text and "nothing yet" in text for text in lines)


@pytest.mark.parametrize("size", [(80, 24), (80, 20), (120, 30), (200, 50)])
@pytest.mark.parametrize("alerts", [0, 1, 5, 40])
def test_it_fits_the_terminal_whatever_there_is_to_show(size: tuple[int, int], alerts: int) -> None:
    lines = drawn(view(a_moment(tuple(an_alert(number=n) for n in range(alerts)), tracks=30)), *size)
    assert len(lines) < size[1]
    assert max(map(len, lines)) <= size[0]
    assert all(any(text.startswith(name) for text in lines) for name in ("ALERTS", "TRACKS", "SENSORS"))
    assert any("and" in text and "more" in text for text in lines) == (size[1] < 50 or alerts == 40)


def test_names_of_data_are_not_taken_for_markup() -> None:
    text = "\n".join(drawn(view(a_moment((an_alert(zone="[red]Old Town"),)))))
    assert "[red]Old Town" in text


def test_a_picture_without_tracks_or_assessments_can_be_drawn() -> None:
    nothing = a_moment(tracks=0)
    assert any(text.startswith("TRACKS  0") for text in drawn(view(nothing)))
