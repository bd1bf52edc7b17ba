"""`heard`: whether a node hears a drone, once a second, and above all also when it does not.

    {"v": 1, "time": 1932926400.0, "heard": true, "level_db": 8.5, "confidence": 0.9}

Of single microphones and of receivers of a signal's strength. The level is for people and for
whoever looks into a recording of the messages; the tracker weighs a report by the sensor's probabilities. Of
`what` a node hears, the confidence says how sure it is.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from tocsin.formats.nodes.message import Confidence, NodeMessage
from tocsin.model.labels import LabelWord


class Heard(NodeMessage):
    """Whether a node hears a drone; sent regularly, also while it hears none."""

    heard: bool
    """true: it hears one, or several; false: it listens and hears none."""
    level_db: Annotated[float, Field(ge=-200, le=200)] | None = None
    """How loud or strong, over the node's own background [dB]."""
    what: LabelWord | None = None
    """What the node takes it for."""
    confidence: Confidence | None = None
    """How sure the node is of what it says."""
