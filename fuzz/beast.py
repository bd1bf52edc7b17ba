"""Coverage-guided fuzzing of ADS-B: python fuzz/beast.py (options: harness.py).

The first byte says what the rest is: a Beast stream, an AVR stream, squitters to which a right parity is
added, or an aircraft.json. Anything that is raised, or kept beyond its bound, is a finding.
"""

from __future__ import annotations

import json

import atheris
from harness import fuzz, pieces

with atheris.instrument_imports(include=["tocsin"]):
    from tocsin.config.kinds import SensorKind
    from tocsin.config.site import Place, Sensor, Site
    from tocsin.formats.adsb import ReceivedMessage, avr_line, beast_frame
    from tocsin.formats.adsb.parity import with_parity
    from tocsin.model.detections import Detection
    from tocsin.sensors.adsb_reader import AvrReader, BeastReader
    from tocsin.sensors.aircraft_json_reader import AircraftJsonReader
    from tocsin.sensors.ledger import Ledger

SITE = Site(
    site=Place(name="Testfield", latitude_deg=-46.5, longitude_deg=-20.25),
    sensors=(Sensor(name="receiver", kind=SensorKind.ADSB, max_range_m=1e6),),
)
HALF_SECOND_NS = 500_000_000
BEAST, AVR, SQUITTERS, JSON = range(4)
PUBLISHED = [
    bytes.fromhex(text)
    for text in (
        "8D40621D58C382D690C8AC2863A7", "8D40621D58C386435CC412692AD6", "8D485020994409940838175B284F",
        "8DA05F219B06B6AF189400CBC33F", "8D4840D6202CC371C32CE0576098", "8d48520af82300060049b898ba5f",
        "8c4841753aab238733c8cd4020b1", "02e18ca8f1d2ed",
    )
]  # fmt: skip
ENTRY = {
    "hex": "4b1234", "type": "adsb_icao", "lat": -46.4, "lon": -20.1, "seen_pos": 0.4, "alt_baro": "ground",
    "alt_geom": 3300, "gs": 100.0, "track": 90.0, "baro_rate": 640, "nac_p": 9, "gva": 2, "mlat": ["lat"],
}  # fmt: skip


def test_one_input(data: bytes) -> None:
    """Reads what the first byte says, whole and in pieces whose size the second byte says."""
    kind, cut, rest = data[0] % 4 if data else BEAST, max(data[1:2], default=0), data[2:]
    ledger = Ledger(SITE)
    if kind == JSON:
        rows = list(AircraftJsonReader(SITE, 0, ledger).read(rest, HALF_SECOND_NS))
    elif kind == AVR:
        rows = _fed(AvrReader(SITE, 0, ledger), rest, cut)
    else:
        rows = _fed(BeastReader(SITE, 0, ledger), _stream(rest) if kind == SQUITTERS else rest, cut)
    for row in rows:
        assert abs(row.latitude_rad) < 1.6 and abs(row.longitude_rad) < 3.2 and row.identity


def _stream(rest: bytes) -> bytes:
    """Every 11 bytes with their parity, as frames."""
    pieces = [rest[start : start + 11].ljust(11, b"\0") for start in range(0, len(rest), 11)]
    return b"".join(beast_frame(ReceivedMessage(with_parity(piece))) for piece in pieces)


def _fed(reader: BeastReader | AvrReader, data: bytes, cut: int) -> list[Detection]:
    rows: list[Detection] = []
    for number, piece in enumerate(pieces(data, cut)):
        rows += reader.read(piece, number * HALF_SECOND_NS)
    return rows


def seeds() -> list[bytes]:
    """A small corpus: published messages in each framing, and a document."""
    messages = [ReceivedMessage(data, 0x1A1A1A, 0x1A) for data in PUBLISHED]
    long_ones = [data[:11] for data in PUBLISHED if len(data) == 14]
    return [
        bytes((BEAST, 7)) + b"".join(map(beast_frame, messages)),
        bytes((AVR, 9)) + b"".join(map(avr_line, messages)),
        bytes((SQUITTERS, 39)) + b"".join(long_ones),
        *(bytes((SQUITTERS, 39)) + piece for piece in long_ones),
        bytes((JSON, 0)) + json.dumps({"now": 0.5, "aircraft": [ENTRY, 7]}).encode(),
    ]


if __name__ == "__main__":
    fuzz(test_one_input, seeds(), most_bytes=256)
