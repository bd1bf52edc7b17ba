"""Coverage-guided fuzzing of Cursor on Target: python fuzz/cot.py (options: harness.py).

The first byte says whether the rest is a connection or a datagram. Anything that is raised, kept beyond its
bound, or told of a person, is a finding.
"""

from __future__ import annotations

import atheris
from harness import fuzz, pieces

with atheris.instrument_imports(include=["tocsin"]):
    from tocsin.config.kinds import SensorKind
    from tocsin.config.site import Place, Sensor, Site
    from tocsin.formats.cot import CotEvent, encode_xml
    from tocsin.formats.cot.xml_reading import MOST_BYTES
    from tocsin.sensors.cot_reader import CotReader
    from tocsin.sensors.ledger import Ledger

SITE = Site(
    site=Place(name="Testfield", latitude_deg=-46.5, longitude_deg=-20.25),
    sensors=(Sensor(name="server", kind=SensorKind.TRACKS),),
)
AIRCRAFT = encode_xml(
    CotEvent("made up", "a-n-A-C-F", 1_767_225_600 * 10**9, -0.81, -0.35, 3000.0, 10.0, 30.0, 100.0, 1.5), "x"
)
PERSON = AIRCRAFT.replace(b"a-n-A-C-F", b"a-f-G-U-C")
# Of type a-n-A, with a place, an error and a track; its height is unknown.
IN_PROTOBUF = bytes.fromhex(
    "12550a05612d6e2d412a0275313080d0eab6b7335100000000004047c05900000000004034c061000000007e842e41"
    "69000000000000244071000000007e842e417a143a12090000000000002440110000000000805640"
)


def test_one_input(data: bytes) -> None:
    """Reads a connection in pieces whose size the second byte says, or a datagram."""
    is_stream, rest = bool(data[:1] and data[0] & 1), data[2:]
    ledger = Ledger(SITE)
    reader = CotReader(SITE, 0, ledger, b"a secret of sixteen bytes", is_stream)
    reads = pieces(rest, data[1] if data[1:] else 0) if is_stream else [rest]
    rows = [row for piece in reads for row in reader.read(piece, 1_767_225_600 * 10**9)]
    assert all(row.identity.startswith("cot:") and abs(row.latitude_rad) < 1.6 for row in rows)
    if is_stream:
        assert len(reader._streams.of("")._kept) <= MOST_BYTES + 4


def seeds() -> list[bytes]:
    """A small corpus: events in each form, and what stands between them."""
    length = bytes((len(IN_PROTOBUF),))
    return [
        b"\1\x20" + AIRCRAFT + b'<?xml version="1.0"?>' + PERSON + b"\xbf" + length + IN_PROTOBUF + AIRCRAFT,
        b"\0\0" + AIRCRAFT,
        b"\0\0" + PERSON,
        b"\0\0\xbf\x01\xbf" + IN_PROTOBUF,
        b"\0\0<!DOCTYPE event [<!ENTITY a 'b'>]>" + AIRCRAFT,
    ]


if __name__ == "__main__":
    fuzz(test_one_input, seeds(), most_bytes=600)
