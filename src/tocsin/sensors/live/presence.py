"""Whether a sensor is there: live, stale, offline, and back again."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple

from tocsin.config.inputs import InputFormat
from tocsin.config.kinds import SensorKind
from tocsin.config.site import Sensor
from tocsin.units import NANOSECONDS_PER_SECOND

# A sensor that misses so many of its looks is stale, then offline; but not sooner than that.
_STALE_PERIODS, _STALE_S = 3.0, 5.0
_OFFLINE_PERIODS, _OFFLINE_S = 10.0, 30.0
# These say nothing where nothing flies: as long as their link stands, silence is no trouble.
_SILENT = frozenset({SensorKind.REMOTE_ID, SensorKind.ADSB, SensorKind.TRACKS, SensorKind.SIGHTING})


# These tell their status so often, whatever they see: nodes of SAPIENT, and those that only send bearings.
_SAPIENT_STATUS_S, _NODE_STATUS_S = 10.0, 30.0
_POINTING = frozenset({SensorKind.CAMERA, SensorKind.DIRECTION_FINDER})


class Presence(StrEnum):
    """How a sensor is."""

    WAITING = "waiting"  # nothing came yet
    LIVE = "live"
    STALE = "stale"
    OFFLINE = "offline"


class PresenceChange(NamedTuple):
    """An event: a sensor that is not as it was."""

    time_ns: int
    sensor: str
    before: Presence
    now: Presence


class PresenceWatch:
    """Follows one sensor."""

    def __init__(self, sensor: Sensor) -> None:
        period_s = sensor.filled().period_s or 1.0
        status_s = _status_every_s(sensor)
        if status_s is not None:
            period_s = max(period_s, status_s)
        self.now = Presence.WAITING
        self._name, self._may_be_silent = sensor.name, sensor.kind in _SILENT and status_s is None
        self._stale_s = max(_STALE_S, _STALE_PERIODS * period_s)
        self._offline_s = max(_OFFLINE_S, _OFFLINE_PERIODS * period_s)

    def look(self, now_ns: int, last_received_ns: int | None, is_open: bool) -> PresenceChange | None:
        """What has changed since the last look, if anything has."""
        before, self.now = self.now, self._presence(now_ns, last_received_ns, is_open)
        return None if self.now is before else PresenceChange(now_ns, self._name, before, self.now)

    def _presence(self, now_ns: int, last_received_ns: int | None, is_open: bool) -> Presence:
        if last_received_ns is None and (self.now is Presence.WAITING or not self._may_be_silent):
            return Presence.LIVE if self._may_be_silent and is_open else Presence.WAITING
        if self._may_be_silent:
            return Presence.LIVE if is_open else Presence.OFFLINE
        assert last_received_ns is not None
        silent_s = (now_ns - last_received_ns) / NANOSECONDS_PER_SECOND
        if silent_s >= self._offline_s:
            return Presence.OFFLINE
        return Presence.STALE if silent_s >= self._stale_s or not is_open else Presence.LIVE


def _status_every_s(sensor: Sensor) -> float | None:
    """How often a sensor says that it is there, beside what it sees; None: by what it sees alone."""
    live = sensor.live_input
    if live is not None and live[1] is InputFormat.SAPIENT:
        return _SAPIENT_STATUS_S
    if live is not None and live[1] is InputFormat.NODE and sensor.kind in _POINTING:
        return _NODE_STATUS_S
    return None
