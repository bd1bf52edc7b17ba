"""The site that a capture tells of itself."""

from __future__ import annotations

import math
from pathlib import Path

import pytest
from tests.sensors.made import (
    BASIC_ID,
    OPERATOR,
    PLACE_RAD,
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

from tocsin.config.kinds import SensorKind
from tocsin.errors import UnusableFile
from tocsin.sensors.discovery import discover, with_positions_from

NOWHERE = {"latitude_rad": None, "longitude_rad": None}


@pytest.fixture
def capture(tmp_path: Path) -> Path:
    """Radar 20/2 tells its place; 20/3 does not."""
    timed = [
        (at(0.0), radar_frame(north(0.0, **told_place()))),
        (at(1.0), radar_frame(plot(0.9, range_m=20_372.0))),
        (at(2.5), radar_frame(north(2.5, latitude_rad=0.1, longitude_rad=0.1, altitude_m=0.0))),
        (at(2.6), radar_frame(plot(2.0, sic=3), north(2.5, sic=3))),
        (at(5.1), radar_frame(north(5.0, sic=3))),
    ]
    return write_radar(tmp_path / "radar.pcap", timed)


def test_the_receivers_site_is_near_the_first_position_and_nobodys_doorstep(tmp_path: Path) -> None:
    timed = [
        (at(0.0), beacon(BASIC_ID, OPERATOR, location(0.0, **NOWHERE))),
        (at(1.0), beacon(OPERATOR, location(1.0))),
        (at(2.0), beacon(location(2.0, latitude_rad=0.1))),
    ]
    found = discover(write_beacons(tmp_path / "flight.pcap", timed))
    assert (found.site.latitude_deg, found.site.longitude_deg, found.site.altitude_m) == (-46.51, -20.26, 0.0)
    assert [(sensor.name, sensor.kind) for sensor in found.sensors] == [("remote_id", SensorKind.REMOTE_ID)]
    assert found.zones == ()


def test_the_receivers_site_is_as_high_as_the_lowest_position_that_was_told(tmp_path: Path) -> None:
    heights_m = (None, 420.0, 301.5, 350.0)
    timed = [
        (at(second), beacon(location(second, geodetic_altitude_m=height_m)))
        for second, height_m in enumerate(heights_m)
    ]
    assert discover(write_beacons(tmp_path / "flight.pcap", timed)).site.altitude_m == 301.0


def test_every_radar_is_found_and_stands_where_it_says(capture: Path) -> None:
    found = discover(capture)
    assert found.sensor_names == ("radar-20-2", "radar-20-3")
    first, second = found.sensors
    assert first.latitude_deg == pytest.approx(math.degrees(PLACE_RAD[0]), abs=3e-5)
    assert first.longitude_deg == pytest.approx(math.degrees(PLACE_RAD[1]), abs=3e-5)
    assert (first.altitude_m, first.period_s, first.max_range_m) == (120.0, 2.5, 30_000.0)
    assert (first.system_area_code, first.system_identification_code) == (20, 2)
    assert (found.site.latitude_deg, found.site.longitude_deg) == (-46.4, -20.4)
    assert (second.latitude_deg, second.period_s) == (None, None)


def test_the_period_that_a_radar_tells_comes_before_the_one_between_markers(tmp_path: Path) -> None:
    timed = [
        (at(second), radar_frame(north(second, rotation_period_s=3.0, **told_place()))) for second in (0, 6)
    ]
    assert discover(write_radar(tmp_path / "radar.pcap", timed)).sensors[0].period_s == 3.0


def test_a_capture_in_which_nothing_can_be_placed_says_what_it_holds(tmp_path: Path) -> None:
    nothing = write_beacons(tmp_path / "nothing.pcap", [(at(0.0), beacon(BASIC_ID))])
    with pytest.raises(UnusableFile, match="holds neither Remote ID nor ASTERIX"):
        discover(nothing)
    unplaced = write_beacons(tmp_path / "unplaced.pcap", [(at(0.0), beacon(location(0.0, **NOWHERE)))])
    with pytest.raises(UnusableFile, match="1 Remote ID messages without a position"):
        discover(unplaced)
    blocks = tmp_path / "radar.ast"
    blocks.write_bytes(radar_blocks(plot(1.0), plot(2.0)))
    with pytest.raises(UnusableFile, match="2 plots of 1 radars that tell no position: name a site file"):
        discover(blocks)


def test_a_radar_of_the_site_file_gets_the_place_that_it_tells(capture: Path) -> None:
    given = site(receiver(), radar(placed=False))
    found = with_positions_from(capture, given).sensors[1]
    assert found.latitude_deg == pytest.approx(math.degrees(PLACE_RAD[0]), abs=3e-5)
    assert found.altitude_m == 120.0


def test_the_place_of_the_site_file_comes_first(capture: Path) -> None:
    given = site(radar())
    assert with_positions_from(capture, given) is given
    found = with_positions_from(capture, site(radar(code=(None, None)), radar("other", (20, 3)))).sensors[0]
    assert (found.latitude_deg, found.system_area_code) == (-46.5, 20)
    low = radar(placed=False).model_copy(update={"altitude_m": 7.0})
    assert with_positions_from(capture, site(low)).sensors[0].altitude_m == 7.0


def test_a_radar_that_tells_no_place_stays_without(capture: Path) -> None:
    assert (
        with_positions_from(capture, site(radar(code=(20, 3), placed=False))).sensors[0].latitude_deg is None
    )


def test_the_only_radar_without_a_code_gets_the_only_unknown_one_and_its_place(capture: Path) -> None:
    given = site(radar("a", (20, 3)), radar("b", (None, None), placed=False))
    found = with_positions_from(capture, given).sensors[1]
    assert (found.system_area_code, found.system_identification_code) == (20, 2)
    assert found.latitude_deg is not None


def test_a_place_below_the_sea_is_not_taken(tmp_path: Path) -> None:
    path = write_radar(tmp_path / "r.pcap", [(at(0.0), radar_frame(north(0.0, **told_place(-30_000.0))))])
    found = discover(path).sensors[0]
    assert found.latitude_deg is not None
    assert found.altitude_m is None


def test_a_file_that_is_no_capture_is_told(tmp_path: Path) -> None:
    with pytest.raises(UnusableFile, match="no such file"):
        discover(tmp_path / "nowhere")
    with pytest.raises(UnusableFile, match="no such file"):
        with_positions_from(tmp_path / "nowhere", site(radar(placed=False)))
