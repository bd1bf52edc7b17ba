"""Made-up messages of every type, as hypothesis strategies whose values the standard can hold exactly."""

from __future__ import annotations

import math
import string

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from tocsin.formats.remote_id import (
    AircraftKind,
    AuthenticationPage,
    BasicId,
    Classification,
    EuropeanCategory,
    HeightReference,
    IdentityKind,
    Location,
    Message,
    OperationalStatus,
    OperatorId,
    OperatorPosition,
    SelfId,
    System,
)
from tocsin.formats.remote_id.accuracy import HORIZONTAL_M, SPEED_MPS, VERTICAL_M

SECOND_NS = 10**9
STEP_RAD = math.radians(1e-7)
TIMES_NS = st.integers(1_546_300_801, 1_546_300_800 + 2**32 - 1).map(lambda seconds: seconds * SECOND_NS)
ALTITUDES_M = st.none() | st.integers(1, 65535).map(lambda code: code * 0.5 - 1000.0)
POSITIONS = st.just((None, None)) | st.tuples(
    st.integers(-900_000_000, 900_000_000), st.integers(1, 1_800_000_000)
).map(lambda codes: (codes[0] * STEP_RAD, codes[1] * STEP_RAD))
SPEEDS_MPS = st.none() | st.one_of(
    st.integers(0, 255).map(lambda code: code * 0.25),
    st.integers(1, 254).map(lambda code: code * 0.75 + 63.75),
)


def words(limit: int) -> SearchStrategy[str]:
    return st.text(string.ascii_letters + string.digits + " -", max_size=limit)


def location_of(position: tuple[float | None, float | None], location: Location) -> Location:
    values = {name: getattr(location, name) for name in Location.__slots__}
    return Location(**values | {"latitude_rad": position[0], "longitude_rad": position[1]})


LOCATIONS: SearchStrategy[Location] = st.builds(
    location_of,
    POSITIONS,
    st.builds(
        Location,
        status=st.sampled_from(OperationalStatus),
        geodetic_altitude_m=ALTITUDES_M,
        pressure_altitude_m=ALTITUDES_M,
        height_m=ALTITUDES_M,
        height_reference=st.sampled_from(HeightReference),
        direction_rad=st.none() | st.integers(0, 359).map(math.radians),
        speed_mps=SPEEDS_MPS,
        vertical_speed_mps=st.none() | st.integers(-124, 124).map(lambda code: code * 0.5),
        horizontal_accuracy_m=st.sampled_from(HORIZONTAL_M),
        vertical_accuracy_m=st.sampled_from(VERTICAL_M),
        pressure_altitude_accuracy_m=st.sampled_from(VERTICAL_M),
        speed_accuracy_mps=st.sampled_from(SPEED_MPS),
        tenths_after_hour=st.none() | st.integers(0, 36_000),
        time_accuracy_s=st.none() | st.integers(1, 15).map(lambda code: code / 10),
    ),
)
TEXT_KINDS = (IdentityKind.NONE, IdentityKind.SERIAL_NUMBER, IdentityKind.REGISTRATION)
BINARY_KINDS = (IdentityKind.TRAFFIC_MANAGEMENT, IdentityKind.SESSION)
AIRCRAFT = st.sampled_from(AircraftKind)
BASIC_IDS: SearchStrategy[BasicId] = st.one_of(
    st.builds(BasicId, st.sampled_from(TEXT_KINDS), AIRCRAFT, words(20)),
    st.builds(
        BasicId, st.sampled_from(BINARY_KINDS), AIRCRAFT, st.binary(min_size=20, max_size=20).map(bytes.hex)
    ),
)
AUTHENTICATION_PAGES: SearchStrategy[AuthenticationPage] = st.one_of(
    st.builds(
        AuthenticationPage,
        st.integers(0, 15),
        st.just(0),
        st.binary(min_size=17, max_size=17),
        st.integers(0, 255),
        st.integers(0, 255),
        st.none() | TIMES_NS,
    ),
    st.builds(
        AuthenticationPage, st.integers(0, 15), st.integers(1, 15), st.binary(min_size=23, max_size=23)
    ),
)
SELF_IDS: SearchStrategy[SelfId] = st.builds(SelfId, st.sampled_from((0, 1, 2, 201, 255)), words(23))
OPERATOR_IDS: SearchStrategy[OperatorId] = st.builds(OperatorId, st.sampled_from((0, 201, 255)), words(20))


def system_of(
    position: tuple[float | None, float | None],
    european: tuple[EuropeanCategory, int | None] | None,
    values: dict[str, float | None],
) -> System:
    return System(
        operator_latitude_rad=position[0],
        operator_longitude_rad=position[1],
        classification=Classification.UNDECLARED if european is None else Classification.EUROPEAN,
        category=None if european is None else european[0],
        european_class=None if european is None else european[1],
        **values,  # type: ignore[arg-type]
    )


SYSTEMS: SearchStrategy[System] = st.builds(
    system_of,
    POSITIONS,
    st.none() | st.tuples(st.sampled_from(EuropeanCategory), st.none() | st.integers(0, 6)),
    st.fixed_dictionaries(
        {
            "operator_position": st.sampled_from(OperatorPosition),
            "operator_altitude_m": ALTITUDES_M,
            "area_count": st.integers(0, 65535),
            "area_radius_m": st.integers(0, 255).map(lambda code: code * 10.0),
            "area_ceiling_m": ALTITUDES_M,
            "area_floor_m": ALTITUDES_M,
            "time_ns": st.none() | TIMES_NS,
        }
    ),
)
MESSAGES: SearchStrategy[Message] = st.one_of(
    LOCATIONS, BASIC_IDS, AUTHENTICATION_PAGES, SELF_IDS, SYSTEMS, OPERATOR_IDS
)
