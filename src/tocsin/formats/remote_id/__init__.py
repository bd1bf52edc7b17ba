"""Direct Remote ID of drones (ASTM F3411-22a, ASD-STAN EN 4709-002): messages and their carriers, both ways.

A captured packet goes through `remote_id_frames`, a frame's payload through `decode_payload`. Serial numbers
and operators' positions are personal data; they stand in the messages and nowhere in a repr or an error text.
"""

from tocsin.formats.remote_id.authentication import AuthenticationPage
from tocsin.formats.remote_id.basic_id import AircraftKind, BasicId, IdentityKind
from tocsin.formats.remote_id.bluetooth import bluetooth_frames, build_advertisement
from tocsin.formats.remote_id.bluetooth_capture import (
    BLUETOOTH_LE,
    BLUETOOTH_LE_WITH_HEADER,
    NORDIC_SNIFFER,
)
from tocsin.formats.remote_id.carriers import REMOTE_ID_LINK_TYPES, remote_id_frames
from tocsin.formats.remote_id.frame import Carrier, RemoteIdFrame
from tocsin.formats.remote_id.location import HeightReference, Location, OperationalStatus, location_time_ns
from tocsin.formats.remote_id.message import (
    Message,
    decode_message,
    decode_payload,
    encode_message,
    encode_pack,
    split_payload,
)
from tocsin.formats.remote_id.operator_id import OperatorId
from tocsin.formats.remote_id.self_id import DescriptionKind, SelfId
from tocsin.formats.remote_id.system import Classification, EuropeanCategory, OperatorPosition, System
from tocsin.formats.remote_id.wifi import (
    IEEE_802_11,
    IEEE_802_11_RADIOTAP,
    build_beacon,
    build_nan,
    wifi_frames,
)

__all__ = [
    "BLUETOOTH_LE",
    "BLUETOOTH_LE_WITH_HEADER",
    "IEEE_802_11",
    "IEEE_802_11_RADIOTAP",
    "NORDIC_SNIFFER",
    "REMOTE_ID_LINK_TYPES",
    "AircraftKind",
    "AuthenticationPage",
    "BasicId",
    "Carrier",
    "Classification",
    "DescriptionKind",
    "EuropeanCategory",
    "HeightReference",
    "IdentityKind",
    "Location",
    "Message",
    "OperationalStatus",
    "OperatorId",
    "OperatorPosition",
    "RemoteIdFrame",
    "SelfId",
    "System",
    "bluetooth_frames",
    "build_advertisement",
    "build_beacon",
    "build_nan",
    "decode_message",
    "decode_payload",
    "encode_message",
    "encode_pack",
    "location_time_ns",
    "remote_id_frames",
    "split_payload",
    "wifi_frames",
]
