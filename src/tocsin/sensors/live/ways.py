"""Every way in under one name: who wants the bytes of an input need not know how they come."""

from __future__ import annotations

import ssl
from collections.abc import Awaitable
from dataclasses import dataclass, field

from tocsin.config.inputs import Input, Transport
from tocsin.config.logins import Login
from tocsin.config.site import Sensor
from tocsin.config.tls import calling_context, listening_context
from tocsin.model.link import Link
from tocsin.sensors.live.files import follow_file, watch_folder
from tocsin.sensors.live.http import poll
from tocsin.sensors.live.inbox import Inbox
from tocsin.sensors.live.mqtt import subscribe
from tocsin.sensors.live.outbox import Outbox
from tocsin.sensors.live.senders import ANYBODY, Senders
from tocsin.sensors.live.serial_line import read_line
from tocsin.sensors.live.tcp import call_stream, listen_for_streams
from tocsin.sensors.live.udp import receive_datagrams


@dataclass(frozen=True, slots=True)
class Access:
    """What a way in needs beside its address: who may speak, and how often a page is asked for."""

    login: Login = field(default_factory=Login)
    senders: Senders = ANYBODY
    period_s: float = 1.0

    @classmethod
    def of(cls, sensor: Sensor) -> Access:
        """As the site file has it."""
        return cls(sensor.login, Senders(sensor.senders), sensor.filled().period_s or 1.0)


def receive(
    way: Input, inbox: Inbox, link: Link, access: Access, outbox: Outbox | None = None
) -> Awaitable[None]:
    """Fills the inbox until it is cancelled; OSError, TimeoutError or ValueError when the way in breaks.

    Certificates are read anew each time, as they are renewed while a service runs. `outbox`: answers.
    """
    match way.transport:
        case Transport.UDP:
            return receive_datagrams(way, inbox, link, access.senders)
        case Transport.TCP | Transport.TLS:
            return call_stream(way, inbox, link, _calling_tls(way, access), outbox)
        case Transport.TCP_LISTEN | Transport.TLS_LISTEN:
            return listen_for_streams(way, inbox, link, access.senders, _listening_tls(way, access), outbox)
        case Transport.SERIAL:
            return read_line(way, inbox, link)
        case Transport.FILE:
            watch = watch_folder if way.path.endswith("/") else follow_file
            return watch(way, inbox, link)
        case Transport.MQTT | Transport.MQTTS:
            return subscribe(way, inbox, link, access.login)
    return poll(way, inbox, link, access.period_s)


def _calling_tls(way: Input, access: Access) -> ssl.SSLContext | None:
    return calling_context(access.login) if way.transport is Transport.TLS else None


def _listening_tls(way: Input, access: Access) -> ssl.SSLContext | None:
    return listening_context(access.login) if way.transport is Transport.TLS_LISTEN else None
