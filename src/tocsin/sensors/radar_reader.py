"""ASTERIX datagrams of all radars of a site to detections."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from operator import attrgetter

from tocsin.config.site import Site
from tocsin.errors import DecodeError
from tocsin.formats.asterix import (
    DEFAULT_EDITIONS,
    NO_OTHERS,
    OwnEditions,
    PlacedMessage,
    PlacedPlot,
    RadarService,
    decode_placed,
)
from tocsin.formats.capture import Packet
from tocsin.formats.datagrams import datagram
from tocsin.model.detections import Detection
from tocsin.sensors.ledger import Ledger
from tocsin.sensors.radar_channel import RadarChannel
from tocsin.sensors.radars import RadarCode
from tocsin.sensors.raw_asterix import NO_LINK

_LONGEST_TIMELY_TURN_S = 8.0  # with the time that the last plot takes, the first one is 10 s old

_CODE = attrgetter("sac", "sic")
NOT_FROM_A_RADAR = "asterix_not_from_a_radar"
"""Reason under which messages of other ASTERIX categories are counted."""


def asterix_payload(packet: Packet) -> tuple[object, bytes] | None:
    """Where a packet's ASTERIX comes from and its bytes; None in a packet without a UDP datagram.

    Raises DecodeError as `formats.datagrams.datagram`.
    """
    if packet.link_type == NO_LINK:
        return NO_LINK, packet.data
    found = datagram(packet)
    return None if found is None else ((found.source, found.destination_port), found.payload)


class RadarReader:
    """Reads datagrams in order of receipt; damaged bytes count for the radar on whose line they came."""

    def __init__(
        self,
        site: Site,
        numbers: Mapping[RadarCode, int],
        ledger: Ledger,
        editions: Mapping[int, str] = DEFAULT_EDITIONS,
        own_editions: OwnEditions = NO_OTHERS,
        left_over: int | None = None,
    ) -> None:
        """`left_over` is a radar without SAC and SIC: the first code that is no other's is its own."""
        self._site = site
        self._ledger = ledger
        self._editions, self._own_editions = editions, own_editions
        self._channels = {code: self._channel_for(number) for code, number in numbers.items()}
        self._left_over = left_over
        self._radar_on_line: dict[object, int | None] = {}
        self._strangers: Counter[RadarCode] = Counter()

    def read_packet(self, packet: Packet) -> Iterator[Detection]:
        """The detections that a captured packet completes."""
        try:
            found = asterix_payload(packet)
        except DecodeError as error:
            self._ledger.error(None, error)
            return
        if found is not None:
            yield from self.read(found[1], packet.time_ns, found[0])

    def read(self, data: bytes, received_ns: int, source: object = "") -> Iterator[Detection]:
        """The detections that a datagram completes; `source` tells lines apart: damage is of who used it."""
        messages, errors = decode_placed(data, self._editions, self._own_editions)
        yield from self.use(messages, errors, received_ns, source)

    def use(
        self,
        messages: Sequence[PlacedMessage],
        errors: Sequence[DecodeError],
        received_ns: int,
        source: object = "",
    ) -> Iterator[Detection]:
        """The same for a datagram that is decoded already."""
        for kind, alike in groupby(messages, type):
            if kind is not PlacedPlot:
                for message in alike:
                    self._other(message, received_ns)
                continue
            for code, plots in groupby(alike, _CODE):
                yield from self._plots(code, list(plots), received_ns)  # type: ignore[arg-type]
        if messages:
            channel = self._channels.get((messages[-1].sac, messages[-1].sic))
            self._radar_on_line[source] = None if channel is None else channel.sensor
        for unread in errors:
            self.damage(unread, source)

    def damage(self, unread: DecodeError, source: object = "") -> None:
        """Counts what could not be read for the radar whose messages came last over this line."""
        self._ledger.error(self._radar_on_line.get(source), unread)

    def due(self, now_ns: int) -> Iterator[Detection]:
        """Turns that were complete before now, in order of their time."""
        channels = self._channels.values()
        open_ones = [(channel.due_ns, channel) for channel in channels if channel.due_ns is not None]
        for due_ns, channel in sorted(open_ones, key=lambda pair: (pair[0], pair[1].sensor)):
            if due_ns < now_ns:
                yield from channel.complete(due_ns)

    def rest(self, now_ns: int) -> Iterator[Detection]:
        """Nothing more comes: the turns that are open."""
        for channel in self._channels.values():
            yield from channel.complete(now_ns)

    def notes(self) -> list[str]:
        """What people should know of the radars."""
        return [
            *(
                f"radar SAC {sac} SIC {sic} is not in the site file: {count} plots not used"
                for (sac, sic), count in sorted(self._strangers.items())
            ),
            *(note for code, channel in self._channels.items() for note in self._notes_of(code, channel)),
        ]

    def take(self, message: PlacedMessage, received_ns: int) -> list[Detection]:
        """The detections that one decoded message completes."""
        if isinstance(message, PlacedPlot):
            return self._plots((message.sac, message.sic), [message], received_ns)
        self._other(message, received_ns)
        return []

    def _channel_of(self, code: RadarCode) -> RadarChannel | None:
        """The radar of this code; where one of the site has none, the first that is not known is that one."""
        if code not in self._channels and self._left_over is not None:
            self._channels[code], self._left_over = self._channel_for(self._left_over), None
        return self._channels.get(code)

    def _channel_for(self, number: int) -> RadarChannel:
        sensor = self._site.sensors[number]
        return RadarChannel(
            number,
            self._ledger,
            usual_period_s=sensor.filled().period_s or 1.0,
            is_placed=sensor.latitude_deg is not None or sensor.moves,
            takes_simulated=self._site.site.status == "Exercise",
        )

    def _plots(self, code: RadarCode, plots: Sequence[PlacedPlot], received_ns: int) -> list[Detection]:
        """Plots of one radar."""
        self._ledger.decoded["RadarPlot"] += len(plots)
        channel = self._channel_of(code)
        if channel is not None:
            self._ledger.message(channel.sensor, received_ns, len(plots))
            return channel.plots(plots, received_ns)
        self._ledger.message(None, received_ns, len(plots))
        self._ledger.refuse(None, "radar_not_in_site", len(plots))
        self._strangers[code] += len(plots)
        return []

    def _other(self, message: PlacedMessage, received_ns: int) -> None:
        self._ledger.decoded[type(message).__name__] += 1
        if not isinstance(message, RadarService):
            self._ledger.refuse(None, NOT_FROM_A_RADAR)
            return
        channel = self._channel_of((message.sac, message.sic))
        self._ledger.message(None if channel is None else channel.sensor, received_ns)
        if channel is not None:
            channel.service(message, received_ns)

    def _notes_of(self, code: RadarCode, channel: RadarChannel) -> Iterator[str]:
        status = self._ledger.of(channel.sensor)
        refused = status.refused
        if count := refused["radar_position_unknown"]:
            yield (
                f"radar SAC {code[0]} SIC {code[1]} tells no position and the site file has none: "
                f"{count} plots not used"
            )
        if count := refused["simulated"]:
            yield f"{status.name}: {count} simulated plots not used, for the site's status is Actual"
        if count := channel.simulated_used:
            yield f"{status.name}: {count} simulated plots used, for the site's status is Exercise"
        if channel.clock.is_off:
            yield (
                f"{status.name}: its clock is off by {abs(channel.clock.behind_s):.0f} s; "
                "its plots are dated by receipt"
            )
        period_s = channel.turns.measured_period_s
        if period_s is not None and period_s > _LONGEST_TIMELY_TURN_S and refused["received_too_late"]:
            yield (
                f"{status.name}: turns in {period_s:.1f} s; the first plots of a turn are too late "
                "when it is complete, and refused"
            )
