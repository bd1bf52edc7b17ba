"""ASTERIX category 021 to detections: where aircraft say that they are, as a ground station passes it on.

The name of an aircraft is its ICAO address, as in the reports of radars. Pressure altitudes are no heights
above the ellipsoid and are left out; what stands on the ground is counted and not used.
"""

from __future__ import annotations

import math

from tocsin.formats.adsb.accuracy import horizontal_bound_m, vertical_bound_m
from tocsin.formats.asterix import AddressKind, AdsbTarget
from tocsin.model.detections import Detection
from tocsin.sensors.asterix_input import ReportReader
from tocsin.sensors.bounds import sigma_of_bounds_m
from tocsin.sensors.rows import BLANK, number_or_nan

_ON_THE_GROUND = range(20, 25)  # I021/020: vehicles and obstacles
_NAMES = {AddressKind.ICAO: "icao:", AddressKind.ANONYMOUS: "adsb:", AddressKind.OTHER: "adsb:"}


class AdsbAsterixReader(ReportReader[AdsbTarget]):
    """Reads the datagrams of one sensor of kind `adsb`."""

    wanted = AdsbTarget

    @staticmethod
    def reasons_against(report: AdsbTarget) -> tuple[tuple[str, bool], ...]:
        """What stands on the ground, is a test or is doubtful."""
        is_vehicle = report.address_kind is AddressKind.SURFACE_VEHICLE
        return (
            ("test_target", report.is_test or report.is_field_monitor),
            ("on_ground", report.is_on_ground or is_vehicle or report.emitter_category in _ON_THE_GROUND),
            ("suspect", report.is_suspect),
            ("position_unknown", report.latitude_rad is None),
        )

    @staticmethod
    def located(report: AdsbTarget) -> Detection:
        """Where an aircraft says that it is."""
        return located(report)


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
