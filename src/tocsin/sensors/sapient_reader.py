"""SAPIENT nodes to detections, with tocsin as their fusion node: they register, are answered, then report.

A node is known by its id, which may come over a connection of its own or over one that a middleware shares
among many. Nothing is taken from a node that has not registered. Nodes that act on things are refused, and so
is every Task: tocsin gives none and takes none. Alerts of nodes are counted and logged; they never become
ours, for those rest on tracks.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import structlog

from tocsin.config.site import Site
from tocsin.errors import DecodeError
from tocsin.formats.sapient import (
    Alert,
    AlertAck,
    Content,
    DetectionReport,
    ErrorReport,
    Mode,
    Registration,
    RegistrationAck,
    SapientMessage,
    SapientStream,
    StatusReport,
    SystemState,
    Tasking,
    decode,
    encode,
    framed,
    fusion_node_id,
)
from tocsin.model.detections import Detection
from tocsin.model.sensors import SelfReport
from tocsin.sensors.answers import Answer
from tocsin.sensors.bucket import Bucket
from tocsin.sensors.kept import MOST_SOURCES, Kept
from tocsin.sensors.ledger import OWN_TRACK, Ledger
from tocsin.sensors.live.inbox import FLOODED
from tocsin.sensors.sapient_detections import NodeDetections
from tocsin.sensors.sapient_nodes import NODE_NOT_IN_SITE, Assignment, Node, reason_against

NOT_REGISTERED = "not_registered"
TASK_REFUSED = "task_refused"
_MOST_NODES = 1000
_LONGEST_PACKET = 4096  # of a refused message, in the answer that refuses it
_log = structlog.get_logger()


class SapientReader:
    """Reads the connections of one way in, of all sensors that share it; gives answers for them.

    With `is_called` nodes call tocsin, and one that no sensor is is told so; behind a middleware it may be
    somebody else's, and is left alone.
    """

    def __init__(
        self, site: Site, sensors: Sequence[int], ledger: Ledger, secret: bytes, is_called: bool
    ) -> None:
        self._site, self._ledger, self._is_called = site, ledger, is_called
        self._own_id = fusion_node_id(site.site.name)
        self._assignment = Assignment(site, sensors)
        self._detections = {number: NodeDetections(site, number, ledger, secret) for number in sensors}
        self._streams: Kept[str, SapientStream] = Kept(SapientStream, MOST_SOURCES)
        self._nodes: dict[str, Node] = {}
        self._to_tell: list[tuple[str, str, Content | None]] = []
        self._told: dict[tuple[str, str, str], None] = {}

    def read(self, data: bytes, received_ns: int, source: str = "") -> Iterator[Detection]:
        """The detections that these bytes of one connection complete."""
        messages, error = self._streams.of(source).feed(data)
        for raw in messages:
            yield from self._read_message(raw, received_ns, source)
        if error is not None:
            self._ledger.error(self._assignment.counted_for(""), error)
            self._to_tell.append((source, "", None))

    def due(self, now_ns: int) -> Iterator[Detection]:
        """Looks of radars that were complete before now."""
        for detections in self._detections.values():
            yield from detections.due(now_ns)

    def answers(self, now_ns: int) -> list[Answer]:
        """What nodes are to be told since the last call, dated now; the last word to a connection is none."""
        to_tell, self._to_tell = self._to_tell, []
        return [
            Answer(source, b"", hangs_up=True)
            if content is None
            else Answer(source, framed(encode(SapientMessage(self._own_id, now_ns, content, node_id))))
            for source, node_id, content in to_tell
        ]

    def forget(self, source: str) -> None:
        """The connection is closed, and with it the nodes that spoke over it are gone."""
        if self._streams.of(source).is_within:
            error = DecodeError("sapient_truncated", "a SAPIENT message that was cut off")
            self._ledger.error(self._assignment.counted_for(""), error)
        self._streams.forget(source)
        for node_id in [node_id for node_id, node in self._nodes.items() if node.source == source]:
            self._drop(node_id)
        self._told = {key: None for key in self._told if key[0] != source}

    def _read_message(self, raw: bytes, received_ns: int, source: str) -> Iterator[Detection]:
        try:
            message = decode(raw)
        except DecodeError as error:
            self._ledger.error(self._assignment.counted_for(""), error)
            self._complain(source, "", error.kind, str(error), raw)
            return
        self._ledger.decoded[f"Sapient{type(message.content).__name__}"] += 1
        node_id, content = message.node_id, message.content
        if node_id == self._own_id:
            self._ledger.refuse(self._assignment.counted_for(node_id), OWN_TRACK)
        elif isinstance(content, Tasking):
            self._refuse(source, node_id, TASK_REFUSED, "tocsin gives and takes no tasks", raw)
        elif isinstance(content, Registration):
            self._register(node_id, content, received_ns, source)
        elif isinstance(content, RegistrationAck | AlertAck | ErrorReport):
            self._note_answer(source, node_id, content)
        elif (node := self._nodes.get(node_id)) is None or node.source != source:
            self._refuse(source, node_id, NOT_REGISTERED, "register first", raw)
        else:
            yield from self._read_report(node, message, received_ns)

    def _read_report(self, node: Node, message: SapientMessage, received_ns: int) -> Iterator[Detection]:
        """What a registered node says."""
        self._ledger.message(node.sensor, received_ns)
        if not node.bucket.may_come(received_ns):
            self._ledger.refuse(node.sensor, FLOODED)
            return
        match message.content:
            case DetectionReport() as report:
                yield from self._detections[node.sensor].take(report, message, node, received_ns)
            case StatusReport() as status:
                self._take_status(node, message.node_id, status, received_ns)
            case Alert() as alert:
                self._take_alert(node, message.node_id, alert)

    # ---- registering ----

    def _register(self, node_id: str, registration: Registration, received_ns: int, source: str) -> None:
        before = self._nodes.get(node_id)
        sensor = self._assignment.sensor_for(node_id)
        kind = None if sensor is None else self._site.sensors[sensor].kind
        against = reason_against(registration, kind)
        if against is None and before is None and len(self._nodes) >= _MOST_NODES:
            against = "too_many_nodes", f"there are {_MOST_NODES} nodes already"
        if against is not None:
            self._turn_away(node_id, registration, against, source)
            return
        assert sensor is not None
        if before is not None:
            self._ledger.refuse(
                sensor, "registered_again" if before.source == source else "registered_elsewhere"
            )
        self._assignment.take(node_id)
        rate_per_s = self._site.service.most_messages_per_s
        mode = registration.modes[0] if registration.modes else Mode("")
        node = Node(sensor, source, registration, Bucket(rate_per_s, received_ns), mode)
        self._nodes[node_id] = node
        self._detections[sensor].begin(node)
        self._ledger.message(sensor, received_ns)
        self._answer(source, node_id, RegistrationAck(is_accepted=True))
        if self._is_news(source, node_id, "registered"):
            name = self._site.sensors[sensor].name
            _log.info("sapient_node", node=node_id, sensor=name, types=sorted(registration.types))

    def _turn_away(
        self,
        node_id: str,
        registration: Registration,
        against: tuple[str, str],
        source: str,
    ) -> None:
        word, sentence = against
        self._ledger.refuse(self._assignment.counted_for(node_id), word)
        if (before := self._nodes.get(node_id)) is not None and before.source == source:
            self._drop(node_id)
        if self._is_news(source, node_id, word):
            types = sorted(registration.types)
            _log.warning("sapient_node_refused", node=node_id, reason=word, types=types, why=sentence)
        if self._is_called or word != NODE_NOT_IN_SITE:
            ack = RegistrationAck(is_accepted=False, reasons=(sentence,))
            self._answer(source, node_id, ack)

    def _drop(self, node_id: str) -> None:
        if self._nodes.pop(node_id, None) is not None:
            self._assignment.give_back(node_id)

    # ---- what registered nodes say of themselves ----

    def _take_status(self, node: Node, node_id: str, status: StatusReport, received_ns: int) -> None:
        """Keeps how a node is and, unless it is a person, where."""
        node.use_mode(status.mode)
        if status.place is not None and not node.is_a_person:
            place = status.place
            node.place = (place.latitude_rad, place.longitude_rad, place.altitude_m)
        latitude_rad, longitude_rad, altitude_m = node.place or (None, None, None)
        works = status.state in (SystemState.OK, SystemState.WARNING, SystemState.UNSPECIFIED)
        self._ledger.of(node.sensor).self_report = SelfReport(
            received_ns=received_ns,
            is_listening=works and status.is_detecting,
            battery_percent=status.battery_percent,
            latitude_rad=latitude_rad,
            longitude_rad=longitude_rad,
            altitude_m=altitude_m,
            software=node.registration.software,
        )
        if status.state is SystemState.GOODBYE:
            self._drop(node_id)

    def _take_alert(self, node: Node, node_id: str, alert: Alert) -> None:
        """Takes note of a node's alert. What it says may be of people: that is neither logged nor kept."""
        self._ledger.refuse(node.sensor, "alert_from_node")
        if self._is_news(node.source, node_id, f"alert {alert.kind.name} {alert.state.name}"):
            name = self._site.sensors[node.sensor].name
            _log.info(
                "sapient_alert", sensor=name, kind=alert.kind.name.lower(), state=alert.state.name.lower()
            )
        if alert.alert_id:
            self._answer(node.source, node_id, AlertAck(alert.alert_id, is_accepted=True))

    def _note_answer(
        self, source: str, node_id: str, content: RegistrationAck | AlertAck | ErrorReport
    ) -> None:
        """Answers to us are not answered again, or two that don't understand each other would never stop."""
        if isinstance(content, ErrorReport):
            self._ledger.refuse(self._assignment.counted_for(node_id), "error_from_node")
            if self._is_news(source, node_id, "error"):
                _log.warning("sapient_error", node=node_id)

    # ---- answers ----

    def _refuse(self, source: str, node_id: str, word: str, sentence: str, raw: bytes) -> None:
        self._ledger.refuse(self._assignment.counted_for(node_id), word)
        self._complain(source, node_id, word, sentence, raw)

    def _complain(self, source: str, node_id: str, word: str, sentence: str, raw: bytes) -> None:
        """Tells a node, and the log, what is wrong: once for each connection, not for each message."""
        if not self._is_news(source, node_id, word):
            return
        _log.warning("sapient_message_refused", node=node_id, reason=word)
        self._answer(source, node_id, ErrorReport(raw[:_LONGEST_PACKET], (sentence,)))

    def _answer(self, source: str, node_id: str, content: Content) -> None:
        self._to_tell.append((source, node_id, content))

    def _is_news(self, source: str, node_id: str, word: str) -> bool:
        key = source, node_id, word
        is_news = key not in self._told and len(self._told) < _MOST_NODES
        if is_news:
            self._told[key] = None
        return is_news
