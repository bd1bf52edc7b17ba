"""Messages of ADS-B for tests: published ones, and any that can be."""

from __future__ import annotations

import math

from hypothesis import strategies as st

from tocsin.formats.adsb import EncodedPosition, Position, ReceivedMessage
from tocsin.formats.adsb.parity import with_parity

# Worked examples of 'The 1090 Megahertz Riddle' (J. Sun, 2nd edition), which its readers decode by hand.
EVEN = bytes.fromhex("8D40621D58C382D690C8AC2863A7")
ODD = bytes.fromhex("8D40621D58C386435CC412692AD6")
VELOCITY = bytes.fromhex("8D485020994409940838175B284F")
AIRSPEED = bytes.fromhex("8DA05F219B06B6AF189400CBC33F")
IDENTIFICATION = bytes.fromhex("8D4840D6202CC371C32CE0576098")

TICKS = st.integers(0, 2**48 - 1)
SIGNALS = st.integers(0, 255)
DATA = st.one_of(*(st.binary(min_size=size, max_size=size) for size in (2, 7, 14)))
MESSAGES = st.builds(ReceivedMessage, DATA, TICKS, SIGNALS)
ENCODED = st.builds(EncodedPosition, st.booleans(), st.integers(0, 2**17 - 1), st.integers(0, 2**17 - 1))
PLACES = st.builds(Position, st.floats(-89.9, 89.9), st.floats(-180.0, 179.999))

SQUITTERS = st.builds(
    lambda head, rest: with_parity(bytes((head,)) + rest),
    st.sampled_from([17 << 3 | 5, *(18 << 3 | control for control in range(8))]),
    st.binary(min_size=10, max_size=10),
)
"""Any content under a right parity."""


def squitter(message_hex: str, head: int = 0x8D, address: str = "4b1234") -> bytes:
    return with_parity(bytes((head,)) + bytes.fromhex(address) + bytes.fromhex(message_hex))


def metres_between(one: Position, other: Position) -> float:
    north = math.radians(one.latitude_deg - other.latitude_deg)
    apart_deg = (one.longitude_deg - other.longitude_deg + 180.0) % 360.0 - 180.0
    east = math.radians(apart_deg) * math.cos(math.radians(one.latitude_deg))
    return 6_371_000.0 * math.hypot(north, east)
