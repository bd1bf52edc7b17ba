"""Every word under which something is counted stands in the documentation, where who meets it looks.

Found are words in the places where they arise: in a DecodeError, in what is given to `refuse`, in what a
function returns that gives a reason or nothing, in pairs of a reason and whether it holds, and as keys of
counters. `...` stands for what a word is made of while running.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.conftest import CHECKOUT

PACKAGE = CHECKOUT / "src" / "tocsin"
SOURCES = sorted(
    path
    for path in [
        *(PACKAGE / "formats").rglob("*.py"), *(PACKAGE / "sensors").rglob("*.py"),
        PACKAGE / "model" / "validation.py", PACKAGE / "model" / "timeliness.py",
    ]
    if "probe" not in path.parts
)  # fmt: skip
WORD = re.compile(r"[a-z.][a-z0-9.]*(_[a-z0-9.]+)*")
REASON = re.compile(r"\| str$|^str \| None$|^tuple\[str, str\] \| None$|\| NoPosition$")
PAGE = CHECKOUT / "docs" / "sensors.md"


def constants(trees: dict[Path, ast.Module]) -> dict[str, str]:
    """What names in capitals stand for, in modules and as members of enumerations."""
    found = {}
    for tree in trees.values():
        for node in ast.walk(tree):
            if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant | ast.Tuple):
                values = node.value.elts if isinstance(node.value, ast.Tuple) else [node.value]
                target = node.targets[0]
                names = target.elts if isinstance(target, ast.Tuple) else [target]
                for name, value in zip(names, values, strict=False):
                    is_capital = isinstance(name, ast.Name) and name.id.isupper()
                    if is_capital and isinstance(value, ast.Constant) and isinstance(value.value, str):
                        found[ast.unparse(name)] = value.value
    return found


def words_in(node: ast.expr, known: dict[str, str]) -> Iterator[str]:
    """Words that an expression may be."""
    match node:
        case ast.Constant(value=str(word)):
            yield word
        case ast.JoinedStr(values=parts):
            yield "".join(part.value if isinstance(part, ast.Constant) else "..." for part in parts)  # type: ignore[misc]
        case ast.Name(id=name) | ast.Attribute(attr=name) if name in known:
            yield known[name]
        case ast.IfExp(body=one, orelse=other):
            yield from words_in(one, known)
            yield from words_in(other, known)
        case ast.BoolOp(values=parts):
            for part in parts:
                yield from words_in(part, known)


def named(tree: ast.Module, name: str, known: dict[str, str]) -> Iterator[str]:
    """Words that a local variable, or a parameter of a function of the module, may be."""
    takes = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == name:
            yield from words_in(node.value, known)
        elif isinstance(node, ast.FunctionDef):
            parameters = [given.arg for given in node.args.args]
            if name in parameters:
                takes[node.name] = parameters.index(name)
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and len(node.args) > takes.get(ast.unparse(node.func), len(node.args)):
            yield from words_in(node.args[takes[ast.unparse(node.func)]], known)


def counted(tree: ast.Module, known: dict[str, str]) -> Iterator[str]:
    """Words that a module counts."""
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=called, args=given, keywords=options):
                yield from told(tree, ast.unparse(called), given, known)
                for option in options:
                    if option.arg == "unusable":
                        yield from words_in(option.value, known)
            case ast.FunctionDef(returns=ast.expr() as kind) if REASON.search(ast.unparse(kind)):
                for inner in ast.walk(node):
                    if isinstance(inner, ast.Return) and inner.value is not None:
                        pair = isinstance(inner.value, ast.Tuple) and ast.unparse(kind).startswith("tuple")
                        yield from words_in(inner.value.elts[0] if pair else inner.value, known)  # type: ignore[attr-defined]
            case ast.Tuple(elts=[first, ast.Compare() | ast.BoolOp() | ast.Attribute() | ast.Call()]):
                if isinstance(first, ast.Constant | ast.JoinedStr):
                    yield from words_in(first, known)
            case ast.Subscript(value=ast.Attribute(attr="dropped" | "refused" | "decode_errors"), slice=key):
                yield from words_in(key, known)


def told(tree: ast.Module, called: str, given: list[ast.expr], known: dict[str, str]) -> Iterator[str]:
    """Words that a call counts, if it does."""
    name = called.rpartition(".")[2]
    wanted = given[:1] if name.endswith("DecodeError") else given if name.endswith("refuse") else []
    for argument in wanted:
        yield from words_in(argument, known)
        if isinstance(argument, ast.Name):
            yield from named(tree, argument.id, known)


def all_counted() -> set[str]:
    trees = {path: ast.parse(path.read_text()) for path in SOURCES}
    known = constants(trees)
    return {word for tree in trees.values() for word in counted(tree, known) if WORD.fullmatch(word)} - {
        "..."
    }


def test_every_word_that_something_is_counted_under_is_documented() -> None:
    found = all_counted()
    assert len(found) > 90, "the words are not found"
    documented = set(re.findall(r"`([a-z0-9_.]+)`", PAGE.read_text(encoding="utf-8")))
    assert found - documented == set()


@pytest.mark.parametrize(
    "source",
    [
        'raise DecodeError("a_word", "text")',
        'kind = "a_word" if x else other\nraise DecodeError(kind, "text")',
        'self._ledger.refuse(None, "a_word")',
        'A = "a_word"\nledger.refuse(sensor, A)',
        'def refusal(x) -> str | None:\n    return "a_word" if x else None',
        'def row(x) -> Detection | str:\n    return "a_word"',
        'reasons = (("a_word", mark.is_bad),)',
        'self.dropped["a_word"] += 1',
    ],
)
def test_a_word_is_found_wherever_it_arises(source: str) -> None:
    tree = ast.parse(source)
    assert set(counted(tree, constants({Path("x"): tree}))) == {"a_word"}
