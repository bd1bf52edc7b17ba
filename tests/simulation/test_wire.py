import numpy as np
import pytest
from tests.simulation.small import PLANES, RADAR, shipped_run, small

from tocsin.errors import InvalidInput, UnusableFile
from tocsin.formats.asterix import RadarPlot, ServiceKind, decode_datagram, time_of_day_to_ns
from tocsin.formats.capture import packets
from tocsin.formats.datagrams import datagram
from tocsin.formats.remote_id import BasicId, Location, decode_payload, location_time_ns, remote_id_frames
from tocsin.geo.frame import LocalFrame
from tocsin.geo.polar import polar_to_enu, wrap_angle
from tocsin.simulation import simulate
from tocsin.simulation.wire import write_capture
from tocsin.simulation.wire.remote_id import serial_number, transmitter_address

RANGE_STEP_M, AZIMUTH_STEP_RAD, HEIGHT_STEP_M = 1852 / 256, 2 * np.pi / 65536, 25 * 0.3048


@pytest.fixture(scope="module")
def crossing(tmp_path_factory):
    run = shipped_run("border-crossing", 1)
    return run, write_capture(run, tmp_path_factory.mktemp("wire"))


def read(path):
    with path.open("rb") as file:
        return list(packets(file))


def radar_messages(path):
    plots, services = [], []
    for packet in read(path):
        payload = datagram(packet).payload
        assert len(payload) <= 1472
        messages, errors = decode_datagram(payload)
        assert not errors
        for message in messages:
            (plots if isinstance(message, RadarPlot) else services).append((packet.time_ns, message))
    return plots, services


def of_sensor(run, name):
    return run.detections.take(run.detections.sensor == run.site.sensor_names.index(name))


def test_radar_plots_decode_to_the_detections_within_the_quantisation(crossing):
    run, files = crossing
    rows = of_sensor(run, "Dresk ridge radar")
    plots, _ = radar_messages(files["Dresk ridge radar"])
    assert len(plots) == len(rows) > 1000
    times_ns = np.array([time_of_day_to_ns(plot.time_of_day_s, received) for received, plot in plots])
    assert np.abs(times_ns - rows.time_ns).max() <= 1e9 / 256 + 1
    assert np.abs(np.array([p.range_m for _, p in plots]) - rows.range_m).max() <= RANGE_STEP_M / 2 + 1e-6
    apart = wrap_angle(np.array([p.azimuth_rad for _, p in plots]) - rows.azimuth_rad)
    assert np.abs(apart).max() <= AZIMUTH_STEP_RAD / 2 + 1e-12
    sensor = run.site.sensors[0]
    own = LocalFrame.from_degrees(sensor.latitude_deg, sensor.longitude_deg, sensor.altitude_m)
    _, _, height = own.to_geodetic(polar_to_enu(rows.range_m, rows.azimuth_rad, rows.elevation_rad))
    assert np.abs(np.array([p.height_msl_m for _, p in plots]) - height).max() <= HEIGHT_STEP_M / 2 + 1e-6
    assert all(plot.is_simulated and (plot.sac, plot.sic) == (250, 1) for _, plot in plots)


def test_each_turn_begins_with_a_north_marker_that_tells_the_radars_place(crossing):
    run, files = crossing
    _, services = radar_messages(files["Dresk ridge radar"])
    sensor = run.site.sensors[0]
    assert len(services) == 435
    received_ns = np.array([received for received, _ in services])
    assert (np.diff(received_ns) == 4_000_000_000).all()
    for _, message in services:
        assert message.kind == ServiceKind.NORTH_MARKER
        assert message.rotation_period_s == 4.0
        assert np.degrees(message.latitude_rad) == pytest.approx(sensor.latitude_deg, abs=1.1e-5)
        assert np.degrees(message.longitude_rad) == pytest.approx(sensor.longitude_deg, abs=1.1e-5)
        assert message.altitude_m == sensor.altitude_m


