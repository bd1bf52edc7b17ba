"""Hand-made pictures: what an assessor would say of tracks that a test lays out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from tocsin.alerting.alerter import Alerter
from tocsin.config.site import Site
from tocsin.model.activity import Activity
from tocsin.model.alerts import AlertMessage
from tocsin.model.assessments import Assessments

START_NS = 1_672_017_540_000_000_000
CLASSES = (
    "delta_wing_drone",
    "small_piston_fixed_wing",
    "multirotor",
    "balloon",
    "bird",
    "light_aircraft",
    "unknown",
)
SQUARE = [[10.0, 20.0], [10.0, 20.1], [10.1, 20.1], [10.1, 20.0]]
NOWHERE = (float("nan"), float("nan"), float("nan"))


ENDING = {"lower_after_s": 60.0, "end_after_s": 180.0, "lapse_after_s": 180.0}

# The tests' own rules, so that tuning the package's rule file changes no test of what rules mean.
RULES: list[dict[str, Any]] = [
    {
        "level": "watch",
        "min_entry_probability": 0.2,
        "keep_probability": 0.1,
        "within_s": 1200.0,
        "not_classes": ["bird", "light_aircraft"],
        "min_age_s": 10.0,
        **ENDING,
    },
    {
        "level": "advisory",
        "min_entry_probability": 0.4,
        "keep_probability": 0.2,
        "not_classes": ["bird", "light_aircraft"],
        "min_age_s": 5.0,
        **ENDING,
    },
    {
        "level": "warning",
        "min_entry_probability": 0.5,
        "keep_probability": 0.2,
        "min_existence": 0.8,
        "min_kinds": 2,
        "or_class_probability": 0.9,
        "not_classes": ["bird", "light_aircraft", "balloon"],
        "min_age_s": 3.0,
        "lower_after_s": 60.0,
        "end_after_s": 300.0,
        "lapse_after_s": 300.0,
    },
]


def make_site(
    zones: Sequence[str] = ("Kaldvik",),
    rules: list[dict[str, Any]] | None = None,
    grouping: dict[str, Any] | None = None,
    **place: Any,
) -> Site:
    """A site of zones in one place, each object by itself unless `grouping` is given."""
    return Site.model_validate(
        {
            "site": {"name": "Nordmark", "latitude_deg": 10.0, "longitude_deg": 20.0, **place},
            "zones": [{"name": name, "polygon": SQUARE} for name in zones],
            "rules": RULES if rules is None else rules,
            "grouping": {"enabled": False} if grouping is None else grouping,
        }
    )


@dataclass(frozen=True)
class Made:
    """One track of a picture; entry as probability and median seconds, by zone or the same for all."""

    track_id: str = "T1"
    probability: float | tuple[float, ...] = 0.83
    entry_s: float = 250.0
    spread_s: float = 50.0
    kinds: frozenset[str] = frozenset({"radar", "microphone"})
    object_class: str = "small_piston_fixed_wing"
    class_probability: float = 0.62
    existence: float = 0.98
    seen_s: float | None = None
    """Scenario seconds of the last sighting; None: in this picture."""
    east_m: float = 0.0
    north_m: float = 0.0
    velocity_east_mps: float = 28.0
    velocity_north_mps: float = 0.0
    sigma_m: float = 30.0

    def but(self, **changes: Any) -> Made:
        return replace(self, **changes)


def one_kind(track_id: str = "T1", **changes: Any) -> Made:
    """With one kind of evidence, and hardly a bird."""
    usual: dict[str, Any] = {"kinds": frozenset({"radar"}), "class_probability": 0.75}
    return Made(track_id, **(usual | changes))


def picture(time_s: float, *tracks: Made, zones: Sequence[str] = ("Kaldvik",)) -> Assessments:
    """All arrays of a picture `time_s` seconds after the start."""
    count = len(tracks)
    names = np.empty(count, dtype=object)
    names[:] = [track.track_id for track in tracks]
    seen_s = [time_s if track.seen_s is None else track.seen_s for track in tracks]
    return Assessments(
        time_ns=at_ns(time_s),
        track_id=names,
        classes=CLASSES,
        class_probability=np.array([_classes(track) for track in tracks]).reshape(count, len(CLASSES)),
        zones=tuple(zones),
        entry_probability=np.array([_by_zone(t, len(zones)) for t in tracks]).reshape(count, len(zones)),
        entry_s=np.array([[_entry(t)] * len(zones) for t in tracks]).reshape(count, len(zones), 3),
        kinds=tuple(track.kinds for track in tracks),
        state=np.array([_state(track) for track in tracks]).reshape(count, 6),
        covariance=np.array([_covariance(track) for track in tracks]).reshape(count, 6, 6),
        existence=np.array([track.existence for track in tracks]),
        seen_ns=np.array([at_ns(second) for second in seen_s], dtype=np.int64),
    )


def activity(
    time_s: float,
    probability: tuple[float, ...] = (0.97,),
    kinds: frozenset[str] = frozenset({"microphone", "radar"}),
    place_m: tuple[float, float] = (0.0, 0.0),
    seen_s: float | None = None,
) -> Activity:
    """What is active near each zone, by its probability, in one place; reported last at `seen_s`, or now."""
    count = len(probability)
    sensors = (("array 1", "microphone"), ("array 2", "microphone"), ("mast", "radar"))
    return Activity(
        probability=np.array(probability),
        entry_s=np.array([[60.0, 100.0, 200.0]] * count),
        place_m=np.array([place_m] * count),
        radius_m=1500.0,
        since_ns=np.full(count, at_ns(time_s)),
        seen_ns=np.full(count, at_ns(time_s if seen_s is None else seen_s)),
        kinds=(kinds,) * count,
        sensors=(sensors,) * count,
    )


def at_ns(time_s: float) -> int:
    return START_NS + round(time_s * 1e9)


def run(alerter: Alerter, times_s: Iterable[float], *tracks: Made) -> list[AlertMessage]:
    """The messages of pictures with the same tracks at each of the times."""
    return [message for time_s in times_s for message in alerter.decide(picture(time_s, *tracks))]


def _classes(track: Made) -> list[float]:
    rest = (1.0 - track.class_probability) / (len(CLASSES) - 1)
    return [track.class_probability if name == track.object_class else rest for name in CLASSES]


def _by_zone(track: Made, zones: int) -> list[float]:
    return list(track.probability) if isinstance(track.probability, tuple) else [track.probability] * zones


def _entry(track: Made) -> tuple[float, float, float]:
    if not track.entry_s >= 0:
        return NOWHERE
    if track.entry_s == 0:
        return (0.0, 0.0, 0.0)
    return (max(0.0, track.entry_s - track.spread_s), track.entry_s, track.entry_s + track.spread_s)


def _state(track: Made) -> list[float]:
    return [track.east_m, track.north_m, 1000.0, track.velocity_east_mps, track.velocity_north_mps, 0.0]


def _covariance(track: Made) -> list[list[float]]:
    sigmas = [track.sigma_m, track.sigma_m, 10 * track.sigma_m, 2.0, 2.0, 1.0]
    return np.diag(np.square(sigmas)).tolist()  # type: ignore[no-any-return]
