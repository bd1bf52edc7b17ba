"""An alert as a Cursor on Target event: the outline of its area on the map, and its end.

A drawing of type u-d-f with a `link` for each corner, as TAK's map draws shapes; type t-x-d-d takes it away.
Source: MITRE MP090284; the shape's details as ATAK-CIV writes them.
"""

from __future__ import annotations

from xml.etree import ElementTree

from tocsin.config.site import ZoneSection
from tocsin.formats.cot import OWN_UID_PREFIX, event_element, xml_text
from tocsin.model.alerts import AlertMessage, Level, MessageType
from tocsin.model.deliveries import Letter

_SHAPE, _ENDED, _UNKNOWN = "u-d-f", "t-x-d-d", "9999999.0"
_ARGB = {Level.WATCH: 0xFFFFFF00, Level.ADVISORY: 0xFFFF7F00, Level.WARNING: 0xFFFF0000}
_LINE, _FILL_ALPHA = "4.0", 0x40


def alert_event(letter: Letter, zone: ZoneSection) -> bytes:
    """One event in UTF-8; it is stale when the message expires."""
    message = letter.message
    corners = message.area or zone.polygon
    uid = f"{OWN_UID_PREFIX}alert.{message.alert_id}"
    is_over = message.message_type is MessageType.CANCEL
    root = event_element(
        f"{uid}.ended" if is_over else uid, _ENDED if is_over else _SHAPE,
        message.issued_ns, message.expires_ns,
    )  # fmt: skip
    latitude, longitude = (sum(values) / len(corners) for values in zip(*corners, strict=True))
    point = {"lat": f"{latitude:.6f}", "lon": f"{longitude:.6f}"}
    ElementTree.SubElement(root, "point", point, hae=_UNKNOWN, ce=_UNKNOWN, le=_UNKNOWN)
    detail = ElementTree.SubElement(root, "detail")
    if is_over:
        ElementTree.SubElement(detail, "link", uid=uid, relation="p-p", type=_SHAPE)
        ElementTree.SubElement(detail, "__forcedelete")
    else:
        _draw(detail, message, corners, letter.status)
    return ElementTree.tostring(root, encoding="unicode").encode()


def _draw(
    detail: ElementTree.Element, message: AlertMessage, corners: tuple[tuple[float, float], ...], status: str
) -> None:
    for latitude, longitude in (*corners, corners[0]):
        ElementTree.SubElement(detail, "link", point=f"{latitude:.6f},{longitude:.6f},0.0")
    colour = _ARGB[message.level]
    ElementTree.SubElement(detail, "strokeColor", value=str(_signed(colour)))
    ElementTree.SubElement(detail, "strokeWeight", value=_LINE)
    fill = (_FILL_ALPHA << 24) | (colour & 0xFFFFFF)
    ElementTree.SubElement(detail, "fillColor", value=str(_signed(fill)))
    ElementTree.SubElement(detail, "labels_on", value="true")
    callsign = f"{status.upper()} {message.level.word}: {message.zone}"
    ElementTree.SubElement(detail, "contact", callsign=xml_text(callsign))
    ElementTree.SubElement(detail, "remarks").text = xml_text(message.reason)


def _signed(argb: int) -> int:
    """As the 32-bit integers of Java have it."""
    return argb - (1 << 32) if argb >= 1 << 31 else argb
