"""The rules of the house that no linter holds: rooms, clock, size, licences, and that tocsin never engages.

Each rule is a function from source or metadata to what breaks it, so that it is itself tested on a breach.
"""

from __future__ import annotations

import ast
import importlib.metadata
import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
from importlinter.cli import lint_imports
from packaging.requirements import Requirement

CHECKOUT = Path(__file__).resolve().parent.parent
PACKAGE = CHECKOUT / "src" / "tocsin"
PROJECT: dict[str, Any] = tomllib.loads((CHECKOUT / "pyproject.toml").read_text())["project"]
SOURCES = sorted(PACKAGE.rglob("*.py"))


def room(path: Path) -> str:
    """The first folder under src/tocsin, or the file's own name for the few that stand in none."""
    return path.relative_to(PACKAGE).parts[0]


def breaches(rule: Callable[[ast.Module], list[str]], paths: list[Path]) -> list[str]:
    return [
        f"{path.relative_to(CHECKOUT)}:{breach}" for path in paths for breach in rule(parse(path.read_text()))
    ]


def parse(source: str) -> ast.Module:
    return ast.parse(source)


# ---- rooms ----


def test_rooms_import_only_what_the_architecture_allows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(CHECKOUT)
    assert lint_imports(no_cache=True) == 0


def imported(tree: ast.AST) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.lineno, node.module


def loop_and_socket_imports(tree: ast.Module) -> list[str]:
    modules = {"asyncio", "socket", "socketserver", "selectors", "http", "urllib", "serial"}
    return [
        f"{line}: import {name}"
        for line, name in imported(tree)
        if name.split(".")[0] in modules and name != "urllib.parse"
    ]


def test_asyncio_and_sockets_stay_in_sensors_outputs_and_runtime() -> None:
    elsewhere = [path for path in SOURCES if room(path) not in {"sensors", "outputs", "runtime"}]
    assert breaches(loop_and_socket_imports, elsewhere) == []
    assert loop_and_socket_imports(parse("import asyncio\nfrom socket import socket\nimport numpy"))


def file_accesses(nodes: Iterable[ast.AST]) -> list[str]:
    """Calls that open, read or write a file, or ask the environment."""
    methods = {"open", "read_text", "read_bytes", "write_text", "write_bytes", "getenv"}
    found = []
    for node in nodes:
        if isinstance(node, ast.Call) and ast.unparse(node.func).rpartition(".")[2] in methods:
            found.append(f"{node.lineno}: {ast.unparse(node.func)}(...)")
        elif isinstance(node, ast.Attribute) and ast.unparse(node) == "os.environ":
            found.append(f"{node.lineno}: os.environ")
    return found


def file_accesses_anywhere(tree: ast.Module) -> list[str]:
    return file_accesses(ast.walk(tree))


def test_rooms_that_compute_open_no_files() -> None:
    pure = [path for path in SOURCES if room(path) in {"geo", "formats", "tracking", "assessment"}]
    assert breaches(file_accesses_anywhere, pure) == []
    assert len(file_accesses_anywhere(parse("open('x'); Path('x').read_text(); os.environ['x']"))) == 3


def run_at_import(node: ast.AST) -> Iterator[ast.AST]:
    """All below a node but the insides of functions."""
    for child in ast.iter_child_nodes(node):
        if not isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            yield child
            yield from run_at_import(child)


def file_accesses_at_import(tree: ast.Module) -> list[str]:
    return file_accesses(run_at_import(tree))


def test_nothing_reads_files_or_the_environment_at_import() -> None:
    assert breaches(file_accesses_at_import, SOURCES) == []
    assert file_accesses_at_import(parse("class A:\n    text = open('x').read()"))
    assert file_accesses_at_import(parse("def f():\n    return open('x').read()")) == []


