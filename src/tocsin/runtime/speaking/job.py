"""`tocsin simulate --speak`: every sensor of a scenario says what it would say, when it would say it."""

from __future__ import annotations

import asyncio
import heapq
from collections.abc import Callable, Iterator, Sequence
from contextlib import AsyncExitStack
from pathlib import Path

from tocsin.clock import WallClock
from tocsin.config.inputs import Input
from tocsin.errors import InvalidInput
from tocsin.runtime.scenario_job import write_simulated
from tocsin.runtime.speaking.addresses import allowed_host
from tocsin.runtime.speaking.summary import SensorSpeech, SpeechSummary
from tocsin.runtime.speaking.voices import Voice, voice_for
from tocsin.runtime.watch import Progress, no_progress
from tocsin.simulation.library import load_scenario
from tocsin.simulation.retiming import retimed
from tocsin.simulation.run import Simulated, simulate
from tocsin.simulation.wire import Spoken, speech
from tocsin.units import NANOSECONDS_PER_SECOND

_LEAD_NS = 3 * NANOSECONDS_PER_SECOND  # to write files and open sockets in
_BREATH = 64  # messages in a row, while late, before the sockets get their turn


def speak_scenario(
    scenario: str,
    seed: int,
    speed: float = 1.0,
    out: Path | None = None,
    to_network: bool = False,
    overwrite: bool = False,
    progress: Progress = no_progress,
    begin: Callable[[int, float], None] = lambda _sensors, _seconds: None,
) -> SpeechSummary:
    """Flies a scenario from now on and sends what its sensors report; `begin` hears when all ways stand,
    of how many sensors and for how long [s].

    `out` gets the site file, the detections and the truth, in the times of now. Raises `InvalidInput` for a
    site without live inputs, with one on another machine, or that is no exercise, and OSError where one
    can't be spoken to.
    """
    if not speed > 0.0:
        raise InvalidInput("what is sent live needs a pace: give a speed above 0, where 1 is real time")
    loaded = load_scenario(scenario)
    if loaded.site.site.status != "Exercise":
        what = f"the status of {scenario} is {loaded.site.site.status}"
        raise InvalidInput(f"{what}: simulated sensors speak only in an Exercise; set it in [site]")
    live = [(number, sensor) for number, sensor in enumerate(loaded.site.sensors) if sensor.live_input]
    if not live:
        example = 'input = "udp://127.0.0.1:8600"'
        raise InvalidInput(f"no sensor of {scenario} has an input to speak to, as in {example}")
    hosts = [
        allowed_host(sensor, sensor.live_input[0], to_network) for _, sensor in live if sensor.live_input
    ]
    simulated = simulate(loaded, seed, lambda share: progress("simulating", share))
    clock = WallClock()
    simulated = retimed(simulated, (clock.now_ns() + _LEAD_NS) // 1000 * 1000, speed)
    if out is not None:
        write_simulated(simulated, out, overwrite)
    numbers = [number for number, _ in live]
    sensors = tuple(_nothing_said(simulated, number) for number in numbers)
    speeches = [speech(simulated, number) for number in numbers]

    async def run() -> float:
        async with AsyncExitStack() as stack:
            voices = await _voices(stack, simulated, numbers, hosts, to_network)
            begin(len(sensors), (simulated.end_ns - simulated.start_ns) / NANOSECONDS_PER_SECOND)
            return await _speak(speeches, voices, sensors, clock)

    latest_s = asyncio.run(run())
    return SpeechSummary(
        scenario=loaded.header.name,
        seed=seed,
        start_s=simulated.start_ns / NANOSECONDS_PER_SECOND,
        duration_s=(simulated.end_ns - simulated.start_ns) / NANOSECONDS_PER_SECOND,
        latest_s=latest_s,
        sensors=sensors,
    )


def _nothing_said(simulated: Simulated, number: int) -> SensorSpeech:
    sensor = simulated.site.sensors[number]
    assert sensor.live_input is not None
    return SensorSpeech(sensor.name, sensor.input, sensor.live_input[1].value)


async def _voices(
    stack: AsyncExitStack,
    simulated: Simulated,
    numbers: Sequence[int],
    hosts: Sequence[str],
    to_network: bool,
) -> list[Voice]:
    """One for each sensor; those that share a way in share a voice."""
    known: dict[tuple[Input, str], Voice] = {}
    voices = []
    for number, host in zip(numbers, hosts, strict=True):
        sensor = simulated.site.sensors[number]
        assert sensor.live_input is not None
        way = sensor.live_input[0]
        if (way, sensor.user) not in known:
            voice = voice_for(sensor, way, host, to_network)
            try:
                known[way, sensor.user] = await stack.enter_async_context(voice)
            except OSError as error:
                why = f"sensor {sensor.name!r} can't speak to {sensor.input}: {error.strerror or error}"
                raise OSError(error.errno, why) from None
        voices.append(known[way, sensor.user])
    return voices


async def _speak(
    speeches: Sequence[Iterator[Spoken]],
    voices: Sequence[Voice],
    sensors: Sequence[SensorSpeech],
    clock: WallClock,
) -> float:
    """Says all at its time; gives how late the latest was [s]."""
    latest_s, in_a_row = 0.0, 0
    for index, spoken in _in_order(speeches):
        ahead_s = (spoken.sent_ns - clock.now_ns()) / NANOSECONDS_PER_SECOND
        in_a_row = 0 if ahead_s > 0.0 else in_a_row + 1
        if ahead_s > 0.0 or in_a_row % _BREATH == 0:
            await asyncio.sleep(max(ahead_s, 0.0))
        latest_s = max(latest_s, -ahead_s)
        said = sensors[index]
        said.messages += 1
        said.bytes += len(spoken.data)
        said.unheard += not await voices[index].say(spoken)
    return latest_s


def _in_order(speeches: Sequence[Iterator[Spoken]]) -> Iterator[tuple[int, Spoken]]:
    """What all say, by time, with the index of who says it."""

    def marked(index: int) -> Iterator[tuple[int, Spoken]]:
        return ((index, spoken) for spoken in speeches[index])

    return heapq.merge(*map(marked, range(len(speeches))), key=lambda pair: pair[1].sent_ns)
