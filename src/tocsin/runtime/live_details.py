"""What is asked of the running service by path: one track, zones, coverage, the shift so far."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from tocsin.assessment.foresight import Foresight
from tocsin.config.site import Site
from tocsin.model.assessments import Assessments
from tocsin.model.class_evidence import NO_SENSOR
from tocsin.model.tracks import NEVER_NS, Tracks
from tocsin.outputs.live.air_pictures import told_identity
from tocsin.outputs.refusal import Refusal
from tocsin.outputs.web.details import Attachment
from tocsin.outputs.web.places import coverage_collection, zone_collection
from tocsin.outputs.web.track_detail import classes_json, entries_json, motion_json, path_json
from tocsin.recording.alert_book import AlertBook
from tocsin.runtime.live_state import NOT_LIVE, LiveState
from tocsin.runtime.shift import SHIFT_S, broken, broken_sensor, happened
from tocsin.runtime.trails import Trails
from tocsin.runtime.watch import Moment
from tocsin.units import nanoseconds_to_seconds, seconds_to_nanoseconds

_BEHIND_S = 2.0
_WELL = frozenset({"live", NOT_LIVE})
_MOST_LAYER_BYTES = 50_000_000


class LiveDetails:
    """`Details` of a service: `site` gives its site file as it stands, `state` its latest state.

    `report` makes the evidence of an alert a file; `layers` are GeoJSON files of the site's own.
    """

    def __init__(
        self,
        site: Callable[[], Site],
        state: Callable[[], LiveState],
        trails: Trails,
        book: Path,
        report: Callable[[str], Attachment],
        layers: tuple[str, ...] = (),
    ) -> None:
        self._site, self._state, self._trails = site, state, trails
        self._book, self._report = book, report
        self._layers = {Path(name).stem: Path(name) for name in layers}
        self._foresight = Foresight(site())

    def zones(self) -> dict[str, Any]:
        """As they are now."""
        return zone_collection(self._site())

    def coverage(self) -> dict[str, Any]:
        """With the state of each sensor."""
        states = {report.name: str(report.state) for report in self._state().reports}
        return coverage_collection(self._site(), states)

    def track(self, track_id: str) -> dict[str, Any]:
        """One confirmed track of the latest picture. Raises Refusal where it is not there."""
        moment = self._state().moment
        rows = [] if moment is None else np.flatnonzero(moment.tracks.track_id == track_id).tolist()
        if moment is None or not rows:
            raise Refusal(404, f"there is no track {track_id!r} now")
        return {
            **self._place(moment, rows[0]),
            "seen_by": self._seen_by(moment.tracks, rows[0]),
            **self._assessed(moment, track_id),
            "trail": self._trail(track_id),
        }

    def shift(self, since_s: float | None) -> dict[str, Any]:
        """What is open, what happened, and what is broken."""
        state = self._state()
        now_s = nanoseconds_to_seconds(state.time_ns)
        since_s = now_s - SHIFT_S if since_s is None else since_s
        with AlertBook(self._book) as book:
            messages, actions = book.since(seconds_to_nanoseconds(max(since_s, 0.0)))
        return {
            "since_s": since_s,
            "until_s": now_s,
            "open": [report.as_json() for report in state.alerts],
            "happened": happened(messages, actions, since_s),
            "broken": _broken(state),
        }

    def report(self, alert_id: str) -> Attachment:
        """A ZIP with the evidence of an alert. Raises Refusal."""
        return self._report(alert_id)

    def layers(self) -> list[str]:
        """Names of the site's own map layers."""
        return list(self._layers)

    def layer(self, name: str) -> bytes:
        """One of them. Raises Refusal where there is none, or where its file is no GeoJSON."""
        path = self._layers.get(name)
        if path is None:
            raise Refusal(404, f"no layer is called {name!r}; known: {', '.join(self._layers) or 'none'}")
        try:
            if path.stat().st_size > _MOST_LAYER_BYTES:
                raise Refusal(409, f"layer {name}: {path.name} is larger than {_MOST_LAYER_BYTES:,} bytes")
            content = path.read_bytes()
            kind = json.loads(content).get("type")
        except (OSError, ValueError, AttributeError) as error:
            raise Refusal(409, f"layer {name}: {path.name} can't be read as GeoJSON ({error})") from None
        if kind not in ("FeatureCollection", "Feature"):
            raise Refusal(409, f"layer {name}: {path.name} is no FeatureCollection")
        return content

    def _place(self, moment: Moment, row: int) -> dict[str, Any]:
        tracks, frame = moment.tracks, self._site().frame
        latitude_rad, longitude_rad, altitude_m = frame.to_geodetic(tracks.state[row, :3])
        velocity = frame.rotate_velocity_to(latitude_rad, longitude_rad, tracks.state[row, 3:])
        return {
            "track_id": str(tracks.track_id[row]),
            "time_s": nanoseconds_to_seconds(moment.time_ns),
            "identity": told_identity(str(tracks.identity[row])),
            "latitude_deg": float(np.degrees(latitude_rad)),
            "longitude_deg": float(np.degrees(longitude_rad)),
            "altitude_m": float(altitude_m),
            **motion_json(velocity.tolist()),
            "existence": float(tracks.existence[row]),
            "born_s": nanoseconds_to_seconds(int(tracks.born_ns[row])),
        }

    def _seen_by(self, tracks: Tracks, row: int) -> list[dict[str, Any]]:
        """Each sensor that ever saw it, with how much of the last minute is owed to it."""
        found = [
            {
                "sensor": sensor.name,
                "kind": sensor.kind.value,
                "last_s": nanoseconds_to_seconds(int(tracks.seen_ns[row, number])),
                "support": float(tracks.support[row, number]),
            }
            for number, sensor in enumerate(self._site().sensors)
            if tracks.seen_ns[row, number] != NEVER_NS
        ]
        return sorted(found, key=lambda one: -float(str(one["support"])))

    def _assessed(self, moment: Moment, track_id: str) -> dict[str, Any]:
        """Classes, entries and the way that is expected; nothing of what is not assessed yet."""
        known = moment.assessments
        rows = [] if known is None else np.flatnonzero(known.track_id == track_id).tolist()
        if known is None or not rows:
            return {"classes": [], "class_evidence": [], "entries": [], "path": []}
        return {
            "classes": classes_json(known.classes, known.class_probability[rows[0]].tolist()),
            "class_evidence": self._class_evidence(known, rows[0]),
            "entries": _entries(known, rows[0]),
            "path": path_json(self._foresight.paths(known, [track_id]), self._site().frame),
        }

    def _class_evidence(self, known: Assessments, row: int) -> list[dict[str, Any]]:
        """What each kind of evidence says of its class: rows as `ClassEvidenceThen` has them."""
        sensors, found = self._site().sensors, known.class_evidence(np.array([row]))
        said = zip(found.kind.tolist(), found.sensor.tolist(), found.log.tolist(), strict=True)
        return [
            {
                "evidence": kind,
                "sensor": None if sensor == NO_SENSOR else sensors[sensor].name,
                "log_likelihood": dict(zip(known.classes, logs, strict=True)),
            }
            for kind, sensor, logs in said
        ]

    def _trail(self, track_id: str) -> list[list[float]]:
        places = self._trails.of(track_id)
        latitude_rad, longitude_rad, altitude_m = self._site().frame.to_geodetic(places[:, 1:])
        columns = (np.degrees(longitude_rad), np.degrees(latitude_rad), altitude_m, places[:, 0])
        trail: list[list[float]] = np.column_stack(columns).tolist()
        return trail


def _entries(known: Assessments, row: int) -> list[dict[str, Any]]:
    now_s = nanoseconds_to_seconds(known.time_ns)
    return entries_json(known.zones, known.entry_probability[row], known.entry_s[row], now_s)


def _broken(state: LiveState) -> list[dict[str, Any]]:
    found = [broken_sensor(report) for report in state.reports if str(report.state) not in _WELL]
    found += [broken("output", r.name, None, r.trouble or "broken") for r in state.outputs if not r.is_open]
    found += [
        broken("receiver", r.name, None, r.trouble or "broken") for r in state.receivers if not r.is_open
    ]
    if state.lag_s > _BEHIND_S:
        found.append(broken("line", "tracking", None, f"{state.lag_s:.1f} s behind"))
    return found
