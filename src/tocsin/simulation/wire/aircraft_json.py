"""A receiver's page aircraft.json, written anew every second as readsb does."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from typing import Any

from tocsin.formats.adsb import FOOT_PER_MINUTE_MPS, KNOT_MPS, gva_of, nac_p_of
from tocsin.model.detections import Detection
from tocsin.simulation.run import Simulated
from tocsin.simulation.wire.mode_s import address_of
from tocsin.simulation.wire.spoken import Spoken, bounds_95_m, rows_of, speed_and_course
from tocsin.units import FOOT_M, NANOSECONDS_PER_SECOND

_EVERY_NS = NANOSECONDS_PER_SECOND
_FORGOTTEN_NS = 60 * NANOSECONDS_PER_SECOND


def aircraft_pages(simulated: Simulated, number: int) -> Iterator[Spoken]:
    """The page of each second, with all aircraft whose position was received in the minute before."""
    horizontal_m, vertical_m = bounds_95_m(simulated, number)
    categories = nac_p_of(horizontal_m), gva_of(vertical_m)
    coming, known = rows_of(simulated, number), dict[str, Detection]()
    row = next(coming, None)
    for now_ns in range(simulated.start_ns, simulated.end_ns + 1, _EVERY_NS):
        while row is not None and row.received_ns <= now_ns:
            known[row.identity] = row
            row = next(coming, None)
        known = {name: one for name, one in known.items() if now_ns - one.time_ns < _FORGOTTEN_NS}
        entries = [_entry(one, now_ns, categories) for one in known.values()]
        page = {"now": round(now_ns / NANOSECONDS_PER_SECOND, 1), "messages": 0, "aircraft": entries}
        yield Spoken(now_ns, json.dumps(page).encode())


def _entry(row: Detection, now_ns: int, categories: tuple[int, int]) -> dict[str, Any]:
    speed_mps, course_rad = speed_and_course(row)
    return {
        "hex": address_of(row.identity),
        "type": "adsb_icao",
        "lat": round(math.degrees(row.latitude_rad), 6),
        "lon": round(math.degrees(row.longitude_rad), 6),
        "seen_pos": round((now_ns - row.time_ns) / NANOSECONDS_PER_SECOND, 3),
        "alt_geom": round(row.altitude_m / FOOT_M / 25) * 25,
        "gs": round(speed_mps / KNOT_MPS, 1),
        "track": round(math.degrees(course_rad), 2),
        "geom_rate": round(row.velocity_up_mps / FOOT_PER_MINUTE_MPS / 64) * 64,
        "nac_p": categories[0],
        "gva": categories[1],
    }
