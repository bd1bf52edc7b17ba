"""From the line's columns to the console's: tracks on the Earth, as columns all the way."""

from __future__ import annotations

import numpy as np

from tocsin.config.site import Site
from tocsin.geo.ellipsoid import enu_rotation
from tocsin.geo.vectors import rotate
from tocsin.model.assessments import Assessments
from tocsin.model.tracks import NEVER_NS, Tracks
from tocsin.outputs.live.air_pictures import Sky, told_identity
from tocsin.outputs.live.on_earth import Coasting, is_usable, unseen_for_ns, worst_sigma_m
from tocsin.outputs.web.source import MovingTracks
from tocsin.units import NANOSECONDS_PER_SECOND, FloatArray, IntArray


class MovingTracksMaker:
    """Makes them of the skies of one site, whose classes have these names, of which the last is 'unknown'."""

    def __init__(self, site: Site, classes: tuple[str, ...]) -> None:
        self._frame, self._coasting = site.frame, Coasting(site)
        self._unknown = len(classes) - 1

    def tracks(self, sky: Sky) -> MovingTracks:
        """All tracks that can be told."""
        tracks = sky.tracks.take(is_usable(sky.tracks, self._frame))
        if not len(tracks):
            return MovingTracks.empty()
        latitude_rad, longitude_rad, altitude_m = self._frame.to_geodetic(tracks.state[:, :3])
        turn = enu_rotation(latitude_rad, longitude_rad) @ self._frame.rotation.T
        place_covariance = turn @ tracks.covariance[:, :3, :3] @ turn.transpose(0, 2, 1)
        unseen_ns = unseen_for_ns(tracks, sky.time_ns)
        class_number, class_probability = self._classes(tracks, sky.assessments)
        identity = np.array([name and told_identity(name) for name in tracks.identity.tolist()], dtype=object)
        return MovingTracks(
            track_id=tracks.track_id,
            latitude_deg=np.degrees(latitude_rad),
            longitude_deg=np.degrees(longitude_rad),
            altitude_m=altitude_m,
            velocity_mps=rotate(turn, tracks.state[:, 3:]),
            sigma_m=worst_sigma_m(place_covariance),
            class_number=class_number,
            class_probability=class_probability,
            existence=tracks.existence,
            unseen_s=np.where(unseen_ns == NEVER_NS, np.inf, unseen_ns / NANOSECONDS_PER_SECOND),
            is_cooperative=(tracks.identity != "").astype(np.bool_),
            is_lost=self._coasting.of(tracks, sky.time_ns),
            identity=identity,
        )

    def _classes(self, tracks: Tracks, assessments: Assessments | None) -> tuple[IntArray, FloatArray]:
        """Likeliest class and its probability, (n,) each; 'unknown' and 0 of what is not assessed."""
        number = np.full(len(tracks), self._unknown, dtype=np.int64)
        probability = np.zeros(len(tracks))
        if assessments is None or not len(assessments):
            return number, probability
        rows = {name: k for k, name in enumerate(assessments.track_id.tolist())}
        row = np.array([rows.get(name, -1) for name in tracks.track_id.tolist()], dtype=np.int64)
        best = np.argmax(assessments.class_probability, axis=1)
        number[row >= 0] = best[row[row >= 0]]
        probability[row >= 0] = assessments.class_probability.max(axis=1)[row[row >= 0]]
        return number, probability
