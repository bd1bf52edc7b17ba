import pytest
from tests.evaluation.samples import a_flight, a_square, an_alert, tracks_of

from tocsin.evaluation.leads import reversals, warnings, zone_outcomes
from tocsin.evaluation.ties import Ties

# Flies 10 m/s and enters the town, 100 m wide each way, 290 s after its first row.
THREAT = a_flight(-3000, 10, seconds=601)
TOWN = a_square(required=60.0)
ON_IT = tracks_of([THREAT], ["T1"])


def outcomes(alerts, tracks, paths, zones, delay):
    return zone_outcomes(alerts, Ties(tracks, paths, [alert.issued_s for alert in alerts]), zones, delay)


def tied_objects(alert, tracks, paths):
    return Ties(tracks, paths, [alert.issued_s]).objects(alert)


def outcome(alerts, paths=(THREAT,), tracks=ON_IT, zone=TOWN, delay=10.0):
    (found,) = outcomes(alerts, tracks, paths, [zone], delay)
    return found


def test_lead_is_entry_minus_issue_minus_delivery():
    found = outcome([an_alert(100)])
    assert found.entry_s == pytest.approx(290.0)
    assert found.lead_s == pytest.approx(290 - 100 - 10)
    assert found.warned


@pytest.mark.parametrize(("issued", "warned"), [(229, True), (230, True), (231, False), (300, False)])
def test_warned_is_issued_at_least_the_required_lead_before_the_entry(issued, warned):
    assert outcome([an_alert(issued)]).warned is warned


def test_the_first_warning_counts_and_lower_levels_do_not_warn():
    found = outcome(
        [
            an_alert(20, "watch"),
            an_alert(40, "advisory", version=2, kind="Update"),
            an_alert(50, "advisory", version=3, kind="Update"),
            an_alert(110, "warning", version=4, kind="Update"),
            an_alert(250, "warning", version=5, kind="Update"),
        ]
    )
    assert (found.watch_s, found.advisory_s, found.warning_s) == (20.0, 40.0, 110.0)
    assert found.lead_s == pytest.approx(170.0)
    quiet = outcome([an_alert(20, "advisory")])
    assert (quiet.warning_s, quiet.lead_s, quiet.warned) == (None, None, False)


def test_a_cancel_warns_nobody():
    assert outcome([an_alert(100, kind="Cancel")]).warning_s is None


@pytest.mark.parametrize(("aside", "warned"), [(499, True), (501, False)])
def test_an_alert_is_tied_to_truth_within_500_m_of_its_track(aside, warned):
    assert outcome([an_alert(100)], tracks=tracks_of([THREAT], ["T1"], (0, aside, 0))).warned is warned


def test_an_alert_is_tied_to_the_nearest_object_and_height_does_not_matter():
    bird = a_flight(-3000, 10, seconds=601, north=200.0, object_id="bird", threat=False)
    near_the_bird = tracks_of([THREAT], ["T1"], (0, 120, 3000))
    assert tied_objects(an_alert(100), near_the_bird, [THREAT, bird]) == {"bird"}
    found = {o.object_id: o for o in outcomes([an_alert(100)], near_the_bird, [THREAT, bird], [TOWN], 10.0)}
    assert found["bird"].warning_s == 100.0
    assert found["O1"].warning_s is None


def test_an_alert_is_tied_by_where_its_track_was_at_issue_and_not_later():
    other = a_flight(-3000, 10, seconds=601, north=5000.0, object_id="O2")
    tracks = tracks_of([THREAT, other], ["T1", "T2"])
    assert tied_objects(an_alert(100.5, tracks=("T2",)), tracks, [THREAT, other]) == {"O2"}
    assert tied_objects(an_alert(100.5, tracks=("T1", "T2")), tracks, [THREAT, other]) == {"O1", "O2"}


