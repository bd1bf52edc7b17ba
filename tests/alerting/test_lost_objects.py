"""What becomes of an alert while nothing sees its object."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from tests.alerting.alerts_made import AWAY, issued_s, warned
from tests.alerting.pictures import Made, at_ns, make_site, one_kind, picture, run

from tocsin.alerting.alerter import Alerter
from tocsin.model.alerts import Level, MessageType


def test_an_alert_stays_when_its_track_is_lost_and_says_since_when() -> None:
    alerter, _ = warned()
    messages = run(alerter, range(11, 550))
    assert {(message.level, message.message_type) for message in messages} == {
        (Level.WARNING, MessageType.UPDATE)
    }
    assert (
        "not seen since 01:19:10 UTC; then 83 % likely to enter Kaldvik at about 01:23:20 UTC"
        in messages[0].reason
    )
    assert messages[0].reason.endswith("; last seen by microphone and radar; rule warning")
    assert messages[0].predicted_entry_ns == at_ns(260)


def test_a_lost_object_lapses_by_rule_only_after_its_latest_predicted_entry() -> None:
    alerter, _ = warned()
    cancel = run(alerter, range(11, 900))[-1]
    latest_entry_s, end_after_s = 10 + 300, 300
    assert (issued_s(cancel), cancel.message_type) == (latest_entry_s + end_after_s, MessageType.CANCEL)
    assert cancel.level is Level.WARNING
    assert cancel.all_clear and cancel.lapsed
    assert cancel.predicted_entry_ns is None
    assert "lapses by rule; confidence low (19 %)" in cancel.reason


def test_a_probability_that_falls_while_nothing_is_seen_lowers_nothing() -> None:
    alerter, _ = warned()
    coasting = [
        m for s in range(11, 400) for m in alerter.decide(picture(s, AWAY.but(seen_s=10, existence=0.4)))
    ]
    assert {message.level for message in coasting} == {Level.WARNING}
    assert {message.entry_probability for message in coasting} == {0.83}


def test_one_look_that_says_away_before_the_loss_does_not_hasten_the_all_clear() -> None:
    alerter, _ = warned()
    run(alerter, [11], AWAY)
    assert issued_s(run(alerter, range(12, 900))[-1]) == 10 + 300 + 300


def test_looks_that_say_away_count_no_more_once_it_was_seen_to_come_again() -> None:
    alerter, _ = warned()
    run(alerter, [11], AWAY)
    run(alerter, range(12, 101), Made())
    assert issued_s(run(alerter, range(101, 900))[-1]) == 100 + 300 + 300


@pytest.mark.parametrize("between", [(), (AWAY.but(seen_s=10),)])
def test_one_look_after_a_gap_is_not_enough_to_lower(between: tuple[Made, ...]) -> None:
    alerter, _ = warned()
    messages = run(alerter, range(11, 100), *between)
    messages += run(alerter, range(100, 160), AWAY)
    assert {message.level for message in messages} == {Level.WARNING}
    assert [message.level for message in run(alerter, [160], AWAY)] == [Level.WATCH]


def test_a_level_that_was_lowered_is_raised_again_only_by_conditions_that_hold_for_their_age() -> None:
    alerter, _ = warned()
    assert run(alerter, range(11, 72), AWAY)[-1].level is Level.WATCH
    assert run(alerter, [72, 73, 74], Made()) == []
    assert [message.level for message in run(alerter, [75], Made())] == [Level.WARNING]


def test_what_a_coasting_track_predicts_does_not_put_off_the_all_clear() -> None:
    alerter, _ = warned()
    run(alerter, range(11, 30), Made(probability=0.5, entry_s=800.0, seen_s=10))
    assert issued_s(run(alerter, range(30, 1500))[-1]) == 10 + 300 + 300


def test_one_look_that_identifies_it_before_the_loss_is_no_reason_for_an_all_clear() -> None:
    alerter, _ = warned()
    run(alerter, [11], Made(object_class="light_aircraft", class_probability=0.6))
    cancel = run(alerter, range(12, 900))[-1]
    assert issued_s(cancel) == 10 + 300 + 300
    assert "not seen since 01:19:11 UTC" in cancel.reason


def test_a_level_raised_while_a_track_coasts_is_said_with_what_raised_it() -> None:
    alerter = Alerter(make_site())
    run(alerter, range(11), one_kind(probability=0.9))
    (message,) = run(alerter, range(11, 20), Made(probability=0.8, seen_s=10))
    assert message.level is Level.WARNING
    assert "80 % likely" in message.reason
    assert "seen by microphone and radar" in message.reason


def test_a_track_that_coasts_for_long_can_still_raise() -> None:
    alerter = Alerter(make_site())
    assert len(run(alerter, range(200, 220), Made(seen_s=0))) == 1


def test_an_object_seen_again_keeps_its_alert_and_says_so() -> None:
    alerter, first = warned()
    run(alerter, range(11, 100))
    again = run(alerter, range(100, 200), Made())
    assert again[0].alert_id == first[0].alert_id
    assert "seen again" in again[0].reason


def test_a_lost_object_says_how_far_it_can_have_come() -> None:
    alerter = Alerter(make_site())
    for second in range(5):
        alerter.decide(replace(picture(second, Made()), fastest_mps=np.array([57.0])))
    (message,) = run(alerter, [64])
    assert "can be anywhere within 3.4 km of where it was seen last" in message.reason
