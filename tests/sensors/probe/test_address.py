"""What an unknown port speaks, over real sockets, a real broker and a real terminal."""

from __future__ import annotations

import asyncio
import shutil
import socket
import tomllib
from collections.abc import Callable
from http.server import HTTPServer
from pathlib import Path
from threading import Thread

import aiomqtt
import pytest
from tests.brokers import broker, reach
from tests.formats.adsb.made import EVEN, ODD, VELOCITY
from tests.sensors.live.test_serial_line import Dongle
from tests.sensors.live.test_ways_in import _Page as Page
from tests.sensors.live.test_ways_in import free_port
from tests.sensors.made import north, plot, radar_blocks, told_place
from tests.sensors.probe.speakers import HERE, again_and_again, call, datagrams, server

from tocsin.config.site import Site
from tocsin.errors import InvalidInput
from tocsin.formats.adsb import ReceivedMessage, avr_line, beast_frame
from tocsin.formats.cot import CotEvent, encode_xml
from tocsin.sensors.live.ways import Access
from tocsin.sensors.probe import Group, Probe, Sureness, address, probe_address

BEAST = b"".join(beast_frame(ReceivedMessage(data, 1, 1)) for data in (EVEN, ODD, VELOCITY))
AVR = b"".join(avr_line(ReceivedMessage(data)) for data in (EVEN, ODD, VELOCITY))
EVENT = encode_xml(
    CotEvent(uid="a-plane", kind="a-n-A-C-F", time_ns=10**18, latitude_rad=-0.8, longitude_rad=-0.3)
)
ON_FOOT = EVENT.replace(b"a-n-A-C-F", b"a-f-G-U-C")
AIRCRAFT = (
    b'{"now": 1700000000.1, "aircraft": [{"hex": "4b1234", "lat": -46.5, "lon": -20.2, "seen_pos": 0.4}]}'
)
ESP32 = b'{"mac": "02:00:5e:00:53:01", "basic_id": "MADEUP1", "drone_lat": -46.5, "drone_long": -20.2}\n'
ROWS = b"time_s,sensor,range_m,azimuth_deg\n" + b"1932926400.0,Small radar,3000,10\n" * 3


def probe(where: str, seconds: float = 0.5) -> Probe:
    return probe_address(where, seconds, Access(period_s=0.02))


def only(found: Probe) -> Group:
    (group,) = found.groups
    return group


def site_with(block: str) -> Site:
    """The block pasted into a site file."""
    place = '[site]\nname = "x"\nlatitude_deg = 0\nlongitude_deg = 0\n'
    return Site.model_validate(tomllib.loads(place + block))


def test_two_radars_and_another_system_on_one_port_are_told_apart_with_what_they_tell() -> None:
    port = free_port(socket.SOCK_DGRAM)
    one, other = radar_blocks(north(0.0, **told_place()), plot(1.0)), radar_blocks(plot(1.0, sic=9))
    with datagrams(port, one, other):
        group = only(probe(f"udp://{HERE}:{port}"))
    assert group.best is not None and group.best.format == "asterix"
    assert group.sureness(group.best) is Sureness.SURE
    assert set(group.best.evidence["category"]) == {"034", "048"}
    assert set(group.best.evidence["sac_sic"]) == {"20/2", "20/9"}
    first, second = site_with(group.block).sensors
    assert (first.system_identification_code, second.system_identification_code) == (2, 9)
    assert first.latitude_deg is not None and second.latitude_deg is None
    assert "#latitude_deg" in group.block and f'input = "udp://{HERE}:{port}"' in group.block


@pytest.mark.parametrize(
    ("data", "spoken", "kind"),
    [
        (BEAST, "beast", "adsb"),
        (AVR, "avr", "adsb"),
        (EVENT, "cot", "tracks"),
        (ON_FOOT * 3, "cot", "tracks"),
        (ESP32, "remote_id_json", "remote_id"),
        (ROWS, "csv", "radar"),
    ],
)
def test_a_stream_is_recognised_when_we_call_and_when_we_are_called(
    data: bytes, spoken: str, kind: str
) -> None:
    with server(data) as port:
        called = only(probe(f"tcp://{HERE}:{port}", seconds=10.0))
    port = free_port()
    with again_and_again(call(port, data)):
        calling = only(probe(f"tcp-listen://{HERE}:{port}"))
    for group in (called, calling):
        assert group.best is not None and group.best.format == spoken
        (sensor,) = site_with(group.block).sensors
        assert sensor.kind == kind and sensor.live_input is not None and sensor.live_input[1] == spoken


def test_of_people_in_events_and_of_serial_numbers_nothing_is_told() -> None:
    with server(ON_FOOT + ESP32) as port:
        found = str(probe(f"tcp://{HERE}:{port}", seconds=10.0).as_json())
    assert "not_an_air_type" in found
    assert not any(word in found for word in ("a-plane", "a-f-G", "MADEUP1", "02:00:5e", "-46.5"))


def test_a_stream_of_asterix_is_named_with_why_there_is_no_block() -> None:
    with server(radar_blocks(plot(1.0))) as port:
        group = only(probe(f"tcp://{HERE}:{port}", seconds=10.0))
    assert group.best is not None and group.best.format == "asterix"
    assert group.block == "" and "datagrams" in group.best.remark


