"""The program as a whole: help, exit codes, and what stands on which stream."""

from __future__ import annotations

import errno
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pyarrow.parquet
import pytest
from tests.cli.conftest import Call, DemoRun
from tests.sensors.made import BASIC_ID, at, beacon, location, write_beacons

from tocsin import __version__
from tocsin.cli import app as app_module
from tocsin.cli import schema, warming
from tocsin.errors import InvalidInput

PROGRAM = (sys.executable, "-c", "from tocsin.cli.app import main; main()")
COMMANDS = (
    "demo", "run", "console", "simulate", "track", "replay", "recover", "evaluate", "quiet", "decode",
    "alert", "sensors", "sighting", "outputs", "receivers", "operator", "config", "schema", "doctor",
)  # fmt: skip
ALL = (*((command,) for command in COMMANDS), ("config", "init"), ("config", "check"), ("config", "show"),
       ("config", "explain"), ("sensors", "list"), ("sensors", "watch"), ("sensors", "probe"),
       ("outputs", "list"), ("receivers", "list"),
       *(("operator", name) for name in ("add", "list", "remove")),
       *(("alert", name) for name in ("list", "show", "why", "ack", "escalate", "cancel", "confirm", "mark",
                                      "unmark", "test")))  # fmt: skip


@pytest.mark.parametrize("command", ALL, ids=" ".join)
def test_every_help_has_examples_that_begin_as_one_types_them(command: tuple[str, ...], tocsin: Call) -> None:
    outcome = tocsin(*command, "--help")
    assert outcome.code == 0
    examples = outcome.out.partition("Examples:\n")[2].splitlines()
    assert len(examples) >= 2
    assert all(text.startswith(f"    tocsin {command[0]}") or "tocsin " in text for text in examples if text)
    assert any(" ".join(command) in text for text in examples)


def test_the_first_help_lists_every_command_with_a_whole_sentence(tocsin: Call) -> None:
    text = tocsin("--help").out
    listed = text.partition("Commands:\n")[2].partition("\n\n")[0].splitlines()
    assert {line.split()[0] for line in listed} == set(COMMANDS)
    assert all(line.endswith(".") and not line.endswith("...") for line in listed)


def test_no_help_loads_what_only_work_needs() -> None:
    script = (
        "import sys\n"
        "from tocsin.cli.app import app\n"
        f"for command in {[(), *ALL]!r}:\n"
        "    try:\n"
        "        app([*command, '--help'])\n"
        "    except SystemExit as end:\n"
        "        assert end.code == 0\n"
        "heavy = {'numba', 'numpy', 'scipy', 'pyarrow', 'pandas', 'pydantic', 'rich', 'dpkt', 'asterix'}\n"
        "print(*sorted(heavy & set(sys.modules)), file=sys.stderr)\n"
    )
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert run.stderr.split() == []


def test_the_version_is_told(tocsin: Call) -> None:
    assert tocsin("--version").out == f"tocsin {__version__}\n"


@pytest.mark.parametrize("arguments", ["nonsense", "demo --nonsense", "track", "config check"])
def test_wrong_usage_is_exit_code_2(arguments: str, tocsin: Call) -> None:
    outcome = tocsin(*arguments.split())
    assert (outcome.code, outcome.out) == (2, "")
    assert "Usage: tocsin" in outcome.err


@pytest.mark.parametrize("arguments", ["--debug decode x", "decode x --debug", "decode --debug x"])
def test_debug_shows_where_an_error_arose_wherever_it_stands(arguments: str, tocsin: Call) -> None:
    plain = tocsin("decode", "x")
    assert plain.err == "tocsin: x: no such file\n"
    debugged = tocsin(*arguments.split())
    assert debugged.code == 1
    assert "Traceback" in debugged.err
    assert debugged.err.endswith(plain.err)


def test_a_debug_that_is_an_argument_is_left_alone(tocsin: Call) -> None:
    outcome = tocsin("decode", "--", "--debug")
    assert outcome.err == "tocsin: --debug: no such file\n"


