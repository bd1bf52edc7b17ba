"""One output of the site: which tracks go out, when, how they are encoded and on which way.

A peer that has to be spoken with (as that of SAPIENT, which wants a registration first) is a format with one
more function of an `Outlet` in `_sender`: it converses until the peer agrees, hands the rest to
`send_pictures` beside its own reading and heartbeat (`until_one_ends`), and raises OSError where the
conversation ends. Rate, selection, backoff, counts and reports are then those of every output.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from functools import partial

from tocsin.clock import WallClock
from tocsin.config.outputs import Output, OutputFormat, OutputTransport
from tocsin.config.site import Site
from tocsin.model.link import Link
from tocsin.model.output_report import OutputReport
from tocsin.model.track_reports import AirPicture
from tocsin.outputs.live.cat062 import Cat062Encoder
from tocsin.outputs.live.cot import CotEncoder
from tocsin.outputs.live.files import append_to_file, rewrite_file
from tocsin.outputs.live.mqtt import publish
from tocsin.outputs.live.outlet import Newest, Outlet, Tally, TrackEncoder
from tocsin.outputs.live.sapient import SapientEncoder
from tocsin.outputs.live.sapient_session import report_to_node
from tocsin.outputs.live.selection import Selection
from tocsin.outputs.live.tcp import call_receiver, serve_receivers
from tocsin.outputs.live.track_json import GeoJsonEncoder, JsonEncoder
from tocsin.outputs.live.udp import send_datagrams
from tocsin.units import NANOSECONDS_PER_SECOND

Send = Callable[[Outlet], Awaitable[None]]
_WAYS: Mapping[str, Send] = {
    OutputTransport.UDP: send_datagrams,
    OutputTransport.TCP: call_receiver,
    OutputTransport.TLS: call_receiver,
    OutputTransport.TCP_LISTEN: serve_receivers,
    OutputTransport.MQTT: publish,
    OutputTransport.MQTTS: publish,
    OutputTransport.FILE: append_to_file,
}
_ENCODERS: Mapping[OutputFormat, Callable[[Site, Output], TrackEncoder]] = {
    OutputFormat.CAT062: lambda _, output: Cat062Encoder(output),
    OutputFormat.COT: lambda site, output: CotEncoder(site.site.status, output.period_s),
    OutputFormat.JSON: lambda site, _: JsonEncoder(site),
    OutputFormat.GEOJSON: lambda site, _: GeoJsonEncoder(site),
    OutputFormat.SAPIENT: lambda site, _: SapientEncoder(site, WallClock()),
}
_NO_ROOM = "no_room"  # a state that no standard has room for


def _sender(site: Site, output: Output) -> Send:
    if output.bytes_of is OutputFormat.SAPIENT:
        return partial(report_to_node, site)
    if output.bytes_of is OutputFormat.GEOJSON and output.way.scheme == OutputTransport.FILE:
        return rewrite_file
    return _WAYS[output.way.scheme]


def defect(error: Exception) -> str:
    """What is told of an error that should not be."""
    return f"a defect of tocsin ({type(error).__name__}: {error})"


class OutputChannel:
    """Belongs to the event loop."""

    def __init__(self, site: Site, output: Output, clock: WallClock) -> None:
        self.output, self.link, self._tally = output, Link(), Tally(clock)
        self._selection, self._send = Selection(output), _sender(site, output)
        new_encoder = partial(_ENCODERS[output.bytes_of], site, output)
        self._newest = Newest(self._tally.dropped)
        self._outlet = Outlet(
            output.way, output.login, new_encoder(), new_encoder, self.link, self._tally, self._newest,
            output.multicast_hops,
        )  # fmt: skip
        self._offered_ns: int | None = None
        self._due_ns = 0

    def is_due(self, now_ns: int, picture_ns: int) -> bool:
        """Whether its period is over, and there is a newer picture than the last."""
        is_newer = self._offered_ns is None or picture_ns > self._offered_ns
        return is_newer and now_ns >= self._due_ns

    def offer(self, picture: AirPicture, now_ns: int) -> None:
        """Takes a picture that is due; never waits."""
        self.put_off(picture.time_ns, now_ns)
        if picture.left_out:
            self._tally.dropped[_NO_ROOM] += picture.left_out
        self._newest.put(self._selection.of(picture))

    def put_off(self, picture_ns: int, now_ns: int) -> None:
        """The next picture is due when its period is over."""
        self._offered_ns = picture_ns
        self._due_ns = now_ns + round(self.output.period_s * NANOSECONDS_PER_SECOND)

    async def keep_open(self, tell: Callable[[OutputChannel], None]) -> None:
        """Sends until it is cancelled, and tries again after whatever goes wrong; `tell` hears of that."""
        while True:
            try:
                await self._send(self._outlet)
            except (OSError, ValueError) as error:
                self._break(str(error) or "no answer", tell)
            except Exception as error:  # noqa: BLE001  a defect of an output must not end the warning of people
                self._break(defect(error), tell)
            await asyncio.sleep(self.link.wait_s())

    def _break(self, trouble: str, tell: Callable[[OutputChannel], None]) -> None:
        self.link.close(trouble)
        tell(self)

    def report(self) -> OutputReport:
        """How it does."""
        tally = self._tally
        return OutputReport(
            name=self.output.name,
            to=self.output.to,
            format=self.output.bytes_of.value,
            is_open=self.link.is_open,
            receivers=tally.receivers,
            pictures=tally.pictures,
            messages=tally.messages,
            bytes=tally.size,
            last_sent_ns=tally.last_sent_ns,
            dropped=dict(tally.dropped),
            trouble=self.link.trouble,
        )
