import numpy as np
import pytest
from tests.simulation.small import RADAR, small

from tocsin.simulation import simulate

RECEIVER = """
[[sensors]]
name = "receiver"
kind = "{kind}"
latitude_deg = -47.0
longitude_deg = -127.0
period_s = 1.0
position_sigma_m = 12.0
detection_probability = {probability}
max_range_m = {range_m}
"""
TALKERS = """
[classes.talker]
speed_mps = [40.0, 60.0]
altitude_m = [500.0, 1500.0]
broadcasts = "adsb"

[[objects]]
name = "talker"
class_name = "talker"
count = 2
waypoints = [[-46.9, -127.0], [-47.2, -127.0]]
"""


def run_of(sensor, talkers=TALKERS, seed=1):
    return simulate(small(sensor, talkers, duration_s=1200.0), seed)


def receiver(kind="adsb", probability=1.0, range_m=100_000.0):
    return RECEIVER.format(kind=kind, probability=probability, range_m=range_m)


def test_reports_have_position_velocity_and_identity_with_the_errors_given():
    run = run_of(receiver())
    d, frame = run.detections, run.site.frame
    place = frame.to_enu(d.latitude_rad, d.longitude_rad, d.altitude_m)
    local = np.stack([d.velocity_east_mps, d.velocity_north_mps, d.velocity_up_mps], axis=1)
    velocity = frame.rotate_velocity_from(d.latitude_rad, d.longitude_rad, local)
    errors = []
    for object_id in set(run.object_id):
        mine, truth = run.object_id == object_id, run.truth.take(run.truth.object_id == object_id)
        assert len(set(d.identity[mine])) == 1
        after = d.time_ns[mine] / 1e9 - truth.time_ns[0] / 1e9
        known = [np.interp(after, np.arange(len(truth)), truth.state[:, axis]) for axis in range(6)]
        reported = np.concatenate([place[mine], velocity[mine]], axis=1)
        errors.append(reported - np.stack(known, axis=1))
    errors = np.concatenate(errors)
    assert len(errors) == pytest.approx(2400, abs=4)
    assert errors.std(axis=0) == pytest.approx([12.0] * 3 + [0.3] * 3, rel=0.08)
    assert (np.abs(errors.mean(axis=0)) < 4 * errors.std(axis=0) / np.sqrt(2400) + 0.02).all()
    assert np.isnan([d.range_m, d.azimuth_rad, d.elevation_rad]).all()


def test_identities_are_unique_made_up_and_of_the_seed():
    one, other = run_of(receiver(), seed=1), run_of(receiver(), seed=2)
    assert len(set(one.detections.identity)) == 2
    assert all(name.startswith("adsb:") for name in one.detections.identity)
    assert not set(one.detections.identity) & set(other.detections.identity)


def test_a_receiver_takes_in_its_own_kind_of_broadcast_only():
    assert len(run_of(receiver("remote_id")).detections) == 0


def test_who_is_radio_silent_reports_nothing():
    assert len(run_of(receiver(), TALKERS + "radio_silent = true\n").detections) == 0


def test_reports_are_lost_as_often_as_given_and_beyond_the_range_always():
    half = run_of(receiver(probability=0.5))
    assert len(half.detections) == pytest.approx(1200, abs=4 * np.sqrt(2400 * 0.25))
    near = run_of(receiver(range_m=3_000.0))
    place = near.site.frame.to_enu(near.detections.latitude_rad, near.detections.longitude_rad, 0.0)
    assert 0 < len(near.detections) < 600
    assert np.hypot(place[:, 0], place[:, 1]).max() < 3_100.0


def test_a_radar_gives_no_identity():
    assert set(simulate(small(RADAR, TALKERS.replace('"adsb"', '"adsb"\nradar_cross_section_m2 = 1.0')), 1)
               .detections.identity) == {""}  # fmt: skip
