"""System tracks for other systems: tshark and our own reader read back what was sent, to within a step."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from tests.assessment.pictures import START_NS
from tests.formats.asterix import tshark
from tests.outputs.live.made import CODE, output, picture, report

from tocsin.formats.asterix import SystemTrack, decode_datagram
from tocsin.geo.ellipsoid import SEMI_MAJOR_AXIS_M
from tocsin.model.track_reports import AirPicture
from tocsin.outputs.live.cat062 import Cat062Encoder
from tocsin.sensors.system_track_reader import located


def encoder(**settings: int) -> Cat062Encoder:
    return Cat062Encoder(output("udp://10.0.0.9:8600", **CODE, **settings))


def read(datagrams: list[bytes]) -> list[SystemTrack]:
    found: list[SystemTrack] = []
    for data in datagrams:
        messages, errors = decode_datagram(data)
        assert errors == []
        found += [message for message in messages if isinstance(message, SystemTrack)]
    return found


def sent(speaker: Cat062Encoder, shown: AirPicture) -> list[SystemTrack]:
    tracks = read(speaker.encode(shown))
    speaker.told(shown)
    return tracks


def test_a_track_reads_back_to_within_a_step_of_each_item() -> None:
    told = report()
    (track,) = sent(encoder(service_identification=3), picture(0.0, told))
    assert (track.sac, track.sic, track.track_number, track.service) == (25, 77, 1, 3)
    assert track.time_of_day_s == pytest.approx(START_NS / 1e9 % 86_400, abs=1 / 256)
    row, half_m = located(track), 1.5  # half a step of I062/105 is 0.3 m
    assert row.latitude_rad == pytest.approx(told.latitude_rad, abs=half_m / SEMI_MAJOR_AXIS_M)
    assert row.longitude_rad == pytest.approx(told.longitude_rad, abs=half_m / SEMI_MAJOR_AXIS_M)
    assert row.altitude_m == pytest.approx(told.altitude_m, abs=1.0)
    assert row.velocity_east_mps == pytest.approx(told.velocity_east_mps, abs=0.13)
    assert row.velocity_north_mps == pytest.approx(told.velocity_north_mps, abs=0.13)
    assert row.velocity_up_mps == pytest.approx(told.velocity_up_mps, abs=0.02)
    assert row.position_sigma_m == pytest.approx(60.0, abs=2.0)  # that of the height is the worst
    assert track.latitude_sigma_rad is not None and track.longitude_sigma_rad is not None
    assert SEMI_MAJOR_AXIS_M * track.latitude_sigma_rad == pytest.approx(25.0, abs=0.7)
    eastward_m = SEMI_MAJOR_AXIS_M * math.cos(told.latitude_rad) * track.longitude_sigma_rad
    assert eastward_m == pytest.approx(12.0, abs=0.7)
    speeds = (track.velocity_east_sigma_mps, track.velocity_north_sigma_mps, track.velocity_up_sigma_mps)
    assert speeds == pytest.approx((1.0, 2.0, 0.5), abs=0.04)


def test_a_receiver_is_told_once_that_a_track_is_new_and_once_that_it_has_ended() -> None:
    speaker, both = encoder(), picture(0.0, report("A"), report("B"))
    assert [(t.is_first, t.is_last) for t in sent(speaker, both)] == [(True, False)] * 2
    later = picture(1.0, report("A", 1.0))
    told = [(t.track_number, t.is_first, t.is_last, t.is_coasting) for t in sent(speaker, later)]
    assert told == [(1, False, False, False), (2, False, True, True)]
    assert [(t.track_number, t.is_last) for t in sent(speaker, picture(2.0, report("A", 2.0)))] == [
        (1, False)
    ]


def test_an_end_that_did_not_go_out_is_told_again() -> None:
    speaker = encoder()
    sent(speaker, picture(0.0, report("A")))
    lost, late = speaker.encode(picture(1.0)), speaker.encode(picture(2.0))
    assert [t.is_last for t in read(lost)] == [t.is_last for t in read(late)] == [True]


@pytest.mark.parametrize(
    ("values", "flag"),
    [({"existence": 0.49}, "is_tentative"), ({"is_coasting": True}, "is_coasting"),
     ({"sensors": 1}, "is_from_one_sensor"), ({"is_simulated": True}, "is_simulated")],
)  # fmt: skip
def test_what_is_said_of_its_state(values: dict[str, Any], flag: str) -> None:
    (plain,), (marked,) = (sent(encoder(), picture(0.0, report(**one))) for one in ({}, values))
    assert (getattr(plain, flag), getattr(marked, flag)) == (False, True)


def test_only_an_aircrafts_own_address_goes_out_as_identity() -> None:
    names = ["icao:4CA7B3", "rid:0123456789abcdef", "cot:0123456789abcdef", "adsb:00beef", ""]
    tracks = sent(encoder(), picture(0.0, *(report(f"T{k}", identity=n) for k, n in enumerate(names))))
    assert [track.mode_s_address for track in tracks] == [0x4CA7B3, None, None, None, None]
    assert {track.target_identification for track in tracks} == {None}


def test_a_track_without_a_number_is_not_sent() -> None:
    shown = replace(picture(0.0, report("A"), report("B")), numbers={"B": 65_535})
    assert [track.track_number for track in sent(encoder(), shown)] == [65_535]


def test_tshark_reads_a_picture_of_many_with_no_malformed_field(tmp_path: Path) -> None:
    speaker, count = encoder(service_identification=1), 150
    many = [
        report(
            f"T{k:03}", latitude_rad=-1.5 + 0.02 * k, longitude_rad=-3.1 + 0.04 * k,
            altitude_m=400.0 * k - 900,
            velocity_east_mps=5.0 * k - 300, existence=k / count, sensors=k % 3, is_coasting=k % 7 == 0,
            identity="icao:4CA7B3" if k % 5 == 0 else "", sigma_east_m=10.0**(k % 7), sigma_up_m=0.0,
        )
        for k in range(count)
    ]  # fmt: skip
    datagrams = speaker.encode(picture(0.0, *many))
    speaker.told(picture(0.0, *many))
    datagrams += speaker.encode(picture(1.0))
    assert max(map(len, datagrams)) <= 1400
    layers = tshark.dissected(datagrams, tmp_path / "tracks.pcap")
    numbers = [int(n, 16) for layer in layers for n in tshark.values(layer, "asterix.062_040_VALUE")]
    assert numbers == [*range(1, count + 1)] * 2
    ends = [end for layer in layers for end in tshark.values(layer, "asterix.062_080_TSE")]
    assert ends.count("1") == count
