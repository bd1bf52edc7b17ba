import json
from pathlib import Path

import numpy as np
import pytest
from tests.recording.samples import names

from tocsin.config.site import Site
from tocsin.config.toml import parse
from tocsin.errors import UnusableFile
from tocsin.evaluation.report import evaluate
from tocsin.model.alerts import AlertMessage, Level, MessageType
from tocsin.model.tracks import Associations, Picture, Tracks
from tocsin.model.truth import Truth
from tocsin.recording.recorder import Recorder
from tocsin.recording.recording import Recording

EPOCH_S = 1_700_000_000
SITE_TOML = """
[site]
name = "Nowhere"
latitude_deg = 30.0
longitude_deg = -40.0
delivery_delay_s = 10.0

[[sensors]]
name = "radar"
kind = "radar"
period_s = 1.0

[[zones]]
name = "Town"
polygon = [[29.99, -40.01], [29.99, -39.99], [30.01, -39.99], [30.01, -40.01]]
floor_m = 0.0
ceiling_m = 5000.0
required_lead_s = 60.0
"""
SITE = parse(SITE_TOML, Path("site.toml"), Site)
EDGE_M = float(-SITE.placed_zones()[0].vertices_enu_m[:, 0].min())
SPEED_MPS = 50.0
SECONDS = 301
# The first flies at the town from the west, the second passes 20 km north of it.
START_M = -EDGE_M - 200 * SPEED_MPS
ENTRY_S = EPOCH_S + 200


def states(second):
    return np.array(
        [[START_M + SPEED_MPS * second, 0, 1000, SPEED_MPS, 0, 0], [START_M, 20_000, 1000, 0, 0, 0]], float
    )


def a_truth():
    return Truth(
        np.repeat(EPOCH_S + np.arange(SECONDS), 2) * 10**9,
        names(["D1", "B1"] * SECONDS),
        np.concatenate([states(second) for second in range(SECONDS)]),
        names(["delta_wing_drone", "bird"] * SECONDS),
        np.tile([True, False], SECONDS),
    )


def a_picture(second, ids=("T1",), offset=30.0, sigma=30.0):
    count = len(ids)
    state = states(second)[:count].copy()
    state[:, 1] += offset
    time_ns = (EPOCH_S + second) * 10**9
    zeros, none = (
        np.zeros((count, 1)),
        Associations(*(np.empty(0, kind) for kind in (int, object, int, int, float))),
    )
    tracks = Tracks(
        names(ids),
        state,
        np.broadcast_to(np.eye(6) * sigma**2, (count, 6, 6)),
        np.ones(count),
        np.zeros(count, int),
        zeros.astype(int),
        zeros,
        zeros,
        names([""] * count),
    )
    return Picture(time_ns, tracks, none)


def a_message(second, zone="Town", alert_id="A", track="T1"):
    time_ns = (EPOCH_S + second) * 10**9
    return AlertMessage(
        alert_id,
        1,
        time_ns,
        time_ns + 900 * 10**9,
        Level.WARNING,
        zone,
        (track,),
        None,
        0.9,
        "why",
        MessageType.ALERT,
    )


def a_run(directory, pictures=(), messages=(), truth=None):
    with Recorder(directory, SITE_TOML, SITE.sensor_names, SITE.frame) as to:
        to.truth(a_truth() if truth is None else truth)
        for picture in pictures:
            to.tracks(picture)
        to.alerts(messages)
    return Recording(directory)


