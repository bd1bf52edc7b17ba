"""What a carrier of Remote ID brings, whichever it is, and how the address of its sender is written."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from tocsin.errors import DecodeError, InvalidInput

ADDRESS_BYTES = 6


class Carrier(StrEnum):
    """How a message came through the air."""

    WIFI_BEACON = "wifi_beacon"
    WIFI_NAN = "wifi_nan"
    BLUETOOTH_LEGACY = "bluetooth_legacy"
    BLUETOOTH_EXTENDED = "bluetooth_extended"


@dataclass(frozen=True, slots=True)
class RemoteIdFrame:
    """One transmission. `payload` is a message or a pack (see message.py), `counter` counts modulo 256.

    `transmitter` is the sender's address, "0a:1b:2c:3d:4e:5f", or "" where the frame names none: a Location
    bears no identity of its own, so messages belong together by their transmitter. It may be personal data.
    """

    transmitter: str = field(repr=False)
    counter: int
    payload: bytes = field(repr=False)
    carrier: Carrier


def bad_checksum(data: bytes) -> DecodeError:
    """A frame that was damaged on the air: nothing in it can be trusted."""
    return DecodeError("bad_checksum", "a frame that was damaged on the air", data)


def damaged_frame(what: str, data: bytes) -> DecodeError:
    """A frame whose lengths contradict each other although nothing says that it was damaged on the air."""
    return DecodeError("frame_damaged", f"{what} is cut or contradicts its own length", data)


def address_text(address: bytes) -> str:
    """Six bytes, first one first, in hexadecimal with colons."""
    return address.hex(":")


def address_bytes(address: str) -> bytes:
    """The reverse of `address_text`; InvalidInput for anything else."""
    try:
        raw = bytes.fromhex(address.replace(":", ""))
    except ValueError:
        raw = b""
    if len(raw) != ADDRESS_BYTES:
        raise InvalidInput(f"an address is {ADDRESS_BYTES} hexadecimal bytes, as in 0a:1b:2c:3d:4e:5f")
    return raw
