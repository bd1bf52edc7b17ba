"""ADS-B as a receiver streams it: each report as a velocity, an accuracy and half of a position, in turns.

Aircraft send even and odd positions in turn. The address is made up of the simulated identity, where no
State has any.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator

from tocsin.formats.adsb import (
    TICKS_PER_SECOND,
    AirbornePosition,
    AirborneVelocity,
    Position,
    ReceivedMessage,
    avr_line,
    beast_frame,
    encode_position,
    encode_status,
    encode_velocity,
    encoded_position,
    gva_of,
    nac_p_of,
)
from tocsin.model.detections import Detection
from tocsin.simulation.run import Simulated
from tocsin.simulation.wire.spoken import Spoken, bounds_95_m, made_up, rows_of, speed_and_course
from tocsin.units import NANOSECONDS_PER_SECOND

_SIGNAL = 120
_NO_STATES = "f"  # ICAO Annex 10, volume III, table 9-1: no State's addresses begin with 1111


def address_of(identity: str) -> str:
    """A made-up 24-bit address, six hexadecimal digits."""
    return _NO_STATES + made_up(identity, 5)


def beast_stream(simulated: Simulated, number: int) -> Iterator[Spoken]:
    """What a receiver of ADS-B sends as Beast."""
    return _stream(simulated, number, beast_frame)


def avr_stream(simulated: Simulated, number: int) -> Iterator[Spoken]:
    """The same as AVR lines."""
    return _stream(simulated, number, avr_line)


def _stream(
    simulated: Simulated, number: int, framed: Callable[[ReceivedMessage], bytes]
) -> Iterator[Spoken]:
    horizontal_m, vertical_m = bounds_95_m(simulated, number)
    categories = nac_p_of(horizontal_m), gva_of(vertical_m)
    was_odd: dict[str, bool] = {}
    for row in rows_of(simulated, number):
        is_odd = was_odd[row.identity] = not was_odd.get(row.identity, True)
        ticks = (row.received_ns - simulated.start_ns) * TICKS_PER_SECOND // NANOSECONDS_PER_SECOND
        messages = _messages(row, is_odd, categories)
        frames = [framed(ReceivedMessage(message, ticks, _SIGNAL)) for message in messages]
        yield Spoken(row.received_ns, b"".join(frames))


def _messages(row: Detection, is_odd: bool, categories: tuple[int, int]) -> tuple[bytes, ...]:
    """The position comes last: with it a reader has all that it needs."""
    address, (speed_mps, course_rad) = address_of(row.identity), speed_and_course(row)
    place = Position(math.degrees(row.latitude_rad), math.degrees(row.longitude_rad))
    return (
        encode_velocity(AirborneVelocity(address, speed_mps, course_rad, row.velocity_up_mps)),
        encode_status(address, *categories),
        encode_position(
            AirbornePosition(address, encoded_position(place, is_odd), geodetic_altitude_m=row.altitude_m)
        ),
    )
