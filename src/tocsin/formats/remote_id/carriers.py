"""One door for every carrier of Remote ID: a captured packet in, its transmissions out."""

from __future__ import annotations

from tocsin.errors import DecodeError
from tocsin.formats.capture import Packet
from tocsin.formats.remote_id.bluetooth import bluetooth_frames
from tocsin.formats.remote_id.bluetooth_capture import BLUETOOTH_LINK_TYPES
from tocsin.formats.remote_id.frame import RemoteIdFrame
from tocsin.formats.remote_id.wifi import WIFI_LINK_TYPES, wifi_frames

REMOTE_ID_LINK_TYPES = WIFI_LINK_TYPES | BLUETOOTH_LINK_TYPES


def remote_id_frames(packet: Packet) -> list[RemoteIdFrame]:
    """The Remote ID transmissions in a packet; most packets hold none.

    Raises DecodeError with kind `bad_checksum`, `frame_damaged` or `link_type_not_read`.
    """
    if packet.link_type in WIFI_LINK_TYPES:
        return wifi_frames(packet)
    if packet.link_type in BLUETOOTH_LINK_TYPES:
        return bluetooth_frames(packet)
    message = f"link type {packet.link_type} is not one of {sorted(REMOTE_ID_LINK_TYPES)}"
    raise DecodeError("link_type_not_read", message, packet.data)
