"""What people are told of a sensor while it looks: the same for every kind."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class SensorReport:
    """One sensor at one time. Times are None until something came; counts are since the start.

    `bias` holds what is known to be off and is taken off: range_m, azimuth_rad, elevation_rad, time_s. `nis`
    is the mean normalised innovation squared over its dimension, 1 where errors are as large as it says, None
    where too little is known; `detection_factor` is what was learnt of its detection probability, as a
    multiple of what the site file says.
    """

    name: str
    kind: str
    state: str
    last_message_ns: int | None
    last_measured_ns: int | None
    messages: int
    messages_per_s: float
    detections: int
    scans: int
    decode_errors: Mapping[str, int]
    refused: Mapping[str, int]
    input: str = ""
    trouble: str = ""
    last_byte_ns: int | None = None
    dropped: Mapping[str, int] = field(default_factory=dict)
    health: str = ""
    nis: float | None = None
    bias: Mapping[str, float] = field(default_factory=dict)
    detection_factor: float | None = None

    def as_json(self) -> dict[str, Any]:
        """As JSON has it."""
        return asdict(self)
