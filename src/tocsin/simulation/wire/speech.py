"""Everything that one sensor of a run says over its live input, in the format that the site file names."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from tocsin.config.inputs import USUAL_TOPICS, Input, InputFormat, Transport
from tocsin.config.kinds import SensorKind
from tocsin.errors import InvalidInput
from tocsin.simulation.run import Simulated
from tocsin.simulation.wire.aircraft_json import aircraft_pages
from tocsin.simulation.wire.cot import cot_events
from tocsin.simulation.wire.mode_s import avr_stream, beast_stream
from tocsin.simulation.wire.nodes import node_messages
from tocsin.simulation.wire.radar import radar_datagrams
from tocsin.simulation.wire.remote_id_json import dragonsync_states, open_drone_id_lines
from tocsin.simulation.wire.reports import adsb_target_datagrams, system_track_datagrams
from tocsin.simulation.wire.spoken import Spoken

_Speaker = Callable[[Simulated, int, Input], Iterator[Spoken]]
_BROKERS = frozenset({Transport.MQTT, Transport.MQTTS})
_STREAMS = frozenset({Transport.TCP, Transport.TCP_LISTEN})
_PAGES = frozenset({Transport.HTTP})


def _asterix(simulated: Simulated, number: int, _way: Input) -> Iterator[Spoken]:
    match simulated.site.sensors[number].kind:
        case SensorKind.TRACKS:
            return system_track_datagrams(simulated, number)
        case SensorKind.ADSB:
            return adsb_target_datagrams(simulated, number)
        case _:
            return radar_datagrams(simulated, number)


def _remote_id_json(simulated: Simulated, number: int, way: Input) -> Iterator[Spoken]:
    if way.transport in _BROKERS:
        return dragonsync_states(simulated, number, _first_word(way, InputFormat.REMOTE_ID_JSON))
    return open_drone_id_lines(simulated, number)


_SPEAKERS: Mapping[InputFormat, tuple[_Speaker, frozenset[Transport]]] = {
    InputFormat.ASTERIX: (_asterix, frozenset({Transport.UDP})),
    InputFormat.NODE: (lambda s, n, way: node_messages(s, n, _first_word(way, InputFormat.NODE)), _BROKERS),
    InputFormat.BEAST: (lambda s, n, _way: beast_stream(s, n), _STREAMS),
    InputFormat.AVR: (lambda s, n, _way: avr_stream(s, n), _STREAMS),
    InputFormat.AIRCRAFT_JSON: (lambda s, n, _way: aircraft_pages(s, n), _PAGES),
    InputFormat.COT: (lambda s, n, _way: cot_events(s, n), _STREAMS | {Transport.UDP}),
    InputFormat.REMOTE_ID_JSON: (_remote_id_json, _STREAMS | _BROKERS | {Transport.UDP}),
}
"""Who speaks each format, and the transports that sensors of it use."""


def speech(simulated: Simulated, number: int) -> Iterator[Spoken]:
    """What a sensor with a live input says, in the order in which it is said.

    Raises `InvalidInput` at once where it can't speak its format: over that transport, or without a name.
    """
    sensor = simulated.site.sensors[number]
    assert sensor.live_input is not None
    way, kind_of_bytes = sensor.live_input
    speaker, transports = _SPEAKERS[kind_of_bytes]
    if way.transport not in transports:
        known = ", ".join(sorted(transports))
        what = f"sensor {sensor.name!r}: simulated sensors don't speak {kind_of_bytes} over {way.transport}"
        raise InvalidInput(f"{what}; give an input of {known}, or another format")
    return speaker(simulated, number, way)


def _first_word(way: Input, kind_of_bytes: InputFormat) -> str:
    """Of the topics that are listened to; where any word will do, the usual one."""
    word = way.path.split("/")[0]
    return USUAL_TOPICS[kind_of_bytes].split("/")[0] if word in ("+", "#") else word
