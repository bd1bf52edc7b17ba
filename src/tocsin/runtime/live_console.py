"""What the console shows of a running service."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from tocsin.assessment.classes import CLASSES
from tocsin.config.site import Site
from tocsin.outputs.refusal import Refusal
from tocsin.outputs.web.moving import MovingTracksMaker
from tocsin.outputs.web.source import Mode, MovingTracks, Scene, SceneClock
from tocsin.runtime.live_state import LiveState
from tocsin.runtime.watch import Moment

_NO_PAST = "this is live: it neither stands still nor goes back; choose a recording for that"


class LiveConsole:
    """A `ConsoleSource` whose scenes are made of the latest state of a site."""

    mode: Mode = "live"
    demo: Mapping[str, Any] | None = None
    classes = CLASSES

    def __init__(
        self, site: Site, state: Callable[[], LiveState], health: Callable[[], Mapping[str, Any]]
    ) -> None:
        self.site = site
        self._state, self._health = state, health
        self._maker = SkyMaker(site)
        self._latest: tuple[LiveState, Scene] | None = None

    def scene(self) -> Scene:
        """Of the latest state."""
        state = self._state()
        if self._latest is None or self._latest[0] is not state:
            self._latest = state, self._made(state)
        return self._latest[1]

    def play(self, speed: float) -> None:  # noqa: ARG002
        """Raises Refusal."""
        raise Refusal(409, _NO_PAST)

    def pause(self) -> None:
        """Raises Refusal."""
        raise Refusal(409, _NO_PAST)

    def seek(self, time_ns: int) -> None:  # noqa: ARG002
        """Raises Refusal."""
        raise Refusal(409, _NO_PAST)

    def close(self) -> None:
        """It goes on."""

    def _made(self, state: LiveState) -> Scene:
        return Scene(
            time_ns=state.time_ns,
            tracks=self._maker.tracks(state.moment),
            alerts=state.alerts,
            ended=state.ended,
            sensors=state.reports,
            health=self._health(),
            clock=self._clock(state),
            zones_version=state.zones_version,
        )

    def _clock(self, state: LiveState) -> SceneClock:
        return SceneClock(state.time_ns, 1.0, True, state.started_ns, None)


class SkyMaker:
    """Tracks of the latest moment of a line, made once for each."""

    def __init__(self, site: Site) -> None:
        self._maker = MovingTracksMaker(site, CLASSES)
        self._latest: tuple[Moment | None, MovingTracks] = None, MovingTracks.empty()

    def tracks(self, moment: Moment | None) -> MovingTracks:
        """The same object for the same moment."""
        if moment is not None and moment is not self._latest[0]:
            self._latest = moment, self._maker.tracks(moment)
        return self._latest[1]
