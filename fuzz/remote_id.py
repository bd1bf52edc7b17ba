"""Coverage-guided fuzzing of captured Remote ID: python fuzz/remote_id.py (options: harness.py).

The first byte says what the rest is: a packet of one of the links that carry it, a payload that is put into
a carrier as it has to be, or the file of a capture. Anything that is raised is a finding, and so are a
serial number in a detection and one that is nowhere.
"""

from __future__ import annotations

import contextlib
from io import BytesIO

import atheris
from harness import fuzz

with atheris.instrument_imports(include=["tocsin"]):
    from tocsin.config.kinds import SensorKind
    from tocsin.config.site import Place, Sensor, Site
    from tocsin.errors import DecodeError
    from tocsin.formats.capture import Packet, packets, write_pcap
    from tocsin.formats.remote_id import (
        BLUETOOTH_LE,
        IEEE_802_11_RADIOTAP,
        REMOTE_ID_LINK_TYPES,
        AircraftKind,
        BasicId,
        IdentityKind,
        build_advertisement,
        build_beacon,
        build_nan,
        decode_message,
        encode_pack,
    )
    from tocsin.sensors.ledger import Ledger
    from tocsin.sensors.remote_id_reader import RemoteIdReader

SITE = Site(
    site=Place(name="Testfield", latitude_deg=51.0, longitude_deg=4.0),
    sensors=(Sensor(name="receiver", kind=SensorKind.REMOTE_ID),),
)
NOW_NS = 1_767_225_600 * 10**9
LINKS = sorted(REMOTE_ID_LINK_TYPES)
BEACON, NAN, BLUETOOTH, CAPTURE = range(len(LINKS), len(LINKS) + 4)
SENDER = "02:00:5e:00:53:01"
# Type 1, airborne, northwards at 10 m/s, 51 N 4 E, heights 100 to 120 m, 20 min past the hour.
LOCATION = bytes.fromhex("122000280080fb651e005a62029808980898084a44e02e0100")
NAME = BasicId(IdentityKind.SERIAL_NUMBER, AircraftKind.AEROPLANE, "MADEUP1")


def test_one_input(data: bytes) -> None:
    """Reads what the first byte says twice over: the second time nothing is new."""
    choice, rest = max(data[:1], default=0) % (CAPTURE + 1), data[1:]
    reader = RemoteIdReader(b"a secret of sixteen bytes", 0, Ledger(SITE))
    for packet in _packets(choice, rest):
        for row in reader.read(packet):
            assert abs(row.latitude_rad) < 1.6 and abs(row.longitude_rad) < 3.2
            assert row.identity and "MADEUP" not in row.identity
        assert choice == CAPTURE or not list(reader.read(packet))


def _packets(choice: int, rest: bytes) -> list[Packet]:
    found: list[Packet] = []
    if choice == CAPTURE:
        with contextlib.suppress(DecodeError):
            found.extend(packets(BytesIO(rest)))
    elif choice == BEACON:
        found.append(_packet(IEEE_802_11_RADIOTAP, build_beacon(rest[:240], SENDER, 1)))
    elif choice == NAN:
        found.append(_packet(IEEE_802_11_RADIOTAP, build_nan(rest[:240], SENDER, 1)))
    elif choice == BLUETOOTH:
        found.append(_packet(BLUETOOTH_LE, build_advertisement(rest[:25].ljust(25, b"\0"), SENDER, 1)))
    else:
        found.append(_packet(LINKS[choice], rest))
    return found


def _packet(link_type: int, data: bytes) -> Packet:
    return Packet(NOW_NS, link_type, data, 1)


def seeds() -> list[bytes]:
    """A small corpus: each carrier, and a capture."""
    pack = encode_pack([NAME, decode_message(LOCATION)])
    beacon = build_beacon(pack, SENDER, 1)
    stream = BytesIO()
    write_pcap(stream, IEEE_802_11_RADIOTAP, [(NOW_NS, beacon), (NOW_NS + 10**9, beacon)])
    advertised = build_advertisement(LOCATION, SENDER, 1)
    return [
        *(bytes((number,)) + frame for number in range(len(LINKS)) for frame in (beacon, advertised)),
        bytes((BEACON,)) + pack,
        bytes((NAN,)) + pack,
        bytes((BLUETOOTH,)) + LOCATION,
        bytes((CAPTURE,)) + stream.getvalue(),
    ]


if __name__ == "__main__":
    fuzz(test_one_input, seeds(), most_bytes=300)
