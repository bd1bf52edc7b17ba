import numpy as np
import pytest
from tests.evaluation.samples import a_flight, an_alert, tracks_of

from tocsin.evaluation.arrival import arrivals
from tocsin.evaluation.prediction_log import PredictionLog
from tocsin.evaluation.ties import Ties

# Flies 10 m/s and enters the town 290 s after its first row.
THREAT = a_flight(-3000, 10, seconds=601)
ENTRIES = {("O1", "Town"): 290.0}


def predicted(rows):
    """From (time, track, probability, earliest, latest)."""
    column = np.empty(len(rows), dtype=object)
    column[:] = [row[1] for row in rows]
    zones = np.full(len(rows), "Town", dtype=object)
    points = np.array([[row[3], (row[3] + row[4]) / 2, row[4]] for row in rows], float)
    numbers = np.array([[row[0], row[2]] for row in rows], float)
    return PredictionLog(numbers[:, 0], column, zones, numbers[:, 1], points)


def found(alerts, rows, tracks=("T1",)):
    ties = Ties(tracks_of([THREAT] * len(tracks), tracks), [THREAT], [alert.issued_s for alert in alerts])
    return arrivals(alerts, predicted(rows), ties, ENTRIES)


@pytest.mark.parametrize(
    ("earliest", "latest", "held"), [(250, 300, True), (250, 280, False), (295, 400, False)]
)
def test_the_interval_at_issue_holds_the_entry_or_not(earliest, latest, held):
    (arrival,) = found([an_alert(100)], [(100, "T1", 0.7, earliest, latest)])
    assert arrival.held is held
    assert (arrival.object_id, arrival.level, arrival.entry_s) == ("O1", "warning", 290.0)


def test_only_the_first_message_of_each_level_counts_and_a_cancel_is_none():
    alerts = [
        an_alert(50, "watch"),
        an_alert(60, "watch", version=2),
        an_alert(70, "warning", version=3),
        an_alert(80, "watch", version=4, kind="Cancel"),
    ]
    rows = [(time, "T1", 0.7, 250, 300) for time in (50, 60, 70, 80)]
    assert [(a.level, a.issued_s) for a in found(alerts, rows)] == [("watch", 50.0), ("warning", 70.0)]


def test_of_several_tracks_the_likeliest_speaks():
    rows = [(100, "T1", 0.2, 0, 1), (100, "T2", 0.8, 250, 300)]
    (arrival,) = found([an_alert(100, tracks=("T1", "T2"))], rows, ("T1", "T2"))
    assert arrival.held


def test_who_is_inside_already_or_was_not_predicted_says_nothing():
    assert found([an_alert(300)], [(300, "T1", 1.0, 300, 300)]) == []
    assert found([an_alert(100)], [(90, "T1", 0.7, 250, 300)]) == []
