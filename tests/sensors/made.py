"""Sites and captures of our own for the tests of this room; every place and name in them is made up."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from tocsin.config.kinds import SensorKind
from tocsin.config.site import Place, Sensor, Site
from tocsin.formats.asterix import (
    DetectionType,
    PlacedPlot,
    RadarPlot,
    RadarService,
    ServiceKind,
    encode_plots,
    encode_services,
)
from tocsin.formats.asterix.placed_plot import of_plot
from tocsin.formats.capture import Packet, write_pcap
from tocsin.formats.datagrams import ETHERNET, ethernet_frame
from tocsin.formats.remote_id import (
    IEEE_802_11_RADIOTAP,
    AircraftKind,
    BasicId,
    IdentityKind,
    Location,
    Message,
    OperationalStatus,
    OperatorId,
    System,
    build_beacon,
    encode_message,
    encode_pack,
)
from tocsin.model.detections import Detections
from tocsin.sensors.capture_source import CaptureSource

SECOND_NS = 1_000_000_000
DAY_NS = 86_400 * SECOND_NS
START_NS = 20_000 * DAY_NS + 36_000 * SECOND_NS  # ten o'clock, on the hour
SECRET = b"a secret of the tests, 32 bytes."
ADDRESS = "02:00:5e:00:53:01"
SERIAL = "MADEUP0000SERIAL0001"
OPERATOR_RAD = (math.radians(-47.123456), math.radians(-20.654321))
HERE_RAD = (math.radians(-46.51), math.radians(-20.26))
PLACE_RAD = (math.radians(-46.4), math.radians(-20.4))

Timed = tuple[int, bytes]


def at(seconds: float) -> int:
    """Nanoseconds of so many seconds after the start."""
    return START_NS + round(seconds * SECOND_NS)


def receiver() -> Sensor:
    return Sensor(name="receiver", kind=SensorKind.REMOTE_ID)


def radar(name: str = "radar", code: tuple[int | None, int | None] = (20, 2), placed: bool = True) -> Sensor:
    return Sensor(
        name=name,
        kind=SensorKind.RADAR,
        latitude_deg=-46.5 if placed else None,
        longitude_deg=-20.25 if placed else None,
        system_area_code=code[0],
        system_identification_code=code[1],
    )


def site(*sensors: Sensor, status: str = "Exercise", secret_file: str = "") -> Site:
    place = Place.model_validate(
        {"name": "Testfield", "latitude_deg": -46.5, "longitude_deg": -20.25, "status": status}
        | {"identity_secret_file": secret_file}
    )
    return Site(site=place, sensors=sensors)


# ---- Remote ID ----


def location(seconds: float, **values: object) -> Location:
    """A Location measured so many seconds after the start."""
    base = Location(
        status=OperationalStatus.AIRBORNE,
        latitude_rad=HERE_RAD[0] + seconds * 1e-7,
        longitude_rad=HERE_RAD[1],
        speed_mps=10.0,
        direction_rad=math.radians(90.0),
        tenths_after_hour=round(seconds * 10),
    )
    return replace(base, **values)  # type: ignore[arg-type]


BASIC_ID = BasicId(IdentityKind.SERIAL_NUMBER, AircraftKind.HELICOPTER_OR_MULTIROTOR, SERIAL)
OPERATOR = System(operator_latitude_rad=OPERATOR_RAD[0], operator_longitude_rad=OPERATOR_RAD[1])
OPERATOR_ID = OperatorId(0, "MADEUPOPERATOR")


def beacon(*messages: Message, address: str = ADDRESS, counter: int = 0) -> bytes:
    payload = encode_message(messages[0]) if len(messages) == 1 else encode_pack(messages)
    return build_beacon(payload, address, counter)


def beacon_packet(seconds: float, *messages: Message, address: str = ADDRESS) -> Packet:
    return Packet(at(seconds), IEEE_802_11_RADIOTAP, beacon(*messages, address=address), 1)


# ---- ASTERIX ----


def time_of_day_s(seconds: float) -> float:
    return (36_000 + seconds) % 86_400


def plot(seconds: float, azimuth_deg: float = 10.0, **values: object) -> RadarPlot:
    """A primary plot of radar 20/2, made so many seconds after the start."""
    base = RadarPlot(
        20,
        2,
        time_of_day_s(seconds),
        DetectionType.PRIMARY,
        range_m=9260.0,
        azimuth_rad=math.radians(azimuth_deg),
    )
    return replace(base, **values)  # type: ignore[arg-type]


def placed_plot(seconds: float, azimuth_deg: float = 10.0, **values: object) -> PlacedPlot:
    """The same as `plot`, as a radar's channel takes it."""
    made = plot(seconds, azimuth_deg, **values)
    return of_plot(made, repr(made).encode())


def north(seconds: float, **values: object) -> RadarService:
    return replace(
        RadarService(20, 2, ServiceKind.NORTH_MARKER, time_of_day_s(seconds)),
        **values,  # type: ignore[arg-type]
    )


def told_place(altitude_m: float = 120.0) -> dict[str, object]:
    """The values of a service message in which a radar tells its place."""
    return {"latitude_rad": PLACE_RAD[0], "longitude_rad": PLACE_RAD[1], "altitude_m": altitude_m}


def radar_frame(*messages: RadarPlot | RadarService, port: int = 8600) -> bytes:
    """A frame with one data block for each message."""
    return ethernet_frame(radar_blocks(*messages), ("192.0.2.1", 8600), ("192.0.2.2", port))


def radar_blocks(*messages: RadarPlot | RadarService) -> bytes:
    return b"".join(
        encode_plots([message]) if isinstance(message, RadarPlot) else encode_services([message])
        for message in messages
    )


# ---- files ----


def write_beacons(path: Path, timed: Sequence[Timed]) -> Path:
    with path.open("wb") as stream:
        write_pcap(stream, IEEE_802_11_RADIOTAP, timed)
    return path


def write_radar(path: Path, timed: Sequence[Timed]) -> Path:
    with path.open("wb") as stream:
        write_pcap(stream, ETHERNET, timed)
    return path


def all_of(source: CaptureSource) -> Detections:
    """All batches of a source in one."""
    return Detections.concatenate([Detections.empty(), *source.batches()])
