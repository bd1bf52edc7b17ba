"""What an evaluation can leave out, to see what it is worth: all sensors of a kind, or a part of the line."""

from __future__ import annotations

from enum import StrEnum

from tocsin.config.kinds import SensorKind


class LeftOut(StrEnum):
    """A kind of sensor by its name, or a part of the line.

    Without the tracker there are no tracks, and the model-free path is measured on its own.
    """

    RADAR = SensorKind.RADAR.value
    DIRECTION_FINDER = SensorKind.DIRECTION_FINDER.value
    MICROPHONE = SensorKind.MICROPHONE.value
    CAMERA = SensorKind.CAMERA.value
    REMOTE_ID = SensorKind.REMOTE_ID.value
    ADSB = SensorKind.ADSB.value
    TRACKS = SensorKind.TRACKS.value
    SIGHTING = SensorKind.SIGHTING.value
    MODEL_FREE = "model_free"
    CLASSIFIER = "classifier"
    TRACKER = "tracker"

    @property
    def kind(self) -> SensorKind | None:
        """The kind of sensor that it is; None for a part of the line."""
        is_kind = self.value in {kind.value for kind in SensorKind}
        return SensorKind(self.value) if is_kind else None
