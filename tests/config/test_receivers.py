"""`[[receivers]]`: what can be, and what is refused with what would be right."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from tocsin.config.receivers import ALERT_FORMATS_OF, AlertFormat, Receiver, ReceiverTransport
from tocsin.config.site import Site
from tocsin.config.toml import parse
from tocsin.config.writing import to_toml

PLACE = {"name": "Meadow", "latitude_deg": -47.0, "longitude_deg": -127.0}
ADDRESSES = {
    ReceiverTransport.HTTP: "http://sirens.test/alerts",
    ReceiverTransport.HTTPS: "https://sirens.test/alerts?site=1",
    ReceiverTransport.MQTT: "mqtt://broker/alerts",
    ReceiverTransport.MQTTS: "mqtts://broker/alerts",
    ReceiverTransport.TCP: "tcp://tak:8087",
    ReceiverTransport.TLS: "tls://tak:8089",
    ReceiverTransport.FILE: "file:/srv/alerts",
}


def receiver(to: str, **keys: Any) -> Receiver:
    return Receiver.model_validate({"name": "sirens", "to": to} | keys)


def site(*receivers: dict[str, Any]) -> Site:
    return Site.model_validate({"site": PLACE, "receivers": receivers})


@pytest.mark.parametrize("transport", list(ReceiverTransport))
@pytest.mark.parametrize("form", list(AlertFormat))
def test_each_way_carries_what_it_says_and_nothing_else(
    transport: ReceiverTransport, form: AlertFormat
) -> None:
    if form in ALERT_FORMATS_OF[transport]:
        assert receiver(ADDRESSES[transport], format=form).bytes_of is form
    else:
        with pytest.raises(ValidationError, match="does not carry"):
            receiver(ADDRESSES[transport], format=form)


@pytest.mark.parametrize(
    ("to", "keys", "told"),
    [
        ("sirens.test", {}, "should begin with one of http, https, mqtt"),
        ("https://", {}, "names no machine"),
        ("https://0.0.0.0/alerts", {}, "name the one that is to receive"),
        ("https://ann:secret@sirens.test/", {}, "holds a password"),
        ("mqtt://broker", {}, "names no topic"),
        ("mqtt://broker/alerts/#", {}, "names no topic"),
        ("file:", {}, "names no folder"),
        ("file:///srv/alerts", {}, "names no folder"),
        ("http://sirens.test/", {"ca_file": "a.pem"}, "ca_file is for a receiver of https or mqtts or tls"),
        ("https://sirens.test/", {"private_key_file": "a.pem"}, "needs certificate_file"),
        ("https://sirens.test/", {"user": "ann"}, "user needs password_file"),
        ("tls://tak:8089", {"password_file": "a"}, "tls knows no passwords"),
        ("https://sirens.test/", {"retain": True}, "retain is for brokers"),
        ("mqtt://broker/alerts", {"heartbeat": True}, "heartbeat is for http and https"),
        ("file:/srv/alerts", {"min_level": "panic"}, "watch"),
        ("file:/srv/alerts", {"languages": ["klingon!"]}, "pattern"),
    ],
)
def test_what_can_not_be_is_refused_in_words(to: str, keys: dict[str, Any], told: str) -> None:
    with pytest.raises(ValidationError, match=told):
        receiver(to, **keys)


@pytest.mark.parametrize(
    ("one", "other", "told"),
    [
        ({"name": "a", "to": "file:/a"}, {"name": "a", "to": "file:/b"}, "the name 'a' is given twice"),
        ({"name": "a", "to": "file:/a"}, {"name": "b", "to": "file:/a"}, "can't both have file:/a"),
        ({"name": "a", "to": "file:/a"}, {"name": "b", "to": "file:/b", "zones": ["X"]}, "names a zone 'X'"),
    ],
)
def test_receivers_that_spoil_each_other_are_refused(
    one: dict[str, Any], other: dict[str, Any], told: str
) -> None:
    with pytest.raises(ValidationError, match=told):
        site(one, other)


def test_a_site_with_receivers_reads_back_as_it_was_written() -> None:
    known = site(
        {"name": "a", "to": "mqtts://broker/alerts", "retain": True, "languages": ["de", "ko"]},
        {"name": "b", "to": "https://sirens.test/alerts", "format": "speech", "heartbeat": True},
    )
    assert parse(to_toml(known), Path("site.toml"), Site) == known
