"""Envelopes: sealed as the form says, opened as they were closed, and of no other key."""

from __future__ import annotations

import hashlib
import hmac
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.formats.kinds import error_kind

from tocsin.formats.nodes import Envelope, decode_envelope, encode_envelope, is_envelope, is_sealed_with

KEY, OTHER = b"the key of Mast 3", b"a key of another"
HEARD = '{"v": 1, "heard": true}'
TEXTS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=80)


def sealed(**changes: object) -> Envelope:
    payload = json.loads(encode_envelope("Mast 3", "heard", HEARD, KEY, 1_932_926_400_000)) | changes
    return decode_envelope(json.dumps(payload).encode())


def test_the_seal_is_made_of_the_lines_that_the_form_says() -> None:
    lines = f"tocsin 1\nMast 3\nheard\n1932926400000\n{HEARD}\n".encode()
    assert sealed().seal == hmac.new(KEY, lines, hashlib.sha256).hexdigest()
    assert is_sealed_with(KEY, sealed()) and not is_sealed_with(OTHER, sealed())


@pytest.mark.parametrize(
    "change",
    [
        {"sensor": "Mast 4"}, {"kind": "status"}, {"message": HEARD.replace("true", "false")},
        {"sent_ms": 1_932_926_400_001}, {"seal": "0" * 64}, {"seal": None}, {"sent_ms": None},
    ],
)  # fmt: skip
def test_whatever_is_changed_breaks_the_seal(change: dict[str, object]) -> None:
    assert not is_sealed_with(KEY, sealed(**change))


@given(TEXTS, st.text(st.characters(exclude_categories=["Cs"]), max_size=400), st.integers(0, 9 * 10**12))
def test_whatever_is_sealed_opens_again(sensor: str, message: str, sent_ms: int) -> None:
    payload = encode_envelope(sensor, "bearing", message, KEY, sent_ms)
    envelope = decode_envelope(payload)
    assert is_envelope(payload) and is_sealed_with(KEY, envelope)
    assert (envelope.sensor, envelope.kind, envelope.message) == (sensor, "bearing", message)


@pytest.mark.parametrize(
    ("payload", "kind"),
    [
        (b'{"v": 1, "message"', "node_message_truncated"),
        (b'["message"]', "node_message_invalid"),
        (b'"message" is not JSON', "node_message_not_json"),
        (b'{"v": 2, "sensor": "a", "kind": "heard", "message": ""}', "node_message_version"),
        (b'{"v": 1, "sensor": "a\\n", "kind": "heard", "message": ""}', "node_message_invalid"),
        (b'{"v": 1, "sensor": "a", "kind": "fire", "message": ""}', "node_message_invalid"),
        (b'{"v": 1, "sensor": "a", "kind": "heard", "message": {"v": 1}}', "node_message_invalid"),
        (b'{"v": 1, "sensor": "a", "kind": "heard", "message": "", "seal": "XYZ"}', "node_message_invalid"),
        (b'{"message": "' + b"x" * 10_000 + b'"}', "node_message_too_large"),
    ],
)
def test_what_is_no_envelope_is_told_by_kind(payload: bytes, kind: str) -> None:
    assert error_kind(decode_envelope, payload) == kind


@given(st.binary(max_size=200))
def test_any_bytes_are_an_error(data: bytes) -> None:
    assert (error_kind(decode_envelope, data) or "none").startswith("node_message_")
