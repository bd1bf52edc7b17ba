"""Other zones for a running service: checked whole, written, applied between two pictures, and audited.

What is made of zones takes a while and is made beside the line; the line's thread only takes it over.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tocsin.assessment.assessor import ZoneGround
from tocsin.clock import WallClock
from tocsin.config.rezoning import other_sections, rezoned
from tocsin.config.site import Site
from tocsin.config.toml import parse, read_text
from tocsin.config.zone_text import with_zones
from tocsin.errors import InvalidInput, UnusableFile
from tocsin.model.actions import Action, Outcome, Request, Verb
from tocsin.outputs.refusal import Refusal
from tocsin.outputs.web.gate import Visitor
from tocsin.outputs.web.places import version_of
from tocsin.outputs.web.zones_sent import zones_sent
from tocsin.runtime.errands import Errands
from tocsin.units import NANOSECONDS_PER_SECOND
from tocsin.whole_file import write_whole

TAKEN_AWAY = "the zone was taken from the site file by an operator"


class ZoneKeeper:
    """Changes the zones of one service; any thread may ask, one after the other is served.

    `file` is the site file, None where there is none to be written. `apply` takes over a site with other
    zones and `note` keeps what was done, both in the line's thread.
    """

    def __init__(
        self,
        site: Callable[[], Site],
        file: Path | None,
        errands: Errands,
        apply: Callable[[ZoneGround], None],
        note: Callable[[Action], None],
        clock: WallClock,
    ) -> None:
        self._site, self._file, self._errands = site, file, errands
        self._apply, self._note, self._clock = apply, note, clock

    def replace_zones(self, visitor: Visitor, payload: bytes) -> dict[str, Any]:
        """Zones as they shall be; gives what changed. Raises Refusal with all reasons, also kept."""
        try:
            before, site = self._checked(payload)
            ground = ZoneGround.of(site)
            return self._errands.do(lambda: self._change(visitor, before, ground))
        except Refusal as refusal:
            outcome = Outcome.INVALID if refusal.status == Outcome.INVALID else Outcome.CONFLICT
            refused = self._action(visitor, outcome, str(refusal))
            self._errands.do(lambda: self._note(refused))
            raise

    def _checked(self, payload: bytes) -> tuple[Site, Site]:
        """The site as it runs, and as it shall be. Raises Refusal."""
        running = self._site()
        try:
            zones, version = zones_sent(payload)
            wanted = rezoned(running, zones)
        except InvalidInput as error:
            raise Refusal(422, str(error)) from None
        if version and version != version_of(running.zones):
            raise Refusal(409, "somebody changed the zones since you looked: look at them again")
        return running, wanted

    def _change(self, visitor: Visitor, before: Site, ground: ZoneGround) -> dict[str, Any]:
        """In the line's thread, between two pictures."""
        site = ground.site
        if self._site() is not before:
            raise Refusal(409, "somebody changed the zones just now: look at them again")
        changed = _changes(before, site)
        if not any(changed.values()):
            return {**changed, "version": version_of(site.zones)}
        self._write(before, site)
        self._apply(ground)
        words = "; ".join(f"{what} {', '.join(names)}" for what, names in changed.items() if names)
        self._note(self._action(visitor, Outcome.DONE, f"zones {words}"))
        return {**changed, "version": version_of(site.zones)}

    def _write(self, before: Site, site: Site) -> None:
        """The new site file, whole, with the old one beside it. Raises Refusal, and then nothing changed."""
        if self._file is None:
            return
        try:
            text = read_text(self._file)
            differs = other_sections(parse(text, self._file, Site), before)
        except (UnusableFile, InvalidInput) as error:
            raise Refusal(409, f"the site file can't be read any more: {error}") from None
        if differs:
            what = ", ".join(f"[{name}]" for name in differs)
            raise Refusal(409, f"the site file was changed since the service began, in {what}: restart first")
        try:
            shutil.copy2(self._file, self._unused(self._file))
            write_whole(self._file, with_zones(text, self._file, site).encode(), like=self._file)
        except OSError as error:
            raise Refusal(409, f"the site file can't be written: {error}") from None

    def _unused(self, file: Path) -> Path:
        """Where the old file is kept: named for when it was replaced."""
        when = datetime.fromtimestamp(self._clock.now_ns() // NANOSECONDS_PER_SECOND, UTC)
        name = f"{file.name}.{when:%Y-%m-%dT%H%M%SZ}"
        names = (name, *(f"{name}-{number}" for number in range(2, 1000)))
        return next(path for path in map(file.with_name, names) if not path.exists())

    def _action(self, visitor: Visitor, outcome: Outcome, answer: str) -> Action:
        request = Request(Verb.ZONES, visitor.name, visitor.unit)
        return Action(self._clock.now_ns(), request, outcome, answer[:2000])


def _changes(before: Site, after: Site) -> dict[str, list[str]]:
    """Names of zones that came, are other than before, and are gone."""
    old, new = ({zone.name: zone for zone in site.zones} for site in (before, after))
    return {
        "added": [name for name in new if name not in old],
        "changed": [name for name in new if name in old and new[name] != old[name]],
        "removed": [name for name in old if name not in new],
    }
