"""From the line's columns to what others are told: one report a track, in geodetic terms."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Protocol

import numpy as np

from tocsin.config.site import Site
from tocsin.geo.ellipsoid import enu_rotation
from tocsin.geo.vectors import rotate
from tocsin.model.alerts import AlertMessage
from tocsin.model.assessments import Assessments
from tocsin.model.sensors import SensorStatus
from tocsin.model.track_reports import AirPicture, TrackReport
from tocsin.model.tracks import SEEN_WITHIN_NS, Tracks
from tocsin.outputs.live.on_earth import Coasting, is_usable, turned, worst_sigma_m
from tocsin.units import FloatArray

_NOT_ASSESSED = "unknown"
# Names in these forms alone leave tocsin: an aircraft's address, or a keyed hash.
_HARMLESS = re.compile(r"(icao|adsb):[0-9a-fA-F]{6}|(rid|cot):[0-9a-f]{16}")


class Sky(Protocol):
    """Confirmed tracks at one time, with the latest assessments, which may be of a little earlier."""

    @property
    def time_ns(self) -> int:
        """When, UTC."""

    @property
    def tracks(self) -> Tracks:
        """Confirmed tracks, predicted to that time."""

    @property
    def assessments(self) -> Assessments | None:
        """What they probably are."""

    @property
    def alerts(self) -> tuple[AlertMessage, ...]:
        """The latest message of each alert that is open."""

    @property
    def statuses(self) -> tuple[SensorStatus, ...]:
        """Of the sensors, in their order; none where nobody counts."""

    @property
    def ended(self) -> tuple[AlertMessage, ...]:
        """The last message of each alert that ended."""


class PictureMaker:
    """Makes air pictures of one site."""

    def __init__(self, site: Site) -> None:
        self._frame = site.frame
        self._coasting = Coasting(site)

    def picture(self, sky: Sky, numbers: Mapping[str, int] | None = None) -> AirPicture:
        """The reports of all tracks, by identity; `numbers` is handed on."""
        tracks = sky.tracks.take(np.argsort(sky.tracks.track_id, kind="stable"))
        usable = is_usable(tracks, self._frame)
        simulating = _simulating(sky.statuses, sky.time_ns)
        reports = self._reports(tracks.take(usable), sky.time_ns, _classes(sky.assessments), simulating)
        left_out = int(np.count_nonzero(~usable))
        return AirPicture(sky.time_ns, reports, numbers or {}, left_out, sky.alerts, sky.ended)

    def _reports(
        self, tracks: Tracks, time_ns: int, classes: Mapping[str, tuple[str, float]], simulating: list[int]
    ) -> tuple[TrackReport, ...]:
        latitude_rad, longitude_rad, altitude_m = self._frame.to_geodetic(tracks.state[:, :3])
        turn = enu_rotation(latitude_rad, longitude_rad) @ self._frame.rotation.T
        velocity = rotate(turn, tracks.state[:, 3:])
        covariance = turned(turn, tracks.covariance)
        lately = tracks.seen_lately(time_ns)
        is_simulated = np.asarray(lately[:, simulating].any(axis=1))
        rows = zip(
            tracks.track_id.tolist(), latitude_rad.tolist(), longitude_rad.tolist(), altitude_m.tolist(),
            velocity.tolist(), _sigmas(covariance).tolist(),
            worst_sigma_m(covariance).tolist(), tracks.existence.tolist(),
            lately.sum(axis=1).tolist(), self._coasting.of(tracks, time_ns).tolist(),
            is_simulated.tolist(), tracks.identity.tolist(), strict=True,
        )  # fmt: skip
        found = []
        for name, *place, velocity, sigmas, circle_m, existence, sensors, coasts, simulated, identity in rows:
            kind = classes.get(name, (_NOT_ASSESSED, None))
            values: tuple[Any, ...] = (
                name, time_ns, *place, *velocity, *sigmas, circle_m, existence, *kind, sensors, coasts,
                simulated, told_identity(identity),
            )  # fmt: skip
            found.append(TrackReport(*values))
        return tuple(found)


def _simulating(statuses: Sequence[SensorStatus], now_ns: int) -> list[int]:
    """The numbers of the sensors that told simulated reports in the last minute."""
    told = ((number, status.last_simulated_ns) for number, status in enumerate(statuses))
    return [number for number, last_ns in told if last_ns is not None and now_ns - last_ns <= SEEN_WITHIN_NS]


def told_identity(identity: str) -> str:
    """An identity as it may leave tocsin; '' for anything of another form, which could be a person's."""
    return identity if _HARMLESS.fullmatch(identity) else ""


def _classes(assessments: Assessments | None) -> dict[str, tuple[str, float]]:
    if assessments is None:
        return {}
    return {name: assessments.most_probable_class(k) for k, name in enumerate(assessments.track_id.tolist())}


def _sigmas(covariance: FloatArray) -> FloatArray:
    """Standard deviations (n, 6); turning may have left a little less than nothing of a variance."""
    sigmas: FloatArray = np.sqrt(np.maximum(np.diagonal(covariance, axis1=1, axis2=2), 0.0))
    return sigmas
