"""Coverage-guided fuzzing of `tocsin sensors probe`: python fuzz/probe.py (options: harness.py).

Every format looks at the same bytes, as one stream or as datagrams. Anything that is raised is a finding, and
so is a block for the site file that can't be read.
"""

from __future__ import annotations

import tomllib

import atheris
from harness import fuzz, pieces

with atheris.instrument_imports(include=["tocsin"]):
    from tocsin.sensors.live.inbox import Arrival
    from tocsin.sensors.probe.finding import Material
    from tocsin.sensors.probe.judging import judge


def test_one_input(data: bytes) -> None:
    """What the bytes after the first two seem to be."""
    choice, rest = max(data[:1], default=0), data[2:]
    reads = pieces(rest, max(data[1:2], default=0))
    arrivals = [
        Arrival(piece, number, "a" if number % 2 or choice & 2 else "b") for number, piece in enumerate(reads)
    ]
    group = judge("line", Material(arrivals, bool(choice & 1)), 1.0, lambda _: "udp://127.0.0.1:1")
    tomllib.loads(group.block)
    assert all(
        0.0 < finding.share(group.bytes) <= 1.0 for finding in group.findings if finding.explained_bytes
    )


def seeds() -> list[bytes]:
    """A small corpus: a message of most formats."""
    return [
        b"\0\0" + bytes.fromhex("30000af8100 19c9302b4".replace(" ", "") + "00"),
        b"\0\0" + bytes.fromhex("220007e0199c03"),
        b"\1\0*8D40621D58C382D690C8AC2863A7;\n*8D40621D58C386435CC412692AD6;\n",
        b"\1\0" + bytes.fromhex("1a33000000000000518d40621d58c382d690c8ac2863a7"),
        b'\0\0{"now": 0.5, "aircraft": [{"hex": "4b1234", "lat": -46.4, "lon": -20.1, "seen_pos": 0.4}]}',
        b'\0\0{"v": 1, "heard": true, "time": "2031-04-02T20:00:00.25Z"}',
        b'\0\0[{"Basic ID": {"id": "A"}}, {"Location/Vector Message": {"latitude": 51.0, "longitude": 4.0}}]',
        b"\1\0time_s,sensor,range_m\n1767225600,a,5\n",
        b'\1\0<event version="2.0" uid="x" type="a-n-A" time="2026-01-01T00:00:00Z" how="m-g"/>',
    ]


if __name__ == "__main__":
    fuzz(test_one_input, seeds(), most_bytes=400)
