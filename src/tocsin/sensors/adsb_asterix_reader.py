"""ASTERIX category 021 to detections: where aircraft say that they are, as a ground station passes it on.

The name of an aircraft is its ICAO address, as in the reports of radars. Pressure altitudes are no heights
above the ellipsoid and are left out; what stands on the ground is counted and not used.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping

from tocsin.config.site import Site
from tocsin.formats.adsb.accuracy import horizontal_bound_m, vertical_bound_m
from tocsin.formats.asterix import DEFAULT_EDITIONS, AddressKind, AdsbTarget, time_of_day_to_ns
from tocsin.model.detections import Detection
from tocsin.sensors.asterix_input import OTHER_SOURCE, is_from, messages_of
from tocsin.sensors.bounds import sigma_of_bounds_m
from tocsin.sensors.ledger import Ledger
from tocsin.sensors.recent import Recent
from tocsin.sensors.rows import BLANK, number_or_nan
from tocsin.sensors.source_clock import SourceClock

_ON_THE_GROUND = range(20, 25)  # I021/020: vehicles and obstacles
_NAMES = {AddressKind.ICAO: "icao:", AddressKind.ANONYMOUS: "adsb:", AddressKind.OTHER: "adsb:"}


class AdsbAsterixReader:
    """Reads the datagrams of one sensor of kind `adsb`.

    `editions` is by category, as for `decode_datagram`. With SAC and SIC in the site file, only reports that
    bear them are used. Simulated targets are used only where the site's status is Exercise.
    """

    def __init__(
        self, site: Site, sensor: int, ledger: Ledger, editions: Mapping[int, str] = DEFAULT_EDITIONS
    ) -> None:
        self._sensor = sensor
        self._settings = site.sensors[sensor]
        self._takes_simulated = site.site.status == "Exercise"
        self._ledger = ledger
        self._editions = editions
        self._clocks: dict[tuple[int, int], SourceClock] = {}
        self._recent: Recent[AdsbTarget, bool] = Recent()

    def read(self, data: bytes, received_ns: int, source: str = "") -> Iterator[Detection]:  # noqa: ARG002
        """The detections of a datagram."""
        for target in messages_of(AdsbTarget, data, self._editions, self._sensor, self._ledger):
            yield from self.take(target, received_ns)

    def take(self, target: AdsbTarget, received_ns: int) -> Iterator[Detection]:
        """The detection of one decoded report, or none."""
        self._ledger.decoded["AdsbTarget"] += 1
        self._ledger.message(self._sensor, received_ns)
        refusal = self._refusal(target, received_ns)
        if refusal is not None:
            self._ledger.refuse(self._sensor, refusal)
            return
        time_s = target.time_of_day_s
        own_ns = None if time_s is None else time_of_day_to_ns(time_s, received_ns)
        clock = self._clocks.setdefault((target.sac, target.sic), SourceClock())
        yield located(target)._replace(
            time_ns=clock.date(own_ns, received_ns), received_ns=received_ns, sensor=self._sensor
        )

    def _refusal(self, target: AdsbTarget, received_ns: int) -> str | None:
        if not is_from(self._settings, target):
            return OTHER_SOURCE
        if target.time_of_day_s is not None and self._recent.get(target):
            return "repeated"
        self._recent.put(target, True, received_ns)
        is_vehicle = target.address_kind is AddressKind.SURFACE_VEHICLE
        reasons = (
            ("test_target", target.is_test or target.is_field_monitor),
            ("simulated", target.is_simulated and not self._takes_simulated),
            ("on_ground", target.is_on_ground or is_vehicle or target.emitter_category in _ON_THE_GROUND),
            ("suspect", target.is_suspect),
            ("position_unknown", target.latitude_rad is None),
        )
        return next((reason for reason, holds in reasons if holds), None)


def located(target: AdsbTarget) -> Detection:
    """What a report says of place and motion, as a row without time and sensor.

    Two aircraft may use a duplicate address: it names neither.
    """
    kind, address = target.address_kind, target.address
    row = BLANK._replace(
        latitude_rad=number_or_nan(target.latitude_rad),
        longitude_rad=number_or_nan(target.longitude_rad),
        altitude_m=number_or_nan(target.altitude_m),
        velocity_up_mps=number_or_nan(target.velocity_up_mps),
        position_sigma_m=sigma_of_bounds_m(
            horizontal_bound_m(target.nac_p),
            None if target.altitude_m is None else vertical_bound_m(target.gva),
        ),
        identity=_NAMES[kind] + address if address and kind in _NAMES else "",
    )
    speed_mps, heading_rad = target.ground_speed_mps, target.heading_rad
    if speed_mps is None or heading_rad is None:
        return row
    return row._replace(
        velocity_east_mps=speed_mps * math.sin(heading_rad),
        velocity_north_mps=speed_mps * math.cos(heading_rad),
    )
