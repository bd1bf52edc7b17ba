"""`bearing`: the direction from which a node hears, receives or sees something.

    {"v": 1, "time": 1932926400.0, "azimuth_deg": 81.5, "azimuth_sigma_deg": 5}

Of direction finders, arrays of microphones and cameras. Of several objects in one look, several messages with
the same time. A node whose north is not true north turns its azimuths before it sends them. The
emitter may be somebody's phone: it stands in no repr.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from tocsin.formats.nodes.message import AzimuthDeg, Confidence, ElevationDeg, NodeMessage, SigmaDeg
from tocsin.model.labels import LabelWord


class Bearing(NodeMessage):
    """The direction of one object, from where the node stands."""

    azimuth_deg: AzimuthDeg
    """Clockwise from true north [deg]."""
    elevation_deg: ElevationDeg | None = None
    """Up from the horizontal [deg]."""
    azimuth_sigma_deg: SigmaDeg | None = None
    """Error of the azimuth, 1 sigma; absent: as the site file says [deg]."""
    elevation_sigma_deg: SigmaDeg | None = None
    """Error of the elevation, 1 sigma; absent: as the site file says [deg]."""
    what: LabelWord | None = None
    """What the node takes it for."""
    confidence: Confidence | None = None
    """How sure the node is of `what`."""
    emitter: Annotated[str, Field(max_length=80)] | None = Field(None, repr=False)
    """What a direction finder knows the transmitter by; used to tell those apart that stand, and not kept."""
