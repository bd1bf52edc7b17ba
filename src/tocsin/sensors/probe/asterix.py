"""Whether bytes are ASTERIX: categories, and who sends them by SAC and SIC."""

from __future__ import annotations

from collections import Counter

from tocsin.config.inputs import InputFormat
from tocsin.config.kinds import SensorKind
from tocsin.formats.asterix import (
    AdsbTarget,
    PlacedMessage,
    PlacedPlot,
    RadarService,
    SystemTrack,
    UnusedRecord,
    decode_placed,
)
from tocsin.formats.capture import Packet
from tocsin.sensors.discovery import radar_of
from tocsin.sensors.probe.finding import Finding, Material
from tocsin.sensors.radar_survey import RadarSurvey
from tocsin.sensors.radars import RadarCode
from tocsin.sensors.raw_asterix import NO_LINK

_CATEGORIES: dict[type[PlacedMessage], str] = {
    PlacedPlot: "048", RadarService: "034", SystemTrack: "062", AdsbTarget: "021", UnusedRecord: "others",
}  # fmt: skip
_DIGITS = 6  # of degrees: 0.1 m
_REPORTING = {SystemTrack: SensorKind.TRACKS, AdsbTarget: SensorKind.ADSB}


def look(material: Material) -> Finding:
    """Decodes each datagram, or of a stream all as one."""
    finding = Finding(InputFormat.ASTERIX)
    categories: Counter[str] = Counter()
    sources: dict[tuple[type[PlacedMessage], RadarCode], int] = {}
    for data in material.wholes():
        messages, errors = decode_placed(data)
        finding.undecodable.update(error.kind for error in errors)
        if messages:
            finding.explained_bytes += len(data) * len(messages) // (len(messages) + len(errors))
        for message in messages:
            key = (type(message), (message.sac, message.sic))
            sources[key] = sources.get(key, 0) + 1
            counts = finding.refused if isinstance(message, UnusedRecord) else finding.decoded
            counts[type(message).__name__] += 1
            categories[_CATEGORIES[type(message)]] += 1
    finding.note("category", categories)
    codes: Counter[str] = Counter()
    for (_, (sac, sic)), count in sources.items():
        codes[f"{sac}/{sic}"] += count
    finding.note("sac_sic", codes)
    if finding.messages:
        finding.sensors = _radars(material) + _reporting(set(sources))
    return finding


def _radars(material: Material) -> list[dict[str, object]]:
    """With place, period and range, as far as they tell them."""
    survey = RadarSurvey()
    for number, arrival in enumerate(material.arrivals, start=1):
        survey.add(Packet(arrival.received_ns, NO_LINK, arrival.data, number))
    return [
        {
            key: round(value, _DIGITS) if isinstance(value, float) else value
            for key, value in radar_of(code, seen)
            .model_dump(mode="json", exclude_unset=True, exclude_none=True)
            .items()
        }
        for code, seen in sorted(survey.radars.items())
    ]


def _reporting(sources: set[tuple[type[PlacedMessage], RadarCode]]) -> list[dict[str, object]]:
    """Those whose reports place objects by themselves."""
    return [
        {
            "name": f"{kind}-{code[0]}-{code[1]}", "kind": kind.value, "format": InputFormat.ASTERIX.value,
            "system_area_code": code[0], "system_identification_code": code[1],
        }
        for wanted, kind in _REPORTING.items()
        for code in sorted(code for message, code in sources if message is wanted)
    ]  # fmt: skip
