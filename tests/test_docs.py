"""What the documentation says is so: examples run, links lead somewhere, generated tables are up to date.

How pages are read:
- each page has a folder of its own, with `docs/` in it, in which its blocks run from top to bottom;
- a fence after a line that ends in a file name in backquotes and a colon is written to that file;
- a `console` fence holds commands after `$ ` and lines that must be in what they print, `...` for anything;
- every line of a `sh` fence is a command, and a `python` fence is a program, run within the test;
- a command of tocsin alone runs within the test, whatever a shell has to read (`|`, `>`) in a shell;
- a command ends with exit code 0, or with N where `# exit code N` stands behind it.
Other fences (`text`, `toml` without a name) are for the eyes only.
"""

from __future__ import annotations

import contextlib
import importlib.util
import io
import os
import re
import shlex
import subprocess
import sys
import warnings
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any, NoReturn

import pytest
import typer
from tests.conftest import CHECKOUT
from typer.testing import CliRunner

from tocsin.cli.app import app

DOCS = CHECKOUT / "docs"
PAGES = sorted([CHECKOUT / "README.md", *DOCS.rglob("*.md")])
LINKING = [*PAGES, CHECKOUT / "CONTRIBUTING.md", CHECKOUT / "CHANGELOG.md"]

# Beginnings of commands that stand in the documentation and are not run, and why; the longest one counts.
NOT_RUN = {
    "git clone": "needs the network",
    "cd ": "the test is there already",
    ". .venv/bin/activate": "the test has the environment already",
    ". node/bin/activate": "the test has the environment already",
    "sudo ": "changes the machine",
    "pip install": "changes the environment",
    "python3 -m venv": "changes the environment",
    "uv ": "changes the environment",
    "tocsin demo": "its live view takes a minute of real time",
    "tocsin simulate all-sensors --speak": "takes minutes; tests/runtime/test_speaking.py runs it",
    "tocsin console ": "goes on until it is told to stop; tests/cli/test_recordings.py runs it",
    "tocsin run --site": "goes on until it is told to stop; tests/cli/test_run.py runs it",
    "tocsin sensors probe udp:": "listens for ten seconds; tests/sensors/probe has it speak to real sockets",
    "tocsin sensors probe mqtt:": "likewise",
    "tocsin sensors probe serial:": "likewise",
    "tocsin recover": "needs what a kill leaves; tests/cli/test_recover.py makes it",
    "tocsin sighting": "needs a running service; tests/cli/test_run.py runs it with one",
    "tocsin operator ": "writes beside a site file; tests/cli/test_alert.py runs it",
    "tocsin alert ": "needs a running service; tests/cli/test_alert.py runs it with one",
    "podman ": "needs an engine of containers",
    "tocsin evaluate --suite builtin": "takes many minutes on one processor",
    "tocsin quiet --hours 1000": "takes a night; tests/cli/test_quiet.py runs it with runs that take no time",
    "mosquitto_sub ": "needs a broker; tests/examples runs it as it stands there",
    "python examples/microphone_node.py": "likewise",
    "python microphone_node.py": "likewise",
    "export MQTT_": "likewise",
    "python docs/generate.py": "writes into the checkout; a test of its own holds what it would write",
}
# Longer beginnings that are run all the same.
RUN = (
    "tocsin ",
    "tocsin alert list --in",
    "python ",
    "tocsin demo --headless",
    "tocsin demo --scenario",
    "ls ",
    "cat ",
    "head ",
)
# Commands of which the pages say that they are not built yet.
PLANNED: set[str] = set()
PLAIN = re.compile(r"tocsin [\w ./:=-]*(#.*)?")
MAKE = "make "  # run as `make -n`, in the checkout

SHELL = ("console", "sh", "bash", "shell")
FENCE = re.compile(r"^(?P<bar>`{3,})(?P<language>\w*)[^\n]*\n(?P<body>.*?)^(?P=bar)[ \t]*$", re.M | re.S)
NAMED = re.compile(r"`([\w.-]+\.\w+)`:\s*\Z")
EXIT_CODE = re.compile(r"#\s*exit code (\d+)\s*$")
LINK = re.compile(r"!?\[[^\]\n]*\]\(([^)\s]+)\)")


