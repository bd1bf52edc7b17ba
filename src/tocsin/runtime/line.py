"""The line: detections in, and at its end a recording, alerts and CAP messages. The rooms are wired here.

Nothing in it asks for the time or knows where detections come from, so a simulation, a replay and a live site
run through the very same code.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from itertools import chain, islice

from tocsin.alerting.alerter import Alerter
from tocsin.alerting.editor import Editor
from tocsin.alerting.known_flights import KnownFlights
from tocsin.assessment.assessor import Assessor, ZoneGround
from tocsin.assessment.foresight import Foresight
from tocsin.clock import WallClock
from tocsin.config.site import Site
from tocsin.model.alerts import AlertMessage
from tocsin.model.assessments import Assessments
from tocsin.model.detections import Detections
from tocsin.model.learnt import Learnt
from tocsin.model.sensors import SensorStatus
from tocsin.model.tracks import Picture, Tracks
from tocsin.outputs.cap import CapEncoder, Confirmation
from tocsin.recording.recent import RecentEvidence
from tocsin.recording.recorder import Recorder
from tocsin.recording.rows import Taken
from tocsin.runtime.cadence import is_assessment_due
from tocsin.runtime.distinct import Distinct
from tocsin.runtime.left_out import LeftOut
from tocsin.runtime.open_alerts import OpenAlerts
from tocsin.runtime.watch import Moment, Watch
from tocsin.tracking import Timeline
from tocsin.units import NANOSECONDS_PER_SECOND

# A prediction changes little within ten seconds, and a row for each second would be most of a recording.
_PREDICTIONS_EVERY_NS = 10 * NANOSECONDS_PER_SECOND

MOST_PATHS = 20
"""Ways that are recorded with one picture, of the loudest alerts first: each takes half a millisecond."""

Issued = Callable[[Sequence[AlertMessage], Taken], None]
"""Called with the messages that go out, once they are recorded, and when they were decided."""


class Line:
    """Tracks, assesses, alerts and records the detections of one site.

    `editor` is where people have their say about alerts; `issued` is told of all that goes out. With a
    `clock` the recording tells how long decisions took, which a replay can not; `recent` keeps what the
    answer to 'why?' needs while it runs; `left_out` is what an evaluation leaves out.
    """

    def __init__(
        self,
        site: Site,
        recorder: Recorder,
        statuses: Iterable[SensorStatus] = (),
        watch: Watch | None = None,
        editor: Editor | None = None,
        issued: Issued | None = None,
        clock: WallClock | None = None,
        recent: RecentEvidence | None = None,
        left_out: LeftOut | None = None,
    ) -> None:
        self.alerts = OpenAlerts()
        self.pictures = 0
        self.share_done: float | None = None
        self._timeline = Timeline(site)
        self._assessor = Assessor(site, classifies=left_out is not LeftOut.CLASSIFIER)
        self._foresight = Foresight(site)
        self._alerter = Alerter(site)
        self._known_flights = KnownFlights(site)
        self._editor = editor or Editor()
        self._issued = issued
        self._clock = clock
        self._recent = recent
        self._encoder = CapEncoder(site)
        self._recorder = recorder
        self._statuses = tuple(statuses)
        self._zones = site.placed_zones()
        self._left_out = left_out
        self._nothing = Tracks.empty(len(site.sensors))
        self._watch = watch
        self._confirmed = Distinct()
        self._assessments: Assessments | None = None
        self._predicted_ns: int | None = None
        self._foreseen: dict[str, int] = {}

    @property
    def tracks_confirmed(self) -> int:
        """How many tracks were ever confirmed."""
        return self._confirmed.count

    @property
    def replays(self) -> int:
        """How often late data took the tracker back."""
        return self._timeline.replays

    def learnt(self, sensor: int) -> Learnt:
        """What running has taught of one sensor."""
        return self._timeline.learnt(sensor)

    def record_in(self, recorder: Recorder) -> None:
        """What comes from now on is of the next part of the recording."""
        self._recorder = recorder

    def rezone(self, ground: ZoneGround, now_ns: int, words: str) -> None:
        """Goes on with other zones from the next picture on; `words` say why alerts of others end now."""
        site = ground.site
        gone = {zone.name for zone in self._zones} - {zone.name for zone in site.zones}
        self._assessor.rezone(ground)
        self._encoder.learn(site)
        self._zones = site.placed_zones()
        ends = self._editor.edit(now_ns, self._alerter.rezone(site, now_ns, words))
        self.issue([*ends, *self._editor.retract_alone(now_ns, gone, words)])

    def push(self, detections: Detections) -> None:
        """Takes valid and timely detections, received no earlier than those before, in any batches."""
        self._recorder.detections(detections)
        if self._left_out is not LeftOut.MODEL_FREE:
            self._assessor.hear(detections)
        if self._recent is not None:
            self._recent.detections(detections)
        self._use(self._timeline.push(detections))

    def advance(self, now_ns: int) -> None:
        """Nothing more was received until now."""
        self._use(self._timeline.advance(now_ns))

    def issue(self, messages: Sequence[AlertMessage], tracked_ns: int | None = None) -> None:
        """Records messages that go out; a test is no alert, and has only its CAP form.

        `tracked_ns` is when the picture behind them was there, by the clock; None where there is none.
        """
        if not messages:
            return
        for message in messages:
            self._recorder.cap(message.cap_file, self._encoder.encode(message))
        taken = Taken(tracked_ns, self._now_ns())
        if real := [message for message in messages if not message.is_test]:
            self._recorder.alerts(real, taken)
            self.alerts.take(real)
        if self._issued is not None:
            self._issued(messages, taken)

    def confirm(self, message: AlertMessage, role: str) -> None:
        """An operator gives a message to the public: its CAP form is `Actual` from now on."""
        confirmation = Confirmation(message.identifier, role)
        self._recorder.cap(message.cap_file, self._encoder.encode(message, confirmation))

    def finish(self) -> None:
        """Nothing more comes."""
        self._use(self._timeline.finish())

    def _use(self, pictures: Iterable[Picture]) -> None:
        for picture in pictures:
            if self._left_out is LeftOut.TRACKER:
                picture = replace(picture, tracks=self._nothing)
            self.pictures += 1
            self._confirmed.note(picture.tracks.track_id.tolist(), picture.time_ns)
            if self._recent is not None:
                self._recent.associations(picture)
            if is_assessment_due(picture, self._assessments):
                self._decide(picture)
            self._recorder.tracks(picture, self._assessments)
            self._recorder.associations(picture.associations)

    def _decide(self, picture: Picture) -> None:
        tracked_ns = self._now_ns()
        assessments = self._assessor.assess(picture)
        self._assessments = assessments
        if self._recent is not None:
            self._recent.assessments(picture, assessments)
        known_flights = self._known_flights.among(picture.time_ns, picture.tracks)
        messages = self._editor.edit(picture.time_ns, self._alerter.decide(assessments), known_flights)
        self.issue(messages, tracked_ns)
        self._record_predictions(assessments, messages)
        self._record_paths(assessments, messages)
        if self._watch is not None:
            self._watch(self._moment(picture.time_ns, picture.tracks, messages))

    def _now_ns(self) -> int | None:
        return None if self._clock is None else self._clock.now_ns()

    def _record_predictions(self, assessments: Assessments, messages: Sequence[AlertMessage]) -> None:
        """Every ten seconds, and what a message rests on."""
        if messages or _is_due(assessments.time_ns, self._predicted_ns):
            self._recorder.predictions(assessments)
            self._predicted_ns = assessments.time_ns

    def _record_paths(self, assessments: Assessments, messages: Sequence[AlertMessage]) -> None:
        """Of what a message is about, and of all that is warned of every ten seconds."""
        now_ns = assessments.time_ns
        alerted = _tracks_of(self.alerts.open)
        self._foreseen = {name: self._foreseen[name] for name in alerted if name in self._foreseen}
        due = (name for name in alerted if _is_due(now_ns, self._foreseen.get(name)))
        chosen = list(islice(dict.fromkeys(chain(_tracks_of(messages), due)), MOST_PATHS))
        if chosen:
            self._recorder.paths(self._foresight.paths(assessments, chosen))
            self._foreseen.update(dict.fromkeys(chosen, now_ns))

    def _moment(self, time_ns: int, tracks: Tracks, messages: list[AlertMessage]) -> Moment:
        return Moment(
            time_ns,
            tracks,
            self._assessments,
            self.alerts.open,
            self.alerts.ended,
            tuple(messages),
            self._statuses,
            self._zones,
            self.share_done,
        )


def _tracks_of(messages: Iterable[AlertMessage]) -> dict[str, None]:
    """The tracks that messages are about, each once and in their order."""
    return dict.fromkeys(track_id for message in messages for track_id in message.track_ids)


def _is_due(now_ns: int, since_ns: int | None) -> bool:
    return since_ns is None or now_ns - since_ns >= _PREDICTIONS_EVERY_NS