def test_the_command_line_loads_without_the_heavy_libraries() -> None:
    heavy = ["numba", "pandas", "pyarrow", "scipy"]
    script = f"import sys, tocsin.cli.app; print(*set({heavy}) & set(sys.modules))"
    run = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": str(CHECKOUT / "src")},
    )
    assert run.returncode == 0, run.stderr
    assert run.stdout.split() == []


# ---- time ----

WALL_CLOCK = {"time", "time_ns", "sleep", "localtime", "gmtime", "ctime", "asctime"}


def wall_clock_uses(tree: ast.Module) -> list[str]:
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module == "time":
            found += [f"{node.lineno}: from time import {a.name}" for a in node.names if a.name in WALL_CLOCK]
        elif isinstance(node, ast.Attribute):
            owner = ast.unparse(node.value).rpartition(".")[2]
            if owner == "time" and node.attr in WALL_CLOCK:
                found.append(f"{node.lineno}: time.{node.attr}")
            if owner in {"datetime", "date", "Timestamp"} and node.attr in {"now", "utcnow", "today"}:
                found.append(f"{node.lineno}: {owner}.{node.attr}")
        elif isinstance(node, ast.Call) and ast.unparse(node.func).endswith("datetime64"):
            found += [
                f"{node.lineno}: datetime64(now)" for a in node.args if ast.unparse(a) in {"'now'", "'today'"}
            ]
    return found


def test_only_the_clock_asks_what_time_it_is() -> None:
    assert breaches(wall_clock_uses, [path for path in SOURCES if path.name != "clock.py"]) == []


@pytest.mark.parametrize(
    "source",
    [
        "time.time()",
        "from time import time_ns",
        "datetime.now(UTC)",
        "datetime.datetime.utcnow()",
        "np.datetime64('now')",
    ],
)
def test_every_way_to_ask_the_wall_clock_is_seen(source: str) -> None:
    assert wall_clock_uses(parse(source))


def test_measuring_a_duration_is_no_wall_clock() -> None:
    assert wall_clock_uses(parse("import time\ntime.perf_counter()\nclock.now_ns()")) == []


# ---- size ----


def long_functions(tree: ast.Module) -> list[str]:
    return [
        f"{node.lineno}: {node.name} has {length} lines"
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (length := (node.end_lineno or node.lineno) - node.lineno + 1) >= 60
    ]


def test_files_stay_under_500_lines() -> None:
    lengths = {str(path.relative_to(CHECKOUT)): len(path.read_text().splitlines()) for path in SOURCES}
    assert {name: length for name, length in lengths.items() if length >= 500} == {}


def test_functions_stay_under_60_lines() -> None:
    assert breaches(long_functions, SOURCES) == []
    assert long_functions(parse("def f():\n" + "    pass\n" * 59))
    assert long_functions(parse("def f():\n" + "    pass\n" * 58)) == []


# ---- what must not stand in the project ----

# Written in pieces, because this file is searched as well.
PLACES = re.compile(
    r"(?<![\w.])/(?:work|root|home|Users)" + r"/[\w.-]|/opt" + r"/(?:wheels|pypi)|\.library" + r"/"
    r"|pypi" + r"\.org|python" + r"hosted\.org|registry\.npmjs" + r"\.org"
)


def project_files() -> list[Path]:
    listing = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    try:
        run = subprocess.run(listing, cwd=CHECKOUT, capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):  # no git, or a source archive
        return [path for folder in ("src", "tests", "docs") for path in (CHECKOUT / folder).rglob("*.*")]
    return [path for name in run.stdout.split("\0") if (path := CHECKOUT / name).is_file()]


def test_nothing_names_a_place_on_somebodys_machine_or_a_package_index() -> None:
    found = []
    for path in project_files():
        try:
            lines = path.read_text(encoding="utf-8").splitlines()
        except UnicodeDecodeError:  # pictures and tables
            continue
        found += [
            f"{path.relative_to(CHECKOUT)}:{n}: {line.strip()}"
            for n, line in enumerate(lines, 1)
            if PLACES.search(line)
        ]
    assert found == []


