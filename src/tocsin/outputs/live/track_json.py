"""Tracks as `track_message`s and as GeoJSON (RFC 7946)."""

from __future__ import annotations

import json
from typing import Any

from tocsin.config.site import Site
from tocsin.formats.track_message import TrackMessage, encode_track_message, track_message
from tocsin.model.track_reports import AirPicture
from tocsin.outputs.live.following import Following

_PLACE = ("longitude_deg", "latitude_deg", "altitude_m")


class JsonEncoder(Following):
    """Speaks to one receiver: a message a track, and one when it has ended."""

    def __init__(self, site: Site) -> None:
        super().__init__()
        self._site, self._status = site.site.name, site.site.status

    def encode(self, picture: AirPicture) -> list[bytes]:
        """One message a track."""
        messages = [track_message(report, self._site, self._status) for report in picture.reports]
        messages += [
            track_message(told.report, self._site, self._status, has_ended=True)
            for told in self.ended(picture)
        ]
        return [encode_track_message(message) for message in messages]


class GeoJsonEncoder(Following):
    """A whole picture each time, as a map reads it."""

    def __init__(self, site: Site) -> None:
        super().__init__()
        self._site = site

    def encode(self, picture: AirPicture) -> list[bytes]:
        """One document."""
        return [json.dumps(feature_collection(picture, self._site), allow_nan=False).encode()]


def feature_collection(picture: AirPicture, site: Site) -> dict[str, Any]:
    """A picture as a FeatureCollection: a point for each track, whose properties are those of its message."""
    place = site.site
    messages = (track_message(report, place.name, place.status) for report in picture.reports)
    return {"type": "FeatureCollection", "features": [_feature(message) for message in messages]}


def _feature(message: TrackMessage) -> dict[str, Any]:
    properties = message.model_dump(by_alias=True, exclude_none=True)
    coordinates = [properties.pop(name) for name in _PLACE]
    return {
        "type": "Feature",
        "id": message.track_id,
        "geometry": {"type": "Point", "coordinates": coordinates},
        "properties": properties,
    }
