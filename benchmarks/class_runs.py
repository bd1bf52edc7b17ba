"""One scenario, tracked once and classified with and without what may be told, for `benchmarks.classes`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, replace
from typing import Any, NamedTuple

import numpy as np

from tocsin.assessment.classes import CLASSES, THREAT_CLASSES
from tocsin.assessment.classify import Classifier
from tocsin.assessment.memory import Memory
from tocsin.config.kinds import SensorKind
from tocsin.config.site import Site
from tocsin.config.winds import WindSection
from tocsin.evaluation.paths import places_at, true_paths
from tocsin.evaluation.ties import NO_OBJECT, nearest
from tocsin.model.detections import Detections
from tocsin.model.labels import NO_LABEL
from tocsin.model.timeliness import refuse_untimely
from tocsin.model.tracks import NEVER_NS, Picture
from tocsin.model.validation import in_canonical_order, validate
from tocsin.runtime.feeding import in_steps
from tocsin.simulation.library import load_scenario
from tocsin.simulation.run import Simulated, simulate
from tocsin.simulation.scenario import Scenario
from tocsin.simulation.world import draw_wind, fly_all
from tocsin.tracking import Timeline
from tocsin.units import NANOSECONDS_PER_SECOND, FloatArray, IntArray

DECILES = 10
FORECAST_SIGMA_MPS = 1.5
RIGHT, SYSTEMATIC = 0.7, 0.5
LABELLING = (SensorKind.MICROPHONE, SensorKind.CAMERA, SensorKind.TRACKS)
_EVERY_NS = 10 * NANOSECONDS_PER_SECOND
_STEP_NS = 20 * NANOSECONDS_PER_SECOND
_UNKNOWN = len(CLASSES) - 1
_IS_THREAT = np.array([name in THREAT_CLASSES for name in CLASSES])


class Choice(NamedTuple):
    """What is told beyond detections."""

    name: str
    wind: bool = False
    sections: bool = False
    labels: bool = False


CHOICES = (
    Choice("nothing"),
    Choice("wind", wind=True),
    Choice("cross sections", sections=True),
    Choice("labels", labels=True),
    Choice("all", wind=True, sections=True, labels=True),
)


@dataclass(frozen=True)
class Counts:
    """Sums over samples; `best` and `each` (10, 3) by decile of the probability of the likeliest class and of
    every class: samples, probability, how often right."""

    samples: int = 0
    right: float = 0.0
    brier: float = 0.0
    threats: float = 0.0
    on_threats: float = 0.0
    harmless: float = 0.0
    on_harmless: float = 0.0
    best: Any = 0.0
    each: Any = 0.0

    def __add__(self, other: Counts) -> Counts:
        return Counts(*(getattr(self, f.name) + getattr(other, f.name) for f in fields(Counts)))


def counted(case: tuple[str, int]) -> dict[str, Counts]:
    """By choice, for a scenario and a seed."""
    name, seed = case
    scenario = load_scenario(name)
    simulated = simulate(scenario, seed)
    draw = np.random.default_rng([seed, 20])
    told_of = _with_remarks(scenario, simulated, seed, draw)
    usable, _ = refuse_untimely(validate(told_of)[0])
    usable = in_canonical_order(usable)
    told = [_Told(choice, _site(scenario, choice, seed)) for choice in CHOICES]
    paths = true_paths(simulated.truth, scenario.site.frame)
    true_class = np.array([class_of(path.object_class) for path in paths], dtype=np.int64)
    asked_ns = assessed_ns = NEVER_NS
    for picture in _pictures(scenario.site, usable, told):
        tracks = picture.tracks
        if not len(tracks) or (assessed_ns != NEVER_NS and picture.time_ns - assessed_ns < 10**9):
            continue
        assessed_ns = picture.time_ns
        is_asked = asked_ns == NEVER_NS or picture.time_ns - asked_ns >= _EVERY_NS
        places = places_at(paths, np.array([picture.time_ns / 1e9]))[:, 0]
        object_of = nearest(places, tracks.state[:, :3])
        truth = np.where(object_of == NO_OBJECT, -1, true_class[object_of])
        for one in told:
            one.classify(picture, truth if is_asked else None)
        asked_ns = picture.time_ns if is_asked else asked_ns
    return {one.choice.name: one.counts for one in told}


class _Told:
    """A classifier that is told some of it, and its counts."""

    def __init__(self, choice: Choice, site: Site) -> None:
        self.choice = choice
        self.classifier, self.memory = Classifier(site), Memory(len(CLASSES), 1)
        self.counts = Counts()

    def hear(self, detections: Detections) -> None:
        absent = np.full(len(detections), np.nan)
        if not self.choice.labels:
            detections = replace(detections, label=np.full(len(detections), NO_LABEL, np.int8))
        if not self.choice.sections:
            detections = replace(detections, radar_cross_section_m2=absent)
        self.classifier.hear(detections)

    def classify(self, picture: Picture, truth: IntArray | None) -> None:
        """Counts the tracks of which the true class (n,) is known, not -1; None: not this time."""
        tracks = picture.tracks
        rows, _ = self.memory.rows(picture.time_ns, tracks.track_id)
        seen_ns = tracks.seen_ns.max(axis=1, initial=NEVER_NS)
        found = self.classifier.classify(picture.time_ns, tracks, seen_ns, self.memory, rows)
        if truth is not None and (truth >= 0).any():
            self.counts += counts_of(found.probability[truth >= 0], truth[truth >= 0])


def counts_of(probability: FloatArray, truth: IntArray) -> Counts:
    """Of class probabilities (n, c) and the true classes (n,)."""
    is_true = np.zeros(probability.shape, dtype=bool)
    is_true[np.arange(len(truth)), truth] = True
    best = probability.argmax(axis=1)
    said = probability[np.arange(len(truth)), best]
    on_drones = probability[:, _IS_THREAT].sum(axis=1)
    is_drone = _IS_THREAT[truth]
    return Counts(
        len(truth),
        float((best == truth).sum()),
        float(((probability - is_true) ** 2).sum()),
        float(is_drone.sum()),
        float(on_drones[is_drone].sum()),
        float((~is_drone).sum()),
        float(on_drones[~is_drone].sum()),
        by_decile(said, best == truth),
        by_decile(probability.ravel(), is_true.ravel()),
    )


def by_decile(said: FloatArray, is_right: Any) -> FloatArray:
    """Samples, sum of probabilities, and how often right, (10, 3), of probabilities (n,)."""
    decile = np.minimum((said * DECILES).astype(np.int64), DECILES - 1)
    sums = (np.bincount(decile, weight, DECILES) for weight in (np.ones(len(said)), said, is_right))
    return np.stack(list(sums), axis=1)


def _pictures(site: Site, detections: Detections, told: list[_Told]) -> Iterator[Picture]:
    """All pictures; what is told with the detections, and of which track it is, is handed on before."""
    timeline = Timeline(site)
    for _, batch in in_steps(detections, _STEP_NS):
        for one in told:
            one.hear(batch)
        for picture in timeline.push(batch):
            for one in told:
                one.classifier.associate(picture.associations)
            yield picture


def _site(scenario: Scenario, choice: Choice, seed: int) -> Site:
    """The site with its wind told, wrongly by what is said of the error, or with none."""
    if not choice.wind:
        return scenario.site
    error = np.random.default_rng([seed, 21]).standard_normal(2)
    east, north = draw_wind(scenario, seed) + FORECAST_SIGMA_MPS * error
    wind = WindSection(
        speed_mps=float(np.hypot(east, north)),
        from_deg=float(np.degrees(np.arctan2(-east, -north))),
        sigma_mps=FORECAST_SIGMA_MPS,
    )
    return scenario.site.model_copy(update={"winds": (wind,)})


def _with_remarks(
    scenario: Scenario, simulated: Simulated, seed: int, draw: np.random.Generator
) -> Detections:
    """The detections with cross sections and labels."""
    found, flights = simulated.detections, {f.object_id: f for f in fly_all(scenario, seed)}
    kinds = np.array([sensor.kind for sensor in scenario.site.sensors], dtype=object)[found.sensor]
    section = 10.0 ** draw.uniform(-3.0, 0.0, len(found))
    of_object = np.array([_section(flights, name) for name in simulated.object_id])
    is_true = np.isfinite(of_object)
    section[is_true] = of_object[is_true] * draw.exponential(1.0, int(is_true.sum()))
    section = np.where(kinds == SensorKind.RADAR, np.clip(section, 1e-9, 1e6), np.nan)
    classes = {name: class_of(flight.class_name) for name, flight in flights.items()}
    labels = np.full(len(found), NO_LABEL, np.int8)
    first: dict[tuple[int, str], int] = {}
    for row in np.flatnonzero(np.isin(kinds.astype(str), [kind.value for kind in LABELLING])):
        name = simulated.object_id[row]
        said = _label(classes.get(name, _UNKNOWN), draw)
        key = int(found.sensor[row]), name
        if name and draw.random() < SYSTEMATIC:
            said = first.setdefault(key, said)
        labels[row] = said
    return replace(found, label=labels, radar_cross_section_m2=section)


def _section(flights: Mapping[str, Any], name: str) -> float:
    return flights[name].radar_cross_section_m2 if name in flights else np.nan


def _label(true_class: int, draw: np.random.Generator) -> int:
    """The class itself, `RIGHT` of the time, else any other; of what is none of the classes, any."""
    if true_class not in (_UNKNOWN, -1) and draw.random() < RIGHT:
        return true_class
    wrong = int(draw.integers(_UNKNOWN))
    while wrong == true_class:
        wrong = int(draw.integers(_UNKNOWN))
    return wrong


def class_of(name: str) -> int:
    """Of a scenario's class, as 'survey_multirotor'; -1 for what is feigned and no object at all."""
    for place, known in enumerate(CLASSES[:-1]):
        if name.endswith(known):
            return place
    return -1 if name == "feigned" else _UNKNOWN