@dataclass
class Command:
    """One command of a page, with its line, the lines that it shows and how it is to end."""

    line: int
    text: str
    exit_code: int = 0
    shown: list[str] = field(default_factory=list)


@dataclass
class Block:
    """A fence: its line, language and text, and the file that it is, or ''."""

    line: int
    language: str
    text: str
    file: str


def blocks(page: str) -> Iterator[Block]:
    for found in FENCE.finditer(page):
        named = NAMED.search(page[: found.start()])
        line = page.count("\n", 0, found.start()) + 1
        yield Block(line, found["language"], found["body"], named[1] if named else "")


def commands(block: Block) -> list[Command]:
    """The commands of a `console` or `sh` block; a backslash at the end of a line goes on with the next."""
    found: list[Command] = []
    going_on = False
    for number, line in enumerate(block.text.splitlines(), block.line + 1):
        is_console = block.language == "console"
        if going_on:
            found[-1].text += " " + line.strip().removeprefix("> ")
        elif is_console and not line.startswith("$ "):
            if found and line.strip():
                found[-1].shown.append(line)
            continue
        elif line.strip() and not line.startswith("#"):
            found.append(Command(number, line.removeprefix("$ ").strip()))
        else:
            continue
        going_on = found[-1].text.endswith("\\")
        found[-1].text = found[-1].text.removesuffix("\\").strip()
    for command in found:
        if code := EXIT_CODE.search(command.text):
            command.exit_code = int(code[1])
    return found


def must_run(text: str) -> bool:
    """Whether a command is to be run, by the longest beginning that it has in RUN and NOT_RUN."""
    beginnings = [start for start in (*RUN, *NOT_RUN) if f"{text} ".startswith(start)]
    if not beginnings:
        raise AssertionError(f"{text!r}: put its beginning into RUN, or into NOT_RUN with the reason")
    return max(beginnings, key=len) in RUN


def as_pattern(shown: str) -> str:
    """A shown line as a regular expression: any spaces, and anything where `...` stands."""
    parts = [r"\s+".join(map(re.escape, part.split())) for part in shown.split("...")]
    return r"\s*.*\s*".join(parts)


class PageRun:
    """Runs the blocks of one page in one folder."""

    def __init__(self, page: Path, folder: Path) -> None:
        self.page = page
        self.folder = folder
        path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
        secret = {"TOCSIN_IDENTITY_SECRET": "a secret for the documentation only"}
        self.environment = {**os.environ, **secret, "PATH": path, "COLUMNS": "120"}

    def run(self) -> None:
        for block in blocks(self.page.read_text(encoding="utf-8")):
            self.run_block(block)

    def run_block(self, block: Block) -> None:
        if block.file:
            (self.folder / block.file).write_text(block.text, encoding="utf-8")
        elif block.language == "python":
            self._program(block)
        elif block.language in SHELL:
            for command in commands(block):
                self._command(command)

    def _program(self, block: Block) -> None:
        told = io.StringIO()
        try:
            with contextlib.chdir(self.folder), contextlib.redirect_stdout(told), warnings.catch_warnings():
                # A short program leaves closing its files to its end.
                warnings.simplefilter("ignore", ResourceWarning)
                exec(compile(block.text, self.page.name, "exec"), program := {"__name__": "__main__"})
                program.clear()
        except (Exception, SystemExit) as error:  # noqa: BLE001 - whatever an example ends with
            self._fail(block.line, f"the example ends with {error!r}\n{told.getvalue()}")

    def _command(self, command: Command) -> None:
        text = command.text.removeprefix(".venv/bin/")
        if text.startswith(MAKE):
            words = shlex.split(text, comments=True)
            done = self._call(["make", "-n", *words[1:]], CHECKOUT)
        elif must_run(text):
            run_it = self._run_here if PLAIN.fullmatch(text) else self._run_in_shell
            done = run_it(text)
        else:
            return
        if done.returncode != command.exit_code:
            self._fail(command.line, f"{text!r} ends with {done.returncode}\n{done.stdout}")
        for shown in command.shown:
            if not text.startswith(MAKE) and not re.search(as_pattern(shown), done.stdout):
                self._fail(command.line, f"{text!r} does not print {shown!r} but\n{done.stdout}")

    def _run_here(self, text: str) -> subprocess.CompletedProcess[str]:
        """Seconds sooner than in a process that has all to load; tests/cli/test_app.py starts processes."""
        words = shlex.split(text, comments=True)
        with contextlib.chdir(self.folder):
            done = CliRunner(env=self.environment).invoke(app, words[1:])
        if done.exception is not None and not isinstance(done.exception, SystemExit):
            raise done.exception
        return subprocess.CompletedProcess(words, done.exit_code, done.output)

    def _run_in_shell(self, text: str) -> subprocess.CompletedProcess[str]:
        return self._call(["/bin/sh", "-c", text], self.folder)

    def _call(self, words: list[str], folder: Path) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            words,
            cwd=folder,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=300,
            check=False,
        )

    def _fail(self, line: int, what: str) -> NoReturn:
        pytest.fail(f"{self.page.relative_to(CHECKOUT)}:{line}: {what}", pytrace=False)