def test_a_run_that_warned_in_time_by_hand(tmp_path):
    run = a_run(tmp_path / "r", [a_picture(s) for s in range(SECONDS)], [a_message(50)])
    metrics = evaluate(run).metrics()
    assert (metrics["threats"], metrics["threats_entering"], metrics["threats_warned"]) == (1, 1, 1)
    assert (metrics["entries"], metrics["entries_warned"]) == (1, 1)
    (town,) = metrics["objects"]
    assert (town["object_id"], town["object_class"], town["zone"]) == ("D1", "delta_wing_drone", "Town")
    # The zone's corners lie on the ellipsoid and the drone 1 km above it, so the edge is met within a metre.
    assert town["entry_s"] == pytest.approx(ENTRY_S, abs=0.05)
    assert town["lead_s"] == pytest.approx(200 - 50 - 10, abs=0.05)
    assert (
        metrics["lead_s"]["worst"]
        == metrics["lead_s"]["median"]
        == metrics["lead_s"]["p05"]
        == town["lead_s"]
    )
    assert (metrics["warnings"], metrics["false_warnings"], metrics["false_alarm_ratio"]) == (1, 0, 0.0)
    assert (metrics["alerts"], metrics["reversals"]) == (1, 0)
    # One object 30 m off and one, the bird, never seen.
    assert metrics["gospa"]["mean_m"] == pytest.approx(np.sqrt(30**2 + 500**2 / 2))
    assert metrics["gospa"]["localisation_rms_m"] == pytest.approx(30.0)
    assert (metrics["gospa"]["mean_missed"], metrics["gospa"]["mean_false"]) == (1.0, 0.0)
    assert metrics["gospa"]["instants"] == SECONDS
    # An error of one sigma on one of two axes.
    assert metrics["nees"]["horizontal"]["mean_per_axis"] == pytest.approx(0.5)
    assert metrics["nees"]["horizontal"]["independent"] == 1
    assert metrics["nees"]["vertical"]["mean_per_axis"] == pytest.approx(0.0, abs=1e-6)


def test_a_run_that_cried_wolf(tmp_path):
    pictures = [a_picture(s, ("T1", "T2")) for s in range(SECONDS)]
    with_bird = a_run(
        tmp_path / "r", pictures, [a_message(150), a_message(10, zone="Ghost", alert_id="B", track="T2")]
    )
    metrics = evaluate(with_bird).metrics()
    assert metrics["threats_warned"] == 0  # 50 s are less than the 60 s that are needed
    assert metrics["lead_s"]["worst"] == pytest.approx(40, abs=0.05)
    assert (metrics["warnings"], metrics["false_warnings"], metrics["false_alarm_ratio"]) == (2, 1, 0.5)


def test_a_picture_of_nothing_is_not_the_last_picture_for_ever(tmp_path):
    run = a_run(tmp_path / "r", [a_picture(s) for s in range(101)])
    evaluation = evaluate(run)
    missed = np.array([score.missed_count for score in evaluation.gospa_scores])
    assert missed[:103].tolist() == [1] * 103  # 100 s and the two more for which a picture stands
    assert (missed[103:] == 2).all()


def test_a_run_without_tracks_alerts_or_objects_can_be_evaluated(tmp_path):
    nothing = a_truth().take(slice(0))
    metrics = evaluate(a_run(tmp_path / "r", truth=nothing)).metrics()
    assert (metrics["threats"], metrics["warnings"], metrics["false_alarm_ratio"], metrics["lead_s"]) == (
        0,
        0,
        None,
        None,
    )
    assert evaluate(a_run(tmp_path / "s")).metrics()["gospa"]["mean_missed"] == 2.0


def test_metrics_are_json_that_reads_back(tmp_path):
    run = a_run(tmp_path / "r", [a_picture(s) for s in range(0, 301, 10)], [a_message(50)])
    metrics = evaluate(run).metrics()
    run.write_metrics(metrics)
    assert json.loads((tmp_path / "r" / "metrics.json").read_text()) == metrics


def test_a_run_without_truth_cannot_be_evaluated(tmp_path):
    with Recorder(tmp_path / "r", SITE_TOML, SITE.sensor_names, SITE.frame):
        pass
    with pytest.raises(UnusableFile, match="only simulated runs"):
        evaluate(Recording(tmp_path / "r"))
