"""Streams that are encrypted: the server is called only where it is trusted, and is shown who calls."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from tests.brokers import HERE, free_port
from tests.certificates import Authority, needs_openssl
from tests.outputs.live.made import channel, output, until
from tests.outputs.live.test_ways_out import kept_open, send

from tocsin.config.logins import Login
from tocsin.config.tls import listening_context
from tocsin.formats.cot import CotStream

pytestmark = needs_openssl


def served(folder: Path, ours: Authority, **keys: str) -> tuple[list[str], bytes]:
    """What troubles there were, and what a server got that asks for certificates of our authority."""
    port, got = free_port(), bytearray()
    tls = listening_context(Login(ca_file=ours.certificate, **ours.vouch_for("server")))

    async def hear(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(65_536):
            got.extend(data)
        writer.close()

    async def scene() -> list[str]:
        one = channel(f"tls://{HERE}:{port}", format="cot", **keys)
        async with await asyncio.start_server(hear, HERE, port, ssl=tls):
            async with kept_open(one) as troubles:
                await until(lambda: one.link.is_open or bool(troubles))
                if not troubles:
                    await send(one, 1.0, "T1")
                    await until(lambda: bool(got) or bool(troubles))
            return troubles

    return asyncio.run(scene()), bytes(got)


def test_a_tak_server_over_tls_gets_events_of_a_tocsin_that_it_knows(tmp_path: Path) -> None:
    ours = Authority(tmp_path)
    troubles, got = served(tmp_path, ours, ca_file=ours.certificate, **ours.vouch_for("tocsin"))
    events, errors = CotStream().feed(got)
    assert (troubles, len(events), errors) == ([], 1, [])


def test_a_server_that_is_not_trusted_gets_nothing(tmp_path: Path) -> None:
    ours, theirs = Authority(tmp_path), Authority(tmp_path, "stranger")
    troubles, got = served(tmp_path, ours, ca_file=theirs.certificate, **ours.vouch_for("tocsin"))
    assert "certificate verify failed" in troubles[0] and got == b""


def test_a_certificate_that_cannot_be_read_is_a_trouble_that_names_it(tmp_path: Path) -> None:
    ours = Authority(tmp_path)
    troubles, got = served(tmp_path, ours, certificate_file=str(tmp_path / "absent.pem"))
    assert "absent.pem" in troubles[0] and got == b""


@pytest.mark.parametrize(
    ("to", "keys", "wanted"),
    [
        ("tcp://127.0.0.1:8087", {"certificate_file": "x.pem"}, "for an output of tls or mqtts"),
        ("tls://127.0.0.1:8089", {"private_key_file": "x.key"}, "needs certificate_file"),
    ],
)
def test_certificates_where_none_is_shown_are_refused(to: str, keys: dict[str, str], wanted: str) -> None:
    with pytest.raises(ValueError, match=wanted):
        output(to, format="cot", **keys)
