"""Whether bytes are Cursor on Target; of events of anything but the air only the number is told."""

from __future__ import annotations

from collections import Counter

from tocsin.config.inputs import InputFormat
from tocsin.config.kinds import SensorKind
from tocsin.errors import DecodeError
from tocsin.formats.cot import CotStream, RawEvent, decode_event, split_datagram
from tocsin.sensors.cot_reader import NOT_AIR
from tocsin.sensors.probe.finding import Finding, Material


def look(material: Material) -> Finding:
    """Cuts events; those that can be read are explained, of whatever they are."""
    finding = Finding(InputFormat.COT)
    types: Counter[str] = Counter()
    for data in material.wholes():
        events, errors = CotStream().feed(data) if material.is_stream else split_datagram(data)
        finding.undecodable.update(error.kind for error in errors)
        for raw in events:
            _count(finding, types, raw)
    finding.note("type", types)
    if finding.messages:
        kind = SensorKind.TRACKS.value
        finding.sensors = [{"name": "cot", "kind": kind, "format": InputFormat.COT.value}]
    return finding


def _count(finding: Finding, types: Counter[str], raw: RawEvent) -> None:
    try:
        event = decode_event(raw)
    except DecodeError as error:
        finding.undecodable[error.kind] += 1
        return
    finding.explained_bytes += len(raw.data) + (3 if raw.is_protobuf else 0)
    if event is None:
        finding.refused[NOT_AIR] += 1
    else:
        finding.decoded["CotEvent"] += 1
        types[event.kind[:40]] += 1
