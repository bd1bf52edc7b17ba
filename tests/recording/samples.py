"""Things to record, made by a seeded generator."""

import numpy as np

from tocsin.geo.frame import LocalFrame
from tocsin.model.alerts import AlertMessage, Level, MessageType
from tocsin.model.assessments import Assessments
from tocsin.model.detections import Detections
from tocsin.model.paths import PathPoints
from tocsin.model.tracks import NEVER_NS, Associations, Picture, Tracks
from tocsin.model.truth import Origins, Truth
from tocsin.model.validation import in_canonical_order, validate

EPOCH_NS = 1_700_000_000_000_000_000
SECOND_NS = 1_000_000_000
SENSORS = ("radar", "finder", "ear")
FRAME = LocalFrame.from_degrees(30.0, -40.0, 0.0)
SITE_TOML = '[site]\nname = "Nowhere"\nlatitude_deg = 30.0\nlongitude_deg = -40.0\n'


def names(values):
    column = np.empty(len(values), dtype=object)
    column[:] = values
    return column


def some_detections(count=500, seed=1):
    """Valid detections in canonical order, with something absent in nearly every column."""
    rng = np.random.default_rng(seed)

    def holes(values):
        return np.where(rng.random(count) < 0.3, np.nan, values)

    batch = Detections.of(
        time_ns=EPOCH_NS + rng.integers(0, 60_000_000, count) * 1000,
        received_ns=EPOCH_NS + rng.integers(0, 60_000_000, count) * 1000,
        sensor=rng.integers(0, 3, count),
        scan=rng.integers(-1, 5, count),
        range_m=holes(rng.uniform(0, 1e4, count)),
        azimuth_rad=holes(rng.uniform(0, 6.28, count)),
        elevation_rad=holes(rng.uniform(-1.5, 1.5, count)),
        heard=rng.integers(-1, 2, count),
        identity=names(rng.choice(["", "rid:1", "adsb:2"], count)),
        azimuth_sigma_rad=holes(rng.uniform(0.01, 0.2, count)),
        **dict(
            zip(
                ("latitude_rad", "longitude_rad"),
                np.where(rng.random(count) < 0.5, np.nan, rng.uniform(-1.5, 1.5, (2, count))),
                strict=True,
            )
        ),
    )
    return in_canonical_order(validate(batch)[0])


def a_picture(second, count=3, seed=2):
    rng = np.random.default_rng(seed + second)
    time_ns = EPOCH_NS + second * SECOND_NS
    seen = np.full((count, 3), NEVER_NS)
    seen[:, 0], seen[0, 1] = time_ns, time_ns - 61 * SECOND_NS
    zeros = np.zeros((count, 3))
    tracks = Tracks(
        names([f"T{count - i}" for i in range(count)]),
        rng.normal(0, 1000, (count, 6)),
        np.broadcast_to(np.diag([4.0, 9.0, 16.0, 1, 1, 1]), (count, 6, 6)).copy(),
        np.full(count, 0.9),
        np.full(count, EPOCH_NS),
        seen,
        zeros,
        zeros,
        names([""] * count),
    )
    links = Associations(
        np.full(count, time_ns),
        tracks.track_id,
        np.arange(count),
        np.zeros(count, np.int16),
        np.full(count, 0.8),
    )
    return Picture(time_ns, tracks, links)


def assessed(picture, object_class="bird", probability=0.75, entry=()):
    """`entry`: by zone, the probability that every track enters it in 100 s, give or take 20 s."""
    count = len(picture.tracks)
    classes = np.tile([probability, 1 - probability], (count, 1))
    return Assessments(
        picture.time_ns,
        picture.tracks.track_id,
        (object_class, "unknown"),
        classes,
        tuple(f"Zone {number}" for number in range(len(entry))),
        np.tile(np.array(entry, float), (count, 1)),
        np.tile([80.0, 100.0, 120.0], (count, len(entry), 1)),
        (frozenset(),) * count,
        picture.tracks.state,
        picture.tracks.covariance,
        picture.tracks.existence,
        picture.tracks.seen_ns[:, 0],
    )


def a_message(version=1, level=Level.WARNING, second=10, kind=MessageType.ALERT, entry_second=200):
    return AlertMessage(
        "A-1",
        version,
        EPOCH_NS + second * SECOND_NS,
        EPOCH_NS + (second + 900) * SECOND_NS,
        level,
        "Kaldvik",
        ("T1", "T2"),
        None if entry_second is None else EPOCH_NS + entry_second * SECOND_NS,
        0.8,
        "because",
        kind,
    )


def a_path(second, points=4):
    rng = np.random.default_rng(second)
    return PathPoints(
        np.full(points, EPOCH_NS + second * SECOND_NS),
        names(["T1"] * points),
        np.arange(float(points)),
        rng.normal(0, 1000, (points, 3)),
        *rng.uniform(0, 100, (2, points)),
        rng.uniform(0, 6.28, points),
    )


def some_truth(seconds=100, objects=3, seed=3):
    rng = np.random.default_rng(seed)
    rows = seconds * objects
    return Truth(
        EPOCH_NS + np.repeat(np.arange(seconds), objects) * SECOND_NS,
        names([f"O{i}" for i in range(objects)] * seconds),
        rng.normal(0, 1e4, (rows, 6)),
        names(["bird", "multirotor", "balloon"][:objects] * seconds),
        np.tile([False, True, False][:objects], seconds),
    )


def some_origins(count=200, seed=4):
    rng = np.random.default_rng(seed)
    times = EPOCH_NS + np.sort(rng.integers(0, 60_000_000, count)) * 1000
    objects = names(rng.choice(["O0", "O1"], count).tolist())
    return Origins(times, times + SECOND_NS, rng.integers(0, 3, count).astype(np.int16), objects)
