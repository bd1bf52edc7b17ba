"""After a restart a mark goes on for the one track that can be the marked one, and for no other."""

from __future__ import annotations

import numpy as np
import pytest
from tests.alerting.test_desk import a_site
from tests.alerting.test_editor import ZONE, alert, at

from tocsin.alerting.desk import Desk
from tocsin.alerting.marked_tracks import MarkedTracks
from tocsin.alerting.same_object import Motion
from tocsin.config.site import Prior
from tocsin.model.actions import Action, MarkedAs, Request, Verb
from tocsin.model.marked import MarkedTrack
from tocsin.model.tracks import Tracks

FLYING = (5000.0, 2000.0, 300.0, -20.0, 0.0, 0.0)


def tracks(second: float, *there: tuple[str, float, float], sigma_mps: float = 2.0) -> Tracks:
    """Tracks by name, and how far east and north of where straight flight would have taken it they are."""
    count = len(there)
    state = np.tile(FLYING, (count, 1))
    state[:, 0] += second * FLYING[3] + np.array([east_m for _, east_m, _ in there])
    state[:, 1] += np.array([north_m for *_, north_m in there])
    spread = np.diag([2500.0, 2500.0, 2500.0, sigma_mps**2, sigma_mps**2, 1.0])
    return Tracks(
        track_id=np.array([name for name, *_ in there], dtype=object),
        state=state,
        covariance=np.tile(spread, (count, 1, 1)),
        existence=np.ones(count),
        born_ns=np.full(count, at(second)),
        seen_ns=np.full((count, 1), at(second)),
        support=np.ones((count, 1)),
        visible=np.ones((count, 1)),
        identity=np.full(count, "", dtype=object),
    )


def before() -> tuple[MarkedTrack, ...]:
    """What the book has of T1 when the service ended."""
    known = MarkedTracks(Motion(Prior()))
    assert known.follow(at(0), tracks(0.0, ("T1", 0.0, 0.0), ("T2", 900.0, 0.0)), {"T1"}) == {}
    return known.last


def after() -> MarkedTracks:
    known = MarkedTracks(Motion(Prior()))
    known.restore(before())
    return known


def test_the_one_track_that_is_where_it_is_expected_is_it() -> None:
    there = tracks(30.0, ("N1", 100.0, 50.0), ("N2", 6000.0, 0.0))
    known = after()
    assert known.follow(at(30), there, {"T1"}) == {"N1": "T1"}
    assert known.follow(at(31), there, {"T1", "N1"}) == {}, "once"


@pytest.mark.parametrize(
    ("second", "there", "sigma_mps"),
    [
        (30.0, [("N1", 100.0, 50.0), ("N2", -100.0, 0.0)], 2.0),  # two could be
        (30.0, [("N1", 6000.0, 0.0)], 2.0),  # elsewhere
        (30.0, [("N1", 0.0, 0.0)], 15.0),  # of no known velocity
        (130.0, [("N1", 0.0, 0.0)], 2.0),  # too late
    ],
)
def test_in_doubt_no_track_is_it(
    second: float, there: list[tuple[str, float, float]], sigma_mps: float
) -> None:
    assert after().follow(at(second), tracks(second, *there, sigma_mps=sigma_mps), {"T1"}) == {}


def test_two_marks_that_one_track_could_be_go_on_for_none() -> None:
    (one,) = before()
    other = MarkedTrack("T9", one.time_ns, one.seen_ns, one.state, one.covariance)
    known = MarkedTracks(Motion(Prior()))
    known.restore([one, other])
    assert known.follow(at(10), tracks(10.0, ("N1", 0.0, 0.0)), {"T1", "T9"}) == {}


def test_it_is_found_again_after_a_second_restart() -> None:
    known = after()
    known.follow(at(30), tracks(30.0, ("N1", 0.0, 0.0)), {"T1"})
    known.follow(at(40), tracks(40.0, ("N1", 0.0, 0.0)), {"T1", "N1"})
    again = MarkedTracks(Motion(Prior()))
    again.restore(known.last)
    assert again.follow(at(60), tracks(60.0, ("M1", 0.0, 0.0)), {"T1"}) == {"M1": "T1"}


# ---- at the desk ----


def marked() -> tuple[Action, tuple[MarkedTrack, ...]]:
    """A desk at which a bird was marked."""
    desk = Desk(a_site())
    desk.take(desk.editor.edit(at(0), [alert()]))
    action, messages = desk.ask(Request(Verb.MARK, "anna", "duty", "A-1", marked_as=MarkedAs.BIRD), at(1))
    assert action.is_done and messages[0].all_clear
    desk.editor.follow(at(1), tracks(0.0, ("T1", 0.0, 0.0)))
    assert desk.editor.marked is not None
    return action, desk.editor.marked.last


def test_a_bird_that_was_marked_is_not_warned_of_again_after_a_restart_and_another_object_is() -> None:
    action, last = marked()
    desk = Desk(a_site())
    (cap,) = desk.restore_marks([action], last, at(20))
    assert cap.words == "marked as a bird by the duty officer (duty)"
    desk.editor.follow(at(21), tracks(20.0, ("N1", 0.0, 0.0)))
    assert desk.editor.edit(at(22), [alert(tracks=("N1",))]) == []
    (told,) = desk.editor.edit(at(23), [alert(tracks=("N2",))])
    assert told.zone == ZONE and not told.all_clear


def test_marks_that_ended_or_were_taken_back_are_not_restored() -> None:
    action, last = marked()
    unmark = Action(at(5), Request(Verb.UNMARK, "anna", "duty", "A-1"), action.outcome, "", "A-1")
    for actions, second in (([action, unmark], 20.0), ([action], 4000.0)):
        assert Desk(a_site()).restore_marks(actions, last, at(second)) == ()
