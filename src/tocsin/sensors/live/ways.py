"""Every way in under one name: who wants the bytes of an input need not know how they come."""

from __future__ import annotations

from collections.abc import Awaitable
from dataclasses import dataclass, field

from tocsin.config.inputs import Input, Transport
from tocsin.config.logins import Login
from tocsin.model.link import Link
from tocsin.sensors.live.files import follow_file, watch_folder
from tocsin.sensors.live.http import poll
from tocsin.sensors.live.inbox import Inbox
from tocsin.sensors.live.mqtt import subscribe
from tocsin.sensors.live.serial_line import read_line
from tocsin.sensors.live.tcp import call_stream, listen_for_streams
from tocsin.sensors.live.udp import receive_datagrams


@dataclass(frozen=True, slots=True)
class Access:
    """What a way in needs beside its address: a login to brokers, and how often a page is asked for."""

    login: Login = field(default_factory=Login)
    period_s: float = 1.0


def receive(way: Input, inbox: Inbox, link: Link, access: Access) -> Awaitable[None]:
    """Fills the inbox until it is cancelled; OSError, TimeoutError or ValueError when the way in breaks."""
    if way.transport is Transport.UDP:
        return receive_datagrams(way, inbox, link)
    if way.transport is Transport.TCP:
        return call_stream(way, inbox, link)
    if way.transport is Transport.TCP_LISTEN:
        return listen_for_streams(way, inbox, link)
    if way.transport is Transport.SERIAL:
        return read_line(way, inbox, link)
    if way.transport is Transport.FILE:
        watch = watch_folder if way.path.endswith("/") else follow_file
        return watch(way, inbox, link)
    if way.transport in (Transport.MQTT, Transport.MQTTS):
        return subscribe(way, inbox, link, access.login)
    return poll(way, inbox, link, access.period_s)
