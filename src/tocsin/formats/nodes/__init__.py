"""Messages of volunteers' nodes and of people, as JSON over MQTT or HTTP: heard, bearing, status, sighting.

A topic is `tocsin/<name of the sensor>/<kind of message>`. `tocsin schema heard` prints a form.
"""

from tocsin.formats.nodes.bearing import Bearing
from tocsin.formats.nodes.envelope import (
    ENVELOPE_MOST_BYTES,
    Envelope,
    decode_envelope,
    encode_envelope,
    is_envelope,
    is_sealed_with,
)
from tocsin.formats.nodes.heard import Heard
from tocsin.formats.nodes.message import MOST_BYTES, NodeForm, NodeMessage, decode_as, encode_node_message
from tocsin.formats.nodes.sighting import Sighting
from tocsin.formats.nodes.status import Status

NODE_MESSAGES: dict[str, type[NodeMessage]] = {
    "heard": Heard,
    "bearing": Bearing,
    "status": Status,
    "sighting": Sighting,
}
"""The kinds of message by the last word of their topic."""

NODE_FORMS: dict[str, type[NodeForm]] = {**NODE_MESSAGES, "envelope": Envelope}
"""All that a node sends, by name."""

__all__ = [
    "ENVELOPE_MOST_BYTES",
    "MOST_BYTES",
    "NODE_FORMS",
    "NODE_MESSAGES",
    "Bearing",
    "Envelope",
    "Heard",
    "NodeForm",
    "NodeMessage",
    "Sighting",
    "Status",
    "decode_as",
    "decode_envelope",
    "encode_envelope",
    "encode_node_message",
    "is_envelope",
    "is_sealed_with",
]
