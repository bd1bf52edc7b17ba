"""Live, stale, offline and back: each an event, once."""

from __future__ import annotations

import pytest

from tocsin.config.kinds import SensorKind
from tocsin.config.site import Sensor
from tocsin.sensors.live.presence import Presence, PresenceWatch
from tocsin.units import NANOSECONDS_PER_SECOND


def seconds(value: float) -> int:
    return round(value * NANOSECONDS_PER_SECOND)


def radar(period_s: float = 4.0) -> PresenceWatch:
    return PresenceWatch(Sensor(name="north", kind=SensorKind.RADAR, period_s=period_s))


def test_a_radar_goes_stale_then_offline_and_comes_back() -> None:
    watch, changes = radar(), []
    for now_s in range(120):
        last_s = 0 if now_s < 90 else now_s
        change = watch.look(seconds(now_s), seconds(last_s), is_open=True)
        if change is not None:
            changes.append((now_s, change.before.value, change.now.value))
            assert (change.sensor, change.time_ns) == ("north", seconds(now_s))
    assert changes == [
        (0, "waiting", "live"), (12, "live", "stale"), (40, "stale", "offline"), (90, "offline", "live")
    ]  # fmt: skip


def test_a_fast_sensor_is_not_stale_after_a_moment() -> None:
    watch = radar(period_s=0.1)
    watch.look(seconds(0), seconds(0), is_open=True)
    assert watch.look(seconds(4.9), seconds(0), is_open=True) is None
    change = watch.look(seconds(5.0), seconds(0), is_open=True)
    assert change is not None and change.now is Presence.STALE


def test_a_radar_whose_link_broke_is_stale_at_once() -> None:
    watch = radar()
    watch.look(seconds(0), seconds(0), is_open=True)
    change = watch.look(seconds(1), seconds(0), is_open=False)
    assert change is not None and change.now is Presence.STALE


@pytest.mark.parametrize("kind", [SensorKind.ADSB, SensorKind.REMOTE_ID, SensorKind.SIGHTING])
def test_what_is_silent_while_nothing_flies_is_live_as_long_as_its_link_stands(kind: SensorKind) -> None:
    watch = PresenceWatch(Sensor(name="receiver", kind=kind))
    seen = [watch.look(seconds(t), None, is_open) for t, is_open in ((0, True), (900, True), (901, False))]
    assert [change and change.now.value for change in seen] == ["live", None, "offline"]


def test_nothing_is_said_of_a_sensor_from_which_nothing_came_yet() -> None:
    watch = radar()
    assert watch.look(seconds(100), None, is_open=True) is None
    assert watch.now is Presence.WAITING


@pytest.mark.parametrize(
    ("kind", "way", "stale_s", "offline_s"),
    [
        (SensorKind.CAMERA, "mqtt://127.0.0.1/tocsin/#", 90.0, 300.0),
        (SensorKind.DIRECTION_FINDER, "mqtt://127.0.0.1/tocsin/#", 90.0, 300.0),
        (SensorKind.MICROPHONE, "mqtt://127.0.0.1/tocsin/#", 5.0, 30.0),  # it says that it hears nothing
    ],
)
def test_what_only_points_has_the_time_of_its_status(
    kind: SensorKind, way: str, stale_s: float, offline_s: float
) -> None:
    watch = PresenceWatch(Sensor(name="it", kind=kind, input=way, period_s=1.0))
    watch.look(seconds(0), seconds(0), is_open=True)
    found = [
        watch.look(seconds(now_s), seconds(0), is_open=True)
        for now_s in (stale_s - 0.1, stale_s, offline_s - 0.1, offline_s)
    ]
    assert [None if change is None else change.now for change in found] == [
        None, Presence.STALE, None, Presence.OFFLINE
    ]  # fmt: skip
