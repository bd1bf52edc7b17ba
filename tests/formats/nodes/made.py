"""Made-up messages of nodes of every kind, as hypothesis strategies."""

from __future__ import annotations

import string
from datetime import UTC, datetime

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from tocsin.formats.nodes import Bearing, Heard, NodeMessage, Sighting, Status

ISO_TIMES = st.tuples(st.integers(0, 8_999_999_999), st.integers(0, 999_999_999)).map(
    lambda pair: f"{datetime.fromtimestamp(pair[0], UTC):%Y-%m-%dT%H:%M:%S}.{pair[1]:09d}Z"
)
UNIX_TIMES = st.floats(0, 9e9)
TIMES = st.none() | ISO_TIMES | UNIX_TIMES
LATITUDES, LONGITUDES = st.floats(-90, 90), st.floats(-180, 180)
ALTITUDES = st.none() | st.floats(-1000, 100_000)
AZIMUTHS, ELEVATIONS = st.floats(-360, 360), st.floats(-90, 90)
SIGMAS = st.none() | st.floats(0.01, 180)
TEXTS = st.none() | st.text(string.printable.strip() + "é€ ", max_size=80)
DIRECTIONS = st.sampled_from(["N", "NNE", "NE", "E", "SSE", "SW", "WNW", "NNW"])

HEARD: SearchStrategy[NodeMessage] = st.builds(
    Heard,
    v=st.just(1),
    time=TIMES,
    heard=st.booleans(),
    level_db=st.none() | st.floats(-200, 200),
    confidence=st.none() | st.floats(0, 1),
)
BEARINGS: SearchStrategy[NodeMessage] = st.builds(
    Bearing,
    v=st.just(1),
    time=TIMES,
    azimuth_deg=AZIMUTHS,
    elevation_deg=st.none() | ELEVATIONS,
    azimuth_sigma_deg=SIGMAS,
    elevation_sigma_deg=SIGMAS,
)
STATUSES: SearchStrategy[NodeMessage] = st.builds(
    lambda place, values: Status(**place, **values),
    st.fixed_dictionaries({"latitude_deg": LATITUDES, "longitude_deg": LONGITUDES, "altitude_m": ALTITUDES})
    | st.just({}),
    st.fixed_dictionaries(
        {
            "v": st.just(1),
            "time": TIMES,
            "listening": st.booleans(),
            "battery_percent": st.none() | st.floats(0, 100),
            "clock_offset_s": st.none() | st.floats(-1e9, 1e9),
            "software": TEXTS,
        }
    ),
)
SIGHTINGS: SearchStrategy[NodeMessage] = st.builds(
    lambda direction, values: Sighting(**direction, **values),
    st.fixed_dictionaries({"azimuth_deg": AZIMUTHS}) | st.fixed_dictionaries({"direction": DIRECTIONS}),
    st.fixed_dictionaries(
        {
            "v": st.just(1),
            "time": TIMES,
            "latitude_deg": LATITUDES,
            "longitude_deg": LONGITUDES,
            "elevation_deg": st.none() | ELEVATIONS,
            "what": st.sampled_from(["drone", "fixed_wing", "helicopter", "bird", "unknown"]),
            "sure": st.sampled_from(["certain", "likely", "unsure"]),
        }
    ),
)
NODE_MESSAGES_MADE: SearchStrategy[NodeMessage] = st.one_of(HEARD, BEARINGS, STATUSES, SIGHTINGS)
