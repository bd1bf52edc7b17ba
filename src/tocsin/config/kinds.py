"""What is assumed of a sensor of each kind where the site file says nothing.

The figures are those of the project's table of sensors; those marked (assumed) have no published source.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class SensorKind(StrEnum):
    """The kinds of sensor of the public contract."""

    RADAR = "radar"
    DIRECTION_FINDER = "direction_finder"
    MICROPHONE = "microphone"
    CAMERA = "camera"
    REMOTE_ID = "remote_id"
    ADSB = "adsb"
    TRACKS = "tracks"
    SIGHTING = "sighting"


MOVABLE = (SensorKind.RADAR, SensorKind.CAMERA, SensorKind.DIRECTION_FINDER)
"""Kinds of which one may stand on a ship or vehicle; what reports positions needs no place of its own."""


POINTING = frozenset({SensorKind.MICROPHONE, SensorKind.DIRECTION_FINDER, SensorKind.CAMERA})
"""Kinds that tell a direction or that they hear something, and no place: a track of these alone may be where
bearings happen to cross."""


@dataclass(frozen=True, slots=True)
class KindDefaults:
    """Defaults of one kind; 1 sigma, metres, degrees, seconds.

    `visible_probability` is the prior probability that the sensor can perceive an object at all: a radar
    perceives whatever flies, a radio receiver only what emits. `visible_hold_s` is how long that stays so.
    """

    period_s: float
    detection_probability: float
    false_detections_per_scan: float
    max_range_m: float
    range_sigma_m: float = 30.0
    azimuth_sigma_deg: float = 1.0
    elevation_sigma_deg: float = 2.0
    range_rate_sigma_mps: float = 1.0
    position_sigma_m: float = 30.0
    visible_probability: float = 1.0
    visible_hold_s: float = 120.0
    propagation_speed_mps: float | None = None


DEFAULTS: dict[SensorKind, KindDefaults] = {
    # Gap-filler radar (assumed): 2-5 s, 30-50 m, 0.2-0.5 deg.
    # Terrain and fading hide an object for a minute now and then.
    SensorKind.RADAR: KindDefaults(
        4.0, 0.9, 1.0, 40_000.0, range_sigma_m=40.0, azimuth_sigma_deg=0.35, visible_probability=0.98,
        visible_hold_s=60.0,
    ),
    # 1.5 deg rms measured on a small array, 5-20 deg in town; free-space range about 9 km for 100 mW.
    SensorKind.DIRECTION_FINDER: KindDefaults(
        2.0, 0.7, 0.02, 9_000.0, azimuth_sigma_deg=5.0, elevation_sigma_deg=10.0, visible_probability=0.5
    ),
    # Bearing arrays (assumed): 5-10 deg; sound travels 343 m/s at 20 C.
    SensorKind.MICROPHONE: KindDefaults(
        1.0, 0.6, 0.02, 5_000.0, azimuth_sigma_deg=7.5, elevation_sigma_deg=10.0, visible_probability=0.5,
        propagation_speed_mps=343.0,
    ),
    # Camera (assumed): 0.05-0.2 deg.
    SensorKind.CAMERA: KindDefaults(
        1.0, 0.7, 0.05, 3_000.0, azimuth_sigma_deg=0.2, elevation_sigma_deg=0.2, visible_probability=0.8
    ),
    # Vendors claim 1-5 km; at least once a second.
    SensorKind.REMOTE_ID: KindDefaults(
        1.0, 0.9, 1e-4, 5_000.0, position_sigma_m=10.0, visible_probability=0.3
    ),
    # NACp 8 = 93 m at 95 %.
    SensorKind.ADSB: KindDefaults(1.0, 0.9, 1e-4, 300_000.0, position_sigma_m=40.0, visible_probability=0.3),
    SensorKind.TRACKS: KindDefaults(
        4.0, 0.9, 0.1, 300_000.0, position_sigma_m=100.0, visible_probability=0.8
    ),
    # A person who looks up (assumed).
    SensorKind.SIGHTING: KindDefaults(
        60.0, 0.1, 0.01, 3_000.0, azimuth_sigma_deg=15.0, elevation_sigma_deg=15.0, visible_probability=0.8
    ),
}  # fmt: skip
