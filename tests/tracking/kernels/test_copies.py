"""Copies by multipath: weighed as copies before they are confirmed, and objects behind others still found."""

import numpy as np
import pytest

from tocsin.config.site import Prior, Sensor
from tocsin.tracking import Tracker, place

pytestmark = pytest.mark.usefixtures("compiled_kernels")

COPIES, EXCESS_M = 0.5, 300.0


def radar(**changes: object) -> Sensor:
    usual = {
        "name": "radar", "kind": "radar", "period_s": 1.0, "range_sigma_m": 20.0, "azimuth_sigma_deg": 0.2,
        "detection_probability": 0.9, "false_detections_per_scan": 5.0, "max_range_m": 12_000.0,
    }  # fmt: skip
    return Sensor.model_validate(usual | place(0.0, 0.0) | changes)


def told() -> Sensor:
    return radar(multipath_probability=COPIES, multipath_excess_m=EXCESS_M)


def followed(sensor: Sensor, behind: dict[int, tuple[float, float]], scans: int = 25) -> list[int]:
    """How many tracks there are after each scan of one object at 5 km, and of what is behind it: by scan, how
    far and how much to the right [m]."""
    rng, counts = np.random.default_rng(4), []
    flat = Prior(altitude_m=0.0, altitude_sigma_m=1.0, vertical_speed_sigma_mps=0.01)
    tracker = Tracker([sensor], flat)
    for k in range(scans):
        far, aside = [5_000.0 + 20.0 * k], [0.0]
        if k in behind:
            far, aside = [*far, far[0] + behind[k][0]], [*aside, behind[k][1]]
        ranges = np.array(far) + rng.normal(0.0, 20.0, len(far))
        azimuths = np.array(aside) / np.array(far) + rng.normal(0.0, 0.0035, len(far))
        tracks = tracker.update(float(k), "radar", range_m=ranges, azimuth_rad=azimuths)
        counts.append(len(tracks.existence))
    return counts


def test_a_copy_that_stays_becomes_a_track_where_none_are_expected_and_none_where_they_are() -> None:
    copies = {k: (300.0, 0.0) for k in range(5, 25) if k % 2}
    copies |= {6: (300.0, 0.0), 8: (300.0, 0.0)}
    assert max(followed(radar(), copies)) == 2
    assert max(followed(told(), copies)) == 1


def test_an_object_behind_another_and_aside_is_found_within_seconds() -> None:
    follower = dict.fromkeys(range(5, 25), (300.0, 120.0))
    assert followed(told(), follower)[12] == 2


def test_an_object_straight_behind_another_is_found_as_it_is_there_more_often_than_copies_are() -> None:
    follower = dict.fromkeys(range(5, 60), (300.0, 0.0))
    counts = followed(told(), follower, scans=60)
    assert counts[7] == 1 and counts[-1] == 2


def test_what_is_nearer_than_another_is_no_copy_of_it() -> None:
    nearer = dict.fromkeys(range(5, 25), (-1500.0, 0.0))
    assert followed(told(), nearer) == followed(radar(), nearer)
