"""Between the rules and the outside: what people know that no sensor does lowers or ends what the rules say.

Messages of the alerter go through as they are, bit for bit, while nobody has a say in them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from tocsin.alerting.marks import Cap, cap_on
from tocsin.alerting.telling import Telling
from tocsin.model.alerts import AlertMessage, MessageType

_SAME_ENTRY_NS = 60_000_000_000
"""Two predictions of one entry, before and after a restart, differ by less."""


def _nobody(_: str) -> str:
    return ""


class Editor:
    """Holds all open alerts as they were told; `owner_of` says which unit owns an alert."""

    def __init__(self, owner_of: Callable[[str], str] = _nobody) -> None:
        self._owner_of = owner_of
        self._by_source: dict[str, Telling] = {}
        self._alone: dict[str, Telling] = {}
        self._caps: list[Cap] = []
        self._known: Mapping[str, str] = {}

    def edit(
        self, now_ns: int, messages: Iterable[AlertMessage], known: Mapping[str, str] | None = None
    ) -> list[AlertMessage]:
        """What goes out of the messages of one picture; `known` is the known flight of each such track."""
        self._known = known or {}
        fresh = {}
        for message in messages:
            telling = self._by_source.get(message.alert_id)
            if telling is None:
                telling = self._by_source[message.alert_id] = self._continued(message) or Telling()
            telling.take(message)
            fresh[message.alert_id] = telling
        return self._settled(now_ns, fresh)

    def lay_on(self, now_ns: int, cap: Cap) -> list[AlertMessage]:
        """Holds alerts down from now on; what that calls for goes out at once."""
        self._caps.append(cap)
        return self._settled(now_ns, {})

    def take_off(self, now_ns: int, cap: Cap) -> list[AlertMessage]:
        """Ends a cap before its time; what it held down goes out at once."""
        self._caps.remove(cap)
        return self._settled(now_ns, {})

    def add_alone(self, message: AlertMessage) -> None:
        """An alert that no rule follows and that was told: a test, or one from before a restart."""
        self._alone[message.alert_id] = Telling(told=message)

    def retract_alone(self, now_ns: int, zones: Iterable[str], words: str) -> list[AlertMessage]:
        """Ends the alerts that no rule follows of zones that are gone."""
        gone = frozenset(zones)
        there = [t for t in self._alone.values() if t.told is not None and t.told.zone in gone]
        return [end for telling in there if (end := telling.retract(now_ns, words)) is not None]

    def advance(self, now_ns: int) -> list[AlertMessage]:
        """What time alone calls for: caps that end, and alerts that nothing renews."""
        return self._settled(now_ns, {}) if self._caps or self._alone else []

    def marks_on(self, alert_id: str) -> tuple[Cap, ...]:
        """The marks that hold and were laid on for an alert."""
        source_id = self.source_id(alert_id)
        return tuple(cap for cap in self._caps if cap.track_ids and cap.alert_id == source_id)

    def source_id(self, alert_id: str) -> str:
        """Under which identity the rules know what was told as `alert_id`."""
        for source_id, telling in self._by_source.items():
            if telling.told is not None and telling.told.alert_id == alert_id:
                return source_id
        return alert_id

    def source(self, alert_id: str) -> AlertMessage | None:
        """What the rules say of what was told as `alert_id`."""
        telling = self._by_source.get(self.source_id(alert_id)) or self._alone.get(alert_id)
        return None if telling is None else telling.source or telling.told

    def _settled(self, now_ns: int, fresh: Mapping[str, Telling]) -> list[AlertMessage]:
        """Asks those that have news, and all others only where something may hold them down or let go."""
        ended = [cap for cap in self._caps if cap.until_ns <= now_ns]
        self._caps = [cap for cap in self._caps if cap.until_ns > now_ns]
        held = {name: telling for name, telling in self._by_source.items() if telling.held_by is not None}
        is_calm = not (self._caps or ended or self._known)
        asked = dict(fresh) | held if is_calm else self._by_source
        told = []
        for telling in (*asked.values(), *self._alone.values()):
            message = telling.settle(now_ns, self._cap_on(telling))
            if message is not None:
                told.append(message)
        self._forget(asked)
        return told

    def _cap_on(self, telling: Telling) -> Cap | None:
        """What holds an alert down, if anything does."""
        alert = telling.source or telling.told
        if alert is None or not (self._caps or self._known):
            return None
        owner = "" if telling.told is None else self._owner_of(telling.told.alert_id)
        return cap_on(alert, owner, self._caps, {} if alert.is_test else self._known)

    def _continued(self, message: AlertMessage) -> Telling | None:
        """The alert from before a restart that this one goes on with: same zone, same predicted entry."""
        entry_ns = message.predicted_entry_ns
        if not self._alone or entry_ns is None or message.message_type is not MessageType.ALERT:
            return None
        apart_ns: dict[str, int] = {}
        for alert_id, telling in self._alone.items():
            told = telling.told
            if told is None or told.is_test or told.zone != message.zone or told.predicted_entry_ns is None:
                continue
            if abs(told.predicted_entry_ns - entry_ns) <= _SAME_ENTRY_NS and telling.is_open:
                apart_ns[alert_id] = abs(told.predicted_entry_ns - entry_ns)
        if not apart_ns:
            return None
        return self._alone.pop(min(apart_ns, key=lambda alert_id: apart_ns[alert_id]))

    def _forget(self, asked: Mapping[str, Telling]) -> None:
        for name in [name for name, telling in asked.items() if telling.is_over]:
            del self._by_source[name]
        for name in [name for name, telling in self._alone.items() if telling.is_over]:
            del self._alone[name]
