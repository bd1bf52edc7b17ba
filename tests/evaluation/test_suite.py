from tests.evaluation.test_report import a_message, a_picture, a_run

from tocsin.evaluation.report import evaluate
from tocsin.evaluation.suite import MEASURES, summarise


def a_seed(warned, gospa_m):
    return {"threats_warned": warned, "gospa": {"mean_m": gospa_m}, "lead_s": None}


def test_median_fifth_percentile_and_worst_are_those_of_the_bad_side():
    # 41 seeds: the 5th percentile is the third worst.
    found = summarise({seed: a_seed(seed, 1000.0 - seed) for seed in range(41)})
    warned, gospa = found["threats_warned"], found["gospa.mean_m"]
    assert (warned.median, warned.p05, warned.worst, warned.worst_seed, warned.seeds) == (
        20.0,
        2.0,
        0.0,
        0,
        41,
    )
    assert (gospa.median, gospa.p05, gospa.worst, gospa.worst_seed) == (980.0, 998.0, 1000.0, 0)


def test_of_few_seeds_the_fifth_percentile_is_the_worst():
    assert summarise({1: a_seed(4, 1.0), 2: a_seed(3, 2.0)})["threats_warned"].p05 == 3.0


def test_a_measure_that_no_seed_has_is_left_out_and_one_that_some_have_counts_those():
    found = summarise({1: a_seed(1, 1.0), 2: {"lead_s": {"median": 5.0}}})
    assert (found["lead_s.median"].seeds, found["threats_warned"].seeds) == (1, 1)
    assert "warnings" not in found
    assert summarise({}) == {}


def test_every_measure_is_a_number_in_the_metrics_of_a_run_that_warned(tmp_path):
    run = a_run(tmp_path / "r", [a_picture(second) for second in range(0, 301, 20)], [a_message(50)])
    metrics = evaluate(run).metrics()
    assert [measure.name for measure in MEASURES if measure.of(metrics) is None] == []
    assert set(summarise({1: metrics})) == {measure.name for measure in MEASURES}
