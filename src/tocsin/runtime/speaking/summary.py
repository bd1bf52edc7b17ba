"""What a speaking run came to."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any


@dataclass(slots=True)
class SensorSpeech:
    """What one sensor said; `unheard` of its messages had nobody at the other end."""

    name: str
    input: str
    format: str
    messages: int = 0
    bytes: int = 0
    unheard: int = 0


@dataclass(frozen=True, slots=True)
class SpeechSummary:
    """Of one run; `latest_s` is how late the latest message was for want of processor time."""

    scenario: str
    seed: int
    start_s: float
    duration_s: float
    latest_s: float
    sensors: tuple[SensorSpeech, ...]

    def as_json(self) -> dict[str, Any]:
        """For `--json`: plain values only."""
        return asdict(self)
