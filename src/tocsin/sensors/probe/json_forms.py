"""Whether bytes are one of the forms of JSON: aircraft.json, receivers of Remote ID, nodes and people."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from tocsin.config.inputs import InputFormat
from tocsin.config.kinds import SensorKind
from tocsin.errors import DecodeError
from tocsin.formats.adsb import decode_aircraft_json
from tocsin.formats.json_stream import JsonStream
from tocsin.formats.nodes import NODE_MESSAGES, decode_as
from tocsin.formats.remote_id_json import MOST_BYTES, decode_remote_id_json
from tocsin.sensors.live.inbox import Arrival
from tocsin.sensors.probe.finding import Finding, Material
from tocsin.sensors.remote_id_json_reader import NOTICES, OF_PERSONS

_KIND_BY_WORD = {
    "heard": SensorKind.MICROPHONE, "bearing": SensorKind.DIRECTION_FINDER, "sighting": SensorKind.SIGHTING,
}  # fmt: skip
"""What a node that sends such messages mostly is; later words count more."""


def look_for_aircraft(material: Material) -> Finding:
    """Each body is one document."""
    finding = Finding(InputFormat.AIRCRAFT_JSON)
    aircraft: set[str] = set()
    for data in material.wholes():
        try:
            document = decode_aircraft_json(data)
        except DecodeError as error:
            finding.undecodable[error.kind] += 1
            continue
        finding.explained_bytes += len(data)
        finding.decoded["AircraftDocument"] += 1
        finding.undecodable.update(error.kind for error in document.errors)
        aircraft |= {known.address for known in document.aircraft}
    finding.note("seen", {"aircraft": len(aircraft)} if aircraft else {})
    if finding.messages:
        kind = SensorKind.ADSB.value
        finding.sensors = [{"name": kind, "kind": kind, "format": InputFormat.AIRCRAFT_JSON.value}]
    return finding


def look_for_remote_id(material: Material) -> Finding:
    """Each payload, or of a stream each object, is one message."""
    finding = Finding(InputFormat.REMOTE_ID_JSON)
    transmitters: set[str] = set()
    for word, data in _json_messages(material):
        if word in OF_PERSONS | NOTICES:
            finding.refused["notice"] += 1
            finding.explained_bytes += len(data)
            continue
        try:
            report = decode_remote_id_json(data)
        except DecodeError as error:
            finding.undecodable[error.kind] += 1
            continue
        finding.explained_bytes += len(data)
        if report is None or report.unusable:
            finding.refused["notice" if report is None else report.unusable] += 1
            continue
        finding.decoded["RemoteIdReport"] += 1
        transmitters |= {report.address or next((name.identity for name in report.names), "")} - {""}
    finding.note("seen", {"transmitters": len(transmitters)} if transmitters else {})
    if finding.decoded:
        finding.sensors = [{"name": "remote_id", "kind": SensorKind.REMOTE_ID.value}]
    return finding


def look_for_nodes(material: Material) -> Finding:
    """Each payload is one message; which one, and of whom, is told by its topic."""
    finding = Finding(InputFormat.NODE)
    words: dict[str, Counter[str]] = {}
    for arrival in material.arrivals:
        path, _, word = arrival.source.rpartition("/")
        name = path.partition("/")[2]
        if word not in NODE_MESSAGES or not name:
            finding.undecodable["node_topic_unknown"] += 1
            continue
        try:
            message = decode_as(NODE_MESSAGES[word], arrival.data)
        except DecodeError as error:
            finding.undecodable[error.kind] += 1
            continue
        finding.explained_bytes += len(arrival.data)
        finding.decoded[type(message).__name__] += 1
        words.setdefault(name, Counter())[word] += 1
    finding.note("name", {name: counts.total() for name, counts in words.items()})
    finding.sensors = [
        {"name": name, "kind": kind.value}
        for name, counts in sorted(words.items())
        if (kind := _kind_of(counts)) is not None
    ]
    return finding


def _kind_of(words: Counter[str]) -> SensorKind | None:
    kinds = [kind for word, kind in _KIND_BY_WORD.items() if word in words]
    return kinds[-1] if kinds else None


def _json_messages(material: Material) -> Iterator[tuple[str, bytes]]:
    """The last word of the topic, and a message."""
    if not material.is_stream:
        yield from ((_last_word(arrival), arrival.data) for arrival in material.arrivals)
        return
    for data in material.wholes():
        yield from (("", message) for message in JsonStream(MOST_BYTES).add(data))


def _last_word(arrival: Arrival) -> str:
    return arrival.source.rpartition("/")[2]
