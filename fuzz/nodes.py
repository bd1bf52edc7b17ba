"""Coverage-guided fuzzing of all that reads JSON: nodes, receivers of Remote ID, and their streams.

    python fuzz/nodes.py (options: harness.py)

The first byte of an input chooses what reads the rest; most mutations change one value of its JSON. Nothing
but a counted refusal may come of it, each detection is a usable one, and what is kept is bounded.
"""

from __future__ import annotations

import json
import math
import random
from typing import Any

import atheris
from harness import fuzz, pieces

with atheris.instrument_imports(include=["tocsin"]):
    from tocsin.config.kinds import SensorKind
    from tocsin.config.site import Place, Sensor, Site
    from tocsin.formats.nodes import NODE_MESSAGES
    from tocsin.formats.remote_id_json import MOST_BYTES
    from tocsin.sensors.ledger import Ledger
    from tocsin.sensors.node_reader import NodeReader
    from tocsin.sensors.remote_id_json_reader import RemoteIdJsonReader
    from tocsin.sensors.remote_id_measurements import RemoteIdMeasurements

RECEIVED_NS = 1_932_926_400_000_000_000
_PLACE = {"latitude_deg": 51.0, "longitude_deg": 4.0}
SITE = Site(
    site=Place(name="Fuzz", **_PLACE),
    sensors=(
        Sensor(name="microphone", kind=SensorKind.MICROPHONE, **_PLACE),
        Sensor(name="people", kind=SensorKind.SIGHTING, **_PLACE),
        Sensor(name="receiver", kind=SensorKind.REMOTE_ID),
    ),
)
TOPICS = [
    f"tocsin/{name}/{kind}" for name in ("microphone", "people", "nobody") for kind in (*NODE_MESSAGES, "x")
]

TIME = {"v": 1, "time": "2031-04-02T20:00:00.25Z"}
VECTOR = {"latitude": "51.0000001", "longitude": -4.0, "geodetic_altitude": "120.5 m", "speed": "15.5 m/s",
          "direction": 45, "vert_speed": -1.5, "horizontal_accuracy": "<10 m", "vertical_accuracy": "<3 m",
          "timestamp": "1.0 h 0 min 0.0 s"}  # fmt: skip
BASIC_ID = {"id_type": "Serial Number (ANSI/CTA-2063-A)", "id": "MADEUP1", "MAC": "02:00:5e:00:53:01"}
STATE = {"id": "drone-MADEUP1", "id_type": "CAA", "lat": 51.0, "lon": 4.0, "alt": 120.5, "speed": 15.5,
         "vspeed": 1, "direction": 45.0, "rid_timestamp": "20 min 34.5 s", "observed_at": 1932926400.5,
         "track_type": "drone", "caa_id": "X", "mac": "02005e005301"}  # fmt: skip
MESH = {
    "mac": "02-00-5e-00-53-01",
    "drone_lat": 51.0,
    "drone_long": 4.0,
    "drone_altitude": 120,
    "basic_id": "A",
}
ENVELOPE = {"v": 1, "sensor": "microphone", "kind": "heard", "message": '{"v": 1, "heard": true}',
            "sent_ms": 1932926400000, "seal": "0" * 64}  # fmt: skip
SEEDS: list[tuple[int, Any]] = [
    (0, ENVELOPE),
    (0, ENVELOPE | {"kind": "bearing", "message": '{"v": 1, "azimuth_deg": 5, "emitter": "x"}'}),
    (0, TIME | {"heard": True, "level_db": 8.5, "confidence": 0.9}),
    (1, TIME | {"azimuth_deg": 81.5, "elevation_deg": 3, "azimuth_sigma_deg": 5, "elevation_sigma_deg": 9}),
    (2, TIME | {"listening": True, "battery_percent": 80, "clock_offset_s": 0.1, "software": "a", **_PLACE}),
    (8, {"v": 1, "time": 1932926400.5, "direction": "NE", "what": "drone", "sure": "likely", **_PLACE}),
    (8, TIME | {"azimuth_deg": 5, "elevation_deg": 30, "what": "bird", "sure": "certain", **_PLACE}),
    (len(TOPICS), [{"Basic ID": BASIC_ID}, {"Location/Vector Message": VECTOR, "MAC": ""}]),
    (
        len(TOPICS),
        {"Basic ID": {"id": "A"}, "Location/Vector Message": VECTOR, "aext": {"AdvA": "02005e005301 x"}},
    ),
    (len(TOPICS), [{"Signal Info": {}}]),
    (len(TOPICS), STATE),
    (len(TOPICS), MESH),
    (len(TOPICS), {"heartbeat": "x"}),
    (len(TOPICS) + 1, MESH),
]


