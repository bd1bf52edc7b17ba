"""What sensors say of objects reaches the tracks that their detections are of, and no others."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from tests.assessment.pictures import (
    ARRAY_1,
    RADAR,
    RECEIVER,
    SECOND_NS,
    SENSORS,
    START_NS,
    diagonal,
    make_site,
    make_tracks,
)

from tocsin.assessment.assessor import Assessor
from tocsin.assessment.classes import CLASSES
from tocsin.model.class_evidence import EvidenceKind
from tocsin.model.detections import Detections
from tocsin.model.labels import NO_LABEL, label_code
from tocsin.model.tracks import Associations, Picture

WELL_KNOWN = diagonal(30, 30, 50, 1.5, 1.5, 0.5)


class Scene:
    """Two tracks, 3 km apart, seen every second; sensors say something of the first."""

    def __init__(self, identity: str = "", speed_mps: float = 28.0, **site: Any) -> None:
        self.assessor = Assessor(make_site(**site))
        self.identity, self.speed_mps = identity, speed_mps
        self.said = 0

    def hears(self, second: float, probability: float = 1.0, sensor: int = ARRAY_1, label: str = "",
              section_m2: float = np.nan, of: str = "T0") -> None:  # fmt: skip
        """A detection, accepted and associated."""
        time_ns = START_NS + round(second * SECOND_NS)
        self.assessor.hear(
            Detections.of(time_ns=[time_ns], sensor=[sensor], azimuth_rad=[1.0], label=[label_code(label)],
                          radar_cross_section_m2=[section_m2]),
            is_model_free=False,
        )  # fmt: skip
        self.assessor.associate(
            Associations(np.array([time_ns]), np.array([of], object), np.array([self.said]),
                         np.array([sensor], np.int16), np.array([probability]))
        )  # fmt: skip
        self.said += 1

    def is_seen(self, second: float) -> Any:
        time_ns = START_NS + round(second * SECOND_NS)
        states = [(0, 0, 800, self.speed_mps, 0, 0), (3000, 0, 800, self.speed_mps, 0, 0)]
        tracks = make_tracks(states, [WELL_KNOWN] * 2, identity=np.array([self.identity, ""], object),
                             seen_ns=np.full((2, 5), time_ns))  # fmt: skip
        return self.assessor.assess(Picture(time_ns, tracks, Associations.empty()))

    def probability(self, second: float, track: int = 0) -> dict[str, float]:
        found = self.is_seen(second).class_probability[track].tolist()
        return dict(zip(CLASSES, found, strict=True))


def after(scene: Scene, seconds: int = 90, **said: Any) -> dict[str, float]:
    """What the first track is after being seen and spoken of so long."""
    for second in range(seconds):
        if said:
            scene.hears(second, **said)
        scene.is_seen(second)
    return scene.probability(seconds)


@pytest.mark.parametrize("said", [{"label": "bird"}, {"section_m2": 0.01, "sensor": RADAR}])
def test_what_is_said_of_one_track_is_said_of_no_other(said: Any) -> None:
    scene = Scene(speed_mps=14.0)
    scene.is_seen(0)
    scene.hears(0.5, **said)
    of_both = scene.is_seen(1).class_probability
    bird = CLASSES.index("bird")
    assert of_both[0, bird] > of_both[1, bird]
    quiet = Scene(speed_mps=14.0)
    quiet.is_seen(0)
    np.testing.assert_array_equal(of_both[1], quiet.is_seen(1).class_probability[1])


def test_what_is_surely_of_a_track_counts_more_than_what_may_be() -> None:
    found = []
    for probability in (1.0, 0.3):
        scene = Scene()
        scene.is_seen(0)
        scene.hears(0.5, probability, label="drone")
        found.append(scene.probability(1)["bird"])
    assert found[0] < found[1] < Scene().probability(1)["bird"]


def test_what_is_said_before_a_track_is_told_is_not_kept_for_it() -> None:
    scene = Scene()
    scene.hears(-1, label="bird", of="T9")
    scene.is_seen(0)
    assert scene.is_seen(1).said[-1].kind is not EvidenceKind.LABEL


def test_silence_of_all_sensors_about_classes_changes_nothing() -> None:
    scene = Scene()
    scene.hears(0)
    assert scene.probability(1) == Scene().probability(1)
    assert label_code("") == NO_LABEL


def test_who_says_what_is_told_of_each_track() -> None:
    scene = Scene(winds=[{"speed_mps": 5.0, "from_deg": 270.0}], identity="rid:6f1e")
    scene.is_seen(0)
    scene.hears(0.5, label="multirotor")
    scene.hears(0.6, section_m2=0.02, sensor=RADAR)
    picture = scene.is_seen(1)
    found = picture.class_evidence(np.array([0, 1]))
    kinds = {name: found.kind[found.track_id == name].tolist() for name in ("T0", "T1")}
    assert kinds["T0"] == ["prior", "kinematics", "wind", "size", "label", "identity", "together"]
    assert kinds["T1"] == ["prior", "kinematics", "wind", "together"]
    assert found.sensor[(found.kind == "label")].tolist() == [ARRAY_1]
    summed = found.log[(found.track_id == "T0") & (found.kind != "together")].sum(axis=0)
    together = found.log[(found.track_id == "T0") & (found.kind == "together")][0]
    # All classes but the last, to which doubt is added, differ by what all evidence says.
    np.testing.assert_allclose(np.diff(together[:-1]), np.diff(summed[:-1]), atol=1e-9)


def test_a_classifier_that_is_left_out_has_no_evidence() -> None:
    assessor = Assessor(make_site(), classifies=False)
    tracks = make_tracks([(0, 0, 800, 28, 0, 0)], [WELL_KNOWN])
    found = assessor.assess(Picture(START_NS, tracks, Associations.empty()))
    assert len(found.class_evidence(np.array([0]))) == 0


@pytest.mark.parametrize("identity", ["icao:4b1a2c", "adsb:4b1a2c"])
def test_a_forged_identity_is_outweighed_by_what_sensors_say_of_the_object(identity: str) -> None:
    # Rules are silent about an aircraft from a half on.
    assert after(Scene(identity))["light_aircraft"] > 0.9
    both: dict[str, Any] = {"section_m2": 0.05, "label": "drone", "sensor": RADAR}
    assert after(Scene(identity), **both)["light_aircraft"] < 0.5
    trusting = [{**SENSORS[0], "label_right_probability": 0.95}, *SENSORS[1:]]
    assert after(Scene(identity, sensors=trusting), label="drone", sensor=RADAR)["light_aircraft"] < 0.5


def test_labels_of_what_passes_on_an_objects_own_word_make_nothing_harmless() -> None:
    assert after(Scene(), label="bird", sensor=RECEIVER) == after(Scene())


def test_one_sensor_that_calls_a_fast_object_a_bird_does_not_make_it_one() -> None:
    assert after(Scene(), label="bird")["bird"] < 0.5


def test_only_a_sensor_that_is_trusted_confirms_a_class() -> None:
    for right, is_sure in ((0.7, False), (0.97, True)):
        sensors = [{**SENSORS[0], "label_right_probability": right}, *SENSORS[1:]]
        found = after(Scene(sensors=sensors), label="small_piston_fixed_wing", sensor=RADAR)
        assert (found["small_piston_fixed_wing"] > 0.9) is is_sure


def test_what_drifts_is_a_balloon_once_the_wind_is_told_and_what_flies_against_it_is_not() -> None:
    for towards_deg, is_balloon in ((90.0, True), (270.0, False)):
        wind = [{"speed_mps": 9.0, "from_deg": (towards_deg + 180.0) % 360.0, "sigma_mps": 1.5}]
        found = after(Scene(speed_mps=9.0, winds=wind))
        assert (max(found, key=lambda name: found[name]) == "balloon") is is_balloon
