"""What SAPIENT messages say, in SI units and radians: as much of BSI Flex 335 v2 as tocsin reads or writes.

A node registers with a fusion node, is acknowledged, then sends status, detections and alerts. What is not
here is not read: images, tasks, colours, and the names of objects, which may be somebody's.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum
from typing import TypeAlias

ICD_VERSION = "BSI Flex 335 v2.0"


class NodeType(IntEnum):
    """What a node is (Registration.NodeType); those that act on things are `ACTING`."""

    OTHER = 1
    RADAR = 2
    LIDAR = 3
    CAMERA = 4
    SEISMIC = 5
    ACOUSTIC = 6
    PROXIMITY = 7
    PASSIVE_RF = 8
    HUMAN = 9
    CHEMICAL = 10
    BIOLOGICAL = 11
    RADIATION = 12
    KINETIC = 13
    JAMMER = 14
    CYBER = 15
    LASER = 16
    RADIO_ENERGY = 17
    MOBILE = 18
    POINTABLE = 19
    FUSION = 20


ACTING = frozenset({NodeType.KINETIC, NodeType.JAMMER, NodeType.CYBER, NodeType.LASER,
                    NodeType.RADIO_ENERGY})  # fmt: skip
"""Types of nodes that have an effect on what they are pointed at: tocsin has nothing to do with them."""


class SystemState(IntEnum):
    """How a node is (StatusReport.System)."""

    UNSPECIFIED = 0
    OK = 1
    WARNING = 2
    ERROR = 3
    GOODBYE = 5


class AlertKind(IntEnum):
    """How serious an alert is (Alert.AlertType)."""

    UNSPECIFIED = 0
    INFORMATION = 1
    WARNING = 2
    CRITICAL = 3
    ERROR = 4
    FATAL = 5
    MODE_CHANGE = 6


class AlertState(IntEnum):
    """Whether an alert holds (Alert.AlertStatus)."""

    UNSPECIFIED = 0
    ACTIVE = 1
    ACKNOWLEDGE = 2
    REJECT = 3
    IGNORE = 4
    CLEAR = 5


class Priority(IntEnum):
    """How urgent an alert is (Alert.DiscretePriority)."""

    UNSPECIFIED = 0
    LOW = 1
    MEDIUM = 2
    HIGH = 3


@dataclass(frozen=True, slots=True)
class Place:
    """A position, WGS-84; the height is above the ellipsoid. Errors are one sigma; None is not told."""

    latitude_rad: float
    longitude_rad: float
    altitude_m: float | None = None
    east_sigma_m: float | None = None
    north_sigma_m: float | None = None
    up_sigma_m: float | None = None


@dataclass(frozen=True, slots=True)
class Direction:
    """What is seen from the node: azimuth clockwise from true north, elevation from its horizon."""

    azimuth_rad: float | None = None
    elevation_rad: float | None = None
    range_m: float | None = None
    azimuth_sigma_rad: float | None = None
    elevation_sigma_rad: float | None = None
    range_sigma_m: float | None = None


@dataclass(frozen=True, slots=True)
class Mode:
    """How a node reports in one of its modes.

    `keeps_identity`: object ids are the same from report to report; None: not told. `is_scanning`: it sees
    one part after the other, as an antenna that turns. Velocities are told in units that only the
    registration names: so many m/s each, on the plane and upwards.
    """

    name: str
    keeps_identity: bool | None = None
    is_scanning: bool = False
    plane_unit_mps: float = 1.0
    up_unit_mps: float = 1.0


@dataclass(frozen=True, slots=True)
class Registration:
    """What a node says that it is. `types` holds what the standard's list doesn't know as plain numbers.

    `words` are its subtypes and the categories of what it can do, in lower case.
    """

    types: frozenset[int]
    icd_version: str = ""
    name: str = ""
    software: str = ""
    words: frozenset[str] = frozenset()
    modes: tuple[Mode, ...] = ()


@dataclass(frozen=True, slots=True)
class OwnRegistration:
    """tocsin as a fusion node: it takes no tasks and reports tracks every so often."""

    name: str
    software: str
    status_interval_s: float


@dataclass(frozen=True, slots=True)
class RegistrationAck:
    """Whether a node is taken; if not, why not."""

    is_accepted: bool
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class StatusReport:
    """How a node is. `place` may be of a person, and stands in no repr."""

    report_id: str
    state: SystemState
    is_new: bool = True
    is_detecting: bool = True
    mode: str = ""
    battery_percent: float | None = None
    place: Place | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class ClassLabel:
    """One class of an object, and its finer classes; the confidence is None where none is told."""

    name: str
    confidence: float | None = None
    finer: tuple[ClassLabel, ...] = ()

    @property
    def likeliest_names(self) -> tuple[str, ...]:
        """This class and, at each finer level, the likeliest."""
        best = likeliest(self.finer)
        return (self.name,) if best is None else (self.name, *best.likeliest_names)


def likeliest(classes: tuple[ClassLabel, ...]) -> ClassLabel | None:
    """The class that is told with the highest confidence; the first where none is told."""
    return max(classes, key=lambda label: label.confidence or 0.0, default=None)


@dataclass(frozen=True, slots=True)
class DetectionReport:
    """One object at one time, that of the message.

    `where` is a reason, one word, where it is told in a way that places nothing. `velocity` is east, north,
    up in the units of the node's mode.
    """

    report_id: str
    object_id: str
    where: Place | Direction | str
    confidence: float | None = None
    classes: tuple[ClassLabel, ...] = ()
    velocity: tuple[float, float, float | None] | None = None
    state: str = ""


@dataclass(frozen=True, slots=True)
class Alert:
    """A node's alert, or one of ours; `objects` are (node, object id) of what it is about."""

    alert_id: str
    kind: AlertKind = AlertKind.UNSPECIFIED
    state: AlertState = AlertState.UNSPECIFIED
    priority: Priority = Priority.UNSPECIFIED
    description: str = field(default="", repr=False)
    confidence: float | None = None
    place: Place | None = field(default=None, repr=False)
    objects: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class AlertAck:
    """An alert was taken note of, or not."""

    alert_id: str
    is_accepted: bool
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ErrorReport:
    """A message could not be taken; `packet` is that message."""

    packet: bytes = field(repr=False)
    reasons: tuple[str, ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True)
class Tasking:
    """A Task or a TaskAck: of what stands in it nothing is read."""

    is_ack: bool


Content: TypeAlias = (
    Registration | OwnRegistration | RegistrationAck | StatusReport | DetectionReport | Alert | AlertAck
    | ErrorReport | Tasking
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class SapientMessage:
    """One message; `time_ns` is when it was sent, of a detection when it was made. `node_id` is a UUID."""

    node_id: str
    time_ns: int
    content: Content
    destination_id: str = ""
