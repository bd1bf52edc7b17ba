import pytest

from tocsin.evaluation.leads import ZoneOutcome
from tocsin.evaluation.oracle import (
    Excluded,
    OracleLog,
    detection,
    lead_efficiency,
    possible_entries,
    tracking_efficiency,
)


def an_outcome(object_id="O1", entry=1000.0, warning=700.0, threat=True, required=60.0, delay=10.0):
    lead = None if warning is None or entry is None else entry - warning - delay
    warned = lead is not None and lead + delay >= required
    return ZoneOutcome(
        object_id, "multirotor", threat, "Town", required, entry, None, None, warning, lead, warned
    )


def entries(outcomes, known=200.0, told=500.0, tracked=600.0):
    def by_zone(time):
        return {} if time is None else {(o.object_id, o.zone): time for o in outcomes}

    known_s = {} if known is None else {o.object_id: known for o in outcomes}
    return possible_entries(outcomes, OracleLog(known_s, by_zone(told), by_zone(tracked)), 10.0)


def test_lead_is_compared_with_that_of_both_oracles():
    (found,) = entries([an_outcome()])
    assert (found.knowing_all_lead_s, found.knowing_tracks_lead_s, found.lead_s) == (490.0, 390.0, 290.0)
    assert found.excluded is None
    assert found.efficiency == pytest.approx(290 / 490)
    assert found.tracking_efficiency == pytest.approx(290 / 390)


@pytest.mark.parametrize(
    ("known", "told", "why"),
    [
        (None, None, Excluded.NOT_DETECTED),
        (1001.0, None, Excluded.NOT_DETECTED),
        (941.0, 941.0, Excluded.DETECTED_LATE),
        (940.0, 940.0, None),
        (200.0, None, Excluded.NOT_PREDICTABLE),
        (200.0, 941.0, Excluded.NOT_PREDICTABLE),
        (200.0, 940.0, None),
    ],
)
def test_an_entry_that_no_rule_could_warn_of_in_time_is_excluded_with_the_reason(known, told, why):
    assert entries([an_outcome()], known, told)[0].excluded is why


def test_pod_is_the_share_of_eligible_entries_that_were_warned_in_time():
    found = entries([an_outcome("O1"), an_outcome("O2", warning=950.0), an_outcome("O3", warning=None)])
    found += entries([an_outcome("O4", warning=None)], known=None, told=None)
    scored = detection(found)
    assert (scored.eligible, scored.warned, scored.excluded) == (3, 1, {"not_detected": 1})
    assert scored.pod == pytest.approx(1 / 3)
    assert detection([]).pod is None


def test_no_warning_keeps_nothing_of_the_lead_and_a_late_one_less_than_nothing():
    found = entries([an_outcome("O1"), an_outcome("O2", warning=None), an_outcome("O3", warning=1100.0)])
    kept = lead_efficiency(found)
    assert kept is not None
    assert (kept.entries, kept.median, kept.worst) == (3, 0.0, pytest.approx(-110 / 490))


def test_where_perfect_tracks_would_not_warn_either_tracking_is_not_to_blame():
    assert tracking_efficiency(entries([an_outcome()], tracked=None)) is None
    assert lead_efficiency(entries([an_outcome()], tracked=None)) is not None


def test_birds_and_passers_by_are_no_entries_of_threats():
    assert entries([an_outcome(threat=False), an_outcome(entry=None)]) == []
