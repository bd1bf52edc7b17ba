"""Coverage-guided fuzzing of ASTERIX: python fuzz/asterix_datagrams.py (options: harness.py).

The first byte chooses the editions. The rest is a datagram for the reader that its category asks for. One in
four is also read in full, which must agree, and what can be written of it is written and read again. Anything
that is raised is a finding. (A file asterix.py would stand in front of libasterix's module of that name.)
"""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import atheris
from harness import fuzz

with atheris.instrument_imports(include=["tocsin"]):
    from tocsin.config.kinds import SensorKind
    from tocsin.config.site import Place, Sensor, Site
    from tocsin.errors import InvalidInput
    from tocsin.formats.asterix import (
        DEFAULT_EDITIONS,
        Message,
        PlacedPlot,
        RadarPlot,
        RadarService,
        ServiceKind,
        SystemTrack,
        decode_datagram,
        decode_placed,
        encode_plots,
        encode_services,
        encode_system_tracks,
    )
    from tocsin.formats.asterix.placed_plot import of_plot
    from tocsin.formats.asterix.records import join_record
    from tocsin.sensors.adsb_asterix_reader import AdsbAsterixReader
    from tocsin.sensors.ledger import Ledger
    from tocsin.sensors.radar_reader import RadarReader
    from tocsin.sensors.system_track_reader import SystemTrackReader

EDITIONS = [
    dict(DEFAULT_EDITIONS) | {48: plots, 62: tracks, 21: targets}
    for plots, tracks, targets in product(
        ("1.32", "1.27", "1.30"), ("1.21", "1.16"), ("2.7", "2.1", "0.23", "0.26")
    )
]
SITE = Site(
    site=Place(name="Testfield", latitude_deg=0.0, longitude_deg=0.0),
    sensors=(
        Sensor(name="radar", kind=SensorKind.RADAR, latitude_deg=0.0, longitude_deg=0.0),
        Sensor(name="tracks", kind=SensorKind.TRACKS),
        Sensor(name="station", kind=SensorKind.ADSB),
    ),
)
RADAR = (25, 201)
NOW_NS = 1_700_000_000 * 10**9


def test_one_input(data: bytes) -> None:
    """Reads a datagram as a sensor's, and some in every way that there is."""
    choice, payload = max(data[:1], default=0), data[1:]
    editions = EDITIONS[choice % len(EDITIONS)]
    ledger = Ledger(SITE)
    radars = RadarReader(SITE, {RADAR: 0}, ledger, editions)
    reader = {
        62: lambda: SystemTrackReader(SITE, 1, ledger, editions),
        21: lambda: AdsbAsterixReader(SITE, 2, ledger, editions),
    }.get(max(payload[:1], default=0), lambda: radars)()
    rows = [*reader.read(payload, NOW_NS, "line"), *radars.rest(NOW_NS)]
    assert len(rows) <= len(payload)
    if not payload or payload[-1] % 4 == 0:
        _read_in_full(payload, editions)


def _read_in_full(payload: bytes, editions: dict[int, str]) -> None:
    """All that a datagram says, against what is read of it quickly."""
    messages, errors = decode_datagram(payload, editions)
    placed, placed_errors = decode_placed(payload, editions)
    assert len(messages) + len(errors) <= max(len(payload), 1)
    assert [error.kind for error in errors] == [error.kind for error in placed_errors]
    for message, quick in zip(messages, placed, strict=True):
        if isinstance(quick, PlacedPlot):
            assert isinstance(message, RadarPlot) and of_plot(message, quick.record) == quick
        else:
            assert message == quick
        _write_again(message)


def _write_again(message: Message) -> None:
    """What was read can be written, unless the standard requires what was missing, and reads the same."""
    try:
        if isinstance(message, RadarPlot):
            data = [encode_plots([message])]
        elif isinstance(message, RadarService):
            data = [encode_services([message])]
        elif isinstance(message, SystemTrack):
            data = encode_system_tracks([message])
        else:
            return
    except InvalidInput:
        return
    [again], errors = decode_datagram(data[0])
    assert not errors
    if isinstance(message, SystemTrack):
        assert isinstance(again, SystemTrack) and encode_system_tracks([again]) == data
    else:
        assert again == message


def seeds() -> list[bytes]:
    """A small corpus: every kind of record, in every choice of editions."""
    plot = RadarPlot(
        *RADAR, 3600.0, range_m=5000.0, azimuth_rad=1.0, height_msl_m=300.0, mode_s_address="3c660c",
        mode_3a="7000", track_number=7, ground_speed_mps=50.0, heading_rad=1.0, radial_speed_mps=-3.0,
        pressure_altitude_m=900.0,
    )  # fmt: skip
    north = RadarService(*RADAR, ServiceKind.NORTH_MARKER, 3600.0, None, 4.0, 0.5, 0.1, 100.0)
    track = SystemTrack(
        *RADAR, 7, 3600.0, 0.5, 0.1, 300.0, 1.0, 2.0, 20.0, 5.0, 1.0, 1e-6, 1e-6, 5.0, 5.0, 30.0, 1.0, 1.0,
        0.5, "T7", is_on_surface=True,
    )  # fmt: skip
    [tracks] = encode_system_tracks([track, replace(track, track_number=8)])
    items = {
        "010": bytes(RADAR), "040": b"\x01\x01\x02", "071": b"\x07\x08\x00", "131": bytes(8), "080": b"abc",
        "140": b"\0\xa0", "090": b"\x01\x13\x04", "210": b"\x12", "157": b"\0\x0a", "160": bytes(4),
    }  # fmt: skip
    early = {
        "010": bytes(RADAR),
        "040": b"\x78\x20",
        "030": b"\x07\x08\x00",
        "155": b"\0\x0a",
        "160": bytes(4),
    }
    blocks = [
        encode_plots([plot, plot]),
        encode_services([north]),
        tracks,
        _block(21, join_record(items, 21, "2.7")),
        _block(21, join_record(early | {"130": bytes(6)}, 21, "0.23")),
        _block(21, join_record(early | {"130": bytes(8)}, 21, "0.26")),
        *(_block(category, b"\x80" + bytes(RADAR)) for category in (10, 15, 16, 247)),
    ]
    payloads = [*blocks, b"".join(blocks)]
    return [bytes((choice,)) + payload for choice in range(len(EDITIONS)) for payload in payloads]


def _block(category: int, body: bytes) -> bytes:
    return bytes((category,)) + (3 + len(body)).to_bytes(2, "big") + body


if __name__ == "__main__":
    fuzz(test_one_input, seeds(), most_bytes=200)
