"""The nodes of a SAPIENT network that a reader knows: who may be one, and whose sensor each is."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from tocsin.config.kinds import SensorKind
from tocsin.config.site import Site
from tocsin.formats.sapient import ACTING, Mode, NodeType, Registration
from tocsin.sensors.bucket import Bucket
from tocsin.sensors.source_clock import SourceClock

EFFECTOR_REFUSED = "effector_refused"
UNKNOWN_NODE_TYPE = "unknown_node_type"
NODE_TYPE_MISMATCH = "node_type_mismatch"
NODE_NOT_IN_SITE = "node_not_in_site"

# Subtypes and categories of capabilities by which a node of a harmless type says that it acts on things.
_ACTING_WORDS = re.compile(
    r"((rf|gnss|radio|drone|uav|c-?uas|counter-?uas) )?(jammer|jamming|effector|kinetic|interceptor|weapon"
    r"|spoofer|spoofing|dazzler|directed energy weapon|ldew|rfdew|net gun|cyber takeover)s?"
)
# Of these types are sensors of each kind; a kind that is not here may be of any.
_TYPES_OF_KINDS = {
    SensorKind.RADAR: {NodeType.RADAR, NodeType.LIDAR},
    SensorKind.CAMERA: {NodeType.CAMERA, NodeType.LIDAR},
    SensorKind.MICROPHONE: {NodeType.ACOUSTIC, NodeType.SEISMIC},
    SensorKind.DIRECTION_FINDER: {NodeType.PASSIVE_RF},
    SensorKind.REMOTE_ID: {NodeType.PASSIVE_RF},
    SensorKind.ADSB: {NodeType.PASSIVE_RF},
    SensorKind.SIGHTING: {NodeType.HUMAN},
}
_TELL_NOTHING = {NodeType.OTHER, NodeType.MOBILE, NodeType.POINTABLE}


@dataclass(slots=True)
class Node:
    """One registered node. `place` is where it last said that it stands: latitude, longitude, height."""

    sensor: int
    source: str
    registration: Registration
    bucket: Bucket
    mode: Mode
    clock: SourceClock = field(default_factory=SourceClock)
    place: tuple[float, float, float | None] | None = field(default=None, repr=False)

    @property
    def is_a_person(self) -> bool:
        """Whether somebody reports: where people are is not kept."""
        return NodeType.HUMAN in self.registration.types

    def use_mode(self, name: str) -> None:
        """The node has told in which mode it is."""
        self.mode = next((mode for mode in self.registration.modes if mode.name == name), self.mode)


class Assignment:
    """Which sensor of the site a node is: by its id, else the one sensor that names none."""

    def __init__(self, site: Site, sensors: Sequence[int]) -> None:
        self._by_id = {site.sensors[n].node_id: n for n in sensors if site.sensors[n].node_id}
        self._left_over = next((n for n in sensors if not site.sensors[n].node_id), None)
        self._only = sensors[0] if len(sensors) == 1 else None
        self._left_over_node = ""

    def sensor_for(self, node_id: str) -> int | None:
        """The sensor that this node is, or could become."""
        named = self._by_id.get(node_id)
        is_free = self._left_over_node in ("", node_id)
        return self._left_over if named is None and is_free else named

    def counted_for(self, node_id: str) -> int | None:
        """Under which sensor stands what is refused of a node; None: of none."""
        named = self._by_id.get(node_id)
        return self._only if named is None else named

    def take(self, node_id: str) -> None:
        """The node is registered."""
        if node_id not in self._by_id:
            self._left_over_node = node_id

    def give_back(self, node_id: str) -> None:
        """The node has gone: another may be the sensor that names none."""
        if node_id == self._left_over_node:
            self._left_over_node = ""


def reason_against(registration: Registration, kind: SensorKind | None) -> tuple[str, str] | None:
    """Why a node is not taken, as a word to count and a sentence to tell it; None where it is.

    `kind` is that of the sensor which it would be.
    """
    types = registration.types
    if types & ACTING or any(_ACTING_WORDS.fullmatch(word) for word in registration.words):
        return EFFECTOR_REFUSED, "tocsin warns and never engages: it takes sensors only, no effectors"
    known = {NodeType(number) for number in types if number in _NODE_TYPES}
    if not known:
        return UNKNOWN_NODE_TYPE, f"node types {sorted(types)} are not in BSI Flex 335 v2"
    if kind is None:
        return NODE_NOT_IN_SITE, "the site file has no sensor with this node_id, nor one without any"
    wanted = _TYPES_OF_KINDS.get(kind)
    if wanted is not None and not known & (wanted | _TELL_NOTHING):
        told = ", ".join(sorted(one.name.lower() for one in known))
        return NODE_TYPE_MISMATCH, f"a node of type {told} is no {kind.value}, as the site file says"
    return None


_NODE_TYPES = frozenset(map(int, NodeType))
