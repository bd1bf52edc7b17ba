from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import pytest
from tests.cli.conftest import Call
from tests.sensors.made import BASIC_ID, at, beacon, location, write_beacons

from tocsin.sensors.secrets import user_secret_file


def check(tocsin: Call, name: str) -> dict[str, object]:
    outcome = tocsin("doctor", "--json")
    (found,) = (one for one in outcome.json if one["name"] == name)
    assert outcome.code == (1 if found["wrong"] else 0)
    return dict(found)


def test_all_is_well_here(tocsin: Call) -> None:
    outcome = tocsin("doctor")
    assert outcome.code == 0, outcome.out
    found = [text.split()[:2] for text in outcome.out.splitlines() if not text.strip().startswith("->")]
    assert [name for _, name in found] == [
        *("Python", "libraries", "terminal", "folder", "secret", "captures", "kernels"),
    ]
    assert "WRONG" not in outcome.out
    assert "numpy" in outcome.out


def test_a_python_that_is_not_supported_is_wrong(tocsin: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "version_info", (3, 10, 0, "final", 0))
    found = check(tocsin, "Python")
    assert found["wrong"]
    assert "3.11" in str(found["remedy"])


def test_a_library_that_does_not_load_is_wrong(tocsin: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "dpkt", None)
    outcome = tocsin("doctor")
    assert outcome.code == 1
    assert "WRONG  libraries  do not load: dpkt" in outcome.out
    assert "->" in outcome.out


def test_a_secret_that_others_can_read_is_wrong(tocsin: Call) -> None:
    path = user_secret_file()
    assert str(path) in str(check(tocsin, "secret")["found"]), "none yet"
    path.parent.mkdir(parents=True)
    path.write_bytes(b"x" * 32)
    path.chmod(0o644)
    assert check(tocsin, "secret") == {
        "name": "secret",
        "found": f"{path} can be read by others (644)",
        "remedy": f"chmod 600 {path}",
        "wrong": True,
    }
    path.chmod(0o600)
    assert not check(tocsin, "secret")["wrong"]


def test_a_short_secret_in_the_environment_is_wrong(tocsin: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TOCSIN_IDENTITY_SECRET", "short")
    assert check(tocsin, "secret")["wrong"]
    monkeypatch.setenv("TOCSIN_IDENTITY_SECRET", "long enough for its purpose")
    assert not check(tocsin, "secret")["wrong"]


def test_the_secret_itself_is_never_shown(tocsin: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TOCSIN_IDENTITY_SECRET", "correct horse battery staple")
    assert "battery" not in tocsin("doctor").out


def test_captures_are_tried(tocsin: Call, tmp_path: Path) -> None:
    good = write_beacons(tmp_path / "good.pcap", [(at(0.0), beacon(BASIC_ID, location(0.0)))])
    empty = write_beacons(tmp_path / "empty.pcap", [(at(0.0), b"nothing of ours")])
    (tmp_path / "bad.pcap").write_text("no capture")
    outcome = tocsin("doctor", good, empty, "bad.pcap", "nowhere.pcap")
    assert outcome.code == 1
    lines = outcome.out.splitlines()
    assert f"ok     capture    {good}: 2 messages" in lines
    wrong = [text for text in lines if text.startswith("WRONG")]
    assert [any(name in text for text in wrong) for name in ("empty", "bad", "nowhere")] == [True] * 3


def test_a_folder_that_cannot_be_written_into_is_wrong(tocsin: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(**_: object) -> object:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(tempfile, "TemporaryFile", refuse)
    outcome = tocsin("doctor")
    assert outcome.code == 1
    assert outcome.out.count("WRONG") == 2, "the folder, and that of the kernels"
