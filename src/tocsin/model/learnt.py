"""What running has taught of a sensor."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Learnt:
    """`nis` and `detection_factor` are None where too little is known; `bias` is what is taken off, in SI."""

    health: str
    nis: float | None = None
    bias: Mapping[str, float] = field(default_factory=dict)
    detection_factor: float | None = None