def has_examples(page: Path) -> bool:
    languages = {block.language for block in blocks(page.read_text(encoding="utf-8"))}
    return bool(languages & {*SHELL, "python"})


def name_of(page: Path) -> str:
    return page.relative_to(CHECKOUT).as_posix()


@pytest.mark.usefixtures("compiled_kernels")
@pytest.mark.parametrize("page", [page for page in PAGES if has_examples(page)], ids=name_of)
def test_every_example_of_a_page_runs(page: Path, tmp_path: Path) -> None:
    folder, shared = tmp_path / "tocsin", Path(os.environ.get("TOCSIN_SHARED") or CHECKOUT.parent / "shared")
    folder.mkdir()
    (folder / "docs").symlink_to(DOCS)
    if "../shared/" in page.read_text(encoding="utf-8"):
        if not shared.is_dir():
            pytest.skip(f"its examples read captures of the shared folder; no {shared}")
        (tmp_path / "shared").symlink_to(shared)
    PageRun(page, folder).run()


def inline_commands() -> list[tuple[str, str]]:
    """(page, command) of every `tocsin COMMAND ...` in the running text."""
    found = []
    for page in LINKING:
        text = FENCE.sub("", page.read_text(encoding="utf-8"))
        found += [(name_of(page), command) for command in re.findall(r"`(tocsin [^`\n]+)`", text)]
    return found


def misspelt(command: str) -> list[str]:
    """The options in a command line that tocsin does not have, or the command that it does not have."""
    here: Any = typer.main.get_command(app)
    wrong = []
    for word in shlex.split(command)[1:]:
        if word.startswith("-"):
            known = {option for parameter in here.params for option in parameter.opts} | {"--help", "-h"}
            wrong += [] if word in known else [word]
        elif (commands_here := getattr(here, "commands", None)) is not None and not word.isupper():
            if word not in commands_here:
                return [word]
            here = commands_here[word]
    return wrong


def test_commands_in_the_running_text_exist() -> None:
    found = inline_commands()
    assert len(found) > 20, "the running text is not read"
    assert [(page, command) for page, command in found if command not in PLANNED and misspelt(command)] == []
    assert all(misspelt(command) for command in PLANNED), "built by now: the pages should say so"


@pytest.mark.parametrize("command", ["tocsin dem", "tocsin demo --sed 2", "tocsin config chek x.toml"])
def test_a_misspelt_command_is_noticed(command: str) -> None:
    assert len(misspelt(command)) == 1


# ---- links ----


