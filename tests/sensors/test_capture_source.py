"""A capture as a source: in order of receipt, valid, counted, and stopped by nothing."""

from __future__ import annotations

import contextlib
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy
from tests.sensors.made import (
    BASIC_ID,
    OPERATOR,
    SECRET,
    SERIAL,
    all_of,
    at,
    beacon,
    location,
    north,
    plot,
    radar,
    radar_blocks,
    radar_frame,
    receiver,
    site,
    told_place,
    write_beacons,
    write_radar,
)

from tocsin.config.site import Site
from tocsin.errors import UnusableFile
from tocsin.formats.capture import write_pcap
from tocsin.model.timeliness import refuse_untimely
from tocsin.model.validation import validate
from tocsin.sensors.capture_source import CaptureSource
from tocsin.sensors.discovery import discover, with_positions_from

SITE = site(receiver(), radar())


def flight(path: Path, count: int = 8) -> Path:
    timed = [
        (at(second + repeat / 4), beacon(BASIC_ID, OPERATOR, location(float(second)), counter=repeat))
        for second in range(count)
        for repeat in range(3)
    ]
    return write_beacons(path, timed)


def radar_picture(path: Path, turns: int = 4) -> Path:
    timed = []
    for turn in range(turns):
        begin = 4.0 * turn
        timed.append((at(begin), radar_frame(north(begin, rotation_period_s=4.0, **told_place()))))
        for target in (0.5, 1.5, 3.5):
            made = plot(begin + target, target * 90.0)
            timed.append((at(begin + target + 0.2), radar_frame(made)))
    return write_radar(path, timed)


def test_a_flight_gives_one_detection_for_each_measurement(tmp_path: Path) -> None:
    source = CaptureSource(flight(tmp_path / "flight.pcap"), SITE, SECRET)
    found = all_of(source)
    assert found.time_ns.tolist() == [at(second) for second in range(8)]
    assert set(found.sensor.tolist()) == {0}
    status = source.statuses[0]
    assert (status.messages, status.detections, status.scans) == (24, 8, 8)
    assert status.refused == {"repeated": 16}
    assert (status.last_measured_ns, status.last_received_ns) == (at(7.0), at(7.5))
    assert source.decoded == {"BasicId": 24, "System": 24, "Location": 24}
    assert source.notes == []


def test_one_turn_of_the_antenna_is_one_scan(tmp_path: Path) -> None:
    source = CaptureSource(radar_picture(tmp_path / "radar.pcap"), SITE, SECRET)
    found = all_of(source)
    assert found.scan.tolist() == [1] * 3 + [2] * 3 + [3] * 3 + [4] * 3
    assert found.received_ns.tolist() == [at(4.7)] * 3 + [at(8.7)] * 3 + [at(12.7)] * 3 + [at(15.7)] * 3
    assert source.statuses[1].scans == 4
    assert source.statuses[1].messages == 16


def test_a_turn_after_which_a_radar_falls_silent_goes_on_while_others_are_heard(tmp_path: Path) -> None:
    timed = [(at(1.2), radar_frame(plot(1.0)))]
    timed += [(at(second), radar_frame(plot(second - 0.2, sic=3))) for second in (2.0, 20.0)]
    path = write_radar(tmp_path / "radar.pcap", timed)
    found = all_of(CaptureSource(path, site(radar(), radar("other", (20, 3))), SECRET))
    assert found.received_ns.tolist() == [at(6.2), at(7.0), at(20.0)]


def test_asterix_without_a_container_replays_like_a_capture(tmp_path: Path) -> None:
    path = tmp_path / "radar.ast"
    path.write_bytes(radar_blocks(*(plot(float(second), 90.0 * second) for second in range(8))))
    found = all_of(CaptureSource(path, SITE, SECRET))
    assert found.time_ns.tolist() == [(36_000 + second) * 10**9 for second in range(8)]
    assert found.scan.tolist() == [1] * 4 + [2] * 4


def test_the_only_radar_without_a_code_takes_the_only_one_in_the_capture(tmp_path: Path) -> None:
    path = radar_picture(tmp_path / "radar.pcap")
    assert len(all_of(CaptureSource(path, site(radar(code=(None, None))), SECRET))) == 12


def test_batches_are_short_in_order_and_never_empty(tmp_path: Path) -> None:
    source = CaptureSource(flight(tmp_path / "flight.pcap"), SITE, SECRET)
    batches = list(source.batches())
    assert len(batches) == 8
    assert all(len(batch) for batch in batches)
    assert source.bytes_read == source.size


def test_statuses_are_up_to_date_while_the_capture_is_read(tmp_path: Path) -> None:
    source = CaptureSource(flight(tmp_path / "flight.pcap"), SITE, SECRET)
    counts = [source.statuses[0].detections for _ in source.batches()]
    assert counts == list(range(1, 9))


def test_late_and_future_measurements_are_refused_and_counted(tmp_path: Path) -> None:
    received_and_made = [(0.0, 0.0), (20.0, 11.0), (30.0, 19.9), (40.0, 45.5), (50.0, 54.5)]
    timed = [(at(received), beacon(location(made))) for received, made in received_and_made]
    source = CaptureSource(write_beacons(tmp_path / "late.pcap", timed), SITE, SECRET)
    assert all_of(source).time_ns.tolist() == [at(0.0), at(11.0), at(54.5)]
    assert source.statuses[0].refused == {"received_too_late": 1, "from_the_future": 1}


