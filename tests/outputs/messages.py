"""Messages and sites that the tests of outputs share."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from tocsin.config.site import Site
from tocsin.model.alerts import AlertMessage, Level, MessageType

ISSUED_NS = 1_672_017_540_900_000_000
MESSAGE = AlertMessage(
    alert_id="A-7K3QX2",
    version=1,
    issued_ns=ISSUED_NS,
    expires_ns=ISSUED_NS + 900_000_000_000,
    level=Level.WARNING,
    zone="Kaldvik",
    track_ids=("T3", "T9"),
    predicted_entry_ns=ISSUED_NS + 250_000_000_000,
    entry_probability=0.83,
    reason="warning: small_piston_fixed_wing (0.62) heading for Kaldvik, <83 % & rising>",
    message_type=MessageType.ALERT,
    object_class="small_piston_fixed_wing",
    evidence=("seen by microphone and radar", "existence 0.98"),
    rule="warning",
)
UPDATE = replace(
    MESSAGE,
    version=2,
    issued_ns=ISSUED_NS + 60_000_000_000,
    message_type=MessageType.UPDATE,
    references=((MESSAGE.identifier, MESSAGE.issued_ns),),
)
CANCEL = replace(
    UPDATE,
    version=3,
    issued_ns=ISSUED_NS + 400_000_000_000,
    message_type=MessageType.CANCEL,
    all_clear=True,
    predicted_entry_ns=None,
    references=(*UPDATE.references, (UPDATE.identifier, UPDATE.issued_ns)),
)
SQUARE = ((10.0, 20.0), (10.0, 20.1), (10.1, 20.1), (10.1, 20.0))


def make_site(zone: dict[str, Any] | None = None, **place: Any) -> Site:
    return Site.model_validate(
        {
            "site": {"name": "Nordmark", "latitude_deg": 10.0, "longitude_deg": 20.0, **place},
            "zones": [
                {"name": "Kaldvik", "polygon": SQUARE, "floor_m": 0.0, "ceiling_m": 1000.0, **(zone or {})},
            ],
        }
    )
