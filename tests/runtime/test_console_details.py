"""A running service answers the console: zones change, layers, tracks, the shift, its own recordings."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pyarrow.parquet as pq
import pytest
from structlog.testing import capture_logs
from tests.runtime.offices import people
from tests.runtime.test_live_service import a_site, send, wait_until
from tests.sensors.live.test_ways_in import HERE, free_port

from tocsin.config.console import ConsoleSection
from tocsin.config.recording import Kept
from tocsin.config.site import Site, ZoneSection
from tocsin.config.toml import load
from tocsin.config.writing import to_toml
from tocsin.recording.alert_book import AlertBook
from tocsin.runtime.live_service import LiveService

pytestmark = pytest.mark.usefixtures("compiled_kernels")

TOWN = ZoneSection(name="Town", polygon=((-46.6, -20.3), (-46.6, -20.2), (-46.5, -20.2)))


class Served:
    """A service that runs on a site file, and a client of it."""

    def __init__(self, folder: Path, service: LiveService, port: int, sensor_port: int) -> None:
        self.file, self.service, self.sensor_port = folder / "site.toml", service, sensor_port
        self.client = httpx.Client(base_url=f"http://{HERE}:{port}/v1")
        self.anna = {"Authorization": f"Bearer {people()[1]['anna']}"}

    def get(self, path: str, status: int = 200) -> Any:
        answer = self.client.get(path, headers=self.anna)
        assert answer.status_code == status, answer.text
        return answer.json()

    def put(self, zones: dict[str, Any], **headers: str) -> httpx.Response:
        return self.client.put("/zones", json=zones, headers=self.anna | headers)


def running(folder: Path, meanwhile: Callable[[Served], None]) -> list[Any]:
    """Runs it while something happens beside; gives what was logged."""
    sensor_port = free_port(socket.SOCK_DGRAM)
    layer = folder / "roads.geojson"
    layer.write_text('{"type": "FeatureCollection", "features": []}')
    (folder / "broken.geojson").write_text("{")
    console = ConsoleSection(layers=(str(layer), str(folder / "broken.geojson")))
    known = a_site(sensor_port).model_copy(update={"zones": (TOWN,), "console": console, "recording": Kept()})
    (folder / "site.toml").write_text("# ours\n" + to_toml(known))
    (folder / "operators.json").touch(0o600)
    (folder / "operators.json").write_bytes(people()[0])
    service = LiveService(load(folder / "site.toml", Site), folder / "runs" / "night",
                          site_file=folder / "site.toml")  # fmt: skip
    failed: list[BaseException] = []

    def beside(port: int) -> None:
        served = Served(folder, service, port, sensor_port)
        try:
            meanwhile(served)
        except BaseException as error:  # noqa: BLE001  told below, in the thread of the test
            failed.append(error)
        finally:
            served.client.close()
            service.stop()

    with capture_logs() as lines:
        service.run(lambda port: threading.Thread(target=beside, args=(port,)).start())
    if failed:
        raise failed[0]
    return lines


def moved(zones: dict[str, Any], name: str, by_deg: float) -> dict[str, Any]:
    """The same zones and one more, beside the first."""
    first = zones["features"][0]
    ring = [[longitude, latitude + by_deg] for longitude, latitude in first["geometry"]["coordinates"][0]]
    more = {**first, "geometry": {"type": "Polygon", "coordinates": [ring]},
            "properties": {**first["properties"], "name": name}}  # fmt: skip
    return {**zones, "features": [*zones["features"], more]}


def test_zones_change_whole_or_not_at_all_and_it_is_kept_who_changed_them(tmp_path: Path) -> None:
    def meanwhile(served: Served) -> None:
        zones = served.get("/zones")
        assert served.client.put("/zones", json=zones).status_code == 401
        wanted = moved(zones, "Dam", 0.2)
        answer = served.put(wanted)
        assert (answer.status_code, answer.json()["added"]) == (200, ["Dam"])
        assert [one["id"] for one in served.get("/zones")["features"]] == ["Town", "Dam"]
        wait_until(lambda: served.service.state.zones_version == 1)
        # Who sends zones that were made before that has not seen them.
        assert "look at them again" in served.put(zones).json()["error"]
        now = served.get("/zones")
        assert served.put(now).json()["added"] == []
        crossed = moved(now, "Dam", 0.5)
        refused = served.put(crossed)
        assert (refused.status_code, refused.json()["error"]) == (
            422,
            "zones: the name 'Dam' is given twice; names must be unique",
        )
        assert served.put({"type": "FeatureCollection", "features": [{}]}).status_code == 422
        removed = served.put({**now, "features": now["features"][1:]}).json()
        assert removed["removed"] == ["Town"]
        served.file.write_text(served.file.read_text().replace("lifetime_s = 900.0", "lifetime_s = 901.0"))
        by_hand = served.put(moved(served.get("/zones"), "Quay", 0.1))
        assert by_hand.status_code == 409 and "in [prior]" in by_hand.json()["error"]
        assert [one["id"] for one in served.get("/zones")["features"]] == ["Dam"]

    lines = running(tmp_path, meanwhile)
    kept = sorted(path for path in tmp_path.iterdir() if path.name.startswith("site.toml."))
    assert kept and kept[0].read_text().startswith("# ours") and '"Dam"' not in kept[0].read_text()
    assert (tmp_path / "site.toml").read_text().startswith("# ours")
    recorded = load(tmp_path / "runs" / "night" / "site.toml", Site)
    assert [zone.name for zone in recorded.zones] == ["Dam"]
    earlier = load(tmp_path / "runs" / "night" / "site.1.toml", Site)
    assert [zone.name for zone in earlier.zones] == ["Town"]
    with AlertBook(tmp_path / "runs" / "alerts.sqlite") as book:
        actions = book.actions("")
    assert {action.request.operator for action in actions} == {"anna"}
    assert [action.answer for action in actions if action.is_done] == [
        "zones added Dam",
        "zones removed Town",
    ]
    assert sum(not action.is_done for action in actions) == 4
    assert any(line.get("what") == "zones" for line in lines)


def test_the_running_service_shows_tracks_layers_coverage_the_shift_and_its_own_recording(
    tmp_path: Path,
) -> None:
    def meanwhile(served: Served) -> None:
        def has_track() -> bool:
            send(served.sensor_port)
            return bool(served.get("/tracks"))

        wait_until(has_track)
        (track, *_) = served.get("/tracks")
        ask = f"/tracks/{track['track_id']}"
        wait_until(lambda: all(served.client.get(ask).json().get(part) for part in ("path", "trail")))
        known = served.get(ask)
        assert known["seen_by"][0]["sensor"] == "north"
        assert known["path"][0]["after_s"] == 0.0
        assert sum(one["probability"] for one in known["classes"]) == pytest.approx(1.0, abs=0.01)
        assert "no track" in served.get("/tracks/nobody", 404)["error"]
        assert served.get("/layers") == ["roads", "broken"]
        assert served.get("/layers/roads") == {"type": "FeatureCollection", "features": []}
        assert "GeoJSON" in served.get("/layers/broken", 409)["error"]
        assert "no layer" in served.get("/layers/site", 404)["error"]
        assert served.client.get("/coverage").status_code == 401
        wait_until(lambda: served.get("/coverage")["features"][0]["properties"]["state"] == "live")
        shift = served.get("/shift")
        assert (shift["open"], shift["happened"], shift["broken"]) == ([], [], [])
        (now,) = served.get("/recordings")
        assert (now["name"], "goes on" in now["trouble"]) == ("night", True)
        assert served.get("/zones?recording=night") == served.get("/zones")
        assert served.get("/alerts/A-1/report", 404)["error"] == "there is no alert 'A-1'"

    running(tmp_path, meanwhile)
    told = pq.read_table(tmp_path / "runs" / "night" / "presence.parquet").to_pylist()
    assert [row["state"] for row in told if row["sensor"] == "north"][:2] == ["waiting", "live"]