@pytest.mark.parametrize(
    "data", [bytes(range(256)) * 20, b"GET / HTTP/1.1\r\n\r\n", b"{}", b'{"a": [1]}\n' * 9]
)
def test_what_is_unknown_stays_unknown_and_is_shown(data: bytes) -> None:
    with server(data) as port:
        group = only(probe(f"tcp://{HERE}:{port}", seconds=10.0))
    assert group.best is None and group.block == ""
    assert group.head == data[:32].hex(" ") and group.bytes == len(data)


def test_a_message_that_is_in_rubbish_by_chance_makes_no_guess_but_is_told() -> None:
    with server(bytes(500) + BEAST) as port:
        group = only(probe(f"tcp://{HERE}:{port}", seconds=10.0))
    assert group.best is None and group.block == "" and group.head == bytes(32).hex(" ")
    assert [finding.format for finding in group.findings] == ["beast"]
    assert group.sureness(group.findings[0]) is Sureness.UNLIKELY


def test_a_flood_is_looked_at_in_part_and_that_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(address, "MOST_BYTES", 100_000)
    with server(AVR * 5_000) as port:  # 500 kB
        found = probe(f"tcp://{HERE}:{port}", seconds=30.0)
    group = only(found)
    assert group.best is not None and group.best.format == "avr" and group.bytes <= 100_000
    assert any("not looked at: queue_full" in remark for remark in found.remarks)


def test_where_nothing_comes_nothing_is_made_up() -> None:
    group = only(probe(f"udp://{HERE}:{free_port(socket.SOCK_DGRAM)}", seconds=0.05))
    assert (group.arrivals, group.bytes, group.findings, group.block, group.head) == (0, 0, (), "", "")


def test_mostly_rubbish_is_only_probable_and_says_what_could_not_be_read() -> None:
    port = free_port(socket.SOCK_DGRAM)
    with datagrams(port, radar_blocks(plot(1.0)), b"\x00rubbish"):
        group = only(probe(f"udp://{HERE}:{port}"))
    assert group.best is not None and group.sureness(group.best) is Sureness.PROBABLE
    assert set(group.best.undecodable) == {"not_asterix"}


def test_a_page_is_recognised() -> None:
    class Aircraft(Page):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(AIRCRAFT)

    page = HTTPServer((HERE, 0), Aircraft)
    Thread(target=page.serve_forever, daemon=True).start()
    group = only(probe(f"http://{HERE}:{page.server_port}/data/aircraft.json"))
    page.shutdown()
    page.server_close()
    assert group.best is not None and group.best.format == "aircraft_json"
    assert group.best.evidence["seen"] == {"aircraft": 1}
    assert site_with(group.block).sensors[0].live_input is not None


def test_a_serial_line_is_recognised(tmp_path: Path) -> None:
    dongle = Dongle(tmp_path / "ttyUSB0")
    dongle.plug_in()
    with again_and_again(lambda: dongle.send(AVR)):
        group = only(probe(f"serial://{dongle.path}?baud=921600"))
    dongle.unplug()
    assert group.best is not None and group.best.format == "avr"
    assert site_with(group.block).sensors[0].input == f"serial://{dongle.path}?baud=921600"


@pytest.mark.skipif(shutil.which("mosquitto") is None, reason="needs mosquitto, an MQTT broker")
def test_of_a_broker_each_kind_of_topic_is_told_with_the_names_on_it(tmp_path: Path) -> None:
    port = free_port()
    said = {
        "tocsin/mast/heard": '{"v": 1, "heard": false}',
        "tocsin/roof/north/bearing": '{"v": 1, "azimuth_deg": 12}',
        "wardragon/drone/x": ESP32.decode(),
        "house/lamp": "on",
    }

    async def scene() -> Probe:
        await reach(port)
        async with aiomqtt.Client(HERE, port) as client:
            listening = asyncio.ensure_future(asyncio.to_thread(probe, f"mqtt://{HERE}:{port}", seconds=0.6))
            while not listening.done():
                for topic, text in said.items():
                    await client.publish(topic, text)
                await asyncio.sleep(0.02)
            return listening.result()

    with broker(tmp_path, port):
        found = asyncio.run(scene())
    by_name = {group.name.rpartition("/")[2]: group for group in found.groups}
    assert {name: group.best and group.best.format for name, group in by_name.items()} == {
        "tocsin": "node", "wardragon": "remote_id_json", "house": None,
    }  # fmt: skip
    sensors = site_with(by_name["tocsin"].block + by_name["wardragon"].block).sensors
    assert [(sensor.name, sensor.kind) for sensor in sensors] == [
        ("mast", "microphone"), ("roof/north", "direction_finder"), ("remote_id", "remote_id"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("where", "error", "told"),
    [
        ("8600:udp", InvalidInput, "should begin with one of"),
        ("capture", InvalidInput, "or the path of a file"),
        ("tcp://127.0.0.1:1", OSError, "nothing can be had there"),
        ("serial:///dev/no-such-line", OSError, "no-such-line"),
    ],
)
def test_what_can_not_be_listened_to_is_told(where: str, error: type[Exception], told: str) -> None:
    with pytest.raises(error, match=told):
        probe(where)


def test_a_real_beast_stream_is_recognised(shared_path: Callable[[str], Path]) -> None:
    with server(shared_path("recordings/modes_beast.bin").read_bytes()) as port:
        group = only(probe(f"tcp://{HERE}:{port}", seconds=10.0))
    assert group.best is not None and (group.best.format, group.best.messages) == ("beast", 239)
