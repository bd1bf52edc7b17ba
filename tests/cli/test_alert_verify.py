from __future__ import annotations

from pathlib import Path

from tests.certificates import Authority, needs_openssl
from tests.cli.conftest import Call
from tests.outputs.messages import MESSAGE, make_site

from tocsin.config.signing import Signing
from tocsin.outputs.cap import CapEncoder

pytestmark = needs_openssl


def test_messages_are_verified_and_one_that_was_changed_ends_with_1(tocsin: Call, tmp_path: Path) -> None:
    keys = Authority(tmp_path).vouch_for("Nordmark")
    site = make_site().model_copy(update={"signing": Signing(**keys)})
    signed = CapEncoder(site).encode(MESSAGE)
    (tmp_path / "good.xml").write_bytes(signed)
    (tmp_path / "bad.xml").write_bytes(signed.replace(b"Severe", b"Minor", 1))
    good = tocsin("alert", "verify", "good.xml", "--certificate", keys["certificate_file"])
    assert good.code == 0
    assert "good.xml: holds: A-7K3QX2-1 of tocsin-nordmark-" in good.out
    files = ("good.xml", "bad.xml")
    both = tocsin("alert", "verify", *files, "--certificate", keys["certificate_file"], "--json")
    assert both.code == 1
    assert [row["holds"] for row in both.json] == [True, False]
    assert "does not hold" in both.json[1]["trouble"]


def test_a_file_that_is_not_there_is_named(tocsin: Call, tmp_path: Path) -> None:
    keys = Authority(tmp_path).vouch_for("Nordmark")
    missing = tocsin("alert", "verify", "none.xml", "--certificate", keys["certificate_file"])
    assert missing.code == 1
    assert "none.xml: cannot be read" in missing.err