@pytest.mark.parametrize("text", ["/ho" + "me/ann/x", "https://pypi" + ".org/simple", "'/ro" + "ot/.cache'"])
def test_a_place_is_recognised(text: str) -> None:
    assert PLACES.search(text)


# ---- licences ----


def runtime_closure() -> dict[str, importlib.metadata.Distribution]:
    """All installed distributions that the project's dependencies need on this machine, by name."""
    closure: dict[str, importlib.metadata.Distribution] = {}
    nothing: set[str] = set()
    waiting = [(Requirement(line), nothing) for line in PROJECT["dependencies"]]
    while waiting:
        requirement, wanted = waiting.pop()
        if requirement.marker and not any(
            requirement.marker.evaluate({"extra": extra}) for extra in wanted or {""}
        ):
            continue
        distribution = importlib.metadata.distribution(requirement.name)
        if closure.setdefault(requirement.name.lower(), distribution) is distribution:
            needed = [Requirement(line) for line in distribution.requires or []]
            waiting += [(line, requirement.extras) for line in needed]
    return closure


def licence_of(metadata: Any) -> str:
    """The licence as stated in the newest field there is; the long texts of bundled parts do not count."""
    classifiers = [c for c in metadata.get_all("Classifier") or [] if c.startswith("License ::")]
    first_line = (metadata.get("License") or "").strip().partition("\n")[0]
    return metadata.get("License-Expression") or "; ".join(classifiers) or first_line


def forbidden_licence(licence: str) -> bool:
    return not licence or re.search(r"\bA?L?GPL|GNU .*General Public", licence) is not None


def test_no_copyleft_code_is_a_runtime_dependency() -> None:
    licences = {name: licence_of(found.metadata) for name, found in runtime_closure().items()}
    assert {name: licence for name, licence in licences.items() if forbidden_licence(licence)} == {}
    assert {"numpy", "llvmlite", "xsdata"} <= set(licences), "what is needed indirectly is not reached"


@pytest.mark.parametrize("licence", ["GPL-3.0-or-later", "AGPL-3.0", "GNU General Public License v3", ""])
def test_a_copyleft_or_missing_licence_is_recognised(licence: str) -> None:
    assert forbidden_licence(licence)


def test_every_direct_dependency_has_its_reason_and_licence_on_record() -> None:
    table = (CHECKOUT / "docs" / "adr" / "0002-dependencies.md").read_text()
    recorded = set(re.findall(r"^\| (\w[\w-]*) \|", table, flags=re.MULTILINE)) - {"library"}
    extras = PROJECT["optional-dependencies"].values()
    declared = {Requirement(line).name for lines in [PROJECT["dependencies"], *extras] for line in lines}
    assert recorded == declared


def test_the_lock_file_pins_every_declared_dependency() -> None:
    lock = (CHECKOUT / "constraints.txt").read_text().splitlines()
    pinned = {Requirement(line).name for line in lock if not line.startswith("#")}
    declared = {
        Requirement(line).name for line in PROJECT["dependencies"] + PROJECT["optional-dependencies"]["test"]
    }
    assert declared - pinned == set()


# ---- it warns and never engages (docs/adr/0001) ----

# Compared with each word of a name (`aim_point` has two): 'claim' and 'maintain' pass, 'aim' does not.
ENGAGING = re.compile(
    r"(weapon|munition|warhead|missile|torpedo|bullet|ammo|ammunition|gun|cannon|turret|laser_?dazzler|lethal"
    r"|effector|shooter|shoot|gunner|launcher|jam|interceptor|intercept|interception|aim|aimpoint"
    r"|fire|firing|engage|engagement|neutrali[sz]e|evade|evasion|countermeasure|killchain|takeover)"
    r"(s|ed|d|ing|er|ers|mer|mers|ming|med)?"
)

