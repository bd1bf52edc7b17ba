from pydantic import TypeAdapter
from tests.evaluation.test_oracle import an_outcome, entries

from tocsin.evaluation.arrival import Arrival
from tocsin.evaluation.entry_forecasts import EntryForecasts
from tocsin.evaluation.measured import Measured, measures, pool
from tocsin.evaluation.over_warned import OverWarned
from tocsin.evaluation.siap import Siap
from tocsin.evaluation.zones_warned import ZonesWarned


def a_run(warned=True, entered=5, oracle=True):
    arrival = Arrival("A", "Town", "O1", "warning", 100.0, 200.0, 300.0, 250.0, held=warned)
    bins = [[10, *[0] * 9], [1.0, *[0.0] * 9], [entered, *[0] * 9]]
    return Measured(
        entries=entries([an_outcome(warning=700.0 if warned else None)]) if oracle else None,
        warnings=2,
        false_warnings=0 if warned else 1,
        alerts=4,
        reversals=1,
        arrivals=[arrival],
        forecasts=[EntryForecasts(120.0, 10, entered, 1.0, 4.0, *bins)],
        over_warned=OverWarned(30.0, 10.0),
        siap=Siap(100, 90, 90, 100, 95, 0.0, 0.0, 1),
        zones=ZonesWarned(2, [100.0] if warned else [], without_track=1, false_without_track=int(not warned)),
    )


def test_runs_are_added_up_before_anything_is_divided():
    found = measures(pool([a_run(), a_run(warned=False), a_run()]))
    assert found.detection is not None
    assert (found.detection.eligible, found.detection.warned) == (3, 2)
    assert (found.warnings, found.false_alarm_ratio) == (6, 1 / 6)
    assert found.reversals_per_alert == 0.25
    assert (found.arrival["warning"].entries, found.arrival["warning"].held) == (3, 2)
    (skill,) = found.entry_skill
    assert (skill.samples, skill.entered, skill.skill) == (30, 15, 0.75)
    assert found.over_warned == 3.0
    assert found.siap["completeness"] == 0.9
    assert (found.zones_warned, found.zone_lead_s) == (2 / 6, 100.0)
    assert (found.warnings_without_track, found.false_without_track) == (3, 1)


def test_a_run_pooled_alone_is_itself_and_comes_back_from_a_file():
    run = a_run()
    assert pool([run]) == run
    adapter = TypeAdapter(Measured)
    assert adapter.validate_json(adapter.dump_json(run)) == run


def test_runs_without_an_oracle_say_nothing_of_what_was_possible():
    assert measures(a_run(oracle=False)).detection is None
    assert len(pool([a_run(oracle=False), a_run()]).entries) == 1
