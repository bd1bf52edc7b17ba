from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from lxml import etree
from tests.certificates import Authority, needs_openssl
from tests.outputs.messages import CANCEL, MESSAGE, UPDATE, make_site

from tocsin.config.signing import Signing
from tocsin.errors import InvalidInput, UnusableFile
from tocsin.model.alerts import AlertMessage
from tocsin.outputs.cap import CapEncoder
from tocsin.outputs.cap_signature import CapSigner, verify_cap

pytestmark = needs_openssl


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    return Authority(tmp_path_factory.mktemp("keys")).vouch_for("Nordmark")


def encoder(keys: dict[str, str]) -> CapEncoder:
    site = make_site(languages=("en", "ko"))
    return CapEncoder(site.model_copy(update={"signing": Signing(**keys)}))


@pytest.mark.parametrize("message", [MESSAGE, UPDATE, CANCEL], ids=lambda message: message.message_type.value)
def test_a_signed_message_is_valid_against_the_schema_and_verifies(
    keys: dict[str, str], message: AlertMessage, shared_path: Callable[[str], Path]
) -> None:
    signed = encoder(keys).encode(message)
    etree.XMLSchema(etree.parse(shared_path("schemas/CAP-v1.2.xsd"))).assertValid(etree.fromstring(signed))
    found = verify_cap(signed, Path(keys["certificate_file"]))
    assert (found.identifier, found.signed_by) == (message.identifier, "CN=Nordmark")


def test_an_rsa_key_signs_too(tmp_path: Path) -> None:
    key, certificate = tmp_path / "rsa.key", tmp_path / "rsa.pem"
    words = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out", certificate]
    subprocess.run([*map(str, words), "-days", "2", "-subj", "/CN=R"], check=True, capture_output=True)
    pair = {"certificate_file": str(certificate), "private_key_file": str(key)}
    assert verify_cap(encoder(pair).encode(MESSAGE), certificate).signed_by == "CN=R"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b"<severity>Severe", b"<severity>Minor "),
        (b"<identifier>A-7K3QX2-1", b"<identifier>A-7K3QX2-2"),
        (b"10.000000,20.000000", b"11.000000,20.000000"),
        (b"Exercise</status>", b"Actual</status>"),
    ],
)
def test_a_message_that_was_changed_does_not_verify(
    keys: dict[str, str], before: bytes, after: bytes
) -> None:
    signed = encoder(keys).encode(MESSAGE)
    assert before in signed
    with pytest.raises(InvalidInput, match="does not hold"):
        verify_cap(signed.replace(before, after, 1), Path(keys["certificate_file"]))


def test_no_single_byte_of_the_message_may_change(keys: dict[str, str]) -> None:
    signed = encoder(keys).encode(MESSAGE)
    start, end = signed.index(b"<identifier>"), signed.index(b"</info>")
    for place in range(start, end, 61):
        changed = signed[:place] + bytes([signed[place] ^ 1]) + signed[place + 1 :]
        with pytest.raises(InvalidInput):
            verify_cap(changed, Path(keys["certificate_file"]))


def test_the_signature_of_another_is_not_ours(keys: dict[str, str], tmp_path: Path) -> None:
    other = Authority(tmp_path).vouch_for("Nordmark")
    with pytest.raises(InvalidInput, match="does not hold"):
        verify_cap(encoder(other).encode(MESSAGE), Path(keys["certificate_file"]))


def test_a_signed_message_wrapped_into_another_does_not_verify(keys: dict[str, str]) -> None:
    """The attack by which a genuine message vouches for a forged one around it."""
    root = etree.fromstring(encoder(keys).encode(MESSAGE))
    forged = etree.fromstring(CapEncoder(make_site()).encode(UPDATE))
    forged.append(root)
    with pytest.raises(InvalidInput, match="does not hold"):
        verify_cap(etree.tostring(forged), Path(keys["certificate_file"]))
    forged.remove(root)
    signature = root[-1]
    forged.append(signature)
    with pytest.raises(InvalidInput, match="does not hold"):
        verify_cap(etree.tostring(forged), Path(keys["certificate_file"]))


def test_a_signature_that_is_no_child_of_the_message_does_not_count(keys: dict[str, str]) -> None:
    root = etree.fromstring(encoder(keys).encode(MESSAGE))
    root.find("{*}info").append(root[-1])
    with pytest.raises(InvalidInput, match="does not hold"):
        verify_cap(etree.tostring(root), Path(keys["certificate_file"]))


@pytest.mark.parametrize(
    ("message", "told"),
    [(b"", "is no XML"), (b"<a/>", "is no CAP 1.2 message"), (b"<a>&b;</a>", "is no XML")],
)
def test_what_is_no_message_is_refused(keys: dict[str, str], message: bytes, told: str) -> None:
    with pytest.raises(InvalidInput, match=told):
        verify_cap(message, Path(keys["certificate_file"]))


def test_an_unsigned_message_does_not_verify(keys: dict[str, str]) -> None:
    with pytest.raises(InvalidInput, match="does not hold"):
        verify_cap(CapEncoder(make_site()).encode(MESSAGE), Path(keys["certificate_file"]))


def test_files_that_cannot_sign_are_named(keys: dict[str, str], tmp_path: Path) -> None:
    empty = tmp_path / "empty.pem"
    empty.write_text("")
    other = Authority(tmp_path).vouch_for("other")
    for wrong, told in (
        ({"certificate_file": str(tmp_path / "none.pem")}, "none.pem: cannot be read"),
        ({"certificate_file": str(empty)}, "empty.pem: holds no certificate"),
        ({**keys, "private_key_file": str(empty)}, "empty.pem: holds no private key"),
        ({**keys, "private_key_file": other["private_key_file"]}, "is not the key of the certificate"),
    ):
        with pytest.raises(UnusableFile, match=told):
            CapSigner(Signing(**wrong))
