"""All outputs of a site together: each at its own rate, and none waits for another."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.brokers import HERE, free_port
from tests.outputs.live.made import CODE, MadeSky, output, site_with, sky, until

from tocsin.clock import WallClock
from tocsin.config.outputs import Output
from tocsin.formats.asterix import SystemTrack, decode_datagram
from tocsin.model.track_reports import AirPicture
from tocsin.outputs.live.air_pictures import PictureMaker
from tocsin.outputs.live.channel import OutputChannel
from tocsin.outputs.live.publisher import Publisher
from tocsin.units import NANOSECONDS_PER_SECOND

STATE = [1000.0, 2000.0, 300.0, 30.0, 0.0, 0.0]


def run_until(made: Publisher, now: Callable[[], MadeSky | None], holds: Callable[[], bool]) -> list[str]:
    """Runs all outputs until something holds; gives what was told of broken ones."""
    troubles: list[str] = []

    async def scene() -> None:
        running = asyncio.ensure_future(made.run(now, lambda one: troubles.append(one.output.name)))
        try:
            await until(lambda: holds() or running.done())
        finally:
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)

    asyncio.run(scene())
    return troubles


def test_a_picture_goes_to_all_and_one_that_is_away_delays_none(tmp_path: Path) -> None:
    files = [output(f"file:{tmp_path}/{name}.geojson", name=name) for name in ("one", "two")]
    away = output(f"tcp://{HERE}:{free_port()}", name="away")
    made = Publisher(site_with(files[0], away, files[1]), WallClock())
    shown = sky(states=[STATE])
    troubles = run_until(made, lambda: shown, lambda: [one.pictures for one in made.reports()] == [1, 0, 1])
    assert set(troubles) <= {"away"}
    assert [one.name for one in made.reports()] == ["one", "away", "two"]
    for name in ("one", "two"):
        (feature,) = json.loads((tmp_path / f"{name}.geojson").read_text())["features"]
        assert feature["properties"]["velocity_east_mps"] == pytest.approx(30.0, abs=0.1)


def is_offered(settings: dict[str, Any], pictures_s: list[float], looks_s: list[float]) -> list[float]:
    """When an output takes a picture, of which the newest is as old as can be."""
    one = OutputChannel(site_with(output("file:x.geojson", **settings)), output("file:x.geojson", **settings),
                        WallClock())  # fmt: skip
    taken = []
    for look_s in looks_s:
        known = [picture_s for picture_s in pictures_s if picture_s <= look_s]
        newest = sky(known[-1]) if known else None
        now_ns = round(look_s * NANOSECONDS_PER_SECOND)
        if newest is not None and one.is_due(now_ns, newest.time_ns):
            one.offer(PictureMaker(site_with()).picture(newest), now_ns)
            taken.append(look_s)
    return taken


def test_no_output_gets_more_than_one_picture_a_second_or_a_period() -> None:
    looks = [k / 10 for k in range(100)]
    often = [k / 4 for k in range(40)]
    assert is_offered({}, often, looks) == [float(k) for k in range(10)]
    assert is_offered({"period_s": 2.5}, often, looks) == [0.0, 2.5, 5.0, 7.5]


def test_the_same_picture_is_not_sent_twice_and_one_of_the_past_not_at_all() -> None:
    looks = [float(k) for k in range(10)]
    assert is_offered({}, [0.0, 4.0], looks) == [0.0, 4.0]
    assert is_offered({}, [2.0, 1.5], looks) == [2.0]


def test_numbers_are_the_same_for_all_that_send_them(tmp_path: Path) -> None:
    def asterix(name: str, **more: Any) -> Output:
        return output(f"file:{tmp_path}/{name}.ast", name=name, **CODE, **more)

    all_of_it, sure = asterix("all"), asterix("sure", min_existence=0.9)
    made = Publisher(site_with(all_of_it, sure), WallClock())
    shown = sky(states=[STATE, STATE], existence=np.array([0.6, 0.95]))
    run_until(made, lambda: shown, lambda: all(one.pictures for one in made.reports()))

    def numbers(name: str) -> list[int | None]:
        messages, _ = decode_datagram((tmp_path / f"{name}.ast").read_bytes())
        return [message.track_number for message in messages if isinstance(message, SystemTrack)]

    assert (numbers("all"), numbers("sure")) == ([1, 2], [2])


def test_a_defect_in_one_output_ends_no_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def encode(_: object) -> list[bytes]:
        raise KeyError("a defect")

    site = site_with(*(output(f"file:{tmp_path}/{name}.jsonl", name=name) for name in "ab"))
    made = Publisher(site, WallClock())
    monkeypatch.setattr(made.channels[0]._outlet.encoder, "encode", encode)
    shown = sky(states=[STATE])
    troubles = run_until(
        made, lambda: shown, lambda: bool(made.reports()[1].pictures and made.reports()[0].trouble)
    )
    assert troubles == ["a"]
    assert "a defect of tocsin (KeyError" in made.reports()[0].trouble


def test_one_odd_sky_is_told_of_and_the_next_goes_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = Publisher(site_with(output(f"file:{tmp_path}/a.jsonl")), WallClock())
    as_usual, odd = made._maker.picture, sky(0.0, states=[STATE])

    def picture(shown: MadeSky, numbers: dict[str, int]) -> AirPicture:
        if shown is odd:
            raise ZeroDivisionError("odd")
        return as_usual(shown, numbers)

    monkeypatch.setattr(made._maker, "picture", picture)
    skies = [odd]
    troubles = run_until(made, lambda: skies[-1], lambda: _followed(made, skies))
    assert troubles == ["peer"] and made.reports()[0].trouble == ""


def _followed(made: Publisher, skies: list[MadeSky]) -> bool:
    """Whether a picture went out; the next sky comes once the first was told of."""
    if len(skies) == 1 and "a defect of tocsin (ZeroDivisionError" in made.reports()[0].trouble:
        skies.append(sky(1.0, states=[STATE]))
    return bool(made.reports()[0].pictures)


def test_states_without_room_are_counted_by_each_output(tmp_path: Path) -> None:
    made = Publisher(site_with(output(f"file:{tmp_path}/a.jsonl")), WallClock())
    shown = sky(states=[STATE, [float("nan")] * 6])
    run_until(made, lambda: shown, lambda: bool(made.reports()[0].pictures))
    assert made.reports()[0].dropped == {"no_room": 1}


def test_a_site_without_outputs_and_a_line_without_a_picture_are_quiet() -> None:
    made = Publisher(site_with(), WallClock())
    looked: list[int] = []

    def now() -> None:
        looked.append(1)

    assert run_until(made, now, lambda: len(looked) > 1) == []
    assert made.reports() == ()
