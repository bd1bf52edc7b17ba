"""Nothing is placed by a sensor that stands nowhere."""

from __future__ import annotations

from tocsin.config.site import Place, Sensor, Site
from tocsin.model.detections import Detections
from tocsin.sensors.placement import POSITION_UNKNOWN, refuse_unplaced

NOWHERE = Sensor.model_validate({"name": "nowhere", "kind": "radar"})
PLACED = Sensor.model_validate({"name": "placed", "kind": "radar", "latitude_deg": 1.0, "longitude_deg": 2.0})
SITE = Site(site=Place(name="x", latitude_deg=1.0, longitude_deg=2.0), sensors=(NOWHERE, PLACED))


def test_a_range_of_a_sensor_without_a_position_is_refused_and_counted() -> None:
    plots = Detections.of(time_ns=[1, 2, 3], sensor=[0, 1, 0], range_m=5000.0, azimuth_rad=0.5)
    kept, counts = refuse_unplaced(plots, SITE)
    assert kept.sensor.tolist() == [1]
    assert counts == {(0, POSITION_UNKNOWN): 2}


def test_a_report_that_places_itself_is_kept() -> None:
    report = Detections.of(time_ns=[1], sensor=[0], latitude_rad=0.1, longitude_rad=0.2)
    kept, counts = refuse_unplaced(report, SITE)
    assert len(kept) == 1
    assert not counts