# name: why it may stand there. Only what refuses or recognises such a thing belongs here.
MAY_STAND: dict[str, str] = {
    "JAMMING_STROBE": "a radar says that it is being jammed (EUROCONTROL, I034/000)",
    "SECONDARY_JAMMING_STROBE": "likewise",
    "MODE_S_JAMMING_STROBE": "likewise",
    "EFFECTOR_REFUSED": "the word under which nodes are counted that are refused for acting on things",
    "effector_refused": "likewise",
    "JAMMER": "a SAPIENT node says that it is one, and is refused for it (BSI Flex 335, NodeType)",
}


def words(name: str) -> list[str]:
    return [word.lower() for word in re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+", name)]


def names_given(tree: ast.Module) -> set[str]:
    """Every name that the code gives to a thing, and every string that is a key, a command or a choice."""
    names: set[str] = set()
    for node in ast.walk(tree):
        match node:
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                names.add(name)
            case ast.arg(arg=name) | ast.keyword(arg=str(name)) | ast.Attribute(attr=name):
                names.add(name)
            case ast.Name(id=name, ctx=ast.Store()):
                names.add(name)
            case ast.Constant(value=str(text)) if re.fullmatch(r"-{0,2}[A-Za-z][\w-]*", text):
                names.add(text)
    return names


def keys_of(table: Any) -> set[str]:
    """All keys of a TOML document, and its values that are single words."""
    if isinstance(table, dict):
        return set(table).union(*(keys_of(value) for value in table.values()))
    if isinstance(table, list):
        return set().union(*(keys_of(value) for value in table))
    return {table} if isinstance(table, str) and " " not in table else set()


def engaging(names: set[str]) -> set[str]:
    return {name for name in names if any(ENGAGING.fullmatch(word) for word in words(name))}


def vocabulary() -> set[str]:
    """What the project calls its modules, things, commands and settings."""
    names = {part for path in PACKAGE.rglob("*") for part in path.relative_to(PACKAGE).with_suffix("").parts}
    for path in SOURCES:
        names |= names_given(parse(path.read_text()))
    for path in PACKAGE.rglob("*.toml"):
        names |= keys_of(tomllib.loads(path.read_text()))
    return names


def test_tocsin_warns_and_never_engages() -> None:
    found = engaging(vocabulary())
    assert found - set(MAY_STAND) == set(), "see docs/adr/0001-warns-and-never-engages.md"
    assert set(MAY_STAND) - found == set(), "these exceptions are no longer needed"


@pytest.mark.parametrize(
    "source",
    [
        "def aim_point(track): ...",
        "class InterceptorDrone: ...",
        "def steer(jammer_power_w): ...",
        "app.command('engage')(run)",
        "node.kind = 'effector'",
        "settings = Settings(weapon_range_m=1.0)",
        "option = '--fire-control'",
    ],
)
def test_a_name_of_engagement_is_recognised(source: str) -> None:
    assert engaging(names_given(parse(source)))


@pytest.mark.parametrize(
    "name", ["claim", "maintained", "firmware", "begun", "remaining", "engine", "WildfireArea"]
)
def test_an_innocent_name_passes(name: str) -> None:
    assert engaging({name}) == set()


def test_a_setting_of_engagement_is_recognised_in_toml() -> None:
    assert engaging(keys_of(tomllib.loads("[[rules]]\nraise = 'warning'\n[site.jamming]\npower_w = 1"))) == {
        "jamming"
    }


def test_no_kernel_keeps_a_row_of_an_array_that_nothing_holds() -> None:
    # Compiled, `rows(1)[0]` is freed where it stands: a row does not keep its array alive.
    taken = [
        f"{path.name}:{node.lineno}"
        for path in sorted(PACKAGE.glob("*/kernels/*.py"))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Subscript) and isinstance(node.value, ast.Call)
        if isinstance(node.value.func, ast.Name) and node.value.func.id.endswith("_rows")
    ]
    assert not taken
