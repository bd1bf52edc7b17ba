"""Several outputs, and inputs beside them: none takes another's place, and no track comes back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import PurePath
from typing import TYPE_CHECKING

from tocsin.config.addresses import ANY_HOST, Address, is_group
from tocsin.config.inputs import Transport
from tocsin.config.kinds import SensorKind
from tocsin.config.outputs import Output, OutputTransport

if TYPE_CHECKING:
    from tocsin.config.site import Sensor

_THIS_MACHINE = frozenset({"127.0.0.1", "::1", "localhost"})


def check_outputs(outputs: Iterable[Output], sensors: Iterable[Sensor]) -> None:
    """Raises ValueError, which names two outputs that spoil each other, or one that a sensor would hear."""
    known = list(outputs)
    for k, output in enumerate(known):
        for other in known[:k]:
            if output.name == other.name:
                raise ValueError(f"outputs: the name {output.name!r} is given twice; names must be unique")
            if _same_place(output.way, other.way):
                raise ValueError(f"outputs: {other.name!r} and {output.name!r} can't both have {output.to}")
    for sensor in sensors:
        for output in known:
            for trouble in _loops(output, sensor):
                raise ValueError(
                    f"outputs: {output.name!r} {trouble} {sensor.name!r}: tracks would come back"
                )


def _same_place(one: Address, other: Address) -> bool:
    """Whether two outputs want the same file or the same port to listen on."""
    if one.scheme == OutputTransport.FILE == other.scheme:
        return PurePath(one.path) == PurePath(other.path)
    return one.scheme == OutputTransport.TCP_LISTEN == other.scheme and one.port == other.port


def _loops(output: Output, sensor: Sensor) -> Iterator[str]:
    """Why a sensor would be told our own tracks."""
    code = (sensor.system_area_code, sensor.system_identification_code)
    if sensor.kind is SensorKind.TRACKS and output.track_code == code:
        yield "bears the SAC and SIC of the sensor"
    if sensor.live_input is None:
        return
    way, (source, _) = output.way, sensor.live_input
    if source.transport in (Transport.MQTT, Transport.MQTTS):
        if (way.host, way.port) == (source.host, source.port) and _matches(way.path, source.path):
            yield "sends to the topic of"
    elif way.port == source.port and _reaches(way, source.transport, source.host):
        yield "sends to the input of"


def _reaches(way: Address, transport: str, host: str) -> bool:
    """Whether what goes one way is what comes in over a port of the same number."""
    pairs = {("udp", "udp"), ("tcp", "tcp-listen"), ("tcp-listen", "tcp"), ("tls", "tls-listen")}
    if (way.scheme, transport) not in pairs:
        return False
    if way.host == host:
        return True
    listening, calling = (way.host, host) if way.scheme == OutputTransport.TCP_LISTEN else (host, way.host)
    return not is_group(calling) and calling in _THIS_MACHINE and listening in ANY_HOST | _THIS_MACHINE


def _matches(topic: str, pattern: str) -> bool:
    """Whether a topic is one of an MQTT topic filter (MQTT 3.1.1, clause 4.7)."""
    words, wanted = topic.split("/"), pattern.split("/")
    for k, want in enumerate(wanted):
        if want == "#":
            return True
        if k >= len(words) or want not in ("+", words[k]):
            return False
    return len(words) == len(wanted)
