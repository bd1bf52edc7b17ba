"""ASTERIX of several radars on several lines: each to its own sensor, with what is damaged."""

from __future__ import annotations

from dataclasses import replace

from tests.sensors.made import at, north, plot, radar, radar_blocks, radar_frame, site

from tocsin.config.site import Site
from tocsin.formats.asterix import RadarPlot, RadarService, SystemTrack, decode_placed, encode_system_tracks
from tocsin.formats.capture import Packet
from tocsin.formats.datagrams import ETHERNET, ethernet_frame
from tocsin.model.detections import Detection
from tocsin.sensors.ledger import Ledger
from tocsin.sensors.radar_reader import RadarReader
from tocsin.sensors.radars import match_radars
from tocsin.sensors.raw_asterix import NO_LINK

TWO = site(radar("near", (20, 2)), radar("far", (20, 3)))


class Room:
    """A reader with its ledger."""

    def __init__(self, place: Site = TWO) -> None:
        self.ledger = Ledger(place)
        self.reader = RadarReader(place, match_radars(place, []), self.ledger)

    def read(self, seconds: float, *messages: RadarPlot | RadarService, port: int = 8600) -> list[Detection]:
        return self.read_frame(seconds, radar_frame(*messages, port=port))

    def read_frame(self, seconds: float, frame: bytes, link_type: int = ETHERNET) -> list[Detection]:
        return list(self.reader.read_packet(Packet(at(seconds), link_type, frame, 1)))

    def errors(self) -> list[dict[str, int]]:
        return [dict(s.decode_errors) for s in (*self.ledger.statuses, self.ledger.unassigned)]


def damaged(port: int) -> bytes:
    cut = radar_blocks(plot(1.0))[:-2]
    return ethernet_frame(cut, ("192.0.2.1", 8600), ("192.0.2.2", port))


def test_each_plot_goes_to_its_radar() -> None:
    room = Room()
    room.read(1.5, plot(1.0), plot(1.1, sic=3), north(1.2, sic=3))
    assert [row.sensor for row in room.reader.rest(at(9.0))] == [0, 1]
    assert [status.messages for status in room.ledger.statuses] == [1, 2]
    assert room.ledger.decoded == {"RadarPlot": 2, "RadarService": 1}


def test_damaged_bytes_count_for_the_radar_on_whose_line_they_came() -> None:
    room = Room()
    room.read_frame(0.5, damaged(port=8603))
    room.read(1.5, plot(1.0), port=8602)
    room.read(1.5, plot(1.0, sic=3), port=8603)
    room.read_frame(1.6, damaged(port=8603))
    room.read_frame(1.7, damaged(port=8602))
    room.read_frame(1.8, damaged(port=8602))
    assert room.errors() == [{"asterix_truncated": 2}, {"asterix_truncated": 1}, {"asterix_truncated": 1}]


def test_a_good_block_beside_a_damaged_one_is_used() -> None:
    room = Room()
    payload = radar_blocks(plot(1.0)) + b"\x30\x00\x05\x01\x01"
    room.read_frame(1.5, ethernet_frame(payload, ("192.0.2.1", 8600), ("192.0.2.2", 8600)))
    assert len(list(room.reader.rest(at(9.0)))) == 1
    assert room.errors()[0] == {"asterix_damaged": 1}


def test_what_is_no_asterix_or_no_whole_datagram_is_counted() -> None:
    room = Room()
    room.read_frame(1.0, ethernet_frame(b"\xff\xff\xff", ("192.0.2.1", 1), ("192.0.2.2", 2)))
    room.read_frame(1.1, radar_frame(plot(1.0))[:-3])
    assert room.errors()[2] == {"not_asterix": 1, "datagram_truncated": 1}


def test_blocks_of_a_file_without_a_container_are_read() -> None:
    room = Room()
    room.read_frame(1.5, radar_blocks(plot(1.0)), NO_LINK)
    assert len(list(room.reader.rest(at(9.0)))) == 1


def test_turns_end_in_order_of_time_and_only_when_they_are_due() -> None:
    room = Room()
    room.read(1.5, plot(1.0))
    room.read(1.0, plot(0.9, sic=3))
    assert list(room.reader.due(at(6.0))) == []
    rows = list(room.reader.due(at(7.0)))
    assert [(row.sensor, row.received_ns) for row in rows] == [(1, at(6.0)), (0, at(6.5))]
    assert list(room.reader.rest(at(8.0))) == []
    assert [status.scans for status in room.ledger.statuses] == [1, 1]


def test_a_radar_that_the_site_does_not_have_is_counted_and_said() -> None:
    room = Room()
    room.read(1.5, plot(1.0, sac=99), plot(1.1, sac=99))
    assert room.ledger.unassigned.refused == {"radar_not_in_site": 2}
    assert room.reader.notes() == ["radar SAC 99 SIC 2 is not in the site file: 2 plots not used"]


def test_a_radar_without_a_position_is_said() -> None:
    room = Room(site(radar(placed=False)))
    room.read(1.5, plot(1.0), plot(1.1))
    assert list(room.reader.rest(at(9.0))) == []
    assert room.reader.notes() == [
        "radar SAC 20 SIC 2 tells no position and the site file has none: 2 plots not used"
    ]


def test_simulated_plots_are_said_whether_they_are_used_or_not() -> None:
    for status, note in (
        ("Exercise", "radar: 1 simulated plots used, for the site's status is Exercise"),
        ("Actual", "radar: 1 simulated plots not used, for the site's status is Actual"),
    ):
        room = Room(site(radar(), status=status))
        room.read(1.5, plot(1.0, is_simulated=True))
        assert room.reader.notes() == [note]


def test_a_clock_that_is_off_is_said() -> None:
    room = Room()
    room.read(1.5, replace(plot(1.0), time_of_day_s=100.0))
    assert room.reader.notes() == ["near: its clock is off by 35902 s; its plots are dated by receipt"]


def test_messages_of_other_categories_are_counted_and_not_taken_for_radars() -> None:
    room = Room()
    [data] = encode_system_tracks([SystemTrack(20, 2, 1, 36_001.0, 0.5, 0.5)])
    assert list(room.reader.read(data, at(1.5), "a line")) == []
    assert room.ledger.decoded == {"SystemTrack": 1}
    assert room.ledger.unassigned.refused == {"asterix_not_from_a_radar": 1}


def test_one_message_can_be_handed_over_by_who_decoded_it() -> None:
    room = Room()
    messages, _ = decode_placed(radar_blocks(north(0.0), plot(1.0), north(4.0), plot(4.1)))
    rows = [row for message in messages for row in room.reader.take(message, at(4.5))]
    assert [row.time_ns for row in rows] == [at(1.0)]
