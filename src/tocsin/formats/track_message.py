"""`track_message`: one track at one time as a JSON object (RFC 8259), for whoever builds on tocsin.

    {"v": 1, "event": "track", "site": "Meadow", "status": "Exercise", "track_id": "...",
     "time": "2031-04-02T20:00:00.250Z", "latitude_deg": -47.01, "longitude_deg": -127.02, ...}

When a track ends, its last message comes once more with `"event": "end"`. Over MQTT and in datagrams each
message stands alone; in streams and files there is one a line.
"""

from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from tocsin.model.track_reports import TrackReport

VERSION = 1
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class TrackMessage(BaseModel):
    """A track of tocsin as others are told of it, at most once a second."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", use_attribute_docstrings=True, populate_by_name=True
    )

    v: Annotated[int, Field(ge=VERSION, le=VERSION)]
    """Version of this form of message."""
    event: Literal["track", "end"]
    """`end`: the track has ended; the rest is what was known of it last."""
    site: str
    """Name of the site that tells it."""
    status: Literal["Exercise", "Actual"]
    """As of the site's alerts: what is told in an exercise is no news for the public."""
    track_id: str
    """Identity of the track."""
    time: str
    """For which time the rest holds, UTC, ISO 8601."""
    latitude_deg: Annotated[float, Field(ge=-90, le=90)]
    """WGS-84 [deg]."""
    longitude_deg: Annotated[float, Field(ge=-180, le=180)]
    """WGS-84 [deg]."""
    altitude_m: float
    """Above the WGS-84 ellipsoid [m]."""
    velocity_east_mps: float
    """Along east of where it is [m/s]."""
    velocity_north_mps: float
    """Along north of where it is [m/s]."""
    velocity_up_mps: float
    """Upwards where it is [m/s]."""
    sigma_east_m: Annotated[float, Field(ge=0)]
    """Error to the east, 1 sigma [m]."""
    sigma_north_m: Annotated[float, Field(ge=0)]
    """Error to the north, 1 sigma [m]."""
    sigma_up_m: Annotated[float, Field(ge=0)]
    """Error of the height, 1 sigma [m]."""
    existence: Annotated[float, Field(ge=0, le=1)]
    """Probability that the object is real."""
    object_class: str = Field(alias="class")
    """Most probable class, or unknown."""
    class_probability: Annotated[float, Field(ge=0, le=1)] | None = None
    """Probability of that class; absent: nothing was said of it yet."""
    sensors: Annotated[int, Field(ge=0)]
    """How many sensors saw it in the last minute."""
    coasting: bool
    """Nobody has seen it for several looks: where it is was predicted."""
    simulated: bool = False
    """A sensor that saw it has told simulated reports in the last minute: what flies there may be nothing."""
    identity: str | None = None
    """What it calls itself: icao: and its address, or a keyed hash where a name could lead to a person."""


def track_message(
    report: TrackReport, site: str, status: Literal["Exercise", "Actual"], has_ended: bool = False
) -> TrackMessage:
    """The message of a report; figures are rounded to what they can mean."""
    time = _EPOCH + timedelta(milliseconds=report.time_ns // 1_000_000)
    certainty = report.class_probability
    return TrackMessage(
        v=VERSION,
        event="end" if has_ended else "track",
        site=site,
        status=status,
        track_id=report.track_id,
        time=time.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        latitude_deg=round(math.degrees(report.latitude_rad), 7),
        longitude_deg=round(math.degrees(report.longitude_rad), 7),
        altitude_m=round(report.altitude_m, 1),
        velocity_east_mps=round(report.velocity_east_mps, 2),
        velocity_north_mps=round(report.velocity_north_mps, 2),
        velocity_up_mps=round(report.velocity_up_mps, 2),
        sigma_east_m=round(report.sigma_east_m, 1),
        sigma_north_m=round(report.sigma_north_m, 1),
        sigma_up_m=round(report.sigma_up_m, 1),
        existence=round(report.existence, 4),
        object_class=report.object_class,
        class_probability=None if certainty is None else round(certainty, 4),
        sensors=report.sensors,
        coasting=report.is_coasting,
        simulated=report.is_simulated,
        identity=report.identity or None,
    )


def encode_track_message(message: TrackMessage) -> bytes:
    """The bytes of a message; what is absent is left out."""
    return message.model_dump_json(by_alias=True, exclude_none=True).encode()
