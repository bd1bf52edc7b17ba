"""What tocsin writes holds all that the standard demands, by a judge that is not ours, and is read back."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sapient_msg.bsi_flex_335_v2_0.sapient_message_pb2 import SapientMessage as Wire
from sapient_msg_pydantic.bsi_flex_335_v2_0.sapient_message import SapientMessage as Judge
from tests.formats.sapient.made import NODE, OTHER_NODE, START_NS

from tocsin.formats.sapient import (
    Alert,
    AlertAck,
    AlertKind,
    AlertState,
    ClassLabel,
    Content,
    DetectionReport,
    ErrorReport,
    OwnRegistration,
    Place,
    Priority,
    Registration,
    RegistrationAck,
    SapientMessage,
    StatusReport,
    SystemState,
    Tasking,
    decode,
    encode,
    is_ulid,
    ulid_of,
    uuid_of,
)

ULID = ulid_of(START_NS, "x")
HERE = Place(math.radians(-46.5), math.radians(-20.25), 120.0, 5.0, 6.0, 7.0)
CONTENTS: list[Content] = [
    OwnRegistration("Testfield", "0.1.0", 5.0),
    RegistrationAck(is_accepted=True),
    RegistrationAck(is_accepted=False, reasons=("no", "not so")),
    StatusReport(ULID, SystemState.OK, mode="Watch", place=HERE),
    StatusReport(ULID, SystemState.GOODBYE, is_new=False, mode="Watch"),
    DetectionReport(
        ULID, ULID, HERE, 0.75, (ClassLabel("multirotor", 0.5, (ClassLabel("x", 0.25),)),),
        (1.0, 2.0, 3.0), "lost",
    ),
    Alert(ULID, AlertKind.WARNING, AlertState.ACTIVE, Priority.HIGH, "why", 0.5, HERE, ((NODE, ULID),)),
    AlertAck(ULID, is_accepted=False, reasons=("no",)),
    ErrorReport(b"bytes", ("why",)),
]  # fmt: skip


def encoded(content: Content) -> bytes:
    return encode(SapientMessage(NODE, START_NS, content, OTHER_NODE))


@pytest.mark.parametrize("content", CONTENTS, ids=lambda content: type(content).__name__)
def test_an_independent_judge_finds_all_that_is_mandatory(content: Content) -> None:
    wire = Wire.FromString(encoded(content))
    assert not wire.FindInitializationErrors()
    Judge.from_pb2(wire).to_pb2()  # raises where a mandatory field is missing or an id has a wrong form


def test_the_judge_finds_what_is_missing() -> None:
    wire = Wire.FromString(encoded(CONTENTS[0]))
    wire.registration.ClearField("icd_version")
    with pytest.raises(ValueError, match="icd_version"):
        Judge.from_pb2(wire).to_pb2()


@pytest.mark.parametrize("content", CONTENTS[1:], ids=lambda content: type(content).__name__)
def test_what_is_written_is_read_back(content: Content) -> None:
    found = decode(encoded(content))
    assert (found.node_id, found.time_ns, found.destination_id) == (NODE, START_NS, OTHER_NODE)
    assert without_place(found.content) == without_place(content)


def without_place(content: Content) -> Content:
    """Angles go through degrees: how exactly they come back is a test of its own."""
    if isinstance(content, StatusReport | Alert):
        return replace(content, place=None)
    return replace(content, where="") if isinstance(content, DetectionReport) else content


@given(
    latitude_deg=st.floats(-89.0, 89.0),
    longitude_deg=st.floats(-180.0, 180.0),
    altitude_m=st.none() | st.floats(-1000, 1e5),
    sigma_m=st.none() | st.floats(0.01, 1e4),
    confidence=st.floats(0.0, 1.0, width=32),
    velocity=st.tuples(*[st.floats(-1e3, 1e3)] * 3),
)
def test_a_detection_comes_back_as_it_was(
    latitude_deg: float,
    longitude_deg: float,
    altitude_m: float | None,
    sigma_m: float | None,
    confidence: float,
    velocity: tuple[float, float, float],
) -> None:
    up_sigma_m = None if altitude_m is None else sigma_m
    place = Place(
        math.radians(latitude_deg), math.radians(longitude_deg), altitude_m, sigma_m, sigma_m, up_sigma_m
    )
    found = decode(encoded(DetectionReport(ULID, ULID, place, confidence, velocity=velocity))).content
    assert isinstance(found, DetectionReport) and isinstance(found.where, Place)
    assert (found.confidence, found.velocity, found.where.altitude_m) == (confidence, velocity, altitude_m)
    for name in ("latitude_rad", "longitude_rad", "east_sigma_m", "north_sigma_m", "up_sigma_m"):
        was, came = getattr(place, name), getattr(found.where, name)
        assert (was is None) is (came is None)
        assert was is None or came == pytest.approx(was, abs=1e-12, rel=1e-9)


def test_our_registration_says_fusion_node_and_offers_no_task() -> None:
    wire = Wire.FromString(encoded(CONTENTS[0])).registration
    (definition,) = wire.node_definition
    assert definition.node_type == type(wire).NODE_TYPE_FUSION_NODE
    (mode,) = wire.mode_definition
    assert mode.task.concurrent_tasks == 0 and not mode.task.command


@pytest.mark.parametrize(
    "content", [Tasking(is_ack=False), Tasking(is_ack=True), Registration(frozenset({2}))]
)
def test_tasks_and_registrations_of_sensors_are_never_written(content: Content) -> None:
    with pytest.raises(ValueError, match="tocsin writes no"):
        encoded(content)


def test_names_are_of_the_form_that_strict_receivers_want_and_stay_the_same() -> None:
    assert is_ulid(ULID) and ULID == ulid_of(START_NS, "x") != ulid_of(START_NS, "y")
    assert ulid_of(START_NS + 10**9, "x") > ULID
    assert not is_ulid(ULID[:-1]) and not is_ulid("8" + ULID[1:]) and not is_ulid("I" * 26)
    assert uuid_of("a") == uuid_of("a") != uuid_of("b")
    assert uuid_of("a")[14] == "4" and uuid_of("a") == uuid_of("a").lower()