def test_packets_stand_in_the_order_of_receipt_and_markers_before_their_plots(crossing):
    _, files = crossing
    for path in files.values():
        received_ns = [packet.time_ns for packet in read(path)]
        assert received_ns == sorted(received_ns)
    first_of_turn = {}
    for packet in read(files["Dresk ridge radar"]):
        first_of_turn.setdefault(packet.time_ns, datagram(packet).payload[0])
    assert set(first_of_turn.values()) == {34}


def test_remote_id_beacons_decode_to_the_reports_within_the_quantisation(crossing):
    run, files = crossing
    rows = of_sensor(run, "Remote ID receiver")
    beacons = read(files["Remote ID receiver"])
    assert len(beacons) == len(rows) > 100
    for number, packet in enumerate(beacons):
        (frame,) = remote_id_frames(packet)
        (basic, location), errors = decode_payload(frame.payload)
        row = rows.row(number)
        assert not errors
        assert isinstance(basic, BasicId)
        assert isinstance(location, Location)
        assert basic.identity == serial_number(row.identity)
        assert frame.transmitter == transmitter_address(row.identity)
        assert location.latitude_rad == pytest.approx(row.latitude_rad, abs=np.radians(0.6e-7))
        assert location.longitude_rad == pytest.approx(row.longitude_rad, abs=np.radians(0.6e-7))
        assert location.geodetic_altitude_m == pytest.approx(row.altitude_m, abs=0.26)
        assert location.speed_mps == pytest.approx(
            np.hypot(row.velocity_east_mps, row.velocity_north_mps), abs=0.13
        )
        course_rad = np.arctan2(row.velocity_east_mps, row.velocity_north_mps)
        assert abs(wrap_angle(location.direction_rad - course_rad)) <= np.radians(0.51)
        assert location.vertical_speed_mps == pytest.approx(row.velocity_up_mps, abs=0.26)
        assert abs(location_time_ns(location.tenths_after_hour, packet.time_ns) - row.time_ns) <= 5e7 + 1
        assert frame.counter == number % 256


def test_no_operators_position_is_written_and_serials_are_made_up(crossing):
    _, files = crossing
    for packet in read(files["Remote ID receiver"]):
        (frame,) = remote_id_frames(packet)
        messages, _ = decode_payload(frame.payload)
        assert {type(message) for message in messages} == {BasicId, Location}
        assert messages[0].identity.startswith("SIM")


def test_a_range_rate_travels_as_doppler_and_no_elevation_as_no_height(tmp_path):
    flat = '[[perception]]\nkind = "radar"\nmeasures = ["range", "azimuth", "range_rate"]\n'
    run = simulate(small(RADAR, flat, PLANES), 1)
    plots, _ = radar_messages(write_capture(run, tmp_path)["radar"])
    speeds = np.array([plot.radial_speed_mps for _, plot in plots])
    assert np.abs(speeds - run.detections.range_rate_mps).max() <= 0.5 + 1e-9
    assert all(plot.height_msl_m is None for _, plot in plots)


def test_a_radar_that_is_out_of_order_sends_no_north_markers(tmp_path):
    out = '[[perception]]\nkind = "radar"\noutages = [[200.0, 400.0]]\n'
    run = simulate(small(RADAR, out, PLANES), 1)
    _, services = radar_messages(write_capture(run, tmp_path)["radar"])
    after_s = (np.array([received for received, _ in services]) - run.start_ns) / 1e9
    assert not ((after_s >= 200) & (after_s < 400)).any()
    assert len(services) == pytest.approx(175, abs=1)


def test_a_radar_without_a_name_in_asterix_is_refused(tmp_path):
    nameless = RADAR.replace("system_area_code = 250\n", "")
    with pytest.raises(InvalidInput, match="system_area_code"):
        write_capture(simulate(small(nameless, PLANES), 1), tmp_path)


def test_a_folder_that_cannot_be_written_is_named(tmp_path):
    blocked = tmp_path / "file"
    blocked.write_text("")
    with pytest.raises(UnusableFile, match="cannot be written"):
        write_capture(simulate(small(RADAR, PLANES), 1), blocked)
