"""Coverage-guided fuzzing of SAPIENT: python fuzz/sapient.py (options: harness.py).

The first byte says of which kind the sensor is, and whether the rest is the bytes of a connection, in pieces,
or one message of a node that has registered. Anything that is raised, kept beyond its bound, told of a
person, or answered to an answer, is a finding.
"""

from __future__ import annotations

import atheris
from harness import fuzz, pieces

with atheris.instrument_imports(include=["tocsin"]):
    from sapient_msg.bsi_flex_335_v2_0.sapient_message_pb2 import SapientMessage

    from tocsin.config.kinds import SensorKind
    from tocsin.config.site import Place, Sensor, Site
    from tocsin.formats.sapient import MOST_BYTES, decode, framed
    from tocsin.sensors.ledger import Ledger
    from tocsin.sensors.rows import Rows
    from tocsin.sensors.sapient_reader import SapientReader

START_NS = 1_767_225_600 * 10**9
NODE = "3d1ffd1b-cc01-4c26-a7e8-bf4da3d393b8"
KINDS = (SensorKind.TRACKS, SensorKind.RADAR, SensorKind.CAMERA, SensorKind.SIGHTING)
SITES = [
    Site(
        site=Place(name="Testfield", latitude_deg=-46.5, longitude_deg=-20.25),
        sensors=(Sensor(name="node", kind=kind, latitude_deg=-46.5, longitude_deg=-20.25),),
    )
    for kind in KINDS
]


def message() -> SapientMessage:
    """What every message has."""
    made = SapientMessage(node_id=NODE)
    made.timestamp.seconds = START_NS // 10**9
    return made


def registration(*types: int) -> bytes:
    """A node of some types, which says how it reports."""
    made = message()
    for node_type in types:
        made.registration.node_definition.add(node_type=node_type)
    mode = made.registration.mode_definition.add(mode_name="M", tracking_type=3, scan_type=1)
    mode.detection_definition.add().velocity_type.enu_velocity_units.east_north_rate_units = 2
    return made.SerializeToString()


def test_one_input(data: bytes) -> None:
    """Reads a connection in pieces, or one message after a registration."""
    choice, rest = max(data[:1], default=0), data[1:]
    known = SITES[choice % len(SITES)]
    ledger = Ledger(known)
    reader = SapientReader(known, [0], ledger, b"a secret of sixteen bytes", is_called=True)
    rows = list(reader.read(framed(registration(1)), START_NS, "a"))
    reader.answers(START_NS)
    wire = framed(rest) if choice & 4 and rest else rest
    for number, piece in enumerate(pieces(wire, choice >> 4)):
        rows += reader.read(piece, START_NS + number * 10**9, "a")
    rows += reader.due(START_NS + 60 * 10**9)
    if choice & 8:  # the door for detections takes most of the time, and has tests of its own
        checked = Rows(ledger)
        batches = [*checked.add(sorted(rows, key=lambda row: row.received_ns)), *checked.flush()]
        assert sum(map(len, batches)) + ledger.statuses[0].refused.total() >= len(rows)
    for answer in reader.answers(START_NS):
        assert answer.hangs_up or decode(answer.data[4:]).node_id != NODE
    assert all(node.place is None for node in reader._nodes.values() if node.is_a_person)
    assert len(reader._streams.of("a")._kept) < MOST_BYTES + 4
    reader.forget("a")
    assert not reader._nodes


def seeds() -> list[bytes]:
    """A small corpus: each kind of message, and a connection of several."""
    located, pointed, status, alert, task = (message() for _ in range(5))
    report = located.detection_report
    report.report_id, report.object_id, report.detection_confidence = "R", "O", 0.9
    place = report.location
    place.x, place.y, place.z, place.coordinate_system, place.datum = -20.25, -46.5, 100.0, 1, 1
    place.x_error = 1e-4
    report.enu_velocity.east_rate = 3.0
    report.classification.add(type="UAV", confidence=0.5).sub_class.add(type="Fixed wing", level=1)
    bearing = pointed.detection_report.range_bearing
    bearing.azimuth, bearing.range, bearing.coordinate_system, bearing.datum = 12.0, 900.0, 1, 1
    told = status.status_report
    told.system, told.mode, told.power.level = 1, "M", 50
    told.node_location.CopyFrom(place)
    told.status.add(status_type=11)
    on_grid = message()
    grid = on_grid.detection_report.location
    grid.x, grid.y, grid.coordinate_system, grid.datum, grid.utm_zone = 5e5, 4.8e6, 5, 1, "27S"
    alert.alert.alert_id = "A"
    task.task.task_id = "T"
    ones = [m.SerializeToString() for m in (located, pointed, status, alert, task, on_grid)]
    ones += [registration(2), registration(9), registration(14)]
    connection = b"".join(framed(one) for one in (ones[2], ones[1], ones[0], registration(14), ones[3]))
    return [bytes((4 + k % 4,)) + one for k, one in enumerate(ones)] + [
        b"\1" + connection,
        b"\2" + connection,
    ]


if __name__ == "__main__":
    fuzz(test_one_input, seeds(), most_bytes=300)
