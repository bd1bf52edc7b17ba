import pytest
from tests.evaluation.samples import a_flight, a_square, an_alert, tracks_of

from tocsin.evaluation.leads import warnings, zone_outcomes
from tocsin.evaluation.ties import Ties
from tocsin.evaluation.zones_warned import ZonesWarned, added, zones_warned

# Flies 10 m/s and enters the town, 100 m wide each way, 290 s after its first row; 60 s of lead are required.
THREAT = a_flight(-3000, 10, seconds=601)
TOWN = a_square(required=60.0)


def scored(*alerts, paths=(THREAT,)):
    ties = Ties(tracks_of([THREAT], ["T1"]), paths, [alert.issued_s for alert in alerts])
    outcomes = zone_outcomes(alerts, ties, [TOWN], 10.0)
    return zones_warned(outcomes, warnings(alerts, paths, [TOWN]), 10.0)


@pytest.mark.parametrize(("issued", "leads"), [(100, [180.0]), (230, [50.0]), (231, [])])
def test_a_zone_is_warned_in_time_by_a_warning_without_a_track(issued, leads):
    found = scored(an_alert(issued, tracks=()))
    assert (found.entries, found.leads_s, found.without_track) == (1, pytest.approx(leads), 1)


def test_a_warning_that_is_over_before_it_is_needed_warns_nobody():
    assert scored(an_alert(100, tracks=(), expires=229)).leads_s == []
    assert scored(an_alert(100, tracks=(), expires=231)).leads_s == pytest.approx([180.0])


def test_the_earliest_warning_in_force_gives_the_lead_and_lower_levels_give_none():
    assert scored(
        an_alert(50, "advisory"), an_alert(150, alert_id="B"), an_alert(120, alert_id="C")
    ).leads_s == [pytest.approx(160.0)]


def test_what_is_no_threat_needs_no_warning_and_makes_one_without_a_track_false():
    bird = a_flight(-3000, 10, seconds=601, threat=False)
    assert scored(an_alert(100, tracks=()), paths=(bird,)) == ZonesWarned(0, [], 1, 1)


def test_runs_are_added_up():
    assert added([ZonesWarned(2, [5.0], 1, 0), ZonesWarned(1, [7.0], 2, 1)]) == ZonesWarned(
        3, [5.0, 7.0], 3, 1
    )
