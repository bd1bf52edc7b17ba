"""What raises, updates, lowers and ends an alert while its object is seen."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from tests.alerting.alerts_made import AWAY, NAN, issued_s, warned
from tests.alerting.pictures import Made, at_ns, make_site, one_kind, picture, run

from tocsin.alerting.alerter import Alerter
from tocsin.errors import InvalidInput
from tocsin.model.alerts import Level, MessageType

# ---- raising ----


def test_one_kind_of_evidence_gives_an_advisory_and_never_a_warning() -> None:
    messages = run(Alerter(make_site()), range(300), one_kind(probability=0.99))
    assert {message.level for message in messages} == {Level.ADVISORY}


def test_two_kinds_of_evidence_give_a_warning() -> None:
    _, messages = warned()
    assert messages[0].message_type is MessageType.ALERT
    assert messages[0].rule == "warning"


@pytest.mark.parametrize(("probability", "level"), [(0.9, Level.ADVISORY), (0.91, Level.WARNING)])
def test_one_kind_and_a_threat_class_above_nine_tenths_give_a_warning(
    probability: float, level: Level
) -> None:
    track = one_kind(object_class="delta_wing_drone", class_probability=probability)
    assert max(message.level for message in run(Alerter(make_site()), range(30), track)) is level


@pytest.mark.parametrize("kind", ["remote_id", "adsb"])
def test_a_class_that_only_the_object_itself_tells_confirms_nothing(kind: str) -> None:
    track = Made(object_class="multirotor", class_probability=0.97, kinds=frozenset({kind}))
    assert {message.level for message in run(Alerter(make_site()), range(30), track)} == {Level.ADVISORY}


def test_a_sure_class_that_is_no_threat_gives_no_warning() -> None:
    track = one_kind(object_class="balloon", class_probability=0.95)
    assert {message.level for message in run(Alerter(make_site()), range(30), track)} == {Level.ADVISORY}


@pytest.mark.parametrize(("probability", "count"), [(0.5, 0), (0.49, 1)])
def test_a_light_aircraft_raises_nothing_once_that_is_at_least_as_probable_as_not(
    probability: float, count: int
) -> None:
    track = Made(object_class="light_aircraft", class_probability=probability)
    assert len(run(Alerter(make_site()), range(30), track)) == count


def test_conditions_must_hold_without_a_break_for_the_age_of_the_rule() -> None:
    alerter = Alerter(make_site())
    assert run(alerter, [0, 1, 2], Made()) == []
    assert run(alerter, [2.5], AWAY) == []
    assert run(alerter, [3, 4, 5], Made()) == []
    assert [issued_s(message) for message in run(alerter, [6, 7], Made())] == [6]


@pytest.mark.parametrize(
    "change",
    [
        {"probability": 0.19},
        {"entry_s": 1201.0},
        {"entry_s": NAN},
        {"existence": 0.49},
        {"kinds": frozenset()},
    ],
)
def test_each_condition_of_a_rule_can_keep_it_from_raising(change: dict[str, object]) -> None:
    assert run(Alerter(make_site()), range(60), Made().but(**change)) == []


def test_a_rule_for_one_zone_says_nothing_of_another() -> None:
    rules = [{"level": "advisory", "zones": ["Kaldvik"], "name": "harbour"}]
    zones = ("Kaldvik", "Sund")
    alerter = Alerter(make_site(zones, rules))
    messages = [m for second in range(30) for m in alerter.decide(picture(second, Made(), zones=zones))]
    assert [(message.zone, message.rule) for message in messages] == [("Kaldvik", "harbour")]


def test_zones_are_alerted_by_themselves_each_with_its_own_probability() -> None:
    zones = ("Kaldvik", "Sund", "Holm")
    alerter = Alerter(make_site(zones))
    track = Made(probability=(0.9, 0.01, 0.6))
    messages = [m for second in range(30) for m in alerter.decide(picture(second, track, zones=zones))]
    assert [(message.zone, message.entry_probability) for message in messages] == [
        ("Kaldvik", 0.9),
        ("Holm", 0.6),
    ]
    assert len({message.alert_id for message in messages}) == 2


# ---- updating ----


def test_a_higher_level_is_said_at_once_under_the_same_name() -> None:
    alerter = Alerter(make_site())
    first = run(alerter, range(10), one_kind())
    second = run(alerter, range(10, 20), Made())
    assert [(m.level, m.version, m.message_type) for m in first + second] == [
        (Level.ADVISORY, 1, MessageType.ALERT),
        (Level.WARNING, 2, MessageType.UPDATE),
    ]
    assert issued_s(second[0]) == 13
    assert first[0].alert_id == second[0].alert_id
    assert second[0].references == ((first[0].identifier, first[0].issued_ns),)


def test_nothing_new_is_no_news() -> None:
    alerter, _ = warned()
    assert [
        m for s in range(11, 600) for m in alerter.decide(picture(s, Made(entry_s=700 - s, spread_s=50)))
    ][1:] == []


def test_a_predicted_entry_that_moves_is_news_but_not_more_often_than_the_rule_says() -> None:
    alerter, _ = warned()
    later = run(alerter, range(11, 200), Made(entry_s=600))
    assert [issued_s(message) for message in later] == [63, 124, 185]
    assert all(message.message_type is MessageType.UPDATE for message in later)


def test_a_probability_that_rises_by_much_is_news_once() -> None:
    alerter = Alerter(make_site())
    first = run(alerter, range(11), Made(probability=0.6))
    rising = [
        message
        for second in range(11, 300)
        for message in alerter.decide(picture(second, Made(probability=0.95, entry_s=300 - second)))
    ]
    assert [message.entry_probability for message in first] == pytest.approx([0.6])
    assert [message.entry_probability for message in rising] == pytest.approx([0.95])
    assert issued_s(rising[0]) - issued_s(first[0]) == 60


def test_an_alert_that_goes_on_is_renewed_well_before_it_expires() -> None:
    alerter, messages = warned()
    for second in range(11, 4000, 10):
        messages += alerter.decide(picture(second, Made(entry_s=0, probability=1.0)))
    gaps_s = np.diff([issued_s(message) for message in messages])
    assert len(messages) > 5
    assert gaps_s.max() <= 600
    assert all(later.issued_ns < before.expires_ns for before, later in pairwise(messages))


def test_entering_the_zone_is_said_and_the_entry_stays_where_it_was() -> None:
    alerter, _ = warned()
    messages = run(alerter, range(100, 300), Made(entry_s=0, probability=1.0))
    assert "inside Kaldvik since 01:20:40 UTC" in messages[0].reason
    assert {message.predicted_entry_ns for message in messages} == {at_ns(100)}


# ---- lowering and ending ----


def test_a_short_dip_below_the_keeping_probability_changes_nothing() -> None:
    alerter, _ = warned()
    messages = run(alerter, range(11, 60), Made(probability=0.1))
    messages += run(alerter, [60], Made())
    messages += run(alerter, range(61, 120), Made(probability=0.1))
    assert {message.level for message in messages} <= {Level.WARNING}


def test_between_keeping_and_raising_probability_a_level_neither_falls_nor_rises() -> None:
    alerter, _ = warned()
    levels = {message.level for message in run(alerter, range(11, 900), Made(probability=0.25))}
    assert levels <= {Level.WARNING}
    assert run(Alerter(make_site()), range(900), Made(probability=0.15)) == []


def test_an_object_seen_to_turn_away_is_lowered_then_cleared_by_rule() -> None:
    alerter, _ = warned()
    messages = run(alerter, range(11, 600), AWAY)
    assert [(issued_s(m), m.level, m.message_type) for m in messages] == [
        (71, Level.WATCH, MessageType.UPDATE),
        (190, Level.WATCH, MessageType.CANCEL),
    ]
    assert messages[0].predicted_entry_ns is None
    assert "no longer heading for Kaldvik" in messages[0].reason
    assert messages[1].all_clear and not messages[1].lapsed
    assert "no longer heading for Kaldvik, 2 % likely to enter; confidence high (98 %)" in messages[1].reason


def test_an_object_that_turns_back_again_is_news() -> None:
    alerter, _ = warned()
    run(alerter, range(11, 80), AWAY)
    messages = run(alerter, range(80, 200), Made(probability=0.15))
    assert "heading for Kaldvik, 15 % likely to enter" in messages[0].reason
    assert issued_s(messages[0]) == 71 + 60


def test_an_object_that_was_inside_is_said_to_have_left() -> None:
    alerter, _ = warned()
    run(alerter, range(11, 20), Made(entry_s=0, probability=1.0))
    assert "has left Kaldvik" in run(alerter, range(20, 400), AWAY)[-1].reason


def test_an_object_identified_as_a_light_aircraft_is_cleared_for_that_reason() -> None:
    alerter, _ = warned()
    plane = Made(object_class="light_aircraft", class_probability=0.95)
    messages = run(alerter, range(11, 600), plane)
    assert messages[-1].message_type is MessageType.CANCEL
    assert "identified as light_aircraft (0.95); confidence high (95 %)" in messages[-1].reason


def test_a_warning_for_what_turns_out_a_balloon_becomes_an_advisory() -> None:
    alerter, _ = warned()
    messages = run(alerter, range(11, 90), Made(object_class="balloon", class_probability=0.8))
    assert "lowered from warning to advisory" in next(m.reason for m in messages if m.level is Level.ADVISORY)


def test_evidence_that_goes_silent_lowers_nothing() -> None:
    alerter, _ = warned()
    messages = run(alerter, range(11, 600), one_kind(existence=0.3))
    assert {message.level for message in messages} <= {Level.WARNING}


# ---- the same again ----


def test_the_same_pictures_give_the_same_messages_and_names_differ_by_object_zone_and_time() -> None:
    tracks = (Made("T1"), Made("T2", north_m=4000.0))
    assert run(Alerter(make_site()), range(400), *tracks) == run(Alerter(make_site()), range(400), *tracks)
    ids = {m.alert_id for start in (0, 1) for m in run(Alerter(make_site()), range(start, 20), *tracks)}
    assert len(ids) == 4


def test_after_an_all_clear_the_same_object_gets_a_new_alert() -> None:
    alerter, first = warned()
    run(alerter, range(11, 600), AWAY)
    again = run(alerter, range(600, 610), Made())
    assert again[0].message_type is MessageType.ALERT
    assert again[0].version == 1
    assert again[0].alert_id != first[0].alert_id


def test_zones_of_another_site_and_pictures_out_of_order_are_refused_by_name() -> None:
    alerter = Alerter(make_site())
    with pytest.raises(InvalidInput, match=r"Sund.*not those of the site.*Kaldvik"):
        alerter.decide(picture(0, zones=("Sund",)))
    alerter.decide(picture(1))
    with pytest.raises(InvalidInput, match="order of time"):
        alerter.decide(picture(1))


def test_objects_long_gone_are_forgotten() -> None:
    alerter, _ = warned()
    run(alerter, range(11, 900))
    assert list(alerter._identities) == []
    assert len(alerter._cases.rows) == 0
