"""What `tocsin doctor` looks at: one function a check, each with a remedy."""

from __future__ import annotations

import importlib
import importlib.metadata
import io
import os
import re
import stat
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from tocsin import __version__
from tocsin.errors import DecodeError, InvalidInput, UnusableFile

_PYTHON = ((3, 11), (3, 13))
_MODULES = {
    "argon2-cffi": "argon2",
    "cap-tools": "cap_tools",
    "libasterix": "asterix",
    "prometheus-client": "prometheus_client",
    "protobuf": "google.protobuf",
    "pyserial": "serial",
    "sapient-proto": "sapient_msg",
}
"""Libraries whose module is not called as they are."""


@dataclass(frozen=True, slots=True)
class Check:
    """What was found; `remedy` is empty where all is well, `wrong` says that tocsin cannot work so."""

    name: str
    found: str
    remedy: str = ""
    wrong: bool = False


def checks(captures: list[Path]) -> Iterator[Check]:
    """All checks, the quick ones first."""
    simple: tuple[Callable[[], Check], ...] = (
        _python, _libraries, _terminal, _writable, _secret, _capture_reader, _kernels
    )  # fmt: skip
    for check in simple:
        yield check()
    for path in captures:
        yield _capture(path)


def _python() -> Check:
    version = sys.version_info[:2]
    text = f"{sys.version.split()[0]}, tocsin {__version__}"
    if _PYTHON[0] <= version <= _PYTHON[1]:
        return Check("Python", text)
    return Check("Python", text, "install Python 3.11, 3.12 or 3.13 and set tocsin up with it", wrong=True)


def _libraries() -> Check:
    """Imports them all: a library may be there and yet not load."""
    versions, broken = [], []
    for name in _required():
        try:
            importlib.import_module(_MODULES.get(name, name))
            versions.append(f"{name} {importlib.metadata.version(name)}")
        except (ImportError, OSError) as error:
            broken.append(f"{name} ({' '.join(str(error).split())})")
    if broken:
        remedy = "install tocsin again: pip install --force-reinstall tocsin"
        return Check("libraries", f"do not load: {', '.join(broken)}", remedy, wrong=True)
    return Check("libraries", ", ".join(versions) or "not told: tocsin runs from its source folder")


def _required() -> list[str]:
    """The names of the libraries that tocsin itself needs, extras left out."""
    try:
        lines = importlib.metadata.requires("tocsin") or []
    except importlib.metadata.PackageNotFoundError:
        return []
    return [
        match.group() for line in lines if "extra ==" not in line if (match := re.match(r"[\w.-]+", line))
    ]


def _terminal() -> Check:
    from tocsin.cli.console import LEAST_HEIGHT, LEAST_WIDTH, can_show_live, messages

    console = messages()
    if not console.is_terminal:
        return Check("terminal", "none: no live view, messages come line by line")
    text = (
        f"{console.width} x {console.height}, colours: {console.color_system or 'none'}, {console.encoding}"
    )
    if can_show_live(console):
        return Check("terminal", text)
    needed = f"{LEAST_WIDTH} x {LEAST_HEIGHT}"
    return Check(
        "terminal", text, f"for the live view use one of {needed} or larger that can move its cursor"
    )


def _writable() -> Check:
    here = Path.cwd()
    try:
        with tempfile.TemporaryFile(dir=here):
            return Check("folder", f"{here} can be written into")
    except OSError as error:
        remedy = "change to another folder, or give --out"
        return Check("folder", f"{here} cannot be written into ({error.strerror})", remedy, wrong=True)


def _secret() -> Check:
    """Whoever can read the secret can find serial numbers again by trying."""
    from tocsin.sensors.secrets import LEAST_SECRET_BYTES, SECRET_VARIABLE, user_secret_file

    path, given = user_secret_file(), os.environ.get(SECRET_VARIABLE, "")
    if given:
        if len(given.encode()) >= LEAST_SECRET_BYTES:
            return Check("secret", f"from {SECRET_VARIABLE}")
        remedy = f"give it at least {LEAST_SECRET_BYTES} bytes, or unset it"
        return Check("secret", f"{SECRET_VARIABLE} is too short", remedy, wrong=True)
    try:
        mode = stat.S_IMODE(path.stat().st_mode)
    except FileNotFoundError:
        return Check("secret", f"none yet; made at its first use in {path}")
    except OSError as error:
        return Check("secret", f"{path}: {error.strerror}", f"set {SECRET_VARIABLE}", wrong=True)
    if mode & 0o077:
        return Check("secret", f"{path} can be read by others ({mode:03o})", f"chmod 600 {path}", wrong=True)
    return Check("secret", f"{path}, readable by you alone")


def _capture_reader() -> Check:
    """Writes a capture and reads it again."""
    from tocsin.formats.capture import packets, write_pcap

    stream, sent = io.BytesIO(), [(1_000_000_000, b"first"), (2_000_000_001, b"second")]
    write_pcap(stream, 1, sent)
    stream.seek(0)
    try:
        came = [(packet.time_ns, packet.data) for packet in packets(stream)]
    except DecodeError as error:
        return Check("captures", str(error), "install tocsin again", wrong=True)
    if came != sent:
        return Check("captures", "are not read as they were written", "install tocsin again", wrong=True)
    return Check("captures", "pcap, pcapng and raw ASTERIX are read")


def _kernels() -> Check:
    from tocsin.jit import cache_folder
    from tocsin.runtime.warm_up import is_warm

    folder = cache_folder("tracking").parent
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        remedy = "set NUMBA_CACHE_DIR to a folder that can be written into"
        return Check("kernels", f"cannot be kept in {folder} ({error.strerror})", remedy, wrong=True)
    if is_warm():
        return Check("kernels", f"compiled, kept in {folder}")
    return Check("kernels", "not compiled yet", "the first run does it, in two to three minutes")


def _capture(path: Path) -> Check:
    from tocsin.cli.decoding import Decoding
    from tocsin.cli.words import count, reasons

    try:
        decoding = Decoding(path)
        number = sum(1 for _ in decoding.messages())
    except (UnusableFile, InvalidInput) as error:
        return Check("capture", str(error), "give a pcap, a pcapng or raw ASTERIX", wrong=True)
    damaged = f"; not decoded: {reasons(dict(decoding.damaged))}" if decoding.damaged else ""
    if not number:
        remedy = "capture Remote ID (Wi-Fi in monitor mode, Bluetooth) or ASTERIX over UDP"
        return Check("capture", f"{path}: no message that tocsin reads{damaged}", remedy, wrong=True)
    return Check("capture", f"{path}: {count(number, 'message')}{damaged}")
