import numpy as np
import pytest
from tests.simulation.small import EAR, PLANES, RADAR, shipped_run, small

from tocsin.config.kinds import SensorKind
from tocsin.errors import InvalidInput
from tocsin.model.validation import validate
from tocsin.simulation import load_scenario, simulate
from tocsin.simulation.schedule import Schedule

FADING = '[[perception]]\nkind = "radar"\nfading_visible_s = 40.0\nfading_hidden_s = 20.0\n'
NOISY_RADAR = RADAR.replace("false_detections_per_scan = 0.0", "false_detections_per_scan = 2.0")


def same(one, other):
    return all(
        np.array_equal(a, b, equal_nan=a.dtype == np.float64)
        for a, b in zip(one.arrays().values(), other.arrays().values(), strict=True)
    )


def of_sensor(run, name):
    return run.detections.take(run.detections.sensor == run.site.sensor_names.index(name))


def test_the_same_seed_gives_the_same_run_to_the_bit():
    one, other = shipped_run("border-crossing", 1), simulate(load_scenario("border-crossing"), 1)
    assert same(one.detections, other.detections)
    assert same(one.truth, other.truth)
    assert (one.object_id == other.object_id).all()


def test_another_seed_gives_another_run():
    scenario = small(NOISY_RADAR, PLANES)
    one, other = simulate(scenario, 1), simulate(scenario, 2)
    assert not same(one.detections, other.detections)
    assert not same(one.truth, other.truth)


def test_one_more_sensor_changes_nothing_of_the_others_nor_of_the_truth():
    alone, both = (
        simulate(small(*parts, FADING, PLANES), 4) for parts in ((NOISY_RADAR,), (NOISY_RADAR, EAR))
    )
    assert same(alone.truth, both.truth)
    assert same(of_sensor(alone, "radar"), of_sensor(both, "radar"))
    assert len(of_sensor(both, "ear")) > 0


def test_one_more_object_changes_nothing_of_the_others():
    few, more = (
        simulate(small(NOISY_RADAR, FADING, PLANES.replace("count = 3", f"count = {n}")), 4) for n in (3, 4)
    )
    kept = more.object_id != "plane-4"
    assert kept.sum() < len(kept)
    assert same(few.detections, more.detections.take(kept))
    assert same(few.truth, more.truth.take(more.truth.object_id != "plane-4"))


def test_detections_are_sorted_by_time_then_sensor_and_each_scan_has_one_time():
    run = shipped_run("border-crossing", 2)
    d = run.detections
    assert (np.lexsort((d.sensor, d.time_ns)) == np.arange(len(d))).all()
    for number, schedule in enumerate(run.schedules):
        rows = d.take(d.sensor == number)
        assert np.array_equal(
            rows.time_ns, run.start_ns + np.rint(schedule.time_s(rows.scan) * 1e6).astype(np.int64) * 1000
        )
    assert run.start_ns <= d.time_ns[0] <= d.time_ns[-1] <= run.end_ns


def test_of_detections_at_one_time_those_of_the_first_sensor_come_first(monkeypatch):
    together = RADAR.replace('"radar"\nkind', '"second"\nkind')
    monkeypatch.setattr(
        "tocsin.simulation.run.schedule_of", lambda _, __, duration_s: Schedule(0.0, 4.0, duration_s, ())
    )
    d = simulate(small(RADAR, together, PLANES), 1).detections
    assert (np.diff(d.time_ns) == 0).any()
    assert (np.diff(d.sensor)[np.diff(d.time_ns) == 0] >= 0).all()


def test_sensors_are_not_synchronous_and_their_phase_is_of_the_seed():
    one, other = (shipped_run("border-crossing", seed) for seed in (1, 2))
    phases = [schedule.phase_s / schedule.period_s for schedule in one.schedules]
    assert len(set(phases)) == len(phases)
    assert all(0 <= phase < 1 for phase in phases)
    assert [s.phase_s for s in other.schedules] != [s.phase_s for s in one.schedules]


def test_every_detection_passes_the_door_of_the_tracker():
    run = shipped_run("border-crossing", 1)
    accepted, refused = validate(run.detections)
    assert not refused
    assert len(accepted) == len(run.detections)


def test_without_one_kind_of_sensor_the_others_perceive_the_same():
    whole, scenario = shipped_run("sensor-trouble", 1), load_scenario("sensor-trouble")
    part = simulate(scenario.without(SensorKind.MICROPHONE), 1)
    assert {sensor.kind for sensor in part.site.sensors} == {"radar", "direction_finder"}
    names = [whole.site.sensors[number].name for number in whole.detections.sensor]
    kept = [not name.startswith("Array") for name in names]
    np.testing.assert_array_equal(part.detections.time_ns, whole.detections.time_ns[kept])
    np.testing.assert_array_equal(part.detections.azimuth_rad, whole.detections.azimuth_rad[kept])
    biased = [
        section for section in scenario.without(SensorKind.MICROPHONE).perception if section.azimuth_bias_deg
    ]
    assert [section.sensors for section in biased] == [("Old radar",)]


def test_an_outage_silences_even_false_detections():
    out = '[[perception]]\nsensors = ["radar"]\noutages = [[100.0, 300.0], [500.0, 600.0]]\n'
    run = simulate(small(NOISY_RADAR, PLANES, out), 1)
    after_s = (run.detections.time_ns - run.start_ns) / 1e9
    silent = ((after_s >= 100) & (after_s < 300)) | ((after_s >= 500) & (after_s < 600))
    assert not silent.any()
    assert (np.histogram(after_s, [0, 100, 300, 500, 600, 900])[0] > 0).tolist() == [
        True,
        False,
        True,
        False,
        True,
    ]


def test_a_latency_delays_receipt_and_not_measurement():
    late = '[[perception]]\nkind = "radar"\nlatency_s = 1.5\n'
    on_time, delayed = (simulate(small(NOISY_RADAR, PLANES, *more), 1).detections for more in ((), (late,)))
    assert np.array_equal(on_time.time_ns, delayed.time_ns)
    assert (delayed.received_ns - delayed.time_ns == 1_500_000_000).all()


def test_detections_say_which_object_they_are_of():
    run = simulate(small(RADAR, PLANES), 1)
    assert set(run.object_id) == {"plane-1", "plane-2", "plane-3"}
    for row in range(0, len(run.detections), 50):
        found = run.detections.row(row)
        truth = run.truth.take(run.truth.object_id == run.object_id[row])
        nearest = truth.state[np.argmin(np.abs(truth.time_ns - found.time_ns)), :3]
        assert found.range_m == pytest.approx(np.linalg.norm(nearest), abs=5 * 30.0 + 30.0)


def test_progress_grows_to_one():
    seen = []
    simulate(small(RADAR, EAR, PLANES), 1, seen.append)
    assert seen == sorted(seen)
    assert seen[-1] == 1.0
    assert len(seen) > 2


def test_nothing_to_see_gives_an_empty_table():
    run = simulate(small(RADAR), 1)
    assert len(run.detections) == len(run.truth) == 0


def test_a_negative_seed_is_refused():
    with pytest.raises(InvalidInput, match="seed -1"):
        simulate(small(RADAR, PLANES), -1)
