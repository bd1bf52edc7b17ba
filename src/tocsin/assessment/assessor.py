"""The room's door: a picture in, for each of its tracks what it is, where it goes, and what saw it, out."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from tocsin.assessment.activity import ActivityWatch
from tocsin.assessment.classes import CLASSES, PRIOR, fastest_mps
from tocsin.assessment.classify import Classified, Classifier
from tocsin.assessment.entry import ZoneEntry
from tocsin.assessment.evidence import Evidence
from tocsin.assessment.memory import Memory
from tocsin.assessment.motion import MotionModes
from tocsin.assessment.winds import any_wind
from tocsin.config.site import Site
from tocsin.errors import InvalidInput
from tocsin.model.assessments import Assessments
from tocsin.model.detections import Detections
from tocsin.model.tracks import NEVER_NS, Associations, Picture, Tracks
from tocsin.units import IntArray


class ZoneGround(NamedTuple):
    """What is made of the zones of a site, which takes a while."""

    site: Site
    entry: ZoneEntry
    activity: ActivityWatch

    @classmethod
    def of(cls, site: Site) -> ZoneGround:
        """Beside the running line."""
        return cls(site, ZoneEntry(site), ActivityWatch(site))


class Assessor:
    """Assesses the pictures of one site, one after another in time.

    Remembers classes and evidence of the tracks that were in a picture of the last ten minutes. The same
    pictures give the same assessments, bit for bit. One that does not classify, to see what that is worth,
    gives every track the classes that were likely before anything was seen.
    """

    def __init__(self, site: Site, classifies: bool = True) -> None:
        self._site = site
        self._activity: ActivityWatch | None = None
        self._entry = ZoneEntry(site)
        self._classifier = Classifier(site) if classifies else None
        self._evidence = Evidence(site)
        self._modes = MotionModes(site)
        self._memory = Memory(len(CLASSES), len(self._evidence.kinds), len(site.zones))
        self._sensors = len(site.sensors)
        self._zones = tuple(zone.name for zone in self._entry.zones)

    def rezone(self, ground: ZoneGround) -> None:
        """Goes on with other zones; what tracks are, and how they fly, is still known."""
        self._site, self._entry = ground.site, ground.entry
        self._zones = tuple(zone.name for zone in ground.entry.zones)
        self._memory.rezone(len(self._zones))
        if self._activity is not None:
            ground.activity.go_on_from(self._activity)
            self._activity = ground.activity

    def hear(self, detections: Detections, is_model_free: bool = True) -> None:
        """Takes all that sensors measured, in order and in any batches, for what they say of objects and for
        the model-free path; without it there is none."""
        if self._classifier is not None:
            self._classifier.hear(detections)
        if not is_model_free:
            return
        if self._activity is None:
            self._activity = ActivityWatch(self._site)
        self._activity.push(detections)

    def associate(self, associations: Associations) -> None:
        """Takes which detections are of which tracks, of every picture, those too that are not assessed."""
        if self._classifier is not None:
            self._classifier.associate(associations)

    def assess(self, picture: Picture) -> Assessments:
        """What is known of every track of the picture, in its order.

        Raises InvalidInput where the tracks are not of this site's sensors or a state is not finite.
        """
        tracks = picture.tracks
        self._require_usable(tracks)
        rows, elapsed_s = self._memory.rows(picture.time_ns, tracks.track_id)
        seen_ns = tracks.seen_ns.max(axis=1, initial=NEVER_NS)
        motion = self._modes.follow(picture.time_ns, tracks, seen_ns, self._memory, rows)
        entry_probability, entry_s = self._entry.foresee(picture.time_ns, tracks, motion, self._memory, rows)
        classified = self._classes(picture.time_ns, tracks, seen_ns, rows)
        return Assessments(
            time_ns=picture.time_ns,
            track_id=tracks.track_id,
            classes=CLASSES,
            class_probability=classified.probability,
            zones=self._zones,
            entry_probability=entry_probability,
            entry_s=entry_s,
            kinds=self._evidence.stands(
                picture.time_ns, tracks, classified.probability, self._activity, self._memory, rows, elapsed_s
            ),
            state=tracks.state,
            covariance=tracks.covariance,
            existence=tracks.existence,
            seen_ns=seen_ns,
            fastest_mps=fastest_mps(classified.probability, tracks.state, classified.wind),
            prior=None if self._classifier is None else PRIOR,
            said=classified.said,
            activity=None if self._activity is None else self._activity.look(picture.time_ns, tracks),
            motion=motion,
        )

    def _classes(self, time_ns: int, tracks: Tracks, seen_ns: IntArray, rows: IntArray) -> Classified:
        if self._classifier is None:
            return Classified(np.tile(PRIOR, (len(tracks), 1)), any_wind(len(tracks)), ())
        return self._classifier.classify(time_ns, tracks, seen_ns, self._memory, rows)

    def _require_usable(self, tracks: Tracks) -> None:
        count = len(tracks)
        shapes = {"state": (count, 6), "covariance": (count, 6, 6)}
        shapes |= dict.fromkeys(("seen_ns", "support", "visible"), (count, self._sensors))
        for name, shape in shapes.items():
            given = getattr(tracks, name)
            if given.shape != shape or not given.flags.c_contiguous:
                raise InvalidInput(f"picture: {name} is {given.shape}; this site needs {shape}, in C order")
        finite = np.isfinite(tracks.state).all(axis=1) & np.isfinite(tracks.covariance).all(axis=(1, 2))
        if not finite.all():
            lost = tracks.track_id[~finite].tolist()
            raise InvalidInput(f"picture: the state or covariance of tracks {lost} is not finite")
