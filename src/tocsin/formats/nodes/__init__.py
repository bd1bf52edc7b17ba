"""Messages of volunteers' nodes and of people, as JSON over MQTT or HTTP: heard, bearing, status, sighting.

A topic is `tocsin/<name of the sensor>/<kind of message>`. `tocsin schema heard` prints a form.
"""

from tocsin.formats.nodes.bearing import Bearing
from tocsin.formats.nodes.heard import Heard
from tocsin.formats.nodes.message import MOST_BYTES, NodeMessage, decode_as, encode_node_message
from tocsin.formats.nodes.sighting import Sighting
from tocsin.formats.nodes.status import Status

NODE_MESSAGES: dict[str, type[NodeMessage]] = {
    "heard": Heard,
    "bearing": Bearing,
    "status": Status,
    "sighting": Sighting,
}
"""The kinds of message by the last word of their topic."""

__all__ = [
    "MOST_BYTES",
    "NODE_MESSAGES",
    "Bearing",
    "Heard",
    "NodeMessage",
    "Sighting",
    "Status",
    "decode_as",
    "encode_node_message",
]
