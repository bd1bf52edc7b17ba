import numpy as np
from tests.simulation.small import PLANES, RADAR, small

from tocsin.simulation import simulate
from tocsin.simulation.retiming import retimed

LATER_NS = 1_900_000_000_123_456_000
OUTAGE = '[[perception]]\nkind = "radar"\noutages = [[200.0, 400.0]]\nlatency_s = 0.5\n'


def test_a_run_of_another_time_is_the_same_run():
    run = simulate(small(RADAR, OUTAGE, PLANES), 1)
    again = retimed(run, LATER_NS)
    assert (again.start_ns, again.end_ns - again.start_ns) == (LATER_NS, run.end_ns - run.start_ns)
    moved_ns = LATER_NS - run.start_ns
    assert (again.detections.time_ns - run.detections.time_ns == moved_ns).all()
    assert (again.detections.received_ns - run.detections.received_ns == moved_ns).all()
    assert (again.truth.time_ns - run.truth.time_ns == moved_ns).all()
    np.testing.assert_array_equal(again.truth.state, run.truth.state)
    assert again.schedules == run.schedules


def test_at_twice_the_pace_all_flies_and_looks_twice_as_fast():
    run = simulate(small(RADAR, OUTAGE, PLANES), 1)
    again = retimed(run, LATER_NS, speed=2.0)
    after_ns = run.detections.time_ns - run.start_ns
    assert np.abs((again.detections.time_ns - LATER_NS) - after_ns / 2).max() <= 1000
    np.testing.assert_allclose(again.truth.state[:, 3:], 2 * run.truth.state[:, 3:])
    np.testing.assert_array_equal(again.truth.state[:, :3], run.truth.state[:, :3])
    (before,), (after,) = run.schedules, again.schedules
    assert (after.period_s, after.outages) == (before.period_s / 2, ((100.0, 200.0),))