def test_an_alert_without_a_recent_track_is_tied_to_nothing():
    assert tied_objects(an_alert(100, tracks=("T9",)), ON_IT, [THREAT]) == set()
    short = tracks_of([a_flight(-3000, 10, seconds=30)], ["T1"])
    assert tied_objects(an_alert(85, expires=999), short, [THREAT]) == set()


def test_a_warning_for_another_zone_does_not_warn_this_one():
    plant = a_square("Plant", middle=(0, 50_000))
    found = outcomes([an_alert(100, zone="Plant")], ON_IT, [THREAT], [TOWN, plant], 10.0)
    assert [(o.zone, o.entry_s is not None, o.warned) for o in found] == [
        ("Town", True, False),
        ("Plant", False, False),
    ]


def test_an_object_that_enters_unseen_has_a_row_and_one_that_does_nothing_has_none():
    away = a_flight(-3000, 10, north=9000.0, object_id="O2")
    assert [o.object_id for o in outcomes([], ON_IT, [THREAT, away], [TOWN], 10.0)] == ["O1"]


def test_a_warning_that_a_threat_makes_true_is_not_false():
    (found,) = warnings([an_alert(100)], [THREAT], [TOWN])
    assert not found.false
    assert (found.issued_s, found.expires_s) == (100.0, 1000.0)


@pytest.mark.parametrize(("aside", "false"), [(1090, False), (1110, True)])
def test_within_one_kilometre_of_the_zone_is_near_enough(aside, false):
    passing = a_flight(-3000, 10, seconds=601, north=aside)
    assert warnings([an_alert(100)], [passing], [TOWN])[0].false is false


def test_a_threat_that_comes_after_expiry_or_cancel_leaves_the_warning_false():
    # The threat is within 1 km of the town from 190 s on.
    assert warnings([an_alert(0, expires=189)], [THREAT], [TOWN])[0].false
    assert not warnings([an_alert(0, expires=191)], [THREAT], [TOWN])[0].false
    cancelled = [an_alert(0), an_alert(150, version=2, kind="Cancel")]
    assert warnings(cancelled, [THREAT], [TOWN])[0].false
    assert warnings(cancelled, [THREAT], [TOWN])[0].expires_s == 150.0


def test_an_update_of_a_warning_renews_it_and_a_lower_level_does_not():
    first = an_alert(0, expires=100)
    assert not warnings([first, an_alert(90, version=2, kind="Update", expires=200)], [THREAT], [TOWN])[
        0
    ].false
    lowered = an_alert(90, "advisory", version=2, kind="Update", expires=200)
    assert warnings([first, lowered], [THREAT], [TOWN])[0].false


def test_a_bird_in_the_zone_does_not_make_a_warning_true():
    bird = a_flight(-500, 10, seconds=601, threat=False)
    assert warnings([an_alert(10)], [bird], [TOWN])[0].false


def test_each_alert_counts_once_and_only_if_it_reached_warning():
    log = [
        an_alert(10, alert_id="A"),
        an_alert(20, alert_id="A", version=2, kind="Update"),
        an_alert(10, "advisory", alert_id="B"),
        an_alert(5, "watch", alert_id="C"),
        an_alert(30, alert_id="C", version=2, kind="Update"),
    ]
    assert [(w.alert_id, w.issued_s) for w in warnings(log, [THREAT], [TOWN])] == [("A", 10.0), ("C", 30.0)]


@pytest.mark.parametrize(
    ("levels", "count"),
    [
        ("1", 0),
        ("123", 0),
        ("321", 0),
        ("1232", 1),
        ("13331", 1),
        ("12121", 3),
        ("2 1 3", 1),
    ],
)
def test_reversals_are_changes_of_direction(levels, count):
    words = {"1": "watch", "2": "advisory", "3": "warning"}
    steps = [words[level] for level in levels.replace(" ", "")]
    log = [an_alert(i, word, version=i + 1) for i, word in enumerate(steps)]
    log.append(an_alert(99, "watch", version=99, kind="Cancel"))
    assert reversals(log) == count
    assert reversals(log + [an_alert(i, "watch", alert_id="B", version=i) for i in range(3)]) == count