def read_once(data: bytes) -> None:
    """Reads one input; anything wrong raises."""
    if not data:
        return
    ledger = Ledger(SITE)
    choice, payload = data[0] % (len(TOPICS) + 2), data[1:]
    if choice < len(TOPICS):
        rows = list(NodeReader(SITE, None, ledger).read(payload, RECEIVED_NS, TOPICS[choice]))
        is_status = TOPICS[choice].endswith("/status") or b"status" in payload  # of an envelope
        outcomes = len(rows) + _counted(ledger)
        _check(outcomes == 1 or (is_status and outcomes == 0), "a message has one outcome")
    else:
        is_stream = choice > len(TOPICS)
        reader = RemoteIdJsonReader(
            SITE, 2, ledger, RemoteIdMeasurements(b"a secret of the fuzzer"), is_stream
        )
        chunks = pieces(payload, len(payload)) if is_stream else [payload]
        rows = [row for chunk in chunks for row in reader.read(chunk, RECEIVED_NS)]
        kept = [len(stream._open) for _, stream in reader._streams.items()]
        _check(all(count < MOST_BYTES for count in kept), "streams are bounded")
    for row in rows:
        _check(row.latitude_rad != row.latitude_rad or abs(row.latitude_rad) <= math.pi / 2, "a latitude")
        _check(not row.azimuth_sigma_rad <= 0 and not row.position_sigma_m <= 0, "errors are positive")
        _check(all(not math.isinf(value) for value in row if isinstance(value, float)), "numbers are finite")
        _check("MADEUP" not in row.identity, "serial numbers are hashed")


VALUES: list[Any] = [
    None, True, False, 0, -1, 1, 90.0, 180, 360.1, 1e15, 1e308, -1e308, 2**70, "", "0", "12.5 m", "<3 m",
    "63.0 m/s", "Unknown", "N", "drone", "59 min 59.99 s", "2031-04-02T20:00:00Z", "02:00:5e:00:53:01",
    "x" * 90, "\ud7ff", [], {}, [[]], [{}], {"v": 1},
]  # fmt: skip
KEYS = sorted({key for _, seed in SEEDS if isinstance(seed, dict) for key in seed} | {*VECTOR, *BASIC_ID})


def mutate(data: bytes, most_bytes: int, seed: int) -> bytes:
    """Changes, drops or moves one value of the JSON in an input; sometimes bytes, so that it is none."""
    chance = random.Random(seed)
    try:
        message = json.loads(data[1:])
    except (ValueError, RecursionError):
        message = None
    if not isinstance(message, dict | list) or not message or chance.random() < 0.2:
        return bytes(atheris.Mutate(data, most_bytes))
    part: Any = message
    while True:
        key = chance.choice(list(part) if isinstance(part, dict) else range(len(part)))
        if not isinstance(part[key], dict | list) or not part[key] or chance.random() < 0.2:
            break
        part = part[key]
    if chance.random() < 0.1:
        del part[key]
    elif chance.random() < 0.1 and isinstance(part, dict):
        part[chance.choice(KEYS)] = part.pop(key)
    else:
        part[key] = chance.choice(VALUES)
    first = chance.randrange(256) if chance.random() < 0.1 else data[0]
    return (bytes((first,)) + json.dumps(message).encode())[:most_bytes]


def _counted(ledger: Ledger) -> int:
    statuses = [*ledger.statuses, ledger.unassigned]
    return sum(status.refused.total() + status.decode_errors.total() for status in statuses)


def _check(holds: bool, what: str) -> None:
    if not holds:
        raise AssertionError(f"does not hold: {what}")


def seeds() -> list[bytes]:
    """A small corpus: every form of message."""
    return [bytes((choice,)) + json.dumps(message).encode() for choice, message in SEEDS]


if __name__ == "__main__":
    fuzz(read_once, seeds(), most_bytes=500, custom_mutator=mutate)
