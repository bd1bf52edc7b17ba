"""Mode S parity: the last 24 bits of a message make the remainder of all of it zero.

    generator  x24 + x23 + x22 + x21 + x20 + x19 + x18 + x17 + x16 + x15 + x14 + x13 + x12 + x10 + x3 + 1

True of extended squitters (downlink formats 17 and 18); replies have an address laid over it.
Source: ICAO Annex 10, volume IV, 3.1.2.3.3.
"""

from __future__ import annotations

PARITY_BYTES = 3
_GENERATOR = 0x1FFF409


def _remainder_of_byte(value: int) -> int:
    remainder = value << 16
    for _ in range(8):
        remainder <<= 1
        if remainder & 0x1000000:
            remainder ^= _GENERATOR
    return remainder


_TABLE = tuple(_remainder_of_byte(value) for value in range(256))


def remainder(data: bytes) -> int:
    """What the generator leaves of these bytes: 0 for a whole squitter, its parity for one without."""
    rest = 0
    for value in data:
        rest = (rest << 8 & 0xFFFFFF) ^ _TABLE[rest >> 16 ^ value]
    return rest


def with_parity(data: bytes) -> bytes:
    """A squitter's first bytes and their parity."""
    return data + remainder(data).to_bytes(PARITY_BYTES, "big")
