"""What is asked of a recording by path: one track, zones, coverage, the shift until then."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from tocsin.model.tables import CLASS_EVIDENCE
from tocsin.outputs.refusal import Refusal
from tocsin.outputs.web.details import Attachment
from tocsin.outputs.web.places import coverage_collection, zone_collection
from tocsin.outputs.web.track_detail import motion_json
from tocsin.recording.alert_book import AlertBook
from tocsin.recording.blocks import TIME, Blocks
from tocsin.recording.book_views import without_names
from tocsin.recording.excerpt import packed
from tocsin.recording.past_evidence import of_tracks
from tocsin.recording.why import last_class_evidence
from tocsin.runtime.past_scenes import PastScenes
from tocsin.runtime.past_stories import PastStories
from tocsin.runtime.shift import SHIFT_S, broken_sensor, happened
from tocsin.units import nanoseconds_to_seconds

_TOLD_WITHIN_S = 20.0
"""Predictions are recorded every ten seconds: what is older than two of them no longer holds."""
_SEEN_WITHIN_S = 60.0
_EXPLAINED_WITHIN_S = 120.0
"""Class evidence is recorded every minute."""
_POINT = ("after_s", "latitude_deg", "longitude_deg", "altitude_m", "sigma_along_m", "sigma_across_m",
          "course_deg")  # fmt: skip


class PastDetails:
    """`Details` of one recording as it was at a time."""

    def __init__(self, scenes: PastScenes, time_ns: int | None) -> None:
        self._scenes, self._recording = scenes, scenes.recording
        self._time_ns = scenes.end_ns if time_ns is None else time_ns
        self._now_s = nanoseconds_to_seconds(self._time_ns)

    def zones(self) -> dict[str, Any]:
        """Those of the site file as it was used."""
        return zone_collection(self._scenes.site)

    def coverage(self) -> dict[str, Any]:
        """What each sensor covered, with what it was then."""
        states = {report.name: report.state for report in self._scenes.sensors(self._now_s)}
        return coverage_collection(self._scenes.site, states)

    def track(self, track_id: str) -> dict[str, Any]:
        """One track as it was recorded. Raises Refusal where it was not there then."""
        row = self._recording.tracks.last_row(track_id, self._now_s)
        if row is None:
            raise Refusal(404, f"there was no track {track_id!r} at that time")
        velocity = [row[f"velocity_{axis}_mps"] or 0.0 for axis in ("east", "north", "up")]
        probability = row["class_probability"]
        return {
            "track_id": track_id,
            "time_s": row[TIME],
            "identity": self._scenes.identity(track_id),
            **{name: row[name] for name in ("latitude_deg", "longitude_deg", "altitude_m", "existence")},
            **motion_json(velocity),
            "born_s": self._scenes.born_s(track_id, row[TIME]),
            "classes": [] if probability is None else [{"name": row["class"], "probability": probability}],
            "class_evidence": self._class_evidence(track_id),
            "seen_by": self._seen_by(track_id),
            "entries": self._entries(track_id),
            "path": self._path(track_id),
            "trail": self._recording.tracks.trail(track_id, self._now_s).tolist(),
        }

    def shift(self, since_s: float | None) -> dict[str, Any]:
        """What was open, happened until then, and was not to be heard."""
        since_s = self._now_s - SHIFT_S if since_s is None else since_s
        opened, _ = self._scenes.alerts_at(self._time_ns, 0.0)
        messages = [m for m in self._scenes.alerts.messages if m.issued_ns <= self._time_ns]
        actions = []
        if self._scenes.book is not None:
            with AlertBook(self._scenes.book) as book:
                known = dict.fromkeys(message.alert_id for message in messages)
                actions = [a for name in known for a in book.actions(name) if a.time_ns <= self._time_ns]
        broken = [broken_sensor(report) for report in self._scenes.broken(self._now_s)]
        return {
            "since_s": since_s,
            "until_s": self._now_s,
            "open": [report.as_json() for report in opened],
            "happened": happened(messages, actions, since_s),
            "broken": broken,
        }

    def report(self, alert_id: str) -> Attachment:
        """A ZIP with the evidence of an alert until then."""
        stories = PastStories(self._scenes, self._time_ns)
        story = without_names(stories.alert(alert_id))
        name = str(story["alert_id"])
        return Attachment(f"report-{name}.zip", packed([self._recording], name, story))

    def layers(self) -> list[str]:
        """A recording has none of its own."""
        return []

    def layer(self, name: str) -> bytes:
        """There is none."""
        raise Refusal(404, f"a recording has no layer {name!r}")

    def _class_evidence(self, track_id: str) -> list[dict[str, Any]]:
        """What each kind of evidence said of its class when it was last told."""
        since_s, known = self._now_s - _EXPLAINED_WITHIN_S, self._recording.class_evidence
        rows = of_tracks(known, since_s, self._now_s, [track_id], CLASS_EVIDENCE.names)
        return [asdict(one) for one in last_class_evidence(rows, track_id, self._now_s)]

    def _seen_by(self, track_id: str) -> list[dict[str, Any]]:
        """By sensor, in the last minute; `support` is the sum of what each detection was worth."""
        since_s = self._now_s - _SEEN_WITHIN_S
        columns = (TIME, "sensor", "probability", "track_id")
        rows = of_tracks(self._recording.associations, since_s, self._now_s, [track_id], columns).to_pylist()
        kinds = {sensor.name: sensor.kind.value for sensor in self._scenes.site.sensors}
        found: dict[str, dict[str, Any]] = {}
        for row in rows:
            name = row["sensor"]
            one = found.setdefault(
                name, {"sensor": name, "kind": kinds.get(name, "unknown"), "last_s": 0.0, "support": 0.0}
            )
            one["last_s"] = max(one["last_s"], row[TIME])
            one["support"] += 1.0 if row["probability"] is None else row["probability"]
        return sorted(found.values(), key=lambda one: -one["support"])

    def _entries(self, track_id: str) -> list[dict[str, Any]]:
        rows = self._latest(self._recording.predictions, track_id)
        return [
            {
                "zone": row["zone"],
                "probability": row["entry_probability"],
                "earliest_s": row["earliest_entry_s"],
                "median_s": row["predicted_entry_s"],
                "latest_s": row["latest_entry_s"],
            }
            for row in sorted(rows, key=lambda row: -(row["entry_probability"] or 0.0))
        ]

    def _path(self, track_id: str) -> list[dict[str, Any]]:
        """As it was expected when it was last told, of tracks that were warned of."""
        rows = self._latest(self._recording.paths, track_id)
        return [{name: row[name] for name in _POINT} for row in sorted(rows, key=lambda row: row["after_s"])]

    def _latest(self, blocks: Blocks, track_id: str) -> list[dict[str, Any]]:
        """The rows of one track of the newest time of a table, if that is not too old."""
        since_s = self._now_s - _TOLD_WITHIN_S
        rows = of_tracks(blocks, since_s, self._now_s, [track_id], blocks.schema.names).to_pylist()
        newest_s = max((row[TIME] for row in rows), default=0.0)
        return [row for row in rows if row[TIME] == newest_s]