def test_a_slow_antenna_loses_the_beginning_of_its_turns_and_it_is_said(tmp_path: Path) -> None:
    timed = []
    for turn in range(3):
        begin = 12.0 * turn
        timed.append((at(begin), radar_frame(north(begin))))
        timed += [
            (at(begin + second + 0.2), radar_frame(plot(begin + second, second * 30.0)))
            for second in (0.5, 11.5)
        ]
    slow = write_radar(tmp_path / "slow.pcap", timed)
    source = CaptureSource(slow, SITE, SECRET)
    all_of(source)
    assert source.statuses[1].refused["received_too_late"] >= 2
    assert source.notes == [
        "radar: turns in 12.0 s; the first plots of a turn are too late when it is complete, and refused"
    ]


def test_what_belongs_to_no_sensor_is_counted_apart(tmp_path: Path) -> None:
    source = CaptureSource(flight(tmp_path / "flight.pcap"), site(radar()), SECRET)
    assert len(all_of(source)) == 0
    assert source.unassigned.refused == {"no_remote_id_sensor": 24}
    assert source.notes == ["24 Remote ID positions not used: the site file has no sensor of kind remote_id"]


def test_of_several_receivers_the_first_is_taken_and_it_is_said(tmp_path: Path) -> None:
    two = receiver().model_copy(update={"name": "second"})
    source = CaptureSource(flight(tmp_path / "flight.pcap"), site(receiver(), two), SECRET)
    all_of(source)
    assert source.statuses[0].detections == 8
    assert source.notes == ["the site has 2 Remote ID receivers: the capture is taken as receiver's"]


def test_links_that_carry_neither_standard_are_counted(tmp_path: Path) -> None:
    path = tmp_path / "usb.pcap"
    with path.open("wb") as stream:
        write_pcap(stream, 189, [(at(0.0), b"x"), (at(1.0), b"y")])
    source = CaptureSource(path, SITE, SECRET)
    assert len(all_of(source)) == 0
    assert source.unassigned.decode_errors == {"link_type_not_read": 2}


def test_a_capture_that_ends_too_early_is_used_up_to_there(tmp_path: Path) -> None:
    path = flight(tmp_path / "flight.pcap")
    path.write_bytes(path.read_bytes()[:-5])
    source = CaptureSource(path, SITE, SECRET)
    assert len(all_of(source)) == 8
    assert source.unassigned.decode_errors == {"capture_truncated": 1}
    assert "ends within a packet" in source.notes[0]


def test_reading_again_gives_the_same_to_the_bit(tmp_path: Path) -> None:
    path = radar_picture(tmp_path / "radar.pcap")
    first, second = (all_of(CaptureSource(path, SITE, SECRET)) for _ in range(2))
    for name, column in first.arrays().items():
        np.testing.assert_array_equal(column, second.arrays()[name])


def test_no_serial_stands_in_anything_that_leaves_the_source(tmp_path: Path) -> None:
    source = CaptureSource(flight(tmp_path / "flight.pcap"), SITE, SECRET)
    told = repr(all_of(source).arrays()) + repr([*source.statuses, source.unassigned, source.notes])
    assert SERIAL not in told
    assert "rid:" in told


# ---- fuzz ----


def mutations(size: int) -> SearchStrategy[list[tuple[int, int, bytes]]]:
    """Pieces to be cut out at a place and replaced."""
    piece = st.tuples(st.integers(0, size), st.integers(0, 40), st.binary(max_size=12))
    return st.lists(piece, min_size=1, max_size=6)


def mutated(content: bytes, changes: list[tuple[int, int, bytes]]) -> bytes:
    for place, length, new in changes:
        content = content[:place] + new + content[place + length :]
    return content


def check_any_file(path: Path, place: Site) -> None:
    """Whatever the bytes are: an unusable file is told, and else what comes is in order and valid."""
    try:
        source = CaptureSource(path, with_positions_from(path, place), SECRET)
    except UnusableFile:
        return
    found = all_of(source)
    assert (np.diff(found.received_ns) >= 0).all()
    again, refused = validate(found)
    assert not refused and not refuse_untimely(again)[1]
    np.testing.assert_array_equal(again.time_ns, found.time_ns)
    assert not ((found.latitude_rad == 0.0) & (found.longitude_rad == 0.0)).any()
    assert sum(status.detections for status in source.statuses) == len(found)
    assert all(isinstance(note, str) for note in source.notes)
    with contextlib.suppress(UnusableFile):
        discover(path)


@pytest.fixture(scope="module")
def originals(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    folder = tmp_path_factory.mktemp("originals")
    blocks = radar_blocks(*(plot(float(second), 90.0 * second) for second in range(12)))
    return {
        "flight": flight(folder / "flight.pcap").read_bytes(),
        "radar": radar_picture(folder / "radar.pcap").read_bytes(),
        "blocks": blocks,
    }


@pytest.mark.parametrize("name", ["flight", "radar", "blocks"])
@given(data=st.data())
def test_no_damage_to_a_capture_stops_it(
    originals: dict[str, bytes], tmp_path_factory: pytest.TempPathFactory, name: str, data: st.DataObject
) -> None:
    content = originals[name]
    path = tmp_path_factory.getbasetemp() / f"mutated {name}"
    path.write_bytes(mutated(content, data.draw(mutations(len(content)))))
    check_any_file(path, site(receiver(), radar(placed=False)))


def test_the_check_of_mutated_captures_sees_what_is_wrong(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = flight(tmp_path / "flight.pcap")
    original = CaptureSource.batches
    monkeypatch.setattr(CaptureSource, "batches", lambda self: reversed(list(original(self))))
    with pytest.raises(AssertionError):
        check_any_file(path, SITE)