def anchors(page: str) -> set[str]:
    """What the headings of a page are called in links, by GitHub's rule."""
    headings = re.findall(r"^#+ (.+)$", FENCE.sub("", page), re.M)
    names = [re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings]
    earlier = [names[:k].count(name) for k, name in enumerate(names)]
    return {f"{name}-{count}" if count else name for name, count in zip(names, earlier, strict=True)}


def broken_links(page: Path) -> list[str]:
    broken = []
    for target in LINK.findall(FENCE.sub("", page.read_text(encoding="utf-8"))):
        if re.match(r"[a-z]+:", target):
            continue
        name, _, anchor = target.partition("#")
        file = (page.parent / name).resolve() if name else page
        if not file.exists() or (anchor and anchor not in anchors(file.read_text(encoding="utf-8"))):
            broken.append(target)
    return broken


@pytest.mark.parametrize("page", LINKING, ids=name_of)
def test_every_link_inside_the_project_leads_somewhere(page: Path) -> None:
    assert broken_links(page) == []


def test_the_map_leads_to_every_page() -> None:
    index = DOCS / "index.md"
    linked = {(DOCS / target.partition("#")[0]).resolve() for target in LINK.findall(index.read_text())}
    assert {page for page in DOCS.rglob("*.md") if page != index} - linked == set()


# ---- generated tables ----


@pytest.fixture(scope="module")
def generate() -> ModuleType:
    spec = importlib.util.spec_from_file_location("docs_generate", DOCS / "generate.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_reference_tables_are_what_the_code_declares(generate: ModuleType) -> None:
    stale = [page.name for page in generate.pages() if generate.renewed(page.read_text()) != page.read_text()]
    assert stale == [], "run python docs/generate.py"
    used = {name for page in generate.pages() for _, name, _ in generate.MARKED.findall(page.read_text())}
    assert used == set(generate.TEXTS), "a table is on no page"


def test_a_table_that_is_out_of_date_is_noticed(generate: ModuleType) -> None:
    page = "<!-- generated: tracks -->\n| `time_s` | old |\n<!-- end -->\n"
    assert generate.renewed(page) != page
    assert generate.renewed(generate.renewed(page)) == generate.renewed(page)


# ---- that these tests can fail ----


@pytest.mark.parametrize(
    "text",
    [
        "```console\n$ tocsin no-such-command\n```\n",
        "```console\n$ tocsin --version\nsomething else\n```\n",
        "```console\n$ tocsin --version  # exit code 3\n```\n",
        "```sh\ntocsin track\n```\n",
        "```python\nraise SystemExit(1)\n```\n",
    ],
)
def test_an_example_that_is_not_so_is_noticed(text: str, tmp_path: Path) -> None:
    (block,) = blocks(text)
    with pytest.raises(pytest.fail.Exception, match=r"made-up\.md:[12]:"):
        PageRun(CHECKOUT / "made-up.md", tmp_path).run_block(block)


def test_a_command_that_nobody_has_judged_is_noticed() -> None:
    with pytest.raises(AssertionError, match="rm -rf"):
        must_run("rm -rf .")


def test_what_is_run_and_what_is_not() -> None:
    assert must_run("tocsin demo --headless --seed 2")
    assert not must_run("tocsin demo")
    assert not must_run("tocsin demo --seed 7")
    assert not must_run("tocsin evaluate --suite builtin --seeds 20")
    assert must_run("tocsin evaluate tocsin-demo")


def test_a_link_that_leads_nowhere_is_noticed(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("# One thing\n[a](page.md#one-thing) [b](none.md) [c](#other) [d](https://example.org)\n")
    assert broken_links(page) == ["none.md", "#other"]


def test_anything_may_stand_where_a_page_shows_dots() -> None:
    assert re.search(as_pattern("8:00 run through in ..."), "  8:00 run   through in 0.4 s: 323")
    assert not re.search(as_pattern("9:00 run through in ..."), "8:00 run through in 0.4 s")
