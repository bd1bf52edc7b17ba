"""Cursor on Target (TAK): events of aircraft from XML and protobuf, and events of our tracks as XML.

Bytes go through `CotStream` or `split_datagram`, what comes out of them through `decode_event`. Events of
anything but the air are left at their type; no error carries any of their bytes.
"""

from tocsin.formats.cot.event import OWN_UID_PREFIX, CotEvent, is_air
from tocsin.formats.cot.framing import CotStream, RawEvent, decode_event, split_datagram
from tocsin.formats.cot.protobuf_reading import decode_protobuf
from tocsin.formats.cot.xml_reading import decode_xml
from tocsin.formats.cot.xml_writing import ENDED, encode_end_xml, encode_xml, event_element, xml_text

__all__ = [
    "CotEvent",
    "CotStream",
    "ENDED",
    "OWN_UID_PREFIX",
    "RawEvent",
    "decode_event",
    "decode_protobuf",
    "decode_xml",
    "encode_end_xml",
    "encode_xml",
    "event_element",
    "is_air",
    "split_datagram",
    "xml_text",
]
