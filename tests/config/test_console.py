"""Where the console listens: nothing goes over a network in the clear, and a slip of the pen is said so."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from tocsin.config.console import ConsoleSection, Listen, parse_listen


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("0.0.0.0:8443", Listen("0.0.0.0", 8443)),
        ("[::]:8443", Listen("::", 8443)),
        ("127.0.0.1:0", Listen("127.0.0.1", 0)),
    ],
)
def test_an_address_and_a_port(text: str, expected: Listen) -> None:
    assert parse_listen(text) == expected
    assert parse_listen(text).is_loopback == (expected.host == "127.0.0.1")


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"listen": "8443"}, "no address with a port"),
        ({"listen": "console.example.org:8443"}, "no address with a port"),
        ({"listen": "0.0.0.0:99999", "certificate_file": "c.pem"}, "there is no port 99999"),
        ({"listen": "0.0.0.0:8443"}, "needs certificate_file"),
        ({"listen": "[::]:8443"}, "needs certificate_file"),
        ({"certificate_file": "c.pem"}, "on this machine alone it is plain HTTP"),
        ({"listen": "127.0.0.1:1", "private_key_file": "k.pem"}, "private_key_file needs certificate_file"),
        ({"session_hours": 0}, "greater than 0"),
        ({"time_zone": "../etc/passwd"}, "match pattern"),
    ],
)
def test_what_would_not_be_safe_or_can_not_be_is_refused(settings: dict[str, Any], words: str) -> None:
    with pytest.raises(ValidationError, match=words):
        ConsoleSection.model_validate(settings)


def test_on_this_machine_alone_it_needs_no_certificate() -> None:
    assert ConsoleSection(listen="127.0.0.1:8443").listen
