"""What simulated sensors say, read as `tocsin run` reads it: the detections that were simulated."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from tocsin.errors import InvalidInput
from tocsin.geo.polar import wrap_angle
from tocsin.model.detections import HEARD_ABSENT, Detection, Detections
from tocsin.sensors.ledger import Ledger
from tocsin.sensors.live.readers import Common, HoldsBack, reader_for
from tocsin.simulation import Simulated, simulate
from tocsin.simulation.library import scenario_text
from tocsin.simulation.scenario import parse_scenario
from tocsin.simulation.wire import Spoken, speech
from tocsin.simulation.wire.spoken import detections_of

PATH = Path("short.toml")


@cache
def short_run() -> Simulated:
    """A minute of every kind of sensor."""
    text, changed = re.subn(r"(?m)^duration_s = .*$", "duration_s = 60.0", scenario_text("all-sensors"))
    assert changed == 1
    return simulate(parse_scenario(text, PATH), 1)


@pytest.fixture(autouse=True)
def _own_secret(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path_factory.getbasetemp()))


def heard_of(run: Simulated, name: str) -> tuple[Detections, Detections, Ledger]:
    """What a sensor detected, what is read of its speech, and what was counted meanwhile."""
    number = run.site.sensor_names.index(name)
    sensor = run.site.sensors[number]
    assert sensor.live_input is not None
    way, kind_of_bytes = sensor.live_input
    ledger = Ledger(run.site)
    reader = reader_for(kind_of_bytes, run.site, [number], way, ledger, Common(run.site))

    def read() -> Iterator[Detection]:
        for spoken in speech(run, number):
            yield from reader.read(spoken.data, spoken.sent_ns, spoken.topic or "127.0.0.1:5")
        if isinstance(reader, HoldsBack):
            yield from reader.due(run.end_ns + 60 * 10**9)

    rows = list(read())
    columns = zip(*rows, strict=True)
    found = Detections.of(
        **{name: np.array(column) for name, column in zip(Detection._fields, columns, strict=True)}
    )
    order = np.lexsort((found.azimuth_rad, found.latitude_rad, found.time_ns))
    sent = detections_of(run, number)
    return (
        sent.take(np.lexsort((sent.azimuth_rad, sent.latitude_rad, sent.time_ns))),
        found.take(order),
        ledger,
    )


@pytest.mark.parametrize(
    ("name", "time_s", "degrees", "metres", "mps"),
    [
        ("ADS-B by ASTERIX", 1 / 256, 1e-6, 1.0, 0.1),
        ("Northern centre", 1 / 256, 1e-5, 1.0, 0.2),
        ("Southern network", 0.001, 1e-6, 0.1, 0.1),
        ("Remote ID receiver west", 0.06, 1e-6, 0.5, 0.6),
        ("Remote ID receiver east", 0.06, 1e-6, 0.5, 0.6),
    ],
)
def test_positions_are_read_as_they_were_within_the_steps_of_the_standard(
    name: str, time_s: float, degrees: float, metres: float, mps: float
) -> None:
    sent, found, ledger = heard_of(short_run(), name)
    assert len(found) == len(sent) > 50 / 4
    assert not ledger.unassigned.decode_errors and not any(s.decode_errors for s in ledger.statuses)
    order = np.lexsort((sent.latitude_rad, np.round(sent.time_ns / 1e8)))
    again = np.lexsort((found.latitude_rad, np.round(found.time_ns / 1e8)))
    sent, found = sent.take(order), found.take(again)
    assert np.abs(found.time_ns - sent.time_ns).max() <= time_s * 1e9 + 1
    for angle in ("latitude_rad", "longitude_rad"):
        assert np.degrees(np.abs(getattr(found, angle) - getattr(sent, angle))).max() <= degrees
    assert np.abs(found.altitude_m - sent.altitude_m).max() <= metres
    for axis in ("east", "north", "up"):
        apart = getattr(found, f"velocity_{axis}_mps") - getattr(sent, f"velocity_{axis}_mps")
        # Cursor on Target tells no climb, and DragonSync's 0 is no speed.
        assert np.nanmax(np.abs(apart), initial=0.0) <= mps


@pytest.mark.parametrize("name", ["ADS-B by Beast", "ADS-B by AVR"])
def test_all_but_the_first_half_position_of_each_aircraft_are_read_of_mode_s(name: str) -> None:
    sent, found, ledger = heard_of(short_run(), name)
    aircraft = len(set(sent.identity.tolist()))
    number = short_run().site.sensor_names.index(name)
    assert len(found) == len(sent) - aircraft > 100
    assert ledger.of(number).refused == {"position_unpaired": aircraft}
    assert len(set(found.identity.tolist())) == aircraft
    assert all(identity.startswith("icao:f") for identity in found.identity)
    for row in (found.row(index) for index in range(len(found))):
        together = sent.take(sent.received_ns == row.received_ns)
        true = together.row(int(np.abs(together.latitude_rad - row.latitude_rad).argmin()))
        assert np.degrees(abs(row.latitude_rad - true.latitude_rad)) < 5e-5  # 5 m
        assert np.degrees(abs(row.longitude_rad - true.longitude_rad)) < 1e-4
        assert abs(row.altitude_m - true.altitude_m) < 13 * 0.3048
        assert abs(row.velocity_east_mps - true.velocity_east_mps) < 0.3


def test_the_page_of_aircraft_tells_each_position_once() -> None:
    sent, found, ledger = heard_of(short_run(), "ADS-B by aircraft.json")
    number = short_run().site.sensor_names.index("ADS-B by aircraft.json")
    # What is received after the last page is told on none.
    assert 0.95 * len(sent) < len(found) <= len(sent)
    assert set(ledger.of(number).refused) <= {"repeated"}


@pytest.mark.parametrize("name", ["Hill radar", "Coast radar"])
def test_plots_are_read_as_they_were(name: str) -> None:
    sent, found, _ = heard_of(short_run(), name)
    assert len(found) == len(sent) > 10
    sent, found = (rows.take(np.argsort(rows.range_m)) for rows in (sent, found))
    assert np.abs(found.range_m - sent.range_m).max() <= 1852 / 512 + 1e-6


@pytest.mark.parametrize("name", ["Mast camera", "Microphone array 2"])
def test_bearings_are_read_as_they_were_and_a_look_is_a_scan(name: str) -> None:
    sent, found, _ = heard_of(short_run(), name)
    assert len(found) == len(sent) > 0
    assert np.abs(wrap_angle(found.azimuth_rad - sent.azimuth_rad)).max() < 1e-9
    np.testing.assert_allclose(found.elevation_rad, sent.elevation_rad, atol=1e-9)
    assert len(np.unique(found.scan)) == len(np.unique(sent.scan))


def test_of_a_direction_finder_only_what_has_shown_that_it_flies_is_used() -> None:
    sent, found, ledger = heard_of(short_run(), "Direction finder 1")
    number = short_run().site.sensor_names.index("Direction finder 1")
    withheld = ledger.of(number).refused
    assert set(withheld) <= {"not_seen_to_fly_yet", "stands_on_the_ground"}
    assert 0 < len(found) == len(sent) - withheld.total()
    assert np.abs(found.azimuth_rad[:, None] - sent.azimuth_rad).min(axis=1).max() < 1e-9


def test_an_ear_says_at_every_look_whether_it_hears() -> None:
    sent, found, _ = heard_of(short_run(), "Ear 1")
    assert len(found) == len(sent) == 60
    assert (found.heard == sent.heard).all() and set(found.heard.tolist()) == {0, 1}
    assert (found.heard != HEARD_ABSENT).all()


def test_people_say_in_which_direction() -> None:
    run = simulate(parse_scenario(scenario_text("all-sensors"), PATH), 1)
    sent, found, _ = heard_of(run, "Harbour watch")
    assert len(found) == len(sent) > 3
    assert np.abs(wrap_angle(found.azimuth_rad - sent.azimuth_rad)).max() < np.radians(0.1)


@pytest.mark.parametrize(
    ("was", "now", "told"),
    [
        ('"tcp://127.0.0.1:30005"', '"udp://127.0.0.1:30005"', "'ADS-B by Beast'.* beast over udp"),
        ("system_area_code = 251", "", "tracks 'Northern centre' has no name in ASTERIX"),
    ],
)
def test_who_can_not_speak_so_is_named_at_once(was: str, now: str, told: str) -> None:
    text = scenario_text("all-sensors")
    assert was in text
    text = re.sub(r"(?m)^duration_s.*$", "duration_s = 2.0", text.replace(was, now))
    run = simulate(parse_scenario(text, PATH), 1)
    with pytest.raises(InvalidInput, match=told):
        all_said(run)


@pytest.mark.parametrize(
    ("topic", "first"), [("", "tocsin"), ("/village/mast/#", "village"), ("/+/mast/#", "tocsin")]
)
def test_nodes_speak_under_the_topic_that_is_listened_to(topic: str, first: str) -> None:
    run = short_run()
    number = run.site.sensor_names.index("Ear 1")
    moved = run.site.sensors[number].model_copy(update={"input": f"mqtt://127.0.0.1:1883{topic}"})
    sensors = (*run.site.sensors[:number], moved, *run.site.sensors[number + 1 :])
    again = Simulated(
        run.site.model_copy(update={"sensors": sensors}), run.detections, run.object_id, run.truth,
        run.schedules, run.start_ns, run.end_ns,
    )  # fmt: skip
    assert {spoken.topic for spoken in speech(again, number)} == {
        f"{first}/Ear 1/heard",
        f"{first}/Ear 1/status",
    }


def all_said(run: Simulated) -> list[Iterator[Spoken]]:
    return [speech(run, number) for number in range(len(run.site.sensors))]


def test_all_is_said_in_order() -> None:
    for said in map(list, all_said(short_run())):
        times_ns = [spoken.sent_ns for spoken in said]
        assert times_ns == sorted(times_ns) and said
