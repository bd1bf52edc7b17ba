"""Files of bytes: every kind is recognised, every unusable one told, and packets come in order of receipt."""

from __future__ import annotations

import struct
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.sensors.made import SECOND_NS, at, plot, radar_blocks, write_radar

from tocsin.errors import UnusableFile
from tocsin.sensors.capture_file import IMPOSSIBLE_TIME, OUT_OF_ORDER, CaptureFile
from tocsin.sensors.raw_asterix import NO_LINK


def write(path: Path, seconds: list[float]) -> Path:
    return write_radar(path, [(at(second), b"%d" % number) for number, second in enumerate(seconds)])


def read(path: Path) -> tuple[list[int], CaptureFile]:
    """Numbers of the packets that came, by their content."""
    file = CaptureFile(path)
    found = list(file.packets())
    times = [packet.time_ns for packet in found]
    assert times == sorted(times)
    return [int(packet.data) for packet in found], file


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "is empty"),
        (b"plain text", "is neither a pcap nor a pcapng capture, nor"),
        (b"0" * 60_000, "is neither"),
        (b"\x15\x00\x05ab", "is neither"),
    ],
)
def test_a_file_of_no_known_kind_is_told(tmp_path: Path, content: bytes, reason: str) -> None:
    path = tmp_path / "capture"
    path.write_bytes(content)
    with pytest.raises(UnusableFile, match=reason):
        CaptureFile(path)


def test_a_missing_file_and_a_folder_are_told_in_one_line(tmp_path: Path) -> None:
    with pytest.raises(UnusableFile, match=r"nowhere: no such file$"):
        CaptureFile(tmp_path / "nowhere")
    with pytest.raises(UnusableFile, match=r"is a folder, not a capture$"):
        CaptureFile(tmp_path)


def test_a_file_that_goes_away_while_it_is_read_is_told(tmp_path: Path) -> None:
    path = write(tmp_path / "capture", [0.0])
    file = CaptureFile(path)
    path.unlink()
    with pytest.raises(UnusableFile, match="no such file"):
        list(file.packets())


def test_progress_reaches_the_size_of_the_file(tmp_path: Path) -> None:
    path = write(tmp_path / "capture", [0.0, 1.0, 2.0])
    file = CaptureFile(path)
    shares = [file.bytes_read / file.size for _ in file.packets()]
    assert shares == sorted(shares)
    assert file.bytes_read == file.size == path.stat().st_size


def test_a_capture_that_ends_within_a_packet_is_read_up_to_there_and_counted(tmp_path: Path) -> None:
    path = write(tmp_path / "capture", [0.0, 1.0, 2.0])
    path.write_bytes(path.read_bytes()[:-1])
    numbers, file = read(path)
    assert numbers == [0, 1]
    assert file.damage == {"capture_truncated": 1}
    assert "ends within a packet" in file.remarks[0]


def test_a_damaged_length_loses_the_rest_and_the_reading_is_at_its_end(tmp_path: Path) -> None:
    path = write(tmp_path / "capture", [0.0, 1.0, 2.0])
    content = bytearray(path.read_bytes())
    content[24 + 17 + 8 : 24 + 17 + 12] = b"\xff\xff\xff\x7f"  # the captured length of the second packet
    path.write_bytes(content)
    numbers, file = read(path)
    assert numbers == [0]
    assert file.damage == {"capture_damaged": 1}
    assert file.bytes_read == file.size


def test_a_time_that_no_table_holds_is_counted(tmp_path: Path) -> None:
    path = tmp_path / "capture.pcapng"
    microseconds = (at(0.0) // 1000, 2**64 - 1, at(1.0) // 1000, 2**63)
    path.write_bytes(pcapng([(ticks, b"%d" % number) for number, ticks in enumerate(microseconds)]))
    numbers, file = read(path)
    assert numbers == [0, 2]
    assert file.damage == {IMPOSSIBLE_TIME: 2}


def pcapng(packets: list[tuple[int, bytes]]) -> bytes:
    """A little-endian capture of one Ethernet interface, times in microseconds, packets of one byte."""
    blocks = [(0x0A0D0D0A, struct.pack("<IHHq", 0x1A2B3C4D, 1, 0, -1)), (1, struct.pack("<HHI", 1, 0, 0))]
    blocks += [
        (6, struct.pack("<IIIII", 0, ticks >> 32, ticks & 0xFFFFFFFF, 1, 1) + data + b"\0\0\0")
        for ticks, data in packets
    ]
    return b"".join(
        struct.pack("<II", kind, len(body) + 12) + body + struct.pack("<I", len(body) + 12)
        for kind, body in blocks
    )


def test_a_little_disorder_of_receipt_is_levelled(tmp_path: Path) -> None:
    file = CaptureFile(write(tmp_path / "capture", [0.0, 2.0, 1.5, 3.0]))
    assert [packet.time_ns for packet in file.packets()] == [at(0.0), at(2.0), at(2.0), at(3.0)]
    assert not file.damage


def test_packets_from_long_before_are_counted_and_said(tmp_path: Path) -> None:
    numbers, file = read(write(tmp_path / "capture", [100.0, 101.0, 50.0, 51.0, 102.0]))
    assert numbers == [0, 1, 4]
    assert file.damage == {OUT_OF_ORDER: 2}
    assert file.remarks[0].startswith("2 packets of the capture are dated over 10 s before")


@pytest.mark.parametrize("place", [0, 1, 3])
def test_one_damaged_time_does_not_make_all_that_follows_seem_old(tmp_path: Path, place: int) -> None:
    seconds = [0.0, 1.0, 2.0, 3.0]
    seconds.insert(place, 1e6)
    numbers, file = read(write(tmp_path / "capture", seconds))
    assert numbers == [number for number in range(5) if number != place]
    assert file.damage == {IMPOSSIBLE_TIME: 1}


def test_a_pause_in_the_capture_is_no_damage(tmp_path: Path) -> None:
    numbers, file = read(write(tmp_path / "capture", [0.0, 1.0, 50_000.0, 50_001.0]))
    assert numbers == [0, 1, 2, 3]
    assert not file.damage


def test_asterix_blocks_alone_are_recognised(tmp_path: Path) -> None:
    path = tmp_path / "radar.ast"
    path.write_bytes(b"\x15\x00\x05ab" + radar_blocks(plot(1.0), plot(2.0)))
    assert [packet.link_type for packet in CaptureFile(path).packets()] == [NO_LINK] * 3


@given(st.lists(st.integers(-2_000, 2_000), max_size=30))
def test_whatever_the_times_are_every_packet_comes_in_order_or_is_counted(
    tmp_path_factory: pytest.TempPathFactory, seconds: list[int]
) -> None:
    path = tmp_path_factory.getbasetemp() / "any order.pcap"
    write_radar(path, [(at(0.0) + second * SECOND_NS, b"x") for second in seconds])
    file = CaptureFile(path)
    times = [packet.time_ns for packet in file.packets()]
    assert times == sorted(times)
    assert len(times) + file.damage.total() == len(seconds)
