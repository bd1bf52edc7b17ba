"""The conversation with the SAPIENT node above tocsin: register, be acknowledged, tell status, then report.

tocsin takes no tasks: each is counted, and answered with an Error message. Alerts are acknowledged or not;
whatever else the node says is counted as not for us.
"""

from __future__ import annotations

import asyncio
from collections import Counter

import structlog

from tocsin import __version__
from tocsin.config.site import Site
from tocsin.errors import DecodeError
from tocsin.formats.sapient import (
    AlertAck,
    ErrorReport,
    OwnRegistration,
    RegistrationAck,
    SapientStream,
    StatusReport,
    SystemState,
    Tasking,
    decode,
)
from tocsin.outputs.beside import until_one_ends
from tocsin.outputs.live.outlet import Outlet, send_pictures
from tocsin.outputs.live.sapient import SapientEncoder

STATUS_EVERY_S = 5.0
TASK_REFUSED = "task_refused"
_MODE = "Watch"
_CONNECT_S, _CHUNK_BYTES = 10.0, 64 * 1024
_LONGEST_PACKET = 4096  # of a task, in the answer that refuses it
_log = structlog.get_logger()


class SapientSession:
    """One connection's: bytes in, bytes out. `counts` are of what came and was of no use."""

    def __init__(self, site: str, encoder: SapientEncoder, counts: Counter[str]) -> None:
        self.accepted = asyncio.Event()
        """The node has acknowledged the registration: only now are tracks and alerts sent."""
        self._site, self._encoder, self._counts = site, encoder, counts
        self._stream = SapientStream()
        self._is_first_status, self._has_refused = True, False

    def registration(self) -> bytes:
        """What tocsin says that it is."""
        own = OwnRegistration(f"tocsin {self._site}", __version__, STATUS_EVERY_S)
        return self._encoder.message(own)

    def status(self, state: SystemState = SystemState.OK) -> bytes:
        """A status report: the first is news, later ones are unchanged."""
        is_new = self._is_first_status or state is not SystemState.OK
        self._is_first_status = False
        report = StatusReport(self._encoder.name("status"), state, is_new, mode=_MODE)
        return self._encoder.message(report)

    def receive(self, data: bytes) -> bytes:
        """What came: answers to it. ConnectionError where the conversation is at its end."""
        messages, error = self._stream.feed(data)
        answers = b"".join(map(self._take, messages))
        if error is not None:
            raise ConnectionError(str(error))
        return answers

    def _take(self, raw: bytes) -> bytes:
        try:
            content = decode(raw).content
        except DecodeError as error:
            self._counts[error.kind] += 1
            return b""
        match content:
            case RegistrationAck(is_accepted=True):
                self.accepted.set()
            case RegistrationAck(reasons=reasons):
                reason = "; ".join(reasons)[:200] or "it gives no reason"
                raise ConnectionError(f"the node refuses tocsin: {reason}")
            case AlertAck(is_accepted=True):
                pass
            case AlertAck():
                self._counts["alert_rejected"] += 1
            case ErrorReport():
                self._counts["error_from_node"] += 1
            case Tasking(is_ack=is_ack):
                return self._refuse_task(raw, is_ack)
            case _:
                self._counts["not_for_us"] += 1
        return b""

    def _refuse_task(self, raw: bytes, is_ack: bool) -> bytes:
        self._counts[TASK_REFUSED] += 1
        if not self._has_refused:
            self._has_refused = True
            _log.warning("sapient_task_refused", site=self._site)
        if is_ack:
            return b""
        return self._encoder.message(ErrorReport(raw[:_LONGEST_PACKET], ("tocsin gives and takes no tasks",)))


async def report_to_node(site: Site, outlet: Outlet) -> None:
    """Calls the node and reports until it hangs up, refuses or takes nothing, which is an OSError."""
    assert isinstance(outlet.encoder, SapientEncoder)
    session = SapientSession(site.site.name, outlet.encoder, outlet.tally.dropped)
    async with asyncio.timeout(_CONNECT_S):
        reader, writer = await asyncio.open_connection(outlet.way.host, outlet.way.port, ssl=outlet.tls())
    outlet.encoder.begin()
    outlet.link.trouble = "connected, and not acknowledged yet"
    try:
        writer.write(session.registration())
        await until_one_ends(
            _listen(reader, writer, session), _beat(writer, session), _report(writer, session, outlet)
        )
        raise ConnectionError(f"{outlet.way} hung up")
    finally:
        outlet.tally.receivers = 0
        if session.accepted.is_set() and not writer.is_closing():
            writer.write(session.status(SystemState.GOODBYE))
        writer.close()


async def _listen(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, session: SapientSession
) -> None:
    while data := await reader.read(_CHUNK_BYTES):
        writer.write(session.receive(data))
        await writer.drain()


async def _beat(writer: asyncio.StreamWriter, session: SapientSession) -> None:
    await session.accepted.wait()
    while True:
        writer.write(session.status())
        await asyncio.sleep(STATUS_EVERY_S)


async def _report(writer: asyncio.StreamWriter, session: SapientSession, outlet: Outlet) -> None:
    await session.accepted.wait()
    outlet.link.open()
    outlet.tally.receivers = 1

    async def put(messages: list[bytes]) -> None:
        writer.writelines(messages)
        await writer.drain()

    await send_pictures(outlet.tally, outlet.encoder, outlet.newest, put)
