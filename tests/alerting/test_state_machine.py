"""Whatever sequence of pictures comes, the promises of an alert's life hold."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule
from tests.alerting.one_by_one.alerter import Alerter as OneByOne
from tests.alerting.pictures import Made, activity, make_site, picture

from tocsin.alerting.alerter import Alerter
from tocsin.alerting.case_table import NO_ALERT
from tocsin.alerting.without_track import is_without_track
from tocsin.model.alerts import AlertMessage, Level, MessageType
from tocsin.model.assessments import Assessments

ZONES = ("Kaldvik", "Sund")
ALONE = make_site(ZONES)
GROUPED = make_site(ZONES, grouping={"part_after_s": 5.0})
BIRDS = {"bird", "light_aircraft"}
THREATS = {"delta_wing_drone", "small_piston_fixed_wing", "multirotor"}

tracks = st.builds(
    Made,
    track_id=st.sampled_from(["T1", "T2", "T3", "T4"]),
    probability=st.tuples(*[st.sampled_from([0.0, 0.15, 0.3, 0.45, 0.7, 1.0])] * len(ZONES)),
    entry_s=st.sampled_from([0.0, 60.0, 300.0, 1000.0, 2000.0, float("nan")]),
    kinds=st.frozensets(st.sampled_from(["radar", "microphone", "remote_id"])),
    object_class=st.sampled_from(["delta_wing_drone", "balloon", "light_aircraft", "unknown"]),
    class_probability=st.sampled_from([0.3, 0.6, 0.95]),
    existence=st.sampled_from([0.4, 0.7, 1.0]),
    east_m=st.sampled_from([0.0, 100.0, 2000.0, 9000.0]),
    velocity_east_mps=st.sampled_from([-28.0, 0.0, 28.0]),
)


class GroupLife(RuleBasedStateMachine):
    """Objects in groups: what holds of every alert."""

    site = GROUPED

    def __init__(self) -> None:
        super().__init__()
        self.alerter = Alerter(self.site)
        self.twin_alerter = self.other()
        self.time_s = 0.0
        self.by_alert: dict[str, list[AlertMessage]] = {}
        self.evidenced = {zone: {level: set[str]() for level in Level} for zone in ZONES}

    def other(self) -> Alerter | OneByOne:
        """One that must say the very same."""
        return Alerter(self.site)

    @rule(made=st.lists(tracks, max_size=4, unique_by=lambda made: made.track_id), times=st.integers(1, 90))
    def pictures(self, made: list[Made], times: int) -> None:
        for _ in range(times):
            self.time_s += 1.0
            self.take(picture(self.time_s, *made, zones=ZONES))

    @rule(seconds=st.integers(2, 700))
    def silence(self, seconds: int) -> None:
        self.time_s += seconds
        self.take(picture(self.time_s, zones=ZONES))

    @rule(made=tracks, times=st.integers(1, 90))
    def coasting(self, made: Made, times: int) -> None:
        seen_s = self.time_s
        for _ in range(times):
            self.time_s += 1.0
            self.take(picture(self.time_s, made.but(seen_s=seen_s), zones=ZONES))

    def take(self, assessments: Assessments) -> None:
        messages = self.alerter.decide(assessments)
        assert messages == self.twin_alerter.decide(assessments)
        self.note_evidence(assessments)
        for message in messages:
            assert message.issued_ns == assessments.time_ns
            self.by_alert.setdefault(message.alert_id, []).append(message)
            self.check_evidence(message)

    def note_evidence(self, assessments: Assessments) -> None:
        """Which tracks have ever had what each level asks for, by the words of the contract."""
        for row, track_id in enumerate(assessments.track_id):
            name, probability = assessments.most_probable_class(row)
            kinds = assessments.kinds[row]
            if not kinds or (name in BIRDS and probability >= 0.5):
                continue
            is_sure = name in THREATS and probability > 0.9 and kinds != {"remote_id"}
            for zone, entry in zip(ZONES, assessments.entry_probability[row], strict=True):
                if entry >= 0.2:
                    self.evidenced[zone][Level.WATCH].add(track_id)
                if entry >= 0.4:
                    self.evidenced[zone][Level.ADVISORY].add(track_id)
                if entry >= 0.5 and (len(kinds) >= 2 or is_sure) and assessments.existence[row] >= 0.8:
                    self.evidenced[zone][Level.WARNING].add(track_id)

    def check_evidence(self, message: AlertMessage) -> None:
        ever = {track_id for earlier in self.by_alert[message.alert_id] for track_id in earlier.track_ids}
        assert self.evidenced[message.zone][message.level] & ever

    @invariant()
    def versions_count_up_and_refer_to_all_before(self) -> None:
        for messages in self.by_alert.values():
            assert [message.version for message in messages] == list(range(1, len(messages) + 1))
            said = tuple((message.identifier, message.issued_ns) for message in messages)
            assert all(message.references == said[: message.version - 1] for message in messages)
            assert np.all(np.diff([message.issued_ns for message in messages]) > 0)

    @invariant()
    def alert_comes_first_and_cancel_last(self) -> None:
        for messages in self.by_alert.values():
            types = [message.message_type for message in messages]
            assert types[0] is MessageType.ALERT
            assert MessageType.ALERT not in types[1:]
            assert MessageType.CANCEL not in types[:-1]
            assert [message.all_clear for message in messages] == [t is MessageType.CANCEL for t in types]

    @invariant()
    def a_track_is_one_object_and_what_was_said_is_what_is_open(self) -> None:
        owners = list(self.alerter._identities)
        names = [track_id for air_object in owners for track_id in air_object.track_ids]
        assert len(names) == len(set(names))
        board = self.alerter._board._alerts
        numbers = set(self.alerter._cases.rows["alert"].tolist()) - {NO_ALERT}
        assert numbers == set(board)
        open_ids = [alert.thread.alert_id for alert in board.values()]
        said_open = [
            alert_id
            for alert_id, messages in self.by_alert.items()
            if messages[-1].message_type is not MessageType.CANCEL
        ]
        assert sorted(open_ids) == sorted(said_open)


class AlertLife(GroupLife):
    """Each object by itself: the same, and message for message what the twin says that knows no columns."""

    site = ALONE

    def other(self) -> Alerter | OneByOne:
        return OneByOne(self.site)


class ActiveLife(GroupLife):
    """With activity beside tracks and beside none, now near one zone and now near both."""

    @rule(
        made=st.lists(tracks, max_size=3, unique_by=lambda made: made.track_id),
        probability=st.tuples(*[st.sampled_from([0.0, 0.3, 0.6, 0.97])] * len(ZONES)),
        kinds=st.sampled_from([frozenset({"radar"}), frozenset({"radar", "microphone"})]),
        east_m=st.sampled_from([0.0, 2500.0, 9000.0]),
        times=st.integers(1, 40),
    )
    def active(
        self,
        made: list[Made],
        probability: tuple[float, ...],
        kinds: frozenset[str],
        east_m: float,
        times: int,
    ) -> None:
        for _ in range(times):
            self.time_s += 1.0
            shown = picture(self.time_s, *made, zones=ZONES)
            near = activity(self.time_s, probability, kinds, (east_m, 0.0))
            self.take(replace(shown, activity=near))

    def check_evidence(self, message: AlertMessage) -> None:
        """Beside a track it is that of both, which `test_without_track` asks about."""

    @invariant()
    def a_zone_has_one_alert_without_a_track_at_most(self) -> None:
        rows = self.alerter._cases.rows
        is_open = is_without_track(rows) & (rows["alert"] != NO_ALERT)
        zones = rows["zone"][is_open].tolist()
        assert len(zones) == len(set(zones))
        assert np.flatnonzero(self.alerter._without_track._is_open).tolist() == sorted(zones)


GroupLife.TestCase.settings = settings(max_examples=20, stateful_step_count=12)
TestGroupLife = GroupLife.TestCase
AlertLife.TestCase.settings = settings(max_examples=30, stateful_step_count=12)
TestAlertLife = AlertLife.TestCase
ActiveLife.TestCase.settings = settings(max_examples=6, stateful_step_count=10)
TestActiveLife = ActiveLife.TestCase
