"""All formats against the bytes of one line, and what the site file would need for the best of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

from pydantic import ValidationError

from tocsin.config.inputs import InputFormat
from tocsin.config.writing import sensor_blocks
from tocsin.sensors.probe import asterix, cot, json_forms, mode_s, table
from tocsin.sensors.probe.finding import Finding, Group, Material, head_of

LOOKS: Mapping[InputFormat, Callable[[Material], Finding]] = {
    InputFormat.ASTERIX: asterix.look,
    InputFormat.NODE: json_forms.look_for_nodes,
    InputFormat.BEAST: mode_s.look_for_beast,
    InputFormat.AVR: mode_s.look_for_avr,
    InputFormat.AIRCRAFT_JSON: json_forms.look_for_aircraft,
    InputFormat.COT: cot.look,
    InputFormat.REMOTE_ID_JSON: json_forms.look_for_remote_id,
    InputFormat.CSV: table.look_for_csv,
    InputFormat.PARQUET: table.look_for_parquet,
}
_WHOLE = frozenset({InputFormat.ASTERIX, InputFormat.AIRCRAFT_JSON, InputFormat.NODE})
"""What comes as whole messages, and is not cut out of a stream."""


def judge(
    name: str, material: Material, seconds: float, input_of: Callable[[Finding], str], is_live: bool = True
) -> Group:
    """What the bytes of one line are of; `input_of` gives the site file's `input` for a format."""
    looked = (look(material) for look in LOOKS.values())
    return group_of(name, material, seconds, looked, input_of, is_live)


def group_of(
    name: str, material: Material, seconds: float, looked: Iterable[Finding],
    input_of: Callable[[Finding], str], is_live: bool = True,
) -> Group:  # fmt: skip
    """The findings in order, with the block for the best one."""
    total = material.bytes
    found = sorted((f for f in looked if f.messages), key=lambda finding: -finding.share(total))
    senders = len({arrival.source for arrival in material.arrivals})
    group = Group(name, len(material.arrivals), total, senders, seconds, tuple(found))
    best = group.best
    if best is None:
        return replace(group, head=head_of(material))
    if is_live and material.is_stream and best.format in _WHOLE:
        best.remark = "tocsin reads it as whole messages, not as a stream: have it sent as datagrams"
        return group
    return replace(group, block=_block(best, input_of(best)))


def twice_told(groups: Iterable[Group]) -> list[str]:
    """What people should know of sensors that come over several lines: a site file has each once."""
    lines: dict[str, list[str]] = {}
    for group in groups:
        for sensor in group.best.sensors if group.best else ():
            lines.setdefault(str(sensor["name"]), []).append(group.name)
    return [
        f"{name} comes over {' and '.join(names)}: paste one of its blocks, or give the others other names"
        for name, names in lines.items()
        if len(names) > 1
    ]


def _block(finding: Finding, way: str) -> str:
    """What to paste into the site file; empty where the site file could not have it."""
    given = {"input": way} if way else {}
    try:
        return sensor_blocks([{**_with_short_name(sensor), **given} for sensor in finding.sensors])
    except ValidationError as error:
        faults = Counter(fault["msg"] for fault in error.errors(include_input=False, include_url=False))
        finding.remark = f"no block: {'; '.join(faults)}"
        return ""


def _with_short_name(sensor: dict[str, object]) -> dict[str, object]:
    return {**sensor, "name": str(sensor["name"])[:80]}
