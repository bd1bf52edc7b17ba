"""Another system's tracks as Cursor on Target events, one for each report."""

from __future__ import annotations

from collections.abc import Iterator

from tocsin.formats.cot import CotEvent, encode_xml
from tocsin.simulation.run import Simulated
from tocsin.simulation.wire.spoken import Spoken, made_up, rows_of, speed_and_course

_KIND = "a-u-A"  # of the air, and no more is said
_SAYS = "simulated"


def cot_events(simulated: Simulated, number: int) -> Iterator[Spoken]:
    """Events in XML."""
    sigma_m = simulated.site.sensors[number].filled().position_sigma_m
    for row in rows_of(simulated, number):
        speed_mps, course_rad = speed_and_course(row)
        event = CotEvent(
            uid=f"simulated.{made_up(row.identity, 12)}",
            kind=_KIND,
            time_ns=row.time_ns,
            latitude_rad=row.latitude_rad,
            longitude_rad=row.longitude_rad,
            altitude_m=row.altitude_m,
            horizontal_error_m=sigma_m,
            vertical_error_m=sigma_m,
            speed_mps=speed_mps,
            course_rad=course_rad,
        )
        yield Spoken(row.received_ns, encode_xml(event, _SAYS))
