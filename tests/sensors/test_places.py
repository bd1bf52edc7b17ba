"""Where moving sensors were: between what they told and a little after; what no ship can do is not so."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.sensors.live.clocks import SetClock
from tests.sensors.live.test_readers import sensor
from tests.sensors.made import SECOND_NS, at, north, plot, radar, radar_blocks, site
from tests.sensors.test_node_reader import placed

from tocsin.config.kinds import SensorKind
from tocsin.config.site import Sensor
from tocsin.geo.frame import LocalFrame
from tocsin.model.detections import Detections
from tocsin.recording.detections_file import read_detections
from tocsin.recording.recorder import Recorder
from tocsin.sensors.ledger import Ledger
from tocsin.sensors.live.source import LiveSource
from tocsin.sensors.node_reader import NodeReader
from tocsin.sensors.rows import Rows

FRAME = LocalFrame.from_degrees(-46.5, -20.25, 0.0)


class Boat:
    """A camera on a boat, with its ledger; places are metres east of the site."""

    def __init__(self) -> None:
        self.site = site(placed("boat", SensorKind.CAMERA, moves=True))
        self.ledger = Ledger(self.site)
        self._reader, self._rows = NodeReader(self.site, None, self.ledger), Rows(self.ledger)

    def says(self, kind: str, time_s: float, received_s: float | None = None, **message: Any) -> Detections:
        payload = json.dumps({"v": 1, "time": at(time_s) / SECOND_NS} | message).encode()
        received_ns = at((time_s if received_s is None else received_s) + 0.1)
        batches = [*self._rows.add(self._reader.read(payload, received_ns, f"tocsin/boat/{kind}"))]
        return Detections.concatenate([Detections.empty(), *batches, *self._rows.flush()])

    def is_at(self, time_s: float, east_m: float, **more: Any) -> None:
        latitude, longitude, altitude = FRAME.to_geodetic([east_m, 0.0, 0.0])
        place = {"latitude_deg": math.degrees(latitude), "longitude_deg": math.degrees(longitude),
                 "altitude_m": float(altitude)}  # fmt: skip
        assert len(self.says("status", time_s, listening=True, **place, **more)) == 0

    def sees_from(self, time_s: float, received_s: float | None = None) -> float | None:
        """From how far east of the site a bearing of this time is taken; None: it is not used."""
        seen = self.says("bearing", time_s, received_s, azimuth_deg=time_s)
        if not len(seen):
            return None
        place = seen.sensor_latitude_rad[0], seen.sensor_longitude_rad[0], seen.sensor_altitude_m[0]
        return float(FRAME.to_enu(*place)[0])

    @property
    def refused(self) -> dict[str, int]:
        return dict(self.ledger.statuses[0].refused)


def test_between_two_places_and_half_a_minute_after_the_last_it_goes_straight() -> None:
    boat = Boat()
    boat.is_at(0.0, 0.0)
    assert boat.sees_from(1.0) == pytest.approx(0.0, abs=0.01)
    boat.is_at(10.0, 100.0)
    assert boat.sees_from(10.5) == pytest.approx(105.0, abs=0.01)
    boat.is_at(20.0, 150.0)
    assert boat.sees_from(14.0, received_s=20.0) == pytest.approx(120.0, abs=0.01)
    assert boat.sees_from(30.0) == pytest.approx(200.0, abs=0.01)
    assert boat.refused == {}


def test_a_place_that_is_not_known_or_too_old_is_counted_and_nothing_is_placed_by_it() -> None:
    boat = Boat()
    assert boat.sees_from(0.0) is None
    boat.is_at(1.0, 0.0)
    assert boat.sees_from(30.0) is not None and boat.sees_from(32.0) is None
    assert boat.refused == {"sensor_place_unknown": 1, "sensor_place_too_old": 1}


def test_a_leap_is_not_believed_until_it_has_been_told_three_times() -> None:
    boat = Boat()
    boat.is_at(0.0, 0.0)
    boat.is_at(5.0, 5000.0)
    assert boat.sees_from(6.0) == pytest.approx(0.0, abs=0.01)
    boat.is_at(10.0, 50.0)
    assert boat.sees_from(10.0) == pytest.approx(50.0, abs=0.01)
    for k in range(3):
        boat.is_at(15.0 + k, 9000.0 + k)
    assert boat.sees_from(17.0) == pytest.approx(9002.0, abs=0.01)
    assert boat.refused == {"sensor_place_leaps": 3}


def test_places_from_another_continent_and_of_the_past_are_counted() -> None:
    boat = Boat()
    boat.is_at(5.0, 10.0)
    boat.is_at(3.0, 0.0)
    boat.says("status", 6.0, listening=True, latitude_deg=46.0, longitude_deg=8.0)
    assert boat.sees_from(7.0) == pytest.approx(10.0, abs=0.01)
    assert boat.refused == {"sensor_place_out_of_order": 1, "sensor_place_leaps": 1}


def test_what_a_sensor_tells_that_stands_moves_nothing() -> None:
    known = site(placed("boat", SensorKind.CAMERA))
    ledger = Ledger(known)
    reader = NodeReader(known, None, ledger)
    status = b'{"v":1,"listening":true,"latitude_deg":-46.4,"longitude_deg":-20.2}'
    assert list(reader.read(status, at(1), "tocsin/boat/status")) == []
    (row,) = ledger.places.with_places(
        reader.read(b'{"v":1,"azimuth_deg":9}', at(2), "x/boat/bearing"), ledger
    )
    assert math.isnan(row.sensor_latitude_rad)


def test_what_only_hears_while_it_moves_is_counted() -> None:
    known = site(placed("van", SensorKind.DIRECTION_FINDER, moves=True))
    ledger = Ledger(known)
    rows = NodeReader(known, None, ledger).read(b'{"v":1,"heard":true}', at(2), "x/van/heard")
    assert list(ledger.places.with_places(rows, ledger)) == []
    assert ledger.statuses[0].refused == {"heard_while_moving": 1}


@pytest.mark.parametrize("kind", [SensorKind.MICROPHONE, SensorKind.ADSB, SensorKind.SIGHTING])
def test_kinds_that_are_not_tracked_while_they_move_are_refused(kind: SensorKind) -> None:
    with pytest.raises(ValueError, match="moves is for radar or camera or direction_finder"):
        Sensor(name="x", kind=kind, moves=True)


def test_a_radar_at_sea_tells_its_place_in_its_own_standard_and_the_recording_has_it(tmp_path: Path) -> None:
    way = {"input": "udp://127.0.0.1:8600", "moves": True, "latitude_deg": None, "longitude_deg": None}
    known = site(radar("ship", (20, 2)).model_copy(update=way), sensor("mast", SensorKind.CAMERA, ""))
    clock = SetClock(at(0.0))
    source = LiveSource(known, clock)
    for turn in range(6):
        east_m = 40.0 * turn  # in 4 s
        latitude, longitude, _ = FRAME.to_geodetic([east_m, 0.0, 0.0])
        start_s = 4.0 * turn
        told = {"latitude_rad": float(latitude), "longitude_rad": float(longitude), "altitude_m": 0.0}
        for second, message in (
            (start_s, north(start_s, **told)),
            (start_s + 1.0, plot(start_s + 1.0, 90.0)),
        ):
            clock.time_ns = at(second + 0.1)
            source.channels[0].inbox.put(radar_blocks(message), "192.0.2.1:8600")
    batches = [*source.batches(at(60.0))]
    seen = Detections.concatenate(batches)
    place = FRAME.to_enu(seen.sensor_latitude_rad, seen.sensor_longitude_rad, seen.sensor_altitude_m)
    assert source.statuses[0].refused == {}
    expected_m = [0.0, *(40.0 * turn + 10.0 for turn in range(1, 6))]
    np.testing.assert_allclose(place[:, 0], expected_m, atol=12.0)  # steps of I034/120: 180 / 2^23 degrees
    with Recorder(tmp_path / "night", "", known.sensor_names, FRAME) as recorder:
        for batch in batches:
            recorder.detections(batch)
    again = read_detections(tmp_path / "night" / "detections.parquet", known.sensor_names).detections
    for name, column in seen.arrays().items():
        np.testing.assert_array_equal(column, again.arrays()[name], err_msg=name)