@pytest.mark.parametrize(
    ("error", "code", "message"),
    [
        (InvalidInput("a: is wrong. Do b"), 1, "tocsin: a: is wrong. Do b\n"),
        (OSError(errno.ENOSPC, "No space left on device"), 1, "tocsin: [Errno 28] No space left on device\n"),
        (KeyboardInterrupt(), 130, "tocsin: interrupted\n"),
    ],
)
def test_what_goes_wrong_has_its_exit_code_and_its_line(
    error: BaseException, code: int, message: str, tocsin: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(name: str) -> None:
        raise error

    monkeypatch.setattr(schema, "_schema", fail)
    outcome = tocsin("schema", "site")
    assert (outcome.code, outcome.out, outcome.err) == (code, "", message)


def test_a_defect_of_tocsin_is_a_line_too(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(name: str) -> None:
        raise ZeroDivisionError("division by zero")

    monkeypatch.setattr(schema, "_schema", fail)
    monkeypatch.setattr(sys, "argv", ["tocsin", "schema", "site"])
    with pytest.raises(SystemExit) as ended:
        app_module.main()
    shown = capsys.readouterr()
    assert (ended.value.code, shown.out) == (1, "")
    assert "division by zero" in shown.err
    assert "--debug" in shown.err
    assert "Traceback" not in shown.err


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("schema",), 0),
        (("decode", "nowhere.pcap"), 1),
        (("demo", "--speed", "fast"), 2),
        (("config", "check", "wrong.toml"), 3),
    ],
)
def test_the_program_ends_with_the_exit_codes_of_the_contract(
    arguments: tuple[str, ...], code: int, tmp_path: Path
) -> None:
    (tmp_path / "wrong.toml").write_text("[site]\n")
    run = subprocess.run([*PROGRAM, *arguments], capture_output=True, text=True, check=False, cwd=tmp_path)
    assert run.returncode == code, run.stderr
    assert bool(run.stdout) == (code == 0)
    assert "Traceback" not in run.stderr


def test_a_reader_that_has_enough_is_no_error(tmp_path: Path) -> None:
    timed = [(at(second), beacon(BASIC_ID, location(second))) for second in range(2000)]
    capture = write_beacons(tmp_path / "long.pcap", timed)
    command = [*PROGRAM, "decode", str(capture)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as run:
        assert run.stdout is not None
        assert run.stderr is not None
        assert b"BasicId" in run.stdout.readline()
        run.stdout.close()
        complaint = run.stderr.read()
    assert b"Traceback" not in complaint
    assert b"Broken pipe" not in complaint


@pytest.mark.usefixtures("demo_run")  # the kernels are compiled then
def test_what_was_recorded_until_ctrl_c_is_complete_and_readable(scenario_file: Path, tmp_path: Path) -> None:
    directory = tmp_path / "run"
    # As a shell starts what goes on in the background: Ctrl-C is ignored unless a program asks for it.
    ignoring = ("sh", "-c", "trap '' INT; exec \"$@\"", "sh")
    command = [*ignoring, *PROGRAM, "demo", "--headless", "--speed", "20", "--scenario", str(scenario_file)]
    environment = {**os.environ, "XDG_DATA_HOME": str(tmp_path)}
    with subprocess.Popen(
        [*command, "--out", str(directory)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment
    ) as run:
        _wait_until_something_is_said(directory, run)
        run.send_signal(signal.SIGINT)
        printed, complaint = run.communicate(timeout=60)
    assert run.returncode == 130, complaint
    assert printed == b""
    text = complaint.decode()
    assert f"interrupted; what was recorded until then is complete and readable in {directory}" in text
    assert "Traceback" not in text
    assert json.loads((directory / "recording.json").read_text())["ended"] == "interrupted"
    for table in ("detections", "tracks", "alerts", "associations", "truth"):
        assert pyarrow.parquet.read_table(directory / f"{table}.parquet").num_rows > 0
    assert not list(directory.glob("*.partial"))


def test_an_interruption_before_anything_was_recorded_does_not_point_at_an_older_run(
    tocsin: Call, demo_run: DemoRun, scenario_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(progress: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(warming, "make_ready", interrupt)
    outcome = tocsin("demo", "--headless", "--scenario", scenario_file, "--out", demo_run.directory)
    assert (outcome.code, outcome.err) == (130, "tocsin: interrupted; nothing was recorded yet\n")


def _wait_until_something_is_said(directory: Path, run: subprocess.Popen[bytes]) -> None:
    """The first CAP message shows that the line runs."""
    patience = time.perf_counter() + 120.0
    while not list(directory.glob("cap/*.xml")):
        assert run.poll() is None, "it ended before it was interrupted"
        assert time.perf_counter() < patience, "nothing was ever said"
        signal.sigtimedwait([], 0.05)
